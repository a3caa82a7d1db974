//! Numbers, however they are written: `1,200`, `1.200`, `1 200`, `twelve hundred`.

use super::letters::push_folded;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Small numbers in words, a line a number. Words that mean something else as often
/// (`one`, `un`, `sei`) are left out.
const WORDS: &str = include_str!("numbers.txt");

/// Joined forms are made of the small ones: a line a language, tens first or units first.
const TENS_FIRST: &[(&str, &str)] = &[
    (
        "",
        "twenty thirty forty fifty sixty seventy eighty ninety|one two three four five six seven eight nine",
    ),
    (
        "",
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta|uno due tre quattro cinque sei sette otto nove",
    ),
    ("", "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio|en två tre fyra fem sex sju åtta nio"),
    (
        "",
        "vingt trente quarante cinquante soixante septante quatrevingt nonante|un deux trois quatre cinq six sept huit neuf",
    ),
    ("et", "vingt trente quarante cinquante soixante|un"),
];
const UNITS_FIRST: &[(&str, &str)] = &[
    (
        "und",
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig|ein zwei drei vier fünf sechs sieben acht neun",
    ),
    (
        "en",
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig|een twee drie vier vijf zes zeven acht negen",
    ),
];
/// Above sixty and eighty the French go on to nineteen.
const FRENCH: &str = "dix onze douze treize quatorze quinze seize dixsept dixhuit dixneuf";
/// What stands in the middle of a joined word for hundreds.
const HUNDRED: &[&str] = &["hundert", "honderd", "cento", "hundra"];

/// A number as it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// As [`significant`] leaves it.
    pub(super) digits: u64,
    /// What stands before the decimals; the largest where it doesn't fit.
    whole: u32,
    /// The only decimal.
    tenths: Option<u8>,
}

impl Number {
    pub(super) fn of(value: u64) -> Self {
        Self { digits: significant(value), whole: u32::try_from(value).unwrap_or(u32::MAX), tenths: None }
    }

    /// Half more than a whole number.
    pub(super) fn and_a_half(value: u64) -> Self {
        let whole = u32::try_from(value).unwrap_or(u32::MAX);
        Self { digits: value.saturating_mul(10).saturating_add(5), whole, tenths: Some(5) }
    }

    /// Whether one is the other without its decimal: `12.4`, `more than 12`. Of numbers
    /// below ten too little is left.
    pub(super) fn rounds(self, other: Self) -> bool {
        let (fine, tenths, coarse) = match (self.tenths, other.tenths) {
            (Some(tenths), None) => (self.whole, tenths, other.whole),
            (None, Some(tenths)) => (other.whole, tenths, self.whole),
            _ => return false,
        };
        fine >= 10 && (coarse == fine || (tenths >= 5 && coarse.checked_sub(1) == Some(fine)))
    }
}

static BY_WORD: LazyLock<HashMap<String, u64>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    let folded = |word: &str| {
        let mut folded = String::new();
        word.chars().for_each(|c| push_folded(c, &mut folded));
        folded
    };
    for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(value) = words.next().and_then(|digits| digits.parse().ok()) else { continue };
        map.extend(words.map(|word| (folded(word), value)));
    }
    let lines = [(TENS_FIRST, true), (UNITS_FIRST, false)];
    for ((joint, words), tens_first) in lines.iter().flat_map(|(l, first)| l.iter().map(move |l| (l, first)))
    {
        let Some((tens, units)) = words.split_once('|') else { continue };
        for (ten, value) in tens.split(' ').zip((20..).step_by(10)) {
            for (unit, ones) in units.split(' ').zip(1..) {
                let word = if *tens_first { [ten, joint, unit] } else { [unit, joint, ten] };
                map.insert(folded(&word.concat()), value + ones);
            }
        }
    }
    for (teen, value) in FRENCH.split(' ').zip(10..) {
        map.insert(format!("soixante{teen}"), 60 + value);
        map.insert(format!("quatrevingt{teen}"), 80 + value);
    }
    // The vowel before `uno` and `otto` is dropped.
    for (ten, value) in ["vent", "trent", "quarant", "cinquant", "sessant", "settant", "ottant", "novant"]
        .iter()
        .zip((20..).step_by(10))
    {
        map.extend([(format!("{ten}uno"), value + 1), (format!("{ten}otto"), value + 8)]);
    }
    map
});

/// The number that a normalised word names.
pub(super) fn named(word: &str) -> Option<u64> {
    match word.len() {
        ..=28 if let Some(value) = BY_WORD.get(word) => Some(*value),
        9..=40 => hundreds(word),
        _ => None,
    }
}

/// `zweihundertfünfzig`, `duecentoquaranta`.
fn hundreds(word: &str) -> Option<u64> {
    let (before, after) = HUNDRED.iter().find_map(|hundred| word.split_once(hundred))?;
    let value = |part: &str| BY_WORD.get(part.strip_prefix("und").unwrap_or(part)).copied();
    let many = if before.is_empty() || before == "ein" { 1 } else { value(before)? };
    let rest = if after.is_empty() { 0 } else { value(after)? };
    (many < 20 && rest < 100).then_some(many * 100 + rest)
}

/// Two number words in a row as one number: `forty two`, `cent quarante`, `two hundred`.
pub(super) fn compound(before: u64, value: u64) -> Option<u64> {
    match (before, value) {
        (2..20, 100) => Some(before * 100),
        _ if value < 100 && before >= 100 && before.is_multiple_of(100) => Some(before + value),
        _ if value < 10 && before >= 20 && before.is_multiple_of(10) => Some(before + value),
        // As the French count.
        (60 | 80, 10..20) => Some(before + value),
        _ => None,
    }
}

/// One, which is counted only behind tens and hundreds: elsewhere it is an article.
fn is_one(word: &str) -> bool {
    matches!(
        word,
        "one" | "un" | "une" | "uno" | "una" | "um" | "uma" | "bir" | "jeden" | "один" | "одна" | "одного"
    )
}

/// What stands between the words of one number.
pub(super) fn joins(word: &str) -> bool {
    matches!(word, "and" | "a" | "et" | "y" | "e" | "i" | "och" | "en" | "een" | "с" | "со" | "و")
}

/// Whether a hundred behind it is no number: `per cent`.
pub(super) fn is_per(word: &str) -> bool {
    matches!(word, "per" | "por" | "pour" | "pro")
}

/// A word that is a number only behind another one: a teen of Arabic, a hundred of French.
pub(super) fn behind(before: u64, word: &str) -> Option<u64> {
    match word {
        "عشر" | "عشره" if before < 10 => Some(before + 10),
        "cents" if (2..10).contains(&before) => Some(before * 100),
        _ if is_one(word) => compound(before, 1),
        // The units come first and the tens have their `and` in front.
        _ => match word.strip_prefix('و').and_then(named)? {
            tens @ 20..100 if before < 10 => Some(before + tens),
            rest => compound(before, rest),
        },
    }
}

/// The half with its `and`.
pub(super) fn is_and_a_half(word: &str) -> bool {
    matches!(word, "bucuk" | "ونصف")
}

/// The half in `three and a half`.
pub(super) fn is_half(word: &str) -> bool {
    let romance = matches!(word, "demi" | "demie" | "medio" | "media" | "mezzo" | "mezza" | "meio" | "meia");
    romance || matches!(word, "half" | "halv" | "halve" | "poł" | "половинои" | "نصف")
}

/// How many bytes of what follows an hour join it with its minutes: `6h30`, `6 h 30`, `6 Uhr 30`, `6时30`.
pub(super) fn hour_joint(text: &str) -> Option<usize> {
    const HOURS: &[&str] = &["heures ", "Uhr ", "uur ", "h", "H", "ч", "u", "时", "時", "点"];
    let rest = text.trim_start_matches([' ', '\u{a0}']);
    let behind = HOURS.iter().find_map(|sign| rest.strip_prefix(sign))?;
    let minutes = behind.trim_start_matches([' ', '.']);
    let digits = minutes.bytes().take_while(u8::is_ascii_digit).count();
    (digits == 2 && minutes.as_bytes().first() < Some(&b'6')).then(|| text.len() - minutes.len())
}

/// What two ways of writing a number have in common: its digits without zeros at the
/// end, so that `1.5` (million) is `1,500,000`.
pub(super) fn significant(mut value: u64) -> u64 {
    while value != 0 && value.is_multiple_of(10) {
        value /= 10;
    }
    value
}

/// Groups of digits with signs between them as numbers: thousands and decimals are
/// parts of one number, the parts of a date are numbers of their own.
pub(super) fn read(groups: &[String], mut found: impl FnMut(Number)) {
    let thousands = groups.len() > 1
        && (1..=3).contains(&groups[0].len())
        && groups[1..groups.len() - 1].iter().all(|group| group.len() == 3);
    if groups.len() <= 2 || (thousands && groups.last().is_some_and(|last| last.len() != 4)) {
        let mut number = Number::of(value(&groups.concat()));
        if let [whole, tenths] = groups
            && tenths.len() == 1
        {
            number.whole = whole.parse().unwrap_or(u32::MAX);
            number.tenths = tenths.parse().ok();
        } else {
            number.whole = groups.concat().parse().unwrap_or(u32::MAX);
        }
        found(number);
    } else {
        groups.iter().filter(|group| !group.is_empty()).for_each(|group| {
            found(Number { whole: group.parse().unwrap_or(u32::MAX), ..Number::of(value(group)) });
        });
    }
}

fn value(digits: &str) -> u64 {
    let digits = digits.trim_matches('0');
    // Longer ones are serial numbers: their beginning tells them apart.
    digits.get(..18).unwrap_or(digits).parse().unwrap_or(0)
}

/// Whether the same digits stand in both, differently divided: `21.400`, `21 thousand 400`.
pub(super) fn same_digits(a: &[u64], b: &[u64]) -> bool {
    let digits = |numbers: &[u64]| numbers.iter().map(u64::to_string).collect::<String>();
    digits(a) == digits(b)
}

/// Whether two numbers may be one: times of day are written with 12 and 24 hours.
pub(super) fn agree(a: u64, b: u64) -> bool {
    let (low, high) = (a.min(b), a.max(b));
    low == high || (low < 12 && high == low + 12) || (low < 1260 && [120, 1200].contains(&(high - low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded() {
        let number = |whole: &str, tenths: &str| {
            let mut found = Vec::new();
            let groups: Vec<String> =
                [whole, tenths].into_iter().filter(|g| !g.is_empty()).map(str::to_owned).collect();
            read(&groups, |number| found.push(number));
            found[0]
        };
        for (tenths, coarse, same) in
            [("4", "12", true), ("4", "13", false), ("6", "13", true), ("6", "12", true), ("4", "120", false)]
        {
            assert_eq!(number("12", tenths).rounds(number(coarse, "")), same, "12.{tenths} {coarse}");
            assert_eq!(number(coarse, "").rounds(number("12", tenths)), same, "12.{tenths} {coarse}");
        }
        // A rate from 4.5 to 4 is not one from 4 to 3.5; two decimals may be minutes.
        assert!(!number("4", "5").rounds(number("4", "")) && !number("16", "30").rounds(number("16", "")));
        assert!(!number("12", "4").rounds(number("12", "6")) && !number("120", "").rounds(number("124", "")));
    }

    fn numbers(groups: &[&str]) -> Vec<u64> {
        let groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
        let mut found = Vec::new();
        read(&groups, |number| found.push(number.digits));
        found
    }

    #[test]
    fn ways_of_writing() {
        assert_eq!(numbers(&["1", "200"]), numbers(&["1200"]));
        assert_eq!(numbers(&["1", "5"]), numbers(&["1", "500", "000"]));
        assert_eq!(numbers(&["1", "234", "567", "89"]), [123456789]);
        assert_eq!(numbers(&["04", "03", "2026"]), [4, 3, 2026]);
        assert_eq!(named("zwei"), named("dos"));
        assert_eq!(named("twenty"), Some(20));
        assert_eq!(named("the"), None);
        assert_eq!(numbers(&["1", "7", ""]), [1, 7]);
        assert!(same_digits(&[214], &[21, 4]) && !same_digits(&[214], &[21, 5]));
        assert_eq!([named("zweihundertfünfzig"), named("duecentoquaranta")], [None, Some(240)]);
        assert_eq!([named("zweihundertfunfzig"), named("hunderteinundzwanzig")], [Some(250), Some(121)]);
        assert_eq!(
            [named("quatrevingtdixsept"), named("ventuno"), named("dreiundzwanzig")],
            [Some(97), Some(21), Some(23)]
        );
        assert_eq!([named("hundertschaft"), named("centocelle"), named("achtung")], [None; 3]);
        assert!(agree(3, 15) && agree(33, 153) && !agree(12, 15));
    }
}
