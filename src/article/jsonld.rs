//! What a page says about its article in JSON-LD (schema.org).

use serde_json::Value;

/// The article's own object, as far as it is of use.
#[derive(Debug, Default, Clone)]
pub(super) struct Ld {
    pub(super) headline: Option<String>,
    /// Names and addresses.
    pub(super) authors: Vec<(String, Option<String>)>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    /// Section and keywords.
    pub(super) section: Option<String>,
    /// `isAccessibleForFree`.
    pub(super) free: Option<bool>,
    /// Names of everything that is an organisation.
    pub(super) organisations: Vec<String>,
    /// Names of all objects that are persons.
    pub(super) persons: Vec<String>,
    pub(super) site: Option<String>,
    pub(super) image: Option<String>,
    pub(super) lang: Option<String>,
}

/// Reads all blocks; the first object that is an article wins.
pub(super) fn read<'a>(blocks: impl Iterator<Item = &'a str>) -> Ld {
    let mut out = Ld::default();
    let mut found = false;
    for block in blocks.take(50) {
        let Some(value) = parse(block) else { continue };
        let mut objects = Vec::new();
        gather(&value, &mut objects, 0);
        for object in &objects {
            if !found && is_article(object) {
                fill(&mut out, object, &objects);
                found = true;
            }
            let named =
                |kind: fn(&str) -> bool| has_type(object, kind).then(|| text(object.get("name"))).flatten();
            if let Some(name) = named(|t| t == "Person")
                && out.persons.len() < 50
                && !out.persons.contains(&name)
            {
                out.persons.push(name);
            }
            if out.site.is_none() && has_type(object, |t| t == "WebSite") {
                out.site = text(object.get("name"));
            }
        }
    }
    out
}

/// Line breaks within strings, comment marks and a trailing semicolon are common slips.
fn parse(block: &str) -> Option<Value> {
    let block = block.trim().trim_start_matches("<!--").trim_end_matches("-->");
    let block =
        block.trim().trim_start_matches("//<![CDATA[").trim_end_matches("//]]>").trim().trim_end_matches(';');
    serde_json::from_str(block)
        .ok()
        .or_else(|| serde_json::from_str(&block.replace(['\n', '\r', '\t'], " ")).ok())
}

fn gather<'v>(value: &'v Value, out: &mut Vec<&'v Value>, depth: usize) {
    if depth > 6 || out.len() > 2000 {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| gather(value, out, depth + 1)),
        Value::Object(map) => {
            out.push(value);
            for key in ["@graph", "mainEntity", "mainEntityOfPage", "itemListElement"] {
                if let Some(inner) = map.get(key) {
                    gather(inner, out, depth + 1);
                }
            }
        }
        _ => {}
    }
}

fn has_type(object: &Value, test: impl Fn(&str) -> bool) -> bool {
    match object.get("@type") {
        Some(Value::String(name)) => test(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(test),
        _ => false,
    }
}

fn is_article(object: &Value) -> bool {
    has_type(object, |name| {
        name.ends_with("Article")
            || name.ends_with("BlogPosting")
            || matches!(name, "Report" | "Review" | "Recipe")
    })
}

fn fill(out: &mut Ld, object: &Value, objects: &[&Value]) {
    out.headline = text(object.get("headline")).or_else(|| text(object.get("name")));
    if let Some(author) = object.get("author").or_else(|| object.get("creator")) {
        people(author, objects, &mut out.authors, 0);
        let list = author.as_array().map_or(std::slice::from_ref(author), Vec::as_slice);
        let organisation = |t: &str| t.ends_with("Organization");
        let those =
            list.iter().take(20).map(|one| resolve(one, objects)).filter(|one| has_type(one, organisation));
        out.organisations = those.filter_map(|one| text(one.get("name"))).collect();
    }
    out.modified = text(object.get("dateModified"));
    out.section = text(object.get("articleSection"));
    out.free = object.get("isAccessibleForFree").and_then(|free| match free {
        Value::Bool(free) => Some(*free),
        Value::String(free) => Some(!free.eq_ignore_ascii_case("false")),
        _ => None,
    });
    out.published =
        ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| text(object.get(*key)));
    if let Some(publisher) = object.get("publisher") {
        out.site = text(resolve(publisher, objects).get("name"));
    }
    out.image = object.get("image").and_then(|image| picture(image, 0));
    out.lang = text(object.get("inLanguage"));
}

/// An object that only names another by `@id`.
fn resolve<'v>(value: &'v Value, objects: &[&'v Value]) -> &'v Value {
    let Some(map) = value.as_object().filter(|map| map.len() == 1) else { return value };
    let Some(id) = map.get("@id") else { return value };
    objects.iter().copied().find(|o| o.get("@id") == Some(id) && o.get("name").is_some()).unwrap_or(value)
}

fn people(value: &Value, objects: &[&Value], out: &mut Vec<(String, Option<String>)>, depth: usize) {
    if depth > 3 || out.len() >= 20 {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| people(value, objects, out, depth + 1)),
        Value::String(name) => out.push((name.clone(), None)),
        Value::Object(_) => {
            let person = resolve(value, objects);
            let url = ["url", "sameAs"].iter().find_map(|key| text(person.get(*key)));
            match person.get("name") {
                Some(Value::Array(names)) => {
                    out.extend(names.iter().filter_map(Value::as_str).map(|name| (name.to_owned(), None)));
                }
                name => out.extend(text(name).map(|name| (name, url))),
            }
        }
        _ => {}
    }
}

fn picture(value: &Value, depth: usize) -> Option<String> {
    match value {
        Value::String(url) => Some(url.clone()),
        Value::Array(values) if depth < 3 => values.first().and_then(|value| picture(value, depth + 1)),
        Value::Object(map) if depth < 3 => {
            map.get("url").or_else(|| map.get("contentUrl")).and_then(|value| picture(value, depth + 1))
        }
        _ => None,
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.as_str(),
        Value::Array(values) => values.first()?.as_str()?,
        _ => return None,
    };
    let text = crate::html::plain_text(text);
    (!text.is_empty() && text.len() < 2000).then_some(text)
}
