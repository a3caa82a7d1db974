//! What the server needs from the rest of the program.

use super::feeds::FeedRequest;
use crate::model::{EntryId, SourceId};
use crate::web::Pictures;
use bytes::Bytes;
use jiff::Timestamp;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// An output format of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Atom 1.0
    Atom,
    /// RSS 2.0
    Rss,
    /// JSON Feed 1.1
    Json,
}

impl Format {
    /// Media type with charset.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }

    /// All of them.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// How the name of a document ends, after the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }
}

/// A document, rendered once and sent many times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// As it is.
    pub plain: Bytes,
    /// Compressed with gzip.
    pub gzip: Bytes,
    /// Digest of the content, the base of the entity tags: the same after a restart.
    pub digest: String,
    /// Newest change of what it shows, entries that left it included.
    pub last_modified: Timestamp,
    /// Newest change of an entry in it; `None` without entries.
    pub news: Option<Timestamp>,
    /// How long readers may keep it.
    pub max_age: Duration,
    /// `Link`: hub and own address of what can be subscribed to (WebSub §4, RFC 8288).
    pub link: Option<String>,
}

/// What becomes of a request for a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edition {
    /// Here it is.
    Ready(Arc<Rendered>),
    /// There is no such feed.
    Absent,
    /// What it is asked for makes no sense; why, for whoever asked.
    Refused(String),
}

/// An article as a document for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// Markdown.
    Markdown,
    /// JSON.
    Json,
}

/// A page for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// What is new and how the sources are.
    Front,
    /// A page of the list of all sources, from 1.
    Sources(usize),
    /// One source.
    Source(SourceId),
    /// One article.
    Article(EntryId),
    /// All tags.
    Tags,
    /// Sources with a tag, and what they bring.
    Tag(String),
    /// What a search finds: its words, what comes first, the number of the page.
    Search(String, Order, usize),
    /// What is shown where nothing is.
    Missing,
}

/// A page for people, made for one reader at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// HTML as it is.
    pub plain: Bytes,
    /// Compressed with gzip.
    pub gzip: Bytes,
    /// Whether there is what was asked for; if not, this is the page that says so.
    pub found: bool,
    /// Whose pictures it may show.
    pub pictures: Pictures,
}

/// An answer on its way; the error is for the log, nobody outside sees it.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

/// What a hub asks a callback (WebSub §5.2, §5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Whether it is to be subscribed.
    Subscribe {
        /// To what.
        topic: String,
        /// For so many seconds.
        lease: u64,
    },
    /// Whether it is to be let go.
    Unsubscribe {
        /// From what.
        topic: String,
    },
    /// Nothing: it tells that it refuses.
    Denied {
        /// What.
        topic: String,
        /// Why; from outside.
        reason: String,
    },
}

/// What a hub delivers (WebSub §7), not yet judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Values of `X-Hub-Signature`.
    pub signatures: Vec<String>,
    /// `Content-Type`, as it stands.
    pub content_type: Option<String>,
    /// The body is compressed in some way.
    pub encoded: bool,
    /// The feed or a part of it, or nothing.
    pub body: Vec<u8>,
}

/// What becomes of an announcement, as far as the hub is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reception {
    /// It was taken, or ignored.
    Taken,
    /// Nobody waits for it.
    Unknown,
}

/// A call of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// All sources and how they are.
    Sources,
    /// One of them.
    Source(SourceId),
    /// It is to be polled now.
    Refresh(SourceId),
    /// Entries.
    Entries(Entries),
    /// One of them; with these keys only.
    Entry(EntryId, Option<Vec<String>>),
    /// Stories that stand in several places, newest first.
    Clusters {
        /// At most so many.
        limit: usize,
        /// Where the page begins.
        cursor: Option<i64>,
    },
    /// The story that an entry belongs to.
    Cluster(EntryId),
}

/// Which entries, and what of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries {
    /// Of sources with one of these tags; empty: any.
    pub tags: Vec<String>,
    /// Of these sources; empty: any.
    pub sources: Vec<SourceId>,
    /// What a search finds, as it was written.
    pub query: Option<String>,
    /// What comes first.
    pub order: Order,
    /// At most so many.
    pub limit: usize,
    /// Where the page begins.
    pub cursor: Option<i64>,
    /// These keys only.
    pub fields: Option<Vec<String>>,
    /// Whether near-duplicates appear once; `None`: as configured.
    pub cluster: Option<bool>,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The newest.
    Newest,
    /// What answers the search best.
    Best,
}

/// What a call of the API brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// JSON.
    Found(Bytes),
    /// JSON; what was asked for will be done.
    Accepted(Bytes),
    /// There is nothing of this name.
    Absent,
    /// It makes no sense; why.
    Refused(String),
    /// It can't be done as things are; why.
    Conflict(String),
    /// Not again so soon.
    TooSoon(Duration),
}

/// Whoever has the content.
pub trait Backend: Send + Sync {
    /// A feed.
    fn feed(&self, request: FeedRequest) -> Answering<'_, Edition>;
    /// A call of the API.
    fn call(&self, call: Call) -> Answering<'_, Reply>;
    /// An article for programs; `None` if there is none of this name.
    fn paper(&self, id: EntryId, format: Paper) -> Answering<'_, Option<Arc<Rendered>>>;
    /// The subscription list, as OPML.
    fn subscriptions(&self) -> Answering<'_, Arc<Rendered>>;
    /// A page for people.
    fn page(&self, page: Page) -> Answering<'_, Printed>;
    /// What whoever runs Offprint should know, as an Atom feed.
    fn notices(&self) -> Answering<'_, Arc<Rendered>>;
    /// Metrics in Prometheus' text format.
    fn metrics(&self) -> Answering<'_, String>;
    /// Whether database and scheduler answer.
    fn ready(&self) -> Answering<'_, ()>;
    /// Whether what a hub asks was meant; `token` is the last part of its callback's path.
    fn hub_asks(&self, token: String, intent: Intent) -> Answering<'_, bool>;
    /// Bytes that an announcement may have; `None` if there is no such callback.
    fn announcement_limit(&self, token: String) -> Answering<'_, Option<u64>>;
    /// An announcement came.
    fn announced(&self, token: String, announcement: Announcement) -> Answering<'_, Reception>;
    /// Who may see what, asked for every request.
    fn access(&self) -> super::Access {
        super::Access::default()
    }
}
