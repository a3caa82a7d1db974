//! A feed as it was read: one poll's document, before identity and storage.

use super::{Enclosure, Episode, FeedLinks, Person};
use jiff::Timestamp;
use std::time::Duration;

/// The dialect a document was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedKind {
    /// RSS 0.9x, 1.0 (RDF) or 2.0.
    Rss,
    /// Atom 0.3 or 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.0 or 1.1.
    Json,
    /// No feed: a web page whose items were selected.
    Page,
    /// No feed: a sitemap.
    Sitemap,
}

impl FeedKind {
    /// As it is written for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
            Self::Page => "page",
            Self::Sitemap => "sitemap",
        }
    }
}

/// Where the items of a page without a feed stand: CSS selectors, all but the first
/// relative to an item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ItemSelectors {
    /// Every item.
    pub select: String,
    /// Its title; else the text of its link.
    pub title: Option<String>,
    /// Its link; else the item itself or its first link.
    pub link: Option<String>,
    /// Its date; else a `<time>` in it.
    pub date: Option<String>,
    /// Its teaser; else none.
    pub summary: Option<String>,
}

/// A whole feed document, in document order.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedDocument {
    /// The dialect.
    pub kind: FeedKind,
    /// Title as plain text.
    pub title: Option<String>,
    /// The site the feed belongs to, absolute.
    pub link: Option<String>,
    /// The feed's own id, as it stands.
    pub id: Option<String>,
    /// When the feed says it last changed.
    pub updated: Option<Timestamp>,
    /// Language tag (BCP 47), as it stands.
    pub lang: Option<String>,
    /// Authors of the feed; they stand for entries without any.
    pub authors: Vec<Person>,
    /// What the publisher says about how often to ask.
    pub hints: FeedHints,
    /// Its hubs, itself, more of its entries.
    pub links: FeedLinks,
    /// The entries, in document order.
    pub entries: Vec<FeedEntry>,
    /// What had to be repaired.
    pub warnings: Vec<Warning>,
    /// The document ended before its end: its validators must not be kept.
    pub truncated: bool,
}

impl FeedDocument {
    /// A document of which nothing is known yet.
    pub fn empty(kind: FeedKind) -> Self {
        Self {
            kind,
            title: None,
            link: None,
            id: None,
            updated: None,
            lang: None,
            authors: Vec::new(),
            hints: FeedHints::default(),
            links: FeedLinks::default(),
            entries: Vec::new(),
            warnings: Vec::new(),
            truncated: false,
        }
    }
}

/// Wishes of a publisher about polling. They only ever lengthen an interval.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct FeedHints {
    /// RSS `<ttl>` (minutes in the file).
    pub ttl: Option<Duration>,
    /// RSS 1.0 syndication module: `updatePeriod` divided by `updateFrequency`.
    pub update_period: Option<Duration>,
    /// RSS `<skipHours>`: hours of the day (0 to 23, UTC) not to ask in.
    pub skip_hours: Vec<u8>,
    /// RSS `<skipDays>`: days not to ask on, Monday = 1 to Sunday = 7 (UTC).
    pub skip_days: Vec<u8>,
}

/// One entry of a feed document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedEntry {
    /// RSS `guid`, Atom `id`, JSON Feed `id`, as it stands. Never invented.
    pub guid: Option<String>,
    /// Address of the article, absolute.
    pub link: Option<String>,
    /// The article's own address, absolute, where `link` leads through a service
    /// that counts readers (`feedburner:origLink`, `pheedo:origLink`).
    pub original_link: Option<String>,
    /// Title as plain text.
    pub title: Option<String>,
    /// `title` was made out of the address: the page's own is better.
    pub makeshift_title: bool,
    /// Teaser as HTML, not yet cleaned.
    pub summary: Option<String>,
    /// Full text as HTML, not yet cleaned.
    pub content: Option<String>,
    /// Base for relative addresses in `summary` and `content`.
    pub base: Option<String>,
    /// Authors of the entry.
    pub authors: Vec<Person>,
    /// First publication, as the feed says.
    pub published: Option<Timestamp>,
    /// Last change, as the feed says.
    pub updated: Option<Timestamp>,
    /// The feed's own categories, plain text.
    pub categories: Vec<String>,
    /// Attached media.
    pub enclosures: Vec<Enclosure>,
    /// The picture that goes with it (Media RSS, JSON Feed).
    pub image: Option<String>,
    /// What a podcast says of it.
    pub episode: Option<Episode>,
    /// Language tag of the entry, if it differs from the feed's.
    pub lang: Option<String>,
    /// Where the entry was copied from (atom:source, RSS `<source>`).
    pub source: Option<SourceElement>,
}

/// An entry's own word about the feed it came from (RFC 4287 §4.2.11).
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SourceElement {
    /// Feed id.
    pub id: Option<String>,
    /// Feed title, plain text.
    pub title: Option<String>,
    /// Site or feed address.
    pub link: Option<String>,
}

/// Something that was wrong with a document and was repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Line of the document, from 1, where that is known.
    pub line: Option<usize>,
    /// A short name for the kind of repair, such as `charset` or `truncated`.
    pub kind: &'static str,
    /// What was done, for people.
    pub message: String,
}
