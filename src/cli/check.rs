//! `offprint check`

use super::args;
use crate::app;
use crate::article::Ignored;
use crate::config::{Config, Source};
use crate::daemon::{Settings, without_credentials};
use crate::feed;
use crate::health::counted;
use crate::model::{FetchRequest, Purpose, Validators, one_line};
use anyhow::bail;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::JoinSet;

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
    if what.online { super::block_on(online(config)) } else { Ok(()) }
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
            Ignored::Header => "would send other headers (http_header)",
            Ignored::Other => "rearrange pages in ways that are not supported",
        };
        out.push_str(&format!("{}: {count} lines are not used: they {why}\n", folder.display()));
    }
    Ok(out)
}

async fn online(config: Config) -> anyhow::Result<()> {
    let network = app::network(&config);
    let settings = Settings::new(config);
    let mut jobs = JoinSet::new();
    for source in settings.config.sources.iter().filter(|source| source.enabled) {
        let (network, source, policy) = (network.clone(), source.clone(), settings.feed_policy(source));
        jobs.spawn(async move { (source.id.clone(), try_source(network.as_ref(), &source, policy).await) });
    }
    let mut results = Vec::new();
    while let Some(done) = jobs.join_next().await {
        results.push(done?);
    }
    results.sort();
    let failed = results.iter().filter(|(_, result)| result.is_err()).count();
    for (id, result) in results {
        match result {
            Ok(found) => super::input::print(&format!("{id}: {found}\n"))?,
            Err(reason) => eprintln!("{id}: {reason}"),
        }
    }
    if failed > 0 {
        bail!("{} failed", counted(failed, "source"));
    }
    Ok(())
}

async fn try_source(
    network: &dyn crate::daemon::Fetch,
    source: &Source,
    policy: Arc<crate::model::FetchPolicy>,
) -> Result<String, String> {
    let request = FetchRequest {
        url: source.url.clone(),
        purpose: Purpose::Feed,
        validators: Validators::default(),
        policy,
    };
    let response = network.fetch(request).await.map_err(|error| error.to_string())?;
    let parsed = tokio::task::spawn_blocking(move || {
        let limits = feed::Limits::default();
        let feed = feed::parse(&response.body, response.content_type.as_deref(), &response.url, &limits);
        (feed, response.permanent_url)
    });
    let (feed, moved) = parsed.await.map_err(|_| "reading the feed failed".to_owned())?;
    let feed = match feed {
        Err(feed::ParseError::Html { feed_link: Some(link) }) => {
            return Ok(format!("a page that links to the feed {link}; that one is polled"));
        }
        feed => feed.map_err(|error| error.to_string())?,
    };
    let title = feed.title.as_deref().map_or_else(|| "(no title)".to_owned(), |title| one_line(title, 60));
    let moved =
        moved.map(|url| format!("; moved for good to {}", without_credentials(&url))).unwrap_or_default();
    let repaired = match feed.warnings.len() {
        0 => String::new(),
        count => format!("; {}", counted(count, "repair")),
    };
    Ok(format!("{title}, {}{repaired}{moved}", counted(feed.entries.len(), "entry")))
}
