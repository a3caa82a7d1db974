//! Pages as they were fetched, kept so that articles can be extracted again
//! without asking anybody.

use super::duplicates;
use super::pages::{ClaimedPage, PageOutcome, USED, claimed, keeps_its_own};
use super::polls::bump_revision;
use super::search::{self, Searched};
use super::site;
use super::text::{ms, pack, text};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// The largest page that is unpacked, in bytes: no larger one can be configured.
const MAX_PAGE: usize = 1 << 30;

/// A page as it was fetched, compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPage {
    /// Address that was asked for.
    pub asked: String,
    /// Address after redirects.
    pub url: String,
    /// `Content-Type`, as it stood.
    pub content_type: Option<String>,
    body: Vec<u8>,
}

impl KeptPage {
    /// Compresses a page. Needs a processor.
    pub fn new(asked: String, url: String, content_type: Option<String>, body: &[u8]) -> Option<Self> {
        let body = zstd::bulk::compress(body, 3).ok()?;
        Some(Self { asked, url, content_type, body })
    }

    /// The page's bytes; `None` if they are damaged.
    pub fn body(&self) -> Option<Vec<u8>> {
        let size = zstd::zstd_safe::get_frame_content_size(&self.body).ok().flatten()?;
        let size = usize::try_from(size).ok().filter(|&size| size <= MAX_PAGE)?;
        zstd::bulk::decompress(&self.body, size).ok()
    }
}

/// Keeps the pages of an entry in place of those kept before, unless the entry is gone.
pub fn keep_pages(conn: &Connection, seq: i64, pages: &[KeptPage]) -> rusqlite::Result<()> {
    if !conn.prepare_cached("SELECT 1 FROM entries WHERE seq = ?1")?.exists([seq])? {
        return Ok(());
    }
    conn.prepare_cached("DELETE FROM kept_pages WHERE seq = ?1")?.execute([seq])?;
    let mut insert = conn.prepare_cached("INSERT INTO kept_pages VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (part, page) in (0i64..).zip(pages) {
        insert.execute(params![seq, part, page.asked, page.url, page.content_type, page.body])?;
    }
    Ok(())
}

/// The next entry, by its number, whose pages are kept; `source`: of this source only.
pub fn next_kept(
    conn: &Connection,
    after: i64,
    source: Option<&str>,
) -> rusqlite::Result<Option<(ClaimedPage, Vec<KeptPage>)>> {
    let mut after = after;
    loop {
        let seq: Option<i64> = conn
            .prepare_cached(
                "SELECT k.seq FROM kept_pages k JOIN entries e USING (seq) JOIN sources s ON s.sid = e.owner
                 WHERE k.seq > ?1 AND k.part = 0 AND (?2 IS NULL OR s.id = ?2) ORDER BY k.seq LIMIT 1",
            )?
            .query_row(params![after, source], |row| row.get(0))
            .optional()?;
        let Some(seq) = seq else { return Ok(None) };
        let page = conn
            .prepare_cached(
                "SELECT e.*, s.id AS source FROM entries e JOIN sources s ON s.sid = e.owner WHERE e.seq = ?1",
            )?
            .query_row([seq], |row| claimed(row, 0))?;
        match page {
            Some(page) => return Ok(Some((page, pages_of(conn, seq)?))),
            None => after = seq,
        }
    }
}

fn pages_of(conn: &Connection, seq: i64) -> rusqlite::Result<Vec<KeptPage>> {
    conn.prepare_cached("SELECT asked, url, content_type, body FROM kept_pages WHERE seq = ?1 ORDER BY part")?
        .query_map([seq], |row| {
            Ok(KeptPage {
                asked: row.get(0)?,
                url: row.get(1)?,
                content_type: row.get(2)?,
                body: row.get(3)?,
            })
        })?
        .collect()
}

/// Stores the text of another extraction, and says whether it is another one than
/// before. Ids and dates stay: nothing happened to the article. An extraction that
/// failed changes nothing; nor does one that gives nothing, or a text that several
/// pages of the source have, where there is an article.
pub fn record_again(
    conn: &Connection,
    seq: i64,
    now: Timestamp,
    outcome: &PageOutcome,
) -> rusqlite::Result<bool> {
    let PageOutcome::Extracted { html, facts, title, authors, lang, print, .. } = outcome else {
        return Ok(false);
    };
    let before = conn
        .prepare_cached("SELECT owner, article FROM entries WHERE seq = ?1")?
        .query_row([seq], |row| Ok((row.get(0)?, text(row, "article")?)))
        .optional()?;
    let Some((owner, before)) = before else { return Ok(false) };
    super::pages::keep_facts(conn, seq, now, facts)?;
    if before == *html || (before.is_some() && html.is_none()) {
        return Ok(false);
    }
    if keeps_its_own(before.is_some(), site::find_text(conn, owner, *print)?) {
        return Ok(false);
    }
    let searched = Searched::of(conn, seq)?;
    let state = if html.is_some() { USED } else { super::pages::NO_GAIN };
    let authors = (!authors.is_empty()).then(|| serde_json::to_string(authors).ok()).flatten();
    conn.prepare_cached(
        "UPDATE entries SET article = ?2, page_state = ?3, page_error = NULL, touched = ?4,
             authors = coalesce(authors, ?5), lang = coalesce(lang, ?6),
             title = CASE title WHEN '' THEN coalesce(?7, '') ELSE title END
         WHERE seq = ?1",
    )?
    .execute(params![seq, html.as_deref().map(pack), state, ms(now), authors, lang, title])?;
    search::index_again(conn, seq, searched.as_ref())?;
    duplicates::settle(conn, seq, now, true)?;
    bump_revision(conn)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let body = b"<p>a page</p>".repeat(1000);
        let page = KeptPage::new("a".to_owned(), "b".to_owned(), None, &body);
        assert!(page.as_ref().is_some_and(|page| page.body.len() < 200));
        assert_eq!(page.and_then(|page| page.body()), Some(body));
        let damaged =
            KeptPage { asked: String::new(), url: String::new(), content_type: None, body: vec![1, 2, 3] };
        assert_eq!(damaged.body(), None);
    }
}
