//! What hubs deliver, and what that means for polls.

use super::polls::PollRecord;
use super::subscriptions::poll_soon;
use super::text::ms;
use crate::model::{SourceId, Topic};
use crate::schedule::Plan;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// Digests of announcements that are remembered.
const PRINTS: usize = 32;
/// After so many misses it takes 2^6 announcements with news until a hub is relied on again.
const MAX_MISSES: u32 = 6;

/// Digest of an announcement.
pub type Print = [u8; 8];

/// A subscription as a delivery finds it.
#[derive(Debug, Clone)]
pub struct Subscribed {
    /// The subscription.
    pub number: i64,
    /// Row of the source.
    pub sid: i64,
    /// Attempts at its feed so far.
    pub attempt: u64,
    /// Its name.
    pub source: SourceId,
    /// Where and for what.
    pub at: Topic,
    /// What the hub signs with; `None`: it was given no secret.
    pub secret: Option<Vec<u8>>,
    /// The feed itself has been read completely.
    pub has_document: bool,
    /// A poll is asked for already.
    pub pinged: bool,
    prints: Vec<u8>,
}

impl Subscribed {
    /// Whether the same announcement came before, not long ago.
    pub fn knows(&self, print: &Print) -> bool {
        self.prints.chunks_exact(print.len()).any(|known| known == print)
    }
}

/// The subscription of a callback; none if it is being given up.
pub fn subscribed(conn: &Connection, token: &[u8]) -> rusqlite::Result<Option<Subscribed>> {
    conn.prepare_cached(
        "SELECT number, sid, attempts, id, hub, u.topic, secret, signs, document_at IS NOT NULL,
             pinged IS NOT NULL, prints
         FROM subscriptions u JOIN sources s USING (sid) WHERE token = ?1 AND wanted = 1 AND active = 1",
    )?
    .query_row([token], |row| {
        let Some(source) = SourceId::new(&row.get::<_, String>(3)?) else { return Ok(None) };
        let secret: Vec<u8> = row.get(6)?;
        Ok(Some(Subscribed {
            number: row.get(0)?,
            sid: row.get(1)?,
            attempt: row.get::<_, i64>(2)?.unsigned_abs(),
            source,
            at: Topic { hub: row.get(4)?, topic: row.get(5)? },
            secret: row.get::<_, bool>(7)?.then_some(secret),
            has_document: row.get(8)?,
            pinged: row.get(9)?,
            prints: row.get::<_, Option<Vec<u8>>>(10)?.unwrap_or_default(),
        }))
    })
    .optional()
    .map(Option::flatten)
}

/// Counts an announcement that was ignored. `weak`: it was signed by a method that is
/// not accepted; the hub is asked again, without a secret.
pub fn note_ignored(conn: &Connection, now: Timestamp, number: i64, weak: bool) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE subscriptions SET ignored = ignored + 1, signs = signs AND NOT ?2,
             next_due = iif(?2, ?3, next_due) WHERE number = ?1",
    )?
    .execute(params![number, weak, ms(now)])?;
    Ok(())
}

/// An announcement that says no more than that there is something new: the feed is
/// polled as soon as its interval allows. Answers whether that is earlier than before.
pub fn want_poll(conn: &Connection, now: Timestamp, number: i64) -> rusqlite::Result<bool> {
    let first = conn
        .prepare_cached(
            "UPDATE subscriptions SET pinged = ?2, announced = ?2, announcements = announcements + 1
             WHERE number = ?1 AND pinged IS NULL",
        )?
        .execute(params![number, ms(now)])?;
    Ok(first > 0 && poll_soon(conn, number, now, "its hub announces something new")?)
}

/// Notes an announcement whose entries were read.
pub(super) fn note_read(
    conn: &Connection,
    now: Timestamp,
    number: i64,
    print: &Print,
    news: bool,
) -> rusqlite::Result<()> {
    let prints: Option<Vec<u8>> = conn
        .prepare_cached("SELECT prints FROM subscriptions WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?
        .flatten();
    let mut prints = prints.unwrap_or_default();
    prints.extend_from_slice(print);
    let excess = prints.len().saturating_sub(PRINTS * print.len());
    conn.prepare_cached(
        "UPDATE subscriptions SET announced = ?2, announcements = announcements + 1, proofs = proofs + ?3,
             prints = ?4 WHERE number = ?1",
    )?
    .execute(params![number, ms(now), news, &prints[excess..]])?;
    Ok(())
}

/// How a source stands with its hub when a poll ends.
struct Hub {
    number: i64,
    pinged: Option<i64>,
    proofs: u32,
    misses: u32,
    relaxed: bool,
    /// Verified, and the lease runs.
    live: bool,
}

/// What a poll that worked says about the hub, and what the hub means for the next
/// poll: `relaxed` is that if the hub is relied on. `new`: entries that the poll found and nobody had announced, unless it was
/// the announcement that asked for it. Answers whether the due time was changed.
pub(super) fn after_poll(
    conn: &Connection,
    record: &PollRecord,
    relaxed: impl FnOnce() -> Plan,
    new: usize,
) -> rusqlite::Result<bool> {
    let hub = conn
        .prepare_cached(
            "SELECT number, pinged, proofs, misses, relaxed, verified IS NOT NULL AND lease_end > ?2
             FROM subscriptions WHERE sid = ?1 AND wanted = 1",
        )?
        .query_row([record.sid, ms(record.now)], |row| {
            Ok(Hub {
                number: row.get(0)?,
                pinged: row.get(1)?,
                proofs: row.get(2)?,
                misses: row.get(3)?,
                relaxed: row.get(4)?,
                live: row.get(5)?,
            })
        })
        .optional()?;
    let Some(hub) = hub else { return Ok(false) };
    let asked: Option<i64> = conn
        .prepare_cached("SELECT last_attempt FROM sources WHERE sid = ?1")?
        .query_row([record.sid], |row| row.get(0))?;
    // An announcement that came while this poll was under way may be news to it.
    let late = hub.pinged.filter(|pinged| asked.is_none_or(|asked| *pinged >= asked));
    let announced = hub.pinged.is_some();
    let (mut proofs, mut misses) = (hub.proofs, hub.misses);
    match new {
        1.. if announced => proofs = proofs.saturating_add(1),
        1.. if proofs > 0 => (proofs, misses) = (0, misses.saturating_add(1)),
        0 if hub.relaxed && !announced => misses = misses.saturating_sub(1),
        _ => {}
    }
    let relied_on = hub.live && proofs >= 1 << misses.min(MAX_MISSES);
    let relaxed = (relied_on && late.is_none()).then(relaxed);
    let known = (hub.pinged, hub.proofs, hub.misses, hub.relaxed);
    if known != (late, proofs, misses, relaxed.is_some()) {
        conn.prepare_cached(
            "UPDATE subscriptions SET pinged = ?2, proofs = ?3, misses = ?4, relaxed = ?5 WHERE number = ?1",
        )?
        .execute(params![hub.number, late, proofs, misses, relaxed.is_some()])?;
    }
    if late.is_some() {
        return poll_soon(conn, hub.number, record.now, "its hub announces something new");
    }
    let Some(Plan { due, why }) = relaxed else { return Ok(false) };
    conn.prepare_cached("UPDATE sources SET next_due = ?2, why = ?3 WHERE sid = ?1")?.execute(params![
        record.sid,
        ms(due),
        why
    ])?;
    Ok(true)
}
