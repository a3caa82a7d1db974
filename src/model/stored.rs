//! An entry as the store keeps it.

use super::{Enclosure, EntryId, Episode, PageFacts, Person, SourceElement, SourceId};
use jiff::Timestamp;

/// An entry as the store keeps it: what its feed said, not yet cleaned, and
/// what its page said.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEntry {
    /// Row in the store; grows with time.
    pub seq: i64,
    /// Lasting name.
    pub id: EntryId,
    /// Address of the article, without tracking parameters.
    pub url: Option<String>,
    /// Title, plain text.
    pub title: String,
    /// Authors; empty if neither the entry nor its page named any.
    pub authors: Vec<Person>,
    /// When it was published; first seen where the feed's date is no use.
    pub published: Timestamp,
    /// When title or text last changed.
    pub updated: Timestamp,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When what is served of it last changed, for whatever reason.
    pub touched: Timestamp,
    /// When it enters the merged feed.
    pub listed: Timestamp,
    /// Language tag.
    pub lang: Option<String>,
    /// What goes with the text.
    pub extra: EntryExtra,
    /// The feed's teaser, HTML as it came.
    pub summary: Option<String>,
    /// The feed's full text, HTML as it came.
    pub content: Option<String>,
    /// The page's text where it is better than the feed's: clean HTML.
    pub article: Option<String>,
    /// Who carries it, first seen first.
    pub carriers: Vec<Carrier>,
    /// Its near-duplicates, where they were asked for.
    pub copies: Vec<Copy>,
}

/// A near-duplicate of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Its lasting name.
    pub id: EntryId,
    /// Its title, plain text.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// Who carries it, the one that brought it first in front.
    pub carriers: Vec<Carrier>,
}

/// Parts of an entry that are kept as they are and never searched for.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct EntryExtra {
    /// The feed's own categories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Attached media.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enclosures: Vec<Enclosure>,
    /// Base for relative addresses in the feed's texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Lead picture of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The feed's own picture of the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed_image: Option<String>,
    /// What a podcast says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode: Option<Episode>,
    /// What the page says of the article beside its text.
    #[serde(skip_serializing_if = "PageFacts::is_empty")]
    pub page: PageFacts,
    /// The entry's own atom:source or `<source>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceElement>,
    /// The title was made out of the address and gives way to the page's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub makeshift_title: bool,
}

/// A source that carries an entry, as far as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// Its name in the configuration.
    pub source: SourceId,
    /// The feed's title.
    pub title: Option<String>,
    /// Address of the feed, without credentials.
    pub url: String,
    /// The feed's own id.
    pub feed_id: Option<String>,
    /// The feed's site.
    pub link: Option<String>,
}
