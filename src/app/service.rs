//! The daemon as a service: signals, the manager, reloads, the housekeeping.

use super::{Daemon, answers, backup, reload};
use crate::daemon::{Engine, Settings};
use crate::health::counted;
use crate::os::{self, Signal, Signals};
use crate::store::{self, Totals};
use anyhow::{Context, anyhow};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Time between two looks for what can be forgotten.
const PRUNE_EVERY: Duration = Duration::from_hours(24);
/// Time between two looks whether the daemon still works.
const PULSE: Duration = Duration::from_secs(10);
/// How often the manager is told how things are, if it is not the same as before.
const STATUS_EVERY: Duration = Duration::from_mins(1);
/// Figures for people are worth no longer wait.
const FIGURES_WITHIN: Duration = Duration::from_secs(2);

/// Runs the daemon until a signal ends it.
///
/// # Errors
/// It can't be started, or polling died.
pub async fn run(settings: Arc<Settings>) -> anyhow::Result<()> {
    // First of all: it changes the environment, which no other thread may read meanwhile.
    let sockets = os::passed_sockets().map_err(|error| anyhow!(error))?;
    let mut signals = Signals::listen().context("cannot listen for signals")?;
    let file = settings.config.file.clone();
    let wanted = Arc::new(Notify::new());
    let daemon = tokio::select! {
        daemon = Daemon::start_on(settings, Arc::new(|_| {}), sockets) => daemon?,
        () = stop_wanted(&mut signals, &wanted) => {
            tracing::info!("daemon.stopped_while_starting");
            os::stopping();
            return Ok(());
        }
    };
    let engine = &daemon.engine;
    tracing::info!(server.address = %daemon.base, sources = engine.settings().config.sources.len(), "daemon.ready");
    os::ready(&how_things_are(engine).await);
    // They end with this function.
    let mut chores = JoinSet::new();
    chores.spawn(reload::whenever(engine.clone(), file, wanted.clone()));
    chores.spawn(prune(engine.clone()));
    chores.spawn(copies(engine.clone()));
    chores.spawn(index(engine.clone()));
    if let Some(limit) = os::watchdog() {
        chores.spawn(signs_of_life(engine.clone(), limit));
    }
    if os::has_manager() {
        chores.spawn(tell_status(engine.clone()));
    }
    let mut pulse = tokio::time::interval(PULSE);
    loop {
        tokio::select! {
            () = stop_wanted(&mut signals, &wanted) => break,
            _ = pulse.tick() => if daemon.has_died() { break },
        }
    }
    tracing::info!("daemon.stopping");
    chores.shutdown().await;
    os::stopping();
    let died = daemon.has_died();
    tokio::select! {
        () = daemon.stop() => {}
        () = stop_wanted(&mut signals, &wanted) => tracing::warn!("daemon.stopped_at_once"),
    }
    anyhow::ensure!(!died, "polling or serving ended by itself; see the log");
    Ok(())
}

/// Waits for a signal to stop; wishes for a reload are passed on meanwhile. Cancel-safe.
async fn stop_wanted(signals: &mut Signals, reload: &Notify) {
    while signals.next().await == Signal::Reload {
        reload.notify_one();
    }
}

async fn prune(engine: Arc<Engine>) {
    loop {
        tokio::time::sleep(PRUNE_EVERY).await;
        if let Err(error) = engine.prune().await {
            tracing::error!(error.message = %error, "store.prune_failed");
        } else if let Err(error) = engine.tidy_index().await {
            tracing::error!(error.message = %error, "store.tidy_failed");
        }
    }
}

/// Entries of a store that an older version has filled.
async fn index(engine: Arc<Engine>) {
    loop {
        match engine.index_older().await {
            Ok(0) => return,
            Ok(entries) => return tracing::info!(entries, "store.indexed"),
            Err(error) => tracing::error!(error.message = %error, "store.index_failed"),
        }
        tokio::time::sleep(PRUNE_EVERY).await;
    }
}

async fn copies(engine: Arc<Engine>) {
    loop {
        backup::daily(engine.settings()).await;
        tokio::time::sleep(backup::LOOK_EVERY).await;
    }
}

/// Tells the manager that the scheduler turns and the store can be read. Whether
/// something can be stored is another matter: a full disk gets better by itself.
async fn signs_of_life(engine: Arc<Engine>, limit: Duration) {
    loop {
        let pause = match answers(&engine).await {
            Ok(()) => {
                os::alive();
                limit / 2
            }
            Err(error) => {
                tracing::error!(error.message = %error, "daemon.not_alive");
                limit / 10
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn tell_status(engine: Arc<Engine>) {
    let mut told = String::new();
    loop {
        tokio::time::sleep(STATUS_EVERY).await;
        let status = how_things_are(&engine).await;
        if status != told {
            os::status(&status);
            told = status;
        }
    }
}

/// One line for people: `12 sources, 3456 entries, 2 failing`.
pub(super) async fn how_things_are(engine: &Engine) -> String {
    let read = engine.store().read(store::totals);
    match tokio::time::timeout(FIGURES_WITHIN, read).await {
        Ok(Ok(totals)) => in_words(&totals),
        _ => "polling and serving".to_owned(),
    }
}

fn in_words(totals: &Totals) -> String {
    let mut line = format!("{}, {}", counted(totals.sources, "source"), counted(totals.entries, "entry"));
    if totals.failing > 0 {
        line.push_str(&format!(", {} failing", totals.failing));
    }
    line
}
