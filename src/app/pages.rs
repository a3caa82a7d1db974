//! Reads what a page for people shows, and has it printed.

use super::Served;
use crate::config::Duplicates;
use crate::daemon::{Press, Settings, assembled};
use crate::model::{EntryId, SourceId, SourceState, Standing, StoredEntry};
use crate::server::{FeedRequest, Format, Page, Printed, Which};
use crate::store::{self, Filter, StoreError};
use crate::web::{self, FeedLink, Front, Pictures, Site, SourcePage};
use bytes::Bytes;
use std::io::Write;
use std::sync::Arc;

/// Bytes of an entry's text that are read for the beginning of a lead story.
const LEAD_TEXT: usize = 64 << 10;

/// The page, or the one that says that there is none.
pub(super) async fn print(served: &Served, page: Page) -> Result<Printed, StoreError> {
    let press = &served.press;
    let settings = press.engine().settings();
    let site = site(press, &settings);
    match page {
        Page::Front => front(served, settings, site).await,
        Page::Sources(number) => sources(served, settings, site, number).await,
        Page::Source(id) => source(press, settings, site, id).await,
        Page::Article(id) => article(press, settings, site, id).await,
        Page::Missing => missing(press, site).await,
    }
}

async fn front(served: &Served, settings: Arc<Settings>, site: Site) -> Result<Printed, StoreError> {
    let press = &served.press;
    let stories = press.headlines(&settings, Filter::default(), web::STORIES).await?;
    let leads: Vec<EntryId> = stories.iter().take(web::LEADS).map(|story| story.id).collect();
    let store = press.engine().store();
    let cluster = settings.config.output.duplicates == Duplicates::Cluster;
    let texts = store.read(move |conn| {
        leads.iter().map(|id| store::story(conn, id, cluster)).collect::<Result<Vec<_>, _>>()
    });
    let texts = texts.await?;
    let figures = served.figures.at(store, &settings, site.now).await?;
    let mut front = Front {
        stories,
        sources: figures.sources.clone(),
        entries: figures.entries,
        pages_waiting: figures.pages_waiting,
        bytes: figures.bytes,
    };
    printed(press, Pictures::None, move || {
        let texts = texts.into_iter().flatten().map(|entry| cut(entry, LEAD_TEXT)).collect();
        for text in assembled(&settings, texts) {
            if let Some(story) = front.stories.iter_mut().find(|story| story.id == text.id) {
                *story = text;
            }
        }
        front.sources.iter_mut().for_each(|source| name(source, &settings));
        Some(web::front(&site, &front))
    })
    .await
}

/// An entry with no more than so many bytes of each of its texts: cleaning costs a processor.
fn cut(mut entry: StoredEntry, bytes: usize) -> StoredEntry {
    for text in [&mut entry.summary, &mut entry.content, &mut entry.article].into_iter().flatten() {
        text.truncate(text.floor_char_boundary(bytes));
    }
    entry
}

async fn sources(
    served: &Served,
    settings: Arc<Settings>,
    site: Site,
    number: usize,
) -> Result<Printed, StoreError> {
    let (press, absent) = (&served.press, site.clone());
    let figures = served.figures.at(press.engine().store(), &settings, site.now).await?;
    let mut sources = figures.sources.clone();
    let page = printed(press, Pictures::None, move || {
        sources.iter_mut().for_each(|source| name(source, &settings));
        web::sources(&site, &sources, number)
    });
    let page = page.await?;
    if page.found { Ok(page) } else { missing(press, absent).await }
}

async fn source(
    press: &Press,
    settings: Arc<Settings>,
    site: Site,
    id: SourceId,
) -> Result<Printed, StoreError> {
    let now = site.now;
    let read = press.engine().store().read(move |conn| {
        let Some(source) = store::figures_of(conn, &id, now)? else { return Ok(None) };
        let filter = Filter { sources: vec![vec![id.clone()]], ..Filter::default() };
        let polls = store::poll_log(conn, &id, web::LOG_LINES)?;
        let pages = store::page_log(conn, &id, web::LOG_LINES)?;
        let entries = store::newest_stored(conn, None, &filter, web::NEWEST)?;
        Ok(Some((source, polls, pages, entries)))
    });
    let Some((mut source, polls, pages, entries)) = read.await? else { return missing(press, site).await };
    printed(press, Pictures::None, move || {
        name(&mut source, &settings);
        let entries = entries.into_iter().map(|entry| cut(entry, 0)).collect();
        let mut entries = assembled(&settings, entries);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.published));
        Some(web::source(&site, &SourcePage { source, polls, pages, entries }))
    })
    .await
}

async fn article(
    press: &Press,
    settings: Arc<Settings>,
    site: Site,
    id: EntryId,
) -> Result<Printed, StoreError> {
    let Some((entry, versions)) = press.engine().store().read(move |conn| store::history(conn, &id)).await?
    else {
        return missing(press, site).await;
    };
    printed(press, Pictures::Publishers, move || {
        let entry = assembled(&settings, vec![entry]).pop()?;
        Some(web::article(&site, &entry, &versions))
    })
    .await
}

async fn missing(press: &Press, site: Site) -> Result<Printed, StoreError> {
    let page = printed(press, Pictures::None, move || Some(web::missing(&site))).await?;
    Ok(Printed { found: false, ..page })
}

/// Sets the page where there is a processor for it.
async fn printed(
    press: &Press,
    pictures: Pictures,
    set: impl FnOnce() -> Option<String> + Send + 'static,
) -> Result<Printed, StoreError> {
    let work = move || {
        let html = set();
        let found = html.is_some();
        let html = html.unwrap_or_default();
        let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        // Writing into memory does not fail.
        let gzip = zip.write_all(html.as_bytes()).and_then(|()| zip.finish()).unwrap_or_default();
        Printed { plain: Bytes::from(html), gzip: Bytes::from(gzip), found, pictures }
    };
    press.engine().compute(work).await.ok_or(StoreError::Closed)
}

/// A configured title wins; and only the configuration tells a disabled source from a
/// removed one.
fn name(source: &mut SourceState, settings: &Settings) {
    let Some(configured) = settings.source(&source.id) else { return };
    if let Some(title) = &configured.title {
        source.title = Some(title.clone());
    }
    if !configured.enabled {
        source.standing = Standing::Disabled;
    }
}

fn site(press: &Press, settings: &Settings) -> Site {
    let output = &settings.config.output;
    let feed = |format: Format, name| FeedLink {
        name,
        path: FeedRequest::new(Which::Merged, format).path(),
        kind: format.content_type().split(';').next().unwrap_or_default(),
    };
    let feeds = [(Format::Atom, "Atom"), (Format::Rss, "RSS"), (Format::Json, "JSON Feed")];
    Site {
        base: press.base_url(settings),
        title: output.title.clone(),
        description: output.description.clone(),
        feeds: feeds.map(|(format, name)| feed(format, name)).to_vec(),
        version: super::VERSION,
        now: crate::os::now(),
    }
}
