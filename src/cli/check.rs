//! `offprint check`

mod online;

use super::args;
use crate::app;
use crate::article::Ignored;
use crate::config::Config;
use crate::health::counted;
use std::path::PathBuf;

/// Validates the configuration; with `--online` tries every source once.
pub(super) fn run(config: Option<PathBuf>, what: &args::Check) -> anyhow::Result<()> {
    let config = super::find::to_serve(config)?;
    for warning in config.warnings() {
        eprintln!("warning: {warning}");
    }
    let rules = site_rules(&config)?;
    let enabled = config.sources.iter().filter(|source| source.enabled).count();
    let enabled = counted(enabled, "source");
    let hubs = config.websub_obstacle().map(|obstacle| format!("{obstacle}\n")).unwrap_or_default();
    super::input::print(&format!("{}: good, {enabled}\n{rules}{hubs}", config.file.display()))?;
    if what.online { super::block_on(online::run(config)) } else { Ok(()) }
}

/// What the folder of rules for sites holds, in a line or more. Lines that can't be used are warnings.
fn site_rules(config: &Config) -> anyhow::Result<String> {
    let Some(folder) = &config.scrape.site_rules_dir else { return Ok(String::new()) };
    let rules = app::site_rules(config)?;
    let report = rules.check();
    for mistake in &report.mistakes {
        eprintln!("warning: {}", folder.join(mistake.to_string()).display());
    }
    let selectors: Vec<String> = report
        .usage
        .selectors
        .iter()
        .map(|(directive, (good, all))| match good == all {
            true => format!("{all} {directive}"),
            false => format!("{good} of {all} {directive}"),
        })
        .collect();
    let mut out = format!("{}: rules for {}", folder.display(), counted(rules.len(), "site"));
    if !selectors.is_empty() {
        out.push_str(&format!("; selectors that can be used: {}", selectors.join(", ")));
    }
    out.push('\n');
    for (why, count) in &report.usage.ignored {
        let why = match why {
            Ignored::Login => "would log in",
            Ignored::Header => "would send other headers, or pose as a search engine (http_header)",
            Ignored::Other => "rearrange pages in ways that are not supported",
        };
        out.push_str(&format!("{}: {count} lines are not used: they {why}\n", folder.display()));
    }
    Ok(out)
}
