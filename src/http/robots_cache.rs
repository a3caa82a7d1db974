//! robots.txt files that were read: one request per site, however many ask.

use super::gate::lock;
use super::guard::Guard;
use super::robots::Robots;
use crate::model::FetchError;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// A robots.txt is asked for again after so long (RFC 9309 §2.4).
pub(super) const FRESH: Duration = Duration::from_secs(24 * 3600);
/// After so long if it couldn't be had.
pub(super) const FRESH_FAILURE: Duration = Duration::from_secs(3600);

const MAX_SITES: usize = 2000;
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// What a site says.
#[derive(Debug, Clone)]
pub(super) enum Verdict {
    /// These rules.
    Rules(Arc<Robots>),
    /// Nothing could be learned, so nothing may be fetched (RFC 9309 §2.3.1.4); the reason.
    Closed(String),
}

/// Scheme, host and port, and the guard under which it was asked.
pub(super) type Site = (String, Arc<Guard>);

#[derive(Debug, Default)]
pub(super) struct RobotsCache {
    sites: Mutex<HashMap<Site, Entry>>,
}

#[derive(Debug)]
struct Entry {
    cell: Arc<OnceCell<(Verdict, Instant)>>,
    used: Instant,
}

impl RobotsCache {
    /// What the site says; `ask` fetches it if that isn't known. It is called at
    /// most once at a time per site; should that caller give up, the next one asks.
    /// Its answer counts until the given time; its error is passed on and not kept.
    pub(super) async fn get<F>(&self, site: Site, ask: impl FnOnce() -> F) -> Result<Verdict, FetchError>
    where
        F: Future<Output = Result<(Verdict, Instant), FetchError>>,
    {
        let cell = self.cell(site);
        let (verdict, _) = cell.get_or_try_init(ask).await?;
        Ok(verdict.clone())
    }

    fn cell(&self, site: Site) -> Arc<OnceCell<(Verdict, Instant)>> {
        let now = Instant::now();
        let mut sites = lock(&self.sites);
        if let Some(entry) = sites.get_mut(&site)
            && entry.cell.get().is_none_or(|(_, until)| *until > now)
        {
            entry.used = now;
            return Arc::clone(&entry.cell);
        }
        sites.remove(&site);
        make_room(&mut sites, now);
        let cell = Arc::new(OnceCell::new());
        sites.insert(site, Entry { cell: Arc::clone(&cell), used: now });
        cell
    }
}

/// Keeps number and size of what is remembered within bounds.
fn make_room(sites: &mut HashMap<Site, Entry>, now: Instant) {
    let bytes: usize = sites.values().map(weight).sum();
    if sites.len() < MAX_SITES && bytes < MAX_BYTES {
        return;
    }
    sites.retain(|_, e| e.cell.get().is_none_or(|(_, until)| *until > now));
    // A quarter goes at once, so that this is rare.
    let mut ages: Vec<_> = sites.iter().filter(|(_, e)| Arc::strong_count(&e.cell) == 1).collect();
    ages.sort_by_key(|(_, e)| e.used);
    let go: Vec<_> = ages.iter().take(ages.len().div_ceil(4)).map(|(site, _)| (*site).clone()).collect();
    for site in go {
        sites.remove(&site);
    }
}

fn weight(entry: &Entry) -> usize {
    match entry.cell.get() {
        Some((Verdict::Rules(robots), _)) => robots.weight() + 200,
        _ => 200,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn site(name: &str) -> Site {
        (format!("https://{name}"), Arc::default())
    }

    fn rules(text: &str) -> Verdict {
        Verdict::Rules(Arc::new(Robots::parse(text.as_bytes())))
    }

    #[tokio::test(start_paused = true)]
    async fn asked_once_and_again_when_stale() {
        let (cache, asked) = (RobotsCache::default(), AtomicUsize::new(0));
        let get = || {
            cache.get(site("a"), || async {
                asked.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok((rules(""), Instant::now() + FRESH))
            })
        };
        let (one, two, three) = tokio::join!(get(), get(), get());
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        tokio::time::advance(FRESH / 2).await;
        get().await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        tokio::time::advance(FRESH).await;
        get().await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_gives_up_leaves_it_to_the_next() {
        let cache = RobotsCache::default();
        let hang = cache.get(site("a"), std::future::pending);
        let next = async {
            tokio::task::yield_now().await;
            cache.get(site("a"), || async { Ok((rules(""), Instant::now() + FRESH)) }).await
        };
        let (gave_up, got) = tokio::join!(tokio::time::timeout(Duration::from_secs(1), hang), next);
        assert!(gave_up.is_err() && got.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn bounded() {
        let cache = RobotsCache::default();
        let big = rules(&format!("User-agent: *\nDisallow: /{}", "a".repeat(400_000)));
        for i in 0..200 {
            let ask = || async { Ok((big.clone(), Instant::now() + FRESH)) };
            cache.get(site(&i.to_string()), ask).await.unwrap();
        }
        let bytes: usize = lock(&cache.sites).values().map(weight).sum();
        assert!(bytes <= MAX_BYTES + 500_000, "{bytes}");
        for i in 0..MAX_SITES * 2 {
            let ask = || async { Ok((rules(""), Instant::now() + FRESH)) };
            cache.get(site(&i.to_string()), ask).await.unwrap();
        }
        assert!(lock(&cache.sites).len() <= MAX_SITES);
    }
}
