//! What was learned of a site's pages: blocks that stand on many of them, and what
//! the texts of a source look like.

use super::text::ms;
use crate::article::SiteBlocks;
use crate::health::{TextFinding, TextMemory, TextPrint};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// Hosts that are remembered, at most 3.6 KB each; those that were not read from
/// for longest make room.
const HOSTS: i64 = 20_000;

/// The blocks that are known of a host.
pub fn site_blocks(conn: &Connection, host: &str) -> rusqlite::Result<SiteBlocks> {
    let blocks: Option<Vec<u8>> = conn
        .prepare_cached("SELECT blocks FROM site_blocks WHERE host = ?1")?
        .query_row([host], |row| row.get(0))
        .optional()?;
    Ok(blocks.map(|blocks| SiteBlocks::from_bytes(&blocks)).unwrap_or_default())
}

/// Remembers the blocks of one more page of a host.
pub(super) fn learn_blocks(
    conn: &Connection,
    now: Timestamp,
    host: &str,
    blocks: &[u32],
) -> rusqlite::Result<()> {
    if host.is_empty() || blocks.is_empty() {
        return Ok(());
    }
    let mut site = site_blocks(conn, host)?;
    site.learn(blocks);
    conn.prepare_cached(
        "INSERT INTO site_blocks (host, at, blocks) VALUES (?1, ?2, ?3)
         ON CONFLICT (host) DO UPDATE SET at = ?2, blocks = ?3",
    )?
    .execute(params![host, ms(now), site.to_bytes()])?;
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
