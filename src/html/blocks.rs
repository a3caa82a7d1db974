//! The blocks of a piece of HTML, and which of them are nothing but links.

use super::entities::{decode, is_clean};
use super::scan::{Scanner, Token};
use super::text::is_block;

/// A run of text between the tags of blocks and line breaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextBlock {
    /// Its text, white space collapsed.
    pub text: String,
    /// All of it lies in links: a list of related articles, an advertisement.
    pub linked: bool,
}

/// The blocks of a piece of HTML, without building a tree.
pub fn text_blocks(html: &str) -> Vec<TextBlock> {
    let mut blocks = Vec::new();
    let mut now = Block::default();
    let mut links = 0usize;
    for token in Scanner::new(html) {
        match token {
            Token::Text(text) => now.push(&decode(text, false), links > 0),
            Token::Open(tag) => {
                let name = tag.name.to_ascii_lowercase();
                // Links don't nest: another one begins where one is open.
                links = if name == "a" { 1 } else { links };
                now.tag(&name, &mut blocks);
            }
            Token::Close(name) => {
                let name = name.to_ascii_lowercase();
                links = if name == "a" { 0 } else { links };
                now.tag(&name, &mut blocks);
            }
            Token::Raw(_) | Token::Other(_) | Token::Unfinished(_) => {}
        }
    }
    now.end(&mut blocks);
    blocks
}

#[derive(Default)]
struct Block {
    text: String,
    gap: bool,
    /// Letters and digits outside of links.
    free: usize,
}

impl Block {
    fn push(&mut self, text: &str, linked: bool) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.gap = true;
            } else if is_clean(c) {
                if std::mem::take(&mut self.gap) && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.text.push(c);
                self.free += usize::from(!linked && c.is_alphanumeric());
            }
        }
    }

    fn tag(&mut self, name: &str, blocks: &mut Vec<TextBlock>) {
        match name {
            "br" => self.end(blocks),
            "td" | "th" | "img" => self.gap = true,
            name if is_block(name) => self.end(blocks),
            _ => {}
        }
    }

    fn end(&mut self, blocks: &mut Vec<TextBlock>) {
        let Self { text, free, .. } = std::mem::take(self);
        if !text.is_empty() {
            blocks.push(TextBlock { text, linked: free == 0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_links() {
        let html = "<p>One <a href=x>two</a></p><ul><li><a href=y>Related</a></li><li>» <a href=z>More</a></ul>a<br>b &amp; c";
        let blocks: Vec<(String, bool)> =
            text_blocks(html).into_iter().map(|block| (block.text, block.linked)).collect();
        let expected =
            [("One two", false), ("Related", true), ("» More", true), ("a", false), ("b & c", false)];
        assert_eq!(blocks, expected.map(|(text, linked)| (text.to_owned(), linked)));
        assert!(text_blocks("").is_empty());
    }
}
