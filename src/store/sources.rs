//! Sources: from the configuration into the store, and who is polled next.

use super::text::{ms, time, unpack};
use crate::model::{EntryKey, FeedHints, SourceId, Validators};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use std::time::Duration;

/// What the configuration says about a source, as far as the store is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub id: SourceId,
    /// Address without credentials.
    pub url: String,
    /// Whether it is polled.
    pub enabled: bool,
    /// 0 never, 1 auto, 2 always.
    pub full_text: u8,
    /// A strictly higher one's copy of an entry stands for all.
    pub priority: i64,
    /// Shortest time between two polls.
    pub interval: Duration,
    /// The longest that the source's habits can make of it.
    pub max_interval: Duration,
    /// Pages of so many stored entries are fetched when `full_text` is switched on.
    pub first_import: usize,
    /// How it is read; another word than before drops what was learned about it.
    pub reading: String,
    /// Differs (most probably) where log-in or headers do: validators of an answer count
    /// for those only who got it.
    pub log_in: u16,
}

/// A source and when it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueFeed {
    /// Its name.
    pub id: SourceId,
    /// Not before this.
    pub due: Timestamp,
    /// Stopped by a 410.
    pub gone: bool,
}

/// A source that was claimed for one poll, with what the last one left.
#[derive(Debug, Clone)]
pub struct ClaimedFeed {
    /// Row.
    pub sid: i64,
    /// Its name.
    pub id: SourceId,
    /// Number of this attempt: a result is only taken from the latest one.
    pub attempt: u64,
    /// Remembered permanent redirect.
    pub moved_to: Option<String>,
    /// Validators of the last usable answer.
    pub validators: Validators,
    /// Digest of the last body that was read completely.
    pub body_hash: Option<Vec<u8>>,
    /// Failures in a row before this attempt.
    pub failures: u32,
    /// Whether it has ever delivered a feed.
    pub delivered: bool,
    /// No document was ever read completely: this is the first import.
    pub first: bool,
    /// Wishes of the last document.
    pub hints: FeedHints,
    /// Pages in a row that had no more text than the feed.
    pub own_text: u32,
    /// When a document was last read completely.
    pub document_at: Option<Timestamp>,
    /// The feed's title.
    pub title: Option<String>,
    /// The feed's site.
    pub link: Option<String>,
    /// What is remembered of the sitemaps of an index, as JSON.
    pub parts: Option<String>,
}

/// Brings the sources of the configuration, in the order of their names, into the store. A
/// changed address drops validators and what was learned about the old one, and is due at
/// once; sources that are no longer configured stay, but are not polled.
pub fn sync_sources(
    conn: &Connection,
    now: Timestamp,
    wanted: impl IntoIterator<Item = Wanted>,
) -> rusqlite::Result<()> {
    for difference in differences(conn, wanted)? {
        match difference {
            Difference::New(source) => add_source(conn, now, &source)?,
            Difference::Changed(old, source) => change_source(conn, now, &old, &source)?,
            Difference::Removed(sid) => {
                conn.prepare_cached("UPDATE sources SET active = 0 WHERE sid = ?1")?.execute([sid])?;
            }
        }
    }
    Ok(())
}

fn add_source(conn: &Connection, now: Timestamp, source: &Wanted) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO sources (id, url, active, full_text, priority, interval, next_due, reading, max_interval,
             log_in)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        source.id.as_str(),
        source.url,
        source.enabled,
        source.full_text,
        source.priority,
        millis(source.interval),
        ms(now),
        source.reading,
        millis(source.max_interval),
        source.log_in,
    ])?;
    Ok(())
}

fn change_source(
    conn: &Connection,
    now: Timestamp,
    old: &KnownSource,
    source: &Wanted,
) -> rusqlite::Result<()> {
    let new = settled(source);
    if old.url != source.url {
        start_afresh(conn, old.sid, &source.url, now, "the address was changed")?;
    } else if old.settled.reading != source.reading {
        start_afresh(conn, old.sid, &source.url, now, "kind or items were changed")?;
    }
    if old.settled.log_in != new.log_in {
        let known = old.settled.log_in.is_some();
        with_other_log_in(conn, old.sid, source.log_in, known.then_some(now))?;
    }
    if old.settled != new {
        conn.prepare_cached(
            "UPDATE sources SET active = ?2, full_text = ?3, priority = ?4, interval = ?5, reading = ?6,
                 max_interval = ?7
             WHERE sid = ?1",
        )?
        .execute(params![
            old.sid,
            new.active,
            new.full_text,
            new.priority,
            new.interval,
            new.reading,
            new.max_interval
        ])?;
    }
    if (old.settled.interval, old.settled.max_interval) != (new.interval, new.max_interval) {
        // A pause that nobody asked for but the interval and the source's habits is cut to its new bounds.
        conn.prepare_cached(
            "UPDATE sources SET next_due =
                 max(last_attempt + interval, min(next_due, last_attempt + max_interval))
             WHERE sid = ?1 AND failures = 0 AND why LIKE 'every %'",
        )?
        .execute([old.sid])?;
    }
    if old.settled.full_text == 0 && source.full_text > 0 {
        want_pages_of_stored(conn, old.sid, now, source.first_import)?;
    } else if old.settled.full_text > 0 && source.full_text == 0 {
        want_no_pages(conn, old.sid)?;
    }
    Ok(())
}

/// Whether [`sync_sources`] with the same sources would change nothing.
pub fn is_synced(conn: &Connection, wanted: impl IntoIterator<Item = Wanted>) -> rusqlite::Result<bool> {
    Ok(differences(conn, wanted)?.is_empty())
}

/// Where the store differs from the configuration.
enum Difference {
    New(Wanted),
    Changed(KnownSource, Wanted),
    /// The row of one that is active still.
    Removed(i64),
}

/// Goes through both lists at once, which have the same order: neither is ever in memory.
fn differences(
    conn: &Connection,
    wanted: impl IntoIterator<Item = Wanted>,
) -> rusqlite::Result<Vec<Difference>> {
    let mut query = conn.prepare(
        "SELECT id, sid, url, active, full_text, priority, interval, reading, max_interval, log_in FROM sources
         ORDER BY id",
    )?;
    let mut known = query.query_map([], known_source)?;
    let mut next = || known.next().transpose();
    let mut found = Vec::new();
    let removed = |old: KnownSource| old.settled.active.then_some(Difference::Removed(old.sid));
    let mut old = next()?;
    for new in wanted {
        while let Some(gone) = old.take_if(|old| old.id.as_str() < new.id.as_str()) {
            found.extend(removed(gone));
            old = next()?;
        }
        match old.take_if(|old| old.id == new.id.as_str()) {
            Some(same) => {
                if same.url != new.url || same.settled != settled(&new) {
                    found.push(Difference::Changed(same, new));
                }
                old = next()?;
            }
            None => found.push(Difference::New(new)),
        }
    }
    while let Some(gone) = old {
        found.extend(removed(gone));
        old = next()?;
    }
    Ok(found)
}

fn settled(source: &Wanted) -> Settled {
    Settled {
        active: source.enabled,
        full_text: source.full_text,
        priority: source.priority,
        interval: millis(source.interval),
        max_interval: millis(source.max_interval),
        reading: source.reading.clone(),
        log_in: Some(source.log_in),
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A source as the store knows it from the last configuration.
struct KnownSource {
    id: String,
    sid: i64,
    url: String,
    settled: Settled,
}

/// What may change without starting afresh.
#[derive(PartialEq)]
struct Settled {
    active: bool,
    full_text: u8,
    priority: i64,
    interval: i64,
    max_interval: i64,
    reading: String,
    /// `None`: stored by a version that didn't look at it.
    log_in: Option<u16>,
}

fn known_source(row: &Row<'_>) -> rusqlite::Result<KnownSource> {
    let settled = Settled {
        active: row.get(3)?,
        full_text: row.get(4)?,
        priority: row.get(5)?,
        interval: row.get(6)?,
        reading: row.get(7)?,
        max_interval: row.get(8)?,
        log_in: row.get(9)?,
    };
    Ok(KnownSource { id: row.get(0)?, sid: row.get(1)?, url: row.get(2)?, settled })
}

fn start_afresh(conn: &Connection, sid: i64, url: &str, now: Timestamp, why: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE sources SET url = ?2, next_due = ?3, moved_to = NULL, etag = NULL, last_modified = NULL,
             body_hash = NULL, document_at = NULL, failures = 0, gone = 0, delivered = 0, error = NULL, error_kind = NULL,
             hints = NULL, hubs = NULL, topic = NULL, own_text = 0, failing_since = NULL, quiet = 0, repairs = NULL, newest = NULL,
             recent_pages = '', page_error = NULL, told = 0, attempts = attempts + 1, why = ?4, parts = NULL, proposal = NULL,
             habits = NULL
         WHERE sid = ?1",
    )?
    .execute(params![sid, url, ms(now), why])?;
    Ok(())
}

/// Log-in or headers were changed. What the server said to somebody else is no news of
/// what it says now: the next request, due at once, asks for everything.
fn with_other_log_in(
    conn: &Connection,
    sid: i64,
    log_in: u16,
    due: Option<Timestamp>,
) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE sources SET log_in = ?2 WHERE sid = ?1")?.execute(params![sid, log_in])?;
    let Some(due) = due else { return Ok(()) };
    conn.prepare_cached(
        "UPDATE sources SET etag = NULL, last_modified = NULL, body_hash = NULL, parts = NULL,
             next_due = min(next_due, ?2),
             attempts = attempts + 1, why = 'log-in or headers were changed'
         WHERE sid = ?1",
    )?
    .execute(params![sid, ms(due)])?;
    Ok(())
}

/// `full_text` was switched on: the newest entries get their pages although
/// the feed may answer 304 from now on.
fn want_pages_of_stored(conn: &Connection, sid: i64, now: Timestamp, limit: usize) -> rusqlite::Result<()> {
    conn.execute(
        "INSERT OR IGNORE INTO pages (seq, next_due)
         SELECT seq, ?2 FROM entries WHERE owner = ?1 AND page_state = 0 AND url IS NOT NULL
         ORDER BY first_seen DESC, published DESC LIMIT ?3",
        params![sid, ms(now), limit as i64],
    )?;
    conn.execute(
        "UPDATE entries SET page_state = 1
         WHERE owner = ?1 AND page_state = 0 AND seq IN (SELECT seq FROM pages)",
        [sid],
    )?;
    Ok(())
}

/// `full_text` was switched off.
fn want_no_pages(conn: &Connection, sid: i64) -> rusqlite::Result<()> {
    conn.execute("DELETE FROM pages WHERE seq IN (SELECT seq FROM entries WHERE owner = ?1)", [sid])?;
    conn.execute("UPDATE entries SET page_state = 0 WHERE owner = ?1 AND page_state = 1", [sid])?;
    Ok(())
}

/// All active sources with their due times, the earliest first. A due time further away than
/// anything we would set comes from a clock that was wrong: such a source is due now.
pub fn due_feeds(conn: &Connection, now: Timestamp, longest: Duration) -> rusqlite::Result<Vec<DueFeed>> {
    let horizon = ms(now).saturating_add(i64::try_from(longest.as_millis()).unwrap_or(i64::MAX));
    let mut query = conn.prepare("SELECT id, next_due, gone FROM sources WHERE active = 1")?;
    let rows = query.query_map([], |row| {
        let due: i64 = row.get(1)?;
        Ok((row.get::<_, String>(0)?, if due > horizon { ms(now) } else { due }, row.get(2)?))
    })?;
    let mut feeds = Vec::new();
    for row in rows {
        let (id, due, gone) = row?;
        feeds.extend(SourceId::new(&id).map(|id| DueFeed { id, due: time(due), gone }));
    }
    feeds.sort_by_key(|feed| feed.due);
    Ok(feeds)
}

/// Claims one source for a poll: counts the attempt and stores a provisional
/// due time before any request is made. `None` if it is not due (any more),
/// not active, or stopped by a 410. `forced` claims it in any case.
pub fn claim_feeds(
    conn: &Connection,
    now: Timestamp,
    longest: Duration,
    claims: &[(SourceId, Timestamp)],
    forced: bool,
) -> rusqlite::Result<Vec<ClaimedFeed>> {
    let mut claim = conn.prepare_cached(
        "UPDATE sources SET next_due = :next, attempts = attempts + 1, polls = polls + 1, last_attempt = :now
         WHERE id = :id AND (:forced OR (active = 1 AND gone = 0 AND (next_due <= :now OR next_due > :horizon)))
         RETURNING sid, attempts, moved_to, etag, last_modified, body_hash, failures, delivered, document_at,
             hints, own_text, title, link, parts",
    )?;
    let horizon = ms(now).saturating_add(i64::try_from(longest.as_millis()).unwrap_or(i64::MAX));
    let mut claimed = Vec::with_capacity(claims.len());
    for (id, next) in claims {
        let row = claim
            .query_row(
                named_params! { ":next": ms(*next), ":now": ms(now), ":id": id.as_str(), ":forced": forced, ":horizon": horizon },
                |row| claimed_feed(id, row),
            )
            .optional()?;
        claimed.extend(row);
    }
    Ok(claimed)
}

/// Whether a source carries an entry with one of these keys.
pub fn shares_entries(conn: &Connection, sid: i64, keys: &[EntryKey]) -> rusqlite::Result<bool> {
    let mut query = conn.prepare_cached(
        "SELECT 1 FROM keys k JOIN carriers c ON c.seq = k.seq AND c.sid = ?2 WHERE k.key = ?1",
    )?;
    for key in keys {
        if query.exists(params![key.0, sid])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// When a source is due, if it is to be polled at all.
pub fn next_feed_due(conn: &Connection, id: &SourceId) -> rusqlite::Result<Option<Timestamp>> {
    conn.prepare_cached("SELECT next_due FROM sources WHERE id = ?1 AND active = 1 AND gone = 0")?
        .query_row([id.as_str()], |row| row.get(0).map(time))
        .optional()
}

fn claimed_feed(id: &SourceId, row: &Row<'_>) -> rusqlite::Result<ClaimedFeed> {
    let document_at = row.get::<_, Option<i64>>(8)?.map(time);
    let hints: Option<String> = row.get(9)?;
    let parts: Option<Vec<u8>> = row.get(13)?;
    Ok(ClaimedFeed {
        sid: row.get(0)?,
        id: id.clone(),
        attempt: row.get::<_, i64>(1)?.unsigned_abs(),
        moved_to: row.get(2)?,
        validators: Validators { etag: row.get(3)?, last_modified: row.get(4)? },
        body_hash: row.get(5)?,
        failures: row.get(6)?,
        delivered: row.get(7)?,
        first: document_at.is_none(),
        document_at,
        hints: hints.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
        own_text: row.get(10)?,
        title: row.get(11)?,
        link: row.get(12)?,
        parts: parts.as_deref().and_then(unpack),
    })
}

/// Whether a source is known: configured, or removed with entries that stay.
pub fn knows_source(conn: &Connection, id: &SourceId) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM sources WHERE id = ?1")?.exists([id.as_str()])
}

/// Makes a source due now, if it is polled at all.
pub fn want_now(conn: &Connection, now: Timestamp, id: &SourceId) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE sources SET next_due = ?2, why = 'asked for' WHERE id = ?1 AND active = 1 AND gone = 0",
    )?
    .execute(params![id.as_str(), ms(now)])?;
    Ok(())
}
