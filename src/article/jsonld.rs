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
    pub(super) section: Option<String>,
    pub(super) keywords: Vec<String>,
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

/// Reads all blocks; the first object that is an article wins, and a page's own
/// object speaks for it where there is none.
pub(super) fn read<'a>(blocks: impl Iterator<Item = &'a str>) -> Ld {
    let mut out = Ld::default();
    let mut found = false;
    let mut page: Option<Ld> = None;
    // Other scripts don't count: a page may have dozens before its data.
    for value in blocks.filter_map(parse).take(50) {
        let mut objects = Vec::new();
        gather(&value, &mut objects, 0);
        for object in &objects {
            if !found && is_article(object) {
                fill(&mut out, object, &objects);
                found = true;
            }
            if page.is_none() && has_type(object, |t| t == "WebPage" || t == "ItemPage") {
                let mut own = Ld::default();
                fill(&mut own, object, &objects);
                page = Some(own);
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
    if !found && let Some(page) = page {
        out.authors = page.authors;
        out.published = page.published;
        out.modified = page.modified;
        out.organisations = page.organisations;
    }
    out
}

/// Line breaks within strings, comment marks and a trailing semicolon are common slips.
fn parse(block: &str) -> Option<Value> {
    let block = block.trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
    let block = ["//<![CDATA[", "/*<![CDATA[*/", "<![CDATA["]
        .iter()
        .find_map(|open| block.strip_prefix(open))
        .unwrap_or(block);
    let block =
        ["//]]>", "/*]]>*/", "]]>"].iter().find_map(|close| block.strip_suffix(close)).unwrap_or(block);
    let block = block.trim().trim_end_matches(';');
    if !block.starts_with(['{', '[']) {
        return None;
    }
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
            || name.ends_with("Posting") && name != "JobPosting"
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
    out.keywords = match object.get("keywords") {
        Some(Value::Array(words)) => words.iter().take(50).filter_map(|word| text(Some(word))).collect(),
        Some(Value::String(words)) => vec![words.clone()],
        _ => Vec::new(),
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn one(block: &str) -> Ld {
        read(std::iter::once(block))
    }

    #[test]
    fn wrappings_and_kinds() {
        let object = r#"{"@type":"NewsArticle","datePublished":"2021-02-03","author":"Ada Example"}"#;
        for block in [
            object.to_owned(),
            format!("[{object}]"),
            format!("<![CDATA[ {object} ]]>"),
            format!("//<![CDATA[\n{object}\n//]]>"),
            format!("/*<![CDATA[*/{object}/*]]>*/"),
            format!("<!-- {object} -->"),
            format!("{object};"),
            object.replace("NewsArticle", "DiscussionForumPosting"),
            object.replace("NewsArticle", "SocialMediaPosting"),
        ] {
            let ld = one(&block);
            assert_eq!(ld.published.as_deref(), Some("2021-02-03"), "{block}");
            assert_eq!(ld.authors, [("Ada Example".to_owned(), None)], "{block}");
        }
        assert_eq!(one(&object.replace("NewsArticle", "JobPosting")).published, None);
    }

    #[test]
    fn other_scripts_do_not_count() {
        let mut blocks = vec!["var a = 1;"; 200];
        blocks.push(r#"{"@type":"Article","datePublished":"2021-02-03"}"#);
        assert_eq!(read(blocks.into_iter()).published.as_deref(), Some("2021-02-03"));
    }

    #[test]
    fn a_page_speaks_where_no_article_does() {
        let page = r##"{"@type":"WebPage","datePublished":"2020-01-01","author":{"@id":"#a"}}"##;
        let person = r##"{"@type":["Person"],"@id":"#a","name":"Ada Example"}"##;
        let ld = one(&format!(r#"{{"@graph":[{page},{person}]}}"#));
        assert_eq!(ld.published.as_deref(), Some("2020-01-01"));
        assert_eq!(ld.authors, [("Ada Example".to_owned(), None)]);
        let article = r#"{"@type":"Article","datePublished":"2021-02-03"}"#;
        let ld = one(&format!(r#"{{"@graph":[{page},{person},{article}]}}"#));
        assert_eq!(ld.published.as_deref(), Some("2021-02-03"));
        assert!(ld.authors.is_empty());
    }
}
