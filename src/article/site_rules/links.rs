//! Links to other pages of an article, as a site's rules name them.

use super::Link;
use super::xpath::{Budget, Tree, Value, XPath};

/// Work for one link.
const BUDGET: u64 = 2_000_000;

/// Addresses that the rules find, as they are written on the page; the first rule
/// that finds any decides.
pub(in crate::article) fn linked(tree: &Tree<'_>, links: &[Link]) -> Option<String> {
    links.iter().find_map(|link| {
        if link.condition.as_ref().is_some_and(|condition| !holds(tree, condition)) {
            return None;
        }
        address(tree, &link.path)
    })
}

fn holds(tree: &Tree<'_>, condition: &XPath) -> bool {
    condition.evaluate(tree, &mut Budget::new(BUDGET)).is_ok_and(|value| value.flag())
}

fn address(tree: &Tree<'_>, path: &XPath) -> Option<String> {
    let found = match path.evaluate(tree, &mut Budget::new(BUDGET)).ok()? {
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
