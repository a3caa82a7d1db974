//! What has to go from a candidate: boxes, forms, link lists, share bars.

use super::candidates::class_weight;
use super::doc::{Doc, is_data_table};
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

/// Marks the nodes below `root` that go. `lenient` leaves out the rules that
/// weigh; only what can't be text goes then.
pub(super) fn clean(doc: &Doc<'_>, root: usize, lenient: bool, gone: &mut [bool], cuts: &mut Vec<Cut>) {
    let mut at = root + 1;
    let end = doc.items[root].end;
    while at < end {
        let item = &doc.items[at];
        if item.element.is_none() || gone[at] {
            at += 1;
            continue;
        }
        let why = if item.skip { Some("hidden") } else { verdict(doc, at, lenient) };
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

fn verdict(doc: &Doc<'_>, at: usize, lenient: bool) -> Option<&'static str> {
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
    if item.name.starts_with('h') && matches!(item.name, "h1" | "h2") && class_weight(&item.token) < 0.0 {
        return Some("heading");
    }
    if lenient {
        return None;
    }
    if matches!(item.name, "table" | "ul" | "ol" | "div" | "fieldset" | "section" | "dl") && weigh(doc, at) {
        return Some("weighed");
    }
    None
}

fn in_quote(doc: &Doc<'_>, at: usize) -> bool {
    doc.ancestors(at).take(4).any(|up| doc.items[up].name == "blockquote")
}

fn has_figure_only(doc: &Doc<'_>, at: usize) -> bool {
    doc.count(at, &["figure"]) > 0 && doc.count(at, &["p", "li", "a"]) <= 1
}

/// Whether a box reads less like text than like something around it.
fn weigh(doc: &Doc<'_>, at: usize) -> bool {
    let item = &doc.items[at];
    if item.name == "table" && is_data_table(doc, at) {
        return false;
    }
    let fixed = doc.ancestors(at).take(30).any(|up| {
        matches!(doc.items[up].name, "code" | "pre" | "figure")
            || (doc.items[up].name == "table" && is_data_table(doc, up))
    });
    if fixed {
        return false;
    }
    let weight = class_weight(&item.token);
    if weight < 0.0 {
        return true;
    }
    if item.commas >= 10 {
        return false;
    }
    let images = doc.count(at, &["img", "picture"]);
    if item.chars == 0 {
        return images == 0 && doc.count(at, &["iframe", "video", "audio"]) == 0;
    }
    let paragraphs = doc.count(at, &["p"]);
    let list = matches!(item.name, "ul" | "ol") || list_share(doc, at) > 0.9;
    let items = doc.count(at, &["li"]).saturating_sub(100);
    let inputs = doc.count(at, &["input"]);
    let density = doc.link_density(at);
    let in_figure = doc.count(at, &["figure"]) > 0;
    let heading: usize = doc.items[at + 1..item.end]
        .iter()
        .filter(|below| matches!(below.name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6"))
        .map(|below| below.chars)
        .sum();
    let heading = heading as f64 / item.chars as f64;
    (images > 1 && (paragraphs as f64) / (images as f64) < 0.5 && !in_figure && !list)
        || (!list && items > paragraphs)
        || inputs > paragraphs / 3
        || (!list
            && heading < 0.9
            && item.chars < 25
            && (images == 0 || images > 2)
            && density > 0.0
            && !in_figure)
        || (!list && weight < 25.0 && density > 0.2 && !in_figure)
        || (weight >= 25.0 && density > 0.5 && !list)
        || (list && density > 0.5 && item.chars > 0 && !(images > 0 && images == doc.count(at, &["li"])))
}

fn list_share(doc: &Doc<'_>, at: usize) -> f64 {
    let mut listed = 0;
    let mut below = at + 1;
    while below < doc.items[at].end {
        let item = &doc.items[below];
        if matches!(item.name, "ul" | "ol") {
            listed += item.chars;
            below = item.end;
        } else {
            below += 1;
        }
    }
    listed as f64 / doc.items[at].chars.max(1) as f64
}
