//! What is worth a notice, and how often.

use super::*;

fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().expect("a time")
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

fn with<T>(told: Told, look: impl FnOnce(&Subject<'_>) -> T) -> T {
    let id = SourceId::new("gazette").expect("a name");
    look(&Subject { id: &id, url: "https://gazette.example/feed", link: None, told })
}

const FAILING: Told = Told { failing: true, extraction: false };
const EXTRACTION: Told = Told { failing: false, extraction: true };

fn failure(told: Told, lasted: i64, failures: u32, gone: bool) -> Option<Telling> {
    let kind = if gone { "http-410" } else { "http-404" };
    let reason = Reason::new(kind, "https://gazette.example/feed: HTTP 404 Not Found");
    with(told, |subject| on_failure(subject, now(), now() - hours(lasted), failures, &reason, gone))
}

#[test]
fn three_days_of_failing_are_told_once() {
    assert_eq!(failure(Told::default(), 71, 7, false), None);
    assert_eq!(failure(Told::default(), 72, 1, false), None, "one failure is not three days of them");
    let told = failure(Told::default(), 72, 7, false).expect("a notice");
    assert_eq!((told.kind, told.title.as_str()), ("failing", "gazette has failed for 3 days"));
    assert_eq!(
        told.text,
        "https://gazette.example/feed: HTTP 404 Not Found. The feed has gone from this address. \
         Look at https://gazette.example/ for its new one and edit url. Its entries stay."
    );
    assert_eq!(told.after, FAILING);
    assert_eq!(failure(FAILING, 100, 9, false), None);
}

#[test]
fn gone_is_told_at_once() {
    let told = failure(Told::default(), 0, 1, true).expect("a notice");
    assert_eq!((told.kind, told.after), ("gone", FAILING));
    let told = failure(FAILING, 100, 9, true).expect("that it failed was told, that it ended was not");
    assert_eq!((told.kind, told.after), ("gone", FAILING));
}

#[test]
fn back_only_after_a_notice() {
    let since = Some(now() - hours(100));
    assert_eq!(with(Told::default(), |subject| on_success(subject, now(), since)), None);
    let told = with(FAILING, |subject| on_success(subject, now(), since)).expect("a notice");
    assert_eq!((told.kind, told.title.as_str()), ("back", "gazette is back after 4 days"));
    assert_eq!(told.after, Told::default());
}

#[test]
fn moves_are_told_once() {
    let moved = |before, target| with(Told::default(), |subject| on_move(subject, before, target));
    let new = "https://new.example/feed";
    let told = moved(None, new).expect("a notice");
    assert_eq!(told.kind, "moved");
    assert!(told.text.contains(new) && told.text.contains("[sources.gazette]"), "{}", told.text);
    assert_eq!(moved(Some(new), new), None);
    assert!(moved(Some(new), "https://newer.example/").is_some());
    assert_eq!(moved(None, "https://gazette.example/feed"), None);
}

#[test]
fn extraction_breaks_and_recovers() {
    let page = |told, recent: &[PageResult], worked, reason: Option<&Reason>| {
        with(told, |subject| on_page(subject, recent, worked, reason))
    };
    let reason = Reason::new("wall", "a wall");
    let failed = [PageResult::Failed; 10];
    assert_eq!(page(Told::default(), &failed, false, Some(&reason)), None, "it never worked");
    let told = page(Told::default(), &failed, true, Some(&reason)).expect("a notice");
    assert_eq!((told.kind, told.after), ("extraction", EXTRACTION));
    assert!(told.text.contains("(wall): a wall."), "{}", told.text);
    assert_eq!(page(EXTRACTION, &failed, true, Some(&reason)), None);
    let told = page(Told::default(), &[PageResult::SelectorMissed; 12], false, None).expect("a notice");
    assert!(told.text.contains("content_selector found nothing"), "{}", told.text);
    let mut recent = failed.to_vec();
    recent.extend([PageResult::Used, PageResult::NoGain]);
    assert_eq!(page(EXTRACTION, &recent, true, None), None);
    recent.push(PageResult::Used);
    let told = page(EXTRACTION, &recent, true, None).expect("a notice");
    assert_eq!((told.kind, told.after), ("back", Told::default()));
}
