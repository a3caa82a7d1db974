//! Entries to documents: Atom 1.0, RSS 2.0, JSON Feed 1.1, JSON Lines, Markdown, OPML 2.0.
//!
//! Pure: the same entries give the same bytes, in time and memory linear in
//! their size. Every writer takes the entries in the order it is given and
//! leaves none out, so that the formats never disagree.
//!
//! Entries arrive clean (see [`PublishedEntry`]). What would break a document
//! is kept out here once more all the same: characters that XML 1.0 forbids,
//! addresses that are not http or https, text that could close an element.

mod assemble;
mod atom;
mod body;
mod chars;
mod file_name;
mod iri;
mod itunes;
mod json_feed;
mod jsonl;
mod language;
mod links;
mod markdown;
mod media;
mod notices;
mod opml;
mod rss;
mod source;
mod time;
mod xml;

pub use assemble::{SourceInfo, assemble};
pub use atom::atom;
pub use file_name::{file_name, file_suffix};
pub use json_feed::json_feed;
pub use jsonl::{RECORD_KEYS, entry_json, jsonl};
pub use markdown::{article_markdown, content_hash, markdown};
pub use notices::notices;
pub use opml::{Subscription, opml};
pub use rss::rss;

use crate::model::{EntryId, EntryKey, PublishedEntry};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// What a feed says about itself, in any format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedMeta {
    /// Lasting name, an IRI that doesn't depend on the server's address; see [`feed_id`].
    pub id: String,
    /// Title, plain text.
    pub title: String,
    /// Subtitle, plain text.
    pub description: Option<String>,
    /// Author of the feed as a whole; the title stands in where there is none.
    pub author: Option<String>,
    /// The page for people that belongs to the feed, http or https.
    pub home_url: String,
    /// The feed's own address, http or https.
    pub self_url: String,
    /// Newest change of anything in the feed.
    pub updated: Timestamp,
    /// Language tag (BCP 47) of title and description.
    pub lang: Option<String>,
    /// Version of the program that writes the feed.
    pub version: String,
    /// WebSub hubs that tell of changes, http or https.
    pub hubs: Vec<String>,
    /// Where the pages around this one are.
    pub paging: Paging,
}

/// Pages of a feed (RFC 5005 §3), http or https. All are missing where a feed is
/// one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paging {
    /// The page with the newest entries.
    pub first: Option<String>,
    /// The next older ones.
    pub next: Option<String>,
    /// The next newer ones.
    pub previous: Option<String>,
}

impl FeedMeta {
    /// The title on one line; the program's name where there is none, for a feed must have one.
    fn shown_title(&self) -> String {
        let title = chars::line(&self.title);
        if title.is_empty() { PROGRAM.to_owned() } else { title }
    }

    /// The author; the title stands in where there is none.
    fn shown_author(&self) -> String {
        let author = self.author.as_deref().map(chars::name).filter(|author| !author.is_empty());
        author.unwrap_or_else(|| chars::name(&self.shown_title()))
    }

    /// Relations and addresses of everything the feed as a whole links to but itself and
    /// its home page.
    fn relations(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Paging { first, next, previous } = &self.paging;
        let pages = [("first", first), ("next", next), ("previous", previous)];
        let pages = pages.into_iter().filter_map(|(rel, url)| Some((rel, url.as_deref()?)));
        self.hubs.iter().map(|hub| ("hub", hub.as_str())).chain(pages)
    }
}

/// How much of an entry goes into a feed. `config` has the same choice for the
/// operator; the two rooms don't know each other, so whoever knows both translates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The full text, and the teaser where there is one.
    Full,
    /// The teaser, or the text's beginning.
    Summary,
    /// Titles and links only.
    None,
}

/// The lasting name of the feed served under `path` (such as `/feed`, without
/// the format's ending if the formats are to share it): `urn:uuid:…`, from
/// nothing but the path, so it outlives a change of `base_url`.
pub fn feed_id(path: &str) -> String {
    // The words in front keep feeds apart from entries, whose names are digests too.
    let digest = Sha256::digest(format!("offprint feed\n{path}"));
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    EntryId::from_key(EntryKey::from_digest(key)).urn()
}

/// Name of the program in `generator`, and of a feed that has no title.
const PROGRAM: &str = "Offprint";

/// Bytes that a document of these entries will need, roughly.
fn estimate(entries: &[PublishedEntry]) -> usize {
    let size = |text: &Option<String>| text.as_deref().map_or(0, str::len);
    let one = |e: &PublishedEntry| 1500 + size(&e.content_html) * 9 / 8 + size(&e.summary_html) * 9 / 8;
    2000 + entries.iter().map(one).sum::<usize>()
}

/// Tags and categories together, each once, tags first.
fn labels(entry: &PublishedEntry) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    entry
        .tags
        .iter()
        .chain(&entry.categories)
        .map(|label| chars::line(label))
        .filter(|label| !label.is_empty() && seen.insert(label.clone()))
        .collect()
}

#[cfg(test)]
mod tests;
