//! What a request carries, and what of its address may be shown.

use super::decode::ACCEPT_ENCODING;
use crate::model::{FetchRequest, HostKey, Purpose};
use percent_encoding::percent_decode_str;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING as ACCEPT_ENCODING_NAME, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, USER_AGENT,
};
use url::Url;

const ACCEPT_FEED: &str = "application/atom+xml, application/rss+xml, application/feed+json, \
    application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5";
const ACCEPT_PAGE: &str = "text/html, application/xhtml+xml, */*;q=0.5";
const ACCEPT_LISTING: &str =
    "text/html, application/xhtml+xml, application/xml, text/xml;q=0.9, text/plain;q=0.8, */*;q=0.5";
const ACCEPT_ROBOTS: &str = "text/plain, */*;q=0.5";

/// An address as it may be shown, logged and stored: without user name and password.
pub fn redacted(url: &Url) -> String {
    if url.username().is_empty() && url.password().is_none() {
        return url.as_str().to_owned();
    }
    let mut url = url.clone();
    strip_credentials(&mut url);
    url.into()
}

/// Takes user name and password out of an address.
pub(super) fn strip_credentials(url: &mut Url) {
    // Both fail only for addresses that can't have any.
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

/// The Authorization (RFC 7617) for the credentials in an address, if it has any.
pub(super) fn authorization(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let name: Vec<u8> = percent_decode_str(url.username()).collect();
    let password: Vec<u8> = percent_decode_str(url.password().unwrap_or_default()).collect();
    of_pair(&name, &password)
}

/// The Authorization for a name and a password.
pub(super) fn basic(name: &str, password: &str) -> Option<HeaderValue> {
    of_pair(name.as_bytes(), password.as_bytes())
}

fn of_pair(name: &[u8], password: &[u8]) -> Option<HeaderValue> {
    let pair = [name, b":", password].concat();
    let mut value = HeaderValue::from_str(&format!("Basic {}", base64(&pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The headers of a request, without Authorization.
pub(super) fn headers(request: &FetchRequest) -> HeaderMap {
    let accept = match request.purpose {
        Purpose::Feed => ACCEPT_FEED,
        Purpose::Listing => ACCEPT_LISTING,
        Purpose::Page => ACCEPT_PAGE,
    };
    let mut map = common(&request.policy.user_agent, accept);
    // Bytes that can't stand in a header are dropped: then the request is unconditional.
    let mut condition = |name, value: &Option<Vec<u8>>| {
        if let Some(value) = value.as_deref().and_then(|bytes| HeaderValue::from_bytes(bytes).ok()) {
            map.insert(name, value);
        }
    };
    condition(IF_NONE_MATCH, &request.validators.etag);
    condition(IF_MODIFIED_SINCE, &request.validators.last_modified);
    map
}

/// Headers for the request's own site only. What can't stand in a header is dropped.
pub(super) fn own_headers(request: &FetchRequest) -> Option<(HostKey, HeaderMap)> {
    let usable = request.policy.site_headers.iter().filter_map(|(name, value)| {
        let mut value = HeaderValue::from_str(value).ok()?;
        value.set_sensitive(true);
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
    });
    let map: HeaderMap = usable.collect();
    (!map.is_empty()).then(|| (HostKey::of(&request.url), map))
}

/// The headers of a request for a robots.txt.
pub(super) fn robots_headers(user_agent: &str) -> HeaderMap {
    common(user_agent, ACCEPT_ROBOTS)
}

/// What every request carries.
pub(super) fn common(user_agent: &str, accept: &'static str) -> HeaderMap {
    let agent = HeaderValue::from_bytes(user_agent.as_bytes());
    let mut map = HeaderMap::with_capacity(8);
    map.insert(USER_AGENT, agent.unwrap_or(HeaderValue::from_static("offprint")));
    map.insert(ACCEPT, HeaderValue::from_static(accept));
    map.insert(ACCEPT_ENCODING_NAME, HeaderValue::from_static(ACCEPT_ENCODING));
    map
}

/// Adds what only this hop may see: the log-in of the address, then what the source
/// has besides.
pub(super) fn authorize(headers: &mut HeaderMap, authorization: Option<&HeaderValue>, own: HeaderMap) {
    if let Some(value) = authorization {
        headers.insert(AUTHORIZATION, value.clone());
    }
    for (name, value) in own {
        if let Some(name) = name {
            headers.insert(name, value);
        }
    }
}

/// RFC 4648 §4, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, &b| bits << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(char::from(ALPHABET[(bits >> (18 - 6 * place)) as usize & 63]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FetchPolicy, Validators};
    use std::sync::Arc;

    #[test]
    fn base64_vectors() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn credentials() {
        let url = Url::parse("https://us%40er:p%C3%A4ss%FF@example.com/feed?x#y").unwrap();
        assert_eq!(redacted(&url), "https://example.com/feed?x#y");
        let value = authorization(&url).unwrap();
        assert_eq!(value.to_str().unwrap(), format!("Basic {}", base64(b"us@er:p\xc3\xa4ss\xff")));
        assert!(value.is_sensitive());
        assert_eq!(authorization(&Url::parse("https://example.com/").unwrap()), None);
        assert_eq!(redacted(&Url::parse("https://:pw@example.com/").unwrap()), "https://example.com/");
    }

    #[test]
    fn conditional_headers_are_opaque() {
        let policy = FetchPolicy {
            user_agent: "a\nb".to_owned(),
            site_headers: vec![],
            timeout: std::time::Duration::ZERO,
            max_size: 0,
            obey_robots: true,
            allow_private: false,
            allow_addresses: vec![],
            credentials: None,
            proxy: None,
        };
        let mut request = FetchRequest {
            url: Url::parse("https://example.com/").unwrap(),
            purpose: Purpose::Feed,
            validators: Validators {
                etag: Some(b"W/\"\xe4\"".to_vec()),
                last_modified: Some(b"yesterday".to_vec()),
            },
            policy: Arc::new(policy),
        };
        let map = headers(&request);
        assert_eq!(map[IF_NONE_MATCH].as_bytes(), b"W/\"\xe4\"");
        assert_eq!(map[IF_MODIFIED_SINCE].as_bytes(), b"yesterday");
        assert_eq!(map[USER_AGENT], "offprint");
        assert!(map[ACCEPT].to_str().unwrap().contains("application/atom+xml"));
        assert_eq!(map.len(), 5);
        request.validators.etag = Some(b"a\r\nCookie: b".to_vec());
        assert!(!headers(&request).contains_key(IF_NONE_MATCH));
    }
}
