//! One poll of a sitemap: a list of addresses, or an index of such lists of which a few
//! are read, those first that changed last.

use super::engine::Engine;
use super::poll::{Document, Failure, Read, failure_of, incoming, with_credentials_of};
use super::settings::{Settings, without_credentials};
use crate::config::Source;
use crate::feed::{self, Limits, ParseError, Sitemap, SitemapLink};
use crate::identity::digest;
use crate::model::{
    FeedDocument, FeedEntry, FeedKind, FetchRequest, FetchResponse, Purpose, Reason, Retry, Validators,
    Warning,
};
use crate::store::{ClaimedFeed, Incoming};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use url::Url;

/// Sitemaps of an index that are read in one poll.
const MAX_CHILDREN: usize = 10;
/// Sitemaps of an index that are remembered; of longer ones, those that changed last.
const MAX_PARTS: usize = 10_000;

/// A sitemap of an index, as it is remembered between polls.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
struct Part {
    url: String,
    /// What the index said when it was last read, or passed over by the first poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lastmod: Option<String>,
    /// When it was last read, in milliseconds; `None`: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<Vec<u8>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_modified: Option<Vec<u8>>,
}

/// Reads the answer to a request for a sitemap; an index is followed.
pub(super) async fn read(
    engine: &Engine,
    settings: &Settings,
    source: &Source,
    claimed: &ClaimedFeed,
    mut response: FetchResponse,
    bytes: &mut u64,
) -> Result<Read, Failure> {
    let known = known_parts(claimed);
    let body = std::mem::take(&mut response.body);
    let hash = match response.not_modified {
        true => claimed.body_hash.clone().unwrap_or_default(),
        false => digest(&[&body]).0.to_vec(),
    };
    let same = response.not_modified
        || (response.cut.is_none() && claimed.body_hash.as_deref() == Some(hash.as_slice()));
    let links = if same {
        if known.is_empty() {
            return Ok(Read::Unchanged(Box::new(response)));
        }
        let link = |part: &Part| {
            Some(SitemapLink { url: Url::parse(&part.url).ok()?, lastmod: part.lastmod.clone() })
        };
        known.iter().filter_map(link).collect()
    } else {
        match parsed(engine, body, &response).await? {
            Sitemap::Index(links) => links,
            Sitemap::Pages(mut feed) => {
                let entries = incoming(source, std::mem::take(&mut feed.entries));
                let document = Document {
                    response,
                    hash,
                    feed: *feed,
                    entries,
                    discovered: None,
                    parts: Some(String::new()),
                };
                return Ok(Read::Document(Box::new(document)));
            }
        }
    };
    let mut round = Round::new(engine, settings, source, claimed, &known, links);
    round.run(bytes).await;
    round.result(response, hash, same)
}

fn known_parts(claimed: &ClaimedFeed) -> Vec<Part> {
    claimed.parts.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

async fn parsed(engine: &Engine, body: Vec<u8>, response: &FetchResponse) -> Result<Sitemap, Failure> {
    let (url, content_type) = (response.url.clone(), response.content_type.clone());
    let at = without_credentials(&url);
    let work = move || {
        let limits = Limits { max_entries: feed::MAX_URLS, ..Limits::default() };
        feed::read_sitemap(&body, content_type.as_deref(), &url, &limits)
    };
    match engine.compute(work).await {
        Some(read) => read.map_err(|error: ParseError| failure_of(&at, &error)),
        None => Err(Failure::defect()),
    }
}

/// The sitemaps of an index that are read in one poll.
struct Round<'a> {
    engine: &'a Engine,
    settings: &'a Settings,
    source: &'a Source,
    claimed: &'a ClaimedFeed,
    known: HashMap<&'a str, &'a Part>,
    links: Vec<SitemapLink>,
    /// What is remembered afterwards.
    parts: HashMap<String, Part>,
    head: Option<FeedDocument>,
    entries: Vec<Incoming>,
    warnings: Vec<Warning>,
    asked: usize,
    failed: Vec<Failure>,
    pause: Option<Duration>,
    cut: bool,
}

impl<'a> Round<'a> {
    fn new(
        engine: &'a Engine,
        settings: &'a Settings,
        source: &'a Source,
        claimed: &'a ClaimedFeed,
        known: &'a [Part],
        mut links: Vec<SitemapLink>,
    ) -> Self {
        if links.len() > MAX_PARTS {
            links.sort_by_key(|link| Reverse(when(link)));
            links.truncate(MAX_PARTS);
        }
        let known: HashMap<&str, &Part> = known.iter().map(|part| (part.url.as_str(), part)).collect();
        let parts = links.iter().filter_map(|link| {
            let old = known.get(link.url.as_str()).map(|part| Part::clone(part));
            // What the first poll passes over counts as seen, as it is.
            let passed =
                || Part { url: link.url.to_string(), lastmod: link.lastmod.clone(), ..Part::default() };
            old.or_else(|| claimed.first.then(passed)).map(|part| (link.url.to_string(), part))
        });
        let parts = parts.collect();
        Self {
            engine,
            settings,
            source,
            claimed,
            known,
            links,
            parts,
            head: None,
            entries: Vec::new(),
            warnings: Vec::new(),
            asked: 0,
            failed: Vec::new(),
            pause: None,
            cut: false,
        }
    }

    /// What is worth reading, in this order: what changed last first, then those that don't
    /// say when they changed, the longest unread first.
    fn plan(&self) -> Vec<SitemapLink> {
        let changed = |link: &&SitemapLink| match (self.known.get(link.url.as_str()), &link.lastmod) {
            (Some(part), Some(lastmod)) => part.lastmod.as_ref() != Some(lastmod),
            _ => true,
        };
        let read = |link: &SitemapLink| self.known.get(link.url.as_str()).and_then(|part| part.read);
        let mut plan: Vec<&SitemapLink> = self.links.iter().filter(changed).collect();
        plan.sort_by_key(|link| (Reverse(when(link)), read(link)));
        plan.into_iter().take(MAX_CHILDREN).cloned().collect()
    }

    async fn run(&mut self, bytes: &mut u64) {
        for link in self.plan() {
            if self.claimed.first && self.has_enough(when(&link)) {
                continue;
            }
            self.asked += 1;
            match self.child(&link, bytes).await {
                Ok(()) => {}
                Err(failure) => {
                    let message = failure.reason.message.clone();
                    self.warnings.push(Warning { line: None, kind: "junk", message });
                    let asked = if let Retry::Later(asked) = failure.retry { asked } else { None };
                    self.failed.push(failure);
                    if asked.is_some() {
                        self.pause = asked;
                        return;
                    }
                }
            }
        }
    }

    /// Whether the first poll needs nothing that is older than `before`.
    fn has_enough(&self, before: Option<Timestamp>) -> bool {
        let Some(before) = before else { return self.entries.len() >= feed::MAX_URLS };
        let newer = self.entries.iter().filter(|new| date(&new.entry).is_some_and(|date| date >= before));
        newer.count() >= self.source.first_import
    }

    async fn child(&mut self, link: &SitemapLink, bytes: &mut u64) -> Result<(), Failure> {
        let old = self.known.get(link.url.as_str()).copied();
        let validators = old
            .filter(|part| part.read.is_some())
            .map(|part| Validators { etag: part.etag.clone(), last_modified: part.last_modified.clone() });
        let request = FetchRequest {
            url: with_credentials_of(&self.source.url, link.url.clone()),
            purpose: Purpose::Listing,
            validators: validators.unwrap_or_default(),
            policy: self.settings.feed_policy(self.source),
        };
        let mut response = self.engine.fetch.fetch(request).await?;
        *bytes += response.wire_bytes;
        let now = self.engine.clock.now().as_millisecond();
        let mut part = Part {
            url: link.url.to_string(),
            lastmod: link.lastmod.clone(),
            read: Some(now),
            ..Part::default()
        };
        if response.not_modified {
            let old = old.cloned().unwrap_or_default();
            part.etag = response.validators.etag.or(old.etag);
            part.last_modified = response.validators.last_modified.or(old.last_modified);
            self.parts.insert(part.url.clone(), part);
            return Ok(());
        }
        let body = std::mem::take(&mut response.body);
        let mut feed = match parsed(self.engine, body, &response).await? {
            Sitemap::Pages(feed) => feed,
            Sitemap::Index(_) => {
                let message =
                    format!("{}: an index within an index is not followed", without_credentials(&link.url));
                self.parts.insert(part.url.clone(), part);
                return Err(Failure {
                    reason: Reason::new("not-a-sitemap", &message),
                    retry: Retry::Later(None),
                });
            }
        };
        let cut = response.cut.is_some() || feed.truncated;
        if cut {
            // It must come again in full.
            self.cut = true;
        } else {
            part.etag = response.validators.etag;
            part.last_modified = response.validators.last_modified;
            self.parts.insert(part.url.clone(), part);
        }
        let mut entries = incoming(self.source, std::mem::take(&mut feed.entries));
        self.keep_new(&mut entries, old);
        self.entries.extend(entries);
        self.warnings.append(&mut feed.warnings);
        self.head.get_or_insert(*feed);
        Ok(())
    }

    /// What a sitemap holds that is read for the first time is not all new: of one that
    /// the first poll passed over, only what was published since is; of one that has
    /// appeared since, the newest entries, as many as of a first poll.
    fn keep_new(&self, entries: &mut [Incoming], old: Option<&Part>) {
        match old {
            _ if self.claimed.first => {}
            Some(part) if part.read.is_some() => {}
            Some(_) => {
                let since = self.claimed.document_at;
                for new in entries {
                    new.wanted &= new.entry.published > since;
                }
            }
            None => entries.iter_mut().skip(self.source.first_import).for_each(|new| new.wanted = false),
        }
    }

    fn result(mut self, mut response: FetchResponse, hash: Vec<u8>, same: bool) -> Result<Read, Failure> {
        if self.asked > 0 && self.failed.len() == self.asked {
            return Err(self.failed.swap_remove(0));
        }
        let order: HashSet<&str> = self.links.iter().map(|link| link.url.as_str()).collect();
        let mut parts: Vec<&Part> =
            self.parts.values().filter(|part| order.contains(part.url.as_str())).collect();
        parts.sort_by(|a, b| a.url.cmp(&b.url));
        response.fresh_for = response.fresh_for.max(self.pause);
        let unchanged = same && parts.iter().all(|part| self.known.get(part.url.as_str()) == Some(part));
        if unchanged && self.entries.is_empty() {
            return Ok(Read::Unchanged(Box::new(response)));
        }
        let parts = serde_json::to_string(&parts).ok();
        self.entries.sort_by_key(|new| Reverse(date(&new.entry)));
        self.entries.truncate(feed::MAX_URLS);
        let head = self.head.take();
        let feed = FeedDocument {
            title: head.as_ref().and_then(|feed| feed.title.clone()).or_else(|| self.claimed.title.clone()),
            link: response.url.join("/").ok().map(Into::into),
            lang: head.and_then(|feed| feed.lang),
            warnings: self.warnings,
            truncated: self.cut,
            ..FeedDocument::empty(FeedKind::Sitemap)
        };
        let validators = response.validators.clone();
        if response.not_modified {
            // What it leaves out stays as it was.
            let old = self.claimed.validators.clone();
            response.validators = Validators {
                etag: validators.etag.or(old.etag),
                last_modified: validators.last_modified.or(old.last_modified),
            };
        }
        let document = Document { response, hash, feed, entries: self.entries, discovered: None, parts };
        Ok(Read::Document(Box::new(document)))
    }
}

/// When a sitemap says that it last changed.
fn when(link: &SitemapLink) -> Option<Timestamp> {
    link.lastmod.as_deref().and_then(feed::parse_date)
}

fn date(entry: &FeedEntry) -> Option<Timestamp> {
    entry.published.or(entry.updated)
}
