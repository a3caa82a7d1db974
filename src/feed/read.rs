//! The walk over a feed in XML: one entry at a time, so that memory depends on
//! the largest entry and not on the number of elements.

use super::canon::{Canon, Progress, own_base};
use super::convert::{self, Head};
use super::entities::Entities;
use super::episode;
use super::fields::{self, Dates, Fields, Period};
use super::names::{Ns, Scope};
use super::token::{Token, Tokenizer};
use super::tree::{Element, Ending, Fault, Tree};
use super::{Limits, ParseError, links, repairs};
use crate::model::{FeedDocument, FeedEntry, FeedHints, FeedKind, FeedLinks, Warning};
use std::collections::HashMap;
use url::Url;

/// Entries that are handed to the feed library at once: memory depends on these,
/// not on all.
const BATCH: usize = 100;

/// A part of the document that holds entries or the feed's own fields.
struct Container<'a> {
    name: &'a str,
    base: Url,
    declared: usize,
}

struct Reader<'a> {
    text: &'a str,
    limits: &'a Limits,
    tokens: Tokenizer<'a>,
    scope: Scope<'a>,
    open: Vec<Container<'a>>,
    outer: Url,
    kind: Option<FeedKind>,
    feed: Canon,
    progress: Progress,
    items: Canon,
    /// Entries written to `items` and not yet read by the library.
    waiting: Vec<Fields>,
    entries: Vec<FeedEntry>,
    failed: Option<ParseError>,
    dates: Dates,
    period: Period,
    lang: Option<String>,
    /// The podcast's picture.
    image: Option<String>,
    hints: FeedHints,
    links: FeedLinks,
    warnings: Vec<Warning>,
    /// How often each kind of repair was needed.
    warned: HashMap<&'static str, usize>,
    truncated: bool,
    /// `<html>` was met before any feed.
    html: bool,
    /// Whether the first element is one of HTML's.
    page: Option<bool>,
    /// Only entries can show that it is a feed.
    doubtful: bool,
}

/// Reads an XML feed of any dialect.
pub(super) fn read(text: &str, base: &Url, limits: &Limits) -> Result<FeedDocument, ParseError> {
    let mut reader = Reader {
        text,
        limits,
        tokens: Tokenizer::new(text),
        scope: Scope::new(),
        open: Vec::new(),
        outer: base.clone(),
        kind: None,
        feed: Canon::new(FeedKind::Rss),
        progress: Progress::default(),
        items: Canon::new(FeedKind::Rss),
        waiting: Vec::new(),
        entries: Vec::new(),
        failed: None,
        dates: Dates::default(),
        period: Period::default(),
        lang: None,
        image: None,
        hints: FeedHints::default(),
        links: FeedLinks::default(),
        warnings: Vec::new(),
        warned: HashMap::new(),
        truncated: false,
        html: false,
        page: None,
        doubtful: false,
    };
    reader.walk();
    reader.result()
}

impl<'a> Reader<'a> {
    fn walk(&mut self) {
        let mut tree = Tree::default();
        loop {
            let at = self.tokens.pos();
            let Some(token) = self.tokens.next() else { break };
            match token {
                Token::Start { name, attrs, empty } => {
                    if !self.start(&mut tree, at, (name, attrs, empty)) {
                        return;
                    }
                }
                Token::End(name) => {
                    if self.end(name) {
                        return;
                    }
                }
                Token::Text(_) | Token::Cdata(_) => {}
            }
        }
        self.truncated |= !self.open.is_empty() || self.tokens.cut;
        if self.truncated && self.kind.is_some() {
            self.warn(
                "truncated",
                self.text.len(),
                "the document ends before its end; its complete entries were kept",
            );
        }
    }

    /// `false` if enough has been read.
    fn start(&mut self, tree: &mut Tree<'a>, at: usize, tag: (&'a str, &'a str, bool)) -> bool {
        let (name, attrs, empty) = tag;
        if self.kind.is_none() {
            if !self.root(at, name) {
                return true;
            }
            tree.entities = Entities::read(self.tokens.doctype);
        }
        let local = name.rsplit_once(':').map_or(name, |(_, local)| local).to_ascii_lowercase();
        let container = matches!(local.as_str(), "rss" | "rdf" | "feed" | "channel");
        if container && self.open.len() < 8 {
            if !empty {
                self.enter(name, attrs);
            }
            return true;
        }
        let ending = tree.read(&mut self.tokens, &mut self.scope, tag);
        for &(fault, at) in &tree.faults {
            self.fault(fault, at);
        }
        let Some(el) = tree.root() else { return true };
        let core = matches!(el.ns(), Ns::Rss | Ns::Atom);
        if core && matches!(local.as_str(), "item" | "entry") {
            self.entry(el, ending, at)
        } else {
            if ending == Ending::Cut {
                self.truncated = true;
            } else {
                self.field(el);
            }
            true
        }
    }

    /// Looks for the element a feed begins with; everything before it is junk.
    fn root(&mut self, at: usize, name: &str) -> bool {
        let local = name.rsplit_once(':').map_or(name, |(_, local)| local).to_ascii_lowercase();
        let (kind, core) = match local.as_str() {
            // A feed that a page shows is not the page's feed.
            _ if self.html => return false,
            "rss" | "rdf" => (FeedKind::Rss, Ns::Rss),
            "feed" => (FeedKind::Atom, Ns::Atom),
            // Parts of a feed count as one unless they are parts of something else;
            // so do the entries of a channel.
            "channel" => (FeedKind::Rss, Ns::Rss),
            "item" if self.page != Some(false) => (FeedKind::Rss, Ns::Rss),
            "entry" if self.page != Some(false) => (FeedKind::Atom, Ns::Atom),
            "html" => {
                self.html = true;
                return false;
            }
            other => {
                let page = ["head", "title", "meta", "link", "script", "body", "div", "p", "h1", "br", "b"];
                self.page = self.page.or(Some(page.contains(&other)));
                return false;
            }
        };
        self.kind = Some(kind);
        self.doubtful = self.page == Some(false) && local == "channel";
        self.scope.core = core;
        self.feed = Canon::new(kind);
        self.items = Canon::new(kind);
        let junk = &self.text[..at];
        if junk.contains("<br") || junk.split('<').next().is_some_and(|text| !text.trim().is_empty()) {
            self.warn("junk", 0, "something stood before the feed; it was skipped");
        }
        true
    }

    fn enter(&mut self, name: &'a str, attrs: &'a str) {
        let declared = self.scope.enter(attrs);
        self.scope.adopt(name);
        let mut tree = Tree::default();
        tree.alone(name, attrs);
        let outer = self.base().clone();
        let base = tree.root().and_then(|el| own_base(el, &outer)).unwrap_or(outer);
        if self.lang.is_none() {
            self.lang = tree.root().and_then(|el| language(&el.attr("xml:lang")?));
        }
        self.open.push(Container { name, base, declared });
    }

    /// `true` at the end of the feed.
    fn end(&mut self, name: &str) -> bool {
        let Some(at) = self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name)) else {
            return false;
        };
        if let Some(open) = self.open.get(at) {
            self.scope.leave(open.declared);
        }
        self.open.truncate(at);
        self.open.is_empty()
    }

    fn base(&self) -> &Url {
        self.open.last().map_or(&self.outer, |open| &open.base)
    }

    /// `false` if enough has been read.
    fn entry(&mut self, el: Element<'_, 'a>, ending: Ending, at: usize) -> bool {
        if ending == Ending::Cut {
            self.truncated = true;
            return true;
        }
        if self.entries.len() + self.waiting.len() >= self.limits.max_entries {
            let message = format!("only the first {} entries were taken", self.limits.max_entries);
            self.warn("too-many-entries", at, &message);
            return false;
        }
        if ending == Ending::Implied {
            self.warn("unclosed", at, "an entry was not closed");
        }
        let Some(kind) = self.kind else { return true };
        let base = own_base(el, self.base()).unwrap_or_else(|| self.base().clone());
        self.items.entry(el, &base, &self.outer);
        let fields = fields::entry(el, kind, &base, &self.outer, self.limits.max_text);
        self.waiting.push(Fields { at, ..fields });
        self.waiting.len() < BATCH || self.flush(kind, &mut Canon::new(kind)).is_some()
    }

    /// Has the waiting entries read, and what stands in `feed`; `None` if that fails.
    fn flush(&mut self, kind: FeedKind, feed: &mut Canon) -> Option<Head> {
        let mut waiting = std::mem::take(&mut self.waiting);
        let outcome = convert::read(&feed.document(&mut self.items), &mut waiting, kind);
        for Fields { repairs, at, .. } in &waiting {
            for kind in repairs {
                self.warn(kind, *at, told(kind));
            }
        }
        match outcome {
            Ok((head, entries)) => {
                self.entries.extend(entries);
                Some(head)
            }
            Err(error) => {
                self.failed = Some(error);
                None
            }
        }
    }

    /// One of the feed's own fields.
    fn field(&mut self, el: Element<'_, 'a>) {
        let base = self.open.last().map_or(&self.outer, |open| &open.base);
        self.feed.field(el, base, &mut self.progress);
        links::take(el, base, &mut self.links);
        self.dates.take(el);
        if self.image.is_none() && el.is(Ns::Itunes, "image") {
            self.image = episode::image(el, base);
        }
        fields::hint(el, &mut self.hints, &mut self.period);
        if self.lang.is_none() && (el.is(Ns::Rss, "language") || el.is(Ns::Dc, "language")) {
            self.lang = el.value().and_then(|lang| language(&lang));
        }
    }

    fn fault(&mut self, fault: Fault, at: usize) {
        let (kind, message) = match fault {
            Fault::Reference => ("reference", "an & that begins no XML reference was taken for text or HTML"),
            Fault::Prefix => {
                ("prefix", "a namespace prefix was not declared; it was taken for what it usually means")
            }
            Fault::Nesting => ("nesting", "tags do not match; they were put in order"),
            Fault::Size => (
                "too-deep",
                "an element was nested too deeply or too large; the rest of its markup was left out",
            ),
        };
        self.warn(kind, at, message);
    }

    /// One warning of a kind is enough; it tells how often.
    fn warn(&mut self, kind: &'static str, at: usize, message: &str) {
        let times = self.warned.entry(kind).or_default();
        *times += 1;
        if *times == 1 {
            let line = repairs::line(self.text, at);
            self.warnings.push(repairs::warning(kind, Some(line), message));
        }
    }

    fn result(mut self) -> Result<FeedDocument, ParseError> {
        let Some(kind) = self.kind else {
            return Err(if self.html || self.tokens.html_doctype || self.page == Some(true) {
                ParseError::Html { feed_link: None }
            } else {
                ParseError::NotAFeed
            });
        };
        if let Some(at) = self.tokens.open_section {
            self.warn("nesting", at, "a CDATA section was not closed; it ends with its element");
        }
        let mut feed = std::mem::replace(&mut self.feed, Canon::new(kind));
        feed.finish(std::mem::take(&mut self.progress));
        let head = if self.failed.is_none() { self.flush(kind, &mut feed) } else { None };
        if let Some(error) = self.failed {
            return Err(error);
        }
        let head = head.unwrap_or_default();
        if let Some(image) = &self.image {
            episode::share_image(&mut self.entries, image);
        }
        if self.doubtful && self.entries.is_empty() {
            return Err(ParseError::NotAFeed);
        }
        if let Some(at) = illegal_character(self.text) {
            self.warn("characters", at, "characters that no XML may hold were left out");
        }
        for warning in &mut self.warnings {
            let times = self.warned.get(warning.kind).copied().unwrap_or_default();
            if times > 1 {
                warning.message += &format!(" (the first of {times})");
            }
        }
        self.hints.update_period = self.period.length();
        Ok(FeedDocument {
            kind,
            title: head.title,
            link: head.link,
            id: head.id,
            updated: self.dates.changed(),
            lang: self.lang,
            authors: head.authors,
            hints: self.hints,
            links: self.links,
            entries: self.entries,
            warnings: self.warnings,
            truncated: self.truncated,
        })
    }
}

/// What was done to an entry.
pub(super) fn told(kind: &str) -> &'static str {
    match kind {
        "date" => "a date could not be read; it was left out",
        "characters" => "characters that no XML may hold were left out",
        "mojibake" => "a text in UTF-8 had been encoded twice; it was decoded",
        _ => "a text was too long; its beginning was kept",
    }
}

/// The first character that XML does not allow (XML 1.0 §2.2).
fn illegal_character(text: &str) -> Option<usize> {
    text.bytes().position(|b| b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r'))
}

fn language(text: &str) -> Option<String> {
    super::text::one_line(text, 64)
}
