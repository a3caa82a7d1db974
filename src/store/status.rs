//! Figures for `/metrics`, `/ready` and the status page.

use super::days;
use super::pages::results;
use super::subscriptions::by_source;
use super::text::time;
use crate::model::{FullTextState, Reason, SourceId, SourceState, Standing};
use crate::schedule::OWN_TEXT_PROVED;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use std::time::Duration;

/// Figures of the whole store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Stored entries.
    pub entries: u64,
    /// Pages that are to be fetched.
    pub pages_waiting: u64,
    /// Size of the database in bytes.
    pub bytes: u64,
    /// Every active source.
    pub sources: Vec<SourceState>,
}

/// Answers if the database can be read.
pub(super) fn ping(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("SELECT value FROM meta WHERE key = 'revision'", [], |_| Ok(()))
}

/// Everything at once, as of `now`.
pub fn figures(conn: &Connection, now: Timestamp) -> rusqlite::Result<StoreFigures> {
    let one = |sql: &str| -> rusqlite::Result<u64> {
        conn.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
    };
    let mut query = conn.prepare_cached(
        "SELECT s.*, coalesce(e.n, 0) AS stored FROM sources s
         LEFT JOIN (SELECT owner, count(*) AS n FROM entries GROUP BY owner) e ON e.owner = s.sid
         WHERE s.active = 1 ORDER BY s.id",
    )?;
    let rows = query.query_map([], |row| state(row, now))?;
    let mut sources = Vec::new();
    for row in rows {
        sources.extend(row?);
    }
    let mut subscriptions = by_source(conn, now)?;
    for source in &mut sources {
        source.subscription = subscriptions.remove(&source.id);
    }
    Ok(StoreFigures {
        entries: one("SELECT count(*) FROM entries")?,
        pages_waiting: one("SELECT count(*) FROM pages")?,
        bytes: one("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
        sources,
    })
}

/// One source, also if it is not active, as of `now`. `None` if the store never
/// heard of it.
pub fn figures_of(conn: &Connection, id: &SourceId, now: Timestamp) -> rusqlite::Result<Option<SourceState>> {
    conn.prepare_cached(
        "SELECT s.*, (SELECT count(*) FROM entries WHERE owner = s.sid) AS stored FROM sources s WHERE s.id = ?1",
    )?
    .query_row([id.as_str()], |row| state(row, now))
    .optional()
    .map(Option::flatten)?
    .map(|source| {
        let subscription = by_source(conn, now)?.remove(id);
        Ok(SourceState { subscription, ..source })
    })
    .transpose()
}

fn state(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Option<SourceState>> {
    let count = |column: &str| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let at = |column: &str| row.get::<_, Option<i64>>(column).map(|at| at.map(time));
    let string = |column: &str| row.get::<_, Option<String>>(column);
    let Some(id) = SourceId::new(&row.get::<_, String>("id")?) else { return Ok(None) };
    Ok(Some(SourceState {
        id,
        // Disabled ones are known as such from the configuration only.
        standing: if row.get::<_, bool>("active")? { Standing::Active } else { Standing::Removed },
        url: row.get("url")?,
        moved_to: string("moved_to")?,
        title: string("title")?,
        link: string("link")?,
        interval: Duration::from_millis(count("interval")?),
        max_interval: Duration::from_millis(count("max_interval")?),
        next_due: time(row.get("next_due")?),
        why: row.get("why")?,
        last_attempt: at("last_attempt")?,
        last_success: at("last_success")?,
        failures: row.get("failures")?,
        failing_since: at("failing_since")?,
        gone: row.get("gone")?,
        error_kind: string("error_kind")?,
        error: string("error")?,
        repairs: string("repairs")?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
        proposal: string("proposal")?,
        full_text: match (row.get::<_, u8>("full_text")?, row.get::<_, u32>("own_text")?) {
            (0, _) => FullTextState::Never,
            (1, proved) if proved >= OWN_TEXT_PROVED => FullTextState::OwnText,
            (1, _) => FullTextState::Auto,
            _ => FullTextState::Always,
        },
        recent_pages: results(&row.get::<_, String>("recent_pages")?),
        page_error: string("page_error")?.map(|text| {
            let (kind, message) = text.split_once(": ").unwrap_or(("", &text));
            Reason::new(kind, message)
        }),
        newest: at("newest")?,
        days: days::read(row.get::<_, Option<Vec<u8>>>("days")?.as_deref(), now),
        polls: count("polls")?,
        unchanged: count("unchanged")?,
        quiet: count("quiet")?,
        errors: count("errors")?,
        bytes: count("bytes")?,
        pages_good: count("pages_good")?,
        pages_no_gain: count("pages_no_gain")?,
        pages_failed: count("pages_failed")?,
        selector_missed: count("selector_missed")?,
        paywalled: row.get::<_, String>("recent_paid")?.chars().rev().take(10).filter(|c| *c == 'p').count(),
        entries: count("stored")?,
        subscription: None,
    }))
}
