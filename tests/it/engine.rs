//! The engine on a fake network, in time that passes only while nothing runs:
//! weeks in seconds, and the same every time.

mod announcing;
mod archives;
mod elsewhere;
mod failures;
mod fortnight;
mod further;
mod hosts;
mod identity;
mod learning;
mod moves;
mod once;
mod pages;
mod reload;
mod ways;
mod websub;
mod week;

use jiff::Timestamp;
use offprint::config;
use offprint::daemon::{Clock, Engine, Event, Fetch, Fetching, FormRequest, Posting, Settings};
use offprint::model::{
    FetchError, FetchRequest, FetchResponse, HOST_PAUSE, HostKey, HostTemper, Pace, Purpose, Retry,
    StoredEntry, Validators,
};
use offprint::store::{self, Filter, Role, Selection, Store};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// Requests take this long unless a test says otherwise.
const LATENCY: Duration = Duration::from_millis(200);

/// A wall clock that follows the paused one and may be ahead of it. It starts on a
/// Monday at 00:00 UTC.
struct TestClock(Instant, Mutex<Duration>);

impl TestClock {
    fn put_ahead(&self, ahead: Duration) {
        *self.1.lock().unwrap() = ahead;
    }
}

fn start() -> Timestamp {
    "2026-03-02T00:00:00Z".parse().unwrap()
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        start() + self.0.elapsed() + *self.1.lock().unwrap()
    }
}

/// A request that was made.
#[derive(Debug, Clone)]
struct Call {
    /// Since the test began.
    at: Duration,
    url: String,
    purpose: Purpose,
    validators: Validators,
    /// How often this address has been asked for, this time included.
    nth: usize,
}

enum Reply {
    After(Duration, Box<Result<FetchResponse, FetchError>>),
    Never,
}

type Answering = dyn Fn(&Call) -> Reply + Send + Sync;

/// The fake network.
struct Net {
    began: Instant,
    answer: Box<Answering>,
    calls: Mutex<Vec<Call>>,
    /// Forms that were sent, and when.
    posts: Mutex<Vec<(Duration, FormRequest)>>,
    load: Mutex<Load>,
    /// Hosts that answered 429 with a Retry-After, as the client remembers them.
    rests: Mutex<HashMap<HostKey, Instant>>,
    /// Those of them nobody has been told of yet.
    news: Mutex<Vec<HostKey>>,
}

#[derive(Default)]
struct Load {
    running: HashMap<HostKey, usize>,
    asked: HashMap<String, usize>,
    all: usize,
    busiest_host: usize,
    busiest: usize,
}

/// Counts a request as long as it lives, also when it is dropped half way.
struct Running<'a>(&'a Net, HostKey);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut load = self.0.load.lock().unwrap();
        *load.running.get_mut(&self.1).unwrap() -= 1;
        load.all -= 1;
    }
}

impl Net {
    fn rest(&self, host: &HostKey) -> Option<Duration> {
        let rests = self.rests.lock().unwrap();
        rests
            .get(host)
            .map(|until| until.saturating_duration_since(Instant::now()))
            .filter(|rest| !rest.is_zero())
    }

    fn begin(&self, request: &FetchRequest) -> (Running<'_>, Call) {
        let host = HostKey::of(&request.url);
        let mut load = self.load.lock().unwrap();
        load.all += 1;
        let here = load.running.entry(host.clone()).or_default();
        *here += 1;
        let here = *here;
        load.busiest_host = load.busiest_host.max(here);
        load.busiest = load.busiest.max(load.all);
        let mut calls = self.calls.lock().unwrap();
        let url = request.url.to_string();
        let nth = load.asked.entry(url.clone()).or_default();
        *nth += 1;
        let nth = *nth;
        let (at, validators) = (self.began.elapsed(), request.validators.clone());
        let call = Call { at, url, purpose: request.purpose, validators, nth };
        calls.push(call.clone());
        (Running(self, host), call)
    }
}

impl Fetch for Net {
    fn fetch(&self, request: FetchRequest) -> Fetching<'_> {
        Box::pin(async move {
            let host = HostKey::of(&request.url);
            if let Some(left) = self.rest(&host) {
                return Err(FetchError {
                    kind: HOST_PAUSE.to_owned(),
                    url: request.url.to_string(),
                    message: "a pause".to_owned(),
                    status: None,
                    retry: Retry::Later(Some(left)),
                });
            }
            let (_running, call) = self.begin(&request);
            let answer = match (self.answer)(&call) {
                Reply::Never => std::future::pending().await,
                Reply::After(latency, answer) => {
                    tokio::time::sleep(latency).await;
                    *answer
                }
            };
            if let Err(FetchError { status: Some(429), retry: Retry::Later(Some(rest)), .. }) = &answer {
                self.rests.lock().unwrap().insert(host.clone(), Instant::now() + *rest);
                self.news.lock().unwrap().push(host);
            }
            answer
        })
    }

    fn pace(&self, host: &HostKey, _purpose: Purpose) -> Pace {
        let rest = self.rest(host).unwrap_or_default();
        Pace { wait: rest, rest, delay: Duration::ZERO }
    }

    fn tempers(&self) -> Vec<HostTemper> {
        let temper =
            |host: HostKey| HostTemper { rest: self.rest(&host).unwrap_or_default(), level: 1, host };
        std::mem::take(&mut *self.news.lock().unwrap()).into_iter().map(temper).collect()
    }

    fn recall(&self, tempers: Vec<HostTemper>) {
        let until = |temper: HostTemper| (temper.host, Instant::now() + temper.rest);
        // All that was only in memory is gone.
        *self.rests.lock().unwrap() = tempers.into_iter().map(until).collect();
    }

    fn wake(&self, host: &HostKey) {
        self.rests.lock().unwrap().remove(host);
    }

    /// Every form is accepted.
    fn post(&self, request: FormRequest) -> Posting<'_> {
        Box::pin(async move {
            self.posts.lock().unwrap().push((self.began.elapsed(), request));
            tokio::time::sleep(LATENCY).await;
            Ok(())
        })
    }
}

fn response(url: &str, body: &str) -> FetchResponse {
    FetchResponse {
        not_modified: false,
        url: url::Url::parse(url).unwrap(),
        permanent_url: None,
        validators: Validators::default(),
        content_type: None,
        links: Default::default(),
        fresh_for: None,
        body: body.as_bytes().to_vec(),
        cut: None,
        wire_bytes: body.len() as u64,
    }
}

fn answer(response: FetchResponse) -> Reply {
    Reply::After(LATENCY, Box::new(Ok(response)))
}

/// A feed document in answer to a call.
fn feed(call: &Call, body: &str) -> Reply {
    answer(response(&call.url, body))
}

fn refusal(call: &Call, status: u16, retry: Retry) -> Reply {
    let error = FetchError {
        kind: format!("http-{status}"),
        url: call.url.clone(),
        message: format!("the server answered {status}"),
        status: Some(status),
        retry,
    };
    Reply::After(LATENCY, Box::new(Err(error)))
}

/// An RSS document: `head` stands in the channel, items are (guid, link, title).
fn rss(head: &str, items: &[(&str, &str, &str)]) -> String {
    let items: String = items
        .iter()
        .map(|(guid, link, title)| {
            format!("<item><guid>{guid}</guid><link>{link}</link><title>{title}</title><description>About it.</description></item>")
        })
        .collect();
    format!("<rss version=\"2.0\"><channel><title>A feed</title>{head}{items}</channel></rss>")
}

/// A page with an article.
fn page_html(title: &str) -> String {
    let sentence =
        "The bridge over the harbour was opened to traffic again on Monday morning, said the mayor. ";
    let paragraphs: String = (0..6).map(|n| format!("<p>{n}. {}</p>", sentence.repeat(3))).collect();
    format!(
        "<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )
}

/// Settings from the text of a configuration file.
fn settings(toml: &str) -> Arc<Settings> {
    let inputs = config::Inputs {
        env: &|_| None,
        read: &|_| Err(std::io::ErrorKind::NotFound.into()),
        glob: &|_| Ok(vec![]),
        version: "0",
    };
    let text = format!("data_dir = \"/nowhere\"\n{toml}");
    let mut config =
        config::parse(&text, Path::new("o.toml"), &inputs).unwrap_or_else(|r| panic!("{text}\n{r}"));
    if !toml.contains("adaptive") {
        // Most of these tests count polls, and their sources publish little.
        for source in &mut config.sources {
            Arc::make_mut(&mut source.handling).max_interval = source.interval;
        }
    }
    Settings::new(config)
}

/// The table of a source at `https://NAME.example/feed` without pages.
fn plain_source(name: &str) -> String {
    format!("[sources.{name}]\nurl = \"https://{name}.example/feed\"\nfull_text = \"never\"\n")
}

/// An engine with all around it.
struct World {
    dir: TempDir,
    net: Arc<Net>,
    clock: Arc<TestClock>,
    engine: Arc<Engine>,
    events: Arc<Mutex<Vec<Event>>>,
}

impl World {
    async fn new(toml: &str, answer: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let began = Instant::now();
        let net = Net {
            began,
            answer: Box::new(answer),
            calls: Mutex::default(),
            posts: Mutex::default(),
            load: Mutex::default(),
            rests: Mutex::default(),
            news: Mutex::default(),
        };
        let (net, clock, events) =
            (Arc::new(net), Arc::new(TestClock(began, Mutex::default())), Arc::default());
        let engine = engine(&dir, settings(toml), &net, &clock, &events).await;
        Self { dir, net, clock, engine, events }
    }

    /// Lets the engine run for a while, then stops it.
    async fn run(&self, time: Duration) {
        let (engine, stop) = (self.engine.clone(), CancellationToken::new());
        let until = stop.clone();
        let task = tokio::spawn(async move { engine.run(until).await });
        tokio::time::sleep(time).await;
        stop.cancel();
        task.await.unwrap().unwrap();
    }

    /// Lets the engine run for a while, then ends it as a crash would.
    async fn crash_after(&self, time: Duration) {
        let engine = self.engine.clone();
        let task = tokio::spawn(async move { engine.run(CancellationToken::new()).await });
        tokio::time::sleep(time).await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }

    /// A new engine on the same store, as after a restart.
    async fn restart(&mut self, toml: &str) {
        self.engine.store().close().await;
        self.engine = engine(&self.dir, settings(toml), &self.net, &self.clock, &self.events).await;
    }

    fn calls(&self, url: &str) -> Vec<Call> {
        self.net.calls.lock().unwrap().iter().filter(|call| call.url == url).cloned().collect()
    }

    /// When an address was asked for, since the test began.
    fn times(&self, url: &str) -> Vec<Duration> {
        self.calls(url).iter().map(|call| call.at).collect()
    }

    /// Pauses between the requests for an address.
    fn gaps(&self, url: &str) -> Vec<Duration> {
        self.times(url).windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    fn forget_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }

    async fn entries(&self) -> Vec<StoredEntry> {
        let (now, window) = (self.clock.now(), Duration::from_hours(48));
        let selection = Selection {
            limit: 1000,
            window,
            max_per_source: None,
            wait: std::time::Duration::MAX,
            cluster: false,
            filter: Filter::default(),
            before: None,
        };
        self.engine.store().read(move |conn| store::merged(conn, now, &selection)).await.unwrap().entries
    }

    async fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> = self.entries().await.into_iter().map(|entry| entry.title).collect();
        titles.sort();
        titles
    }
}

async fn engine(
    dir: &TempDir,
    settings: Arc<Settings>,
    net: &Arc<Net>,
    clock: &Arc<TestClock>,
    events: &Arc<Mutex<Vec<Event>>>,
) -> Arc<Engine> {
    let store = Store::open(dir.path(), Role::Tool).unwrap();
    // The same jitter every time.
    let seed = "UPDATE meta SET value = 7 WHERE key = 'seed'";
    store.write(move |conn| conn.execute(seed, [])).await.unwrap();
    let events = events.clone();
    let observer = Arc::new(move |event: &Event| events.lock().unwrap().push(event.clone()));
    Engine::new(settings, store, net.clone(), clock.clone(), observer).await.unwrap()
}

/// Whether a pause is `expected` with the jitter that is allowed.
fn about(gap: Duration, expected: Duration) -> bool {
    gap >= expected && gap <= expected.mul_f64(1.1) + Duration::from_secs(2)
}
