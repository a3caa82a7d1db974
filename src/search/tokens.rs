//! A text as the units that a search compares: words, and single characters where a
//! script has no spaces.

use super::letters::{Class, NON_JOINER, class, fold, hides_non_joiner, is_plain, stacks};
use icu_normalizer::ComposingNormalizerBorrowed;
use std::borrow::Cow;

/// A word, or a character with its marks of a script without spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// Where it stands in the text, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its letters in [`Units`].
    from: usize,
    to: usize,
    /// A character of a script without spaces.
    pub(super) glyph: bool,
    /// Such a character right behind another one.
    pub(super) joined: bool,
}

/// The units of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Units {
    /// Small, without accents.
    letters: String,
    pub(super) all: Vec<Unit>,
    /// The last unit goes on.
    open: bool,
    before: char,
}

impl Units {
    pub(super) fn of(text: &str) -> Self {
        let mut units = Self::default();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let end = match class(c) {
                Class::Word => at + stretch(&text[at..], |c| class(c) == Class::Word || c == NON_JOINER),
                // A character and what belongs to it; words of one character as well.
                Class::Glyph => at + c.len_utf8() + stretch(&text[at + c.len_utf8()..], |_| false),
                Class::Mark | Class::Nothing | Class::Gap => at + c.len_utf8(),
            };
            let raw = &text[at..end];
            let normal = match raw.is_ascii() || matches!(class(c), Class::Nothing | Class::Gap) {
                true => Cow::Borrowed(raw),
                false => const { ComposingNormalizerBorrowed::new_nfkc() }.normalize(raw),
            };
            for c in normal.chars() {
                units.push(c, at, end);
            }
            at = end;
        }
        units
    }

    /// The letters of a unit as they are compared.
    pub(super) fn letters(&self, unit: &Unit) -> &str {
        self.letters.get(unit.from..unit.to).unwrap_or_default()
    }

    /// One character in its normal form, out of the text from `start` to `end`.
    fn push(&mut self, c: char, start: usize, end: usize) {
        let before = std::mem::replace(&mut self.before, c);
        let last = self.all.last_mut().filter(|_| self.open);
        match (class(c), last) {
            (Class::Nothing, _) => self.before = before,
            (Class::Gap, _) if c == NON_JOINER && hides_non_joiner(before) => {}
            (Class::Gap, _) | (Class::Mark, None) => self.open = false,
            (kind, Some(last))
                if kind == Class::Mark || stacks(before) || (kind == Class::Word && !last.glyph) =>
            {
                fold(c, &mut self.letters);
                (last.end, last.to) = (end, self.letters.len());
            }
            (kind, last) => {
                let glyph = kind == Class::Glyph;
                let joined = glyph && last.is_some_and(|last| last.glyph);
                let from = self.letters.len();
                fold(c, &mut self.letters);
                let to = self.letters.len();
                // An accent with nothing to stand on is no word.
                self.open = to > from;
                if self.open {
                    self.all.push(Unit { start, end, from, to, glyph, joined });
                }
            }
        }
    }
}

/// The length in bytes of what goes on with such characters, and with marks.
fn stretch(text: &str, also: impl Fn(char) -> bool) -> usize {
    text.find(|c| !(also(c) || matches!(class(c), Class::Mark | Class::Nothing))).unwrap_or(text.len())
}

/// What of a text goes into the index, whose tokenizer is SQLite's
/// `unicode61 remove_diacritics 2 categories 'L* N* Co M*'`.
///
/// Most texts go in as they are. Others are written anew: normalised (NFKC), small, without
/// accents, and scripts without spaces as overlapping pairs of characters, with the last
/// one of a run for itself: `東京都` is `東京 京都 都`. So every character begins a
/// token, and a query of one character is the beginning of a token.
pub fn indexable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let units = Units::of(text);
    let mut out = String::with_capacity(text.len() * 2);
    for (at, unit) in units.all.iter().enumerate() {
        out.push_str(units.letters(unit));
        if let Some(next) = units.all.get(at + 1).filter(|next| next.joined) {
            out.push_str(units.letters(next));
        }
        out.push(' ');
    }
    out.pop();
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        // Not a plain character, and nothing behind it.
        indexable(&format!("{text} ™")).into_owned()
    }

    #[test]
    fn scripts_with_spaces() {
        for (text, expected) in [
            ("The Mayor's new e-mail", "the mayor s new e mail"),
            ("Über die Straße nach Łódź", "uber die strasse nach lodz"),
            ("L’économie française", "l economie francaise"),
            ("Ёлки и мой дом", "елки и мой дом"),
            ("हिन्दी में ज़मीन", "हिन्दी में जमीन"),
            ("서울의 봄", "서울의 봄"),
            ("\u{1109}\u{1165}\u{110b}\u{116e}\u{11af}", "서울"),
            ("الأُسرة في ٢٠٢٤", "الاسره في 2024"),
            ("می\u{200c}خواهم کتاب", "مي خواهم كتاب"),
            ("क\u{94d}\u{200c}ष", "क\u{94d}ष"),
            ("co\u{ad}operation ﬁne m² １２", "cooperation fine m2 12"),
            ("e\u{301}te\u{301} \u{301} x", "ete x"),
            ("at 12:30, 5㎏", "at 12 30 5kg"),
            ("iPhone™ 🎉", "iphone"),
            ("", ""),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn scripts_without_spaces() {
        for (text, expected) in [
            ("東京都", "東京 京都 都"),
            ("京", "京"),
            ("東京2020年", "東京 京 2020 年"),
            ("北京、上海", "北京 京 上海 海"),
            ("ﾊﾞｽとバス", "バス スと とバ バス ス"),
            ("㍿山", "株式 式会 会社 社山 山"),
            ("㈱山", "株 山"),
            ("ภาษาไทย", "ภา าษ ษา าไ ไท ทย ย"),
            ("ที่นี่", "ที่นี่ นี่"),
            ("ក្រុម", "ក្រុម ម"),
            ("か\u{3099}く", "がく く"),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_plain_is_not_copied() {
        for text in ["Plain text, “quoted” – €5", "Ça été naïve Šťastný", "Привет, мой мир", "서울의 봄", ""]
        {
            assert!(matches!(indexable(text), Cow::Borrowed(_)), "{text}");
        }
        assert!(matches!(indexable("東"), Cow::Owned(_)));
    }
}
