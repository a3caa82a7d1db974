//! WebSub (W3C Recommendation, 23 January 2018): hubs tell what is new, so that it is
//! here at once and polls may be late. Polling never stops: a hub is relied on as far as
//! it has proved good, see `store/announcements.rs`.

mod budget;
mod callback;
mod requests;
mod signature;

pub(super) use budget::Budget;
pub(super) use requests::run;

use super::settings::Settings;
use crate::config::Source;
use crate::model::{FeedLinks, Topic};
use crate::store::Offer;
use url::Url;

/// The hub a source is to be subscribed at: the first that could reach this server.
pub(super) fn choose(settings: &Settings, source: &Source, links: &FeedLinks) -> Option<Topic> {
    if !source.enabled || !source.websub {
        return None;
    }
    let topic = links.own.clone()?;
    let reaches = |hub: &&String| Url::parse(hub).is_ok_and(|hub| settings.config.output.is_reached_by(&hub));
    let hub = links.hubs.iter().find(reaches)?.clone();
    Some(Topic { hub, topic })
}

/// The same for what is known of a source since its last document: another
/// configuration is in force.
pub(super) fn choose_again(settings: &Settings, offer: &Offer) -> Option<Topic> {
    let source = settings.source(&offer.id).filter(|_| offer.active)?;
    choose(settings, source, &offer.links)
}

/// Where a hub delivers. `None` without `base_url`.
fn callback(settings: &Settings, token: &[u8]) -> Option<String> {
    let base = settings.config.output.base_url.as_ref()?;
    Some(format!("{}/websub/{}", base.as_str().trim_end_matches('/'), hex(token)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Digits in either case.
fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
