//! What is remembered of a source's polls and pages, and what is told.

use super::*;
use offprint::model::{EntryId, EntryKey, FullTextState, PageResult, SourceState};

async fn state(bench: &Bench, source: &str) -> SourceState {
    let (id, now) = (id(source), bench.now);
    bench.store.read(move |conn| store::figures_of(conn, &id, now)).await.unwrap().unwrap()
}

async fn polls(bench: &Bench, source: &str) -> Vec<offprint::model::LoggedPoll> {
    let id = id(source);
    bench.store.read(move |conn| store::poll_log(conn, &id, 1000)).await.unwrap()
}

async fn kinds(bench: &Bench) -> Vec<String> {
    let notices = bench.store.read(|conn| store::notices(conn, 1000)).await.unwrap();
    notices.into_iter().rev().map(|notice| format!("{} {}", notice.source, notice.kind)).collect()
}

fn read_page(html: Option<&str>, selector_missed: bool) -> PageOutcome {
    PageOutcome::Extracted {
        facts: Box::default(),
        retry: None,
        html: html.map(str::to_owned),
        title: None,
        authors: vec![],
        image: None,
        lang: None,
        aliases: vec![],
        selector_missed,
        print: print_of(0, 0),
        site: Box::default(),
    }
}

fn given_up() -> PageOutcome {
    PageOutcome::Failed { reason: Reason::new("wall", "https://site.example/1: a wall"), retry: None }
}

#[tokio::test]
async fn only_polls_with_news_are_logged() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1), dated(2)]).await;
    for _ in 0..3 {
        bench.pass(HOUR);
        bench.unchanged("one").await;
    }
    bench.pass(HOUR);
    bench.deliver("one", vec![dated(1), dated(2)]).await;
    assert_eq!((polls(&bench, "one").await.len(), state(&bench, "one").await.quiet), (1, 4));
    bench.pass(HOUR);
    bench.deliver("one", vec![dated(3)]).await;
    bench.pass(HOUR);
    bench.fail("one", false).await;
    let log: Vec<_> = polls(&bench, "one")
        .await
        .into_iter()
        .map(|poll| (poll.at == bench.now, poll.quiet, poll.new, poll.bytes, poll.error))
        .collect();
    assert_eq!(
        log,
        [(true, 0, 0, 100, Some("no".to_owned())), (false, 4, 1, 100, None), (false, 0, 2, 100, None)]
    );
    let state = state(&bench, "one").await;
    assert_eq!((state.quiet, state.failures, state.failing_since), (0, 1, Some(bench.now)));
    assert!(polls(&bench, "two").await.is_empty());
}

#[tokio::test]
async fn the_log_is_bounded() {
    let mut bench = Bench::new().await;
    bench.fail("two", false).await;
    for _ in 0..60 {
        bench.pass(HOUR);
        bench.fail("one", false).await;
    }
    let log = polls(&bench, "one").await;
    assert_eq!((log.len(), log[0].at), (50, bench.now));
    assert_eq!(polls(&bench, "two").await.len(), 1);
}

#[tokio::test]
async fn days_and_newest() {
    let mut bench = Bench::new().await;
    bench.now = time("2026-01-20T10:00:00Z");
    // Days after 1 January; the last one is still to come.
    bench.deliver("one", vec![dated(5), dated(5 + 10), dated(30)]).await;
    let days = state(&bench, "one").await.days;
    // 6 and 16 January are 14 and 4 days back; what is dated ahead came today.
    assert_eq!((days[29 - 14], days[29 - 4], days[29]), (1, 1, 1));
    assert_eq!(state(&bench, "one").await.newest, Some(time("2026-01-16T00:00:00Z")));
    bench.pass(DAY);
    bench.deliver("one", vec![dated(6), dated(7)]).await;
    let state = state(&bench, "one").await;
    assert_eq!((state.days[28], state.days[29]), (1, 2), "later ones count when they are found");
    assert_eq!(state.newest, Some(time("2026-01-16T00:00:00Z")), "it never goes back");
}

#[tokio::test]
async fn repairs_are_those_of_the_last_document() {
    let bench = Bench::new().await;
    let repairs = vec!["line 3: a bare &".to_owned(), "and 7 more".to_owned()];
    let given = repairs.clone();
    bench.deliver_with("one", vec![dated(1)], |delivery| delivery.repairs = given).await;
    bench.unchanged("one").await;
    assert_eq!(state(&bench, "one").await.repairs, repairs);
    bench.deliver("one", vec![dated(1)]).await;
    assert!(state(&bench, "one").await.repairs.is_empty());
    let cut = Some("incomplete".to_owned());
    bench.deliver_with("one", vec![dated(1)], |delivery| delivery.cut = cut).await;
    assert_eq!(polls(&bench, "one").await[0].error.as_deref(), Some("incomplete"));
}

#[tokio::test]
async fn notices_of_a_failing_period() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    for _ in 0..5 {
        bench.pass(DAY);
        bench.fail("one", false).await;
    }
    assert_eq!(kinds(&bench).await, ["one failing"]);
    bench.unchanged("one").await;
    bench.unchanged("one").await;
    assert_eq!(kinds(&bench).await, ["one failing", "one back"]);
    bench.fail("one", true).await;
    bench.fail("one", true).await;
    bench.wanted[0].url = "https://one.example/elsewhere".to_owned();
    bench.sync().await;
    bench.deliver("one", vec![dated(1)]).await;
    assert_eq!(kinds(&bench).await, ["one failing", "one back", "one gone"]);
}

#[tokio::test]
async fn a_source_may_come_back_elsewhere() {
    let mut bench = Bench::new().await;
    bench.fail("one", false).await;
    bench.pass(DAY * 4);
    bench.fail("one", false).await;
    let target = Moved::To("https://new.example/".to_owned());
    for _ in 0..2 {
        let moved = target.clone();
        bench.deliver_with("one", vec![dated(1)], |delivery| delivery.moved = moved).await;
    }
    bench.unchanged("one").await;
    assert_eq!(kinds(&bench).await, ["one failing", "one back", "one moved"]);
}

#[tokio::test]
async fn notices_are_bounded_and_numbered() {
    let mut bench = Bench::new().await;
    for number in 0..210 {
        let moved = Moved::To(format!("https://new.example/{number}"));
        bench.deliver_with("one", vec![dated(1)], |delivery| delivery.moved = moved).await;
        bench.pass(HOUR);
    }
    let notices = bench.store.read(|conn| store::notices(conn, 1000)).await.unwrap();
    assert_eq!((notices.len(), notices[0].number, notices[199].number), (200, 210, 11));
    assert_eq!(bench.store.read(|conn| store::notices(conn, 5)).await.unwrap().len(), 5);
}

#[tokio::test]
async fn pages_are_logged_and_told() {
    let mut bench = Bench::new().await;
    bench.wanted[0].full_text = 2;
    bench.sync().await;
    bench.pages = true;
    let pages = bench.deliver("one", (1..=14).map(dated).collect()).await.pages;
    for (index, page) in pages.iter().enumerate() {
        bench.pass(SignedDuration::from_secs(1));
        bench.claim_page(page.seq).await.unwrap();
        let outcome = match index {
            0 => read_page(Some("<p>text</p>"), false),
            1..11 => given_up(),
            11 => read_page(Some("<p>text</p>"), true),
            _ => read_page(None, false),
        };
        bench.record_page(page.seq, outcome).await;
        let expected: &[&str] = if index < 10 { &[] } else { &["one extraction"] };
        assert_eq!(kinds(&bench).await, expected, "{index}");
    }
    let one = id("one");
    let log = bench.store.read(move |conn| store::page_log(conn, &one, 4)).await.unwrap();
    let results: Vec<_> = log.iter().map(|page| page.result.unwrap()).collect();
    use PageResult::{Failed, NoGain, SelectorMissed};
    assert_eq!(results, [NoGain, NoGain, SelectorMissed, Failed]);
    assert_eq!((log[0].at, log[0].title.as_str()), (bench.now, "Story 14"));
    assert!(log[3].error.as_deref().is_some_and(|error| error.ends_with("a wall")), "{:?}", log[3]);
    let state = state(&bench, "one").await;
    assert_eq!((state.recent_pages.len(), state.full_text), (14, FullTextState::Always));
    assert_eq!(
        (state.pages_good, state.pages_no_gain, state.pages_failed, state.selector_missed),
        (2, 2, 10, 1)
    );
    assert_eq!(state.page_error.map(|reason| reason.kind).as_deref(), Some("wall"));
    // Two more good ones: three in a row.
    let pages = bench.deliver("one", vec![dated(15), dated(16)]).await.pages;
    for page in &pages {
        bench.claim_page(page.seq).await.unwrap();
        bench.record_page(page.seq, read_page(Some("<p>text</p>"), false)).await;
    }
    assert_eq!(kinds(&bench).await, ["one extraction", "one back"]);
}

#[tokio::test]
async fn a_page_that_waits_for_another_attempt() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let pages = bench.deliver("one", vec![dated(1)]).await.pages;
    bench.claim_page(pages[0].seq).await.unwrap();
    let reason = Reason::new("timeout", "https://site.example/1: too slow");
    let retry = Some(bench.now + HOUR);
    bench.record_page(pages[0].seq, PageOutcome::Failed { reason, retry }).await;
    let one = id("one");
    let log = bench.store.read(move |conn| store::page_log(conn, &one, 10)).await.unwrap();
    assert_eq!((log.len(), log[0].result, log[0].error.as_deref()), (1, None, Some("too slow")));
}

#[tokio::test]
async fn articles_are_found_by_name() {
    let bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    let entry = bench.feed().await.remove(0);
    let name = entry.id;
    assert_eq!(bench.store.read(move |conn| store::article(conn, &name)).await.unwrap(), Some(entry));
    let other = EntryId::from_key(EntryKey::from_digest([7; 16]));
    assert_eq!(bench.store.read(move |conn| store::article(conn, &other)).await.unwrap(), None);
}
