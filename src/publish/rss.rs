//! RSS 2.0 with the content, Dublin Core, Media RSS, iTunes and Atom modules.

use super::body::Body;
use super::chars::{line, name};
use super::time::{changed, rfc822, shown};
use super::xml::Xml;
use super::{Content, FeedMeta, PROGRAM, itunes, labels, language, links, media, source};
use crate::model::{Enclosure, PublishedEntry};
use std::borrow::Cow;

/// The entries as an RSS 2.0 document, in the order given.
///
/// The full text is `content:encoded`, the teaser (else the text's beginning)
/// `description`. RSS allows one enclosure an item: further ones are
/// `media:content`, as is the lead picture. No element but those two texts
/// holds markup, however often a reader decodes it once more than it should:
/// see `chars::rss_text`.
pub fn rss(meta: &FeedMeta, entries: &[PublishedEntry], content: Content) -> String {
    let mut xml = Xml::new(super::estimate(entries) * 5 / 4);
    let podcasts = entries.iter().any(itunes::is_episode);
    let mut attributes = vec![
        ("version", "2.0"),
        ("xmlns:atom", "http://www.w3.org/2005/Atom"),
        ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:media", "http://search.yahoo.com/mrss/"),
    ];
    attributes.extend(podcasts.then_some(("xmlns:itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd")));
    xml.open("rss", &attributes);
    xml.open("channel", &[]);
    channel(&mut xml, meta, entries, podcasts);
    for entry in entries {
        item(&mut xml, entry, content);
    }
    xml.finish()
}

fn channel(xml: &mut Xml, meta: &FeedMeta, entries: &[PublishedEntry], podcasts: bool) {
    let title = meta.shown_title();
    let home = links::http(&meta.home_url).or_else(|| links::http(&meta.self_url));
    xml.plain("title", &[], &title);
    xml.element("link", &[], &home.unwrap_or_default());
    // Required, unlike Atom's subtitle.
    let description = meta.description.as_deref().map(line).filter(|text| !text.is_empty());
    xml.plain("description", &[], &description.unwrap_or(title));
    // Podcasts must have a language.
    let lang =
        language::language(meta.lang.as_deref()).or_else(|| podcasts.then(|| common_language(entries)));
    if let Some(lang) = lang {
        xml.element("language", &[], &lang);
    }
    if let Some(author) = meta.author.as_deref().map(line).filter(|author| !author.is_empty()) {
        xml.plain("dc:creator", &[], &author);
    }
    xml.element("lastBuildDate", &[], &rfc822(meta.updated));
    xml.element("generator", &[], &format!("{PROGRAM} {}", line(&meta.version)));
    xml.element("docs", &[], "https://www.rssboard.org/rss-specification");
    for (rel, url) in std::iter::once(("self", meta.self_url.as_str())).chain(meta.relations()) {
        let Some(url) = links::http(url) else { continue };
        let mut attributes = vec![("rel", rel), ("href", &*url)];
        attributes.extend((rel != "hub").then_some(("type", "application/rss+xml")));
        xml.empty("atom:link", &attributes);
    }
    if podcasts {
        itunes::channel(xml, meta, entries);
    }
}

/// The language of all entries, else the code for several, or for none that is known.
fn common_language(entries: &[PublishedEntry]) -> Cow<'_, str> {
    let mut known = entries.iter().filter_map(|entry| language::language(entry.lang.as_deref()));
    match known.next() {
        Some(first) if known.all(|lang| lang == first) => first,
        Some(_) => "mul".into(),
        None => "und".into(),
    }
}

fn item(xml: &mut Xml, entry: &PublishedEntry, content: Content) {
    let body = Body::new(entry, content);
    let teaser = body.teaser_html();
    let url = links::http_opt(entry.url.as_deref());
    let title = line(&entry.title);
    xml.open("item", &[]);
    if !title.is_empty() {
        xml.plain("title", &[], &title);
    } else if teaser.is_none() {
        // An item must have a title or a description; an address is better than nothing.
        xml.plain("title", &[], url.as_deref().unwrap_or("–"));
    }
    if let Some(url) = &url {
        xml.element("link", &[], url);
    }
    for copy in &entry.also_at {
        if let Some(url) = links::http(&copy.url) {
            let title = name(&copy.source_title);
            let mut attributes = vec![("rel", "related"), ("href", &*url)];
            attributes.extend((!title.is_empty()).then_some(("title", title.as_str())));
            xml.empty("atom:link", &attributes);
        }
    }
    xml.element("guid", &[("isPermaLink", "false")], &entry.id.urn());
    xml.element("pubDate", &[], &rfc822(entry.published));
    xml.element("atom:updated", &[], &changed(shown(entry)));
    for author in entry.authors.iter().map(|author| line(&author.name)).filter(|name| !name.is_empty()) {
        xml.plain("dc:creator", &[], &author);
    }
    if let Some(lang) = language::language(entry.lang.as_deref()) {
        xml.element("dc:language", &[], &lang);
    }
    for label in labels(entry) {
        xml.plain("category", &[], &label);
    }
    if let Some(source) = source::source(entry)
        && let Some(url) = source.feed.as_deref().or(source.site.as_deref())
    {
        xml.plain("source", &[("url", url)], &source.title);
    }
    attached(xml, entry);
    match (teaser, &body.full) {
        (Some(teaser), _) => xml.element("description", &[], &teaser),
        // A full text without words: readers want a description before it all the same.
        (None, Some(_)) => xml.plain("description", &[], &title),
        (None, None) => {}
    }
    if let Some(full) = &body.full {
        xml.element("content:encoded", &[], full);
    }
    xml.close();
}

/// The enclosure (the first thing that is no picture to be shown), the lead picture, more of
/// either, and what a podcast says.
fn attached(xml: &mut Xml, entry: &PublishedEntry) {
    let image = links::http_opt(entry.image.as_deref());
    let usable = |enclosure: &Enclosure| links::http(&enclosure.url).is_some();
    let first = entry.enclosures.iter().position(|enclosure| !enclosure.picture && usable(enclosure));
    let enclosure = first.and_then(|first| entry.enclosures.get(first));
    if let Some(enclosure) = enclosure
        && let Some(url) = links::http(&enclosure.url)
    {
        // All three are required; a length of 0 is what is written where none is known.
        let length = enclosure.length.unwrap_or(0).to_string();
        let kind = media::of(enclosure).unwrap_or(media::UNKNOWN_TYPE);
        xml.empty("enclosure", &[("url", &url), ("length", &length), ("type", kind)]);
    }
    if let Some(image) = &image {
        media::picture(xml, image);
    }
    for (number, enclosure) in entry.enclosures.iter().enumerate() {
        let Some(url) = links::http(&enclosure.url) else { continue };
        if Some(number) != first && image.as_ref() != Some(&url) {
            media::content(xml, enclosure, &url);
        }
    }
    itunes::item(xml, entry, enclosure);
}
