//! The part of a text that shows why it was found.

use super::query::{Condition, Query, Words};
use super::tokens::{Unit, Units};

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// As it stands in the text; white space as single blanks.
    pub text: String,
    /// Words that the query asks for.
    pub hit: bool,
}

/// A part of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// One after another.
    pub pieces: Vec<Piece>,
    /// Something stands before it.
    pub cut_before: bool,
    /// Something stands behind it.
    pub cut_after: bool,
}

/// The part of a running text, of about so many characters, in which most of what the query
/// asks for stands; the beginning of the text if nothing does.
pub fn snippet(query: &Query, text: &str, length: usize) -> Snippet {
    let phrases: Vec<&Words> = query.wanted().collect();
    let hits = hits(&phrases, text);
    let (start, end) = window(&hits, phrases.len(), text, length);
    Snippet {
        pieces: pieces(&hits, text, start, end),
        cut_before: !text[..start].trim().is_empty(),
        cut_after: !text[end..].trim().is_empty(),
    }
}

/// A whole title with what the query asks for.
pub fn highlight(query: &Query, title: &str) -> Vec<Piece> {
    let titles = query.clauses.iter().filter(|clause| !clause.not);
    let titles = titles.filter_map(|clause| match &clause.condition {
        Condition::Title(words) => Some(words),
        _ => None,
    });
    let phrases: Vec<&Words> = query.wanted().chain(titles).collect();
    pieces(&hits(&phrases, title), title, 0, title.len())
}

/// A place in the text where a phrase of the query stands, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) phrase: usize,
}

/// In the order of the text.
pub(super) fn hits(phrases: &[&Words], text: &str) -> Vec<Hit> {
    let units = Units::of(text);
    let mut hits = Vec::new();
    for (phrase, words) in phrases.iter().enumerate() {
        let wanted = Units::of(&words.text);
        let Some(last) = wanted.all.len().checked_sub(1) else { continue };
        for found in units.all.windows(wanted.all.len()) {
            let fits = |(at, (unit, want)): (usize, (&Unit, &Unit))| {
                let (own, want_letters) = (units.letters(unit), wanted.letters(want));
                let beginning = at == last && !want.joined && (words.prefix || want.glyph);
                (own == want_letters || (beginning && own.starts_with(want_letters)))
                    && (at == 0 || unit.joined == want.joined)
            };
            if found.iter().zip(&wanted.all).enumerate().all(fits)
                && let (Some(first), Some(last)) = (found.first(), found.last())
            {
                hits.push(Hit { start: first.start, end: last.end, phrase });
            }
        }
    }
    hits.sort_by_key(|hit| (hit.start, hit.end));
    hits
}

/// Where the part begins and ends.
fn window(hits: &[Hit], phrases: usize, text: &str, length: usize) -> (usize, usize) {
    let Some((first, last)) = densest(hits, phrases, text, length) else {
        return (0, forward(text, 0, length));
    };
    let inside = text[first..last].chars().count();
    // A third of what is left stands before the hits; what the end of the text leaves, too.
    let spare = length.saturating_sub(inside);
    let behind = text[last..].chars().take(spare).count();
    let before = (spare / 3).max(spare - behind);
    let start = backward(text, first, before);
    let used = text[start..last].chars().count();
    (start, forward(text, last, length.saturating_sub(used)).max(last))
}

/// The stretch of hits, no longer than a part, with most different phrases, then with
/// most hits; of equals the first.
fn densest(hits: &[Hit], phrases: usize, text: &str, length: usize) -> Option<(usize, usize)> {
    let mut counts = vec![0usize; phrases];
    let mut different = 0;
    let mut first = 0;
    let mut span = 0;
    let mut best: Option<((usize, usize), (usize, usize))> = None;
    let mut reached = hits.first()?.start;
    for (at, hit) in hits.iter().enumerate() {
        if hit.end > reached {
            span += text[reached..hit.end].chars().count();
            reached = hit.end;
        }
        if let Some(count) = counts.get_mut(hit.phrase) {
            different += usize::from(*count == 0);
            *count += 1;
        }
        while first < at && span > length {
            let (gone, next) = (hits[first], hits[first + 1]);
            span -= text[gone.start..next.start].chars().count();
            if let Some(count) = counts.get_mut(gone.phrase) {
                *count -= 1;
                different -= usize::from(*count == 0);
            }
            first += 1;
        }
        let score = (different, at - first);
        if best.is_none_or(|(before, _)| score > before) {
            best = Some((score, (hits[first].start, reached)));
        }
    }
    best.map(|(_, span)| span)
}

/// Characters within which an end of a word is looked for.
const WORD: usize = 24;

/// So many characters on, and back to the end of a word.
fn forward(text: &str, from: usize, count: usize) -> usize {
    let rest = &text[from..];
    let Some((end, next)) = rest.char_indices().nth(count) else { return text.len() };
    let blank = rest[..end].char_indices().rev().take(WORD).find(|(_, c)| c.is_whitespace());
    from + blank.filter(|_| !next.is_whitespace()).map_or(end, |(at, _)| at)
}

/// So many characters back, and on to the beginning of a word.
fn backward(text: &str, from: usize, count: usize) -> usize {
    let before = &text[..from];
    let Some((start, _)) = before.char_indices().rev().nth(count) else { return 0 };
    let blank = before[start..].char_indices().take(WORD).find(|(_, c)| c.is_whitespace());
    start + blank.map_or(0, |(at, c)| at + c.len_utf8())
}

fn pieces(hits: &[Hit], text: &str, start: usize, end: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |from: usize, to: usize, hit: bool| {
        let mut piece = String::new();
        for c in text[from..to].chars() {
            if !c.is_whitespace() {
                piece.push(c);
            } else if !piece.ends_with(' ') {
                piece.push(' ');
            }
        }
        if !piece.is_empty() {
            pieces.push(Piece { text: piece, hit });
        }
    };
    let mut at = start;
    let mut hits = hits.iter().filter(|hit| hit.start >= start && hit.end <= end).peekable();
    while let Some(hit) = hits.next() {
        let (from, mut to) = (hit.start.max(at), hit.end);
        // Hits that overlap are one.
        while let Some(next) = hits.next_if(|next| next.start < to) {
            to = to.max(next.end);
        }
        if to > from {
            push(at, from, false);
            push(from, to, true);
            at = to;
        }
    }
    push(at, end, false);
    pieces
}
