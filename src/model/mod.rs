//! The words of Offprint: what every other layer speaks of.
//!
//! Nothing here does I/O, reads a clock or knows another module. Times are
//! [`jiff::Timestamp`] (UTC), durations [`std::time::Duration`].

mod access;
mod article;
mod budget;
mod cookies;
mod entry;
mod feed;
mod fetch;
mod host;
mod ids;
mod links;
mod poll;
mod state;
mod stored;
mod version;
mod websub;

pub use access::{Credentials, NamedHost, Proxy, Secret};
pub use article::{Article, PageFacts, Picture};
pub use budget::{HostBudget, HostBudgets, HostFigures, HostTemper, Pace};
pub use cookies::Cookies;
pub use entry::{AlsoAt, Enclosure, Episode, EpisodeKind, Origin, Person, PublishedEntry};
pub use feed::{FeedDocument, FeedEntry, FeedHints, FeedKind, ItemSelectors, SourceElement, Warning};
pub use fetch::{FetchError, FetchPolicy, FetchRequest, FetchResponse, HOST_PAUSE, Purpose, Retry};
pub use host::HostKey;
pub use ids::{EntryId, EntryKey, SourceId};
pub use links::FeedLinks;
pub use poll::{Reason, Validators, one_line};
pub use state::{DAYS, FullTextState, LoggedPage, LoggedPoll, Notice, PageResult, SourceState, Standing};
pub use stored::{Carrier, Copy, EntryExtra, StoredEntry};
pub use version::Version;
pub use websub::{HubStanding, Subscription, Topic};
