//! Spans of time as people say them.

use jiff::{SignedDuration, Timestamp};

/// A span in one unit, rounded down: `40 s`, `5 min`, `3 hours`, `1 day`, `9 months`.
/// Negative ones count as nothing.
pub fn lasting(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let (value, unit) = match seconds {
        s if s < 90 => return format!("{s} s"),
        s if s < 90 * 60 => return format!("{} min", s / 60),
        s if s < 48 * 3_600 => (s / 3_600, "hour"),
        s if s < 61 * 86_400 => (s / 86_400, "day"),
        s if s < 2 * 365 * 86_400 => (s / (365 * 7_200), "month"),
        s => (s / (365 * 86_400), "year"),
    };
    format!("{value} {unit}{}", if value == 1 { "" } else { "s" })
}

/// How long ago something was: `5 min ago`, `just now`.
pub fn ago(now: Timestamp, then: Timestamp) -> String {
    let span = now.duration_since(then);
    if span.as_secs() < 30 { "just now".to_owned() } else { format!("{} ago", lasting(span)) }
}

/// How long until something: `in 55 min`, `now` if its time has come.
pub fn until(now: Timestamp, then: Timestamp) -> String {
    let span = then.duration_since(now);
    if span.as_secs() < 1 { "now".to_owned() } else { format!("in {}", lasting(span)) }
}

/// `1 page`, `2 pages`
pub fn counted(count: usize, noun: &str) -> String {
    let (stem, plural) = match noun.strip_suffix('y') {
        Some(stem) if count != 1 => (stem, "ies"),
        _ => (noun, if count == 1 { "" } else { "s" }),
    };
    format!("{count} {stem}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        for (seconds, words) in [
            (-5, "0 s"),
            (89, "89 s"),
            (90, "1 min"),
            (3_600, "60 min"),
            (5_400, "1 hour"),
            (172_799, "47 hours"),
            (172_800, "2 days"),
            (59 * 86_400, "59 days"),
            (60 * 86_400, "60 days"),
            (61 * 86_400, "2 months"),
            (280 * 86_400, "9 months"),
            (800 * 86_400, "2 years"),
        ] {
            assert_eq!(lasting(SignedDuration::from_secs(seconds)), words);
        }
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
        assert_eq!(ago(now, now - SignedDuration::from_mins(5)), "5 min ago");
        assert_eq!(ago(now, now + SignedDuration::from_mins(5)), "just now");
        assert_eq!(until(now, now + SignedDuration::from_mins(55)), "in 55 min");
        assert_eq!(until(now, now), "now");
        assert_eq!(
            (counted(1, "entry"), counted(2, "entry")),
            ("1 entry".to_owned(), "2 entries".to_owned())
        );
        assert_eq!((counted(1, "poll"), counted(0, "poll")), ("1 poll".to_owned(), "0 polls".to_owned()));
    }
}
