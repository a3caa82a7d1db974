//! Subscriptions at hubs (WebSub): who is to be asked for what, and what hubs answer.

use super::text::{ms, time};
use crate::model::{FeedLinks, HostKey, HubStanding, SourceId, Subscription, Topic};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::HashMap;
use std::time::Duration;
use url::Url;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// The first pause after a request that the hub did not verify; it doubles.
const RETRY: i64 = HOUR;
/// The longest one.
const MAX_RETRY: i64 = 2 * DAY;
/// A hub that refuses is asked again after this.
const REFUSED: i64 = DAY;
/// A lease is renewed by then, however long the hub says that it is.
const MAX_LEASE: i64 = 30 * DAY;
/// Nor is a hub asked more often than this because its leases are short.
const MIN_RENEWAL: i64 = HOUR;
/// A Retry-After of a hub counts up to this.
const MAX_ASKED: Duration = Duration::from_hours(7 * 24);
/// Requests to be let go; then the hub is left to find out.
const FAREWELLS: i64 = 3;
/// Hubs verify again whenever they like; within this time nothing is written.
const AGAIN: i64 = MINUTE;

/// A source whose last document named hubs, or that has a subscription.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The source's row.
    pub sid: i64,
    /// Its name.
    pub id: SourceId,
    /// Whether it is polled.
    pub active: bool,
    /// Hubs and the feed's own address.
    pub links: FeedLinks,
}

/// A request that is to be sent to a hub.
#[derive(Debug, Clone)]
pub struct HubRequest {
    /// The subscription.
    pub number: i64,
    /// Number of this request: an outcome is taken from the latest one only.
    pub ask: u64,
    /// Whose it is.
    pub source: SourceId,
    /// Where and for what.
    pub at: Topic,
    /// Whose budget it uses.
    pub host: String,
    /// Last part of the callback's path.
    pub token: Vec<u8>,
    /// For the hub to sign with; `None`: it can't.
    pub secret: Option<Vec<u8>>,
    /// To subscribe, or else to be let go.
    pub subscribe: bool,
}

/// Notes what a document says of hubs, for a time when another configuration is in force.
pub(super) fn note_offer(conn: &Connection, sid: i64, links: &FeedLinks) -> rusqlite::Result<()> {
    let hubs = (!links.hubs.is_empty()).then(|| serde_json::to_string(&links.hubs).ok()).flatten();
    let topic = links.own.as_ref().filter(|_| hubs.is_some());
    conn.prepare_cached(
        "UPDATE sources SET hubs = ?2, topic = ?3 WHERE sid = ?1 AND (hubs IS NOT ?2 OR topic IS NOT ?3)",
    )?
    .execute(params![sid, hubs, topic])?;
    Ok(())
}

/// All sources that [`settle`] may have something to do for.
fn offers(conn: &Connection) -> rusqlite::Result<Vec<Offer>> {
    let mut query = conn.prepare(
        "SELECT sid, id, active AND NOT gone, hubs, topic FROM sources
         WHERE hubs IS NOT NULL OR sid IN (SELECT sid FROM subscriptions WHERE wanted = 1)",
    )?;
    let mut rows = query.query([])?;
    let mut offers = Vec::new();
    while let Some(row) = rows.next()? {
        let hubs: Option<String> = row.get(3)?;
        let hubs = hubs.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let links = FeedLinks { hubs, own: row.get(4)?, ..FeedLinks::default() };
        if let Some(id) = SourceId::new(&row.get::<_, String>(1)?) {
            offers.push(Offer { sid: row.get(0)?, id, active: row.get(2)?, links });
        }
    }
    Ok(offers)
}

/// Makes `wanted` the one subscription of a source: another one is given up, `None`
/// gives up whatever there is. Answers whether a hub is to be asked for something.
pub(super) fn settle(
    conn: &Connection,
    sid: i64,
    now: Timestamp,
    wanted: Option<&Topic>,
) -> rusqlite::Result<bool> {
    let current: Option<(i64, String, String)> = conn
        .prepare_cached("SELECT number, hub, topic FROM subscriptions WHERE sid = ?1 AND wanted = 1")?
        .query_row([sid], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    if let (Some((_, hub, topic)), Some(wanted)) = (&current, wanted)
        && *hub == wanted.hub
        && *topic == wanted.topic
    {
        return Ok(false);
    }
    if let Some((number, ..)) = &current {
        give_up(conn, *number, now)?;
    }
    let Some(wanted) = wanted else { return Ok(current.is_some()) };
    let host = Url::parse(&wanted.hub).map(|url| HostKey::of(&url).as_str().to_owned()).unwrap_or_default();
    conn.prepare_cached(
        "INSERT INTO subscriptions (sid, hub, host, topic, token, secret, next_due)
         VALUES (?1, ?2, ?3, ?4, randomblob(20), randomblob(32), ?5)",
    )?
    .execute(params![sid, wanted.hub, host, wanted.topic, ms(now)])?;
    Ok(true)
}

/// Makes subscriptions what `choose` wants of each source, for all sources.
pub fn settle_all(
    conn: &Connection,
    now: Timestamp,
    choose: impl Fn(&Offer) -> Option<Topic>,
) -> rusqlite::Result<()> {
    for offer in offers(conn)? {
        settle(conn, offer.sid, now, choose(&offer).as_ref())?;
    }
    Ok(())
}

/// A hub that never verified needs no farewell.
fn give_up(conn: &Connection, number: i64, now: Timestamp) -> rusqlite::Result<()> {
    return_to_normal(conn, number, now, "its hub is not relied on any more")?;
    conn.prepare_cached("DELETE FROM subscriptions WHERE number = ?1 AND verified IS NULL")?
        .execute([number])?;
    conn.prepare_cached(
        "UPDATE subscriptions SET wanted = 0, next_due = ?2, failures = 0 WHERE number = ?1",
    )?
    .execute(params![number, ms(now)])?;
    Ok(())
}

/// The source is polled in its own rhythm again, if it was late because of this subscription.
fn return_to_normal(conn: &Connection, number: i64, now: Timestamp, why: &str) -> rusqlite::Result<()> {
    let late = conn
        .prepare_cached("UPDATE subscriptions SET relaxed = 0 WHERE number = ?1 AND relaxed = 1")?
        .execute([number])?;
    if late > 0 {
        poll_soon(conn, number, now, why)?;
    }
    Ok(())
}

/// Sets the next poll as early as the interval allows, unless the source is failing.
pub(super) fn poll_soon(conn: &Connection, number: i64, now: Timestamp, why: &str) -> rusqlite::Result<bool> {
    let changed = conn
        .prepare_cached(
            "UPDATE sources SET next_due = max(?2, coalesce(last_attempt + interval, ?2)), why = ?3
             WHERE sid = (SELECT sid FROM subscriptions WHERE number = ?1)
               AND active = 1 AND gone = 0 AND failures = 0
               AND next_due > max(?2, coalesce(last_attempt + interval, ?2))",
        )?
        .execute(params![number, ms(now), why])?;
    Ok(changed > 0)
}

/// When the next request to a hub is due, and whether [`end_leases`] has something to do.
pub fn next_hub_request(conn: &Connection, now: Timestamp) -> rusqlite::Result<(Option<Timestamp>, bool)> {
    let due: Option<i64> =
        conn.prepare_cached("SELECT min(next_due) FROM subscriptions")?.query_row([], |row| row.get(0))?;
    let ended = conn
        .prepare_cached("SELECT 1 FROM subscriptions WHERE relaxed = 1 AND lease_end <= ?1")?
        .exists([ms(now)])?;
    Ok((due.map(time), ended))
}

/// Sources whose hubs were relied on and whose leases have ended return to their own
/// rhythm. Answers which.
pub fn end_leases(conn: &Connection, now: Timestamp) -> rusqlite::Result<Vec<SourceId>> {
    let mut query = conn.prepare_cached(
        "SELECT u.number, s.id FROM subscriptions u JOIN sources s USING (sid)
         WHERE u.relaxed = 1 AND u.lease_end <= ?1",
    )?;
    let ended = query.query_map([ms(now)], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let mut sources = Vec::new();
    for row in ended.collect::<rusqlite::Result<Vec<_>>>()? {
        return_to_normal(conn, row.0, now, "the subscription at its hub has ended")?;
        sources.extend(SourceId::new(&row.1));
    }
    Ok(sources)
}

/// Claims requests that are due, one a hub's host and none of the hosts that are `busy`:
/// the next time is stored before anything is sent.
pub fn claim_hub_requests(
    conn: &Connection,
    now: Timestamp,
    busy: &[String],
    limit: usize,
) -> rusqlite::Result<Vec<HubRequest>> {
    conn.prepare_cached(
        "DELETE FROM subscriptions WHERE wanted = 0 AND next_due <= ?1 AND (failures >= ?2 OR lease_end <= ?1)",
    )?
    .execute([ms(now), FAREWELLS])?;
    let busy = serde_json::to_string(busy).unwrap_or_default();
    let mut query = conn.prepare_cached(
        "SELECT number, min(next_due) AS due FROM subscriptions
         WHERE next_due <= ?1 AND host NOT IN (SELECT value FROM json_each(?2))
         GROUP BY host ORDER BY due LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let due = query.query_map(params![ms(now), busy, limit], |row| row.get::<_, i64>(0))?;
    let mut claimed = Vec::new();
    for number in due.collect::<rusqlite::Result<Vec<_>>>()? {
        conn.prepare_cached(
            "UPDATE subscriptions SET asked = ?2, asks = asks + 1, failures = failures + 1,
                 next_due = ?2 + min(?3 << min(failures, 12), ?4) WHERE number = ?1",
        )?
        .execute(params![number, ms(now), RETRY, MAX_RETRY])?;
        let mut one = conn.prepare_cached(
            "SELECT u.*, s.id FROM subscriptions u JOIN sources s USING (sid) WHERE number = ?1",
        )?;
        claimed.extend(one.query_row([number], request)?);
    }
    Ok(claimed)
}

fn request(row: &Row<'_>) -> rusqlite::Result<Option<HubRequest>> {
    let Some(source) = SourceId::new(&row.get::<_, String>("id")?) else { return Ok(None) };
    let secret: Vec<u8> = row.get("secret")?;
    Ok(Some(HubRequest {
        number: row.get("number")?,
        ask: row.get::<_, i64>("asks")?.unsigned_abs(),
        source,
        at: Topic { hub: row.get("hub")?, topic: row.get("topic")? },
        host: row.get("host")?,
        token: row.get("token")?,
        secret: row.get::<_, bool>("signs")?.then_some(secret),
        subscribe: row.get("wanted")?,
    }))
}

/// Notes what came of a request: accepted, or else why not and how long the hub wants to be
/// left alone.
pub fn record_hub_request(
    conn: &Connection,
    now: Timestamp,
    request: &HubRequest,
    refusal: Option<&(String, Option<Duration>)>,
) -> rusqlite::Result<()> {
    let pause = refusal.and_then(|(_, pause)| *pause).unwrap_or_default();
    let pause = pause.min(MAX_ASKED).as_millis() as i64;
    let problem = refusal.map(|(problem, _)| problem);
    // A hub that has verified meanwhile is content, whatever it answered.
    conn.prepare_cached(
        "UPDATE subscriptions SET problem = ?3, next_due = max(next_due, ?4)
         WHERE number = ?1 AND asks = ?2 AND (verified IS NULL OR verified < asked)",
    )?
    .execute(params![request.number, request.ask as i64, problem, ms(now).saturating_add(pause)])?;
    Ok(())
}

/// Whether there is such a callback, wanted or not: whoever guesses is not to cause a write.
pub fn is_callback(conn: &Connection, token: &[u8]) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM subscriptions WHERE token = ?1")?.exists([token])
}

/// A hub wants to know whether this callback is to be subscribed to `topic` for so many
/// seconds (WebSub §5.3). If so, the lease begins.
pub fn verify(
    conn: &Connection,
    now: Timestamp,
    token: &[u8],
    topic: &str,
    lease: u64,
) -> rusqlite::Result<bool> {
    let lease = i64::try_from(lease).unwrap_or(i64::MAX).saturating_mul(1000).min(MAX_LEASE);
    let meant = "token = ?1 AND topic = ?2 AND wanted = 1 AND asked IS NOT NULL";
    if lease == 0
        || !conn
            .prepare_cached(&format!("SELECT 1 FROM subscriptions WHERE {meant}"))?
            .exists(params![token, topic])?
    {
        return Ok(false);
    }
    let renewal = (lease / 5 * 4).max(MIN_RENEWAL);
    conn.prepare_cached(&format!(
        "UPDATE subscriptions SET verified = ?3, lease_end = ?3 + ?4, next_due = ?3 + ?5, failures = 0, problem = NULL
         WHERE {meant} AND (failures > 0 OR verified IS NULL OR verified < ?3 - ?6)"
    ))?
    .execute(params![token, topic, ms(now), lease, renewal, AGAIN])?;
    Ok(true)
}

/// A hub wants to know whether this callback is to be let go. If so, it is forgotten.
pub fn verify_farewell(conn: &Connection, token: &[u8], topic: &str) -> rusqlite::Result<bool> {
    let gone = conn
        .prepare_cached("DELETE FROM subscriptions WHERE token = ?1 AND topic = ?2 AND wanted = 0")?
        .execute(params![token, topic])?;
    Ok(gone > 0)
}

/// A hub refuses a subscription, or ends it (WebSub §5.2). Answers whether it is one of ours.
pub fn deny(
    conn: &Connection,
    now: Timestamp,
    token: &[u8],
    topic: &str,
    problem: &str,
) -> rusqlite::Result<bool> {
    let number: Option<i64> = conn
        .prepare_cached("SELECT number FROM subscriptions WHERE token = ?1 AND topic = ?2 AND wanted = 1")?
        .query_row(params![token, topic], |row| row.get(0))
        .optional()?;
    let Some(number) = number else { return Ok(false) };
    return_to_normal(conn, number, now, "its hub has ended the subscription")?;
    conn.prepare_cached(
        "UPDATE subscriptions SET problem = ?2, verified = NULL, lease_end = NULL, next_due = ?3
         WHERE number = ?1 AND (problem IS NOT ?2 OR verified IS NOT NULL)",
    )?
    .execute(params![number, problem, ms(now).saturating_add(REFUSED)])?;
    Ok(true)
}

/// The subscriptions of all sources, by name; those that are being given up are left out.
pub(super) fn by_source(
    conn: &Connection,
    now: Timestamp,
) -> rusqlite::Result<HashMap<SourceId, Subscription>> {
    let mut query = conn.prepare_cached(
        "SELECT u.*, s.id FROM subscriptions u JOIN sources s USING (sid) WHERE u.wanted = 1",
    )?;
    let mut rows = query.query([])?;
    let mut found = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Some(id) = SourceId::new(&row.get::<_, String>("id")?) {
            found.insert(id, shown(row, now)?);
        }
    }
    Ok(found)
}

fn shown(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Subscription> {
    let at = |column: &str| row.get::<_, Option<i64>>(column).map(|at| at.map(time));
    let count = |column: &str| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let (verified, lease_end) = (at("verified")?, at("lease_end")?);
    let standing = match lease_end {
        Some(end) if verified.is_some() && end > now => HubStanding::Subscribed,
        Some(_) if verified.is_some() => HubStanding::Lapsed,
        _ => HubStanding::Asked,
    };
    Ok(Subscription {
        at: Topic { hub: row.get("hub")?, topic: row.get("topic")? },
        standing,
        lease_end,
        announced: at("announced")?,
        announcements: count("announcements")?,
        ignored: count("ignored")?,
        relied_on: row.get("relaxed")?,
        signed: row.get("signs")?,
        failures: row.get("failures")?,
        problem: row.get("problem")?,
    })
}

/// Times that a clock which was ahead has left: as for sources, see `prune.rs`.
pub(super) fn heal_clock(conn: &Connection, now: i64) -> rusqlite::Result<()> {
    conn.execute("UPDATE subscriptions SET next_due = ?1 WHERE next_due > ?2", [now, now + MAX_LEASE])?;
    conn.execute("UPDATE subscriptions SET lease_end = ?1 WHERE lease_end > ?2", [now, now + MAX_LEASE])?;
    Ok(())
}
