//! What is known about each block of a page, as numbers: the classifier's input.
//! The order of the numbers is part of the trained table; changing it calls for
//! training again (`scripts/train_blocks.py`).

use super::blocks::{Block, Kind};
use super::body::{Known, fold};
use super::doc::Doc;
use super::marks::{GROUP_COUNT, Marks};
use super::readability::Candidate;
use super::rules;
use super::words::{Stats, stats};
use std::collections::HashMap;

/// Numbers of a block.
pub(super) type Row = Vec<f32>;

/// A block with what was counted for it.
pub(super) struct Seen<'b> {
    pub(super) block: &'b Block,
    pub(super) stats: Stats,
    /// Reads like a paragraph.
    pub(super) good: bool,
    /// Share of its text that is part of the candidate.
    pub(super) inside: f32,
    /// Letters and digits, lower case.
    pub(super) folded: String,
    /// Patterns that match, one bit each.
    pub(super) patterns: u32,
    /// Blocks of the same element and class have the same.
    pub(super) signature: u64,
    /// Where its branch hangs from the densest part.
    pub(super) branch: usize,
    /// Number of the last heading before it, if any.
    pub(super) heading: Option<usize>,
}

/// The page's blocks with what is needed to describe them.
pub(super) struct Overview<'p, 'a> {
    pub(super) doc: &'p Doc<'a>,
    marks: &'p [Marks],
    known: &'p Known<'p>,
    pub(super) seen: Vec<Seen<'p>>,
    /// Sums over blocks before each node: blocks, characters of good ones, good ones.
    sums: Vec<(u32, u32, u32)>,
    pub(super) dense: usize,
    h1: Option<usize>,
    good: Option<(usize, usize)>,
    picked: Option<(usize, usize)>,
    total: f32,
    good_chars: f32,
    candidate_chars: f32,
    signatures: HashMap<u64, Group>,
    /// For each node its place among the ancestors that count, and its class of names.
    names: Vec<(u8, u8)>,
}

#[derive(Default, Clone, Copy)]
struct Group {
    count: f32,
    chars: f32,
    linked: f32,
    inside: f32,
    good: f32,
}

/// Characters from which a block counts as a paragraph.
const GOOD: usize = 80;

fn is_good(block: &Block, stats: &Stats) -> bool {
    block.chars >= GOOD && block.linked < 0.35 && stats.is_prose()
}

fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for part in parts {
        for byte in part.bytes().chain(std::iter::once(0x1f)) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

pub(super) fn log(value: f32) -> f32 {
    (1.0 + value.max(0.0)).ln()
}

impl<'p, 'a> Overview<'p, 'a> {
    pub(super) fn new(
        doc: &'p Doc<'a>,
        marks: &'p [Marks],
        known: &'p Known<'p>,
        candidate: Option<&Candidate>,
        blocks: &[&'p Block],
    ) -> Self {
        let mut heading = None;
        let mut seen: Vec<Seen<'p>> = Vec::with_capacity(blocks.len());
        for (index, block) in blocks.iter().enumerate() {
            let stats = stats(&block.text);
            let class = doc.attr(block.at, "class").unwrap_or_default();
            seen.push(Seen {
                good: is_good(block, &stats),
                inside: candidate.map_or(0.0, |candidate| inside(doc, candidate, block)),
                folded: fold(&block.text),
                patterns: rules::patterns(&block.text).unwrap_or(0),
                signature: hash(&[doc.items[block.at].name, class]),
                branch: 0,
                heading,
                block,
                stats,
            });
            if block.kind == Kind::Heading {
                heading = Some(index);
            }
        }
        let sums = sums(doc, &seen);
        let dense = densest(doc, &seen);
        for one in &mut seen {
            one.branch = branch(doc, dense, one.block.at);
        }
        let mut signatures: HashMap<u64, Group> = HashMap::new();
        for one in &seen {
            let group = signatures.entry(one.signature).or_default();
            group.count += 1.0;
            group.chars += one.block.chars as f32;
            group.linked += one.block.linked as f32;
            group.inside += one.inside;
            group.good += f32::from(u8::from(one.good));
        }
        let span =
            |test: &dyn Fn(&Seen<'_>) -> bool| seen.iter().position(test).zip(seen.iter().rposition(test));
        let chars = |test: &dyn Fn(&Seen<'_>) -> bool| {
            seen.iter().filter(|one| test(one)).map(|one| one.block.chars as f32).sum::<f32>()
        };
        Self {
            good: span(&|one| one.good && one.branch != 0),
            picked: span(&|one| one.inside > 0.5),
            total: chars(&|_| true),
            good_chars: chars(&|one| one.good),
            candidate_chars: chars(&|one| one.inside > 0.5),
            h1: headline(doc, &seen, known),
            names: doc.items.iter().map(|item| (slot(item.name), name_class(item.name))).collect(),
            doc,
            marks,
            known,
            sums,
            dense,
            signatures,
            seen,
        }
    }

    /// Rows of all blocks.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut repeats: HashMap<&str, u32> = HashMap::new();
        for one in &self.seen {
            *repeats.entry(one.folded.as_str()).or_default() += 1;
        }
        let (mut chars, mut good) = (0.0, 0.0);
        let mut rows = Vec::with_capacity(self.seen.len());
        for index in 0..self.seen.len() {
            let one = &self.seen[index];
            let mut row = Vec::with_capacity(FEATURES);
            self.words(one, &mut row);
            self.structure(one, &mut row);
            self.position(index, chars, good, &mut row);
            self.section(index, &mut row);
            self.around(one, &mut row);
            self.equality(one, repeats.get(one.folded.as_str()).copied().unwrap_or(1), &mut row);
            self.neighbours(index, &mut row);
            self.page(&mut row);
            chars += one.block.chars as f32;
            good += if one.good { one.block.chars as f32 } else { 0.0 };
            rows.push(row);
        }
        rows
    }

    fn words(&self, one: &Seen<'_>, row: &mut Row) {
        let (block, stats) = (one.block, &one.stats);
        let chars = block.chars.max(1) as f32;
        let words = stats.words.max(1) as f32;
        let letters = stats.letters.max(1) as f32;
        row.extend([
            log(block.chars as f32),
            stats.words.min(400) as f32,
            block.linked as f32,
            block.strong as f32,
            stats.commas as f32 / words,
            stats.commas.min(20) as f32,
            stats.stops as f32 / words,
            stats.capital as f32 / words,
            stats.upper as f32 / letters,
            stats.digits as f32 / chars,
            stats.foreign as f32 / letters,
            stats.marks as f32 / chars,
            stats.quotes.min(8) as f32,
            stats.sentences.min(12) as f32,
            stats.letters as f32 / words,
            f32::from(stats.end),
            flag(stats.starts_lower),
            flag(stats.starts_digit),
            flag(one.good),
            flag(block.text.contains(['|', '•', '·', '»', '›', '→'])),
            flag(block.text.contains('@') || block.text.contains("http") || block.text.contains("www.")),
            flag(block.text.ends_with(':')),
            flag(block.text.contains('?')),
            flag(block.text.contains('©')),
        ]);
        for bit in 0..10 {
            row.push(flag(one.patterns >> bit & 1 == 1));
        }
        row.push(flag(one.patterns != 0));
    }

    fn structure(&self, one: &Seen<'_>, row: &mut Row) {
        let doc = self.doc;
        let at = one.block.at;
        let kind = match one.block.kind {
            Kind::Paragraph => 0,
            Kind::Heading => 1,
            Kind::Item => 2,
            Kind::Cell => 3,
            Kind::Caption => 4,
            Kind::Related => 5,
            Kind::Code => 6,
            Kind::Media => 7,
        };
        row.push(kind as f32);
        row.push(f32::from(self.names[at].1));
        row.push(f32::from(self.names[doc.items[at].parent].1));
        row.push(flag(one.block.quoted));
        let mut depth = 0usize;
        let mut names = [99f32; 12];
        let mut groups = [20f32; GROUP_COUNT];
        let (mut unlikely, mut weight) = (20f32, 0f32);
        for (level, up) in std::iter::once(at).chain(doc.ancestors(at)).enumerate() {
            depth += 1;
            if level > 18 || self.names[up].1 == BODY {
                continue;
            }
            let slot = usize::from(self.names[up].0);
            if let Some(found) = names.get_mut(slot) {
                *found = found.min(level as f32);
            }
            let marks = self.marks[up];
            for (bit, found) in groups.iter_mut().enumerate() {
                if marks.groups >> bit & 1 == 1 {
                    *found = found.min(level as f32);
                }
            }
            if marks.unlikely && !marks.maybe {
                unlikely = unlikely.min(level as f32);
            }
            if level < 6 {
                weight += f32::from(marks.weight) / 25.0;
            }
        }
        row.push(depth as f32);
        row.extend(names);
        row.extend(groups);
        row.extend([unlikely, weight, f32::from(self.marks[at].weight) / 25.0]);
    }

    fn position(&self, index: usize, chars: f32, good: f32, row: &mut Row) {
        let one = &self.seen[index];
        let away = |span: Option<(usize, usize)>| -> [f32; 2] {
            let Some((first, last)) = span else { return [-99.0, -99.0] };
            [
                (index as f32 - first as f32).clamp(-60.0, 200.0),
                (last as f32 - index as f32).clamp(-60.0, 200.0),
            ]
        };
        row.extend([
            index.min(300) as f32,
            index as f32 / self.seen.len().max(1) as f32,
            chars / self.total.max(1.0),
            good / self.good_chars.max(1.0),
            one.inside,
        ]);
        row.extend(away(self.good));
        row.extend(away(self.picked));
        row.push(self.h1.map_or(-99.0, |h1| (index as f32 - h1 as f32).clamp(-60.0, 200.0)));
        let (doc, at) = (self.doc, one.block.at);
        let holds = |up: usize| up <= self.dense && self.dense < doc.items[up].end;
        // Steps up to what it shares with the densest part, and down to that.
        let up = doc.ancestors(at).take_while(|&up| !holds(up)).count();
        let shared = std::iter::once(at).chain(doc.ancestors(at)).find(|&up| holds(up)).unwrap_or(0);
        let down = std::iter::once(self.dense)
            .chain(doc.ancestors(self.dense))
            .take_while(|&up| up != shared)
            .count();
        row.extend([up as f32, down as f32]);
        let branch = one.branch;
        let item = &doc.items[branch];
        let (blocks, text, count) = self.between(branch);
        row.extend([
            log(item.chars as f32),
            doc.link_density(branch) as f32,
            blocks.min(200.0),
            text / self.good_chars.max(1.0),
            count / blocks.max(1.0),
            f32::from(self.names[branch].1),
            one.block.chars as f32 / item.chars.max(1) as f32,
        ]);
        let marks = self.marks[branch];
        row.extend([f32::from(marks.weight) / 25.0, flag(marks.unlikely && !marks.maybe)]);
    }

    /// Blocks below a node, characters of good ones, good ones.
    fn between(&self, at: usize) -> (f32, f32, f32) {
        let (from, to) = (self.sums[at], self.sums[self.doc.items[at].end.min(self.sums.len() - 1)]);
        ((to.0 - from.0) as f32, (to.1 - from.1) as f32, (to.2 - from.2) as f32)
    }

    fn section(&self, index: usize, row: &mut Row) {
        let one = &self.seen[index];
        let Some(at) = one.heading else {
            row.extend([-1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 9.0]);
            return;
        };
        let heading = &self.seen[at];
        let rest = &self.seen[at + 1..];
        let length = rest.iter().take(60).take_while(|next| next.block.kind != Kind::Heading).count();
        let section = &rest[..length];
        let chars: f32 = section.iter().map(|next| next.block.chars as f32).sum();
        let linked: f32 = section.iter().map(|next| next.block.chars as f32 * next.block.linked as f32).sum();
        let level = self.doc.items[heading.block.at].name.as_bytes().get(1).copied().unwrap_or(b'9');
        row.extend([
            (index - at).min(60) as f32,
            heading.stats.words as f32,
            flag(heading.patterns != 0),
            linked / chars.max(1.0),
            log(chars),
            heading.inside,
            f32::from(level.wrapping_sub(b'0').min(9)),
        ]);
    }

    fn around(&self, one: &Seen<'_>, row: &mut Row) {
        let doc = self.doc;
        let mut at = one.block.at;
        for _ in 0..3 {
            at = doc.items[at].parent;
            let (blocks, text, count) = self.between(at);
            let item = &doc.items[at];
            row.extend([
                log(item.chars as f32),
                doc.link_density(at) as f32,
                blocks.min(200.0),
                count / blocks.max(1.0),
                text / self.good_chars.max(1.0),
            ]);
        }
        let group = self.signatures.get(&one.signature).copied().unwrap_or_default();
        let count = group.count.max(1.0);
        row.extend([
            group.count.min(200.0),
            log(group.chars / count),
            group.linked / count,
            group.inside / count,
            group.good / count,
        ]);
    }

    fn equality(&self, one: &Seen<'_>, repeats: u32, row: &mut Row) {
        let folded = &one.folded;
        let long = folded.len() > 12;
        let part_of = |other: &str| long && (other.contains(folded.as_str()) || folded.contains(other));
        let known = self.known;
        row.extend([
            flag(known.titles.contains(folded)),
            flag(known.titles.iter().any(|title| title.len() > 12 && part_of(title))),
            flag(known.authors.iter().any(|name| folded.len() < 120 && folded.contains(name.as_str()))),
            flag(known.authors.iter().any(|name| folded == name)),
            flag(known.description.as_deref().is_some_and(|said| folded == said)),
            flag(known.description.as_deref().is_some_and(part_of)),
            repeats.min(10) as f32,
        ]);
    }

    fn neighbours(&self, index: usize, row: &mut Row) {
        for offset in [-2isize, -1, 1, 2] {
            let Some(one) = index.checked_add_signed(offset).and_then(|at| self.seen.get(at)) else {
                row.extend([-1.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0]);
                continue;
            };
            let here = &self.seen[index];
            row.extend([
                log(one.block.chars as f32),
                one.block.linked as f32,
                flag(one.good),
                f32::from(one.stats.end),
                flag(one.patterns != 0),
                one.inside,
                flag(one.signature == here.signature) + flag(one.branch == here.branch),
            ]);
        }
        for range in [index.saturating_sub(6)..index, index + 1..(index + 7).min(self.seen.len())] {
            let (mut chars, mut linked, mut good) = (0.0f32, 0.0f32, 0.0f32);
            for one in self.seen.get(range).unwrap_or_default() {
                chars += one.block.chars as f32;
                linked += one.block.chars as f32 * one.block.linked as f32;
                good += flag(one.good);
            }
            row.extend([log(chars), linked / chars.max(1.0), good]);
        }
    }

    fn page(&self, row: &mut Row) {
        row.extend([
            log(self.total),
            log(self.good_chars),
            self.good_chars / self.total.max(1.0),
            self.candidate_chars / self.total.max(1.0),
            self.doc.link_density(0) as f32,
            self.seen.len().min(1000) as f32,
        ]);
    }
}

/// A guess that saves growing.
const FEATURES: usize = 192;

fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

/// Ancestors whose distance counts.
fn slot(name: &str) -> u8 {
    match name {
        "article" => 0,
        "main" => 1,
        "aside" => 2,
        "footer" => 3,
        "nav" => 4,
        "header" => 5,
        "form" => 6,
        "figure" => 7,
        "table" => 8,
        "ul" | "ol" | "dl" => 9,
        "section" => 10,
        "a" => 11,
        _ => u8::MAX,
    }
}

/// Class of `body` in [`name_class`].
const BODY: u8 = 20;

fn name_class(name: &str) -> u8 {
    match name {
        "p" => 0,
        "div" => 1,
        "h1" => 2,
        "h2" => 3,
        "h3" => 4,
        "h4" | "h5" | "h6" => 5,
        "li" => 6,
        "ul" | "ol" | "dl" => 7,
        "td" | "th" | "tr" | "table" | "tbody" => 8,
        "blockquote" => 9,
        "figure" | "figcaption" => 10,
        "article" => 11,
        "main" => 12,
        "section" => 13,
        "header" => 14,
        "footer" => 15,
        "aside" => 16,
        "nav" => 17,
        "form" => 18,
        "pre" => 19,
        "body" => BODY,
        "span" | "a" | "strong" | "b" | "em" => 21,
        "dd" | "dt" => 22,
        _ => 23,
    }
}

/// Share of a block's text that is part of the candidate; for pictures, whether they are.
fn inside(doc: &Doc<'_>, candidate: &Candidate, block: &Block) -> f32 {
    let (mut kept, mut all) = (0usize, 0usize);
    for &part in &block.parts {
        for at in part..doc.items[part].end {
            let item = &doc.items[at];
            let weight = if item.element.is_none() { item.chars } else { usize::from(item.name == "img") };
            all += weight;
            kept += if candidate.kept[at] { weight } else { 0 };
        }
    }
    if all == 0 { flag(candidate.kept[block.at]) } else { kept as f32 / all as f32 }
}

fn sums(doc: &Doc<'_>, seen: &[Seen<'_>]) -> Vec<(u32, u32, u32)> {
    let mut sums = vec![(0u32, 0u32, 0u32); doc.items.len() + 1];
    for one in seen {
        let first = one.block.parts.first().copied().unwrap_or(one.block.at);
        let here = &mut sums[first + 1];
        here.0 += 1;
        if one.good {
            here.1 += u32::try_from(one.block.chars).unwrap_or(0);
            here.2 += 1;
        }
    }
    for at in 1..sums.len() {
        let before = sums[at - 1];
        let here = &mut sums[at];
        *here = (here.0 + before.0, here.1 + before.1, here.2 + before.2);
    }
    sums
}

/// The container with the largest sum of good text less link-dense text.
fn densest(doc: &Doc<'_>, seen: &[Seen<'_>]) -> usize {
    let mut sums = vec![0f32; doc.items.len()];
    for one in seen {
        let chars = one.block.chars as f32;
        sums[one.block.at] += if one.good {
            chars
        } else if one.block.linked > 0.5 {
            -chars - 20.0
        } else {
            -chars * 0.1 - 10.0
        };
    }
    let mut best = (0usize, 0f32);
    for at in (1..doc.items.len()).rev() {
        let item = &doc.items[at];
        if item.element.is_none() {
            continue;
        }
        if item.block && sums[at] > best.1 {
            best = (at, sums[at]);
        }
        sums[item.parent] += sums[at] - if item.block { 10.0 } else { 0.0 };
    }
    best.0
}

/// The highest element around a block that does not hold the densest part;
/// within that part, the one right below it.
fn branch(doc: &Doc<'_>, dense: usize, at: usize) -> usize {
    let holds = |up: usize| up <= dense && dense < doc.items[up].end;
    if holds(at) {
        return at;
    }
    let mut here = at;
    while here != 0 && !holds(doc.items[here].parent) {
        here = doc.items[here].parent;
    }
    here
}

/// The headline's block: a heading that says the title, else the first `h1`.
fn headline(doc: &Doc<'_>, seen: &[Seen<'_>], known: &Known<'_>) -> Option<usize> {
    let heading = |one: &Seen<'_>| one.block.kind == Kind::Heading;
    seen.iter()
        .position(|one| heading(one) && known.titles.contains(&one.folded))
        .or_else(|| seen.iter().position(|one| heading(one) && doc.items[one.block.at].name == "h1"))
        .or_else(|| seen.iter().position(|one| known.titles.contains(&one.folded)))
}
