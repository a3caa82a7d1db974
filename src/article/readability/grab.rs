//! Scores paragraphs, finds the element with the best of them, and joins its
//! siblings.

use super::prepare::{is_blank, is_phrasing};
use super::tree::{NONE, TEXT, Tree};
use super::{About, Mode};
use crate::article::doc::Doc;
use crate::article::marks::Marks;

/// A search of one strictness.
pub(super) struct Search<'s, 'a> {
    pub(super) doc: &'s Doc<'a>,
    pub(super) marks: &'s [Marks],
    pub(super) about: &'s About<'s>,
    pub(super) body: u32,
    pub(super) byline_found: bool,
    pub(super) mode: Mode,
}

/// What was found.
pub(super) struct Grabbed {
    /// The made-up element that holds it.
    pub(super) content: u32,
    pub(super) score: f64,
}

impl<'a> Search<'_, 'a> {
    /// Marks of a node's class and id; made-up nodes have none.
    pub(super) fn marks(&self, tree: &Tree<'_>, at: u32) -> Marks {
        self.marks.get(tree.get(at).src as usize).copied().unwrap_or_default()
    }

    fn attr(&self, tree: &Tree<'_>, at: u32, name: &str) -> Option<&'a str> {
        let src = tree.get(at).src;
        if src == NONE { None } else { self.doc.attr(src as usize, name) }
    }

    /// Class and id speak for (+25) or against (−25) an element.
    pub(super) fn weight(&self, tree: &Tree<'_>, at: u32) -> f32 {
        if self.mode.weigh_classes { f32::from(self.marks(tree, at).weight) } else { 0.0 }
    }

    /// One search.
    pub(super) fn grab(&mut self, tree: &mut Tree<'a>) -> Grabbed {
        let scored = self.walk(tree);
        let mut candidates: Vec<u32> = Vec::new();
        for at in scored {
            let node = tree.get(at);
            if node.parent == NONE || node.chars < 25 {
                continue;
            }
            let score = 2.0 + node.commas as f32 + (node.chars as f32 / 100.0).floor().min(3.0);
            let ancestors: Vec<u32> = tree.ancestors(at).take(5).collect();
            for (level, up) in ancestors.into_iter().enumerate() {
                if tree.get(up).parent == NONE {
                    continue;
                }
                if tree.get(up).score.is_nan() {
                    self.begin(tree, up);
                    candidates.push(up);
                }
                tree.node(up).score += score
                    / match level {
                        0 => 1.0,
                        1 => 2.0,
                        level => level as f32 * 3.0,
                    };
            }
        }
        for &at in &candidates {
            let density = tree.density(at) as f32;
            tree.node(at).score *= 1.0 - density;
        }
        let mut top: Vec<u32> = candidates;
        top.sort_by(|a, b| tree.get(*b).score.total_cmp(&tree.get(*a).score));
        top.truncate(5);
        let best = self.choose(tree, &top);
        let score = f64::from(tree.get(best).score);
        Grabbed { content: join(self, tree, best), score }
    }

    fn begin(&self, tree: &mut Tree<'_>, at: u32) {
        let base = match tree.get(at).name {
            "div" => 5.0,
            "pre" | "td" | "blockquote" => 3.0,
            "address" | "ol" | "ul" | "dl" | "dd" | "dt" | "li" | "form" => -3.0,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "th" => -5.0,
            _ => 0.0,
        };
        tree.node(at).score = base + self.weight(tree, at);
    }

    /// Removes what is no text and collects what scores.
    fn walk(&mut self, tree: &mut Tree<'a>) -> Vec<u32> {
        let mut scored = Vec::new();
        let mut titled = false;
        let mut at = tree.get(self.body).first;
        while at != NONE {
            if tree.is_text(at) {
                at = tree.next(at, true);
                continue;
            }
            if self.is_byline(tree, at) {
                self.byline_found = true;
                at = remove(tree, at);
                continue;
            }
            if !titled && self.repeats_title(tree, at) {
                titled = true;
                at = remove(tree, at);
                continue;
            }
            if self.mode.strip_unlikely && self.is_unlikely(tree, at) {
                at = remove(tree, at);
                continue;
            }
            let name = tree.get(at).name;
            let may_be_empty =
                matches!(name, "div" | "section" | "header" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
            if may_be_empty && is_empty(tree, at) {
                at = remove(tree, at);
                continue;
            }
            if matches!(name, "section" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "td" | "pre") {
                scored.push(at);
            }
            if name == "div" {
                at = divide(tree, at, &mut scored);
            }
            at = tree.next(at, false);
        }
        scored
    }

    fn is_byline(&self, tree: &Tree<'_>, at: u32) -> bool {
        if self.byline_found {
            return false;
        }
        let named = self.marks(tree, at).byline
            || self.attr(tree, at, "rel") == Some("author")
            || self.attr(tree, at, "itemprop").is_some_and(|prop| prop.contains("author"));
        named && (1..100).contains(&tree.get(at).chars)
    }

    fn repeats_title(&self, tree: &Tree<'_>, at: u32) -> bool {
        let (Some(title), "h1" | "h2") = (self.about.title, tree.get(at).name) else { return false };
        let text = self.doc.text(tree.get(at).src as usize);
        alike(title, &text) > 0.75
    }

    fn is_unlikely(&self, tree: &Tree<'_>, at: u32) -> bool {
        let marks = self.marks(tree, at);
        let name = tree.get(at).name;
        if marks.unlikely
            && !marks.maybe
            && !matches!(name, "body" | "a")
            && !tree.ancestors(at).take(4).any(|up| matches!(tree.get(up).name, "table" | "code"))
        {
            return true;
        }
        self.attr(tree, at, "role").is_some_and(|role| {
            matches!(
                role,
                "menu" | "menubar" | "complementary" | "navigation" | "alert" | "alertdialog" | "dialog"
            )
        })
    }

    /// The element that holds the article.
    fn choose(&self, tree: &mut Tree<'a>, ranked: &[u32]) -> u32 {
        let top = ranked.first().copied().filter(|&at| tree.get(at).name != "body");
        let Some(mut top) = top else {
            let all = tree.push("div", NONE);
            let children: Vec<u32> = tree.children(self.body).collect();
            for child in children {
                tree.graft(all, child, NONE);
            }
            tree.link(self.body, all, NONE);
            self.begin(tree, all);
            return all;
        };
        let best = tree.get(top).score;
        let others: Vec<u32> =
            ranked.iter().skip(1).copied().filter(|&at| tree.get(at).score / best >= 0.75).collect();
        if others.len() >= 3 {
            let shared = tree.ancestors(top).take_while(|&up| tree.get(up).name != "body").find(|&up| {
                others.iter().filter(|&&at| tree.ancestors(at).any(|above| above == up)).count() >= 3
            });
            top = shared.unwrap_or(top);
        }
        if tree.get(top).score.is_nan() {
            self.begin(tree, top);
        }
        let mut last = tree.get(top).score;
        let limit = last / 3.0;
        let mut up = tree.get(top).parent;
        while up != NONE && tree.get(up).name != "body" {
            let score = tree.get(up).score;
            if score < limit {
                break;
            }
            if score > last {
                top = up;
                break;
            }
            if !score.is_nan() {
                last = score;
            }
            up = tree.get(up).parent;
        }
        up = tree.get(top).parent;
        while up != NONE && tree.get(up).name != "body" && tree.elements(up).count() == 1 {
            top = up;
            up = tree.get(up).parent;
        }
        if tree.get(top).score.is_nan() {
            self.begin(tree, top);
        }
        top
    }
}

fn remove(tree: &mut Tree<'_>, at: u32) -> u32 {
    let next = tree.next(at, true);
    tree.unlink(at);
    next
}

fn is_empty(tree: &Tree<'_>, at: u32) -> bool {
    tree.get(at).chars == 0 && tree.elements(at).all(|child| matches!(tree.get(child).name, "br" | "hr"))
}

/// Runs of text within a `div` become paragraphs; a `div` that is one becomes one.
fn divide(tree: &mut Tree<'_>, div: u32, scored: &mut Vec<u32>) -> u32 {
    let mut child = tree.get(div).first;
    while child != NONE {
        if !is_phrasing(tree, child, 32) {
            child = tree.get(child).next;
            continue;
        }
        let p = tree.push("p", NONE);
        let mut next = child;
        while next != NONE && is_phrasing(tree, next, 32) {
            let after = tree.get(next).next;
            tree.graft(p, next, NONE);
            next = after;
        }
        while tree.get(p).first != NONE && is_blank(tree, tree.get(p).first) {
            tree.unlink(tree.get(p).first);
        }
        while tree.get(p).last != NONE && is_blank(tree, tree.get(p).last) {
            tree.unlink(tree.get(p).last);
        }
        if tree.get(p).first != NONE {
            tree.link(div, p, next);
        }
        child = next;
    }
    let mut elements = tree.elements(div);
    let (first, second) = (elements.next(), elements.next());
    drop(elements);
    let loose = tree.children(div).any(|child| tree.is_text(child) && tree.get(child).chars > 0);
    if let (Some(only), None, false) = (first, second, loose)
        && tree.get(only).name == "p"
        && tree.density(div) < 0.25
    {
        let parent = tree.get(div).parent;
        tree.graft(parent, only, div);
        tree.unlink(div);
        scored.push(only);
        return only;
    }
    if !tree.below(div).any(|at| is_block(tree.get(at).name)) {
        tree.node(div).name = "p";
        scored.push(div);
    }
    div
}

/// What keeps a `div` from being a paragraph.
pub(super) fn is_block(name: &str) -> bool {
    matches!(name, "blockquote" | "dl" | "div" | "img" | "ol" | "p" | "pre" | "table" | "ul")
}

/// The best element with the siblings that read like parts of the same text.
fn join<'a>(search: &Search<'_, 'a>, tree: &mut Tree<'a>, top: u32) -> u32 {
    let content = tree.push("div", NONE);
    let best = tree.get(top).score;
    let threshold = (best * 0.2).max(10.0);
    let class = search.attr(tree, top, "class").unwrap_or_default();
    let siblings: Vec<u32> = tree.elements(tree.get(top).parent).collect();
    for at in siblings {
        let along = at == top || {
            let same = !class.is_empty() && search.attr(tree, at, "class") == Some(class);
            let bonus = if same { best * 0.2 } else { 0.0 };
            let score = tree.get(at).score;
            (!score.is_nan() && score + bonus >= threshold) || reads_like_text(search, tree, at)
        };
        if along {
            if !matches!(tree.get(at).name, "div" | "article" | "section" | "p" | "ol" | "ul") {
                tree.node(at).name = "div";
            }
            tree.graft(content, at, NONE);
        }
    }
    content
}

fn reads_like_text(search: &Search<'_, '_>, tree: &Tree<'_>, at: u32) -> bool {
    let node = tree.get(at);
    let density = tree.density(at);
    node.name == "p"
        && ((node.chars > 80 && density < 0.25)
            || (node.chars > 0 && node.chars < 80 && density == 0.0 && {
                let text: String = tree
                    .below(at)
                    .filter(|&t| tree.get(t).name == TEXT)
                    .map(|t| search.doc.items[tree.get(t).src as usize].text)
                    .collect();
                let text = text.trim();
                text.contains(". ") || text.ends_with('.')
            }))
}

/// How much of one title another holds, 0 to 1.
fn alike(a: &str, b: &str) -> f64 {
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let length = |words: &[&String]| words.iter().map(|w| w.len() + 1).sum::<usize>().saturating_sub(1);
    let other: Vec<&String> = b.iter().filter(|word| !a.contains(word)).collect();
    1.0 - length(&other) as f64 / length(&b.iter().collect::<Vec<_>>()).max(1) as f64
}
