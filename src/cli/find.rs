//! Finding and reading the configuration.

use crate::app;
use crate::config::{Config, Report};
use crate::daemon::Settings;
use anyhow::{anyhow, bail};
use std::path::PathBuf;
use std::sync::Arc;

/// The file that `--config` names, else the first of the usual places.
pub(super) fn file(given: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    match given {
        Some(file) => Ok(file),
        None => usual_place().ok_or_else(|| {
            let places: Vec<String> = places().iter().map(|place| place.display().to_string()).collect();
            anyhow!(
                "no configuration file found; looked for {}. Name one with --config FILE",
                places.join(", ")
            )
        }),
    }
}

/// The configuration for a command that does not serve, or every mistake in it.
pub(super) fn config(given: Option<PathBuf>) -> anyhow::Result<Config> {
    or_mistakes(app::load_for_tool(&file(given)?))
}

/// The whole configuration, with the token that readers must show.
pub(super) fn to_serve(given: Option<PathBuf>) -> anyhow::Result<Config> {
    or_mistakes(app::load_config(&file(given)?))
}

fn or_mistakes(read: Result<Config, Report>) -> anyhow::Result<Config> {
    read.map_err(|report| {
        for mistake in report.mistakes() {
            eprintln!("{mistake}");
        }
        let count = report.mistakes().len();
        anyhow!(
            "{} in the configuration; nothing was done",
            if count == 1 { "1 mistake".to_owned() } else { format!("{count} mistakes") }
        )
    })
}

/// The same for a command that polls or publishes.
pub(super) fn settings(given: Option<PathBuf>) -> anyhow::Result<Arc<Settings>> {
    app::settings(config(given)?)
}

/// For commands that work without: the configuration if there is one.
pub(super) fn optional(given: Option<PathBuf>) -> anyhow::Result<Config> {
    match given.or_else(usual_place) {
        Some(file) => config(Some(file)),
        None => defaults(),
    }
}

/// What holds without a file.
pub(super) fn defaults() -> anyhow::Result<Config> {
    match app::parse_config("data_dir = \"/nonexistent\"", "defaults".as_ref()) {
        Ok(config) => Ok(config),
        Err(report) => bail!("the defaults are not accepted: {report}"),
    }
}

/// Where sources are added.
pub(super) struct Place {
    /// The file.
    pub(super) file: PathBuf,
    /// What stands in it; `None` if it does not exist yet.
    pub(super) config: Option<Config>,
}

/// The file that is to be changed: the one that is named, be it there or not, else that of
/// the usual places, else a new one in this folder.
pub(super) fn to_edit(given: Option<PathBuf>) -> anyhow::Result<Place> {
    let file = given.or_else(usual_place).unwrap_or_else(|| PathBuf::from("offprint.toml"));
    // A link to nowhere is there as well, and says so.
    let exists = file.symlink_metadata().is_ok();
    let config = exists.then(|| config(Some(file.clone()))).transpose()?;
    Ok(Place { file, config })
}

fn usual_place() -> Option<PathBuf> {
    places().into_iter().find(|place| place.is_file())
}

fn places() -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from("./offprint.toml"), PathBuf::from("./config/offprint.toml")];
    let home = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")));
    places.extend(home.map(|home| home.join("offprint/offprint.toml")));
    places.push(PathBuf::from("/etc/offprint/offprint.toml"));
    places
}
