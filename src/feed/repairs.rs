//! The kinds of repairs that are told of, each once for a document.

use crate::model::Warning;

/// Every kind that [`Warning::kind`] can have, in the order of `docs/feeds.md`.
pub const REPAIRS: [&str; 15] = [
    "charset",
    "characters",
    "junk",
    "reference",
    "prefix",
    "nesting",
    "unclosed",
    "mojibake",
    "date",
    "json",
    "too-deep",
    "too-long",
    "too-large",
    "too-many-entries",
    "truncated",
];

/// A warning; `kind` is one of [`REPAIRS`].
pub(super) fn warning(kind: &'static str, line: Option<usize>, message: impl Into<String>) -> Warning {
    debug_assert!(REPAIRS.contains(&kind), "{kind}");
    Warning { line, kind, message: message.into() }
}

/// The line, from 1, of a position in a text.
pub(super) fn line(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|&&b| b == b'\n').count() + 1
}
