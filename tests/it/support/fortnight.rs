//! A fortnight of many sources at the adaptive interval: the engine on a fake network, in
//! time that passes only while nothing runs. Of the test and of `benches/fortnight.rs`.

use jiff::{SignedDuration, Timestamp};
use offprint::config;
use offprint::daemon::{Clock, Engine, Fetch, Fetching, FormRequest, Posting, Settings};
use offprint::model::{FetchError, FetchRequest, FetchResponse, Retry, Validators};
use offprint::store::{Role, Store};
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub const FORTNIGHT: Duration = Duration::from_hours(14 * 24);
/// So many sources on each host.
const TOGETHER: usize = 4;
/// Requests take this long.
const LATENCY: Duration = Duration::from_millis(200);
/// Hours between two polls at least.
const INTERVAL: f64 = 2.0;
/// One source in fifty is this one, and fails now and then.
const FAILING: usize = 7;

/// Hours between two entries of a source: from half an hour to never.
fn gap(number: usize) -> f64 {
    [0.5, 4.0, 12.0, 24.0, 48.0, 100.0, 200.0, 100_000.0][number % 8]
}

/// When entry `nth` of a source was published, in hours since the beginning.
fn published(number: usize, nth: u64) -> f64 {
    nth as f64 * gap(number) - 400.0
}

/// Entries of a source so many hours after the beginning.
fn count(number: usize, hours: f64) -> u64 {
    ((hours + 400.0) / gap(number)) as u64
}

/// The newest ones.
fn document(number: usize, count: u64) -> String {
    let items: String = (count.saturating_sub(4)..=count)
        .rev()
        .map(|nth| {
            let date = start() + SignedDuration::from_secs_f64(published(number, nth) * 3600.0);
            format!("<entry><id>{number}-{nth}</id><title>{number}-{nth}</title><published>{date}</published><updated>{date}</updated></entry>")
        })
        .collect();
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{number}</title><id>f{number}</id>{items}</feed>"
    )
}

fn start() -> Timestamp {
    "2026-03-02T00:00:00Z".parse().unwrap()
}

/// A wall clock that follows the paused one.
struct PausedClock(Instant);

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        start() + self.0.elapsed()
    }
}

/// The fake network.
struct Net {
    began: Instant,
    log: Mutex<Log>,
}

struct Log {
    /// When each source was asked, in hours since the beginning.
    times: Vec<Vec<f64>>,
    /// Requests under way at each host.
    at_host: Vec<usize>,
    under_way: usize,
    busiest_host: usize,
    busiest: usize,
    documents: usize,
}

/// A request under way, also when it is dropped half way.
struct Running<'n>(&'n Net, usize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut log = self.0.log();
        log.at_host[self.1 / TOGETHER] -= 1;
        log.under_way -= 1;
    }
}

impl Net {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap()
    }

    /// Notes a request and answers the how manieth of its source it is, and when it was made.
    fn begin(&self, number: usize) -> (Running<'_>, usize, f64) {
        let hours = self.began.elapsed().as_secs_f64() / 3600.0;
        let mut log = self.log();
        log.times[number].push(hours);
        log.at_host[number / TOGETHER] += 1;
        log.under_way += 1;
        log.busiest_host = log.busiest_host.max(log.at_host[number / TOGETHER]);
        log.busiest = log.busiest.max(log.under_way);
        (Running(self, number), log.times[number].len(), hours)
    }

    fn answer(&self, request: FetchRequest, number: usize, hours: f64) -> FetchResponse {
        let count = count(number, hours);
        let etag = Some(count.to_string().into_bytes());
        let not_modified = request.validators.etag == etag;
        let body = if not_modified { String::new() } else { document(number, count) };
        self.log().documents += usize::from(!not_modified);
        FetchResponse {
            not_modified,
            url: request.url,
            permanent_url: None,
            validators: Validators { etag, last_modified: None },
            content_type: None,
            links: Default::default(),
            fresh_for: None,
            wire_bytes: body.len() as u64,
            body: body.into_bytes(),
            cut: None,
        }
    }
}

impl Fetch for Net {
    fn fetch(&self, request: FetchRequest) -> Fetching<'_> {
        Box::pin(async move {
            let number: usize = request.url.path().trim_start_matches('/').parse().unwrap();
            let (_running, nth, hours) = self.begin(number);
            tokio::time::sleep(LATENCY).await;
            if number % 50 == FAILING && nth.is_multiple_of(5) {
                return Err(FetchError {
                    kind: "http-500".to_owned(),
                    url: request.url.to_string(),
                    message: "the server answered 500".to_owned(),
                    status: Some(500),
                    retry: Retry::Later(None),
                });
            }
            Ok(self.answer(request, number, hours))
        })
    }

    fn post(&self, _: FormRequest) -> Posting<'_> {
        unreachable!("no feed names a hub")
    }
}

fn settings(sources: usize) -> Arc<Settings> {
    let table = |n: usize| format!("[sources.s{n}]\nurl = \"https://h{}.example/{n}\"\n", n / TOGETHER);
    let tables: String = (0..sources).map(table).collect();
    let toml = format!(
        "data_dir = \"/nowhere\"\n[defaults]\nfull_text = \"never\"\ninterval = \"{INTERVAL}h\"\nadaptive = true\n{tables}"
    );
    let inputs = config::Inputs {
        env: &|_| None,
        read: &|_| Err(std::io::ErrorKind::NotFound.into()),
        glob: &|_| Ok(vec![]),
        version: "0",
    };
    Settings::new(config::parse(&toml, Path::new("o.toml"), &inputs).unwrap())
}

/// A folder for the store that needs no disk, if there is one.
pub fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// What happened.
pub struct Fortnight {
    sources: usize,
    log: Log,
}

impl Fortnight {
    /// Lives through it, with a restart half way. Time must be paused.
    pub async fn live(sources: usize, folder: &Path) -> Self {
        let log = Log {
            times: vec![Vec::new(); sources],
            at_host: vec![0; sources.div_ceil(TOGETHER)],
            under_way: 0,
            busiest_host: 0,
            busiest: 0,
            documents: 0,
        };
        let began = Instant::now();
        let net = Arc::new(Net { began, log: Mutex::new(log) });
        for _ in 0..2 {
            let store = Store::open(folder, Role::Tool).unwrap();
            // The same jitter every time.
            let seed = "UPDATE meta SET value = 7 WHERE key = 'seed'";
            store.write(move |conn| conn.execute(seed, [])).await.unwrap();
            let clock = Arc::new(PausedClock(began));
            let engine =
                Engine::new(settings(sources), store, net.clone(), clock, Arc::new(|_| {})).await.unwrap();
            let (stop, running) = (CancellationToken::new(), engine.clone());
            let until = stop.clone();
            let task = tokio::spawn(async move { running.run(until).await });
            tokio::time::sleep(FORTNIGHT / 2).await;
            stop.cancel();
            task.await.unwrap().unwrap();
            engine.store().close().await;
        }
        let log = Arc::into_inner(net).unwrap().log.into_inner().unwrap();
        Self { sources, log }
    }

    /// Requests that were made.
    pub fn polls(&self) -> usize {
        self.log.times.iter().map(Vec::len).sum()
    }

    /// How many of them brought a document.
    pub fn documents(&self) -> usize {
        self.log.documents
    }

    /// Nobody was asked early, no crowd came, nobody was forgotten, and who publishes more
    /// was asked more often.
    pub fn check(&self) {
        let (host, all) = (self.log.busiest_host, self.log.busiest);
        assert!(host <= 2 && all <= 64, "{host} at one host, {all} in all");
        // The time that 64 at a time need, twice, and a minute.
        let first = (60.0 + 2.0 * self.sources as f64 * LATENCY.as_secs_f64() / 64.0) / 3600.0;
        let mut asked = HashSet::new();
        for (number, times) in self.log.times.iter().enumerate() {
            let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(times.first().is_some_and(|at| *at < first), "source {number} begins at once: {times:?}");
            assert!(gaps.iter().all(|gap| *gap >= INTERVAL), "source {number} was asked early: {gaps:?}");
            // Half a minute for its host's other sources.
            assert!(
                gaps.iter().all(|gap| *gap <= 24.0 * 1.1 + 0.1),
                "source {number} was forgotten: {gaps:?}"
            );
            let end = FORTNIGHT.as_secs_f64() / 3600.0;
            assert!(times.last().is_some_and(|last| *last > end - 27.0), "source {number} ends: {times:?}");
            asked.insert(times.len());
            let mean = times.len() as f64 / 14.0;
            match number % 8 {
                0 if number % 50 != FAILING => {
                    assert!(mean > 9.0, "source {number}, busy: {mean} polls a day")
                }
                7 => assert!(mean < 3.0, "source {number}, silent: {mean} polls a day"),
                _ => {}
            }
        }
        assert!(asked.len() > 20, "each at its own pace: {asked:?}");
    }
}
