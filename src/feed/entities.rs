//! Entities that a document declares for itself (XML 1.0 §4.2), as far as they
//! are plain text: `<!ENTITY nbsp "&#160;">`. One that is made of others, or that
//! stands somewhere else, is none; so nothing grows beyond a fixed size.

use super::text::{decode, head, reference};
use std::cell::Cell;

/// No document needs more.
const MAX_ENTITIES: usize = 256;
/// Longest name and longest value, in bytes.
const MAX_NAME: usize = 64;
const MAX_VALUE: usize = 1024;
/// Bytes that all uses in a document may come to.
const MAX_GROWTH: usize = 1 << 20;
/// Bytes of a document type that are looked at.
const MAX_SUBSET: usize = 1 << 20;

/// What a document declares.
#[derive(Debug, Default)]
pub(super) struct Entities<'a> {
    declared: Vec<(&'a str, String)>,
    grown: Cell<usize>,
}

impl<'a> Entities<'a> {
    /// Reads the declarations of a document type, `<!DOCTYPE … [ … ]>`.
    pub(super) fn read(doctype: &'a str) -> Self {
        let mut declared: Vec<(&'a str, String)> = Vec::new();
        let mut rest = head(doctype, MAX_SUBSET);
        while let Some(at) = rest.find("<!").filter(|_| declared.len() < MAX_ENTITIES) {
            rest = &rest[at + 2..];
            if let Some(comment) = rest.strip_prefix("--") {
                rest = comment.find("-->").map_or("", |end| &comment[end..]);
            } else if rest.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("ENTITY"))
                && let Some((name, value)) = declaration(&rest[6..])
                // The first declaration of a name counts (§4.2).
                && !declared.iter().any(|(known, _)| *known == name)
            {
                declared.push((name, value));
            }
        }
        Self { declared, grown: Cell::new(0) }
    }

    /// The value of the reference that `text` begins with, and the reference's length.
    pub(super) fn resolve(&self, text: &str) -> Option<(&str, usize)> {
        if self.declared.is_empty() {
            return None;
        }
        let end = text.bytes().take(MAX_NAME + 2).position(|b| b == b';')?;
        let name = text.get(1..end)?;
        let (_, value) = self.declared.iter().find(|(known, _)| *known == name)?;
        let grown = self.grown.get() + value.len();
        (grown <= MAX_GROWTH).then(|| {
            self.grown.set(grown);
            (value.as_str(), end + 1)
        })
    }

    /// Whether there is an entity of that name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.declared.iter().any(|(known, _)| *known == name)
    }
}

/// Name and value of ` name "value">`; `None` for parameter and external entities.
fn declaration(text: &str) -> Option<(&str, String)> {
    let text = text.strip_prefix(|c: char| c.is_ascii_whitespace())?.trim_start();
    let (name, rest) = text.split_once(|c: char| c.is_ascii_whitespace())?;
    let plain = !name.is_empty() && name.len() <= MAX_NAME && !name.contains(['%', '&', ';', '<', '>']);
    let predefined = ["amp", "lt", "gt", "quot", "apos"].contains(&name);
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| plain && !predefined && matches!(c, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    let mut references = value.match_indices('&');
    let text_only = value.len() <= MAX_VALUE && references.all(|(at, _)| reference(&value[at..]).is_some());
    text_only.then(|| (name, decode(value).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::text::decode_with;

    fn value(subset: &str) -> Option<String> {
        let doctype = format!("<!DOCTYPE rss [{subset}]>");
        Entities::read(&doctype).resolve("&a;b").map(|(value, len)| {
            assert_eq!(len, 3);
            value.to_owned()
        })
    }

    #[test]
    fn text_is_taken() {
        for (subset, want) in [
            (r#"<!ENTITY a "b">"#, Some("b")),
            ("<!ENTITY a\n  'b \"c\"'\n>", Some("b \"c\"")),
            (r#"<!entity a "b"><!ENTITY a "c">"#, Some("b")),
            (r#"<!ENTITY a "&#160;&lt;&nbsp;">"#, Some("\u{a0}<\u{a0}")),
            (r#"<!ENTITY a "">"#, Some("")),
            (r#"<!ELEMENT q ANY><!ENTITY x SYSTEM "file:///x"><!ENTITY a "b">"#, Some("b")),
            (r#"<!-- <!ENTITY a "c"> --><!ENTITY a "b">"#, Some("b")),
            (r#"<!ENTITY x "b"><!ENTITY a "&x;&x;">"#, None),
            (r#"<!ENTITY a "&a;">"#, None),
            (r#"<!ENTITY a SYSTEM "file:///etc/passwd">"#, None),
            (r#"<!ENTITY a PUBLIC "x" "y">"#, None),
            (r#"<!ENTITY % a "b">"#, None),
            (r#"<!ENTITY a "b"#, None),
            ("<!ENTITY", None),
        ] {
            assert_eq!(value(subset).as_deref(), want, "{subset}");
        }
        assert_eq!(value(&format!("<!ENTITY a '{}'>", "x".repeat(2000))), None);
    }

    #[test]
    fn growth_is_bounded() {
        let doctype = format!("<!DOCTYPE rss [<!ENTITY a '{}'>]>", "x".repeat(1000));
        let entities = Entities::read(&doctype);
        let text = "&a;".repeat(10_000);
        let grown = decode_with(&text, &entities, usize::MAX);
        assert!(grown.len() < MAX_GROWTH + text.len(), "{}", grown.len());
        let many = "<!ENTITY x 'y'>".repeat(100_000);
        assert_eq!(Entities::read(&many).declared.len(), 1);
    }
}
