//! Tells the operator's hub when something new is out in a feed.
//!
//! WebSub leaves open how a publisher tells its hub (§4); hubs take what they took since
//! PubSubHubbub: `hub.mode=publish` with the address of what has changed.

use super::ports::FormRequest;
use super::press::Press;
use super::settings::Settings;
use crate::model::{FetchError, Retry};
use crate::server::{Edition, FeedRequest, Format, Which};
use crate::store::{self, StoreError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Time between two looks: what comes within it is told together.
const LOOK_EVERY: Duration = Duration::from_secs(20);
/// Pauses after attempts that failed; the hub is told with the next news after the last.
const RETRIES: [Duration; 3] = [Duration::from_mins(1), Duration::from_mins(10), Duration::from_mins(60)];

/// Tells the hub of `[websub] hub` until stopped.
pub async fn announce(press: &Press, stop: CancellationToken) {
    let mut failures = 0;
    let mut pause = LOOK_EVERY;
    let mut seen = None;
    while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
        pause = LOOK_EVERY;
        let settings = press.engine().settings();
        let Some(hub) = &settings.config.hub else { continue };
        let told = match look(press, &settings, hub, &mut seen).await {
            Ok(told) => told,
            Err(error) => {
                tracing::error!(error.message = %error, "announce.not_looked");
                continue;
            }
        };
        match told {
            Ok(()) => failures = 0,
            Err(error) => {
                tracing::warn!(hub = %hub, error.message = %error, "announce.refused");
                let asked = if let Retry::Later(asked) = error.retry { asked } else { None };
                let Some(&wait) = RETRIES.get(failures) else {
                    failures = 0;
                    continue;
                };
                failures += 1;
                // What has been noted as seen is looked at again.
                seen = None;
                pause = asked.map_or(wait, |asked| asked.max(wait).min(Duration::from_hours(24)));
            }
        }
    }
}

/// Looks for feeds that have something new and tells the hub of them. The outer error is
/// the store's, the inner one the hub's.
async fn look(
    press: &Press,
    settings: &Settings,
    hub: &Url,
    seen: &mut Option<i64>,
) -> Result<Result<(), FetchError>, StoreError> {
    let engine = press.engine();
    let revision = engine.store().read(store::revision).await?;
    if seen.replace(revision) == Some(revision) {
        return Ok(Ok(()));
    }
    let told = engine.store().read(store::announced).await?;
    let mut newest = told;
    let mut topics = Vec::new();
    let outputs = settings.config.outputs.iter().map(|output| Which::Output(output.name.clone()));
    for which in std::iter::once(Which::Merged).chain(outputs) {
        let atom = FeedRequest::new(which.clone(), Format::Atom);
        let Edition::Ready(feed) = press.feed(atom).await? else { continue };
        let Some(news) = feed.news.filter(|news| *news > told) else { continue };
        newest = newest.max(news);
        topics.extend(Format::ALL.map(|format| FeedRequest::new(which.clone(), format).path()));
    }
    for topic in topics {
        let topic = format!("{}{topic}", press.base_url(settings));
        if let Err(error) = tell(press, settings, hub, &topic).await {
            return Ok(Err(error));
        }
        tracing::info!(hub = %hub, topic, "announce.told");
    }
    if newest > told {
        engine.store().write(move |conn| store::note_announced(conn, newest)).await?;
    }
    Ok(Ok(()))
}

/// Whether the hub is told of a feed: the merged one and the configured ones, as a whole.
pub(super) fn is_told(request: &FeedRequest) -> bool {
    matches!(request.which, Which::Merged | Which::Output(_))
        && !request.is_narrowed()
        && request.limit.is_none()
        && request.before.is_none()
}

async fn tell(press: &Press, settings: &Settings, hub: &Url, topic: &str) -> Result<(), FetchError> {
    let fields = vec![("hub.mode", "publish".to_owned()), ("hub.url", topic.to_owned())];
    let request = FormRequest { url: hub.clone(), fields, policy: settings.hub_policy(None) };
    press.engine().fetch.post(request).await
}
