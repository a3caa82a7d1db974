//! What a document brings: first import, keep and drop, changes, dates.

use super::*;
use offprint::model::{Enclosure, Person};

#[tokio::test]
async fn the_first_poll_takes_the_newest_and_the_rest_never_comes() {
    let mut bench = Bench::new().await;
    bench.first_import = 2;
    // Oldest first in the document: dates decide.
    let all: Vec<FeedEntry> = (1..=5).map(dated).collect();
    assert_eq!(bench.deliver("one", all.clone()).await.new, 2);
    assert_eq!(bench.titles().await, ["Story 5", "Story 4"]);
    bench.pass(HOUR);
    let mut more = all.clone();
    more.push(dated(6));
    assert_eq!(bench.deliver("one", more).await.new, 1);
    assert_eq!(bench.titles().await, ["Story 6", "Story 5", "Story 4"]);
    // Another feed may bring them.
    assert_eq!(bench.deliver("two", vec![dated(1)]).await.new, 1);
    assert_eq!(bench.deliver("one", all).await.new, 0);
}

#[tokio::test]
async fn without_dates_the_document_order_counts() {
    let mut bench = Bench::new().await;
    bench.first_import = 1;
    let entries = vec![item("b", "https://site.example/b", "B"), item("a", "https://site.example/a", "A")];
    bench.deliver("one", entries).await;
    assert_eq!(bench.titles().await, ["B"]);
}

#[tokio::test]
async fn a_cut_first_document_is_not_the_first_import() {
    let mut bench = Bench::new().await;
    bench.first_import = 3;
    let cut = vec![dated(20), dated(19)];
    bench.deliver_with("one", cut, |delivery| delivery.validators = None).await;
    bench.pass(HOUR);
    let whole: Vec<FeedEntry> = (1..=20).rev().map(dated).collect();
    assert_eq!(bench.deliver("one", whole).await.new, 1, "the third of three, not all the others");
    assert_eq!(bench.titles().await, ["Story 20", "Story 19", "Story 18"]);
}

#[tokio::test]
async fn dropped_ones_are_remembered_by_source() {
    let bench = Bench::new().await;
    let drop_all = |delivery: &mut Delivery| delivery.entries.iter_mut().for_each(|e| e.wanted = false);
    assert_eq!(bench.deliver_with("one", vec![dated(1)], drop_all).await.new, 0);
    assert_eq!(bench.deliver("one", vec![dated(1)]).await.new, 0, "also after the rule is gone");
    assert_eq!(bench.deliver("two", vec![dated(1)]).await.new, 1, "that was the other feed's rule");
}

#[tokio::test]
async fn a_change_moves_updated_and_nothing_else() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    let before = bench.feed().await.remove(0);
    bench.pass(HOUR);
    let changed = FeedEntry { title: Some("Story 1, corrected".to_owned()), ..dated(1) };
    let recorded = bench.deliver("one", vec![changed]).await;
    assert_eq!((recorded.new, recorded.changed), (0, 1));
    let after = bench.feed().await.remove(0);
    assert_eq!(after.title, "Story 1, corrected");
    assert_eq!(
        (after.id, after.published, after.first_seen),
        (before.id, before.published, before.first_seen)
    );
    assert_eq!(after.updated, bench.now);
}

#[tokio::test]
async fn nothing_new_leaves_everything_as_it_was() {
    let mut bench = Bench::new().await;
    bench.deliver("one", (1..=3).map(dated).collect()).await;
    let (before, revision) = (bench.feed().await, bench.revision().await);
    bench.pass(DAY * 2 - HOUR);
    bench.deliver("one", (1..=3).map(dated).collect()).await;
    bench.unchanged("one").await;
    bench.fail("one", false).await;
    let bumped = FeedEntry { published: Some(bench.now), updated: Some(bench.now), ..dated(2) };
    bench.deliver("one", vec![bumped]).await;
    bench.deliver("one", vec![]).await;
    assert_eq!(bench.feed().await, before);
    assert_eq!(bench.revision().await, revision);
    bench.deliver("one", (1..=3).map(dated).collect()).await;
    assert_eq!(bench.feed().await, before, "they are back, and nothing has changed");
    assert_eq!(bench.revision().await, revision);
}

#[tokio::test]
async fn useless_dates_become_the_first_sight() {
    let mut bench = Bench::new().await;
    let with = |number: i64, date: Option<&str>| FeedEntry { published: date.map(time), ..dated(number) };
    let entries = vec![
        with(1, Some("2030-01-01T00:00:00Z")),
        with(2, Some("1970-01-01T00:00:00Z")),
        with(3, None),
        with(4, Some("2026-02-01T00:00:00Z")),
    ];
    bench.deliver("one", entries.clone()).await;
    let seen = bench.now;
    bench.pass(DAY);
    bench.deliver("one", entries).await;
    let feed = bench.feed().await;
    for entry in &feed {
        let expected = if entry.title == "Story 4" { time("2026-02-01T00:00:00Z") } else { seen };
        assert_eq!((entry.published, entry.updated), (expected, expected), "{}", entry.title);
    }
    assert_eq!(feed.len(), 4);
}

#[tokio::test]
async fn limit_window_and_share_of_a_source() {
    let mut bench = Bench::new().await;
    bench.deliver("one", (1..=4).map(dated).collect()).await;
    bench.pass(DAY * 3);
    bench.deliver("two", (11..=13).map(dated).collect()).await;
    let window = Duration::from_hours(48);
    let titles = async |limit, max_per_source| -> Vec<String> {
        let summary = bench
            .selected(Selection {
                limit,
                window,
                max_per_source,
                wait: std::time::Duration::MAX,
                cluster: true,
                filter: Filter::default(),
                before: None,
            })
            .await;
        summary.entries.into_iter().map(|entry| entry.title).collect()
    };
    assert_eq!(titles(2, None).await, ["Story 13", "Story 12", "Story 11"], "the window adds to the limit");
    assert_eq!(titles(5, None).await, ["Story 13", "Story 12", "Story 11", "Story 4", "Story 3"]);
    assert_eq!(titles(5, Some(1)).await, ["Story 13", "Story 4"]);
    let summary = bench
        .selected(Selection {
            limit: 2,
            window,
            max_per_source: None,
            wait: std::time::Duration::MAX,
            cluster: true,
            filter: Filter::default(),
            before: None,
        })
        .await;
    assert!(summary.until.is_some_and(|until| until > bench.now + DAY && until < bench.now + DAY * 3));
}

#[tokio::test]
async fn repeats_in_a_document_do_not_change_each_other() {
    let mut bench = Bench::new().await;
    let other = FeedEntry { title: Some("Story 1 in another section".to_owned()), ..dated(1) };
    let entries = vec![dated(1), other];
    bench.deliver("one", entries.clone()).await;
    let (before, revision) = (bench.feed().await, bench.revision().await);
    bench.pass(HOUR);
    for _ in 0..3 {
        assert_eq!(bench.deliver("one", entries.clone()).await.changed, 0);
    }
    assert_eq!((bench.feed().await, bench.revision().await), (before, revision));
}

#[tokio::test]
async fn a_change_brings_its_authors_and_enclosures() {
    let bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    let person = Person { name: "Ada".to_owned(), url: None };
    let sound = Enclosure { url: "https://site.example/1.mp3".to_owned(), ..Enclosure::default() };
    let changed = FeedEntry {
        title: Some("Story 1, now as a podcast".to_owned()),
        authors: vec![person.clone()],
        enclosures: vec![sound.clone()],
        ..dated(1)
    };
    bench.deliver("one", vec![changed]).await;
    let entry = bench.feed().await.remove(0);
    assert_eq!((entry.authors, entry.extra.enclosures), (vec![person], vec![sound]));
}
