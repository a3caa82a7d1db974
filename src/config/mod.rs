//! The operator's TOML file: text in, a checked [`Config`] or a report of every mistake out.
//!
//! Nothing here touches the outside world: files, globs and the environment are handed in
//! as [`Inputs`]. `keys.rs` has every key there is; reading, hints and [`schema`] follow it.

mod access;
mod build;
mod check;
mod edit;
mod expand;
mod hint;
mod keys;
mod load;
mod outputs;
mod pieces;
mod read;
mod report;
mod schema;
mod syntax;
mod token;
mod types;
mod units;
mod warn;
mod websub;

#[cfg(test)]
mod tests;

pub use edit::{NewSource, name_for, with_sources};
pub use load::{load, load_for_tool, parse};
pub use report::{Mistake, Report};
pub use schema::schema;
pub use token::Token;
pub use types::*;
pub use units::duration;

use std::path::{Path, PathBuf};

/// The outside world, as far as a configuration needs it.
pub struct Inputs<'a> {
    /// A variable of the environment; `None` if it isn't set or isn't UTF-8.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Content of a file. Should stop soon after 10 MiB: a longer one is refused.
    pub read: &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>,
    /// Paths that match a pattern with `*`, `?` and `[…]`; the error is a sentence.
    pub glob: &'a dyn Fn(&str) -> Result<Vec<PathBuf>, String>,
    /// Version for the default User-Agent.
    pub version: &'a str,
}
