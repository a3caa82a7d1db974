//! The order in which polls and pages arrive changes nothing about which stories there are.

use super::identity::{Page, extracted};
use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;

const LONG: &str = "https://site.example/2026/bridge";
const OTHER: &str = "https://site.example/2026/council";
const WALL: &str = "https://consent.example/ask";
const OPERA: &str = "https://site.example/2026/opera";
const MOBILE: &str = "https://m.site.example/2026/opera";

/// An item of a feed, and the page behind its link.
struct Story {
    source: &'static str,
    title: &'static str,
    page: Page<'static>,
}

const NO_PAGE: Page<'_> = Page { link: "", landed: "", canonical: "", edition: "", headline: false };

const fn to(link: &'static str, landed: &'static str, headline: bool) -> Page<'static> {
    Page { link, landed, headline, ..NO_PAGE }
}

/// Three stories, by their addresses and by short links, an AMP page, a mobile edition
/// with proof, and links that end at a consent wall.
const STORIES: [Story; 11] = [
    Story { source: "one", title: "Bridge reopens", page: to(LONG, LONG, true) },
    Story { source: "two", title: "Words of our own", page: to("https://short.example/b", LONG, false) },
    Story { source: "three", title: "Others' words", page: to("https://tiny.example/b", LONG, false) },
    Story {
        source: "four",
        title: "Bridge reopens at last",
        page: to("https://third.example/b", LONG, true),
    },
    Story {
        source: "five",
        title: "Amp",
        page: Page {
            canonical: LONG,
            ..to("https://site.example/2026/bridge/amp", "https://site.example/2026/bridge/amp", true)
        },
    },
    Story { source: "one", title: "Council votes", page: to("https://short.example/c", OTHER, true) },
    Story { source: "two", title: "The council votes", page: to("https://tiny.example/c", OTHER, true) },
    Story { source: "three", title: "Rain expected", page: to("https://wall.example/1", WALL, false) },
    Story { source: "four", title: "Market day", page: to("https://wall.example/2", WALL, false) },
    Story { source: "five", title: "At the opera", page: Page { edition: MOBILE, ..to(OPERA, OPERA, true) } },
    Story {
        source: "six",
        title: "Small screen",
        page: Page { canonical: OPERA, ..to(MOBILE, MOBILE, true) },
    },
];

/// What the merged feed holds in the end: sets of links that are one entry.
async fn outcome(order: &[usize]) -> BTreeSet<BTreeSet<&'static str>> {
    let mut bench = Bench::new().await;
    let names = ["one", "two", "three", "four", "five", "six"];
    bench.wanted = names
        .iter()
        .map(|name| Wanted {
            id: id(name),
            url: format!("https://{name}.example/feed"),
            ..bench.wanted[0].clone()
        })
        .collect();
    bench.sync().await;
    bench.pages = true;
    // Each number stands twice or more: first the poll, then the page, then nothing.
    let mut seqs = [None; STORIES.len()];
    let mut waiting: Vec<(usize, i64)> = Vec::new();
    for &number in order {
        bench.pass(SignedDuration::from_mins(1));
        let story = &STORIES[number];
        if seqs[number].is_none() {
            let recorded =
                bench.deliver(story.source, vec![item(story.page.link, story.page.link, story.title)]).await;
            waiting.extend(recorded.pages.iter().map(|page| (number, page.seq)));
            seqs[number] = Some(());
        } else if let Some(at) = waiting.iter().position(|(waiting, _)| *waiting == number) {
            page(&bench, waiting.remove(at)).await;
        }
    }
    for one in waiting {
        page(&bench, one).await;
    }
    // Every feed once more, as it goes on.
    for story in &STORIES {
        let again =
            bench.deliver(story.source, vec![item(story.page.link, story.page.link, story.title)]).await;
        assert_eq!(
            (again.new, again.pages.len()),
            (0, 0),
            "known, and not fetched again: {}",
            story.page.link
        );
    }
    let feed = bench.feed().await;
    let mut groups: std::collections::BTreeMap<i64, BTreeSet<&'static str>> = Default::default();
    for story in &STORIES {
        let key =
            offprint::identity::url_key(&url::Url::parse(story.page.link).unwrap(), StripRules::default());
        let name = offprint::model::EntryId::from_key(key);
        let entry =
            bench.store.read(move |conn| store::article(conn, &name)).await.unwrap().expect("an entry");
        assert!(carriers(&entry).contains(&story.source), "{} adds itself as a source", story.source);
        groups.entry(entry.seq).or_default().insert(story.page.link);
    }
    assert_eq!(feed.len(), groups.len(), "nothing else is there");
    groups.into_values().collect()
}

async fn page(bench: &Bench, (number, seq): (usize, i64)) {
    if bench.claim_page(seq).await.is_some() {
        bench.record_page(seq, extracted(STORIES[number].page)).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]
    #[test]
    fn stories_do_not_depend_on_it(order in Just((0..STORIES.len()).flat_map(|n| [n, n]).collect::<Vec<_>>()).prop_shuffle()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let group = |numbers: std::ops::Range<usize>| STORIES[numbers].iter().map(|story| story.page.link).collect();
        let expected: BTreeSet<BTreeSet<&str>> =
            [group(0..5), group(5..7), group(7..8), group(8..9), group(9..11)].into();
        prop_assert_eq!(runtime.block_on(outcome(&order)), expected);
    }
}
