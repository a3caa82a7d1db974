//! Markup to one line of plain text, without building a tree.

use super::entities::{decode, is_clean};
use super::scan::{Scanner, Token};

/// The text of a short piece of HTML (a title, a name) on one line: tags,
/// comments and the content of scripts and styles gone, character references
/// decoded once, white space folded, control characters gone. A `<` that opens
/// no tag stays.
///
/// What comes out is text: a publisher's `&lt;b&gt;` is `<b>` in it and has to
/// be escaped again wherever markup is expected.
pub fn plain_text(html: &str) -> String {
    if !html.bytes().any(|b| b == b'<' || b == b'&') {
        return clean_line(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut code = false;
    for token in Scanner::lenient(html) {
        match token {
            Token::Text(text) => out.push_str(&decode(text, false)),
            Token::Raw(text) if !code => out.push_str(&decode(text, false)),
            Token::Open(tag) => {
                code = is_code(tag.name);
                space(&mut out, tag.name);
            }
            Token::Close(name) => space(&mut out, name),
            Token::Raw(_) | Token::Other(_) | Token::Unfinished(_) => {}
        }
    }
    clean_line(&out)
}

fn is_code(name: &str) -> bool {
    ["script", "style", "iframe", "noembed", "noframes"].iter().any(|code| code.eq_ignore_ascii_case(name))
}

/// A tag that breaks the line stands for a blank.
fn space(out: &mut String, name: &str) {
    const INLINE: [&str; 28] = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
        "i", "ins", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr",
    ];
    if !INLINE.iter().any(|inline| inline.eq_ignore_ascii_case(name)) {
        out.push(' ');
    }
}

/// Text (not markup) on one line: white space folded to single blanks and
/// trimmed, control characters gone.
pub fn clean_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
        } else if is_clean(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

/// Preformatted text: its lines and their indentation stay, control characters
/// but tabs and blanks at the ends of lines go.
pub fn clean_lines(text: &str) -> String {
    let clean =
        |line: &str| -> String { line.trim_end().chars().filter(|&c| c == '\t' || is_clean(c)).collect() };
    text.lines().map(clean).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        for (input, expected) in [
            ("  Plain \n title\t ", "Plain title"),
            ("A <b>bold</b> word &amp; more", "A bold word & more"),
            ("if a < b and c > d", "if a < b and c > d"),
            ("I <3 RSS", "I <3 RSS"),
            ("x<y", "x"),
            ("one<br>two<p>three</p>four", "one two three four"),
            ("H<sub>2</sub>O", "H2O"),
            ("&lt;script&gt; explained", "<script> explained"),
            ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
            ("a<script>alert('<p>')</script>b", "a b"),
            ("The <script> tag", "The tag"),
            ("a<!-- b -->c", "ac"),
            ("<title>Name</title>", "Name"),
            ("a\u{202e}b\u{0}c\u{1b}[31m&#27;&#x202e;", "abc[31m"),
            ("&nbsp;&nbsp;caf&eacute;\u{a0}", "café"),
            ("<img src=x onerror=alert(1)//", ""),
            ("AT&T", "AT&T"),
            ("", ""),
        ] {
            assert_eq!(plain_text(input), expected, "{input}");
        }
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        for unit in ["<script>", "<", "&", "<!--", "<a ", "</", "<title>", "&#x"] {
            let long = unit.repeat(2_000_000 / unit.len());
            assert!(plain_text(&long).len() <= long.len());
        }
    }

    #[test]
    fn lines_of_code() {
        assert_eq!(clean_lines("if a:\r\n\tb\u{202e}\u{1}\n\n    c\n \n"), "if a:\n\tb\n\n    c");
    }
}
