//! Texts of several pages as one: what stands on more than one of them is not
//! part of the story.

use crate::article::body::fold;
use crate::html::escape;
use scraper::{ElementRef, Html, Node};
use std::collections::HashSet;

/// A repeated block within a later page goes from this length on, in letters and digits.
const LONG: usize = 60;

/// A piece of a page and what it is recognised by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// Letters and digits of the text, then the addresses of pictures. Empty: never compared.
    pub(super) key: String,
    pub(super) content: String,
    picture: bool,
}

/// Cleaned HTML as blocks, containers unwrapped.
pub(super) fn of_html(html: &str) -> Vec<Block> {
    let dom = Html::parse_fragment(html);
    let mut blocks = Vec::new();
    let mut waiting: Vec<_> = dom.root_element().children().collect();
    waiting.reverse();
    while let Some(node) = waiting.pop() {
        match node.value() {
            Node::Element(element) if is_wrapper(element.name()) => {
                let mut children: Vec<_> = node.children().collect();
                children.reverse();
                waiting.extend(children);
            }
            Node::Element(_) => {
                if let Some(element) = ElementRef::wrap(node) {
                    blocks.push(block(&element));
                }
            }
            Node::Text(text) if !text.trim().is_empty() => {
                let content = format!("<p>{}</p>", escape(text.trim()));
                blocks.push(Block { key: fold(text), content, picture: false });
            }
            _ => {}
        }
    }
    blocks
}

fn is_wrapper(name: &str) -> bool {
    matches!(name, "div" | "section" | "article" | "main" | "body" | "html")
}

fn block(element: &ElementRef<'_>) -> Block {
    let text: String = element.text().collect();
    let mut key = fold(&text);
    let mut picture = false;
    for below in element.descendent_elements() {
        if matches!(below.value().name(), "img" | "iframe" | "video" | "audio" | "source")
            && let Some(address) = below.attr("src")
        {
            picture = true;
            key.push(' ');
            // The same picture in another size is the same picture.
            key.push_str(address.split(['?', '#']).next().unwrap_or_default());
        }
    }
    Block { key, content: element.html(), picture }
}

/// Running text as blocks.
pub(super) fn of_text(text: &str) -> Vec<Block> {
    text.split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
        .map(|paragraph| Block { key: fold(paragraph), content: paragraph.to_owned(), picture: false })
        .collect()
}

/// Blocks of a later page that none of the earlier ones has: what both end with
/// stays at the end of the later one only, what the later one begins with goes,
/// and within it what is long or a picture.
pub(super) fn append(all: &mut Vec<Block>, more: Vec<Block>) {
    let same_end = all
        .iter()
        .rev()
        .zip(more.iter().rev())
        .take_while(|(a, b)| a.key == b.key && !a.key.is_empty())
        .count();
    if same_end < more.len() {
        all.truncate(all.len() - same_end);
    }
    let seen: HashSet<String> =
        all.iter().map(|block| block.key.clone()).filter(|key| !key.is_empty()).collect();
    let mut begun = false;
    for block in more {
        let repeated = seen.contains(&block.key);
        if !begun && (repeated || block.key.is_empty()) {
            continue;
        }
        begun = true;
        if repeated && (block.picture || block.key.len() >= LONG) {
            continue;
        }
        all.push(block);
    }
}

/// Letters and digits that `more` has and `all` has not.
pub(super) fn new_letters(all: &[Block], more: &[Block]) -> usize {
    let seen: HashSet<&str> = all.iter().map(|block| block.key.as_str()).collect();
    more.iter()
        .filter(|block| !seen.contains(block.key.as_str()))
        .map(|block| block.key.chars().count())
        .sum()
}

/// The blocks as one text again.
pub(super) fn joined(blocks: &[Block], between: &str) -> String {
    blocks.iter().map(|block| block.content.as_str()).collect::<Vec<_>>().join(between)
}
