//! Addresses, media types and language tags that may stand in a feed.

use std::borrow::Cow;
use url::Url;

/// `url` if it is absolute and http or https, as a URI (RFC 3986: RSS and JSON
/// Feed know no IRIs). One that is a URI already stays as it is, byte for byte.
pub(super) fn http(url: &str) -> Option<Cow<'_, str>> {
    let parsed = Url::parse(url).ok()?;
    if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
        return None;
    }
    // The parser forgives `http:host` and backslashes; readers don't.
    let scheme = &url.as_bytes()[..parsed.scheme().len().min(url.len())];
    let whole = scheme.eq_ignore_ascii_case(parsed.scheme().as_bytes())
        && url[scheme.len()..].starts_with("://")
        && url.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&b));
    Some(if whole { Cow::Borrowed(url) } else { Cow::Owned(String::from(parsed)) })
}

/// [`http`] of what may be missing.
pub(super) fn http_opt(url: Option<&str>) -> Option<Cow<'_, str>> {
    url.and_then(http)
}

/// `id` if it can stand as the IRI of a feed (RFC 4287 §4.2.6). Schemes other than
/// the usual ones are refused: nothing but a name must look like a link to a script.
pub(super) fn iri(id: &str) -> Option<&str> {
    let (scheme, rest) = id.split_once(':')?;
    let known = ["http", "https", "urn", "tag"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let plain =
        rest.chars().all(|c| super::chars::allowed(c) && !c.is_whitespace() && !"<>\"\\^`{|}".contains(c));
    (known && !rest.is_empty() && plain).then_some(id)
}

/// A language tag if it has the form of one (BCP 47).
pub(super) fn language(tag: Option<&str>) -> Option<&str> {
    let tag = tag?.trim();
    let part = |p: &str| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric());
    let primary = tag.split('-').next().is_some_and(|p| p.bytes().all(|b| b.is_ascii_alphabetic()));
    (tag.len() <= 35 && primary && tag.split('-').all(part)).then_some(tag)
}

/// The media type as given, without parameters, else what the address's ending says.
pub(super) fn media_type<'a>(given: Option<&'a str>, url: &str) -> Option<&'a str> {
    given.and_then(plain_type).or_else(|| by_ending(url))
}

/// What stands where a media type must be and none is known (RFC 2046 §4.5.1).
pub(super) const UNKNOWN_TYPE: &str = "application/octet-stream";

fn plain_type(given: &str) -> Option<&str> {
    let plain = given.split(';').next()?.trim();
    let (kind, sub) = plain.split_once('/')?;
    let token =
        |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b));
    (token(kind) && token(sub)).then_some(plain)
}

fn by_ending(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next()?;
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "mp3" => "audio/mpeg",
        "m4a" | "m4b" => "audio/mp4",
        "aac" => "audio/aac",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "mpg" | "mpeg" => "video/mpeg",
        "ogv" => "video/ogg",
        "webm" => "video/webm",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "epub" => "application/epub+zip",
        "zip" => "application/zip",
        "torrent" => "application/x-bittorrent",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http() {
        for good in ["http://a.example/", "HTTPS://a.example/x?y=%20&z=1#f", "http://[::1]:8/"] {
            assert_eq!(http(good).as_deref(), Some(good));
        }
        assert_eq!(http("https://a.example/ä b").as_deref(), Some("https://a.example/%C3%A4%20b"));
        assert_eq!(http(" https:\\\\a.example\\x\n").as_deref(), Some("https://a.example/x"));
        for bad in [
            "",
            "/x",
            "//a.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example/",
            "http://",
        ] {
            assert_eq!(http(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_of_feeds() {
        for good in ["http://a.example/feed", "urn:uuid:1", "tag:a.example,2020:x", "tag:ä.example,2020:é"]
        {
            assert_eq!(iri(good), Some(good));
        }
        for bad in ["", "x", "urn:", "javascript:x", "http://a b/", "tag:<x>"] {
            assert_eq!(iri(bad), None, "{bad}");
        }
    }

    #[test]
    fn types_and_languages() {
        assert_eq!(media_type(Some("audio/mpeg; codecs=x"), "http://a.example/x"), Some("audio/mpeg"));
        assert_eq!(media_type(Some("\"><x>"), "http://a.example/x.MP3?y=a.png"), Some("audio/mpeg"));
        assert_eq!(media_type(None, "http://a.example"), None);
        assert_eq!(language(Some("zh-Hant-TW")), Some("zh-Hant-TW"));
        for bad in ["", "-", "en_GB", "e n", "12", "abcdefghi"] {
            assert_eq!(language(Some(bad)), None, "{bad}");
        }
    }
}
