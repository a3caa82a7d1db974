//! The file: whose it is, who may have it, and what a failing write leaves.

use super::*;
use offprint::store::StoreError;
use rusqlite::Connection;
use std::path::Path;

fn refused(dir: &Path) -> StoreError {
    Store::open(dir, Role::Daemon).err().unwrap()
}

#[test]
fn a_foreign_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("offprint.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE theirs(x); INSERT INTO theirs VALUES (1)")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = refused(dir.path());
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    assert!(error.to_string().contains("offprint.db"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn no_database_at_all_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("offprint.db");
    std::fs::write(&path, "Dear diary, ".repeat(1000)).unwrap();
    let error = refused(dir.path()).to_string();
    assert!(error.contains("offprint.db"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), "Dear diary, ".repeat(1000).as_bytes());
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let bench = Bench::new().await;
    bench.store.close().await;
    let Bench { dir, store, .. } = bench;
    drop(store);
    let path = dir.path().join("offprint.db");
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 999").unwrap();
    let error = refused(dir.path());
    assert!(matches!(error, StoreError::Newer { version: 999, .. }), "{error}");
}

#[tokio::test]
async fn one_daemon_and_tools_beside_it() {
    let bench = Bench::new().await;
    assert!(matches!(refused(bench.dir.path()), StoreError::Locked { .. }));
    let tool = Store::open(bench.dir.path(), Role::Tool).unwrap();
    let now = bench.now;
    tool.write(move |conn| store::note_created(conn, now)).await.unwrap();
    assert_eq!(bench.store.read(store::created).await.unwrap(), now);
    tool.close().await;
}

#[tokio::test]
async fn a_job_that_fails_takes_nobody_with_it() {
    let bench = Bench::new().await;
    let (sources, before) = (bench.wanted.clone(), bench.revision().await);
    let bump = "UPDATE meta SET value = value + 1 WHERE key = 'revision'";
    let good = |_: usize| bench.store.write(move |conn| conn.execute(bump, []));
    let fails = bench.store.write(move |conn| {
        conn.execute(bump, [])?;
        conn.execute("nonsense", [])
    });
    let panics = bench.store.write(move |conn| -> rusqlite::Result<()> {
        conn.execute(bump, [])?;
        panic!("a job of {} sources", sources.len())
    });
    // Polled together, they are committed together.
    let (a, failed, b, panicked, c) = tokio::join!(good(1), fails, good(2), panics, good(3));
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert!(matches!(failed, Err(StoreError::Sqlite { .. })), "{failed:?}");
    assert!(matches!(panicked, Err(StoreError::Defect)), "{panicked:?}");
    assert_eq!(bench.revision().await, before + 3);
}

#[tokio::test]
async fn a_closed_store_has_committed_everything_and_says_so() {
    let bench = Bench::new().await;
    let before = bench.revision().await;
    let bump = "UPDATE meta SET value = value + 1 WHERE key = 'revision'";
    let writes: Vec<_> = (0..700)
        .map(|_| {
            let store = bench.store.clone();
            tokio::spawn(async move { store.write(move |conn| conn.execute(bump, [])).await })
        })
        .collect();
    tokio::task::yield_now().await;
    bench.store.close().await;
    bench.store.close().await;
    let mut stored = 0;
    for write in writes {
        match write.await.unwrap() {
            Ok(_) => stored += 1,
            Err(error) => assert!(matches!(error, StoreError::Closed), "{error}"),
        }
    }
    assert!(stored > 0);
    assert_eq!(bench.revision().await, before + stored, "reading still works");
    let error = bench.store.write(|_| Ok(())).await.err().unwrap();
    assert_eq!(error.to_string(), "the store is closed");
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let bench = Bench::new().await;
    bench.deliver("one", (1..=3).map(dated).collect()).await;
    let (feed, revision) = (bench.feed().await, bench.revision().await);
    let (dir, now) = (bench.dir.path().to_owned(), bench.now);
    bench.store.close().await;
    let tool = Store::open(&dir, Role::Tool).unwrap();
    let selection = Selection {
        limit: 9,
        window: Duration::from_hours(1),
        max_per_source: None,
        cluster: true,
        wait: std::time::Duration::MAX,
        filter: store::Filter::default(),
        before: None,
    };
    let merged = tool.read(move |conn| store::merged(conn, now, &selection)).await.unwrap();
    assert_eq!((merged.entries, tool.read(store::revision).await.unwrap()), (feed, revision));
}

#[tokio::test]
async fn after_a_stop_everything_is_in_one_file() {
    let Bench { dir, store, .. } = {
        let bench = Bench::new().await;
        bench.deliver("one", (1..20).map(dated).collect()).await;
        bench.feed().await;
        bench.store.ping().await.unwrap();
        bench
    };
    assert!(dir.path().join("offprint.db-wal").exists());
    store.close().await;
    let mut names: Vec<_> =
        std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["offprint.db", "offprint.lock"]);
    store.ping().await.unwrap();
}

#[tokio::test]
async fn it_answers_however_much_is_read() {
    let bench = Bench::new().await;
    let (go, wait) = std::sync::mpsc::sync_channel::<()>(1);
    let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
    let readers: Vec<_> = (0..20)
        .map(|_| {
            let (store, wait) = (bench.store.clone(), wait.clone());
            tokio::spawn(async move {
                let held = move |_: &_| {
                    // Until the other end goes.
                    let _ = wait.lock().map(|wait| wait.recv());
                    Ok(())
                };
                store.read(held).await.unwrap();
            })
        })
        .collect();
    tokio::task::yield_now().await;
    bench.store.ping().await.unwrap();
    assert!(readers.iter().all(|reader| !reader.is_finished()));
    drop(go);
    for reader in readers {
        reader.await.unwrap();
    }
}
