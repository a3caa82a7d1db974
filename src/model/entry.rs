//! An entry as it is served.

use super::{EntryId, PageFacts, SourceId};
use jiff::Timestamp;

/// An author (RFC 4287 §3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Person {
    /// Name, plain text, never empty.
    pub name: String,
    /// Home page, http or https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Attached media (RSS `<enclosure>`, Atom `rel="enclosure"`, JSON Feed attachment).
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Enclosure {
    /// Address, http or https.
    pub url: String,
    /// MIME type, if it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// Size in bytes, if it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// Playing time in seconds, if it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// Title, plain text, if it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A picture to be shown with the entry (Media RSS) rather than something to take along.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub picture: bool,
}

/// What a podcast says of an entry (Apple's podcast elements).
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Episode {
    /// Its own picture, http or https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The season it belongs to, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<u32>,
    /// Its number, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Whole episode or something beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<EpisodeKind>,
    /// Whether it has words that not everybody should hear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explicit: Option<bool>,
}

/// `itunes:episodeType`
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EpisodeKind {
    /// A whole episode.
    Full,
    /// A foretaste.
    Trailer,
    /// Something in addition.
    Bonus,
}

impl EpisodeKind {
    /// As it is written in feeds.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Trailer => "trailer",
            Self::Bonus => "bonus",
        }
    }

    /// By the name feeds give it, in any case.
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Full, Self::Trailer, Self::Bonus]
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// A source that carries an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its name in the configuration.
    pub source: SourceId,
    /// Configured title, else the feed's, else the source's name. Plain text.
    pub title: String,
    /// The feed's own id, else its address.
    pub feed_id: String,
    /// Address of the feed, without credentials.
    pub feed_url: String,
    /// The site the feed belongs to.
    pub link: Option<String>,
    /// It isn't configured any more: nothing new comes of it.
    pub removed: bool,
}

/// A near-duplicate of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlsoAt {
    /// Its lasting name.
    pub id: EntryId,
    /// Its address.
    pub url: String,
    /// Its title, plain text; may be empty.
    pub title: String,
    /// The source that brought it first.
    pub source: SourceId,
    /// That source's title. Plain text.
    pub source_title: String,
}

/// An entry, cleaned and ready to be written in any output format.
///
/// Every string has lost its control characters, every address is http or
/// https, every piece of HTML has passed the allow-list.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedEntry {
    /// Lasting name.
    pub id: EntryId,
    /// Address of the article, if it has one.
    pub url: Option<String>,
    /// Title, plain text; empty if the feed gave none.
    pub title: String,
    /// Authors; the feed's where the entry had none.
    pub authors: Vec<Person>,
    /// When it was published; first seen where the feed's date is no use.
    pub published: Timestamp,
    /// When title or text last changed.
    pub updated: Timestamp,
    /// When Offprint first saw it.
    pub first_seen: Timestamp,
    /// Teaser, clean HTML.
    pub summary_html: Option<String>,
    /// Full text, clean HTML.
    pub content_html: Option<String>,
    /// Whether `content_html` came from the article's page.
    pub full_text: bool,
    /// Tags of all its sources, sorted.
    pub tags: Vec<String>,
    /// The feed's own categories.
    pub categories: Vec<String>,
    /// Attached media.
    pub enclosures: Vec<Enclosure>,
    /// What a podcast says of it.
    pub episode: Option<Episode>,
    /// Lead picture.
    pub image: Option<String>,
    /// What its page says of it beside the text.
    pub page: PageFacts,
    /// Language tag.
    pub lang: Option<String>,
    /// Who carried it, or a copy of it; the first is the one whose text is shown.
    pub origins: Vec<Origin>,
    /// Near-duplicates of it in other places.
    pub also_at: Vec<AlsoAt>,
    /// The entry's own atom:source or `<source>`, which wins over the first origin's.
    pub source_element: Option<super::SourceElement>,
}
