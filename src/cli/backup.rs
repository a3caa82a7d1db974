//! `offprint backup`

use super::args;
use super::status::size;
use anyhow::ensure;
use std::path::PathBuf;

/// A consistent copy of the database, whether a daemon runs or not. An existing
/// file is left alone unless `--force` says otherwise.
pub(super) fn run(config: Option<PathBuf>, what: &args::Backup) -> anyhow::Result<()> {
    let config = super::find::config(config)?;
    let file = &what.file;
    ensure!(
        what.force || !file.exists(),
        "{} exists and was left as it is; --force replaces it",
        file.display()
    );
    let bytes = crate::store::backup(&config.data_dir, file)?;
    eprintln!("{}: written, {}", file.display(), size(bytes));
    Ok(())
}
