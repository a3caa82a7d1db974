//! HTML from outside: bounded before it is parsed, cleaned before it is kept,
//! turned into text and Markdown. Used by feeds, articles and output alike.

mod plain;

pub use plain::plain_text;
