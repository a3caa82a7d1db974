//! What a page says about its own address: aliases, and entries that turn out to be one.

use super::polls::bump_revision;
use crate::identity::titles_agree;
use crate::model::EntryKey;
use rusqlite::{Connection, OptionalExtension, params};

/// An address that an entry's page was found to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// Its key.
    pub key: EntryKey,
    /// The address itself, if it is to be served instead of the feed's link: where a
    /// short link led to.
    pub shown: Option<String>,
}

/// Lets `key` lead to the entry `seq` as well. If it leads to another entry
/// already, the two become one, unless that may be a trap: two items of one
/// feed, or a consent or log-in page to which many links are redirected.
///
/// Answers the entry that is left.
pub(super) fn adopt(conn: &Connection, seq: i64, alias: &Alias) -> rusqlite::Result<i64> {
    let known: Option<(i64, u8)> = conn
        .prepare_cached("SELECT seq, kind FROM keys WHERE key = ?1")?
        .query_row([alias.key.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match known {
        None => {
            conn.prepare_cached("INSERT INTO keys (key, seq, kind) VALUES (?1, ?2, 1)")?
                .execute(params![alias.key.0, seq])?;
            show(conn, seq, alias)?;
            Ok(seq)
        }
        Some((other, _)) if other == seq => {
            show(conn, seq, alias)?;
            Ok(seq)
        }
        Some((other, _)) if other <= 0 => Ok(seq),
        Some((other, kind)) => {
            let feeds_word = kind == 0;
            if !share_a_carrier(conn, seq, other)? && (feeds_word || same_headline(conn, seq, other)?) {
                merge(conn, seq.min(other), seq.max(other))?;
                return Ok(seq.min(other));
            }
            if !feeds_word {
                // The second link that was redirected there: the address names no article.
                conn.prepare_cached("UPDATE keys SET seq = -1 WHERE key = ?1")?.execute([alias.key.0])?;
            }
            Ok(seq)
        }
    }
}

fn show(conn: &Connection, seq: i64, alias: &Alias) -> rusqlite::Result<()> {
    if let Some(url) = &alias.shown {
        conn.prepare_cached("UPDATE entries SET url = ?2 WHERE seq = ?1")?.execute(params![seq, url])?;
    }
    Ok(())
}

fn share_a_carrier(conn: &Connection, a: i64, b: i64) -> rusqlite::Result<bool> {
    conn.prepare_cached(
        "SELECT 1 FROM carriers x JOIN carriers y ON x.sid = y.sid WHERE x.seq = ?1 AND y.seq = ?2",
    )?
    .exists([a, b])
}

fn same_headline(conn: &Connection, a: i64, b: i64) -> rusqlite::Result<bool> {
    let mut query = conn.prepare_cached("SELECT title FROM entries WHERE seq = ?1")?;
    let mut title = |seq: i64| query.query_row([seq], |row| row.get::<_, String>(0));
    Ok(titles_agree(&title(a)?, &title(b)?))
}

/// The earlier entry keeps name, place and text; the later one's sources, keys
/// and full text (if only it has one) go over to it.
fn merge(conn: &Connection, keep: i64, lose: i64) -> rusqlite::Result<()> {
    conn.execute("UPDATE keys SET seq = ?1 WHERE seq = ?2", [keep, lose])?;
    conn.execute("UPDATE OR IGNORE carriers SET seq = ?1 WHERE seq = ?2", [keep, lose])?;
    conn.execute("DELETE FROM carriers WHERE seq = ?1", [lose])?;
    conn.execute("DELETE FROM pages WHERE seq = ?1", [lose])?;
    // Not where the page of the earlier one had no more than its feed: it is the same page.
    let taken = conn.execute(
        "UPDATE entries SET (article, page_state, page_at, fetches) =
             (SELECT article, page_state, page_at, fetches FROM entries WHERE seq = ?2)
         WHERE seq = ?1 AND article IS NULL AND page_state <> 3
           AND (SELECT article FROM entries WHERE seq = ?2) IS NOT NULL",
        [keep, lose],
    )?;
    if taken > 0 {
        conn.execute("DELETE FROM pages WHERE seq = ?1", [keep])?;
    }
    conn.execute(
        "UPDATE entries SET listed = min(listed, (SELECT listed FROM entries WHERE seq = ?2)),
             touched = max(touched, (SELECT touched FROM entries WHERE seq = ?2))
         WHERE seq = ?1",
        [keep, lose],
    )?;
    conn.execute("DELETE FROM entries WHERE seq = ?1", [lose])?;
    bump_revision(conn)
}
