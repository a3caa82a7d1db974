//! What went wrong, in words for people and with a fixed kind.

use super::request::redacted;
use super::resolve::ResolveError;
use crate::model::{FetchError, Retry};
use std::error::Error;
use std::io::ErrorKind;
use url::Url;

/// Text from outside in a message is cut to so many characters.
const SHOWN: usize = 160;

/// A failure that is worth another try.
pub(super) fn failure(kind: &str, url: &Url, message: impl Into<String>) -> FetchError {
    FetchError {
        kind: kind.to_owned(),
        url: redacted(url),
        message: message.into(),
        status: None,
        retry: Retry::Later(None),
    }
}

/// A failure that will repeat until something is changed.
pub(super) fn permanent(kind: &str, url: &Url, message: impl Into<String>) -> FetchError {
    FetchError { retry: Retry::Permanent, ..failure(kind, url, message) }
}

/// Bytes from outside as they may stand in a message or a log line: control
/// characters escaped, not too long.
pub(super) fn shown(bytes: &[u8]) -> String {
    let head = bytes.get(..SHOWN * 4).unwrap_or(bytes);
    let text = String::from_utf8_lossy(head);
    let mut out: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}

/// A failed exchange as an error.
pub(super) fn of_reqwest(error: &reqwest::Error, url: &Url, via: Option<&str>) -> FetchError {
    let (kind, message) = describe(error, url, via);
    match kind {
        "address" => permanent(kind, url, message),
        _ => failure(kind, url, message),
    }
}

/// Kind and message of a failed exchange, from the deepest cause that is known. `via`:
/// the proxy, with which the connection is made then; only TLS is with the host itself.
pub(super) fn describe(error: &reqwest::Error, url: &Url, via: Option<&str>) -> (&'static str, String) {
    let host = url.host_str().unwrap_or_default();
    let Some(via) = via else { return cause(error, host) };
    let (kind, message) = cause(error, &format!("the proxy {via}"));
    match kind {
        "tls" => cause(error, host),
        "protocol" if !error.is_connect() => (kind, message),
        _ if error.is_connect() => ("proxy", format!("through a proxy: {message}")),
        _ => (kind, message),
    }
}

fn cause(error: &reqwest::Error, host: &str) -> (&'static str, String) {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    let mut last = String::new();
    while let Some(cause) = next {
        if let Some(found) = known(cause, host) {
            return found;
        }
        last = cause.to_string();
        next = cause.source();
    }
    if error.is_timeout() {
        ("timeout", format!("no connection to {host} in time"))
    } else if error.is_connect() {
        ("connect", format!("no connection to {host}: {}", shown(last.as_bytes())))
    } else {
        ("protocol", shown(last.as_bytes()))
    }
}

fn known(cause: &(dyn Error + 'static), host: &str) -> Option<(&'static str, String)> {
    if let Some(error) = cause.downcast_ref::<ResolveError>() {
        let kind = if matches!(error, ResolveError::Refused { .. }) { "address" } else { "dns" };
        return Some((kind, error.to_string()));
    }
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(("tls", of_tls(error, host)));
    }
    if let Some(error) = cause.downcast_ref::<std::io::Error>() {
        // `source` of an I/O error skips the error inside.
        if let Some(found) = error.get_ref().and_then(|inner| known(inner, host)) {
            return Some(found);
        }
        return of_io(error, host);
    }
    cause.downcast_ref::<hyper::Error>().and_then(of_hyper)
}

fn of_tls(error: &rustls::Error, host: &str) -> String {
    match error {
        rustls::Error::InvalidCertificate(_) => {
            format!("the certificate of {host} cannot be verified: {}", shown(error.to_string().as_bytes()))
        }
        other => format!("no secure connection to {host}: {}", shown(other.to_string().as_bytes())),
    }
}

fn of_io(error: &std::io::Error, host: &str) -> Option<(&'static str, String)> {
    Some(match error.kind() {
        ErrorKind::ConnectionRefused => ("connect", format!("{host} refuses the connection")),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            ("connect", format!("{host} reset the connection"))
        }
        ErrorKind::UnexpectedEof => ("protocol", format!("{host} closed the connection too early")),
        ErrorKind::TimedOut => ("timeout", format!("no connection to {host} in time")),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            ("connect", format!("{host} cannot be reached: {error}"))
        }
        _ => return None,
    })
}

fn of_hyper(error: &hyper::Error) -> Option<(&'static str, String)> {
    if error.is_parse_too_large() {
        Some(("protocol", "the head of the answer is too large".to_owned()))
    } else if error.is_parse() {
        Some(("protocol", format!("the answer is not HTTP: {}", shown(error.to_string().as_bytes()))))
    } else if error.is_incomplete_message() {
        Some(("protocol", "the connection ended before an answer came".to_owned()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_text_is_made_harmless() {
        assert_eq!(shown(b"a\x1b[31m\r\nb\xff\xc2\x9b"), "a\\u{1b}[31m\\r\\nb\u{fffd}\\u{9b}");
        let long = shown("ä".repeat(10_000).as_bytes());
        assert_eq!(long.chars().count(), SHOWN + 1);
    }
}
