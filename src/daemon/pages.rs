//! The loop that fetches article pages.

use super::engine::{self, Engine, Found};
use super::{hosts, scrape};
use crate::config::{FullText, Source};
use crate::model::{HostKey, Purpose, SourceId};
use crate::schedule::{Queue, Waiting};
use crate::store::{self, DuePage, StoreError};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Pages that are kept in memory; the store has the others.
const IN_MEMORY: usize = 50_000;
/// A page whose attempt was cut short by a crash is tried again after this.
const AFTER_CRASH: Duration = Duration::from_mins(10);

/// How often the store is asked for pages that this loop has not heard of.
const LOOK_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// For how long.
pub(super) enum Scope {
    /// Until it is stopped.
    Forever,
    /// Until what is due now has been tried once; only pages of these sources, if any are named.
    Once(Option<HashSet<SourceId>>),
}

/// Fetches pages until no more can come (once) or until stopped.
pub(super) async fn run(
    engine: Arc<Engine>,
    scope: Scope,
    mut found: mpsc::Receiver<Vec<Found>>,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let mut pages = Pages::new(engine, scope).await?;
    let mut open = true;
    loop {
        if pages.more_in_store {
            pages.refill().await?;
        }
        pages.start_due().await?;
        let idle = !pages.forever && pages.queue.is_empty();
        if !open && pages.jobs.is_empty() && (idle || stop.is_cancelled()) {
            return Ok(());
        }
        let due = pages.queue.next_due().filter(|_| pages.free() > 0);
        let pause = pages.engine.until(due);
        tokio::select! {
            () = stop.cancelled() => break,
            () = pages.engine.pages_changed.notified() => {
                hosts::set_limits(&pages.engine, &mut pages.queue);
                pages.end_stale();
                pages.more_in_store = true;
                pages.refill().await?;
            }
            more = found.recv(), if open => match more {
                Some(more) => pages.put(more),
                None => open = false,
            },
            Some(done) = pages.jobs.join_next_with_id() => {
                pages.done(done);
                while let Some(done) = pages.jobs.try_join_next_with_id() {
                    pages.done(done);
                }
            }
            () = tokio::time::sleep(pause) => pages.refill().await?,
        }
    }
    engine::let_finish(&mut pages.jobs).await;
    Ok(())
}

/// The line of its source, and the page's number.
type Job = (u64, i64);

/// A page that is being fetched.
struct Running {
    seq: i64,
    host: HostKey,
    source: SourceId,
    end: AbortHandle,
}

/// The pages of a source wait in one line; the lines of a host take turns.
fn line(source: &SourceId) -> u64 {
    let mut hash = DefaultHasher::new();
    source.hash(&mut hash);
    hash.finish()
}

struct Pages {
    engine: Arc<Engine>,
    forever: bool,
    only: Option<HashSet<SourceId>>,
    queue: Queue<Job>,
    jobs: JoinSet<Option<DuePage>>,
    running: HashMap<tokio::task::Id, Running>,
    /// The store has more than was put into the queue.
    more_in_store: bool,
    /// When the store was last looked at.
    looked: Timestamp,
}

impl Pages {
    async fn new(engine: Arc<Engine>, scope: Scope) -> Result<Self, StoreError> {
        let queue = Queue::new(engine.settings().config.fetch.per_host);
        let (forever, only) = match scope {
            Scope::Forever => (true, None),
            Scope::Once(only) => (false, only),
        };
        let (jobs, running) = (JoinSet::new(), HashMap::new());
        let looked = engine.clock.now();
        let mut pages = Self { engine, forever, only, queue, jobs, running, more_in_store: true, looked };
        hosts::set_limits(&pages.engine, &mut pages.queue);
        pages.refill().await?;
        Ok(pages)
    }

    /// Takes waiting pages from the store if there may be some that are not in the queue.
    async fn refill(&mut self) -> Result<(), StoreError> {
        let now = self.engine.clock.now();
        // A command beside the daemon may have left some as well.
        let long_ago = now.duration_since(self.looked).abs() >= LOOK_EVERY;
        let room = self.queue.len() <= IN_MEMORY / 2;
        if !(room && (self.more_in_store || (self.forever && long_ago))) {
            return Ok(());
        }
        self.looked = now;
        let waiting = match self.engine.store.read(|conn| store::due_pages(conn, IN_MEMORY)).await {
            Err(error) if self.forever => {
                tracing::error!(error.message = %error, "pages.not_read");
                return Ok(());
            }
            waiting => waiting?,
        };
        self.more_in_store = waiting.len() >= IN_MEMORY;
        let only = self.only.take();
        let ours = |source: &SourceId| only.as_ref().is_none_or(|only| only.contains(source));
        let pages = waiting.into_iter().filter(|(_, source)| ours(source)).collect();
        self.only = only;
        self.put(pages);
        Ok(())
    }

    /// Queues pages. Once: only what is due now; retries are left for later.
    fn put(&mut self, pages: Vec<Found>) {
        let now = self.engine.clock.now();
        self.engine.tell(&super::Event::PagesFound(pages.len()));
        let running: HashSet<i64> = self.running.values().map(|page| page.seq).collect();
        // At a host that wants long pauses an attempt may take longer than a claim lasts.
        for (page, source) in pages.into_iter().filter(|(page, _)| !running.contains(&page.seq)) {
            let Ok(url) = Url::parse(&page.url) else { continue };
            let line = line(&source);
            if self.queue.len() >= IN_MEMORY {
                self.more_in_store = true;
            } else if self.forever || page.due <= now {
                let host = HostKey::of(&url);
                self.queue.put_in_line(Waiting { id: (line, page.seq), host, due: page.due }, line);
            }
        }
    }

    /// Pages of sources that are disabled, removed, or have no pages fetched any more.
    fn end_stale(&mut self) {
        let settings = self.engine.settings();
        let wanted = |source: &&Source| source.enabled && source.full_text != FullText::Never;
        let lines: HashSet<u64> =
            settings.config.sources.iter().filter(wanted).map(|source| line(&source.id)).collect();
        self.queue.retain_if(|(line, _)| lines.contains(line));
        for page in self.running.values().filter(|page| !lines.contains(&line(&page.source))) {
            page.end.abort();
        }
    }

    /// Pages never take all places: feeds come first.
    fn free(&self) -> usize {
        let places = self.engine.settings().config.fetch.concurrency;
        (places * 3 / 4).max(1).saturating_sub(self.jobs.len())
    }

    async fn start_due(&mut self) -> Result<(), StoreError> {
        let now = self.engine.clock.now();
        let taken = self.queue.take(now, self.free());
        let what = (Purpose::Page, !self.forever);
        let taken = hosts::sort(&self.engine, &mut self.queue, now, taken, what, |(line, _)| *line).begin;
        if taken.is_empty() {
            return Ok(());
        }
        let hosts: HashMap<i64, HostKey> = taken.into_iter().map(|((_, seq), host)| (seq, host)).collect();
        let seqs: Vec<i64> = hosts.keys().copied().collect();
        let retry = now.checked_add(AFTER_CRASH).unwrap_or(Timestamp::MAX);
        let claimed = self.engine.store.write(move |conn| store::claim_pages(conn, now, retry, &seqs)).await;
        let claimed = match claimed {
            Err(error) if self.forever => {
                // A full disk: they are taken from the store again later.
                tracing::error!(error.message = %error, "pages.not_claimed");
                Vec::new()
            }
            claimed => claimed?,
        };
        let mut unclaimed = hosts;
        for page in claimed {
            let Some(host) = unclaimed.remove(&page.seq) else { continue };
            let (seq, source) = (page.seq, page.source.clone());
            let end = self.jobs.spawn(scrape::scrape(self.engine.clone(), page));
            self.running.insert(end.id(), Running { seq, host, source, end });
        }
        for host in unclaimed.values() {
            self.queue.done(host);
        }
        // Who has claimed them may leave a retry.
        self.more_in_store |= !unclaimed.is_empty();
        Ok(())
    }

    fn done(&mut self, done: Result<(tokio::task::Id, Option<DuePage>), tokio::task::JoinError>) {
        let (task, again) = match done {
            Ok((task, again)) => (task, again),
            Err(error) => {
                if !error.is_cancelled() {
                    // A defect of ours, and no reason to stop the others.
                    tracing::error!("scrape.died");
                }
                (error.id(), None)
            }
        };
        let Some(running) = self.running.remove(&task) else { return };
        self.queue.done(&running.host);
        if let Some(again) = again {
            self.put(vec![(again, running.source)]);
        }
    }
}
