//! How a source is: what the store knows of it, for whoever shows it.

use super::{Reason, SourceId, Subscription};
use jiff::Timestamp;
use std::time::Duration;

/// Days that [`SourceState::days`] covers.
pub const DAYS: usize = 30;

/// What is known of a configured source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// Its name in the configuration.
    pub id: SourceId,
    /// Whether it is polled at all.
    pub standing: Standing,
    /// Its configured address, without credentials.
    pub url: String,
    /// Where it moved to for good, if it did.
    pub moved_to: Option<String>,
    /// The feed's title.
    pub title: Option<String>,
    /// The feed's site.
    pub link: Option<String>,
    /// Configured interval.
    pub interval: Duration,
    /// The longest that the source's habits can make of it; not longer: it is always polled at `interval`.
    pub max_interval: Duration,
    /// Not polled before this.
    pub next_due: Timestamp,
    /// And why not.
    pub why: String,
    /// Last request.
    pub last_attempt: Option<Timestamp>,
    /// Last poll that worked.
    pub last_success: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// The first of them.
    pub failing_since: Option<Timestamp>,
    /// Stopped by a 410.
    pub gone: bool,
    /// What is wrong: its short fixed name, such as `http-503`.
    pub error_kind: Option<String>,
    /// What is wrong, for people.
    pub error: Option<String>,
    /// What was wrong with the last document and was repaired: one line each,
    /// with the line of the document where that is known; the first few.
    pub repairs: Vec<String>,
    /// Where a feed that has gone may be now.
    pub proposal: Option<String>,
    /// Whether its entries' pages are fetched.
    pub full_text: FullTextState,
    /// Outcomes of the last pages, oldest first; at most 20.
    pub recent_pages: Vec<PageResult>,
    /// Why the last page that was given up brought no article.
    pub page_error: Option<Reason>,
    /// Publication of its newest entry, never in the future.
    pub newest: Option<Timestamp>,
    /// New entries on each of the last days (UTC), today last; those of the first
    /// poll on the days of their publication.
    pub days: [u16; DAYS],
    /// Polls so far.
    pub polls: u64,
    /// Polls that brought nothing new: 304, or the same bytes.
    pub unchanged: u64,
    /// Such polls since the last one that brought something or failed.
    pub quiet: u64,
    /// Polls that failed.
    pub errors: u64,
    /// Bytes of bodies that crossed the network.
    pub bytes: u64,
    /// Pages whose text was used.
    pub pages_good: u64,
    /// Pages that had no more than the feed.
    pub pages_no_gain: u64,
    /// Pages that were given up.
    pub pages_failed: u64,
    /// Pages on which a configured selector found nothing.
    pub selector_missed: u64,
    /// How many of the last ten pages say that they are for subscribers only.
    pub paywalled: usize,
    /// Stored entries that it brought first.
    pub entries: u64,
    /// Its subscription at a hub.
    pub subscription: Option<Subscription>,
}

/// Whether a source is one of those that are polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Configured and enabled.
    Active,
    /// Configured, with `enabled = false`.
    Disabled,
    /// Not configured any more; what it brought is there.
    Removed,
}

/// Whether a source's pages are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FullTextState {
    /// Every page.
    Always,
    /// Where the feed's own text hasn't proved complete.
    Auto,
    /// Not any more, because the feed's own text has proved complete.
    OwnText,
    /// Never.
    Never,
}

/// What became of one article page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageResult {
    /// Its text is used.
    Used,
    /// It had no more than the feed.
    NoGain,
    /// It was given up.
    Failed,
    /// As `Used` or `NoGain`, but the configured selector found nothing.
    SelectorMissed,
    /// Its text is much shorter than this source's used to be.
    Thin,
    /// Its text is the same as on several other pages.
    Repeated,
}

/// A poll worth remembering: one that brought something or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedPoll {
    /// When it ended.
    pub at: Timestamp,
    /// Polls without news between the one before and this one.
    pub quiet: u64,
    /// New entries.
    pub new: u32,
    /// Entries whose text or title changed.
    pub changed: u32,
    /// Bytes that crossed the network.
    pub bytes: u64,
    /// What went wrong, for people; with a document that was cut, what was lost.
    pub error: Option<String>,
}

/// An attempt at an article page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedPage {
    /// When.
    pub at: Timestamp,
    /// The entry's id.
    pub entry: super::EntryId,
    /// The entry's title.
    pub title: String,
    /// Address of the page.
    pub url: Option<String>,
    /// What became of it; `None` while it is still waiting for another attempt.
    pub result: Option<PageResult>,
    /// Why not, for people.
    pub error: Option<String>,
}

/// Something whoever runs Offprint should know: a source that fails, moved or came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Number of the notice; never used again.
    pub number: i64,
    /// When it was noticed.
    pub at: Timestamp,
    /// The source's name in the configuration.
    pub source: SourceId,
    /// A short fixed name: `failing`, `gone`, `moved`, `proposal`, `back`, `extraction`.
    pub kind: String,
    /// One line for people.
    pub title: String,
    /// What happened and what to do, plain text.
    pub text: String,
}
