//! Renders what is served, once per change.

use super::engine::Engine;
use super::outputs::{self, Refusal, Sheet, selection};
use super::settings::{Settings, without_credentials};
use super::shelf::{Shelf, Shelved};
use crate::config::{Content, Output, Source, SourceKind};
use crate::model::{EntryId, Notice, PublishedEntry, SourceId, SourceState, StoredEntry};
use crate::publish::{self, FeedMeta, Paging, SourceInfo, Subscription};
use crate::server::{Edition, FeedRequest, Format, Paper, Rendered, Which};
use crate::store::{self, Filter, Selection, Store, StoreError, Summary};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Whether another program has changed the store is looked for so often; what this one
/// has changed is seen at once.
const UNCHECKED: SignedDuration = SignedDuration::from_secs(1);
/// Feeds that are made at once; others wait, and the store has a reader left for the rest.
const HANDS: usize = 2;
/// Notices in their feed.
const NOTICES: usize = 50;
/// How long readers may keep them.
const NOTICES_KEPT: std::time::Duration = std::time::Duration::from_mins(5);

/// Renders feeds and keeps them until something changes.
pub struct Press {
    engine: Arc<Engine>,
    /// Address under which readers reach the server, no slash at the end.
    base: String,
    shelf: Shelf,
    /// Feeds that are made at the same time: each holds all its entries meanwhile.
    hands: Semaphore,
}

impl Press {
    /// A press for the engine's store. `base` is used where `base_url` is not set.
    pub fn new(engine: Arc<Engine>, base: String) -> Self {
        Self { engine, base, shelf: Shelf::default(), hands: Semaphore::new(HANDS) }
    }

    /// The engine it reads from.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A feed.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn feed(&self, request: FeedRequest) -> Result<Edition, StoreError> {
        let place = self.shelf.place(&request);
        let mut shelf = place.lock().await;
        let (now, settings) = (self.engine.clock.now(), self.engine.settings());
        let commits = self.engine.store().commits();
        let fits = |shelved: &Shelved| {
            Arc::ptr_eq(&shelved.settings, &settings) && shelved.until.is_none_or(|until| now < until)
        };
        if let Some(shelved) = shelf.as_ref().filter(|shelved| fits(shelved))
            && shelved.commits == commits
            && now.duration_since(shelved.checked).abs() < UNCHECKED
        {
            return Ok(Edition::Ready(shelved.rendered.clone()));
        }
        let revision = self.engine.store().read(store::revision).await?;
        if let Some(shelved) = shelf.as_mut().filter(|shelved| fits(shelved) && shelved.revision == revision)
        {
            (shelved.commits, shelved.checked) = (commits, now);
            return Ok(Edition::Ready(shelved.rendered.clone()));
        }
        let sheet = match self.sheet(&settings, &request).await? {
            Ok(Some(sheet)) => sheet,
            Ok(None) => {
                self.shelf.clear(&request);
                return Ok(Edition::Absent);
            }
            Err(Refusal(why)) => {
                self.shelf.clear(&request);
                return Ok(Edition::Refused(why));
            }
        };
        // Held until it is rendered.
        let _hand = self.hands.acquire().await.map_err(|_| StoreError::Closed)?;
        let selection = sheet.selection.clone();
        let read = move |conn: &_| Ok((store::merged(conn, now, &selection)?, store::created(conn)?));
        let (summary, created) = self.engine.store().read(read).await?;
        let until = summary.until;
        let (print, base, asked) = (settings.clone(), self.base_url(&settings), request.clone());
        let rendered =
            self.engine.compute(move || render(&print, &base, &asked, &sheet, summary, created)).await;
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
        self.shelf.note(&request, rendered.plain.len() + rendered.gzip.len());
        *shelf =
            Some(Shelved { revision, commits, checked: now, settings, until, rendered: rendered.clone() });
        Ok(Edition::Ready(rendered))
    }

    /// What a request asks for, if there is such a feed.
    async fn sheet(
        &self,
        settings: &Settings,
        request: &FeedRequest,
    ) -> Result<Result<Option<Sheet>, Refusal>, StoreError> {
        if let Which::Source(id) = &request.which
            && settings.source(id).is_none()
        {
            let id = id.clone();
            // Removed from the configuration; its entries stay.
            if !self.engine.store().read(move |conn| store::knows_source(conn, &id)).await? {
                return Ok(Ok(None));
            }
        }
        Ok(outputs::sheet(settings, request))
    }

    /// The newest entries that a filter lets through, without their texts.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn headlines(
        &self,
        settings: &Settings,
        filter: Filter,
        count: usize,
    ) -> Result<Vec<PublishedEntry>, StoreError> {
        let selection = Selection { filter, ..selection(&settings.config.output) };
        let now = self.engine.clock.now();
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
                paging: Paging::default(),
            };
            let page = |notice: &Notice| format!("{base}/sources/{}", notice.source);
            printed(publish::notices(&meta, &notices, page), changed, NOTICES_KEPT)
        };
        self.engine.compute(work).await.map(Arc::new).ok_or(StoreError::Closed)
    }

    /// One article as it is stored, for programs; `None` if there is none.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn paper(&self, id: EntryId, format: Paper) -> Result<Option<Arc<Rendered>>, StoreError> {
        let settings = self.engine.settings();
        let Some(entry) = self.engine.store().read(move |conn| store::article(conn, &id)).await? else {
            return Ok(None);
        };
        let work = move || {
            let touched = entry.touched;
            let entry = assembled(&settings, vec![entry]).pop()?;
            let text = match format {
                Paper::Markdown => publish::markdown(&entry, false),
                Paper::Json => publish::entry_json(&entry, None).to_string(),
            };
            Some(Arc::new(printed(text, touched, NOTICES_KEPT)))
        };
        self.engine.compute(work).await.ok_or(StoreError::Closed)
    }

    /// The subscription list, as OPML.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn subscriptions(&self) -> Result<Arc<Rendered>, StoreError> {
        let (now, settings) = (self.engine.clock.now(), self.engine.settings());
        let read = move |conn: &_| Ok((store::figures(conn, now)?.sources, store::created(conn)?));
        let (known, created) = self.engine.store().read(read).await?;
        let work = move || {
            let list = subscriptions(&settings, &known, |_| true);
            printed(publish::opml(&settings.config.output.title, &list), created, NOTICES_KEPT)
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
    let selection = selection(&settings.config.output);
    store.read(move |conn| store::merged(conn, now, &selection)).await
}

/// What the configuration says about a source, for [`publish::assemble`].
pub fn source_info(settings: &Settings, id: &SourceId) -> Option<SourceInfo> {
    settings.source(id).map(|source| SourceInfo {
        title: source.title.clone(),
        url: without_credentials(&source.url).into(),
        tags: source.tags.to_vec(),
    })
}

/// The sources as subscriptions. Titles and sites of feeds that have delivered are known.
pub fn subscriptions(
    settings: &Settings,
    known: &[SourceState],
    chosen: impl Fn(&Source) -> bool,
) -> Vec<Subscription> {
    let known: HashMap<&SourceId, &SourceState> = known.iter().map(|state| (&state.id, state)).collect();
    let one = |source: &Source| {
        let state = known.get(&source.id);
        let title = source.title.clone().or_else(|| state.and_then(|state| state.title.clone()));
        Subscription {
            title: title.unwrap_or_else(|| source.id.to_string()),
            feed_url: without_credentials(&source.url).into(),
            home_url: state.and_then(|state| state.link.clone()),
            tags: source.tags.to_vec(),
            no_feed: source.kind != SourceKind::Feed,
        }
    };
    settings.config.sources.iter().filter(|source| chosen(source)).map(one).collect()
}

/// Cleans entries and makes them ready for publication. Needs a processor.
pub fn assembled(settings: &Settings, entries: Vec<StoredEntry>) -> Vec<PublishedEntry> {
    entries.into_iter().map(|entry| publish::assemble(entry, |id| source_info(settings, id))).collect()
}

/// One document of the merged feed as text. Needs a processor.
pub fn document(
    settings: &Settings,
    base: &str,
    format: Format,
    entries: &[PublishedEntry],
    created: Timestamp,
) -> String {
    let request = FeedRequest::new(Which::Merged, format);
    let output = &settings.config.output;
    let meta = meta(settings, output, base, &request, entries, created);
    written(&meta, output, format, entries)
}

/// What a feed says of itself; as if it were whole and had its page at `/`.
fn meta(
    settings: &Settings,
    output: &Output,
    base: &str,
    request: &FeedRequest,
    entries: &[PublishedEntry],
    created: Timestamp,
) -> FeedMeta {
    let updated = entries.iter().map(|entry| entry.updated).max();
    FeedMeta {
        id: publish::feed_id(&request.stem()),
        title: output.title.clone(),
        description: output.description.clone(),
        author: output.author.clone(),
        home_url: format!("{base}/"),
        self_url: format!("{base}{}", request.path()),
        updated: updated.unwrap_or(created),
        lang: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        hubs: settings.config.hub.iter().map(|hub| hub.as_str().to_owned()).collect(),
        paging: Paging::default(),
    }
}

fn written(meta: &FeedMeta, output: &Output, format: Format, entries: &[PublishedEntry]) -> String {
    let content = match output.content {
        Content::Full => publish::Content::Full,
        Content::Summary => publish::Content::Summary,
        Content::None => publish::Content::None,
    };
    match format {
        Format::Atom => publish::atom(meta, entries, content),
        Format::Rss => publish::rss(meta, entries, content),
        Format::Json => publish::json_feed(meta, entries, content),
    }
}

fn render(
    settings: &Settings,
    base: &str,
    request: &FeedRequest,
    sheet: &Sheet,
    summary: Summary,
    created: Timestamp,
) -> Rendered {
    let wait = sheet.output.wait;
    let listed = |entry: &StoredEntry| entry.listed.min(entry.first_seen + wait);
    let touched = summary.entries.iter().map(|entry| entry.touched.max(listed(entry))).max();
    let shortest = settings.config.sources.iter().filter(|s| s.enabled).map(|s| s.interval).min();
    let entries = assembled(settings, summary.entries);
    let page = |before| format!("{base}{}", FeedRequest { before, ..request.clone() }.path());
    let paged = request.before.is_some() || summary.next.is_some();
    let announced = super::announce::is_told(request);
    let whole = meta(settings, &sheet.output, base, request, &entries, created);
    let meta = FeedMeta {
        id: publish::feed_id(&sheet.name),
        home_url: format!("{base}{}", sheet.home),
        paging: Paging {
            first: paged.then(|| page(None)),
            next: summary.next.map(|next| page(Some(next))),
            previous: None,
        },
        // The hub is told of whole feeds only: who subscribed to another would wait for ever.
        hubs: if announced { whole.hubs } else { Vec::new() },
        ..whole
    };
    let plain = written(&meta, &sheet.output, request.format, &entries);
    let max_age = shortest.unwrap_or_default().min(std::time::Duration::from_mins(5));
    let printed = printed(plain, touched.unwrap_or(created), max_age);
    let link = |hub: &String| format!("<{hub}>; rel=\"hub\", <{}>; rel=\"self\"", meta.self_url);
    Rendered { news: touched, link: meta.hubs.first().map(link), ..printed }
}

/// A document as it is sent.
fn printed(plain: String, last_modified: Timestamp, max_age: std::time::Duration) -> Rendered {
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing into memory does not fail.
    let gzip = zip.write_all(plain.as_bytes()).and_then(|()| zip.finish()).unwrap_or_default();
    let digest: String =
        crate::identity::digest(&[plain.as_bytes()]).0.iter().map(|byte| format!("{byte:02x}")).collect();
    Rendered {
        gzip: Bytes::from(gzip),
        digest,
        last_modified,
        news: None,
        link: None,
        max_age,
        plain: Bytes::from(plain),
    }
}
