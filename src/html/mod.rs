//! HTML from outside: bounded before it is parsed, cleaned before it is kept,
//! turned into text and Markdown. Used by feeds, articles and output alike.

mod blocks;
mod bound;
pub mod charset;
mod entities;
mod escape;
mod link;
mod markdown;
mod plain;
mod players;
mod sanitize;
mod scan;
mod text;
mod tree;
mod typeset;

pub use blocks::{TextBlock, text_blocks};
pub use bound::{Limits, bound};
pub use entities::decode as decode_references;
pub use escape::{escape, escape_lines};
pub use link::{safe_srcset, safe_url};
pub use markdown::{escape_line, to_markdown};
pub use plain::{clean_line, clean_lines, plain_text};
pub use sanitize::sanitize;
pub use text::{text_length, to_text};
pub use tree::{base_url, tree};
pub use typeset::for_reading;
