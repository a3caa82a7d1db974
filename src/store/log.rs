//! What happened to a source: its last polls and pages.

use super::polls::PollRecord;
use super::text::{ms, time};
use crate::health::without_address;
use crate::model::{EntryId, LoggedPage, LoggedPoll, PageResult, SourceId};
use rusqlite::{Connection, Row, params};

/// Rows that are kept of each source.
const KEPT: i64 = 50;
/// Entries of a source that are looked through for attempts at pages, the newest.
const LOOKED_AT: i64 = 500;

/// An entry's page_error begins with this if its page was read, but the
/// configured selector found nothing.
pub(super) const SELECTOR_MISSED: &str = "selector-missed";
/// And with this if its text is the same as on several other pages.
pub(super) const REPEATED: &str = "repeated";
/// And with this if its text is much shorter than this source's used to be.
pub(super) const THIN: &str = "thin";

/// Adds a poll to the log and drops the oldest.
pub(super) fn note(conn: &Connection, record: &PollRecord, poll: &LoggedPoll) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO poll_log (sid, at, quiet, new, changed, bytes, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        record.sid,
        ms(poll.at),
        poll.quiet as i64,
        poll.new,
        poll.changed,
        poll.bytes as i64,
        poll.error
    ])?;
    // There can't be more rows than there were attempts.
    if record.attempt <= KEPT.unsigned_abs() {
        return Ok(());
    }
    conn.prepare_cached(
        "DELETE FROM poll_log WHERE sid = ?1 AND at <=
             (SELECT at FROM poll_log WHERE sid = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2)",
    )?
    .execute([record.sid, KEPT])?;
    Ok(())
}

/// The last polls of a source that brought something or failed, newest first; at most 50.
pub fn poll_log(conn: &Connection, source: &SourceId, limit: usize) -> rusqlite::Result<Vec<LoggedPoll>> {
    let mut query = conn.prepare_cached(
        "SELECT l.at, l.quiet, l.new, l.changed, l.bytes, l.error FROM poll_log l JOIN sources s USING (sid)
         WHERE s.id = ?1 ORDER BY l.at DESC LIMIT ?2",
    )?;
    let rows = query.query_map(params![source.as_str(), rows(limit)], |row| {
        Ok(LoggedPoll {
            at: time(row.get(0)?),
            quiet: row.get::<_, i64>(1)?.unsigned_abs(),
            new: row.get(2)?,
            changed: row.get(3)?,
            bytes: row.get::<_, i64>(4)?.unsigned_abs(),
            error: row.get(5)?,
        })
    })?;
    rows.collect()
}

/// The last attempts at pages of a source, newest first; of each page the last one,
/// and only those of its newest 500 entries.
pub fn page_log(conn: &Connection, source: &SourceId, limit: usize) -> rusqlite::Result<Vec<LoggedPage>> {
    let mut query = conn.prepare_cached(
        "SELECT id, title, url, page_state, page_at, page_error FROM (
             SELECT * FROM entries WHERE owner = (SELECT sid FROM sources WHERE id = ?1)
             ORDER BY seq DESC LIMIT ?3)
         WHERE page_at IS NOT NULL AND page_state > 0 ORDER BY page_at DESC, id LIMIT ?2",
    )?;
    let rows = query.query_map(params![source.as_str(), rows(limit), LOOKED_AT], logged_page)?;
    rows.collect()
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn logged_page(row: &Row<'_>) -> rusqlite::Result<LoggedPage> {
    let url: Option<String> = row.get("url")?;
    let error: Option<String> = row.get("page_error")?;
    let (kind, message) = match error.as_deref().and_then(|error| error.split_once(": ")) {
        Some((kind, message)) => (kind, Some(without_address(message, url.as_deref().unwrap_or_default()))),
        None => ("", error.as_deref()),
    };
    Ok(LoggedPage {
        at: time(row.get("page_at")?),
        entry: EntryId::from_bytes(row.get("id")?),
        title: row.get("title")?,
        error: message.map(str::to_owned),
        result: match row.get("page_state")? {
            2 | 3 if kind == REPEATED => Some(PageResult::Repeated),
            2 | 3 if kind == THIN => Some(PageResult::Thin),
            2 | 3 if kind == SELECTOR_MISSED => Some(PageResult::SelectorMissed),
            2 => Some(PageResult::Used),
            3 => Some(PageResult::NoGain),
            4 => Some(PageResult::Failed),
            _ => None,
        },
        url,
    })
}
