//! Feeds as they are really published: bytes in, a [`FeedDocument`] out.
//!
//! Dialect and character set are recognised by content. A lenient tokenizer
//! goes through the document once, an entry at a time; what it finds is written
//! again as canonical Atom 1.0, which the feed library reads without surprises. JSON Feed takes its own short way. Whatever comes in: no panic,
//! memory and time in proportion to its size, nothing recursive.

mod base64;
mod canon;
mod charset;
mod convert;
mod dates;
mod discover;
mod entities;
mod episode;
mod fields;
mod json;
mod jsonfeed;
mod links;
mod listing;
mod loose;
mod makeshift;
mod mend;
mod names;
mod opml;
mod read;
mod repairs;
mod sitemap;
mod text;
mod title;
mod token;
mod tree;

#[cfg(test)]
mod tests;

pub use dates::parse as parse_date;
pub use discover::{FeedLink, discover, feed_like_links, is_of_comments, well_known};
pub use json::{as_json, to_json};
pub use listing::read_items;
pub use opml::{FeedList, ListedFeed, NoList, read_opml};
pub use repairs::REPAIRS;
pub use sitemap::{MAX_BYTES as MAX_SITEMAP, MAX_URLS, Sitemap, SitemapLink, newest_first, read_sitemap};

use crate::model::FeedDocument;
use url::Url;

/// Bounds for one document. What is beyond is left out, with a warning; nothing
/// is refused because of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Entries, counted from the top.
    pub max_entries: usize,
    /// Bytes of one text (summary or content) of an entry.
    pub max_text: usize,
    /// Bytes of the document, as they came: what is beyond is not looked at.
    pub max_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_entries: 10_000, max_text: 2 * 1024 * 1024, max_bytes: 32 * 1024 * 1024 }
    }
}

/// Why there is no feed in a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// A web page.
    #[error("this is an HTML page, not a feed{}", hint(.feed_link.as_ref()))]
    Html {
        /// The first feed the page links to.
        feed_link: Option<Url>,
    },
    /// Neither RSS nor Atom nor JSON Feed.
    #[error("this is neither RSS nor Atom nor JSON Feed")]
    NotAFeed,
    /// Neither a sitemap nor anything that may stand in its place.
    #[error("this is no sitemap: neither <urlset> nor <sitemapindex>, nor a list of addresses, nor a feed")]
    NotASitemap,
    /// On a page without a feed nothing was found that the operator's selector means.
    #[error("{}", no_items(.selector, *.matches))]
    NoItems {
        /// The selector of the items.
        selector: String,
        /// How often it matched.
        matches: usize,
    },
    /// Broken beyond repair.
    #[error("the feed cannot be read{}: {message}", at(*.line))]
    Malformed {
        /// Line of the document, from 1, where that is known.
        line: Option<usize>,
        /// What is wrong.
        message: String,
    },
}

fn hint(link: Option<&Url>) -> String {
    link.map_or_else(String::new, |url| format!("; it links to the feed {url}"))
}

fn no_items(selector: &str, matches: usize) -> String {
    match matches {
        0 => format!("items.select \"{selector}\" matches nothing on this page"),
        n => format!("items.select \"{selector}\" matches {n} on this page, none with a link or a title"),
    }
}

fn at(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" (line {line})"))
}

/// The text of a document in any character set: byte order mark, then the header
/// `content_type`, then the XML declaration, then a guess (RFC 7303 §3), each
/// believed only as far as the bytes bear it out. Bytes that make no sense become U+FFFD.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> std::borrow::Cow<'a, str> {
    charset::decode(bytes, content_type).text
}

/// Reads a feed of any dialect: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0
/// (RFC 4287), JSON Feed. `content_type` is the header as it came (only its
/// `charset` is used), `base` the address the document was fetched from.
///
/// # Errors
///
/// [`ParseError`] if there is no feed. A feed without entries is no error, nor
/// is one that could be repaired; that is told in `warnings`.
pub fn parse(
    bytes: &[u8],
    content_type: Option<&str>,
    base: &Url,
    limits: &Limits,
) -> Result<FeedDocument, ParseError> {
    let whole = bytes.len();
    let bytes = &bytes[..whole.min(limits.max_bytes)];
    let decoded = charset::decode(bytes, content_type);
    let text = decoded.text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'));
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let mut document = if text.starts_with('{') {
        jsonfeed::read(text, base, limits)?
    } else {
        match read::read(&decoded.text, base, limits) {
            Ok(document) => document,
            Err(ParseError::Html { .. }) => {
                let links = discover::discover_in(text, base);
                return Err(ParseError::Html { feed_link: links.into_iter().next().map(|link| link.url) });
            }
            Err(error) => wrapped_json(text, base, limits).ok_or(error)?,
        }
    };
    document.warnings.extend(decoded.warning);
    if bytes.len() < whole {
        document.truncated = true;
        let message = format!("of {whole} bytes only the first {} were read", bytes.len());
        document.warnings.push(repairs::warning("too-large", Some(repairs::line(text, text.len())), message));
    }
    Ok(document)
}

/// A JSON Feed with something around it.
fn wrapped_json(text: &str, base: &Url, limits: &Limits) -> Option<FeedDocument> {
    let (at, inside) = mend::unwrap(text)?;
    let mut document = jsonfeed::read(inside, base, limits).ok()?;
    let skipped = text[..at].bytes().filter(|&b| b == b'\n').count();
    for line in document.warnings.iter_mut().filter_map(|warning| warning.line.as_mut()) {
        *line += skipped;
    }
    document.warnings.push(repairs::warning(
        "junk",
        Some(1),
        "something stood around the feed; it was skipped",
    ));
    Some(document)
}
