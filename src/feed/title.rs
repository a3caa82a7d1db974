//! Titles: mostly plain text, sometimes HTML, and nobody says which.

use super::text::one_line;
use crate::html::plain_text;
use std::borrow::Cow;

/// Elements that are put into titles. Everything else in angle brackets is text
/// (`Option<T>`), and so are these without an end (`the <code> element`).
const MARKUP: [&str; 47] = [
    "a",
    "abbr",
    "acronym",
    "b",
    "bdi",
    "bdo",
    "big",
    "blink",
    "blockquote",
    "center",
    "cite",
    "code",
    "del",
    "dfn",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "iframe",
    "ins",
    "kbd",
    "li",
    "mark",
    "nobr",
    "noscript",
    "p",
    "q",
    "s",
    "samp",
    "script",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "tt",
    "u",
    "ul",
    "var",
];

/// Elements without an end.
const EMPTY: [&str; 4] = ["br", "hr", "wbr", "img"];

/// One line of plain text from a title that may hold HTML, at most 4096 bytes.
pub(super) fn from_html(html: &str) -> Option<String> {
    one_line(&plain_text(&without_false_tags(html)), 4096)
}

/// Every `<` that begins no markup of a title as a reference.
fn without_false_tags(html: &str) -> Cow<'_, str> {
    if !html.contains('<') {
        return html.into();
    }
    // A `<` that no `>` follows begins no tag.
    let last = html.rfind('>').unwrap_or(0);
    let (mut opened, mut closed) = ([false; MARKUP.len()], [false; MARKUP.len()]);
    for (at, _) in html[..last].match_indices('<') {
        let (name, closing) = tag_name(&html[at + 1..]);
        if let Some(known) = position(&MARKUP, name) {
            *(if closing { &mut closed[known] } else { &mut opened[known] }) = true;
        }
    }
    let mut out = String::with_capacity(html.len() + 16);
    let mut done = 0;
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        let (name, closing) = tag_name(rest);
        let markup = match position(&MARKUP, name) {
            // With attributes it is surely meant as a tag; an end of nothing does no harm.
            Some(known) => closing || closed[known] || attributes(rest, name),
            None => rest.starts_with("!--") || is_empty(rest, name),
        };
        if at >= last || !markup {
            out.push_str(&html[done..at]);
            out.push_str("&lt;");
            done = at + 1;
        }
    }
    out.push_str(&html[done..]);
    out.into()
}

/// The name after a `<`, and whether it is an end tag's.
fn tag_name(rest: &str) -> (&str, bool) {
    let (name, closing) = rest.strip_prefix('/').map_or((rest, false), |name| (name, true));
    let end = name.bytes().take(16).take_while(|b| b.is_ascii_alphanumeric()).count();
    let ends = matches!(name.as_bytes().get(end), Some(b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r'));
    (if ends { &name[..end] } else { "" }, closing)
}

fn position(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| known.eq_ignore_ascii_case(name))
}

fn attributes(rest: &str, name: &str) -> bool {
    let inside = rest.get(name.len()..).unwrap_or_default();
    let word = inside.trim_start();
    word.len() < inside.len() && word.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// `<br>`; an image needs an address.
fn is_empty(rest: &str, name: &str) -> bool {
    match position(&EMPTY, name) {
        Some(3) => attributes(rest, name),
        found => found.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_text() {
        for (html, want) in [
            ("A <b>bold</b> <i class=x>word</i>", "A bold word"),
            ("<p>para</p>", "para"),
            ("<SPAN>a</SPAN>b</em>", "ab"),
            ("one<br>two<br/>three", "one two three"),
            ("<img src='a.png'>pic &amp; <img>", "pic & <img>"),
            ("x<script>alert(1)</script>y", "x y"),
            ("a<!-- x -->b", "ab"),
            ("Map<K, V> and Box<T>", "Map<K, V> and Box<T>"),
            ("Why <summary> beats <div>", "Why <summary> beats <div>"),
            ("Result<A, B> in <b>Rust</b>", "Result<A, B> in Rust"),
            ("The <iframe> element", "The <iframe> element"),
            ("#include <stdio.h>", "#include <stdio.h>"),
            ("Mail <ann@example.org>", "Mail <ann@example.org>"),
            ("1 < 2, 3 > 2, a <b", "1 < 2, 3 > 2, a <b"),
            ("&lt;b&gt; &amp;lt;", "<b> &lt;"),
            ("é<é>é", "é<é>é"),
        ] {
            assert_eq!(from_html(html).as_deref(), Some(want), "{html}");
        }
        assert_eq!(from_html("<b></b>"), None);
    }
}
