//! Pages for people: front page, sources, articles. Data in, HTML out.
//!
//! Everything a page needs is in it: no script, no font, no picture and no style
//! sheet of anybody's; only the icon of the browser's tab stands beside it. The style is inline and allowed by its
//! digest ([`policy`]), so a page stays whole behind a proxy, under a token and
//! when it is saved. Articles may show their publishers' pictures, and only they.
//!
//! The markup is written with maud: what comes from outside is text unless code
//! says otherwise, and code says so in two places, the body of an article (which
//! has just been cleaned) and our own style sheet.

mod article;
mod condition;
mod edits;
mod front;
mod layout;
mod missing;
mod number;
mod search;
mod source;
mod sources;
mod spark;
mod story;
mod style;
mod tags;
mod time;

pub use article::article;
pub use front::{Front, LEADS, STORIES, front};
pub use missing::missing;
pub use search::{EXCERPT, HITS, Hit, SearchPage, search};
pub use source::{LOG_LINES, NEWEST, SourcePage, source};
pub use sources::{PER_PAGE, sources};
pub use style::{ICON, ICON_PATH, Pictures, policy};
pub use tags::{TAGGED, TagPage, tag, tags};

use crate::model::{EntryId, SourceId};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What every page has to know.
#[derive(Debug, Clone)]
pub struct Site {
    /// Address under which readers reach the server, no slash at the end.
    pub base: String,
    /// Title of the merged feed, plain text.
    pub title: String,
    /// Its subtitle, plain text.
    pub description: Option<String>,
    /// Where to subscribe.
    pub feeds: Vec<FeedLink>,
    /// Version of the program.
    pub version: &'static str,
    /// The time at which the page is printed.
    pub now: Timestamp,
}

/// A document that can be subscribed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    /// What people call the format.
    pub name: &'static str,
    /// Its path, with a slash in front.
    pub path: String,
    /// Media type without parameters.
    pub kind: &'static str,
}

/// A text as a part of an address: only what RFC 3986 2.3 leaves alone stays, and of that
/// not the dot, or a tag that ends like a feed's address would lead there.
fn encoded(text: &str) -> impl std::fmt::Display + '_ {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');
    utf8_percent_encode(text, ESCAPED)
}

impl Site {
    fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn article(&self, id: &EntryId) -> String {
        format!("{}/articles/{id}", self.base)
    }

    fn source(&self, id: &SourceId) -> String {
        format!("{}/sources/{id}", self.base)
    }
}

#[cfg(test)]
mod tests;
