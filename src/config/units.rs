//! Durations and sizes with their units.

use std::time::Duration;

const SPANS: [(&str, u64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

const SIZES: [(&str, u64); 8] = [
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// `90s`, `1h30m`, `7d`: whole numbers with units, the largest unit first, each once.
///
/// The error says what is wrong without repeating the text.
pub fn duration(text: &str) -> Result<Duration, String> {
    let mut rest = text;
    let mut total: u64 = 0;
    let mut smallest_so_far = u64::MAX;
    plain_number(text, "90s")?;
    while !rest.is_empty() {
        let (number, after) = digits(rest, "90s")?;
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        if unit.is_empty() {
            return Err(match after.is_empty() {
                true => "the last number has no unit; write for example \"1h30m\"".into(),
                false => {
                    "not a duration; write whole numbers with units, for example \"90s\" or \"1h30m\"".into()
                }
            });
        }
        let Some(&(_, factor)) = SPANS.iter().find(|(name, _)| *name == unit) else {
            return Err("unknown unit; the units are ms, s, m, h, d and w, for example \"90s\"".into());
        };
        if factor >= smallest_so_far {
            return Err("each unit once, the largest first, for example \"1h30m\"".into());
        }
        smallest_so_far = factor;
        let part = number.checked_mul(factor).ok_or("too long")?;
        total = total.checked_add(part).ok_or("too long")?;
        rest = after;
    }
    Ok(Duration::from_millis(total))
}

/// `500KiB`, `10MiB`, `1GB`: a whole number with a unit, in bytes.
///
/// The error says what is wrong without repeating the text.
pub(super) fn size(text: &str) -> Result<u64, String> {
    plain_number(text, "10MiB")?;
    let (number, unit) = digits(text, "10MiB")?;
    let Some(&(_, factor)) = SIZES.iter().find(|(name, _)| *name == unit) else {
        return Err(
            "unknown unit; the units are B, KiB, MiB, GiB, kB, MB and GB, for example \"10MiB\"".into()
        );
    };
    number.checked_mul(factor).ok_or_else(|| "too large".into())
}

/// Refuses what is common to both: nothing, blanks, signs, fractions and numbers without a unit.
fn plain_number(text: &str, example: &str) -> Result<(), String> {
    let wrong = if text.is_empty() {
        "empty"
    } else if text.chars().any(char::is_whitespace) {
        "blanks are not allowed"
    } else if text.starts_with('-') {
        "below zero"
    } else if text.bytes().all(|b| b.is_ascii_digit()) {
        "the unit is missing"
    } else if text.contains(['.', ',']) && text.starts_with(|c: char| c.is_ascii_digit()) {
        "fractions are not allowed, only whole numbers"
    } else {
        return Ok(());
    };
    Err(format!("{wrong}; write for example \"{example}\""))
}

/// The number at the beginning and what follows it.
fn digits<'t>(text: &'t str, example: &str) -> Result<(u64, &'t str), String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    if number.is_empty() {
        return Err(format!("not a whole number with a unit; write for example \"{example}\""));
    }
    Ok((number.parse().map_err(|_| "the number is too large")?, rest))
}

/// A duration the way it would be written: `1h30m`.
pub(super) fn show(span: Duration) -> String {
    let mut rest = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, factor) in &SPANS[1..] {
        if rest >= *factor {
            text.push_str(&format!("{}{unit}", rest / factor));
            rest %= factor;
        }
    }
    if text.is_empty() { "0s".into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, millis) in [
            ("90s", 90_000),
            ("30m", 1_800_000),
            ("1h30m", 5_400_000),
            ("7d", 604_800_000),
            ("2w", 1_209_600_000),
            ("250ms", 250),
            ("1m500ms", 60_500),
            ("0s", 0),
            ("007s", 7_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in [
            "",
            "5",
            "s",
            "-5s",
            "+5s",
            "1.5h",
            "1,5h",
            "5 m",
            " 5m",
            "5M",
            "5min",
            "30m1h",
            "1h1h",
            "1h30",
            "5m!",
            "½h",
            "99999999999999999999s",
            "9999999999999999999w",
            "18446744073709551615ms1",
            "5µs",
            "1h-5m",
            "٣s",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("100B", 100),
            ("500KiB", 512_000),
            ("10MiB", 10 << 20),
            ("1GiB", 1 << 30),
            ("5kB", 5_000),
            ("5KB", 5_000),
            ("2MB", 2_000_000),
            ("1GB", 1_000_000_000),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in
            ["", "10", "MiB", "1.5MiB", "-1MiB", "10 MiB", "10mib", "10M", "10TiB", "18446744073709551615KiB"]
        {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shown_as_written() {
        for text in ["90d", "1h30m", "5m", "250ms", "1d1ms"] {
            assert_eq!(show(duration(text).unwrap()), text);
        }
        assert_eq!(show(Duration::ZERO), "0s");
    }
}
