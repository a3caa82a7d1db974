//! Numbers as people read them.

/// `12,345`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 entry`, `1,200 entries`
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// Powers of ten, three digits at most: `999 bytes`, `1.2 kB`, `34 MB`.
pub(super) fn size(bytes: u64) -> String {
    let mut value = bytes;
    let mut rest = 0;
    for unit in ["bytes", "kB", "MB", "GB", "TB", "PB"] {
        if value < 1000 {
            let tenth = rest / 100;
            let small = unit != "bytes" && value < 10 && tenth > 0;
            return if small { format!("{value}.{tenth} {unit}") } else { format!("{value} {unit}") };
        }
        (value, rest) = (value / 1000, value % 1000);
    }
    format!("{} EB", grouped(value))
}

/// Rounded to whole percents, but neither to 0 nor to 100 unless it is exact.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let share = (u128::from(part) * 200 + u128::from(whole)) / (u128::from(whole) * 2);
    let share = if part == 0 || part == whole { share } else { share.clamp(1, 99) };
    format!("{share}\u{202f}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(
            (counted(1, "entry", "entries"), counted(0, "entry", "entries")),
            ("1 entry".into(), "0 entries".into())
        );
        for (bytes, text) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1000, "1 kB"),
            (1_250, "1.2 kB"),
            (34_999_999, "34 MB"),
            (u64::MAX, "18 EB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        for (part, whole, text) in [
            (0, 0, "–"),
            (0, 9, "0\u{202f}%"),
            (1, 999, "1\u{202f}%"),
            (998, 999, "99\u{202f}%"),
            (2, 3, "67\u{202f}%"),
            (9, 9, "100\u{202f}%"),
        ] {
            assert_eq!(percent(part, whole), text);
        }
        assert_eq!(percent(u64::MAX, u64::MAX), "100\u{202f}%");
    }
}
