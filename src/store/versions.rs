//! What entries said before they were changed, and when a change is worth a new `updated`.

use super::text::{ms, pack, time, unpack};
use crate::html::to_text;
use crate::model::{EntryId, StoredEntry, Version};
use crate::schedule::news_pause;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// Versions kept of one entry: the first, and the last ones.
const VERSIONS: i64 = 8;
/// Bytes kept of one entry's versions, as they are stored.
const BYTES: i64 = 64 << 10;
/// Characters of a version that are kept.
const LENGTH: usize = 200_000;

/// Keeps what an entry said until now: title and running text, out of HTML.
pub(super) fn keep_version(
    conn: &Connection,
    seq: i64,
    now: Timestamp,
    title: &str,
    html: &str,
) -> rusqlite::Result<()> {
    let text = to_text(&html[..html.floor_char_boundary(4 * LENGTH)]);
    let text = text.char_indices().nth(LENGTH).map_or(text.as_str(), |(end, _)| &text[..end]);
    conn.prepare_cached(
        "INSERT INTO versions (seq, number, until, title, text)
         VALUES (?1, 1 + coalesce((SELECT max(number) FROM versions WHERE seq = ?1), 0), ?2, ?3, ?4)",
    )?
    .execute(params![seq, ms(now), title, pack(text)])?;
    // What was said first is kept longest.
    let mut oldest = conn.prepare_cached(
        "DELETE FROM versions WHERE seq = ?1
             AND number = coalesce((SELECT number FROM versions WHERE seq = ?1 ORDER BY number LIMIT 1 OFFSET 1),
                                   (SELECT number FROM versions WHERE seq = ?1))
             AND (SELECT count(*) > ?2 OR sum(length(text) + length(title)) > ?3 FROM versions WHERE seq = ?1)",
    )?;
    while oldest.execute(params![seq, VERSIONS, BYTES])? > 0 {}
    Ok(())
}

/// The kept versions of an entry, oldest first.
pub fn versions(conn: &Connection, seq: i64) -> rusqlite::Result<Vec<Version>> {
    conn.prepare_cached("SELECT until, title, text FROM versions WHERE seq = ?1 ORDER BY number")?
        .query_map([seq], |row| {
            let text: Vec<u8> = row.get(2)?;
            Ok(Version {
                until: time(row.get(0)?),
                title: row.get(1)?,
                text: unpack(&text).unwrap_or_default(),
            })
        })?
        .collect()
}

/// An entry by its lasting name, and what it said before, oldest first.
pub fn history(conn: &Connection, id: &EntryId) -> rusqlite::Result<Option<(StoredEntry, Vec<Version>)>> {
    let Some(entry) = super::read::article(conn, id)? else { return Ok(None) };
    let versions = versions(conn, entry.seq)?;
    Ok(Some((entry, versions)))
}

/// Moves `updated` of an entry whose title or text has changed, or, if it was moved
/// not long ago, notes when that is to be done.
pub(super) fn tell_news(conn: &Connection, seq: i64, now: Timestamp) -> rusqlite::Result<()> {
    let moved: Option<(u32, Option<i64>)> = conn
        .prepare_cached("SELECT moves, moved FROM entries WHERE seq = ?1")?
        .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((moves, moved)) = moved else { return Ok(()) };
    let pause = i64::try_from(news_pause(moves).as_millis()).unwrap_or(i64::MAX);
    let due = moved.map_or(i64::MIN, |moved| moved.saturating_add(pause));
    if due <= ms(now) {
        conn.prepare_cached(&format!("{MOVE} WHERE seq = ?2"))?.execute([ms(now), seq])?;
    } else {
        conn.prepare_cached("UPDATE entries SET news_due = ?2 WHERE seq = ?1")?.execute([seq, due])?;
    }
    Ok(())
}

const MOVE: &str =
    "UPDATE entries SET updated = max(updated + 1, ?1), touched = max(touched, ?1), moves = moves + 1,
     moved = ?1, news_due = NULL";

/// Moves `updated` of a source's entries for changes that had come too soon. Answers how many.
pub(super) fn tell_due(conn: &Connection, sid: i64, now: Timestamp) -> rusqlite::Result<usize> {
    conn.prepare_cached(&format!("{MOVE} WHERE owner = ?2 AND news_due <= ?1"))?.execute([ms(now), sid])
}
