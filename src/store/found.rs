//! What a query finds, in order, in pieces of a page.

use super::candidates::{Candidates, Conditions};
use super::condition::MOST_MATCHES;
use super::excluded::Excluded;
use super::read::entries;
use super::search::{Searched, not_indexed, running_text};
use super::select::{Filter, hidden};
use super::text::time;
use crate::model::{SourceId, StoredEntry};
use crate::search::{OnSources, Query, Signs, relevance};
use jiff::{SignedDuration, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

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
    let conditions = Conditions::new(conn, &filter(request))?;
    let search = Search { conn, request, conditions };
    let best = request.order == Order::Best && search.conditions.text.is_some();
    let Ranked { seqs: ranked, cut } =
        if best { search.best_first(end)? } else { search.newest_first(end)? };
    let seqs: Vec<i64> = ranked.iter().copied().skip(request.offset).take(request.limit).collect();
    let hits = entries(conn, &seqs, "*", request.cluster)?.into_iter().map(|entry| {
        let html = entry.article.as_deref().or(entry.content.as_deref()).or(entry.summary.as_deref());
        Hit { text: running_text(html), entry }
    });
    Ok(Found { hits: hits.collect(), more: ranked.len() > end, cut, not_indexed: not_indexed(conn)? })
}

fn filter(request: &SearchRequest) -> Filter {
    let ids = |list: &OnSources| list.ids.iter().filter_map(|id| SourceId::new(id)).collect::<Vec<_>>();
    let (without, sources): (Vec<_>, Vec<_>) = request.on_sources.iter().partition(|list| list.not);
    Filter {
        sources: sources.into_iter().map(ids).collect(),
        without: without.into_iter().flat_map(ids).collect(),
        query: Some(request.query.clone()),
        accept: None,
    }
}

/// One search.
struct Search<'a> {
    conn: &'a Connection,
    request: &'a SearchRequest,
    conditions: Conditions,
}

/// Entries that the query matches, the last stored one first.
struct Matches {
    seqs: Vec<i64>,
    /// There may be more than were looked for.
    more: bool,
    /// Not all were looked at.
    cut: bool,
}

/// Entries in the order that is wanted.
struct Ranked {
    seqs: Vec<i64>,
    cut: bool,
}

impl Search<'_> {
    /// Looks for so many.
    fn matches(&self, enough: usize) -> rusqlite::Result<Matches> {
        let Conditions { text, params, lists, .. } = &self.conditions;
        if text.is_none() && !lists.is_empty() {
            return self.of_sources(enough);
        }
        let most = if text.is_some() { MOST_MATCHES } else { MOST_ENTRIES };
        let row = if text.is_some() { "m.rowid" } else { "e.seq" };
        let conditions = format!("(1 {})", self.conditions.sql(row));
        let sql = match text {
            // The order of the loops is that of the tables: the index gives its rows newest first.
            Some(_) => format!(
                "SELECT m.rowid, {conditions} FROM search m {}
                 WHERE m.search MATCH ?1 ORDER BY m.rowid DESC",
                if params.is_empty() { "" } else { "CROSS JOIN entries e ON e.seq = m.rowid" }
            ),
            None => format!("SELECT e.seq, {conditions} FROM entries e WHERE ?1 ORDER BY e.seq DESC"),
        };
        let mut query = self.conn.prepare(&sql)?;
        let words = text.clone().map_or(Value::Integer(1), Value::Text);
        let mut rows = query.query(params_from_iter(std::iter::once(&words).chain(params)))?;
        let mut unwanted = self.conditions.unwanted.clone().map(Excluded::new);
        let (mut seqs, mut looked_at) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let seq = row.get(0)?;
            let fits =
                row.get(1)? && !unwanted.as_mut().map_or(Ok(false), |words| words.has(self.conn, seq))?;
            looked_at += 1;
            if fits {
                seqs.push(seq);
            }
            if seqs.len() >= enough || looked_at >= most {
                break;
            }
        }
        Ok(Matches { more: seqs.len() >= enough, seqs, cut: looked_at >= most })
    }

    /// Without words: what the sources carry is walked through.
    fn of_sources(&self, enough: usize) -> rusqlite::Result<Matches> {
        let mut candidates = Candidates::new(self.conn, &self.conditions, None)?;
        let mut seqs = Vec::new();
        while seqs.len() < enough {
            let Some(seq) = candidates.next()? else { break };
            seqs.push(seq);
        }
        Ok(Matches { more: seqs.len() >= enough, seqs, cut: false })
    }

    /// At least one more than `end`, if there are.
    fn newest_first(&self, end: usize) -> rusqlite::Result<Ranked> {
        // Whole stretches, so that the next part goes on where this one ends.
        let mut enough = end.saturating_add(1).next_multiple_of(STRETCH);
        loop {
            let found = self.matches(enough)?;
            let mut seqs = Vec::with_capacity(found.seqs.len());
            for stretch in found.seqs.chunks(STRETCH) {
                let mut dated = Vec::with_capacity(stretch.len());
                for seq in self.stories(stretch, &found)? {
                    dated.push((self.published(seq)?, seq));
                }
                dated.sort_unstable_by(|a, b| b.cmp(a));
                seqs.extend(dated.into_iter().map(|(_, seq)| seq));
            }
            if seqs.len() > end || !found.more {
                return Ok(Ranked { seqs, cut: found.cut });
            }
            // So many near-duplicates.
            enough = enough.saturating_mul(2);
        }
    }

    /// At least one more than `end`, if there are.
    fn best_first(&self, end: usize) -> rusqlite::Result<Ranked> {
        let SearchRequest { query, now, .. } = self.request;
        let found = self.matches(MOST_MATCHES)?;
        let in_title = among(self.conn, query.fts_in_title(), &found.seqs)?;
        let near = among(self.conn, query.fts_near(), &found.seqs)?;
        let ages = Ages::of(self.conn, *now, &found.seqs)?;
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
        let mut seqs = self.stories(&ranked, &found)?;
        let mut read = Vec::with_capacity(READ);
        for &seq in seqs.iter().take(READ) {
            let entry = Searched::of(self.conn, seq)?;
            let (title, text) = entry.as_ref().map_or(("", ""), |entry| (&entry.title, &entry.text));
            let age = now.duration_since(time(self.published(seq)?));
            read.push((relevance(query, title, text, age), seq));
        }
        read.sort_unstable_by(order);
        for (place, (_, seq)) in seqs.iter_mut().zip(read) {
            *place = seq;
        }
        Ok(Ranked { seqs, cut: found.cut })
    }

    /// Of near-duplicates the one that is shown.
    fn stories(&self, seqs: &[i64], found: &Matches) -> rusqlite::Result<Vec<i64>> {
        if !self.request.cluster {
            return Ok(seqs.to_vec());
        }
        let mut lead = self.conn.prepare_cached(
            "SELECT lead FROM duplicates WHERE seq = ?1 AND lead IS NOT NULL AND stays = 0",
        )?;
        let oldest = found.seqs.last().copied().unwrap_or_default();
        // What was not looked for yet has to be asked about; what is cut off isn't found.
        let is_found = |other| match has(&found.seqs, other) {
            false if found.more && !found.cut && other < oldest => self.conditions.matches(self.conn, other),
            found => Ok(found),
        };
        let mut shown = Vec::with_capacity(seqs.len());
        for &seq in seqs {
            let lead: Option<i64> = lead.query_row([seq], |row| row.get(0)).optional()?;
            let hidden = lead.map_or(Ok(false), |lead| hidden(self.conn, seq, lead, is_found))?;
            if !hidden {
                shown.push(seq);
            }
        }
        Ok(shown)
    }

    /// In milliseconds; 0 of one that has gone.
    fn published(&self, seq: i64) -> rusqlite::Result<i64> {
        let mut query = self.conn.prepare_cached("SELECT published FROM entries WHERE seq = ?1")?;
        Ok(query.query_row([seq], |row| row.get(0)).optional()?.unwrap_or_default())
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
