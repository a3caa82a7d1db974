//! An article as it was extracted from its page.

use super::Person;
use jiff::Timestamp;

/// A picture of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Address, absolute.
    pub url: String,
    /// Alternative text.
    pub alt: String,
}

/// What an article page says, without what stands around it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Article {
    /// Headline, plain text.
    pub title: Option<String>,
    /// What the page itself calls the article, where that is something else than the
    /// feed's title, which stands in `title` then.
    pub own_title: Option<String>,
    /// Authors in the page's order.
    pub authors: Vec<Person>,
    /// Publication date as RFC 3339 with the page's own offset, or a date alone
    /// (`2023-01-31`) if that is all the page says.
    pub published: Option<String>,
    /// The same as an instant, where the page gives one.
    pub published_at: Option<Timestamp>,
    /// Last change, in the same form, where the page names one.
    pub modified: Option<String>,
    /// Section or subject under which the site files it.
    pub section: Option<String>,
    /// Keywords that the page gives itself, plain text.
    pub tags: Vec<String>,
    /// Whether the page says that it can be read without paying.
    pub free: Option<bool>,
    /// Name of the site.
    pub site: Option<String>,
    /// Lead picture.
    pub image: Option<Picture>,
    /// Language tag (BCP 47).
    pub lang: Option<String>,
    /// Body for reading: HTML that has passed the allow-list, addresses absolute.
    pub html: String,
    /// Body as running text only: no headline, no captions, no credits.
    /// Paragraphs are separated by a blank line.
    pub text: String,
    /// The page's own word about its address (rel=canonical), absolute, unchecked.
    pub canonical: Option<String>,
    /// Other editions that the page names (`rel=amphtml`, `rel=alternate` for another
    /// kind of screen), absolute, unchecked, a few at most.
    pub editions: Vec<String>,
}

impl Article {
    /// What is kept of the page beside its text.
    pub fn facts(&self) -> PageFacts {
        PageFacts {
            published: self.published.clone(),
            // An article that was never changed repeats its date.
            modified: self.modified.clone().filter(|modified| Some(modified) != self.published.as_ref()),
            section: self.section.clone(),
            tags: self.tags.clone(),
            free: self.free,
            site: self.site.clone(),
            canonical: self.canonical.clone(),
        }
    }
}

/// What an article's page says of it beside the text, for readers: its own word,
/// where the feed's goes first.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PageFacts {
    /// Publication, as [`Article::published`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Last change, in the same form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Section under which the site files it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Keywords.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether it can be read without paying (`isAccessibleForFree`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free: Option<bool>,
    /// Name of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The page's word about its own address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical: Option<String>,
}

impl PageFacts {
    /// Whether the page says that it is for subscribers only.
    pub fn paywalled(&self) -> bool {
        self.free == Some(false)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
