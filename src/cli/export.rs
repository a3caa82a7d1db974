//! `offprint export`

use super::args::{self, ExportFormat};
use super::input;
use crate::config::{Listen, Source};
use crate::daemon::{Settings, assembled, document, members, narrow, subscriptions};
use crate::model::{PublishedEntry, SourceId, SourceState, StoredEntry};
use crate::os;
use crate::publish;
use crate::search::Query;
use crate::server::Format;
use crate::store::{self, Filter, Role, Store};
use anyhow::{Context, anyhow, bail};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// The merged feed or the articles, to stdout or into a folder.
pub(super) fn run(config: Option<PathBuf>, what: args::Export) -> anyhow::Result<()> {
    let settings = super::find::settings(config)?;
    if let Some(source) = &what.source
        && !settings.config.sources.iter().any(|known| known.id.as_str() == source)
    {
        bail!("no source \"{source}\" in {}", settings.config.file.display());
    }
    let since = what.since.as_deref().map(|since| moment(since, os::now())).transpose()?;
    super::block_on(async move {
        let store = Store::open(&settings.config.data_dir, Role::Tool)?;
        let entries = select(&store, &settings, &what, since).await?;
        let created = store.read(store::created).await?;
        let now = os::now();
        let known = store.read(move |conn| store::figures(conn, now)).await?.sources;
        store.close().await;
        let entries = assembled(&settings, entries);
        write(&settings, &what, &entries, &known, created)
    })
}

async fn select(
    store: &Store,
    settings: &Settings,
    what: &args::Export,
    since: Option<Timestamp>,
) -> anyhow::Result<Vec<StoredEntry>> {
    let query = what.query.as_deref().map(Query::parse).transpose();
    let query = query.map_err(|error| anyhow!("--query: {error}"))?;
    let mut filter = Filter::default();
    let source = what.source.as_deref().and_then(SourceId::new);
    narrow(settings, &mut filter, what.tag.as_slice(), source.as_slice(), query.as_ref());
    if since.is_none() && what.limit.is_none() && filter.is_open() {
        return Ok(members(store, os::now(), settings).await?.entries);
    }
    let limit = what.limit.unwrap_or(usize::MAX);
    let mut entries = store.read(move |conn| store::newest_stored(conn, since, &filter, limit)).await?;
    entries.sort_by(|a, b| {
        b.published.cmp(&a.published).then(b.first_seen.cmp(&a.first_seen)).then(a.id.cmp(&b.id))
    });
    Ok(entries)
}

/// Whether `--source` and `--tag` choose a source.
fn chosen(what: &args::Export, source: &Source) -> bool {
    what.source.as_ref().is_none_or(|id| source.id.as_str() == id)
        && what.tag.as_ref().is_none_or(|tag| source.tags.contains(tag))
}

fn write(
    settings: &Settings,
    what: &args::Export,
    entries: &[PublishedEntry],
    known: &[SourceState],
    created: Timestamp,
) -> anyhow::Result<()> {
    let base = base(settings);
    let feed = |format| document(settings, &base, format, entries, created);
    let (name, text) = match what.format {
        ExportFormat::Atom => ("feed.atom", feed(Format::Atom)),
        ExportFormat::Rss => ("feed.rss", feed(Format::Rss)),
        ExportFormat::Json => ("feed.json", feed(Format::Json)),
        ExportFormat::Jsonl => ("articles.jsonl", publish::jsonl(entries)),
        ExportFormat::Opml => {
            let list = subscriptions(settings, known, |source| chosen(what, source));
            ("subscriptions.opml", publish::opml(&settings.config.output.title, &list))
        }
        ExportFormat::Markdown => return markdown(what, entries),
    };
    match &what.out {
        None => input::print(&text),
        Some(dir) => {
            make(dir)?;
            replace(&dir.join(name), &text)
        }
    }
}

fn markdown(what: &args::Export, entries: &[PublishedEntry]) -> anyhow::Result<()> {
    let Some(dir) = &what.out else {
        let articles: Vec<String> =
            entries.iter().map(|entry| publish::markdown(entry, what.front_matter)).collect();
        return input::print(&articles.join("\n\n"));
    };
    make(dir)?;
    let mut present = Vec::new();
    for file in std::fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))? {
        present.extend(file?.file_name().into_string());
    }
    let mut written = 0;
    for entry in entries {
        let (name, text) = (publish::file_name(entry), publish::markdown(entry, true));
        // Written under an older title?
        let suffix = publish::file_suffix(&entry.id);
        for old in present.iter().filter(|old| old.ends_with(&suffix) && **old != name) {
            std::fs::remove_file(dir.join(old)).with_context(|| format!("cannot remove {old}"))?;
        }
        let path = dir.join(&name);
        if std::fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
            continue;
        }
        replace(&path, &text)?;
        written += 1;
    }
    eprintln!(
        "{}: {written} of {} articles written, {} were there already",
        dir.display(),
        entries.len(),
        entries.len() - written
    );
    Ok(())
}

fn make(dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))
}

/// Writes a file beside and puts it in place: nobody ever reads half of it.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    std::fs::write(&part, text).with_context(|| format!("cannot write {}", part.display()))?;
    std::fs::rename(&part, path).with_context(|| format!("cannot write {}", path.display()))
}

fn base(settings: &Settings) -> String {
    match (&settings.config.output.base_url, &settings.config.server.listen) {
        (Some(url), _) => url.as_str().trim_end_matches('/').to_owned(),
        (None, Listen::Tcp(address)) => format!("http://{address}"),
        (None, Listen::Unix(_)) => "http://localhost".to_owned(),
    }
}

/// A date, a time, or so long ago.
fn moment(text: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        return Ok(jiff::tz::TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0))?);
    }
    let pause = crate::config::duration(text).map_err(|_| {
        anyhow!(
            "--since {text}: neither a date (2026-01-31), a time (2026-01-31T10:00:00Z) nor a duration (7d)"
        )
    })?;
    Ok(now.checked_sub(pause)?)
}
