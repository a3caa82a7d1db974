//! How a source is: a word and a sign, never colour alone.

use crate::health::{self, Condition, Health};
use crate::model::{FullTextState, SourceState};
use maud::{Markup, html};

/// `● good`
pub(super) fn badge(condition: Condition) -> Markup {
    let (class, sign, word) = match condition {
        Condition::New => ("new", "○", "new"),
        Condition::Good => ("good", "●", "good"),
        Condition::Poor => ("poor", "◐", "poor"),
        Condition::Failing => ("failing", "▲", "failing"),
        Condition::Stopped => ("stopped", "■", "stopped"),
    };
    html! { span class={ "badge " (class) } { span.sign aria-hidden="true" { (sign) } " " (word) } }
}

/// Whether somebody should look at it.
pub(super) fn needs_attention(health: &Health) -> bool {
    !matches!(health.condition, Condition::Good | Condition::New)
}

/// Gravest first.
pub(super) fn rank(condition: Condition) -> u8 {
    match condition {
        Condition::Stopped => 0,
        Condition::Failing => 1,
        Condition::Poor => 2,
        Condition::New => 3,
        Condition::Good => 4,
    }
}

/// How the pages of a source do: in a word for a table.
pub(super) fn full_text(source: &SourceState) -> String {
    // A number stays with its sign.
    health::full_text(source).replace(' ', "\u{a0}")
}

/// The same in a sentence.
pub(super) fn full_text_words(source: &SourceState) -> &'static str {
    match source.full_text {
        FullTextState::Always => "every page is fetched",
        FullTextState::Auto => "pages are fetched until its own text has proved complete",
        FullTextState::OwnText => "its own text is complete, no pages are fetched",
        FullTextState::Never => "no pages are fetched",
    }
}

/// The name of the feed, else of its source.
pub(super) fn name(source: &SourceState) -> &str {
    source.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(source.id.as_str())
}

/// What a finding says, as a sentence of its own.
pub(super) fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect::<String>() + if words.ends_with('.') { "" } else { "." }
}
