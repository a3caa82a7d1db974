//! The full-text index: what of an entry is in it, and that it is there.
//!
//! It is written in the transaction that writes the entry; a trigger deletes from it.
//! Hidden copies are in it like all others: who asks decides what is shown.

use super::text::unpack;
use crate::html::to_text;
use crate::model::Person;
use crate::search::indexable;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Bytes of HTML of which the text is searched, and of that text.
const MAX_HTML: usize = 1 << 20;
const MAX_TEXT: usize = 256 << 10;

/// Pages of the index (4 KB) that are merged in one go.
const MERGED_AT_ONCE: i64 = 256;

/// What of an entry is searched.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Searched {
    pub(super) text: String,
    pub(super) title: String,
    /// Names of the authors.
    author: String,
    /// Title and name of the source that it belongs to.
    source: String,
}

impl Searched {
    /// As it is stored now; `None` if there is no such entry.
    pub(super) fn of(conn: &Connection, seq: i64) -> rusqlite::Result<Option<Self>> {
        conn.prepare_cached(
            "SELECT e.title, e.authors, coalesce(e.article, e.content, e.summary) AS body, s.id, s.title AS name
             FROM entries e LEFT JOIN sources s ON s.sid = e.owner WHERE e.seq = ?1",
        )?
        .query_row([seq], Self::read)
        .optional()
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let body: Option<Vec<u8>> = row.get("body")?;
        let authors: Option<String> = row.get("authors")?;
        let authors: Vec<Person> =
            authors.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let names: Vec<String> = authors.into_iter().map(|author| author.name).collect();
        let (name, id): (Option<String>, Option<String>) = (row.get("name")?, row.get("id")?);
        Ok(Self {
            text: running_text(body.as_deref().and_then(unpack).as_deref()),
            title: row.get("title")?,
            author: names.join(", "),
            source: format!("{} {}", name.unwrap_or_default(), id.unwrap_or_default()),
        })
    }
}

/// The text that is searched of what an entry shows, which is HTML.
pub(super) fn running_text(html: Option<&str>) -> String {
    let html = html.unwrap_or_default();
    let mut text = to_text(&html[..html.floor_char_boundary(MAX_HTML)]);
    text.truncate(text.floor_char_boundary(MAX_TEXT));
    text
}

/// Puts an entry into the index as it is stored now.
pub fn index(conn: &Connection, seq: i64) -> rusqlite::Result<()> {
    match Searched::of(conn, seq)? {
        Some(entry) => write(conn, seq, &entry),
        None => Ok(()),
    }
}

/// The same, if something else is searched of it than `before`.
pub(super) fn index_again(conn: &Connection, seq: i64, before: Option<&Searched>) -> rusqlite::Result<()> {
    match Searched::of(conn, seq)? {
        Some(entry) if Some(&entry) != before => write(conn, seq, &entry),
        _ => Ok(()),
    }
}

fn write(conn: &Connection, seq: i64, entry: &Searched) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO search (rowid, text, title, author, source) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        seq,
        indexable(&entry.text),
        indexable(&entry.title),
        indexable(&entry.author),
        indexable(&entry.source)
    ])?;
    Ok(())
}

/// Entries that were stored before there was an index, and are not in it yet; none of
/// them is found. Nearly their number: some may have gone.
pub fn not_indexed(conn: &Connection) -> rusqlite::Result<u64> {
    let todo = todo(conn)?;
    conn.prepare_cached("SELECT count(*) FROM entries WHERE seq <= ?1")?
        .query_row([todo], |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
}

fn todo(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT value FROM meta WHERE key = 'search_todo'")?.query_row([], |row| row.get(0))
}

/// Indexes some more of them, the newest first. Answers how many; call again while it is more than none.
pub fn index_older(conn: &Connection, count: usize) -> rusqlite::Result<usize> {
    let todo = todo(conn)?;
    if todo == 0 {
        return Ok(0);
    }
    let mut seqs = conn
        .prepare_cached("SELECT seq FROM entries WHERE seq <= ?1 ORDER BY seq DESC LIMIT ?2")?
        .query_map(params![todo, i64::try_from(count).unwrap_or(i64::MAX)], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    // The index writes what comes in ascending order in one piece.
    seqs.reverse();
    for &seq in &seqs {
        index(conn, seq)?;
    }
    let left = seqs.first().map_or(0, |first| first - 1);
    conn.prepare_cached("UPDATE meta SET value = ?1 WHERE key = 'search_todo'")?.execute([left])?;
    Ok(seqs.len())
}

/// Merges a part of the index, so that the space of deleted rows becomes free: new rows cause
/// that by themselves, deleted ones alone don't. Answers whether there was something to do.
pub fn tidy_index(conn: &Connection) -> rusqlite::Result<bool> {
    let changes = || conn.query_row("SELECT total_changes()", [], |row| row.get::<_, i64>(0));
    let before = changes()?;
    conn.prepare_cached("INSERT INTO search (search, rank) VALUES ('merge', ?1)")?
        .execute([MERGED_AT_ONCE])?;
    // SQLite's own manual: less than two changes are none.
    Ok(changes()? - before >= 2)
}
