//! One poll of one feed: request, read, decide, one commit.

use super::archives;
use super::engine::Engine;
use super::event::Event;
use super::feeds::{Done, Next};
use super::filter::wanted;
use super::rediscover::{self, Elsewhere};
use super::settings::{Settings, without_credentials};
use super::sitemap;
use super::websub;
use crate::config::{FullText, Identity, Source, SourceKind};
use crate::feed::{self, ParseError};
use crate::health::INCOMPLETE;
use crate::identity::{
    StripRules, candidate, candidate_by_guid, clean_link, content_hash, digest, web_address,
};
use crate::model::{
    FeedDocument, FeedEntry, FeedHints, FetchError, FetchRequest, FetchResponse, HOST_PAUSE, Purpose, Reason,
    Retry, Validators, Warning, one_line,
};
use crate::schedule::{OWN_TEXT_PROVED, Rhythm, Terms, jitter, seed};
use crate::store::{self, ClaimedFeed, Delivery, Incoming, Moved, PollOutcome, PollRecord, Recorded};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Repairs of a document that are kept, for the owner to see.
const REPAIRS: usize = 5;
/// More that is new in one poll of a sitemap was not written since the last: the site has
/// changed its addresses. Of such a flood as much is taken as of a first poll.
const MOST_NEW: usize = 1_000;

/// Polls one claimed source and stores what came of it.
pub(super) async fn poll(engine: Arc<Engine>, claimed: ClaimedFeed) -> Done {
    let settings = engine.settings();
    let id = claimed.id.clone();
    let Some(source) = settings.source(&id).cloned() else {
        return Done { next: Next::Never, pages: Vec::new() };
    };
    let mut answer = ask(&engine, &settings, &source, &claimed).await;
    if let Err(failure) = &answer.result
        && let (HOST_PAUSE, Retry::Later(Some(left))) = (failure.reason.kind.as_str(), failure.retry)
    {
        return postpone(&engine, &claimed, failure.reason.clone(), left).await;
    }
    if claimed.first {
        read_on(&engine, &settings, &source, &mut answer).await;
    }
    let proposal = look_elsewhere(&engine, &settings, &source, &claimed, &mut answer).await;
    let (record, event) = judge(&engine, &source, &claimed, answer, proposal);
    let gone = matches!(&record.outcome, PollOutcome::Failed { gone: true, .. });
    let tempers = engine.fetch.tempers();
    let stored = engine.store.write(move |conn| {
        store::remember_hosts(conn, record.now, &tempers)?;
        store::record_poll(conn, &record)
    });
    match stored.await {
        Ok(recorded) if recorded.stale => Done { next: Next::AsStored, pages: Vec::new() },
        Ok(recorded) => {
            report(&engine, event, &recorded);
            if recorded.asks_hub {
                engine.hubs_changed.notify_one();
            }
            let next = match recorded.due {
                _ if gone => Next::Never,
                Some(due) if !recorded.rescheduled => Next::At(due),
                _ => Next::AsStored,
            };
            Done { next, pages: recorded.pages }
        }
        Err(error) => {
            // Nothing was stored, the validators neither: the next poll brings it again.
            let reason = Reason::new("store", &error.to_string());
            report(&engine, Event::PollFailed { source: id.clone(), reason }, &Recorded::default());
            Done { next: Next::AsStored, pages: Vec::new() }
        }
    }
}

/// A first import takes more than the feed shows, where the publisher has it.
async fn read_on(engine: &Engine, settings: &Settings, source: &Source, answer: &mut Answer) {
    let Ok(Read::Document(document)) = &mut answer.result else { return };
    let Document { response, feed, entries, .. } = &mut **document;
    // After a cut one the next poll is a first import still.
    let is_feed = source.kind == SourceKind::Feed;
    if !is_feed || response.cut.is_some() || feed.truncated || entries.len() >= source.first_import {
        return;
    }
    let walked = archives::walk(engine, settings, source, &response.url, &feed.links, entries).await;
    entries.extend(walked.entries);
    answer.bytes += walked.bytes;
    let message = walked.trouble.map(|trouble| format!("older entries are missing: {trouble}"));
    feed.warnings.extend(message.map(|message| Warning { line: None, kind: "archive", message }));
}

/// The host wants to be left alone: nothing was asked, and nothing has failed.
async fn postpone(engine: &Engine, claimed: &ClaimedFeed, reason: Reason, left: Duration) -> Done {
    let now = engine.clock.now();
    // Not all that wait for the host come back in the same moment.
    let pause = left + jitter(left, (engine.seed, claimed.id.as_str(), claimed.attempt));
    let due = now.checked_add(pause).unwrap_or(now);
    let (sid, attempt, why) = (claimed.sid, claimed.attempt, "its host asked for a pause");
    let stored = engine.store.write(move |conn| store::postpone_poll(conn, sid, attempt, due, why)).await;
    tracing::info!(source.id = %claimed.id, pause.seconds = left.as_secs(), "poll.postponed");
    engine.tell(&Event::PollPostponed { source: claimed.id.clone(), reason });
    let next = if stored.is_ok_and(|current| current) { Next::At(due) } else { Next::AsStored };
    Done { next, pages: Vec::new() }
}

/// A feed that has gone may be elsewhere on its site: then that is what was polled. Else
/// what may be it is answered.
async fn look_elsewhere(
    engine: &Engine,
    settings: &Settings,
    source: &Source,
    claimed: &ClaimedFeed,
    answer: &mut Answer,
) -> Option<Url> {
    let Err(failure) = &answer.result else { return None };
    let served = answer.served.take();
    match rediscover::look(engine, settings, source, claimed, failure, served, &mut answer.bytes).await {
        Elsewhere::Nothing => None,
        Elsewhere::Proposed(url) => {
            tracing::warn!(source.id = %source.id, feed.url = %url, "poll.feed_found_elsewhere");
            Some(url)
        }
        Elsewhere::Found(document) => {
            answer.result = Ok(Read::Document(document));
            None
        }
    }
}

/// What came of asking.
struct Answer {
    result: Result<Read, Failure>,
    /// The remembered redirect failed; the configured address was asked.
    fell_back: bool,
    /// The feed that a page in the feed's place names.
    served: Option<Url>,
    bytes: u64,
}

/// A usable answer.
pub(super) enum Read {
    Unchanged(Box<FetchResponse>),
    Document(Box<Document>),
}

/// A document and the response it came in.
pub(super) struct Document {
    pub(super) response: FetchResponse,
    pub(super) hash: Vec<u8>,
    pub(super) feed: FeedDocument,
    pub(super) entries: Vec<Incoming>,
    /// The feed was found through a page that links to it.
    pub(super) discovered: Option<Url>,
    /// What is to be remembered of the sitemaps of an index; `None`: as before.
    pub(super) parts: Option<String>,
}

pub(super) struct Failure {
    pub(super) reason: Reason,
    pub(super) retry: Retry,
}

impl Failure {
    pub(super) fn defect() -> Self {
        let message = "reading the feed failed; this is a defect of Offprint";
        Self { reason: Reason::new("defect", message), retry: Retry::Later(None) }
    }
}

/// Why what an address led to can't be used.
pub(super) fn failure_of(url: &Url, error: &ParseError) -> Failure {
    let message = format!("{}: {error}", without_credentials(url));
    Failure { reason: Reason::new(kind_of(error), &message), retry: Retry::Later(None) }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self { reason: Reason::new(error.kind.clone(), &error.to_string()), retry: error.retry }
    }
}

async fn ask(engine: &Engine, settings: &Settings, source: &Source, claimed: &ClaimedFeed) -> Answer {
    let moved = claimed.moved_to.as_deref().and_then(|url| Url::parse(url).ok());
    let Some(moved) = moved else {
        return ask_at(engine, settings, source, claimed, &source.url, claimed.validators.clone()).await;
    };
    let target = with_credentials_of(&source.url, moved);
    let answer = ask_at(engine, settings, source, claimed, &target, claimed.validators.clone()).await;
    match &answer.result {
        // A server that asks for a pause means both addresses.
        Err(failure) if failure.retry != Retry::Gone && !matches!(failure.retry, Retry::Later(Some(_))) => {
            let again = ask_at(engine, settings, source, claimed, &source.url, Validators::default()).await;
            better_of(answer, again)
        }
        _ => answer,
    }
}

/// The configured address was asked because the remembered one failed. If it fails
/// as well, it is the remembered one that is reported, and remembered further: what
/// became of an address that was left long ago says nothing about the feed.
fn better_of(remembered: Answer, configured: Answer) -> Answer {
    let bytes = remembered.bytes + configured.bytes;
    let served = remembered.served.or(configured.served);
    match (remembered.result, configured.result) {
        (Err(mut failure), Err(again)) => {
            if matches!(again.retry, Retry::Later(Some(_))) {
                failure.retry = again.retry;
            }
            Answer { result: Err(failure), fell_back: false, served, bytes }
        }
        (_, result) => Answer { result, fell_back: true, served, bytes },
    }
}

/// Credentials go to the origin they were configured for, and nowhere else.
pub(super) fn with_credentials_of(configured: &Url, mut target: Url) -> Url {
    if configured.origin() == target.origin() {
        // Both fail only for addresses that can't have credentials.
        let _ = target.set_username(configured.username());
        let _ = target.set_password(configured.password());
    }
    target
}

async fn ask_at(
    engine: &Engine,
    settings: &Settings,
    source: &Source,
    claimed: &ClaimedFeed,
    url: &Url,
    validators: Validators,
) -> Answer {
    let mut bytes = 0;
    let policy = settings.feed_policy(source);
    let purpose = if source.kind == SourceKind::Feed { Purpose::Feed } else { Purpose::Listing };
    let mut request = FetchRequest { url: url.clone(), purpose, validators, policy };
    let mut discovered = None;
    loop {
        let response = match engine.fetch.fetch(request.clone()).await {
            Ok(response) => response,
            Err(error) => return Answer { result: Err(error.into()), fell_back: false, served: None, bytes },
        };
        bytes += response.wire_bytes;
        if source.kind == SourceKind::Sitemap {
            let result = sitemap::read(engine, settings, source, claimed, response, &mut bytes).await;
            return Answer { result, fell_back: false, served: None, bytes };
        }
        // A page instead of a feed: as long as there has never been a feed, follow its
        // link; and once more if the feed that was found so is no longer there.
        let found_before =
            claimed.moved_to.is_some() && *url == source.url && response.permanent_url.is_none();
        let may_follow = discovered.is_none() && (!claimed.delivered || found_before);
        let read = read(engine, source, claimed, response, discovered.clone()).await;
        match read {
            Err((_, Some(link))) if may_follow => {
                request.url = with_credentials_of(&source.url, link.clone());
                request.validators = Validators::default();
                discovered = Some(link);
            }
            Err((failure, served)) => {
                return Answer { result: Err(failure), fell_back: false, served, bytes };
            }
            Ok(read) => return Answer { result: Ok(read), fell_back: false, served: None, bytes },
        }
    }
}

async fn read(
    engine: &Engine,
    source: &Source,
    claimed: &ClaimedFeed,
    response: FetchResponse,
    discovered: Option<Url>,
) -> Result<Read, (Failure, Option<Url>)> {
    if response.not_modified {
        return Ok(Read::Unchanged(Box::new(response)));
    }
    let (source, known) = (source.clone(), claimed.body_hash.clone());
    let url = response.url.clone();
    let work = move || parse(&source, response, known.as_deref(), discovered);
    match engine.compute(work).await {
        None => Err((Failure::defect(), None)),
        Some(Ok(read)) => Ok(read),
        Some(Err(error)) => {
            let link = match &error {
                ParseError::Html { feed_link } => feed_link.clone(),
                _ => None,
            };
            Err((failure_of(&url, &error), link))
        }
    }
}

fn kind_of(error: &ParseError) -> &'static str {
    match error {
        ParseError::Empty => "empty",
        ParseError::Html { .. } => "html",
        ParseError::NotAFeed => "not-a-feed",
        ParseError::NotASitemap => "not-a-sitemap",
        ParseError::NoItems { .. } => "no-items",
        ParseError::Malformed { .. } => "malformed",
    }
}

/// Bytes to entries that are ready to be stored. Needs a processor.
fn parse(
    source: &Source,
    mut response: FetchResponse,
    known: Option<&[u8]>,
    discovered: Option<Url>,
) -> Result<Read, ParseError> {
    let body = std::mem::take(&mut response.body);
    let hash = digest(&[&body]).0.to_vec();
    if response.cut.is_none() && known == Some(hash.as_slice()) {
        return Ok(Read::Unchanged(Box::new(response)));
    }
    let (content_type, limits) = (response.content_type.as_deref(), feed::Limits::default());
    let mut feed = match &source.kind {
        SourceKind::Page(items) => feed::read_items(&body, content_type, &response.url, items, &limits)?,
        SourceKind::Feed | SourceKind::Sitemap => feed::parse(&body, content_type, &response.url, &limits)?,
    };
    if source.kind == SourceKind::Feed {
        feed.links.prefer(&response.links);
    }
    let entries = incoming(source, std::mem::take(&mut feed.entries));
    Ok(Read::Document(Box::new(Document { response, hash, feed, entries, discovered, parts: None })))
}

/// Entries of a document of this source, ready to be stored. Needs a processor.
pub(super) fn incoming(source: &Source, entries: Vec<FeedEntry>) -> Vec<Incoming> {
    let rules = StripRules { extra: &source.strip_params };
    let prepared = |entry: FeedEntry| Incoming {
        candidate: match source.identity {
            Identity::Url => candidate(&source.id, &entry, rules),
            Identity::Guid => candidate_by_guid(&source.id, &entry),
        },
        hash: content_hash(&entry),
        url: entry.link.as_deref().and_then(web_address).map(|link| clean_link(&link, rules).into()),
        wanted: wanted(source, &entry),
        entry,
    };
    entries.into_iter().map(prepared).collect()
}

/// What decides about the next poll, without what an answer says.
pub(super) fn terms(engine: &Engine, source: &Source, attempt: u64) -> Terms {
    let seed = seed(engine.seed, source.id.as_str(), attempt);
    let (interval, max_interval, obey_hints) = (source.interval, source.max_interval, source.obey_hints);
    let rhythm = Rhythm { interval, max_interval, obey_hints, seed };
    Terms { rhythm, fresh_for: None, hints: FeedHints::default(), retry_after: None }
}

/// From the answer to what is stored and told.
fn judge(
    engine: &Engine,
    source: &Source,
    claimed: &ClaimedFeed,
    answer: Answer,
    proposal: Option<Url>,
) -> (PollRecord, Event) {
    let terms = |fresh_for: Option<Duration>, hints: FeedHints| {
        let terms = terms(engine, source, claimed.attempt);
        Terms { fresh_for, hints, ..terms }
    };
    let (terms, outcome, event) = match answer.result {
        Err(Failure { reason, retry }) => {
            let retry_after = if let Retry::Later(asked) = retry { asked } else { None };
            let terms = Terms { retry_after, ..terms(None, FeedHints::default()) };
            let event = Event::PollFailed { source: source.id.clone(), reason: reason.clone() };
            (
                terms,
                PollOutcome::Failed {
                    reason,
                    gone: retry == Retry::Gone,
                    proposal: proposal.map(String::from),
                },
                event,
            )
        }
        Ok(Read::Unchanged(response)) => {
            let terms = terms(response.fresh_for, claimed.hints.clone());
            let moved = moved(source, &response, None, answer.fell_back);
            let validators = Some(validators_after(claimed, *response));
            (terms, PollOutcome::Unchanged { validators, moved }, polled(source, true, None))
        }
        Ok(Read::Document(document)) => {
            let terms = terms(document.response.fresh_for, document.feed.hints.clone());
            let delivery = delivery(engine, source, *document, answer.fell_back);
            // Repairs are for the status; what is missing is for the log as well.
            let event = polled(source, false, delivery.cut.clone());
            (terms, PollOutcome::Delivered(Box::new(delivery)), event)
        }
    };
    let record = PollRecord {
        sid: claimed.sid,
        attempt: claimed.attempt,
        now: engine.clock.now(),
        terms,
        bytes: answer.bytes,
        outcome,
    };
    (record, event)
}

/// A 304 replaces the validators it carries and leaves the others (RFC 9111 §4.3.4);
/// a full answer replaces all, also by none.
fn validators_after(claimed: &ClaimedFeed, response: FetchResponse) -> Validators {
    let new = response.validators;
    if !response.not_modified {
        return new;
    }
    let old = claimed.validators.clone();
    Validators { etag: new.etag.or(old.etag), last_modified: new.last_modified.or(old.last_modified) }
}

fn delivery(engine: &Engine, source: &Source, document: Document, fell_back: bool) -> Delivery {
    let Document { response, hash, feed, entries, discovered, parts } = document;
    let cut = response
        .cut
        .clone()
        .or_else(|| feed.truncated.then(|| "the document ends before its end".to_owned()));
    // The configuration in force now: subscriptions may have been settled by it already.
    let settings = engine.settings();
    let hub = settings.source(&source.id).and_then(|source| websub::choose(&settings, source, &feed.links));
    let repairs = repairs(cut.as_deref(), &feed.warnings);
    Delivery {
        moved: moved(source, &response, discovered, fell_back),
        // What was cut must come again in full: no validators, no digest.
        validators: cut.is_none().then_some((response.validators, hash)),
        feed,
        entries,
        first_import: source.first_import,
        most_new: if source.kind == SourceKind::Sitemap { MOST_NEW } else { usize::MAX },
        parts,
        pages: source.full_text != FullText::Never,
        own_text_limit: (source.full_text == FullText::Auto).then_some(OWN_TEXT_PROVED),
        wait: settings.config.output.wait,
        hub,
        cut: cut.map(|cut| one_line(&format!("{INCOMPLETE}{cut}"), 300)),
        repairs,
    }
}

/// What was wrong with a document: what is missing, then the first few repairs
/// with their lines, and how many more there were.
fn repairs(cut: Option<&str>, warnings: &[Warning]) -> Vec<String> {
    let mut lines: Vec<String> = cut.iter().map(|cut| format!("{INCOMPLETE}{cut}")).collect();
    for warning in warnings.iter().take(REPAIRS) {
        let line = warning.line.map_or_else(String::new, |line| format!("line {line}: "));
        lines.push(format!("{line}{}", warning.message));
    }
    if warnings.len() > REPAIRS {
        lines.push(format!("and {} more", warnings.len() - REPAIRS));
    }
    lines.iter().map(|line| one_line(line, 200)).collect()
}

/// Whether the answer came from another address for good.
fn moved(source: &Source, response: &FetchResponse, discovered: Option<Url>, fell_back: bool) -> Moved {
    match response.permanent_url.clone().or(discovered).map(|url| without_credentials(&url)) {
        Some(target) if target == without_credentials(&source.url) => Moved::Back,
        Some(target) => Moved::To(target.into()),
        None if fell_back => Moved::Back,
        None => Moved::AsBefore,
    }
}

fn polled(source: &Source, unchanged: bool, warning: Option<String>) -> Event {
    Event::Polled { source: source.id.clone(), new: 0, changed: 0, unchanged, warning }
}

/// Logs and tells what came of a poll.
fn report(engine: &Engine, mut event: Event, recorded: &Recorded) {
    match &mut event {
        Event::Polled { source, new, changed, unchanged, warning } => {
            (*new, *changed) = (recorded.new, recorded.changed);
            if let Some(warning) = warning {
                tracing::warn!(source.id = %source, warning = %warning, "poll.warning");
            }
            tracing::info!(
                source.id = %source, entries.new = *new, entries.changed = *changed, unchanged = *unchanged,
                "poll.done"
            );
        }
        Event::PollFailed { source, reason } => {
            tracing::warn!(source.id = %source, error.kind = %reason.kind, error.message = %reason.message, "poll.failed");
        }
        _ => {}
    }
    engine.tell(&event);
}
