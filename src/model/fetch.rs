//! What is asked of the network and what comes back.

use super::{Credentials, FeedLinks, Proxy, Validators};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// What a request is for; robots.txt and `Accept` depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A feed that the operator named.
    Feed,
    /// A page or sitemap that the operator named; as a feed, but for what is accepted.
    Listing,
    /// An article page that a feed linked to; obeys robots.txt.
    Page,
}

/// How a source's requests are made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FetchPolicy {
    /// Value of `User-Agent`.
    pub user_agent: String,
    /// Further headers for pages of the address's own site (its [`super::HostKey`]): they
    /// go to no other site that it redirects to, and to no robots.txt.
    pub site_headers: Vec<(String, String)>,
    /// Limit for the whole request with its redirects and its body. Waiting for
    /// a turn at the host is not counted.
    pub timeout: Duration,
    /// Limit for a body in bytes, before and after decompression.
    pub max_size: u64,
    /// Whether robots.txt decides about pages.
    pub obey_robots: bool,
    /// Whether loopback, private and other special addresses may be connected to.
    pub allow_private: bool,
    /// Special addresses that may be connected to all the same.
    pub allow_addresses: Vec<ipnet::IpNet>,
    /// What the requests of this source carry besides.
    pub credentials: Option<Arc<Credentials>>,
    /// Through which proxy they go.
    pub proxy: Option<Proxy>,
}

/// One request. Credentials in the URL (`user:password@`) become an
/// Authorization header for that origin only.
#[derive(Debug, Clone)]
pub struct FetchRequest {
    /// Where to.
    pub url: Url,
    /// What for.
    pub purpose: Purpose,
    /// Makes the request conditional.
    pub validators: Validators,
    /// How.
    pub policy: Arc<FetchPolicy>,
}

/// An answer that can be used: 2xx with a body, or a 304 that was asked for.
#[derive(Debug, Clone)]
pub struct FetchResponse {
    /// 304, body empty.
    pub not_modified: bool,
    /// Address after all redirects, without fragment and credentials.
    pub url: Url,
    /// Address after the leading permanent redirects (301, 308), if there were any.
    pub permanent_url: Option<Url>,
    /// Validators of this very response. A 304 replaces those it carries; what it
    /// leaves out stays as it was (RFC 9111 §4.3.4).
    pub validators: Validators,
    /// `Content-Type`, as it stands.
    pub content_type: Option<String>,
    /// `Link` headers, as far as they are about feeds.
    pub links: FeedLinks,
    /// For how long the publisher calls the answer fresh (`Cache-Control: max-age`,
    /// else `Expires`), not capped.
    pub fresh_for: Option<Duration>,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// Set if the body ended before its end, with the reason.
    pub cut: Option<String>,
    /// Bytes that crossed the network for the body.
    pub wire_bytes: u64,
}

/// What a failed request means for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Worth another try; not before so long from now, if the server said so (Retry-After).
    Later(Option<Duration>),
    /// This will not work until something is changed.
    Permanent,
    /// 410: never again.
    Gone,
}

/// [`FetchError::kind`] of a request that was not made because its host wants to be left
/// alone: no failure of whoever wanted it.
pub const HOST_PAUSE: &str = "host-pause";

/// A request that brought nothing usable.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{url}: {message}")]
pub struct FetchError {
    /// A short, fixed name: `dns`, `connect`, `tls`, `timeout`, `http-404`, `too-large`,
    /// `address`, `robots`, `redirect`, `encoding`, `protocol`, `unexpected-304`,
    /// `not-html` (a page that is a picture, a film, a PDF …), [`HOST_PAUSE`],
    /// `proxy`, `credentials` (a file with a password or cookies can't be used).
    pub kind: String,
    /// The address that failed, without credentials.
    pub url: String,
    /// What went wrong and, where that helps, what to do.
    pub message: String,
    /// HTTP status, if there was one.
    pub status: Option<u16>,
    /// Worth another try?
    pub retry: Retry,
}
