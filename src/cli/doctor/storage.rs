//! The folder, the disk, the database and its copies.

use super::{Finding, Good, Note, Wrong};
use crate::app;
use crate::cli::status::size;
use crate::health::{ago, counted};
use crate::model::SourceState;
use crate::os;
use crate::store::{self, Look};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;

/// Less room than this is soon used up.
const ROOM: u64 = 200 << 20;

pub(super) fn folder(data_dir: &Path) -> Finding {
    let name = data_dir.display();
    match std::fs::metadata(data_dir) {
        Ok(meta) if !meta.is_dir() => Wrong(format!("{name} is not a folder"), "Set data_dir to a folder."),
        Ok(_) if !os::is_writable(data_dir) => Wrong(
            format!("{name}: this user may not write to it"),
            "Give it to the user that runs offprint, or run doctor as that user.",
        ),
        Ok(_) => Good(format!("{name} can be written to")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Note(format!("{name} is not there yet; the first start makes it"))
        }
        Err(error) => {
            Wrong(format!("{name}: {error}"), "Check the path and the rights of the folders above it.")
        }
    }
}

pub(super) fn disk(data_dir: &Path) -> Finding {
    // The nearest folder that exists.
    let there = data_dir.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    match os::free_space(there) {
        Err(error) => Note(format!("free space of {} is not known: {error}", there.display())),
        Ok(free) if free < ROOM => Wrong(
            format!("only {} are free for {}", size(free), data_dir.display()),
            "Make room: with a full disk nothing new can be stored. Nothing that was stored is lost.",
        ),
        Ok(free) => Good(format!("{} free", size(free))),
    }
}

/// The database as it was found.
pub(super) struct Database {
    pub(super) finding: Finding,
    /// The sources it knows; none if it can't be read.
    pub(super) sources: Vec<SourceState>,
    pub(super) daemon: bool,
}

/// What is to say about the database, what it knows, and whether a daemon runs.
pub(super) fn database(data_dir: &Path, now: Timestamp) -> Database {
    let unread = |finding, daemon| Database { finding, sources: Vec::new(), daemon };
    let look = match Look::at(data_dir) {
        Err(error) => return unread(Wrong(error.to_string(), "Nothing was changed."), false),
        Ok(None) => return unread(Note("nothing has been stored yet".to_owned()), false),
        Ok(Some(look)) => look,
    };
    let daemon = look.has_daemon();
    let name = look.path().display();
    match (look.problems(), look.read(|conn| store::figures(conn, now))) {
        (Err(error), _) | (_, Err(error)) => {
            unread(Wrong(error.to_string(), "Restore a copy, see docs/backup.md."), daemon)
        }
        (Ok(problems), Ok(figures)) => {
            let finding = if problems.is_empty() {
                let running = if daemon { ", a daemon is running" } else { ", no daemon is running" };
                Good(format!(
                    "{name} is sound: {}, {}{running}",
                    counted(usize::try_from(figures.entries).unwrap_or(usize::MAX), "entry"),
                    size(figures.bytes)
                ))
            } else {
                Wrong(
                    format!("{name} is damaged: {}", problems.join("; ")),
                    "Stop the daemon, move the file away, restore a copy, see docs/backup.md.",
                )
            };
            Database { finding, sources: figures.sources, daemon }
        }
    }
}

pub(super) fn copies(folder: &Path, now: Timestamp) -> Finding {
    let name = folder.display();
    if folder.exists() && !os::is_writable(folder) {
        return Wrong(
            format!("{name}: this user may not write to it"),
            "Give it to the user that runs offprint, or run doctor as that user.",
        );
    }
    match app::backup::newest(folder) {
        None => Note(format!("no copy in {name} yet; the daemon makes one when it starts")),
        Some(newest) if now.duration_since(newest) > SignedDuration::from_hours(48) => Wrong(
            format!("the newest copy in {name} was made {}", ago(now, newest)),
            "The log of the daemon says why there is no newer one.",
        ),
        Some(newest) => Good(format!("the newest copy in {name} was made {}", ago(now, newest))),
    }
}
