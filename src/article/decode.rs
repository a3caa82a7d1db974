//! Bytes of a page to text: is it a page at all, and in which character set?

use super::ExtractError;
use crate::html::charset;
use encoding_rs::{Encoding, UTF_8};

/// How much of a page is searched for its character set (WHATWG HTML §13.2.3.2).
const HEAD: usize = 4096;

/// Decodes a page: byte order mark, then UTF-8 where the bytes are valid UTF-8,
/// then `Content-Type`, then `<meta charset>`, then a guess from the bytes.
pub(super) fn decode(bytes: &[u8], content_type: Option<&str>) -> Result<String, ExtractError> {
    check_kind(bytes, content_type)?;
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode(bytes).0.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.windows(3).take(HEAD).any(|w| w == b"\x1b$B")
    {
        return Ok(text.to_owned());
    }
    let declared = content_type
        .and_then(charset::of_content_type)
        .and_then(|label| charset::by_label(&label))
        .or_else(|| meta_charset(bytes));
    let encoding = match declared {
        // Few errors in what calls itself UTF-8 are slips, many mean another set.
        Some(encoding) if encoding != UTF_8 => encoding,
        Some(encoding) if mostly_utf8(bytes) => encoding,
        _ => charset::guess(bytes, true),
    };
    Ok(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

fn mostly_utf8(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(1 << 20)];
    let text = String::from_utf8_lossy(sample);
    let (mut bad, mut good) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if c == '\u{fffd}' {
            bad += 1;
        } else {
            good += 1;
        }
    }
    bad <= good
}

fn meta_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let mut rest = head.as_str();
    while let Some(at) = rest.find("charset") {
        rest = &rest[at + 7..];
        let value = rest.trim_start();
        if let Some(value) = value.strip_prefix('=') {
            let label = value.trim_start().trim_start_matches(['"', '\'']);
            let end = label.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '>' | '/'));
            let encoding = charset::by_label(&label[..end.unwrap_or(label.len())]);
            if let Some(encoding) = encoding {
                // A page that could be read as ASCII so far is not UTF-16.
                let wide = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
                return Some(if wide { UTF_8 } else { encoding });
            }
        }
    }
    None
}

/// Refuses what is no HTML page, by its bytes first and its type second.
fn check_kind(bytes: &[u8], content_type: Option<&str>) -> Result<(), ExtractError> {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(bytes.len());
    let text = &bytes[start..];
    if text.is_empty() {
        return Err(ExtractError::Empty);
    }
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"RIFF", "a media file"),
        (b"OggS", "a media file"),
        (b"ID3", "a media file"),
        (b"fLaC", "a media file"),
        (b"\x1aE\xdf\xa3", "a media file"),
        (b"PK\x03\x04", "an archive"),
        (b"\x1f\x8b", "an archive"),
        (b"Rar!", "an archive"),
        (b"7z\xbc\xaf", "an archive"),
        (b"wOF", "a font"),
        (b"{\\rtf", "an RTF document"),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| text.starts_with(magic)) {
        return Err(ExtractError::NotHtml { what });
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Err(ExtractError::NotHtml { what: "a media file" });
    }
    let bom = Encoding::for_bom(bytes).is_some();
    let nuls = bytes.iter().take(4096).filter(|&&b| b == 0).count();
    if !bom && nuls > 64 {
        return Err(ExtractError::NotHtml { what: "binary data" });
    }
    let mime =
        content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let head = String::from_utf8_lossy(&text[..text.len().min(2048)]).to_ascii_lowercase();
    let html = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<article",
        "<div",
        "<p>",
        "<p ",
        "<h1",
        "<title",
        "<meta",
    ]
    .iter()
    .any(|tag| head.contains(tag));
    let what = match mime.as_str() {
        _ if html || bom => None,
        m if m.starts_with("image/") => Some("a picture"),
        m if m.starts_with("audio/") || m.starts_with("video/") => Some("a media file"),
        m if m.starts_with("font/") => Some("a font"),
        "application/pdf" => Some("a PDF document"),
        "application/json" | "application/ld+json" | "application/feed+json" => Some("JSON"),
        "application/rss+xml" | "application/atom+xml" => Some("a feed"),
        "application/octet-stream" | "application/zip" => Some("binary data"),
        _ if (text[0] == b'{' || text[0] == b'[')
            && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok() =>
        {
            Some("JSON")
        }
        _ if head.starts_with("<?xml") && (head.contains("<rss") || head.contains("<feed")) => Some("a feed"),
        _ => None,
    };
    what.map_or(Ok(()), |what| Err(ExtractError::NotHtml { what }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_sets() {
        let page = |meta: &str, body: &[u8]| [b"<html><head>", meta.as_bytes(), b"</head>", body].concat();
        let cases: [(Vec<u8>, Option<&str>, &str); 6] = [
            (page("", "é".as_bytes()), None, "é"),
            (page("<meta charset=windows-1251>", b"\xcf\xf0\xe8\xe2\xe5\xf2"), None, "Привет"),
            (page("", b"\xcf\xf0\xe8\xe2\xe5\xf2"), Some("text/html; charset=koi8-r"), "оПХБЕР"),
            (
                page("<meta http-equiv=content-type content='text/html; charset=iso-8859-1'>", b"caf\xe9"),
                None,
                "café",
            ),
            (page("<meta charset=iso-8859-1>", "café".as_bytes()), None, "café"),
            ("\u{feff}<p>x".as_bytes().to_vec(), Some("text/html; charset=ascii"), "<p>x"),
        ];
        for (bytes, content_type, expected) in cases {
            let text = decode(&bytes, content_type).unwrap_or_default();
            assert!(text.ends_with(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_page() {
        for (bytes, content_type) in [
            (&b"%PDF-1.7 ..."[..], Some("text/html")),
            (b"\x89PNG\r\n\x1a\n", None),
            (b"ID3\x04", Some("text/html")),
            (b"\0\0\0\x20ftypisom", None),
            (b"{\"a\": 1}", Some("text/html")),
            (b"plain", Some("application/pdf")),
            (b"<?xml version='1.0'?><rss version='2.0'>", Some("text/xml")),
        ] {
            let error = decode(bytes, content_type).err().map(|e| e.kind());
            assert_eq!(error, Some("not-html"), "{bytes:?}");
        }
        assert_eq!(decode(b" \n", None).err().map(|e| e.kind()), Some("empty"));
        assert!(decode(b"<p>ok", Some("application/octet-stream")).is_ok());
    }
}
