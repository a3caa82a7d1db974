//! Reads the folder of rules for sites.

use crate::article::SiteRules;
use crate::config::{Config, Report};
use crate::daemon::Settings;
use anyhow::Context;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Files beyond this number are left alone.
const MAX_FILES: usize = 50_000;
/// A file's beginning is enough: longer ones are refused when they are read.
const MAX_FILE: u64 = 1 << 20;

/// Reads and checks a configuration file for a command that does not serve: the token
/// that readers must show is left alone.
///
/// # Errors
/// Every other mistake in it.
pub fn load_for_tool(file: &Path) -> Result<Config, Report> {
    super::with_inputs(|inputs| crate::config::load_for_tool(file, inputs))
}

/// A configuration with the rules of its folder, ready for the daemon.
///
/// # Errors
/// The folder can't be read.
pub fn settings(config: Config) -> anyhow::Result<Arc<Settings>> {
    let rules = site_rules(&config)?;
    Ok(Settings::with_site_rules(config, rules))
}

/// The rules of the folder that `scrape.site_rules_dir` names; none if it is not set.
///
/// # Errors
/// The folder can't be read. Files that can't be read are logged and left out.
pub fn site_rules(config: &Config) -> anyhow::Result<SiteRules> {
    let Some(folder) = &config.scrape.site_rules_dir else { return Ok(SiteRules::default()) };
    let problem = || {
        let (file, folder) = (config.file.display(), folder.display());
        format!(
            "{file}: scrape.site_rules_dir: the folder {folder} cannot be read; correct it or remove the key"
        )
    };
    let mut files = Vec::new();
    for item in std::fs::read_dir(folder).with_context(problem)?.take(MAX_FILES) {
        let path = item.with_context(problem)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".txt"));
        let Some(name) = name else { continue };
        match read(&path) {
            Ok(bytes) => files.push((name.to_owned(), bytes)),
            Err(error) => {
                tracing::warn!(file = %path.display(), error.message = %error, "site_rules.not_read")
            }
        }
    }
    Ok(SiteRules::new(files))
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}
