//! Notices: what whoever runs Offprint should know. What is worth one, and in
//! which words, is decided in [`crate::health`]; they are written in the same commit as
//! what caused them.

use super::text::{ms, time};
use crate::health::{Subject, Telling, Told};
use crate::model::{Notice, SourceId};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use std::cell::Cell;

/// Notices that are kept.
const KEPT: i64 = 200;

const FAILING: i64 = 1;
const EXTRACTION: i64 = 2;

/// A source as far as notices need it.
pub(super) struct Addressee {
    sid: i64,
    /// `None` for a name that is none: nothing is told of it.
    id: Option<SourceId>,
    url: String,
    link: Option<String>,
    told: Cell<Told>,
}

impl Addressee {
    /// From the columns `id, url, link, told`, the first of which is number `first`.
    pub(super) fn of(sid: i64, row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let told: i64 = row.get(first + 3)?;
        Ok(Self {
            sid,
            id: SourceId::new(row.get_ref(first)?.as_str().unwrap_or_default()),
            url: row.get(first + 1)?,
            link: row.get(first + 2)?,
            told: Cell::new(Told { failing: told & FAILING != 0, extraction: told & EXTRACTION != 0 }),
        })
    }

    /// Stores the notice that `decide` finds worth giving, if any.
    pub(super) fn tell(
        &self,
        conn: &Connection,
        now: Timestamp,
        decide: impl FnOnce(&Subject<'_>) -> Option<Telling>,
    ) -> rusqlite::Result<()> {
        let Some(id) = &self.id else { return Ok(()) };
        let subject = Subject { id, url: &self.url, link: self.link.as_deref(), told: self.told.get() };
        let Some(telling) = decide(&subject) else { return Ok(()) };
        conn.prepare_cached(
            "INSERT INTO notices (at, source, kind, title, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![ms(now), id.as_str(), telling.kind, telling.title, telling.text])?;
        conn.prepare_cached("DELETE FROM notices WHERE number <= ?1")?
            .execute([conn.last_insert_rowid() - KEPT])?;
        let after = telling.after;
        let bits = i64::from(after.failing) * FAILING + i64::from(after.extraction) * EXTRACTION;
        conn.prepare_cached("UPDATE sources SET told = ?2 WHERE sid = ?1")?.execute([self.sid, bits])?;
        self.told.set(after);
        Ok(())
    }
}

/// The last notices, newest first; at most 200.
pub fn notices(conn: &Connection, limit: usize) -> rusqlite::Result<Vec<Notice>> {
    let mut query = conn.prepare_cached(
        "SELECT number, at, source, kind, title, text FROM notices ORDER BY number DESC LIMIT ?1",
    )?;
    let rows = query.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
        let source: String = row.get(2)?;
        Ok(SourceId::new(&source).map(|source| -> rusqlite::Result<Notice> {
            Ok(Notice {
                number: row.get(0)?,
                at: time(row.get(1)?),
                source,
                kind: row.get(3)?,
                title: row.get(4)?,
                text: row.get(5)?,
            })
        }))
    })?;
    let mut notices = Vec::new();
    for row in rows {
        notices.extend(row?.transpose()?);
    }
    Ok(notices)
}
