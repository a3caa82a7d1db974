//! The entries of one document: new, known or changed, and whose they are.

use super::alias;
use super::duplicates;
use super::pages::DuePage;
use super::polls::{Delivery, Incoming, PollRecord, Recorded, bump_revision};
use super::search::{self, Searched};
use super::text::{ms, pack, text};
use super::versions;
use crate::identity::{Assignment, Candidate, Known, Target, assign, is_news, is_site_root, web_address};
use crate::model::{EntryExtra, EntryId, EntryKey, FeedEntry};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::collections::HashSet;

/// Entries seen within this time are not written again only to note that they were seen.
const SEEN_STEP: SignedDuration = SignedDuration::from_hours(24);

/// Keys of one entry, from which on a guid that is gone is forgotten.
const MAX_KEYS: i64 = 64;

/// How a source carries an entry, compared with the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carried {
    Newly,
    /// Under another guid or address; the guid it had.
    Otherwise(Option<[u8; 16]>),
    AsBefore,
}

/// The texts of an entry before a change.
struct Before {
    title: String,
    feed_text: String,
    article: Option<String>,
    extra: EntryExtra,
}

/// Taking the entries of one document in.
pub(super) struct Intake<'a> {
    pub(super) conn: &'a Connection,
    pub(super) record: &'a PollRecord,
    pub(super) delivery: &'a Delivery,
    /// The first document of this source.
    pub(super) first: bool,
}

impl Intake<'_> {
    pub(super) fn entries(&self) -> rusqlite::Result<Recorded> {
        let entries = &self.delivery.entries;
        let candidates: Vec<Candidate> = entries.iter().map(|incoming| incoming.candidate.clone()).collect();
        let mut lookup = self.conn.prepare_cached(
            "SELECT k.seq, c.guid, c.exact, c.sid, k.kind FROM keys k
             LEFT JOIN carriers c ON c.seq = k.seq AND c.sid = ?2 WHERE k.key = ?1",
        )?;
        let mut failure = None;
        let assignments = assign(&candidates, |key| {
            self.known(&mut lookup, key).unwrap_or_else(|error| {
                failure = Some(error);
                None
            })
        });
        if let Some(error) = failure {
            return Err(error);
        }
        let old = self.too_many(&assignments);
        let mut recorded = Recorded::default();
        let (mut new, mut fresh) = (0, Vec::new());
        let mut met = HashSet::new();
        for (index, (incoming, assignment)) in entries.iter().zip(&assignments).enumerate() {
            match assignment.target {
                Target::Ignored => {}
                // Of repeats the first counts: two that differ would change the entry with every poll.
                Target::Entry(seq) if !met.insert(seq) => {}
                Target::Entry(seq) => self.known_entry(seq, incoming, assignment, &mut recorded)?,
                // A repeat of an entry that is new in this document.
                Target::New(n) if n < new => {}
                Target::New(_) if !incoming.wanted || old.contains(&index) => {
                    new += 1;
                    self.ignore(incoming)?;
                }
                Target::New(_) => {
                    new += 1;
                    fresh.push((dates(&incoming.entry, self.record.now).0, incoming, assignment));
                }
            }
        }
        // Feeds are chosen by the order of this table, so the newest comes last. Documents
        // are newest first as a rule, which counts where dates are the same.
        fresh.reverse();
        fresh.sort_by_key(|(date, ..)| *date);
        for (_, incoming, assignment) in fresh {
            self.insert(incoming, assignment, &mut recorded)?;
        }
        Ok(recorded)
    }

    fn known(&self, lookup: &mut CachedStatement<'_>, key: EntryKey) -> rusqlite::Result<Option<Known>> {
        let array = |bytes: Option<Vec<u8>>| bytes.and_then(|b| b.try_into().ok()).map(EntryKey);
        let known = lookup
            .query_row(params![key.0, self.record.sid], |row| {
                let (seq, ours): (i64, Option<i64>) = (row.get(0)?, row.get(3)?);
                let ours = match ours {
                    Some(_) => Some((array(row.get(1)?), array(row.get(2)?))),
                    None => None,
                };
                Ok((seq, ours, row.get::<_, u8>(4)? > 0))
            })
            .optional()?;
        Ok(match known {
            None => None,
            Some((0, ..)) => Some(Known::Ignored),
            Some((seq, ours, learned)) if seq > 0 => Some(Known::Entry { seq, ours, learned }),
            // An address to which several entries were led: this feed may say whose it is.
            Some(_) => match alias::first_landed(self.conn, key)? {
                Some(seq) => Some(Known::Entry { seq, ours: self.ours(seq)?, learned: true }),
                None => None,
            },
        })
    }

    /// Under which guid and exact address this source carries an entry, if it does.
    fn ours(&self, seq: i64) -> rusqlite::Result<Option<(Option<EntryKey>, Option<EntryKey>)>> {
        let array = |bytes: Option<Vec<u8>>| bytes.and_then(|b| b.try_into().ok()).map(EntryKey);
        self.conn
            .prepare_cached("SELECT guid, exact FROM carriers WHERE seq = ?1 AND sid = ?2")?
            .query_row([seq, self.record.sid], |row| Ok((array(row.get(0)?), array(row.get(1)?))))
            .optional()
    }

    /// Positions of entries that are remembered, but not taken.
    fn too_many(&self, assignments: &[Assignment]) -> HashSet<usize> {
        let old = self.beyond_first_import();
        let new = assignments.iter().enumerate().filter(|(_, a)| matches!(a.target, Target::New(_)));
        let new: Vec<usize> = new.map(|(index, _)| index).collect();
        if self.first || new.len() <= self.delivery.most_new {
            return old;
        }
        new.into_iter().skip(self.delivery.first_import).collect()
    }

    /// Positions of entries that a first poll leaves out: all but the newest.
    fn beyond_first_import(&self) -> HashSet<usize> {
        let entries = &self.delivery.entries;
        if !self.first || entries.len() <= self.delivery.first_import {
            return Default::default();
        }
        let mut order: Vec<usize> = (0..entries.len()).collect();
        let date = |index: &usize| entries[*index].entry.published.or(entries[*index].entry.updated);
        // Documents are newest first as a rule; dates decide only if every entry has one.
        if order.iter().all(|index| date(index).is_some()) {
            order.sort_by_key(|index| std::cmp::Reverse(date(index)));
        }
        order.split_off(self.delivery.first_import).into_iter().collect()
    }

    /// Remembers an entry that is not taken, for this source only: another one may bring it.
    fn ignore(&self, incoming: &Incoming) -> rusqlite::Result<()> {
        let candidate = &incoming.candidate;
        let mut keys: Vec<EntryKey> = candidate.guid.into_iter().chain(candidate.exact).collect();
        if keys.is_empty() {
            keys.push(candidate.fallback);
        }
        self.claim_keys(&keys, 0)
    }

    fn claim_keys(&self, keys: &[EntryKey], seq: i64) -> rusqlite::Result<()> {
        // A feed's own word goes before what was learned from a page.
        let mut claim = self.conn.prepare_cached(
            "INSERT INTO keys (key, seq, kind) VALUES (?1, ?2, 0)
             ON CONFLICT DO UPDATE SET seq = excluded.seq, kind = 0 WHERE seq <> 0 AND kind > 0",
        )?;
        for key in keys {
            claim.execute(params![key.0, seq])?;
        }
        Ok(())
    }

    /// A feed that gives an item another guid with every poll must not fill the store:
    /// from a number on, the guid before the new one is forgotten.
    fn bound_keys(&self, seq: i64, guid_before: Option<[u8; 16]>) -> rusqlite::Result<()> {
        let Some(guid) = guid_before else { return Ok(()) };
        self.conn
            .prepare_cached(
                "DELETE FROM keys WHERE key = ?2 AND seq = ?1 AND key <> (SELECT id FROM entries WHERE seq = ?1)
                     AND (SELECT count(*) FROM keys WHERE seq = ?1 AND seq > 0) > ?3",
            )?
            .execute(params![seq, guid, MAX_KEYS])?;
        Ok(())
    }

    /// Notes that this source carries an entry. An entry that is seen poll after
    /// poll in the same way is written once a day only.
    fn carry(&self, seq: i64, incoming: &Incoming) -> rusqlite::Result<Carried> {
        let guid = incoming.candidate.guid.map(|key| key.0);
        let exact = incoming.candidate.exact.map(|key| key.0);
        let row: Option<(i64, [Option<[u8; 16]>; 2])> = self
            .conn
            .prepare_cached("SELECT last_seen, guid, exact FROM carriers WHERE seq = ?1 AND sid = ?2")?
            .query_row([seq, self.record.sid], |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?])))
            .optional()?;
        // An item that has lost its guid or its link is still known by the old one.
        let old = row.map_or([None; 2], |(_, names)| names);
        let (guid, exact) = (guid.or(old[0]), exact.or(old[1]));
        let carried = match row {
            None => Carried::Newly,
            Some((_, names)) if names != [guid, exact] => {
                Carried::Otherwise(names[0].filter(|old| guid != Some(*old)))
            }
            Some((seen, _)) if (ms(self.record.now) - seen).abs() < SEEN_STEP.as_millis() as i64 => {
                return Ok(Carried::AsBefore);
            }
            Some(_) => Carried::AsBefore,
        };
        self.conn
            .prepare_cached(
                "INSERT INTO carriers (seq, sid, guid, exact, first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                 ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen, guid = excluded.guid, exact = excluded.exact",
            )?
            .execute(params![seq, self.record.sid, guid, exact, ms(self.record.now)])?;
        Ok(carried)
    }

    fn insert(
        &self,
        incoming: &Incoming,
        assignment: &Assignment,
        recorded: &mut Recorded,
    ) -> rusqlite::Result<()> {
        let now = self.record.now;
        let entry = &incoming.entry;
        let (date, updated) = dates(entry, now);
        let page = self.page_wanted(incoming, assignment)?;
        let listed = if page { now + self.delivery.wait } else { now };
        let Some(name) = assignment.keys.first() else { return Ok(()) };
        let id = self.free_id(*name)?;
        self.conn
            .prepare_cached(
                "INSERT INTO entries (seq, id, owner, url, title, authors, published, updated, first_seen, touched,
                     listed, lang, hash, page_state, extra, summary, content)
                 VALUES (1 + max(coalesce((SELECT max(seq) FROM entries), 0), (SELECT value FROM meta WHERE key = 'last_seq')),
                     ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(params![
                EntryId::from_key(id).as_bytes(),
                self.record.sid,
                incoming.url,
                entry.title.as_deref().unwrap_or_default(),
                self.authors(entry),
                ms(date),
                ms(updated),
                ms(now),
                ms(listed),
                entry.lang,
                incoming.hash.0,
                u8::from(page),
                extra(entry, EntryExtra::default()),
                entry.summary.as_deref().map(pack),
                entry.content.as_deref().map(pack),
            ])?;
        let seq = self.conn.last_insert_rowid();
        self.claim_keys(&assignment.keys, seq)?;
        if id != *name {
            self.claim_keys(&[id], seq)?;
        }
        self.carry(seq, incoming)?;
        search::index(self.conn, seq)?;
        if page {
            self.want_page(seq, incoming, now, recorded)?;
        } else {
            self.compare(seq, false)?;
        }
        recorded.new += 1;
        recorded.published.push(date);
        recorded.appeared.push(published(entry, now));
        Ok(())
    }

    /// As JSON.
    fn authors(&self, entry: &FeedEntry) -> Option<String> {
        let authors = if entry.authors.is_empty() { &self.delivery.feed.authors } else { &entry.authors };
        (!authors.is_empty()).then(|| serde_json::to_string(authors).ok()).flatten()
    }

    /// The name of an entry is its first key. Should that key lead elsewhere already
    /// (after a merge, say), the next one in a fixed chain is free.
    fn free_id(&self, name: EntryKey) -> rusqlite::Result<EntryKey> {
        let mut taken =
            self.conn.prepare_cached("SELECT 1 FROM keys WHERE key = ?1 AND (seq = 0 OR kind = 0)")?;
        let mut key = name;
        while taken.exists(params![key.0])? {
            key = crate::identity::digest(&[b"again", &key.0]);
        }
        Ok(key)
    }

    fn known_entry(
        &self,
        seq: i64,
        incoming: &Incoming,
        assignment: &Assignment,
        recorded: &mut Recorded,
    ) -> rusqlite::Result<()> {
        let row: Option<(i64, Vec<u8>, u32, Option<i64>)> = self
            .conn
            .prepare_cached("SELECT owner, hash, fetches, page_at FROM entries WHERE seq = ?1")?
            .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .optional()?;
        let Some((owner, hash, fetches, page_at)) = row else { return Ok(()) };
        if owner != self.record.sid && !incoming.wanted {
            return Ok(());
        }
        let carried = self.carry(seq, incoming)?;
        if carried == Carried::Newly {
            recorded.appeared.push(published(&incoming.entry, self.record.now));
        }
        if carried != Carried::AsBefore {
            self.claim_keys(&assignment.keys, seq)?;
            if let Some(url) = incoming.candidate.url {
                alias::gather(self.conn, url, seq)?;
            }
            if let Carried::Otherwise(guid) = carried {
                self.bound_keys(seq, guid)?;
            }
            let moved = incoming.url.as_ref().filter(|_| owner == self.record.sid);
            self.conn
                .prepare_cached("UPDATE entries SET touched = ?2, url = coalesce(?3, url) WHERE seq = ?1")?
                .execute(params![seq, ms(self.record.now), moved])?;
            bump_revision(self.conn)?;
        }
        let outranks = owner != self.record.sid && self.outranks(owner)?;
        let changed = (outranks || owner == self.record.sid) && hash != incoming.hash.0;
        let before = if outranks || changed { Searched::of(self.conn, seq)? } else { None };
        if outranks {
            // The operator prefers this source's copy: its text stands from now on.
            self.conn
                .prepare_cached("UPDATE entries SET owner = ?2, url = coalesce(?3, url) WHERE seq = ?1")?
                .execute(params![seq, self.record.sid, incoming.url])?;
            bump_revision(self.conn)?;
        }
        // Otherwise only who brought it first may change it (RFC 4287 §8.4).
        let news = changed && self.change(seq, incoming)?;
        if before.is_some() {
            search::index_again(self.conn, seq, before.as_ref())?;
        }
        if changed {
            self.compare(seq, true)?;
        }
        if news {
            recorded.changed += 1;
            if fetches > 0 && fetches <= crate::schedule::MAX_REFETCHES && self.delivery.pages {
                let pause = crate::schedule::REFETCH_PAUSE.as_millis() as i64;
                let due = page_at.map_or(ms(self.record.now), |at| (at + pause).max(ms(self.record.now)));
                self.want_page(seq, incoming, super::text::time(due), recorded)?;
            }
        }
        Ok(())
    }

    /// Whether this source has a strictly higher `priority` than `owner`.
    fn outranks(&self, owner: i64) -> rusqlite::Result<bool> {
        self.conn
            .prepare_cached(
                "SELECT 1 FROM sources a, sources b WHERE a.sid = ?1 AND b.sid = ?2 AND a.priority > b.priority",
            )?
            .exists([self.record.sid, owner])
    }

    /// Takes a changed title or text over, and answers whether that is news.
    fn change(&self, seq: i64, incoming: &Incoming) -> rusqlite::Result<bool> {
        let entry = &incoming.entry;
        let old = self.before(seq)?;
        let title = entry.title.as_deref().unwrap_or_default();
        let feed_text = entry.content.as_deref().or(entry.summary.as_deref()).unwrap_or_default();
        let news = is_news((&old.title, &old.feed_text), (title, feed_text));
        // What readers saw: the feed's text stands behind the page's.
        let seen = match &old.article {
            Some(article) => (old.title != title).then_some(article),
            None => news.then_some(&old.feed_text),
        };
        if let Some(text) = seen {
            versions::keep_version(self.conn, seq, self.record.now, &old.title, text)?;
        }
        self.conn
            .prepare_cached(
                "UPDATE entries SET title = ?2, summary = ?3, content = ?4, hash = ?5,
                     touched = ?6, url = coalesce(?7, url), authors = coalesce(?8, authors), extra = ?9,
                     lang = coalesce(?10, lang) WHERE seq = ?1",
            )?
            .execute(params![
                seq,
                title,
                entry.summary.as_deref().map(pack),
                entry.content.as_deref().map(pack),
                incoming.hash.0,
                ms(self.record.now),
                incoming.url,
                self.authors(entry),
                extra(entry, old.extra),
                entry.lang,
            ])?;
        if news {
            versions::tell_news(self.conn, seq, self.record.now)?;
        }
        bump_revision(self.conn)?;
        Ok(news)
    }

    /// What is stored of an entry's texts.
    fn before(&self, seq: i64) -> rusqlite::Result<Before> {
        self.conn
            .prepare_cached("SELECT title, summary, content, article, extra FROM entries WHERE seq = ?1")?
            .query_row([seq], |row| {
                let extra: Option<String> = row.get("extra")?;
                let feed_text = match text(row, "content")? {
                    Some(content) => Some(content),
                    None => text(row, "summary")?,
                };
                Ok(Before {
                    title: row.get("title")?,
                    feed_text: feed_text.unwrap_or_default(),
                    article: text(row, "article")?,
                    extra: extra.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
                })
            })
    }

    /// Looks for near-duplicates of an entry whose feed's text stands: not if there is
    /// the text of a page, or one may come that nobody has asked for yet.
    fn compare(&self, seq: i64, published: bool) -> rusqlite::Result<()> {
        let now = self.record.now;
        let stands = self
            .conn
            .prepare_cached("SELECT 1 FROM entries WHERE seq = ?1 AND article IS NULL AND listed <= ?2")?
            .exists([seq, ms(now)])?;
        if stands { duplicates::settle(self.conn, seq, now, published) } else { Ok(()) }
    }

    /// `auto` stops fetching when the feed's own text has proved complete, and
    /// still looks at every tenth page: feeds change.
    fn page_wanted(&self, incoming: &Incoming, assignment: &Assignment) -> rusqlite::Result<bool> {
        let Some(url) = incoming.url.as_deref().filter(|_| self.delivery.pages) else { return Ok(false) };
        // A front page, or one on which several items stand, is no item's article.
        let shared = incoming.candidate.url.is_some_and(|url| !assignment.keys.contains(&url));
        if shared || web_address(url).is_none_or(|url| is_site_root(&url)) {
            return Ok(false);
        }
        let Some(limit) = self.delivery.own_text_limit else { return Ok(true) };
        let own: u32 = self
            .conn
            .prepare_cached("SELECT own_text FROM sources WHERE sid = ?1")?
            .query_row([self.record.sid], |row| row.get(0))?;
        let has_text = incoming.entry.content.is_some() || incoming.entry.summary.is_some();
        Ok(own < limit || !has_text || incoming.hash.0[0].is_multiple_of(10))
    }

    fn want_page(
        &self,
        seq: i64,
        incoming: &Incoming,
        due: Timestamp,
        recorded: &mut Recorded,
    ) -> rusqlite::Result<()> {
        let Some(url) = &incoming.url else { return Ok(()) };
        self.conn
            .prepare_cached("INSERT OR IGNORE INTO pages (seq, next_due) VALUES (?1, ?2)")?
            .execute([seq, ms(due)])?;
        // It may be waiting already, for a later time.
        let due = self
            .conn
            .prepare_cached("SELECT next_due FROM pages WHERE seq = ?1")?
            .query_row([seq], |row| row.get(0))?;
        recorded.pages.push(DuePage { seq, url: url.clone(), due: super::text::time(due) });
        Ok(())
    }
}

/// What goes with an entry's text, as JSON. Of `old` stays what is the page's.
fn extra(entry: &FeedEntry, old: EntryExtra) -> Option<String> {
    let extra = EntryExtra {
        categories: entry.categories.clone(),
        enclosures: entry.enclosures.clone(),
        feed_image: entry.image.clone(),
        episode: entry.episode.clone(),
        base: entry.base.clone(),
        source: entry.source.clone(),
        makeshift_title: entry.makeshift_title,
        ..old
    };
    (extra != EntryExtra::default()).then(|| serde_json::to_string(&extra).ok()).flatten()
}

/// Publication and change date as they are stored: a date that is missing, in the
/// future or before feeds existed is the time of first sight.
fn dates(entry: &FeedEntry, now: Timestamp) -> (Timestamp, Timestamp) {
    let date = published(entry, now).unwrap_or(now);
    (date, sane(entry.updated, now).unwrap_or(date).max(date))
}

/// Publication as the feed says it, if that can be.
pub(super) fn published(entry: &FeedEntry, now: Timestamp) -> Option<Timestamp> {
    sane(entry.published, now).or(sane(entry.updated, now))
}

fn sane(date: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    // 1990-01-01: no feed is older; "1970" is a clock that was not set.
    let earliest = Timestamp::from_second(631_152_000).unwrap_or(Timestamp::UNIX_EPOCH);
    date.filter(|date| *date >= earliest && *date <= now)
}
