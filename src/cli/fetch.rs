//! `offprint fetch`

use super::args;
use crate::app;
use crate::daemon::{Once, Settings, Tally, counted};
use crate::health;
use crate::model::SourceId;
use crate::os::Signals;
use crate::store::{Role, due_feeds};
use anyhow::{anyhow, bail};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// Polls what is due, once, scrapes, stores, says what came of it.
pub(super) fn run(config: Option<PathBuf>, what: args::Fetch) -> anyhow::Result<()> {
    let settings = super::find::settings(config)?;
    let mut sources = Vec::new();
    for name in &what.source {
        let id = SourceId::new(name).filter(|id| settings.source(id).is_some());
        let id = id.ok_or_else(|| unknown(&settings, name))?;
        if settings.source(&id).is_some_and(|source| !source.enabled) {
            bail!("{id}: disabled in {} (enabled = false)", settings.config.file.display());
        }
        sources.push(id);
    }
    let once = Once { sources, force: what.force };
    let tally = super::block_on(fetch(settings, once))?;
    eprintln!("{}", summary(&tally));
    let worked = tally.polled > 0 || tally.full_text + tally.no_gain > 0;
    if !tally.failed.is_empty() && !worked {
        bail!("every source failed");
    }
    Ok(())
}

fn unknown(settings: &Settings, name: &str) -> anyhow::Error {
    let ids: Vec<&str> = settings.config.sources.iter().map(|source| source.id.as_str()).collect();
    let near =
        ids.iter().max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
    let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
    anyhow!("no source \"{name}\" in {}{hint}", settings.config.file.display())
}

async fn fetch(settings: Arc<Settings>, once: Once) -> anyhow::Result<Tally> {
    let (observer, bar) = super::progress::bar();
    let tally = Arc::new(Mutex::new(Tally::default()));
    let engine = app::engine(settings.clone(), Role::Tool, counted(tally.clone(), observer)).await?;
    tell_about_pauses(&settings, &engine, &once).await?;
    engine.prune().await?;
    let stop = CancellationToken::new();
    let mut signals = Signals::listen()?;
    let work = engine.once(once, stop.clone());
    tokio::pin!(work);
    let interrupted = tokio::select! {
        done = &mut work => { done?; false }
        _ = signals.next() => { stop.cancel(); true }
    };
    if interrupted {
        tokio::select! {
            done = &mut work => done?,
            // A second signal: at once.
            _ = signals.next() => {}
        }
    }
    engine.store().close().await;
    bar.finish_and_clear();
    let tally = tally.lock().map(|tally| tally.clone()).unwrap_or_default();
    if interrupted {
        eprintln!("{}", summary(&tally));
        bail!("interrupted; what had come is stored, the rest comes with the next fetch");
    }
    Ok(tally)
}

/// Named sources are polled although they are paused: that is said.
async fn tell_about_pauses(
    settings: &Settings,
    engine: &crate::daemon::Engine,
    once: &Once,
) -> anyhow::Result<()> {
    if once.sources.is_empty() {
        return Ok(());
    }
    let (now, longest) = (crate::os::now(), settings.longest_pause());
    let figures = engine.store().read(move |conn| crate::store::figures(conn, now)).await?;
    let due = engine.store().read(move |conn| due_feeds(conn, now, longest)).await?;
    for feed in due.iter().filter(|feed| once.sources.contains(&feed.id)) {
        let failing = figures.sources.iter().any(|state| state.id == feed.id && state.failures > 0);
        let gone = feed.gone && once.force;
        if gone || (!feed.gone && failing && feed.due > now) {
            let why = if gone { "it answered 410 Gone" } else { "it is paused after errors" };
            eprintln!("{}: polled all the same: {why}", feed.id);
        }
    }
    Ok(())
}

/// What came of it, for people: each failing source on a line of its own.
fn summary(tally: &Tally) -> String {
    let mut out = String::new();
    for (source, warning) in &tally.warnings {
        let _ = writeln!(out, "{source}: {warning}");
    }
    for (source, reason) in &tally.failed {
        let _ = writeln!(out, "{source}: failed: {reason}");
    }
    for (source, reason) in &tally.postponed {
        let _ = writeln!(out, "{source}: not polled: {reason}");
    }
    let attempted = tally.polled + tally.failed.len();
    if attempted == 0 {
        out.push_str(if tally.postponed.is_empty() { "nothing was due" } else { "nothing was polled" });
    } else {
        let _ = write!(
            out,
            "{attempted} polled: {} delivered, {} unchanged, {} failed; {} new, {} changed",
            tally.polled - tally.unchanged,
            tally.unchanged,
            tally.failed.len(),
            tally.new,
            tally.changed
        );
    }
    let failed: usize = tally.pages_failed.values().sum();
    if tally.full_text + tally.no_gain + failed > 0 {
        let _ = write!(
            out,
            "\n{}: {} used, {} no better than the feed, {failed} failed",
            health::counted(tally.full_text + tally.no_gain + failed, "page"),
            tally.full_text,
            tally.no_gain
        );
        let kinds: Vec<String> =
            tally.pages_failed.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        if !kinds.is_empty() {
            let _ = write!(out, " ({})", kinds.join(", "));
        }
    }
    out
}
