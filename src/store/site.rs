//! What was learned of a site's pages: blocks that stand on many of them, and what
//! the texts of a source look like.

use super::text::ms;
use crate::article::{PageProof, SiteBlocks, SiteProof};
use crate::health::{TextFinding, TextMemory, TextPrint};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// What one page tells of its site.
#[derive(Debug, Clone, Default)]
pub struct SitePage {
    /// Host of the page.
    pub host: String,
    /// Digests of its blocks of text.
    pub blocks: Vec<u32>,
    /// What it shows, if the feed has its text too.
    pub proof: Option<PageProof>,
}

/// Hosts that are remembered, at most 10 KB each; those that were not read from
/// for longest make room.
const HOSTS: i64 = 20_000;

/// What is known of a host: blocks that stand on many of its pages, and what full texts of
/// its feeds have shown of them.
pub fn known_site(conn: &Connection, host: &str) -> rusqlite::Result<(SiteBlocks, SiteProof)> {
    let row: Option<(Vec<u8>, Option<String>)> = conn
        .prepare_cached("SELECT blocks, proof FROM site_blocks WHERE host = ?1")?
        .query_row([host], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((blocks, proof)) = row else { return Ok(Default::default()) };
    Ok((SiteBlocks::from_bytes(&blocks), proof.map(|json| SiteProof::from_json(&json)).unwrap_or_default()))
}

/// Remembers one more page of a host: its blocks, and what it proves.
pub(super) fn learn_page(conn: &Connection, now: Timestamp, page: &SitePage) -> rusqlite::Result<()> {
    if page.host.is_empty() || (page.blocks.is_empty() && page.proof.is_none()) {
        return Ok(());
    }
    let (mut site, mut proof) = known_site(conn, &page.host)?;
    site.learn(&page.blocks);
    if let Some(page) = &page.proof {
        proof.learn(page);
    }
    let proof = (proof != SiteProof::default()).then(|| proof.to_json());
    conn.prepare_cached(
        "INSERT INTO site_blocks (host, at, blocks, proof) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (host) DO UPDATE SET at = ?2, blocks = ?3, proof = ?4",
    )?
    .execute(params![page.host, ms(now), site.to_bytes(), proof])?;
    Ok(())
}

/// Forgets the hosts that are too many.
pub(super) fn prune_hosts(conn: &Connection) -> rusqlite::Result<usize> {
    conn.execute(
        "DELETE FROM site_blocks WHERE host IN (SELECT host FROM site_blocks ORDER BY at DESC LIMIT -1 OFFSET ?1)",
        [HOSTS],
    )
}

fn texts(conn: &Connection, sid: i64) -> rusqlite::Result<TextMemory> {
    let texts: Option<Option<Vec<u8>>> = conn
        .prepare_cached("SELECT texts FROM sources WHERE sid = ?1")?
        .query_row([sid], |row| row.get(0))
        .optional()?;
    Ok(texts.flatten().map(|bytes| TextMemory::from_bytes(&bytes)).unwrap_or_default())
}

/// What [`note_text`] would find; remembers nothing.
pub(super) fn find_text(conn: &Connection, sid: i64, print: TextPrint) -> rusqlite::Result<TextFinding> {
    Ok(texts(conn, sid)?.note(print))
}

/// Looks at the text of one of a source's pages beside the last ones.
pub(super) fn note_text(conn: &Connection, sid: i64, print: TextPrint) -> rusqlite::Result<TextFinding> {
    let mut memory = texts(conn, sid)?;
    let finding = memory.note(print);
    conn.prepare_cached("UPDATE sources SET texts = ?2 WHERE sid = ?1")?
        .execute(params![sid, memory.to_bytes()])?;
    Ok(finding)
}
