//! MinHash: a few bytes that are alike where texts are alike.

use super::words::{Token, WORD, spread, together};
use std::collections::HashSet;

/// Keys of a sketch. Texts that share one of them are compared.
pub const BANDS: usize = 12;
/// Minima of a key.
const ROWS: usize = 2;
/// Bits that are kept of a minimum: two make a key of three bytes.
const BITS: u32 = 12;
/// Weight of a shingle: two words, four Chinese characters, six syllables of Thai.
const SHINGLE: u32 = 2 * WORD;

/// Least estimated likeness of two sketches whose texts are compared.
const WORTH_COMPARING: f32 = 0.16;

/// The MinHash of a text over its shingles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sketch([[u16; ROWS]; BANDS]);

impl Sketch {
    /// The sketch of a text; none if it has no shingle, or says the same again and again:
    /// that is filler or a form, not a story.
    pub(super) fn of(tokens: &[Token]) -> Option<Self> {
        let mut minima = [[u64::MAX; ROWS]; BANDS];
        let (mut count, mut distinct) = (0, HashSet::new());
        shingles(tokens, |_, _, hash| {
            count += 1;
            if !distinct.insert(hash) {
                return;
            }
            let mut value = hash;
            for minimum in minima.as_flattened_mut() {
                // One permutation after another out of one hash.
                value = spread(value.wrapping_add(0x9e37_79b9_7f4a_7c15));
                *minimum = (*minimum).min(value);
            }
        });
        let tells = distinct.len() * 2 > count;
        tells.then(|| Self(minima.map(|row| row.map(|minimum| (minimum as u16) & ((1 << BITS) - 1)))))
    }

    /// Its keys, each behind the week of publication, so that those of one time lie
    /// side by side in the index and those of another time are not found.
    pub fn keys(&self, week: u8) -> [[u8; 4]; BANDS] {
        self.0.map(|[a, b]| {
            let bits = (u32::from(a) << BITS) | u32::from(b);
            let [_, x, y, z] = bits.to_be_bytes();
            [week, x, y, z]
        })
    }

    /// Out of its keys, one after another.
    pub fn from_keys(bytes: &[u8]) -> Option<Self> {
        let (keys, rest) = bytes.as_chunks::<4>();
        let keys: &[[u8; 4]; BANDS] = keys.try_into().ok().filter(|_| rest.is_empty())?;
        Some(Self(keys.map(|[_, x, y, z]| {
            let bits = u32::from_be_bytes([0, x, y, z]);
            [(bits >> BITS) as u16, (bits & ((1 << BITS) - 1)) as u16]
        })))
    }

    /// Whether the texts of two sketches are worth comparing: they share a key, and
    /// enough besides.
    pub fn may_be_like(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a == b) && self.likeness(other) >= WORTH_COMPARING
    }

    /// Estimate of the share of shingles that two texts have in common (Jaccard), 0 to 1.
    pub fn likeness(&self, other: &Self) -> f32 {
        let pairs = self.0.as_flattened().iter().zip(other.0.as_flattened());
        pairs.filter(|(a, b)| a == b).count() as f32 / (BANDS * ROWS) as f32
    }
}

/// Calls with place, length in tokens, and hash of every shingle.
pub(super) fn shingles(tokens: &[Token], mut each: impl FnMut(usize, usize, u64)) {
    for start in 0..tokens.len() {
        let mut weight = 0;
        let long = tokens[start..].iter().take_while(|token| {
            let more = weight < SHINGLE;
            weight += token.weight;
            more
        });
        let length = long.count();
        if tokens[start..start + length].iter().map(|token| token.weight).sum::<u32>() < SHINGLE {
            break;
        }
        each(start, length, together(tokens[start..start + length].iter().map(|token| token.hash)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Text;

    #[test]
    fn keys_there_and_back() {
        let text = Text::new("", &(0..99).map(|n| format!("word{n} ")).collect::<String>());
        let sketch = text.sketch().unwrap();
        let keys = sketch.keys(7);
        assert!(keys.iter().all(|key| key[0] == 7));
        assert_eq!(Sketch::from_keys(keys.as_flattened()), Some(sketch));
        assert_eq!(Sketch::from_keys(&[1, 2, 3]), None);
        let filler = "the harbour bridge reopened after eleven months ".repeat(20);
        assert!(Text::new("", &filler).sketch().is_none());
        assert!((sketch.likeness(&sketch) - 1.0).abs() < f32::EPSILON);
    }
}
