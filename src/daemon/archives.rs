//! At a first import a publisher may have more than its feed shows: archives and
//! further pages (RFC 5005) are read until there is enough.

use super::engine::Engine;
use super::poll::incoming;
use super::settings::{Settings, without_credentials};
use crate::config::Source;
use crate::feed;
use crate::model::{FeedLinks, FetchRequest, FetchResponse, HostKey, Purpose, Validators};
use crate::store::Incoming;
use jiff::SignedDuration;
use std::collections::HashSet;
use std::sync::Arc;
use url::Url;

/// Documents beyond the first one that are read at most.
const MAX_DOCUMENTS: usize = 20;
/// No further document is asked for so long after the first one.
const LONGEST: SignedDuration = SignedDuration::from_mins(5);

/// What was found beyond the first document.
#[derive(Default)]
pub(super) struct Walked {
    /// Entries that the documents before did not have, newest documents first.
    pub(super) entries: Vec<Incoming>,
    /// Bytes that crossed the network.
    pub(super) bytes: u64,
    /// Why the walk ended before its end.
    pub(super) trouble: Option<String>,
}

/// Which links are followed: those of the first document decide for all.
#[derive(Clone, Copy)]
enum Way {
    /// `prev-archive`: RFC 5005 §4.
    Archives,
    /// `next`: RFC 5005 §3, JSON Feed `next_url`.
    Pages,
}

impl Way {
    fn next(self, links: &FeedLinks) -> Option<Url> {
        let link = match self {
            Self::Archives => &links.prev_archive,
            Self::Pages => &links.next,
        };
        link.as_deref().and_then(|link| Url::parse(link).ok())
    }
}

/// Reads on from a first document, which came from `from`, until there are
/// `first_import` entries or no more. What a newer document has said of an entry
/// stands: an older one does not repeat it (RFC 5005 §4). Whatever fails, fails for
/// the rest of the walk only.
pub(super) async fn walk(
    engine: &Engine,
    settings: &Settings,
    source: &Source,
    from: &Url,
    links: &FeedLinks,
    first: &[Incoming],
) -> Walked {
    let mut walked = Walked::default();
    let way = if links.prev_archive.is_some() { Way::Archives } else { Way::Pages };
    if links.complete {
        return walked;
    }
    let began = engine.clock.now();
    let home = HostKey::of(from);
    let mut seen = HashSet::from([from.clone(), without_credentials(&source.url)]);
    let mut names: HashSet<_> = first.iter().map(name).collect();
    let mut next = way.next(links);
    for _ in 0..MAX_DOCUMENTS {
        let Some(url) = next.take() else { break };
        let enough = first.len() + walked.entries.len() >= source.first_import;
        // A publisher's archive stands with its feed: elsewhere anybody's could.
        if enough || HostKey::of(&url) != home || !seen.insert(url.clone()) {
            break;
        }
        if engine.clock.now().duration_since(began) > LONGEST {
            walked.trouble = Some(format!("{url}: the documents before it took more than five minutes"));
            break;
        }
        let (links, entries) = match read(engine, settings, source, url, &mut walked.bytes).await {
            Ok(read) => read,
            Err(trouble) => {
                walked.trouble = Some(trouble);
                break;
            }
        };
        let before = walked.entries.len();
        walked.entries.extend(entries.into_iter().filter(|entry| names.insert(name(entry))));
        // The same again and again under other addresses has no end either.
        if walked.entries.len() == before || walked.bytes > settings.config.fetch.max_feed_size {
            break;
        }
        next = way.next(&links);
    }
    if let Some(trouble) = &walked.trouble {
        tracing::warn!(source.id = %source.id, error.message = %trouble, "archives.ended_early");
    }
    walked
}

/// What tells one entry of a feed from another.
fn name(entry: &Incoming) -> crate::model::EntryKey {
    entry.candidate.fallback
}

async fn read(
    engine: &Engine,
    settings: &Settings,
    source: &Source,
    url: Url,
    bytes: &mut u64,
) -> Result<(FeedLinks, Vec<Incoming>), String> {
    let request = FetchRequest {
        url: super::poll::with_credentials_of(&source.url, url),
        purpose: Purpose::Feed,
        validators: Validators::default(),
        policy: settings.feed_policy(source),
    };
    let response = engine.fetch.fetch(request).await.map_err(|error| error.to_string())?;
    *bytes += response.wire_bytes;
    let (shown, source) = (response.url.clone(), Arc::new(source.clone()));
    let read = engine.compute(move || parse(&source, &response)).await;
    let read = read.ok_or_else(|| format!("{shown}: reading it failed; this is a defect of Offprint"))?;
    read.map_err(|error| format!("{shown}: {error}"))
}

/// Needs a processor. Of a document that was cut its complete entries are taken; its
/// links may be missing, which ends the walk.
fn parse(source: &Source, response: &FetchResponse) -> Result<(FeedLinks, Vec<Incoming>), feed::ParseError> {
    let limits = feed::Limits::default();
    let mut feed = feed::parse(&response.body, response.content_type.as_deref(), &response.url, &limits)?;
    let entries = incoming(source, std::mem::take(&mut feed.entries));
    Ok((feed.links, entries))
}
