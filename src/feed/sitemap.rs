//! Sitemaps (the protocol of sitemaps.org, version 0.9): lists of addresses in XML or
//! text, with what news sites add to them, and indexes of such lists.

use super::text::{decode, one_line};
use super::token::{Token, Tokenizer};
use super::{Limits, ParseError, charset, dates, makeshift, repairs};
use crate::model::{FeedDocument, FeedEntry, FeedKind, Warning};
use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;
use std::borrow::Cow;
use std::io::Read;
use url::Url;

/// Addresses of one sitemap, and sitemaps of one index, as the protocol has it.
pub const MAX_URLS: usize = 50_000;
/// Bytes of a sitemap, unpacked, as the protocol has it.
pub const MAX_BYTES: usize = 50 * 1024 * 1024;
/// Elements nested deeper are none of a sitemap's.
const MAX_DEPTH: usize = 16;
/// Bytes of one value.
const MAX_VALUE: usize = 8 * 1024;

/// What a sitemap's address led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Sitemap {
    /// Addresses of pages, newest first as far as they have dates.
    Pages(Box<FeedDocument>),
    /// Addresses of further sitemaps, in document order, each once.
    Index(Vec<SitemapLink>),
}

/// A sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitemapLink {
    /// Where it is.
    pub url: Url,
    /// When it last changed, as it is written there.
    pub lastmod: Option<String>,
}

/// Reads a sitemap, an index of sitemaps, a list of addresses (one a line), or a feed in
/// its place; packed with gzip or not, whatever its name and type say. `base` is its own
/// address.
///
/// # Errors
/// [`ParseError`] if it is nothing of these, or unpacks to nothing. What is too long or
/// ends too early is no error; that is told in the document.
pub fn read_sitemap(
    bytes: &[u8],
    content_type: Option<&str>,
    base: &Url,
    limits: &Limits,
) -> Result<Sitemap, ParseError> {
    let (bytes, mut cut) = unpacked(bytes);
    let decoded = charset::decode(&bytes, content_type);
    let text = decoded.text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'));
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let mut reader = Reader { base, ..Reader::new(base) };
    if !text.starts_with('<') {
        reader.lines(text);
    } else {
        reader.walk(text);
    }
    match reader.root {
        None => match super::parse(&bytes, content_type, base, limits) {
            Ok(feed) => Ok(Sitemap::Pages(Box::new(feed))),
            Err(error @ ParseError::Html { .. }) => Err(error),
            Err(_) => Err(ParseError::NotASitemap),
        },
        Some(Root::Index) => Ok(Sitemap::Index(reader.children)),
        Some(Root::Pages) => {
            cut |= reader.cut;
            Ok(Sitemap::Pages(Box::new(reader.document(cut, decoded.warning))))
        }
    }
}

/// The body out of gzip, and whether it ended too early or was longer than allowed.
fn unpacked(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        let cut = bytes.len() > MAX_BYTES;
        return (Cow::Borrowed(&bytes[..bytes.len().min(MAX_BYTES)]), cut);
    }
    let mut plain = Vec::new();
    let done = MultiGzDecoder::new(bytes).take(MAX_BYTES as u64 + 1).read_to_end(&mut plain);
    let cut = done.is_err() || plain.len() > MAX_BYTES;
    plain.truncate(MAX_BYTES);
    (Cow::Owned(plain), cut)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Pages,
    Index,
}

/// What has been read of one `<url>` or `<sitemap>`.
#[derive(Debug, Default)]
struct Item {
    loc: Option<String>,
    lastmod: Option<String>,
    title: Option<String>,
    published: Option<String>,
    lang: Option<String>,
    paper: Option<String>,
    keywords: Option<String>,
}

struct Reader<'a> {
    base: &'a Url,
    root: Option<Root>,
    /// Names of the open elements below the root, without prefixes, lower case.
    open: Vec<String>,
    /// Open elements that are nested too deeply.
    overflow: usize,
    item: Item,
    value: String,
    entries: Vec<FeedEntry>,
    children: Vec<SitemapLink>,
    seen: std::collections::HashSet<Url>,
    /// Name of the paper, as news sitemaps give it.
    paper: Option<String>,
    lang: Option<String>,
    bad: usize,
    beyond: bool,
    cut: bool,
}

impl<'a> Reader<'a> {
    fn new(base: &'a Url) -> Self {
        Self {
            base,
            root: None,
            open: Vec::new(),
            overflow: 0,
            item: Item::default(),
            value: String::new(),
            entries: Vec::new(),
            children: Vec::new(),
            seen: Default::default(),
            paper: None,
            lang: None,
            bad: 0,
            beyond: false,
            cut: false,
        }
    }

    /// One address a line. The first one decides whether it is such a list.
    fn lines(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let web = line.len() < MAX_VALUE && (line.starts_with("http://") || line.starts_with("https://"));
            if self.root.is_none() && !web {
                return;
            }
            self.root = Some(Root::Pages);
            self.item.loc = Some(line.to_owned());
            if !self.take() {
                return;
            }
        }
    }

    fn walk(&mut self, text: &str) {
        let mut tokens = Tokenizer::new(text);
        let mut ended = false;
        while let Some(token) = tokens.next() {
            match token {
                Token::Start { name, empty, .. } => self.start(local(name), empty),
                Token::End(name) if self.root.is_some() => match self.end(&local(name)) {
                    Step::On => {}
                    Step::End => ended = true,
                    Step::Full => return,
                },
                Token::End(_) => {}
                Token::Text(raw) => self.text(&decode(raw)),
                Token::Cdata(raw) => self.text(raw),
            }
            if ended {
                return;
            }
        }
        self.cut |= self.root.is_some();
    }

    fn start(&mut self, name: String, empty: bool) {
        let Some(root) = self.root else {
            match name.as_str() {
                "urlset" => self.root = Some(Root::Pages),
                "sitemapindex" => self.root = Some(Root::Index),
                _ => {}
            }
            // An empty list has no end tag.
            return;
        };
        self.value.clear();
        if empty {
            return;
        }
        let item = if root == Root::Pages { "url" } else { "sitemap" };
        if name == item {
            // One that was not closed ends here.
            if !self.open.is_empty() {
                self.take();
            }
            self.open.clear();
            self.overflow = 0;
            self.item = Item::default();
        }
        if self.open.len() < MAX_DEPTH { self.open.push(name) } else { self.overflow += 1 }
    }

    fn text(&mut self, text: &str) {
        let room = MAX_VALUE.saturating_sub(self.value.len());
        if !self.open.is_empty() {
            self.value.push_str(super::text::head(text, room));
        }
    }

    fn end(&mut self, name: &str) -> Step {
        if self.overflow > 0 {
            self.overflow -= 1;
            return Step::On;
        }
        let Some(at) = self.open.iter().rposition(|open| open == name) else {
            return if matches!(name, "urlset" | "sitemapindex") { self.close() } else { Step::On };
        };
        let value = std::mem::take(&mut self.value);
        let path: Vec<&str> = self.open[..=at].iter().map(String::as_str).collect();
        let item = &mut self.item;
        let slot = match path.as_slice() {
            [_, "loc"] => Some(&mut item.loc),
            [_, "lastmod"] => Some(&mut item.lastmod),
            [_, "news", "title"] => Some(&mut item.title),
            [_, "news", "publication_date"] => Some(&mut item.published),
            [_, "news", "keywords"] => Some(&mut item.keywords),
            [_, "news", "publication", "name"] => Some(&mut item.paper),
            [_, "news", "publication", "language"] => Some(&mut item.lang),
            _ => None,
        };
        if let Some(slot) = slot {
            *slot = one_line(&value, MAX_VALUE);
        }
        self.open.truncate(at);
        if self.open.is_empty() && !self.take() { Step::Full } else { Step::On }
    }

    /// The end of the list; an item that was not closed ends with it.
    fn close(&mut self) -> Step {
        if !self.open.is_empty() {
            self.take();
        }
        Step::End
    }

    /// Takes the item that has ended; `false` if there are enough.
    fn take(&mut self) -> bool {
        let item = std::mem::take(&mut self.item);
        let url = item.loc.as_deref().and_then(|loc| self.base.join(loc.trim()).ok());
        let Some(mut url) = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        else {
            self.bad += 1;
            return true;
        };
        url.set_fragment(None);
        if !self.seen.insert(url.clone()) {
            return true;
        }
        if self.seen.len() > MAX_URLS {
            self.beyond = true;
            return false;
        }
        if self.root == Some(Root::Index) {
            self.children.push(SitemapLink { url, lastmod: item.lastmod });
            return true;
        }
        self.paper = self.paper.take().or(item.paper);
        self.lang = self.lang.take().or_else(|| item.lang.clone());
        let date = |text: &Option<String>| text.as_deref().and_then(dates::parse);
        let words = item.keywords.as_deref().unwrap_or_default().split(',');
        self.entries.push(FeedEntry {
            makeshift_title: item.title.is_none(),
            title: item.title.or_else(|| Some(makeshift::title_of(&url))),
            published: date(&item.published),
            updated: date(&item.lastmod),
            lang: item.lang,
            categories: words.filter_map(|word| one_line(word, 512)).take(50).collect(),
            link: Some(url.into()),
            ..FeedEntry::default()
        });
        true
    }

    fn document(mut self, cut: bool, warning: Option<Warning>) -> FeedDocument {
        let mut warnings: Vec<Warning> = warning.into_iter().collect();
        let mut warn = |kind, message: String| warnings.push(repairs::warning(kind, None, message));
        if self.beyond {
            warn("too-many-entries", format!("only the first {MAX_URLS} entries were taken"));
        }
        if self.bad > 0 {
            warn("junk", format!("{} entries have no http address; they were left out", self.bad));
        }
        if cut {
            warn("truncated", "the sitemap ends before its end; its complete entries were kept".to_owned());
        }
        newest_first(&mut self.entries);
        FeedDocument {
            title: self.paper.or_else(|| self.base.host_str().map(str::to_owned)),
            link: self.base.join("/").ok().map(Into::into),
            lang: self.lang,
            entries: self.entries,
            warnings,
            truncated: cut,
            ..FeedDocument::empty(FeedKind::Sitemap)
        }
    }
}

enum Step {
    On,
    /// The list has ended.
    End,
    /// Enough has been read.
    Full,
}

/// The name without its prefix, lower case.
fn local(name: &str) -> String {
    super::text::head(name.rsplit_once(':').map_or(name, |(_, local)| local), 64).to_ascii_lowercase()
}

/// When an entry of a sitemap is from.
fn date(entry: &FeedEntry) -> Option<Timestamp> {
    entry.published.or(entry.updated)
}

/// Newest first; those without a date last, in their order.
pub fn newest_first(entries: &mut [FeedEntry]) {
    entries.sort_by_key(|entry| std::cmp::Reverse(date(entry)));
}
