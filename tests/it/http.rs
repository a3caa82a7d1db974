//! The client against real sockets.

mod access;
mod bodies;
mod guard;
mod limits;
mod politeness;
mod redirects;
mod requests;
mod robots;

use crate::support::raw::RawServer;
use offprint::http::{Client, Settings};
use offprint::model::{
    FetchError, FetchPolicy, FetchRequest, FetchResponse, HostBudgets, Purpose, Validators,
};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

const ZERO: Duration = Duration::ZERO;

fn client_with(concurrency: usize, per_host: usize, host_delay: Duration) -> Client {
    let clock = || jiff::Timestamp::from_second(1_750_000_000).unwrap();
    let budgets = HostBudgets::new(per_host, host_delay);
    Client::new(Settings { concurrency, budgets }, Arc::new(clock))
}

fn client() -> Client {
    client_with(64, 2, ZERO)
}

fn policy() -> FetchPolicy {
    FetchPolicy {
        user_agent: "offprint/0 (+https://example.com)".to_owned(),
        site_headers: vec![],
        timeout: Duration::from_secs(10),
        max_size: 1024 * 1024,
        obey_robots: true,
        allow_private: true,
        allow_addresses: vec![],
        credentials: None,
        proxy: None,
    }
}

fn feed(url: &str) -> FetchRequest {
    let url = Url::parse(url).unwrap();
    FetchRequest {
        url,
        purpose: Purpose::Feed,
        validators: Validators::default(),
        policy: Arc::new(policy()),
    }
}

fn page(url: &str) -> FetchRequest {
    FetchRequest { purpose: Purpose::Page, ..feed(url) }
}

/// A feed request under a changed policy.
fn under(url: &str, change: impl FnOnce(&mut FetchPolicy)) -> FetchRequest {
    let mut policy = policy();
    change(&mut policy);
    FetchRequest { policy: Arc::new(policy), ..feed(url) }
}

async fn get(url: &str) -> Result<FetchResponse, FetchError> {
    client().fetch(feed(url)).await
}

/// A complete answer that keeps the connection.
fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        out.push_str(header);
        out.push_str("\r\n");
    }
    out.push_str("\r\n");
    let mut out = out.into_bytes();
    out.extend_from_slice(body);
    out
}

/// What the client makes of one answer.
async fn hearing(answer: impl Into<Vec<u8>>) -> Result<FetchResponse, FetchError> {
    let server = RawServer::saying(answer).await;
    get(&server.url("/")).await
}
