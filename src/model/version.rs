//! What an entry said before it was changed.

use jiff::Timestamp;

/// An earlier version of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// When it was replaced by the next.
    pub until: Timestamp,
    /// Title, plain text.
    pub title: String,
    /// Running text, paragraphs separated by a blank line.
    pub text: String,
}
