//! The loop that polls feeds.

use super::engine::{self, Engine, Found, Once};
use super::event::Event;
use super::settings::Settings;
use super::{hosts, poll};
use crate::model::{HOST_PAUSE, HostKey, Purpose, Reason, SourceId};
use crate::schedule::{Queue, Waiting, provisional, seed};
use crate::store::{self, ClaimedFeed, DueFeed, DuePage, StoreError};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use url::Url;

/// A clock that goes back so far was wrong before.
const CLOCK_STEP: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// For how long.
pub(super) enum Scope {
    /// Until it is stopped.
    Forever,
    /// Until what is due, or named, has been polled once.
    Once(Once),
}

/// When a source is polled again.
pub(super) enum Next {
    At(Timestamp),
    Never,
    /// The store knows: this poll had no say in it.
    AsStored,
}

/// What a finished poll leaves for the loop.
pub(super) struct Done {
    pub(super) next: Next,
    pub(super) pages: Vec<DuePage>,
}

/// Polls until there is nothing left to do (once) or until stopped.
pub(super) async fn run(
    engine: Arc<Engine>,
    scope: Scope,
    found: mpsc::Sender<Vec<Found>>,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let mut feeds = Feeds::new(engine, scope).await?;
    loop {
        feeds.engine.turn();
        feeds.start_due().await?;
        if feeds.finished() {
            return Ok(());
        }
        let due = feeds.queue.next_due().filter(|_| feeds.free() > 0);
        let pause = feeds.engine.until(due);
        let engine = feeds.engine.clone();
        tokio::select! {
            () = stop.cancelled() => break,
            () = engine.reloaded.notified() => feeds.reload().await?,
            () = engine.is_hurried.notified() => feeds.hurry().await,
            Some(done) = feeds.jobs.join_next_with_id() => {
                let mut pages = feeds.done(done).await;
                while let Some(done) = feeds.jobs.try_join_next_with_id() {
                    pages.extend(feeds.done(done).await);
                }
                // The page loop ends after this one, unless everything is being stopped.
                if !pages.is_empty() && found.send(pages).await.is_err() {
                    break;
                }
            }
            () = tokio::time::sleep(pause) => {}
        }
    }
    engine::let_finish(&mut feeds.jobs).await;
    Ok(())
}

struct Feeds {
    engine: Arc<Engine>,
    once: Option<Once>,
    queue: Queue<SourceId>,
    jobs: JoinSet<Done>,
    running: HashMap<tokio::task::Id, (SourceId, HostKey)>,
    /// Ends a running poll; and the address it is for.
    ends: HashMap<tokio::task::Id, (AbortHandle, Url)>,
    /// The clock when it was last looked at.
    looked: Timestamp,
}

impl Feeds {
    async fn new(engine: Arc<Engine>, scope: Scope) -> Result<Self, StoreError> {
        let per_host = engine.settings().config.fetch.per_host;
        let once = match scope {
            Scope::Forever => None,
            Scope::Once(once) => Some(once),
        };
        let looked = engine.clock.now();
        let (queue, jobs, running) = (Queue::new(per_host), JoinSet::new(), HashMap::new());
        let ends = HashMap::new();
        let mut feeds = Self { engine, once, queue, jobs, running, ends, looked };
        hosts::set_limits(&feeds.engine, &mut feeds.queue);
        feeds.fill().await?;
        Ok(feeds)
    }

    /// Puts into the queue what is to be polled: everything, what is due, or what is named.
    async fn fill(&mut self) -> Result<(), StoreError> {
        let settings = self.engine.settings();
        let (now, longest) = (self.engine.clock.now(), settings.longest_pause());
        let due = self.engine.store.read(move |conn| store::due_feeds(conn, now, longest)).await?;
        let named: HashSet<SourceId> = self.once.iter().flat_map(|once| once.sources.clone()).collect();
        let force = self.once.as_ref().is_some_and(|once| once.force);
        for feed in due {
            let wanted = match &self.once {
                None => !feed.gone,
                Some(_) if !named.is_empty() => named.contains(&feed.id) && self.may_poll(&feed, force),
                Some(_) => force || (!feed.gone && feed.due <= now),
            };
            if wanted && let Some(source) = settings.source(&feed.id) {
                // The name is kept once: in the configuration.
                let (id, host) = (source.id.clone(), HostKey::of(&source.url));
                if force || !named.is_empty() {
                    self.engine.fetch.wake(&host);
                }
                let due = if self.once.is_some() { now } else { feed.due };
                self.queue.put(Waiting { id, host, due });
            }
        }
        Ok(())
    }

    /// A source that answered 410 is polled by force only, and that is said.
    fn may_poll(&self, feed: &DueFeed, force: bool) -> bool {
        if feed.gone && !force {
            let reason = Reason::new("gone", "it answered 410 Gone; --force polls it all the same");
            self.engine.tell(&Event::PollFailed { source: feed.id.clone(), reason });
        }
        force || !feed.gone
    }

    async fn reload(&mut self) -> Result<(), StoreError> {
        let settings = self.engine.settings();
        let keep = settings.config.sources.iter().filter(|s| s.enabled).map(|s| s.id.clone()).collect();
        self.queue.retain(&keep);
        hosts::set_limits(&self.engine, &mut self.queue);
        self.end_stale(&settings);
        match self.fill().await {
            Err(error) if self.once.is_none() => {
                tracing::error!(error.message = %error, "feeds.not_read");
                tokio::time::sleep(engine::LOOK_AGAIN).await;
                // Kept until the loop looks again.
                self.engine.reloaded.notify_one();
                Ok(())
            }
            done => done,
        }
    }

    /// Announcements made sources due earlier. One that is being polled is put back
    /// when its poll has ended.
    async fn hurry(&mut self) {
        for id in self.engine.take_hurried() {
            let under_way = self.running.values().any(|(running, _)| *running == id);
            if let Some(host) = self.engine.settings().host(&id).filter(|_| !under_way) {
                self.put_back(id, host).await;
            }
        }
    }

    /// Polls of sources that are disabled, removed, or have another address now: nobody
    /// wants to know what comes of them.
    fn end_stale(&self, settings: &Settings) {
        for (task, (end, url)) in &self.ends {
            let source = self.running.get(task).and_then(|(id, _)| settings.source(id));
            if source.is_none_or(|source| !source.enabled || source.url != *url) {
                end.abort();
            }
        }
    }

    fn free(&self) -> usize {
        self.engine.settings().config.fetch.concurrency.saturating_sub(self.jobs.len())
    }

    fn finished(&self) -> bool {
        self.once.is_some() && self.jobs.is_empty() && self.queue.is_empty()
    }

    /// The clock was ahead and has been put right: due times that were set before
    /// would silence their sources for as long.
    async fn follow_clock(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let back = self.looked.duration_since(now);
        self.looked = now;
        if self.once.is_some() || back < CLOCK_STEP {
            return Ok(());
        }
        tracing::warn!(clock.seconds_back = back.as_secs(), "feeds.clock_put_back");
        self.engine.store.write(move |conn| store::heal_clock(conn, now)).await?;
        self.fill().await
    }

    /// Claims what is due and starts it.
    async fn start_due(&mut self) -> Result<(), StoreError> {
        let now = self.engine.clock.now();
        self.follow_clock(now).await?;
        let taken = self.queue.take(now, self.free());
        let mut taken = self.sorted(now, taken);
        if taken.is_empty() {
            return Ok(());
        }
        let running: HashSet<&SourceId> = self.running.values().map(|(id, _)| id).collect();
        // After a reload a source may wait again while its poll is still under way.
        taken.retain(|(id, host)| {
            let twice = running.contains(id);
            if twice {
                self.queue.done(host);
            }
            !twice
        });
        if taken.is_empty() {
            return Ok(());
        }
        let hosts: HashMap<SourceId, HostKey> = taken.into_iter().collect();
        let claimed = match self.claim(now, hosts.keys().cloned().collect()).await {
            Ok(claimed) => claimed,
            Err(error) if self.once.is_none() => {
                hosts.values().for_each(|host| self.queue.done(host));
                self.postpone(now, hosts, &error);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let settings = self.engine.settings();
        for claimed in claimed {
            let Some(host) = hosts.get(&claimed.id) else { continue };
            let id = claimed.id.clone();
            let handle = self.jobs.spawn(poll::poll(self.engine.clone(), claimed));
            if let Some(source) = settings.source(&id) {
                self.ends.insert(handle.id(), (handle.clone(), source.url.clone()));
            }
            self.running.insert(handle.id(), (id, host.clone()));
        }
        let started: HashSet<&SourceId> = self.running.values().map(|(id, _)| id).collect();
        let refused: Vec<(SourceId, HostKey)> = hosts
            .iter()
            .filter(|(id, _)| !started.contains(id))
            .map(|(id, host)| (id.clone(), host.clone()))
            .collect();
        for (id, host) in refused {
            self.queue.done(&host);
            self.put_back(id, host).await;
        }
        Ok(())
    }

    /// Those that may begin. Once: who would have to wait for a host that wants to be
    /// left alone is not polled, and that is said.
    fn sorted(&mut self, now: Timestamp, taken: Vec<(SourceId, HostKey)>) -> Vec<(SourceId, HostKey)> {
        let what = (Purpose::Feed, self.once.is_some());
        let sorted = hosts::sort(&self.engine, &mut self.queue, now, taken, what, |_| 0);
        for (source, host, rest) in sorted.left_out {
            let minutes = rest.as_secs().div_ceil(60);
            let message = format!("{host} asked for a pause, of which {minutes} min are left");
            let reason = Reason::new(HOST_PAUSE, &message);
            self.engine.tell(&Event::PollPostponed { source, reason });
        }
        sorted.begin
    }

    async fn claim(&self, now: Timestamp, ids: Vec<SourceId>) -> Result<Vec<ClaimedFeed>, StoreError> {
        let settings = self.engine.settings();
        let forced = self.once.as_ref().is_some_and(|once| once.force || !once.sources.is_empty());
        let longest = settings.longest_pause();
        let claims: Vec<(SourceId, Timestamp)> = ids
            .into_iter()
            .filter_map(|id| {
                let source = settings.source(&id)?;
                let next = provisional(now, source.interval, seed(self.engine.seed, id.as_str(), 0));
                Some((id, next))
            })
            .collect();
        self.engine.store.write(move |conn| store::claim_feeds(conn, now, longest, &claims, forced)).await
    }

    /// The store can't be written to, such as on a full disk: nothing is asked for
    /// that could not be stored, and later all goes on.
    fn postpone(&mut self, now: Timestamp, hosts: HashMap<SourceId, HostKey>, error: &StoreError) {
        tracing::error!(error.message = %error, sources = hosts.len(), "feeds.not_claimed");
        let due = now.checked_add(engine::LOOK_AGAIN).unwrap_or(now);
        for (id, host) in hosts {
            self.queue.put(Waiting { id, host, due });
        }
    }

    /// Back into the queue at the time the store has: somebody else has polled this
    /// source meanwhile, or its address was changed.
    async fn put_back(&mut self, id: SourceId, host: HostKey) {
        if self.once.is_some() {
            return;
        }
        let asked = id.clone();
        match self.engine.store.read(move |conn| store::next_feed_due(conn, &asked)).await {
            Ok(Some(due)) => self.queue.put(Waiting { id, host, due }),
            Ok(None) => {}
            Err(error) => self.postpone(self.engine.clock.now(), [(id, host)].into(), &error),
        }
    }

    /// Books a finished poll and answers the pages it found.
    async fn done(&mut self, done: Result<(tokio::task::Id, Done), tokio::task::JoinError>) -> Vec<Found> {
        let (task, done, died) = match done {
            Ok((task, done)) => (task, Some(done), false),
            Err(error) => (error.id(), None, !error.is_cancelled()),
        };
        self.ends.remove(&task);
        let Some((id, host)) = self.running.remove(&task) else { return Vec::new() };
        self.queue.done(&host);
        let (next, pages) = match done {
            Some(done) => (done.next, done.pages),
            None => {
                if died {
                    // A defect of ours, and no reason to stop the others.
                    tracing::error!(source.id = %id, "poll.died");
                }
                (Next::AsStored, Vec::new())
            }
        };
        // The host may be another one since a reload.
        let host = self.engine.settings().host(&id).filter(|_| self.once.is_none());
        match (next, host) {
            (Next::At(due), Some(host)) => self.queue.put(Waiting { id: id.clone(), host, due }),
            (Next::AsStored, Some(host)) => self.put_back(id.clone(), host).await,
            _ => {}
        }
        pages.into_iter().map(|page| (page, id.clone())).collect()
    }
}
