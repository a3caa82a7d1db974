//! Articles on several pages, print views and rules for sites.

use super::*;
use offprint::article::SiteRules;

const TOML: &str = "[sources.a]\nurl = \"https://a.example/feed\"\nfull_text = \"always\"\n";
const PAGE: &str = "https://a.example/long/story";

fn story(call: &Call) -> Reply {
    feed(call, &rss("", &[("1", PAGE, "The long story")]))
}

/// Page `number` of an article, with a link to the next one unless it is the last.
fn part(number: usize, last: usize) -> String {
    let text: String = (0..5)
        .map(|n| format!("<p>{number}.{n} The canal was dug in three summers, said the keeper of the locks, by hand.</p>"))
        .collect();
    let more = if number < last {
        format!("<a rel=next href=\"/long/story/{}\">Next</a>", number + 1)
    } else {
        String::new()
    };
    format!(
        "<html><head><title>The long story</title></head><body><h1>The long story</h1><article>{text}</article>{more}</body></html>"
    )
}

/// The number of the page that is asked for.
fn number(call: &Call) -> usize {
    call.url.strip_prefix(PAGE).and_then(|rest| rest.trim_start_matches('/').parse().ok()).unwrap_or(1)
}

fn text_of(entry: &StoredEntry) -> &str {
    entry.article.as_deref().unwrap_or_default()
}

impl World {
    fn pages(&self) -> usize {
        self.net.calls.lock().unwrap().iter().filter(|call| call.purpose == Purpose::Page).count()
    }
}

#[tokio::test(start_paused = true)]
async fn pages_are_fetched_and_joined() {
    let world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => story(call),
        _ => feed(call, &part(number(call), 3)),
    })
    .await;
    world.run(HOUR * 5).await;
    assert_eq!(world.pages(), 3);
    let entries = world.entries().await;
    let html = text_of(&entries[0]);
    assert!(["1.4 ", "2.0 ", "3.4 "].iter().all(|part| html.contains(part)), "{html}");
}

#[tokio::test(start_paused = true)]
async fn no_more_pages_than_allowed() {
    for (most, pages) in [(1, 1), (2, 2), (50, 50)] {
        let world = World::new(&format!("{TOML}max_pages = {most}\n"), |call| match call.purpose {
            Purpose::Feed => story(call),
            _ => feed(call, &part(number(call), 999)),
        })
        .await;
        world.run(HOUR).await;
        assert_eq!(world.pages(), pages);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_fails_for_the_moment_is_tried_again_with_the_others() {
    let world = World::new(TOML, |call| match (call.purpose, number(call)) {
        (Purpose::Feed, _) => story(call),
        (_, 2) if call.nth == 1 => refusal(call, 503, Retry::Later(None)),
        (_, number) => feed(call, &part(number, 2)),
    })
    .await;
    world.run(MINUTE).await;
    let first = &world.entries().await[0];
    assert!(text_of(first).contains("1.4 ") && !text_of(first).contains("2.0 "), "what is there is served");
    world.run(MINUTE * 20).await;
    let whole = &world.entries().await[0];
    assert!(text_of(whole).contains("1.4 ") && text_of(whole).contains("2.4 "));
    assert_eq!(
        (world.pages(), first.updated),
        (4, whole.updated),
        "a longer text is no change of the article"
    );
    world.run(DAY).await;
    assert_eq!(world.pages(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_keeps_failing_leaves_what_is_there() {
    for (retry, attempts) in [(Retry::Permanent, 1), (Retry::Later(None), 4)] {
        let world = World::new(TOML, move |call| match (call.purpose, number(call)) {
            (Purpose::Feed, _) => story(call),
            (_, 2) => refusal(call, 500, retry),
            (_, number) => feed(call, &part(number, 2)),
        })
        .await;
        world.run(DAY * 3).await;
        assert_eq!(world.times(PAGE).len(), attempts);
        assert!(text_of(&world.entries().await[0]).contains("1.4 "));
    }
}

#[tokio::test(start_paused = true)]
async fn the_print_view_is_used() {
    let toml = format!("{TOML}single_page_selector = \"a.print\"\n");
    let world = World::new(&toml, |call| match (call.purpose, call.url.ends_with("/print")) {
        (Purpose::Feed, _) => story(call),
        (_, true) => feed(call, &[part(1, 1), part(2, 2)].concat()),
        _ => feed(call, &(part(1, 2) + "<a class=print href='/print'>Print</a>")),
    })
    .await;
    world.run(HOUR).await;
    assert_eq!((world.pages(), world.times("https://a.example/print").len()), (2, 1));
    assert!(text_of(&world.entries().await[0]).contains("2.4 "));
}

#[tokio::test(start_paused = true)]
async fn rules_of_a_site_apply_from_the_next_page_on_when_they_are_reloaded() {
    let page = "<html><head><title>The long story</title></head><body><article>".to_owned()
        + &"<p>This is not the story, though it looks so much like one, with commas, and words.</p>"
            .repeat(9)
        + "</article><div class=x><p>The story in short, as the site's own rules find it, here and nowhere else.</p></div></body></html>";
    let world = World::new(TOML, move |call| match call.purpose {
        Purpose::Feed if call.nth == 1 => feed(call, &rss("", &[("1", "https://a.example/one", "One")])),
        Purpose::Feed => feed(call, &rss("", &[("2", "https://a.example/two", "Two")])),
        _ => feed(call, &page),
    })
    .await;
    world.run(MINUTE * 30).await;
    let rules = |text: &str| SiteRules::new([("a.example.txt".to_owned(), text.as_bytes().to_vec())]);
    let config = settings(TOML).config.clone();
    let with_rules =
        Settings::with_site_rules(config, rules("body: //div[@class='x']\nbody: //div[@class=\n"));
    world.engine.reload(with_rules).await.unwrap();
    world.run(HOUR * 2).await;
    let mut entries = world.entries().await;
    entries.sort_by(|a, b| a.title.cmp(&b.title));
    assert!(text_of(&entries[0]).contains("not the story"));
    assert!(text_of(&entries[1]).contains("in short") && !text_of(&entries[1]).contains("not the story"));
}

#[tokio::test(start_paused = true)]
async fn kept_pages_are_extracted_again_without_a_request() {
    let toml = format!("{TOML}[scrape]\nkeep_pages = true\n");
    let mut world = World::new(&toml, |call| match (call.purpose, number(call)) {
        (Purpose::Feed, _) => {
            let items =
                [("1", PAGE, "The long story"), ("2", "https://a.example/other", "A page of two"), ("3", "https://a.example/empty", "An empty page")];
            feed(call, &rss("", &items))
        }
        _ if call.url.ends_with("/empty") => {
            feed(call, "<html><body><nav><ul><li><a href=/a>Home</a></li><li><a href=/b>Weather</a></li></ul></nav></body></html>")
        }
        _ if call.url.ends_with("/other") => feed(
            call,
            &format!(
                "<html><body><div>{}</div><footer><b class=x>{}</b></footer></body></html>",
                "<p>This is not the story, though it looks so much like one, with commas, and words.</p>".repeat(5),
                "The story, hidden in a strange place, and longer than what the feed itself says of it, ".repeat(9)
            ),
        ),
        (_, number) => feed(call, &part(number, 2)),
    })
    .await;
    world.run(HOUR).await;
    let before = world.entries().await;
    let calls = world.net.calls.lock().unwrap().len();
    let same = world.engine.reextract(None).await.unwrap();
    assert_eq!((same.changed, same.same, same.failed), (0, 2, 1));
    assert_eq!(world.entries().await, before, "nothing is written where nothing changed");
    world
        .restart(&toml.replace(
            "[scrape]",
            "remove_selectors = [\"p:first-of-type\"]\ncontent_selector = \"article, .x\"\n[scrape]",
        ))
        .await;
    let changed = world.engine.reextract(offprint::model::SourceId::new("a")).await.unwrap();
    assert_eq!((changed.changed, changed.same, changed.failed), (2, 0, 1));
    let mut after = world.entries().await;
    after.sort_by(|a, b| a.title.cmp(&b.title));
    assert!(text_of(&after[0]).contains("strange place"), "another part of the page");
    let html = text_of(&after[2]);
    assert!(
        !html.contains("1.0 ") && html.contains("1.1 ") && !html.contains("2.0 ") && html.contains("2.4 "),
        "{html}"
    );
    for entry in &after {
        let old = before.iter().find(|old| old.id == entry.id).unwrap();
        assert_eq!(
            (old.updated, old.published, old.first_seen),
            (entry.updated, entry.published, entry.first_seen)
        );
    }
    assert_eq!(world.net.calls.lock().unwrap().len(), calls, "no request");
}

#[tokio::test(start_paused = true)]
async fn pages_are_kept_only_if_asked_for_and_go_with_their_entry() {
    for keep in [false, true] {
        let world =
            World::new(&format!("{TOML}[scrape]\nkeep_pages = {keep}\n"), |call| match call.purpose {
                Purpose::Feed => story(call),
                _ => feed(call, &part(number(call), 3)),
            })
            .await;
        world.run(HOUR).await;
        let count = |world: &World| {
            let store = world.engine.store().clone();
            async move {
                store
                    .read(|conn| {
                        conn.query_row("SELECT count(*) FROM kept_pages", [], |row| row.get::<_, i64>(0))
                    })
                    .await
                    .unwrap()
            }
        };
        assert_eq!(count(&world).await, if keep { 3 } else { 0 });
        world.engine.store().write(|conn| conn.execute("DELETE FROM entries", [])).await.unwrap();
        assert_eq!(count(&world).await, 0);
    }
}
