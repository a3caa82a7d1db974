//! Near-duplicates: who stands for whom in the merged feed.

use super::*;
use offprint::identity::Evidence;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Named in the headlines: numbers there would tell two stories apart.
const SITES: [&str; 4] = ["Alba", "Brix", "Corm", "Dorn"];

/// A story of six paragraphs that nobody else has written.
fn paragraphs(story: u64) -> Vec<String> {
    let mut state = story.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let syllables = ["bar", "den", "fil", "gos", "hum", "kal", "mer", "nis", "pol", "rut", "sab", "tev"];
        (0..3).map(|at| syllables[((state >> (20 + at * 7)) % 12) as usize]).collect::<String>()
    };
    let text = |first: usize| if first == 0 { "It is the story of " } else { "" };
    (0..6)
        .map(|at| text(at).to_owned() + &(0..24).map(|_| word()).collect::<Vec<_>>().join(" ") + ".")
        .collect()
}

/// The story as the site of this number prints it.
fn version(story: u64, site: usize) -> String {
    let mut text = paragraphs(story);
    match site % 4 {
        1 => text.push("With material from an agency.".to_owned()),
        2 => drop(text.pop()),
        3 => text[0] = format!("HARLOW (CN) - {}", text[0]),
        _ => {}
    }
    text.iter().map(|text| format!("<p>{text}</p>")).collect()
}

pub fn copy(story: u64, site: usize) -> FeedEntry {
    let link = format!("https://site{site}.example/{story}");
    FeedEntry {
        content: Some(version(story, site)),
        ..item(&format!("{story}-{site}"), &link, &format!("Story {story} in {}", SITES[site % 4]))
    }
}

fn page(html: Option<String>) -> PageOutcome {
    PageOutcome::Extracted {
        print: print_of(0, 0),
        facts: Box::default(),
        site: Box::default(),
        html,
        title: None,
        authors: vec![],
        image: None,
        lang: None,
        aliases: vec![],
        selector_missed: false,
        retry: None,
    }
}

fn also(entry: &StoredEntry) -> Vec<&str> {
    entry.copies.iter().map(|copy| copy.title.as_str()).collect()
}

impl Bench {
    async fn all(&self) -> Vec<StoredEntry> {
        let window = Duration::from_hours(48);
        let selection = Selection {
            limit: 200,
            window,
            max_per_source: None,
            wait: Duration::MAX,
            cluster: false,
            filter: Filter::default(),
            before: None,
        };
        self.selected(selection).await.entries
    }

    async fn count(&self, table: &'static str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        self.store.read(move |conn| conn.query_row(&sql, [], |row| row.get(0))).await.unwrap()
    }
}

#[tokio::test]
async fn a_story_on_three_sites_appears_once() {
    let mut bench = Bench::new().await;
    for (site, source) in ["one", "two", "three"].into_iter().enumerate() {
        bench.deliver(source, vec![copy(1, site), copy(10 + site as u64, site)]).await;
        bench.pass(HOUR);
    }
    let feed = bench.feed().await;
    assert_eq!(feed.len(), 4, "{:?}", bench.titles().await);
    let story = feed.iter().find(|entry| entry.title == "Story 1 in Alba").unwrap();
    assert_eq!(also(story), ["Story 1 in Brix", "Story 1 in Corm"]);
    assert_eq!(story.copies[0].url.as_deref(), Some("https://site1.example/1"));
    assert_eq!(story.copies[1].carriers[0].source, id("three"));
    let all = bench.all().await;
    assert_eq!(all.len(), 6);
    assert!(all.iter().all(|entry| entry.copies.is_empty()));
    let id = all.iter().find(|entry| entry.title == "Story 1 in Corm").unwrap().id;
    let article = bench.store.read(move |conn| store::article(conn, &id)).await.unwrap().unwrap();
    assert_eq!(article.title, "Story 1 in Corm", "each keeps its own page");
    assert_eq!(also(&article), ["Story 1 in Alba", "Story 1 in Brix"]);
}

#[tokio::test]
async fn a_higher_priority_speaks_and_the_place_stays() {
    let mut bench = Bench::new().await;
    bench.wanted[1].priority = 5;
    bench.wanted[2].priority = 5;
    bench.sync().await;
    bench.deliver("one", vec![copy(1, 0)]).await;
    let before = bench.feed().await.remove(0);
    bench.pass(HOUR);
    bench.deliver("two", vec![copy(1, 1)]).await;
    let feed = bench.feed().await;
    let after = &feed[0];
    assert_eq!(feed.len(), 1);
    assert_eq!(
        (after.id, after.published, after.first_seen),
        (before.id, before.published, before.first_seen)
    );
    assert_eq!(
        (after.title.as_str(), after.url.as_deref()),
        ("Story 1 in Brix", Some("https://site1.example/1"))
    );
    assert_eq!(also(after), ["Story 1 in Alba"]);
    assert_eq!(carriers(after), ["two"]);
    assert!(after.updated > before.updated);
    let headlines = Selection {
        limit: 9,
        window: Duration::ZERO,
        max_per_source: None,
        wait: Duration::MAX,
        cluster: true,
        filter: Filter::default(),
        before: None,
    };
    let now = bench.now;
    let shown = bench.store.read(move |conn| store::headlines(conn, now, &headlines, 5)).await.unwrap();
    assert_eq!(shown[0].title, "Story 1 in Brix");
    bench.pass(HOUR);
    bench.deliver("three", vec![copy(1, 2)]).await;
    let last = bench.feed().await.remove(0);
    assert_eq!(last.title, "Story 1 in Brix", "no higher than what speaks");
    assert_eq!((last.updated, also(&last)), (after.updated, vec!["Story 1 in Alba", "Story 1 in Corm"]));
}

#[tokio::test]
async fn copies_whose_pages_come_at_once() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let mut pages = Vec::new();
    for (site, source) in ["one", "two", "three"].into_iter().enumerate() {
        let teaser = FeedEntry { content: None, ..copy(1, site) };
        pages.extend(bench.deliver(source, vec![teaser]).await.pages);
    }
    assert_eq!(bench.count("duplicates").await, 0, "nothing is known of their texts");
    // Not in the order in which they were seen.
    for (page_of, site) in [(&pages[1], 1), (&pages[2], 2), (&pages[0], 0)] {
        bench.record_page(page_of.seq, page(Some(version(1, site)))).await;
    }
    let feed = bench.feed().await;
    assert_eq!(feed.len(), 1);
    assert_eq!((feed[0].title.as_str(), also(&feed[0]).len()), ("Story 1 in Brix", 2));
}

#[tokio::test]
async fn what_is_published_stays() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let teaser = FeedEntry { content: None, ..copy(1, 0) };
    let slow = bench.deliver("one", vec![teaser]).await.pages.remove(0);
    bench.pass(SignedDuration::from_mins(6));
    assert_eq!(bench.titles().await, ["Story 1 in Alba"], "by its title alone, after the wait");
    bench.pages = false;
    bench.deliver("two", vec![copy(1, 1)]).await;
    assert_eq!(bench.feed().await.len(), 2, "nobody could know");
    bench.record_page(slow.seq, page(Some(version(1, 0)))).await;
    let feed = bench.feed().await;
    assert_eq!(feed.len(), 2, "both are out");
    assert!(feed.iter().all(|entry| entry.copies.len() == 1), "and each names the other");
    bench.deliver("three", vec![copy(1, 2)]).await;
    let feed = bench.feed().await;
    assert_eq!(feed.len(), 2);
    assert!(feed.iter().all(|entry| entry.copies.len() == 2));
}

#[tokio::test]
async fn another_text_is_another_story() {
    let bench = Bench::new().await;
    bench.deliver("one", vec![copy(1, 0)]).await;
    bench.deliver("two", vec![copy(1, 1)]).await;
    let keys = bench.count("duplicate_keys").await;
    let corrected =
        FeedEntry { content: copy(1, 1).content.map(|text| text + "<p>Corrected.</p>"), ..copy(1, 1) };
    bench.deliver("two", vec![corrected]).await;
    assert_eq!(bench.feed().await.len(), 1, "an update of a copy is no news");
    let rewritten = FeedEntry { content: copy(2, 1).content, ..copy(1, 1) };
    bench.deliver("two", vec![rewritten]).await;
    assert_eq!(bench.feed().await.len(), 2);
    assert_eq!(bench.count("duplicate_keys").await, keys, "the old keys are gone");
    bench.deliver("three", vec![copy(2, 2)]).await;
    let feed = bench.feed().await;
    assert_eq!((feed.len(), feed.iter().map(|entry| entry.copies.len()).sum::<usize>()), (2, 1));
}

/// Filler, walls and what else stands on many pages: the headlines tell.
#[tokio::test]
async fn one_text_under_many_headlines_is_no_story() {
    let bench = Bench::new().await;
    let under = |number: usize, title: &str| {
        let link = format!("https://site.example/{number}");
        FeedEntry { content: Some(version(1, 0)), ..item(&number.to_string(), &link, title) }
    };
    bench.deliver("one", vec![under(1, "Rain expected"), under(2, "Market day")]).await;
    bench.deliver("two", vec![under(3, "A vote on Friday")]).await;
    assert_eq!(bench.feed().await.len(), 3);
    bench.deliver("one", vec![under(4, "The market day"), under(5, "Another day")]).await;
    let feed = bench.feed().await;
    assert_eq!(feed.len(), 4, "one headline, one text, two addresses of a site: {:?}", bench.titles().await);
}

#[tokio::test]
async fn a_week_is_the_limit() {
    for (days, stories) in [(6, 1), (9, 2)] {
        let mut bench = Bench::new().await;
        bench.deliver("one", vec![copy(1, 0)]).await;
        bench.pass(DAY * days);
        bench.deliver("two", vec![copy(1, 1)]).await;
        assert_eq!(bench.feed().await.len(), stories, "{days} days");
    }
}

#[tokio::test]
async fn nothing_is_left_of_what_is_forgotten() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![copy(1, 0)]).await;
    bench.deliver("two", vec![copy(1, 1)]).await;
    bench.deliver("three", vec![copy(1, 2)]).await;
    let keys = bench.count("duplicate_keys").await;
    assert!(keys >= 24, "{keys}");
    bench.deliver("one", vec![]).await;
    for _ in 0..4 {
        bench.pass(DAY * 10);
        bench.unchanged("two").await;
        bench.unchanged("three").await;
    }
    assert_eq!(bench.prune(30).await, 1);
    let feed = bench.feed().await;
    assert_eq!((feed.len(), also(&feed[0])), (1, vec!["Story 1 in Corm"]), "the next in line");
    assert_eq!(feed[0].title, "Story 1 in Brix");
    bench.deliver("two", vec![]).await;
    bench.deliver("three", vec![]).await;
    bench.pass(DAY * 40);
    bench.unchanged("one").await;
    assert_eq!(bench.prune(30).await, 2);
    assert_eq!((bench.count("duplicates").await, bench.count("duplicate_keys").await), (0, 0));
}

#[tokio::test]
async fn copies_that_turn_out_to_be_one_address() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![copy(1, 0)]).await;
    bench.pages = true;
    let teaser = FeedEntry { content: None, ..copy(1, 1) };
    let two = bench.deliver("two", vec![teaser]).await.pages.remove(0);
    let key = candidate(&id("one"), &copy(1, 0), StripRules::default()).url.unwrap();
    let mut outcome = page(Some(version(1, 1)));
    if let PageOutcome::Extracted { aliases, .. } = &mut outcome {
        aliases.push(store::Alias { key, shown: None, evidence: Evidence::Landed { headline: true } });
    }
    bench.record_page(two.seq, outcome).await;
    let feed = bench.feed().await;
    assert_eq!((feed.len(), carriers(&feed[0])), (1, vec!["one", "two"]));
    assert!(feed[0].copies.is_empty());
    assert_eq!(bench.count("duplicates").await, 1);
}

/// Which copies come, in which order, and whether their pages are fetched.
fn arrivals() -> impl Strategy<Value = Vec<(u64, usize, bool)>> {
    // Each site has a story once.
    let story = prop::collection::btree_map(0..3usize, any::<bool>(), 1..4);
    prop::collection::vec(story, 1..5)
        .prop_map(|stories| {
            let copies = stories.into_iter().enumerate().flat_map(|(story, sites)| {
                sites.into_iter().map(move |(site, page)| (story as u64 + 1, site, page))
            });
            copies.collect::<Vec<_>>()
        })
        .prop_shuffle()
}

async fn stories_after(arrivals: &[(u64, usize, bool)], reversed_pages: bool) -> Vec<u64> {
    let mut bench = Bench::new().await;
    let mut pages = Vec::new();
    for &(story, site, page_wanted) in arrivals {
        bench.pages = page_wanted;
        let mut entry = copy(story, site);
        if page_wanted {
            entry.content = None;
        }
        let found = bench.deliver(["one", "two", "three"][site], vec![entry]).await.pages;
        pages.extend(found.into_iter().map(|found| (found.seq, story, site)));
        bench.pass(SignedDuration::from_secs(2));
    }
    if reversed_pages {
        pages.reverse();
    }
    for (seq, story, site) in pages {
        bench.record_page(seq, page(Some(version(story, site)))).await;
    }
    let number = |entry: StoredEntry| entry.title.split(' ').nth(1).unwrap().parse::<u64>().unwrap();
    let mut stories: Vec<u64> = bench.feed().await.into_iter().map(number).collect();
    stories.sort_unstable();
    stories
}

#[test]
fn the_order_of_arrival_does_not_change_the_stories() {
    let config = ProptestConfig { cases: 24, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    proptest!(config, |(arrivals in arrivals(), backwards in any::<bool>())| {
        let mut expected: Vec<u64> = arrivals.iter().map(|arrival| arrival.0).collect();
        expected.sort_unstable();
        expected.dedup();
        let found = runtime.block_on(stories_after(&arrivals, backwards));
        prop_assert_eq!(&found, &expected, "each story once");
        let mut turned = arrivals.clone();
        turned.reverse();
        prop_assert_eq!(runtime.block_on(stories_after(&turned, !backwards)), found);
    });
}

/// The item of `copy`, with another story under the same name.
fn rewritten(story: u64, site: usize, other: u64) -> FeedEntry {
    FeedEntry { content: Some(version(other, 0)), title: Some(format!("Story {other}")), ..copy(story, site) }
}

#[tokio::test]
async fn an_entry_that_becomes_another_story_lets_go_of_its_copies() {
    let mut bench = Bench::new().await;
    for (site, source) in ["one", "two", "three"].into_iter().enumerate() {
        bench.deliver(source, vec![copy(1, site)]).await;
        bench.pass(HOUR);
    }
    assert_eq!(bench.feed().await.len(), 1);
    bench.deliver("one", vec![rewritten(1, 0, 2)]).await;
    let feed = bench.feed().await;
    assert_eq!(feed.len(), 2, "{:?}", bench.titles().await);
    let other = feed.iter().find(|entry| entry.title == "Story 2").unwrap();
    assert!(other.copies.is_empty());
    let story = feed.iter().find(|entry| entry.title == "Story 1 in Brix").unwrap();
    assert_eq!(also(story), ["Story 1 in Corm"]);
}

#[tokio::test]
async fn what_speaks_for_a_story_falls_silent_when_the_story_changes() {
    let mut bench = Bench::new().await;
    bench.wanted[1].priority = 5;
    bench.sync().await;
    bench.deliver("one", vec![copy(1, 0)]).await;
    bench.pass(HOUR);
    bench.deliver("two", vec![copy(1, 1)]).await;
    assert_eq!(bench.titles().await, ["Story 1 in Brix"]);
    bench.pass(HOUR);
    bench.deliver("one", vec![rewritten(1, 0, 2)]).await;
    let mut titles = bench.titles().await;
    titles.sort();
    assert_eq!(titles, ["Story 1 in Brix", "Story 2"]);
}

#[tokio::test]
async fn a_copy_with_another_figure_is_a_story_of_its_own() {
    let mut bench = Bench::new().await;
    let with = |figure: &str, site: usize| {
        let content =
            version(1, 0) + &format!("<p>At the bridge {figure} people were counted on that day.</p>");
        FeedEntry { content: Some(content), ..copy(1, site) }
    };
    bench.deliver("one", vec![with("412", 0)]).await;
    bench.pass(HOUR);
    bench.deliver("two", vec![with("412", 1)]).await;
    assert_eq!(bench.feed().await.len(), 1);
    bench.pass(HOUR);
    bench.deliver("two", vec![with("417", 1)]).await;
    assert_eq!(bench.feed().await.len(), 2);
}
