//! Parts of the page that are no part of the article whatever they read like: further
//! articles below the first, and what readers say about it.

use super::blocks::{Block, Kind};
use super::body::fold;
use super::doc::Doc;

/// An article that has further ones below it has at least so many characters itself.
const LEAST: usize = 400;
/// So much text stands outside of the comments, else they are what the page is about.
const STORY: usize = 80;

/// More parts than this are not looked at.
const MOST: usize = 50;

/// Nodes that stand in another article than the one under the headline, or among comments.
pub(super) fn outside(doc: &Doc<'_>, titles: &[String], blocks: &[&Block]) -> Vec<(usize, &'static str)> {
    let headline =
        blocks.iter().position(|block| block.kind == Kind::Heading && titles.contains(&fold(&block.text)));
    let mut found = Vec::new();
    if let Some(first) = headline {
        further(doc, blocks, first, &mut found);
    }
    comments(doc, blocks, headline.unwrap_or(0), &mut found);
    found.truncate(MOST);
    found
}

/// A later heading of the same make, in a box of the same make beside the one that holds
/// the headline and its text, heads another article.
fn further(doc: &Doc<'_>, blocks: &[&Block], first: usize, found: &mut Vec<(usize, &'static str)>) {
    let head = blocks[first].at;
    let name = doc.items[head].name;
    if !matches!(name, "h1" | "h2") {
        return;
    }
    let later = blocks.iter().skip(first + 1).filter(|block| {
        block.kind == Kind::Heading
            && doc.items[block.at].name == name
            && doc.attr(block.at, "class") == doc.attr(head, "class")
    });
    for block in later {
        let holds = |up: usize| up <= block.at && block.at < doc.items[up].end;
        let Some(own) = std::iter::once(head).chain(doc.ancestors(head)).take_while(|&up| !holds(up)).last()
        else {
            continue;
        };
        if own == head || doc.items[own].chars < LEAST || doc.link_density(own) > 0.5 {
            continue;
        }
        let parent = doc.items[own].parent;
        let other = std::iter::once(block.at)
            .chain(doc.ancestors(block.at))
            .find(|&up| doc.items[up].parent == parent);
        if let Some(other) = other.filter(|&other| is_alike(doc, own, other)) {
            found.push((other, "other-article"));
        }
    }
}

fn is_alike(doc: &Doc<'_>, one: usize, other: usize) -> bool {
    let class = |at: usize| doc.attr(at, "class").and_then(|class| class.split_ascii_whitespace().next());
    doc.items[one].name == doc.items[other].name
        && class(one) == class(other)
        && (doc.items[one].name == "article" || class(one).is_some())
}

/// Boxes named as comments behind the headline, where enough text stands outside of them.
fn comments(doc: &Doc<'_>, blocks: &[&Block], from: usize, found: &mut Vec<(usize, &'static str)>) {
    let start = blocks.get(from).map_or(0, |block| block.at);
    let mut boxes: Vec<usize> = Vec::new();
    for at in start..doc.items.len() {
        let item = &doc.items[at];
        if item.block
            && !item.token.is_empty()
            && boxes.last().is_none_or(|&last| at >= doc.items[last].end)
            && item.token.split_ascii_whitespace().any(|name| COMMENTS.contains(&name))
        {
            boxes.push(at);
        }
    }
    let inside = |at: usize| boxes.iter().any(|&own| own <= at && at < doc.items[own].end);
    let story = blocks.iter().skip(from).filter(|block| {
        block.kind != Kind::Heading && block.linked < 0.5 && block.chars > 40 && !inside(block.at)
    });
    if story.map(|block| block.chars).sum::<usize>() >= STORY {
        found.extend(boxes.into_iter().map(|at| (at, "comments")));
    }
}

/// Classes and ids of what holds the comments of a page.
const COMMENTS: &[&str] = &[
    "comments",
    "comment-list",
    "commentlist",
    "comments-area",
    "discussion-thread",
    "reactions-list",
    "comments-section",
    "comment-section",
    "comments-wrapper",
    "comments-container",
    "comments__list",
    "comments-list",
    "comment-thread",
    "comment-respond",
    "disqus_thread",
    "reader-comments",
    "user-comments",
    "article-comments",
    "article__comments",
    "post-comments",
    "kommentare",
    "kommentarbereich",
    "leserkommentare",
    "commentaires",
    "comentarios",
    "comentários",
    "commenti",
    "reacties",
    "komentarze",
    "yorumlar",
    "c-comments",
    "comment-block",
    "fb-comments",
    "respond",
];
