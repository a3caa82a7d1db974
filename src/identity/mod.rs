//! One article, one entry: canonical URLs, tracking parameters, keys, and the
//! decision which item of a document is which known entry.

mod assign;
mod canonical;
mod duplicates;
mod explain;
mod keys;
mod news;
mod pages;
mod titles;
mod tracking;
mod wrapped;

pub use assign::{Assignment, Candidate, Known, Target, assign};
pub use canonical::{Canonical, canonical, clean_link, is_site_root};
pub use duplicates::{
    BANDS, Likeness, MIN_WORDS, Sketch, Text, WINDOW_DAYS, headlines_agree, likeness, why_alike,
};
pub use explain::explain;
pub use keys::{candidate, candidate_by_guid, content_hash, digest, url_key, web_address};
pub use news::is_news;
pub use pages::{Evidence, PageAddresses, page_keys};
pub use titles::titles_agree;
pub use tracking::StripRules;
