//! What a character is for a search, and which others it stands for.

use icu_normalizer::properties::{
    CanonicalCombiningClassMapBorrowed, CanonicalDecompositionBorrowed, Decomposed,
};

/// What a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Part of a word: a letter, a digit, a sign above or below one.
    Word,
    /// A character of a script without spaces.
    Glyph,
    /// Belongs to the glyph before; in a word it is part of it.
    Mark,
    /// Is as if it weren't there: soft hyphens, joiners, variation selectors.
    Nothing,
    /// Anything else.
    Gap,
}

pub(super) fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Class::Word } else { Class::Gap };
    }
    match c as u32 {
        0xad | 0x34f | 0x200d..=0x200f | 0x202a..=0x202e | 0x2060 | 0x2066..=0x2069 => Class::Nothing,
        0x180b..=0x180d | 0xfe00..=0xfe0f | 0xfeff | 0xe_0100..=0xe_01ef => Class::Nothing,
        // Thai, Lao, Burmese and its neighbours, Khmer: tones and vowels above and below.
        0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e | 0xeb1 | 0xeb4..=0xebc | 0xec8..=0xece => Class::Mark,
        0x102b..=0x103e | 0x1056..=0x1059 | 0x105e..=0x1060 | 0x1062..=0x1064 => Class::Mark,
        0x1067..=0x106d | 0x1071..=0x1074 | 0x1082..=0x108d | 0x108f | 0x109a..=0x109d => Class::Mark,
        0xa9e5 | 0xaa7b..=0xaa7d | 0x17b4..=0x17d3 | 0x17dd => Class::Mark,
        // Voiced and half-voiced sounds of kana, also of half width.
        0x3099 | 0x309a | 0xff9e | 0xff9f => Class::Mark,
        _ if digit(c).is_some() => Class::Word,
        0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff if c.is_alphanumeric() => Class::Glyph,
        0xa9e0..=0xa9ff | 0xaa60..=0xaa7f if c.is_alphanumeric() => Class::Glyph,
        0x3005..=0x3007 | 0x3021..=0x3029 | 0x3031..=0x3035 | 0x303b | 0x303c => Class::Glyph,
        0x3041..=0x30ff | 0x3105..=0x312f | 0x31a0..=0x31bf | 0x31f0..=0x31ff if c.is_alphanumeric() => {
            Class::Glyph
        }
        // Words and months in one character; ideographs; kana of half width.
        0x3200..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff => Class::Glyph,
        0xff66..=0xff9d | 0x1_b000..=0x1_b16f | 0x2_0000..=0x3_ffff => Class::Glyph,
        _ if c.is_alphanumeric() || combining(c) > 0 => Class::Word,
        _ => Class::Gap,
    }
}

/// Whether the letter behind this sign stands below the one before it: Khmer, Burmese.
pub(super) fn stacks(c: char) -> bool {
    matches!(c, '\u{17d2}' | '\u{1039}')
}

/// U+200C, where letters must not join. In Indian scripts it is inside words; in Persian
/// it stands between a word and its ending, where others write a blank.
pub(super) const NON_JOINER: char = '\u{200c}';

/// Whether a [`NON_JOINER`] behind this character is as if it weren't there.
pub(super) fn hides_non_joiner(before: char) -> bool {
    matches!(before as u32, 0x900..=0xdff)
}

fn combining(c: char) -> u8 {
    const { CanonicalCombiningClassMapBorrowed::new() }.get_u8(c)
}

/// Whether SQLite's tokenizer makes of a character what [`fold`] makes of it, and it is no
/// glyph: a text of nothing else goes into the index as it is.
pub(super) fn is_plain(c: char) -> bool {
    match c as u32 {
        ..0x80 => true,
        0xaa | 0xad | 0xb2 | 0xb3 | 0xb5 | 0xb9 | 0xba | 0xbc..=0xbe | 0xc6 | 0xd8 | 0xdf | 0xe6 | 0xf8 => {
            false
        }
        0x80..0x100 => true,
        // Without đ, ħ, ı, ij, ĸ, ŀ, ł, ŉ, ŋ, œ, ŧ, ſ.
        0x100..0x180 => !matches!(
            c as u32,
            0x110 | 0x111 | 0x126 | 0x127 | 0x130..=0x133 | 0x138 | 0x13f..=0x142 | 0x149..=0x14b
                | 0x152 | 0x153 | 0x166 | 0x167 | 0x17f
        ),
        // Russian and Ukrainian, without ё; Hebrew without points; Hangul.
        0x404 | 0x406 | 0x407 | 0x410..=0x44f | 0x454 | 0x456 | 0x457 | 0x490 | 0x491 => true,
        0x5d0..=0x5ea | 0xac00..=0xd7a3 => true,
        // Dashes, quotation marks, bullets, currencies.
        0x2010..=0x2016 | 0x2018..=0x2023 | 0x2027 | 0x2030..=0x2032 | 0x2039 | 0x203a => true,
        0x20a0..=0x20a7 | 0x20a9..=0x20b9 => true,
        _ => false,
    }
}

/// Appends a character of a word, normalised before (NFKC), in its plain form: small,
/// without accents, digits as ASCII ones.
pub(super) fn fold(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    if let Some(digit) = digit(c) {
        out.push(char::from(b'0' + digit));
        return;
    }
    for small in c.to_lowercase() {
        match small {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ħ' => out.push('h'),
            'ŧ' => out.push('t'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            'ё' => out.push('е'),
            // What Arabic and Persian keyboards and habits write differently.
            'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
            'ى' | 'ی' => out.push('ي'),
            'ة' => out.push('ه'),
            'ک' => out.push('ك'),
            // Chandrabindu for anusvara.
            'ँ' => out.push('ं'),
            small if is_accent(small) => {}
            small if class(small) == Class::Nothing => {}
            small if matches!(small as u32, 0x80..0x250 | 0x370..0x400 | 0x1e00..0x2000) => {
                out.push(without_accents(small));
            }
            small => out.push(small),
        }
    }
}

/// Signs that many leave out: accents, Hebrew points, Arabic vowel signs and the stroke
/// that widens, the dot below Hindi letters.
fn is_accent(c: char) -> bool {
    matches!(c as u32,
        0x300..=0x36f | 0x591..=0x5bd | 0x5bf | 0x5c1 | 0x5c2 | 0x5c4 | 0x5c5 | 0x5c7
        | 0x610..=0x61a | 0x640 | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6dc | 0x6df..=0x6e4
        | 0x6e7 | 0x6e8 | 0x6ea..=0x6ed | 0x8d3..=0x8e1 | 0x8e3..=0x8ff | 0x93c)
}

fn without_accents(c: char) -> char {
    let decomposition = const { CanonicalDecompositionBorrowed::new() };
    let mut plain = c;
    while let Decomposed::Expansion(base, _) | Decomposed::Singleton(base) = decomposition.decompose(plain) {
        plain = base;
    }
    plain
}

/// The value of a decimal digit of another script than ASCII.
fn digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 19] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
        0xf20, 0x1040, 0x1090, 0x17e0, 0x1810,
    ];
    let at = c as u32;
    let zero = ZEROS.iter().rev().find(|zero| **zero <= at)?;
    u8::try_from(at - zero).ok().filter(|value| *value < 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_letter() {
        let folded = |text: &str| {
            let mut out = String::new();
            text.chars().for_each(|c| fold(c, &mut out));
            out
        };
        for (one, other) in [
            ("ÉÜñßIİı", "eunssiii"),
            ("Łódź", "lodz"),
            ("Ærøskøbing", "aeroskobing"),
            ("ệ", "e"),
            ("Ёлкой", "елкой"),
            ("ΆΝΘΡΩΠΟΣ", "ανθρωποσ"),
            ("ἄνθρωπος", "ανθρωποσ"),
            ("أُسْرَة", "اسره"),
            ("کتابی", "كتابي"),
            ("שָׁלוֹם", "שלום"),
            ("٠٩۰۹०९০৯๐๙၀៩", "090909090909"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(folded(one), other);
        }
    }

    #[test]
    fn classes() {
        for c in "aZ0éжя한עعक्ि९९०๐".chars() {
            assert_eq!(class(c), Class::Word, "{c}");
        }
        for c in "東ひカーｱ々ไกກកကㄅ㍿".chars() {
            assert_eq!(class(c), Class::Glyph, "{c}");
        }
        for c in " ,-'’。、・「་।…|฿".chars() {
            assert_eq!(class(c), Class::Gap, "{c}");
        }
    }
}
