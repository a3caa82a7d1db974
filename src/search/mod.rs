//! Searching: the language of queries, what of a text goes into the index, and the
//! part of a text that shows why it was found.
//!
//! Index, query and snippet see a text in the same way (`tokens.rs`), so what is found
//! can be shown. The index itself is SQLite's (`store/search.rs`).

mod dates;
mod error;
mod fts;
mod letters;
mod parse;
mod query;
mod rank;
mod snippet;
#[cfg(test)]
mod tests;
mod tokens;

pub use error::{Problem, QueryError};
pub use fts::Fts;
pub use parse::{MAX_CLAUSES, MAX_LENGTH};
pub use query::{Clause, Condition, OnSources, Query, SourceName, Words};
pub use rank::{Signs, relevance};
pub use snippet::{Piece, Snippet, highlight, snippet};
pub use tokens::indexable;
