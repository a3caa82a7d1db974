//! `offprint run`

use crate::app;
use std::path::PathBuf;

/// The daemon, in the foreground.
pub(super) fn run(config: Option<PathBuf>) -> anyhow::Result<()> {
    let settings = app::settings(super::find::to_serve(config)?)?;
    for warning in settings.config.warnings() {
        tracing::warn!(warning, "config");
    }
    super::block_on(app::run(settings))
}
