//! The shape of the database and how it came to be, step by step.

use super::error::StoreError;
use rusqlite::Connection;
use std::path::Path;

/// "OFPT": tells our files from other people's (SQLite `application_id`).
const APPLICATION_ID: i64 = 0x4f46_5054;

/// Step n leads from `user_version` n to n + 1. Steps that have been released
/// are never edited.
const STEPS: &[&str] = &[
    include_str!("step_1.sql"),
    include_str!("step_2.sql"),
    include_str!("step_3.sql"),
    include_str!("step_4.sql"),
    include_str!("step_5.sql"),
    include_str!("step_6.sql"),
    include_str!("step_7.sql"),
    include_str!("step_8.sql"),
    include_str!("step_9.sql"),
    include_str!("step_10.sql"),
    include_str!("step_11.sql"),
];

/// Refuses files that are not ours or that a newer version has written,
/// and says whether steps are to be taken. Changes nothing.
pub(super) fn inspect(conn: &Connection, path: &Path) -> Result<bool, StoreError> {
    let application: i64 = pragma(conn, path, "application_id")?;
    let version: i64 = pragma(conn, path, "user_version")?;
    let tables: i64 = conn
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| StoreError::sqlite(path, "read", error))?;
    if application != APPLICATION_ID && (tables > 0 || application != 0) {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    let known = STEPS.len() as i64;
    if version > known {
        return Err(StoreError::Newer { path: path.to_owned(), version, known });
    }
    Ok(version < known)
}

/// Takes the steps that are still to be taken, each in a transaction of its own,
/// with a copy of the file before each (`offprint.db.v1.bak` before step 2) unless it is new.
pub(super) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    migrate_by(conn, path, STEPS)
}

fn migrate_by(conn: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), StoreError> {
    let wrap = |action| move |error| StoreError::sqlite(path, action, error);
    // In a file that is being made there is nothing to copy.
    let old = pragma(conn, path, "user_version")? > 0;
    for (index, step) in steps.iter().enumerate() {
        let tx = conn
            .transaction_with_behavior(rusqlite::TransactionBehavior::Exclusive)
            .map_err(wrap("begin a migration of"))?;
        let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(wrap("read"))?;
        if version != index as i64 {
            continue;
        }
        if old && version > 0 {
            copy(path, version)?;
        }
        tx.execute_batch(step).map_err(wrap("migrate"))?;
        tx.pragma_update(None, "application_id", APPLICATION_ID).map_err(wrap("mark"))?;
        tx.pragma_update(None, "user_version", version + 1).map_err(wrap("mark"))?;
        tx.commit().map_err(wrap("commit a migration of"))?;
    }
    Ok(())
}

/// A consistent copy, WAL included, through a second connection: the exclusive
/// transaction keeps writers out and (in WAL mode) lets readers read.
fn copy(path: &Path, version: i64) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".v{version}.bak"));
    let target = std::path::PathBuf::from(name);
    if target.exists() {
        std::fs::remove_file(&target).map_err(|error| StoreError::io(&target, "replace", error))?;
    }
    let reader = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| StoreError::sqlite(path, "open", error))?;
    reader
        .execute("VACUUM INTO ?1", [target.to_string_lossy()])
        .map_err(|error| StoreError::sqlite(&target, "write the copy before a migration to", error))?;
    Ok(())
}

fn pragma(conn: &Connection, path: &Path, name: &str) -> Result<i64, StoreError> {
    conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
        .map_err(|error| StoreError::sqlite(path, "read", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_before_each_step_of_an_existing_store() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("offprint.db");
        let mut conn = Connection::open(&path).expect("a database");
        conn.pragma_update(None, "journal_mode", "wal").expect("WAL");
        migrate_by(&mut conn, &path, &["CREATE TABLE a(x); INSERT INTO a VALUES (1)"]).expect("step 1");
        assert!(!path.with_extension("db.v0.bak").exists());
        let steps = ["", "INSERT INTO a VALUES (2)", "INSERT INTO a VALUES (3)"];
        migrate_by(&mut conn, &path, &steps).expect("steps 2 and 3");
        let sum = |path: &Path| -> i64 {
            let conn = Connection::open(path).expect("a database");
            conn.query_row("SELECT sum(x) FROM a", [], |row| row.get(0)).expect("a sum")
        };
        assert_eq!(sum(&dir.path().join("offprint.db.v1.bak")), 1);
        assert_eq!(sum(&dir.path().join("offprint.db.v2.bak")), 3);
        assert_eq!(sum(&path), 6);
    }

    #[test]
    fn a_failing_step_changes_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("offprint.db");
        let mut conn = Connection::open(&path).expect("a database");
        assert!(migrate_by(&mut conn, &path, &["CREATE TABLE a(x); nonsense"]).is_err());
        assert!(inspect(&conn, &path).expect("still empty"));
        let tables: i64 =
            conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).expect("a count");
        assert_eq!(tables, 0);
    }
}
