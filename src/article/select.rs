//! What people say about pages: the operator's CSS selectors and the rules for a site.

use super::doc::Doc;
use super::site_rules::{self, SiteRule};
use super::{Notes, Rules, byline, dates};
use crate::model::{Article, Person};
use ego_tree::iter::Edge;
use scraper::{Html, Node, Selector};
use std::collections::HashSet;

/// What the selectors found, as places in the [`Doc`].
#[derive(Default)]
pub(super) struct Selected {
    pub(super) roots: Option<Vec<usize>>,
    pub(super) removed: Vec<usize>,
    title: Option<String>,
    authors: Vec<Person>,
    date: Option<dates::Published>,
}

impl Selected {
    /// Puts title, authors and date of a site's rules in the place of what was found in general.
    pub(super) fn amend(&self, article: &mut Article) {
        if let Some(title) = &self.title {
            article.title = Some(title.clone());
        }
        if !self.authors.is_empty() {
            article.authors.clone_from(&self.authors);
        }
        if let Some(date) = &self.date {
            article.published = Some(date.text.clone());
            article.published_at = date.instant;
        }
    }
}

/// Applies the selectors; those that find nothing are noted and fall away.
pub(super) fn apply(dom: &Html, doc: &Doc<'_>, rules: &Rules, notes: &mut Notes) -> Selected {
    let mut selected = match &rules.site {
        Some(rule) => by_site(dom, doc, rule, notes),
        None => Selected::default(),
    };
    if rules.content_selector.is_none() && rules.remove_selectors.is_empty() {
        return selected;
    }
    let order = element_order(dom);
    let mut find = |css: &str| -> Vec<usize> {
        let found: Vec<usize> = match Selector::parse(css) {
            Ok(selector) => {
                let ids: HashSet<_> = dom.select(&selector).map(|element| element.id()).collect();
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
        if !roots.is_empty() {
            selected.roots = Some(roots);
        }
    }
    for css in &rules.remove_selectors {
        selected.removed.extend(find(css));
    }
    selected
}

/// Applies the rules for the page's site.
fn by_site(dom: &Html, doc: &Doc<'_>, rule: &SiteRule, notes: &mut Notes) -> Selected {
    let found = site_rules::find(dom, rule);
    notes.remarks.extend(found.remarks);
    if found.missed {
        notes.missed_selectors.push(format!("body of the site rule {}", rule.file()));
    }
    let body: HashSet<_> = found.body.into_iter().map(site_rules::place).collect();
    let mut selected = Selected { title: found.title, ..Selected::default() };
    let mut roots: Vec<usize> = Vec::new();
    for (at, item) in doc.items.iter().enumerate() {
        let place = match item.element {
            Some(element) => site_rules::place(element),
            None => site_rules::text_place(item.text),
        };
        if found.gone.contains(&place) {
            selected.removed.push(at);
        }
        if item.element.is_some() && item.chars > 0 && body.contains(&place) {
            roots.push(at);
        }
    }
    selected.roots = (!roots.is_empty()).then_some(roots);
    selected.authors = found
        .authors
        .iter()
        .flat_map(|text| byline::names(text))
        .take(10)
        .map(|name| Person { name, url: None })
        .collect();
    selected.date = found.date.and_then(|text| dates::parse(&text, false));
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
