//! What becomes of articles after publication: edits, limits, sources that are removed.

use super::bench::{Bench, HEAD};
use super::papers::{Paper, item, items, rss};

const STORY: &str = "http://heron.example/a/1";

fn story(title: &str, text: &str) -> String {
    rss(&item(STORY, title, &format!("<description>{text}</description>")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_was_changed_is_told() {
    let old =
        "&lt;p&gt;The river rose by a hand, said the old ferryman.&lt;/p&gt;&lt;p&gt;It rained.&lt;/p&gt;";
    let new = "&lt;p&gt;The river rose by two hands, said the young ferryman.&lt;/p&gt;&lt;p&gt;It rained.&lt;/p&gt;\
               &lt;p&gt;Correction: &amp;lt;script&amp;gt; and \u{9b}31m stay text.&lt;/p&gt;";
    let paper = Paper::new(story("The river rose", old)).await;
    let bench = Bench::new(&paper.source("heron"));
    bench.run(&["fetch"]).await.good();
    let id = bench.entries().await[0]["id"].as_str().unwrap().to_owned();
    let ran = bench.run(&["diff", &id]).await.good();
    assert!(ran.out.contains("has not been changed"), "{}", ran.out);
    paper.print(story("The river rose twice", new));
    bench.run(&["fetch", "--force"]).await.good();
    let uuid = id.rsplit(':').next().unwrap().to_owned();
    let said = bench.run(&["diff", &uuid]).await.good().out;
    for name in [&id, STORY, &format!("http://127.0.0.1:8380/articles/{uuid}.html")] {
        assert_eq!(bench.run(&["diff", name]).await.good().out, said, "{name}");
    }
    for line in [
        "Title: The river rose {+twice+}",
        "~ The river rose by [-a hand-]{+two hands+}, said the [-old-]{+young+} ferryman.",
        "  … a paragraph as it was",
        "+ {+Correction: <script> and",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    assert!(!said.contains(['\u{1b}', '\u{9b}']), "{said}");
    bench.run(&["diff", "nonsense"]).await.failed(&["neither the id of an article nor an address"]);
    bench.run(&["diff", "http://heron.example/other"]).await.failed(&["no article", "/articles/ID"]);
    let daemon = bench.daemon().await;
    let reply = daemon.get(&format!("/articles/{uuid}"));
    let page = reply.text();
    for part in [
        "<details>",
        "Edited once",
        "<del>a hand</del><ins>two hands</ins>",
        "<del>old</del><ins>young</ins>",
        "<ins>Correction: &lt;script&gt;",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_a_store_there_is_nothing_to_compare() {
    let bench = Bench::new(&super::bench::source("heron", "http://127.0.0.1:9/"));
    bench.run(&["diff", STORY]).await.failed(&["no database yet"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_more_than_are_wanted_and_none_comes_back() {
    let paper = Paper::new(rss(&items("http://heron.example", 0..8))).await;
    let bench = Bench::with(&format!("{HEAD}[store]\nmax_articles = 5\n{}", paper.source("heron")));
    bench.run(&["fetch"]).await.good();
    let first = bench.entries().await;
    assert_eq!(first.len(), 5);
    // The feed still lists all of them.
    for _ in 0..2 {
        let ran = bench.run(&["fetch", "--force"]).await.good();
        assert!(ran.err.contains("0 new"), "{}", ran.err);
        assert_eq!(bench.entries().await, first);
    }
    paper.print(rss(&items("http://heron.example", 0..10)));
    bench.run(&["fetch", "--force"]).await.good();
    let titles: Vec<_> = bench.entries().await.iter().map(|entry| entry["title"].clone()).collect();
    assert_eq!(titles, ["Story 9", "Story 8", "Story 7", "Story 6", "Story 5"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn entries_of_a_removed_source_stay_and_say_so() {
    let paper = Paper::new(story("The river rose", "by a hand")).await;
    let other = Paper::new(rss("")).await;
    let bench = Bench::new(&(paper.source("heron") + &other.source("crow")));
    bench.run(&["fetch"]).await.good();
    let before = bench.entries().await.remove(0);
    assert!(before["_offprint"]["sources"][0].get("removed").is_none(), "{before}");
    bench.configure(&format!("{HEAD}{}", other.source("crow")));
    bench.run(&["fetch", "--force"]).await.good();
    let after = bench.entries().await.remove(0);
    assert_eq!((&after["id"], &after["content_html"]), (&before["id"], &before["content_html"]));
    let source = &after["_offprint"]["sources"][0];
    assert_eq!(
        (&source["removed"], &source["feed_url"]),
        (&true.into(), &paper.origin.url("/feed").into()),
        "{after}"
    );
    let atom = bench.run(&["export", "--format", "atom"]).await.good().out;
    assert!(atom.contains("<category term=\"removed\" label=\"No longer followed\"/>"), "{atom}");
    let daemon = bench.daemon().await;
    let uuid = after["id"].as_str().unwrap().rsplit(':').next().unwrap();
    assert!(daemon.get(&format!("/articles/{uuid}")).text().contains("(removed)"));
    assert!(daemon.get("/sources/heron").text().contains("ot configured any more"));
    daemon.stop().await;
}
