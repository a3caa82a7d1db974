//! The one writer: it commits what waits for it in groups.

use super::error::StoreError;
use rusqlite::Connection;
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

/// Jobs of one transaction at most: longer ones would make the first wait.
const GROUP: usize = 256;
/// Jobs that may wait; beyond that, who sends has to wait.
const BACKLOG: usize = 512;

/// So many jobs in one group are a crowd.
const CROWD: usize = 3;
/// How long the next group waits for more after a crowd.
const LINGER: Duration = Duration::from_millis(2);

/// Called after the commit, with its result.
type Finish = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Given the connection and a place to say that it failed, or why there is no connection.
type Run = Box<dyn FnOnce(Result<(&Connection, &Cell<bool>), StoreError>) -> Finish + Send>;

/// A piece of work for the writer.
pub(super) struct Job(Run);

impl Job {
    /// Wraps `work`; the answer comes when it is committed, or not.
    pub(super) fn new<T, F>(work: F, path: PathBuf) -> (Self, oneshot::Receiver<Result<T, StoreError>>)
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let run: Run = Box::new(move |given| {
            let result = given.and_then(|(conn, failed)| {
                failed.set(true);
                // A defect in one job is not to end the writer: its savepoint is undone.
                let value = catch_unwind(AssertUnwindSafe(|| work(conn))).map_err(|_| StoreError::Defect)?;
                let value = value.map_err(|error| StoreError::sqlite(&path, "write to", error))?;
                failed.set(false);
                Ok(value)
            });
            Box::new(move |commit| {
                // Whoever asked may have gone away; what is stored is stored.
                let _ = sender.send(result.and_then(|value| commit.map(|()| value)));
            })
        });
        (Self(run), receiver)
    }
}

/// The way to the one writing connection.
///
/// It has no thread of its own: whoever sends the first job starts a blocking task
/// that works until nothing waits any more. So the runtime knows of every write
/// under way, which a paused clock depends on.
pub(super) struct Writer {
    shared: Arc<Shared>,
    places: Arc<Semaphore>,
}

struct Shared {
    path: PathBuf,
    /// Transactions that were committed.
    commits: AtomicU64,
    desk: Mutex<Desk>,
    /// The task has ended.
    idle: Notify,
}

struct Desk {
    /// With the task while that works; gone for good after the store is closed.
    conn: Option<Connection>,
    waiting: VecDeque<(Job, OwnedSemaphorePermit)>,
    working: bool,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    pub(super) fn new(conn: Connection, path: PathBuf) -> Self {
        let desk = Desk { conn: Some(conn), waiting: VecDeque::new(), working: false };
        let shared = Arc::new(Shared {
            path,
            commits: AtomicU64::new(0),
            desk: Mutex::new(desk),
            idle: Notify::new(),
        });
        Self { shared, places: Arc::new(Semaphore::new(BACKLOG)) }
    }

    /// Grows with every transaction of this process.
    pub(super) fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Acquire)
    }

    pub(super) async fn send(&self, job: Job) -> Result<(), StoreError> {
        let place = self.places.clone().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let mut desk = self.shared.desk();
        if self.places.is_closed() {
            return Err(StoreError::Closed);
        }
        desk.waiting.push_back((job, place));
        if !desk.working {
            desk.working = true;
            let shared = self.shared.clone();
            tokio::task::spawn_blocking(move || work_off(&shared));
        }
        Ok(())
    }

    /// Takes no more jobs, waits for those that were sent, closes the connection.
    pub(super) async fn close(&self) {
        self.places.close();
        loop {
            let idle = self.shared.idle.notified();
            {
                let mut desk = self.shared.desk();
                if !desk.working {
                    desk.conn = None;
                    return;
                }
            }
            idle.await;
        }
    }
}

fn work_off(shared: &Shared) {
    let mut conn = shared.desk().conn.take();
    let mut crowd = 1;
    loop {
        if crowd >= CROWD {
            gather();
        }
        let first = {
            let mut desk = shared.desk();
            let Some((first, _)) = desk.waiting.pop_front() else {
                desk.conn = conn.take();
                desk.working = false;
                break;
            };
            first
        };
        match &conn {
            Some(conn) => crowd = group(conn, shared, first),
            None => first.0(Err(StoreError::Closed))(Err(StoreError::Closed)),
        }
    }
    // `close` looks again after every change; nobody else waits.
    shared.idle.notify_one();
}

/// Jobs are coming in numbers: a commit for each would write the same pages again
/// and again, so the next group waits a moment for more of them.
#[expect(clippy::disallowed_methods, reason = "a blocking task of the writer's own")]
fn gather() {
    std::thread::sleep(LINGER);
}

/// Runs what waits in one transaction; answers how many jobs that were.
fn group(conn: &Connection, shared: &Shared, first: Job) -> usize {
    let path = &shared.path;
    if let Err(error) = step(conn, "BEGIN IMMEDIATE") {
        // Whoever waits behind it would wait as long, one after another.
        let error = StoreError::sqlite(path, "begin to write to", error);
        let others: Vec<_> = shared.desk().waiting.drain(..).collect();
        let jobs = 1 + others.len();
        for job in std::iter::once(first).chain(others.into_iter().map(|(job, _)| job)) {
            job.0(Err(error.clone()))(Err(error.clone()));
        }
        return jobs;
    }
    let mut finished = vec![run_first(conn, first)];
    // A full disk ends the whole transaction, not only the statement.
    while !conn.is_autocommit() && finished.len() < GROUP {
        let Some((job, _)) = shared.desk().waiting.pop_front() else { break };
        finished.push(run(conn, path, job));
    }
    let outcome = commit(conn, path);
    shared.commits.fetch_add(1, Ordering::Release);
    let jobs = finished.len();
    for finish in finished {
        finish(outcome.clone());
    }
    jobs
}

fn step(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(sql)?.execute([]).map(|_| ())
}

/// The first job has the transaction for itself: if it fails, another one is begun. That
/// saves a savepoint, after which SQLite copies every page before it is changed.
fn run_first(conn: &Connection, job: Job) -> Finish {
    let failed = Cell::new(false);
    let finish = job.0(Ok((conn, &failed)));
    if failed.get()
        && !conn.is_autocommit()
        && let Err(error) = step(conn, "ROLLBACK").and_then(|()| step(conn, "BEGIN IMMEDIATE"))
    {
        tracing::error!(error.message = %error, "store.not_begun_anew");
    }
    finish
}

/// A later job in a savepoint of its own: if it fails, the others of its group don't.
fn run(conn: &Connection, path: &Path, job: Job) -> Finish {
    if let Err(error) = step(conn, "SAVEPOINT job") {
        return job.0(Err(StoreError::sqlite(path, "write to", error)));
    }
    let failed = Cell::new(false);
    let finish = job.0(Ok((conn, &failed)));
    if !conn.is_autocommit() {
        let undone = if failed.get() { step(conn, "ROLLBACK TO job") } else { Ok(()) };
        if let Err(error) = undone.and_then(|()| step(conn, "RELEASE job")) {
            tracing::error!(error.message = %error, "store.savepoint_failed");
        }
    }
    finish
}

fn commit(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    if conn.is_autocommit() {
        return Err(StoreError::Sqlite {
            path: path.to_owned(),
            action: "write to",
            message: "the transaction was rolled back (disk full?)".to_owned(),
        });
    }
    step(conn, "COMMIT").map_err(|error| {
        // If this fails too, the transaction has ended already.
        let _ = step(conn, "ROLLBACK");
        StoreError::sqlite(path, "commit to", error)
    })
}
