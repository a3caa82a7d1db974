//! Looking at a store without touching it: beside a daemon, as another user, on a
//! read-only disk.

use super::error::StoreError;
use super::open::{FILE, connect_to_read, is_held};
use super::schema;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};

/// A store that is only read. Makes and changes no file.
pub struct Look {
    conn: Connection,
    path: PathBuf,
    daemon: bool,
    /// Opened as a file that nobody changes.
    at_rest: bool,
}

impl Look {
    /// Looks at `offprint.db` in `data_dir`; `None` if there is no store yet.
    ///
    /// # Errors
    /// The file can't be read, is not ours, or was written by a newer or an older program.
    pub fn at(data_dir: &Path) -> Result<Option<Self>, StoreError> {
        let path = data_dir.join(FILE);
        match std::fs::metadata(&path) {
            Ok(file) if file.len() == 0 => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io(&path, "look at the database", error)),
        }
        let daemon = is_held(data_dir);
        let at_rest = !daemon && !log_of(&path).exists();
        let conn = connect(&path, at_rest)?;
        if schema::inspect(&conn, &path)? {
            return Err(StoreError::Older { path });
        }
        Ok(Some(Self { conn, path, daemon, at_rest }))
    }

    /// Whether a daemon was running on it when it was opened.
    pub fn has_daemon(&self) -> bool {
        self.daemon
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads; several reads in one `work` see the same state.
    ///
    /// # Errors
    /// `work` failed.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let wrap = |error| StoreError::sqlite(&self.path, "read", error);
        let tx = self.conn.unchecked_transaction().map_err(wrap)?;
        work(&tx).map_err(wrap)
    }

    /// Somebody began to use a store that was at rest: what was read of it may be mixed.
    pub(super) fn was_disturbed(&self) -> bool {
        let dir = self.path.parent().unwrap_or(Path::new("."));
        self.at_rest && (is_held(dir) || log_of(&self.path).exists())
    }

    /// Writes a compact copy into an empty or missing file.
    pub(super) fn copy_into(&self, target: &str) -> rusqlite::Result<()> {
        self.conn.execute("VACUUM INTO ?1", [target]).map(|_| ())
    }

    /// Problems that SQLite finds in the file, at most a few lines; none if it is sound.
    ///
    /// # Errors
    /// It can't be read at all.
    pub fn problems(&self) -> Result<Vec<String>, StoreError> {
        let lines = self.read(|conn| {
            let mut query = conn.prepare("PRAGMA quick_check(5)")?;
            query.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }
}

/// A store that nobody uses is opened as a file that does not change: SQLite
/// would leave files of its own beside it otherwise, which may then belong to the wrong user.
fn connect(path: &Path, at_rest: bool) -> Result<Connection, StoreError> {
    let Some(uri) = at_rest.then(|| immutable(path)).flatten() else { return connect_to_read(path) };
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri, flags).map_err(|error| StoreError::sqlite(path, "open", error))
}

/// Where SQLite writes what is not in the file yet.
fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// The file as an address for SQLite; `None` if its name is not UTF-8.
fn immutable(path: &Path) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    let escaped = path.to_str()?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Some(format!("file://{escaped}?immutable=1"))
}
