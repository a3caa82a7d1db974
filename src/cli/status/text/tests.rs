//! The table: its lines fit, its columns stand in line.

use super::*;
use crate::cli::status::Overview;
use crate::health::{Health, assess};
use crate::model::{
    DAYS, FullTextState, LoggedPoll, Notice, PageResult, Reason, SourceId, SourceState, Standing,
};
use crate::store::StoreFigures;
use proptest::prelude::*;
use std::time::Duration;

fn now() -> Timestamp {
    "2026-03-02T10:05:00Z".parse().expect("a time")
}

fn state(id: &str) -> SourceState {
    SourceState {
        id: SourceId::new(id).expect("a name"),
        standing: Standing::Active,
        url: format!("https://{id}.example/feed"),
        moved_to: None,
        title: None,
        link: None,
        interval: Duration::from_hours(1),
        max_interval: Duration::from_hours(24),
        next_due: now() + SignedDuration::from_mins(55),
        why: "every 1 h".to_owned(),
        last_attempt: Some(now() - SignedDuration::from_mins(5)),
        last_success: Some(now() - SignedDuration::from_mins(5)),
        failures: 0,
        failing_since: None,
        gone: false,
        error_kind: None,
        error: None,
        repairs: vec![],
        proposal: None,
        full_text: FullTextState::Auto,
        recent_pages: [vec![PageResult::Failed], vec![PageResult::Used; 19]].concat(),
        page_error: None,
        newest: Some(now()),
        days: [0; DAYS],
        polls: 1,
        unchanged: 0,
        quiet: 0,
        errors: 0,
        bytes: 0,
        pages_good: 49,
        pages_no_gain: 0,
        pages_failed: 1,
        selector_missed: 0,
        paywalled: 0,
        entries: 120,
        subscription: None,
    }
}

fn failing(id: &str) -> SourceState {
    SourceState {
        failures: 7,
        failing_since: Some(now() - SignedDuration::from_hours(72)),
        last_success: Some(now() - SignedDuration::from_hours(73)),
        error_kind: Some("http-404".to_owned()),
        error: Some(format!("https://{id}.example/feed: HTTP 404 Not Found")),
        why: "after 7 failures in a row: 2 d".to_owned(),
        repairs: (1..=5).map(|line| format!("line {line}: mended")).collect(),
        ..state(id)
    }
}

fn shown(state: SourceState, title: &str) -> Shown {
    Shown {
        id: state.id.to_string(),
        title: Some(title.to_owned()),
        url: state.url.clone(),
        enabled: true,
        health: assess(&state, now()),
        state: Some(state),
        log: vec![],
    }
}

fn overview(sources: Vec<Shown>) -> Overview {
    Overview {
        now: now(),
        database: Some("data/offprint.db".into()),
        daemon: true,
        figures: StoreFigures { entries: 240, pages_waiting: 1, bytes: 3 << 20, sources: vec![] },
        sources,
        named: false,
        websub_obstacle: None,
        notices: vec![],
        backup: None,
    }
}

#[test]
fn a_table_of_three() {
    let closed = SourceState {
        recent_pages: vec![PageResult::Failed; 10],
        page_error: Some(Reason::new("robots", "robots.txt forbids this page")),
        ..state("kettle")
    };
    let mut all = overview(vec![
        shown(state("bote"), "新聞"),
        shown(failing("courier"), "Courrier"),
        shown(closed, "K"),
    ]);
    all.notices = vec![Notice {
        number: 1,
        at: now(),
        source: SourceId::new("courier").expect("a name"),
        kind: "failing".to_owned(),
        title: "courier has failed for 3 days".to_owned(),
        text: String::new(),
    }];
    let expected = "\
Offprint, 2026-03-02 10:05 UTC: the daemon is running
3 sources (1 failing, 1 to look at), 240 entries, 1 page waiting, 3.0 MiB

SOURCE                           LAST SUCCESS   NEXT POLL     ENTRIES  FULL TEXT
bote                             5 min ago      in 55 min         120       95 %
  新聞                                          every 1 h
courier                          3 days ago     in 55 min         120       95 %
  Courrier                                      after 7 failures in a row: 2 d
  ! HTTP 404 Not Found for 3 days (7 polls in a row)
  > The feed has gone from this address. Look at https://courier.example/ for
    its new one and edit url.
  ~ repaired: line 1: mended
  ~ repaired: line 2: mended
  ~ repaired: line 3: mended
  ~ and 2 more; offprint parse shows them all
kettle                           5 min ago      in 55 min         120        0 %
  K                                             every 1 h
  ! delivers, but 10 of the last 10 pages failed (robots.txt): robots.txt
    forbids this page
  > The site does not want its pages to be read by programs. The feed's own text
    is used; full_text = \"never\" stops asking.

NOTICES
2026-03-02 10:05 UTC  courier has failed for 3 days
";
    assert_eq!(of(&all, 80, false), expected);
    let coloured = of(&all, 80, true);
    assert_eq!(coloured.replace(BOLD, "").replace(RED, "").replace(YELLOW, "").replace(PLAIN, ""), expected);
}

#[test]
fn before_the_first_poll() {
    let new = Shown {
        id: "bote".to_owned(),
        title: None,
        url: "https://bote.example/feed".to_owned(),
        enabled: false,
        state: None,
        health: Health { condition: Condition::New, wrong: None, advice: None },
        log: vec![],
    };
    let all =
        Overview { database: None, daemon: false, figures: StoreFigures::default(), ..overview(vec![new]) };
    let text = of(&all, 80, false);
    assert!(text.contains("Nothing has been polled yet"), "{text}");
    assert!(text.contains("1 source (1 disabled), 0 entries"), "{text}");
    assert!(
        text.lines().any(|line| line.starts_with("bote") && line.contains("never          disabled")),
        "{text}"
    );
}

#[test]
fn a_copy_that_is_overdue_shows() {
    let mut all = overview(vec![]);
    for (newest, words) in [
        (Some(now() - SignedDuration::from_hours(5)), "Last daily copy 5 hours ago in copies"),
        (Some(now() - SignedDuration::from_hours(72)), "the last daily copy was made 3 days ago"),
        (None, "no daily copy has been made yet"),
    ] {
        all.backup = Some(("copies".into(), newest));
        let text = of(&all, 80, false);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn sizes() {
    for (bytes, text) in [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (24 << 20, "24.0 MiB"),
        (u64::MAX, "16777216.0 TiB"),
    ] {
        assert_eq!(size(bytes), text);
    }
}

proptest! {
    #[test]
    fn no_line_is_too_wide(
        title in "\\PC{0,60}", id in "[a-z0-9][a-z0-9._-]{0,99}", why in "\\PC{0,60}", error in "\\PC{0,300}", columns in 80usize..120,
    ) {
        let state = SourceState {
            why,
            error: Some(error.clone()),
            moved_to: Some(format!("https://example.com/{error}")),
            ..failing(&id)
        };
        let mut source = shown(state, &title);
        source.log = vec![LoggedPoll { at: now(), quiet: 7, new: 0, changed: 0, bytes: 5, error: Some(error) }];
        let all = Overview { named: true, ..overview(vec![source]) };
        let text = of(&all, columns, false);
        prop_assert_eq!(text.find('\u{1b}'), None);
        for line in text.lines() {
            prop_assert!(width(line) <= columns, "{line:?}");
        }
    }
}
