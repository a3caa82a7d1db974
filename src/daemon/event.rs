//! What happens, as it happens: for progress bars, the demo and tests.

use crate::model::{Reason, SourceId};
use std::sync::Arc;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A source was polled.
    Polled {
        /// Which.
        source: SourceId,
        /// New entries.
        new: usize,
        /// Entries whose title or text changed.
        changed: usize,
        /// 304, or the same bytes as last time.
        unchanged: bool,
        /// The document was cut; what came of it was kept.
        warning: Option<String>,
    },
    /// A poll failed.
    PollFailed {
        /// Which source.
        source: SourceId,
        /// Why.
        reason: Reason,
    },
    /// A poll was not made, because the host of the source wants to be left alone.
    PollPostponed {
        /// Which source.
        source: SourceId,
        /// Why, and for how long.
        reason: Reason,
    },
    /// A hub announced entries, and they were read.
    Announced {
        /// Which source's.
        source: SourceId,
        /// New entries.
        new: usize,
        /// Entries whose title or text changed.
        changed: usize,
    },
    /// Pages were found to be fetched.
    PagesFound(usize),
    /// An article was extracted.
    Scraped {
        /// Whose.
        source: SourceId,
        /// Headline, plain text.
        title: String,
        /// Whether its text is used; otherwise the feed's is as good.
        used: bool,
    },
    /// A page brought no article.
    ScrapeFailed {
        /// Whose.
        source: SourceId,
        /// Address.
        url: String,
        /// Why.
        reason: Reason,
    },
}

/// Told of every event; must be quick.
pub type Observer = Arc<dyn Fn(&Event) + Send + Sync>;
