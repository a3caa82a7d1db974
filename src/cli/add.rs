//! `offprint add`

use super::input;
use super::{args, find};
use crate::app;
use crate::config::{Config, NewSource, Source, name_for};
use crate::daemon::{Discovery, Found, discover, without_credentials};
use crate::health::counted;
use crate::identity::{StripRules, canonical};
use crate::model::{FeedEntry, Purpose, SourceId, one_line};
use anyhow::{anyhow, bail};
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// Entries that are shown.
const SHOWN: usize = 5;

/// Finds the feed behind an address, shows it and adds it to the configuration.
pub(super) fn run(config: Option<PathBuf>, what: &args::Add) -> anyhow::Result<()> {
    let place = find::to_edit(config)?;
    let url = address(&what.url)?;
    if let Some(config) = &place.config {
        refuse_known(config, &url)?;
        refuse_name(config, what.id.as_deref())?;
    }
    let id = what.id.as_deref().map(name).transpose()?;
    let defaults = find::defaults()?;
    let config = place.config.as_ref().unwrap_or(&defaults);
    let policy = Arc::new(input::policy(&config.fetch, Purpose::Feed));
    let network = app::network(config);
    let discovery = super::block_on(async {
        let found = discover(network.as_ref(), &policy, &url).await;
        // Whoever names no scheme means either.
        let other = http_instead(&what.url, &url).filter(|_| found.found.is_empty());
        let Some(http) = other else { return Ok(found) };
        let mut second = discover(network.as_ref(), &policy, &http).await;
        second.tried.splice(0..0, found.tried);
        Ok(second)
    })?;
    let Some(best) = discovery.found.first() else { return Err(nothing(&url, &discovery)) };
    if let Some(config) = &place.config {
        refuse_known(config, &best.url)?;
    }
    input::print(&shown(best))?;
    others(&discovery);
    let title = best.document.title.as_deref();
    let taken = |name: &str| {
        place
            .config
            .as_ref()
            .is_some_and(|config| config.sources.iter().any(|known| known.id.as_str() == name))
    };
    let id = id
        .or_else(|| name_for(title, &best.url, taken))
        .ok_or_else(|| anyhow!("no name could be made up; give one with --id ID"))?;
    let source = NewSource {
        id: id.clone(),
        url: best.url.clone(),
        kind: best.sitemap.then_some("sitemap"),
        title: None,
        tags: what.tag.clone(),
        site: title.map(|title| one_line(title, 200)),
    };
    let file = app::edit::add_sources(place.config.as_ref(), &place.file, &[source])?;
    eprintln!(
        "added as [sources.{id}] to {}; a running daemon follows it after a reload (kill -HUP)",
        file.display()
    );
    Ok(())
}

/// An address as people write it.
fn address(text: &str) -> anyhow::Result<Url> {
    let text = text.trim();
    let text = match text.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("http") => rest.to_owned(),
        Some(rest) => format!("https:{rest}"),
        None if !text.contains("://") => format!("https://{text}"),
        None => text.to_owned(),
    };
    let url =
        Url::parse(&text).map_err(|error| anyhow!("{}: not an address: {error}", one_line(&text, 200)))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        _ => bail!("{}: only http and https addresses can be polled", one_line(&text, 200)),
    }
}

/// The same address by http, if its scheme was not named.
fn http_instead(written: &str, url: &Url) -> Option<Url> {
    let mut http = url.clone();
    (!written.contains("://") && !written.trim().starts_with("feed:") && http.set_scheme("http").is_ok())
        .then_some(http)
}

fn name(id: &str) -> anyhow::Result<SourceId> {
    SourceId::new(id).ok_or_else(|| {
        anyhow!(
            "--id {}: a name consists of a-z, 0-9, \".\", \"_\" and \"-\" and begins with a letter or digit",
            one_line(id, 100)
        )
    })
}

fn refuse_name(config: &Config, id: Option<&str>) -> anyhow::Result<()> {
    let known = id.and_then(|id| config.sources.iter().find(|source| source.id.as_str() == id));
    match known {
        Some(source) => bail!(
            "{}: a source of this name stands already in {}; choose another --id",
            source.id,
            source.place
        ),
        None => Ok(()),
    }
}

fn refuse_known(config: &Config, url: &Url) -> anyhow::Result<()> {
    match configured(config, url) {
        Some(source) => bail!(
            "{}: stands already in {} as [sources.{}]; nothing was added",
            without_credentials(url),
            source.place,
            source.id
        ),
        None => Ok(()),
    }
}

/// The source that polls this address, in whatever way it is written.
pub(super) fn configured<'c>(config: &'c Config, url: &Url) -> Option<&'c Source> {
    let form = |url: &Url| canonical(url, StripRules::default()).form;
    let wanted = form(url);
    config.sources.iter().find(|source| form(&source.url) == wanted)
}

/// The feed and its newest entries.
fn shown(found: &Found) -> String {
    let document = &found.document;
    let title =
        document.title.as_deref().map_or_else(|| "(no title)".to_owned(), |title| one_line(title, 100));
    let mut out = format!(
        "{title}\n{}, {}, {}\n",
        without_credentials(&found.url),
        document.kind.name(),
        counted(document.entries.len(), "entry")
    );
    let mut entries: Vec<&FeedEntry> = document.entries.iter().collect();
    if entries.iter().all(|entry| entry.published.or(entry.updated).is_some()) {
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.published.or(entry.updated)));
    }
    for entry in entries.into_iter().take(SHOWN) {
        let date = entry.published.or(entry.updated).map(|date| date.to_string());
        let day = date.as_deref().and_then(|date| date.get(..10)).unwrap_or("no date   ");
        let title = entry.title.as_deref().or(entry.link.as_deref()).unwrap_or("(no title)");
        out.push_str(&format!("  {day}  {}\n", super::columns::cut(&one_line(title, 200), 66)));
    }
    out
}

/// Names the feeds that were not taken, and how to take one.
fn others(discovery: &Discovery) {
    let others = discovery.found.iter().skip(1);
    let mut lines: Vec<String> = others
        .map(|found| {
            let title = found.document.title.as_deref().map(|title| format!("  {}", one_line(title, 60)));
            format!("  {}{}", without_credentials(&found.url), title.unwrap_or_default())
        })
        .collect();
    lines.extend(discovery.more.iter().map(|url| format!("  {}", without_credentials(url))));
    if !lines.is_empty() {
        eprintln!(
            "the site has other feeds too; offprint add ADDRESS takes one of them:\n{}",
            lines.join("\n")
        );
    }
}

fn nothing(url: &Url, discovery: &Discovery) -> anyhow::Error {
    let url = without_credentials(url);
    let tried: Vec<String> =
        discovery.tried.iter().map(|(tried, why)| format!("  {tried}: {}", one_line(why, 200))).collect();
    anyhow!(
        "{url}: no feed was found. Tried were:\n{}\nIf the site has one, give its address. A page without a feed \
         can be a source as well, with kind = \"page\", and a sitemap with kind = \"sitemap\"",
        tried.join("\n")
    )
}
