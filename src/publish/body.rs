//! What of an entry's text goes into a feed.

use super::{Content, chars, links};
use crate::html::{escape, to_text};
use crate::model::{AlsoAt, PublishedEntry};
use std::borrow::Cow;

/// Characters of a beginning that stands in for a teaser.
const EXCERPT: usize = 400;
/// Bytes of HTML that are looked at for it: a text of megabytes is not walked
/// through for its first sentences.
const EXCERPT_SOURCE: usize = 32 * 1024;

/// The two texts of an entry, clean HTML, as far as they are wanted and there.
#[derive(Default)]
pub(super) struct Body<'a> {
    /// The full text, and under it where else it stands.
    pub(super) full: Option<Cow<'a, str>>,
    /// The teaser.
    pub(super) summary: Option<&'a str>,
    /// The beginning of the full text, where a teaser is wanted and missing.
    pub(super) excerpt: Option<String>,
    /// Near-duplicates that the teaser has to name, because nothing else does.
    copies: &'a [AlsoAt],
}

impl<'a> Body<'a> {
    /// What `content` lets through.
    pub(super) fn new(entry: &'a PublishedEntry, content: Content) -> Self {
        if content == Content::None {
            return Self::default();
        }
        let full = filled(entry.content_html.as_deref());
        // Many feeds repeat the text as its own teaser.
        let summary = filled(entry.summary_html.as_deref()).filter(|&summary| full != Some(summary));
        let excerpt = full.filter(|_| summary.is_none()).and_then(excerpt);
        let full = full.filter(|_| content == Content::Full);
        let copies = if full.is_none() { &*entry.also_at } else { &[] };
        Self { full: full.map(|full| with_copies(full.into(), &entry.also_at)), summary, excerpt, copies }
    }

    /// Teaser or beginning, as HTML.
    pub(super) fn teaser_html(&self) -> Option<String> {
        let excerpt = || self.excerpt.as_deref().map(chars::to_html);
        let html = self.summary.map(str::to_owned).or_else(excerpt)?;
        Some(with_copies(html.into(), self.copies).into_owned())
    }

    /// The teaser as one line of plain text.
    pub(super) fn summary_text(&self) -> Option<String> {
        self.summary.map(|html| chars::line(&to_text(html))).filter(|text| !text.is_empty())
    }
}

/// A text and under it where else it stands.
fn with_copies<'a>(html: Cow<'a, str>, copies: &[AlsoAt]) -> Cow<'a, str> {
    let mut list = String::new();
    for copy in copies {
        let Some(url) = links::http(&copy.url) else { continue };
        let name = escape(&chars::line(&copy.source_title));
        list.push_str(if list.is_empty() { "\n<p>Also at: " } else { ", " });
        list.push_str(&format!("<a href=\"{}\">{name}</a>", escape(&url)));
    }
    if list.is_empty() { html } else { format!("{html}{list}</p>").into() }
}

fn filled(html: Option<&str>) -> Option<&str> {
    html.filter(|html| !html.trim().is_empty())
}

fn excerpt(html: &str) -> Option<String> {
    beginning(html, EXCERPT)
}

/// The beginning of a text, plain, about so many characters, cut between words.
pub(super) fn beginning(html: &str, characters: usize) -> Option<String> {
    let text = chars::line(&to_text(head(html)));
    let Some((cut, _)) = text.char_indices().nth(characters) else {
        return (!text.is_empty()).then_some(text);
    };
    let start = &text[..cut];
    // Scripts without blanks are cut between characters.
    let end = start.rfind(' ').filter(|&end| end > cut / 2).unwrap_or(cut);
    Some(format!("{}…", start[..end].trim_end()))
}

/// The beginning of clean HTML, up to a tag.
fn head(html: &str) -> &str {
    if html.len() <= EXCERPT_SOURCE {
        return html;
    }
    let head = &html[..html.floor_char_boundary(EXCERPT_SOURCE)];
    head.rfind('<').filter(|&at| at > 0).map_or(head, |at| &head[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_end_between_words() {
        let html = format!("<p>{}</p>", "word ".repeat(200));
        let text = excerpt(&html).unwrap();
        assert!(text.ends_with("word…") && text.chars().count() <= EXCERPT + 1, "{text}");
        assert_eq!(excerpt("<p>a &amp; b</p>").as_deref(), Some("a & b"));
        assert_eq!(excerpt("<p> </p>"), None);
        assert_eq!(excerpt(&"字".repeat(20_000)).unwrap().chars().count(), EXCERPT + 1);
    }
}
