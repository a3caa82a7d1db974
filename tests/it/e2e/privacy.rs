//! What must not get out: passwords; and what must not get into a log.

use super::bench::{Bench, HEAD, source};
use super::papers::{HTML, RSS, item, one_feed, page, rss, site};
use offprint::newsstand::{Answer, Behaviour};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_password_goes_to_its_origin_and_nowhere_else() {
    let other = one_feed(item("http://heron.example/1", "One", "")).await;
    let origin = site(|_| {
        Answer::ok(RSS, rss(&item("http://heron.example/2", "Two", "<description>x</description>")))
    })
    .await;
    origin.set_behaviour("/away", Behaviour::Redirect { status: 301, to: other.url("/feed") });
    origin.set_behaviour("/broken", Behaviour::Status(500, vec![]));
    origin.set_behaviour("/reset", Behaviour::Reset);
    origin.set_behaviour("/loop", Behaviour::Redirect { status: 302, to: "/loop".to_owned() });
    origin.set_behaviour("/cut", Behaviour::Cut(150));
    let secret = |path: &str| origin.url(path).replace("http://", "http://carol:s3cr3t-w0rd@");
    let dead = "http://carol:s3cr3t-w0rd@127.0.0.1:9/feed".to_owned();
    let mut toml = source("dead", &dead);
    for name in ["good", "away", "broken", "reset", "loop", "cut"] {
        toml.push_str(&source(name, &secret(&format!("/{name}"))));
    }
    let bench = Bench::new(&toml);
    let mut said = String::new();
    for args in
        [&["check"][..], &["fetch"], &["--log-level", "trace", "fetch", "--force"], &["check", "--online"]]
    {
        let ran = bench.run(args).await;
        said = said + &ran.out + &ran.err;
    }
    for format in ["atom", "rss", "json", "jsonl", "markdown"] {
        said += &bench.run(&["export", "--format", format]).await.good().out;
    }
    let mut command = bench.command(&["--log-level", "trace", "--log-format", "json", "run"], "");
    command.env("RUST_LOG", "trace");
    let daemon = bench.start(command);
    daemon.logged("daemon.ready").await;
    let address = daemon.log().split("http://127.0.0.1:").nth(1).unwrap()[..5].to_owned();
    let web = super::web::Web::at(&format!(
        "127.0.0.1:{}",
        address.trim_end_matches(|c: char| !c.is_ascii_digit())
    ));
    for path in ["/", "/metrics", "/feed.atom", "/feed.rss", "/feed.json", "/ready"] {
        said += &web.get(path, &[]).text();
    }
    daemon.signal("HUP");
    daemon.logged("reload.done").await;
    said += &daemon.log();
    daemon.stop().await;
    said += &String::from_utf8_lossy(&std::fs::read(bench.path("data/offprint.db")).unwrap());
    for word in ["s3cr3t-w0rd", "Y2Fyb2w6czNjcjN0LXcwcmQ"] {
        let at =
            said.find(word).map(|at| said[at.saturating_sub(200)..].chars().take(260).collect::<String>());
        assert_eq!(at, None);
    }
    let sent = origin.requests();
    let expected = "Basic Y2Fyb2w6czNjcjN0LXcwcmQ=";
    assert!(
        sent.iter()
            .filter(|seen| seen.path == "/good")
            .all(|seen| seen.header("authorization") == Some(expected))
    );
    assert!(!other.requests().is_empty());
    assert!(other.requests().iter().all(|seen| seen.header("authorization").is_none()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn text_from_outside_reaches_a_log_tamed() {
    let evil = "A&#27;[31mred&#x9b;1m&#13;&#10;2026-01-01T00:00:00Z ERROR forged&#7;";
    let raw = "B\u{1b}[31mred\u{9b}1m\r\nforged line\u{7}\u{85}x\u{2028}y";
    let body =
        rss(&(item("http://heron.example/1", evil, "") + &item("http://heron.example/2&#10;X", raw, "")))
            .replace("<title>The Heron", &format!("<title>The {evil} {raw} Heron"));
    let origin = site(move |seen| match seen.plain_path() {
        "/feed" => Answer::ok(RSS, body.clone()),
        "/html" => Answer::ok(HTML, page(raw, raw)),
        "/status" => Answer::new(599, "text/\u{9b}x", raw),
        _ => Answer::redirect(302, "http://127.0.0.1:9/\u{9b}1m\u{85}\u{fffd}%0d%0aforged line"),
    })
    .await;
    let toml =
        ["feed", "html", "status", "away"].map(|id| source(id, &origin.url(&format!("/{id}")))).concat();
    let bench = Bench::with(&format!("{HEAD}{toml}"));
    let mut said = String::new();
    for args in [
        &["fetch"][..],
        &["--log-level", "trace", "fetch", "--force"],
        &["--log-level", "trace", "--log-format", "json", "fetch", "--force"],
        &["check", "--online"],
    ] {
        let ran = bench.run(args).await;
        said = said + &ran.out + &ran.err;
    }
    let feed = bench.write("evil.xml", rss(&item("http://heron.example/1", evil, "")));
    said += &bench.run(&["parse", &feed]).await.good().out;
    let bad = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{2028}' | '\u{2029}');
    let found: Vec<&str> = said.lines().filter(|line| line.contains(bad)).collect();
    assert_eq!(found, Vec::<&str>::new());
    let forged: Vec<&str> =
        said.lines().filter(|line| line.starts_with("forged") || line.starts_with("2026-01-01T")).collect();
    assert_eq!(forged, Vec::<&str>::new());
}
