//! What a character is for the comparison of texts, and which others it stands for.

use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};

/// What a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Letter,
    Digit,
    /// A character of a script without spaces that is (half) a word: Chinese, Japanese.
    Glyph,
    /// The same for scripts of syllables: Thai, Lao, Khmer, Burmese.
    Syllable,
    /// A mark that belongs to the character before.
    Mark,
    /// Vanishes inside a word: apostrophe, hyphen.
    Joint,
    /// Vanishes anywhere: accents, vowel signs that many leave out, invisible characters.
    Nothing,
    Gap,
}

pub(super) fn class(c: char) -> Class {
    if c.is_ascii() {
        return match c {
            'a'..='z' | 'A'..='Z' => Class::Letter,
            '0'..='9' => Class::Digit,
            '\'' | '-' => Class::Joint,
            _ => Class::Gap,
        };
    }
    match c as u32 {
        0xad | 0x300..=0x36f | 0x200b..=0x200f | 0x2060 | 0xfeff => Class::Nothing,
        // Hebrew points; Arabic vowel signs and the stroke that widens.
        0x591..=0x5c7 | 0x640 | 0x64b..=0x65f | 0x670 => Class::Nothing,
        0x2010 | 0x2011 | 0x2019 | 0x2bc | 0x5f3 | 0x5f4 => Class::Joint,
        0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e | 0xeb1 | 0xeb4..=0xebc | 0xec8..=0xecd => Class::Mark,
        0x102b..=0x103e | 0x17b4..=0x17d3 | 0x3099 | 0x309a => Class::Mark,
        0xe50..=0xe59 | 0x660..=0x669 | 0x6f0..=0x6f9 | 0x966..=0x96f | 0x9e6..=0x9ef => Class::Digit,
        0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff if c.is_alphanumeric() => Class::Syllable,
        0x3005..=0x3007 | 0x3041..=0x30ff | 0x31f0..=0x31ff if c.is_alphanumeric() => Class::Glyph,
        0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff => Class::Glyph,
        // Vowel signs of the scripts of India are parts of words.
        0x900..=0xdff if !matches!(c, '।' | '॥') => Class::Letter,
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::Gap,
    }
}

/// A digit of any script as an ASCII one.
pub(super) fn digit(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let zero = match c as u32 {
        at @ (0x660..=0x6f9 | 0xe50..=0xe59) => at & !0xf,
        at => at - (at + 0xa) % 0x10,
    };
    char::from_u32(u32::from(b'0') + (c as u32 - zero)).unwrap_or(c)
}

/// Appends a letter in its plain form: small, without accents.
pub(super) fn push_folded(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    for small in c.to_lowercase() {
        match small {
            'ß' => out.push_str("ss"),
            'ı' => out.push('i'),
            'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
            'ى' => out.push('ي'),
            'ة' => out.push('ه'),
            small if class(small) == Class::Nothing => {}
            small if (small as u32) < 0x530 || matches!(small as u32, 0x1e00..=0x1fff) => {
                out.push(without_accents(small));
            }
            small => out.push(small),
        }
    }
}

fn without_accents(c: char) -> char {
    let decomposition = const { CanonicalDecompositionBorrowed::new() };
    let mut plain = c;
    while let Decomposed::Expansion(base, _) | Decomposed::Singleton(base) = decomposition.decompose(plain) {
        plain = base;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_letter() {
        let folded = |text: &str| {
            let mut out = String::new();
            text.chars().for_each(|c| push_folded(c, &mut out));
            out
        };
        assert_eq!(folded("ÉÜñßIİı"), "eunssiii");
        assert_eq!(folded("Ёй"), "еи");
        assert_eq!(folded("أة"), "اه");
        assert_eq!(folded("港ก"), "港ก");
    }

    #[test]
    fn digits_of_all_scripts() {
        let text: String = "٠٩۰۹०९০৯๐๙".chars().map(digit).collect();
        assert_eq!(text, "0909090909");
        assert!("٠۹०৯๙".chars().all(|c| class(c) == Class::Digit));
    }
}
