//! Character references (WHATWG HTML §13.2.5.72 and following).

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use std::borrow::Cow;

/// Longest name in the table is 33 bytes with its semicolon.
const LONGEST_NAME: usize = 34;

/// Decodes character references once. In an attribute's value, a name without
/// its semicolon that is followed by `=` or a letter or digit stays as it is.
pub fn decode(text: &str, in_attribute: bool) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    loop {
        match reference(rest, in_attribute) {
            Some((chars, used)) => {
                out.extend(chars.into_iter().flatten());
                rest = &rest[used..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
        let next = rest.find('&').unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
        if rest.is_empty() {
            return Cow::Owned(out);
        }
    }
}

type Decoded = ([Option<char>; 2], usize);

/// The reference at the start of `text`, which begins with `&`, and its length.
fn reference(text: &str, in_attribute: bool) -> Option<Decoded> {
    match text.as_bytes().get(1)? {
        b'#' => numeric(text),
        b if b.is_ascii_alphanumeric() => named(text, in_attribute),
        _ => None,
    }
}

fn numeric(text: &str) -> Option<Decoded> {
    let bytes = text.as_bytes();
    let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
    let (start, radix) = if hex { (3, 16) } else { (2, 10) };
    let is_digit = |b: &u8| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
    let digits = bytes[start..].iter().take_while(|b| is_digit(b)).count();
    if digits == 0 {
        return None;
    }
    let mut code = 0u32;
    for b in &bytes[start..start + digits] {
        let digit = char::from(*b).to_digit(radix).unwrap_or(0);
        code = code.saturating_mul(radix).saturating_add(digit);
    }
    let end = start + digits;
    let used = end + usize::from(bytes.get(end) == Some(&b';'));
    let replaced = match code {
        0x80..=0x9f => C1_REPLACEMENTS[(code - 0x80) as usize],
        _ => None,
    };
    let c = replaced.or_else(|| char::from_u32(code)).filter(|&c| c != '\0').unwrap_or('\u{fffd}');
    Some(([Some(c), None], used))
}

fn named(text: &str, in_attribute: bool) -> Option<Decoded> {
    let bytes = text.as_bytes();
    let mut best = None;
    for end in 2..=bytes.len().min(LONGEST_NAME) {
        if !bytes[end - 1].is_ascii() {
            break;
        }
        match NAMED_ENTITIES.get(&text[1..end]) {
            None => break,
            Some((0, _)) => {}
            Some(&(a, b)) => best = Some((end, a, b)),
        }
    }
    let (end, a, b) = best?;
    let follows = bytes.get(end).copied().unwrap_or(b' ');
    if in_attribute && bytes[end - 1] != b';' && (follows == b'=' || follows.is_ascii_alphanumeric()) {
        return None;
    }
    let second = if b == 0 { None } else { char::from_u32(b) };
    Some(([char::from_u32(a), second], end))
}

/// Whether a character may stand in XML 1.0 (§2.2) and is no control character
/// that a person could be fooled with: C0 but for tab and line ends, C1, DEL,
/// embeddings, overrides and isolates of the bidirectional algorithm,
/// interlinear annotation, non-characters.
pub(super) fn is_clean(c: char) -> bool {
    !matches!(c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}'
        | '\u{feff}' | '\u{fdd0}'..='\u{fdef}')
        && (c as u32) & 0xfffe != 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (input, expected) in [
            ("a &amp; b", "a & b"),
            ("&amp;lt;", "&lt;"),
            ("&lt;b&gt;", "<b>"),
            ("&eacute;&#233;&#xE9;&#XE9", "éééé"),
            ("&copy 2020 &copyfoo", "© 2020 ©foo"),
            ("&notit; &notin;", "¬it; ∉"),
            ("&#128; &#x80;", "€ €"),
            ("&#0;&#xD800;&#x110000;&#99999999999999;", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("&;&#;&#x;&nix;& &", "&;&#;&#x;&nix;& &"),
            ("&ä; fish&chips", "&ä; fish&chips"),
        ] {
            assert_eq!(decode(input, false), expected, "{input}");
        }
        assert_eq!(decode("?a=1&copy=2&lt=3&amp;x&lt;", true), "?a=1&copy=2&lt=3&x<");
    }

    #[test]
    fn clean_characters() {
        assert!(['a', '\n', '\t', 'é', '\u{200d}', '\u{10fffd}'].into_iter().all(is_clean));
        assert!(
            !['\0', '\u{1b}', '\u{9b}', '\u{202e}', '\u{fffe}', '\u{ffff}', '\u{1ffff}']
                .into_iter()
                .any(is_clean)
        );
    }
}
