//! The feed library's answer as a [`FeedDocument`]. The only place that knows it.

use super::fields::Fields;
use super::text::{legal, mend_mojibake, one_line};
use super::{ParseError, title};
use crate::html::plain_text;
use crate::model::{Enclosure, FeedEntry, FeedKind, Person};
use feed_rs::model as lib;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the canonical document says of a feed itself.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) title: Option<String>,
    pub(super) link: Option<String>,
    pub(super) id: Option<String>,
    pub(super) authors: Vec<Person>,
}

/// Has a canonical document read, and joins the entries it gives with what was
/// kept aside: one of `own` for each, in order. What was mended in an entry is in
/// its fields.
pub(super) fn read(
    xml: &str,
    own: &mut [Fields],
    kind: FeedKind,
) -> Result<(Head, Vec<FeedEntry>), ParseError> {
    let feed = library(xml)?;
    if feed.entries.len() != own.len() {
        let message = format!("{} entries were found, {} could be read", own.len(), feed.entries.len());
        return Err(ParseError::Malformed { line: None, message });
    }
    let entries = feed.entries.into_iter().zip(own).map(|(read, own)| entry(read, own, kind)).collect();
    let head = Head {
        title: feed.title.and_then(|text| one_title(text, &mut Vec::new())),
        link: first_link(&feed.links),
        id: Some(feed.id).filter(|id| !id.is_empty()),
        authors: authors(feed.authors),
    };
    Ok((head, entries))
}

/// No panic of the library gets out. None is known for canonical input.
fn library(xml: &str) -> Result<lib::Feed, ParseError> {
    let read = || {
        // Ids are never invented, dates are read elsewhere.
        let parser = feed_rs::parser::Builder::new()
            .id_generator(|_, _, _| String::new())
            .timestamp_parser(|_| None)
            .sanitize_content(false)
            .build();
        parser.parse(xml.as_bytes())
    };
    let malformed = |message: String| ParseError::Malformed { line: None, message };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(feed) => feed.map_err(|error| malformed(error.to_string())),
        Err(_) => Err(malformed("the feed library gave up on it".to_owned())),
    }
}

fn entry(read: lib::Entry, own: &mut Fields, kind: FeedKind) -> FeedEntry {
    let guid = Some(read.id).filter(|id| !id.is_empty());
    let as_link = |id: &String| {
        let url = url::Url::parse(id).ok()?;
        (own.permalink && matches!(url.scheme(), "http" | "https")).then(|| url.into())
    };
    let link =
        first_link(&read.links).or_else(|| guid.as_ref().and_then(as_link)).or_else(|| own.spare_link.take());
    let mut people = authors(read.authors);
    if people.is_empty() {
        people = own.source_authors.drain(..).map(|name| Person { name, url: None }).collect();
    }
    let mut enclosures = attachments(&read.links, read.media, &own.pictures);
    if let Some(first) = enclosures.first_mut() {
        first.duration = first.duration.or(own.duration);
    }
    // In RSS relative addresses are meant relative to the article.
    let own_fields = std::mem::take(&mut own.entry);
    let base = own_fields.base.or_else(|| link.clone().filter(|_| kind == FeedKind::Rss));
    FeedEntry {
        guid,
        title: read.title.and_then(|text| one_title(text, &mut own.repairs)),
        authors: people,
        categories: categories(read.categories),
        enclosures,
        link,
        base,
        ..own_fields
    }
}

/// One line of plain text.
fn one_title(text: lib::Text, repairs: &mut Vec<&'static str>) -> Option<String> {
    let html = text.content_type.subty().as_str() == "html";
    // First of all: what follows drops control characters, which mojibake is full of.
    let mended = mend_mojibake(&text.content);
    if mended.is_some() {
        repairs.push("mojibake");
    }
    let content = mended.unwrap_or(text.content);
    if html { title::from_html(&content) } else { one_line(&content, 4096) }
}

/// The first alternate link, a page rather than anything else.
fn first_link(links: &[lib::Link]) -> Option<String> {
    let alternate = |link: &&lib::Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    let page = |link: &&lib::Link| link.media_type.as_deref().is_none_or(|mime| mime.contains("html"));
    let mut all = links.iter().filter(alternate);
    let found = all.clone().find(page).or_else(|| all.next());
    found.map(|link| link.href.clone())
}

fn authors(people: Vec<lib::Person>) -> Vec<Person> {
    let mut found: Vec<Person> = Vec::new();
    for person in people {
        let raw = person.name.filter(|name| !name.trim().is_empty()).or(person.email);
        let Some(name) = raw.and_then(|raw| one_line(&plain_text(&raw), 512)) else { continue };
        if !found.iter().any(|known| known.name == name) {
            found.push(Person { name, url: person.uri });
        }
    }
    found
}

fn categories(all: Vec<lib::Category>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in all.into_iter().filter_map(|category| one_line(&plain_text(&category.term), 512)) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Enclosure links of Atom, and what RSS and Media RSS attach; each address once.
fn attachments(links: &[lib::Link], media: Vec<lib::MediaObject>, pictures: &[String]) -> Vec<Enclosure> {
    let enclosures = links.iter().filter(|link| link.rel.as_deref() == Some("enclosure"));
    let linked = enclosures.map(|link| Enclosure {
        url: link.href.clone(),
        mime: link.media_type.clone(),
        length: link.length,
        duration: None,
        title: link.title.as_deref().and_then(|t| one_line(&plain_text(t), 512)),
        picture: false,
    });
    let attached = media.into_iter().flat_map(|object| object.content).filter_map(|content| {
        let url = String::from(content.url?);
        Some(Enclosure {
            picture: pictures.contains(&url),
            url,
            mime: content.content_type.map(|mime| legal(mime.as_str()).into_owned()),
            length: content.size,
            duration: content.duration.map(|time| time.as_secs()),
            title: None,
        })
    });
    let mut found: Vec<Enclosure> = Vec::new();
    for next in linked.chain(attached) {
        match found.iter_mut().find(|known| known.url == next.url) {
            Some(known) => {
                known.mime = known.mime.take().or(next.mime);
                known.length = known.length.or(next.length);
                known.duration = known.duration.or(next.duration);
            }
            None => found.push(next),
        }
    }
    found
}
