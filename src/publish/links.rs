//! Addresses that may stand in a feed.

use std::borrow::Cow;
use std::fmt::Write;
use url::Url;

/// `url` if it is absolute and http or https, as a URI (RFC 3986: RSS and JSON
/// Feed know no IRIs). One that is a URI already stays as it is, byte for byte, but
/// for a missing path.
pub(super) fn http(url: &str) -> Option<Cow<'_, str>> {
    let parsed = Url::parse(url).ok()?;
    if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
        return None;
    }
    // The parser forgives `http:host` and backslashes; readers don't.
    let rest = after_scheme(url, parsed.scheme());
    let whole = rest.is_some_and(|rest| {
        rest.find(['/', '?', '#']).is_some_and(|at| at > 0 && rest[at..].starts_with('/'))
    });
    if whole && matches!(uri(url), Cow::Borrowed(_)) {
        return Some(Cow::Borrowed(url));
    }
    Some(Cow::Owned(uri(parsed.as_str()).into_owned()))
}

/// [`http`] of what may be missing.
pub(super) fn http_opt(url: Option<&str>) -> Option<Cow<'_, str>> {
    url.and_then(http)
}

pub(super) fn after_scheme<'a>(url: &'a str, scheme: &str) -> Option<&'a str> {
    let (given, rest) = url.split_once("://")?;
    given.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// `url` with everything encoded that can't stand in a URI (RFC 3986 §2). The URL
/// standard, which browsers and our parser go by, lets brackets, `|`, `^` and a lone `%` pass.
pub(super) fn uri(url: &str) -> Cow<'_, str> {
    // Brackets belong around an IPv6 address only, a second `#` nowhere.
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    let fragment = url.find('#');
    let bytes = url.as_bytes();
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let fits = |at: usize, byte: u8| match byte {
        b'%' => hex(at + 1) && hex(at + 2),
        b'#' => fragment == Some(at),
        b'[' | b']' => (host..path).contains(&at),
        byte => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
    };
    encoded(url, fits)
}

/// `text` with every byte as `%XX` for which `fits` (its place, the byte) doesn't hold.
pub(super) fn encoded(text: &str, fits: impl Fn(usize, u8) -> bool) -> Cow<'_, str> {
    if text.bytes().enumerate().all(|(at, byte)| fits(at, byte)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 32);
    for (at, byte) in text.bytes().enumerate() {
        if fits(at, byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Cow::Owned(out)
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
    fn nothing_that_no_uri_holds() {
        for (given, uri) in [
            ("http://a.example?a[]=1&b=c|d^e", "http://a.example/?a%5B%5D=1&b=c%7Cd%5Ee"),
            ("http://a.example/%zz/%4/%e4%", "http://a.example/%25zz/%254/%e4%25"),
            ("http://a.example/#a#b", "http://a.example/#a%23b"),
            ("http://a.example/'()*!$&'+,;=:@~", "http://a.example/'()*!$&'+,;=:@~"),
            ("http://bücher.example/\u{202e}x", "http://xn--bcher-kva.example/%E2%80%AEx"),
            ("http:///a.example/x", "http://a.example/x"),
            ("http://[::1]/[x]{y}`z", "http://[::1]/%5Bx%5D%7By%7D%60z"),
            ("http://a.example/\"<x>\\y", "http://a.example/%22%3Cx%3E/y"),
        ] {
            assert_eq!(http(given).as_deref(), Some(uri), "{given}");
            // What came out is a URI and stays.
            assert!(matches!(http(uri), Some(Cow::Borrowed(_))), "{uri}");
        }
    }
}
