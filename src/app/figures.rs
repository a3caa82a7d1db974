//! Figures of the store, read once for all who ask within a second.

use crate::daemon::Settings;
use crate::store::{self, Store, StoreError, StoreFigures};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::Mutex;

/// They count every entry: too much work to be done for each reader of a page.
const KEPT: SignedDuration = SignedDuration::from_secs(1);

/// The figures as they were read last.
#[derive(Default)]
pub(super) struct Figures {
    read: Mutex<Option<Read>>,
}

struct Read {
    at: Timestamp,
    /// The configuration in force: another one has other sources.
    settings: Arc<Settings>,
    figures: Arc<StoreFigures>,
}

impl Figures {
    /// Figures as of `now`, or up to a second before. Who comes while they are read
    /// waits for them.
    pub(super) async fn at(
        &self,
        store: &Store,
        settings: &Arc<Settings>,
        now: Timestamp,
    ) -> Result<Arc<StoreFigures>, StoreError> {
        let mut read = self.read.lock().await;
        if let Some(last) = &*read
            && Arc::ptr_eq(&last.settings, settings)
            // A clock that was put back is no reason to keep them.
            && now.duration_since(last.at).abs() < KEPT
        {
            return Ok(last.figures.clone());
        }
        let figures = Arc::new(store.read(move |conn| store::figures(conn, now)).await?);
        // By the time that is over, it may be later; whoever waited is content with these.
        *read = Some(Read { at: now, settings: settings.clone(), figures: figures.clone() });
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
        let parse = |text: &str| crate::app::parse_config(text, "c.toml".as_ref()).expect("good");
        let settings = Settings::new(parse("data_dir = \"/d\""));
        let with = async |settings, millis| {
            figures.at(&store, settings, now + SignedDuration::from_millis(millis)).await.expect("figures")
        };
        let at = async |millis| with(&settings, millis).await;
        let first = at(0).await;
        assert!(Arc::ptr_eq(&first, &at(999).await));
        let second = at(1_000).await;
        assert!(!Arc::ptr_eq(&first, &second));
        assert!(!Arc::ptr_eq(&second, &at(-5_000).await), "the clock was put back");
        let other = Settings::new(parse("data_dir = \"/d\""));
        assert!(!Arc::ptr_eq(&at(-5_000).await, &with(&other, -5_000).await), "a reload");
    }
}
