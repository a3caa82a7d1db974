//! What became of each block of a page, for people.

use super::blocks::Step;
use super::clean::describe;
use super::doc::Doc;

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Running text.
    Text,
    /// Only in the HTML for reading, and why.
    Reading(&'static str),
    /// Not at all, and why.
    Gone(&'static str),
}

impl Kept {
    /// In a word, and why.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("text", ""),
            Self::Reading(why) => ("view", why),
            Self::Gone(why) => ("cut", why),
        }
    }
}

/// A block of text of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// Chance that it is running text, 0 to 1, as the classifier sees it.
    pub chance: f32,
    /// What became of it.
    pub kept: Kept,
    /// Its element with class and id.
    pub what: String,
    /// How it begins.
    pub text: String,
}

/// Blocks that are told of; no article has more.
const MANY: usize = 1_000;

/// Blocks of text in the order of the page, each with its log odds.
pub(super) fn weighed<'s>(doc: &Doc<'_>, fates: impl Iterator<Item = (&'s Step, Kept, f32)>) -> Vec<Weighed> {
    let told = fates.filter_map(|(step, kept, score)| match step {
        Step::Block(block) if !block.text.is_empty() => Some(Weighed {
            chance: 1.0 / (1.0 + (-score).exp()),
            kept,
            what: describe(doc, block.at),
            text: block.text.chars().take(80).collect(),
        }),
        _ => None,
    });
    told.take(MANY).collect()
}
