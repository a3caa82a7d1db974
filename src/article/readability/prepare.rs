//! Line breaks that stand for paragraphs become paragraphs.

use super::tree::{NONE, TEXT, Tree};

/// What may stand within a paragraph.
pub(super) fn is_phrasing(tree: &Tree<'_>, at: u32, depth: usize) -> bool {
    match tree.get(at).name {
        TEXT => true,
        "abbr" | "audio" | "b" | "bdo" | "br" | "button" | "cite" | "code" | "data" | "datalist" | "dfn"
        | "em" | "embed" | "i" | "img" | "input" | "kbd" | "label" | "mark" | "math" | "meter" | "object"
        | "output" | "progress" | "q" | "ruby" | "samp" | "select" | "small" | "span" | "strong" | "sub"
        | "sup" | "textarea" | "time" | "var" | "wbr" => true,
        "a" | "del" | "ins" => {
            depth > 0 && tree.children(at).all(|child| is_phrasing(tree, child, depth - 1))
        }
        _ => false,
    }
}

/// White space or a line break.
pub(super) fn is_blank(tree: &Tree<'_>, at: u32) -> bool {
    let node = tree.get(at);
    (node.name == TEXT && node.chars == 0) || node.name == "br"
}

/// The next sibling that is no white space.
fn next_solid(tree: &Tree<'_>, at: u32) -> u32 {
    let mut at = at;
    while at != NONE && tree.get(at).name == TEXT && tree.get(at).chars == 0 {
        at = tree.get(at).next;
    }
    at
}

/// Two or more `br` in a row begin a paragraph that holds what follows.
pub(super) fn breaks(tree: &mut Tree<'_>, body: u32) {
    let all: Vec<u32> = tree.below(body).filter(|&at| tree.get(at).name == "br").collect();
    for br in all {
        if tree.get(br).parent == NONE {
            continue;
        }
        let mut next = next_solid(tree, tree.get(br).next);
        let mut replaced = false;
        while next != NONE && tree.get(next).name == "br" {
            replaced = true;
            let after = tree.get(next).next;
            tree.unlink(next);
            next = next_solid(tree, after);
        }
        if replaced {
            paragraph(tree, br);
        }
    }
}

fn paragraph(tree: &mut Tree<'_>, br: u32) {
    tree.node(br).name = "p";
    tree.node(br).src = NONE;
    let mut next = tree.get(br).next;
    while next != NONE {
        if tree.get(next).name == "br" {
            let after = next_solid(tree, tree.get(next).next);
            if after != NONE && tree.get(after).name == "br" {
                break;
            }
        }
        if !is_phrasing(tree, next, 32) {
            break;
        }
        let sibling = tree.get(next).next;
        tree.graft(br, next, NONE);
        next = sibling;
    }
    while tree.get(br).last != NONE && is_blank(tree, tree.get(br).last) {
        tree.unlink(tree.get(br).last);
    }
    let parent = tree.get(br).parent;
    if tree.get(parent).name == "p" {
        tree.node(parent).name = "div";
    }
}
