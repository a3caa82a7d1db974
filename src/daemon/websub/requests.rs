//! The loop that asks hubs: to be subscribed, to stay so, to be let go.

use super::{callback, hex};
use crate::daemon::engine::{self, Engine, LOOK_AGAIN};
use crate::daemon::ports::FormRequest;
use crate::model::{FetchError, Retry, SourceId};
use crate::store::{self, DuePage, HubRequest, StoreError};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Requests at once; one at a time to each hub's host.
const AT_ONCE: usize = 8;
/// What hubs are asked for: ten days, the usual.
const LEASE_SECONDS: u32 = 864_000;

/// Asks hubs until stopped, and hands the pages that announcements found to the loop
/// that fetches them.
pub(in crate::daemon) async fn run(
    engine: Arc<Engine>,
    found: mpsc::Sender<Vec<(DuePage, SourceId)>>,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let mut hubs = Hubs { engine, jobs: JoinSet::new(), busy: HashMap::new() };
    loop {
        let pause = hubs.start_due().await.unwrap_or_else(|error| {
            // A full disk, say: nothing is asked for that can't be noted.
            tracing::error!(error.message = %error, "hubs.not_claimed");
            LOOK_AGAIN
        });
        let engine = hubs.engine.clone();
        tokio::select! {
            () = stop.cancelled() => break,
            () = engine.hubs_changed.notified() => {}
            () = engine.pages_announced.notified() => {
                // The page loop ends after this one, unless everything is being stopped.
                let pages = engine.take_announced_pages();
                if !pages.is_empty() && found.send(pages).await.is_err() {
                    break;
                }
            }
            Some(done) = hubs.jobs.join_next_with_id() => {
                let task = match done {
                    Ok((task, ())) => task,
                    Err(error) => {
                        tracing::error!("hubs.request_died");
                        error.id()
                    }
                };
                hubs.busy.remove(&task);
            }
            () = tokio::time::sleep(pause) => {}
        }
    }
    engine::let_finish(&mut hubs.jobs).await;
    Ok(())
}

struct Hubs {
    engine: Arc<Engine>,
    jobs: JoinSet<()>,
    /// Hosts that are being asked.
    busy: HashMap<tokio::task::Id, String>,
}

impl Hubs {
    /// Starts what is due; answers how long nothing more will be.
    async fn start_due(&mut self) -> Result<Duration, StoreError> {
        let now = self.engine.clock.now();
        let (due, ended) = self.engine.store.read(move |conn| store::next_hub_request(conn, now)).await?;
        if ended {
            let sources = self.engine.store.write(move |conn| store::end_leases(conn, now)).await?;
            for source in sources {
                tracing::warn!(source.id = %source, "hubs.lease_ended");
                self.engine.hurry(source);
            }
        }
        let free = AT_ONCE.saturating_sub(self.jobs.len());
        if free == 0 || due.is_none_or(|due| due > now) {
            // With all places taken, one that ends wakes the loop.
            return Ok(if free == 0 { LOOK_AGAIN } else { self.engine.until(due) });
        }
        let busy: Vec<String> = self.busy.values().cloned().collect();
        let claim = move |conn: &_| store::claim_hub_requests(conn, now, &busy, free);
        let claimed = self.engine.store.write(claim).await?;
        let none = claimed.is_empty();
        for request in claimed {
            let host = request.host.clone();
            let handle = self.jobs.spawn(ask(self.engine.clone(), request));
            self.busy.insert(handle.id(), host);
        }
        // What is due and was not claimed waits for a host, or has been deleted.
        Ok(if none { LOOK_AGAIN } else { Duration::ZERO })
    }
}

/// Sends one request and notes what came of it.
async fn ask(engine: Arc<Engine>, request: HubRequest) {
    let outcome = send(&engine, &request).await;
    let hub = &request.at.hub;
    match &outcome {
        Ok(()) => {
            tracing::info!(source.id = %request.source, hub, subscribe = request.subscribe, "hubs.asked")
        }
        Err(error) => {
            tracing::warn!(source.id = %request.source, hub, error.message = %error, "hubs.refused")
        }
    }
    let now = engine.clock.now();
    let refusal = outcome.err().map(|error| {
        let pause = if let Retry::Later(asked) = error.retry { asked } else { None };
        (error.to_string(), pause)
    });
    let note = move |conn: &_| store::record_hub_request(conn, now, &request, refusal.as_ref());
    if let Err(error) = engine.store.write(note).await {
        tracing::error!(error.message = %error, "hubs.not_noted");
    }
}

async fn send(engine: &Engine, request: &HubRequest) -> Result<(), FetchError> {
    let settings = engine.settings();
    let fail = |kind: &str, message: &str| FetchError {
        kind: kind.to_owned(),
        url: request.at.hub.clone(),
        message: message.to_owned(),
        status: None,
        retry: Retry::Later(None),
    };
    let Some(callback) = callback(&settings, &request.token) else {
        return Err(fail("websub", "output.base_url is not set, so the hub has no address to announce to"));
    };
    let url = Url::parse(&request.at.hub).map_err(|_| fail("address", "the hub's address is none"))?;
    let mode = if request.subscribe { "subscribe" } else { "unsubscribe" };
    let mut fields = vec![
        ("hub.callback", callback),
        ("hub.mode", mode.to_owned()),
        ("hub.topic", request.at.topic.clone()),
    ];
    if request.subscribe {
        fields.push(("hub.lease_seconds", LEASE_SECONDS.to_string()));
        fields.extend(request.secret.as_deref().map(|secret| ("hub.secret", hex(secret))));
    }
    let policy = settings.hub_policy(settings.source(&request.source));
    engine.fetch.post(FormRequest { url, fields, policy }).await
}
