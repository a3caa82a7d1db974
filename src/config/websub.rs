//! Whether hubs could reach this server.

use super::check::is_private;
use super::types::{Config, Output};
use url::Url;

impl Output {
    /// Whether a hub could reach this server: at a public `base_url`, or at a private one
    /// if the hub is in a private network itself.
    pub fn is_reached_by(&self, hub: &Url) -> bool {
        self.base_url.as_ref().is_some_and(|base| !is_private(base) || is_private(hub))
    }
}

impl Config {
    /// Why hubs on the internet are not asked to announce what is new; nothing if they
    /// are, or if no source wants it.
    pub fn websub_obstacle(&self) -> Option<&'static str> {
        if !self.sources.iter().any(|source| source.enabled && source.websub) {
            return None;
        }
        match &self.output.base_url {
            None => Some(
                "WebSub is not used: output.base_url is not set, so hubs have no address to announce new \
                 entries to; set it to one that the internet reaches",
            ),
            Some(base) if is_private(base) => Some(
                "WebSub is used with hubs in private networks only: output.base_url is a private address, \
                 which no hub on the internet reaches",
            ),
            Some(_) => None,
        }
    }
}
