//! What is wrong with a query.

use super::parse::{MAX_CLAUSES, MAX_LENGTH};

/// A query that can't be understood: where, why and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("character {}: {problem}", position + 1)]
pub struct QueryError {
    /// Characters before the place.
    pub position: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing to search for.
    #[error(
        "the query has neither a word nor another condition; write for example: climate -sport after:2024"
    )]
    Empty,
    /// Longer than [`MAX_LENGTH`] characters.
    #[error("the query is longer than {MAX_LENGTH} characters; leave words out")]
    TooLong,
    /// More conditions than [`MAX_CLAUSES`].
    #[error(
        "more than {MAX_CLAUSES} words and conditions; leave some out, or put words that stand one after another in quotation marks"
    )]
    TooMany,
    /// A quotation mark without another one.
    #[error("the phrase that begins here has no end; add a quotation mark behind its last word")]
    OpenQuote,
    /// A field without a value.
    #[error(
        "{name}: has no value; write it right behind the colon, as in {name}:…, or put quotation marks around the text that is meant"
    )]
    NoValue {
        /// The field.
        name: &'static str,
    },
    /// A value without letters and digits.
    #[error("there is neither a letter nor a digit in the value of {name}:")]
    NoWords {
        /// The field.
        name: &'static str,
    },
    /// A field of another program.
    #[error("there is no {name}: here; write {ours}:, or put quotation marks around the text that is meant")]
    UnknownField {
        /// As it was written, in small letters.
        name: String,
        /// What does the same here.
        ours: &'static str,
    },
    /// A star where only whole values count.
    #[error("{name}: knows no *; write the whole value")]
    Star {
        /// The field.
        name: &'static str,
    },
    /// The beginning of too many words.
    #[error("{text}* means too many words; write at least three letters before the *")]
    ShortPrefix {
        /// Without its star.
        text: String,
    },
    /// No date.
    #[error("{text:?} is no date; write 2024, 2024-05, 2024-05-31 or 2024-05-31T12:00:00Z")]
    Date {
        /// As it was written.
        text: String,
    },
    /// No language tag.
    #[error("{text:?} is no language; write a code such as en or pt-BR")]
    Lang {
        /// As it was written.
        text: String,
    },
}
