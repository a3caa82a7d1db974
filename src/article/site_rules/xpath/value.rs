//! Values and how they become one another (XPath 1.0 §3.2 to §3.5, §4).

use super::tree::{NodeRef, Tree};
use std::borrow::Cow;

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::article) enum Value<'t> {
    /// In document order, each once.
    Nodes(Vec<NodeRef>),
    /// A text.
    Text(Cow<'t, str>),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}

impl<'t> Value<'t> {
    /// `boolean()`
    pub(in crate::article) fn flag(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Flag(flag) => *flag,
        }
    }

    /// `string()`
    pub(in crate::article) fn text(self, tree: &Tree<'t>) -> Cow<'t, str> {
        match self {
            Self::Nodes(nodes) => nodes.first().map_or(Cow::Borrowed(""), |first| tree.text(*first)),
            Self::Text(text) => text,
            Self::Number(number) => Cow::Owned(show(number)),
            Self::Flag(true) => Cow::Borrowed("true"),
            Self::Flag(false) => Cow::Borrowed("false"),
        }
    }

    /// `number()`
    pub(super) fn number(self, tree: &Tree<'t>) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Flag(flag) => f64::from(u8::from(flag)),
            other => number(&other.text(tree)),
        }
    }
}

/// A text as a number (§4.4).
pub(super) fn number(text: &str) -> f64 {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && digits.bytes().any(|b| b != b'.');
    if plain { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// A number as text (§4.2).
fn show(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if number == 0.0 {
        "0".to_owned()
    } else {
        number.to_string()
    }
}
