//! Chooses what of the page is the article and what of that is running text.

use super::blocks::{Block, Kind, Step, collect};
use super::candidates::{Mode, class_weight, find, is_unlikely};
use super::clean::{Cut, clean, describe};
use super::doc::Doc;
use super::{Notes, Scored, rules};
use std::collections::HashMap;

/// Body of an article.
pub(super) struct Body {
    /// For reading, not yet cleaned.
    pub(super) html: String,
    /// Running text, paragraphs separated by blank lines.
    pub(super) text: String,
}

/// What the rules compare blocks with.
pub(super) struct Known<'k> {
    /// Headlines of page and feed, folded for comparison.
    pub(super) titles: Vec<String>,
    pub(super) raw_title: Option<String>,
    pub(super) has_author: bool,
    /// Names of the authors, folded for comparison.
    pub(super) authors: Vec<String>,
    /// The page's description of itself, folded for comparison.
    pub(super) description: Option<String>,
    /// Selected by the operator: no search, no weighing.
    pub(super) roots: Option<Vec<usize>>,
    /// Removed by the operator.
    pub(super) removed: &'k [usize],
}

/// Letters and digits only, lower case.
pub(super) fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Searches with falling strictness until there is enough text.
pub(super) fn body(doc: &Doc<'_>, known: &Known<'_>, notes: &mut Notes) -> Option<Body> {
    if let Some(roots) = &known.roots {
        return Some(attempt(doc, roots, true, false, known, notes).0);
    }
    if std::env::var_os("RDTEST").is_some() {
        let marks = super::marks::read(doc);
        let about = super::readability::About { title: known.raw_title.as_deref(), has_author: known.has_author };
        let candidate = super::readability::find(doc, &marks, &about)?;
        let mut gone: Vec<bool> = candidate.kept.iter().map(|k| !k).collect();
        for at in (1..doc.items.len()).rev() {
            if !gone[at] {
                gone[doc.items[at].parent] = false;
            }
        }
        let steps = collect(doc, &[0], &gone);
        return Some(Body { html: render(steps), text: "x".to_owned() });
    }
    let modes = [
        (Mode { strip_unlikely: true, weigh_classes: true }, false),
        (Mode { strip_unlikely: false, weigh_classes: true }, false),
        (Mode { strip_unlikely: false, weigh_classes: false }, false),
        (Mode { strip_unlikely: false, weigh_classes: false }, true),
    ];
    let mut best: Option<(usize, Body, Notes)> = None;
    for (mode, lenient) in modes {
        let Some(candidate) = find(doc, mode) else { continue };
        let mut these = Notes::default();
        these.candidates.push(Scored {
            what: candidate.roots.iter().take(5).map(|&at| describe(doc, at)).collect::<Vec<_>>().join(" + "),
            score: candidate.score,
        });
        let (body, length) = attempt(doc, &candidate.roots, lenient, true, known, &mut these);
        let enough = length >= 500;
        if best.as_ref().is_none_or(|(longest, ..)| length > *longest) {
            best = Some((length, body, these));
        }
        if enough {
            break;
        }
    }
    let (_, body, these) = best?;
    notes.candidates.extend(these.candidates);
    notes.cuts.extend(these.cuts);
    Some(body)
}

fn attempt(
    doc: &Doc<'_>,
    roots: &[usize],
    lenient: bool,
    widen: bool,
    known: &Known<'_>,
    notes: &mut Notes,
) -> (Body, usize) {
    let mut gone = vec![false; doc.items.len()];
    for &at in known.removed {
        gone[at..doc.items[at].end].fill(true);
    }
    for &root in roots {
        clean(doc, root, lenient, &mut gone, &mut notes.cuts);
    }
    let mut all = roots.to_vec();
    if widen {
        all.extend(stray_paragraphs(doc, roots, &gone));
        all.extend(standfirst(doc, roots, known));
        all.extend(lead_picture(doc, roots));
        all.sort_unstable();
        all.dedup();
    }
    let steps = collect(doc, &all, &gone);
    let (steps, texts) = judge(doc, steps, known, &mut notes.cuts);
    let text = texts.join("\n\n");
    let length = text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
    (Body { html: render(steps), text }, length)
}

/// Whether a block reads like a paragraph of an article.
fn is_good(doc: &Doc<'_>, at: usize) -> bool {
    let item = &doc.items[at];
    item.block
        && !item.skip
        && matches!(item.name, "p" | "div" | "blockquote" | "section" | "article" | "pre")
        && !item.has_block
        && item.own >= 80
        && (item.own_linked as f64) < 0.35 * item.own as f64
        && (item.own_commas > 0
            || doc.items[at..item.end].iter().any(|i| i.text.contains(['.', '。', '!', '?', '।', '؟'])))
}

/// Good paragraphs of the page's densest part that the candidate lacks: some
/// pages spread their text over several containers.
fn stray_paragraphs(doc: &Doc<'_>, roots: &[usize], gone: &[bool]) -> Vec<usize> {
    let Some(dense) = densest(doc) else { return Vec::new() };
    let inside = |at: usize| roots.iter().any(|&root| root <= at && at < doc.items[root].end);
    (dense..doc.items[dense].end)
        .filter(|&at| is_good(doc, at) && !inside(at) && !gone[at])
        .filter(|&at| {
            let up = std::iter::once(at).chain(doc.ancestors(at).take_while(|&up| up > dense));
            up.take(30).all(|up| {
                let item = &doc.items[up];
                !item.skip
                    && !is_unlikely(doc, up)
                    && !matches!(item.name, "aside" | "footer" | "nav" | "form" | "li" | "figure" | "a")
                    && class_weight(&item.token) >= 0.0
                    && !rules::BOILER_CLASS.is_match(&item.token)
            })
        })
        .collect()
}

/// The summary between headline and body, where it stands outside the candidate:
/// named like one, or what the page's description says.
fn standfirst(doc: &Doc<'_>, roots: &[usize], known: &Known<'_>) -> Option<usize> {
    let first = roots.iter().copied().min()?;
    let h1 = (0..first).rev().find(|&at| doc.items[at].name == "h1" && !doc.items[at].skip);
    (0..first).rev().take(3000).find(|&at| {
        let item = &doc.items[at];
        if !item.block
            || item.skip
            || item.has_block
            || item.end > first
            || !(50..900).contains(&item.own)
            || item.own_linked * 5 > item.own
            || item.name.starts_with('h') && item.name != "h2" && item.name != "h3"
        {
            return false;
        }
        let around: Vec<usize> = std::iter::once(at).chain(doc.ancestors(at).take(12)).collect();
        let outside = around.iter().any(|&up| {
            let above = &doc.items[up];
            matches!(above.name, "nav" | "footer" | "aside" | "form" | "li" | "figure")
                || (doc.items[up].chars < 3000 && rules::NOT_STANDFIRST.is_match(&above.token))
        });
        if outside {
            return false;
        }
        let named = h1.is_some_and(|h1| at > h1)
            && around
                .iter()
                .take(3)
                .any(|&up| doc.items[up].chars < 900 && rules::STANDFIRST.is_match(&doc.items[up].token));
        named
            || known.description.as_ref().is_some_and(|said| {
                let text = fold(&doc.text(at));
                text.len() > 40 && (said.starts_with(&text) || text.starts_with(said.as_str()))
            })
    })
}

/// The figure between headline and body, where it stands outside the candidate.
fn lead_picture(doc: &Doc<'_>, roots: &[usize]) -> Option<usize> {
    let first = roots.iter().copied().min()?;
    if roots.iter().any(|&root| doc.items[root].name == "body") {
        return None;
    }
    // The nearest ancestor that holds more than the candidate is the article's frame.
    let h1 = (0..first).rev().find(|&at| doc.items[at].name == "h1" && !doc.items[at].skip);
    let frame = doc.ancestors(first).take(8).find(|&up| matches!(doc.items[up].name, "article" | "main"));
    let from = h1.into_iter().chain(frame).min()?;
    (from..first).find(|&at| {
        let item = &doc.items[at];
        item.name == "figure"
            && !item.skip
            && item.end <= first
            && item.chars < 1000
            && doc.count(at, &["img"]) > 0
            && doc.link_density(at) < 0.8
            && !doc.ancestors(at).take(8).any(|up| {
                let above = &doc.items[up];
                matches!(above.name, "nav" | "footer" | "aside" | "li")
                    || (above.chars < 3000 && rules::NOT_PICTURE.is_match(&above.token))
            })
    })
}

/// The container with the largest sum of good text less link-dense text.
fn densest(doc: &Doc<'_>) -> Option<usize> {
    let mut sums = vec![0f64; doc.items.len()];
    let mut best: Option<(usize, f64)> = None;
    for at in (1..doc.items.len()).rev() {
        let item = &doc.items[at];
        if item.skip {
            continue;
        }
        if item.block {
            let own = item.own as f64;
            if is_good(doc, at) {
                sums[at] += own;
            } else if item.own_linked * 2 > item.own {
                sums[at] -= own;
            } else {
                sums[at] -= own * 0.1;
            }
        }
        let sum = sums[at] - if item.block { 20.0 } else { 0.0 };
        sums[item.parent] += sum;
        if item.block && sum > best.map_or(0.0, |(_, top)| top) {
            best = Some((at, sum));
        }
    }
    best.map(|(at, _)| at)
}

/// Sorts blocks into those that go, those for reading only, and running text.
fn judge(
    doc: &Doc<'_>,
    steps: Vec<Step>,
    known: &Known<'_>,
    cuts: &mut Vec<Cut>,
) -> (Vec<Step>, Vec<String>) {
    let mut kept: Vec<Step> = Vec::with_capacity(steps.len());
    let mut texts: Vec<(Kind, String)> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let total = steps.iter().filter(|step| matches!(step, Step::Block(_))).count();
    let mut index = 0;
    let mut started = false;
    for step in steps {
        let Step::Block(mut block) = step else {
            kept.push(step);
            continue;
        };
        index += 1;
        let place = Place { index, total, started };
        match fate(doc, &block, known, &place, &mut seen) {
            Fate::Text => {
                started |= block.text.len() > 80;
                texts.push((block.kind, block.text.clone()));
                kept.push(Step::Block(block));
            }
            Fate::Reading(why) => {
                if why == "related" {
                    block.html = related(&block);
                    block.kind = Kind::Related;
                }
                kept.push(Step::Block(block));
            }
            Fate::Gone(why) => {
                if cuts.len() < 500 {
                    let text = block.text.chars().take(80).collect();
                    cuts.push(Cut { what: describe(doc, block.at), why, text });
                }
            }
        }
    }
    drop_trailing_pointers(&mut kept, cuts);
    while texts.last().is_some_and(|(kind, _)| *kind == Kind::Heading) {
        texts.pop();
    }
    (kept, texts.into_iter().map(|(_, text)| text).collect())
}

enum Fate {
    Text,
    Reading(&'static str),
    Gone(&'static str),
}

struct Place {
    index: usize,
    total: usize,
    /// Whether running text came before.
    started: bool,
}

/// Blocks beyond this number are no longer judged one by one: no article has
/// so many, and time stays bounded.
const MAX_JUDGED: usize = 5000;

fn fate(
    doc: &Doc<'_>,
    block: &Block,
    known: &Known<'_>,
    place: &Place,
    seen: &mut HashMap<String, usize>,
) -> Fate {
    let chars = block.text.chars().count();
    match block.kind {
        Kind::Media => return Fate::Reading("media"),
        Kind::Code => return Fate::Text,
        Kind::Related if place.started => return Fate::Reading("related"),
        Kind::Related => return Fate::Gone("related"),
        Kind::Caption if chars < 600 => return Fate::Reading("caption"),
        _ => {}
    }
    if place.index > MAX_JUDGED {
        return Fate::Text;
    }
    let folded = fold(&block.text);
    if folded.is_empty() {
        return Fate::Gone("empty");
    }
    if known.titles.contains(&folded) && (place.index < 15 || block.kind == Kind::Heading) {
        return Fate::Gone("headline");
    }
    if known.authors.iter().any(|name| folded == *name || (chars < 80 && folded == format!("by{name}"))) {
        return Fate::Gone("byline");
    }
    if let Some(why) = rules::boilerplate(&block.text, block.linked, chars)
        && !(block.quoted && why == "byline")
    {
        let related =
            why == "related" && block.linked > 0.2 && block.kind == Kind::Paragraph && place.started;
        return match why {
            "related" if related => Fate::Reading(why),
            "caption" | "credit" if place.started => Fate::Reading(why),
            _ => Fate::Gone(why),
        };
    }
    if boiler_class(doc, block, chars) {
        return Fate::Gone("class");
    }
    if chars < 400 && rules::AUTHOR_BOX.is_match(&block.text) && place.index + 6 > place.total {
        return Fate::Gone("author-box");
    }
    if block.linked > 0.8
        && chars < 200
        && block.kind != Kind::Heading
        && !rules::SENTENCE_END.is_match(&block.text)
    {
        // A line that is one link is a pointer elsewhere.
        let list = block.kind == Kind::Item || block.kind == Kind::Cell;
        return if list || place.started { Fate::Reading("links") } else { Fate::Gone("links") };
    }
    if chars > 60 && block.kind == Kind::Paragraph {
        // The same again in another container is a copy for another screen.
        let container = doc.items[block.at].parent;
        if *seen.entry(folded).or_insert(container) != container {
            return Fate::Gone("repeated");
        }
    }
    Fate::Text
}

/// Whether the element or one close around it is named like a box beside the text.
fn boiler_class(doc: &Doc<'_>, block: &Block, chars: usize) -> bool {
    if chars > 400 {
        return false;
    }
    std::iter::once(block.at)
        .chain(doc.ancestors(block.at))
        .take(4)
        .take_while(|&at| doc.items[at].chars < 700)
        .any(|at| {
            let token = &doc.items[at].token;
            !token.is_empty() && rules::BOILER_CLASS.is_match(token) && !rules::MAYBE.is_match(token)
        })
}

/// Pointers to other stories behind the last text stand outside the body.
fn drop_trailing_pointers(kept: &mut Vec<Step>, cuts: &mut Vec<Cut>) {
    let is_text = |step: &Step| matches!(step, Step::Block(b) if !matches!(b.kind, Kind::Related | Kind::Media | Kind::Heading));
    let end = kept.iter().rposition(is_text).map_or(0, |at| at + 1);
    let mut index = 0;
    kept.retain(|step| {
        index += 1;
        let Step::Block(block) = step else { return true };
        let goes = index > end && block.kind == Kind::Related;
        if goes {
            let text = block.text.chars().take(80).collect();
            cuts.push(Cut { what: "pointer".to_owned(), why: "related", text });
        }
        !goes
    });
}

/// A pointer to another story as one line: its label, then its link.
fn related(block: &Block) -> String {
    let html = &block.html;
    let mut from = 0;
    while let Some(open) = html[from..].find("<a ").map(|at| from + at) {
        let (Some(tag), Some(close)) = (html[open..].find('>'), html[open..].find("</a>")) else { break };
        let text = crate::html::plain_text(&html[open + tag + 1..open + close.max(tag + 1)]);
        from = open + close + 4;
        if text.is_empty() {
            continue;
        }
        let label = crate::html::plain_text(&html[..open]);
        let link = format!("{}{}</a>", &html[open..open + tag + 1], crate::html::escape(&text));
        return match label.trim_end_matches([':', ' ']) {
            "" => format!("<p>{link}</p>"),
            label => format!("<p><strong>{}:</strong> {link}</p>", crate::html::escape(label)),
        };
    }
    block.html.clone()
}

/// The steps as HTML; containers without content go.
fn render(steps: Vec<Step>) -> String {
    let mut out = String::new();
    // Where each open container began and where its content begins.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for step in steps {
        match step {
            Step::Open(name) => {
                let before = out.len();
                out.push_str(&format!("<{name}>"));
                open.push((before, out.len()));
            }
            Step::Close(name) => {
                if let Some((before, content)) = open.pop()
                    && out.len() == content
                    && !matches!(name, "td" | "th")
                {
                    out.truncate(before);
                } else {
                    out.push_str(&format!("</{name}>"));
                }
            }
            Step::Block(block) => {
                out.push_str(&block.html);
                out.push('\n');
            }
        }
    }
    out
}
