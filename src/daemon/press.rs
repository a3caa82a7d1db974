//! Renders what is served, once per change.

use super::engine::Engine;
use super::settings::{Settings, without_credentials};
use crate::config::{Content, Duplicates};
use crate::model::{Notice, PublishedEntry, SourceId, StoredEntry};
use crate::publish::{self, FeedMeta, SourceInfo};
use crate::server::{Format, Rendered};
use crate::store::{self, Selection, Store, StoreError, Summary};
use bytes::Bytes;
use jiff::Timestamp;
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Notices in their feed.
const NOTICES: usize = 50;
/// How long readers may keep them.
const NOTICES_KEPT: std::time::Duration = std::time::Duration::from_mins(5);

/// Renders the merged feed and keeps it until something changes.
pub struct Press {
    engine: Arc<Engine>,
    /// Address under which readers reach the server, no slash at the end.
    base: String,
    /// One place a format: two readers who come at once wait for one rendering.
    shelf: [Mutex<Option<Shelved>>; 3],
}

struct Shelved {
    revision: i64,
    settings: Arc<Settings>,
    until: Option<Timestamp>,
    rendered: Arc<Rendered>,
}

impl Press {
    /// A press for the engine's store. `base` is used where `base_url` is not set.
    pub fn new(engine: Arc<Engine>, base: String) -> Self {
        Self { engine, base, shelf: Default::default() }
    }

    /// The engine it reads from.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The merged feed.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn feed(&self, format: Format) -> Result<Arc<Rendered>, StoreError> {
        let mut shelf = self.shelf[format as usize].lock().await;
        let revision = self.engine.store().read(store::revision).await?;
        let (now, settings) = (self.engine.clock.now(), self.engine.settings());
        if let Some(shelved) = &*shelf
            && shelved.revision == revision
            && Arc::ptr_eq(&shelved.settings, &settings)
            && shelved.until.is_none_or(|until| now < until)
        {
            return Ok(shelved.rendered.clone());
        }
        let summary = members(self.engine.store(), now, &settings).await?;
        let until = summary.until;
        let created = self.engine.store().read(store::created).await?;
        let base = self.base_url(&settings);
        let print = settings.clone();
        let rendered = self.engine.compute(move || render(&print, &base, format, summary, created)).await;
        let mut rendered = rendered.ok_or(StoreError::Closed)?;
        if let Some(Shelved { rendered: before, .. }) = &*shelf {
            rendered.last_modified = if before.digest == rendered.digest {
                before.last_modified
            } else {
                // Entries that leave and changed settings count as well, and so does
                // a second change within a second.
                now.max(before.last_modified + std::time::Duration::from_secs(1))
            };
        }
        let rendered = Arc::new(rendered);
        *shelf = Some(Shelved { revision, settings, until, rendered: rendered.clone() });
        Ok(rendered)
    }

    /// The newest members of the merged feed, without their texts.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn headlines(
        &self,
        settings: &Settings,
        count: usize,
    ) -> Result<Vec<PublishedEntry>, StoreError> {
        let (now, selection) = (self.engine.clock.now(), selection(settings));
        let entries =
            self.engine.store().read(move |conn| store::headlines(conn, now, &selection, count)).await?;
        Ok(assembled(settings, entries))
    }

    /// What whoever runs Offprint should know, as an Atom feed.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn notices(&self) -> Result<Arc<Rendered>, StoreError> {
        let settings = self.engine.settings();
        let read = |conn: &_| Ok((store::notices(conn, NOTICES)?, store::created(conn)?));
        let (notices, created) = self.engine.store().read(read).await?;
        let base = self.base_url(&settings);
        let work = move || {
            let changed = notices.iter().map(|notice| notice.at).max().unwrap_or(created);
            let meta = FeedMeta {
                id: publish::feed_id("/status"),
                title: format!("{}: notices", settings.config.output.title),
                description: Some("Sources that fail, moved or came back".to_owned()),
                author: None,
                home_url: format!("{base}/"),
                self_url: format!("{base}/status.atom"),
                updated: changed,
                lang: None,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                hubs: Vec::new(),
                paging: publish::Paging::default(),
            };
            let page = |notice: &Notice| format!("{base}/sources/{}", notice.source);
            printed(publish::notices(&meta, &notices, page), changed, NOTICES_KEPT)
        };
        self.engine.compute(work).await.map(Arc::new).ok_or(StoreError::Closed)
    }

    /// Address under which readers reach the server, no slash at the end.
    pub fn base_url(&self, settings: &Settings) -> String {
        match &settings.config.output.base_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => self.base.clone(),
        }
    }
}

/// The entries of the merged feed, as they are stored.
///
/// # Errors
/// The store can't be read.
pub async fn members(store: &Store, now: Timestamp, settings: &Settings) -> Result<Summary, StoreError> {
    let selection = selection(settings);
    store.read(move |conn| store::merged(conn, now, &selection)).await
}

fn selection(settings: &Settings) -> Selection {
    let output = &settings.config.output;
    Selection {
        limit: output.limit,
        window: output.window,
        max_per_source: output.max_per_source,
        wait: output.wait,
        cluster: output.duplicates == Duplicates::Cluster,
    }
}

/// What the configuration says about its sources, for [`publish::assemble`].
pub fn source_infos(settings: &Settings) -> HashMap<SourceId, SourceInfo> {
    let info = |source: &crate::config::Source| SourceInfo {
        title: source.title.clone(),
        url: without_credentials(&source.url).into(),
        tags: source.tags.clone(),
    };
    settings.config.sources.iter().map(|source| (source.id.clone(), info(source))).collect()
}

/// Cleans entries and makes them ready for publication. Needs a processor.
pub fn assembled(settings: &Settings, entries: Vec<StoredEntry>) -> Vec<PublishedEntry> {
    let infos = source_infos(settings);
    entries.into_iter().map(|entry| publish::assemble(entry, |id| infos.get(id).cloned())).collect()
}

/// One document of the merged feed as text. Needs a processor.
pub fn document(
    settings: &Settings,
    base: &str,
    format: Format,
    entries: &[PublishedEntry],
    created: Timestamp,
) -> String {
    let output = &settings.config.output;
    let updated = entries.iter().map(|entry| entry.updated).max();
    let meta = FeedMeta {
        id: publish::feed_id("/feed"),
        title: output.title.clone(),
        description: output.description.clone(),
        author: output.author.clone(),
        home_url: format!("{base}/"),
        self_url: format!("{base}{}", format.path()),
        updated: updated.unwrap_or(created),
        lang: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        hubs: Vec::new(),
        paging: publish::Paging::default(),
    };
    let content = match output.content {
        Content::Full => publish::Content::Full,
        Content::Summary => publish::Content::Summary,
        Content::None => publish::Content::None,
    };
    match format {
        Format::Atom => publish::atom(&meta, entries, content),
        Format::Rss => publish::rss(&meta, entries, content),
        Format::Json => publish::json_feed(&meta, entries, content),
    }
}

fn render(settings: &Settings, base: &str, format: Format, summary: Summary, created: Timestamp) -> Rendered {
    let wait = settings.config.output.wait;
    let listed = |entry: &StoredEntry| entry.listed.min(entry.first_seen + wait);
    let touched = summary.entries.iter().map(|entry| entry.touched.max(listed(entry))).max();
    let shortest = settings.config.sources.iter().filter(|s| s.enabled).map(|s| s.interval).min();
    let entries = assembled(settings, summary.entries);
    let plain = document(settings, base, format, &entries, created);
    let max_age = shortest.unwrap_or_default().min(std::time::Duration::from_mins(5));
    printed(plain, touched.unwrap_or(created), max_age)
}

/// A document as it is sent.
fn printed(plain: String, last_modified: Timestamp, max_age: std::time::Duration) -> Rendered {
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing into memory does not fail.
    let gzip = zip.write_all(plain.as_bytes()).and_then(|()| zip.finish()).unwrap_or_default();
    let digest: String =
        crate::identity::digest(&[plain.as_bytes()]).0.iter().map(|byte| format!("{byte:02x}")).collect();
    Rendered { gzip: Bytes::from(gzip), digest, last_modified, max_age, plain: Bytes::from(plain) }
}
