//! The one writer: a thread that commits what waits for it in groups.

use super::error::StoreError;
use rusqlite::Connection;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Jobs of one transaction at most: longer ones would make the first wait.
const GROUP: usize = 256;
/// Jobs that may wait; beyond that, who sends has to wait.
const BACKLOG: usize = 512;

/// So many jobs in one group are a crowd: the next group waits for more.
const CROWD: usize = 3;
/// For how long.
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
                work(conn).map_err(|error| {
                    failed.set(true);
                    StoreError::sqlite(&path, "write to", error)
                })
            });
            Box::new(move |commit| {
                // Whoever asked may have gone away; what is stored is stored.
                let _ = sender.send(result.and_then(|value| commit.map(|()| value)));
            })
        });
        (Self(run), receiver)
    }
}

/// The way to the writer's thread.
pub(super) struct Writer {
    sender: Mutex<Option<mpsc::Sender<Job>>>,
    ended: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    pub(super) async fn send(&self, job: Job) -> Result<(), StoreError> {
        let sender = self.sender.lock().ok().and_then(|sender| sender.clone()).ok_or(StoreError::Closed)?;
        sender.send(job).await.map_err(|_| StoreError::Closed)
    }

    pub(super) async fn close(&self) {
        if let Ok(mut sender) = self.sender.lock() {
            sender.take();
        }
        if let Some(ended) = self.ended.lock().await.take() {
            // An error means that the thread has ended already.
            let _ = ended.await;
        }
    }
}

pub(super) fn start(conn: Connection, path: PathBuf) -> Result<Writer, StoreError> {
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let (end, ended) = oneshot::channel();
    let thread_path = path.clone();
    std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || {
            work_off(&conn, &thread_path, receiver);
            drop(conn);
            let _ = end.send(());
        })
        .map_err(|error| StoreError::io(&path, "start the writer of", error))?;
    Ok(Writer { sender: Mutex::new(Some(sender)), ended: tokio::sync::Mutex::new(Some(ended)) })
}

fn work_off(conn: &Connection, path: &Path, mut receiver: mpsc::Receiver<Job>) {
    let mut crowd = 1;
    while let Some(first) = receiver.blocking_recv() {
        if crowd >= CROWD {
            // Jobs are coming in numbers: a commit for each would write the same pages again and again.
            gather(&receiver);
        }
        let begun = conn.execute_batch("BEGIN IMMEDIATE");
        if let Err(error) = begun {
            let error = StoreError::sqlite(path, "begin to write to", error);
            first.0(Err(error.clone()))(Err(error));
            continue;
        }
        let mut finished = Vec::new();
        let mut next = Some(first);
        while let Some(job) = next.take() {
            finished.push(run(conn, path, job));
            // A full disk ends the whole transaction, not only the statement.
            if conn.is_autocommit() || finished.len() >= GROUP {
                break;
            }
            next = receiver.try_recv().ok();
        }
        let outcome = commit(conn, path);
        crowd = finished.len();
        for finish in finished {
            finish(outcome.clone());
        }
    }
}

/// Waits a moment for more jobs.
#[expect(clippy::disallowed_methods, reason = "this thread is the writer's own")]
fn gather(receiver: &mpsc::Receiver<Job>) {
    if receiver.len() < GROUP {
        std::thread::sleep(LINGER);
    }
}

/// One job in a savepoint of its own: if it fails, the others of its group don't.
fn run(conn: &Connection, path: &Path, job: Job) -> Finish {
    let step = |sql| conn.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    if let Err(error) = step("SAVEPOINT job") {
        return job.0(Err(StoreError::sqlite(path, "write to", error)));
    }
    let failed = Cell::new(false);
    let finish = job.0(Ok((conn, &failed)));
    if !conn.is_autocommit() {
        let undone = if failed.get() { step("ROLLBACK TO job") } else { Ok(0) };
        if let Err(error) = undone.and_then(|_| step("RELEASE job")) {
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
    conn.execute_batch("COMMIT").map_err(|error| {
        // If this fails too, the transaction has ended already.
        let _ = conn.execute_batch("ROLLBACK");
        StoreError::sqlite(path, "commit to", error)
    })
}
