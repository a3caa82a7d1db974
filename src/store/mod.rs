//! SQLite: one writer with group commit, read-only connections beside it.
//!
//! Functions in this module's files take a connection or a transaction and do
//! one thing; [`Store`] decides who runs them and when they are committed.

mod alias;
mod announcements;
mod backup;
mod candidates;
mod condition;
mod days;
mod duplicates;
mod error;
mod excluded;
mod found;
mod hosts;
mod intake;
mod kept;
mod log;
mod look;
mod notices;
mod open;
mod pages;
mod polls;
mod prune;
mod read;
mod readers;
mod schema;
mod search;
mod select;
mod site;
mod sources;
mod status;
mod subscriptions;
mod text;
mod versions;
mod writer;

pub use alias::Alias;
pub use announcements::{Print, Subscribed, note_ignored, subscribed, want_poll};
pub use backup::backup;
pub use duplicates::{settle, week};
pub use error::StoreError;
pub use found::{Found, Hit, Order, SearchRequest, found};
pub use hosts::{postpone_page, postpone_poll, remember_hosts, remembered_hosts};
pub use kept::{KeptPage, keep_pages, next_kept, record_again};
pub use log::{page_log, poll_log};
pub use look::Look;
pub use notices::notices;
pub use open::{Durability, Role, Store};
pub use pages::{ClaimedPage, DuePage, PageOutcome, PageRecord, claim_pages, due_pages, record_page};
pub use polls::{Delivery, Incoming, Moved, PollOutcome, PollRecord, Recorded, record_poll};
pub use prune::{excess, forget, heal_clock, prune};
pub use read::{
    Summary, announced, article, cluster_of, clusters, created, headlines, merged, newest_stored,
    note_announced, note_created, revision, seed, story,
};
pub use search::{index, index_older, not_indexed, tidy_index};
pub use select::{Accept, Filter, Selection};
pub use site::{SitePage, known_site};
pub use sources::{
    ClaimedFeed, DueFeed, Wanted, claim_feeds, due_feeds, is_synced, knows_source, next_feed_due,
    shares_entries, sync_sources, want_now,
};
pub use status::{StoreFigures, Totals, figures, figures_of, totals};
pub use subscriptions::{
    HubRequest, Offer, claim_hub_requests, deny, end_leases, is_callback, next_hub_request,
    record_hub_request, settle_all, verify, verify_farewell,
};
pub use versions::{history, versions};
