//! A finding for everything that can be wrong.

use super::*;
use crate::model::{DAYS, PageResult, Reason, SourceId};
use std::time::Duration;

fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().expect("a time")
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

fn source() -> SourceState {
    SourceState {
        id: SourceId::new("gazette").expect("a name"),
        standing: Standing::Active,
        url: "https://gazette.example/feed".to_owned(),
        moved_to: None,
        title: None,
        link: None,
        interval: Duration::from_hours(1),
        max_interval: Duration::from_hours(24),
        next_due: now(),
        why: "every 1 h".to_owned(),
        last_attempt: Some(now()),
        last_success: Some(now()),
        failures: 0,
        failing_since: None,
        gone: false,
        error_kind: None,
        error: None,
        repairs: vec![],
        proposal: None,
        full_text: FullTextState::Auto,
        recent_pages: vec![],
        page_error: None,
        newest: Some(now() - days(1)),
        days: [0; DAYS],
        polls: 1,
        unchanged: 0,
        quiet: 0,
        errors: 0,
        bytes: 0,
        pages_good: 0,
        pages_no_gain: 0,
        pages_failed: 0,
        selector_missed: 0,
        paywalled: 0,
        entries: 1,
        subscription: None,
    }
}

fn failing(kind: &str, message: &str) -> SourceState {
    SourceState {
        failures: 7,
        failing_since: Some(now() - days(3)),
        error_kind: Some(kind.to_owned()),
        error: Some(format!("https://gazette.example/feed: {message}")),
        ..source()
    }
}

/// Kinds of errors with what is said to be wrong and a part of what to do.
const FAILURES: &[(&str, &str, &str, &str)] = &[
    (
        "dns",
        "gazette.example has no address",
        "gazette.example has no address for 3 days (7 polls in a row)",
        "spelling of url",
    ),
    (
        "connect",
        "gazette.example refuses the connection",
        "gazette.example refuses the connection for 3 days (7 polls in a row)",
        "tried again by itself",
    ),
    (
        "tls",
        "the certificate of gazette.example cannot be verified: expired",
        "failing for 3 days (7 polls in a row): the certificate of gazette.example cannot be verified: expired",
        "renew the certificate",
    ),
    (
        "timeout",
        "no answer within 30 s",
        "no answer within 30 s for 3 days (7 polls in a row)",
        "raise timeout",
    ),
    (
        "too-large",
        "the answer is larger than 20 MiB",
        "the answer is larger than 20 MiB for 3 days (7 polls in a row)",
        "max_feed_size",
    ),
    (
        "address",
        "10.0.0.1 is a private address",
        "10.0.0.1 is a private address for 3 days (7 polls in a row)",
        "allow_addresses",
    ),
    (
        "redirect",
        "the redirects go round in circles",
        "the redirects go round in circles for 3 days (7 polls in a row)",
        "put the address of the feed",
    ),
    ("encoding", "unknown coding", "unknown coding for 3 days (7 polls in a row)", "compression"),
    (
        "protocol",
        "the answer is not HTTP",
        "the answer is not HTTP for 3 days (7 polls in a row)",
        "rules of HTTP",
    ),
    (
        "unexpected-304",
        "HTTP 304 Not Modified",
        "HTTP 304 Not Modified for 3 days (7 polls in a row)",
        "rules of HTTP",
    ),
    ("html", "an HTML page", "an HTML page for 3 days (7 polls in a row)", "web page where the feed was"),
    ("not-a-feed", "no feed", "no feed for 3 days (7 polls in a row)", "neither RSS nor Atom"),
    (
        "malformed",
        "broken at line 3",
        "broken at line 3 for 3 days (7 polls in a row)",
        "offprint parse https://gazette.example/feed",
    ),
    ("empty", "the body is empty", "the body is empty for 3 days (7 polls in a row)", "no content"),
    ("defect", "a defect", "a defect for 3 days (7 polls in a row)", "report"),
    ("store", "disk full", "disk full for 3 days (7 polls in a row)", "disk"),
    (
        "http-401",
        "HTTP 401 Unauthorized",
        "HTTP 401 Unauthorized for 3 days (7 polls in a row)",
        "https://user:password@",
    ),
    (
        "http-403",
        "HTTP 403 Forbidden",
        "HTTP 403 Forbidden for 3 days (7 polls in a row)",
        "refuses this program",
    ),
    (
        "http-404",
        "HTTP 404 Not Found",
        "HTTP 404 Not Found for 3 days (7 polls in a row)",
        "Look at https://gazette.example/ for its new one and edit url",
    ),
    (
        "http-429",
        "HTTP 429 Too Many Requests",
        "HTTP 429 Too Many Requests for 3 days (7 polls in a row)",
        "fewer requests",
    ),
    (
        "http-500",
        "HTTP 500 Internal Server Error",
        "HTTP 500 Internal Server Error for 3 days (7 polls in a row)",
        "fault of its own",
    ),
    (
        "http-503",
        "HTTP 503 Service Unavailable",
        "HTTP 503 Service Unavailable for 3 days (7 polls in a row)",
        "overloaded",
    ),
    ("http-418", "HTTP 418", "HTTP 418 for 3 days (7 polls in a row)", "does not accept"),
    ("http-204", "HTTP 204 No Content", "HTTP 204 No Content for 3 days (7 polls in a row)", "holds no feed"),
    ("something-new", "odd", "odd for 3 days (7 polls in a row)", "tried again by itself"),
];

#[test]
fn every_failure_is_named_and_advised() {
    for (kind, message, wrong, advice) in FAILURES {
        let health = assess(&failing(kind, message), now());
        assert_eq!(health.condition, Condition::Failing, "{kind}");
        assert_eq!(health.wrong.as_deref(), Some(*wrong), "{kind}");
        let said = health.advice.unwrap_or_default();
        assert!(said.contains(advice), "{kind}: {said}");
    }
}

#[test]
fn one_failure_is_no_alarm() {
    let once = SourceState {
        failures: 1,
        failing_since: Some(now() - SignedDuration::from_mins(20)),
        ..failing("timeout", "no answer")
    };
    assert_eq!(assess(&once, now()).wrong.as_deref(), Some("failed once (20 min ago): no answer"));
}

#[test]
fn an_error_elsewhere_keeps_its_address() {
    let moved = SourceState {
        error: Some("https://other.example/: HTTP 404 Not Found".to_owned()),
        ..failing("http-404", "")
    };
    let wrong = assess(&moved, now()).wrong.unwrap_or_default();
    assert!(wrong.ends_with("in a row): https://other.example/: HTTP 404 Not Found"), "{wrong}");
}

#[test]
fn stopped_and_never_asked() {
    let gone = SourceState { gone: true, ..failing("http-410", "HTTP 410 Gone: it is gone for good") };
    let health = assess(&gone, now());
    assert_eq!(health.condition, Condition::Stopped);
    assert_eq!(
        health.wrong.as_deref(),
        Some("stopped: HTTP 410 Gone: it is gone for good (failing since 2026-02-27)")
    );
    assert!(health.advice.is_some_and(|advice| advice.contains("remove the source")));
    let new = SourceState { last_success: None, last_attempt: None, newest: None, ..source() };
    assert_eq!(assess(&new, now()), Health { condition: Condition::New, wrong: None, advice: None });
}

#[test]
fn what_is_not_polled_is_not_well() {
    for (standing, wrong) in [
        (Standing::Disabled, "disabled in the configuration"),
        (Standing::Removed, "not configured any more"),
    ] {
        for source in [source(), failing("http-410", "HTTP 410 Gone")] {
            let health = assess(&SourceState { standing, ..source }, now());
            assert_eq!((health.condition, health.wrong.as_deref()), (Condition::Stopped, Some(wrong)));
        }
    }
}

#[test]
fn good_ones_have_no_words() {
    let good = SourceState { recent_pages: vec![PageResult::Used; 20], ..source() };
    assert_eq!(assess(&good, now()), Health { condition: Condition::Good, wrong: None, advice: None });
    let repaired = SourceState { repairs: vec!["line 3: a bare & became &amp;".to_owned()], ..source() };
    assert_eq!(assess(&repaired, now()).condition, Condition::Good);
}

#[test]
fn poor_ones_say_why() {
    let mut recent = vec![PageResult::Failed; 9];
    recent.push(PageResult::Used);
    let page_error = Some(Reason::new("robots", "robots.txt forbids this page"));
    let closed = SourceState { recent_pages: recent, page_error, ..source() };
    let missed = SourceState { recent_pages: vec![PageResult::SelectorMissed; 12], ..source() };
    let cut = SourceState { repairs: vec![format!("{INCOMPLETE}the body ended early")], ..source() };
    let silent = SourceState { newest: Some(now() - days(280)), ..source() };
    for (source, wrong, advice) in [
        (
            &closed,
            "delivers, but 9 of the last 10 pages failed (robots.txt): robots.txt forbids this page",
            "full_text = \"never\"",
        ),
        (
            &missed,
            "delivers, but content_selector found nothing on 10 of the last 10 pages",
            "edit content_selector",
        ),
        (&cut, "delivers, but the last document was incomplete: the body ended early", "next poll"),
        (
            &silent,
            "delivers, but no new entry for 9 months",
            "Look at https://gazette.example/, then edit url",
        ),
    ] {
        let health = assess(source, now());
        assert_eq!((health.condition, health.wrong.as_deref()), (Condition::Poor, Some(wrong)));
        assert!(health.advice.as_ref().is_some_and(|said| said.contains(advice)), "{:?}", health.advice);
    }
    let paid = SourceState { recent_pages: vec![PageResult::NoGain; 10], paywalled: 7, ..source() };
    let health = assess(&paid, now());
    assert_eq!(health.wrong.as_deref(), Some("delivers, but 7 of the last 10 pages say they are paywalled"));
    assert!(health.advice.is_some_and(|said| said.contains("for subscribers")));
    // Called paid, and read all the same.
    let read = SourceState { recent_pages: vec![PageResult::Used; 10], ..paid };
    assert_eq!(assess(&read, now()).condition, Condition::Good);
    let never = SourceState { full_text: FullTextState::Never, ..closed };
    assert_eq!(assess(&never, now()).condition, Condition::Good, "its pages are not asked for any more");
}
