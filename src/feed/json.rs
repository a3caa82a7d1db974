//! A feed document as JSON for programs (`parse --format json`, `parse --batch`).

use crate::model::{Enclosure, FeedDocument, FeedEntry, Person, Warning};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// The document read from `file` as one JSON object: `file`, `feed`, `entries`,
/// `warnings`, `truncated`. Dates are RFC 3339 in UTC, what is absent is null.
/// Nothing is copied: a large document can be written as it is serialized.
pub fn as_json<'a>(file: &'a str, document: &'a FeedDocument) -> impl Serialize + 'a {
    Answer {
        file,
        feed: Head {
            title: &document.title,
            link: &document.link,
            id: &document.id,
            updated: date(document.updated),
            lang: &document.lang,
            authors: Names(&document.authors),
        },
        entries: Each(&document.entries, entry),
        warnings: Each(&document.warnings, repair),
        truncated: document.truncated,
    }
}

/// The same as a value.
pub fn to_json(file: &str, document: &FeedDocument) -> Value {
    // Strings and lists always fit.
    serde_json::to_value(as_json(file, document)).unwrap_or_default()
}

#[derive(Serialize)]
struct Answer<'a> {
    file: &'a str,
    feed: Head<'a>,
    entries: Each<'a, FeedEntry, Entry<'a>>,
    warnings: Each<'a, Warning, Repair<'a>>,
    truncated: bool,
}

#[derive(Serialize)]
struct Head<'a> {
    title: &'a Option<String>,
    link: &'a Option<String>,
    id: &'a Option<String>,
    updated: Option<String>,
    lang: &'a Option<String>,
    authors: Names<'a>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a Option<String>,
    title: &'a Option<String>,
    link: &'a Option<String>,
    original_link: &'a Option<String>,
    summary: &'a Option<String>,
    content: &'a Option<String>,
    authors: Names<'a>,
    published: Option<String>,
    updated: Option<String>,
    categories: &'a [String],
    enclosures: &'a [Enclosure],
    lang: &'a Option<String>,
}

#[derive(Serialize)]
struct Repair<'a> {
    line: Option<usize>,
    kind: &'a str,
    message: &'a str,
}

fn entry(entry: &FeedEntry) -> Entry<'_> {
    Entry {
        id: &entry.guid,
        title: &entry.title,
        link: &entry.link,
        original_link: &entry.original_link,
        summary: &entry.summary,
        content: &entry.content,
        authors: Names(&entry.authors),
        published: date(entry.published),
        updated: date(entry.updated),
        categories: &entry.categories,
        enclosures: &entry.enclosures,
        lang: &entry.lang,
    }
}

fn repair(warning: &Warning) -> Repair<'_> {
    Repair { line: warning.line, kind: warning.kind, message: &warning.message }
}

/// A list, each of whose members is turned into something else as it is written.
struct Each<'a, T, U>(&'a [T], fn(&'a T) -> U);

impl<T, U: Serialize> Serialize for Each<'_, T, U> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

struct Names<'a>(&'a [Person]);

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|person| &person.name))
    }
}

fn date(instant: Option<Timestamp>) -> Option<String> {
    instant.map(|t| t.to_string())
}
