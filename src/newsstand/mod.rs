//! A newsstand on loopback: several small news sites, each on a port of its own,
//! for the demo, the tests and the load runs. Everything in it is invented.
//!
//! [`Newsstand`] is the whole of it, [`Origin`] a single server that answers what a
//! test tells it to, [`Bulk`] a great many plain feeds.

mod answer;
mod bulk;
mod desk;
mod expected;
mod feeds;
mod library;
mod origin;
mod pages;
mod setup;
mod site;
mod sites;
#[cfg(test)]
mod tests;
mod words;

pub use answer::{Answer, Behaviour, Pace, Seen, compress};
pub use bulk::Bulk;
pub use expected::{Expected, ExpectedEntry};
pub use origin::Origin;
pub use site::{Site, Source};

use desk::Desk;
use jiff::Timestamp;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Several news sites on loopback. They end when it is dropped.
pub struct Newsstand {
    desk: Arc<Desk>,
    sites: Vec<Site>,
    stop: CancellationToken,
}

impl Newsstand {
    /// Opens all sites, with the first part of their stories out and dated before `now`.
    /// Needs a tokio runtime. Fails if no port can be had.
    pub async fn start(now: Timestamp) -> io::Result<Self> {
        // All ports first: the sites link to one another.
        let mut listeners = Vec::new();
        let mut bases = Vec::new();
        for _ in &sites::MAKES {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            bases.push(format!("http://{}", listener.local_addr()?));
            listeners.push(listener);
        }
        let desk = Arc::new(Desk::new(bases, now));
        let opened =
            listeners.into_iter().enumerate().map(|(number, listener)| Site::open(&desk, number, listener));
        let sites = opened.collect::<io::Result<Vec<_>>>()?;
        Ok(Self { desk, sites, stop: CancellationToken::new() })
    }

    /// The sites, always in the same order.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The site with that id.
    pub fn site(&self, id: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.id == id)
    }

    /// The sources an aggregator would have: every site's feed, and one more of the first site
    /// under an address that has moved for good.
    pub fn sources(&self) -> Vec<Source> {
        setup::sources(&self.desk)
    }

    /// A complete configuration for all sources, polled every few seconds, with the database in
    /// `data_dir` and the server on `listen`.
    pub fn config_toml(&self, data_dir: &std::path::Path, listen: &str) -> String {
        setup::config_toml(&self.sources(), data_dir, listen)
    }

    /// Brings out the next story, dated now. The order is always the same. Returns its address,
    /// or `None` when all are out.
    pub fn publish_next(&self) -> Option<String> {
        self.desk.publish_next().map(|(site, story)| self.desk.address(site, story))
    }

    /// Brings out a story every so often, until there are no more or the newsstand stops.
    pub fn publish_every(&self, pause: Duration) {
        let (desk, stop) = (Arc::clone(&self.desk), self.stop.clone());
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(pause) => {}
                }
                if desk.publish_next().is_none() {
                    return;
                }
            }
        });
    }

    /// What a right aggregator has made of the stories that are out by now.
    pub fn expected(&self) -> Expected {
        expected::expected(&self.desk)
    }

    /// Closes all sites.
    pub fn stop(&self) {
        self.stop.cancel();
        for site in &self.sites {
            site.origin.stop();
        }
    }
}

impl Drop for Newsstand {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A short fingerprint for ETags and colours (FNV-1a, 64 bits); nothing depends on its strength.
fn newsprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
