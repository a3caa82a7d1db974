//! The client: from a request to an answer, politely.

use super::answer::{self, Question, judge};
use super::connect::{Clients, Connections};
use super::decode::End;
use super::error::{failure, permanent};
use super::exchange::{Hop, Progress, Raw, Terms, exchange};
use super::freshness::retry_after;
use super::gate::{Gate, Resting, Wanted};
use super::guard::{Guard, allowed, refusal};
use super::redirect::Trip;
use super::request::{headers, own_headers, robots_headers};
use super::robots::{self, Robots};
use super::robots_cache::{FRESH, FRESH_FAILURE, RobotsCache, Verdict};
use super::secrets;
use crate::model::HOST_PAUSE;
use crate::model::{
    Credentials, FetchError, FetchPolicy, FetchRequest, FetchResponse, HostBudgets, HostFigures, HostKey,
    HostTemper, Pace, Purpose, Retry,
};
use crate::schedule::Heard;
use reqwest::header::{HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;
use url::{Host, Url};

const MAX_REDIRECTS: usize = 10;
/// RFC 9309 §2.3.1.2
const MAX_ROBOTS_REDIRECTS: usize = 5;

/// Tells the time of day; only dates without a `Date` beside them need it.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// How much is asked of the network at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Requests at once, in all; at least 1. Pages get three quarters of them at most.
    pub concurrency: usize,
    /// Of each host ([`HostKey`]); at once never as many as `concurrency`.
    pub budgets: HostBudgets,
}

/// Fetches feeds and pages. Clones share everything: gates, connections, robots.txt.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    gate: Gate,
    connections: Connections,
    robots: RobotsCache,
    clock: Clock,
    /// How long an unused connection is kept.
    idle: Duration,
}

/// A robots.txt being read, and until when what it says counts.
type Reading<'a> = Pin<Box<dyn Future<Output = Result<(Verdict, Instant), FetchError>> + Send + 'a>>;

/// What all hops of one request have in common.
pub(super) struct Ask<'a> {
    pub(super) policy: &'a FetchPolicy,
    pub(super) terms: Terms,
    /// What is added for those hops that may see it.
    pub(super) credentials: Option<&'a Credentials>,
    /// Whether it is for a page (or the robots.txt before it).
    pub(super) page: bool,
    /// Whether robots.txt decides.
    pub(super) robots: bool,
    /// Whether another request to the host will follow soon.
    pub(super) more_to_come: bool,
}

impl Client {
    /// A client; nothing is opened yet.
    pub fn new(settings: Settings, clock: Clock) -> Self {
        let Settings { concurrency, budgets } = settings;
        // Long enough to reach over the pause, too short for servers to close first.
        let idle = budgets.common.delay.saturating_add(Duration::from_secs(1));
        let idle = idle.clamp(Duration::from_secs(2), Duration::from_secs(5));
        let inner = Inner {
            connections: Connections::new(concurrency, budgets.common.per_host, idle),
            gate: Gate::new(concurrency, budgets),
            robots: RobotsCache::default(),
            clock,
            idle,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Fetches an address: waits for a turn at its host, follows redirects, checks
    /// every address on the way, reads and decodes the body.
    ///
    /// Waiting for a turn (and for a robots.txt) is not limited. The policy's
    /// `timeout` limits the sum of the time with a turn. Dropping the future ends
    /// the request and frees its turn. Nobody waits for a host that wants to be left
    /// alone for more than a moment: that is an error of the kind `host-pause`.
    ///
    /// # Errors
    /// [`FetchError`] for everything but a usable answer (200, 203, or a 304 that
    /// was asked for): its `kind` is one of those listed there.
    pub async fn fetch(&self, request: FetchRequest) -> Result<FetchResponse, FetchError> {
        let policy = &request.policy;
        let max_size = usize::try_from(policy.max_size).unwrap_or(usize::MAX);
        let headers = headers(&request);
        let conditional = headers.contains_key(IF_NONE_MATCH) || headers.contains_key(IF_MODIFIED_SINCE);
        let page = request.purpose == Purpose::Page;
        let ask = Ask {
            policy,
            terms: Terms {
                headers,
                own: own_headers(&request),
                max_size,
                truncate: false,
                via: via(policy),
                no_media: page,
                form: None,
            },
            credentials: policy.credentials.as_deref(),
            page,
            robots: page && policy.obey_robots,
            more_to_come: false,
        };
        let mut trip = Trip::new(&request.url, MAX_REDIRECTS)?;
        let raw = self.inner.walk(&mut trip, &ask).await?;
        judge(trip, raw, Question { conditional, max_size, now: &|| self.now() }).await
    }

    /// Goes from redirect to redirect until there is an answer.
    pub(super) async fn walk(&self, trip: &mut Trip, ask: &Ask<'_>) -> Result<Raw, FetchError> {
        self.inner.walk(trip, ask).await
    }

    /// The time of day.
    pub(super) fn now(&self) -> SystemTime {
        system_time((self.inner.clock)())
    }

    /// How soon a request to the host could begin.
    pub fn pace(&self, host: &HostKey, purpose: Purpose) -> Pace {
        self.inner.gate.pace(host, purpose == Purpose::Page)
    }

    /// Puts other budgets in force.
    pub fn set_budgets(&self, budgets: HostBudgets) {
        self.inner.gate.set(budgets);
    }

    /// Hosts of which there is something new to remember over a restart.
    pub fn tempers(&self) -> Vec<HostTemper> {
        self.inner.gate.news()
    }

    /// What was remembered of hosts.
    pub fn recall(&self, tempers: Vec<HostTemper>) {
        self.inner.gate.recall(tempers);
    }

    /// The host is asked although it wants to be left alone.
    pub fn wake(&self, host: &HostKey) {
        self.inner.gate.wake(host);
    }

    /// What went to which host.
    pub fn figures(&self) -> Vec<HostFigures> {
        self.inner.gate.figures()
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl Inner {
    /// Goes from redirect to redirect until there is an answer.
    async fn walk(&self, trip: &mut Trip, ask: &Ask<'_>) -> Result<Raw, FetchError> {
        let mut left = ask.policy.timeout;
        let clients = self.connections.of(ask.policy).map_err(|e| {
            failure("connect", &trip.url, format!("the HTTP client could not be set up: {e}"))
        })?;
        loop {
            check_literal(&trip.url, &clients.guard, ask.policy.proxy.is_some())?;
            let pause = match ask.robots {
                true => self.obey_robots(&trip.url, ask.policy, &clients.guard).await?,
                false => Duration::ZERO,
            };
            let wanted = if ask.page { Wanted::Page(pause) } else { Wanted::Feed };
            match self.hop(trip, ask, wanted, &clients, &mut left).await? {
                Hop::Redirect(status, location) => trip.follow(status, location.as_ref())?,
                Hop::Answer(raw) => return Ok(*raw),
            }
        }
    }

    /// One request, in its turn and within the time that is left.
    async fn hop(
        &self,
        trip: &Trip,
        ask: &Ask<'_>,
        wanted: Wanted,
        clients: &Clients,
        left: &mut Duration,
    ) -> Result<Hop, FetchError> {
        let host = HostKey::of(&trip.url);
        let own = match ask.credentials {
            Some(credentials) => secrets::headers(credentials, &trip.url, (self.clock)()).await?,
            None => HeaderMap::new(),
        };
        let turn = self.gate.turn(host.clone(), wanted).await;
        let turn = turn.map_err(|Resting(left)| resting(&trip.url, &host, left))?;
        // A connection is kept only where it is likely to be used again.
        let recent = turn.since_last.is_some_and(|ago| ago < self.idle);
        let pooled = recent || turn.others || ask.more_to_come;
        let client = clients.pick(pooled, trip.url.scheme() == "https", &self.connections);
        let started = Instant::now();
        let mut progress = Progress::default();
        let work = exchange(client, &trip.url, &ask.terms, (trip.authorization(), own), &mut progress);
        let done = tokio::time::timeout(*left, work).await;
        let took = started.elapsed();
        *left = left.saturating_sub(took);
        turn.heard(heard(done.as_ref().ok(), || system_time((self.clock)())), took);
        drop(turn);
        done.unwrap_or_else(|_| Err(timed_out(&trip.url, ask.policy.timeout, &progress)))
    }

    /// Whether the page may be fetched, and the pause its site wants between two pages.
    async fn obey_robots(
        &self,
        url: &Url,
        policy: &FetchPolicy,
        guard: &Arc<Guard>,
    ) -> Result<Duration, FetchError> {
        let through = policy.proxy.as_ref().map_or_else(String::new, |proxy| format!(" through {proxy}"));
        let site = (url.origin().ascii_serialization() + &through, Arc::clone(guard));
        match self.robots.get(site, || self.read_robots(url, policy)).await? {
            Verdict::Rules(rules) if rules.allows(url) => Ok(rules.crawl_delay()),
            Verdict::Rules(_) => Err(permanent("robots", url, "robots.txt forbids this page")),
            Verdict::Closed(why) => Err(failure("robots", url, why)),
        }
    }

    /// Boxed, because reading a robots.txt is a walk within a walk.
    fn read_robots<'a>(&'a self, page: &Url, policy: &'a FetchPolicy) -> Reading<'a> {
        let mut url = page.clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        Box::pin(async move {
            let ask = Ask {
                policy,
                terms: Terms {
                    headers: robots_headers(&policy.user_agent),
                    own: None,
                    max_size: robots::MAX_SIZE + 1,
                    truncate: true,
                    via: via(policy),
                    no_media: false,
                    form: None,
                },
                // What it says is for everybody.
                credentials: None,
                page: true,
                robots: false,
                more_to_come: true,
            };
            let mut trip = Trip::new(&url, MAX_ROBOTS_REDIRECTS)?;
            let answer = self.walk(&mut trip, &ask).await;
            if let Err(error) = &answer
                && (error.kind == HOST_PAUSE || error.kind == "address" && trip.url == url)
            {
                // The page itself is what may not be reached, or not now.
                return Err(error.clone());
            }
            let verdict = verdict(answer).await;
            let fresh = if matches!(verdict, Verdict::Rules(_)) { FRESH } else { FRESH_FAILURE };
            Ok((verdict, Instant::now() + fresh))
        })
    }
}

/// RFC 9309 §2.3.1
async fn verdict(answer: Result<Raw, FetchError>) -> Verdict {
    let open = Verdict::Rules(Arc::default());
    match answer {
        Ok(raw) if matches!(raw.status, 200 | 203) => {
            let lost = raw.cut;
            match answer::decoded(raw.body, raw.codings, robots::MAX_SIZE + 1).await {
                Ok((body, end)) if body.is_empty() && (lost.is_some() || matches!(end, End::Cut(_))) => {
                    Verdict::Closed("the site's robots.txt could not be read".to_owned())
                }
                Ok((body, _)) => Verdict::Rules(Arc::new(Robots::parse(&body))),
                Err(error) => Verdict::Closed(format!("the site's robots.txt could not be read: {error}")),
            }
        }
        Ok(raw) if raw.status < 500 => open,
        Ok(raw) => Verdict::Closed(format!("the site's robots.txt answers HTTP {}", raw.status)),
        // Too many redirects, or to nowhere: as if there were none.
        Err(error) if error.kind == "redirect" => open,
        Err(error) => Verdict::Closed(format!("the site's robots.txt could not be read: {}", error.message)),
    }
}

/// What an exchange says about how much its host bears.
fn heard(done: Option<&Result<Hop, FetchError>>, now: impl FnOnce() -> SystemTime) -> Heard {
    match done {
        None => Heard::Nothing,
        Some(Ok(Hop::Redirect(..))) => Heard::Answer,
        Some(Ok(Hop::Answer(raw))) => match raw.status {
            429 => Heard::TooMany(retry_after(&raw.headers, now)),
            503 => Heard::Unavailable(retry_after(&raw.headers, now)),
            _ => Heard::Answer,
        },
        Some(Err(error)) => match error.kind.as_str() {
            "timeout" => Heard::Nothing,
            "too-large" | "not-html" | "encoding" => Heard::Answer,
            _ => Heard::Broken,
        },
    }
}

/// Nothing was asked: the host wants to be left alone.
fn resting(url: &Url, host: &HostKey, left: Duration) -> FetchError {
    let minutes = left.as_secs().div_ceil(60);
    let message = format!("{host} asked for a pause, of which {minutes} min are left; nothing was sent");
    FetchError { retry: Retry::Later(Some(left)), ..failure(HOST_PAUSE, url, message) }
}

/// The proxy as it may be shown.
pub(super) fn via(policy: &FetchPolicy) -> Option<String> {
    policy.proxy.as_ref().map(ToString::to_string)
}

/// Refuses addresses that are none to connect to. Names are checked when they are looked
/// up; behind a proxy nobody but the proxy does that, so `localhost` is refused here.
fn check_literal(url: &Url, guard: &Guard, proxied: bool) -> Result<(), FetchError> {
    let ip = match url.host() {
        Some(Host::Ipv4(ip)) => ip.into(),
        Some(Host::Ipv6(ip)) => ip.into(),
        Some(Host::Domain(name)) if proxied && is_localhost(name) => Ipv4Addr::LOCALHOST.into(),
        _ => return Ok(()),
    };
    if allowed(ip, guard) { Ok(()) } else { Err(permanent("address", url, refusal(ip))) }
}

/// RFC 6761 §6.3
fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

fn system_time(now: jiff::Timestamp) -> SystemTime {
    let since = u64::try_from(now.as_second()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(since)
}

fn timed_out(url: &Url, limit: Duration, progress: &Progress) -> FetchError {
    let limit = limit.as_secs_f32();
    let message = if progress.answered {
        format!("the answer did not end within {limit} s ({} bytes came)", progress.bytes)
    } else {
        format!("no answer within {limit} s")
    };
    failure("timeout", url, message)
}
