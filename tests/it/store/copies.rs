//! Copies of a store that is in use, and looking at one without touching it.

use super::*;
use offprint::store::{Durability, Look};
use std::os::unix::fs::PermissionsExt;

fn names(dir: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_copy_while_it_is_written_to() {
    let bench = Bench::new().await;
    bench.deliver("one", (0..200).map(dated).collect()).await;
    let copies = tempfile::tempdir().unwrap();
    let target = copies.path().join("copy.db");
    // What an interrupted one left, and what is none of its business.
    let left = copies.path().join("copy.db.1-0.part");
    std::fs::write(&left, "half").unwrap();
    let now = std::fs::metadata(&left).unwrap().modified().unwrap();
    let days_ago = now - std::time::Duration::from_hours(50);
    std::fs::File::options().write(true).open(&left).unwrap().set_modified(days_ago).unwrap();
    std::fs::write(copies.path().join("copy.db.2-0.part"), "somebody is at it").unwrap();
    std::fs::write(copies.path().join("copy.db.part"), "a file of mine").unwrap();
    let (data, to) = (bench.dir.path().to_owned(), target.clone());
    let copying = tokio::task::spawn_blocking(move || store::backup(&data, &to));
    for number in 200..260 {
        bench.deliver("two", vec![dated(number)]).await;
    }
    let bytes = copying.await.unwrap().unwrap();
    let file = std::fs::metadata(&target).unwrap();
    assert_eq!((file.len(), file.permissions().mode() & 0o777), (bytes, 0o600));
    assert_eq!(names(copies.path()), ["copy.db", "copy.db.2-0.part", "copy.db.part"]);
    // It is a store like any other.
    let restored = tempfile::tempdir().unwrap();
    std::fs::copy(&target, restored.path().join("offprint.db")).unwrap();
    let look = Look::at(restored.path()).unwrap().unwrap();
    assert!(look.problems().unwrap().is_empty() && !look.has_daemon());
    let entries = look.read(|conn| store::figures(conn, bench.now)).unwrap().entries;
    assert!((50..=110).contains(&entries), "{entries}");
    drop(look);
    let store = Store::open_with(restored.path(), Role::Daemon, Durability::Full).unwrap();
    store.close().await;
    // And again over the old one.
    assert!(store::backup(bench.dir.path(), &target).unwrap() >= bytes);
}

#[tokio::test]
async fn a_copy_that_fails_leaves_the_old_one() {
    let bench = Bench::new().await;
    let copies = tempfile::tempdir().unwrap();
    assert!(store::backup(bench.dir.path(), &copies.path().join("no/such/folder.db")).is_err());
    let nothing = tempfile::tempdir().unwrap();
    let target = copies.path().join("copy.db");
    std::fs::write(&target, "old").unwrap();
    let error = store::backup(nothing.path(), &target).unwrap_err().to_string();
    assert!(error.contains("no database yet"), "{error}");
    std::fs::write(
        nothing.path().join("offprint.db"),
        "not a database, but long enough to be looked at".repeat(50),
    )
    .unwrap();
    assert!(store::backup(nothing.path(), &target).is_err());
    assert_eq!(std::fs::read(&target).unwrap(), b"old");
    assert_eq!(names(copies.path()), ["copy.db"]);
}

#[tokio::test]
async fn two_copies_to_one_target() {
    let bench = Bench::new().await;
    bench.deliver("one", (0..200).map(dated).collect()).await;
    let copies = tempfile::tempdir().unwrap();
    let target = copies.path().join("copy.db");
    let copying: Vec<_> = (0..4)
        .map(|_| {
            let (data, to) = (bench.dir.path().to_owned(), target.clone());
            tokio::task::spawn_blocking(move || store::backup(&data, &to))
        })
        .collect();
    for copy in copying {
        copy.await.unwrap().unwrap();
    }
    assert_eq!(names(copies.path()), ["copy.db"]);
    let restored = tempfile::tempdir().unwrap();
    std::fs::copy(&target, restored.path().join("offprint.db")).unwrap();
    assert!(Look::at(restored.path()).unwrap().unwrap().problems().unwrap().is_empty());
}

#[tokio::test]
async fn never_over_the_store_itself() {
    let bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    let (data, elsewhere) = (bench.dir.path(), tempfile::tempdir().unwrap());
    let before = names(data);
    let by_link = elsewhere.path().join("folder");
    std::os::unix::fs::symlink(data, &by_link).unwrap();
    let second_name = elsewhere.path().join("second.db");
    std::fs::hard_link(data.join("offprint.db"), &second_name).unwrap();
    let to_it = elsewhere.path().join("link.db");
    std::os::unix::fs::symlink(data.join("offprint.db"), &to_it).unwrap();
    let mut targets = vec![second_name, to_it, by_link.join("offprint.db")];
    targets.extend(["", "-wal", "-shm", "-journal"].map(|end| data.join(format!("offprint.db{end}"))));
    targets.extend([data.join("offprint.lock"), by_link.join("offprint.db-journal")]);
    for target in targets {
        let error = store::backup(data, &target).unwrap_err().to_string();
        assert!(error.contains("a file of the store itself"), "{}: {error}", target.display());
    }
    for odd in [elsewhere.path(), std::path::Path::new("/dev/null")] {
        let error = store::backup(data, odd).unwrap_err().to_string();
        assert!(error.contains("no regular file"), "{error}");
    }
    assert_eq!(names(data), before);
    bench.deliver("one", vec![dated(2)]).await;
    assert_eq!(bench.feed().await.len(), 2);
}

#[tokio::test]
async fn looking_touches_nothing() {
    let empty = tempfile::tempdir().unwrap();
    assert!(
        Look::at(empty.path()).unwrap().is_none() && Look::at(&empty.path().join("none")).unwrap().is_none()
    );
    assert!(names(empty.path()).is_empty());
    let bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    let look = Look::at(bench.dir.path()).unwrap().unwrap();
    assert!(look.has_daemon());
    let entries = |look: &Look| look.read(|conn| store::figures(conn, bench.now)).unwrap().entries;
    assert_eq!(entries(&look), 1);
    bench.deliver("one", vec![dated(2)]).await;
    assert_eq!(entries(&look), 2, "it sees what is committed meanwhile");
    drop(look);
    let Bench { dir, store, now, .. } = bench;
    store.close().await;
    drop(store);
    let before = names(dir.path());
    let look = Look::at(dir.path()).unwrap().unwrap();
    let figures = look.read(|conn| store::figures(conn, now)).unwrap();
    assert_eq!((figures.entries, look.has_daemon(), figures.sources.len()), (2, false, 3));
    assert_eq!(names(dir.path()), before);
}
