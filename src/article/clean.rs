//! What has to go from a candidate: boxes, forms, link lists, share bars.

use super::doc::Doc;
use super::marks::Marks;
use super::rules;

/// A part that was cut, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// Its element with class and id.
    pub what: String,
    /// The rule that cut it.
    pub why: &'static str,
    /// How it begins.
    pub text: String,
}

/// Marks the nodes below `root`, which the operator chose, that can't be text.
pub(super) fn clean(doc: &Doc<'_>, marks: &[Marks], root: usize, gone: &mut [bool], cuts: &mut Vec<Cut>) {
    let mut at = root + 1;
    let end = doc.items[root].end;
    while at < end {
        let item = &doc.items[at];
        if item.element.is_none() || gone[at] {
            at += 1;
            continue;
        }
        let why = if item.skip { Some("hidden") } else { verdict(doc, marks, at) };
        if let Some(why) = why {
            gone[at..item.end].fill(true);
            if item.chars > 0 && cuts.len() < 500 {
                let text: String = doc.text(at).chars().take(80).collect();
                cuts.push(Cut { what: describe(doc, at), why, text });
            }
            at = item.end;
            continue;
        }
        at += 1;
    }
}

/// Element with its class and id, for people.
pub(super) fn describe(doc: &Doc<'_>, at: usize) -> String {
    let item = &doc.items[at];
    let token: String = item.token.trim().chars().take(80).collect();
    if token.is_empty() { item.name.to_owned() } else { format!("{} [{}]", item.name, token) }
}

fn verdict(doc: &Doc<'_>, marks: &[Marks], at: usize) -> Option<&'static str> {
    let item = &doc.items[at];
    if matches!(item.name, "footer" | "nav") && !in_quote(doc, at) {
        return Some("footer");
    }
    if super::blocks::is_related_box(doc, at) {
        return None;
    }
    if item.name == "aside" && (item.chars < 1500 || doc.link_density(at) > 0.3) && !has_figure_only(doc, at)
    {
        return Some("aside");
    }
    if item.name == "form" && item.chars < 2000 {
        return Some("form");
    }
    if !item.token.is_empty() && item.chars < 500 && rules::SHARE.is_match(&item.token) {
        return Some("share");
    }
    if item.name.starts_with('h') && matches!(item.name, "h1" | "h2") && marks[at].weight < 0 {
        return Some("heading");
    }
    None
}

fn in_quote(doc: &Doc<'_>, at: usize) -> bool {
    doc.ancestors(at).take(4).any(|up| doc.items[up].name == "blockquote")
}

fn has_figure_only(doc: &Doc<'_>, at: usize) -> bool {
    doc.count(at, &["figure"]) > 0 && doc.count(at, &["p", "li", "a"]) <= 1
}
