//! Atom 1.0 (RFC 4287).

use super::body::Body;
use super::time::rfc3339;
use super::xml::Xml;
use super::{Content, FeedMeta, PROGRAM, chars, labels, links, source};
use crate::model::{AlsoAt, Enclosure, PublishedEntry};

/// The entries as an Atom 1.0 document (RFC 4287), in the order given.
///
/// Titles, names and categories are plain text, texts are escaped HTML. Beside
/// its `atom:source`, an entry that several sources carry names the others as
/// `rel="via"`, and near-duplicates of it as `rel="related"`. A lead picture is `media:content`.
pub fn atom(meta: &FeedMeta, entries: &[PublishedEntry], content: Content) -> String {
    let mut xml = Xml::new(super::estimate(entries) * 5 / 4);
    let lang = links::language(meta.lang.as_deref());
    let mut attributes =
        vec![("xmlns", "http://www.w3.org/2005/Atom"), ("xmlns:media", "http://search.yahoo.com/mrss/")];
    attributes.extend(lang.map(|lang| ("xml:lang", lang)));
    xml.open("feed", &attributes);
    head(&mut xml, meta);
    for entry in entries {
        write_entry(&mut xml, entry, content, lang);
    }
    xml.finish()
}

pub(super) fn head(xml: &mut Xml, meta: &FeedMeta) {
    let title = meta.shown_title();
    xml.element("id", &[], &chars::line(&meta.id));
    xml.element("title", &[], &title);
    if let Some(description) = &meta.description {
        xml.element("subtitle", &[], &chars::line(description));
    }
    xml.element("updated", &[], &rfc3339(meta.updated));
    // Entries without an author are only allowed where the feed has one.
    xml.open("author", &[]);
    xml.element(
        "name",
        &[],
        &meta.author.as_deref().map(chars::line).filter(|a| !a.is_empty()).unwrap_or(title),
    );
    xml.close();
    link(xml, "self", Some("application/atom+xml"), &meta.self_url);
    link(xml, "alternate", Some("text/html"), &meta.home_url);
    for (rel, url) in meta.relations() {
        link(xml, rel, (rel != "hub").then_some("application/atom+xml"), url);
    }
    xml.element("generator", &[("version", &meta.version)], PROGRAM);
}

pub(super) fn link(xml: &mut Xml, rel: &str, kind: Option<&str>, url: &str) {
    let Some(url) = links::http(url) else { return };
    let mut attributes = vec![("rel", rel), ("href", &*url)];
    attributes.extend(kind.map(|kind| ("type", kind)));
    xml.empty("link", &attributes);
}

fn write_entry(xml: &mut Xml, entry: &PublishedEntry, content: Content, feed_lang: Option<&str>) {
    // A language that isn't known must not be inherited from the feed.
    let lang = links::language(entry.lang.as_deref()).or(feed_lang.map(|_| ""));
    xml.open("entry", lang.map(|lang| ("xml:lang", lang)).as_slice());
    xml.element("id", &[], &entry.id.urn());
    xml.element("title", &[], &chars::line(&entry.title));
    xml.element("published", &[], &rfc3339(entry.published));
    xml.element("updated", &[], &rfc3339(entry.updated));
    for author in &entry.authors {
        let name = chars::line(&author.name);
        if name.is_empty() {
            continue;
        }
        xml.open("author", &[]);
        xml.element("name", &[], &name);
        if let Some(url) = links::http_opt(author.url.as_deref()) {
            xml.element("uri", &[], &url);
        }
        xml.close();
    }
    let url = links::http_opt(entry.url.as_deref());
    if let Some(url) = &url {
        link(xml, "alternate", None, url);
    }
    for copy in &entry.also_at {
        write_copy(xml, copy);
    }
    for enclosure in &entry.enclosures {
        write_enclosure(xml, enclosure);
    }
    if let Some(image) = links::http_opt(entry.image.as_deref()) {
        xml.empty("media:content", &[("url", &image), ("medium", "image")]);
    }
    for label in labels(entry) {
        xml.empty("category", &[("term", &label)]);
    }
    write_source(xml, entry);
    write_body(xml, &Body::new(entry, content), content, url.is_some());
    xml.close();
}

fn write_copy(xml: &mut Xml, copy: &AlsoAt) {
    let Some(url) = links::http(&copy.url) else { return };
    let title = match chars::line(&copy.title) {
        title if title.is_empty() => chars::line(&copy.source_title),
        title => format!("{}: {title}", chars::line(&copy.source_title)),
    };
    xml.empty("link", &[("rel", "related"), ("href", &url), ("title", &title)]);
}

fn write_enclosure(xml: &mut Xml, enclosure: &Enclosure) {
    let Some(url) = links::http(&enclosure.url) else { return };
    let length = enclosure.length.map(|length| length.to_string());
    let title = enclosure.title.as_deref().map(chars::line);
    let mut attributes = vec![("rel", "enclosure"), ("href", &*url)];
    attributes
        .extend(links::media_type(enclosure.mime.as_deref(), &enclosure.url).map(|kind| ("type", kind)));
    attributes.extend(length.as_deref().map(|length| ("length", length)));
    attributes.extend(title.as_deref().map(|title| ("title", title)));
    xml.empty("link", &attributes);
}

fn write_source(xml: &mut Xml, entry: &PublishedEntry) {
    for origin in entry.origins.iter().skip(1) {
        if let Some(url) = links::http(&origin.feed_url) {
            xml.empty("link", &[("rel", "via"), ("href", &url), ("title", &chars::line(&origin.title))]);
        }
    }
    let Some(source) = source::source(entry) else { return };
    xml.open("source", &[]);
    xml.element("id", &[], &source.id);
    xml.element("title", &[], &source.title);
    xml.element("updated", &[], &rfc3339(source.updated));
    if let Some(feed) = &source.feed {
        link(xml, "self", None, feed);
    }
    if source.removed {
        xml.empty("category", &[("term", "removed"), ("label", "No longer followed")]);
    }
    if let Some(site) = &source.site {
        link(xml, "alternate", None, site);
    }
    xml.close();
}

fn write_body(xml: &mut Xml, body: &Body<'_>, content: Content, has_link: bool) {
    if let Some(summary) = body.teaser_html().filter(|_| body.summary.is_some()) {
        xml.element("summary", &[("type", "html")], &summary);
    } else if let Some(excerpt) = body.excerpt.as_deref().filter(|_| content == Content::Summary) {
        xml.element("summary", &[], excerpt);
    }
    match &body.full {
        Some(full) => xml.element("content", &[("type", "html")], full),
        // §4.1.2: without an alternate link there must be content, even if it is empty.
        None if !has_link => xml.element("content", &[], ""),
        None => {}
    }
}
