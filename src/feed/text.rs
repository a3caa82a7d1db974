//! Character references, illegal characters and short values.

use super::entities::Entities;
use html5ever::data::NAMED_ENTITIES;
use std::borrow::Cow;

/// Resolves character references once: the five of XML, HTML's names, numbers.
/// What is no reference (a bare `&`) stays. Characters that XML forbids
/// (XML 1.0 §2.2) do not come out, however they were written.
pub(super) fn decode(raw: &str) -> Cow<'_, str> {
    decode_with(raw, &Entities::default(), usize::MAX)
}

/// The same with the entities that a document declares. It ends soon after `max` bytes.
pub(super) fn decode_with<'a>(raw: &'a str, entities: &Entities<'_>, max: usize) -> Cow<'a, str> {
    // No reference is much longer than what it stands for.
    let raw = head(raw, max.saturating_mul(40));
    let Some(first) = raw.find('&') else { return legal(head(raw, max)) };
    let mut out = String::with_capacity(raw.len().min(max));
    out.push_str(head(&raw[..first], max));
    let mut rest = &raw[first..];
    while let Some(at) = rest.find('&').filter(|_| out.len() < max) {
        out.push_str(head(&rest[..at], max));
        rest = &rest[at..];
        if let Some((value, len)) = entities.resolve(rest) {
            out.push_str(value);
            rest = &rest[len..];
            continue;
        }
        match reference(rest) {
            Some((chars, len)) => {
                out.extend(chars.into_iter().flatten());
                rest = &rest[len..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    if out.len() < max {
        out.push_str(head(rest, max));
    }
    match legal(&out) {
        Cow::Borrowed(_) => Cow::Owned(out),
        Cow::Owned(clean) => Cow::Owned(clean),
    }
}

/// The characters of the reference that `text` begins with, and its length.
pub(super) fn reference(text: &str) -> Option<([Option<char>; 2], usize)> {
    if !text.as_bytes().get(1).is_some_and(|&b| b == b'#' || b.is_ascii_alphabetic()) {
        return None;
    }
    // The longest name that HTML knows has 31 letters.
    let end = text.bytes().take(36).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let one = |c: char| Some(([Some(c), None], end + 1));
    match name {
        "amp" => return one('&'),
        "lt" => return one('<'),
        "gt" => return one('>'),
        "quot" => return one('"'),
        "apos" => return one('\''),
        _ => {}
    }
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(([character(code), None], end + 1));
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let &(first, second) = NAMED_ENTITIES.get(&text[1..=end])?;
    let second = if second == 0 { None } else { char::from_u32(second) };
    (first != 0).then(|| ([char::from_u32(first), second], end + 1))
}

/// A character by its number; 0x80 to 0x9F mean windows-1252, as in HTML.
fn character(code: u32) -> Option<char> {
    if let 0x80..=0x9f = code {
        let byte = [u8::try_from(code).ok()?];
        return encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next();
    }
    char::from_u32(code).filter(|&c| is_legal(c))
}

fn is_legal(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\x7f' | '\u{fffe}' | '\u{ffff}')
}

/// Without the characters that XML forbids.
pub(super) fn legal(text: &str) -> Cow<'_, str> {
    // In pieces, so that the compiler can look at many bytes at once.
    let suspicious =
        |b: u8| (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r') | (b == 0x7f) | (b == 0xef);
    let any = |piece: &[u8]| piece.iter().fold(false, |found, &b| found | suspicious(b));
    if !text.as_bytes().chunks(1024).any(any) || text.chars().all(is_legal) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|&c| is_legal(c)).collect())
}

/// Writes `text` so that it stands as text in HTML or XML.
pub(super) fn escape(text: &str, out: &mut String) {
    let mut done = 0;
    for (at, b) in text.bytes().enumerate() {
        let reference = match b {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(&text[done..at]);
        out.push_str(reference);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// Plain text as HTML: escaped, line breaks kept.
pub(super) fn text_to_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (i, line) in text.trim().lines().enumerate() {
        if i > 0 {
            out.push_str("<br>\n");
        }
        escape(line, &mut out);
    }
    out
}

/// Text that was UTF-8, taken for windows-1252 and encoded again ("KÃ¶ln") as it
/// once was. Only if all of it fits, so that real text is never touched.
pub(super) fn mend_mojibake(text: &str) -> Option<String> {
    if text.is_ascii() || !text.contains(|c: char| ('\u{c2}'..='\u{f4}').contains(&c)) {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(windows_1252_byte).collect();
    String::from_utf8(bytes?).ok()
}

/// The byte a character was read from; control characters count as Latin-1.
fn windows_1252_byte(c: char) -> Option<u8> {
    if c <= '\u{ff}' {
        return u8::try_from(c).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, bad) = encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    bytes.first().copied().filter(|_| !bad)
}

/// The beginning of `text`, at most `max` bytes, cut between characters.
pub(super) fn head(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max.min(text.len()))]
}

/// White space folded to single blanks, at most `max` bytes; `None` if nothing is left.
pub(super) fn one_line(text: &str, max: usize) -> Option<String> {
    let mut out = String::with_capacity(text.len().min(max));
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > max {
            out.truncate(out.floor_char_boundary(max));
            break;
        }
    }
    (!out.is_empty()).then_some(out)
}

/// At most `max` bytes, never ending inside a tag.
pub(super) fn cut_html(html: &str, max: usize) -> &str {
    let kept = head(html, max);
    match kept.rfind('<') {
        Some(open) if kept.len() < html.len() && !kept[open..].contains('>') => &kept[..open],
        _ => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (raw, want) in [
            ("a &amp; b &lt;i&gt; &quot;&apos;", "a & b <i> \"'"),
            ("&eacute;&nbsp;&hellip;", "é\u{a0}…"),
            ("&#233;&#xe9;&#XE9;", "ééé"),
            ("&#146;&#x93;", "’“"),
            ("AT&T, a & b, &; &#; &#x; &nosuch;", "AT&T, a & b, &; &#; &#x; &nosuch;"),
            ("&amp;amp;", "&amp;"),
            ("a&#0;b&#8;c&#xFFFE;d&#xD800;e", "abcde"),
            ("a\u{0}b\u{1b}c\u{ffff}d", "abcd"),
            ("é&amp;", "é&"),
        ] {
            assert_eq!(decode(raw), want, "{raw}");
        }
    }

    #[test]
    fn mojibake() {
        assert_eq!(mend_mojibake("KÃ¶ln: StraÃ\u{9f}en").as_deref(), Some("Köln: Straßen"));
        assert_eq!(mend_mojibake("donâ€™t").as_deref(), Some("don’t"));
        for right in ["Köln", "Ãngström", "plain", "„KÃ¶ln“", "été"] {
            assert_eq!(mend_mojibake(right), None, "{right}");
        }
    }

    #[test]
    fn lines() {
        assert_eq!(one_line("  a \n b\t", 100).as_deref(), Some("a b"));
        assert_eq!(one_line(" \n ", 100), None);
        assert_eq!(one_line("ääää", 5).as_deref(), Some("ää"));
        assert_eq!(text_to_html("1 < 2\nb"), "1 &lt; 2<br>\nb");
    }
}
