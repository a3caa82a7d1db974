//! RSS 2.0 with the content, Dublin Core, Media RSS and Atom modules.

use super::body::Body;
use super::chars::{line, rss_text};
use super::time::{rfc822, rfc3339};
use super::xml::Xml;
use super::{Content, FeedMeta, PROGRAM, labels, links, source};
use crate::model::{Enclosure, PublishedEntry};

/// The entries as an RSS 2.0 document, in the order given.
///
/// The full text is `content:encoded`, the teaser (else the text's beginning)
/// `description`. RSS allows one enclosure an item: further ones are
/// `media:content`, as is the lead picture. No element but those two texts
/// holds markup, however often a reader decodes it once more than it should:
/// see `chars::rss_text`.
pub fn rss(meta: &FeedMeta, entries: &[PublishedEntry], content: Content) -> String {
    let mut xml = Xml::new(super::estimate(entries) * 5 / 4);
    let namespaces = [
        ("version", "2.0"),
        ("xmlns:atom", "http://www.w3.org/2005/Atom"),
        ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:media", "http://search.yahoo.com/mrss/"),
    ];
    xml.open("rss", &namespaces);
    xml.open("channel", &[]);
    channel(&mut xml, meta);
    for entry in entries {
        item(&mut xml, entry, content);
    }
    xml.finish()
}

fn channel(xml: &mut Xml, meta: &FeedMeta) {
    let title = rss_text(&meta.shown_title());
    xml.element("title", &[], &title);
    xml.element("link", &[], &links::http(&meta.home_url).unwrap_or_default());
    // Required, unlike Atom's subtitle.
    let description = meta.description.as_deref().map(rss_text).filter(|text| !text.is_empty());
    xml.element("description", &[], &description.unwrap_or(title));
    if let Some(lang) = links::language(meta.lang.as_deref()) {
        xml.element("language", &[], lang);
    }
    if let Some(author) = meta.author.as_deref().map(rss_text).filter(|author| !author.is_empty()) {
        xml.element("dc:creator", &[], &author);
    }
    xml.element("lastBuildDate", &[], &rfc822(meta.updated));
    xml.element("generator", &[], &format!("{PROGRAM} {}", line(&meta.version)));
    for (rel, url) in std::iter::once(("self", meta.self_url.as_str())).chain(meta.relations()) {
        let Some(url) = links::http(url) else { continue };
        let mut attributes = vec![("rel", rel), ("href", &*url)];
        attributes.extend((rel != "hub").then_some(("type", "application/rss+xml")));
        xml.empty("atom:link", &attributes);
    }
}

fn item(xml: &mut Xml, entry: &PublishedEntry, content: Content) {
    let body = Body::new(entry, content);
    let teaser = body.teaser_html();
    let url = links::http_opt(entry.url.as_deref());
    let title = rss_text(&entry.title);
    xml.open("item", &[]);
    if !title.is_empty() {
        xml.element("title", &[], &title);
    } else if teaser.is_none() {
        // An item must have a title or a description; an address is better than nothing.
        xml.element("title", &[], url.as_deref().unwrap_or("–"));
    }
    if let Some(url) = &url {
        xml.element("link", &[], url);
    }
    for copy in &entry.also_at {
        if let Some(url) = links::http(&copy.url) {
            let title = rss_text(&copy.source_title);
            xml.empty("atom:link", &[("rel", "related"), ("href", &url), ("title", &title)]);
        }
    }
    xml.element("guid", &[("isPermaLink", "false")], &entry.id.urn());
    xml.element("pubDate", &[], &rfc822(entry.published));
    xml.element("atom:updated", &[], &rfc3339(entry.updated));
    for author in entry.authors.iter().map(|author| rss_text(&author.name)).filter(|name| !name.is_empty()) {
        xml.element("dc:creator", &[], &author);
    }
    if let Some(lang) = links::language(entry.lang.as_deref()) {
        xml.element("dc:language", &[], lang);
    }
    for label in labels(entry) {
        xml.element("category", &[], &rss_text(&label));
    }
    if let Some(source) = source::source(entry)
        && let Some(url) = source.feed.as_deref().or(source.site.as_deref())
    {
        xml.element("source", &[("url", url)], &rss_text(&source.title));
    }
    media(xml, entry);
    if let Some(teaser) = teaser {
        xml.element("description", &[], &teaser);
    }
    if let Some(full) = &body.full {
        xml.element("content:encoded", &[], full);
    }
    xml.close();
}

fn media(xml: &mut Xml, entry: &PublishedEntry) {
    let mut enclosures =
        entry.enclosures.iter().filter_map(|enclosure| Some((enclosure, links::http(&enclosure.url)?)));
    if let Some((enclosure, url)) = enclosures.next() {
        // All three are required; a length of 0 is what is written where none is known.
        let length = enclosure.length.unwrap_or(0).to_string();
        let kind = kind(enclosure).unwrap_or(links::UNKNOWN_TYPE);
        xml.empty("enclosure", &[("url", &url), ("length", &length), ("type", kind)]);
    }
    for (enclosure, url) in enclosures {
        let length = enclosure.length.map(|length| length.to_string());
        let mut attributes = vec![("url", &*url)];
        attributes.extend(kind(enclosure).map(|kind| ("type", kind)));
        attributes.extend(length.as_deref().map(|length| ("fileSize", length)));
        xml.empty("media:content", &attributes);
    }
    if let Some(image) = links::http_opt(entry.image.as_deref()) {
        xml.empty("media:content", &[("url", &image), ("medium", "image")]);
    }
}

fn kind(enclosure: &Enclosure) -> Option<&str> {
    links::media_type(enclosure.mime.as_deref(), &enclosure.url)
}
