//! Article pages: which are to be fetched, and what came of it.

use super::alias::{Alias, Arrival, adopt};
use super::duplicates;
use super::log::{REPEATED, SELECTOR_MISSED, THIN};
use super::notices::Addressee;
use super::polls::bump_revision;
use super::search::{self, Searched};
use super::site::{self, SitePage};
use super::text::{ms, pack, text, time};
use super::versions;
use crate::health::{self, TextFinding, TextPrint};
use crate::identity::is_news;
use crate::model::{EntryExtra, PageFacts, PageResult, Person, Reason, SourceId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A page that is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuePage {
    /// Its entry.
    pub seq: i64,
    /// Its address.
    pub url: String,
    /// Not before this.
    pub due: Timestamp,
}

/// A page that was claimed for one attempt, with what is known of its entry.
#[derive(Debug, Clone)]
pub struct ClaimedPage {
    /// The entry.
    pub seq: i64,
    /// Address of the page.
    pub url: String,
    /// The source that brought it first.
    pub source: SourceId,
    /// Attempts so far, this one included, since the page was asked for.
    pub attempts: u32,
    /// The entry's title; empty if it is one made out of the address.
    pub title: String,
    /// The feed's teaser.
    pub summary: Option<String>,
    /// The feed's text.
    pub content: Option<String>,
    /// Names of the feed's authors.
    pub authors: Vec<Person>,
    /// Publication date.
    pub published: Timestamp,
}

/// The result of one attempt at a page.
#[derive(Debug, Clone)]
pub struct PageRecord {
    /// The entry.
    pub seq: i64,
    /// When it ended.
    pub now: Timestamp,
    /// How it ended.
    pub outcome: PageOutcome,
}

/// How an attempt at a page ended.
#[derive(Debug, Clone)]
pub enum PageOutcome {
    /// An article was extracted.
    Extracted {
        /// Its text if it is better than the feed's: clean HTML.
        html: Option<String>,
        /// For entries without a title.
        title: Option<String>,
        /// For entries without authors.
        authors: Vec<Person>,
        /// Lead picture.
        image: Option<String>,
        /// What the page says of the article beside its text.
        facts: Box<PageFacts>,
        /// Language tag.
        lang: Option<String>,
        /// Addresses the page was found to have.
        aliases: Vec<Alias>,
        /// The configured selector found nothing.
        selector_missed: bool,
        /// What its text looks like.
        print: TextPrint,
        /// What it tells of its site.
        site: Box<SitePage>,
        /// A further page of the article is missing and may be there then.
        retry: Option<Timestamp>,
    },
    /// No article was extracted.
    Failed {
        /// Why.
        reason: Reason,
        /// When to try again; `None`: not again.
        retry: Option<Timestamp>,
    },
}

/// All pages of active sources that are to be fetched, and whose they are. `limit` bounds the memory; the rest is found
/// when these are done.
pub fn due_pages(conn: &Connection, limit: usize) -> rusqlite::Result<Vec<(DuePage, SourceId)>> {
    // In this order: SQLite would rather walk through all entries.
    let mut query = conn.prepare(
        "SELECT p.seq, e.url, p.next_due, s.id FROM pages p
         CROSS JOIN entries e USING (seq) CROSS JOIN sources s ON s.sid = e.owner
         WHERE e.url IS NOT NULL AND s.active = 1 ORDER BY p.next_due LIMIT ?1",
    )?;
    let rows = query.query_map([limit as i64], |row| {
        let page = DuePage { seq: row.get(0)?, url: row.get(1)?, due: time(row.get(2)?) };
        Ok((page, row.get::<_, String>(3)?))
    })?;
    let mut pages = Vec::new();
    for row in rows {
        let (page, source) = row?;
        pages.extend(SourceId::new(&source).map(|source| (page, source)));
    }
    Ok(pages)
}

/// Claims pages for one attempt each: the time of the next one is stored first,
/// so that a crash does not fetch them again at once.
pub fn claim_pages(
    conn: &Connection,
    now: Timestamp,
    retry: Timestamp,
    seqs: &[i64],
) -> rusqlite::Result<Vec<ClaimedPage>> {
    let mut claim = conn.prepare_cached(
        "UPDATE pages SET next_due = ?3, attempts = attempts + 1
         WHERE seq = ?1 AND next_due <= ?2 RETURNING attempts",
    )?;
    let mut query = conn.prepare_cached(
        "SELECT e.*, s.id AS source FROM entries e JOIN sources s ON s.sid = e.owner WHERE e.seq = ?1",
    )?;
    let mut pages = Vec::with_capacity(seqs.len());
    for seq in seqs {
        let attempts: Option<u32> =
            claim.query_row(params![seq, ms(now), ms(retry)], |row| row.get(0)).optional()?;
        if let Some(attempts) = attempts {
            pages.extend(query.query_row([seq], |row| claimed(row, attempts)).optional()?.flatten());
        }
    }
    Ok(pages)
}

pub(super) fn claimed(row: &Row<'_>, attempts: u32) -> rusqlite::Result<Option<ClaimedPage>> {
    let source: String = row.get("source")?;
    let url: Option<String> = row.get("url")?;
    let (Some(source), Some(url)) = (SourceId::new(&source), url) else { return Ok(None) };
    let authors: Option<String> = row.get("authors")?;
    let extra: Option<String> = row.get("extra")?;
    let extra: EntryExtra = extra.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    Ok(Some(ClaimedPage {
        seq: row.get("seq")?,
        url,
        source,
        attempts,
        title: if extra.makeshift_title { String::new() } else { row.get("title")? },
        summary: text(row, "summary")?,
        content: text(row, "content")?,
        authors: authors.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
        published: time(row.get("published")?),
    }))
}

/// Stores the result of one attempt. The first one lets the entry into the merged
/// feed; a full text does not move `updated`.
///
/// Answers whether the page stands behind what is stored of the entry now: not if an
/// older page's text stays, because this one brought none or one that all pages have.
pub fn record_page(conn: &Connection, record: &PageRecord) -> rusqlite::Result<bool> {
    let entry: Option<(i64, i64, u8, Arrival)> = conn
        .prepare_cached(
            "SELECT owner, listed, page_state, fetches, coalesce((SELECT attempts FROM pages WHERE seq = ?1), 1)
             FROM entries WHERE seq = ?1",
        )?
        .query_row([record.seq], |row| {
            let arrival = match (row.get::<_, i64>(3)?, row.get::<_, i64>(4)?) {
                (0, ..=1) => Arrival::Prompt,
                (0, _) => Arrival::Late,
                _ => Arrival::Again,
            };
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, arrival))
        })
        .optional()?;
    let Some((owner, listed, state, arrival)) = entry else { return Ok(false) };
    let had_article = state == USED;
    let (mut seq, mut repeated) = (record.seq, false);
    let stands = match &record.outcome {
        PageOutcome::Failed { reason, retry } => {
            failed(conn, record, owner, reason, *retry, had_article)?;
            !had_article
        }
        PageOutcome::Extracted {
            html, facts, aliases, selector_missed, print, site: page, retry, ..
        } => {
            let finding = site::note_text(conn, owner, *print)?;
            site::learn_page(conn, record.now, page)?;
            repeated = finding == TextFinding::Repeated;
            // The last good text is better than one that all pages have.
            let kept = keeps_its_own(had_article, finding);
            if let (Some(html), Arrival::Again, false) = (html, arrival, kept) {
                replaced(conn, record, html)?;
            }
            let searched = Searched::of(conn, record.seq)?;
            extracted(conn, record, finding, kept)?;
            search::index_again(conn, record.seq, searched.as_ref())?;
            let result = match (finding, html) {
                (TextFinding::Repeated, _) => PageResult::Repeated,
                _ if *selector_missed => PageResult::SelectorMissed,
                (TextFinding::Thin, _) => PageResult::Thin,
                (TextFinding::Fine, Some(_)) => PageResult::Used,
                (TextFinding::Fine, None) => PageResult::NoGain,
            };
            // An article that is not complete yet is counted when it is.
            if retry.is_none() {
                let seen = Seen { result, used: html.is_some(), paid: facts.paywalled() };
                count(conn, record.now, owner, &seen, None)?;
            }
            for alias in aliases {
                seq = adopt(conn, seq, alias, arrival)?;
            }
            !kept
        }
    };
    let served = matches!(&record.outcome, PageOutcome::Extracted { .. });
    if listed > ms(record.now) || served {
        let published = conn
            .prepare_cached("SELECT 1 FROM entries WHERE seq = ?1 AND listed <= ?2")?
            .exists([seq, ms(record.now)])?;
        conn.prepare_cached("UPDATE entries SET listed = min(listed, ?2) WHERE seq = ?1")?
            .execute([seq, ms(record.now)])?;
        bump_revision(conn)?;
        // An article that may not be complete is compared all the same: it is listed.
        // What several pages of a source have is no story.
        if !repeated {
            duplicates::settle(conn, seq, record.now, published)?;
        }
    }
    Ok(stands)
}

/// The page of an entry was read again: a text that is news moves `updated`, and the one
/// that readers saw is kept. The first text of a page is no change.
fn replaced(conn: &Connection, record: &PageRecord, html: &str) -> rusqlite::Result<()> {
    let (title, before): (String, Option<String>) = conn
        .prepare_cached("SELECT title, article FROM entries WHERE seq = ?1")?
        .query_row([record.seq], |row| Ok((row.get("title")?, text(row, "article")?)))?;
    let Some(before) = before.filter(|before| is_news(("", before), ("", html))) else { return Ok(()) };
    versions::keep_version(conn, record.seq, record.now, &title, &before)?;
    versions::tell_news(conn, record.seq, record.now)
}

/// Whether an entry's text stays although a page gave another one.
pub(super) fn keeps_its_own(had_article: bool, finding: TextFinding) -> bool {
    had_article && finding == TextFinding::Repeated
}

pub(super) const USED: u8 = 2;
pub(super) const NO_GAIN: u8 = 3;
const FAILED: u8 = 4;

fn failed(
    conn: &Connection,
    record: &PageRecord,
    owner: i64,
    reason: &Reason,
    retry: Option<Timestamp>,
    had_article: bool,
) -> rusqlite::Result<()> {
    match retry {
        Some(due) => {
            conn.prepare_cached("UPDATE pages SET next_due = ?2 WHERE seq = ?1")?
                .execute([record.seq, ms(due)])?;
        }
        None => {
            conn.prepare_cached("DELETE FROM pages WHERE seq = ?1")?.execute([record.seq])?;
            let seen = Seen { result: PageResult::Failed, used: false, paid: false };
            count(conn, record.now, owner, &seen, Some(reason))?;
        }
    }
    let state = match retry {
        _ if had_article => USED,
        Some(_) => 1,
        None => FAILED,
    };
    conn.prepare_cached("UPDATE entries SET page_state = ?2, page_error = ?3, page_at = ?4 WHERE seq = ?1")?
        .execute(params![
            record.seq,
            state,
            format!("{}: {}", reason.kind, reason.message),
            ms(record.now)
        ])?;
    Ok(())
}

/// Keeps what a page says of itself, if that is something else than before.
pub(super) fn keep_facts(
    conn: &Connection,
    seq: i64,
    now: Timestamp,
    facts: &PageFacts,
) -> rusqlite::Result<()> {
    let extra: Option<String> = conn
        .prepare_cached("SELECT extra FROM entries WHERE seq = ?1")?
        .query_row([seq], |row| row.get(0))?;
    let mut extra: EntryExtra = extra.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    if extra.page == *facts {
        return Ok(());
    }
    extra.page = facts.clone();
    conn.prepare_cached("UPDATE entries SET extra = ?2, touched = ?3 WHERE seq = ?1")?.execute(params![
        seq,
        serde_json::to_string(&extra).ok(),
        ms(now)
    ])?;
    bump_revision(conn)
}

/// Stores what was extracted; where `kept`, the text stays as it was.
fn extracted(
    conn: &Connection,
    record: &PageRecord,
    finding: TextFinding,
    kept: bool,
) -> rusqlite::Result<()> {
    let PageOutcome::Extracted { html, title, authors, image, facts, lang, selector_missed, retry, .. } =
        &record.outcome
    else {
        return Ok(());
    };
    let extra: Option<String> = conn
        .prepare_cached("SELECT extra FROM entries WHERE seq = ?1")?
        .query_row([record.seq], |row| row.get(0))?;
    let mut extra: EntryExtra = extra.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    extra.image = image.clone().or(extra.image);
    let better_title = extra.makeshift_title && title.is_some();
    extra.makeshift_title &= title.is_none();
    extra.page = PageFacts::clone(facts);
    let authors = (!authors.is_empty()).then(|| serde_json::to_string(authors).ok()).flatten();
    let state = if html.is_some() || kept { USED } else { NO_GAIN };
    let remark = match finding {
        TextFinding::Repeated => Some(format!("{REPEATED}: several pages of this source have this text")),
        _ if *selector_missed => {
            Some(format!("{SELECTOR_MISSED}: content_selector found nothing on this page"))
        }
        TextFinding::Thin => Some(format!("{THIN}: the texts of this source used to be longer")),
        TextFinding::Fine => None,
    };
    conn.prepare_cached(
        "UPDATE entries SET page_state = ?2, page_at = ?3, page_error = ?9, fetches = fetches + ?11,
             article = CASE WHEN ?10 THEN article ELSE ?4 END, touched = ?3, extra = ?5,
             authors = coalesce(authors, ?6), lang = coalesce(lang, ?7),
             title = CASE WHEN title = '' OR ?12 THEN coalesce(?8, '') ELSE title END
         WHERE seq = ?1",
    )?
    .execute(params![
        record.seq,
        state,
        ms(record.now),
        html.as_deref().map(pack),
        (extra != EntryExtra::default()).then(|| serde_json::to_string(&extra).ok()).flatten(),
        authors,
        lang,
        title,
        remark,
        kept,
        u8::from(retry.is_none()),
        better_title,
    ])?;
    match retry {
        Some(due) => conn
            .prepare_cached("UPDATE pages SET next_due = ?2 WHERE seq = ?1")?
            .execute([record.seq, ms(*due)])?,
        None => conn.prepare_cached("DELETE FROM pages WHERE seq = ?1")?.execute([record.seq])?,
    };
    Ok(())
}

/// What a page that was dealt with counts as.
struct Seen {
    result: PageResult,
    /// Its text is used.
    used: bool,
    /// It says that it is for subscribers only.
    paid: bool,
}

/// Counts a page that was dealt with, and gives notice if its source's articles are
/// not found any more, or again.
fn count(
    conn: &Connection,
    now: Timestamp,
    sid: i64,
    &Seen { result, used, paid }: &Seen,
    error: Option<&Reason>,
) -> rusqlite::Result<()> {
    let failed = result == PageResult::Failed;
    let missed = result == PageResult::SelectorMissed;
    let counted = conn
        .prepare_cached(
            "UPDATE sources SET pages_good = pages_good + ?2, pages_no_gain = pages_no_gain + ?3,
                 pages_failed = pages_failed + ?4, selector_missed = selector_missed + ?5,
                 own_text = CASE WHEN ?2 THEN 0 ELSE own_text + ?3 END,
                 recent_pages = substr(recent_pages || ?6, -20), page_error = coalesce(?7, page_error),
                 recent_paid = substr(recent_paid || ?8, -20)
             WHERE sid = ?1
             RETURNING id, url, link, told, recent_pages, pages_good + pages_no_gain > selector_missed",
        )?
        .query_row(
            params![
                sid,
                used,
                !used && !failed,
                failed,
                missed,
                letter(result),
                error.map(|error| format!("{}: {}", error.kind, error.message)),
                if paid { "p" } else { "-" },
            ],
            |row| Ok((Addressee::of(sid, row, 0)?, row.get::<_, String>(4)?, row.get::<_, bool>(5)?)),
        )
        .optional()?;
    let Some((addressee, recent, worked)) = counted else { return Ok(()) };
    addressee.tell(conn, now, |subject| health::on_page(subject, &results(&recent), worked, error))
}

fn letter(result: PageResult) -> &'static str {
    match result {
        PageResult::Used => "u",
        PageResult::NoGain => "n",
        PageResult::Failed => "f",
        PageResult::SelectorMissed => "s",
        PageResult::Thin => "t",
        PageResult::Repeated => "r",
    }
}

/// Outcomes of pages out of their letters.
pub(super) fn results(letters: &str) -> Vec<PageResult> {
    let result = |letter| {
        Some(match letter {
            'u' => PageResult::Used,
            'n' => PageResult::NoGain,
            'f' => PageResult::Failed,
            's' => PageResult::SelectorMissed,
            't' => PageResult::Thin,
            'r' => PageResult::Repeated,
            _ => return None,
        })
    };
    letters.chars().filter_map(result).collect()
}
