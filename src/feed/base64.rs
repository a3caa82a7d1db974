//! Texts that come in base64: Atom 0.3 says so with `mode`, Atom 1.0 means it for
//! media types that are no text (RFC 4287 §4.1.3.3).

use super::names::Ns;
use super::text::legal;
use super::tree::Element;
use std::borrow::Cow;

/// The text of an element, out of base64 if it is in it; ends at about `max`
/// bytes. `None` for pictures and the like.
pub(super) fn text<'a>(el: Element<'_, 'a>, max: usize) -> Option<Cow<'a, str>> {
    if el.ns() != Ns::Atom || !is_meant(el) {
        return Some(el.text(max));
    }
    let raw = el.text(max.saturating_mul(2));
    let Some(bytes) = decode(&raw) else { return Some(raw) };
    let text = String::from_utf8(bytes).ok()?;
    // A text has no control characters, most other things have.
    let clean = matches!(legal(&text), Cow::Borrowed(_));
    clean.then_some(Cow::Owned(text))
}

fn is_meant(el: Element<'_, '_>) -> bool {
    if el.attr("mode").is_some_and(|mode| mode.eq_ignore_ascii_case("base64")) {
        return true;
    }
    el.attr("type").is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.contains('/') && !kind.starts_with("text/") && !kind.contains("xml") && !kind.contains("html")
    })
}

/// RFC 4648 §4, white space passed over; `None` if it is something else.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_usize);
    for b in text.trim().trim_end_matches('=').bytes().filter(|b| !b.is_ascii_whitespace()) {
        let six = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        count += 1;
        if count == 4 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match count {
        0 => {}
        2 => out.push(bits.to_be_bytes()[3] >> 4 | bits.to_be_bytes()[2] << 4),
        3 => out.extend_from_slice(&(bits << 6).to_be_bytes()[1..3]),
        _ => return None,
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_all_lengths() {
        for (coded, want) in [
            ("QQ==", Some("A")),
            ("QUI=", Some("AB")),
            ("QUJD", Some("ABC")),
            ("QUJDRA", Some("ABCD")),
            (" QU\nJD\n", Some("ABC")),
            ("QUJDR", None),
            ("QU<J", None),
            ("", None),
        ] {
            assert_eq!(decode(coded).as_deref(), want.map(str::as_bytes), "{coded}");
        }
    }
}
