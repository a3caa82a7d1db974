//! Whose turn it is: one gate per host, one for all together.
//!
//! Everything that is asked of a host (feeds, pages, robots.txt, every hop of a
//! redirect) queues at the same gate, first come, first served. At most
//! `per_host` requests are under way there, and each starts at least `delay`
//! after the last one started or ended, whichever was later. The one at the head
//! of a host's queue then takes one of the places in all. Pages never take all of
//! them, and no host alone does: whatever hangs, feeds of others are still asked.
//!
//! A turn is given back by dropping it, and so is a place in the queue.

use crate::model::HostKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// So many hosts are remembered before the idle ones are looked for.
const SWEEP_FROM: usize = 64;

/// The gates of all hosts.
#[derive(Debug)]
pub(super) struct Gate {
    hosts: Mutex<Hosts>,
    places: Arc<Semaphore>,
    /// Those of them that pages may have.
    page_places: Arc<Semaphore>,
    per_host: usize,
    delay: Duration,
}

#[derive(Debug)]
struct Hosts {
    map: HashMap<HostKey, Arc<Host>>,
    sweep_at: usize,
}

#[derive(Debug)]
struct Host {
    /// Held by the one whose turn is next; the lock's own queue is first in, first out.
    head: tokio::sync::Mutex<()>,
    slots: Arc<Semaphore>,
    times: Mutex<Times>,
}

#[derive(Debug, Clone, Copy)]
struct Times {
    next_start: Instant,
    last_end: Option<Instant>,
}

/// The right to make one request; ends when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    host: Arc<Host>,
    delay: Duration,
    /// How long ago the host's last request ended; `None` if that is forgotten.
    pub since_last: Option<Duration>,
    /// Whether others were waiting or under way when the turn was given.
    pub others: bool,
    _slot: OwnedSemaphorePermit,
    _page_place: Option<OwnedSemaphorePermit>,
    _place: OwnedSemaphorePermit,
}

impl Gate {
    pub(super) fn new(concurrency: usize, per_host: usize, delay: Duration) -> Self {
        let places = concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            hosts: Mutex::new(Hosts { map: HashMap::new(), sweep_at: SWEEP_FROM }),
            places: Arc::new(Semaphore::new(places)),
            page_places: Arc::new(Semaphore::new((places - places.div_ceil(4)).max(1))),
            per_host: per_host.clamp(1, (places - 1).max(1)),
            delay,
        }
    }

    /// Waits for a turn at the host, for a page or something else. Safe to drop at any point.
    pub(super) async fn turn(&self, key: HostKey, page: bool) -> Turn {
        let host = self.host(key);
        let head = host.head.lock().await;
        let slot = take(&host.slots).await;
        let (page_place, place, times) = loop {
            let due = lock(&host.times).next_start;
            if due > Instant::now() {
                tokio::time::sleep_until(due).await;
                continue;
            }
            let page_place = if page { Some(take(&self.page_places).await) } else { None };
            let place = take(&self.places).await;
            // Another request may have ended here while we waited for a place:
            // then the pause starts again, and others may use the place meanwhile.
            let mut times = lock(&host.times);
            let now = Instant::now();
            if times.next_start <= now {
                let before = *times;
                times.next_start = later(now, self.delay);
                break (page_place, place, before);
            }
        };
        drop(head);
        Turn {
            since_last: times.last_end.map(|end| end.elapsed()),
            // The map, this turn, and anyone else.
            others: Arc::strong_count(&host) > 2,
            delay: self.delay,
            host,
            _slot: slot,
            _page_place: page_place,
            _place: place,
        }
    }

    fn host(&self, key: HostKey) -> Arc<Host> {
        let mut hosts = lock(&self.hosts);
        let now = Instant::now();
        if hosts.map.len() >= hosts.sweep_at {
            // Clones are made under this lock only, so a count of one stays one.
            hosts.map.retain(|_, h| Arc::strong_count(h) > 1 || lock(&h.times).next_start > now);
            hosts.sweep_at = SWEEP_FROM.max(hosts.map.len() * 2);
        }
        let fresh = || {
            Arc::new(Host {
                head: tokio::sync::Mutex::new(()),
                slots: Arc::new(Semaphore::new(self.per_host)),
                times: Mutex::new(Times { next_start: now, last_end: None }),
            })
        };
        Arc::clone(hosts.map.entry(key).or_insert_with(fresh))
    }

    #[cfg(test)]
    fn remembered(&self) -> usize {
        lock(&self.hosts).map.len()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut times = lock(&self.host.times);
        times.next_start = times.next_start.max(later(now, self.delay));
        times.last_end = Some(now);
    }
}

async fn take(semaphore: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    loop {
        match Arc::clone(semaphore).acquire_owned().await {
            Ok(permit) => return permit,
            // Ours are never closed; should one be, nothing may start.
            Err(_) => std::future::pending::<()>().await,
        }
    }
}

fn later(now: Instant, delay: Duration) -> Instant {
    now.checked_add(delay).unwrap_or(now)
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
