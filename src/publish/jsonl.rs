//! JSON Lines: articles for programs.

use super::chars::{clean, line};
use super::json_feed::{Attachment, Author, Carrier, attachments, authors, carriers, to_json};
use super::time::{changed, rfc3339, shown};
use super::{language, links};
use crate::html::to_text;
use crate::model::PublishedEntry;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

/// One entry. Every key is always there; what isn't known is `null`.
#[derive(Serialize)]
struct Record<'a> {
    id: String,
    url: Option<Cow<'a, str>>,
    title: String,
    authors: Vec<Author<'a>>,
    published: String,
    updated: String,
    first_seen: String,
    tags: Vec<String>,
    categories: Vec<String>,
    sources: Vec<Carrier<'a>>,
    lang: Option<Cow<'a, str>>,
    summary: Option<String>,
    html: Option<String>,
    text: Option<String>,
    full_text: bool,
    enclosures: Vec<Attachment<'a>>,
    image: Option<Cow<'a, str>>,
    page: Facts<'a>,
}

/// What the article's page says of it.
#[derive(Serialize)]
struct Facts<'a> {
    published: Option<&'a str>,
    modified: Option<&'a str>,
    section: Option<String>,
    tags: Vec<String>,
    free: Option<bool>,
    site: Option<String>,
    canonical: Option<Cow<'a, str>>,
}

/// The keys of an entry as JSON, see [`jsonl`].
pub const RECORD_KEYS: [&str; 18] = [
    "id",
    "url",
    "title",
    "authors",
    "published",
    "updated",
    "first_seen",
    "tags",
    "categories",
    "sources",
    "lang",
    "summary",
    "html",
    "text",
    "full_text",
    "enclosures",
    "image",
    "page",
];

/// One entry as a JSON object with the keys that [`jsonl`] describes, or only those of `keys`.
pub fn entry_json(entry: &PublishedEntry, keys: Option<&[String]>) -> Value {
    let mut all = serde_json::to_value(record(entry)).unwrap_or_default();
    if let (Some(keys), Value::Object(all)) = (keys, &mut all) {
        all.retain(|name, _| keys.contains(name));
    }
    all
}

/// The entries as JSON Lines, one object a line, in the order given.
///
/// Keys: `id` `url` `title` `authors` `published` `updated` `first_seen` `tags`
/// `categories` `sources` `lang` `summary` (one line of plain text) `html` `text`
/// (the full text, else the teaser) `full_text` (whether it came from the
/// article's page) `enclosures` `image` `page` (what the article's page says of it:
/// `published` `modified` in its own offset, `section` `tags` `free` `site`
/// `canonical`). Other times are RFC 3339 in UTC.
pub fn jsonl(entries: &[PublishedEntry]) -> String {
    let mut out = Vec::with_capacity(super::estimate(entries) * 2);
    for entry in entries {
        to_json(&mut out, &record(entry));
        out.push(b'\n');
    }
    String::from_utf8(out).unwrap_or_default()
}

fn record(entry: &PublishedEntry) -> Record<'_> {
    let lines = |texts: &[String]| texts.iter().map(|text| line(text)).collect();
    let html = entry.content_html.as_deref().or(entry.summary_html.as_deref());
    Record {
        id: entry.id.urn(),
        url: links::http_opt(entry.url.as_deref()),
        title: line(&entry.title),
        authors: authors(&entry.authors),
        published: rfc3339(entry.published),
        updated: changed(shown(entry)),
        first_seen: rfc3339(entry.first_seen),
        tags: lines(&entry.tags),
        categories: lines(&entry.categories),
        sources: carriers(entry),
        lang: language::language(entry.lang.as_deref()),
        summary: entry.summary_html.as_deref().map(|html| line(&to_text(html))),
        html: html.map(clean),
        text: html.map(|html| clean(&to_text(html))),
        full_text: entry.full_text,
        enclosures: attachments(entry),
        image: links::http_opt(entry.image.as_deref()),
        page: Facts {
            published: entry.page.published.as_deref(),
            modified: entry.page.modified.as_deref(),
            section: entry.page.section.as_deref().map(line),
            tags: lines(&entry.page.tags),
            free: entry.page.free,
            site: entry.page.site.as_deref().map(line),
            canonical: links::http_opt(entry.page.canonical.as_deref()),
        },
    }
}
