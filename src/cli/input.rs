//! What commands read and write: files, addresses, standard streams.

use crate::app;
use crate::config::{Config, Fetch as FetchConfig};
use crate::feed;
use crate::model::{FetchPolicy, FetchRequest, Purpose, Validators};
use anyhow::Context;
use std::io::{Read, Write};
use std::sync::Arc;
use url::Url;

/// Most that is read of a page from a file or from standard input.
const MAX_INPUT: u64 = 128 << 20;

/// Most that is read: of a feed one byte more than its reader looks at, so that it
/// can tell that there was more.
pub(super) fn max(purpose: Purpose) -> u64 {
    match purpose {
        Purpose::Feed | Purpose::Listing => feed::Limits::default().max_bytes as u64 + 1,
        Purpose::Page => MAX_INPUT,
    }
}

/// A document and where it came from.
pub(super) struct Document {
    pub(super) bytes: Vec<u8>,
    pub(super) content_type: Option<String>,
    /// Its address, if it was fetched.
    pub(super) url: Option<Url>,
}

/// Reads a file, `-`, or an http(s) address.
pub(super) fn read(place: &str, purpose: Purpose, config: &Config) -> anyhow::Result<Document> {
    if place.starts_with("http://") || place.starts_with("https://") {
        return super::block_on(fetch(place, purpose, config));
    }
    let bytes = if place == "-" { read_standard(max(purpose))? } else { read_file(place, max(purpose))? };
    Ok(Document { bytes, content_type: None, url: None })
}

/// Reads standard input, at most `max` bytes.
pub(super) fn read_standard(max: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().take(max).read_to_end(&mut bytes).context("cannot read standard input")?;
    Ok(bytes)
}

/// Reads a file, at most `max` bytes.
pub(super) fn read_file(path: &str, max: u64) -> anyhow::Result<Vec<u8>> {
    let open = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(max).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    open().with_context(|| format!("cannot read {path}"))
}

/// How something is fetched that no source stands for.
pub(super) fn policy(fetch: &FetchConfig, purpose: Purpose) -> FetchPolicy {
    FetchPolicy {
        user_agent: fetch.user_agent.clone(),
        site_headers: Vec::new(),
        timeout: fetch.timeout,
        max_size: match purpose {
            Purpose::Feed | Purpose::Listing => fetch.max_feed_size,
            Purpose::Page => fetch.max_page_size,
        },
        obey_robots: fetch.obey_robots,
        allow_private: fetch.allow_private_addresses,
        allow_addresses: fetch.allow_addresses.clone(),
        credentials: None,
        proxy: fetch.proxy.clone(),
    }
}

async fn fetch(address: &str, purpose: Purpose, config: &Config) -> anyhow::Result<Document> {
    let url = Url::parse(address).with_context(|| format!("{address}: not an address"))?;
    let fetch = &config.fetch;
    let mut policy = policy(fetch, purpose);
    if purpose == Purpose::Page {
        policy.site_headers = app::site_rules(config)?.headers_for(&url);
    }
    let request = FetchRequest { url, purpose, validators: Validators::default(), policy: Arc::new(policy) };
    let response = app::network(config).fetch(request).await?;
    if let Some(cut) = &response.cut {
        eprintln!("offprint: {address}: incomplete: {cut}");
    }
    Ok(Document { bytes: response.body, content_type: response.content_type, url: Some(response.url) })
}

/// Writes to standard output.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// A place as it may be shown: an address without its credentials.
pub(super) fn shown(place: &str) -> std::borrow::Cow<'_, str> {
    match url::Url::parse(place) {
        Ok(url) if url.has_host() => crate::daemon::without_credentials(&url).as_str().to_owned().into(),
        _ => place.into(),
    }
}
