//! What one poll brought, in one commit: entries, validators, next due time.

use super::announcements::{self, Print};
use super::intake::{Intake, published};
use super::pages::DuePage;
use super::text::{ms, pack, time};
use super::{days, log, notices, subscriptions, versions};
use crate::health::{self, Subject};
use crate::identity::Candidate;
use crate::model::{EntryKey, FeedDocument, FeedEntry, LoggedPoll, Reason, Topic, Validators};
use crate::schedule::{Habits, Month, Outcome, Plan, Terms, next_poll, relaxed_poll};
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
    /// What decides when the source is due next, besides what this poll brought.
    pub terms: Terms,
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
        /// Where the feed may be now: the operator decides.
        proposal: Option<String>,
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
    /// No poll: a hub delivered entries, all of the feed's or some. What is known of the
    /// feed, its validators and its next poll stay as they are.
    Announced {
        /// Its entries.
        delivery: Box<Delivery>,
        /// The subscription.
        subscription: i64,
        /// Digest of the announcement.
        print: Print,
    },
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
    /// If a later one brings more new entries, `first_import` of them are taken.
    pub most_new: usize,
    /// What is to be remembered of the sitemaps of an index, as JSON; `None`: as before.
    pub parts: Option<String>,
    /// Whether this source's pages are fetched.
    pub pages: bool,
    /// Pages in a row that had no more text than the feed, before `pages` counts as no.
    pub own_text_limit: Option<u32>,
    /// How long an entry waits for its page.
    pub wait: Duration,
    /// The document was cut: what is missing, for the owner.
    pub cut: Option<String>,
    /// The hub to be subscribed at; `None` ends a subscription.
    pub hub: Option<Topic>,
    /// What was wrong with the document, one line each, the first few.
    pub repairs: Vec<String>,
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
    /// Publication dates of the new entries.
    pub published: Vec<Timestamp>,
    /// The store has another due time than the record: a hub had a say in it.
    pub rescheduled: bool,
    /// A hub is to be asked for something.
    pub asks_hub: bool,
    /// The same of all that this source had not carried before; `None` without a plausible one.
    pub appeared: Vec<Option<Timestamp>>,
    /// When the source is due next.
    pub due: Option<Timestamp>,
    /// A newer attempt had been made meanwhile; nothing was stored.
    pub stale: bool,
}

/// Stores the result of one poll.
pub fn record_poll(conn: &Connection, record: &PollRecord) -> rusqlite::Result<Recorded> {
    let stale = Recorded { stale: true, ..Recorded::default() };
    let Some(before) = Before::of(conn, record.sid)? else { return Ok(stale) };
    if let PollOutcome::Announced { delivery, subscription, print } = &record.outcome {
        return announced(conn, record, &before, delivery, (*subscription, print));
    }
    if before.attempt != record.attempt {
        return Ok(stale);
    }
    match &record.outcome {
        PollOutcome::Failed { reason, gone, proposal } => {
            let (failures, retry_after) = (before.failures.saturating_add(1), record.terms.retry_after);
            let plan = next_poll(record.now, record.terms.rhythm, Outcome::Failed { failures, retry_after });
            failed(conn, record, &before, &plan, reason, *gone)?;
            propose(conn, record, &before, proposal.as_deref())?;
            // A feed that is gone has no news.
            let asks_hub = *gone && subscriptions::settle(conn, record.sid, record.now, None)?;
            Ok(Recorded { due: Some(plan.due), asks_hub, ..Recorded::default() })
        }
        PollOutcome::Unchanged { validators, moved } => {
            let next = before.next(record, before.days.as_deref(), &[], &[]);
            succeeded(conn, record, &before, &next, moved)?;
            if versions::tell_due(conn, record.sid, record.now)? > 0 {
                bump_revision(conn)?;
            }
            conn.prepare_cached(
                "UPDATE sources SET unchanged = unchanged + 1, quiet = quiet + 1 WHERE sid = ?1",
            )?
            .execute([record.sid])?;
            if let Some(validators) = validators {
                conn.prepare_cached("UPDATE sources SET etag = ?2, last_modified = ?3 WHERE sid = ?1")?
                    .execute(params![record.sid, validators.etag, validators.last_modified])?;
            }
            let rescheduled = announcements::after_poll(conn, record, || next.relaxed(record), 0)?;
            Ok(Recorded { due: Some(next.plan.due), rescheduled, ..Recorded::default() })
        }
        PollOutcome::Delivered(delivery) => {
            document(conn, record, delivery)?;
            let mut recorded = Intake { conn, record, delivery, first: before.first }.entries()?;
            let told = versions::tell_due(conn, record.sid, record.now)?;
            if recorded.new + recorded.changed + told > 0 {
                bump_revision(conn)?;
            }
            let days = brought(conn, record, &before, delivery, &recorded)?;
            let wanted = delivery.entries.iter().filter(|incoming| incoming.wanted);
            let dates: Vec<Timestamp> =
                wanted.filter_map(|incoming| published(&incoming.entry, record.now)).collect();
            let days = days.as_deref().or(before.days.as_deref());
            let next = before.next(record, days, &recorded.appeared, &dates);
            succeeded(conn, record, &before, &next, &delivery.moved)?;
            // A document that was cut may have lost what it says of hubs.
            if delivery.validators.is_some() || delivery.hub.is_some() {
                subscriptions::note_offer(conn, record.sid, &delivery.feed.links)?;
                recorded.asks_hub =
                    subscriptions::settle(conn, record.sid, record.now, delivery.hub.as_ref())?;
            }
            recorded.rescheduled =
                announcements::after_poll(conn, record, || next.relaxed(record), recorded.new)?;
            Ok(Recorded { due: Some(next.plan.due), ..recorded })
        }
        // Dealt with above: it belongs to no attempt.
        PollOutcome::Announced { .. } => Ok(stale),
    }
}

/// Takes in what a hub delivered.
fn announced(
    conn: &Connection,
    record: &PollRecord,
    before: &Before,
    delivery: &Delivery,
    (subscription, print): (i64, &Print),
) -> rusqlite::Result<Recorded> {
    let recorded = Intake { conn, record, delivery, first: false }.entries()?;
    let news = recorded.new + recorded.changed > 0;
    if news {
        bump_revision(conn)?;
        brought(conn, record, before, delivery, &recorded)?;
    }
    if !recorded.appeared.is_empty() && before.habits.is_some() {
        let mut habits = before.habits();
        habits.observe(record.now, &recorded.appeared, &[]);
        conn.prepare_cached("UPDATE sources SET habits = ?2 WHERE sid = ?1")?
            .execute(params![record.sid, habits.to_bytes()])?;
    }
    announcements::note_read(conn, record.now, subscription, print, recorded.new > 0)?;
    Ok(recorded)
}

/// What follows from a poll that worked.
struct Next {
    habits: Habits,
    month: Month,
    plan: Plan,
}

impl Next {
    /// The plan if its hub has proved to announce what is new.
    fn relaxed(&self, record: &PollRecord) -> Plan {
        relaxed_poll(record.now, record.terms.rhythm, delivered(record, &self.habits, self.month))
    }
}

fn delivered<'r>(record: &'r PollRecord, habits: &'r Habits, month: Month) -> Outcome<'r> {
    let Terms { fresh_for, hints, .. } = &record.terms;
    Outcome::Delivered { fresh_for: *fresh_for, hints, habits, month }
}

/// The source before this poll.
struct Before {
    attempt: u64,
    /// No document was ever read completely.
    first: bool,
    moved_to: Option<String>,
    gone: bool,
    failures: u32,
    failing_since: Option<Timestamp>,
    quiet: u64,
    days: Option<Vec<u8>>,
    habits: Option<Vec<u8>>,
    told: notices::Addressee,
    proposal: Option<String>,
}

impl Before {
    fn of(conn: &Connection, sid: i64) -> rusqlite::Result<Option<Self>> {
        conn.prepare_cached(
            "SELECT attempts, document_at IS NULL, moved_to, gone, failures, failing_since, quiet, days,
                 id, url, link, told, proposal, habits
             FROM sources WHERE sid = ?1",
        )?
        .query_row([sid], |row| {
            Ok(Self {
                attempt: row.get::<_, i64>(0)?.unsigned_abs(),
                first: row.get(1)?,
                moved_to: row.get(2)?,
                gone: row.get(3)?,
                failures: row.get(4)?,
                failing_since: row.get::<_, Option<i64>>(5)?.map(time),
                quiet: row.get::<_, i64>(6)?.unsigned_abs(),
                days: row.get(7)?,
                habits: row.get(13)?,
                told: notices::Addressee::of(sid, row, 8)?,
                proposal: row.get(12)?,
            })
        })
        .optional()
    }
}

/// What is served has changed.
pub(super) fn bump_revision(conn: &Connection) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE meta SET value = value + 1 WHERE key = 'revision'")?.execute([])?;
    Ok(())
}

fn failed(
    conn: &Connection,
    record: &PollRecord,
    before: &Before,
    plan: &Plan,
    reason: &Reason,
    gone: bool,
) -> rusqlite::Result<()> {
    let since = before.failing_since.unwrap_or(record.now);
    conn.prepare_cached(
        "UPDATE sources SET failures = failures + 1, errors = errors + 1, gone = ?2, error_kind = ?3, error = ?4,
             failing_since = ?5, quiet = 0, next_due = ?6, why = ?7, bytes = bytes + ?8
         WHERE sid = ?1",
    )?
    .execute(params![
        record.sid,
        gone,
        reason.kind,
        reason.message,
        ms(since),
        ms(plan.due),
        plan.why,
        record.bytes as i64
    ])?;
    let error = Some(reason.message.clone());
    log::note(conn, record, &LoggedPoll { error, ..before.logged(record) })?;
    let failures = before.failures.saturating_add(1);
    before.told.tell(conn, record.now, |subject: &Subject<'_>| {
        health::on_failure(subject, record.now, since, failures, reason, gone && !before.gone)
    })
}

/// Stores where a feed that has gone may be now.
fn propose(
    conn: &Connection,
    record: &PollRecord,
    before: &Before,
    proposal: Option<&str>,
) -> rusqlite::Result<()> {
    let Some(url) = proposal.filter(|url| before.proposal.as_deref() != Some(url)) else { return Ok(()) };
    conn.prepare_cached("UPDATE sources SET proposal = ?2 WHERE sid = ?1")?
        .execute(params![record.sid, url])?;
    before.told.tell(conn, record.now, |subject| Some(health::on_proposal(subject, url)))
}

fn succeeded(
    conn: &Connection,
    record: &PollRecord,
    before: &Before,
    next: &Next,
    moved: &Moved,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE sources SET failures = 0, gone = 0, error_kind = NULL, error = NULL, failing_since = NULL, proposal = NULL,
             last_success = ?2, next_due = ?3, why = ?4, bytes = bytes + ?5,
             habits = ?6
         WHERE sid = ?1",
    )?
    .execute(params![
        record.sid,
        ms(record.now),
        ms(next.plan.due),
        next.plan.why,
        record.bytes as i64,
        next.habits.to_bytes()
    ])?;
    before
        .told
        .tell(conn, record.now, |subject| health::on_success(subject, record.now, before.failing_since))?;
    let moved_to = match moved {
        Moved::AsBefore => return Ok(()),
        Moved::To(url) => {
            before.told.tell(conn, record.now, |subject| {
                health::on_move(subject, before.moved_to.as_deref(), url)
            })?;
            Some(url)
        }
        Moved::Back => None,
    };
    conn.prepare_cached("UPDATE sources SET moved_to = ?2 WHERE sid = ?1")?
        .execute(params![record.sid, moved_to])?;
    Ok(())
}

impl Before {
    fn habits(&self) -> Habits {
        self.habits.as_deref().map(Habits::from_bytes).unwrap_or_default()
    }

    /// What is known of the source now, and when it is due next: `appeared` is new,
    /// `document` are all dates of the document.
    fn next(
        &self,
        record: &PollRecord,
        days: Option<&[u8]>,
        appeared: &[Option<Timestamp>],
        document: &[Timestamp],
    ) -> Next {
        let mut habits = self.habits();
        habits.observe(record.now, appeared, document);
        let entries = days::read(days, record.now).iter().map(|count| u64::from(*count)).sum();
        let month = Month { entries };
        let plan = next_poll(record.now, record.terms.rhythm, delivered(record, &habits, month));
        Next { habits, month, plan }
    }

    /// A row of the log for this poll, without what it brought.
    fn logged(&self, record: &PollRecord) -> LoggedPoll {
        let (at, quiet, bytes) = (record.now, self.quiet, record.bytes);
        LoggedPoll { at, quiet, new: 0, changed: 0, bytes, error: None }
    }
}

/// Notes what a document brought: in the log if that is anything, else in the
/// number of quiet polls. Answers the days with what was added, if anything was.
fn brought(
    conn: &Connection,
    record: &PollRecord,
    before: &Before,
    delivery: &Delivery,
    recorded: &Recorded,
) -> rusqlite::Result<Option<Vec<u8>>> {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let news = recorded.new + recorded.changed > 0 || delivery.cut.is_some();
    if news {
        let (new, changed) = (count(recorded.new), count(recorded.changed));
        let error = delivery.cut.clone();
        log::note(conn, record, &LoggedPoll { new, changed, error, ..before.logged(record) })?;
    }
    let dates = delivery.entries.iter().filter_map(|new| new.entry.published.or(new.entry.updated));
    let newest = dates.filter(|date| *date <= record.now).max();
    let newest = newest.or_else(|| recorded.published.iter().max().copied());
    let days = (recorded.new > 0).then(|| {
        // What a first poll finds was not written today.
        let found = if before.first { &recorded.published } else { &vec![record.now; recorded.new] };
        days::add(before.days.as_deref(), record.now, found)
    });
    conn.prepare_cached(
        "UPDATE sources SET quiet = ?2, newest = nullif(max(coalesce(newest, 0), coalesce(?3, 0)), 0),
             days = coalesce(?4, days)
         WHERE sid = ?1",
    )?
    .execute(params![
        record.sid,
        if news { 0 } else { before.quiet as i64 + 1 },
        newest.map(ms),
        days
    ])?;
    Ok(days)
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
             title = ?6, link = ?7, feed_id = ?8, lang = ?9, hints = ?10, repairs = ?11,
             parts = CASE WHEN ?12 IS NULL THEN parts ELSE nullif(?12, x'00') END
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
        (!delivery.repairs.is_empty()).then(|| serde_json::to_string(&delivery.repairs).ok()).flatten(),
        delivery.parts.as_deref().map(pack),
    ])?;
    Ok(())
}
