//! The commands for single documents, and `export`.

use super::bench::{Bench, HEAD, Ran, source};
use super::papers::{HTML, Paper, RSS, item, items, page, rss, site};
use offprint::newsstand::Answer;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn lines(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn feeds_in_a_batch() {
    let bench = Bench::new("");
    let rest = "<description>S</description><dc:creator xmlns:dc=\"http://purl.org/dc/elements/1.1/\">Ada</dc:creator>\
                <category>rivers</category><enclosure url=\"/s.mp3\" type=\"audio/mpeg\" length=\"12\"/>\
                <pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>";
    let good = bench.write("good.xml", rss(&item("/a/1", "One &amp; only", rest)));
    let bad = bench.write("bad.xml", "<html><p>no feed</p></html>");
    let input = format!("{good}\n{bad}\n{}\n\n{good}\n", bench.path("none").display());
    let ran =
        bench.run_reading(&["parse", "--batch", "--base", "http://heron.example/feed"], &input).await.good();
    let answers = lines(&ran);
    assert_eq!(answers.len(), 4, "{}", ran.out);
    assert_eq!(answers.iter().filter(|answer| answer["error"].is_string()).count(), 2);
    let answer = answers.iter().find(|answer| answer["file"] == good.as_str()).unwrap();
    assert_eq!(answer["feed"]["title"], "The Heron");
    let entry = &answer["entries"][0];
    assert_eq!(entry["title"], "One & only");
    assert_eq!(entry["link"], "http://heron.example/a/1");
    assert_eq!(
        entry["published"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap(),
        "2026-03-02T10:00:00Z".parse().unwrap()
    );
    assert_eq!(entry["categories"], json!(["rivers"]));
    assert!(
        entry["authors"].to_string().contains("Ada") && entry["enclosures"].to_string().contains("s.mp3"),
        "{entry}"
    );
    assert_eq!(entry.as_object().unwrap().get("updated"), Some(&Value::Null), "absent is null");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn pages_in_a_batch() {
    let bench = Bench::new("");
    let good = bench.write("good.html", page("The river rose", "as agreed"));
    let url = "http://heron.example/a/1";
    let input = [
        json!({ "id": 7, "url": url, "html_path": good }).to_string(),
        json!({ "id": "x", "url": null, "html_path": good, "title": "The river rose", "author": ["Ada"] })
            .to_string(),
        json!({ "id": "gone", "url": url, "html_path": bench.path("none") }).to_string(),
        "nonsense".to_owned(),
    ]
    .join("\n");
    let ran = bench.run_reading(&["extract", "--batch"], &input).await.good();
    let answers = lines(&ran);
    assert_eq!(answers.len(), 4, "{}", ran.out);
    for id in [json!(7), json!("x")] {
        let answer = answers.iter().find(|answer| answer["id"] == id).unwrap();
        assert_eq!(answer["error"], Value::Null, "{answer}");
        assert!(answer["text"].as_str().unwrap().contains("Paragraph 8 of the story, as agreed"), "{answer}");
        assert!(!answer["text"].as_str().unwrap().contains("Imprint"), "{answer}");
        assert!(answer["html"].as_str().unwrap().contains("<p>") && answer["title"] == "The river rose");
        assert_eq!(answer["lang"], "en");
    }
    assert!(answers.iter().find(|answer| answer["id"] == "gone").unwrap()["error"].is_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_document_from_a_file_a_pipe_or_the_network() {
    let origin = site(|seen| match seen.plain_path() {
        "/page" => Answer::ok(HTML, page("The river rose", "online")),
        _ => Answer::ok(RSS, rss(&items("http://heron.example", 0..3))),
    })
    .await;
    let bench = Bench::new("");
    let file = bench.write("p.html", page("The river rose", "offline"));
    for format in ["html", "text", "markdown", "json"] {
        let ran = bench.run(&["extract", "--format", format, &file]).await.good();
        assert!(ran.out.contains("Paragraph 8 of the story, offline"), "{format}: {}", ran.out);
    }
    let ran = bench
        .run_reading(&["extract", "--url", "http://heron.example/a/1", "-"], &page("T", "piped"))
        .await
        .good();
    assert!(
        ran.out.starts_with("# T\n") && ran.out.contains("Original url:\n\n<http://heron.example/a/1>"),
        "{}",
        ran.out
    );
    let ran = bench.run(&["extract", &origin.url("/page")]).await.good();
    assert!(ran.out.contains("the story, online"), "{}", ran.out);
    let ran = bench.run(&["extract", "--explain", &file]).await.good();
    assert!(
        ran.out.contains("candidates") && ran.out.contains("article") && ran.out.contains("cut"),
        "{}",
        ran.out
    );
    let ran = bench.run(&["parse", &origin.url("/feed")]).await.good();
    assert!(ran.out.contains("3 entries") && ran.out.contains("Story 2"), "{}", ran.out);
    bench.run(&["parse", &file]).await.failed(&["p.html"]);
    bench.run(&["extract", "/no/such/file"]).await.failed(&["/no/such/file"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn addresses_and_the_schema() {
    let bench = Bench::new("");
    let ran = bench.run(&["url", "HTTP://www.Heron.example:80/a/../b/?utm_source=x&id=1#part"]).await.good();
    assert!(ran.out.lines().next().unwrap().ends_with("heron.example/b?id=1"), "{}", ran.out);
    assert!(ran.out.contains("because") && ran.out.contains("utm_source"), "{}", ran.out);
    for told in [
        "lower case",
        "own port dropped",
        "dot segments",
        "www.",
        "utm_source removed: tracking (",
        "fragment",
    ] {
        assert!(ran.out.contains(told), "{told}: {}", ran.out);
    }
    bench.configure(&format!("{HEAD}{}strip_params = [\"part\"]\n", source("heron", "http://127.0.0.1:9/")));
    let ran = bench.run(&["url", "https://heron.example/a?part=1"]).await.good();
    assert!(
        ran.out.contains("from the source heron") && ran.out.contains("part removed: strip_params"),
        "{}",
        ran.out
    );
    bench.run(&["url", "javascript:alert(1)"]).await.failed(&["javascript:"]);
    let schema: Value = serde_json::from_str(&bench.run(&["schema"]).await.good().out).unwrap();
    for table in ["output", "server", "fetch", "store", "defaults", "sources"] {
        assert!(schema["properties"][table].is_object(), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn exports_in_all_formats_and_into_a_folder_twice() {
    let story = |n: usize, title: &str| {
        item(&format!("http://heron.example/{n}"), title, "<description>Words</description>")
    };
    let paper =
        Paper::new(rss(&(story(1, "One/../../etc") + &story(2, "Two: \"quoted\"") + &story(3, "Three"))))
            .await;
    let bench = Bench::with(&format!(
        "{HEAD}{}tags = [\"rivers\"]\n{}",
        paper.source("heron"),
        source("other", "http://127.0.0.1:9/")
    ));
    bench.run(&["fetch"]).await.good();
    let ran = bench.run(&["export", "--format", "jsonl"]).await.good();
    assert_eq!(lines(&ran).len(), 3);
    for (args, count) in [
        (&["--tag", "rivers"][..], 3),
        (&["--tag", "lakes"], 0),
        (&["--source", "heron"], 3),
        (&["--source", "other"], 0),
        (&["--limit", "2"], 2),
        (&["--since", "1h"], 3),
        (&["--since", "2999-01-01"], 0),
    ] {
        let all = [&["export", "--format", "jsonl"], args].concat();
        assert_eq!(lines(&bench.run(&all).await.good()).len(), count, "{args:?}");
    }
    bench.run(&["export", "--format", "jsonl", "--source", "unknown"]).await.failed(&["unknown"]);
    let markdown = bench.run(&["export", "--format", "markdown"]).await.good().out;
    assert!(markdown.contains("# Three\n") && markdown.contains("<http://heron.example/3>"), "{markdown}");
    let export = ["export", "--format", "markdown", "--out", "articles"];
    let said = bench.run(&export).await.good().err;
    assert!(said.contains("3 of 3"), "{said}");
    let first = files(&bench);
    assert_eq!(first.len(), 3, "{first:?}");
    assert!(first.values().all(|(text, _)| text.starts_with("---\n")));
    assert!(bench.run(&export).await.good().err.contains("0 of 3"));
    assert_eq!(files(&bench), first, "nothing is written twice");
    paper.print(rss(&(story(1, "One/../../etc") + &story(2, "Two, renamed") + &story(3, "Three"))));
    bench.run(&["fetch", "--force"]).await.good();
    assert!(bench.run(&export).await.good().err.contains("1 of 3"));
    let second = files(&bench);
    assert_eq!(second.len(), 3, "{second:?}");
    assert_eq!(second.iter().filter(|(name, file)| first.get(*name) == Some(file)).count(), 2);
}

/// Names, contents and times of change.
fn files(bench: &Bench) -> BTreeMap<String, (String, std::time::SystemTime)> {
    let folder = std::fs::read_dir(bench.path("articles")).unwrap();
    folder
        .map(|file| {
            let file = file.unwrap();
            let changed = file.metadata().unwrap().modified().unwrap();
            (
                file.file_name().into_string().unwrap(),
                (std::fs::read_to_string(file.path()).unwrap(), changed),
            )
        })
        .collect()
}
