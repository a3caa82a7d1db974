//! What the program will not work with, and how it says so.

use super::bench::{Bench, HEAD, source};
use std::os::unix::fs::PermissionsExt;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_command_refuses_a_broken_configuration_in_the_same_words() {
    let toml = "[fetch]\ntimeuot = \"1s\"\nconcurrency = 0\n\n[sources.Heron]\n\n[sources.two]\n\
                url = \"/relative\"\ninterval = 5\n\n[sources.three]\n\
                url = \"ftp://user:hunter2@heron.example/\"\n";
    let bench = Bench::with(toml);
    let mut said = Vec::new();
    for args in [&["check"][..], &["run"], &["fetch"], &["export", "--format", "atom"]] {
        let ran = bench.run(args).await.failed(&["offprint.toml:2:1: ", "timeuot", "timeout", ":3:15: "]);
        for (line, word) in [(5, "Heron"), (8, "url"), (9, "interval"), (12, "url")] {
            let place = format!("offprint.toml:{line}:");
            let found = ran.err.lines().any(|said| said.contains(&place) && said.contains(word));
            assert!(found, "line {line}, {word}: {}", ran.err);
        }
        assert!(!ran.err.contains("hunter2"), "{}", ran.err);
        said.push(ran.err);
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(!bench.path("data").exists(), "nothing is created");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn files_that_are_no_configuration() {
    let bench = Bench::with("[sources\n");
    bench.run(&["check"]).await.failed(&["offprint.toml:1:"]);
    bench.write("offprint.toml", b"title = \"\xff\"\n");
    bench.run(&["check"]).await.failed(&["offprint.toml"]);
    bench.write("offprint.toml", b"\0\0\0");
    bench.run(&["check"]).await.failed(&["offprint.toml"]);
    std::fs::remove_file(bench.path("offprint.toml")).unwrap();
    bench.run(&["check"]).await.failed(&["offprint.toml"]);
    std::fs::create_dir(bench.path("offprint.toml")).unwrap();
    bench.run(&["run"]).await.failed(&["offprint.toml"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_check_makes_neither_a_request_nor_a_database() {
    let origin = super::papers::one_feed("").await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    let ran = bench.run(&["check"]).await.good();
    assert!(ran.out.contains("1 source"), "{}", ran.out);
    assert_eq!(origin.total(), 0);
    assert!(!bench.path("data").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_taken_port_and_a_bad_address() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let bench = Bench::with(&HEAD.replace("127.0.0.1:0", &address));
    bench.run(&["run"]).await.failed(&[&address, "another program"]);
    bench.configure(&HEAD.replace("127.0.0.1:0", "192.0.2.1:0"));
    bench.run(&["run"]).await.failed(&["192.0.2.1"]);
    bench.configure(&HEAD.replace("127.0.0.1:0", "unix:/nowhere/at/all.sock"));
    bench.run(&["run"]).await.failed(&["/nowhere/at/all.sock"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_data_folder_that_is_none_and_a_database_that_is_not_ours() {
    let bench = Bench::new(&source("heron", "http://127.0.0.1:9/feed"));
    bench.write("data", "a file");
    for args in [&["run"][..], &["fetch"]] {
        bench.run(args).await.failed(&["data"]);
    }
    std::fs::remove_file(bench.path("data")).unwrap();
    std::fs::create_dir(bench.path("data")).unwrap();
    let other = bench.database();
    other
        .execute_batch("PRAGMA application_id = 7; CREATE TABLE theirs(x); INSERT INTO theirs VALUES (1)")
        .unwrap();
    drop(other);
    unchanged(&bench).await;
    std::fs::remove_file(bench.path("data/offprint.db")).unwrap();
    bench.write("data/offprint.db", "This is a letter to my aunt, no database at all.\n".repeat(100));
    unchanged(&bench).await;
    std::fs::remove_file(bench.path("data/offprint.db")).unwrap();
    bench.run(&["export", "--format", "atom"]).await.good();
    bench.database().pragma_update(None, "user_version", 99).unwrap();
    unchanged(&bench).await;
}

async fn unchanged(bench: &Bench) {
    let before = std::fs::read(bench.path("data/offprint.db")).unwrap();
    for args in [&["run"][..], &["fetch"], &["export", "--format", "atom"]] {
        bench.run(args).await.failed(&["offprint.db"]);
    }
    assert!(std::fs::read(bench.path("data/offprint.db")).unwrap() == before, "the file is untouched");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_folder_without_permission() {
    let bench = Bench::new("");
    std::fs::create_dir(bench.path("locked")).unwrap();
    std::fs::set_permissions(bench.path("locked"), PermissionsExt::from_mode(0o500)).unwrap();
    let probe = bench.path("locked/probe");
    if std::fs::write(&probe, "").is_ok() {
        eprintln!("skipped: this user may write anywhere");
        // What nobody may write to.
        bench.configure(&HEAD.replace("\"data\"", "\"/proc/offprint\""));
        bench.run(&["run"]).await.failed(&["/proc/offprint"]);
        return;
    }
    bench.configure(&HEAD.replace("\"data\"", "\"locked/data\""));
    bench.run(&["run"]).await.failed(&["locked/data"]);
}
