//! The operator's TOML file: text in, a checked [`Config`] or a report of every mistake out.

mod types;

pub use types::*;
