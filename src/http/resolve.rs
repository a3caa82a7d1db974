//! Names to addresses, through the guard: the connector only ever sees addresses
//! that were checked, so what was checked is what is connected to.

use super::guard::{Guard, allowed, refusal};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// Lookups at once, at most.
pub(super) const MAX_LOOKUPS: usize = 128;

/// Why a name gave no address.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolveError {
    /// The system's resolver failed.
    #[error("the name {name} cannot be resolved: {reason}")]
    Dns { name: String, reason: String },
    /// Everything it answered is refused.
    #[error("{name} leads to a refused address: {reason}")]
    Refused { name: String, reason: String },
}

/// The system's resolver behind a guard.
#[derive(Debug, Clone)]
pub(super) struct GuardedResolver {
    guard: Arc<Guard>,
    /// Lookups under way. The system's resolver blocks a thread and cannot be
    /// stopped, so abandoned lookups keep their place until they have ended.
    lookups: Arc<Semaphore>,
}

impl GuardedResolver {
    pub(super) fn new(guard: Arc<Guard>, lookups: Arc<Semaphore>) -> Self {
        Self { guard, lookups }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = this
                .lookup(&host)
                .await
                .map_err(|reason| ResolveError::Dns { name: host.clone(), reason })?;
            let checked = check(&host, found, &this.guard)?;
            Ok(Box::new(checked.into_iter()) as Addrs)
        })
    }
}

impl GuardedResolver {
    async fn lookup(&self, name: &str) -> Result<Vec<SocketAddr>, String> {
        let place = Arc::clone(&self.lookups).acquire_owned().await.map_err(|e| e.to_string())?;
        let name = name.to_owned();
        let threads = threads().ok_or("no thread can be started for it")?;
        let answer = threads.spawn_blocking(move || {
            let _place = place;
            (name.as_str(), 0).to_socket_addrs().map(Vec::from_iter)
        });
        answer.await.map_err(|e| e.to_string())?.map_err(|e| e.to_string())
    }
}

/// Threads for lookups alone: hanging ones never hold up the store or the reading of feeds.
fn threads() -> Option<&'static tokio::runtime::Runtime> {
    static THREADS: OnceLock<Option<tokio::runtime::Runtime>> = OnceLock::new();
    let start = || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(1).max_blocking_threads(MAX_LOOKUPS).thread_name("dns").build().ok()
    };
    THREADS.get_or_init(start).as_ref()
}

fn check(name: &str, found: Vec<SocketAddr>, guard: &Guard) -> Result<Vec<SocketAddr>, ResolveError> {
    let Some(first) = found.first().copied() else {
        return Err(ResolveError::Dns { name: name.to_owned(), reason: "it has no address".to_owned() });
    };
    let checked: Vec<_> = found.into_iter().filter(|a| allowed(a.ip(), guard)).collect();
    if checked.is_empty() {
        return Err(ResolveError::Refused { name: name.to_owned(), reason: refusal(first.ip()) });
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_checked_addresses_are_handed_on() {
        let at = |ip: &str| SocketAddr::new(ip.parse().unwrap(), 0);
        let guard = Guard::default();
        let mixed = check("a.example", vec![at("127.0.0.1"), at("8.8.8.8"), at("::1")], &guard).unwrap();
        assert_eq!(mixed, [at("8.8.8.8")]);
        let refused = check("a.example", vec![at("10.0.0.1")], &guard).unwrap_err();
        assert!(refused.to_string().contains("10.0.0.1 is a private address"), "{refused}");
        assert!(matches!(check("a.example", vec![], &guard), Err(ResolveError::Dns { .. })));
    }
}
