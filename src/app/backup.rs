//! The daily copy of the database: one file per weekday in `[store] backup_dir`.

use crate::daemon::Settings;
use crate::os;
use crate::store;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Time between two looks whether today's copy has been made.
pub const LOOK_EVERY: Duration = Duration::from_hours(1);

const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// One copy at a time, however long it takes.
static BUSY: Mutex<()> = Mutex::const_new(());

/// Makes today's copy (by UTC) if it hasn't been made. What goes wrong is logged, and
/// tried again with the next look.
pub async fn daily(settings: Arc<Settings>) {
    let Some(folder) = settings.config.store.backup_dir.clone() else { return };
    let Ok(_turn) = BUSY.try_lock() else { return };
    let data_dir = settings.config.data_dir.clone();
    let now = os::now();
    let made = tokio::task::spawn_blocking(move || make(&data_dir, &folder, now)).await;
    match made {
        Ok(Ok(Some((file, bytes)))) => {
            tracing::info!(backup.file = %file.display(), backup.bytes = bytes, "backup.done");
        }
        Ok(Ok(None)) => {}
        Ok(Err(error)) => tracing::error!(error.message = %error, "backup.failed"),
        Err(error) => tracing::error!(error.message = %error, "backup.died"),
    }
}

fn make(data_dir: &Path, folder: &Path, now: Timestamp) -> Result<Option<(PathBuf, u64)>, anyhow::Error> {
    let file = folder.join(name_of(now));
    if written(&file).is_some_and(|at| day(at) == day(now)) {
        return Ok(None);
    }
    std::fs::create_dir_all(folder)
        .map_err(|error| anyhow::anyhow!("cannot create {}: {error}", folder.display()))?;
    let bytes = store::backup(data_dir, &file)?;
    Ok(Some((file, bytes)))
}

/// A copy may be dated so far ahead of this machine's clock, no further.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// When the newest of the daily copies was made. Those dated more than a day ahead don't
/// count: a clock was wrong, and they would seem new for ever.
pub fn newest(folder: &Path) -> Option<Timestamp> {
    let now = os::now();
    let times = NAMES.iter().filter_map(|day| written(&folder.join(file_name(day))));
    times.filter(|at| at.duration_since(now) <= AHEAD).max()
}

fn written(file: &Path) -> Option<Timestamp> {
    std::fs::metadata(file).ok()?.modified().ok()?.try_into().ok()
}

fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(86_400)
}

fn name_of(now: Timestamp) -> String {
    // 1 January 1970 was a Thursday.
    let weekday = (day(now) + 3).rem_euclid(7);
    file_name(usize::try_from(weekday).ok().and_then(|index| NAMES.get(index)).unwrap_or(&"monday"))
}

fn file_name(day: &str) -> String {
    format!("offprint-{day}.db")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_for_each_weekday() {
        for (time, name) in
            [("2026-03-02T00:00:00Z", "offprint-monday.db"), ("2026-03-08T23:59:59Z", "offprint-sunday.db")]
        {
            assert_eq!(name_of(time.parse().expect("a time")), name);
        }
    }

    #[tokio::test]
    async fn once_a_day() {
        let (data, copies) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let folder = copies.path().join("new");
        let now = os::now();
        assert!(make(data.path(), &folder, now).is_err(), "there is nothing to copy");
        store::Store::open(data.path(), store::Role::Daemon).expect("a store").close().await;
        let made = make(data.path(), &folder, now).expect("a copy");
        assert!(made.is_some_and(|(file, bytes)| file.exists() && bytes > 0));
        assert!(make(data.path(), &folder, now).expect("a look").is_none());
        assert!(newest(&folder).is_some_and(|at| day(at) == day(now)));
        let soon = std::fs::metadata(&folder).expect("a folder").modified().expect("a time");
        let ahead = soon + std::time::Duration::from_hours(48);
        let wrong = std::fs::File::create(folder.join(name_of(now + SignedDuration::from_hours(48))));
        wrong.expect("a file").set_modified(ahead).expect("a time");
        assert!(newest(&folder).is_some_and(|at| day(at) == day(now)), "one from the future");
        let tomorrow = now + SignedDuration::from_hours(24);
        assert!(make(data.path(), &folder, tomorrow).expect("a copy").is_some());
        assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 3);
    }
}
