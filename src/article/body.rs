//! Chooses what of the page is the article and what of that is running text.

use super::blocks::{Block, Kind, Step, collect};
use super::clean::{Cut, clean, describe};
use super::doc::Doc;
use super::explained::{self, Kept, Weighed};
use super::extras::EXTRAS;
use super::features::Overview;
use super::marks::{self, Marks};
use super::outside::outside;
use super::readability::{self, About, Candidate};
use super::table::Table;
use super::template::{SiteBlocks, block_digest};
use super::tokens::Tokens;
use super::written::{Shape, drop_trailing_pointers, join, render};
use super::{Notes, Scored, rules};
use std::collections::HashMap;

/// Body of an article.
pub(super) struct Body {
    /// For reading, not yet cleaned.
    pub(super) html: String,
    /// Running text, paragraphs separated by blank lines.
    pub(super) text: String,
    /// Digests of the blocks that are text or would be, if the site didn't print them everywhere.
    pub(super) blocks: Vec<u32>,
    /// What became of each block, if that is asked for.
    pub(super) weighed: Vec<Weighed>,
}

/// What blocks are compared with.
pub(super) struct Known<'k> {
    /// Headlines of page and feed, folded for comparison.
    pub(super) titles: Vec<String>,
    /// Title of the page as it stands.
    pub(super) title: Option<String>,
    /// Whether the head of the page names an author.
    pub(super) has_author: bool,
    /// Names of the authors, folded for comparison.
    pub(super) authors: Vec<String>,
    /// The page's description of itself, folded for comparison.
    pub(super) description: Option<String>,
    /// Selected by the operator: no search, no weighing.
    pub(super) roots: Option<Vec<usize>>,
    /// Removed by the operator.
    pub(super) removed: &'k [usize],
    /// What the site prints on every page.
    pub(super) site: &'k SiteBlocks,
    /// Where full texts of the site's feeds stood on its pages.
    pub(super) proven: Option<usize>,
    /// Whether what became of each block is asked for.
    pub(super) explain: bool,
}

/// Letters and digits only, lower case.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !c.is_ascii() && c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// The page, read once: what its names say, the candidate, its blocks.
pub(super) struct Look {
    pub(super) marks: Vec<Marks>,
    pub(super) candidate: Option<Candidate>,
    pub(super) gone: Vec<bool>,
    pub(super) steps: Vec<Step>,
}

impl Look {
    pub(super) fn new(doc: &Doc<'_>, known: &Known<'_>) -> Self {
        let marks = marks::read(doc);
        let about = About { title: known.title.as_deref(), has_author: known.has_author };
        let candidate = readability::find(doc, &marks, &about);
        let mut gone = vec![false; doc.items.len()];
        for &at in known.removed {
            gone[at..doc.items[at].end].fill(true);
        }
        let steps = collect(doc, &[0], &gone);
        Self { marks, candidate, gone, steps }
    }

    /// Blocks that hold text, as many as are judged one by one.
    pub(super) fn texts(&self) -> Vec<&Block> {
        self.steps
            .iter()
            .filter_map(|step| match step {
                Step::Block(block) if !block.text.is_empty() => Some(block),
                _ => None,
            })
            .take(MAX_JUDGED)
            .collect()
    }
}

/// Scores (log odds) of the page's blocks that hold text.
pub(super) fn scores(overview: &Overview<'_, '_>, doc: &Doc<'_>, table: &Table) -> Vec<f32> {
    let mut tokens = Tokens::new(doc);
    let mut rows = overview.rows();
    let mut first = Vec::with_capacity(rows.len());
    for (one, row) in overview.seen.iter().zip(&mut rows) {
        let heading = one.heading.map(|at| &overview.seen[at]);
        row.push(table.logistic(&tokens.of(one, heading)));
        first.push(table.score(0, row));
    }
    let extras = overview.extras(&first);
    // Far from anything that reads like text the second look changes nothing.
    let hopeless = |at: usize| {
        let around = at.saturating_sub(3)..(at + 4).min(first.len());
        first.get(around).is_some_and(|scores| scores.iter().all(|score| *score < HOPELESS))
    };
    let second = |(at, (row, extra)): (usize, (&mut Vec<f32>, _))| {
        if hopeless(at) {
            return first[at];
        }
        row.extend::<[f32; EXTRAS]>(extra);
        table.score(1, row)
    };
    rows.iter_mut().zip(extras).enumerate().map(second).collect()
}

/// Finds the body. `None` if no text reads like one.
pub(super) fn body(doc: &Doc<'_>, known: &Known<'_>, table: &Table, notes: &mut Notes) -> Option<Body> {
    if let Some(roots) = &known.roots {
        return Some(selected(doc, roots, known, notes));
    }
    let look = Look::new(doc, known);
    if let Some(candidate) = &look.candidate {
        let roots: Vec<String> = candidate.roots.iter().take(5).map(|&at| describe(doc, at)).collect();
        notes.candidates.push(Scored { what: roots.join(" + "), score: candidate.score });
    }
    let texts = look.texts();
    let overview = Overview::new(doc, &look.marks, known, look.candidate.as_ref(), &texts);
    let scores = scores(&overview, doc, table);
    let inside: Vec<f32> = overview.seen.iter().map(|one| one.inside).collect();
    let sure = overview.seen.iter().zip(&scores).filter(|(one, score)| **score > THRESHOLD && one.good);
    let limit = sure.filter_map(|(one, _)| one.block.parts.first().copied()).take(LEADING).max();
    let lead = look.candidate.as_ref().and_then(|candidate| lead_picture(doc, &candidate.roots, limit?));
    let outside = outside(doc, &known.titles, &texts);
    let patterns = overview.seen.iter().map(|one| one.patterns).collect();
    let mut sight = Sight { scores, inside, patterns, dense: overview.dense, lead, outside, trusting: false };
    let mut cuts = Vec::new();
    let mut body = judge(doc, &look, known, &sight, &mut cuts);
    let length = body.text.chars().count();
    let candidate = look.candidate.as_ref().map_or(0, |candidate| candidate.chars);
    if length < FEW && candidate > length * 2 {
        // Next to nothing reads like an article: a very short one, or none. The candidate decides.
        sight.trusting = true;
        let mut other = Vec::new();
        let plain = judge(doc, &look, known, &sight, &mut other);
        if plain.text.chars().count() > length || (length == 0 && plain.html.contains("<img")) {
            (body, cuts) = (plain, other);
            notes.remarks.push("body: the candidate as it stands, for want of sure text".to_owned());
        }
    }
    notes.cuts.extend(cuts);
    notes.blocks = std::mem::take(&mut body.weighed);
    Some(body)
}

/// What is known about the page's blocks.
struct Sight {
    /// Log odds of those that hold text.
    scores: Vec<f32>,
    /// Share of those that is part of the candidate.
    inside: Vec<f32>,
    /// Patterns that match them, one bit each.
    patterns: Vec<u32>,
    /// The densest part of the page.
    dense: usize,
    /// A picture between headline and body.
    lead: Option<usize>,
    /// Parts of the page that are not the article, and why.
    outside: Vec<(usize, &'static str)>,
    /// Whether the candidate is trusted where scores are low.
    trusting: bool,
}

/// The body where the operator says it is: all but what can't be text.
fn selected(doc: &Doc<'_>, roots: &[usize], known: &Known<'_>, notes: &mut Notes) -> Body {
    let mut gone = vec![false; doc.items.len()];
    for &at in known.removed {
        gone[at..doc.items[at].end].fill(true);
    }
    let marks = marks::read(doc);
    for &root in roots {
        clean(doc, &marks, root, &mut gone, &mut notes.cuts);
    }
    let steps = collect(doc, roots, &gone);
    let mut fates = Fates::new(doc, known, &steps);
    let mut kept = Vec::with_capacity(steps.len());
    let mut texts = Vec::new();
    for step in &steps {
        let Step::Block(block) = step else {
            kept.push((step, Shape::Whole));
            continue;
        };
        let fate = fates.rules(block, None).unwrap_or_else(|| fates.named(block));
        settle(doc, step, block, fate, &mut kept, &mut texts, &mut notes.cuts);
    }
    drop_trailing_pointers(&mut kept, &mut notes.cuts);
    Body { html: render(doc, &gone, &kept), text: join(texts), blocks: Vec::new(), weighed: Vec::new() }
}

/// The figure between headline and body, where it stands outside the candidate:
/// before `limit`, which is one of the first blocks of text.
fn lead_picture(doc: &Doc<'_>, roots: &[usize], limit: usize) -> Option<usize> {
    let first = roots.iter().copied().min()?;
    if roots.iter().any(|&root| doc.items[root].name == "body") {
        return None;
    }
    // The nearest ancestor that holds more than the candidate is the article's frame.
    let h1 = (0..first).rev().find(|&at| doc.items[at].name == "h1" && !doc.items[at].skip);
    let frame = doc.ancestors(first).take(8).find(|&up| matches!(doc.items[up].name, "article" | "main"));
    let from = h1.into_iter().chain(frame).min()?;
    (from..limit.max(first)).find(|&at| {
        let item = &doc.items[at];
        item.name == "figure"
            && !item.skip
            && item.end <= limit.max(first)
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

/// What becomes of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Text,
    Reading(&'static str),
    Gone(&'static str),
}

impl Fate {
    fn explained(self) -> Kept {
        match self {
            Self::Text => Kept::Text,
            Self::Reading(why) => Kept::Reading(why),
            Self::Gone(why) => Kept::Gone(why),
        }
    }
}

/// Blocks beyond this number are no longer judged one by one: no article has
/// so many, and time stays bounded.
const MAX_JUDGED: usize = 5000;

/// From this score (log odds) on a block is running text.
const THRESHOLD: f32 = 0.0;
/// A block of the candidate below this score goes from the reading view too.
const CHROME: f32 = -7.0;
/// Below this score what is named like a box goes from the reading view too.
const DOUBT: f32 = -1.0;
/// Fewer characters of text than this call for a second look.
const FEW: usize = 250;
/// Blocks below this score in the first stage, and among their like, are not looked at again.
const HOPELESS: f32 = -4.0;
/// A lead picture stands before this many blocks of text.
const LEADING: usize = 3;
/// Above this score a block may stand alone.
const SURE: f32 = 1.0;

/// Judges blocks one after the other.
struct Fates<'f, 'a> {
    doc: &'f Doc<'a>,
    known: &'f Known<'f>,
    seen: HashMap<String, usize>,
    index: usize,
    total: usize,
    /// Whether running text came before.
    started: bool,
    /// Whether the block before announces the page's address.
    addressed: bool,
    /// Whether links that follow are a list under a label such as "most read".
    listing: bool,
}

impl<'f, 'a> Fates<'f, 'a> {
    fn new(doc: &'f Doc<'a>, known: &'f Known<'f>, steps: &[Step]) -> Self {
        let total = steps.iter().filter(|step| matches!(step, Step::Block(_))).count();
        Self {
            doc,
            known,
            seen: HashMap::new(),
            index: 0,
            total,
            started: false,
            addressed: false,
            listing: false,
        }
    }

    /// What words alone decide; `None` if they don't.
    fn rules(&mut self, block: &Block, patterns: Option<u32>) -> Option<Fate> {
        self.index += 1;
        let chars = block.text.chars().count();
        match block.kind {
            Kind::Media => return Some(Fate::Reading("media")),
            Kind::Related if self.started => return Some(Fate::Reading("related")),
            Kind::Related => return Some(Fate::Gone("related")),
            Kind::Caption if chars < 600 => return Some(Fate::Reading("caption")),
            _ => {}
        }
        if self.index > MAX_JUDGED {
            return None;
        }
        let folded = fold(&block.text);
        if folded.is_empty() {
            return Some(Fate::Gone("empty"));
        }
        let known = self.known;
        if std::mem::take(&mut self.addressed) && block.text.starts_with("http") && chars < 400 {
            return Some(Fate::Gone("address"));
        }
        if self.is_headline(block) {
            return Some(Fate::Gone("headline"));
        }
        if known.titles.contains(&folded) && (self.index < 15 || block.kind == Kind::Heading || !self.started)
        {
            return Some(Fate::Gone("headline"));
        }
        if known.authors.iter().any(|name| folded == *name || (chars < 80 && folded == format!("by{name}"))) {
            return Some(Fate::Gone("byline"));
        }
        let listed = self.listing && block.linked > 0.7 && chars < 200;
        let why = rules::boilerplate(&block.text, block.linked, chars, patterns);
        self.addressed = why == Some("address");
        self.listing = listed || (why == Some("related") && block.linked < 0.2 && chars < 60);
        if listed {
            let inline = block.kind == Kind::Paragraph && self.started;
            return Some(if inline { Fate::Reading("related") } else { Fate::Gone("related") });
        }
        let why = why?;
        // "Von wem" at the head of a column is no byline, and a column of dates no date line.
        let data =
            block.kind == Kind::Cell && matches!(why, "byline" | "date" | "credit" | "caption" | "tags");
        if data || (block.quoted && why == "byline") {
            return None;
        }
        let pointer = block.linked > 0.2 && block.kind == Kind::Paragraph && self.started;
        Some(match why {
            "related" if pointer => Fate::Reading(why),
            "caption" | "credit" if self.started => Fate::Reading(why),
            _ => Fate::Gone(why),
        })
    }

    /// What stands in another article or among comments.
    fn beyond(&mut self, why: &'static str) -> Fate {
        self.index += 1;
        Fate::Gone(why)
    }

    /// An `h1` before any text is the headline, whatever the page calls itself.
    fn is_headline(&self, block: &Block) -> bool {
        let heading = block.kind == Kind::Heading && block.chars < 250 && !block.quoted;
        heading && !self.started && self.doc.items[block.at].name == "h1"
    }

    /// What names of classes and the place decide where nothing was learned about the page.
    fn named(&mut self, block: &Block) -> Fate {
        let chars = block.text.chars().count();
        if block.kind == Kind::Code {
            return Fate::Text;
        }
        if boiler_class(self.doc, block, chars) {
            return Fate::Gone("class");
        }
        if chars < 400 && rules::AUTHOR_BOX.is_match(&block.text) && self.index + 6 > self.total {
            return Fate::Gone("author-box");
        }
        if block.linked > 0.8
            && chars < 200
            && leads_elsewhere(self.doc, block)
            && block.kind != Kind::Heading
            && !rules::SENTENCE_END.is_match(&block.text)
        {
            // A line that is one link is a pointer elsewhere.
            let list = block.kind == Kind::Item || block.kind == Kind::Cell;
            return if list || self.started { Fate::Reading("links") } else { Fate::Gone("links") };
        }
        self.fresh(block, false)
    }

    /// Text, unless the same stands in another container and this one is no part
    /// of the candidate: a copy for another screen.
    fn fresh(&mut self, block: &Block, inside: bool) -> Fate {
        if block.text.chars().count() > 60 && block.kind == Kind::Paragraph {
            let container = self.doc.items[block.at].parent;
            if *self.seen.entry(fold(&block.text)).or_insert(container) != container && !inside {
                return Fate::Gone("repeated");
            }
        }
        self.started |= block.text.len() > 80;
        Fate::Text
    }
}

/// Sorts the page's blocks into those that go, those for reading only, and running text.
fn judge(doc: &Doc<'_>, look: &Look, known: &Known<'_>, sight: &Sight, cuts: &mut Vec<Cut>) -> Body {
    let mut fates = Fates::new(doc, known, &look.steps);
    let mut judged: Vec<(usize, Fate, f32)> = Vec::new();
    let mut text = 0;
    for (at, step) in look.steps.iter().enumerate() {
        let Step::Block(block) = step else { continue };
        let mut patterns = None;
        let (score, inside) = if block.text.is_empty() {
            (-9.0, f32::from(u8::from(is_inside(doc, look, block))))
        } else {
            patterns = sight.patterns.get(text).copied().filter(|_| block.text.len() <= 800);
            text += 1;
            let score = sight.scores.get(text - 1).copied().unwrap_or(-9.0);
            let inside = || f32::from(u8::from(is_inside(doc, look, block)));
            (score, sight.inside.get(text - 1).copied().unwrap_or_else(inside))
        };
        let within = |root: usize| root <= block.at && block.at < doc.items[root].end;
        let beyond = sight.outside.iter().find(|(at, _)| within(*at)).map(|(_, why)| *why);
        let ruled = match beyond {
            Some(why) => Some(fates.beyond(why)),
            None => fates.rules(block, patterns),
        };
        let fate = match ruled {
            Some(Fate::Reading(why)) => {
                let near = inside > 0.5 || score > THRESHOLD || sight.lead.is_some_and(within);
                let pointer = why == "related" && within(sight.dense);
                if near || pointer { Fate::Reading(why) } else { Fate::Gone(why) }
            }
            Some(Fate::Gone("related")) if inside > 0.5 && fates.started => Fate::Reading("related"),
            Some(fate) => fate,
            // Beyond what is judged one by one the candidate decides.
            None if fates.index > MAX_JUDGED => match inside > 0.5 && block.linked < 0.5 {
                true => fates.fresh(block, true),
                false => Fate::Gone("too many"),
            },
            None if in_box(doc, block) => Fate::Gone("class"),
            None if score > THRESHOLD => fates.fresh(block, inside > 0.5),
            None if inside > 0.5 && sight.trusting => fates.named(block),
            None if inside > 0.5 && score < DOUBT && boiler_class(doc, block, block.chars) => {
                Fate::Gone("class")
            }
            None if inside > 0.5 && score > CHROME => Fate::Reading("score"),
            None => Fate::Gone("score"),
        };
        judged.push((at, fate, score));
    }
    if !sight.trusting {
        lonely(&look.steps, &mut judged, &sight.inside);
    }
    let blocks = standing(&look.steps, &mut judged, known.site);
    let fates = judged.iter().map(|(at, fate, score)| (&look.steps[*at], fate.explained(), *score));
    let weighed = if known.explain { explained::weighed(doc, fates) } else { Vec::new() };
    let mut kept: Vec<(&Step, Shape)> = Vec::with_capacity(look.steps.len());
    let mut texts: Vec<(Kind, String)> = Vec::new();
    let mut next = judged.iter().peekable();
    for (at, step) in look.steps.iter().enumerate() {
        match (step, next.peek()) {
            (Step::Block(block), Some((index, fate, _))) if *index == at => {
                settle(doc, step, block, *fate, &mut kept, &mut texts, cuts);
                next.next();
            }
            _ => kept.push((step, Shape::Whole)),
        }
    }
    drop_trailing_pointers(&mut kept, cuts);
    Body { html: render(doc, &look.gone, &kept), text: join(texts), blocks, weighed }
}

fn is_inside(doc: &Doc<'_>, look: &Look, block: &Block) -> bool {
    let Some(candidate) = &look.candidate else { return false };
    block.parts.iter().any(|&part| (part..doc.items[part].end).any(|at| candidate.kept[at]))
}

/// Text that stands alone among what goes, and is not sure, goes too.
fn lonely(steps: &[Step], judged: &mut [(usize, Fate, f32)], inside: &[f32]) {
    let texts: Vec<usize> = (0..judged.len())
        .filter(|&at| matches!(&steps[judged[at].0], Step::Block(block) if !block.text.is_empty()))
        .collect();
    let kept: Vec<bool> = texts.iter().map(|&at| judged[at].1 == Fate::Text).collect();
    for (place, &at) in texts.iter().enumerate() {
        let around = place.saturating_sub(6)..(place + 7).min(texts.len());
        let alone =
            kept[place] && judged[at].2 < SURE && around.into_iter().filter(|&near| kept[near]).count() == 1;
        if alone {
            let part = inside.get(place).is_some_and(|share| *share > 0.5);
            judged[at].1 = if part { Fate::Reading("alone") } else { Fate::Gone("alone") };
        }
    }
}

/// Text that stands on every page of the site goes. Answers the digests of all text.
fn standing(steps: &[Step], judged: &mut [(usize, Fate, f32)], site: &SiteBlocks) -> Vec<u32> {
    let text = |at: usize, fate: Fate| match &steps[at] {
        Step::Block(block) if fate == Fate::Text => Some(block),
        _ => None,
    };
    let prints: Vec<(Option<u32>, usize)> = judged
        .iter()
        .filter_map(|&(at, fate, _)| text(at, fate))
        // Headings may well be the same in all articles, and so may lines of code.
        .map(|block| match block.kind {
            Kind::Heading | Kind::Code => (None, block.text.len()),
            _ => (block_digest(&block.text), block.text.len()),
        })
        .collect();
    let mut marks = site.marks(&prints).into_iter();
    for (at, fate, _) in judged {
        if text(*at, *fate).is_some() && marks.next().flatten().is_some() {
            *fate = Fate::Gone("template");
        }
    }
    prints.into_iter().filter_map(|(digest, _)| digest).collect()
}

/// Writes a block where its fate sends it.
fn settle<'s>(
    doc: &Doc<'_>,
    step: &'s Step,
    block: &'s Block,
    fate: Fate,
    kept: &mut Vec<(&'s Step, Shape)>,
    texts: &mut Vec<(Kind, String)>,
    cuts: &mut Vec<Cut>,
) {
    match fate {
        Fate::Text => {
            texts.push((block.kind, block.text.clone()));
            kept.push((step, Shape::Whole));
        }
        Fate::Reading("related") => kept.push((step, Shape::Pointer)),
        Fate::Reading(_) => kept.push((step, Shape::Whole)),
        Fate::Gone(why) => {
            if cuts.len() < 500 && !block.text.is_empty() {
                let text = block.text.chars().take(80).collect();
                cuts.push(Cut { what: describe(doc, block.at), why, text });
            }
        }
    }
}

/// Whether a block has or stands in a link to another place.
fn leads_elsewhere(doc: &Doc<'_>, block: &Block) -> bool {
    let below = block.parts.iter().flat_map(|&part| part..doc.items[part].end);
    let above = std::iter::once(block.at).chain(doc.ancestors(block.at));
    below.chain(above).filter_map(|at| doc.attr(at, "href")).any(|href| !href.starts_with("javascript:"))
}

/// Whether it stands in a short box that is named as one for newsletters or consent.
fn in_box(doc: &Doc<'_>, block: &Block) -> bool {
    std::iter::once(block.at)
        .chain(doc.ancestors(block.at))
        .take(5)
        .take_while(|&at| doc.items[at].chars < 700)
        .any(|at| !doc.items[at].token.is_empty() && rules::BOX_CLASS.is_match(&doc.items[at].token))
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
