//! JSON from outside as a value of bounded size and depth: what is beyond the
//! bounds or not in the vocabulary is read over, what was complete before an
//! error is kept.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Deeper values are read over.
const MAX_DEPTH: usize = 5;
/// Members of a list that are kept.
const MAX_MEMBERS: usize = 64;
/// The members of objects that are kept: the words of JSON Feed (jsonfeed.org).
const NAMES: [&str; 26] = [
    "attachments",
    "author",
    "authors",
    "banner_image",
    "content_html",
    "content_text",
    "date_modified",
    "date_published",
    "duration_in_seconds",
    "external_url",
    "feed_url",
    "home_page_url",
    "hubs",
    "id",
    "image",
    "language",
    "mime_type",
    "name",
    "next_url",
    "size_in_bytes",
    "summary",
    "tags",
    "title",
    "type",
    "url",
    "version",
];

/// A JSON value; numbers are kept as they would be printed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Loose {
    Null,
    Text(String),
    List(Vec<Loose>),
    Map(Vec<(&'static str, Loose)>),
}

impl Loose {
    /// A member by name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members.iter().find(|(key, _)| *key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// This value if it is a string or a number.
    pub(super) fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// A member that is a string or a number.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.as_text()
    }

    /// A member that is a list; empty if it is none.
    pub(super) fn list(&self, name: &str) -> &[Self] {
        match self.get(name) {
            Some(Self::List(members)) => members,
            _ => &[],
        }
    }
}

/// What is left of a document when its list has been handed on.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The object's other members.
    pub(super) fields: Loose,
    /// Whether the list was there.
    pub(super) has_items: bool,
    /// Members that were left out because there were too many.
    pub(super) skipped: usize,
    /// Line and words of the error that ended the reading.
    pub(super) error: Option<(usize, String)>,
}

/// Reads an object; members of its list `items` are handed to `take`, up to `max`.
pub(super) fn parse(text: &str, max: usize, take: &mut dyn FnMut(Loose)) -> Parsed {
    let text = mend_surrogates(text);
    let mut document = Document { max, fields: Vec::new(), take, taken: 0, has_items: false, skipped: 0 };
    let mut json = serde_json::Deserializer::from_str(&text);
    let outcome = (&mut json).deserialize_map(&mut document);
    let error = outcome.err().map(|error| (error.line(), error.to_string()));
    let Document { fields, has_items, skipped, .. } = document;
    Parsed { fields: Loose::Map(fields), has_items, skipped, error }
}

/// Half a surrogate pair, which JSON can say and text cannot, becomes U+FFFD.
fn mend_surrogates(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("\\u") {
        return text.into();
    }
    let unit = |at: usize| {
        let digits = text.get(at..).and_then(|t| t.strip_prefix("\\u")).and_then(|t| t.get(..4))?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut out = String::new();
    let (mut at, mut done) = (0, 0);
    while let Some(found) = text[at..].find('\\') {
        at += found;
        match (unit(at), unit(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(0xd800..=0xdfff), _) => {
                out.push_str(&text[done..at]);
                out.push_str("\\ufffd");
                at += 6;
                done = at;
            }
            // Past the escape and the character it escapes.
            _ => at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        }
    }
    if done == 0 {
        return text.into();
    }
    out.push_str(&text[done..]);
    out.into()
}

struct Document<'t> {
    max: usize,
    fields: Vec<(&'static str, Loose)>,
    take: &'t mut dyn FnMut(Loose),
    taken: usize,
    has_items: bool,
    skipped: usize,
}

impl<'de> Visitor<'de> for &mut Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "items" {
                map.next_value_seed(&mut *self)?;
            } else {
                member(&mut map, &key, &mut self.fields, 1)?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.has_items = true;
        while self.taken < self.max {
            let Some(item) = seq.next_element_seed(Value { depth: 1 })? else { return Ok(()) };
            self.taken += 1;
            (self.take)(item);
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {
            self.skipped += 1;
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Reads a member's value, and keeps it if its name is known and new.
fn member<'de, A: MapAccess<'de>>(
    map: &mut A,
    key: &str,
    members: &mut Vec<(&'static str, Loose)>,
    depth: usize,
) -> Result<(), A::Error> {
    let known = NAMES.into_iter().find(|name| *name == key);
    match known.filter(|name| members.iter().all(|(other, _)| other != name)) {
        Some(name) => members.push((name, map.next_value_seed(Value { depth })?)),
        None => drop(map.next_value::<IgnoredAny>()?),
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Value {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Loose;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Loose, D::Error> {
        if self.depth > MAX_DEPTH {
            deserializer.deserialize_ignored_any(IgnoredAny)?;
            return Ok(Loose::Null);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_u64<E>(self, n: u64) -> Result<Loose, E> {
        Ok(Loose::Text(n.to_string()))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Loose, E> {
        Ok(Loose::Text(n.to_string()))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Loose, E> {
        // With its point, as it most likely was written.
        Ok(Loose::Text(format!("{n:?}")))
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Loose, E> {
        Ok(Loose::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = seq.next_element_seed(Value { depth: self.depth + 1 })? {
            members.push(member);
            if members.len() == MAX_MEMBERS {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                break;
            }
        }
        Ok(Loose::List(members))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            member(&mut map, &key, &mut members, self.depth + 1)?;
        }
        Ok(Loose::Map(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, max: usize) -> (Parsed, Vec<Loose>) {
        let mut items = Vec::new();
        let parsed = parse(text, max, &mut |item| items.push(item));
        (parsed, items)
    }

    #[test]
    fn bounded() {
        let deep = format!(r#"{{"tags":{}1{}, "items":[1]}}"#, "[".repeat(100), "]".repeat(100));
        assert_eq!(all(&deep, 10).1, [Loose::Text("1".into())]);
        let many = format!(r#"{{"items":[{}null], "title": "1", "title": "2"}}"#, "null,".repeat(1000));
        let (parsed, items) = all(&many, 10);
        assert_eq!((items.len(), parsed.skipped), (10, 991));
        assert_eq!(parsed.fields.text("title").as_deref(), Some("1"));
        let very_deep = format!(r#"{{"items":[1], "a":{}"#, "[".repeat(100_000));
        assert_eq!(all(&very_deep, 10).1.len(), 1);
    }

    #[test]
    fn what_was_complete_is_kept() {
        let (parsed, items) = all("{\"a\": \"b\",\n\"items\": [{\"id\": 1}, {\"id\": 2}, {\"id\": ", 10);
        assert_eq!(items.len(), 2);
        assert_eq!(parsed.error.unwrap().0, 2);
    }

    #[test]
    fn surrogates() {
        assert_eq!(
            mend_surrogates(r"\ud83d\ude00 \ud83d \\ud83d \udc00x"),
            r"\ud83d\ude00 \ufffd \\ud83d \ufffdx"
        );
    }
}
