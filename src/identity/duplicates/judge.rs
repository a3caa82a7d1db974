//! The decision: one story, or two that are alike.

use super::Text;
use super::align::{Overlap, Side, overlap, variants};
use super::words::{Token, WORD};
use std::collections::HashSet;

/// What two texts are to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Two stories.
    Different,
    /// Not alike enough to say that it is one story, and nothing that speaks against it.
    Near,
    /// One story in two versions.
    Same,
}

/// Least share of one text that the other must have too: of the one that has less of its own.
const CONTAINED: f32 = 0.64;
/// Least share of it where both begin with something else, about a third of the text:
/// what follows may be what stands under all texts of a house.
const OF_A_TAIL: f32 = 0.75;
const NEWS_AT_FRONT: f32 = 0.28;
/// Least share of the other one.
const OF_THE_OTHER: f32 = 0.54;
/// The same where the shorter one is the beginning of the longer one and the headlines agree.
const OF_THE_WHOLE: f32 = 0.42;
/// Both shares, where texts grow from the top: a live blog.
const OF_LIVE: f32 = 0.94;
/// Words for each passage in which others stand in place of what the other text has.
const PER_REPLACED: u32 = 16;
/// Words for each name that was replaced by another, and so many at most.
const PER_RENAMED: u32 = 30;
const MOST_RENAMED: u32 = 4;
/// Both shares of texts that are near.
const NEAR: f32 = 0.5;

/// Whether two texts are one story. The order doesn't matter.
pub fn likeness(a: &Text, b: &Text) -> Likeness {
    // Alignment is nearly, not quite, the same both ways.
    let (a, b) = if (a.weight, &a.buffer) <= (b.weight, &b.buffer) { (a, b) } else { (b, a) };
    if a.tokens.is_empty() || b.tokens.is_empty() {
        return Likeness::Different;
    }
    let overlap =
        overlap(Side { tokens: &a.tokens, buffer: &a.buffer }, Side { tokens: &b.tokens, buffer: &b.buffer });
    decide(a, b, &overlap)
}

fn decide(a: &Text, b: &Text, overlap: &Overlap) -> Likeness {
    let [mut contained, mut other] = overlap.shares;
    if contained < other {
        (contained, other) = (other, contained);
    }
    let words = overlap.shared / WORD;
    let headlines = Headlines::of(a, b);
    // Headlines of one form on texts of one form.
    let share = if headlines.of_one_form() { 2 } else { 1 };
    let renamed = ((words / PER_RENAMED).min(MOST_RENAMED) / share).max(1);
    if overlap.figures > 0
        || overlap.replaced > words / PER_REPLACED / share
        || overlap.renamed > renamed
        || headlines.count_differently(a, b)
        || !(headlines.agree() || is_about(a) || is_about(b))
        || overlap.swaps.iter().any(|swap| headlines.swap(swap))
    {
        return Likeness::Different;
    }
    let enough = if a.live || b.live {
        other >= OF_LIVE
    } else {
        let cut = overlap.cut_at_end && headlines.agree();
        let least = if overlap.front > NEWS_AT_FRONT { OF_A_TAIL } else { CONTAINED };
        contained >= least && other >= if cut { OF_THE_WHOLE } else { OF_THE_OTHER }
    };
    match enough {
        true => Likeness::Same,
        false if contained >= NEAR => Likeness::Near,
        false => Likeness::Different,
    }
}

/// Whether two headlines agree: half of the words that stand in either stand in both.
pub fn headlines_agree(a: &Text, b: &Text) -> bool {
    Headlines::of(a, b).agree()
}

/// Whether the text speaks of what the headline says. One that doesn't is a wall, or what
/// stands on many pages of a site.
fn is_about(text: &Text) -> bool {
    let words: Vec<&Token> = text.title.iter().filter(|token| token.number().is_none()).collect();
    let stem = |token: &Token, buffer: &str| token.of(buffer).chars().take(4).collect::<String>();
    let (mut weight, mut found) = (0, 0);
    let mut stems = HashSet::new();
    let mut pairs = HashSet::new();
    for (at, token) in text.tokens.iter().enumerate() {
        if token.weight == WORD {
            stems.insert(stem(token, &text.buffer));
        } else if let Some(next) = text.tokens.get(at + 1) {
            pairs.insert((token.hash, next.hash));
        }
    }
    for (at, token) in words.iter().enumerate() {
        weight += token.weight;
        let known = if token.weight == WORD {
            stems.contains(&stem(token, &text.title_buffer))
        } else {
            words.get(at + 1).is_some_and(|next| pairs.contains(&(token.hash, next.hash)))
        };
        found += if known { token.weight } else { 0 };
    }
    found * 5 >= weight
}

/// Two headlines, word by word.
struct Headlines {
    common: usize,
    /// Words of the longer one.
    words: usize,
    /// Hashes of what is in one of them only.
    left: Vec<u64>,
    right: Vec<u64>,
}

impl Headlines {
    fn of(a: &Text, b: &Text) -> Self {
        let words = |text: &Text| text.title.iter().filter(|token| token.number().is_none()).count();
        let mut right: Vec<&Token> = b.title.iter().filter(|token| token.number().is_none()).collect();
        let mut left = Vec::new();
        let mut common = 0;
        for word in a.title.iter().filter(|token| token.number().is_none()) {
            let spelt = word.of(&a.title_buffer);
            match right.iter().position(|other| variants(spelt, other.of(&b.title_buffer))) {
                Some(at) => {
                    right.remove(at);
                    common += 1;
                }
                None => left.push(word.hash),
            }
        }
        let right = right.iter().map(|token| token.hash).collect();
        Self { common, words: words(a).max(words(b)), left, right }
    }

    /// Half of the words that stand in either stand in both.
    fn agree(&self) -> bool {
        self.common >= self.left.len() + self.right.len()
    }

    /// More in common than not, and in place of the rest other words.
    fn of_one_form(&self) -> bool {
        let rest = !self.left.is_empty() && !self.right.is_empty();
        rest && self.common * 20 >= self.words * 11
    }

    /// One form and other numbers: parts of a series, reports of two days.
    fn count_differently(&self, a: &Text, b: &Text) -> bool {
        let numbers = |text: &Text| text.title.iter().filter_map(Token::number).collect::<Vec<_>>();
        let (ours, theirs) = (numbers(a), numbers(b));
        let lacks = |one: &[u64], other: &[u64]| one.iter().any(|number| !other.contains(number));
        self.agree() && lacks(&ours, &theirs) && lacks(&theirs, &ours)
    }

    /// One name stands in place of another here as well.
    fn swap(&self, (x, y): &(u64, u64)) -> bool {
        self.left.contains(x) && self.right.contains(y)
    }
}

/// Figures behind a decision, for tests that have to explain themselves.
pub fn why_alike(a: &Text, b: &Text) -> String {
    let (a, b) = if (a.weight, &a.buffer) <= (b.weight, &b.buffer) { (a, b) } else { (b, a) };
    let one = Side { tokens: &a.tokens, buffer: &a.buffer };
    let found = overlap(one, Side { tokens: &b.tokens, buffer: &b.buffer });
    format!("{found:?} live {} {}", a.live, b.live)
}
