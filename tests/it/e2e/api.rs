//! The API for programs, and articles for them.

use super::bench::{Bench, HEAD, source, until};
use super::papers::{items, one_feed};
use super::web::{Reply, Web};
use serde_json::Value;

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|error| panic!("{error}: {}", reply.text()))
}

fn found(web: &Web, path: &str) -> Value {
    let reply = web.get(path, &[]);
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")), "{path}");
    json(&reply)
}

#[track_caller]
fn problem(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    let problem = json(reply);
    assert_eq!(problem["status"], status);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn sources_and_entries_in_pages() {
    let origin = one_feed(items("http://heron.example", 0..25)).await;
    let bench = Bench::new(&format!("{}tags = [\"birds\"]\n", source("heron", &origin.url("/feed"))));
    bench.run(&["fetch"]).await.good();
    let daemon = bench.daemon().await;
    let web = daemon.web();
    let sources = found(&web, "/api/v1/sources");
    assert_eq!(
        (&sources["sources"][0]["id"], &sources["sources"][0]["entries"]),
        (&"heron".into(), &25.into())
    );
    assert_eq!(sources["sources"][0], found(&web, "/api/v1/sources/heron"));
    assert!(sources["sources"][0]["why"].is_string());
    let (mut all, mut path) = (Vec::new(), "/api/v1/entries?limit=10&fields=id,title&tag=birds".to_owned());
    loop {
        let page = found(&web, &path);
        let entries = page["entries"].as_array().unwrap();
        assert!(entries.iter().all(|entry| entry.as_object().unwrap().len() == 2), "{page}");
        all.extend(entries.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/entries?limit=10&fields=id,title&tag=birds&cursor={next}");
    }
    assert_eq!(all.len(), 25);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 25, "none twice");
    let id = all[0].strip_prefix("urn:uuid:").unwrap();
    let entry = found(&web, &format!("/api/v1/entries/{id}"));
    assert_eq!(entry["id"], all[0].as_str());
    assert_eq!(entry, found(&web, &format!("/articles/{id}.json")));
    let markdown = web.get(&format!("/articles/{id}.md"), &[]);
    assert_eq!(markdown.header("content-type"), Some("text/markdown; charset=utf-8"));
    assert!(markdown.text().starts_with(&format!("# {}\n", entry["title"].as_str().unwrap())));
    let tag = markdown.header("etag").unwrap();
    assert_eq!(web.get(&format!("/articles/{id}.md"), &[("If-None-Match", tag)]).status, 304);
    assert_eq!(found(&web, "/api/v1/clusters")["clusters"], Value::Array(vec![]));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_makes_no_sense_is_refused_in_words() {
    let bench = Bench::new("");
    let daemon = bench.daemon().await;
    let web = daemon.web();
    for path in [
        "/api/v1/entries?limit=0",
        "/api/v1/entries?limit=501",
        "/api/v1/entries?limit=%2B5",
        "/api/v1/entries?limit=5&limit=6",
        "/api/v1/entries?cursor=x",
        "/api/v1/entries?order=oldest",
        "/api/v1/entries?fields=id,body",
        "/api/v1/entries?q=%22open",
        "/api/v1/entries?source=A%20B",
        "/api/v1/entries?duplicates=yes",
        "/api/v1/entries?since=1",
        "/api/v1/sources?x=1",
        "/api/v1/sources/x?x=1",
        "/api/v1/entries?order=best",
        "/api/v1/clusters?limit=-1",
    ] {
        problem(&web.get(path, &[]), 400);
    }
    let nobody = "0badcafe-0000-8000-8000-000000000001";
    for path in [
        "sources/nobody",
        "sources/A",
        "entries/7",
        &format!("entries/{nobody}"),
        &format!("clusters/{nobody}"),
    ] {
        problem(&web.get(&format!("/api/v1/{path}"), &[]), 404);
    }
    for path in ["/articles/7.md", &format!("/articles/{nobody}.json"), "/api/v2/entries", "/api"] {
        assert_eq!(web.get(path, &[]).status, 404, "{path}");
    }
    let reply = web.ask("POST", "/api/v1/entries", &[("Content-Length", "0")]);
    assert_eq!((reply.status, reply.header("allow").is_some()), (405, true));
    let reply = web.get("/api/v1/sources/x/refresh", &[]);
    assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")));
    // Nobody has shown a token where there is none.
    problem(&web.ask("POST", "/api/v1/sources/x/refresh", &[("Content-Length", "0")]), 403);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn polling_now_needs_the_token_and_a_pause() {
    let origin = one_feed(items("http://heron.example", 0..3)).await;
    let toml = format!(
        "{}\n[sources.heron]\nurl = \"{}\"\n[sources.off]\nurl = \"http://127.0.0.1:9/\"\nenabled = false\n",
        HEAD.replace("[server]\n", "[server]\ntoken_file = \"token\"\n")
            .replace("min_interval = \"1s\"", "min_interval = \"3s\""),
        origin.url("/feed")
    );
    let bench = Bench::with(&toml);
    bench.write("token", "s3cret-word-of-the-owner\n");
    let daemon = bench.daemon().await;
    let web = daemon.web();
    let token = [("Authorization", "Bearer s3cret-word-of-the-owner"), ("Content-Length", "0")];
    let refresh = |id: &str| web.ask("POST", &format!("/api/v1/sources/{id}/refresh"), &token);
    assert_eq!(web.ask("POST", "/api/v1/sources/heron/refresh", &[("Content-Length", "0")]).status, 401);
    problem(&refresh("nobody"), 404);
    problem(&refresh("off"), 409);
    let polls = || json(&web.get("/api/v1/sources/heron", &token))["polls"].as_u64().unwrap();
    until("the first poll", || polls() == 1).await;
    let soon = refresh("heron");
    problem(&soon, 429);
    assert!(soon.header("retry-after").unwrap().parse::<u64>().unwrap() <= 3);
    until("the pause is over", || refresh("heron").status == 202).await;
    until("the second poll", || polls() == 2).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_description_has_every_path() {
    let bench = Bench::new("");
    let daemon = bench.daemon().await;
    let description = found(&daemon.web(), "/api/openapi.json");
    assert_eq!(description["info"]["version"], env!("CARGO_PKG_VERSION"));
    let paths: Vec<&String> = description["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths.len(), 7);
    for path in paths {
        let status = daemon.get(&path.replace("{id}", "heron")).status;
        assert!([200, 404, 405].contains(&status), "{path}: {status}");
    }
    daemon.stop().await;
}
