//! From what the store keeps to what is published: cleaned, absolute, complete.

use super::media;
use crate::html::{plain_text, safe_url, sanitize};
use crate::model::{
    AlsoAt, Carrier, Copy, Enclosure, Origin, PageFacts, PublishedEntry, SourceId, StoredEntry,
};
use std::collections::BTreeSet;
use url::Url;

/// What the configuration says about a source, for its entries.
#[derive(Debug, Clone, Default)]
pub struct SourceInfo {
    /// Title instead of the feed's own.
    pub title: Option<String>,
    /// Address of the feed, without credentials.
    pub url: String,
    /// Tags of all its entries.
    pub tags: Vec<String>,
}

/// Makes a stored entry ready for publication. `info` answers for configured
/// sources; entries of others keep what the store knows of them.
///
/// Cleaning comes last, whatever the text has been through before.
pub fn assemble(entry: StoredEntry, info: impl Fn(&SourceId) -> Option<SourceInfo>) -> PublishedEntry {
    let base = entry.extra.base.as_deref().or(entry.url.as_deref());
    let base = base.and_then(|base| Url::parse(base).ok());
    let clean = |html: Option<&str>| {
        let html = sanitize(html?, base.as_ref());
        (!html.trim().is_empty()).then_some(html)
    };
    let full_text = entry.article.is_some();
    let content_html = match entry.article {
        Some(article) => Some(article),
        None => clean(entry.content.as_deref()),
    };
    let summary_html = clean(entry.summary.as_deref());
    let mut tags = BTreeSet::new();
    let mut origins = Vec::with_capacity(entry.carriers.len());
    for carrier in entry.carriers {
        let info = info(&carrier.source);
        let removed = info.is_none();
        // Of a source that isn't configured any more, the store knows the address.
        let info = info.unwrap_or_else(|| SourceInfo { url: carrier.url.clone(), ..SourceInfo::default() });
        tags.extend(info.tags.iter().cloned());
        origins.push(Origin { removed, ..origin(carrier, info) });
    }
    let mut also_at = Vec::with_capacity(entry.copies.len());
    for copy in entry.copies {
        also_at.extend(also(&copy, &info));
        for carrier in copy.carriers {
            let info = info(&carrier.source).unwrap_or_default();
            tags.extend(info.tags.iter().cloned());
            if origins.iter().all(|origin: &Origin| origin.source != carrier.source) {
                origins.push(origin(carrier, info));
            }
        }
    }
    let http = |url: &str| safe_url(url, base.as_ref(), false);
    let enclosures = entry.extra.enclosures.into_iter().filter_map(|mut enclosure| {
        enclosure.url = http(&enclosure.url)?;
        Some(enclosure)
    });
    let enclosures: Vec<Enclosure> = enclosures.collect();
    let episode = entry.extra.episode.map(|mut episode| {
        episode.image = episode.image.as_deref().and_then(http);
        episode
    });
    let of_feed = || entry.extra.feed_image.as_deref().and_then(http);
    let image = episode.as_ref().and_then(|episode| episode.image.clone());
    let image = image.or_else(|| entry.extra.image.as_deref().and_then(http)).or_else(of_feed);
    let image = image.or_else(|| attached_picture(&enclosures));
    PublishedEntry {
        id: entry.id,
        url: entry.url.as_deref().and_then(http),
        title: entry.title,
        authors: entry.authors,
        published: entry.published,
        updated: entry.updated,
        first_seen: entry.first_seen,
        summary_html,
        content_html,
        full_text,
        tags: tags.into_iter().collect(),
        categories: entry.extra.categories,
        enclosures,
        episode,
        image,
        page: facts(entry.extra.page, &http),
        lang: entry.lang,
        origins,
        also_at,
        source_element: entry.extra.source,
    }
}

/// A picture that was attached; the podcast's, the page's and the feed's own come first.
fn attached_picture(enclosures: &[Enclosure]) -> Option<String> {
    let picture = |enclosure: &&Enclosure| media::medium(media::of(enclosure)) == Some("image");
    enclosures.iter().find(picture).map(|enclosure| enclosure.url.clone())
}

/// What the page says, its address checked.
fn facts(page: PageFacts, http: &dyn Fn(&str) -> Option<String>) -> PageFacts {
    PageFacts { canonical: page.canonical.as_deref().and_then(http), ..page }
}

/// A copy of an entry, if it has an address.
fn also(copy: &Copy, info: &impl Fn(&SourceId) -> Option<SourceInfo>) -> Option<AlsoAt> {
    let url = safe_url(copy.url.as_deref()?, None, false)?;
    let carrier = copy.carriers.first()?.clone();
    let info = info(&carrier.source).unwrap_or_default();
    let origin = origin(carrier, info);
    Some(AlsoAt {
        id: copy.id,
        url,
        title: copy.title.clone(),
        source: origin.source,
        source_title: origin.title,
    })
}

fn origin(carrier: Carrier, info: SourceInfo) -> Origin {
    let named = info.title.or(carrier.title).map(|title| plain_text(&title));
    let title = named.filter(|title| !title.is_empty()).unwrap_or_else(|| carrier.source.to_string());
    Origin {
        title,
        feed_id: carrier.feed_id.unwrap_or_else(|| info.url.clone()),
        feed_url: info.url,
        link: carrier.link,
        removed: false,
        source: carrier.source,
    }
}
