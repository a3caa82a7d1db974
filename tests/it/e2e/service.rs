//! As a manager sees it: readiness, reloads, signs of life, passed sockets, stops at bad moments.

use super::bench::{Bench, Daemon, HEAD, source, until};
use super::papers::{items, one_feed};
use super::web::get_unix;
use crate::support::raw::{RawServer, Step};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::time::Duration;
use tokio::time::Instant;

/// Whoever the daemon tells how it is.
struct Manager(UnixDatagram);

impl Manager {
    /// Starts a daemon that is told of this manager, with more variables.
    fn start(bench: &Bench, variables: &[(&str, &str)], wrap: &str) -> (Self, Daemon) {
        let socket = UnixDatagram::bind(bench.path("notify")).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut command = bench.command(&["run"], wrap);
        command.env("NOTIFY_SOCKET", bench.path("notify")).envs(variables.iter().copied());
        (Self(socket), bench.start(command))
    }

    /// Throws away what has come so far.
    fn drain(&self) {
        self.0.set_nonblocking(true).unwrap();
        while self.0.recv(&mut [0; 500]).is_ok() {}
        self.0.set_nonblocking(false).unwrap();
    }

    fn hear(&self) -> String {
        let mut buffer = [0; 500];
        loop {
            match self.0.recv(&mut buffer) {
                Ok(size) => return String::from_utf8_lossy(&buffer[..size]).into_owned(),
                // A test that was stopped and goes on.
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => panic!("nothing heard: {error}"),
            }
        }
    }
}

fn value<'m>(message: &'m str, key: &str) -> Option<&'m str> {
    message.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_manager_hears_of_reloads_and_how_things_are() {
    let origin = one_feed(items("http://heron.example", 0..3)).await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    bench.run(&["fetch"]).await.good();
    let (manager, mut daemon) = Manager::start(&bench, &[], "");
    let first = manager.hear();
    assert_eq!(value(&first, "READY"), Some("1"), "{first}");
    assert_eq!(value(&first, "STATUS"), Some("1 source, 3 entries"), "{first}");
    let mut before = 0;
    for (toml, words) in [(HEAD.to_owned(), "0 sources"), (format!("{HEAD}nonsense = 1"), "refused")] {
        bench.configure(&toml);
        daemon.signal("HUP");
        let reloading = manager.hear();
        assert_eq!(value(&reloading, "RELOADING"), Some("1"), "{reloading}");
        let now: u64 = value(&reloading, "MONOTONIC_USEC").unwrap().parse().unwrap();
        assert!(now > before);
        before = now;
        let ready = manager.hear();
        assert_eq!(value(&ready, "READY"), Some("1"), "{ready}");
        assert!(value(&ready, "STATUS").unwrap().contains(words), "{ready}");
    }
    daemon.signal("TERM");
    let last = manager.hear();
    assert_eq!(value(&last, "STOPPING"), Some("1"), "{last}");
    assert_eq!(daemon.end(Duration::from_secs(10)).await, Some(0), "{}", daemon.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn signs_of_life_come_while_it_lives_and_on_a_full_disk_too() {
    let origin = one_feed(items("http://heron.example", 0..60)).await;
    let bench = Bench::new(&(source("heron", &origin.url("/feed")) + "interval = \"1s\"\n"));
    let (manager, daemon) = Manager::start(&bench, &[("WATCHDOG_USEC", "400000")], "");
    let first = manager.hear();
    assert_eq!(value(&first, "READY"), Some("1"), "{first}");
    let start = Instant::now();
    for _ in 0..5 {
        assert_eq!(manager.hear(), "WATCHDOG=1");
    }
    assert!(start.elapsed() >= Duration::from_millis(700), "twice in the time: {:?}", start.elapsed());
    daemon.logged("daemon.ready").await;
    daemon.entries(50).await;
    if super::crash::limit_files(&daemon, "24576") {
        daemon.logged("offprint.db: could not").await;
    } else {
        eprintln!("SKIPPED: a full disk; no prlimit here");
    }
    manager.drain();
    for _ in 0..3 {
        assert_eq!(manager.hear(), "WATCHDOG=1");
    }
    daemon.signal("STOP");
    manager.0.set_read_timeout(Some(Duration::from_millis(1500))).unwrap();
    manager.drain();
    // One may have been on its way.
    let silent = (0..2).any(|_| manager.0.recv(&mut [0; 100]).is_err());
    assert!(silent, "a stopped process shows no life");
    daemon.signal("CONT");
    assert_eq!(manager.hear(), "WATCHDOG=1");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn another_process_watchdog_is_not_ours() {
    let bench = Bench::new("");
    let (manager, mut daemon) =
        Manager::start(&bench, &[("WATCHDOG_USEC", "200000"), ("WATCHDOG_PID", "1")], "");
    assert!(manager.hear().contains("READY=1"));
    tokio::time::sleep(Duration::from_millis(500)).await;
    daemon.signal("TERM");
    assert!(manager.hear().contains("STOPPING=1"));
    assert_eq!(daemon.end(Duration::from_secs(10)).await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_stop_while_it_waits_for_the_database_at_the_start() {
    let bench = Bench::new("");
    bench.run(&["fetch"]).await.good();
    let database = bench.database();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (manager, mut daemon) = Manager::start(&bench, &[], "");
    let open = || {
        let files = std::fs::read_dir(format!("/proc/{}/fd", daemon.id())).unwrap();
        files
            .flatten()
            .any(|file| std::fs::read_link(file.path()).is_ok_and(|to| to.ends_with("offprint.db-wal")))
    };
    until("it has opened the database", open).await;
    daemon.signal("HUP");
    let start = Instant::now();
    daemon.signal("TERM");
    assert_eq!(daemon.end(Duration::from_secs(10)).await, Some(0), "{}", daemon.log());
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let first = manager.hear();
    assert!(first.contains("STOPPING=1") && !first.contains("READY"), "{first}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_second_signal_is_not_argued_with() {
    let stuck = RawServer::start(|_| vec![Step::Hang]).await;
    let bench = Bench::new(&source("stuck", &stuck.url("/feed")));
    let mut daemon = bench.daemon().await;
    until("it hangs", || stuck.paths().len() == 1).await;
    daemon.signal("TERM");
    daemon.logged("daemon.stopping").await;
    let start = Instant::now();
    daemon.signal("INT");
    assert_eq!(daemon.end(Duration::from_secs(10)).await, Some(0), "{}", daemon.log());
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert!(daemon.log().contains("daemon.stopped_at_once"), "{}", daemon.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_passed_socket_wins() {
    // The configured one is taken: nobody may try it.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let bench = Bench::with(&HEAD.replace("127.0.0.1:0", &taken.to_string()));
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let daemon = bench.daemon_on(socket.try_clone().unwrap().into());
    daemon.logged("daemon.ready").await;
    assert!(daemon.log().contains(&format!("server.address=http://{address}")), "{}", daemon.log());
    assert_eq!(daemon.get("/ready").status, 200);
    assert!(daemon.get("/feed.atom").text().contains(&format!("http://{address}/feed.atom")));
    daemon.stop().await;

    let path = bench.path("passed.sock");
    let socket = UnixListener::bind(&path).unwrap();
    for _ in 0..2 {
        let daemon = bench.daemon_on(socket.try_clone().unwrap().into());
        daemon.logged("daemon.ready").await;
        assert_eq!(get_unix(&path, "/feed.atom").status, 200);
        daemon.stop().await;
        assert!(path.exists(), "the file is the manager's");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_no_socket_to_listen_on_is_refused_and_what_is_not_ours_is_left_alone() {
    let bench = Bench::new("");
    let datagrams = UnixDatagram::bind(bench.path("datagrams")).unwrap();
    let (stream, _other) = std::os::unix::net::UnixStream::pair().unwrap();
    let file = std::fs::File::open(bench.path("offprint.toml")).unwrap();
    for useless in [datagrams.into(), stream.into(), file.into()] {
        let mut daemon = bench.daemon_on(useless);
        assert_eq!(daemon.end(Duration::from_secs(10)).await, Some(1), "{}", daemon.log());
        assert!(daemon.log().contains("no listening stream socket"), "{}", daemon.log());
    }
    // Inherited from somebody else.
    let mut command = bench.command(&["run"], "");
    command.env("LISTEN_FDS", "1").env("LISTEN_PID", "1");
    let daemon = bench.start(command);
    daemon.logged("daemon.ready").await;
    assert_eq!(daemon.get("/ready").status, 200);
    daemon.stop().await;
}
