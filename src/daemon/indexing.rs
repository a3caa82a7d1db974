//! Housekeeping of the full-text index.

use super::engine::Engine;
use crate::store::{self, StoreError};
use std::time::Duration;

/// Entries of one commit: it takes a tenth of a second or so.
const BATCH: usize = 100;
/// Between two commits others have their turn.
const PAUSE: Duration = Duration::from_millis(100);

impl Engine {
    /// Puts entries into the full-text index that were stored before there was one, in small
    /// commits. Answers how many there were.
    ///
    /// # Errors
    /// The store can't be written to.
    pub async fn index_older(&self) -> Result<usize, StoreError> {
        let mut all = 0;
        loop {
            match self.store().write(|conn| store::index_older(conn, BATCH)).await? {
                0 => return Ok(all),
                some => all += some,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Frees what forgotten entries leave in the full-text index, in small commits.
    ///
    /// # Errors
    /// The store can't be written to.
    pub async fn tidy_index(&self) -> Result<(), StoreError> {
        while self.store().write(store::tidy_index).await? {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}
