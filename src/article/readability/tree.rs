//! A light copy of the page's tree that can be cut and regrafted: indices into
//! [`Doc`], with sums of text that stay right when nodes move.

use crate::article::doc::Doc;

/// No node.
pub(super) const NONE: u32 = u32::MAX;
/// Name of text nodes.
pub(super) const TEXT: &str = "#text";

/// A node of the copy.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) name: &'a str,
    /// Place in [`Doc`]; [`NONE`] for made-up elements.
    pub(super) src: u32,
    pub(super) parent: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) prev: u32,
    pub(super) next: u32,
    /// Characters of text below.
    pub(super) chars: u32,
    pub(super) commas: u32,
    /// Characters in links; those in links within the page count less.
    pub(super) linked: f32,
    /// NaN without one.
    pub(super) score: f32,
    pub(super) data_table: bool,
}

/// The copy.
#[derive(Clone)]
pub(super) struct Tree<'a> {
    pub(super) nodes: Vec<Node<'a>>,
}

impl<'a> Tree<'a> {
    /// Copies what may be read: no scripts, no hidden parts.
    pub(super) fn new(doc: &Doc<'a>) -> Self {
        let mut tree = Self { nodes: Vec::with_capacity(doc.items.len() + 64) };
        let mut open: Vec<(usize, u32, f32)> = Vec::new();
        let mut at = 0;
        while at < doc.items.len() {
            while open.last().is_some_and(|(end, ..)| at >= *end) {
                open.pop();
            }
            let item = &doc.items[at];
            let (parent, coefficient) = open.last().map_or((NONE, 0.0), |(_, node, c)| (*node, *c));
            if is_left_out(item.name, item.skip) {
                at = item.end.max(at + 1);
                continue;
            }
            let text = item.element.is_none();
            let name = match item.name {
                "" => TEXT,
                "font" => "span",
                name => name,
            };
            let node = tree.push(name, u32::try_from(at).unwrap_or(NONE));
            if parent != NONE {
                tree.link(parent, node, NONE);
            }
            if text {
                // The thresholds of the search were found with characters that count once.
                let chars = item.chars.min(item.text.chars().count());
                let chars = u32::try_from(chars).unwrap_or(u32::MAX);
                tree.add(
                    node,
                    f64::from(chars),
                    f64::from(chars) * f64::from(coefficient),
                    i64::try_from(item.commas).unwrap_or(0),
                );
            } else {
                let own = match doc.attr(at, "href") {
                    Some(href) if item.name == "a" && href.starts_with('#') && href.len() > 1 => 0.3,
                    _ if item.name == "a" => 1.0,
                    _ => coefficient,
                };
                open.push((item.end, node, own));
            }
            at += 1;
        }
        tree
    }

    /// A node that hangs nowhere yet.
    pub(super) fn push(&mut self, name: &'a str, src: u32) -> u32 {
        let at = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(Node {
            name,
            src,
            parent: NONE,
            first: NONE,
            last: NONE,
            prev: NONE,
            next: NONE,
            chars: 0,
            commas: 0,
            linked: 0.0,
            score: f32::NAN,
            data_table: false,
        });
        at
    }

    pub(super) fn get(&self, at: u32) -> &Node<'a> {
        &self.nodes[at as usize]
    }

    pub(super) fn node(&mut self, at: u32) -> &mut Node<'a> {
        &mut self.nodes[at as usize]
    }

    fn add(&mut self, from: u32, chars: f64, linked: f64, commas: i64) {
        let mut at = from;
        while at != NONE {
            let node = self.node(at);
            node.chars = (f64::from(node.chars) + chars).max(0.0) as u32;
            node.linked = (f64::from(node.linked) + linked).max(0.0) as f32;
            node.commas = u32::try_from((i64::from(node.commas) + commas).max(0)).unwrap_or(u32::MAX);
            at = node.parent;
        }
    }

    /// Hangs a loose node before `before`, or last.
    pub(super) fn link(&mut self, parent: u32, child: u32, before: u32) {
        let prev = if before == NONE { self.get(parent).last } else { self.get(before).prev };
        let node = self.node(child);
        (node.parent, node.prev, node.next) = (parent, prev, before);
        let (chars, linked, commas) = (node.chars, node.linked, node.commas);
        if prev == NONE {
            self.node(parent).first = child;
        } else {
            self.node(prev).next = child;
        }
        if before == NONE {
            self.node(parent).last = child;
        } else {
            self.node(before).prev = child;
        }
        if chars > 0 {
            self.add(parent, f64::from(chars), f64::from(linked), i64::from(commas));
        }
    }

    /// Takes a node with what hangs below it out of the tree.
    pub(super) fn unlink(&mut self, at: u32) {
        let Node { parent, prev, next, chars, linked, commas, .. } = *self.get(at);
        if parent == NONE {
            return;
        }
        if prev == NONE {
            self.node(parent).first = next;
        } else {
            self.node(prev).next = next;
        }
        if next == NONE {
            self.node(parent).last = prev;
        } else {
            self.node(next).prev = prev;
        }
        if chars > 0 {
            self.add(parent, -f64::from(chars), -f64::from(linked), -i64::from(commas));
        }
        let node = self.node(at);
        (node.parent, node.prev, node.next) = (NONE, NONE, NONE);
    }

    /// Moves a node.
    pub(super) fn graft(&mut self, parent: u32, child: u32, before: u32) {
        self.unlink(child);
        self.link(parent, child, before);
    }

    /// Next node in document order; its own children are left out on request.
    pub(super) fn next(&self, at: u32, over_children: bool) -> u32 {
        if !over_children && self.get(at).first != NONE {
            return self.get(at).first;
        }
        let mut at = at;
        while at != NONE {
            if self.get(at).next != NONE {
                return self.get(at).next;
            }
            at = self.get(at).parent;
        }
        NONE
    }

    pub(super) fn is_text(&self, at: u32) -> bool {
        self.get(at).name == TEXT
    }

    /// Children, texts among them.
    pub(super) fn children(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        let mut next = self.get(at).first;
        std::iter::from_fn(move || {
            let this = next;
            if this == NONE {
                return None;
            }
            next = self.get(this).next;
            Some(this)
        })
    }

    /// Children that are elements.
    pub(super) fn elements(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        self.children(at).filter(|&child| !self.is_text(child))
    }

    /// All below a node, in document order.
    pub(super) fn below(&self, root: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = root;
        std::iter::from_fn(move || {
            at = if at == root { self.get(root).first } else { self.after(at, root) };
            (at != NONE).then_some(at)
        })
    }

    pub(super) fn after(&self, at: u32, root: u32) -> u32 {
        match self.get(at).first {
            NONE => self.beyond(at, root),
            first => first,
        }
    }

    /// The next node below `root` in document order that is not below `at`.
    pub(super) fn beyond(&self, at: u32, root: u32) -> u32 {
        let mut at = at;
        while at != root && at != NONE {
            if self.get(at).next != NONE {
                return self.get(at).next;
            }
            at = self.get(at).parent;
        }
        NONE
    }

    /// Ancestors from the parent upwards.
    pub(super) fn ancestors(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = at;
        std::iter::from_fn(move || {
            at = self.get(at).parent;
            (at != NONE).then_some(at)
        })
    }

    pub(super) fn density(&self, at: u32) -> f64 {
        let node = self.get(at);
        if node.chars == 0 { 0.0 } else { f64::from(node.linked) / f64::from(node.chars) }
    }
}

fn is_left_out(name: &str, skip: bool) -> bool {
    match name {
        "noscript" | "head" | "script" | "style" | "template" => true,
        "input" | "textarea" | "select" | "button" | "object" | "embed" | "label" => false,
        _ => skip,
    }
}
