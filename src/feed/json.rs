//! A feed document as JSON for programs (`parse --format json`, `parse --batch`).

use crate::model::{FeedDocument, FeedEntry, Person};
use jiff::Timestamp;
use serde_json::{Value, json};

/// The document read from `file` as one JSON object: `file`, `feed`, `entries`,
/// `warnings`, `truncated`. Dates are RFC 3339 in UTC, what is absent is null.
pub fn to_json(file: &str, document: &FeedDocument) -> Value {
    json!({
        "file": file,
        "feed": {
            "title": document.title,
            "link": document.link,
            "id": document.id,
            "updated": date(document.updated),
            "lang": document.lang,
            "authors": names(&document.authors),
        },
        "entries": document.entries.iter().map(entry).collect::<Vec<_>>(),
        "warnings": document.warnings.iter()
            .map(|w| json!({ "line": w.line, "kind": w.kind, "message": w.message }))
            .collect::<Vec<_>>(),
        "truncated": document.truncated,
    })
}

fn entry(entry: &FeedEntry) -> Value {
    json!({
        "id": entry.guid,
        "title": entry.title,
        "link": entry.link,
        "summary": entry.summary,
        "content": entry.content,
        "authors": names(&entry.authors),
        "published": date(entry.published),
        "updated": date(entry.updated),
        "categories": entry.categories,
        "enclosures": entry.enclosures,
        "lang": entry.lang,
    })
}

fn names(authors: &[Person]) -> Vec<&str> {
    authors.iter().map(|person| person.name.as_str()).collect()
}

fn date(instant: Option<Timestamp>) -> Option<String> {
    instant.map(|t| t.to_string())
}
