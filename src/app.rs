//! Puts the program together: configuration → store → client → engine → server,
//! and takes it apart in the opposite order.

use crate::config::{Config, Fetch as FetchConfig, Inputs, Listen, Report};
use crate::daemon::{Clock, Engine, Fetch, Fetching, Observer, Press, Settings};
use crate::http;
use crate::model::FetchRequest;
use crate::os::{self, Signal, Signals};
use crate::server::{self, Answering, Backend, Format, Listener, Rendered};
use crate::store::{self, Role, Store};
use anyhow::Context;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

mod front_page;
mod metrics;
mod site_rules;

pub use site_rules::{settings, site_rules};

/// Version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Time between two looks for what can be forgotten.
const PRUNE_EVERY: Duration = Duration::from_hours(24);
/// An orderly stop takes no longer.
const STOP_WITHIN: Duration = Duration::from_secs(8);

/// Reads and checks a configuration file with the real environment.
///
/// # Errors
/// Every mistake in it.
pub fn load_config(file: &Path) -> Result<Config, Report> {
    with_inputs(|inputs| crate::config::load(file, inputs))
}

/// Checks a configuration that is text; `file` is its name in messages.
///
/// # Errors
/// Every mistake in it.
pub fn parse_config(text: &str, file: &Path) -> Result<Config, Report> {
    with_inputs(|inputs| crate::config::parse(text, file, inputs))
}

fn with_inputs<T>(work: impl FnOnce(&Inputs<'_>) -> T) -> T {
    // A little more than is accepted, so that a longer file is recognised as such.
    const ENOUGH: u64 = (10 << 20) + 1;
    let read = |path: &Path| {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(ENOUGH).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let find = |pattern: &str| -> Result<Vec<PathBuf>, String> {
        let paths = glob::glob(pattern).map_err(|error| error.to_string())?;
        paths.collect::<Result<_, _>>().map_err(|error| error.to_string())
    };
    let env = |name: &str| std::env::var(name).ok();
    work(&Inputs { env: &env, read: &read, glob: &find, version: VERSION })
}

/// The real clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> jiff::Timestamp {
        os::now()
    }
}

/// The real network.
struct Network(http::Client);

impl Fetch for Network {
    fn fetch(&self, request: FetchRequest) -> Fetching<'_> {
        Box::pin(self.0.fetch(request))
    }
}

/// A client with the budgets of the configuration.
pub fn network(fetch: &FetchConfig) -> Arc<dyn Fetch> {
    let settings = http::Settings {
        concurrency: fetch.concurrency,
        per_host: fetch.per_host,
        host_delay: fetch.host_delay,
    };
    Arc::new(Network(http::Client::new(settings, Arc::new(os::now))))
}

/// Opens the store and puts an engine on it.
///
/// # Errors
/// The store can't be opened or written to.
pub async fn engine(settings: Arc<Settings>, role: Role, observer: Observer) -> anyhow::Result<Arc<Engine>> {
    let store = Store::open(&settings.config.data_dir, role)?;
    if role == Role::Tool && store.has_daemon() {
        // Its sources are the daemon's: a tool must not move or stop them under it.
        let wanted = settings.wanted();
        let same = store.read(move |conn| store::is_synced(conn, &wanted)).await?;
        anyhow::ensure!(
            same,
            "a daemon is running on {} with other sources than {}; let it read the file first (kill -HUP)",
            settings.config.data_dir.display(),
            settings.config.file.display()
        );
    }
    let fetch = network(&settings.config.fetch);
    Ok(Engine::new(settings, store, fetch, Arc::new(SystemClock), observer).await?)
}

/// A running daemon.
pub struct Daemon {
    /// What polls and scrapes.
    pub engine: Arc<Engine>,
    /// Address of the server, without a slash at the end.
    pub base: String,
    stop: CancellationToken,
    jobs: JoinHandle<Result<(), store::StoreError>>,
    server: JoinHandle<()>,
}

impl Daemon {
    /// Binds the socket, opens the store, starts polling and serving. When this
    /// returns, it is ready.
    ///
    /// # Errors
    /// The address is taken, or the store can't be opened.
    pub async fn start(settings: Arc<Settings>, observer: Observer) -> anyhow::Result<Self> {
        let (listener, base) = bind(&settings.config.server.listen).await?;
        let engine = engine(settings, Role::Daemon, observer).await?;
        // Before the first poll: the last one is what the clock is checked against.
        let pruned = engine.prune().await?;
        tracing::debug!(entries.pruned = pruned, "store.pruned");
        let stop = CancellationToken::new();
        let press = Press::new(engine.clone(), base.clone());
        let server = tokio::spawn(server::serve(listener, Arc::new(Served(press)), stop.clone()));
        let (polling, until) = (engine.clone(), stop.clone());
        let jobs = tokio::spawn(async move { polling.run(until).await });
        Ok(Self { engine, base, stop, jobs, server })
    }

    /// Stops polling, then serving, then writing. Takes a few seconds at most: what
    /// hangs then (a database that another program holds, say) ends with the process.
    pub async fn stop(self) {
        if tokio::time::timeout(STOP_WITHIN, self.stop_all()).await.is_err() {
            tracing::warn!("daemon.stopped_without_waiting");
        }
    }

    async fn stop_all(self) {
        self.stop.cancel();
        if let Ok(Err(error)) = self.jobs.await {
            tracing::error!(error.message = %error, "daemon.failed");
        }
        // It ends by itself; how is of no use to anybody any more.
        let _ = self.server.await;
        self.engine.store().close().await;
    }

    /// Whether polling has ended by itself, which it should not.
    pub fn has_died(&self) -> bool {
        self.jobs.is_finished() || self.server.is_finished()
    }
}

async fn bind(listen: &Listen) -> anyhow::Result<(Listener, String)> {
    Ok(match listen {
        Listen::Tcp(address) => {
            let listener = Listener::tcp(address).await?;
            let bound = listener.address().map_or_else(|| address.clone(), |address| address.to_string());
            (listener, format!("http://{bound}"))
        }
        Listen::Unix(path) => (Listener::unix(path).await?, "http://localhost".to_owned()),
    })
}

/// Runs the daemon until a signal ends it.
///
/// # Errors
/// It can't be started, or polling died.
pub async fn run(settings: Arc<Settings>) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("cannot listen for signals")?;
    let file = settings.config.file.clone();
    let daemon = Daemon::start(settings, Arc::new(|_| {})).await?;
    tracing::info!(server.address = %daemon.base, sources = daemon.engine.settings().config.sources.len(), "daemon.ready");
    os::ready();
    let mut housekeeping = tokio::time::interval(PRUNE_EVERY);
    housekeeping.reset();
    let mut pulse = tokio::time::interval(Duration::from_secs(10));
    loop {
        tokio::select! {
            signal = signals.next() => match signal {
                Signal::Stop => break,
                // Jobs of their own: a database that is busy must not keep signals waiting.
                Signal::Reload => drop(tokio::spawn(reload(daemon.engine.clone(), file.clone()))),
            },
            _ = housekeeping.tick() => drop(tokio::spawn(prune(daemon.engine.clone()))),
            _ = pulse.tick() => if daemon.has_died() { break },
        }
    }
    tracing::info!("daemon.stopping");
    os::stopping();
    let died = daemon.has_died();
    tokio::select! {
        () = daemon.stop() => {}
        _ = signals.next() => tracing::warn!("daemon.stopped_at_once"),
    }
    anyhow::ensure!(!died, "polling or serving ended by itself; see the log");
    Ok(())
}

async fn prune(engine: Arc<Engine>) {
    if let Err(error) = engine.prune().await {
        tracing::error!(error.message = %error, "store.prune_failed");
    }
}

/// Reads the configuration again. One with mistakes, or with changes that need a
/// restart, changes nothing.
async fn reload(engine: Arc<Engine>, file: PathBuf) {
    // Files may lie where reading takes its time.
    let Ok(loaded) = tokio::task::spawn_blocking(move || load_config(&file)).await else { return };
    let config = match loaded {
        Ok(config) => config,
        Err(report) => {
            for mistake in report.mistakes() {
                tracing::error!(mistake = %mistake, "reload.refused");
            }
            return;
        }
    };
    if let Some(key) = needs_restart(&engine.settings().config, &config) {
        tracing::error!(key, "reload.refused: this key can't change while the daemon runs; restart it");
        return;
    }
    let sources = config.sources.len();
    let settings = match tokio::task::spawn_blocking(move || settings(config)).await {
        Ok(Ok(settings)) => settings,
        Ok(Err(error)) => {
            tracing::error!(error.message = %format_args!("{error:#}"), "reload.refused");
            return;
        }
        Err(_) => return,
    };
    match engine.reload(settings).await {
        Ok(()) => tracing::info!(sources, "reload.done"),
        Err(error) => tracing::error!(error.message = %error, "reload.refused"),
    }
}

fn needs_restart(old: &Config, new: &Config) -> Option<&'static str> {
    let (a, b) = (&old.fetch, &new.fetch);
    [
        ("data_dir", old.data_dir != new.data_dir),
        ("server.listen", old.server != new.server),
        ("fetch.concurrency", a.concurrency != b.concurrency),
        ("fetch.per_host", a.per_host != b.per_host),
        ("fetch.host_delay", a.host_delay != b.host_delay),
    ]
    .into_iter()
    .find_map(|(key, changed)| changed.then_some(key))
}

/// The press as the server wants it.
struct Served(Press);

impl Backend for Served {
    fn feed(&self, format: Format) -> Answering<'_, Arc<Rendered>> {
        Box::pin(async move { self.0.feed(format).await.map_err(|error| error.to_string()) })
    }

    fn front_page(&self) -> Answering<'_, String> {
        Box::pin(async move { front_page::render(&self.0).await.map_err(|error| error.to_string()) })
    }

    fn metrics(&self) -> Answering<'_, String> {
        Box::pin(async move {
            let figures = self.0.engine().store().read(store::figures).await;
            figures.map(|figures| metrics::text(&figures, os::now())).map_err(|error| error.to_string())
        })
    }

    fn ready(&self) -> Answering<'_, ()> {
        let engine = self.0.engine();
        let store = engine.store();
        Box::pin(async move {
            if !engine.is_awake() {
                return Err("the scheduler does not answer".to_owned());
            }
            let answer = tokio::time::timeout(Duration::from_secs(5), store.read(store::ping)).await;
            answer.map_err(|_| "the database does not answer".to_owned())?.map_err(|error| error.to_string())
        })
    }
}
