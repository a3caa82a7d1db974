//! Conditional requests (RFC 9110 §13): has the reader got it already?

use jiff::Timestamp;
use std::time::{Duration, SystemTime};

/// Whether the answer is 304. `If-None-Match` decides if it is there, else `If-Modified-Since`.
/// `tags` are the entity tags of all codings of the document, without quotes.
pub(super) fn not_modified(
    none_match: &[&str],
    modified_since: Option<&str>,
    tags: [&str; 2],
    last_modified: Timestamp,
) -> bool {
    if !none_match.is_empty() {
        return none_match.iter().any(|list| lists(list, tags));
    }
    let since = modified_since.and_then(|date| httpdate::parse_http_date(date).ok());
    since.is_some_and(|since| date_of(last_modified) <= since)
}

/// Weak comparison; quotes are not asked for: readers lose them.
fn lists(list: &str, tags: [&str; 2]) -> bool {
    list.split(',').map(str::trim).any(|tag| {
        let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
        tag == "*" || tags.contains(&tag)
    })
}

/// A time as HTTP knows it: whole seconds.
pub(super) fn date_of(time: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(time.as_second()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_dates() {
        let last: Timestamp = "2026-03-02T10:00:00.7Z".parse().expect("a time");
        let check = |tags: &[&str], since| not_modified(tags, since, ["abc", "abc-gzip"], last);
        for hit in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc-gzip\"", "*", "abc"] {
            assert!(check(&[hit], None), "{hit}");
        }
        assert!(check(&["\"x\"", "\"abc\""], None), "two headers");
        assert!(!check(&["\"x\""], Some("Mon, 02 Mar 2026 10:00:00 GMT")), "the tag decides");
        assert!(check(&[], Some("Mon, 02 Mar 2026 10:00:00 GMT")));
        assert!(!check(&[], Some("Mon, 02 Mar 2026 09:59:59 GMT")));
        assert!(!check(&[], Some("yesterday")));
        assert!(!check(&[], None));
    }
}
