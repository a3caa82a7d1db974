//! What is served: the members of the merged feed.

use super::candidates::{Candidates, Conditions};
use super::duplicates;
use super::select::{Chosen, Filter, Selection, choose};
use super::text::{ms, text, time};
use crate::model::{Carrier, Copy, EntryId, SourceId, StoredEntry};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::HashMap;
use std::time::Duration;

/// The members of a feed, and until when they stay the same if nothing is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Newest publication first.
    pub entries: Vec<StoredEntry>,
    /// The next entry joins, or one leaves the window, at this time.
    pub until: Option<Timestamp>,
    /// Where the next page begins, if there are more: [`Selection::before`] for it.
    pub next: Option<i64>,
}

/// Members of a feed at `now`: chosen by first seen, ordered by published.
pub fn merged(conn: &Connection, now: Timestamp, selection: &Selection) -> rusqlite::Result<Summary> {
    let Chosen { seqs, until, next } = choose(conn, now, selection)?;
    let mut entries = entries(conn, &seqs, "*", selection.cluster)?;
    newest_first(&mut entries);
    Ok(Summary { entries, until, next })
}

/// All that is stored of an entry but its texts.
const WITHOUT_TEXTS: &str = "seq, id, owner, url, title, authors, published, updated, first_seen, touched, listed, \
     lang, extra, NULL AS summary, NULL AS content, NULL AS article";

/// The newest members of a feed at `now`, without their texts.
pub fn headlines(
    conn: &Connection,
    now: Timestamp,
    selection: &Selection,
    count: usize,
) -> rusqlite::Result<Vec<StoredEntry>> {
    // By first seen, as they are chosen; more than are shown, because the order is another one.
    let few = Selection {
        limit: count.saturating_mul(10).min(selection.limit),
        window: Duration::ZERO,
        ..selection.clone()
    };
    let members = choose(conn, now, &few)?.seqs;
    let mut entries = entries(conn, &members, WITHOUT_TEXTS, selection.cluster)?;
    newest_first(&mut entries);
    entries.truncate(count);
    Ok(entries)
}

fn newest_first(entries: &mut [StoredEntry]) {
    entries.sort_by(|a, b| {
        b.published.cmp(&a.published).then(b.first_seen.cmp(&a.first_seen)).then(a.id.cmp(&b.id))
    });
}

/// The newest `limit` entries whatever their state that a filter lets through, optionally
/// only those first seen since a time; newest first.
pub fn newest_stored(
    conn: &Connection,
    since: Option<Timestamp>,
    filter: &Filter,
    limit: usize,
) -> rusqlite::Result<Vec<StoredEntry>> {
    let conditions = Conditions::new(conn, filter)?;
    let mut candidates = Candidates::new(conn, &conditions, None)?;
    let since = since.map_or(i64::MIN, ms);
    // Clocks jump: the oldest of them says where to stop, not the first that is older.
    let first = conn
        .prepare_cached("SELECT min(seq) FROM entries WHERE first_seen >= ?1")?
        .query_row([since], |row| row.get::<_, Option<i64>>(0))?;
    let mut first_seen = conn.prepare_cached("SELECT first_seen FROM entries WHERE seq = ?1")?;
    let mut seqs = Vec::new();
    while seqs.len() < limit
        && let Some(seq) = candidates.next()?
        && first.is_some_and(|first| seq >= first)
    {
        let seen: Option<i64> = first_seen.query_row([seq], |row| row.get(0)).optional()?;
        if seen.is_some_and(|seen| seen >= since) && conditions.accept(conn, seq)? {
            seqs.push(seq);
        }
    }
    entries(conn, &seqs, "*", false)
}

/// One entry with everything that is stored of it, given all sources ([`carriers_by_sid`]).
pub(super) fn whole(
    conn: &Connection,
    seq: i64,
    sources: &HashMap<i64, Carrier>,
) -> rusqlite::Result<Option<StoredEntry>> {
    let found = conn
        .prepare_cached("SELECT * FROM entries WHERE seq = ?1")?
        .query_row([seq], |row| Ok((stored(row)?, row.get::<_, i64>("owner")?)))
        .optional()?;
    let Some((mut entry, owner)) = found else { return Ok(None) };
    entry.carriers = carriers(conn, seq, owner, sources)?;
    Ok(Some(entry))
}

/// One entry by its lasting name, with its copies; also if it became one with another
/// entry since: that one is answered then.
pub fn article(conn: &Connection, id: &EntryId) -> rusqlite::Result<Option<StoredEntry>> {
    let Some(seq) = seq_of(conn, id)? else { return Ok(None) };
    let mut found = entries(conn, &[seq], "*", false)?;
    if let Some(entry) = found.first_mut() {
        entry.copies = copies(conn, seq, seq, &carriers_by_sid(conn)?)?;
    }
    Ok(found.pop())
}

/// One entry as the merged feed shows it: near-duplicates together if `cluster`.
pub fn story(conn: &Connection, id: &EntryId, cluster: bool) -> rusqlite::Result<Option<StoredEntry>> {
    Ok(match seq_of(conn, id)? {
        Some(seq) => entries(conn, &[seq], "*", cluster)?.pop(),
        None => None,
    })
}

/// Stories that stand in several places, what stands for each with its copies, the newest
/// first; and where the next page begins.
pub fn clusters(
    conn: &Connection,
    limit: usize,
    before: Option<i64>,
) -> rusqlite::Result<(Vec<StoredEntry>, Option<i64>)> {
    let more = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
    let mut seqs = conn
        .prepare_cached(
            "SELECT DISTINCT lead FROM duplicates WHERE lead IS NOT NULL AND lead < ?1 ORDER BY lead DESC LIMIT ?2",
        )?
        .query_map([before.unwrap_or(i64::MAX), more], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    let next = (seqs.len() > limit).then(|| seqs.get(limit.saturating_sub(1)).copied()).flatten();
    seqs.truncate(limit);
    Ok((entries(conn, &seqs, WITHOUT_TEXTS, true)?, next))
}

/// The story that an entry belongs to: what stands for it with its copies; `None` if the
/// entry stands alone.
pub fn cluster_of(conn: &Connection, id: &EntryId) -> rusqlite::Result<Option<StoredEntry>> {
    let Some(seq) = seq_of(conn, id)? else { return Ok(None) };
    let lead = conn
        .prepare_cached("SELECT lead FROM duplicates WHERE seq = ?1 AND lead IS NOT NULL")?
        .query_row([seq], |row| row.get(0))
        .optional()?;
    let entry = entries(conn, &[lead.unwrap_or(seq)], WITHOUT_TEXTS, true)?.pop();
    Ok(entry.filter(|entry| !entry.copies.is_empty()))
}

fn seq_of(conn: &Connection, id: &EntryId) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT seq FROM keys WHERE key = ?1 AND seq > 0")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()
}

/// `columns` is ours: all, or those without texts. `cluster`: with their copies, and
/// in the words of the copy that the operator prefers.
pub(super) fn entries(
    conn: &Connection,
    seqs: &[i64],
    columns: &str,
    cluster: bool,
) -> rusqlite::Result<Vec<StoredEntry>> {
    let sources = carriers_by_sid(conn)?;
    let mut query = conn.prepare_cached(&format!("SELECT {columns} FROM entries WHERE seq = ?1"))?;
    let mut read =
        |seq: i64| query.query_row([seq], |row| Ok((stored(row)?, row.get::<_, i64>("owner")?))).optional();
    let mut entries = Vec::with_capacity(seqs.len());
    for &seq in seqs {
        let Some((mut entry, mut owner)) = read(seq)? else { continue };
        let mut shown = seq;
        if cluster
            && let Some((voice, theirs)) = duplicates::voice(conn, seq)?.map(&mut read).transpose()?.flatten()
        {
            (shown, owner) = (voice.seq, theirs);
            // Name, place and date are the story's and stay.
            entry = StoredEntry {
                seq,
                id: entry.id,
                published: entry.published,
                updated: entry.updated.max(voice.updated),
                first_seen: entry.first_seen,
                touched: entry.touched.max(voice.touched),
                listed: entry.listed,
                ..voice
            };
        }
        entry.carriers = carriers(conn, shown, owner, &sources)?;
        if cluster {
            entry.copies = copies(conn, seq, shown, &sources)?;
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// Who carries an entry. Who brought it first comes first, also after two entries became one.
fn carriers(
    conn: &Connection,
    seq: i64,
    owner: i64,
    sources: &HashMap<i64, Carrier>,
) -> rusqlite::Result<Vec<Carrier>> {
    let mut query =
        conn.prepare_cached("SELECT sid FROM carriers WHERE seq = ?1 ORDER BY first_seen, sid")?;
    let mut sids = query.query_map([seq], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    sids.sort_by_key(|sid| *sid != owner);
    Ok(sids.iter().filter_map(|sid| sources.get(sid).cloned()).collect())
}

/// The copies of the entry `seq`, without the one that is shown.
fn copies(
    conn: &Connection,
    seq: i64,
    shown: i64,
    sources: &HashMap<i64, Carrier>,
) -> rusqlite::Result<Vec<Copy>> {
    let mut query = conn.prepare_cached("SELECT id, title, url, owner FROM entries WHERE seq = ?1")?;
    let mut found = Vec::new();
    let mut seqs = duplicates::copies(conn, seq)?;
    if seq != shown {
        seqs.insert(0, seq);
        seqs.retain(|&other| other != shown);
    }
    for other in seqs {
        let copy = query.query_row([other], |row| {
            let (id, owner) = (EntryId::from_bytes(row.get(0)?), row.get::<_, i64>(3)?);
            Ok((Copy { id, title: row.get(1)?, url: row.get(2)?, carriers: Vec::new() }, owner))
        });
        let Some((mut copy, owner)) = copy.optional()? else { continue };
        copy.carriers = carriers(conn, other, owner, sources)?;
        found.push(copy);
    }
    Ok(found)
}

pub(super) fn carriers_by_sid(conn: &Connection) -> rusqlite::Result<HashMap<i64, Carrier>> {
    let mut query = conn.prepare_cached("SELECT sid, id, title, feed_id, link, url FROM sources")?;
    let rows = query.query_map([], |row| {
        let id: String = row.get(1)?;
        Ok((row.get::<_, i64>(0)?, SourceId::new(&id), row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
    })?;
    let mut carriers = HashMap::new();
    for row in rows {
        let (sid, id, title, feed_id, link, url) = row?;
        if let Some(source) = id {
            carriers.insert(sid, Carrier { source, title, url, feed_id, link });
        }
    }
    Ok(carriers)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredEntry> {
    let json = |column: &str| -> rusqlite::Result<Option<String>> { row.get(column) };
    let at = |column: &str| -> rusqlite::Result<Timestamp> { Ok(time(row.get(column)?)) };
    Ok(StoredEntry {
        seq: row.get("seq")?,
        id: EntryId::from_bytes(row.get("id")?),
        url: row.get("url")?,
        title: row.get("title")?,
        authors: json("authors")?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        published: at("published")?,
        updated: at("updated")?,
        first_seen: at("first_seen")?,
        touched: at("touched")?,
        listed: at("listed")?,
        lang: row.get("lang")?,
        extra: json("extra")?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        summary: text(row, "summary")?,
        content: text(row, "content")?,
        article: text(row, "article")?,
        carriers: Vec::new(),
        copies: Vec::new(),
    })
}

/// Moves with every change of what is served.
pub fn revision(conn: &Connection) -> rusqlite::Result<i64> {
    meta(conn, "revision")
}

/// Spreads the polls of this installation.
pub fn seed(conn: &Connection) -> rusqlite::Result<u64> {
    meta(conn, "seed").map(i64::unsigned_abs)
}

/// When the store was made.
pub fn created(conn: &Connection) -> rusqlite::Result<Timestamp> {
    meta(conn, "created").map(time)
}

/// Newest change that the operator's hub has been told of.
pub fn announced(conn: &Connection) -> rusqlite::Result<Timestamp> {
    meta(conn, "announced").optional().map(|at| time(at.unwrap_or(0)))
}

/// Notes it.
pub fn note_announced(conn: &Connection, at: Timestamp) -> rusqlite::Result<()> {
    conn.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('announced', ?1)", [ms(at)])?;
    Ok(())
}

/// Notes when the store was made, the first time.
pub fn note_created(conn: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    conn.execute("UPDATE meta SET value = ?1 WHERE key = 'created' AND value = 0", [ms(now)])?;
    Ok(())
}

fn meta(conn: &Connection, key: &str) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |row| row.get(0))
}
