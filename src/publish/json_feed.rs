//! JSON Feed 1.1.

use super::body::Body;
use super::chars::{clean, line};
use super::time::{changed, rfc3339, shown};
use super::{Content, FeedMeta, labels, language, links, media};
use crate::model::{AlsoAt, Episode, EpisodeKind, Person, PublishedEntry};
use serde::Serialize;
use std::borrow::Cow;

/// The entries as a JSON Feed 1.1 document, in the order given.
///
/// The extension `_offprint` holds `first_seen`, `full_text` and `sources`:
/// every source that carries the entry or a copy of it, the one that brought it first
/// in front; and `related`: near-duplicates of it in other places.
pub fn json_feed(meta: &FeedMeta, entries: &[PublishedEntry], content: Content) -> String {
    let author = meta.author.as_deref().map(line).filter(|name| !name.is_empty());
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: meta.shown_title(),
        home_page_url: links::http(&meta.home_url),
        feed_url: links::http(&meta.self_url),
        next_url: links::http_opt(meta.paging.next.as_deref()),
        description: meta.description.as_deref().map(line),
        authors: author.map(|name| Author { name, url: None }).into_iter().collect(),
        language: language::language(meta.lang.as_deref()),
        hubs: hubs(&meta.hubs),
        items: entries.iter().map(|entry| item(entry, content)).collect(),
    };
    let mut out = Vec::with_capacity(super::estimate(entries));
    to_json(&mut out, &feed);
    out.push(b'\n');
    String::from_utf8(out).unwrap_or_default()
}

/// Appends `value`. Nothing in these types can fail to be written to memory.
pub(super) fn to_json(out: &mut Vec<u8>, value: &impl Serialize) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "JSON: {written:?}");
}

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Hub<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: Cow<'a, str>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Cow<'a, str>>,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    _offprint: Extension<'a>,
}

/// An author, in JSON Feed and JSON Lines.
#[derive(Serialize)]
pub(super) struct Author<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
}

/// An enclosure, in JSON Feed and JSON Lines.
#[derive(Serialize)]
pub(super) struct Attachment<'a> {
    url: Cow<'a, str>,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<u64>,
}

/// A source that carries an entry, in JSON Feed and JSON Lines.
#[derive(Serialize)]
pub(super) struct Carrier<'a> {
    id: &'a str,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<Cow<'a, str>>,
    /// Only there if it isn't configured any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

#[derive(Serialize)]
struct Extension<'a> {
    first_seen: String,
    full_text: bool,
    /// Only where the article's page says so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    paywalled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    episode: Option<Podcast>,
    sources: Vec<Carrier<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
}

/// What a podcast says of an entry.
#[derive(Serialize)]
struct Podcast {
    #[serde(skip_serializing_if = "Option::is_none")]
    season: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<EpisodeKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explicit: Option<bool>,
}

/// A near-duplicate of an entry.
#[derive(Serialize)]
struct Related<'a> {
    id: String,
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    source: &'a str,
    source_title: String,
}

fn item(entry: &PublishedEntry, content: Content) -> Item<'_> {
    let body = Body::new(entry, content);
    let html = body.full.as_deref().map(clean).or_else(|| body.teaser_html().map(|html| clean(&html)));
    Item {
        id: entry.id.urn(),
        url: links::http_opt(entry.url.as_deref()),
        title: line(&entry.title),
        // One of the two must be there, even if it is empty.
        content_text: html.is_none().then(String::new),
        content_html: html,
        summary: body.summary_text(),
        image: links::http_opt(entry.image.as_deref()),
        date_published: rfc3339(entry.published),
        date_modified: changed(shown(entry)),
        authors: authors(&entry.authors),
        tags: labels(entry),
        language: language::language(entry.lang.as_deref()),
        attachments: attachments(entry),
        _offprint: Extension {
            first_seen: rfc3339(entry.first_seen),
            full_text: entry.full_text,
            paywalled: entry.page.paywalled(),
            section: entry.page.section.as_deref().map(line),
            episode: podcast(entry),
            sources: carriers(entry),
            related: related(&entry.also_at),
        },
    }
}

fn podcast(entry: &PublishedEntry) -> Option<Podcast> {
    let &Episode { season, number, kind, explicit, image: _ } = entry.episode.as_ref()?;
    let podcast = Podcast { season, number, kind, explicit };
    (season.is_some() || number.is_some() || kind.is_some() || explicit.is_some()).then_some(podcast)
}

fn hubs(urls: &[String]) -> Vec<Hub<'_>> {
    urls.iter().filter_map(|url| Some(Hub { kind: "WebSub", url: links::http(url)? })).collect()
}

fn related(copies: &[AlsoAt]) -> Vec<Related<'_>> {
    let mut related = Vec::with_capacity(copies.len());
    for AlsoAt { id, url, title, source, source_title } in copies {
        let Some(url) = links::http(url) else { continue };
        let (title, source_title) = (line(title), line(source_title));
        related.push(Related { id: id.urn(), url, title, source: source.as_str(), source_title });
    }
    related
}

/// Authors with a name.
pub(super) fn authors(people: &[Person]) -> Vec<Author<'_>> {
    let mut authors = Vec::with_capacity(people.len());
    for Person { name, url } in people {
        let name = line(name);
        if !name.is_empty() {
            authors.push(Author { name, url: links::http_opt(url.as_deref()) });
        }
    }
    authors
}

/// Enclosures with a usable address, and further pictures: the lead picture has a place of its own.
pub(super) fn attachments(entry: &PublishedEntry) -> Vec<Attachment<'_>> {
    let mut attachments = Vec::with_capacity(entry.enclosures.len());
    for enclosure in &entry.enclosures {
        let Some(url) = links::http(&enclosure.url) else { continue };
        if enclosure.picture && entry.image.as_deref() == Some(&enclosure.url) {
            continue;
        }
        attachments.push(Attachment {
            url,
            mime_type: media::of(enclosure).unwrap_or(media::UNKNOWN_TYPE),
            title: enclosure.title.as_deref().map(line).filter(|title| !title.is_empty()),
            size_in_bytes: enclosure.length.filter(|&bytes| bytes > 0),
            duration_in_seconds: enclosure.duration.filter(|&seconds| seconds > 0),
        });
    }
    attachments
}

/// The sources that carry an entry.
pub(super) fn carriers(entry: &PublishedEntry) -> Vec<Carrier<'_>> {
    let carriers = entry.origins.iter().map(|origin| Carrier {
        id: origin.source.as_str(),
        title: line(&origin.title),
        feed_url: links::http(&origin.feed_url),
        home_page_url: links::http_opt(origin.link.as_deref()),
        removed: origin.removed,
    });
    carriers.collect()
}
