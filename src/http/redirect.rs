//! The way from the address that was asked for to the one that answers (RFC 9110 §15.4).

use super::error::{failure, permanent, shown};
use super::request::{authorization, strip_credentials};
use crate::model::FetchError;
use reqwest::header::HeaderValue;
use std::borrow::Cow;
use url::{Origin, Url};

/// Longer addresses are not sent; most servers refuse half of it.
const MAX_URL: usize = 16 * 1024;

/// Where a request has got to.
#[derive(Debug)]
pub(super) struct Trip {
    /// The address to ask next, without credentials and fragment.
    pub url: Url,
    /// The address after the leading permanent redirects.
    pub permanent_url: Option<Url>,
    credentials: Option<(Origin, HeaderValue)>,
    /// Everything asked so far; the last is where we are.
    seen: Vec<Url>,
    only_permanent: bool,
    max_hops: usize,
}

/// Whether an answer with this status says where to look instead.
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

impl Trip {
    /// Sets out for `url`; at most `max_hops` redirects are followed.
    pub(super) fn new(url: &Url, max_hops: usize) -> Result<Self, FetchError> {
        let credentials = authorization(url).map(|value| (url.origin(), value));
        let url = prepared(url.clone());
        if !matches!(url.scheme(), "http" | "https") {
            let message = format!("{} addresses are not fetched, only http and https", url.scheme());
            return Err(permanent("address", &url, message));
        }
        if url.as_str().len() > MAX_URL {
            let mut short = url.clone();
            short.set_path("");
            short.set_query(None);
            let message = format!("the address is longer than {MAX_URL} bytes");
            return Err(permanent("address", &short, message));
        }
        Ok(Self {
            seen: vec![url.clone()],
            url,
            permanent_url: None,
            credentials,
            only_permanent: true,
            max_hops,
        })
    }

    /// The Authorization for the present hop: only for the origin it was configured for.
    pub(super) fn authorization(&self) -> Option<&HeaderValue> {
        let (origin, value) = self.credentials.as_ref()?;
        (*origin == self.url.origin()).then_some(value)
    }

    /// Takes the next hop.
    pub(super) fn follow(&mut self, status: u16, location: Option<&HeaderValue>) -> Result<(), FetchError> {
        let fail =
            |message: String| FetchError { status: Some(status), ..failure("redirect", &self.url, message) };
        let Some(location) = location else {
            return Err(fail(format!("HTTP {status} without a Location")));
        };
        let Some(next) = target(&self.url, location.as_bytes()) else {
            let name = named(location.as_bytes());
            return Err(fail(format!("HTTP {status} with an unusable Location{name}")));
        };
        if self.seen.len() > self.max_hops {
            return Err(fail(format!("more than {} redirects", self.max_hops)));
        }
        if self.seen.contains(&next) {
            return Err(fail(format!("redirects in a circle, back to {}", shown(next.as_str().as_bytes()))));
        }
        self.only_permanent &= matches!(status, 301 | 308);
        if self.only_permanent {
            self.permanent_url = Some(next.clone());
        }
        self.seen.push(next.clone());
        self.url = next;
        Ok(())
    }
}

fn prepared(mut url: Url) -> Url {
    strip_credentials(&mut url);
    url.set_fragment(None);
    url
}

/// The absolute address a Location means, if it can be used. Parsing encodes
/// blanks and UTF-8 and leaves out tabs and line breaks.
fn target(base: &Url, location: &[u8]) -> Option<Url> {
    if location.trim_ascii().is_empty() || location.len() > MAX_URL {
        return None;
    }
    let text = match std::str::from_utf8(location) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(encoded(location)),
    };
    let url = prepared(base.join(text.trim()).ok()?);
    let usable = matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= MAX_URL;
    usable.then_some(url)
}

/// Other character sets than UTF-8: the bytes as they are, percent-encoded.
fn encoded(location: &[u8]) -> String {
    let mut out = String::with_capacity(location.len() * 2);
    for &byte in location {
        if byte.is_ascii() {
            out.push(char::from(byte));
        } else {
            out.push_str(percent_encoding::percent_encode_byte(byte));
        }
    }
    out
}

/// The Location for a message; left out if it may hold a password.
fn named(location: &[u8]) -> String {
    if location.is_empty() || location.contains(&b'@') {
        String::new()
    } else {
        format!(": {}", shown(location))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trip(url: &str) -> Trip {
        Trip::new(&Url::parse(url).unwrap(), 10).unwrap()
    }

    fn to(location: &str) -> Option<HeaderValue> {
        Some(HeaderValue::from_bytes(location.as_bytes()).unwrap())
    }

    #[test]
    fn locations() {
        for (location, url) in [
            ("/b", "https://a.example/b"),
            ("b?c", "https://a.example/x/b?c"),
            ("//b.example/c", "https://b.example/c"),
            ("http://b.example/c#frag", "http://b.example/c"),
            ("/a b/ä", "https://a.example/a%20b/%C3%A4"),
            (" /trimmed ", "https://a.example/trimmed"),
            ("https://user:pw@b.example/", "https://b.example/"),
            ("?q", "https://a.example/x/y?q"),
        ] {
            let mut trip = trip("https://a.example/x/y");
            trip.follow(302, to(location).as_ref()).unwrap();
            assert_eq!(trip.url.as_str(), url, "{location}");
        }
        let base = Url::parse("https://a.example/").unwrap();
        assert_eq!(target(&base, b"/\xe4").unwrap().as_str(), "https://a.example/%E4");
        assert_eq!(target(&base, b"/a\r\nX: y").unwrap().as_str(), "https://a.example/aX:%20y");
    }

    #[test]
    fn unusable_locations() {
        for location in
            ["", "  ", "ftp://b.example/", "file:///etc/passwd", "javascript:x", "http://", "data:,x"]
        {
            let error = trip("https://a.example/").follow(301, to(location).as_ref()).unwrap_err();
            assert_eq!((error.kind.as_str(), error.status), ("redirect", Some(301)), "{location}");
            assert!(error.message.contains(location.trim()), "{}", error.message);
        }
        let error = trip("https://a.example/").follow(302, None).unwrap_err();
        assert_eq!(error.message, "HTTP 302 without a Location");
        let secret = trip("https://a.example/").follow(302, to("ftp://u:secret@b/").as_ref()).unwrap_err();
        assert!(!secret.to_string().contains("secret"));
    }

    #[test]
    fn only_leading_permanent_hops_count() {
        for (statuses, permanent) in [
            (&[301][..], Some("/1")),
            (&[301, 308], Some("/2")),
            (&[301, 302, 301], Some("/1")),
            (&[302, 301], None),
            (&[307], None),
            (&[303, 308], None),
        ] {
            let mut trip = trip("https://a.example/0");
            for (i, status) in statuses.iter().enumerate() {
                trip.follow(*status, to(&format!("/{}", i + 1)).as_ref()).unwrap();
            }
            assert_eq!(trip.permanent_url.as_ref().map(Url::path), permanent, "{statuses:?}");
        }
    }

    #[test]
    fn ends() {
        let mut circle = trip("https://a.example/0");
        circle.follow(302, to("/1").as_ref()).unwrap();
        assert!(circle.follow(302, to("/0#x").as_ref()).unwrap_err().message.contains("circle"));
        let mut long = trip("https://a.example/");
        for i in 0..10 {
            long.follow(302, to(&format!("/{i}")).as_ref()).unwrap();
        }
        assert!(long.follow(302, to("/11").as_ref()).unwrap_err().message.contains("more than 10"));
        assert!(Trip::new(&Url::parse("ftp://a.example/").unwrap(), 10).is_err());
        let huge = Url::parse(&format!("https://a.example/{}", "a".repeat(20_000))).unwrap();
        assert!(Trip::new(&huge, 10).unwrap_err().url.len() < 100);
    }

    #[test]
    fn credentials_stay_at_their_origin() {
        let mut trip = trip("https://user:pw@a.example/feed");
        assert!(trip.authorization().is_some() && !trip.url.as_str().contains("pw"));
        trip.follow(302, to("/other").as_ref()).unwrap();
        assert!(trip.authorization().is_some());
        for elsewhere in ["http://a.example/", "https://a.example:444/", "https://www.a.example/"] {
            trip.follow(302, to(elsewhere).as_ref()).unwrap();
            assert!(trip.authorization().is_none(), "{elsewhere}");
        }
        trip.follow(302, to("https://a.example/back").as_ref()).unwrap();
        assert!(trip.authorization().is_some());
    }
}
