//! The daemon and a hub of our own on real sockets, through a reverse proxy.

use super::bench::{Bench, Daemon, HEAD, source, until};
use super::hub::{Form, Habit, Hub, ask, behind_proxy, deliver, post};
use crate::support::raw::RawServer;
use std::sync::Arc;

fn item(name: &str) -> String {
    format!(
        "<item><guid>{name}</guid><title>{name}</title><link>http://a.example/{name}</link><description>About {name}.</description></item>"
    )
}

fn rss(items: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>A</title>{items}</channel></rss>")
}

/// A feed that names the hub in headers.
async fn feed(hub: &str) -> Arc<RawServer> {
    let hub = hub.to_owned();
    let body = rss(&item("one"));
    let answer = format!(
        "HTTP/1.1 200 OK\r\nLink: <{hub}>; rel=\"hub\", </topic?a=1&b=2>; rel=self\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Arc::new(RawServer::saying(answer).await)
}

/// A daemon at a port that `base_url` can name.
fn bench(feed: &RawServer, more: &str) -> Bench {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let head = HEAD.replace("127.0.0.1:0", &format!("127.0.0.1:{port}"));
    let base = format!("[output]\nbase_url = \"http://127.0.0.1:{port}/paper/\"\n");
    Bench::with(&format!("{head}{base}{}{more}", source("a", &feed.url("/feed"))))
}

async fn subscribed(hub: &Hub) -> Form {
    until("the hub has verified", || !hub.answers().is_empty()).await;
    assert_eq!(hub.answers()[0], (200, "a+b c".to_owned()));
    hub.forms()[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_request_to_the_farewell() {
    let hub = Hub::start(Habit::Good);
    let feed = feed(&hub.url()).await;
    let bench = bench(&feed, "");
    let daemon = bench.daemon().await;
    let form = subscribed(&hub).await;
    assert_eq!(
        (form["hub.mode"].as_str(), form["hub.topic"].as_str()),
        ("subscribe", &*feed.url("/topic?a=1&b=2"))
    );
    assert_eq!(form["hub.secret"].len(), 64);
    let (_, token) = form["hub.callback"].split_once("/paper/websub/").expect("a path of base_url");
    assert_eq!(token.len(), 40, "{form:?}");
    let reply = deliver(&form, &form["hub.secret"], &rss(&item("two")));
    assert_eq!((reply.status, reply.text()), (202, String::new()));
    let items = daemon.entries(2).await;
    assert!(items.iter().any(|item| item["title"] == "two"));
    assert_eq!(feed.paths().len(), 1, "without a poll");

    let status = bench.run(&["status", "--json"]).await.good().out;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let websub = &status["sources"][0]["websub"];
    assert_eq!(
        (&websub["hub"], &websub["state"], &websub["announcements"]),
        (&hub.url().into(), &"subscribed".into(), &1.into())
    );
    let text = bench.run(&["status", "--source", "a"]).await.good().out;
    assert!(text.contains("hub:  subscribed at"), "{text}");
    let page = daemon.get("/sources/a").text();
    assert!(page.contains("Subscribed at") && page.contains("1 announcement"), "{page}");
    let metrics = daemon.get("/metrics").text();
    for line in
        ["offprint_source_subscribed{source=\"a\"} 1", "offprint_source_announcements_total{source=\"a\"} 1"]
    {
        assert!(metrics.contains(line), "{line}");
    }
    let doctor = bench.run(&["doctor"]).await;
    assert!(doctor.out.contains("hubs:") && doctor.out.contains("1 source subscribed"), "{doctor:?}");
    let secrets = [&form["hub.secret"], form["hub.callback"].rsplit('/').next().unwrap()];
    for place in [&text, &page, &metrics, &daemon.log(), &doctor.out, &status.to_string()] {
        assert!(secrets.iter().all(|secret| !place.contains(*secret)), "a secret in {place}");
    }

    let edited = std::fs::read_to_string(bench.path("offprint.toml")).unwrap() + "websub = false\n";
    bench.configure(&edited);
    daemon.signal("HUP");
    until("the hub lets it go", || hub.answers().len() == 2).await;
    assert_eq!((hub.answers()[1].0, hub.forms()[1]["hub.mode"].as_str()), (200, "unsubscribe"));
    assert_eq!(deliver(&form, &form["hub.secret"], &rss(&item("three"))).status, 410);
    assert_eq!(ask(&form, &[("hub.challenge", "x"), ("hub.lease_seconds", "60")]).status, 404);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_meant_is_not_there() {
    let hub = Hub::start(Habit::Good);
    let feed = feed(&hub.url()).await;
    let bench = bench(&feed, "");
    // Hubs have no token.
    bench.write("token", "a-long-and-random-token-for-readers");
    let toml = std::fs::read_to_string(bench.path("offprint.toml")).unwrap();
    bench.configure(&toml.replace("[server]", "[server]\ntoken_file = \"token\""));
    let daemon = bench.daemon().await;
    let form = subscribed(&hub).await;
    let good = ask(&form, &[("hub.challenge", "<script>alert(1)</script>"), ("hub.lease_seconds", "864000")]);
    assert_eq!((good.status, good.text().as_str()), (200, "<script>alert(1)</script>"));
    assert!(good.header("content-type").unwrap().starts_with("text/plain"));
    assert_eq!(good.header("x-content-type-options"), Some("nosniff"));
    let (web, path) = behind_proxy(&form["hub.callback"]);
    let huge = "c".repeat(20_000);
    for more in [
        &[("hub.challenge", "secret-word"), ("hub.topic", "http://other.example/")][..],
        &[("hub.challenge", "secret-word"), ("hub.mode", "unsubscribe")],
        &[("hub.challenge", "secret-word"), ("hub.lease_seconds", "0")],
        &[("hub.challenge", "secret-word"), ("hub.lease_seconds", "99999999999999999999999")],
        &[("hub.challenge", "secret-word")],
        &[("hub.challenge", "secret-word"), ("hub.lease_seconds", "60"), ("hub.mode", "x")],
        &[("hub.challenge", &huge), ("hub.lease_seconds", "60")],
    ] {
        let reply = ask(&form, more);
        assert_eq!(reply.status, 404, "{more:?}");
        assert!(!reply.text().contains("secret-word") && !reply.text().contains("ccc"));
    }
    let stranger = format!("/websub/{}", "0".repeat(40));
    let question = "?hub.mode=subscribe&hub.topic=x&hub.challenge=secret-word&hub.lease_seconds=60";
    for path in [
        &stranger,
        "/websub/",
        "/websub/x",
        &format!("{path}/"),
        &path.to_uppercase(),
        &path.replace("/websub", "//websub"),
    ] {
        let reply = web.get(&format!("{path}{question}"), &[]);
        assert!(
            matches!(reply.status, 401 | 404) && !reply.text().contains("secret-word"),
            "{path}: {reply:?}"
        );
    }
    assert_eq!(web.ask("HEAD", &format!("{path}{question}"), &[]).status, 404);
    let put = web.ask("PUT", &path, &[]);
    assert_eq!((put.status, put.header("allow")), (405, Some("GET, POST")));
    assert_eq!(post(&web, &stranger, &[], "x").status, 410);
    assert_eq!(post(&web, "/websub/x", &[], "x").status, 404);

    let forged = rss(&item("forged"));
    assert_eq!(deliver(&form, "wrong", &forged).status, 202);
    assert_eq!(post(&web, &path, &[], &forged).status, 202);
    assert_eq!(
        post(&web, &path, &[("Content-Encoding", "gzip"), ("X-Hub-Signature", "sha1=x")], "\x1f").status,
        202
    );
    // A body that is larger than any feed: refused, whatever it says of its length.
    let large = "x".repeat((20 << 20) + 1);
    assert_eq!(deliver(&form, &form["hub.secret"], &large).status, 413);
    let chunked = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    );
    assert!(web.say(&chunked).starts_with(b"HTTP/1.1 202"));
    let metrics = web.get("/metrics?token=a-long-and-random-token-for-readers", &[]).text();
    assert!(metrics.contains("offprint_entries 1"), "nothing of that was read");
    assert!(metrics.contains("offprint_source_announcements_ignored_total{source=\"a\"} 3"), "{metrics}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_crash_the_subscription_stays() {
    let hub = Hub::start(Habit::Good);
    let feed = feed(&hub.url()).await;
    let bench = bench(&feed, "");
    let mut daemon = bench.daemon().await;
    let form = subscribed(&hub).await;
    until("it is stored", || daemon.get("/metrics").text().contains("subscribed{source=\"a\"} 1")).await;
    daemon.kill();
    let daemon = bench.daemon().await;
    assert_eq!(deliver(&form, &form["hub.secret"], &rss(&item("two"))).status, 202);
    daemon.entries(2).await;
    assert_eq!((hub.forms().len(), feed.paths().len()), (1, 1), "nobody is asked again");
    daemon.stop().await;
}

/// Waits until the hub's problem is known; the words of `status`.
async fn problem(bench: &Bench, daemon: &Daemon) -> String {
    until("a refusal", || daemon.log().contains("hubs.refused")).await;
    let status = bench.run(&["status", "--json"]).await.good().out;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    status["sources"][0]["websub"]["problem"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn hubs_and_their_redirects_go_through_the_guard() {
    let target = Hub::start(Habit::Good);
    let port = target.url().rsplit(':').next().unwrap().to_owned();
    let redirect = |status: &str, to: &str| {
        Habit::Saying(format!(
            "HTTP/1.1 {status} X\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ))
    };
    let refused = "is a loopback address";
    for (habit, words) in [
        (redirect("307", &format!("http://127.0.0.2:{port}")), refused),
        (redirect("308", "http://[::1]:1/"), refused),
        (redirect("307", "http://169.254.169.254/latest"), "link-local"),
        (redirect("307", "ftp://127.0.0.1/"), "unusable Location"),
        // The others would change the method.
        (redirect("302", &target.url()), "HTTP 302"),
        (Habit::Refusing, "HTTP 403 Forbidden: no feeds of this\\u{1b}[31mk"),
    ] {
        let hub = Hub::start(habit.clone());
        let feed = feed(&hub.url()).await;
        let bench = bench(&feed, "");
        let toml = std::fs::read_to_string(bench.path("offprint.toml")).unwrap();
        bench.configure(&toml.replace("allow_private_addresses = true", "allow_addresses = [\"127.0.0.1\"]"));
        let daemon = bench.daemon().await;
        let problem = problem(&bench, &daemon).await;
        assert!(problem.contains(words), "{habit:?}: {problem}");
        assert!(!daemon.log().contains('\x1b'), "{}", daemon.log());
        daemon.stop().await;
    }
    // A hub at an address that is not allowed, and one that sends to another that is.
    let feed_of_stranger = feed(&format!("http://127.0.0.2:{port}")).await;
    let feed_of_mover = {
        let mover = Hub::start(redirect("307", &target.url()));
        feed(&mover.url()).await
    };
    for (feed, verified) in [(feed_of_stranger, false), (feed_of_mover, true)] {
        let bench = bench(&feed, "");
        let toml = std::fs::read_to_string(bench.path("offprint.toml")).unwrap();
        bench.configure(&toml.replace("allow_private_addresses = true", "allow_addresses = [\"127.0.0.1\"]"));
        let daemon = bench.daemon().await;
        if verified {
            until("the form was sent on", || target.answers().len() == 1).await;
            assert_eq!(target.answers()[0].0, 200);
        } else {
            assert!(problem(&bench, &daemon).await.contains(refused));
            assert!(target.forms().is_empty());
        }
        daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_it_says_so() {
    let hub = Hub::start(Habit::Good);
    let feed = feed(&hub.url()).await;
    let bench = Bench::new(&source("a", &feed.url("/feed")));
    let daemon = bench.daemon().await;
    daemon.entries(1).await;
    for args in [&["check"][..], &["status"], &["doctor"]] {
        let said = bench.run(args).await.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("WebSub is not used: output.base_url is not set"), "{args:?}: {said}");
    }
    assert!(hub.forms().is_empty());
    daemon.stop().await;
    hub.set(Habit::Silent);
    let none = Bench::new(&format!("{}websub = false\n", source("a", &feed.url("/feed"))));
    let said = none.run(&["check"]).await.good();
    assert!(!said.out.contains("WebSub"), "{said:?}");
}
