//! Markup to running text, without building a tree.

use super::entities::{decode, is_clean};
use super::scan::{Scanner, Token};

/// About how many characters of text a piece of HTML holds: white space counts
/// once, a character reference as one, scripts and styles not at all.
pub fn text_length(html: &str) -> usize {
    let mut length = 0;
    let mut gap = true;
    for token in Scanner::new(html) {
        if let Token::Text(text) = token {
            let mut reference = false;
            for c in text.chars() {
                if reference && (c == ';' || !(c.is_ascii_alphanumeric() || c == '#')) {
                    reference = false;
                    if c == ';' {
                        continue;
                    }
                }
                let space = c.is_whitespace();
                length += usize::from(!(reference || (space && gap)));
                reference |= c == '&';
                gap = space;
            }
        }
    }
    length
}

/// The text of a piece of HTML: paragraphs, headings, list items and table rows
/// are separated by a blank line, `<br>` is a line break, scripts are gone.
pub fn to_text(html: &str) -> String {
    let mut out = Paragraphs::default();
    let mut pre = 0usize;
    for token in Scanner::new(html) {
        match token {
            Token::Text(text) => out.push(&decode(text, false), pre > 0),
            Token::Open(tag) => {
                let name = tag.name.to_ascii_lowercase();
                pre += usize::from(name == "pre");
                out.tag(&name);
            }
            Token::Close(name) => {
                let name = name.to_ascii_lowercase();
                pre = pre.saturating_sub(usize::from(name == "pre"));
                out.tag(&name);
            }
            Token::Raw(_) | Token::Other(_) | Token::Unfinished(_) => {}
        }
    }
    out.text
}

/// Text under construction.
#[derive(Default)]
struct Paragraphs {
    text: String,
    /// What has to come before the next character.
    gap: Gap,
}

#[derive(Default, Clone, Copy, PartialEq, PartialOrd)]
enum Gap {
    #[default]
    None,
    Blank,
    Line,
    Paragraph,
}

impl Paragraphs {
    fn widen(&mut self, gap: Gap) {
        if gap > self.gap {
            self.gap = gap;
        }
    }

    fn push(&mut self, text: &str, verbatim: bool) {
        for c in text.chars() {
            if c == '\n' && verbatim {
                self.widen(Gap::Line);
            } else if c.is_whitespace() {
                self.widen(Gap::Blank);
            } else if is_clean(c) {
                self.fill();
                self.text.push(c);
            }
        }
    }

    fn fill(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if !self.text.is_empty() {
            self.text.push_str(match gap {
                Gap::None => "",
                Gap::Blank => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
    }

    fn tag(&mut self, name: &str) {
        match name {
            "br" => self.widen(Gap::Line),
            "td" | "th" | "img" => self.widen(Gap::Blank),
            name if is_block(name) => self.widen(Gap::Paragraph),
            _ => {}
        }
    }
}

/// Elements that stand on lines of their own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "audio"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hr"
            | "html"
            | "iframe"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "object"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
            | "video"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs() {
        let html = "<h1>Head</h1>\n<p>One <b>two</b>\n three<br>four</p><ul><li>a<li>b</ul>\
                    <script>no()</script><table><tr><td>x</td><td>y</td></tr></table>tail &amp; end";
        assert_eq!(to_text(html), "Head\n\nOne two three\nfour\n\na\n\nb\n\nx y\n\ntail & end");
        assert_eq!(to_text("<pre>a\n  b</pre>c"), "a\nb\n\nc");
        assert_eq!(to_text("  no markup\nat all "), "no markup at all");
        assert_eq!(to_text(""), "");
    }

    #[test]
    fn lengths() {
        assert_eq!(text_length(""), 0);
        assert_eq!(text_length("<p>abc  def</p><script>long code here</script>"), 7);
        assert_eq!(text_length("a&amp;b"), 3);
        assert_eq!(text_length("a & b&"), 6);
    }
}
