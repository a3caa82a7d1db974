//! What a page says about its own address: aliases, and entries that turn out to be one.
//!
//! Whether two entries become one must not depend on who came first. So whoever was led
//! to an address that isn't his alone is remembered (`landings`) until a feed names it:
//!
//! | the address is | who was led there joins |
//! |---|---|
//! | named by a feed | whom the feed means |
//! | only reached by redirects | those for whom the page has the headline, or whose headlines agree |
//! | only claimed by pages | those whose headlines agree |
//!
//! Two items of one feed never become one.

use super::duplicates;
use super::polls::bump_revision;
use super::search;
use crate::identity::{Evidence, titles_agree};
use crate::model::EntryKey;
use rusqlite::{Connection, OptionalExtension, params};

/// A feed's own word about an address (`keys.kind`).
const NAMED: u8 = 0;
/// A page was found there.
const LEARNED: u8 = 1;
/// And it had the entry's headline.
const VOUCHED: u8 = 2;
/// Entries remembered for one address. Where more are led to, there is a wall.
const CROWD: i64 = 8;

/// An address that an entry's page was found to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// Its key.
    pub key: EntryKey,
    /// The address itself, if it is to be served instead of the feed's link: where a
    /// short link led to.
    pub shown: Option<String>,
    /// Why it is one.
    pub evidence: Evidence,
}

/// How an entry came to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// With the first attempt at its page: the earlier of two entries stands.
    Prompt,
    /// With a later one. Until then its site may have waited for another's story to
    /// take its place: that one stands.
    Late,
    /// It has had a page of its own before, and joins nobody any more.
    Again,
}

/// Lets an address lead to the entry `seq` as well. If it leads to another entry
/// already, the two become one, unless that may be a trap: two items of one
/// feed, or a consent or log-in page to which many links are redirected.
///
/// Answers the entry that is left.
pub(super) fn adopt(conn: &Connection, seq: i64, alias: &Alias, arrival: Arrival) -> rusqlite::Result<i64> {
    if let Evidence::Twin { own } = alias.evidence
        && !is_mutual(conn, seq, own, alias.key)?
    {
        return Ok(seq);
    }
    let known: Option<(i64, u8)> = conn
        .prepare_cached("SELECT seq, kind FROM keys WHERE key = ?1")?
        .query_row([alias.key.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let vouched = matches!(alias.evidence, Evidence::Landed { headline: true } | Evidence::Twin { .. });
    match known {
        None => {
            let kind = if vouched { VOUCHED } else { LEARNED };
            conn.prepare_cached("INSERT INTO keys (key, seq, kind) VALUES (?1, ?2, ?3)")?
                .execute(params![alias.key.0, seq, kind])?;
            show(conn, seq, alias)?;
            Ok(seq)
        }
        Some((other, _)) if other == seq => {
            show(conn, seq, alias)?;
            Ok(seq)
        }
        Some((0, _)) => Ok(seq),
        Some(_) if arrival == Arrival::Again => Ok(seq),
        Some((other, NAMED)) => match share_a_carrier(conn, seq, other)? {
            true => Ok(seq),
            false => become_one(conn, seq, other, arrival),
        },
        Some((other, kind)) => among_others(conn, seq, alias.key, (other, kind == VOUCHED), vouched, arrival),
    }
}

/// An address that no feed has named, and to which others were led before.
fn among_others(
    conn: &Connection,
    seq: i64,
    key: EntryKey,
    (owner, owner_vouched): (i64, bool),
    vouched: bool,
    arrival: Arrival,
) -> rusqlite::Result<i64> {
    let mut others = landed(conn, key)?;
    if owner > 0 {
        others.push((owner, owner_vouched));
    }
    let mut left = seq;
    let mut joined = vouched;
    let mut found = false;
    for (other, other_vouched) in others {
        let fits = (vouched && other_vouched) || same_headline(conn, left, other)?;
        if other != left && fits && !share_a_carrier(conn, left, other)? {
            left = become_one(conn, left, other, arrival)?;
            joined |= other_vouched;
            found = true;
        }
    }
    let mut lead = conn.prepare_cached("UPDATE keys SET seq = ?2, kind = ?3 WHERE key = ?1")?;
    if found {
        if owner < 0 && joined {
            lead.execute(params![key.0, left, VOUCHED])?;
        }
        return Ok(left);
    }
    remember(conn, key, seq, vouched)?;
    if owner > 0 && (vouched || !owner_vouched) {
        remember(conn, key, owner, owner_vouched)?;
    }
    match (vouched, owner_vouched) {
        (true, false) => lead.execute(params![key.0, seq, VOUCHED])?,
        // The second link that was redirected there: the address names no article.
        (false, false) => lead.execute(params![key.0, -1, LEARNED])?,
        (_, true) => 0,
    };
    Ok(left)
}

/// Who was led to an address and is not known by it; nobody where it's a crowd.
fn landed(conn: &Connection, key: EntryKey) -> rusqlite::Result<Vec<(i64, bool)>> {
    let rows = conn
        .prepare_cached("SELECT seq, vouched FROM landings WHERE key = ?1 ORDER BY seq LIMIT ?2")?
        .query_map(params![key.0, CROWD], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(if rows.len() < CROWD as usize { rows } else { Vec::new() })
}

fn remember(conn: &Connection, key: EntryKey, seq: i64, vouched: bool) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO landings (key, seq, vouched) SELECT ?1, ?2, ?3
         WHERE (SELECT count(*) FROM landings WHERE key = ?1) < ?4",
    )?
    .execute(params![key.0, seq, vouched, CROWD])?;
    Ok(())
}

/// The first entry that was led to an address which a feed names now.
pub(super) fn first_landed(conn: &Connection, key: EntryKey) -> rusqlite::Result<Option<i64>> {
    Ok(landed(conn, key)?.first().map(|(seq, _)| *seq))
}

/// A feed has named an address, and means the entry `seq`: who was led there joins it.
pub(super) fn gather(conn: &Connection, key: EntryKey, seq: i64) -> rusqlite::Result<()> {
    for (other, _) in landed(conn, key)? {
        if other > seq && !share_a_carrier(conn, seq, other)? {
            merge(conn, seq, other)?;
        }
    }
    conn.prepare_cached("DELETE FROM landings WHERE key = ?1 AND seq = ?2")?.execute(params![key.0, seq])?;
    Ok(())
}

/// Notes that the page `own` calls `other` an edition of it, and answers whether
/// `other` says the same of `own`.
fn is_mutual(conn: &Connection, seq: i64, own: EntryKey, other: EntryKey) -> rusqlite::Result<bool> {
    conn.prepare_cached("INSERT OR IGNORE INTO twins (own, other, seq) VALUES (?1, ?2, ?3)")?
        .execute(params![own.0, other.0, seq])?;
    conn.prepare_cached("SELECT 1 FROM twins WHERE own = ?1 AND other = ?2")?.exists([other.0, own.0])
}

fn show(conn: &Connection, seq: i64, alias: &Alias) -> rusqlite::Result<()> {
    if let Some(url) = &alias.shown {
        conn.prepare_cached("UPDATE entries SET url = ?2 WHERE seq = ?1")?.execute(params![seq, url])?;
    }
    Ok(())
}

pub(super) fn share_a_carrier(conn: &Connection, a: i64, b: i64) -> rusqlite::Result<bool> {
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

/// `seq` was led to where `other` is.
fn become_one(conn: &Connection, seq: i64, other: i64, arrival: Arrival) -> rusqlite::Result<i64> {
    let keep = if arrival == Arrival::Prompt { seq.min(other) } else { other };
    merge(conn, keep, if keep == seq { other } else { seq })?;
    Ok(keep)
}

/// The one that is kept keeps name, place and text; the other one's sources, keys
/// and full text (if only it has one) go over to it.
fn merge(conn: &Connection, keep: i64, lose: i64) -> rusqlite::Result<()> {
    // The index has no other numbers, and is used if this is said.
    conn.execute("UPDATE keys SET seq = ?1 WHERE seq = ?2 AND seq > 0", [keep, lose])?;
    conn.execute("UPDATE OR REPLACE landings SET seq = ?1 WHERE seq = ?2", [keep, lose])?;
    conn.execute("UPDATE twins SET seq = ?1 WHERE seq = ?2", [keep, lose])?;
    conn.execute("UPDATE OR IGNORE carriers SET seq = ?1 WHERE seq = ?2", [keep, lose])?;
    conn.execute("DELETE FROM carriers WHERE seq = ?1", [lose])?;
    conn.execute("DELETE FROM pages WHERE seq = ?1", [lose])?;
    // Not where the page of the kept one had no more than its feed: it is the same page.
    let taken = conn.execute(
        "UPDATE entries SET (article, page_state, page_at, fetches) =
             (SELECT article, page_state, page_at, fetches FROM entries WHERE seq = ?2)
         WHERE seq = ?1 AND article IS NULL AND page_state <> 3
           AND (SELECT article FROM entries WHERE seq = ?2) IS NOT NULL",
        [keep, lose],
    )?;
    if taken > 0 {
        conn.execute("DELETE FROM pages WHERE seq = ?1", [keep])?;
        search::index(conn, keep)?;
    }
    conn.execute(
        "UPDATE entries SET listed = min(listed, (SELECT listed FROM entries WHERE seq = ?2)),
             touched = max(touched, (SELECT touched FROM entries WHERE seq = ?2))
         WHERE seq = ?1",
        [keep, lose],
    )?;
    duplicates::merged(conn, keep, lose)?;
    conn.execute("DELETE FROM entries WHERE seq = ?1", [lose])?;
    bump_revision(conn)
}
