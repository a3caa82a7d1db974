//! Clean HTML made ready to stand in a page of ours.

use super::scan::{Scanner, Tag, Token};

/// Elements that would stand for a part of the page they are put into.
const LANDMARKS: [&str; 7] = ["main", "header", "footer", "nav", "aside", "article", "section"];

/// Makes a cleaned text (see [`super::sanitize`]) part of a page: pictures are
/// loaded late and without a referrer, links tell nobody where they were found,
/// wide tables and code can be scrolled for themselves, also with the keyboard;
/// headings stand below the page's own, and parts of the publisher's page are
/// no parts of ours. Adds nothing but constants; time is linear.
pub fn for_reading(clean: &str) -> String {
    let mut out = String::with_capacity(clean.len() + clean.len() / 8);
    let mut tables = 0usize;
    for token in Scanner::new(clean) {
        match token {
            Token::Open(tag) => {
                if tag.name == "table" {
                    if tables == 0 {
                        out.push_str(
                            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">",
                        );
                    }
                    tables += 1;
                }
                open(&tag, &mut out);
            }
            Token::Close(name) => {
                out.push_str("</");
                out.push_str(renamed(name));
                out.push('>');
                if name == "table" && tables > 0 {
                    tables -= 1;
                    if tables == 0 {
                        out.push_str("</div>");
                    }
                }
            }
            Token::Text(text) | Token::Raw(text) => out.push_str(text),
            Token::Other(_) | Token::Unfinished(_) => {}
        }
    }
    for _ in 0..tables.min(1) {
        out.push_str("</div>");
    }
    out
}

fn renamed(name: &str) -> &str {
    match name {
        "h1" => "h2",
        name if LANDMARKS.contains(&name) => "div",
        name => name,
    }
}

fn open(tag: &Tag<'_>, out: &mut String) {
    let has = |wanted: &str| tag.attributes().take(128).any(|(name, _)| name == wanted);
    out.push('<');
    out.push_str(renamed(tag.name));
    // Right behind the name: of two attributes of one name the first counts.
    out.push_str(match tag.name {
        "img" => " loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\"",
        "a" => " rel=\"noreferrer\"",
        "video" | "audio" => " preload=\"none\"",
        "pre" => " tabindex=\"0\"",
        _ => "",
    });
    if tag.name == "img" && !has("alt") {
        out.push_str(" alt=\"\"");
    }
    out.push_str(tag.attrs);
    out.push('>');
}

#[cfg(test)]
mod tests {
    use super::for_reading;
    use crate::html::sanitize;

    #[test]
    fn parts_of_a_page() {
        for (html, expected) in [
            (
                "<img src=\"https://a.example/x\">",
                "<img loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\" alt=\"\" src=\"https://a.example/x\">",
            ),
            ("<h1>a</h1><h2>b</h2>", "<h2>a</h2><h2>b</h2>"),
            ("<main><p>a</p></main>", "<div><p>a</p></div>"),
            (
                "<a href=\"https://a.example/\">x &lt; y</a>",
                "<a rel=\"noreferrer\" href=\"https://a.example/\">x &lt; y</a>",
            ),
            (
                "<table><tbody><tr><td><table></table></td></tr></tbody></table>",
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><tbody><tr><td><table></table></td></tr></tbody></table></div>",
            ),
        ] {
            assert_eq!(for_reading(html), expected);
        }
    }

    #[test]
    fn what_was_clean_stays_clean() {
        let clean = sanitize(
            "<p title='a>b<script>'>x<img src=https://a.example/ alt='\"><script>alert(1)</script>' onerror=x>\
             <a href=javascript:x>y</a><a href='https://a.example/?\">'>z</a><pre>1 < 2",
            None,
        );
        let page = for_reading(&clean);
        assert_eq!(sanitize(&page, None), clean);
        for bad in ["<script", "javascript", "onerror"] {
            assert!(!page.contains(&format!(" {bad}")) && !page.contains("<script>"), "{page}");
        }
    }

    #[test]
    fn unfinished_markup_leaves_nothing_open() {
        let page = for_reading("<table><tr><td>x");
        assert!(page.starts_with("<div class=\"scroll\"") && page.ends_with("</div>"), "{page}");
        assert_eq!(for_reading("</table>x<"), "</table>x<");
    }
}
