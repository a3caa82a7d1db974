//! One article, one entry: what the merged feed holds.

use super::bench::Bench;
use super::papers::{Paper, item, rss};
use super::serving::same_entries;
use super::web::texts;
use serde_json::Value;

fn text<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry[key].as_str().unwrap_or_else(|| panic!("{key} of {entry}"))
}

fn titled<'a>(entries: &'a [Value], title: &str) -> &'a Value {
    entries.iter().find(|entry| entry["title"] == title).unwrap_or_else(|| panic!("{title} in {entries:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_entry_for_one_article_over_three_feeds() {
    let one =
        Paper::new(rss(&item("http://www.heron.example/a/1?utm_source=rss&amp;id=7", "First", ""))).await;
    let two =
        Paper::new(rss(&item("https://heron.example:443/a/./1/?id=7&amp;fbclid=abc#top", "Second", "")))
            .await;
    let three =
        Paper::new(rss(&item(" HTTP://Heron.Example./a/%31?id=7&amp;MTM_campaign=x ", "Third", ""))).await;
    let bench = Bench::new(&[one.source("one"), two.source("two"), three.source("three")].concat());
    for id in ["one", "two", "three"] {
        bench.run(&["fetch", "--source", id]).await.good();
    }
    let entries = bench.entries().await;
    assert_eq!(entries.len(), 1, "{entries:#?}");
    assert_eq!(text(&entries[0], "title"), "First", "whoever came first");
    let daemon = bench.daemon().await;
    assert_eq!(same_entries(&daemon.web()).len(), 1);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_not_the_same_stays_apart() {
    let links = [
        "/a?p=1",
        "/a?p=2",
        "/a?page=1",
        "/A?p=1",
        "/x%2Fy",
        "/x/y",
        "/#!/one",
        "/#!/two",
        "/a?source=1",
        "/a?source=2",
        "/a?ref=1",
        "/a?v=1",
        "/a?id=1",
        "/b;c",
        "/b",
    ];
    let mut all: String =
        links.iter().map(|link| item(&format!("http://heron.example{link}"), link, "")).collect();
    for host in ["blue.heron.example", "heron.example:8080"] {
        all.push_str(&item(&format!("http://{host}/a?p=1"), host, ""));
    }
    // A changelog: one page, an item a heading.
    for n in 0..3 {
        all.push_str(&item(&format!("http://heron.example/changes#v{n}"), &format!("Version {n}"), ""));
    }
    let paper = Paper::new(rss(&all)).await;
    let bench = Bench::new(&paper.source("heron"));
    bench.run(&["fetch"]).await.good();
    assert_eq!(bench.entries().await.len(), links.len() + 2 + 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_changed_entry_keeps_its_name_and_date() {
    let story = |title: &str, text: &str, date: &str| {
        item(
            "http://heron.example/1",
            title,
            &format!("<description>{text}</description><pubDate>{date}</pubDate>"),
        )
    };
    let other = item("http://heron.example/2", "Other", "<pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate>");
    let paper = Paper::new(rss(&(story("Old", "old text", "Mon, 02 Mar 2026 10:00:00 GMT") + &other))).await;
    let bench = Bench::new(&paper.source("heron"));
    bench.run(&["fetch"]).await.good();
    let before = bench.entries().await;
    paper.print(rss(&(story("New", "new text", "Mon, 02 Mar 2026 10:00:00 GMT") + &other)));
    let ran = bench.run(&["fetch", "--force"]).await.good();
    assert!(ran.err.contains("0 new, 1 changed"), "{}", ran.err);
    let after = bench.entries().await;
    let (old, new) = (titled(&before, "Old"), titled(&after, "New"));
    assert_eq!(old["id"], new["id"]);
    assert_eq!(old["date_published"], new["date_published"]);
    assert_ne!(old["date_modified"], new["date_modified"]);
    assert!(text(new, "content_html").contains("new text"));
    assert_eq!(titled(&before, "Other"), titled(&after, "Other"));
    // Gone from the feed, still served; back again, nothing changes.
    let all = bench.run(&["export", "--format", "atom"]).await.good().out;
    paper.print(rss(&other));
    bench.run(&["fetch", "--force"]).await.good();
    assert_eq!(bench.run(&["export", "--format", "atom"]).await.good().out, all);
    paper.print(rss(&(story("New", "new text", "Mon, 02 Mar 2026 10:00:00 GMT") + &other)));
    bench.run(&["fetch", "--force"]).await.good();
    assert_eq!(bench.run(&["export", "--format", "atom"]).await.good().out, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_feed_has_no_say_over_what_another_brought_first() {
    let honest = item("http://heron.example/1", "Honest", "<description>the truth</description>");
    let one = Paper::new(rss(&honest)).await;
    let two = Paper::new(rss("")).await;
    let bench = Bench::new(&(one.source("one") + &two.source("two")));
    bench.run(&["fetch"]).await.good();
    let before = bench.entries().await;
    let forged = item(
        "http://heron.example/1",
        "Forged",
        "<description>lies, and a great many more of them than there was truth</description>",
    );
    two.print(rss(&forged));
    bench.run(&["fetch", "--force"]).await.good();
    let after = bench.entries().await;
    assert_eq!(after.len(), 1);
    for key in ["id", "title", "url", "content_html", "date_published"] {
        assert_eq!(before[0][key], after[0][key], "{key}");
    }
    // Nor by the same guid with another link.
    two.print(rss(&forged.replace("<link>http://heron.example/1", "<link>http://crow.example/9")));
    bench.run(&["fetch", "--force"]).await.good();
    assert_eq!(titled(&bench.entries().await, "Honest")["url"], before[0]["url"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn relative_links_become_absolute() {
    let html = "&lt;p&gt;&lt;a href=\"../b?x=1#y\"&gt;b&lt;/a&gt; &lt;img src=\"/p.jpg\" srcset=\"p1.jpg 1x, //cdn.example/p2.jpg 2x\"&gt;&lt;/p&gt;";
    let feed = rss(&item("http://heron.example/dir/a", "A", &format!("<description>{html}</description>")));
    let paper = Paper::new(feed).await;
    let atom = Paper::new(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"http://crow.example/x/\"><title>Crow</title><id>c</id>\
         <entry xml:base=\"y/\"><id>1</id><title>C</title><link href=\"z\"/><updated>2026-03-02T10:00:00Z</updated>\
         <content type=\"html\" xml:base=\"deep/\">&lt;img src=\"q.png\"&gt; and words</content></entry></feed>"
            .to_owned(),
    )
    .await;
    let bench = Bench::new(&(paper.source("heron") + &atom.source("crow")));
    bench.run(&["fetch"]).await.good();
    let entries = bench.entries().await;
    let html = text(titled(&entries, "A"), "content_html");
    for link in ["http://heron.example/b?x=1#y", "http://heron.example/p.jpg", "http://cdn.example/p2.jpg 2x"]
    {
        assert!(html.contains(link), "{link} in {html}");
    }
    let crow = titled(&entries, "C");
    assert_eq!(text(crow, "url"), "http://crow.example/x/y/z");
    assert!(text(crow, "content_html").contains("http://crow.example/x/y/deep/q.png"), "{crow}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn odd_dates_and_missing_names() {
    let dated = |n: usize, date: &str| item(&format!("http://heron.example/{n}"), &format!("{n}"), date);
    let nameless = "<item><title>No link, no guid</title><description>text</description></item>\
                    <item><title>Only guid</title><guid>http://heron.example/perma</guid></item>";
    let paper = Paper::new(rss(&(dated(1, "<pubDate>Fri, 01 Jan 2094 10:00:00 GMT</pubDate>")
        + &dated(2, "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>")
        + &dated(3, "<pubDate>yesterday</pubDate>")
        + &dated(4, "<pubDate>Sun, 2 Mar 26 10:00 EST</pubDate>")
        + &dated(5, "<pubDate>2026-03-02T10:00:00+05:30</pubDate>")
        + nameless)))
    .await;
    let bench = Bench::new(&paper.source("heron"));
    bench.run(&["fetch"]).await.good();
    let before = bench.entries().await;
    assert_eq!(before.len(), 7);
    let now = text(titled(&before, "3"), "date_published").to_owned();
    assert_eq!(text(titled(&before, "1"), "date_published"), now);
    assert_eq!(text(titled(&before, "2"), "date_published"), now);
    let at = |title: &str| text(titled(&before, title), "date_published").parse::<jiff::Timestamp>().unwrap();
    assert_eq!(at("4"), "2026-03-02T15:00:00Z".parse().unwrap());
    assert_eq!(at("5"), "2026-03-02T04:30:00Z".parse().unwrap());
    assert_eq!(text(titled(&before, "Only guid"), "url"), "http://heron.example/perma");
    let first = bench.run(&["export", "--format", "rss"]).await.good().out;
    bench.run(&["fetch", "--force"]).await.good();
    assert_eq!(bench.run(&["export", "--format", "rss"]).await.good().out, first, "stable over polls");
    assert_eq!(texts(&first, "guid").len(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_known_stays_known_over_guids_links_and_restarts() {
    let story = |guid: &str, link: &str, rest: &str| {
        format!(
            "<item><title>Bridge</title><link>{link}</link><guid isPermaLink=\"false\">{guid}</guid>{rest}</item>"
        )
    };
    let first = "http://heron.example/1";
    let paper = Paper::new(rss(&story("a", first, "<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>"))).await;
    let bench = Bench::new(&paper.source("heron"));
    bench.run(&["fetch"]).await.good();
    let id = bench.entries().await[0]["id"].clone();
    let date = bench.entries().await[0]["date_published"].clone();
    for (guid, link, rest) in [
        ("a", "http://heron.example/moved", ""),
        ("b", "http://heron.example/moved", ""),
        ("c", "http://heron.example/moved", "<pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate>"),
        ("a", "http://heron.example/again", "<pubDate>Wed, 04 Mar 2026 10:00:00 GMT</pubDate>"),
    ] {
        paper.print(rss(&story(guid, link, rest)));
        bench.run(&["fetch", "--force"]).await.good();
        let entries = bench.entries().await;
        assert_eq!(entries.len(), 1, "{guid} {link}: {entries:#?}");
        assert_eq!((&entries[0]["id"], &entries[0]["date_published"]), (&id, &date), "{guid} {link}");
    }
    // Another feed has the same guid for something else.
    let other = Paper::new(rss(&story("a", "http://crow.example/1", "").replace("Bridge", "Crows"))).await;
    bench.configure(&format!("{}{}{}", super::bench::HEAD, paper.source("heron"), other.source("crow")));
    bench.run(&["fetch", "--force"]).await.good();
    assert_eq!(bench.entries().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_address_in_every_dress() {
    // Each pair is one article, brought by two feeds.
    let pairs = [
        ("http://heron.example/a", "https://heron.example/a"),
        ("http://heron.example:443/b", "https://heron.example/b"),
        ("http://heron.example/c/", "http://HERON.example./c"),
        ("http://www.heron.example/d", "http://heron.example/x/../d"),
        ("http://heron.example/%65%7E", "http://heron.example/e~"),
        ("http://b\u{fc}cher.example/f", "http://xn--bcher-kva.example/f"),
        ("http://heron.example/g?", "http://heron.example/g#part"),
        (" http://heron.example/h ", "http://heron.example/h?UTM_Source=x&amp;FBCLID=1&amp;mc_eid=2"),
        ("http://heron.example/i?b=1&amp;gclid=3&amp;a=2", "http://heron.example/i?b=1&amp;a=2"),
        ("https://www.google.com/url?sa=t&amp;url=http%3A%2F%2Fheron.example%2Fj", "http://heron.example/j"),
    ];
    let feed = |side: fn(&(&'static str, &'static str)) -> &'static str| {
        rss(&pairs
            .iter()
            .enumerate()
            .map(|(n, pair)| item(side(pair), &format!("{n}"), ""))
            .collect::<String>())
    };
    let (one, two) = (Paper::new(feed(|pair| pair.0)).await, Paper::new(feed(|pair| pair.1)).await);
    let bench = Bench::new(&(one.source("one") + &two.source("two")));
    bench.run(&["fetch", "--source", "one"]).await.good();
    let ran = bench.run(&["fetch", "--source", "two"]).await.good();
    let entries = bench.entries().await;
    assert_eq!(entries.len(), pairs.len(), "{}{entries:#?}", ran.err);
    let carried = |entry: &Value| entry["_offprint"]["sources"].as_array().map_or(0, Vec::len);
    assert!(entries.iter().all(|entry| carried(entry) == 2), "{entries:#?}");
}
