//! What one poll brought, in one commit: entries, validators, next due time.

use super::intake::Intake;
use super::pages::DuePage;
use super::text::ms;
use crate::identity::Candidate;
use crate::model::{EntryKey, FeedDocument, FeedEntry, Reason, Validators};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use std::time::Duration;

/// The result of one poll.
#[derive(Debug, Clone)]
pub struct PollRecord {
    /// The source's row.
    pub sid: i64,
    /// The attempt this belongs to; a result of an older one is dropped.
    pub attempt: u64,
    /// When it ended.
    pub now: Timestamp,
    /// When the source is due next.
    pub due: Timestamp,
    /// And why then.
    pub why: String,
    /// Bytes that crossed the network.
    pub bytes: u64,
    /// How it ended.
    pub outcome: PollOutcome,
}

/// How a poll ended.
#[derive(Debug, Clone)]
pub enum PollOutcome {
    /// Nothing usable came.
    Failed {
        /// Why.
        reason: Reason,
        /// 410: not polled again.
        gone: bool,
    },
    /// 304, or the same bytes as last time.
    Unchanged {
        /// What replaces the stored validators; `None` leaves them.
        validators: Option<Validators>,
        /// What becomes of the remembered redirect.
        moved: Moved,
    },
    /// A document was read.
    Delivered(Box<Delivery>),
}

/// What a poll that worked means for the remembered permanent redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// Nothing.
    AsBefore,
    /// The feed is there from now on.
    To(String),
    /// The configured address delivered, where the remembered one did not.
    Back,
}

/// A document that was read.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The feed, without its entries.
    pub feed: FeedDocument,
    /// Its entries, in document order.
    pub entries: Vec<Incoming>,
    /// Validators and digest of the body; `None` for a body that was cut.
    pub validators: Option<(Validators, Vec<u8>)>,
    /// What becomes of the remembered redirect.
    pub moved: Moved,
    /// Newest entries of a first poll that are taken.
    pub first_import: usize,
    /// Whether this source's pages are fetched.
    pub pages: bool,
    /// Pages in a row that had no more text than the feed, before `pages` counts as no.
    pub own_text_limit: Option<u32>,
    /// How long an entry waits for its page.
    pub wait: Duration,
    /// What was wrong with the document, for the owner.
    pub warning: Option<String>,
}

/// An entry of a document, prepared outside the transaction.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// What the feed says.
    pub entry: FeedEntry,
    /// What identifies it.
    pub candidate: Candidate,
    /// Changes with title and text.
    pub hash: EntryKey,
    /// Address to show, cleaned.
    pub url: Option<String>,
    /// Whether `keep` and `drop` let it in.
    pub wanted: bool,
}

/// What became of a poll.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// New entries.
    pub new: usize,
    /// Entries whose title or text changed.
    pub changed: usize,
    /// Pages that are to be fetched now or later.
    pub pages: Vec<DuePage>,
    /// A newer attempt had been made meanwhile; nothing was stored.
    pub stale: bool,
}

/// Stores the result of one poll.
pub fn record_poll(conn: &Connection, record: &PollRecord) -> rusqlite::Result<Recorded> {
    let current: Option<(i64, bool)> = conn
        .prepare_cached("SELECT attempts, document_at IS NULL FROM sources WHERE sid = ?1")?
        .query_row([record.sid], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((attempt, first)) = current else { return Ok(Recorded { stale: true, ..Recorded::default() }) };
    if attempt.unsigned_abs() != record.attempt {
        return Ok(Recorded { stale: true, ..Recorded::default() });
    }
    conn.prepare_cached("UPDATE sources SET next_due = ?2, why = ?3, bytes = bytes + ?4 WHERE sid = ?1")?
        .execute(params![record.sid, ms(record.due), record.why, record.bytes as i64])?;
    match &record.outcome {
        PollOutcome::Failed { reason, gone } => {
            failed(conn, record, reason, *gone)?;
            Ok(Recorded::default())
        }
        PollOutcome::Unchanged { validators, moved } => {
            succeeded(conn, record, moved)?;
            conn.prepare_cached("UPDATE sources SET unchanged = unchanged + 1 WHERE sid = ?1")?
                .execute([record.sid])?;
            if let Some(validators) = validators {
                conn.prepare_cached("UPDATE sources SET etag = ?2, last_modified = ?3 WHERE sid = ?1")?
                    .execute(params![record.sid, validators.etag, validators.last_modified])?;
            }
            Ok(Recorded::default())
        }
        PollOutcome::Delivered(delivery) => {
            succeeded(conn, record, &delivery.moved)?;
            document(conn, record, delivery)?;
            let recorded = Intake { conn, record, delivery, first }.entries()?;
            if recorded.new + recorded.changed > 0 {
                bump_revision(conn)?;
            }
            Ok(recorded)
        }
    }
}

/// What is served has changed.
pub(super) fn bump_revision(conn: &Connection) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE meta SET value = value + 1 WHERE key = 'revision'")?.execute([])?;
    Ok(())
}

fn failed(conn: &Connection, record: &PollRecord, reason: &Reason, gone: bool) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE sources SET failures = failures + 1, errors = errors + 1, gone = ?2, error_kind = ?3, error = ?4
         WHERE sid = ?1",
    )?
    .execute(params![record.sid, gone, reason.kind, reason.message])?;
    Ok(())
}

fn succeeded(conn: &Connection, record: &PollRecord, moved: &Moved) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE sources SET failures = 0, gone = 0, error_kind = NULL, error = NULL, last_success = ?2
         WHERE sid = ?1",
    )?
    .execute(params![record.sid, ms(record.now)])?;
    let moved_to = match moved {
        Moved::AsBefore => return Ok(()),
        Moved::To(url) => Some(url),
        Moved::Back => None,
    };
    conn.prepare_cached("UPDATE sources SET moved_to = ?2 WHERE sid = ?1")?
        .execute(params![record.sid, moved_to])?;
    Ok(())
}

fn document(conn: &Connection, record: &PollRecord, delivery: &Delivery) -> rusqlite::Result<()> {
    let (validators, hash) = match &delivery.validators {
        Some((validators, hash)) => (validators.clone(), Some(hash)),
        None => (Validators::default(), None),
    };
    let feed = &delivery.feed;
    // These are served with every entry of the feed.
    let renamed = conn
        .prepare_cached(
            "SELECT 1 FROM sources WHERE sid = ?1 AND (title IS NOT ?2 OR link IS NOT ?3 OR feed_id IS NOT ?4)",
        )?
        .exists(params![record.sid, feed.title, feed.link, feed.id])?;
    if renamed {
        bump_revision(conn)?;
    }
    conn.prepare_cached(
        "UPDATE sources SET delivered = 1, document_at = coalesce(?2, document_at), etag = ?3, last_modified = ?4, body_hash = ?5,
             title = ?6, link = ?7, feed_id = ?8, lang = ?9, hints = ?10, warning = ?11
         WHERE sid = ?1",
    )?
    .execute(params![
        record.sid,
        // A cut one is followed by the rest: that is a first import still, if this was.
        hash.map(|_| ms(record.now)),
        validators.etag,
        validators.last_modified,
        hash,
        feed.title,
        feed.link,
        feed.id,
        feed.lang,
        serde_json::to_string(&feed.hints).ok(),
        delivery.warning,
    ])?;
    Ok(())
}
