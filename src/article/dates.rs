//! Dates as pages write them.

use crate::calendar::month;
use jiff::Timestamp;
use jiff::civil::Date;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;

/// A publication date: what to show, and the instant if the page gives one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Published {
    /// RFC 3339 with the page's own offset, or a date alone.
    pub(super) text: String,
    pub(super) instant: Option<Timestamp>,
}

struct Patterns {
    iso: Regex,
    compact: Regex,
    ideographic: Regex,
    era: Regex,
    vietnamese: Regex,
    year_name_day: Regex,
    day_name_year: Regex,
    name_day_year: Regex,
    numeric: Regex,
    time: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let new = |source: &str| Regex::new(source).ok();
    Some(Patterns {
        iso: new(
            r"\b((?:19|20)\d{2})([-/.])(\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}\b)?)?",
        )?,
        compact: new(r"^((?:19|20)\d{2})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?$")?,
        ideographic: new(r"((?:19|20)\d{2})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")?,
        era: new(r"(令和|平成|昭和|民國|民国)\s?(\d{1,3}|元)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")?,
        vietnamese: new(r"(?i)\b(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+(?:năm\s+)?((?:19|20)\d{2})\b")?,
        // Years of the Buddhist calendar begin with 25.
        day_name_year: new(
            r"(?i)\b(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s./-]{1,3}(?:de\s+|of\s+)?([\p{L}\p{M}]{2,14})\.?,?[\s./-]{1,3}(?:de\s+|del\s+)?((?:19|20|25)\d{2})\b",
        )?,
        name_day_year: new(
            r"(?i)\b([\p{L}\p{M}]{2,14})\.?\s+(\d{1,2})(?:st|nd|rd|th)?[,،]?\s+((?:19|20)\d{2})\b",
        )?,
        year_name_day: new(r"(?i)\b((?:19|20)\d{2})(?:\.|\s?m\.)?\s+([\p{L}\p{M}]{2,14})\.?\s+(\d{1,2})\b")?,
        numeric: new(r"\b(\d{1,2})([./-])\s?(\d{1,2})[./-]\s?((?:19|20)\d{2}|\d{2})\b")?,
        time: new(r"^[\s,]*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})")?,
    })
});

/// The first date in a piece of text. A number like 03/04 is read day first,
/// unless `month_first` or the numbers say otherwise.
pub(super) fn parse(text: &str, month_first: bool) -> Option<Published> {
    let patterns = PATTERNS.as_ref()?;
    let end = text.char_indices().nth(300).map_or(text.len(), |(at, _)| at);
    let text = western(text[..end].trim());
    let text = text.as_ref();
    let number =
        |c: &Captures<'_>, i: usize| c.get(i).and_then(|m| m.as_str().parse::<i32>().ok()).unwrap_or(0);
    let rest = |c: &Captures<'_>| c.get(0).map_or("", |m| &text[m.end()..]);
    if let Some(c) = patterns.iso.captures(text) {
        let date = date(number(&c, 1), number(&c, 3), number(&c, 4))?;
        let zone = c.get(8).map(|m| m.as_str());
        return Some(with_time(date, c.get(5).map(|_| (number(&c, 5), number(&c, 6), number(&c, 7))), zone));
    }
    if let Some(c) = patterns.compact.captures(text).or_else(|| patterns.ideographic.captures(text)) {
        return date(number(&c, 1), number(&c, 2), number(&c, 3)).map(|d| with_time(d, None, None));
    }
    if let Some(c) = patterns.era.captures(text) {
        let begins = match &c[1] {
            "令和" => 2018,
            "平成" => 1988,
            "昭和" => 1925,
            _ => 1911,
        };
        // The first year of an era is called its origin.
        return date(begins + number(&c, 2).max(1), number(&c, 3), number(&c, 4))
            .map(|d| with_time(d, None, None));
    }
    if let Some(c) = patterns.vietnamese.captures(text) {
        return date(number(&c, 3), number(&c, 2), number(&c, 1)).map(|d| with_time(d, None, None));
    }
    let timed = |date: Date, c: &Captures<'_>| {
        let time = patterns.time.captures(rest(c));
        let zone = time.as_ref().and_then(|t| t.get(4)).map(|m| m.as_str());
        with_time(date, time.as_ref().map(|t| (number(t, 1), number(t, 2), number(t, 3))), zone)
    };
    for c in patterns.day_name_year.captures_iter(text).take(5) {
        let year = number(&c, 3);
        let year = if year >= 2500 { year - 543 } else { year };
        if let Some(date) = named(&c[2]).and_then(|m| date(year, m, number(&c, 1))) {
            return Some(timed(date, &c));
        }
    }
    for c in patterns.name_day_year.captures_iter(text).take(5) {
        if let Some(date) = named(&c[1]).and_then(|m| date(number(&c, 3), m, number(&c, 2))) {
            return Some(timed(date, &c));
        }
    }
    for c in patterns.year_name_day.captures_iter(text).take(5) {
        if let Some(date) = named(&c[2]).and_then(|m| date(number(&c, 1), m, number(&c, 3))) {
            return Some(timed(date, &c));
        }
    }
    let c = patterns.numeric.captures(text)?;
    let (a, b, year) = (number(&c, 1), number(&c, 3), number(&c, 4));
    let year = if year < 100 { 2000 + year } else { year };
    let swap = b > 12 || (month_first && a <= 12 && &c[2] == "/");
    let (day, month) = if swap { (b, a) } else { (a, b) };
    date(year, month, day).map(|d| with_time(d, None, None))
}

/// Number of the month that is called so.
fn named(name: &str) -> Option<i32> {
    month(&name.to_lowercase()).map(i32::from)
}

/// Digits of other scripts as those of ASCII.
fn western(text: &str) -> Cow<'_, str> {
    const ZEROS: [char; 7] = ['٠', '۰', '０', '०', '০', '๐', '௦'];
    let digit = |c: char| {
        ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|n| *n < 10))
    };
    if text.is_ascii() || !text.chars().any(|c| digit(c).is_some()) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| digit(c).and_then(|n| char::from_digit(n, 10)).unwrap_or(c)).collect()
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    if !(1990..=2100).contains(&year) {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A time without an offset says nothing that could be trusted: the date stays.
fn with_time(date: Date, time: Option<(i32, i32, i32)>, zone: Option<&str>) -> Published {
    let alone = Published { text: date.to_string(), instant: None };
    let (Some((h, m, s)), Some(zone)) = (time, zone) else { return alone };
    let zone = match zone {
        "Z" | "UTC" | "GMT" => "Z".to_owned(),
        zone => {
            let digits: String = zone[1..].chars().filter(char::is_ascii_digit).collect();
            let minutes = digits.get(2..4).unwrap_or("00");
            format!("{}{}:{minutes}", &zone[..1], digits.get(..2).unwrap_or("00"))
        }
    };
    let text = format!("{date}T{h:02}:{m:02}:{s:02}{zone}");
    match text.parse::<Timestamp>() {
        Ok(instant) => Published { text, instant: Some(instant) },
        Err(_) => alone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_forms() {
        for (input, expected) in [
            ("2023-01-31", "2023-01-31"),
            ("2023-01-31T10:05:00+01:00", "2023-01-31T10:05:00+01:00"),
            ("2023-01-31T10:05:00.123Z", "2023-01-31T10:05:00Z"),
            ("2023-01-31T10:05+0100", "2023-01-31T10:05:00+01:00"),
            ("2023-01-31 10:05:00", "2023-01-31"),
            ("20230131", "2023-01-31"),
            ("Tue, 31 Jan 2023 10:05:00 GMT", "2023-01-31T10:05:00Z"),
            ("Published January 31st, 2023 at 10", "2023-01-31"),
            ("31. Januar 2023", "2023-01-31"),
            ("Stand: 31.01.2023, 10:05 Uhr", "2023-01-31"),
            ("le 31 janvier 2023", "2023-01-31"),
            ("31 de enero de 2023", "2023-01-31"),
            ("31 gennaio 2023", "2023-01-31"),
            ("31 января 2023", "2023-01-31"),
            ("31 stycznia 2023", "2023-01-31"),
            ("31 Ocak 2023", "2023-01-31"),
            ("2023年1月31日", "2023-01-31"),
            ("1/31/2023", "2023-01-31"),
            ("3/4/2023", "2023-04-03"),
            ("31. 1. 2023", "2023-01-31"),
            ("2023. január 31.", "2023-01-31"),
            ("2023 m. sausio 31 d.", "2023-01-31"),
            ("31 tháng 1, 2023", "2023-01-31"),
            ("令和5年1月31日", "2023-01-31"),
            ("令和元年6月1日", "2019-06-01"),
            ("民國112年1月31日", "2023-01-31"),
            ("2023년 1월 31일", "2023-01-31"),
            ("31 มกราคม 2566", "2023-01-31"),
            ("٣١ يناير ٢٠٢٣", "2023-01-31"),
            ("يناير 31، 2023", "2023-01-31"),
            ("31 בינואר 2023", "2023-01-31"),
            ("३१ जनवरी २०२३", "2023-01-31"),
            ("31 Ιανουαρίου 2023", "2023-01-31"),
        ] {
            assert_eq!(parse(input, false).map(|p| p.text).as_deref(), Some(expected), "{input}");
        }
        assert_eq!(parse("3/4/2023", true).map(|p| p.text).as_deref(), Some("2023-03-04"));
        for input in ["", "no date", "2023-13-45", "1.2.3", "January", "31 foo 2023", "1066-10-14"] {
            assert_eq!(parse(input, false), None, "{input}");
        }
    }
}
