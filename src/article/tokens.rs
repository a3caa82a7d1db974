//! Names of classes and words of short blocks as hashes: the input of the
//! logistic part of the classifier.

use super::blocks::Kind;
use super::doc::Doc;
use super::features::Seen;
use std::collections::HashMap;

/// Number of buckets.
pub(super) const BUCKETS: usize = 1 << 14;

/// Hashes words of classes, remembering those of each element.
pub(super) struct Tokens<'p, 'a> {
    doc: &'p Doc<'a>,
    names: HashMap<usize, Vec<u32>>,
}

impl<'p, 'a> Tokens<'p, 'a> {
    pub(super) fn new(doc: &'p Doc<'a>) -> Self {
        Self { doc, names: HashMap::new() }
    }

    /// Buckets of a block, each once.
    pub(super) fn of(&mut self, one: &Seen<'_>, heading: Option<&Seen<'_>>) -> Vec<u32> {
        let doc = self.doc;
        let at = one.block.at;
        let mut out: Vec<u32> = Vec::with_capacity(64);
        let mut path: Vec<&str> = Vec::new();
        for (level, up) in std::iter::once(at).chain(doc.ancestors(at)).take(9).enumerate() {
            let item = &doc.items[up];
            if item.name == "body" {
                break;
            }
            if level < 3 {
                path.push(item.name);
            }
            let slot = match level {
                0 => 0u32,
                1 => 1,
                2 | 3 => 2,
                _ => 3,
            };
            for name in self.names.entry(up).or_insert_with(|| names(doc, up)) {
                out.push(mix(*name, slot));
            }
        }
        out.push(hash(4, &path.join(">")));
        words(&one.block.text, &mut out);
        if let Some(heading) = heading {
            for word in heading.block.text.split_whitespace().take(6) {
                out.push(hash(5, &normal(word)));
            }
        }
        if one.block.kind == Kind::Heading {
            out.push(hash(6, "heading"));
        }
        for bucket in &mut out {
            *bucket &= (BUCKETS - 1) as u32;
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// Class and id, whole and in parts.
fn names(doc: &Doc<'_>, at: usize) -> Vec<u32> {
    let mut out = vec![hash(7, doc.items[at].name)];
    for attr in ["class", "id", "itemprop", "role", "data-testid", "data-component"] {
        let Some(value) = doc.attr(at, attr).filter(|value| value.len() < 400) else { continue };
        for token in value.split_ascii_whitespace().take(12) {
            let lower = token.to_ascii_lowercase();
            out.push(hash(8, &lower));
            let mut part = String::new();
            let mut parts = 0;
            for c in token.chars().chain(std::iter::once('-')) {
                let boundary = !c.is_ascii_alphabetic();
                let hump = c.is_ascii_uppercase() && part.ends_with(|p: char| p.is_ascii_lowercase());
                if (boundary || hump) && !part.is_empty() {
                    if part.len() > 1 && parts < 6 {
                        out.push(hash(9, &part.to_ascii_lowercase()));
                        parts += 1;
                    }
                    part.clear();
                }
                if !boundary {
                    part.push(c);
                }
            }
        }
    }
    out.truncate(40);
    out
}

/// All words of a short block; of a longer one how it begins and ends.
fn words(text: &str, out: &mut Vec<u32>) {
    let mut all = String::with_capacity(256);
    let mut ends: Vec<usize> = Vec::with_capacity(48);
    for word in text.split_whitespace().take(41) {
        let before = all.len();
        push_normal(word, &mut all);
        if all.len() > before {
            ends.push(all.len());
        }
    }
    let count = ends.len();
    let word = |at: usize| &all[if at == 0 { 0 } else { ends[at - 1] }..ends[at]];
    if count <= 12 {
        for at in 0..count {
            out.push(hash(10, word(at)));
        }
        for at in 1..count {
            out.push(pair(11, word(at - 1), word(at)));
        }
        return;
    }
    for at in 0..3 {
        out.push(hash(12, word(at)));
    }
    out.push(pair(13, word(0), word(1)));
    if count <= 40 {
        out.push(hash(14, word(count - 1)));
        out.push(hash(14, word(count - 2)));
    }
}

fn normal(word: &str) -> String {
    let mut out = String::with_capacity(20);
    push_normal(word, &mut out);
    out
}

/// The first letters and digits of a word, digits as zeros.
fn push_normal(word: &str, out: &mut String) {
    let letters = word
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '©')
        .map(|c| if c.is_numeric() { '0' } else { c })
        .flat_map(char::to_lowercase);
    out.extend(letters.take(20));
}

fn start(kind: u32) -> u32 {
    0x811c_9dc5u32 ^ kind.wrapping_mul(0x9e37_79b9)
}

fn feed(hash: u32, text: &str) -> u32 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn hash(kind: u32, text: &str) -> u32 {
    mix(feed(start(kind), text), 0x55)
}

/// As [`hash`] of both words with a space between.
fn pair(kind: u32, one: &str, two: &str) -> u32 {
    mix(feed(feed(feed(start(kind), one), " "), two), 0x55)
}

fn mix(hash: u32, slot: u32) -> u32 {
    let mut hash = hash ^ slot.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x7feb_352d);
    hash ^= hash >> 15;
    hash = hash.wrapping_mul(0x846c_a68b);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_fixed() {
        assert_eq!(hash(7, "div") & 0x3fff, hash(7, "div") & 0x3fff);
        assert_ne!(hash(7, "div"), hash(8, "div"));
        assert_eq!(normal("Foo-12!"), "foo00");
        assert_eq!(pair(11, "read", "more"), hash(11, "read more"));
    }
}
