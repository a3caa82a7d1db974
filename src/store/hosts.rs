//! What hosts have asked for, and what waits because of it.

use super::text::ms;
use crate::model::{HostKey, HostTemper};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use std::time::Duration;

/// What was learned so long ago counts no more.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24 * 7);
/// So many hosts are remembered; the longest unheard of goes.
const MOST: i64 = 2000;

/// Remembers what hosts have taught us, as of `now`.
pub fn remember_hosts(conn: &Connection, now: Timestamp, tempers: &[HostTemper]) -> rusqlite::Result<()> {
    for temper in tempers {
        let host = temper.host.as_str();
        if temper.rest.is_zero() && temper.level == 0 {
            conn.prepare_cached("DELETE FROM hosts WHERE host = ?1")?.execute([host])?;
            continue;
        }
        let until = now.checked_add(temper.rest).unwrap_or(now);
        conn.prepare_cached("INSERT OR REPLACE INTO hosts (host, rest, level, at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![host, ms(until), temper.level, ms(now)])?;
        conn.prepare_cached(
            "DELETE FROM hosts WHERE host IN (SELECT host FROM hosts ORDER BY at DESC LIMIT -1 OFFSET ?1)",
        )?
        .execute([MOST])?;
    }
    Ok(())
}

/// What is remembered of hosts. Nothing that a wrong clock has left lasts longer than
/// `longest`.
pub fn remembered_hosts(
    conn: &Connection,
    now: Timestamp,
    longest: Duration,
) -> rusqlite::Result<Vec<HostTemper>> {
    let mut query = conn.prepare("SELECT host, rest, level FROM hosts WHERE at BETWEEN ?1 AND ?2")?;
    let since = now.checked_sub(FORGOTTEN).unwrap_or(now);
    let rows = query.query_map([ms(since), ms(now)], |row| {
        let left = row.get::<_, i64>(1)?.saturating_sub(ms(now));
        let rest = Duration::from_millis(u64::try_from(left).unwrap_or(0)).min(longest);
        Ok((row.get::<_, String>(0)?, rest, row.get::<_, u8>(2)?))
    })?;
    let mut all = Vec::new();
    for row in rows {
        let (host, rest, level) = row?;
        all.extend(HostKey::stored(&host).map(|host| HostTemper { host, rest, level }));
    }
    Ok(all)
}

/// A claimed poll was not made, because its host is left alone: it is due then, and
/// the source is as it was. `false`: a newer attempt has been made meanwhile.
pub fn postpone_poll(
    conn: &Connection,
    sid: i64,
    attempt: u64,
    due: Timestamp,
    why: &str,
) -> rusqlite::Result<bool> {
    let changed = conn
        .prepare_cached(
            "UPDATE sources SET next_due = ?3, why = ?4, polls = max(polls - 1, 0)
             WHERE sid = ?1 AND attempts = ?2",
        )?
        .execute(params![sid, attempt as i64, ms(due), why])?;
    Ok(changed > 0)
}

/// A claimed page was not asked for: the attempt doesn't count.
pub fn postpone_page(conn: &Connection, seq: i64, due: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE pages SET next_due = ?2, attempts = max(attempts - 1, 0) WHERE seq = ?1")?
        .execute(params![seq, ms(due)])?;
    Ok(())
}
