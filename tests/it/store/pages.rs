//! Article pages: waiting, retries, refetches.

use super::*;

fn text(html: Option<&str>) -> PageOutcome {
    PageOutcome::Extracted {
        facts: Box::default(),
        print: print_of(0, 0),
        site: Box::default(),
        html: html.map(str::to_owned),
        title: Some("The page's title".to_owned()),
        authors: vec![],
        image: Some("https://site.example/lead.jpg".to_owned()),
        lang: Some("en".to_owned()),
        aliases: vec![],
        selector_missed: false,
        retry: None,
    }
}

#[tokio::test]
async fn an_entry_waits_for_its_page_but_not_for_ever() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let found = bench.deliver("one", vec![dated(1), dated(2), dated(3)]).await.pages;
    assert_eq!(found.len(), 3);
    let selection = Selection {
        limit: 9,
        window: Duration::from_hours(1),
        max_per_source: None,
        cluster: true,
        wait: std::time::Duration::MAX,
        filter: store::Filter::default(),
        before: None,
    };
    let summary = bench.selected(selection).await;
    assert!(summary.entries.is_empty());
    assert_eq!(summary.until, Some(bench.now + SignedDuration::from_mins(5)));
    bench.record_page(found[0].seq, text(Some("<p>all of it</p>"))).await;
    let reason = Reason::new("timeout", "slow");
    let retry = Some(bench.now + HOUR);
    bench.record_page(found[1].seq, PageOutcome::Failed { reason, retry }).await;
    assert_eq!(bench.titles().await, ["Story 2", "Story 1"], "the first attempt lets it in, good or bad");
    bench.pass(SignedDuration::from_mins(5));
    assert_eq!(bench.titles().await, ["Story 3", "Story 2", "Story 1"]);
}

#[tokio::test]
async fn full_text_does_not_move_updated() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let page = bench.deliver("one", vec![dated(1)]).await.pages.remove(0);
    bench.pass(HOUR);
    let before = bench.feed().await.remove(0);
    bench.record_page(page.seq, text(Some("<p>all of it</p>"))).await;
    let after = bench.feed().await.remove(0);
    assert_eq!(
        (after.updated, after.published, after.listed),
        (before.updated, before.published, before.listed)
    );
    assert_eq!(after.article.as_deref(), Some("<p>all of it</p>"));
    assert_eq!((after.title.as_str(), after.lang.as_deref()), ("Story 1", Some("en")));
    assert_eq!(after.touched, bench.now);
    assert!(bench.claim_page(page.seq).await.is_none(), "fetched once");
}

#[tokio::test]
async fn a_claim_stores_the_next_attempt_first() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let page = bench.deliver("one", vec![dated(1)]).await.pages.remove(0);
    assert_eq!(bench.claim_page(page.seq).await.unwrap().attempts, 1);
    assert!(bench.claim_page(page.seq).await.is_none(), "a crash doesn't fetch it again at once");
    bench.pass(HOUR);
    assert_eq!(bench.claim_page(page.seq).await.unwrap().attempts, 2);
}

#[tokio::test]
async fn a_changed_entry_is_fetched_three_times_more_an_hour_apart() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let version = |number: usize| FeedEntry { title: Some(format!("Version {number}")), ..dated(1) };
    let page = bench.deliver("one", vec![version(0)]).await.pages.remove(0);
    bench.claim_page(page.seq).await.unwrap();
    bench.record_page(page.seq, text(Some("<p>text</p>"))).await;
    let mut due = Vec::new();
    for number in 1..=6 {
        let fetched = bench.now;
        bench.pass(SignedDuration::from_mins(20));
        let Some(page) = bench.deliver("one", vec![version(number)]).await.pages.pop() else { continue };
        due.push(page.due.duration_since(fetched));
        assert!(bench.claim_page(page.seq).await.is_none(), "not yet");
        bench.now = page.due;
        bench.claim_page(page.seq).await.unwrap();
        bench.record_page(page.seq, text(Some("<p>text</p>"))).await;
    }
    assert_eq!(due, [HOUR; 3]);
}

#[tokio::test]
async fn a_change_during_retries_keeps_their_time() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let version = |number: usize| FeedEntry { title: Some(format!("Version {number}")), ..dated(1) };
    let page = bench.deliver("one", vec![version(0)]).await.pages.remove(0);
    bench.record_page(page.seq, text(None)).await;
    bench.pass(HOUR * 2);
    let page = bench.deliver("one", vec![version(1)]).await.pages.remove(0);
    let retry = bench.now + HOUR * 12;
    let failed = PageOutcome::Failed { reason: Reason::new("timeout", "slow"), retry: Some(retry) };
    bench.record_page(page.seq, failed).await;
    let page = bench.deliver("one", vec![version(2)]).await.pages.remove(0);
    assert_eq!(page.due, retry, "what is told is what is stored");
}

#[tokio::test]
async fn full_text_switched_on_and_off_later() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1), dated(2)]).await;
    bench.deliver("two", vec![dated(3)]).await;
    let due = async |bench: &Bench| -> Vec<String> {
        let due = bench.store.read(|conn| store::due_pages(conn, 10)).await.unwrap();
        due.into_iter().map(|(page, _)| page.url).collect()
    };
    assert_eq!(due(&bench).await, [""; 0]);
    bench.wanted[0].full_text = 1;
    bench.sync().await;
    let mut pages = due(&bench).await;
    pages.sort();
    assert_eq!(pages, ["https://site.example/1", "https://site.example/2"]);
    bench.wanted[0].full_text = 0;
    bench.sync().await;
    assert_eq!(due(&bench).await, [""; 0], "and off again");
    bench.wanted[0].full_text = 2;
    bench.wanted[0].first_import = 1;
    bench.sync().await;
    assert_eq!(due(&bench).await, ["https://site.example/2"], "no more than a first poll would take");
}
