//! Links to other pages of an article, as a site's rules name them.

use super::Link;
use super::xpath::{Budget, Tree, Value, XPath};

/// Work for all links of a page together.
const PAGE_BUDGET: u64 = 8_000_000;
/// And for one of their selectors.
const RULE_BUDGET: u64 = 2_000_000;

/// Looks for the links of one page.
pub(in crate::article) struct Search {
    left: Budget,
    /// Selectors that were given up, for people.
    pub(in crate::article) remarks: Vec<String>,
}

impl Search {
    pub(in crate::article) fn new() -> Self {
        Self { left: Budget::new(PAGE_BUDGET), remarks: Vec::new() }
    }

    /// Address that the rules find, as it is written on the page; the first rule
    /// that finds any decides.
    pub(in crate::article) fn linked(&mut self, tree: &Tree<'_>, links: &[Link]) -> Option<String> {
        for link in links {
            if self.left.left() == 0 {
                break;
            }
            let condition = link.condition.as_ref();
            if condition.is_some_and(|path| !self.evaluate(tree, path).is_some_and(|value| value.flag())) {
                continue;
            }
            if let Some(address) = self.evaluate(tree, &link.path).and_then(|value| address(tree, value)) {
                return Some(address);
            }
        }
        None
    }

    fn evaluate<'v>(&mut self, tree: &Tree<'v>, path: &'v XPath) -> Option<Value<'v>> {
        let granted = self.left.left().min(RULE_BUDGET);
        let mut budget = Budget::new(granted);
        let value = path.evaluate(tree, &mut budget);
        self.left = Budget::new(self.left.left() - (granted - budget.left()));
        value
            .map_err(|error| {
                if self.remarks.len() < MAX_REMARKS {
                    self.remarks.push(format!("site rule {}: {error}", path.source()));
                }
            })
            .ok()
    }
}

/// More given-up selectors than this need not be told.
const MAX_REMARKS: usize = 10;

fn address(tree: &Tree<'_>, value: Value<'_>) -> Option<String> {
    let found = match value {
        Value::Nodes(nodes) => nodes.iter().take(50).find_map(|&node| {
            if node.attribute > 0 {
                return Some(tree.text(node).into_owned());
            }
            ["href", "src"].iter().find_map(|name| tree.attribute(node.node, name)).map(str::to_owned)
        }),
        value => Some(value.text(tree).into_owned()),
    };
    found
        .map(|address| address.trim().to_owned())
        .filter(|address| !address.is_empty() && address.len() < 4_000)
}
