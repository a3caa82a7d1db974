//! What can go wrong with the store, in words for its owner.

use std::path::{Path, PathBuf};

/// Something went wrong with the store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error("{}: could not {action} the database: {message}{}", path.display(), hint(message))]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// SQLite's word.
        message: String,
    },
    /// The file system refused.
    #[error("{}: could not {action}: {message}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's word.
        message: String,
    },
    /// The file belongs to another program.
    #[error("{}: this is a database of another program; it was left as it is. Set data_dir to another folder", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer Offprint.
    #[error("{}: written by a newer Offprint (schema {version}, this one knows {known}); it was left as it is. Use the newer program, or the copy with .bak at its end", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        version: i64,
        /// Ours.
        known: i64,
    },
    /// The file was written by an older Offprint.
    #[error("{}: written by an older Offprint; the daemon or offprint fetch brings it up to date", path.display())]
    Older {
        /// The file.
        path: PathBuf,
    },
    /// Somebody else has the store.
    #[error("{}: another offprint daemon is running on this data_dir; stop it first, or set data_dir to another folder", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// A job of ours panicked; nothing of it is stored.
    #[error("writing to the store failed; this is a defect of Offprint")]
    Defect,
    /// The writer has ended.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    pub(super) fn sqlite(path: &Path, action: &'static str, error: rusqlite::Error) -> Self {
        Self::Sqlite { path: path.to_owned(), action, message: error.to_string() }
    }

    pub(super) fn io(path: &Path, action: &'static str, error: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), action, message: error.to_string() }
    }
}

/// What to do about SQLite's more puzzling words.
fn hint(message: &str) -> &'static str {
    let message = message.to_ascii_lowercase();
    if message.contains("full") {
        ". Make room on the disk; nothing that was stored is lost"
    } else if message.contains("readonly") || message.contains("unable to open") {
        ". Check that data_dir exists and that this user may write to it"
    } else if message.contains("not a database") || message.contains("malformed") {
        ". The file is damaged or not ours; it was left as it is. Restore a copy or move it away"
    } else if message.contains("locked") || message.contains("busy") {
        ". Another program holds it; try again"
    } else {
        ""
    }
}
