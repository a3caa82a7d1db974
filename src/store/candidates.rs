//! Entries that a filter lets through, newest first, without reading more than is asked for.

use super::condition::{SqlCondition, beside_words};
use super::excluded::Excluded;
use super::read;
use super::select::{Accept, Filter};
use crate::model::{Carrier, SourceId};
use crate::search::Fts;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::{BinaryHeap, HashMap};

/// Entries of a source that are read at once, divided among the sources.
const READ_AHEAD: usize = 400;
/// Rows that are read at once of everything.
const BATCH: usize = 256;

/// Number of the first parameter of conditions.
const FIRST: usize = 2;

/// A filter, in SQL.
pub(super) struct Conditions {
    /// Numbers of the sources of each list.
    pub(super) lists: Vec<Vec<i64>>,
    without: Vec<i64>,
    /// Conditions on `entries e` beside those on sources, each beginning with AND; without
    /// the search in texts. Their parameters begin with the number [`FIRST`]; before them
    /// comes a number of an entry, behind them the words that are searched for.
    on_entry: String,
    pub(super) params: Vec<Value>,
    /// The search in texts, an expression of FTS5.
    pub(super) text: Option<String>,
    /// What is not to stand in them, if nothing has to.
    pub(super) unwanted: Option<String>,
    accept: Option<Accept>,
    /// All sources, if there is something to be asked of whole entries.
    sources: HashMap<i64, Carrier>,
    open: bool,
}

impl Conditions {
    pub(super) fn new(conn: &Connection, filter: &Filter) -> rusqlite::Result<Self> {
        let lists =
            filter.sources.iter().map(|ids| numbers(conn, ids)).collect::<rusqlite::Result<Vec<_>>>()?;
        let mut conditions = Self {
            lists,
            without: numbers(conn, &filter.without)?,
            on_entry: String::new(),
            params: Vec::new(),
            text: None,
            sources: match filter.accept {
                Some(_) => read::carriers_by_sid(conn)?,
                None => HashMap::new(),
            },
            unwanted: None,
            accept: filter.accept.clone(),
            open: filter.is_open(),
        };
        if let Some(query) = &filter.query {
            let SqlCondition { sql, values } = beside_words(query, FIRST);
            conditions.on_entry = sql;
            conditions.params = values;
            match query.fts() {
                Some(Fts::Matching(words)) => conditions.text = Some(words),
                Some(Fts::Excluding(words)) => conditions.unwanted = Some(words),
                None => {}
            }
        }
        Ok(conditions)
    }

    /// Conditions on `entries e`, each beginning with AND, without the words. `row` is the entry's number;
    /// where nothing is asked but who carries it, `e` isn't needed.
    pub(super) fn sql(&self, row: &str) -> String {
        let mut sql = String::new();
        for list in &self.lists {
            sql.push_str(&carried(list, "EXISTS", row));
        }
        if !self.without.is_empty() {
            sql.push_str(&carried(&self.without, "NOT EXISTS", row));
        }
        sql + &self.on_entry
    }

    /// Whether an entry is one that the filter lets through.
    pub(super) fn matches(&self, conn: &Connection, seq: i64) -> rusqlite::Result<bool> {
        if self.open {
            return Ok(true);
        }
        let not = if self.text.is_some() { "" } else { "NOT " };
        let words = self.text.as_ref().or(self.unwanted.as_ref());
        let search = words.map_or(String::new(), |_| {
            format!(
                "AND {not}EXISTS (SELECT 1 FROM search WHERE rowid = e.seq AND search MATCH ?{})",
                self.last()
            )
        });
        let sql = format!("SELECT 1 FROM entries e WHERE e.seq = ?1 {} {search}", self.sql("e.seq"));
        let params = std::iter::once(Value::Integer(seq))
            .chain(self.params.iter().cloned())
            .chain(words.cloned().map(Value::Text));
        Ok(conn.prepare_cached(&sql)?.exists(params_from_iter(params))? && self.accept(conn, seq)?)
    }

    /// Number of the parameter that has the words.
    fn last(&self) -> usize {
        FIRST + self.params.len()
    }

    /// Whether the condition that needs the whole entry holds.
    pub(super) fn accept(&self, conn: &Connection, seq: i64) -> rusqlite::Result<bool> {
        let Some(Accept(accept)) = &self.accept else { return Ok(true) };
        Ok(read::whole(conn, seq, &self.sources)?.is_some_and(|entry| accept(&entry)))
    }
}

/// A condition on who carries an entry.
fn carried(sids: &[i64], exists: &str, row: &str) -> String {
    let list = sids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    format!(" AND {exists} (SELECT 1 FROM carriers c WHERE c.seq = {row} AND c.sid IN ({list}))")
}

/// Numbers of sources; those that the store doesn't know have no entries.
fn numbers(conn: &Connection, ids: &[SourceId]) -> rusqlite::Result<Vec<i64>> {
    let mut query = conn.prepare_cached("SELECT sid FROM sources WHERE id = ?1")?;
    let mut sids = Vec::with_capacity(ids.len());
    for id in ids {
        let mut rows = query.query([id.as_str()])?;
        if let Some(row) = rows.next()? {
            sids.push(row.get(0)?);
        }
    }
    Ok(sids)
}

/// Entries that the SQL part of a filter lets through, newest first.
pub(super) struct Candidates<'a> {
    conn: &'a Connection,
    from: From,
    /// Reads the next ones of `From::Batches`, or tells of one entry whether it fits.
    sql: String,
    params: &'a [Value],
    text: Option<Value>,
    unwanted: Option<Excluded>,
}

/// Where they come from.
enum From {
    /// One order of rows, read in batches; those read, the last first.
    Rows { read: Vec<i64>, before: i64, more: bool },
    /// The entries of several sources, each in its order.
    Sources { heads: BinaryHeap<(i64, usize)>, sources: Vec<Source>, last: i64, checked: bool },
}

struct Source {
    sid: i64,
    /// Read already, the last first.
    read: Vec<i64>,
    /// How many are read at once.
    ahead: usize,
    more: bool,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(
        conn: &'a Connection,
        conditions: &'a Conditions,
        before: Option<i64>,
    ) -> rusqlite::Result<Self> {
        let before = before.unwrap_or(i64::MAX);
        let (sql, params) = (conditions.sql("e.seq"), &conditions.params[..]);
        let text = conditions.text.clone().map(Value::Text);
        let unwanted = conditions.unwanted.clone().map(Excluded::new);
        if text.is_some() {
            let sql = format!(
                "SELECT s.rowid FROM search s CROSS JOIN entries e ON e.seq = s.rowid
                 WHERE search MATCH ?{} AND s.rowid < ?1 {sql} ORDER BY s.rowid DESC LIMIT {BATCH}",
                conditions.last()
            );
            return Ok(Self { conn, from: rows(before), sql, params, text, unwanted });
        }
        // The shortest list is walked through, the others are asked about each entry.
        let Some(list) = conditions.lists.iter().min_by_key(|list| list.len()) else {
            let sql = format!(
                "SELECT e.seq FROM entries e WHERE e.seq < ?1 {sql} ORDER BY e.seq DESC LIMIT {BATCH}"
            );
            return Ok(Self { conn, from: rows(before), sql, params, text, unwanted });
        };
        let ahead = (READ_AHEAD / list.len().max(1)).clamp(4, 64);
        let source = |&sid| Source { sid, read: Vec::new(), ahead, more: true };
        let mut sources: Vec<Source> = list.iter().map(source).collect();
        let mut heads = BinaryHeap::new();
        for (index, source) in sources.iter_mut().enumerate() {
            heads.extend(source.next(conn, before)?.map(|seq| (seq, index)));
        }
        let checked = conditions.lists.len() > 1 || !params.is_empty() || !conditions.without.is_empty();
        let sql = format!("SELECT 1 FROM entries e WHERE e.seq = ?1 {sql}");
        let from = From::Sources { heads, sources, last: before, checked };
        Ok(Self { conn, from, sql, params, text, unwanted })
    }

    /// The next one.
    pub(super) fn next(&mut self) -> rusqlite::Result<Option<i64>> {
        loop {
            let Some(seq) = self.next_of_all()? else { return Ok(None) };
            let unwanted = self.unwanted.as_mut().map_or(Ok(false), |words| words.has(self.conn, seq))?;
            if !unwanted {
                return Ok(Some(seq));
            }
        }
    }

    /// The next one, whether it has words that are not wanted or not.
    fn next_of_all(&mut self) -> rusqlite::Result<Option<i64>> {
        match &mut self.from {
            From::Rows { read, before, more } => {
                if read.is_empty() && *more {
                    let mut query = self.conn.prepare_cached(&self.sql)?;
                    let at = std::iter::once(Value::Integer(*before));
                    let params = at.chain(self.params.iter().cloned()).chain(self.text.iter().cloned());
                    let found = query.query_map(params_from_iter(params), |row| row.get(0))?;
                    *read = found.collect::<rusqlite::Result<Vec<i64>>>()?;
                    *more = read.len() == BATCH;
                    *before = read.last().copied().unwrap_or(i64::MIN);
                    read.reverse();
                }
                Ok(read.pop())
            }
            From::Sources { heads, sources, last, checked } => {
                while let Some((seq, index)) = heads.pop() {
                    if let Some(source) = sources.get_mut(index) {
                        heads.extend(source.next(self.conn, seq)?.map(|seq| (seq, index)));
                    }
                    // Carried by several of them.
                    if seq == *last {
                        continue;
                    }
                    *last = seq;
                    let params = std::iter::once(Value::Integer(seq)).chain(self.params.iter().cloned());
                    if !*checked || self.conn.prepare_cached(&self.sql)?.exists(params_from_iter(params))? {
                        return Ok(Some(seq));
                    }
                }
                Ok(None)
            }
        }
    }
}

fn rows(before: i64) -> From {
    From::Rows { read: Vec::new(), before, more: true }
}

impl Source {
    /// Its newest entry before `before`, which is the one it gave last.
    fn next(&mut self, conn: &Connection, before: i64) -> rusqlite::Result<Option<i64>> {
        if self.read.is_empty() && self.more {
            let mut query = conn.prepare_cached(
                "SELECT seq FROM carriers INDEXED BY carriers_by_source
                 WHERE sid = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
            )?;
            let found = query.query_map((self.sid, before, self.ahead as i64), |row| row.get(0))?;
            self.read = found.collect::<rusqlite::Result<Vec<i64>>>()?;
            self.more = self.read.len() == self.ahead;
            self.read.reverse();
            self.ahead = (self.ahead * 2).min(64);
        }
        Ok(self.read.pop())
    }
}
