//! Writes what was read from any dialect as canonical Atom 1.0 (RFC 4287), so
//! that the feed library sees only documents it reads correctly. Atom rather
//! than RSS, because there nothing has to be guessed: titles and people are typed.
//!
//! Long texts and dates do not take this way, see [`super::fields`].

use super::base64;
use super::names::Ns;
use super::text::{escape, head};
use super::tree::Element;
use crate::model::FeedKind;
use url::Url;

/// Longest value of a field that is not a text, in bytes. Longer addresses and
/// ids are dropped rather than cut: half an address is a wrong one.
pub(super) const MAX_VALUE: usize = 8192;
const MAX_TITLE: usize = 4096;
const MAX_NAME: usize = 512;
/// People and categories of one entry, each.
pub(super) const MAX_LIST: usize = 64;
/// Links to one entry's page: the first that leads to HTML will do.
const MAX_LINKS: usize = 16;
/// Attachments of one entry.
pub(super) const MAX_ENCLOSURES: usize = 16;

/// A canonical document being written.
#[derive(Debug)]
pub(super) struct Canon {
    kind: FeedKind,
    out: String,
}

/// What one feed or entry has had so far.
#[derive(Debug, Default)]
pub(super) struct Progress {
    title: bool,
    links: usize,
    people: usize,
    categories: usize,
    enclosures: usize,
    id: Option<String>,
    /// The base in force on it, if it is not the document's.
    own_base: Option<Url>,
    /// Used if nothing better comes.
    spare_title: Option<String>,
    spare_links: Vec<String>,
    spare_person: Option<String>,
}

impl Canon {
    /// An empty document, to be filled from one of the given dialect.
    pub(super) fn new(kind: FeedKind) -> Self {
        Self { kind, out: String::new() }
    }

    /// Takes what has been written, and `entries`, as a finished document.
    pub(super) fn document(&mut self, entries: &mut Self) -> String {
        let start =
            r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">"#;
        let document = [start, &self.out, &entries.out, "</feed>"].concat();
        self.out.clear();
        entries.out.clear();
        document
    }

    /// One entry. `base` is the one in force on it, `outer` the document's.
    pub(super) fn entry(&mut self, entry: Element<'_, '_>, base: &Url, outer: &Url) {
        self.open("entry");
        let mut progress =
            Progress { own_base: (base != outer).then(|| base.clone()), ..Progress::default() };
        for child in entry.children() {
            self.field(child, base, &mut progress);
            self.attachment(child, base, &mut progress);
        }
        if self.is_rss() {
            Self::attributes(entry, base, &mut progress);
        }
        self.finish(progress);
        self.close("entry");
    }

    /// RDF names its resources in an attribute, and CDF links with one.
    fn attributes(el: Element<'_, '_>, base: &Url, progress: &mut Progress) {
        if progress.id.is_none()
            && let Some(about) = el.attr("rdf:about")
        {
            Self::id(&about, false, progress);
        }
        let href = || el.attr("href").and_then(|href| absolute(&href, base));
        if progress.links == 0
            && let Some(url) = href()
        {
            progress.spare_links.push(url);
        }
    }

    /// What entries and feeds have in common: title, links, people, categories, id.
    pub(super) fn field(&mut self, el: Element<'_, '_>, base: &Url, progress: &mut Progress) {
        let local = el.local();
        let is = |name: &str| local.eq_ignore_ascii_case(name);
        match el.ns() {
            Ns::Rss | Ns::Atom if is("title") => self.title(el, progress),
            Ns::Dc | Ns::Media | Ns::Itunes if is("title") && progress.spare_title.is_none() => {
                progress.spare_title = el.value().map(|v| head(&v, MAX_TITLE).to_owned());
            }
            Ns::Rss | Ns::Atom if is("link") => self.link(el, base, progress),
            Ns::Rss | Ns::Atom if is("guid") || is("id") => {
                if let Some(id) = el.value() {
                    Self::id(&id, is("id"), progress);
                }
            }
            Ns::Rss | Ns::Atom if is("author") || is("managingEditor") => self.person(el, base, progress),
            Ns::Dc if is("creator") || is("author") => self.person(el, base, progress),
            Ns::Itunes if is("author") && progress.spare_person.is_none() => {
                progress.spare_person = el.value().map(|v| head(&v, MAX_NAME).to_owned());
            }
            Ns::Rss | Ns::Atom if is("category") => self.category(el, progress),
            Ns::Dc if is("subject") => self.category(el, progress),
            _ => {}
        }
    }

    /// Writes what was kept in reserve.
    pub(super) fn finish(&mut self, progress: Progress) {
        if let Some(id) = &progress.id {
            self.leaf("id", id);
        }
        if let Some(title) = progress.spare_title.filter(|_| !progress.title) {
            self.tag("title", &[("type", Some("html"))], &title);
        }
        if let Some(name) = progress.spare_person.filter(|_| progress.people == 0) {
            self.write_person(&person_name(&name), None);
        }
        for link in progress.spare_links {
            self.alternate(&link, None);
        }
    }

    fn is_rss(&self) -> bool {
        self.kind == FeedKind::Rss
    }

    /// Always as HTML or as text; XHTML becomes HTML.
    fn title(&mut self, el: Element<'_, '_>, progress: &mut Progress) {
        let markup = el.has_markup();
        // Much white space may stand before it.
        let limit = 4 * MAX_TITLE;
        let text = if markup { Some(el.inner_html(limit).into()) } else { base64::text(el, limit) };
        let text = text.unwrap_or_default();
        let text = head(text.trim(), MAX_TITLE);
        if progress.title || text.is_empty() {
            return;
        }
        progress.title = true;
        // In RSS titles are HTML by custom.
        let html = markup || el.ns() != Ns::Atom || is_html(el);
        self.tag("title", &[("type", Some(if html { "html" } else { "text" }))], text);
    }

    fn link(&mut self, el: Element<'_, '_>, base: &Url, progress: &mut Progress) {
        let rel = el.attr("rel").map(|rel| rel.to_ascii_lowercase());
        let rel = rel.as_deref().map_or("alternate", |rel| rel.rsplit('/').next().unwrap_or(rel));
        let wanted = match rel {
            "enclosure" => progress.enclosures < MAX_ENCLOSURES,
            "alternate" => progress.links < MAX_LINKS,
            _ => false,
        };
        if !wanted {
            return;
        }
        let own = own_base(el, base);
        let base = own.as_ref().unwrap_or(base);
        // An empty address means the base itself, if one was given (RFC 3986 §4.4).
        let same = || (own.is_some() || progress.own_base.is_some()) && el.has_attr("href");
        let href = el.attr("href").or_else(|| el.value()).or_else(|| same().then(|| base.as_str().into()));
        let Some(url) = href.and_then(|href| absolute(&href, base)) else { return };
        if rel == "enclosure" {
            return self.enclosure(el, &url, progress);
        }
        progress.links += 1;
        if self.is_rss() && el.ns() == Ns::Atom {
            progress.spare_links.push(url);
        } else {
            self.alternate(&url, el.attr("type").as_deref());
        }
    }

    fn alternate(&mut self, url: &str, mime: Option<&str>) {
        self.tag("link", &[("rel", Some("alternate")), ("href", Some(url)), ("type", mime)], "");
    }

    /// Of several ids the last one counts.
    fn id(id: &str, iri: bool, progress: &mut Progress) {
        let id = id.trim();
        if id.is_empty() || id.len() > MAX_VALUE {
            return;
        }
        // Atom's ids are IRIs (RFC 4287 §4.2.6): a relative one is unique within the base it was given.
        let base = progress.own_base.as_ref().filter(|_| iri && Url::parse(id).is_err());
        progress.id = base.and_then(|base| absolute(id, base)).or_else(|| Some(id.to_owned()));
    }

    fn person(&mut self, el: Element<'_, '_>, base: &Url, progress: &mut Progress) {
        if progress.people >= MAX_LIST {
            return;
        }
        let inner = |names: &[&str]| {
            el.children()
                .find(|c| names.iter().any(|n| c.local().eq_ignore_ascii_case(n)))
                .and_then(|c| c.value())
        };
        let (name, url) = if el.has_markup() {
            let url = inner(&["uri", "url", "homepage"]).and_then(|url| absolute(&url, base));
            (inner(&["name"]).or_else(|| inner(&["email"])), url)
        } else {
            (el.value(), None)
        };
        if let Some(name) = name {
            progress.people += 1;
            self.write_person(&person_name(head(&name, MAX_NAME)), url.as_deref());
        }
    }

    fn write_person(&mut self, name: &str, url: Option<&str>) {
        self.open("author");
        self.leaf("name", name);
        if let Some(url) = url {
            self.leaf("uri", url);
        }
        self.close("author");
    }

    fn category(&mut self, el: Element<'_, '_>, progress: &mut Progress) {
        let name = el.attr("label").or_else(|| el.attr("term")).or_else(|| el.value());
        let Some(name) = name.filter(|_| progress.categories < MAX_LIST) else { return };
        progress.categories += 1;
        self.tag("category", &[("term", Some(head(&name, MAX_NAME)))], "");
    }

    /// RSS enclosures and Media RSS.
    fn attachment(&mut self, el: Element<'_, '_>, base: &Url, progress: &mut Progress) {
        let own = own_base(el, base);
        let base = own.as_ref().unwrap_or(base);
        let url = || el.attr("url").or_else(|| el.attr("href")).and_then(|url| absolute(&url, base));
        match el.ns() {
            Ns::Rss | Ns::Atom if el.local().eq_ignore_ascii_case("enclosure") => {
                if let Some(url) = url() {
                    self.enclosure(el, &url, progress);
                }
            }
            Ns::Media if el.local().eq_ignore_ascii_case("content") => {
                if let Some(url) = url().filter(|_| progress.enclosures < MAX_ENCLOSURES) {
                    progress.enclosures += 1;
                    let attr = |name| el.attr(name);
                    let (mime, size) = (attr("type"), attr("fileSize"));
                    // The library trusts what looks like a number.
                    let time =
                        attr("duration").filter(|t| t.len() < 10 && t.bytes().all(|b| b.is_ascii_digit()));
                    let attrs = [
                        ("type", mime.as_deref()),
                        ("fileSize", size.as_deref()),
                        ("duration", time.as_deref()),
                    ];
                    self.tag("media:content", &[&[("url", Some(url.as_str()))], &attrs[..]].concat(), "");
                }
                for title in el.children().filter(|c| c.is(Ns::Media, "title")) {
                    self.field(title, base, progress);
                }
            }
            Ns::Media if el.local().eq_ignore_ascii_case("group") => {
                for child in el.children().filter(|c| c.is(Ns::Media, "content") || c.is(Ns::Media, "title"))
                {
                    self.attachment(child, base, progress);
                    self.field(child, base, progress);
                }
            }
            _ => {}
        }
    }

    fn enclosure(&mut self, el: Element<'_, '_>, url: &str, progress: &mut Progress) {
        if progress.enclosures >= MAX_ENCLOSURES {
            return;
        }
        progress.enclosures += 1;
        let (mime, length, title) = (el.attr("type"), el.attr("length"), el.attr("title"));
        let attrs = [
            ("rel", Some("enclosure")),
            ("href", Some(url)),
            ("title", title.as_deref().map(|title| head(title, MAX_NAME))),
            ("type", mime.as_deref()),
            ("length", length.as_deref()),
        ];
        self.tag("link", &attrs, "");
    }

    fn open(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.tag(name, &[], text);
    }

    fn tag(&mut self, name: &str, attrs: &[(&str, Option<&str>)], text: &str) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attrs {
            if let Some(value) = value.filter(|v| v.len() <= MAX_VALUE) {
                self.out.push(' ');
                self.out.push_str(name);
                self.out.push_str("=\"");
                escape(value, &mut self.out);
                self.out.push('"');
            }
        }
        self.out.push('>');
        escape(text, &mut self.out);
        self.close(name);
    }
}

/// The name in `mail@example.org (Name)` and `Name <mail@example.org>`.
fn person_name(raw: &str) -> String {
    let is_mail = |text: &str| text.contains('@') && !text.trim().contains(' ');
    for (open, close) in [('(', ')'), ('<', '>')] {
        if let Some((outside, rest)) = raw.split_once(open)
            && let Some((inside, _)) = rest.split_once(close)
        {
            if is_mail(outside) && !inside.trim().is_empty() {
                return inside.trim().to_owned();
            }
            if is_mail(inside) && !outside.trim().is_empty() {
                return outside.trim().trim_matches('"').to_owned();
            }
        }
    }
    raw.trim().trim_start_matches("mailto:").to_owned()
}

/// Whether a text construct of Atom holds escaped HTML.
pub(super) fn is_html(el: Element<'_, '_>) -> bool {
    let mode = el.attr("mode").is_some_and(|mode| mode.eq_ignore_ascii_case("escaped"));
    match el.attr("type").map(|t| t.to_ascii_lowercase()).as_deref() {
        None => mode && el.ns() == Ns::Atom,
        Some(kind) => kind.contains("html"),
    }
}

/// An http or https address, made absolute; `None` for any other.
pub(super) fn absolute(raw: &str, base: &Url) -> Option<String> {
    let raw = raw.trim();
    if raw.is_empty() || raw.len() > MAX_VALUE {
        return None;
    }
    let url = base.join(raw).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

/// The base an element sets for itself (XML Base).
pub(super) fn own_base(el: Element<'_, '_>, base: &Url) -> Option<Url> {
    let own = base.join(&el.attr("xml:base").filter(|raw| raw.len() <= MAX_VALUE)?).ok()?;
    matches!(own.scheme(), "http" | "https").then_some(own)
}
