//! One article, one entry: from the bytes of feeds and pages to the merged feed.

use super::*;

const LONG: &str = "https://paper.example/2026/bridge";

/// Sources without pauses between polls worth speaking of.
fn toml(names: &[&str], rest: &str) -> String {
    let source = |name: &&str| {
        format!("[sources.{name}]\nurl = \"https://{name}.example/feed\"\nfull_text = \"always\"\n{rest}")
    };
    names.iter().map(source).collect()
}

/// A page with things in its head.
fn page_with(head: &str, title: &str) -> String {
    page_html(title).replace("<head>", &format!("<head>{head}"))
}

/// A page that was found elsewhere.
fn landed(at: &str, body: &str) -> Reply {
    answer(response(at, body))
}

fn carriers(entry: &StoredEntry) -> Vec<&str> {
    entry.carriers.iter().map(|carrier| carrier.source.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_short_link_becomes_its_article_and_is_not_fetched_again() {
    let short = "https://short.example/b1";
    let world = World::new(&toml(&["a", "b", "c"], ""), move |call| match call.url.as_str() {
        "https://a.example/feed" => feed(call, &rss("", &[("1", short, "Bridge reopens")])),
        // From its second poll on.
        "https://b.example/feed" if call.nth > 1 => feed(call, &rss("", &[("x", LONG, "Other words")])),
        "https://c.example/feed" if call.nth > 2 => feed(call, &rss("", &[("y", short, "Third words")])),
        _ if call.purpose == Purpose::Feed => feed(call, &rss("", &[])),
        _ => landed(LONG, &page_html("Bridge reopens")),
    })
    .await;
    world.run(HOUR * 4).await;
    let entries = world.entries().await;
    assert_eq!(entries.len(), 1);
    assert_eq!(carriers(&entries[0]), ["a", "b", "c"], "first seen owns, others add themselves");
    assert_eq!((entries[0].url.as_deref(), entries[0].title.as_str()), (Some(LONG), "Bridge reopens"));
    assert_eq!(world.times(short).len() + world.times(LONG).len(), 1, "known under both addresses");
}

#[tokio::test(start_paused = true)]
async fn walls_and_wrong_canonical_addresses_join_nothing() {
    let page = |call: &Call| match call.url.as_str() {
        url if url.contains("/wall/") => {
            landed("https://consent.example/ask", &page_html("Before you go on"))
        }
        url if url.ends_with("/root") => {
            feed(call, &page_with("<link rel=canonical href=\"https://paper.example/\">", "Rooted"))
        }
        url if url.ends_with("/abroad") => {
            feed(call, &page_with("<link rel=canonical href=\"https://other.example/x\">", "Abroad"))
        }
        url if url.ends_with("page=2") => {
            feed(call, &page_with("<link rel=canonical href=\"/a\">", "Page two"))
        }
        url if url.contains("/same/") => {
            feed(call, &page_with("<link rel=canonical href=\"/all\">", &url[26..]))
        }
        _ => feed(call, &page_html("A page of its own")),
    };
    let world = World::new(&toml(&["a", "b"], ""), move |call| match call.url.as_str() {
        "https://a.example/feed" => feed(
            call,
            &rss(
                "",
                &[
                    ("1", "https://paper.example/wall/1", "Rain expected"),
                    ("2", "https://paper.example/root", "Rooted"),
                    ("3", "https://paper.example/abroad", "Abroad"),
                    ("4", "https://paper.example/a?page=2", "Page two"),
                    ("5", "https://paper.example/same/market", "Market day"),
                    ("6", "https://paper.example/same/market2", "Market day"),
                ],
            ),
        ),
        "https://b.example/feed" => feed(
            call,
            &rss(
                "",
                &[
                    ("1", "https://paper.example/wall/2", "Council votes"),
                    ("2", "https://paper.example/a", "Page one"),
                    ("3", "https://other.example/x", "Elsewhere"),
                    ("4", "https://paper.example/same/opera", "Opera season"),
                ],
            ),
        ),
        _ => page(call),
    })
    .await;
    world.run(HOUR).await;
    let titles = world.titles().await;
    assert_eq!(titles.len(), 10, "{titles:?}");
    let shown = world.entries().await.into_iter().filter_map(|entry| entry.url);
    assert!(shown.into_iter().all(|url| !url.contains("consent")), "a wall is nobody's address");
}

#[tokio::test(start_paused = true)]
async fn editions_for_small_screens() {
    let head = |call: &Call| match call.url.as_str() {
        // The article and its AMP page on one host; one of them says so.
        "https://paper.example/amp/bridge" => {
            "<link rel=canonical href=\"https://paper.example/2026/bridge\">"
        }
        // Two hosts: both say so, or only one.
        "https://m.paper.example/opera" => "<link rel=canonical href=\"https://paper.example/opera\">",
        "https://paper.example/opera" => {
            "<link rel=alternate media=\"only screen and (max-width: 640px)\" href=\"https://m.paper.example/opera\">"
        }
        "https://m.paper.example/rain" => "<link rel=canonical href=\"https://paper.example/rain\">",
        _ => "",
    };
    let world = World::new(&toml(&["a", "b"], ""), move |call| match call.url.as_str() {
        "https://a.example/feed" => feed(
            call,
            &rss(
                "",
                &[
                    ("1", LONG, "The bridge"),
                    ("2", "https://paper.example/opera", "The opera"),
                    ("3", "https://paper.example/rain", "The rain"),
                ],
            ),
        ),
        "https://b.example/feed" => feed(
            call,
            &rss(
                "",
                &[
                    ("1", "https://paper.example/amp/bridge", "A bridge"),
                    ("2", "https://m.paper.example/opera", "An opera"),
                    ("3", "https://m.paper.example/rain", "Rain"),
                ],
            ),
        ),
        _ => feed(call, &page_with(head(call), "Something")),
    })
    .await;
    world.run(HOUR).await;
    let entries = world.entries().await;
    let both = entries.iter().filter(|entry| entry.carriers.len() == 2).count();
    assert_eq!((entries.len(), both), (4, 2), "{:?}", world.titles().await);
    assert_eq!(world.titles().await.iter().filter(|title| title.to_lowercase().contains("rain")).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn status_pages_are_not_read_as_articles() {
    let home = "https://status.example/";
    let world = World::new(&toml(&["a"], ""), move |call| match call.purpose {
        Purpose::Feed => feed(
            call,
            &rss("", &[("1", home, "Outage"), ("2", home, "All is well"), ("3", home, "Outage again")]),
        ),
        _ => feed(call, &page_html("The state of things")),
    })
    .await;
    world.run(HOUR * 3).await;
    assert_eq!(world.titles().await, ["All is well", "Outage", "Outage again"]);
    assert_eq!(world.times(home).len(), 0);
}

const LIE: &str = "https://liar.example/today";
const GUID: &str = "identity = \"guid\"\n";

#[tokio::test(start_paused = true)]
async fn where_links_lie_the_guid_decides() {
    let toml = toml(&["a"], GUID) + &toml(&["b"], "") + &toml(&["c"], GUID);
    let world = World::new(&toml, |call| match call.url.as_str() {
        // One link for all, used again for the next story.
        "https://a.example/feed" if call.nth == 1 => {
            feed(call, &rss("", &[("1", LIE, "Monday"), ("2", LIE, "Tuesday")]))
        }
        "https://a.example/feed" => feed(call, &rss("", &[("3", LIE, "Wednesday"), ("2", LIE, "Tuesday")])),
        "https://b.example/feed" => feed(call, &rss("", &[("1", LIE, "Of another feed")])),
        "https://c.example/feed" => feed(call, &rss("", &[("1", LIE, "Of a third feed")])),
        _ => landed(LIE, &page_with("<link rel=canonical href=\"/today\">", "Whatever day it is")),
    })
    .await;
    world.run(HOUR * 5).await;
    assert_eq!(
        world.titles().await,
        ["Monday", "Of a third feed", "Of another feed", "Tuesday", "Wednesday"],
        "the address joins nothing, not over feeds either"
    );
}

#[tokio::test(start_paused = true)]
async fn changing_what_identifies_neither_doubles_nor_loses() {
    let plain = toml(&["a", "b"], "full_text = \"never\"\n").replace("full_text = \"always\"\n", "");
    let guid = plain.replacen("full_text", "identity = \"guid\"\nfull_text", 1);
    // Items with a guid, without, and without both; some of them carried by another feed too.
    let items = "<item><guid>g1</guid><link>https://paper.example/1</link><title>One</title></item>\
                 <item><link>https://paper.example/2?utm_source=a</link><title>Two</title></item>\
                 <item><link>https://paper.example/log#v3</link><title>Three</title></item>\
                 <item><title>Four</title><description>No link at all.</description></item>\
                 <item><guid>g5</guid><link>https://paper.example/</link><title>Five</title></item>";
    let mut world = World::new(&plain, move |call| match call.url.as_str() {
        "https://a.example/feed" => {
            feed(call, &format!("<rss><channel><title>{}</title>{items}</channel></rss>", call.nth))
        }
        _ => feed(call, &rss("", &[("9", "https://paper.example/1", "One elsewhere")])),
    })
    .await;
    world.run(HOUR * 2).await;
    let names = |entries: Vec<StoredEntry>| {
        let mut names: Vec<_> =
            entries.iter().map(|entry| (entry.title.clone(), entry.id, entry.updated)).collect();
        names.sort();
        names
    };
    let before = names(world.entries().await);
    assert_eq!(before.len(), 5, "{before:?}");
    for toml in [&guid, &plain, &guid] {
        world.restart(toml).await;
        world.run(HOUR * 3).await;
        assert_eq!(names(world.entries().await), before);
    }
}
