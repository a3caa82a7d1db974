//! Hubs: whether they could reach this server, and whether they do.

use super::{Finding, Good, Note, PATIENCE, Wrong};
use crate::app;
use crate::config::Config;
use crate::daemon::{Settings, without_credentials};
use crate::health::{counted, is_unanswered, subscription};
use crate::model::{FetchRequest, HubStanding, Purpose, SourceState, Validators};
use jiff::Timestamp;
use std::collections::BTreeMap;
use url::Url;

/// Hubs that are looked at one by one.
const HUBS: usize = 5;

/// What is to say about each hub, and about all if there is none.
pub(super) async fn look(config: &Config, sources: &[SourceState], now: Timestamp) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        config.websub_obstacle().map(|obstacle| Note(obstacle.to_owned())).into_iter().collect();
    let mut hubs: BTreeMap<&str, Vec<&SourceState>> = BTreeMap::new();
    for source in sources {
        if let Some(subscription) = &source.subscription {
            hubs.entry(&subscription.at.hub).or_default().push(source);
        }
    }
    if hubs.is_empty() && findings.is_empty() {
        let wanted = config.sources.iter().any(|source| source.enabled && source.websub);
        let why =
            if wanted { "no source has named a hub yet" } else { "no source wants one (websub = false)" };
        return vec![Note(why.to_owned())];
    }
    let more = hubs.len().saturating_sub(HUBS);
    for (hub, sources) in hubs.into_iter().take(HUBS) {
        findings.push(judge(config, hub, &sources, now).await);
    }
    if more > 0 {
        findings.push(Note(format!("and {}; see offprint status", counted(more, "more hub"))));
    }
    findings
}

async fn judge(config: &Config, hub: &str, sources: &[&SourceState], now: Timestamp) -> Finding {
    let states = || sources.iter().filter_map(|source| source.subscription.as_ref());
    let subscribed = states().filter(|state| state.standing == HubStanding::Subscribed).count();
    let all = counted(sources.len(), "source");
    if subscribed == sources.len() {
        return Good(format!("{hub}: {all} subscribed"));
    }
    let Some(worst) = states().find(|state| state.standing != HubStanding::Subscribed) else {
        return Good(format!("{hub}: {all}"));
    };
    let why = format!("{hub}: {subscribed} of {all} subscribed; {}", subscription(worst, now));
    if is_unanswered(worst) {
        return Wrong(
            why,
            "Open output.base_url with /health at its end from another network: hubs must reach it, see docs/websub.md.",
        );
    }
    if worst.failures == 0 && worst.problem.is_none() {
        return Note(why);
    }
    match reach(config, hub, sources).await {
        Ok(()) => Note(why),
        Err(error) => Wrong(
            format!("{why}; it cannot be reached: {error}"),
            "It is asked again by itself, and its feeds are polled as usual meanwhile.",
        ),
    }
}

/// Whether the hub answers at all; what it answers to a GET is its own business.
async fn reach(config: &Config, hub: &str, sources: &[&SourceState]) -> Result<(), String> {
    let url = Url::parse(hub).map_err(|error| error.to_string())?;
    let settings = Settings::new(config.clone());
    let source = sources.first().and_then(|source| settings.source(&source.id));
    let request = FetchRequest {
        url: without_credentials(&url),
        purpose: Purpose::Feed,
        validators: Validators::default(),
        policy: settings.hub_policy(source),
    };
    let network = app::network(config);
    match tokio::time::timeout(PATIENCE, network.fetch(request)).await {
        Err(_) => Err(format!("no answer in {} s", PATIENCE.as_secs())),
        Ok(Err(error)) if error.status.is_none() && error.kind != "too-large" => Err(error.message),
        Ok(_) => Ok(()),
    }
}
