//! The scheduler and its two kinds of jobs. Feeds and pages never call each
//! other: they meet in the store, so that a crash loses nothing and slow pages
//! never delay feeds.

mod announce;
mod archives;
mod discover;
mod engine;
mod event;
mod feeds;
mod filter;
mod further;
mod hosts;
mod indexing;
mod outputs;
mod pages;
mod poll;
mod ports;
mod press;
mod rediscover;
mod reextract;
mod scrape;
mod settings;
mod shelf;
mod sitemap;
mod websub;

pub use announce::announce;
pub use discover::{Discovery, Found, discover};
pub use engine::{Engine, Once, Tally, counted};
pub use event::{Event, Observer};
pub use outputs::{narrow, on_sources};
pub use ports::{Clock, Fetch, Fetching, FormRequest, Posting};
pub use press::{Press, assembled, document, members, source_info, subscriptions};
pub use reextract::Reextracted;
pub use settings::{Settings, without_credentials};
