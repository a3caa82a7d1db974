//! Near-duplicates: are two texts one story?
//!
//! A text becomes [`Text`], its words as they are compared. [`Text::sketch`] is a
//! MinHash of it for the store's index, which finds texts that may be alike;
//! [`likeness`] then compares the texts themselves and decides.

mod align;
mod dateline;
mod imprint;
mod judge;
mod letters;
mod numbers;
mod sketch;
mod words;

pub use judge::{Likeness, headlines_agree, likeness, why_alike};
pub use sketch::{BANDS, Sketch};

use crate::html::to_text;
use words::{Token, words};

/// Shorter texts are no one's near-duplicates: so many words, half as many for each
/// character of Chinese and Japanese, a third for each syllable of Thai, Lao, Khmer and Burmese.
pub const MIN_WORDS: u32 = 50;

/// Two entries are compared if their publication lies no further apart, in days.
pub const WINDOW_DAYS: i64 = 7;

/// Bytes of text that are looked at.
const MAX_TEXT: usize = 48 << 10;
/// Bytes of HTML that are looked at for it.
const MAX_HTML: usize = 512 << 10;

/// A text as it is compared with others.
#[derive(Debug, Clone)]
pub struct Text {
    /// Normalised words, one after another.
    buffer: String,
    tokens: Vec<Token>,
    /// Of all words, those that aren't compared included; in units of [`words::WORD`].
    weight: u32,
    /// Several of its paragraphs begin with a time of day.
    live: bool,
    title: Vec<Token>,
    title_buffer: String,
}

impl Text {
    /// Reads a headline (plain text) and a body (HTML, need not be clean).
    pub fn new(title: &str, html: &str) -> Self {
        let html = &html[..html.floor_char_boundary(MAX_HTML)];
        let text = to_text(&without_figures(html));
        let text = &text[..text.floor_char_boundary(MAX_TEXT)];
        let story = imprint::without(dateline::body(text));
        let mut buffer = String::with_capacity(story.len());
        let (tokens, weight) = words(story, &mut buffer);
        let mut title_buffer = String::new();
        let (title, _) = words(title, &mut title_buffer);
        Self { buffer, tokens, weight, live: is_live(text), title, title_buffer }
    }

    /// Its MinHash; none if it is too short to be anybody's near-duplicate.
    pub fn sketch(&self) -> Option<Sketch> {
        (self.weight >= MIN_WORDS * words::WORD).then(|| Sketch::of(&self.tokens)).flatten()
    }

    /// Its length in words, as [`MIN_WORDS`] counts them.
    pub fn words(&self) -> u32 {
        self.weight / words::WORD
    }
}

/// Captions are not the story: sites choose pictures of their own.
fn without_figures(html: &str) -> std::borrow::Cow<'_, str> {
    if !html.contains("<figure") {
        return html.into();
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<figure") {
        out.push_str(&rest[..at]);
        match rest[at..].find("</figure>") {
            Some(end) => rest = &rest[at + end..],
            None => return out.into(),
        }
    }
    out.push_str(rest);
    out.into()
}

/// Whether three paragraphs or more begin with a time of day.
fn is_live(text: &str) -> bool {
    let timed = |paragraph: &&str| {
        let start = paragraph.trim_start_matches(|c: char| !c.is_alphanumeric());
        let hours = start.chars().take_while(char::is_ascii_digit).count();
        let mut after = start.chars().skip(hours);
        let sign =
            after.next().is_some_and(|c| matches!(c, ':' | '.' | 'h' | 'H' | '：' | '时' | '時' | '点'));
        (1..=2).contains(&hours) && sign && after.take(2).filter(char::is_ascii_digit).count() == 2
    };
    text.split(['\n', '\r']).filter(timed).take(3).count() == 3
}
