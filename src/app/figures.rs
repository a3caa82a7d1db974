//! Figures of the store, read once for all who ask within a second.

use crate::store::{self, Store, StoreError, StoreFigures};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::Mutex;

/// They count every entry: too much work to be done for each reader of a page.
const KEPT: SignedDuration = SignedDuration::from_secs(1);

/// The figures as they were read last.
#[derive(Default)]
pub(super) struct Figures {
    read: Mutex<Option<(Timestamp, Arc<StoreFigures>)>>,
}

impl Figures {
    /// Figures as of `now`, or up to a second before. Who comes while they are read
    /// waits for them.
    pub(super) async fn at(&self, store: &Store, now: Timestamp) -> Result<Arc<StoreFigures>, StoreError> {
        let mut read = self.read.lock().await;
        if let Some((at, figures)) = &*read
            // A clock that was put back is no reason to keep them.
            && now.duration_since(*at).abs() < KEPT
        {
            return Ok(figures.clone());
        }
        let figures = Arc::new(store.read(move |conn| store::figures(conn, now)).await?);
        // By the time that is over, it may be later; whoever waited is content with these.
        *read = Some((now, figures.clone()));
        Ok(figures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Role;

    #[tokio::test]
    async fn read_once_a_second() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::open(dir.path(), Role::Daemon).expect("a store");
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
        let figures = Figures::default();
        let at = async |millis| {
            figures.at(&store, now + SignedDuration::from_millis(millis)).await.expect("figures")
        };
        let first = at(0).await;
        assert!(Arc::ptr_eq(&first, &at(999).await));
        let second = at(1_000).await;
        assert!(!Arc::ptr_eq(&first, &second));
        assert!(!Arc::ptr_eq(&second, &at(-5_000).await), "the clock was put back");
    }
}
