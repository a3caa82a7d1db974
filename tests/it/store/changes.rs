//! When an article has changed, how often that is told, and what is kept of it.

use super::*;
use offprint::model::Version;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const LONG: &str = "<p>The bridge over the harbour was opened to traffic again on Monday morning, said the mayor, who had \
                    walked across it first and was followed by some hundreds of people on foot and on wheels, while \
                    three boats went by underneath it with their flags up, and nobody was hurt.</p>";

fn story(title: &str, text: &str) -> Vec<FeedEntry> {
    let published = Some(time("2026-03-01T10:00:00Z"));
    let content = Some(text.to_owned());
    vec![FeedEntry { content, published, ..item("1", "https://site.example/bridge", title) }]
}

fn page(html: &str) -> PageOutcome {
    PageOutcome::Extracted {
        html: Some(html.to_owned()),
        title: None,
        authors: vec![],
        image: None,
        lang: None,
        aliases: vec![],
        selector_missed: false,
        retry: None,
        print: print_of(0, 0),
        facts: Box::default(),
        site: Box::default(),
    }
}

impl Bench {
    async fn entry(&self) -> StoredEntry {
        self.store
            .read(|conn| store::newest_stored(conn, None, &Filter::default(), 1))
            .await
            .unwrap()
            .remove(0)
    }

    async fn versions(&self) -> Vec<Version> {
        let seq = self.entry().await.seq;
        self.store.read(move |conn| store::versions(conn, seq)).await.unwrap()
    }
}

#[tokio::test]
async fn a_clock_is_no_news_and_a_word_is() {
    let mut bench = Bench::new().await;
    bench.deliver("one", story("Bridge", &format!("{LONG}<p>14:05</p>"))).await;
    let first = bench.entry().await;
    for hour in 0..48 {
        bench.pass(HOUR);
        let text =
            format!("{LONG}<p>{}:05, {hour} comments</p><p><a href=x>Read this {hour}!</a></p>", hour % 24);
        let recorded = bench.deliver("one", story("Bridge", &text)).await;
        assert_eq!((recorded.new, recorded.changed), (0, 0));
    }
    let same = bench.entry().await;
    assert_eq!((same.id, same.updated, same.published), (first.id, first.updated, first.published));
    assert!(same.content.unwrap().contains("47 comments"), "but the text is the newest");
    assert!(bench.versions().await.is_empty());
    let recorded = bench.deliver("one", story("Bridge", &LONG.replace("nobody", "somebody"))).await;
    assert_eq!(recorded.changed, 1);
    let changed = bench.entry().await;
    assert_eq!((changed.id, changed.updated, changed.published), (first.id, bench.now, first.published));
    let versions = bench.versions().await;
    assert_eq!((versions.len(), versions[0].until), (1, bench.now));
    assert!(versions[0].text.contains("nobody was hurt") && versions[0].title == "Bridge");
}

#[tokio::test]
async fn a_ticker_is_told_at_longer_and_longer_intervals() {
    let mut bench = Bench::new().await;
    let mut moves = Vec::new();
    bench.deliver("one", story("Ticker", "Begins.")).await;
    let mut last = bench.entry().await.updated;
    // Every ten minutes something else, for five days.
    for round in 0..720 {
        bench.pass(MINUTE * 10);
        bench.deliver("one", story(&format!("Ticker {round}"), "Goes on.")).await;
        let now = bench.entry().await.updated;
        if now != last {
            moves.push(now);
            last = now;
        }
    }
    let hours: Vec<i64> = moves.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_hours()).collect();
    assert_eq!(hours, [0, 1, 2, 4, 8, 16, 24, 24, 24], "the first two at once");
    assert_eq!(bench.entry().await.title, "Ticker 719");
}

#[tokio::test]
async fn a_change_that_came_too_soon_is_told_later() {
    let mut bench = Bench::new().await;
    bench.deliver("one", story("One", "text")).await;
    for title in ["Two", "Three", "Four"] {
        bench.pass(MINUTE);
        bench.deliver("one", story(title, "text")).await;
    }
    let moved = bench.entry().await.updated;
    assert_eq!((bench.entry().await.title.as_str(), moved), ("Four", bench.now - MINUTE));
    bench.pass(MINUTE * 50);
    bench.unchanged("one").await;
    assert_eq!(bench.entry().await.updated, moved);
    bench.pass(MINUTE * 10);
    let before = bench.revision().await;
    bench.unchanged("one").await;
    assert_eq!(bench.entry().await.updated, bench.now, "also by a 304");
    assert!(bench.revision().await > before);
    let told = bench.now;
    bench.pass(DAY);
    bench.unchanged("one").await;
    assert_eq!(bench.entry().await.updated, told, "once");
}

#[tokio::test]
async fn the_first_full_text_is_no_change_and_another_one_is() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let seq = bench.deliver("one", story("Bridge", "A teaser.")).await.pages[0].seq;
    let first = bench.entry().await;
    bench.pass(HOUR);
    bench.claim_page(seq).await.unwrap();
    bench.record_page(seq, page(&format!("{LONG}<p>Read 7 times</p>"))).await;
    assert_eq!(bench.entry().await.updated, first.updated);
    assert!(bench.versions().await.is_empty());
    // The feed changes its teaser: that is told, and the page is read again.
    bench.pass(HOUR);
    let again = bench.deliver("one", story("Bridge", "Another teaser.")).await;
    assert_eq!((again.changed, again.pages.len()), (1, 1));
    let told = bench.entry().await.updated;
    assert_eq!(told, bench.now);
    assert!(bench.versions().await.is_empty(), "what readers see is the page's text, which is the same");
    bench.pass(HOUR);
    bench.claim_page(seq).await.unwrap();
    bench.record_page(seq, page(&format!("{LONG}<p>Read 812 times</p>"))).await;
    assert_eq!(bench.entry().await.updated, told, "a counter");
    bench.deliver("one", story("Bridge", "A third teaser.")).await;
    bench.pass(HOUR * 2);
    bench.claim_page(seq).await.unwrap();
    bench.record_page(seq, page(&LONG.replace("nobody", "somebody"))).await;
    assert_eq!(bench.entry().await.updated, bench.now);
    let versions = bench.versions().await;
    assert_eq!(versions.len(), 1);
    assert!(versions[0].text.contains("nobody was hurt"), "{versions:?}");
}

#[tokio::test]
async fn versions_are_bounded_and_go_with_their_entry() {
    let mut bench = Bench::new().await;
    bench.deliver("one", story("Version 0", "text")).await;
    for number in 1..=30 {
        bench.pass(HOUR);
        bench.deliver("one", story(&format!("Version {number}"), "text")).await;
    }
    let titles: Vec<String> = bench.versions().await.into_iter().map(|version| version.title).collect();
    assert_eq!(titles.len(), 8);
    assert_eq!(
        (titles[0].as_str(), titles[1].as_str(), titles[7].as_str()),
        ("Version 0", "Version 23", "Version 29")
    );
    // Large ones, of text that doesn't shrink much.
    let mut word = 1u64;
    let mut noise = |size: usize| {
        let mut next = || {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            format!("{:x} ", word >> 16)
        };
        (0..size / 13).map(|_| next()).collect::<String>()
    };
    for number in 31..40 {
        bench.pass(HOUR);
        bench.deliver("one", story(&format!("Version {number}"), &noise(40_000))).await;
    }
    let bytes = "SELECT sum(length(text) + length(title)), count(*) FROM versions";
    let size = move |conn: &rusqlite::Connection| {
        conn.query_row(bytes, [], |row| {
            Ok((row.get::<_, Option<i64>>(0)?.unwrap_or(0), row.get::<_, i64>(1)?))
        })
    };
    let (bytes, count) = bench.store.read(size).await.unwrap();
    assert!(bytes <= 64 << 10 && count >= 2, "{count} versions of {bytes} bytes");
    bench.deliver("one", vec![]).await;
    bench.pass(DAY * 40);
    bench.unchanged("two").await;
    assert_eq!(bench.prune(30).await, 1);
    assert_eq!(bench.store.read(size).await.unwrap(), (0, 0));
}
