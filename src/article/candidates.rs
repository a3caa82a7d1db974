//! Where the article stands: paragraphs score for the elements around them.

use super::doc::Doc;
use super::rules;
use std::collections::HashMap;

/// A part of the page that may be the article.
pub(super) struct Candidate {
    /// Nodes that belong together, in document order.
    pub(super) roots: Vec<usize>,
    /// Score of the best of them.
    pub(super) score: f64,
}

/// How strict a search is.
#[derive(Clone, Copy)]
pub(super) struct Mode {
    /// Leave out what is named like a sidebar.
    pub(super) strip_unlikely: bool,
    /// Let class names count.
    pub(super) weigh_classes: bool,
}

/// Class names speak for (+25) or against (−25) an element; twice at most.
pub(super) fn class_weight(token: &str) -> f64 {
    let mut weight = 0.0;
    if token.is_empty() {
        return weight;
    }
    if rules::NEGATIVE.is_match(token) {
        weight -= 25.0;
    }
    if rules::POSITIVE.is_match(token) {
        weight += 25.0;
    }
    weight
}

/// Whether an element is named like something that stands around articles.
pub(super) fn is_unlikely(doc: &Doc<'_>, at: usize) -> bool {
    let item = &doc.items[at];
    if matches!(item.name, "body" | "html" | "a" | "article" | "main" | "") {
        return false;
    }
    if doc.attr(at, "role").is_some_and(|role| {
        matches!(
            role,
            "menu" | "menubar" | "complementary" | "navigation" | "alert" | "alertdialog" | "dialog"
        )
    }) {
        return true;
    }
    if matches!(item.name, "nav" | "footer") {
        return true;
    }
    !item.token.is_empty() && rules::UNLIKELY.is_match(&item.token) && !rules::MAYBE.is_match(&item.token)
}

/// Marks every node below an unlikely element.
fn unlikely_map(doc: &Doc<'_>) -> Vec<bool> {
    let mut map = vec![false; doc.items.len()];
    let mut at = 0;
    while at < doc.items.len() {
        let item = &doc.items[at];
        if item.element.is_some() && is_unlikely(doc, at) && item.name != "td" {
            let in_code = doc.ancestors(at).take(20).any(|up| matches!(doc.items[up].name, "table" | "code"));
            if !in_code {
                map[at..item.end].fill(true);
                at = item.end.max(at + 1);
                continue;
            }
        }
        at += 1;
    }
    map
}

/// The best candidate, if any text scored at all.
pub(super) fn find(doc: &Doc<'_>, mode: Mode) -> Option<Candidate> {
    let unlikely = if mode.strip_unlikely { unlikely_map(doc) } else { Vec::new() };
    let out = |at: usize| unlikely.get(at).copied().unwrap_or(false);
    let mut scores: HashMap<usize, f64> = HashMap::new();
    for (at, item) in doc.items.iter().enumerate() {
        if item.skip || !item.block || item.own < 25 || out(at) {
            continue;
        }
        let scored = matches!(
            item.name,
            "p" | "td"
                | "pre"
                | "section"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "blockquote"
                | "div"
                | "article"
                | "main"
                | "body"
                | "center"
                | "dd"
        );
        if !scored {
            continue;
        }
        let score = 1.0 + item.own_commas as f64 + 1.0 + (item.own as f64 / 100.0).floor().min(3.0);
        // Text that stands beside blocks is a paragraph below its element.
        let first = if item.has_block && item.name != "td" { at } else { item.parent };
        let mut up = first;
        for level in 0..5 {
            let divider = match level {
                0 => 1.0,
                1 => 2.0,
                n => f64::from(n) * 3.0,
            };
            let entry = scores.entry(up).or_insert_with(|| initial(doc, up, mode));
            *entry += score / divider;
            if up == 0 {
                break;
            }
            up = doc.items[up].parent;
        }
    }
    choose(doc, scores, &out)
}

fn initial(doc: &Doc<'_>, at: usize, mode: Mode) -> f64 {
    let item = &doc.items[at];
    let base = match item.name {
        "div" => 5.0,
        "pre" | "td" | "blockquote" => 3.0,
        "address" | "ol" | "ul" | "dl" | "dd" | "dt" | "li" | "form" => -3.0,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "th" => -5.0,
        _ => 0.0,
    };
    base + if mode.weigh_classes { class_weight(&item.token) } else { 0.0 }
}

fn choose(doc: &Doc<'_>, mut scores: HashMap<usize, f64>, out: &dyn Fn(usize) -> bool) -> Option<Candidate> {
    for (at, score) in &mut scores {
        *score *= 1.0 - doc.link_density(*at);
    }
    let mut ranked: Vec<(usize, f64)> = scores.iter().map(|(at, score)| (*at, *score)).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (mut top, mut best) = *ranked.first()?;
    if let Some(shared) = shared_ancestor(doc, &ranked) {
        top = shared;
        best = scores.get(&top).copied().unwrap_or(best);
    }
    let mut last = best;
    let limit = last / 3.0;
    let mut up = doc.items[top].parent;
    while up != 0 && doc.items[up].name != "body" {
        let Some(&score) = scores.get(&up) else {
            up = doc.items[up].parent;
            continue;
        };
        if score < limit {
            break;
        }
        if score > last {
            top = up;
            best = score;
            break;
        }
        last = score;
        up = doc.items[up].parent;
    }
    while doc.items[top].name != "body" && top != 0 {
        let parent = doc.items[top].parent;
        if parent == 0
            || doc.items[parent].name == "body"
            || doc.children(parent).filter(|c| !is_blank(doc, *c)).count() != 1
        {
            break;
        }
        top = parent;
    }
    Some(Candidate { roots: with_siblings(doc, top, best, &scores, out), score: best })
}

fn is_blank(doc: &Doc<'_>, at: usize) -> bool {
    doc.items[at].element.is_none() && doc.items[at].text.trim().is_empty()
}

/// Where three good candidates share an ancestor, it holds the whole article.
fn shared_ancestor(doc: &Doc<'_>, ranked: &[(usize, f64)]) -> Option<usize> {
    let (top, best) = *ranked.first()?;
    let others: Vec<usize> =
        ranked.iter().skip(1).take(4).filter(|(_, score)| score / best >= 0.75).map(|(at, _)| *at).collect();
    if others.len() < 3 {
        return None;
    }
    doc.ancestors(top)
        .take_while(|&up| up != 0 && doc.items[up].name != "body")
        .find(|&up| others.iter().filter(|&&at| up < at && at < doc.items[up].end).count() >= 3)
}

/// The top candidate with the siblings that read like parts of it.
fn with_siblings(
    doc: &Doc<'_>,
    top: usize,
    best: f64,
    scores: &HashMap<usize, f64>,
    out: &dyn Fn(usize) -> bool,
) -> Vec<usize> {
    if top == 0 || doc.items[top].name == "body" {
        return vec![top];
    }
    let threshold = (best * 0.2).max(10.0);
    let token = &doc.items[top].token;
    doc.children(doc.items[top].parent)
        .filter(|&at| {
            if at == top {
                return true;
            }
            let item = &doc.items[at];
            if item.skip || out(at) || item.element.is_none() {
                return false;
            }
            let bonus = if !token.is_empty() && *token == item.token { best * 0.2 } else { 0.0 };
            if scores.get(&at).is_some_and(|score| score + bonus >= threshold) {
                return true;
            }
            let density = doc.link_density(at);
            item.name == "p"
                && ((item.chars > 80 && density < 0.25)
                    || (item.chars > 0 && item.chars <= 80 && density == 0.0 && doc.text(at).contains(". ")))
        })
        .collect()
}
