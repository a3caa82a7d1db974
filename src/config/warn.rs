//! What is allowed, yet probably not meant.

use super::types::{Config, Listen};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;
use url::Position;

/// Time for a machine that was off or a feed that failed for a while.
const MIN_RETENTION: Duration = Duration::from_hours(72);

impl Config {
    /// Advice for the operator, one sentence each; nothing in it is secret.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.sources.is_empty() {
            warnings.push("no sources: nothing will be polled; add [sources.NAME] with a url".to_owned());
        } else if self.sources.iter().all(|source| !source.enabled) {
            warnings.push("every source is disabled: nothing will be polled".to_owned());
        }
        if !self.fetch.has_contact {
            warnings.push(
                "fetch.contact: the User-Agent names nobody to talk to; set a web or mail address for the people \
                 whose servers are polled"
                    .to_owned(),
            );
        }
        let slowest = self.sources.iter().map(|source| source.max_interval.max(source.interval)).max();
        let least = MIN_RETENTION.max(2 * slowest.unwrap_or_default());
        if self.store.retention < least {
            warnings.push(format!(
                "store.retention: entries that are still listed can go for good if their source is not polled for \
                 so long; {} days would be safe",
                least.as_secs().div_ceil(86_400)
            ));
        }
        self.warn_about_server(&mut warnings);
        let mut first = HashMap::new();
        for source in self.sources.iter().filter(|source| source.enabled) {
            // Without the fragment, which isn't sent.
            let other = first.entry(&source.url[..Position::AfterQuery]).or_insert(&source.id);
            if **other != source.id {
                warnings.push(format!(
                    "sources.{} and sources.{other} have the same url, which is polled twice; disable or remove one",
                    source.id
                ));
            }
        }
        warnings
    }

    fn warn_about_server(&self, warnings: &mut Vec<String>) {
        match &self.server.token {
            Some(token) if token.is_short() => warnings.push(
                "server.token_file: the token is so short that it could be guessed; take a longer random word"
                    .to_owned(),
            ),
            None if !self.server.has_token_file && is_open(&self.server.listen) => warnings.push(
                "server.listen: whoever reaches this address can read everything; set server.token_file, or listen on \
                 127.0.0.1 or a Unix socket behind a reverse proxy"
                    .to_owned(),
            ),
            _ => {}
        }
        if self.output.base_url.is_none() && is_everywhere(&self.server.listen) {
            warnings.push(
                "output.base_url: not set, so the feeds cannot name an address at which other machines find this \
                 server; set the one that readers use"
                    .to_owned(),
            );
        }
    }
}

/// Whether it listens on every address of the machine, which is none that could be told.
fn is_everywhere(listen: &Listen) -> bool {
    let Listen::Tcp(address) = listen else { return false };
    address.parse::<SocketAddr>().is_ok_and(|address| address.ip().to_canonical().is_unspecified())
}

/// Whether other machines may get there. Names are not looked up.
fn is_open(listen: &Listen) -> bool {
    let Listen::Tcp(address) = listen else { return false };
    match address.parse::<SocketAddr>() {
        Ok(address) => !address.ip().to_canonical().is_loopback(),
        Err(_) => {
            let host = address.rsplit_once(':').map_or(address.as_str(), |(host, _)| host);
            let host = host.trim_end_matches('.').to_ascii_lowercase();
            host != "localhost" && !host.ends_with(".localhost")
        }
    }
}
