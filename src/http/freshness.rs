//! What the headers say about the next request: `Cache-Control`, `Expires`
//! (RFC 9111 §4.2, §5.2, §5.3) and `Retry-After` (RFC 9110 §10.2.3).

use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, RETRY_AFTER};
use std::time::{Duration, SystemTime};

/// A server may silence a client for a week, not longer.
const LONGEST_RETRY: Duration = Duration::from_secs(7 * 24 * 3600);

/// Larger numbers of seconds count as this one (RFC 9111 §1.2.2).
const LONGEST_DELTA: u64 = 1 << 31;

/// For how long the answer is fresh; `None` if the headers don't say or forbid
/// keeping it. `now` counts where the answer has no `Date`.
pub(super) fn fresh_for(headers: &HeaderMap, now: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let mut max_age = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in String::from_utf8_lossy(value.as_bytes()).split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => return None,
                "max-age" => max_age = max_age.or(delta(value.trim().trim_matches('"'))),
                _ => {}
            }
        }
    }
    if let Some(seconds) = max_age {
        let age = text(headers, AGE).and_then(delta).unwrap_or(0);
        return Some(Duration::from_secs(seconds.saturating_sub(age)));
    }
    let expires = date(headers, EXPIRES)?;
    let date = date(headers, DATE).unwrap_or_else(now);
    expires.duration_since(date).ok()
}

/// How long the server wants to be left alone, at most a week; `None` if it
/// doesn't say, says it unreadably, or names a moment that has passed.
pub(super) fn retry_after(headers: &HeaderMap, now: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let wait = match text(headers, RETRY_AFTER).and_then(delta) {
        Some(seconds) => Duration::from_secs(seconds),
        None => {
            let until = date(headers, RETRY_AFTER)?;
            until.duration_since(date(headers, DATE).unwrap_or_else(now)).ok()?
        }
    };
    Some(wait.min(LONGEST_RETRY))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, name)?).ok()
}

fn delta(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(LONGEST_DELTA).min(LONGEST_DELTA))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    fn now() -> SystemTime {
        httpdate::parse_http_date("Tue, 01 Jul 2025 00:00:00 GMT").unwrap()
    }

    #[test]
    fn freshness() {
        let cc = "cache-control";
        for (pairs, seconds) in [
            (&[(cc, "max-age=600")][..], Some(600)),
            (&[(cc, "public, MAX-AGE=\"600\"")], Some(600)),
            (&[(cc, "public"), (cc, "max-age=60, max-age=90")], Some(60)),
            (&[(cc, "max-age=600"), ("age", "100")], Some(500)),
            (&[(cc, "max-age=600"), ("age", "10000")], Some(0)),
            (&[(cc, "max-age=600"), ("age", "-5")], Some(600)),
            (&[(cc, "max-age=0"), ("expires", "Tue, 01 Jul 2025 01:00:00 GMT")], Some(0)),
            (&[(cc, "max-age=99999999999999999999")], Some(LONGEST_DELTA)),
            (&[(cc, "max-age=junk"), ("expires", "Tue, 01 Jul 2025 01:00:00 GMT")], Some(3600)),
            (&[(cc, "max-age=-1")], None),
            (&[(cc, "s-maxage=60")], None),
            (&[(cc, "max-age=600, no-store")], None),
            (&[(cc, "no-cache")], None),
            (&[("expires", "Tue, 01 Jul 2025 01:00:00 GMT")], Some(3600)),
            (
                &[("expires", "Tue, 01 Jul 2025 01:00:00 GMT"), ("date", "Tue, 01 Jul 2025 00:30:00 GMT")],
                Some(1800),
            ),
            (&[("expires", "0")], None),
            (&[("expires", "Mon, 30 Jun 2025 01:00:00 GMT")], None),
            (&[], None),
        ] {
            assert_eq!(fresh_for(&headers(pairs), now), seconds.map(Duration::from_secs), "{pairs:?}");
        }
    }

    #[test]
    fn retry() {
        for (value, seconds) in [
            ("120", Some(120)),
            (" 120 ", Some(120)),
            ("0", Some(0)),
            ("99999999999999999999999", Some(7 * 86400)),
            ("Tue, 01 Jul 2025 02:00:00 GMT", Some(7200)),
            ("Tuesday, 01-Jul-25 02:00:00 GMT", Some(7200)),
            ("Sun, 01 Jul 2035 02:00:00 GMT", Some(7 * 86400)),
            ("Fri, 31 Dec 1999 23:59:59 GMT", None),
            ("-5", None),
            ("soon", None),
            ("1.5", None),
            ("", None),
        ] {
            let map = headers(&[("retry-after", value)]);
            assert_eq!(retry_after(&map, now), seconds.map(Duration::from_secs), "{value}");
        }
        let own_clock = headers(&[
            ("retry-after", "Tue, 01 Jul 2025 02:00:00 GMT"),
            ("date", "Tue, 01 Jul 2025 01:00:00 GMT"),
        ]);
        assert_eq!(retry_after(&own_clock, now), Some(Duration::from_secs(3600)));
    }
}
