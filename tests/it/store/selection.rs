//! Feeds of a part of the entries, and walking through all of them page by page.

use super::duplicates::copy;
use super::*;
use offprint::store::Accept;
use std::collections::HashSet;
use std::sync::Arc;

fn part(limit: usize, filter: &Filter, before: Option<i64>) -> Selection {
    Selection {
        limit,
        window: Duration::ZERO,
        max_per_source: None,
        wait: Duration::MAX,
        cluster: true,
        filter: filter.clone(),
        before,
    }
}

fn carried_by(names: &[&str]) -> Filter {
    Filter { sources: vec![names.iter().map(|name| id(name)).collect()], ..Filter::default() }
}

impl Bench {
    async fn part(&self, filter: &Filter) -> Vec<String> {
        titles_of(&self.selected(part(200, filter, None)).await)
    }

    /// All pages, one after another; between two of them something new is stored.
    async fn walk(&mut self, limit: usize, filter: &Filter) -> Vec<String> {
        let (mut walked, mut before, mut number) = (Vec::new(), None, 900);
        loop {
            let page = self.selected(part(limit, filter, before)).await;
            assert!(page.entries.len() <= limit);
            walked.extend(titles_of(&page));
            let Some(next) = page.next else { return walked };
            assert!(before.is_none_or(|before| next < before), "it goes on");
            before = Some(next);
            number += 1;
            self.pass(HOUR);
            self.deliver(["one", "two", "three"][number as usize % 3], vec![dated(number)]).await;
        }
    }
}

fn titles_of(summary: &store::Summary) -> Vec<String> {
    summary.entries.iter().map(|entry| entry.title.clone()).collect()
}

#[tokio::test]
async fn feeds_of_sources_have_what_they_carry() {
    let mut bench = Bench::new().await;
    bench.deliver("one", (0..3).map(dated).collect()).await;
    bench.pass(HOUR);
    bench.deliver("two", (2..5).map(dated).collect()).await;
    bench.pass(HOUR);
    bench.deliver("three", (5..7).map(dated).collect()).await;
    let story = |numbers: &[i64]| numbers.iter().map(|n| format!("Story {n}")).collect::<Vec<_>>();
    assert_eq!(bench.part(&carried_by(&["one"])).await, story(&[2, 1, 0]));
    assert_eq!(bench.part(&carried_by(&["two"])).await, story(&[4, 3, 2]), "2 is carried by both");
    assert_eq!(bench.part(&carried_by(&["one", "two"])).await, story(&[4, 3, 2, 1, 0]));
    assert_eq!(bench.part(&carried_by(&[])).await, story(&[]));
    let both = Filter { sources: vec![vec![id("one")], vec![id("two"), id("three")]], ..Filter::default() };
    assert_eq!(bench.part(&both).await, story(&[2]));
    let without = Filter { without: vec![id("two")], ..carried_by(&["one", "three"]) };
    assert_eq!(bench.part(&without).await, story(&[6, 5, 1, 0]));
    let without = Filter { without: vec![id("one")], ..Filter::default() };
    assert_eq!(bench.part(&without).await, story(&[6, 5, 4, 3]));
    let accept = Accept(Arc::new(|entry: &StoredEntry| entry.title.ends_with(['1', '5'])));
    let some = Filter { accept: Some(accept), ..Filter::default() };
    assert_eq!(bench.part(&some).await, story(&[5, 1]));
}

#[tokio::test]
async fn pages_have_every_entry_once_while_others_arrive() {
    let mut bench = Bench::new().await;
    let sources = ["one", "two", "three"];
    for round in 0..12_i64 {
        // Some are carried by two sources, and every document brings several.
        let first = round * 4;
        bench.deliver(sources[round as usize % 3], (first..first + 6).map(dated).collect()).await;
        bench.pass(HOUR);
    }
    for filter in [Filter::default(), carried_by(&["two"]), carried_by(&["one", "three"])] {
        let expected: HashSet<String> = bench.part(&filter).await.into_iter().collect();
        assert!(expected.len() > 10);
        for limit in [1, 2, 7, 100] {
            let walked = bench.walk(limit, &filter).await;
            let distinct: HashSet<String> = walked.iter().cloned().collect();
            assert_eq!(walked.len(), distinct.len(), "none twice, {limit} a page");
            assert!(expected.is_subset(&distinct), "none left out, {limit} a page");
        }
    }
}

#[tokio::test]
async fn the_newest_of_a_first_document_are_chosen() {
    let bench = Bench::new().await;
    // Newest first, as documents are, and one whose order is the other way round.
    bench.deliver("one", (0..20).rev().map(dated).collect()).await;
    let newest = titles_of(&bench.selected(part(2, &Filter::default(), None)).await);
    assert_eq!(newest, ["Story 19", "Story 18"]);
    bench.deliver("two", (30..50).map(dated).collect()).await;
    let newest = titles_of(&bench.selected(part(2, &Filter::default(), None)).await);
    assert_eq!(newest, ["Story 49", "Story 48"]);
}

#[tokio::test]
async fn a_story_appears_once_in_every_part() {
    let mut bench = Bench::new().await;
    for (site, source) in ["one", "two", "three"].into_iter().enumerate() {
        bench.deliver(source, vec![copy(1, site), copy(10 + site as u64, site)]).await;
        bench.pass(HOUR);
    }
    for (names, story, count) in [
        (&["one"][..], "Story 1 in Alba", 2),
        (&["two"], "Story 1 in Brix", 2),
        (&["two", "three"], "Story 1 in Brix", 3),
        (&["one", "three"], "Story 1 in Alba", 3),
    ] {
        let summary = bench.selected(part(200, &carried_by(names), None)).await;
        let stories = summary.entries.iter().filter(|entry| entry.title.starts_with("Story 1 "));
        let stories: Vec<_> = stories.collect();
        assert_eq!((stories.len(), summary.entries.len()), (1, count), "{names:?}");
        assert_eq!(stories[0].title, story, "{names:?}");
        assert_eq!(stories[0].copies.len(), 2, "the others are named, whoever has them");
    }
}
