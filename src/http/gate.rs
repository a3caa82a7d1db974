//! Whose turn it is: one gate per host, one for all together.
//!
//! Everything that is asked of a host (feeds, pages, robots.txt, every hop of a
//! redirect) queues at the same gate. Feeds come before pages there, but not more than
//! a few in a row. At most `per_host` requests are under way at a host, and each starts
//! at least `delay` after the last one started or ended, whichever was later; both are
//! what the operator set, made gentler by what the host answers ([`Temper`]). A host
//! that asks to be left alone gets nothing at all: who would wait for it is sent away.
//!
//! The one whose turn is next at a host then takes one of the places in all. Pages never
//! take all of them, and no host alone does: whatever hangs, feeds of others are still
//! asked.
//!
//! A turn is given back by dropping it, and so is a place in the queue.
//!
//! [`Temper`]: crate::schedule::Temper

mod host;
mod ledger;

use crate::model::{HostBudget, HostBudgets, HostFigures, HostKey, HostTemper, Pace};
use crate::schedule::Heard;
use host::{Host, Look};
use ledger::Ledger;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// So many hosts are remembered before the idle ones are looked for.
const SWEEP_FROM: usize = 64;
/// Of idle hosts that taught us something, so many are remembered.
const MOST_TROUBLED: usize = 2000;
/// A rest that ends so soon is waited for.
const SOON: Duration = Duration::from_secs(2);

/// What a turn is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A feed.
    Feed,
    /// A page, or the robots.txt before it: this long after the last one at the host.
    Page(Duration),
}

/// The host is left alone for so long, and nobody waits that long at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resting(pub Duration);

/// The gates of all hosts.
#[derive(Debug)]
pub(super) struct Gate {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    hosts: Mutex<Hosts>,
    places: Arc<Semaphore>,
    /// Those of them that pages may have.
    page_places: Arc<Semaphore>,
    /// Of one host at once, whatever its budget says.
    most: usize,
}

#[derive(Debug)]
struct Hosts {
    map: HashMap<HostKey, Host>,
    budgets: HostBudgets,
    sweep_at: usize,
    ticket: u64,
    /// Hosts of which there is something new to remember.
    news: HashSet<HostKey>,
    ledger: Ledger,
}

/// The right to make one request; ends when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    shared: Arc<Shared>,
    key: HostKey,
    page: bool,
    /// How long ago the host's last request ended; `None` if that is forgotten.
    pub since_last: Option<Duration>,
    /// Whether others were waiting or under way when the turn was given.
    pub others: bool,
    _places: Places,
}

type Places = (Option<OwnedSemaphorePermit>, OwnedSemaphorePermit);

impl Gate {
    pub(super) fn new(concurrency: usize, budgets: HostBudgets) -> Self {
        let places = concurrency.clamp(1, Semaphore::MAX_PERMITS);
        let hosts = Hosts {
            map: HashMap::new(),
            budgets,
            sweep_at: SWEEP_FROM,
            ticket: 0,
            news: HashSet::new(),
            ledger: Ledger::default(),
        };
        let shared = Shared {
            hosts: Mutex::new(hosts),
            places: Arc::new(Semaphore::new(places)),
            page_places: Arc::new(Semaphore::new((places - places.div_ceil(4)).max(1))),
            most: (places - 1).max(1),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Waits for a turn at the host. Safe to drop at any point.
    pub(super) async fn turn(&self, key: HostKey, wanted: Wanted) -> Result<Turn, Resting> {
        let line = InLine::new(&self.shared, key, wanted);
        loop {
            // Made before looking, so that nothing that happens after it is missed.
            let news = line.news.notified();
            match line.look() {
                Look::Rest(left) => return Err(Resting(left)),
                Look::Wait(None) => news.await,
                Look::Wait(Some(until)) => tokio::select! {
                    () = news => {}
                    () = tokio::time::sleep_until(until) => {}
                },
                Look::Go => {
                    if let Some(places) = line.places().await
                        && let Some(turn) = line.start(places)
                    {
                        return Ok(turn);
                    }
                }
            }
        }
    }

    /// How soon a request to the host could begin.
    pub(super) fn pace(&self, key: &HostKey, page: bool) -> Pace {
        let hosts = lock(&self.shared.hosts);
        let budget = hosts.budgets.of(key);
        match hosts.map.get(key) {
            Some(host) => host.pace(budget, page, Instant::now()),
            None => Pace { delay: budget.delay, ..Pace::default() },
        }
    }

    /// Puts other budgets in force, also for those who wait.
    pub(super) fn set(&self, budgets: HostBudgets) {
        let mut hosts = lock(&self.shared.hosts);
        hosts.budgets = budgets;
        let now = Instant::now();
        let Hosts { map, budgets, .. } = &mut *hosts;
        for (key, host) in map {
            host.rebudgeted(budgets.of(key), now);
        }
    }

    /// What was learned before a restart.
    pub(super) fn recall(&self, tempers: Vec<HostTemper>) {
        let mut hosts = lock(&self.shared.hosts);
        let now = Instant::now();
        for temper in tempers.into_iter().take(MOST_TROUBLED) {
            let host = hosts.map.entry(temper.host).or_insert_with(|| Host::new(now));
            host.recall(temper.rest, temper.level, now);
        }
    }

    /// Whoever is asked for by name is asked although the host wants to be left alone.
    pub(super) fn wake(&self, key: &HostKey) {
        if let Some(host) = lock(&self.shared.hosts).map.get_mut(key) {
            host.wake();
        }
    }

    /// What is to be remembered over a restart and has changed since this was asked last.
    pub(super) fn news(&self) -> Vec<HostTemper> {
        let mut hosts = lock(&self.shared.hosts);
        let now = Instant::now();
        let keys = std::mem::take(&mut hosts.news);
        let temper = |key: HostKey| match hosts.map.get(&key) {
            Some(host) => HostTemper { rest: host.rest(now), level: host.level(), host: key },
            None => HostTemper { host: key, rest: Duration::ZERO, level: 0 },
        };
        keys.into_iter().map(temper).collect()
    }

    /// Figures of a bounded number of hosts.
    pub(super) fn figures(&self) -> Vec<HostFigures> {
        let hosts = lock(&self.shared.hosts);
        let now = Instant::now();
        let present = |key: &HostKey| {
            let budget = hosts.budgets.of(key);
            let host = hosts.map.get(key);
            (
                host.map_or(budget.delay, |host| host.delay(budget)),
                host.map_or(Duration::ZERO, |h| h.rest(now)),
            )
        };
        hosts.ledger.figures(present)
    }

    #[cfg(test)]
    fn remembered(&self) -> usize {
        lock(&self.shared.hosts).map.len()
    }
}

impl Hosts {
    fn budget(&self, key: &HostKey, most: usize) -> HostBudget {
        let budget = self.budgets.of(key);
        HostBudget { per_host: budget.per_host.clamp(1, most), ..budget }
    }

    /// The host of a newcomer.
    fn enter(&mut self, key: &HostKey, now: Instant) -> &mut Host {
        if self.map.len() >= self.sweep_at && !self.map.contains_key(key) {
            self.sweep(now);
        }
        self.map.entry(key.clone()).or_insert_with(|| Host::new(now))
    }

    fn sweep(&mut self, now: Instant) {
        self.map.retain(|_, host| !host.is_idle(now) || !host.is_calm(now));
        let mut troubled: Vec<(u8, Duration, HostKey)> = self
            .map
            .iter()
            .filter(|(_, host)| host.is_idle(now))
            .map(|(key, host)| (host.level(), host.rest(now), key.clone()))
            .collect();
        let surplus = troubled.len().saturating_sub(MOST_TROUBLED);
        if surplus > 0 {
            troubled.sort();
            for (_, _, key) in troubled.into_iter().take(surplus + MOST_TROUBLED / 4) {
                self.map.remove(&key);
            }
        }
        self.sweep_at = SWEEP_FROM.max(self.map.len() * 2);
    }
}

/// A place in a host's queue; left when dropped.
struct InLine<'g> {
    shared: &'g Arc<Shared>,
    key: HostKey,
    wanted: Wanted,
    ticket: u64,
    /// Told when something changed at the host.
    news: Arc<Notify>,
    since: Instant,
}

impl<'g> InLine<'g> {
    fn new(shared: &'g Arc<Shared>, key: HostKey, wanted: Wanted) -> Self {
        let since = Instant::now();
        let mut hosts = lock(&shared.hosts);
        hosts.ticket += 1;
        let ticket = hosts.ticket;
        let news = hosts.enter(&key, since).join(ticket, wanted);
        drop(hosts);
        Self { shared, key, wanted, ticket, news, since }
    }

    fn look(&self) -> Look {
        let hosts = lock(&self.shared.hosts);
        let budget = hosts.budget(&self.key, self.shared.most);
        let Some(host) = hosts.map.get(&self.key) else { return Look::Wait(None) };
        host.look(self.ticket, budget, Instant::now(), SOON)
    }

    /// Places in all, unless another comes first here meanwhile.
    async fn places(&self) -> Option<Places> {
        let take = async {
            let page = match self.wanted {
                Wanted::Page(_) => Some(take(&self.shared.page_places).await),
                Wanted::Feed => None,
            };
            (page, take(&self.shared.places).await)
        };
        tokio::pin!(take);
        loop {
            let news = self.news.notified();
            if self.look() != Look::Go {
                return None;
            }
            tokio::select! {
                biased;
                places = &mut take => return Some(places),
                () = news => {}
            }
        }
    }

    /// Begins, if nothing has come between.
    fn start(&self, places: Places) -> Option<Turn> {
        let now = Instant::now();
        let mut hosts = lock(&self.shared.hosts);
        let budget = hosts.budget(&self.key, self.shared.most);
        let host = hosts.map.get_mut(&self.key)?;
        if host.look(self.ticket, budget, now, SOON) != Look::Go {
            return None;
        }
        let turn = Turn {
            shared: Arc::clone(self.shared),
            key: self.key.clone(),
            page: matches!(self.wanted, Wanted::Page(_)),
            since_last: host.last_end().map(|end| now - end),
            others: host.is_busy_beside(self.ticket),
            _places: places,
        };
        host.start(self.ticket, budget, now);
        hosts.ledger.count(&self.key, now - self.since);
        Some(turn)
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        if let Some(host) = lock(&self.shared.hosts).map.get_mut(&self.key) {
            host.leave(self.ticket);
        }
    }
}

impl Turn {
    /// Learns from the answer. What the host asks for holds from now on.
    pub(super) fn heard(&self, heard: Heard, took: Duration) {
        let now = Instant::now();
        let mut hosts = lock(&self.shared.hosts);
        let budget = hosts.budget(&self.key, self.shared.most);
        if matches!(heard, Heard::TooMany(_) | Heard::Unavailable(_)) {
            hosts.ledger.refused(&self.key);
        }
        let Some(host) = hosts.map.get_mut(&self.key) else { return };
        if host.hear(heard, took, budget, now) {
            hosts.news.insert(self.key.clone());
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut hosts = lock(&self.shared.hosts);
        let budget = hosts.budget(&self.key, self.shared.most);
        if let Some(host) = hosts.map.get_mut(&self.key) {
            host.end(self.page, budget, Instant::now());
        }
    }
}

async fn take(semaphore: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    match Arc::clone(semaphore).acquire_owned().await {
        Ok(permit) => permit,
        // Ours are never closed; should one be, nothing may start.
        Err(_) => std::future::pending().await,
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
