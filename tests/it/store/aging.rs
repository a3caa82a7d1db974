//! Retention, and clocks that are wrong.

use super::*;

#[tokio::test]
async fn pruned_entries_never_come_back() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1), dated(2)]).await;
    bench.pass(DAY * 20);
    bench.deliver("one", vec![dated(2), dated(3)]).await;
    bench.pass(DAY * 15);
    bench.unchanged("two").await;
    assert_eq!(bench.prune(30).await, 1, "only the one that left its feed 35 days ago");
    assert_eq!(bench.prune(30).await, 0);
    assert_eq!(bench.deliver("one", vec![dated(1)]).await.new, 0);
    assert_eq!(bench.deliver("two", vec![item("x", "https://site.example/1", "Story 1")]).await.new, 0);
    assert_eq!(bench.titles().await, ["Story 3", "Story 2"]);
}

#[tokio::test]
async fn a_304_counts_as_seen() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    for _ in 0..12 {
        bench.pass(DAY * 10);
        bench.unchanged("one").await;
        assert_eq!(bench.prune(30).await, 0);
    }
    bench.wanted.remove(0);
    bench.sync().await;
    bench.pass(DAY * 20);
    bench.unchanged("two").await;
    assert_eq!(bench.prune(30).await, 0, "its source was removed, and delivered it 20 days ago");
    bench.pass(DAY * 11);
    bench.unchanged("two").await;
    assert_eq!(bench.prune(30).await, 1);
}

#[tokio::test]
async fn pruning_moves_the_revision() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    bench.deliver("one", vec![]).await;
    bench.pass(DAY * 40);
    bench.unchanged("two").await;
    let before = bench.revision().await;
    assert_eq!(bench.prune(30).await, 1);
    assert!(bench.revision().await > before);
}

#[tokio::test]
async fn a_clock_that_jumped_prunes_nothing() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    bench.deliver("one", vec![]).await;
    bench.pass(DAY * 3000);
    assert_eq!(bench.prune(30).await, 0);
}

#[tokio::test]
async fn a_run_with_a_clock_years_ahead_leaves_no_trace() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    let today = bench.now;
    bench.pass(DAY * 3000);
    let undated = FeedEntry { published: None, ..dated(2) };
    bench.pages = true;
    bench.deliver("one", vec![dated(1), undated]).await;
    bench.now = today + HOUR;
    let now = bench.now;
    bench.store.write(move |conn| store::heal_clock(conn, now)).await.unwrap();
    let (longest, wait) = (Duration::from_hours(200), SignedDuration::from_secs(1));
    let feeds = bench.store.read(move |conn| store::due_feeds(conn, now, longest)).await.unwrap();
    assert!(feeds.iter().all(|feed| feed.due <= now + HOUR * 2), "nobody is silenced: {feeds:?}");
    let pages = bench.store.read(|conn| store::due_pages(conn, 9)).await.unwrap();
    assert!(pages.iter().all(|(page, _)| page.due <= now + wait), "{pages:?}");
    bench.deliver("one", vec![]).await;
    let feed = bench.feed().await;
    assert_eq!(feed.len(), 2);
    assert!(feed.iter().all(|e| e.published <= now && e.updated <= now && e.first_seen <= now), "{feed:?}");
    assert_eq!(bench.prune(30).await, 0);
}

impl Bench {
    async fn limit(&self, max: usize) -> usize {
        let excess = self.store.read(move |conn| store::excess(conn, max)).await.unwrap();
        self.store.write(move |conn| store::forget(conn, &excess)).await.unwrap()
    }
}

#[tokio::test]
async fn of_too_many_those_go_that_left_their_feeds_longest_ago() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1), dated(2), dated(3)]).await;
    bench.pass(DAY * 3);
    bench.deliver("one", vec![dated(2), dated(3)]).await;
    bench.pass(DAY * 3);
    bench.deliver("one", vec![dated(3), dated(4)]).await;
    bench.pass(DAY * 3);
    // A feed that answers 304 still lists what it listed.
    bench.deliver("two", vec![dated(5)]).await;
    bench.unchanged("one").await;
    assert_eq!(bench.limit(5).await, 0);
    assert_eq!(bench.limit(4).await, 1);
    assert_eq!(bench.titles().await, ["Story 5", "Story 4", "Story 3", "Story 2"]);
    assert_eq!(bench.limit(3).await, 1);
    assert_eq!(bench.titles().await, ["Story 5", "Story 4", "Story 3"]);
    // Also what is listed, if the limit is that low; and nothing comes back.
    for _ in 0..3 {
        let more = usize::from(bench.feed().await.len() > 2);
        assert_eq!(bench.limit(2).await, more);
        bench.pass(HOUR);
        let again = bench.deliver("one", vec![dated(1), dated(2), dated(3), dated(4)]).await;
        assert_eq!((again.new, again.changed), (0, 0));
        bench.deliver("two", vec![item("other", "https://site.example/3", "Story 3")]).await;
        assert_eq!(bench.titles().await, ["Story 5", "Story 4"]);
    }
}
