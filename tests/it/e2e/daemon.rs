//! The life of a daemon: signals, a manager, neighbours, origins that hang.

use super::bench::{Bench, HEAD, source, until};
use super::papers::{items, one_feed, paths, site};
use super::web::get_unix;
use crate::support::raw::{RawServer, Step};
use offprint::newsstand::Answer;
use std::time::Duration;
use tokio::time::Instant;

/// A daemon on a handful of sources that accept and then say nothing.
async fn hanging(count: usize) -> (Bench, RawServer) {
    let origin = RawServer::start(|_| vec![Step::Hang]).await;
    let sources: String =
        (0..count).map(|n| source(&format!("s{n}"), &origin.url(&format!("/{n}")))).collect();
    let head = HEAD.replace("timeout = \"10s\"", "timeout = \"60s\"\nper_host = 20");
    (Bench::with(&format!("{head}{sources}")), origin)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn alive_visible_and_stoppable_while_every_origin_hangs() {
    let (bench, origin) = hanging(12).await;
    let mut daemon = bench.daemon().await;
    until("all are asked", || origin.paths().len() == 12).await;
    let start = Instant::now();
    assert_eq!(daemon.get("/health").status, 200);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(daemon.get("/ready").status, 200);
    let metrics = daemon.get("/metrics");
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let metrics = metrics.text();
    for n in 0..12 {
        assert!(metrics.contains(&format!("offprint_source_polls_total{{source=\"s{n}\"}}")), "{metrics}");
    }
    assert_eq!(daemon.get("/feed.atom").status, 200);
    let start = Instant::now();
    daemon.signal("TERM");
    assert_eq!(daemon.end(Duration::from_secs(10)).await, Some(0), "{}", daemon.log());
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn idle_means_idle_and_interrupt_is_a_good_end() {
    let origin = one_feed(items("http://heron.example", 0..3)).await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    let mut daemon = bench.daemon().await;
    daemon.entries(3).await;
    let ticks = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", daemon.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    let before = ticks();
    tokio::time::sleep(Duration::from_secs(2)).await;
    // Hundredths of a second; a loop that never sleeps would take 200.
    assert!(ticks() - before <= 20, "{} ticks", ticks() - before);
    daemon.signal("INT");
    assert_eq!(daemon.end(Duration::from_secs(10)).await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_reload_polls_what_is_new_and_keeps_what_works() {
    let origin = site(|seen| {
        let base = format!("http://heron.example{}", seen.path);
        Answer::ok(super::papers::RSS, super::papers::rss(&items(&base, 0..2)))
    })
    .await;
    let one = format!("{HEAD}{}", source("one", &origin.url("/one")));
    let bench = Bench::with(&one);
    let daemon = bench.daemon().await;
    daemon.entries(2).await;
    let two = format!("{one}{}", source("two", &origin.url("/two")));
    bench.configure(&two);
    daemon.signal("HUP");
    assert_eq!(daemon.entries(4).await.len(), 4);
    assert_eq!(paths(&origin), ["/one", "/two"]);

    bench.configure(&format!("{two}[sources.three]\nurl = \"ftp://heron.example/\"\nintervall = \"1h\"\n"));
    daemon.signal("HUP");
    daemon.logged("offprint.toml:19:").await;
    assert!(daemon.log().contains("intervall"), "{}", daemon.log());
    assert_eq!(daemon.get("/feed.atom").status, 200);
    assert!(daemon.get("/metrics").text().contains("source=\"two\""));

    let three = format!("{HEAD}{}", source("three", &origin.url("/three")));
    bench.configure(&three);
    daemon.signal("HUP");
    daemon.entries(6).await;
    assert_eq!(paths(&origin), ["/one", "/two", "/three"]);
    assert!(!daemon.get("/metrics").text().contains("source=\"one\""));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_second_daemon_is_refused_and_tools_work_beside_the_first() {
    let origin = one_feed(items("http://heron.example", 0..3)).await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    let daemon = bench.daemon().await;
    daemon.entries(3).await;
    let second = bench.run(&["run"]).await.failed(&[]);
    assert!(second.err.contains("data"), "{}", second.err);
    bench.run(&["fetch", "--source", "heron"]).await.good();
    assert_eq!(origin.total(), 2);
    assert_eq!(bench.entries().await.len(), 3);
    assert_eq!(daemon.entries(3).await.len(), 3);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_manager_hears_of_readiness_first_and_the_unix_socket_serves() {
    let bench = Bench::with(&HEAD.replace("127.0.0.1:0", "unix:SOCKET"));
    let socket = bench.path("web.sock");
    let toml = std::fs::read_to_string(bench.path("offprint.toml")).unwrap();
    bench.configure(&toml.replace("SOCKET", socket.to_str().unwrap()));
    let manager = std::os::unix::net::UnixDatagram::bind(bench.path("notify")).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    for _ in 0..2 {
        let mut command = bench.command(&["run"], "");
        command.env("NOTIFY_SOCKET", bench.path("notify"));
        let mut daemon = bench.start(command);
        let hear = || {
            let mut buffer = [0; 500];
            let size = manager.recv(&mut buffer).unwrap();
            String::from_utf8_lossy(&buffer[..size]).into_owned()
        };
        let first = hear();
        assert!(first.lines().any(|line| line == "READY=1"), "{first}");
        assert_eq!(get_unix(&socket, "/feed.atom").status, 200, "ready means ready");
        daemon.signal("TERM");
        let last = hear();
        assert!(last.lines().any(|line| line == "STOPPING=1"), "{last}");
        assert_eq!(daemon.end(Duration::from_secs(10)).await, Some(0), "{}", daemon.log());
        assert!(!socket.exists());
    }
    // A socket that a dead process left behind is no obstacle.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let daemon = bench.daemon().await;
    assert_eq!(get_unix(&socket, "/health").status, 200);
    bench.run(&["run"]).await.failed(&["web.sock"]);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_that_hangs_delays_nobody() {
    let stuck = RawServer::start(|_| vec![Step::Hang]).await;
    let good = one_feed(items("http://heron.example", 0..3)).await;
    let sources: String = (0..8).map(|n| source(&format!("a{n}"), &stuck.url(&format!("/{n}")))).collect();
    let head = HEAD.replace("timeout = \"10s\"", "timeout = \"60s\"\nconcurrency = 4");
    let bench = Bench::with(&format!("{head}{sources}{}", source("good", &good.url("/feed"))));
    let daemon = bench.daemon().await;
    assert_eq!(daemon.entries(3).await.len(), 3);
    daemon.stop().await;
}
