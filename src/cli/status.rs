//! `offprint status`: how the sources are, beside a daemon or without one.

mod json;
mod text;

pub(super) use text::{minute, size};

use super::args;
use crate::app;
use crate::config::{self, Config};
use crate::daemon::without_credentials;
use crate::health::{Condition, Health, assess};
use crate::model::{LoggedPoll, Notice, SourceState, Standing, one_line};
use crate::os;
use crate::store::{self, Look, StoreFigures};
use anyhow::bail;
use jiff::Timestamp;
use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Notices in the table; all are in the JSON.
const NOTICES: usize = 5;
/// Polls that are shown of a source that was asked for.
const POLLS: usize = 10;

/// All there is to show.
struct Overview {
    now: Timestamp,
    /// The database, if there is one.
    database: Option<PathBuf>,
    daemon: bool,
    figures: StoreFigures,
    sources: Vec<Shown>,
    /// Whether sources were asked for by name.
    named: bool,
    notices: Vec<Notice>,
    /// Why hubs are not asked to announce what is new.
    websub_obstacle: Option<&'static str>,
    /// Folder of the daily copies, and the newest one.
    backup: Option<(PathBuf, Option<Timestamp>)>,
}

/// A configured source and what is known of it.
struct Shown {
    id: String,
    title: Option<String>,
    url: String,
    enabled: bool,
    /// Nothing if it has never been polled, nor read by a daemon.
    state: Option<SourceState>,
    health: Health,
    log: Vec<LoggedPoll>,
}

/// Shows the table, or everything as JSON.
pub(super) fn run(config: Option<PathBuf>, what: &args::Status) -> anyhow::Result<()> {
    let config = super::find::config(config)?;
    if let Some(id) = what.source.iter().find(|id| !config.sources.iter().any(|s| s.id.as_str() == *id)) {
        bail!("no source \"{id}\" in {}", config.file.display());
    }
    let overview = look(&config, &what.source, os::now())?;
    let out = if what.json {
        format!("{:#}\n", json::of(&overview))
    } else {
        let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        text::of(&overview, super::columns::available(), colour)
    };
    super::input::print(&out)
}

fn look(config: &Config, named: &[String], now: Timestamp) -> anyhow::Result<Overview> {
    let look = Look::at(&config.data_dir)?;
    let (figures, notices) = match &look {
        Some(look) => {
            look.read(|conn| Ok((store::figures(conn, now)?, store::notices(conn, usize::MAX)?)))?
        }
        None => Default::default(),
    };
    let mut known: HashMap<&str, &SourceState> =
        figures.sources.iter().map(|state| (state.id.as_str(), state)).collect();
    let mut sources = Vec::new();
    for source in &config.sources {
        if !named.is_empty() && !named.iter().any(|id| id == source.id.as_str()) {
            continue;
        }
        let mut state = known.remove(source.id.as_str()).cloned();
        let mut log = Vec::new();
        if let Some(look) = &look {
            // Disabled ones are not among the figures.
            if state.is_none() {
                state = look.read(|conn| store::figures_of(conn, &source.id, now))?;
            }
            if !named.is_empty() {
                log = look.read(|conn| store::poll_log(conn, &source.id, POLLS))?;
            }
        }
        sources.push(shown(source, state, log, now));
    }
    let backup = config.store.backup_dir.clone().map(|folder| {
        let newest = app::backup::newest(&folder);
        (folder, newest)
    });
    Ok(Overview {
        now,
        daemon: look.as_ref().is_some_and(Look::has_daemon),
        database: look.map(|look| look.path().to_owned()),
        figures,
        sources,
        named: !named.is_empty(),
        notices,
        websub_obstacle: config.websub_obstacle(),
        backup,
    })
}

fn shown(
    source: &config::Source,
    mut state: Option<SourceState>,
    log: Vec<LoggedPoll>,
    now: Timestamp,
) -> Shown {
    let url = String::from(without_credentials(&source.url));
    if let Some(state) = state.as_mut().filter(|_| !source.enabled) {
        state.standing = Standing::Disabled;
    }
    let mut health = match &state {
        Some(state) => assess(state, now),
        None => Health { condition: Condition::New, wrong: None, advice: None },
    };
    if source.enabled && state.as_ref().is_some_and(|state| state.url != url) {
        health = Health {
            condition: Condition::New,
            wrong: Some("its url was edited and has not been polled yet".to_owned()),
            advice: Some("A running daemon reads the file again on SIGHUP.".to_owned()),
        };
    }
    if source.enabled && state.as_ref().is_some_and(|state| state.standing != Standing::Active) {
        health = Health {
            condition: Condition::New,
            wrong: Some("it was added or enabled again and is not polled yet".to_owned()),
            advice: Some("A running daemon reads the file again on SIGHUP.".to_owned()),
        };
    }
    let title = source.title.clone().or_else(|| state.as_ref()?.title.clone());
    Shown {
        id: source.id.to_string(),
        title: title.map(|title| one_line(&title, 200)),
        url,
        enabled: source.enabled,
        state,
        health,
        log,
    }
}

/// Sources in this condition that are polled.
fn count(sources: &[Shown], conditions: &[Condition]) -> usize {
    sources.iter().filter(|shown| shown.enabled && conditions.contains(&shown.health.condition)).count()
}
