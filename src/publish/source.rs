//! Which feed an entry is said to come from.

use super::iri::iri;
use super::time::shown;
use super::{chars, links};
use crate::model::PublishedEntry;
use jiff::Timestamp;
use std::borrow::Cow;

/// The contents of `atom:source` (RFC 4287 §4.2.11) and RSS `<source>`.
pub(super) struct Source<'a> {
    /// IRI of the feed.
    pub(super) id: Cow<'a, str>,
    /// Title on one line, plain text.
    pub(super) title: String,
    /// The feed's own address.
    pub(super) feed: Option<Cow<'a, str>>,
    /// The site.
    pub(super) site: Option<Cow<'a, str>>,
    /// It isn't configured any more.
    pub(super) removed: bool,
    /// When the feed last changed.
    pub(super) updated: Timestamp,
}

/// The entry's own word if it says enough to name a feed, else the first origin.
pub(super) fn source(entry: &PublishedEntry) -> Option<Source<'_>> {
    own(entry).or_else(|| origin(entry))
}

fn own(entry: &PublishedEntry) -> Option<Source<'_>> {
    let element = entry.source_element.as_ref()?;
    let link = links::http_opt(element.link.as_deref());
    let id = element.id.as_deref().and_then(iri).or_else(|| link.clone())?;
    let title = element.title.as_deref().map(chars::line).filter(|title| !title.is_empty());
    // Whether its link is the feed or the site isn't known; RSS means the feed,
    // Atom's alternate the site. As the site it harms nobody.
    Some(Source {
        title: title.unwrap_or_else(|| id.clone().into_owned()),
        feed: None,
        site: link,
        removed: false,
        updated: shown(entry),
        id,
    })
}

fn origin(entry: &PublishedEntry) -> Option<Source<'_>> {
    let origin = entry.origins.first()?;
    let feed = links::http(&origin.feed_url);
    let id = iri(&origin.feed_id).or_else(|| feed.clone())?;
    let title = chars::line(&origin.title);
    Some(Source {
        title: if title.is_empty() { origin.source.to_string() } else { title },
        id,
        feed,
        site: links::http_opt(origin.link.as_deref()),
        removed: origin.removed,
        // Required of a feed; where the feed doesn't say, it changed no earlier than this.
        updated: shown(entry),
    })
}
