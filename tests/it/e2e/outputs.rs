//! Feeds of parts: named outputs, tags, sources, searches; and pages of the archive.

use super::bench::{Bench, HEAD};
use super::papers::{item, items, one_feed};
use super::web::{Web, texts};
use offprint::newsstand::Origin;
use serde_json::Value;
use std::collections::HashSet;

/// Two papers that share a story; `field` writes of birds, `city` of trams.
async fn papers() -> (Origin, Origin) {
    let shared = item("http://shared.example/1", "A shared story", "<description>Of rivers</description>");
    let birds: String = (0..6)
        .map(|n| {
            item(
                &format!("http://field.example/{n}"),
                &format!("Heron {n}"),
                "<description>Reeds and herons</description><category>nature</category>",
            )
        })
        .collect();
    let trams: String = (0..6)
        .map(|n| {
            item(
                &format!("http://city.example/{n}"),
                &format!("Tram {n}"),
                "<description>Rails and timetables</description>",
            )
        })
        .collect();
    (one_feed(format!("{shared}{birds}")).await, one_feed(format!("{shared}{trams}")).await)
}

fn sources(field: &Origin, city: &Origin) -> String {
    format!(
        "[sources.field]\nurl = \"{}\"\ntags = [\"nature\", \"weekly notes\"]\n\
         [sources.city]\nurl = \"{}\"\ntags = [\"town\"]\ntitle = \"City <Desk>\"\n",
        field.url("/feed"),
        city.url("/feed")
    )
}

fn titles(web: &Web, path: &str) -> Vec<String> {
    let reply = web.get(path, &[]);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    let json: Value = serde_json::from_slice(&reply.body).unwrap();
    let items = json["items"].as_array().unwrap().iter();
    let mut titles: Vec<String> = items.map(|item| item["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

fn numbered(name: &str, also: &[&str]) -> Vec<String> {
    let mut titles: Vec<String> = (0..6).map(|n| format!("{name} {n}")).collect();
    titles.extend(also.iter().map(|title| (*title).to_owned()));
    titles.sort();
    titles
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn parts_of_the_merged_feed() {
    let (field, city) = papers().await;
    let outputs = "[outputs.birds]\ntitle = \"Birds\"\ntags = [\"nature\"]\nlimit = 50\ncontent = \"none\"\n\
         [outputs.desk]\nsources = [\"city\"]\nkeep = [{ field = \"title\", matches = \"^Tram [0-3]$\" }]\n\
         drop = [{ field = \"url\", matches = \"/2$\" }]\n\
         [outputs.found]\nquery = \"reeds -tag:town\"\n[outputs.two]\nlimit = 2\nwindow = \"1s\"\n";
    let bench = Bench::new(&format!("{}{outputs}", sources(&field, &city)));
    bench.run(&["fetch"]).await.good();
    let daemon = bench.daemon().await;
    let web = daemon.web();
    let shared = &["A shared story"][..];
    for (path, expected) in [
        ("/feeds/birds.json", numbered("Heron", shared)),
        ("/tags/nature.json", numbered("Heron", shared)),
        ("/tags/weekly%20notes.json", numbered("Heron", shared)),
        ("/tags/town.json", numbered("Tram", shared)),
        ("/sources/city.json", numbered("Tram", shared)),
        ("/feed.json?source=field", numbered("Heron", shared)),
        ("/feed.json?tag=town&source=field", vec!["A shared story".to_owned()]),
        ("/feed.json?tag=nobody", vec![]),
        ("/feed.json?source=nobody", vec![]),
        ("/feeds/desk.json", ["Tram 0", "Tram 1", "Tram 3"].map(str::to_owned).to_vec()),
    ] {
        assert_eq!(titles(&web, path), expected, "{path}");
    }
    assert_eq!(
        serde_json::from_slice::<Value>(&web.get("/feeds/two.json", &[]).body).unwrap()["title"],
        "two"
    );
    for path in ["/feeds/other.atom", "/tags/other.atom", "/sources/other.atom", "/feeds/birds.xml"] {
        assert_eq!(web.get(path, &[]).status, 404, "{path}");
    }
    for path in ["/feed.atom?q=%22open", "/feed.atom?limit=0", "/feed.atom?before=x", "/feed.rss?source=A+B"]
    {
        let reply = web.get(path, &[]);
        assert_eq!(reply.status, 400, "{path}");
        assert!(reply.text().len() > 20, "{}", reply.text());
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn searches_are_feeds_and_pages() {
    let (field, city) = papers().await;
    let outputs = "[outputs.found]\nquery = \"reeds -tag:town\"\n";
    let bench = Bench::new(&format!("{}{outputs}", sources(&field, &city)));
    bench.run(&["fetch"]).await.good();
    let daemon = bench.daemon().await;
    let web = daemon.web();
    let mut some = numbered("Heron", &[]);
    some.retain(|title| title != "Heron 3");
    let both = [numbered("Heron", &[]), numbered("Tram", &[])].concat();
    for (path, expected) in [
        ("/feed.json?tag=town&tag=nature&q=-shared", both),
        ("/feed.json?q=timetables", numbered("Tram", &[])),
        ("/feed.json?q=herons%20-title:%22heron%203%22", some),
        ("/sources/city.json?q=tram*", numbered("Tram", &[])),
        ("/feed.json?q=source:city%20-tag:nature", numbered("Tram", &[])),
        ("/feeds/found.json", numbered("Heron", &[])),
        ("/feed.json?q=nobody", vec![]),
    ] {
        assert_eq!(titles(&web, path), expected, "{path}");
    }
    let query = bench.run(&["export", "--format", "jsonl", "--query", "timetables -3"]).await.good().out;
    assert_eq!(query.lines().count(), 5, "{query}");
    for order in ["newest", "best"] {
        let reply = web.get(&format!("/api/v1/entries?q=reeds&limit=4&order={order}"), &[]);
        let page: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(page["entries"].as_array().unwrap().len(), 4, "{page}");
        let next = page["next"].as_str().unwrap();
        let reply = web.get(&format!("/api/v1/entries?q=reeds&limit=4&order={order}&cursor={next}"), &[]);
        let rest: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((rest["entries"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null), "{rest}");
        let page = web.get(&format!("/search?q=reeds+-2&order={order}"), &[]).text();
        assert_eq!(page.matches("<mark>Reeds</mark>").count(), 5, "{page}");
    }
    for (path, words) in [
        ("/search", "Search the archive"),
        ("/search?q=nobody", "Nothing was found"),
        ("/search?q=%22open", "has no end"),
        ("/tags", "weekly notes"),
        ("/tags/weekly%20notes", "Heron 3"),
        ("/tags/nobody", "Not in this edition"),
    ] {
        assert!(web.get(path, &[]).text().contains(words), "{path}");
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn each_feed_is_one_of_its_own() {
    let (field, city) = papers().await;
    let outputs =
        "[output]\nbase_url = \"https://reader.example/news\"\n[outputs.birds]\ntags = [\"nature\"]\n";
    let bench = Bench::new(&format!("{}{outputs}", sources(&field, &city)));
    bench.run(&["fetch"]).await.good();
    let daemon = bench.daemon().await;
    let web = daemon.web();
    let mut ids = HashSet::new();
    for path in [
        "/feed.atom",
        "/feeds/birds.atom",
        "/tags/nature.atom",
        "/sources/field.atom",
        "/feed.atom?tag=nature",
    ] {
        let reply = web.get(path, &[("Host", "evil.example")]);
        let text = reply.text();
        assert!(
            text.contains(&format!("rel=\"self\" href=\"https://reader.example/news{path}\"")),
            "{path}: {text}"
        );
        assert!(ids.insert(texts(&text, "id")[0].clone()), "{path} has an id of its own");
        let again = web.get(path, &[("If-None-Match", reply.header("etag").unwrap())]);
        assert_eq!(again.status, 304, "{path}");
        // Entries are the same wherever they stand.
        assert!(texts(&text, "id").len() > 3);
    }
    let title = texts(&web.get("/sources/city.atom", &[]).text(), "title")[0].clone();
    assert_eq!(title, "Offprint: City <Desk>");
    daemon.stop().await;
}

/// Follows the links to the next page, in the words of each format.
fn walk(web: &Web, base: &str, first: &str) -> Vec<String> {
    let (mut all, mut path) = (Vec::new(), first.to_owned());
    for _ in 0..100 {
        let text = web.get(&path, &[]).text();
        let next = if first.contains(".json") {
            let json: Value = serde_json::from_str(&text).unwrap();
            let items = json["items"].as_array().unwrap();
            all.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            json["next_url"].as_str().map(str::to_owned)
        } else {
            let name = if first.contains(".rss") { "guid" } else { "id" };
            let own = |id: &String| id.starts_with("urn:uuid");
            let skip = usize::from(name == "id");
            all.extend(texts(&text, name).into_iter().filter(own).skip(skip));
            text.split("rel=\"next\"").nth(1).map(|rest| {
                rest.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&")
            })
        };
        let Some(next) = next else { return all };
        path = next.strip_prefix(base).unwrap_or_else(|| panic!("{next} is not below {base}")).to_owned();
    }
    panic!("there is no end: {path}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_whole_archive_page_by_page() {
    let origin = one_feed(items("http://heron.example", 0..45)).await;
    let toml = format!(
        "{HEAD}[output]\nlimit = 10\nwindow = \"1s\"\nbase_url = \"https://reader.example\"\n[sources.heron]\nurl = \"{}\"\n",
        origin.url("/feed")
    );
    let bench = Bench::with(&toml);
    bench.run(&["fetch"]).await.good();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let daemon = bench.daemon().await;
    let web = daemon.web();
    for first in [
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/feed.atom?limit=7",
        "/sources/heron.json",
        "/feed.json?limit=45",
    ] {
        let ids = walk(&web, "https://reader.example", first);
        let distinct: HashSet<&String> = ids.iter().collect();
        assert_eq!((ids.len(), distinct.len()), (45, 45), "{first}");
    }
    let page = web.get("/feed.atom?before=20", &[]).text();
    assert!(page.contains("rel=\"first\" href=\"https://reader.example/feed.atom\""), "{page}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_subscription_list() {
    let (field, city) = papers().await;
    let bench = Bench::new(&sources(&field, &city));
    bench.run(&["fetch"]).await.good();
    let daemon = bench.daemon().await;
    let reply = daemon.get("/opml");
    assert_eq!(reply.header("content-type"), Some("text/x-opml; charset=utf-8"));
    assert!(
        reply.text().contains("Desk")
            && !reply.text().contains("<Desk>")
            && reply.text().contains(&field.url("/feed"))
    );
    assert_eq!(reply.text(), bench.run(&["export", "--format", "opml"]).await.good().out);
    daemon.stop().await;
}
