//! Whether the texts of a source's pages are still its articles: one that is the same
//! as another page's, or much shorter than they used to be, may be a notice in their
//! place.

/// Texts that are remembered of a source.
const KEPT: usize = 10;
/// Bytes of a remembered text: entry, digest.
const ROW: usize = 8;
/// A text below this share of the usual length is thin.
const THIN: f64 = 0.2;
/// So many texts tell what is usual.
const ENOUGH: u32 = 5;
/// Other pages that may have the same text: an article can well have two addresses.
const TWINS: usize = 1;

/// A text as far as it is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPrint {
    /// Its entry, in any form that tells it from others.
    pub entry: u32,
    /// Digest of the text.
    pub digest: u32,
    /// Length in characters.
    pub chars: u32,
}

/// How a text looks beside the others of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFinding {
    /// As they all do.
    Fine,
    /// Much shorter than usual.
    Thin,
    /// The same as on several other pages.
    Repeated,
}

/// What is remembered of the texts of one source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextMemory {
    /// Usual length in characters, and of how many texts it was learned.
    usual: f32,
    seen: u32,
    rows: Vec<(u32, u32)>,
}

impl TextMemory {
    /// From the bytes that [`TextMemory::to_bytes`] gave. Anything else is as good as nothing.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let word =
            |at: usize| bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
        let (Some(usual), Some(seen)) = (word(0), word(4)) else { return Self::default() };
        let usual = Some(f32::from_bits(usual)).filter(|usual| usual.is_finite()).unwrap_or_default();
        let rows = (0..KEPT).map_while(|row| Some((word(8 + row * ROW)?, word(12 + row * ROW)?))).collect();
        Self { usual, seen, rows }
    }

    /// As it is stored: at most 88 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.usual.to_bits().to_be_bytes().to_vec();
        bytes.extend(self.seen.to_be_bytes());
        for (entry, digest) in &self.rows {
            bytes.extend(entry.to_be_bytes());
            bytes.extend(digest.to_be_bytes());
        }
        bytes
    }

    /// Looks at a text and remembers it.
    pub fn note(&mut self, text: TextPrint) -> TextFinding {
        let twins =
            self.rows.iter().filter(|(entry, digest)| *digest == text.digest && *entry != text.entry).count();
        let finding = if twins > TWINS {
            TextFinding::Repeated
        } else if self.seen >= ENOUGH && f64::from(text.chars) < f64::from(self.usual) * THIN {
            TextFinding::Thin
        } else {
            TextFinding::Fine
        };
        self.rows.retain(|(entry, _)| *entry != text.entry);
        if self.rows.len() >= KEPT {
            self.rows.remove(0);
        }
        self.rows.push((text.entry, text.digest));
        self.learn(finding, text.chars);
        finding
    }

    /// A source may become one of short texts for good: what is thin counts too, but little.
    fn learn(&mut self, finding: TextFinding, chars: u32) {
        let weight = match finding {
            TextFinding::Fine => 1.0 / (self.seen.min(9) + 1) as f32,
            TextFinding::Thin => 0.03,
            TextFinding::Repeated => return,
        };
        self.usual += (chars as f32 - self.usual) * weight;
        self.seen = self.seen.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(entry: u32, digest: u32, chars: u32) -> TextPrint {
        TextPrint { entry, digest, chars }
    }

    #[test]
    fn one_notice_for_all_pages() {
        let mut memory = TextMemory::default();
        let findings: Vec<_> = (0..4).map(|entry| memory.note(print(entry, 7, 900))).collect();
        assert_eq!(
            findings,
            [TextFinding::Fine, TextFinding::Fine, TextFinding::Repeated, TextFinding::Repeated]
        );
        // The same page again is no other page.
        let mut memory = TextMemory::default();
        assert!((0..9).all(|_| memory.note(print(1, 7, 900)) == TextFinding::Fine));
    }

    #[test]
    fn texts_that_collapse() {
        let mut memory = TextMemory::default();
        for entry in 0..20 {
            assert_eq!(memory.note(print(entry, entry, 3_000 + 400 * (entry % 5))), TextFinding::Fine);
        }
        let thin = (20..40).filter(|entry| memory.note(print(*entry, *entry, 120)) == TextFinding::Thin);
        assert_eq!(thin.count(), 20);
        // In the end it is what the source has become.
        assert!((40..200).any(|entry| memory.note(print(entry, entry, 120)) == TextFinding::Fine));
    }

    #[test]
    fn short_texts_are_fine_where_texts_are_short() {
        let mut memory = TextMemory::default();
        assert!((0..9).all(|entry| memory.note(print(entry, entry, 60 + entry)) == TextFinding::Fine));
    }

    #[test]
    fn it_is_what_was_stored() {
        let mut memory = TextMemory::default();
        for entry in 0..30 {
            memory.note(print(entry, entry, 1_000));
        }
        assert!(memory.to_bytes().len() <= 88);
        assert_eq!(TextMemory::from_bytes(&memory.to_bytes()), memory);
        assert_eq!(TextMemory::from_bytes(b"abc"), TextMemory::default());
        assert_eq!(TextMemory::from_bytes(&[0xff; 11]).usual, 0.0);
    }
}
