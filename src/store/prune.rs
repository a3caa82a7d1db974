//! What is forgotten, and what a wrong clock left behind.

use super::polls::bump_revision;
use super::text::ms;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use std::time::Duration;

/// How far "now" may be ahead of the last successful poll: a clock that jumped
/// by years then forgets nothing.
const TRUST: i64 = 2 * 86_400_000;
/// A clock that goes back less than this does no harm.
const STEP: i64 = 3_600_000;
/// Entries pruned in one go, so that no commit takes long.
const BATCH: i64 = 500;

/// Deletes entries that no feed has shown for `retention`. Their keys stay, so
/// that they never come back as new. Answers how many went; call again while it is
/// more than none. To be called before polling, with the last poll still an older one.
pub fn prune(conn: &Connection, now: Timestamp, retention: Duration) -> rusqlite::Result<usize> {
    super::site::prune_hosts(conn)?;
    let last: Option<i64> = conn.query_row("SELECT max(last_success) FROM sources", [], |row| row.get(0))?;
    let Some(last) = last else { return Ok(0) };
    let now = ms(now).min(last.saturating_add(TRUST));
    let limit = now.saturating_sub(i64::try_from(retention.as_millis()).unwrap_or(i64::MAX));
    // An entry of a feed's latest document is seen with every 304.
    let mut query = conn.prepare(
        "SELECT e.seq FROM entries e WHERE e.first_seen < ?1 AND NOT EXISTS (
             SELECT 1 FROM carriers c JOIN sources s USING (sid) WHERE c.seq = e.seq AND (
                 c.last_seen >= ?1
                 OR (c.last_seen >= s.document_at - 86400000 AND s.last_success >= ?1)))
         ORDER BY e.first_seen LIMIT ?2",
    )?;
    let old =
        query.query_map(params![limit, BATCH], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    forget(conn, &old)
}

/// Entries beyond the newest `max`, at most 20,000 at a time: first those that left their
/// feeds, by when they were last seen; then what is still listed, by when it was first seen.
pub fn excess(conn: &Connection, max: usize) -> rusqlite::Result<Vec<i64>> {
    let count: i64 = conn.query_row("SELECT count(*) FROM entries", [], |row| row.get(0))?;
    let more = count.saturating_sub(i64::try_from(max).unwrap_or(i64::MAX));
    if more <= 0 {
        return Ok(Vec::new());
    }
    let mut query = conn.prepare(
        "SELECT seq FROM (
             SELECT e.seq, e.first_seen, e.published, coalesce(max(c.last_seen), e.first_seen) AS seen,
                 coalesce(max(s.active = 1 AND c.last_seen >= s.document_at - 86400000), 0) AS listed
             FROM entries e LEFT JOIN carriers c ON c.seq = e.seq LEFT JOIN sources s ON s.sid = c.sid
             GROUP BY e.seq)
         ORDER BY listed, CASE WHEN listed THEN 0 ELSE seen END, first_seen, published, seq LIMIT ?1",
    )?;
    query.query_map([more.min(20_000)], |row| row.get(0))?.collect()
}

/// Deletes entries. Their keys stay: whoever lists them still brings nothing back.
/// Answers how many there were.
pub fn forget(conn: &Connection, seqs: &[i64]) -> rusqlite::Result<usize> {
    let mut gone = 0;
    for seq in seqs {
        conn.prepare_cached("UPDATE keys SET seq = 0 WHERE seq = ?1 AND seq > 0")?.execute([seq])?;
        conn.prepare_cached("DELETE FROM carriers WHERE seq = ?1")?.execute([seq])?;
        conn.prepare_cached("DELETE FROM pages WHERE seq = ?1")?.execute([seq])?;
        gone += conn.prepare_cached("DELETE FROM entries WHERE seq = ?1")?.execute([seq])?;
    }
    if gone > 0 {
        bump_revision(conn)?;
    }
    Ok(gone)
}

/// Takes back times that lie in the future: a run with a clock that was ahead wrote them.
pub fn heal_clock(conn: &Connection, now: Timestamp) -> rusqlite::Result<usize> {
    let (now, horizon) = (ms(now), ms(now) + TRUST);
    // Every run that stored anything has polled: one look at the sources saves a
    // walk through all entries.
    let jumped: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sources WHERE last_attempt > ?1 OR last_success > ?1)",
        [horizon],
        |row| row.get(0),
    )?;
    // The pause until the next poll stays as long as it was.
    conn.execute(
        "UPDATE sources SET next_due = ?1 + next_due - last_attempt, last_attempt = ?1 WHERE last_attempt > ?2",
        [now, now + STEP],
    )?;
    super::subscriptions::heal_clock(conn, now)?;
    if !jumped {
        return Ok(0);
    }
    conn.execute("UPDATE sources SET failing_since = ?1 WHERE failing_since > ?1", [now])?;
    conn.execute("UPDATE sources SET newest = ?1 WHERE newest > ?2", [now, horizon])?;
    conn.execute("DELETE FROM poll_log WHERE at > ?1", [horizon])?;
    conn.execute("UPDATE notices SET at = ?1 WHERE at > ?2", [now, horizon])?;
    let healed = conn.execute(
        "UPDATE entries SET first_seen = min(first_seen, ?1), published = min(published, ?1),
             updated = min(updated, ?1), touched = min(touched, ?1), listed = min(listed, ?1),
             moved = min(moved, ?1), news_due = min(news_due, ?2)
         WHERE first_seen > ?2 OR published > ?2 OR updated > ?2 OR listed > ?2 OR moved > ?2 OR news_due > ?2",
        [now, horizon],
    )?;
    conn.execute(
        "UPDATE sources SET last_success = min(last_success, ?1), document_at = min(document_at, ?1)
         WHERE last_success > ?2 OR document_at > ?2",
        [now, horizon],
    )?;
    conn.execute("UPDATE carriers SET last_seen = ?1 WHERE last_seen > ?2", [now, horizon])?;
    conn.execute("UPDATE pages SET next_due = ?1 WHERE next_due > ?2", [now, now + 8 * 86_400_000])?;
    if healed > 0 {
        bump_revision(conn)?;
    }
    Ok(healed)
}
