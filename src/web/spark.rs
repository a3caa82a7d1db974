//! Thirty days in a word-sized picture.

use super::number::counted;
use super::time;
use crate::model::DAYS;
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};
use std::fmt::Write;

/// Units of the picture between two days.
const STEP: usize = 4;
const HEIGHT: u16 = 24;

/// New entries on each of the last days, today last, as a row of bars. What it
/// shows is in its title and description in words.
pub(super) fn spark(days: &[u16; DAYS], now: Timestamp) -> Markup {
    let width = DAYS * STEP;
    let most = days.iter().copied().max().unwrap_or(0);
    let mut bars = String::new();
    for (number, &count) in days.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = (u32::from(count) * u32::from(HEIGHT - 2) / u32::from(most)).max(2);
        // Writing to a string can't fail.
        let _ = write!(bars, "M{} {HEIGHT}v-{height}", number * STEP + STEP / 2);
    }
    let (title, words) = describe(days, now);
    html! {
        svg.spark.flat[bars.is_empty()] viewBox={ "0 0 " (width) " " (HEIGHT) } role="img" preserveAspectRatio="none" {
            title { (title) }
            desc { (words) }
            path.base d={ "M0 " (HEIGHT) "H" (width) } {}
            @if !bars.is_empty() { path d=(bars) {} }
        }
    }
}

/// Title and description.
pub(super) fn describe(days: &[u16; DAYS], now: Timestamp) -> (String, String) {
    let sum: u64 = days.iter().copied().map(u64::from).sum();
    let title = format!("{} in {DAYS} days", counted(sum, "new entry", "new entries"));
    // The first of the busiest days.
    let busiest = days.iter().enumerate().rev().max_by_key(|(_, count)| **count);
    let words = match busiest {
        Some((number, &most)) if most > 0 => {
            let back = i64::try_from(DAYS - 1 - number).unwrap_or_default();
            let date = time::date(now).saturating_sub(back.days());
            format!("Most on {}: {most}. Today: {}.", time::day(date), days[DAYS - 1])
        }
        _ => "Nothing new on any of them.".to_owned(),
    };
    (title, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_shows() {
        let now: Timestamp = "2026-11-24T02:41:05Z".parse().unwrap();
        let mut days = [0; DAYS];
        assert_eq!(
            describe(&days, now),
            ("0 new entries in 30 days".into(), "Nothing new on any of them.".into())
        );
        assert!(!spark(&days, now).0.contains("NaN"));
        days[DAYS - 1] = 2;
        days[DAYS - 13] = u16::MAX;
        let (title, words) = describe(&days, now);
        assert_eq!(title, "65,537 new entries in 30 days");
        assert_eq!(words, "Most on 12 November: 65535. Today: 2.");
        let markup = spark(&days, now).0;
        assert!(markup.contains("M70 24v-22M118 24v-2"), "{markup}");
        let earliest = describe(&days, Timestamp::MIN).1;
        assert!(earliest.starts_with("Most on "), "{earliest}");
    }
}
