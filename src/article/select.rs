//! The operator's own CSS selectors.

use super::doc::Doc;
use super::{Notes, Rules};
use ego_tree::iter::Edge;
use scraper::{Html, Node, Selector};

/// What the selectors found, as places in the [`Doc`].
#[derive(Default)]
pub(super) struct Selected {
    pub(super) roots: Option<Vec<usize>>,
    pub(super) removed: Vec<usize>,
}

/// Applies the selectors; those that find nothing are noted and fall away.
pub(super) fn apply(dom: &Html, doc: &Doc<'_>, rules: &Rules, notes: &mut Notes) -> Selected {
    let mut selected = Selected::default();
    if rules.content_selector.is_none() && rules.remove_selectors.is_empty() {
        return selected;
    }
    let order = element_order(dom);
    let mut find = |css: &str| -> Vec<usize> {
        let found: Vec<usize> = match Selector::parse(css) {
            Ok(selector) => {
                let ids: std::collections::HashSet<_> =
                    dom.select(&selector).map(|element| element.id()).collect();
                order.iter().filter(|(id, _)| ids.contains(id)).map(|(_, nth)| *nth).collect()
            }
            Err(_) => Vec::new(),
        };
        if found.is_empty() {
            notes.missed_selectors.push(css.to_owned());
        }
        // From "the n-th element" to its place in the list, which holds text too.
        let places: Vec<usize> = doc
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.element.is_some())
            .map(|(at, _)| at)
            .collect();
        found.into_iter().filter_map(|nth| places.get(nth).copied()).collect()
    };
    if let Some(css) = &rules.content_selector {
        let mut roots: Vec<usize> = Vec::new();
        for at in find(css) {
            let nested = roots.last().is_some_and(|&last| at < doc.items[last].end);
            if !nested && doc.items[at].chars > 0 {
                roots.push(at);
            }
        }
        selected.roots = (!roots.is_empty()).then_some(roots);
    }
    for css in &rules.remove_selectors {
        selected.removed.extend(find(css));
    }
    selected
}

/// Elements in document order.
fn element_order(dom: &Html) -> Vec<(ego_tree::NodeId, usize)> {
    dom.tree
        .root()
        .traverse()
        .filter_map(|edge| match edge {
            Edge::Open(node) if matches!(node.value(), Node::Element(_)) => Some(node.id()),
            _ => None,
        })
        .enumerate()
        .map(|(nth, id)| (id, nth))
        .collect()
}
