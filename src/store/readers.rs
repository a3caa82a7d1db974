//! Read-only connections, and who may use one.

use super::error::StoreError;
use super::open::connect_to_read;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// What reads longer than that is not waited for at the end.
const LAST_READS: Duration = Duration::from_secs(3);

/// A fixed number of places, each with a connection of its own once it was needed.
pub(super) struct Readers {
    path: PathBuf,
    places: u32,
    idle: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
    closed: AtomicBool,
}

impl Readers {
    pub(super) fn new(path: PathBuf, places: u32) -> Arc<Self> {
        let turns = Arc::new(Semaphore::new(places as usize));
        Arc::new(Self { path, places, idle: Mutex::default(), turns, closed: AtomicBool::new(false) })
    }

    /// Runs `work` when a place is free.
    pub(super) async fn read<T, F>(self: &Arc<Self>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let readers = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let conn = match readers.idle().pop() {
                Some(conn) => conn,
                None => connect_to_read(&readers.path)?,
            };
            let result = work(&conn).map_err(|error| StoreError::sqlite(&readers.path, "read", error));
            if !readers.closed.load(Ordering::Acquire) {
                readers.idle().push(conn);
            }
            drop(turn);
            result
        });
        task.await.map_err(|_| StoreError::Closed)?
    }

    /// Waits for who is in and closes the connections; from now on none is kept open.
    /// Whoever comes waits until the answer is dropped.
    pub(super) async fn close(&self) -> Option<SemaphorePermit<'_>> {
        self.closed.store(true, Ordering::Release);
        let all = tokio::time::timeout(LAST_READS, self.turns.acquire_many(self.places)).await;
        self.idle().clear();
        all.ok()?.ok()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
