//! Opening the store, and who may.

use super::error::StoreError;
use super::readers::Readers;
use super::schema;
use super::writer::{Job, Writer};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Read-only connections that may work at the same time.
const READERS: u32 = 3;
/// Whoever has it locked is the daemon.
const LOCK_FILE: &str = "offprint.lock";
/// The database.
pub(super) const FILE: &str = "offprint.db";
/// How long a program waits while another one writes.
pub(super) const BUSY: Duration = Duration::from_secs(30);

/// Who opens the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The daemon: only one at a time.
    Daemon,
    /// A command that works beside it.
    Tool,
}

/// The open store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    readers: Arc<Readers>,
    /// A place apart: whether the store answers must not depend on how much is read.
    pinger: Arc<Readers>,
    /// The last to go: the last connection of all brings everything into the database file.
    writer: Writer,
    /// Held as long as the store is open; the system lets go of it with the process.
    _lock: Option<File>,
}

/// What a commit is worth when the power fails. A crash of the program or a kill
/// loses nothing in either case, and the file stays sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The last commits may be undone.
    Normal,
    /// Every commit waits for the disk.
    Full,
}

impl Store {
    /// Opens the store with normal durability, see [`Store::open_with`].
    ///
    /// # Errors
    /// As there.
    pub fn open(data_dir: &Path, role: Role) -> Result<Self, StoreError> {
        Self::open_with(data_dir, role, Durability::Normal)
    }

    /// Opens `offprint.db` in `data_dir`; makes the folder and the file if they are missing.
    ///
    /// # Errors
    /// The folder can't be written to, the file is not ours or too new, another daemon has it.
    /// The file is untouched then.
    pub fn open_with(data_dir: &Path, role: Role, durability: Durability) -> Result<Self, StoreError> {
        std::fs::create_dir_all(data_dir)
            .map_err(|error| StoreError::io(data_dir, "create the data_dir", error))?;
        let path = data_dir.join(FILE);
        let lock = match role {
            Role::Daemon => Some(lock(data_dir)?),
            Role::Tool => None,
        };
        if needs_migration(&path)? {
            // A tool must not change the shape of what a daemon is using.
            let _held = if lock.is_none() { Some(lock_patiently(data_dir)?) } else { None };
            schema::migrate(&mut connect(&path, durability)?, &path)?;
        }
        let conn = connect(&path, durability)?;
        // What a savepoint must be able to undo is little; a file for it is made again and again.
        conn.pragma_update(None, "temp_store", "memory")
            .map_err(|error| StoreError::sqlite(&path, "open", error))?;
        let writer = Writer::new(conn, path.clone());
        Ok(Self {
            inner: Arc::new(Inner {
                readers: Readers::new(path.clone(), READERS),
                pinger: Readers::new(path.clone(), 1),
                path,
                writer,
                _lock: lock,
            }),
        })
    }

    /// Whether a daemon runs on this store (another one than this process).
    pub fn has_daemon(&self) -> bool {
        let Some(dir) = self.inner.path.parent() else { return false };
        self.inner._lock.is_none()
            && lock_file(dir)
                .is_ok_and(|(_, file)| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Runs `work` on the writer, in a transaction that it may share with other
    /// callers' work. When this returns `Ok`, everything is committed.
    ///
    /// # Errors
    /// `work` or the commit failed; nothing of it is stored then.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (job, answer) = Job::new(work, self.inner.path.clone());
        self.inner.writer.send(job).await?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Grows with every transaction that this process commits: as long as it stays, nobody
    /// here has changed anything. Other programs are not counted.
    pub fn commits(&self) -> u64 {
        self.inner.writer.commits()
    }

    /// Runs `work` on a read-only connection, which sees what is committed.
    ///
    /// # Errors
    /// `work` failed, or the file can't be opened.
    pub async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.inner.readers.read(work).await
    }

    /// Answers if the database can be read, however many others read.
    ///
    /// # Errors
    /// It can't be read.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.inner.pinger.read(super::status::ping).await
    }

    /// Ends the readers, and the writer after everything sent to it is committed and in
    /// the database file. Later writes fail.
    pub async fn close(&self) {
        let _nobody_reads = (self.inner.readers.close().await, self.inner.pinger.close().await);
        self.inner.writer.close().await;
    }
}

fn needs_migration(path: &Path) -> Result<bool, StoreError> {
    if !path.exists() {
        return Ok(true);
    }
    // Read-only first: a file that is not ours is not even touched.
    schema::inspect(&connect_to_read(path)?, path)
}

/// All files that a store in this folder has or may have, also where its database
/// is a link to elsewhere.
pub(super) fn own_files(data_dir: &Path) -> Vec<PathBuf> {
    let database = data_dir.join(FILE);
    let linked = database.canonicalize().ok();
    let beside = |file: PathBuf| {
        ["", "-wal", "-shm", "-journal"].map(|end| {
            let mut name = file.clone().into_os_string();
            name.push(end);
            PathBuf::from(name)
        })
    };
    let files = std::iter::once(database).chain(linked).flat_map(beside);
    files.chain([data_dir.join(LOCK_FILE)]).collect()
}

/// Whether a daemon holds the lock of this folder; makes no file.
pub(super) fn is_held(data_dir: &Path) -> bool {
    File::open(data_dir.join(LOCK_FILE))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn connect(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    let wrap = |error| StoreError::sqlite(path, "open", error);
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(wrap)?;
    conn.busy_timeout(BUSY).map_err(wrap)?;
    plan_once(&conn).map_err(wrap)?;
    conn.pragma_update(None, "journal_mode", "wal").map_err(wrap)?;
    let synchronous = if durability == Durability::Full { "full" } else { "normal" };
    conn.pragma_update(None, "synchronous", synchronous).map_err(wrap)?;
    // 8 MiB of pages; a WAL that a burst has blown up is cut back.
    conn.pragma_update(None, "cache_size", -8192).map_err(wrap)?;
    conn.pragma_update(None, "journal_size_limit", 64 << 20).map_err(wrap)?;
    // 32 MiB between checkpoints: index pages that change with every group are
    // written back once instead of many times.
    conn.pragma_update(None, "wal_autocheckpoint", 8000).map_err(wrap)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

pub(super) fn connect_to_read(path: &Path) -> Result<Connection, StoreError> {
    let wrap = |error| StoreError::sqlite(path, "open", error);
    let conn =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(wrap)?;
    conn.busy_timeout(BUSY).map_err(wrap)?;
    plan_once(&conn).map_err(wrap)?;
    Ok(conn)
}

/// A statement is planned when it is prepared, and not again for every other value that is
/// bound to its LIMIT.
fn plan_once(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

fn lock(data_dir: &Path) -> Result<File, StoreError> {
    let (path, file) = lock_file(data_dir)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path }),
        Err(TryLockError::Error(error)) => Err(StoreError::io(&path, "lock", error)),
    }
}

/// Two tools that come to a new folder together take turns.
fn lock_patiently(data_dir: &Path) -> Result<File, StoreError> {
    match lock(data_dir) {
        Err(StoreError::Locked { .. }) => {
            let (path, file) = lock_file(data_dir)?;
            file.lock().map_err(|error| StoreError::io(&path, "lock", error))?;
            Ok(file)
        }
        other => other,
    }
}

fn lock_file(data_dir: &Path) -> Result<(PathBuf, File), StoreError> {
    let path = data_dir.join(LOCK_FILE);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| StoreError::io(&path, "open the lock file", error))?;
    Ok((path, file))
}
