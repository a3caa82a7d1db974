//! Entries whose words are not wanted: asked for one by one, in descending order.

use rusqlite::{Connection, params};

/// Entries that are read at once: asking the index about a single one takes as long as about hundreds.
const AT_ONCE: usize = 1000;

/// The entries that match an expression of FTS5.
pub(super) struct Excluded {
    words: String,
    /// Those of a stretch, descending.
    loaded: Vec<i64>,
    /// The stretch, both ends included.
    newest: i64,
    oldest: i64,
}

impl Excluded {
    pub(super) fn new(words: String) -> Self {
        Self { words, loaded: Vec::new(), newest: i64::MIN, oldest: i64::MAX }
    }

    /// Whether an entry is one of them.
    pub(super) fn has(&mut self, conn: &Connection, seq: i64) -> rusqlite::Result<bool> {
        if !(self.oldest..=self.newest).contains(&seq) {
            self.load(conn, seq)?;
        }
        Ok(self.loaded.binary_search_by(|other| seq.cmp(other)).is_ok())
    }

    fn load(&mut self, conn: &Connection, newest: i64) -> rusqlite::Result<()> {
        self.loaded = conn
            .prepare_cached(
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid <= ?2 ORDER BY rowid DESC LIMIT ?3",
            )?
            .query_map(params![self.words, newest, AT_ONCE as i64], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let oldest = self.loaded.last().copied().filter(|_| self.loaded.len() == AT_ONCE);
        (self.newest, self.oldest) = (newest, oldest.unwrap_or(i64::MIN));
        Ok(())
    }
}
