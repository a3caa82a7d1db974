//! Atom 1.0 (RFC 4287).

use super::body::Body;
use super::time::{changed, rfc3339, shown, whole};
use super::xml::Xml;
use super::{Content, FeedMeta, PROGRAM, chars, labels, language, links, media, source};
use crate::model::{AlsoAt, Person, PublishedEntry};
use jiff::Timestamp;

/// The entries as an Atom 1.0 document (RFC 4287), in the order given.
///
/// Titles are plain text (declared as HTML where they could be taken for it), texts are
/// escaped HTML. Beside its `atom:source`, an entry that several sources carry names the
/// others as `rel="via"`, and near-duplicates of it as `rel="related"`. Pictures and playing
/// times are `media:content`. No title, summary or content is ever empty (RFC 4287
/// §4.1.1.1 advises so): what is missing is made of what is there.
pub fn atom(meta: &FeedMeta, entries: &[PublishedEntry], content: Content) -> String {
    let mut xml = Xml::new(super::estimate(entries) * 5 / 4);
    let lang = language::language(meta.lang.as_deref());
    let mut attributes =
        vec![("xmlns", "http://www.w3.org/2005/Atom"), ("xmlns:media", "http://search.yahoo.com/mrss/")];
    attributes.extend(lang.as_deref().map(|lang| ("xml:lang", lang)));
    xml.open("feed", &attributes);
    // No older than any entry, as they are shown.
    let updated = entries.iter().map(shown).max().unwrap_or(Timestamp::MIN).max(whole(meta.updated));
    head(&mut xml, meta, updated);
    for entry in entries {
        write_entry(&mut xml, entry, content, lang.as_deref());
    }
    xml.finish()
}

pub(super) fn head(xml: &mut Xml, meta: &FeedMeta, updated: Timestamp) {
    let title = meta.shown_title();
    xml.element("id", &[], &chars::line(&meta.id));
    xml.text("title", &title);
    if let Some(description) = meta.description.as_deref().map(chars::line).filter(|text| !text.is_empty()) {
        xml.text("subtitle", &description);
    }
    xml.element("updated", &[], &changed(updated));
    // Entries without an author are only allowed where the feed has one.
    xml.open("author", &[]);
    xml.element("name", &[], &meta.shown_author());
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
    let lang = language::language(entry.lang.as_deref());
    // A language that isn't known must not be inherited from the feed.
    let lang = lang.as_deref().or(feed_lang.map(|_| ""));
    xml.open("entry", lang.map(|lang| ("xml:lang", lang)).as_slice());
    let url = links::http_opt(entry.url.as_deref());
    let body = Body::new(entry, content);
    let title = shown_title(entry, url.as_deref());
    xml.element("id", &[], &entry.id.urn());
    xml.text("title", &title);
    xml.element("published", &[], &rfc3339(entry.published));
    xml.element("updated", &[], &changed(shown(entry)));
    write_authors(xml, &entry.authors);
    if let Some(url) = &url {
        link(xml, "alternate", None, url);
    }
    for copy in &entry.also_at {
        write_copy(xml, copy);
    }
    write_media(xml, entry);
    for label in labels(entry) {
        xml.empty("category", &[("term", &label)]);
    }
    write_source(xml, entry);
    write_body(xml, &body, content, url.is_some(), &title);
    xml.close();
}

/// The title, else the text's first words, else the address.
fn shown_title(entry: &PublishedEntry, url: Option<&str>) -> String {
    let title = chars::line(&entry.title);
    if !title.is_empty() {
        return title;
    }
    let texts = [&entry.summary_html, &entry.content_html].into_iter().flatten();
    let words = texts.filter_map(|html| super::body::beginning(html, TITLE)).next();
    words.or_else(|| url.map(str::to_owned)).unwrap_or_else(|| "–".to_owned())
}

/// Characters of a title that is made of the text.
const TITLE: usize = 80;

fn write_authors(xml: &mut Xml, authors: &[Person]) {
    for author in authors {
        let name = chars::name(&author.name);
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
}

fn write_copy(xml: &mut Xml, copy: &AlsoAt) {
    let title = match chars::name(&copy.title) {
        title if title.is_empty() => chars::name(&copy.source_title),
        title => format!("{}: {title}", chars::name(&copy.source_title)),
    };
    titled_link(xml, "related", &copy.url, &title);
}

fn titled_link(xml: &mut Xml, rel: &str, url: &str, title: &str) {
    let Some(url) = links::http(url) else { return };
    let mut attributes = vec![("rel", rel), ("href", &*url)];
    attributes.extend((!title.is_empty()).then_some(("title", title)));
    xml.empty("link", &attributes);
}

/// Enclosures are links; what a link can't say of them, and pictures, is Media RSS. The lead
/// picture comes first: many readers show the first.
fn write_media(xml: &mut Xml, entry: &PublishedEntry) {
    let image = links::http_opt(entry.image.as_deref());
    if let Some(image) = &image {
        media::picture(xml, image);
    }
    for enclosure in &entry.enclosures {
        let Some(url) = links::http(&enclosure.url) else { continue };
        let kind = media::of(enclosure);
        if !enclosure.picture {
            let length = enclosure.length.map(|length| length.to_string());
            let title = enclosure.title.as_deref().map(chars::name).filter(|title| !title.is_empty());
            let mut attributes = vec![("rel", "enclosure"), ("href", &*url)];
            attributes.extend(kind.map(|kind| ("type", kind)));
            attributes.extend(length.as_deref().map(|length| ("length", length)));
            attributes.extend(title.as_deref().map(|title| ("title", title)));
            xml.empty("link", &attributes);
        }
        let told = enclosure.picture && image.as_ref() != Some(&url);
        if told || enclosure.duration.is_some_and(|seconds| seconds > 0) {
            media::content(xml, enclosure, &url);
        }
    }
}

fn write_source(xml: &mut Xml, entry: &PublishedEntry) {
    for origin in entry.origins.iter().skip(1) {
        titled_link(xml, "via", &origin.feed_url, &chars::name(&origin.title));
    }
    let Some(source) = source::source(entry) else { return };
    xml.open("source", &[]);
    xml.element("id", &[], &source.id);
    xml.text("title", &source.title);
    xml.element("updated", &[], &changed(source.updated));
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

fn write_body(xml: &mut Xml, body: &Body<'_>, content: Content, has_link: bool, title: &str) {
    let excerpt = body.excerpt.as_deref().filter(|_| content == Content::Summary);
    if let Some(summary) = body.teaser_html().filter(|_| body.summary.is_some()) {
        xml.element("summary", &[("type", "html")], &summary);
    } else if let Some(excerpt) = excerpt {
        xml.text("summary", excerpt);
    } else if body.full.is_none() && has_link {
        xml.text("summary", title);
    }
    match &body.full {
        Some(full) => xml.element("content", &[("type", "html")], full),
        // §4.1.2: without an alternate link there must be content.
        None if !has_link => xml.text("content", title),
        None => {}
    }
}
