//! reqwest clients: one pair per guard and proxy, so that a connection opened under a
//! lax guard is never used under a stricter one.

use super::gate::lock;
use super::guard::Guard;
use super::resolve::{GuardedResolver, MAX_LOOKUPS};
use crate::model::{FetchPolicy, Proxy};
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::{Arc, Mutex, Once, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// So many guards and proxies have their clients kept; the longest unused goes.
const MAX_GUARDS: usize = 64;
/// For TCP and TLS together; several addresses share it, so a dead one leaves time for the next.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// hyper's default of 100 is too few for some sites. The head as a whole is
/// limited by hyper to some 400 KiB.
const MAX_HEADERS: usize = 256;
const HTTP2_HEADER_LIST: u32 = 256 * 1024;
const HTTP2_STREAM_WINDOW: u32 = 512 * 1024;
const HTTP2_CONNECTION_WINDOW: u32 = 1024 * 1024;

/// The two clients of a guard.
#[derive(Debug, Clone)]
pub(super) struct Clients {
    pub guard: Arc<Guard>,
    proxy: Option<Proxy>,
    /// Keeps connections for a moment.
    pooled: Pair,
    /// Closes each connection at once: for hosts that are asked once an hour.
    single: Pair,
}

/// Without and with the machine's root certificates: reading them costs more than
/// a hundred polls, so who only asks http never does.
#[derive(Debug, Clone)]
struct Pair {
    http: reqwest::Client,
    https: Arc<OnceLock<reqwest::Client>>,
    keep: usize,
}

impl Clients {
    pub(super) fn pick(&self, pooled: bool, https: bool, all: &Connections) -> &reqwest::Client {
        let pair = if pooled { &self.pooled } else { &self.single };
        let https = https || self.proxy.as_ref().is_some_and(|proxy| proxy.url().scheme() == "https");
        if !https {
            return &pair.http;
        }
        // Should it not build, the other one refuses https as unverifiable.
        pair.https.get_or_init(|| {
            let built = all.build(&self.guard, self.proxy.as_ref(), pair.keep, tls());
            built.unwrap_or_else(|_| pair.http.clone())
        })
    }
}

/// The clients of all guards in use.
#[derive(Debug)]
pub(super) struct Connections {
    /// The last one used comes first.
    clients: Mutex<Vec<Clients>>,
    lookups: Arc<Semaphore>,
    per_host: usize,
    idle: Duration,
}

impl Connections {
    /// `idle`: how long an unused connection is kept.
    pub(super) fn new(concurrency: usize, per_host: usize, idle: Duration) -> Self {
        let lookups = Arc::new(Semaphore::new(concurrency.clamp(8, MAX_LOOKUPS)));
        Self { clients: Mutex::new(Vec::new()), lookups, per_host, idle }
    }

    /// The clients for a policy.
    pub(super) fn of(&self, policy: &FetchPolicy) -> Result<Clients, reqwest::Error> {
        let mut clients = lock(&self.clients);
        if let Some(at) = clients.iter().position(|c| c.guard.is_of(policy) && c.proxy == policy.proxy) {
            if let Some(until) = clients.get_mut(..=at) {
                until.rotate_right(1);
            }
        } else {
            let guard = Arc::new(Guard::of(policy));
            let proxy = policy.proxy.clone();
            let pooled = self.pair(&guard, proxy.as_ref(), self.per_host.min(4))?;
            let single = self.pair(&guard, proxy.as_ref(), 0)?;
            clients.truncate(MAX_GUARDS - 1);
            clients.insert(0, Clients { guard, proxy, pooled, single });
        }
        Ok(clients[0].clone())
    }

    fn pair(&self, guard: &Arc<Guard>, proxy: Option<&Proxy>, keep: usize) -> Result<Pair, reqwest::Error> {
        Ok(Pair { http: self.build(guard, proxy, keep, None)?, https: Arc::default(), keep })
    }

    fn build(
        &self,
        guard: &Arc<Guard>,
        proxy: Option<&Proxy>,
        keep: usize,
        tls: Option<rustls::ClientConfig>,
    ) -> Result<reqwest::Client, reqwest::Error> {
        install_provider();
        // Behind a proxy the only name looked up here is the proxy's, which the operator chose.
        let guard = if proxy.is_some() { Arc::new(Guard::open()) } else { Arc::clone(guard) };
        let proxy = proxy.map(|proxy| reqwest::Proxy::all(proxy.url().as_str())).transpose()?;
        let builder = || {
            let builder = reqwest::Client::builder().no_proxy();
            match &proxy {
                Some(proxy) => builder.proxy(proxy.clone()),
                None => builder,
            }
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .dns_resolver(GuardedResolver::new(Arc::clone(&guard), Arc::clone(&self.lookups)))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(keep)
            .pool_idle_timeout(self.idle)
            .http1_max_headers(MAX_HEADERS)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http2_max_header_list_size(HTTP2_HEADER_LIST)
            .http2_initial_stream_window_size(HTTP2_STREAM_WINDOW)
            .http2_initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
        };
        match tls {
            Some(tls) => builder().tls_backend_preconfigured(tls).build(),
            // Then http works, and https fails with an unverifiable certificate.
            None => builder().tls_certs_only([]).build(),
        }
    }
}

/// Whether the root certificates of this machine can be read. Without them every
/// https address fails.
pub fn has_roots() -> bool {
    tls().is_some()
}

/// TLS with the machine's root certificates. They are read once: that costs more
/// than a hundred polls. `None` if the machine has none.
fn tls() -> Option<rustls::ClientConfig> {
    static TLS: OnceLock<Option<rustls::ClientConfig>> = OnceLock::new();
    TLS.get_or_init(|| {
        install_provider();
        let builder = rustls::ClientConfig::builder().with_platform_verifier().ok()?;
        let mut tls = builder.with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Some(tls)
    })
    .clone()
}

/// ring is the crypto of the process, unless somebody chose another before.
fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
