//! Two texts side by side: which passages they share, and what was changed between them.

use super::numbers::{self, Number};
use super::sketch::shingles;
use super::words::{Token, WORD};
use std::collections::HashMap;
use std::ops::Range;

/// Places of a shingle that are tried: of one that stands everywhere, the first.
const PLACES: usize = 8;
/// A change that is longer on either side is a passage written anew.
const SHORT: u32 = 12 * WORD;

/// What two texts have in common.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Overlap {
    /// Share of the first text that is in the second, 0 to 1, and the other way round.
    pub(super) shares: [f32; 2],
    /// Weight of what is shared.
    pub(super) shared: u32,
    /// Changes in which numbers gave way to other numbers.
    pub(super) figures: u32,
    /// Changes in which words gave way to quite different ones.
    pub(super) replaced: u32,
    /// Those of them in which names, or what is written like one, gave way to others.
    pub(super) renamed: u32,
    /// Names that gave way to others, as hashes of words.
    pub(super) swaps: Vec<(u64, u64)>,
    /// Share of either text, the smaller one, that stands before anything shared.
    pub(super) front: f32,
    /// What is only in the longer text stands behind what is shared.
    pub(super) cut_at_end: bool,
}

/// One of two texts.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) buffer: &'a str,
}

/// A passage that both texts have.
#[derive(Debug, Clone, Copy)]
struct Tile {
    a: usize,
    b: usize,
    length: usize,
}

pub(super) fn overlap(a: Side<'_>, b: Side<'_>) -> Overlap {
    let tiles = tiles(a.tokens, b.tokens);
    let mut overlap = Overlap::default();
    let mut shared = [0; 2];
    for tile in &tiles {
        let weight = weight(&a.tokens[tile.a..tile.a + tile.length]);
        shared = shared.map(|sum| sum + weight);
    }
    let mut compare = |one: Range<usize>, other: Range<usize>, place| {
        let (one, other) = (Side { tokens: &a.tokens[one], ..a }, Side { tokens: &b.tokens[other], ..b });
        let common = change(one, other, place, &mut overlap);
        shared = [shared[0] + common[0], shared[1] + common[1]];
    };
    if let (Some(first), Some(last)) = (tiles.first(), tiles.last()) {
        compare(0..first.a, 0..first.b, Place::Before);
        for pair in tiles.windows(2) {
            let (before, after) = (pair[0], pair[1]);
            // Passages in another order have nothing between them.
            if before.b + before.length <= after.b {
                compare(before.a + before.length..after.a, before.b + before.length..after.b, Place::Between);
            }
        }
        compare(last.a + last.length..a.tokens.len(), last.b + last.length..b.tokens.len(), Place::After);
        let front = |tokens: &[Token], at| weight(&tokens[..at]) as f32 / weight(tokens).max(1) as f32;
        overlap.front = front(a.tokens, first.a).min(front(b.tokens, first.b));
        overlap.cut_at_end = cut_at_end(a.tokens, b.tokens, *first, *last);
    }
    let share = |shared: u32, side: Side<'_>| shared as f32 / weight(side.tokens).max(1) as f32;
    overlap.shares = [share(shared[0], a), share(shared[1], b)];
    overlap.shared = shared[0].min(shared[1]);
    overlap
}

fn weight(tokens: &[Token]) -> u32 {
    tokens.iter().map(|token| token.weight).sum()
}

/// The shorter text is the beginning of the longer one, nearly.
fn cut_at_end(a: &[Token], b: &[Token], first: Tile, last: Tile) -> bool {
    let (long, at, end) = if weight(a) > weight(b) {
        (a, first.a, last.a + last.length)
    } else {
        (b, first.b, last.b + last.length)
    };
    at * 8 < long.len() && end > at && end * 10 <= long.len() * 9
}

/// Shared passages, in the order of the first text, none overlapping another.
fn tiles(a: &[Token], b: &[Token]) -> Vec<Tile> {
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    shingles(b, |at, _, hash| {
        let places = places.entry(hash).or_default();
        if places.len() < PLACES {
            places.push(at);
        }
    });
    let mut taken = vec![false; b.len()];
    let mut tiles: Vec<Tile> = Vec::new();
    let mut next = 0;
    shingles(a, |at, _, hash| {
        if at < next {
            return;
        }
        let Some(candidates) = places.get(&hash) else { return };
        let expected = tiles.last().map_or(0, |last| last.b + last.length);
        let run = |b_at: usize| {
            let pairs = a[at..].iter().zip(&b[b_at..]).zip(&taken[b_at..]);
            pairs.take_while(|((x, y), taken)| x.hash == y.hash && !**taken).count()
        };
        // The longest; of equals, the one next to where the last ended.
        let best = candidates
            .iter()
            .map(|&b_at| (run(b_at), std::cmp::Reverse(b_at.abs_diff(expected)), b_at))
            .max();
        let Some((length, _, b_at)) = best.filter(|(length, ..)| *length > 0) else { return };
        if weight(&a[at..at + length]) < 2 * WORD {
            return;
        }
        taken[b_at..b_at + length].fill(true);
        tiles.push(Tile { a: at, b: b_at, length });
        next = at + length;
    });
    tiles
}

/// Where a change stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Before everything that is shared.
    Before,
    Between,
    After,
}

/// What stands in place of what; answers how much of either is the same after all.
fn change(a: Side<'_>, b: Side<'_>, place: Place, overlap: &mut Overlap) -> [u32; 2] {
    let long = weight(a.tokens) > SHORT || weight(b.tokens) > SHORT;
    if long && counts_differ(a, b) {
        overlap.figures += 1;
        return [0; 2];
    }
    let (a, b) = match place {
        Place::Between if long => return [0; 2],
        Place::Between => (a, b),
        // At the ends only what stands next to what is shared, word for word.
        Place::Before | Place::After => ends(a, b, place),
    };
    let mut common = [0; 2];
    let mut left: Vec<&Token> = Vec::new();
    let mut right: Vec<&Token> = b.tokens.iter().collect();
    for token in a.tokens {
        match right.iter().position(|other| same(token, a.buffer, other, b.buffer)) {
            Some(at) => {
                common = [common[0] + token.weight, common[1] + right[at].weight];
                right.remove(at);
            }
            None => left.push(token),
        }
    }
    overlap.figures += u32::from(contradict(&left, &right));
    if place == Place::Between {
        let words = |tokens: &[&Token]| tokens.iter().any(|token| token.number().is_none());
        overlap.replaced += u32::from(words(&left) && words(&right));
        let names =
            |tokens: &[&Token]| tokens.iter().filter(|t| t.name).map(|t| (t.hash, t.weight)).collect();
        let (ours, theirs): (Vec<_>, Vec<_>) = (names(&left), names(&right));
        // A single character is no name.
        let long = |names: &[(u64, u32)]| names.iter().map(|(_, weight)| weight).sum::<u32>() >= WORD;
        if long(&ours) && long(&theirs) {
            overlap.renamed += 1;
            overlap.swaps.extend(ours.iter().flat_map(|(x, _)| theirs.iter().map(|(y, _)| (*x, *y))));
        }
    }
    common
}

/// Whether numbers gave way to other ones, not to the same written or rounded otherwise.
fn contradict(left: &[&Token], right: &[&Token]) -> bool {
    let figures = |tokens: &[&Token]| tokens.iter().filter_map(|token| token.figure()).collect::<Vec<_>>();
    let (mut ours, mut theirs) = (figures(left), figures(right));
    ours.retain(|number| match theirs.iter().position(|other| number.rounds(*other)) {
        Some(at) => {
            theirs.remove(at);
            false
        }
        None => true,
    });
    let digits = |figures: &[Number]| figures.iter().map(|number| number.digits).collect::<Vec<_>>();
    !ours.is_empty() && !theirs.is_empty() && !numbers::same_digits(&digits(&ours), &digits(&theirs))
}

/// Whether two passages count the same things and come to other numbers: `12 dead`, `15 dead`.
fn counts_differ(a: Side<'_>, b: Side<'_>) -> bool {
    if weight(a.tokens).max(weight(b.tokens)) > 6 * SHORT {
        return false;
    }
    let counts = |side: Side<'_>| -> Vec<(u64, Token)> {
        let pairs = side.tokens.windows(2);
        pairs.filter_map(|pair| Some((pair[0].number()?, pair[1].clone()))).collect()
    };
    let (ours, theirs) = (counts(a), counts(b));
    ours.iter().any(|(number, thing)| {
        let mut others =
            theirs.iter().filter(|(_, other)| thing.number().is_none() && thing.hash == other.hash);
        let mut met = false;
        let agrees = others.any(|(other, _)| {
            met = true;
            numbers::agree(*number, *other)
        });
        met && !agrees
    })
}

fn ends<'a>(a: Side<'a>, b: Side<'a>, place: Place) -> (Side<'a>, Side<'a>) {
    let count = a.tokens.len().min(b.tokens.len()).min(4);
    let part = |side: Side<'a>| {
        let range =
            if place == Place::Before { side.tokens.len() - count..side.tokens.len() } else { 0..count };
        Side { tokens: &side.tokens[range], ..side }
    };
    (part(a), part(b))
}

/// The same word, or another spelling or form of it.
fn same(a: &Token, a_buffer: &str, b: &Token, b_buffer: &str) -> bool {
    match (a.number(), b.number()) {
        (Some(a), Some(b)) => numbers::agree(a, b),
        (None, None) if a.hash == b.hash => true,
        (None, None) => variants(a.of(a_buffer), b.of(b_buffer)),
        _ => false,
    }
}

pub(super) fn variants(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if a == b {
        return true;
    }
    if short.chars().nth(2).is_none() {
        return false;
    }
    if long.starts_with(short) {
        return true;
    }
    let first = a.chars().next() == b.chars().next();
    strsim::normalized_levenshtein(a, b) >= if first { 0.5 } else { 0.7 }
}
