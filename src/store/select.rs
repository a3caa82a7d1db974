//! Which entries make up a feed: chosen newest first, a page at a time.

use super::candidates::{Candidates, Conditions};
use super::text::{ms, time};
use crate::model::{SourceId, StoredEntry};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Most entries of a feed, however many were discovered within the window.
const MAX_MEMBERS: usize = 2000;

/// Entries that are looked at for one page: with `max_per_source` or a filter that lets
/// little through, the newest may be far away. The next page goes on from there.
const MAX_LOOKED_AT: usize = 50_000;

/// Which entries make up a feed.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The newest so many.
    pub limit: usize,
    /// Beyond them, everything first seen within this time.
    pub window: Duration,
    /// At most so many of one source.
    pub max_per_source: Option<usize>,
    /// Longest wait of an entry for the first attempt at its page. What was set when
    /// the entry came may have been longer.
    pub wait: Duration,
    /// Near-duplicates appear once, with the others beside them.
    pub cluster: bool,
    /// What they have in common.
    pub filter: Filter,
    /// Only entries stored before this one: the position of a page.
    pub before: Option<i64>,
}

/// What entries have in common. The empty filter lets everything through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Carried by one of the sources of each list.
    pub sources: Vec<Vec<SourceId>>,
    /// Carried by none of these.
    pub without: Vec<SourceId>,
    /// What is searched for.
    pub query: Option<crate::search::Query>,
    /// What else is asked of an entry; it is read whole for it.
    pub accept: Option<Accept>,
}

/// A condition that needs the whole entry.
#[derive(Clone)]
pub struct Accept(pub Arc<dyn Fn(&StoredEntry) -> bool + Send + Sync>);

impl fmt::Debug for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accept")
    }
}

impl Filter {
    /// Whether it lets everything through.
    pub fn is_open(&self) -> bool {
        self.sources.is_empty() && self.without.is_empty() && self.query.is_none() && self.accept.is_none()
    }
}

/// The entries chosen for a page of a feed.
pub(super) struct Chosen {
    /// Newest first.
    pub(super) seqs: Vec<i64>,
    /// Until when they stay the same if nothing is stored.
    pub(super) until: Option<Timestamp>,
    /// Where the next page begins, if there are more: `before` of its selection.
    pub(super) next: Option<i64>,
}

/// What is looked at of a candidate.
struct Row {
    owner: i64,
    listed: i64,
    first_seen: i64,
    /// What stands for it.
    lead: Option<i64>,
}

/// Entries come in the order in which they were stored, which is that of first seen.
pub(super) fn choose(conn: &Connection, now: Timestamp, selection: &Selection) -> rusqlite::Result<Chosen> {
    let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    let (window, wait) = (millis(selection.window), millis(selection.wait));
    let since = ms(now).saturating_sub(window);
    let conditions = Conditions::new(conn, &selection.filter)?;
    let mut candidates = Candidates::new(conn, &conditions, selection.before)?;
    let mut per_source: HashMap<i64, usize> = HashMap::new();
    let mut chosen = Chosen { seqs: Vec::new(), until: None, next: None };
    let mut until: Option<i64> = None;
    let most = MAX_LOOKED_AT.max(selection.limit.saturating_mul(20));
    let mut looked_at = 0;
    while let Some(seq) = candidates.next()? {
        let Some(row) = row(conn, seq)? else { continue };
        let recent = window > 0 && row.first_seen >= since && selection.before.is_none();
        let full = chosen.seqs.len() >= selection.limit && (!recent || chosen.seqs.len() >= MAX_MEMBERS);
        looked_at += 1;
        if looked_at > most {
            chosen.next = Some(seq.saturating_add(1));
            break;
        }
        if !conditions.accept(conn, seq)? {
            continue;
        }
        if let Some(lead) = row.lead.filter(|_| selection.cluster)
            && hidden(conn, seq, lead, |other| conditions.matches(conn, other))?
        {
            continue;
        }
        let listed = row.listed.min(row.first_seen.saturating_add(wait));
        if listed > ms(now) && full {
            continue;
        }
        if listed > ms(now) {
            until = Some(until.map_or(listed, |until| until.min(listed)));
            continue;
        }
        let count = per_source.entry(row.owner).or_default();
        if selection.max_per_source.is_some_and(|max| *count >= max) {
            continue;
        }
        if full {
            // This one and those before it are on the next page.
            chosen.next = Some(seq.saturating_add(1));
            break;
        }
        *count += 1;
        if chosen.seqs.len() >= selection.limit {
            // In only because of the window: it leaves when that has passed.
            let leaves = row.first_seen.saturating_add(window).saturating_add(1);
            until = Some(until.map_or(leaves, |until| until.min(leaves)));
        }
        chosen.seqs.push(seq);
    }
    chosen.until = until.map(time);
    Ok(chosen)
}

fn row(conn: &Connection, seq: i64) -> rusqlite::Result<Option<Row>> {
    conn.prepare_cached(
        "SELECT owner, listed, first_seen, CASE WHEN t.stays = 0 THEN t.lead END
         FROM entries e LEFT JOIN duplicates t USING (seq) WHERE e.seq = ?1",
    )?
    .query_row([seq], |row| {
        Ok(Row { owner: row.get(0)?, listed: row.get(1)?, first_seen: row.get(2)?, lead: row.get(3)? })
    })
    .optional()
}

/// Whether another entry of its story is shown instead of a copy: what stands for it (`lead`)
/// if that is among what is asked for, else the first of the copies that are.
pub(super) fn hidden(
    conn: &Connection,
    seq: i64,
    lead: i64,
    mut is_asked_for: impl FnMut(i64) -> rusqlite::Result<bool>,
) -> rusqlite::Result<bool> {
    if is_asked_for(lead)? {
        return Ok(true);
    }
    let mut query = conn.prepare_cached(
        "SELECT seq FROM duplicates WHERE lead = ?1 AND stays = 0 AND seq < ?2 ORDER BY seq",
    )?;
    let mut earlier = query.query([lead, seq])?;
    while let Some(other) = earlier.next()? {
        if is_asked_for(other.get(0)?)? {
            return Ok(true);
        }
    }
    Ok(false)
}
