//! Figures for `/metrics`, `/ready` and the status page.

use super::days;
use super::pages::results;
use super::subscriptions::by_source;
use super::text::time;
use crate::model::{FullTextState, Reason, SourceId, SourceState, Standing};
use crate::schedule::OWN_TEXT_PROVED;
use jiff::Timestamp;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, Row, Statement};
use std::collections::HashMap;
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
    let columns = Columns::of(&query);
    let rows = query.query_map([], |row| state(row, &columns, now))?;
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
    let mut query = conn.prepare_cached(
        "SELECT s.*, (SELECT count(*) FROM entries WHERE owner = s.sid) AS stored FROM sources s WHERE s.id = ?1",
    )?;
    let columns = Columns::of(&query);
    query
        .query_row([id.as_str()], |row| state(row, &columns, now))
        .optional()
        .map(Option::flatten)?
        .map(|source| {
            let subscription = by_source(conn, now)?.remove(id);
            Ok(SourceState { subscription, ..source })
        })
        .transpose()
}

/// How things are, in three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Active sources.
    pub sources: usize,
    /// Those of them whose last poll failed, or that are gone.
    pub failing: usize,
    /// Stored entries.
    pub entries: usize,
}

/// The same of the whole store in three numbers, at a fraction of the cost of [`figures`].
pub fn totals(conn: &Connection) -> rusqlite::Result<Totals> {
    conn.prepare_cached(
        "SELECT count(*), coalesce(sum(failures > 0 OR gone), 0), (SELECT count(*) FROM entries)
         FROM sources WHERE active = 1",
    )?
    .query_row([], |row| {
        let count = |column: usize| row.get(column).map(|n: i64| usize::try_from(n).unwrap_or(0));
        Ok(Totals { sources: count(0)?, failing: count(1)?, entries: count(2)? })
    })
}

/// The columns of a statement by their names. SQLite compares names one by one, which for
/// thousands of rows takes longer than reading them.
struct Columns(HashMap<String, usize>);

impl Columns {
    fn of(query: &Statement<'_>) -> Self {
        let names = query.column_names();
        Self(names.into_iter().enumerate().map(|(index, name)| (name.to_owned(), index)).collect())
    }

    fn get<T: FromSql>(&self, row: &Row<'_>, name: &str) -> rusqlite::Result<T> {
        match self.0.get(name) {
            Some(index) => row.get(*index),
            None => Err(rusqlite::Error::InvalidColumnName(name.to_owned())),
        }
    }
}

fn state(row: &Row<'_>, columns: &Columns, now: Timestamp) -> rusqlite::Result<Option<SourceState>> {
    let count = |column: &str| columns.get::<i64>(row, column).map(i64::unsigned_abs);
    let at = |column: &str| columns.get::<Option<i64>>(row, column).map(|at| at.map(time));
    let string = |column: &str| columns.get::<Option<String>>(row, column);
    let Some(id) = SourceId::new(&columns.get::<String>(row, "id")?) else { return Ok(None) };
    Ok(Some(SourceState {
        id,
        // Disabled ones are known as such from the configuration only.
        standing: if columns.get::<bool>(row, "active")? { Standing::Active } else { Standing::Removed },
        url: columns.get(row, "url")?,
        moved_to: string("moved_to")?,
        title: string("title")?,
        link: string("link")?,
        interval: Duration::from_millis(count("interval")?),
        max_interval: Duration::from_millis(count("max_interval")?),
        next_due: time(columns.get(row, "next_due")?),
        why: columns.get(row, "why")?,
        last_attempt: at("last_attempt")?,
        last_success: at("last_success")?,
        failures: columns.get(row, "failures")?,
        failing_since: at("failing_since")?,
        gone: columns.get(row, "gone")?,
        error_kind: string("error_kind")?,
        error: string("error")?,
        repairs: string("repairs")?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
        proposal: string("proposal")?,
        full_text: match (columns.get::<u8>(row, "full_text")?, columns.get::<u32>(row, "own_text")?) {
            (0, _) => FullTextState::Never,
            (1, proved) if proved >= OWN_TEXT_PROVED => FullTextState::OwnText,
            (1, _) => FullTextState::Auto,
            _ => FullTextState::Always,
        },
        recent_pages: results(&columns.get::<String>(row, "recent_pages")?),
        page_error: string("page_error")?.map(|text| {
            let (kind, message) = text.split_once(": ").unwrap_or(("", &text));
            Reason::new(kind, message)
        }),
        newest: at("newest")?,
        days: days::read(columns.get::<Option<Vec<u8>>>(row, "days")?.as_deref(), now),
        polls: count("polls")?,
        unchanged: count("unchanged")?,
        quiet: count("quiet")?,
        errors: count("errors")?,
        bytes: count("bytes")?,
        pages_good: count("pages_good")?,
        pages_no_gain: count("pages_no_gain")?,
        pages_failed: count("pages_failed")?,
        selector_missed: count("selector_missed")?,
        paywalled: columns
            .get::<String>(row, "recent_paid")?
            .chars()
            .rev()
            .take(10)
            .filter(|c| *c == 'p')
            .count(),
        entries: count("stored")?,
        subscription: None,
    }))
}
