//! The candidate: what Mozilla's Readability takes for the article, found by
//! its steps (scores for paragraphs, siblings that belong along, boxes that are
//! weighed, up to four searches of falling strictness) on a light copy of the
//! page's tree.

mod grab;
mod prepare;
mod tidy;
mod tree;

use super::doc::Doc;
use super::marks::Marks;
use tree::{NONE, Tree};

/// What the search needs to know besides the page.
pub(super) struct About<'k> {
    /// Title of the page, for headings that repeat it.
    pub(super) title: Option<&'k str>,
    /// Whether the head names an author, so that no byline is looked for.
    pub(super) has_author: bool,
}

/// The candidate.
pub(super) struct Candidate {
    /// For each node of [`Doc`], whether it is part of it.
    pub(super) kept: Vec<bool>,
    /// Nodes that were joined, for people.
    pub(super) roots: Vec<usize>,
    /// Score of the best of them.
    pub(super) score: f64,
    /// Characters of text.
    pub(super) chars: usize,
}

/// Which rules a search applies.
#[derive(Clone, Copy)]
struct Mode {
    strip_unlikely: bool,
    weigh_classes: bool,
    clean: bool,
}

/// Fewer characters than this call for a less strict search.
const ENOUGH: u32 = 500;

/// Finds the candidate. `None` if the page has no text at all.
pub(super) fn find(doc: &Doc<'_>, marks: &[Marks], about: &About<'_>) -> Option<Candidate> {
    let mut prepared = Tree::new(doc);
    let body = prepared.nodes.iter().position(|node| node.name == "body")?;
    let body = u32::try_from(body).ok()?;
    prepare::breaks(&mut prepared, body);
    let mut search = grab::Search {
        doc,
        marks,
        about,
        body,
        byline_found: about.has_author,
        mode: Mode { strip_unlikely: true, weigh_classes: true, clean: true },
    };
    let mut best: Option<(Tree<'_>, u32, grab::Grabbed)> = None;
    for round in 1..=4u8 {
        let mut tree = prepared.clone();
        let grabbed = search.grab(&mut tree);
        tidy::tidy(&search, &mut tree, grabbed.content);
        let chars = tree.get(grabbed.content).chars;
        if best.as_ref().is_none_or(|(_, most, _)| chars > *most) {
            best = Some((tree, chars, grabbed));
        }
        if chars >= ENOUGH || round == 4 {
            return best.filter(|(_, chars, _)| *chars > 0).map(|best| finish(doc, &best));
        }
        match round {
            1 => search.mode.strip_unlikely = false,
            2 => search.mode.weigh_classes = false,
            _ => search.mode.clean = false,
        }
    }
    None
}

fn finish(doc: &Doc<'_>, best: &(Tree<'_>, u32, grab::Grabbed)) -> Candidate {
    let (tree, chars, grabbed) = best;
    let mut kept = vec![false; doc.items.len()];
    for at in tree.below(grabbed.content) {
        let src = tree.get(at).src;
        if src != NONE {
            kept[src as usize] = true;
        }
    }
    let mut roots: Vec<usize> = Vec::new();
    for at in tree.elements(grabbed.content) {
        let src =
            std::iter::once(at).chain(tree.below(at)).map(|at| tree.get(at).src).find(|src| *src != NONE);
        roots.extend(src.map(|src| src as usize));
    }
    Candidate { kept, roots, score: grabbed.score, chars: *chars as usize }
}
