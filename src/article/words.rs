//! Statistics of a piece of text that hold in many languages.

/// Small words of running text, by their most frequent in each language; sorted.
const STOP: &[&str] = &[
    "a", "aan", "al", "als", "am", "an", "and", "are", "as", "at", "au", "auch", "auf", "aus", "aux", "avec",
    "az", "be", "been", "bei", "bir", "bu", "but", "by", "ce", "che", "com", "como", "con", "da", "dans",
    "das", "dat", "day", "de", "dei", "del", "della", "dem", "den", "der", "des", "di", "die", "do", "dos",
    "du", "e", "een", "ein", "eine", "einem", "einen", "einer", "el", "els", "em", "en", "er", "era", "es",
    "est", "et", "from", "für", "gli", "had", "han", "has", "hat", "have", "he", "het", "his", "hogy", "i",
    "ich", "il", "ile", "im", "in", "is", "ist", "it", "its", "ja", "je", "jest", "la", "las", "le", "les",
    "lo", "los", "man", "mas", "med", "mehr", "met", "mit", "más", "na", "nach", "ne", "nicht", "nie", "non",
    "not", "não", "o", "och", "of", "om", "on", "op", "or", "os", "ou", "par", "para", "pas", "per", "plus",
    "por", "pour", "på", "que", "qui", "se", "she", "sich", "sie", "sind", "som", "son", "sont", "su", "sul",
    "sur", "that", "the", "their", "they", "this", "till", "to", "té", "um", "un", "una", "und", "une",
    "uno", "van", "ve", "von", "voor", "vor", "w", "war", "was", "we", "werden", "were", "which", "who",
    "will", "wird", "with", "y", "you", "z", "zu", "zum", "zur", "è", "în", "že", "și", "а", "в", "во",
    "для", "до", "е", "за", "и", "из", "или", "как", "на", "не", "но", "о", "от", "по", "с", "так", "то",
    "у", "что", "это", "як", "є", "і",
];

/// What a text looks like.
#[derive(Debug, Clone, Default)]
pub(super) struct Stats {
    pub(super) words: usize,
    /// Small words.
    pub(super) stops: usize,
    /// Words that begin with a capital.
    pub(super) capital: usize,
    pub(super) letters: usize,
    pub(super) upper: usize,
    pub(super) digits: usize,
    /// Letters of scripts without capitals or without the small words above.
    pub(super) foreign: usize,
    pub(super) commas: usize,
    /// Ends of sentences, the text's own end among them.
    pub(super) sentences: usize,
    /// Any other punctuation and symbols.
    pub(super) marks: usize,
    pub(super) quotes: usize,
    /// How it ends: 2 like a sentence, 1 with a colon or the like, 0 otherwise.
    pub(super) end: u8,
    pub(super) starts_lower: bool,
    pub(super) starts_digit: bool,
}

/// Reads a text once; what stands beyond its first 4,000 characters is left out.
pub(super) fn stats(text: &str) -> Stats {
    let mut out = Stats::default();
    let mut word = String::with_capacity(32);
    let mut pending = false;
    let mut last = ' ';
    for c in text.chars().take(4000) {
        if c.is_alphabetic() {
            out.letters += 1;
            if c.is_uppercase() {
                out.upper += 1;
            } else if (c as u32) >= 0x590 && !c.is_lowercase() {
                out.foreign += 1;
            }
            word.push(c);
        } else if c.is_numeric() {
            out.digits += 1;
            word.push(c);
        } else {
            finish(&mut word, &mut out);
            match c {
                '.' | '!' | '?' | '…' => pending = true,
                '。' | '！' | '？' | '।' | '؟' | '۔' => {
                    out.sentences += 1;
                    last = c;
                    continue;
                }
                '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '‘' | '’' | '\'' => {
                    out.quotes += 1
                }
                c if super::rules::is_comma(c) => out.commas += 1,
                c if c.is_whitespace() => {
                    out.sentences += usize::from(pending);
                    pending = false;
                }
                _ => out.marks += 1,
            }
        }
        if !c.is_whitespace()
            && !matches!(c, '.' | '!' | '?' | '…' | '"' | '“' | '”' | '»' | '’' | '\'' | ')')
        {
            pending = false;
        }
        if !matches!(c, '"' | '“' | '”' | '»' | '’' | '\'' | ')' | ']' | '「' | '」') && !c.is_whitespace()
        {
            last = c;
        }
    }
    finish(&mut word, &mut out);
    out.sentences += usize::from(pending);
    out.end = match last {
        '.' | '!' | '?' | '…' | '。' | '！' | '？' | '।' | '؟' | '۔' => 2,
        ':' | ';' | '：' | ',' => 1,
        _ => 0,
    };
    let first = text.chars().find(|c| c.is_alphanumeric()).unwrap_or(' ');
    out.starts_lower = first.is_lowercase();
    out.starts_digit = first.is_numeric();
    out
}

fn finish(word: &mut String, out: &mut Stats) {
    if word.is_empty() {
        return;
    }
    out.words += 1;
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    out.capital += usize::from(capital);
    if word.len() <= 14 {
        let lower;
        let key = if capital {
            lower = word.to_lowercase();
            lower.as_str()
        } else {
            word.as_str()
        };
        out.stops += usize::from(STOP.binary_search(&key).is_ok());
    }
    word.clear();
}

impl Stats {
    /// Whether the text reads like running text, by its words.
    pub(super) fn is_prose(&self) -> bool {
        self.sentences > 0
            && (self.foreign * 2 > self.letters || self.stops as f64 > 0.12 * self.words as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP.windows(2).all(|w| w[0] <= w[1]), "{:?}", STOP.windows(2).find(|w| w[0] > w[1]));
    }

    #[test]
    fn counts() {
        let stats = stats("The river, it is said, rose. “Never before!” 12 men saw it");
        assert_eq!((stats.words, stats.commas, stats.sentences, stats.digits), (12, 2, 2, 2));
        assert_eq!((stats.end, stats.starts_lower), (0, false));
        assert!(stats.is_prose());
        assert!(super::stats("河水上涨，学校成为避难所。").is_prose());
        assert!(!super::stats("Home News Sport Weather").is_prose());
    }
}
