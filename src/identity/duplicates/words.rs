//! A text as the words that are compared: small letters without accents, numbers as
//! numbers, without punctuation and without short words, which every editor changes.

use super::letters::{Class, class, digit, push_folded};
use super::numbers::{self, Number};
use icu_normalizer::ComposingNormalizerBorrowed;
use std::ops::Range;

/// Weight of a word.
pub(super) const WORD: u32 = 6;
/// Weight of a Chinese or Japanese character.
const GLYPH: u32 = 3;
/// Weight of a syllable of Thai and its neighbours.
const SYLLABLE: u32 = 2;

/// One word that is compared, or one character of a script without spaces.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) hash: u64,
    /// What it counts, in units of a sixth of a word.
    pub(super) weight: u32,
    /// Perhaps a name: written with a capital within a sentence, or in a script without capitals.
    pub(super) name: bool,
    number: Option<Number>,
    at: Range<u32>,
}

impl Token {
    /// Its number, if it is one, as [`numbers::significant`].
    pub(super) fn number(&self) -> Option<u64> {
        self.number.map(|number| number.digits)
    }

    /// Its number with what is known of its size.
    pub(super) fn figure(&self) -> Option<Number> {
        self.number
    }

    /// Its letters; empty for a number.
    pub(super) fn of<'a>(&self, buffer: &'a str) -> &'a str {
        buffer.get(self.at.start as usize..self.at.end as usize).unwrap_or_default()
    }
}

/// The words of `text` that are compared, their letters in `buffer`, and the weight of all words.
pub(super) fn words(text: &str, buffer: &mut String) -> (Vec<Token>, u32) {
    let text = const { ComposingNormalizerBorrowed::new_nfkc() }.normalize(text);
    let mut reader =
        Reader { buffer, tokens: Vec::new(), weight: 0, beginning: true, open: None, per: false };
    let mut rest = text.as_ref();
    while let Some(c) = rest.chars().next() {
        rest = match class(c) {
            Class::Digit => reader.number(rest),
            Class::Letter => reader.word(rest),
            Class::Glyph => reader.character(rest, GLYPH),
            Class::Syllable => reader.character(rest, SYLLABLE),
            Class::Mark | Class::Joint | Class::Nothing | Class::Gap => {
                reader.beginning |=
                    matches!(c, '.' | '!' | '?' | '\n' | ':' | '؟' | '।' | '"' | '“' | '„' | '«');
                if !c.is_whitespace() || c == '\n' {
                    reader.open = None;
                }
                &rest[c.len_utf8()..]
            }
        };
    }
    (reader.tokens, reader.weight)
}

struct Reader<'a> {
    buffer: &'a mut String,
    tokens: Vec<Token>,
    weight: u32,
    /// Of a sentence: a capital says nothing here.
    beginning: bool,
    open: Option<Open>,
    /// The word before was the first half of `per cent`.
    per: bool,
}

/// The number that ended just now and may go on: `two hundred` `and fifty`.
#[derive(Clone, Copy)]
struct Open {
    value: u64,
    /// In words, not in digits.
    spelt: bool,
    /// A word that joins stands behind it.
    joined: bool,
}

impl Reader<'_> {
    fn word<'t>(&mut self, text: &'t str) -> &'t str {
        let start = self.buffer.len();
        let mut end = text.len();
        for (at, c) in text.char_indices() {
            match class(c) {
                Class::Letter | Class::Digit => push_folded(c, self.buffer),
                Class::Mark => self.buffer.push(c),
                Class::Nothing => {}
                Class::Joint => {
                    let next = text[at + c.len_utf8()..].chars().next();
                    if !next.is_some_and(|next| class(next) == Class::Letter) {
                        end = at;
                        break;
                    }
                }
                Class::Glyph | Class::Syllable | Class::Gap => {
                    end = at;
                    break;
                }
            }
        }
        self.weight += WORD;
        let first = text.chars().next().unwrap_or_default();
        let name = if first.is_lowercase() { false } else { !first.is_uppercase() || !self.beginning };
        self.beginning = false;
        let number = self.named(start);
        let word = &self.buffer[start..];
        if number.is_none() && is_short(word) {
            self.buffer.truncate(start);
            return &text[end..];
        }
        let hash = number.map_or_else(|| hash(word.as_bytes()), |number| hash_of_number(number.digits));
        self.put(hash, WORD, name && number.is_none(), number, start);
        &text[end..]
    }

    /// The number that the word at the end of the buffer names, with the number before it if
    /// they are one.
    fn named(&mut self, start: usize) -> Option<Number> {
        let word = &self.buffer[start..];
        let before = self.open.take();
        let percent = std::mem::replace(&mut self.per, numbers::is_per(word));
        let named = numbers::named(word).filter(|value| !(percent && *value == 100));
        let Some(before) = before else {
            let value = named?;
            self.open = Some(Open { value, spelt: true, joined: false });
            return Some(Number::of(value));
        };
        if numbers::joins(word) {
            self.open = Some(Open { joined: true, ..before });
            return None;
        }
        if (before.joined && numbers::is_half(word)) || numbers::is_and_a_half(word) {
            self.tokens.pop();
            return Some(Number::and_a_half(before.value));
        }
        let whole = match named {
            _ if !before.spelt => None,
            Some(value) => numbers::compound(before.value, value),
            None => numbers::behind(before.value, word),
        };
        if whole.is_some() {
            self.tokens.pop();
        }
        let value = whole.or(named)?;
        self.open = Some(Open { value, spelt: true, joined: false });
        Some(Number::of(value))
    }

    fn character<'t>(&mut self, text: &'t str, weight: u32) -> &'t str {
        let start = self.buffer.len();
        let mut end = 0;
        for c in text.chars() {
            if end > 0 && class(c) != Class::Mark {
                break;
            }
            self.buffer.push(c);
            end += c.len_utf8();
        }
        self.weight += weight;
        self.open = None;
        self.put(hash(&self.buffer.as_bytes()[start..]), weight, true, None, start);
        &text[end..]
    }

    /// Digits with single signs between them. Three digits behind a blank are the rest
    /// of a number in some countries.
    fn number<'t>(&mut self, text: &'t str) -> &'t str {
        let mut groups = vec![String::new()];
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if class(c) == Class::Digit {
                if let Some(group) = groups.last_mut() {
                    group.push(digit(c));
                }
                rest = &rest[c.len_utf8()..];
                continue;
            }
            let behind = &rest[c.len_utf8()..];
            let digits = behind.chars().take_while(|&next| class(next) == Class::Digit).count();
            let joined = match c {
                '.' | ',' | ':' | '\'' | '’' | '٫' | '٬' => digits > 0,
                ' ' => digits == 3 && groups.iter().all(|group| group.len() <= 3) && groups[0].len() <= 3,
                _ => false,
            };
            if !joined
                && groups.len() == 1
                && groups[0].len() <= 2
                && let Some(sign) = numbers::hour_joint(rest)
            {
                groups.push(String::new());
                rest = &rest[sign..];
                continue;
            }
            if !joined || groups.len() > 6 {
                break;
            }
            groups.push(String::new());
            rest = behind;
        }
        self.weight += WORD;
        self.beginning = false;
        let start = self.buffer.len();
        // `1.7.` is a day and a month where a full stop follows, and at worst the end of a sentence.
        let day = groups.len() == 2 && rest.starts_with('.') && text[..text.len() - rest.len()].contains('.');
        if day && groups.iter().all(|group| group.len() <= 2) {
            groups.push(String::new());
        }
        numbers::read(&groups, |number| {
            self.put(hash_of_number(number.digits), WORD, false, Some(number), start);
        });
        self.open = match &groups[..] {
            [only] => only.parse().ok().map(|value| Open { value, spelt: false, joined: false }),
            _ => None,
        };
        rest
    }

    fn put(&mut self, hash: u64, weight: u32, name: bool, number: Option<Number>, start: usize) {
        // Texts are bounded far below what 32 bits count.
        let at = start as u32..self.buffer.len() as u32;
        self.tokens.push(Token { hash, weight, name, number, at });
    }
}

/// Articles, prepositions, conjunctions for the most part.
fn is_short(word: &str) -> bool {
    let Some(first) = word.chars().next() else { return true };
    let letters = word.chars().count();
    match first as u32 {
        ..0x590 => letters <= 3,
        // Korean syllables.
        0xac00..=0xd7a3 => letters <= 1,
        _ => letters <= 2,
    }
}

/// FNV-1a with its bits spread out.
fn hash(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    spread(bytes.iter().fold(0xcbf2_9ce4_8422_2325, step))
}

fn hash_of_number(number: u64) -> u64 {
    spread(number ^ 0x6e75_6d62_6572_0000)
}

/// The finaliser of SplitMix64.
pub(super) fn spread(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A hash of a few tokens in their order.
pub(super) fn together(hashes: impl Iterator<Item = u64>) -> u64 {
    hashes.fold(0, |sum, hash| spread(sum.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(hash)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut buffer = String::new();
        let (tokens, _) = words(text, &mut buffer);
        let word = |token: &Token| {
            token.number().map_or_else(|| token.of(&buffer).to_owned(), |number| number.to_string())
        };
        tokens.iter().map(word).collect()
    }

    #[test]
    fn one_text_in_many_hands() {
        assert_eq!(read("The “Mayor’s” co-operation — again!"), read("mayor's cooperation, AGAIN"));
        assert_eq!(read("1,200 houses, 3.5 per cent"), read("1 200 houses: 3,5 per cent"));
        assert_eq!(read("two houses on 4 March"), read("2 houses, four March"));
        assert_eq!(read("Überschrift ｆｕｌｌ"), ["uberschrift", "full"]);
        assert_eq!(read("港の橋"), ["港", "の", "橋"]);
        assert_eq!(read("น้ำท่วม").len(), 5);
        assert_eq!(read("04.03.2026"), ["4", "3", "2026"]);
        assert_eq!(read("٣ مارس"), read("3 مارس"));
        assert_eq!(read("").len(), 0);
    }

    #[test]
    fn numbers_in_words() {
        for (words, digits) in [
            ("two hundred and forty-two homes", "242 homes"),
            ("three and a half hours", "3.5 hours"),
            ("Cent quarante pompiers", "140 pompiers"),
            ("trois cents quatre-vingt-dix-sept pages", "397 pages"),
            ("vingt et un ponts, trente-deux", "21 ponts, 32"),
            ("zweihundertfünfzig Gäste, einundzwanzig", "250 Gäste, 21"),
            ("doscientos cuarenta y dos pueblos", "242 pueblos"),
            ("duecentoquaranta case, ventotto", "240 case, 28"),
            ("duzentos e trinta casas", "230 casas"),
            ("negenendertig huizen", "39 huizen"),
            ("tjugotvå broar", "22 broar"),
            ("dwieście czterdzieści dwa domy", "242 domy"),
            ("сто сорок два дома", "142 дома"),
            ("с четырёх с половиной часов", "4,5 часов"),
            ("iki yüz elli kişi, üç buçuk", "250 kişi, 3,5"),
            ("مئتين وعشرين كيلومترا", "220 كيلومترا"),
            ("خمسة وثلاثين مليون", "35 مليون"),
            ("ثلاثة عشر كيلومترا", "13 كيلومترا"),
            ("vers 6 h 30", "vers 6h30"),
            ("gegen 6 Uhr 30 dort", "gegen 6.30 dort"),
            ("4 500 mètres", "4’500 mètres"),
        ] {
            assert_eq!(read(words), read(digits));
        }
        for (one, other) in [
            ("forty-two homes", "forty-three homes"),
            ("cent quarante", "cent cinquante"),
            ("twenty, three", "23"),
            ("23 per cent", "2300"),
            ("einundzwanzig", "zweiundzwanzig"),
            ("6 h 30", "6 h 45"),
            ("20 three", "23"),
        ] {
            assert_ne!(read(one), read(other));
        }
        assert_eq!(read("el 23 por ciento"), ["23", "ciento"]);
    }

    #[test]
    fn weights() {
        let weight = |text| words(text, &mut String::new()).1;
        assert_eq!(weight("one of two"), 3 * WORD);
        assert_eq!(weight("港の橋"), 3 * GLYPH);
    }
}
