//! Reads what a page for people shows, and has it printed.

use super::{Served, search};
use crate::config::Duplicates;
use crate::daemon::{Press, Settings, assembled, narrow};
use crate::model::{EntryId, SourceId, SourceState, Standing, StoredEntry};
use crate::server::{FeedRequest, Format, Page, Printed, Which};
use crate::store::{self, Filter, StoreError};
use crate::web::{self, FeedLink, Front, Pictures, Site, SourcePage, TagPage};
use bytes::Bytes;
use std::collections::BTreeMap;
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
        Page::Tags => tags(press, settings, site).await,
        Page::Tag(tag) => tagged(served, settings, site, tag).await,
        Page::Search(words, order, number) => search::page(press, settings, site, words, order, number).await,
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
        let tags = settings.source(&source.id).map(|source| source.tags.to_vec()).unwrap_or_default();
        let feeds = feeds(&Which::Source(source.id.clone()));
        Some(web::source(&site, &SourcePage { source, polls, pages, entries, tags, feeds }))
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

/// All tags, with the numbers of their sources.
async fn tags(press: &Press, settings: Arc<Settings>, site: Site) -> Result<Printed, StoreError> {
    printed(press, Pictures::None, move || {
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for tag in settings.config.sources.iter().flat_map(|source| source.tags.iter()) {
            *count.entry(tag).or_default() += 1;
        }
        let all: Vec<(String, usize)> = count.into_iter().map(|(tag, n)| (tag.to_owned(), n)).collect();
        Some(web::tags(&site, &all))
    })
    .await
}

async fn tagged(
    served: &Served,
    settings: Arc<Settings>,
    site: Site,
    tag: String,
) -> Result<Printed, StoreError> {
    let press = &served.press;
    if !settings.config.sources.iter().any(|source| source.tags.contains(&tag)) {
        return missing(press, site).await;
    }
    let mut filter = Filter::default();
    narrow(&settings, &mut filter, std::slice::from_ref(&tag), &[], None);
    let stories = press.headlines(&settings, filter, web::TAGGED).await?;
    let figures = served.figures.at(press.engine().store(), &settings, site.now).await?;
    printed(press, Pictures::None, move || {
        let has = |state: &&SourceState| settings.source(&state.id).is_some_and(|s| s.tags.contains(&tag));
        let mut sources: Vec<SourceState> = figures.sources.iter().filter(has).cloned().collect();
        sources.iter_mut().for_each(|source| name(source, &settings));
        let feeds = feeds(&Which::Tag(tag.clone()));
        Some(web::tag(&site, &TagPage { tag, sources, stories, feeds }))
    })
    .await
}

pub(super) async fn missing(press: &Press, site: Site) -> Result<Printed, StoreError> {
    let page = printed(press, Pictures::None, move || Some(web::missing(&site))).await?;
    Ok(Printed { found: false, ..page })
}

/// Sets the page where there is a processor for it.
pub(super) async fn printed(
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

/// A feed in all formats.
fn feeds(which: &Which) -> Vec<FeedLink> {
    let feed = |format: Format, name| FeedLink {
        name,
        path: FeedRequest::new(which.clone(), format).path(),
        kind: format.content_type().split(';').next().unwrap_or_default(),
    };
    vec![feed(Format::Atom, "Atom"), feed(Format::Rss, "RSS"), feed(Format::Json, "JSON Feed")]
}

fn site(press: &Press, settings: &Settings) -> Site {
    let output = &settings.config.output;
    Site {
        base: press.base_url(settings),
        title: output.title.clone(),
        description: output.description.clone(),
        feeds: feeds(&Which::Merged),
        version: super::VERSION,
        now: crate::os::now(),
    }
}
