//! Near-duplicates: finding them by the sketches of their texts, and which entry of
//! a story stands for the others in the merged feed.
//!
//! An entry is compared when its text is known: when it is stored, if its page isn't
//! wanted, else when the first attempt at the page has ended. What is published
//! already stays; a copy that comes later joins it and isn't listed itself.

use super::alias::share_a_carrier;
use super::polls::bump_revision;
use super::text::{ms, text};
use crate::identity::{BANDS, Likeness, Sketch, Text, WINDOW_DAYS, headlines_agree, likeness};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// Milliseconds.
const DAY: i64 = 86_400_000;
/// Texts that are compared with a new one at most: each costs about as much as storing an entry.
const COMPARED: usize = 6;
/// Rows of one key that are looked at: a text that stands in hundreds of entries is
/// found through the first of them.
const PER_KEY: i64 = 64;

const _: () = assert!(BANDS == 12, "the trigger keys_of_duplicate deletes twelve keys");

/// What is known of an entry and its copies.
struct Row {
    day: i64,
    sketch: Option<Vec<u8>>,
    lead: Option<i64>,
}

/// Notes the text of an entry as it is stored now, and joins the entry with its near-duplicates.
/// `published`: whether the entry was in the merged feed before.
pub fn settle(conn: &Connection, seq: i64, now: Timestamp, published: bool) -> rusqlite::Result<()> {
    let Some(published_at) = conn
        .prepare_cached("SELECT published FROM entries WHERE seq = ?1")?
        .query_row([seq], |row| row.get::<_, i64>(0))
        .optional()?
    else {
        return Ok(());
    };
    let day = published_at.div_euclid(DAY);
    let own = text_of(conn, seq)?;
    let sketch = own.sketch();
    let before = row(conn, seq)?;
    let keys = sketch.map(|sketch| sketch.keys(week(day)).as_flattened().to_vec());
    let lead = before.as_ref().and_then(|before| before.lead);
    let known = before.as_ref().is_some_and(|before| before.day == day && before.sketch == keys);
    if !known {
        write(conn, seq, day, before.as_ref(), keys.as_deref())?;
    }
    let entry = Entry { seq, now, published, hidden: lead.is_some() };
    entry.release(conn, &own)?;
    // One changed word seldom moves a sketch, and may make another story all the same.
    if known && lead.is_none() {
        return Ok(());
    }
    // An update that is still much like the story it belongs to.
    if let Some(lead) = lead
        && likeness(&own, &text_of(conn, lead)?) >= Likeness::Near
    {
        return Ok(());
    }
    let found = match sketch {
        Some(sketch) => find(conn, seq, &own, &candidates(conn, seq, day, &sketch)?)?,
        None => None,
    };
    match (found, lead) {
        (Some(found), _) => entry.join(conn, found),
        (None, Some(_)) => entry.leave(conn),
        (None, None) => Ok(()),
    }
}

/// The entries `keep` and `lose` have become one; to be called before `lose` is deleted.
pub(super) fn merged(conn: &Connection, keep: i64, lose: i64) -> rusqlite::Result<()> {
    // What stood for the other, or is shown in its place, is itself now.
    conn.prepare_cached("UPDATE duplicates SET lead = NULL, stays = 0 WHERE seq = ?1 AND lead = ?2")?
        .execute([keep, lose])?;
    // A hidden copy takes over the place of one that was published.
    conn.prepare_cached(
        "UPDATE duplicates SET stays = 1 WHERE seq = ?1 AND lead IS NOT NULL
           AND EXISTS (SELECT 1 FROM duplicates t WHERE t.seq = ?2 AND (t.lead IS NULL OR t.stays = 1))",
    )?
    .execute([keep, lose])?;
    let lead = row(conn, keep)?.and_then(|row| row.lead).unwrap_or(keep);
    conn.prepare_cached("UPDATE duplicates SET lead = ?1 WHERE lead = ?2 AND seq <> ?1")?
        .execute([lead, lose])?;
    conn.prepare_cached("UPDATE duplicates SET voice = NULL WHERE voice = ?2 AND seq = ?1")?
        .execute([lead, lose])?;
    Ok(())
}

/// An entry whose text has come.
struct Entry {
    seq: i64,
    now: Timestamp,
    published: bool,
    /// It was a copy, whether shown or not.
    hidden: bool,
}

impl Entry {
    /// It is a copy of what `lead` stands for.
    fn join(&self, conn: &Connection, lead: i64) -> rusqlite::Result<()> {
        let stays = self.published && !self.hidden;
        conn.prepare_cached("UPDATE duplicates SET lead = ?2, stays = max(stays, ?3) WHERE seq = ?1")?
            .execute(params![self.seq, lead, stays])?;
        // It stood for others itself.
        conn.prepare_cached("UPDATE duplicates SET lead = ?2 WHERE lead = ?1")?.execute([self.seq, lead])?;
        if !stays && outranks_voice(conn, self.seq, lead)? {
            conn.prepare_cached("UPDATE duplicates SET voice = ?2 WHERE seq = ?1")?
                .execute([lead, self.seq])?;
            conn.prepare_cached("UPDATE entries SET updated = max(updated + 1, ?2) WHERE seq = ?1")?
                .execute([lead, ms(self.now)])?;
        }
        self.touch(conn, lead)
    }

    /// It was a copy, and has become another story.
    fn leave(&self, conn: &Connection) -> rusqlite::Result<()> {
        conn.prepare_cached("UPDATE duplicates SET voice = NULL WHERE voice = ?1 AND seq = (SELECT lead FROM duplicates WHERE seq = ?1)")?
            .execute([self.seq])?;
        conn.prepare_cached("UPDATE duplicates SET lead = NULL, stays = 0 WHERE seq = ?1")?
            .execute([self.seq])?;
        self.touch(conn, self.seq)
    }

    /// What it stood for and no longer is: it has become another story, and theirs is
    /// told by the oldest of them.
    fn release(&self, conn: &Connection, own: &Text) -> rusqlite::Result<()> {
        let mut query =
            conn.prepare_cached("SELECT seq FROM duplicates WHERE lead = ?1 ORDER BY seq LIMIT ?2")?;
        let members = query.query_map([self.seq, PER_KEY], |row| row.get(0))?;
        let mut first: Option<(i64, Text)> = None;
        for member in members.collect::<rusqlite::Result<Vec<i64>>>()? {
            let text = text_of(conn, member)?;
            if likeness(own, &text) >= Likeness::Near {
                continue;
            }
            let lead = first.as_ref().filter(|(_, first)| likeness(first, &text) == Likeness::Same);
            conn.prepare_cached(
                "UPDATE duplicates SET lead = ?2, stays = stays AND ?2 IS NOT NULL WHERE seq = ?1",
            )?
            .execute(params![member, lead.map(|(seq, _)| seq)])?;
            conn.prepare_cached("UPDATE duplicates SET voice = NULL WHERE seq = ?1 AND voice = ?2")?
                .execute([self.seq, member])?;
            self.touch(conn, member)?;
            self.touch(conn, self.seq)?;
            if first.is_none() {
                first = Some((member, text));
            }
        }
        Ok(())
    }

    fn touch(&self, conn: &Connection, seq: i64) -> rusqlite::Result<()> {
        conn.prepare_cached("UPDATE entries SET touched = max(touched, ?2) WHERE seq = ?1")?
            .execute([seq, ms(self.now)])?;
        bump_revision(conn)
    }
}

/// Whether the operator prefers the source of `seq` to that whose text `lead` shows.
fn outranks_voice(conn: &Connection, seq: i64, lead: i64) -> rusqlite::Result<bool> {
    conn.prepare_cached(
        "SELECT 1 FROM duplicates t
         JOIN entries shown ON shown.seq = coalesce((SELECT seq FROM entries WHERE seq = t.voice), t.seq)
         JOIN sources ours ON ours.sid = shown.owner
         JOIN entries new ON new.seq = ?1
         JOIN sources theirs ON theirs.sid = new.owner
         WHERE t.seq = ?2 AND theirs.priority > ours.priority",
    )?
    .exists([seq, lead])
}

fn row(conn: &Connection, seq: i64) -> rusqlite::Result<Option<Row>> {
    conn.prepare_cached("SELECT day, sketch, lead FROM duplicates WHERE seq = ?1")?
        .query_row([seq], |row| Ok(Row { day: row.get(0)?, sketch: row.get(1)?, lead: row.get(2)? }))
        .optional()
}

/// The week of a day, in one byte: it comes round after five years.
pub fn week(day: i64) -> u8 {
    day.div_euclid(7).rem_euclid(256) as u8
}

fn write(
    conn: &Connection,
    seq: i64,
    day: i64,
    before: Option<&Row>,
    keys: Option<&[u8]>,
) -> rusqlite::Result<()> {
    if let Some(old) = before.and_then(|before| before.sketch.as_deref()) {
        let mut delete = conn.prepare_cached("DELETE FROM duplicate_keys WHERE key = ?1 AND seq = ?2")?;
        for key in old.chunks(4) {
            delete.execute(params![key, seq])?;
        }
    }
    conn.prepare_cached(
        "INSERT INTO duplicates (seq, day, sketch) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET day = excluded.day, sketch = excluded.sketch",
    )?
    .execute(params![seq, day, keys])?;
    let mut insert =
        conn.prepare_cached("INSERT OR IGNORE INTO duplicate_keys (key, seq) VALUES (?1, ?2)")?;
    for key in keys.unwrap_or_default().chunks(4) {
        insert.execute(params![key, seq])?;
    }
    Ok(())
}

/// Entries whose sketches are like this one, the most alike first.
fn candidates(conn: &Connection, seq: i64, day: i64, sketch: &Sketch) -> rusqlite::Result<Vec<i64>> {
    let mut look =
        conn.prepare_cached("SELECT seq FROM duplicate_keys WHERE key = ?1 AND seq <> ?2 LIMIT ?3")?;
    let mut hits: HashMap<i64, usize> = HashMap::new();
    for near in [day - WINDOW_DAYS, day, day + WINDOW_DAYS] {
        for key in sketch.keys(week(near)) {
            let mut rows = look.query(params![key, seq, PER_KEY])?;
            while let Some(row) = rows.next()? {
                *hits.entry(row.get(0)?).or_default() += 1;
            }
        }
    }
    let mut query = conn.prepare_cached("SELECT day, sketch FROM duplicates WHERE seq = ?1")?;
    let mut alike = Vec::new();
    for seq in hits.into_keys() {
        let found = query
            .query_row([seq], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<Vec<u8>>>(1)?)))
            .optional()?;
        let Some((other_day, Some(keys))) = found else { continue };
        let Some(other) = Sketch::from_keys(&keys) else { continue };
        let likeness = sketch.likeness(&other);
        if (other_day - day).abs() <= WINDOW_DAYS && sketch.may_be_like(&other) {
            alike.push((seq, likeness));
        }
    }
    alike.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
    alike.truncate(COMPARED);
    Ok(alike.into_iter().map(|(seq, _)| seq).collect())
}

/// What stands for the first of the candidates that is the same story. A copy of a copy
/// must be like what is shown, too.
fn find(conn: &Connection, seq: i64, own: &Text, candidates: &[i64]) -> rusqlite::Result<Option<i64>> {
    for &candidate in candidates {
        let text = text_of(conn, candidate)?;
        // A site gives its own stories headlines: what has another one there is another story.
        if likeness(own, &text) < Likeness::Same
            || (!headlines_agree(own, &text) && share_a_carrier(conn, seq, candidate)?)
        {
            continue;
        }
        match row(conn, candidate)?.and_then(|row| row.lead) {
            Some(lead) if likeness(own, &text_of(conn, lead)?) >= Likeness::Near => return Ok(Some(lead)),
            Some(_) => {}
            None => return Ok(Some(candidate)),
        }
    }
    Ok(None)
}

/// The text that an entry has now.
fn text_of(conn: &Connection, seq: i64) -> rusqlite::Result<Text> {
    let found = conn
        .prepare_cached("SELECT title, summary, content, article FROM entries WHERE seq = ?1")?
        .query_row([seq], |row| {
            let html = match text(row, "article")? {
                Some(article) => Some(article),
                None => text(row, "content")?,
            };
            let html = match html {
                Some(html) => Some(html),
                None => text(row, "summary")?,
            };
            Ok(Text::new(&row.get::<_, String>("title")?, html.as_deref().unwrap_or_default()))
        })
        .optional()?;
    Ok(found.unwrap_or_else(|| Text::new("", "")))
}

/// Copies of an entry that are served: nobody follows more links.
const RELATED: i64 = 30;

/// The entries of one story, `seq` left out: what stands for it first, then as they came.
pub(super) fn copies(conn: &Connection, seq: i64) -> rusqlite::Result<Vec<i64>> {
    let Some(lead) = conn
        .prepare_cached("SELECT coalesce(lead, seq) FROM duplicates WHERE seq = ?1")?
        .query_row([seq], |row| row.get::<_, i64>(0))
        .optional()?
    else {
        return Ok(Vec::new());
    };
    let mut query =
        conn.prepare_cached("SELECT seq FROM duplicates WHERE lead = ?1 ORDER BY seq LIMIT ?2")?;
    let members = query.query_map([lead, RELATED], |row| row.get(0))?;
    let mut all = vec![lead];
    for member in members {
        all.push(member?);
    }
    all.retain(|&other| other != seq);
    Ok(all)
}

/// The copy whose text an entry is shown with, if it isn't its own.
pub(super) fn voice(conn: &Connection, seq: i64) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached(
        "SELECT t.voice FROM duplicates t JOIN entries e ON e.seq = t.voice WHERE t.seq = ?1 AND t.voice <> t.seq",
    )?
    .query_row([seq], |row| row.get(0))
    .optional()
}
