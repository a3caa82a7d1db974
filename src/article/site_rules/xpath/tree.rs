//! A page as a flat list in document order: subtrees are ranges, so no walk
//! needs recursion, and parts can be taken out without changing the page.

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::node::Element;
use scraper::{Html, Node as Parsed};
use std::borrow::Cow;
use std::collections::HashSet;

/// A node or, with `attribute`, one of an element's attributes. Ordered as in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::article) struct NodeRef {
    pub(in crate::article) node: usize,
    /// 0: the node itself; n: its n-th attribute.
    pub(in crate::article) attribute: usize,
}

#[derive(Debug, Clone, Copy)]
pub(in crate::article) enum Kind<'a> {
    Document,
    Element(&'a Element),
    Text(&'a str),
    Comment(&'a str),
}

#[derive(Debug)]
struct Node<'a> {
    id: NodeId,
    kind: Kind<'a>,
    parent: usize,
    /// Behind the last node of the subtree.
    end: usize,
    /// The sibling before, if there is one; never the document.
    before: usize,
}

/// A page.
#[derive(Debug)]
pub(in crate::article) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    gone: Vec<bool>,
    gone_attributes: HashSet<NodeRef>,
}

impl<'a> Tree<'a> {
    pub(in crate::article) fn new(dom: &'a Html) -> Self {
        let mut nodes =
            vec![Node { id: dom.tree.root().id(), kind: Kind::Document, parent: 0, end: 0, before: 0 }];
        let mut open = vec![0usize];
        // The latest child of each open node.
        let mut latest = vec![0usize];
        for edge in dom.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let kind = match node.value() {
                        Parsed::Element(element) => Kind::Element(element),
                        Parsed::Text(text) => Kind::Text(text),
                        Parsed::Comment(comment) => Kind::Comment(comment),
                        _ => continue,
                    };
                    let at = nodes.len();
                    let parent = open.last().copied().unwrap_or(0);
                    let before = latest.last_mut().map_or(0, |latest| std::mem::replace(latest, at));
                    nodes.push(Node { id: node.id(), kind, parent, end: at + 1, before });
                    if matches!(kind, Kind::Element(_)) {
                        open.push(at);
                        latest.push(0);
                    }
                }
                Edge::Close(node) => {
                    if matches!(node.value(), Parsed::Element(_)) {
                        latest.pop();
                        if let Some(at) = open.pop() {
                            nodes[at].end = nodes.len();
                        }
                    }
                }
            }
        }
        nodes[0].end = nodes.len();
        let gone = vec![false; nodes.len()];
        Self { nodes, gone, gone_attributes: HashSet::new() }
    }

    /// Takes a node with what is below, or an attribute, out of the page.
    pub(in crate::article) fn remove(&mut self, what: NodeRef) {
        if what.attribute > 0 {
            self.gone_attributes.insert(what);
        } else if what.node > 0 {
            let end = self.nodes[what.node].end;
            self.gone[what.node..end].fill(true);
        }
    }

    pub(in crate::article) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(in crate::article) fn is_gone(&self, node: usize) -> bool {
        self.gone[node]
    }

    /// Its id in the page.
    pub(in crate::article) fn id(&self, node: usize) -> NodeId {
        self.nodes[node].id
    }

    pub(in crate::article) fn kind(&self, node: usize) -> Kind<'a> {
        self.nodes[node].kind
    }

    pub(in crate::article) fn element(&self, node: usize) -> Option<&'a Element> {
        if let Kind::Element(element) = self.nodes[node].kind { Some(element) } else { None }
    }

    pub(in crate::article) fn parent(&self, node: usize) -> usize {
        self.nodes[node].parent
    }

    pub(in crate::article) fn end(&self, node: usize) -> usize {
        self.nodes[node].end
    }

    /// The sibling before, taken out or not.
    pub(super) fn before(&self, node: usize) -> Option<usize> {
        Some(self.nodes[node].before).filter(|&before| before > 0)
    }

    /// The sibling behind, taken out or not.
    pub(super) fn behind(&self, node: usize) -> Option<usize> {
        let end = self.nodes[node].end;
        (node > 0 && end < self.nodes[self.nodes[node].parent].end).then_some(end)
    }

    /// Attributes of an element that are still there: number from 1, name, value.
    pub(in crate::article) fn attributes(
        &self,
        node: usize,
    ) -> impl Iterator<Item = (usize, &'a str, &'a str)> + '_ {
        let attributes = self.element(node).into_iter().flat_map(|element| element.attrs());
        attributes.enumerate().map(|(nth, (name, value))| (nth + 1, name, value)).filter(move |(nth, ..)| {
            self.gone_attributes.is_empty()
                || !self.gone_attributes.contains(&NodeRef { node, attribute: *nth })
        })
    }

    /// Value of an attribute by its name.
    pub(in crate::article) fn attribute(&self, node: usize, name: &str) -> Option<&'a str> {
        self.attributes(node).find(|(_, this, _)| this.eq_ignore_ascii_case(name)).map(|(.., value)| value)
    }

    /// Name of an element or attribute; empty for the rest.
    pub(in crate::article) fn name(&self, of: NodeRef) -> &'a str {
        match (self.nodes[of.node].kind, of.attribute) {
            (Kind::Element(element), 0) => element.name(),
            (Kind::Element(element), nth) => element.attrs().nth(nth - 1).map_or("", |(name, _)| name),
            _ => "",
        }
    }

    /// String-value (XPath 1.0 §5).
    pub(in crate::article) fn text(&self, of: NodeRef) -> Cow<'a, str> {
        match (self.nodes[of.node].kind, of.attribute) {
            (Kind::Text(text) | Kind::Comment(text), _) => Cow::Borrowed(text),
            (Kind::Element(element), nth) if nth > 0 => {
                Cow::Borrowed(element.attrs().nth(nth - 1).map_or("", |(_, value)| value))
            }
            _ => self.text_below(of.node),
        }
    }

    fn text_below(&self, node: usize) -> Cow<'a, str> {
        let mut all: Cow<'a, str> = Cow::Borrowed("");
        for below in node + 1..self.nodes[node].end {
            if let Kind::Text(text) = self.nodes[below].kind
                && !self.gone[below]
            {
                if all.is_empty() {
                    all = Cow::Borrowed(text);
                } else {
                    all.to_mut().push_str(text);
                }
            }
        }
        all
    }
}
