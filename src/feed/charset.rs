//! Bytes to text: byte order mark, then `Content-Type`, then the XML declaration
//! (RFC 7303 §3, XML 1.0 appendix F), then a guess. All of them lie at times, so
//! what the bytes themselves say is listened to.

use super::repairs;
use crate::html::charset;
use crate::model::Warning;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Text, and what was odd about its encoding.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) warning: Option<Warning>,
}

/// Decodes a document. Never fails: bytes that make no sense become U+FFFD.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some(text) = utf32(bytes) {
        return Decoded { text: text.into(), warning: None };
    }
    if let Some((encoding, len)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[len..], None);
    }
    if let Some(encoding) = utf16_by_nuls(bytes) {
        return with(encoding, bytes, None);
    }
    let http = content_type.and_then(charset::of_content_type);
    let xml = declared(bytes);
    let wanted = [http.as_deref(), xml.as_deref()].into_iter().flatten().find_map(usable);
    if let Ok(text) = std::str::from_utf8(bytes)
        && wanted.is_none_or(|encoding| encoding == UTF_8 || !believable(encoding, bytes, text))
    {
        let lie = wanted.filter(|e| *e != UTF_8 && !text.is_ascii());
        let warning = lie.map(|e| warning(format!("declared as {}, but it is UTF-8", e.name())));
        return Decoded { text: text.into(), warning };
    }
    match wanted {
        Some(encoding) if encoding == UTF_8 => broken_utf8(bytes, xml.as_deref().and_then(usable)),
        Some(encoding) => declared_text(encoding, xml.as_deref().and_then(usable), bytes),
        // Without a declaration XML is UTF-8.
        None => broken_utf8(bytes, None),
    }
}

/// Valid UTF-8 that was declared as something else: can that be true?
fn believable(encoding: &'static Encoding, bytes: &[u8], text: &str) -> bool {
    let foreign = text.chars().filter(|c| !c.is_ascii()).take(10).count();
    // Without any, only escape sequences (ISO-2022-JP) can mean something else.
    foreign == 0 && !encoding.is_ascii_compatible()
        || !encoding.is_single_byte()
            && (1..10).contains(&foreign)
            && encoding.decode_without_bom_handling_and_without_replacement(bytes).is_some()
}

fn declared_text<'a>(
    encoding: &'static Encoding,
    other: Option<&'static Encoding>,
    bytes: &'a [u8],
) -> Decoded<'a> {
    let (text, bad) = encoding.decode_without_bom_handling(bytes);
    if !bad {
        return Decoded { text, warning: None };
    }
    if let Some(other) = other.filter(|o| *o != encoding) {
        let (text, bad) = other.decode_without_bom_handling(bytes);
        if !bad {
            let warning =
                warning(format!("declared as {} and {}; the latter is right", encoding.name(), other.name()));
            return Decoded { text, warning: Some(warning) };
        }
    }
    let wrong = text.matches('\u{fffd}').count();
    let right = text.chars().filter(|c| !c.is_ascii()).count() - wrong;
    if wrong > right {
        // Two decoded texts at once would be too much of a large document.
        drop(text);
        let guess = guess(bytes);
        let message = format!("declared as {}, but it is not; read as {}", encoding.name(), guess.name());
        return with(guess, bytes, Some(warning(message)));
    }
    replaced(text, format!("declared as {}, with bytes that are not; they were replaced", encoding.name()))
}

/// UTF-8 by declaration or for want of one, but not valid: mostly UTF-8 keeps being that, the rest is
/// what it would be without the declaration.
fn broken_utf8<'a>(bytes: &'a [u8], other: Option<&'static Encoding>) -> Decoded<'a> {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good >= bad {
        let text = String::from_utf8_lossy(bytes);
        return replaced(text, format!("{bad} invalid UTF-8 sequences were replaced"));
    }
    let guess = other.filter(|o| *o != UTF_8).unwrap_or_else(|| guess(bytes));
    with(guess, bytes, Some(warning(format!("it is not UTF-8, as it should be; read as {}", guess.name()))))
}

/// What else it may be, since it is not UTF-8.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let guess = charset::guess(bytes, false);
    if guess.is_ascii_compatible() { guess } else { WINDOWS_1252 }
}

/// Bytes that are not of the encoding, told of with the first one's line.
fn replaced<'a>(text: Cow<'a, str>, message: String) -> Decoded<'a> {
    let line = text.find('\u{fffd}').map(|at| repairs::line(&text, at));
    Decoded { text, warning: Some(repairs::warning("charset", line, message)) }
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8], note: Option<Warning>) -> Decoded<'a> {
    let (text, bad) = encoding.decode_without_bom_handling(bytes);
    match note {
        None if bad => replaced(text, format!("bytes that are not {} were replaced", encoding.name())),
        warning => Decoded { text, warning },
    }
}

/// A false declaration stands on the first line, as does one that is missing.
fn warning(message: String) -> Warning {
    repairs::warning("charset", Some(1), message)
}

/// A label that can be true of bytes in which UTF-16 has been ruled out.
fn usable(label: &str) -> Option<&'static Encoding> {
    let encoding = charset::by_label(label)?;
    (encoding != UTF_16LE && encoding != UTF_16BE && encoding != encoding_rs::REPLACEMENT).then_some(encoding)
}

/// `encoding` of an XML declaration, wherever junk before it ends.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(4096)];
    let from = head.windows(5).position(|w| w == b"<?xml")?;
    let rest = &head[from..];
    let declaration = &rest[..rest.windows(2).position(|w| w == b"?>")?];
    let text = std::str::from_utf8(declaration).ok()?;
    let (_, after) = text.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (label, _) = value[1..].split_once(quote)?;
    Some(label.trim().to_owned())
}

/// UTF-16 without a mark: markup begins with ASCII, so every other byte is zero.
fn utf16_by_nuls(bytes: &[u8]) -> Option<&'static Encoding> {
    match *bytes.first_chunk::<4>()? {
        [a, 0, b, 0] if a != 0 && b != 0 => Some(UTF_16LE),
        [0, a, 0, b] if a != 0 && b != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-32 with or without a mark.
fn utf32(bytes: &[u8]) -> Option<String> {
    let big = match *bytes.first_chunk::<4>()? {
        [0xff, 0xfe, 0, 0] | [b'<' | b'{', 0, 0, 0] => false,
        [0, 0, 0xfe, 0xff] | [0, 0, 0, b'<' | b'{'] => true,
        _ => return None,
    };
    let code = |unit: &[u8; 4]| if big { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) };
    let (units, _) = bytes.as_chunks::<4>();
    let chars = units.iter().map(|unit| char::from_u32(code(unit)).unwrap_or('\u{fffd}'));
    Some(chars.filter(|&c| c != '\u{feff}').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], content_type: Option<&str>) -> String {
        decode(bytes, content_type).text.into_owned()
    }

    fn encode(text: &str, big: bool, width: usize) -> Vec<u8> {
        let units: Vec<u32> = if width == 2 {
            text.encode_utf16().map(u32::from).collect()
        } else {
            text.chars().map(u32::from).collect()
        };
        let bytes = |u: u32| {
            if big { u.to_be_bytes()[4 - width..].to_vec() } else { u.to_le_bytes()[..width].to_vec() }
        };
        units.into_iter().flat_map(bytes).collect()
    }

    #[test]
    fn marks_and_widths() {
        for big in [true, false] {
            for width in [2, 4] {
                assert_eq!(text(&encode("<é𝄞/>", big, width), None), "<é𝄞/>", "{big} {width}");
                assert_eq!(text(&encode("\u{feff}<é/>", big, width), Some("a/b; charset=latin1")), "<é/>");
            }
        }
        assert_eq!(text("\u{feff}<é/>".as_bytes(), Some("a/b; charset=latin1")), "<é/>");
    }

    #[test]
    fn order_of_authority() {
        let koi = b"<?xml version='1.0' encoding='windows-1251'?><a>\xc1</a>";
        assert!(text(koi, Some("text/xml; charset=\"koi8-r\"")).ends_with("<a>а</a>"));
        assert!(text(koi, Some("text/xml")).ends_with("<a>Б</a>"));
        assert!(text(koi, Some("text/xml; charset=utf-8")).ends_with("<a>Б</a>"));
        assert!(text(koi, Some("text/xml; charset=nonsense")).ends_with("<a>Б</a>"));
    }

    #[test]
    fn names_outside_the_standard() {
        let zhe = b"<?xml version='1.0' encoding='cp1251'?><a>\xc6</a>";
        assert!(text(zhe, None).contains('Ж'));
        for (label, want) in [
            ("cp1250", Some("windows-1250")),
            ("CP 949", Some("EUC-KR")),
            ("mac-roman", Some("macintosh")),
            ("u8", Some("UTF-8")),
            ("iso2022_jp_2", Some("ISO-2022-JP")),
            ("iso8859_11", Some("windows-874")),
            ("cp99", None),
            ("utf-16", None),
            ("hz-gb-2312", None),
            ("", None),
        ] {
            assert_eq!(usable(label).map(Encoding::name), want, "{label}");
        }
    }

    #[test]
    fn lies_about_languages_with_many_letters() {
        for label in ["shift_jis", "gb2312", "euc-kr", "big5"] {
            let head = format!("<?xml version='1.0' encoding='{label}'?>");
            let utf8 = format!("{head}<a>é漢 “x”</a>");
            assert!(text(utf8.as_bytes(), None).ends_with("<a>é漢 “x”</a>"), "{label}");
            let latin = [head.as_bytes(), b"<a>caf\xe9 ol\xe9</a>"].concat();
            assert!(text(&latin, None).ends_with("<a>café olé</a>"), "{label}");
        }
    }

    #[test]
    fn lies() {
        let as_latin1 = "<?xml version='1.0' encoding='iso-8859-1'?><a>é</a>";
        assert_eq!(text(as_latin1.as_bytes(), None), as_latin1);
        let as_utf8 = b"<?xml version='1.0' encoding='utf-8'?><a>caf\xe9 \x93na\xefve\x94</a>";
        assert!(text(as_utf8, None).ends_with("<a>café “naïve”</a>"));
        let as_utf16 = "<?xml version='1.0' encoding='utf-16'?><a>é</a>";
        assert_eq!(text(as_utf16.as_bytes(), None), as_utf16);
        let mostly = b"<a>\xc3\xa9\xc3\xa9\xc3\xa9\xff</a>";
        assert_eq!(
            text(&[b"<?xml version='1.0' encoding='utf-8'?>", &mostly[..]].concat(), None)
                .matches('é')
                .count(),
            3
        );
    }
}
