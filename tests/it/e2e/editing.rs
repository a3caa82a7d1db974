//! Articles that are changed after publication: the command and the page that tell.

use super::bench::Bench;
use super::papers::{Paper, item, rss};

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
