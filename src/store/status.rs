//! Figures for `/metrics`, `/ready` and the status page.

use super::text::time;
use crate::model::SourceId;
use jiff::Timestamp;
use rusqlite::Connection;

/// What is known of a configured source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// Its name.
    pub id: SourceId,
    /// The feed's title.
    pub title: Option<String>,
    /// Not polled before this.
    pub next_due: Timestamp,
    /// And why not.
    pub why: String,
    /// Last poll that worked.
    pub last_success: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// Stopped by a 410.
    pub gone: bool,
    /// What is wrong.
    pub error: Option<String>,
    /// What was wrong with the last document.
    pub warning: Option<String>,
    /// Polls so far.
    pub polls: u64,
    /// Polls that brought nothing new: 304, or the same bytes.
    pub unchanged: u64,
    /// Polls that failed.
    pub errors: u64,
    /// Bytes of bodies that crossed the network.
    pub bytes: u64,
    /// Pages whose text was used.
    pub pages_good: u64,
    /// Pages that had no more than the feed.
    pub pages_no_gain: u64,
    /// Pages that were given up.
    pub pages_failed: u64,
    /// Pages on which a configured selector found nothing.
    pub selector_missed: u64,
    /// Entries that are stored.
    pub entries: u64,
}

/// Figures of the whole store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Stored entries.
    pub entries: u64,
    /// Pages that are to be fetched.
    pub pages_waiting: u64,
    /// Size of the database in bytes.
    pub bytes: u64,
    /// Every active source.
    pub sources: Vec<SourceState>,
}

/// Answers if the database can be read.
pub fn ping(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("SELECT value FROM meta WHERE key = 'revision'", [], |_| Ok(()))
}

/// Everything at once.
pub fn figures(conn: &Connection) -> rusqlite::Result<StoreFigures> {
    let one = |sql: &str| -> rusqlite::Result<u64> {
        conn.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
    };
    let mut query = conn.prepare_cached(
        "SELECT s.*, coalesce(e.n, 0) AS stored FROM sources s
         LEFT JOIN (SELECT owner, count(*) AS n FROM entries GROUP BY owner) e ON e.owner = s.sid
         WHERE s.active = 1 ORDER BY s.id",
    )?;
    let rows = query.query_map([], |row| {
        let count = |column: &str| row.get::<_, i64>(column).map(i64::unsigned_abs);
        let id: String = row.get("id")?;
        Ok(SourceId::new(&id).map(|id| -> rusqlite::Result<SourceState> {
            Ok(SourceState {
                id,
                title: row.get("title")?,
                next_due: time(row.get("next_due")?),
                why: row.get("why")?,
                last_success: row.get::<_, Option<i64>>("last_success")?.map(time),
                failures: row.get("failures")?,
                gone: row.get("gone")?,
                error: row.get("error")?,
                warning: row.get("warning")?,
                polls: count("polls")?,
                unchanged: count("unchanged")?,
                errors: count("errors")?,
                bytes: count("bytes")?,
                pages_good: count("pages_good")?,
                pages_no_gain: count("pages_no_gain")?,
                pages_failed: count("pages_failed")?,
                selector_missed: count("selector_missed")?,
                entries: count("stored")?,
            })
        }))
    })?;
    let mut sources = Vec::new();
    for row in rows {
        sources.extend(row?.transpose()?);
    }
    Ok(StoreFigures {
        entries: one("SELECT count(*) FROM entries")?,
        pages_waiting: one("SELECT count(*) FROM pages")?,
        bytes: one("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
        sources,
    })
}
