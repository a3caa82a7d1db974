//! Uses the rules of a site on a page.

use super::SiteRule;
use super::xpath::{Budget, Kind, NodeRef, Tree, Value, XPath};
use crate::html::clean_line;
use scraper::Html;
use scraper::node::Element;
use std::collections::HashSet;

/// Work for all selectors of a page together.
const PAGE_BUDGET: u64 = 20_000_000;
/// And for one of them.
const RULE_BUDGET: u64 = 4_000_000;
/// Nodes that one selector may find.
const MAX_FOUND: usize = 20_000;

/// What the rules found on a page.
#[derive(Default)]
pub(in crate::article) struct Found<'a> {
    pub(in crate::article) title: Option<String>,
    pub(in crate::article) authors: Vec<String>,
    pub(in crate::article) date: Option<String>,
    /// None within another, in document order.
    pub(in crate::article) body: Vec<&'a Element>,
    /// What goes.
    pub(in crate::article) gone: HashSet<Place>,
    /// For people.
    pub(in crate::article) remarks: Vec<String>,
    /// There are selectors for the body, and none found anything.
    pub(in crate::article) missed: bool,
}

/// An element or text by where it lies in memory: the same in every view of one page.
pub(in crate::article) type Place = usize;

/// Place of an element.
pub(in crate::article) fn place(element: &Element) -> Place {
    std::ptr::from_ref(element) as usize
}

/// Place of a text.
pub(in crate::article) fn text_place(text: &str) -> Place {
    text.as_ptr() as usize
}

impl SiteRule {
    /// Replaces strings in the source of a page. The result is at most 1 MiB larger.
    pub(in crate::article) fn rewrite(&self, source: String) -> String {
        let most = source.len() + (1 << 20);
        let mut source = source;
        for (find, with) in &self.replace {
            let count = source.matches(find.as_str()).take(100_000).count();
            if count > 0 && source.len() + count * with.len() <= most {
                source = source.replacen(find.as_str(), with, count);
            }
        }
        source
    }
}

impl SiteRule {
    /// Takes the attributes away that are to be stripped; they would count in the search for the body.
    pub(in crate::article) fn strip_attributes(&self, dom: &mut Html) {
        let paths: Vec<&XPath> = self.strip.iter().filter(|path| path.finds_attributes()).collect();
        if paths.is_empty() {
            return;
        }
        let tree = Tree::new(dom);
        let mut gone: Vec<(ego_tree::NodeId, usize)> = Vec::new();
        let mut budget = Budget::new(RULE_BUDGET);
        for path in paths {
            if let Ok(Value::Nodes(nodes)) = path.evaluate(&tree, &mut budget) {
                let nodes = nodes.iter().take(MAX_FOUND).filter(|node| node.attribute > 0);
                gone.extend(nodes.map(|node| (tree.id(node.node), node.attribute - 1)));
            }
        }
        // From the last to the first, so that the others keep their places.
        gone.sort_unstable();
        gone.dedup();
        for (id, nth) in gone.into_iter().rev() {
            if let Some(mut node) = dom.tree.get_mut(id)
                && let scraper::Node::Element(element) = node.value()
                && nth < element.attrs.len()
            {
                element.attrs.remove(nth);
            }
        }
    }
}

/// Evaluates a site's rules on a page: title, author and date, then what goes,
/// then the body among what is left.
pub(in crate::article) fn find<'a>(dom: &'a Html, rule: &'a SiteRule) -> Found<'a> {
    let mut work = Work { tree: Tree::new(dom), left: Budget::new(PAGE_BUDGET), found: Found::default() };
    let title = work.first_text("title", &rule.title);
    let date = work.first_text("date", &rule.date);
    let authors = work.texts("author", &rule.author);
    work.strip(rule);
    work.body(rule);
    Found { title, date, authors, ..work.found }
}

struct Work<'a> {
    tree: Tree<'a>,
    left: Budget,
    found: Found<'a>,
}

impl<'a> Work<'a> {
    fn evaluate(&mut self, path: &'a XPath) -> Option<Value<'a>> {
        let granted = self.left.left().min(RULE_BUDGET);
        let mut budget = Budget::new(granted);
        let value = path.evaluate(&self.tree, &mut budget);
        self.left = Budget::new(self.left.left() - (granted - budget.left()));
        match value {
            Ok(Value::Nodes(mut nodes)) => {
                nodes.truncate(MAX_FOUND);
                Some(Value::Nodes(nodes))
            }
            Ok(value) => Some(value),
            Err(error) => {
                self.found.remarks.push(format!("site rule {}: {error}", path.source()));
                None
            }
        }
    }

    /// What the first selector that finds text finds, each node's on its own.
    fn texts(&mut self, what: &str, paths: &'a [XPath]) -> Vec<String> {
        for path in paths {
            let texts: Vec<String> = match self.evaluate(path) {
                Some(Value::Nodes(nodes)) => nodes.iter().take(20).map(|&node| self.text(node)).collect(),
                Some(value) => vec![clean_line(&value.text(&self.tree))],
                None => continue,
            };
            let texts: Vec<String> =
                texts.into_iter().filter(|text| !text.is_empty() && text.len() < 2_000).collect();
            if !texts.is_empty() {
                self.found.remarks.push(format!("{what}: site rule {}", path.source()));
                return texts;
            }
        }
        Vec::new()
    }

    fn first_text(&mut self, what: &str, paths: &'a [XPath]) -> Option<String> {
        self.texts(what, paths).into_iter().next()
    }

    fn text(&self, node: NodeRef) -> String {
        // The machine-readable form of a date.
        let machine = (node.attribute == 0 && self.tree.name(node) == "time")
            .then(|| self.tree.attribute(node.node, "datetime"))
            .flatten();
        clean_line(machine.unwrap_or(&self.tree.text(node)))
    }

    fn strip(&mut self, rule: &'a SiteRule) {
        for path in &rule.strip {
            if let Some(Value::Nodes(nodes)) = self.evaluate(path) {
                for node in nodes {
                    self.remove(node);
                }
            }
        }
        for node in 1..self.tree.len() {
            let Some(element) = self.tree.element(node) else { continue };
            if self.tree.is_gone(node) {
                continue;
            }
            if self.left.spend(1 + rule.strip_tokens.len() / 4).is_err() {
                break;
            }
            let named = |attribute: &str, words: &[String]| {
                let value = self.tree.attribute(node, attribute).unwrap_or_default();
                !value.is_empty() && words.iter().any(|word| value.contains(word.as_str()))
            };
            let frame = matches!(element.name(), "html" | "body");
            let goes = !frame && (named("class", &rule.strip_tokens) || named("id", &rule.strip_tokens))
                || element.name() == "img" && named("src", &rule.strip_images);
            if goes {
                self.remove(NodeRef { node, attribute: 0 });
            }
        }
    }

    fn remove(&mut self, node: NodeRef) {
        self.tree.remove(node);
        if node.attribute == 0 {
            match self.tree.kind(node.node) {
                Kind::Element(element) => drop(self.found.gone.insert(place(element))),
                Kind::Text(text) => drop(self.found.gone.insert(text_place(text))),
                _ => {}
            }
        }
    }

    /// What the first selector that finds elements finds.
    fn body(&mut self, rule: &'a SiteRule) {
        for path in &rule.body {
            let Some(Value::Nodes(nodes)) = self.evaluate(path) else { continue };
            let mut covered = 0;
            for node in nodes {
                let Some(element) = self.tree.element(node.node).filter(|_| node.attribute == 0) else {
                    continue;
                };
                if node.node >= covered {
                    covered = self.tree.end(node.node);
                    self.found.body.push(element);
                }
            }
            if !self.found.body.is_empty() {
                self.found.remarks.push(format!("body: site rule {}", path.source()));
                return;
            }
        }
        self.found.missed = !rule.body.is_empty();
    }
}
