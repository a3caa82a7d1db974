//! `offprint extract`

use super::args::{self, ExtractFormat};
use super::{explain, input};
use crate::app;
use crate::article::{self, Extraction, Hints, Page, Rules, SiteBlocks, SiteProof};
use crate::config::{Config, Source};
use crate::model::{HostKey, Purpose};
use crate::publish::article_markdown;
use crate::store::{self, Look};
use anyhow::{Context, anyhow};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use std::path::PathBuf;
use url::Url;

/// Where a page without `--url` is thought to be.
const NOWHERE: &str = "http://offprint.invalid/";

/// One page, or many, through the daemon's extractor.
pub(super) fn run(config: Option<PathBuf>, what: &args::Extract) -> anyhow::Result<()> {
    if what.batch {
        return batch();
    }
    let config = super::find::optional(config)?;
    let place = what.page.as_deref().unwrap_or("-");
    let document = input::read(place, Purpose::Page, &config)?;
    let url = match &what.url {
        Some(url) => Some(Url::parse(url).with_context(|| format!("--url {url}: not an address"))?),
        None => document.url,
    };
    let at = url.clone().map_or_else(|| Url::parse(NOWHERE), Ok)?;
    let page = Page { bytes: &document.bytes, content_type: document.content_type.as_deref(), url: &at };
    let source = source_of(&config, &at);
    let rules = Rules {
        content_selector: source.and_then(|source| source.content_selector.clone()),
        remove_selectors: source.map(|source| source.remove_selectors.clone()).unwrap_or_default(),
        site: app::site_rules(&config)?.for_url(&at),
        ..Rules::default()
    };
    let (site, proof) = known_of(&config, &at);
    let hints = Hints { site, proof, explain: what.explain, ..Hints::default() };
    let extraction = article::extract(&page, &hints, &rules).map_err(|error| anyhow!("{place}: {error}"))?;
    if what.explain {
        let known = explain::Known {
            source: source.map(|source| &source.id),
            url: &at,
            rules: &rules,
            hints: &hints,
        };
        return input::print(&explain::explain(&extraction, &known));
    }
    let shown = url.as_ref().map(Url::as_str).or(extraction.article.canonical.as_deref());
    let text = match what.format {
        ExtractFormat::Html => extraction.article.html.clone(),
        ExtractFormat::Text => extraction.article.text.clone(),
        ExtractFormat::Markdown => article_markdown(&extraction.article, shown),
        ExtractFormat::Json => article::to_full_json(&json!(place), &extraction).to_string(),
    };
    input::print(&format!("{}\n", text.trim_end()))
}

/// The source whose selectors are for the page: the first of the same site that has any.
fn source_of<'c>(config: &'c Config, url: &Url) -> Option<&'c Source> {
    let site = HostKey::of(url);
    let has_any = |source: &Source| source.content_selector.is_some() || !source.remove_selectors.is_empty();
    config.sources.iter().find(|source| has_any(source) && HostKey::of(&source.url) == site)
}

/// What the store has learned of the page's host, if there is one.
fn known_of(config: &Config, url: &Url) -> (SiteBlocks, SiteProof) {
    let Some(host) = url.host_str() else { return Default::default() };
    let look = Look::at(&config.data_dir).ok().flatten();
    look.and_then(|look| look.read(|conn| store::known_site(conn, host)).ok()).unwrap_or_default()
}

/// One page of a batch.
#[derive(Deserialize)]
struct Question {
    id: Value,
    url: Option<String>,
    html_path: String,
    title: Option<String>,
    summary: Option<String>,
    author: Option<Value>,
    published: Option<String>,
}

/// JSON Lines in, JSON Lines out.
fn batch() -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line.context("cannot read standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str::<Question>(&line) {
            Ok(question) => answer(question),
            Err(error) => json!({ "id": null, "error": format!("not a question: {error}") }),
        };
        writeln!(out, "{answer}")?;
        // Whoever reads may wait for this answer before asking again.
        out.flush()?;
    }
    Ok(())
}

fn answer(question: Question) -> Value {
    match extract(&question) {
        Ok(extraction) => article::to_json(&question.id, &extraction),
        Err(error) => json!({ "id": question.id, "error": format!("{error:#}") }),
    }
}

fn extract(question: &Question) -> anyhow::Result<Extraction> {
    let bytes = input::read_file(&question.html_path, input::max(Purpose::Page))?;
    let url = question.url.as_deref().unwrap_or(NOWHERE);
    let url = Url::parse(url).with_context(|| format!("{url}: not an address"))?;
    let hints = Hints {
        title: question.title.clone(),
        summary: question.summary.clone(),
        author: match &question.author {
            Some(Value::String(name)) => Some(name.clone()),
            Some(Value::Array(names)) => names.iter().find_map(|name| name.as_str().map(str::to_owned)),
            _ => None,
        },
        published: question.published.as_deref().and_then(|date| date.parse().ok()),
        ..Hints::default()
    };
    let page = Page { bytes: &bytes, content_type: None, url: &url };
    article::extract(&page, &hints, &Rules::default()).map_err(|error| anyhow!("{error}"))
}
