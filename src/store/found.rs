//! What a query finds, in order, in pieces of a page.

use super::condition::{MOST_MATCHES, beside_words};
use super::read::entries;
use super::search::{Searched, not_indexed, running_text};
use super::text::time;
use crate::model::StoredEntry;
use crate::search::{Fts, OnSources, Query, Signs, relevance};
use jiff::{SignedDuration, Timestamp};
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params_from_iter};
use std::collections::HashSet;

/// Entries that a query without words looks at, at most.
const MOST_ENTRIES: usize = 200_000;
/// What was stored last comes first; among so many that were stored one after another
/// the date of publication decides: a document brings its entries in any order.
const STRETCH: usize = 500;
/// Of so many of the best the texts are read.
const READ: usize = 60;

/// What is searched for, and which part of it is wanted.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// What is searched for.
    pub query: Query,
    /// Its conditions on sources ([`Query::on_sources`]).
    pub on_sources: Vec<OnSources>,
    /// What comes first.
    pub order: Order,
    /// Entries before the part.
    pub offset: usize,
    /// Entries of the part at most.
    pub limit: usize,
    /// Near-duplicates appear once.
    pub cluster: bool,
    /// The age of entries counts.
    pub now: Timestamp,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The newest.
    Newest,
    /// What answers the query best.
    Best,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The part that was asked for.
    pub hits: Vec<Hit>,
    /// There are more behind it.
    pub more: bool,
    /// There may be more that were not looked at: older ones with very common words.
    pub cut: bool,
    /// Entries that are still to be indexed, and not found before.
    pub not_indexed: u64,
}

/// An entry that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The entry; of near-duplicates, where they appear once, the one that is shown.
    pub entry: StoredEntry,
    /// What it shows, as running text; for [`crate::search::snippet`].
    pub text: String,
}

/// Answers a query.
pub fn found(conn: &Connection, request: &SearchRequest) -> rusqlite::Result<Found> {
    let end = request.offset.saturating_add(request.limit);
    let best = request.order == Order::Best && matches!(request.query.fts(), Some(Fts::Matching(_)));
    let (ranked, all) =
        if best { best_first(conn, request, end)? } else { newest_first(conn, request, end)? };
    let seqs: Vec<i64> = ranked.iter().copied().skip(request.offset).take(request.limit).collect();
    let hits = entries(conn, &seqs, "*", request.cluster)?.into_iter().map(|entry| {
        let html = entry.article.as_deref().or(entry.content.as_deref()).or(entry.summary.as_deref());
        Hit { text: running_text(html), entry }
    });
    Ok(Found {
        hits: hits.collect(),
        more: ranked.len() > end,
        cut: all.cut,
        not_indexed: not_indexed(conn)?,
    })
}

/// Entries that the query matches, the last stored one first.
struct Matches {
    seqs: Vec<i64>,
    cut: bool,
}

/// Looks for so many.
fn matches(conn: &Connection, request: &SearchRequest, enough: usize) -> rusqlite::Result<Matches> {
    let words = match request.query.fts() {
        Some(Fts::Matching(words)) => Some(words),
        _ => None,
    };
    let others = beside_words(&request.query, &request.on_sources, if words.is_some() { 2 } else { 1 });
    let most = if words.is_some() { MOST_MATCHES } else { MOST_ENTRIES };
    let sql = match (&words, others.values.is_empty()) {
        (Some(_), true) => "SELECT rowid, 1 FROM search WHERE search MATCH ?1 ORDER BY rowid DESC".to_owned(),
        // The order of the loops is that of the tables: the index gives its rows newest first.
        (Some(_), false) => format!(
            "SELECT m.rowid, {} FROM search m CROSS JOIN entries e ON e.seq = m.rowid
             WHERE m.search MATCH ?1 ORDER BY m.rowid DESC",
            others.sql
        ),
        (None, _) => format!("SELECT e.seq, {} FROM entries e ORDER BY e.seq DESC", others.sql),
    };
    let mut query = conn.prepare(&sql)?;
    let values = words.map(Value::Text).into_iter().chain(others.values);
    let mut rows = query.query(params_from_iter(values))?;
    let (mut seqs, mut looked_at) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        looked_at += 1;
        if row.get(1)? {
            seqs.push(row.get(0)?);
        }
        if seqs.len() >= enough || looked_at >= most {
            break;
        }
    }
    Ok(Matches { seqs, cut: looked_at >= most })
}

/// At least one more than `end`, if there are.
fn newest_first(
    conn: &Connection,
    request: &SearchRequest,
    end: usize,
) -> rusqlite::Result<(Vec<i64>, Matches)> {
    // Whole stretches, so that the next part goes on where this one ends.
    let mut enough = end.saturating_add(1).next_multiple_of(STRETCH);
    loop {
        let found = matches(conn, request, enough)?;
        let mut stories = Stories::new(conn, request)?;
        let mut shown = Vec::with_capacity(found.seqs.len());
        for stretch in found.seqs.chunks(STRETCH) {
            let mut dated = Vec::with_capacity(stretch.len());
            for seq in stories.of(stretch)? {
                dated.push((stories.published(seq)?, seq));
            }
            dated.sort_unstable_by(|a, b| b.cmp(a));
            shown.extend(dated.into_iter().map(|(_, seq)| seq));
        }
        if shown.len() > end || found.seqs.len() < enough {
            return Ok((shown, found));
        }
        // So many near-duplicates.
        enough = enough.saturating_mul(2);
    }
}

/// At least one more than `end`, if there are.
fn best_first(
    conn: &Connection,
    request: &SearchRequest,
    end: usize,
) -> rusqlite::Result<(Vec<i64>, Matches)> {
    let found = matches(conn, request, MOST_MATCHES)?;
    let in_title = among(conn, request.query.fts_in_title(), &found.seqs)?;
    let near = among(conn, request.query.fts_near(), &found.seqs)?;
    let ages = Ages::of(conn, request.now, &found.seqs)?;
    let mut ranked: Vec<(f64, i64)> = Vec::with_capacity(found.seqs.len());
    for (at, &seq) in found.seqs.iter().enumerate() {
        let signs = Signs { in_title: has(&in_title, seq), near: has(&near, seq) };
        ranked.push((signs.relevance(ages.at(at)), seq));
    }
    let order = |a: &(f64, i64), b: &(f64, i64)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
    // Twice as many as are wanted: near-duplicates go.
    let some = end.max(READ).saturating_add(1).saturating_mul(2);
    if some < ranked.len() {
        ranked.select_nth_unstable_by(some, order);
        ranked.truncate(some);
    }
    ranked.sort_unstable_by(order);
    let ranked: Vec<i64> = ranked.into_iter().map(|(_, seq)| seq).collect();
    let mut stories = Stories::new(conn, request)?;
    let mut shown = stories.of(&ranked)?;
    let mut read = Vec::with_capacity(READ);
    for &seq in shown.iter().take(READ) {
        let entry = Searched::of(conn, seq)?;
        let (title, text) = entry.as_ref().map_or(("", ""), |entry| (&entry.title, &entry.text));
        let age = request.now.duration_since(time(stories.published(seq)?));
        read.push((relevance(&request.query, title, text, age), seq));
    }
    read.sort_unstable_by(order);
    for (place, (_, seq)) in shown.iter_mut().zip(read) {
        *place = seq;
    }
    Ok((shown, found))
}

/// What is shown for entries that were found.
struct Stories<'a> {
    lead: Option<CachedStatement<'a>>,
    published: CachedStatement<'a>,
    met: HashSet<i64>,
}

impl<'a> Stories<'a> {
    fn new(conn: &'a Connection, request: &SearchRequest) -> rusqlite::Result<Self> {
        let lead = "SELECT lead FROM duplicates WHERE seq = ?1 AND lead IS NOT NULL AND stays = 0";
        Ok(Self {
            lead: request.cluster.then(|| conn.prepare_cached(lead)).transpose()?,
            published: conn.prepare_cached("SELECT published FROM entries WHERE seq = ?1")?,
            met: HashSet::new(),
        })
    }

    /// In their order. Near-duplicates are shown as what stands for them, at the place of the first.
    fn of(&mut self, seqs: &[i64]) -> rusqlite::Result<Vec<i64>> {
        let Some(lead) = &mut self.lead else { return Ok(seqs.to_vec()) };
        let mut shown = Vec::with_capacity(seqs.len());
        for &seq in seqs {
            let lead: Option<i64> = lead.query_row([seq], |row| row.get(0)).optional()?;
            let story = lead.unwrap_or(seq);
            if self.met.insert(story) {
                shown.push(story);
            }
        }
        Ok(shown)
    }

    /// In milliseconds; 0 of one that has gone.
    fn published(&mut self, seq: i64) -> rusqlite::Result<i64> {
        Ok(self.published.query_row([seq], |row| row.get(0)).optional()?.unwrap_or_default())
    }
}

/// About how old entries are that descend in the order in which they were stored: that of
/// a few of them is looked up.
struct Ages {
    now: Timestamp,
    every: usize,
    first_seen: Vec<i64>,
}

/// Entries whose age is looked up.
const AGES: usize = 64;

impl Ages {
    fn of(conn: &Connection, now: Timestamp, seqs: &[i64]) -> rusqlite::Result<Self> {
        let every = seqs.len().div_ceil(AGES).max(1);
        let mut query = conn.prepare_cached("SELECT first_seen FROM entries WHERE seq = ?1")?;
        let mut first_seen = Vec::with_capacity(AGES);
        for seq in seqs.iter().step_by(every) {
            first_seen.push(query.query_row([seq], |row| row.get(0)).optional()?.unwrap_or_default());
        }
        Ok(Self { now, every, first_seen })
    }

    fn at(&self, index: usize) -> SignedDuration {
        let first_seen = self.first_seen.get(index / self.every).copied().unwrap_or_default();
        self.now.duration_since(time(first_seen))
    }
}

/// `seqs` descend.
fn has(seqs: &[i64], seq: i64) -> bool {
    seqs.binary_search_by(|other| seq.cmp(other)).is_ok()
}

/// Entries that match an expression, among those of `seqs`, which descend.
fn among(conn: &Connection, words: Option<String>, seqs: &[i64]) -> rusqlite::Result<Vec<i64>> {
    let (Some(words), Some(newest), Some(oldest)) = (words, seqs.first(), seqs.last()) else {
        return Ok(Vec::new());
    };
    conn.prepare_cached(
        "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC",
    )?
    .query_map((words, oldest, newest), |row| row.get(0))?
    .collect()
}
