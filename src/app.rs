//! Puts the program together: configuration → store → client → engine → server,
//! and takes it apart in the opposite order.

use crate::config::{Config, Inputs, Listen, Report};
use crate::daemon::{
    Clock, Engine, Fetch, Fetching, FormRequest, Observer, Posting, Press, Settings, announce,
};
use crate::http;
use crate::model::{EntryId, FetchRequest, HostBudgets, HostFigures, HostKey, HostTemper, Pace, Purpose};
use crate::os::{self, PassedSocket};
use crate::server::{
    self, Access, Announcement, Answering, Backend, Call, Edition, FeedRequest, Intent, Listener, Page,
    Paper, Printed, Reception, Rendered, Reply,
};
use crate::store::{self, Durability, Role, Store};
use anyhow::Context;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

mod api;
pub mod backup;
pub mod edit;
mod figures;
mod metrics;
mod pages;
mod reload;
mod search;
mod service;
mod site_rules;

pub use service::run;
pub use site_rules::{load_for_tool, settings, site_rules};

/// Version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// An orderly stop takes no longer.
const STOP_WITHIN: Duration = Duration::from_secs(8);
/// Who is well reads the store in this time.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

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

/// Reads a configuration for a command that does not serve, as if the file `changed` had
/// another text.
///
/// # Errors
/// Every mistake in it.
pub fn load_changed(main: &Path, changed: &Path, text: &str) -> Result<Config, Report> {
    with_inputs(|inputs| {
        let read = |path: &Path| match path == changed {
            true => Ok(text.as_bytes().to_vec()),
            false => (inputs.read)(path),
        };
        crate::config::load_for_tool(main, &Inputs { read: &read, ..*inputs })
    })
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

    fn pace(&self, host: &HostKey, purpose: Purpose) -> Pace {
        self.0.pace(host, purpose)
    }

    fn set_budgets(&self, budgets: HostBudgets) {
        self.0.set_budgets(budgets);
    }

    fn tempers(&self) -> Vec<HostTemper> {
        self.0.tempers()
    }

    fn recall(&self, tempers: Vec<HostTemper>) {
        self.0.recall(tempers);
    }

    fn wake(&self, host: &HostKey) {
        self.0.wake(host);
    }

    fn figures(&self) -> Vec<HostFigures> {
        self.0.figures()
    }

    fn post(&self, request: FormRequest) -> Posting<'_> {
        Box::pin(async move { self.0.post(&request.url, &request.fields, &request.policy).await })
    }
}

/// A client with the budgets of the configuration.
pub fn network(config: &Config) -> Arc<dyn Fetch> {
    let settings = http::Settings { concurrency: config.fetch.concurrency, budgets: config.budgets() };
    Arc::new(Network(http::Client::new(settings, Arc::new(os::now))))
}

/// Opens the store and puts an engine on it.
///
/// # Errors
/// The store can't be opened or written to.
pub async fn engine(settings: Arc<Settings>, role: Role, observer: Observer) -> anyhow::Result<Arc<Engine>> {
    let durability =
        if settings.config.store.full_durability { Durability::Full } else { Durability::Normal };
    let folder = settings.config.data_dir.clone();
    // Opening may wait for a migration, or for another program: signals must not.
    let store = tokio::task::spawn_blocking(move || Store::open_with(&folder, role, durability)).await??;
    if role == Role::Tool && store.has_daemon() {
        // Its sources are the daemon's: a tool must not move or stop them under it.
        let wanted = settings.clone();
        let same = store.read(move |conn| store::is_synced(conn, wanted.wanted())).await?;
        anyhow::ensure!(
            same,
            "a daemon is running on {} with other sources than {}; let it read the file first (kill -HUP)",
            settings.config.data_dir.display(),
            settings.config.file.display()
        );
    }
    let fetch = network(&settings.config);
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
    servers: Vec<JoinHandle<()>>,
}

impl Daemon {
    /// Binds the socket, opens the store, starts polling and serving. When this
    /// returns, it is ready.
    ///
    /// # Errors
    /// The address is taken, or the store can't be opened.
    pub async fn start(settings: Arc<Settings>, observer: Observer) -> anyhow::Result<Self> {
        Self::start_on(settings, observer, Vec::new()).await
    }

    /// The same on sockets that listen already, if there are any.
    async fn start_on(
        settings: Arc<Settings>,
        observer: Observer,
        sockets: Vec<PassedSocket>,
    ) -> anyhow::Result<Self> {
        let listeners = match sockets.is_empty() {
            true => vec![bind(&settings.config.server.listen).await?],
            false => taken_over(sockets)?,
        };
        let base = base(&listeners);
        let engine = engine(settings, Role::Daemon, observer).await?;
        // Before the first poll: the last one is what the clock is checked against.
        let pruned = engine.prune().await?;
        tracing::debug!(entries.pruned = pruned, "store.pruned");
        let stop = CancellationToken::new();
        let press = Arc::new(Press::new(engine.clone(), base.clone()));
        let served = Arc::new(Served { press: press.clone(), figures: figures::Figures::default() });
        let serve = |listener| tokio::spawn(server::serve(listener, served.clone(), stop.clone()));
        let servers = listeners.into_iter().map(serve).collect();
        let (polling, until) = (engine.clone(), stop.clone());
        let jobs = tokio::spawn(async move {
            let telling = until.clone();
            tokio::join!(polling.run(until), announce(&press, telling)).0
        });
        Ok(Self { engine, base, stop, jobs, servers })
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
        for server in self.servers {
            // It ends by itself; how is of no use to anybody any more.
            let _ = server.await;
        }
        self.engine.store().close().await;
    }

    /// Whether polling has ended by itself, which it should not.
    pub fn has_died(&self) -> bool {
        self.jobs.is_finished() || self.servers.iter().any(JoinHandle::is_finished)
    }
}

async fn bind(listen: &Listen) -> anyhow::Result<Listener> {
    Ok(match listen {
        Listen::Tcp(address) => Listener::tcp(address).await?,
        Listen::Unix(path) => Listener::unix(path).await?,
    })
}

fn taken_over(sockets: Vec<PassedSocket>) -> anyhow::Result<Vec<Listener>> {
    tracing::info!(sockets = sockets.len(), "server.sockets_passed: server.listen is not used");
    let listener = |socket| match socket {
        PassedSocket::Tcp(socket) => Listener::from_tcp(socket),
        PassedSocket::Unix(socket) => Listener::from_unix(socket),
    };
    sockets.into_iter().map(|socket| listener(socket).context("cannot use a passed socket")).collect()
}

/// Where readers on this machine get to the server, without a slash at the end.
fn base(listeners: &[Listener]) -> String {
    let bound = listeners.iter().find_map(Listener::address);
    bound.map_or_else(|| "http://localhost".to_owned(), |address| format!("http://{address}"))
}

/// Whether the scheduler turns and the store can be read; if not, what is wrong.
async fn answers(engine: &Engine) -> Result<(), String> {
    if !engine.is_awake() {
        return Err("the scheduler does not answer".to_owned());
    }
    let answer = tokio::time::timeout(ANSWERS_WITHIN, engine.store().ping()).await;
    answer.map_err(|_| "the database does not answer".to_owned())?.map_err(|error| error.to_string())
}

/// The press and the figures as the server wants them.
struct Served {
    press: Arc<Press>,
    figures: figures::Figures,
}

impl Backend for Served {
    fn feed(&self, request: FeedRequest) -> Answering<'_, Edition> {
        Box::pin(async move { self.press.feed(request).await.map_err(|error| error.to_string()) })
    }

    fn call(&self, call: Call) -> Answering<'_, Reply> {
        Box::pin(async move { api::answer(self, call).await.map_err(|error| error.to_string()) })
    }

    fn paper(&self, id: EntryId, format: Paper) -> Answering<'_, Option<Arc<Rendered>>> {
        Box::pin(async move { self.press.paper(id, format).await.map_err(|error| error.to_string()) })
    }

    fn subscriptions(&self) -> Answering<'_, Arc<Rendered>> {
        Box::pin(async move { self.press.subscriptions().await.map_err(|error| error.to_string()) })
    }

    fn page(&self, page: Page) -> Answering<'_, Printed> {
        Box::pin(async move { pages::print(self, page).await.map_err(|error| error.to_string()) })
    }

    fn notices(&self) -> Answering<'_, Arc<Rendered>> {
        Box::pin(async move { self.press.notices().await.map_err(|error| error.to_string()) })
    }

    fn metrics(&self) -> Answering<'_, String> {
        Box::pin(async move {
            let (engine, now) = (self.press.engine(), os::now());
            let figures = self.figures.at(engine.store(), &engine.settings(), now).await;
            figures
                .map(|figures| metrics::text(&figures, &engine.host_figures(), now))
                .map_err(|error| error.to_string())
        })
    }

    fn ready(&self) -> Answering<'_, ()> {
        Box::pin(answers(self.press.engine()))
    }

    fn hub_asks(&self, token: String, intent: Intent) -> Answering<'_, bool> {
        let engine = self.press.engine();
        Box::pin(async move { engine.hub_asks(&token, intent).await.map_err(|error| error.to_string()) })
    }

    fn announcement_limit(&self, token: String) -> Answering<'_, Option<u64>> {
        let engine = self.press.engine();
        Box::pin(async move { engine.announcement_limit(&token).await.map_err(|error| error.to_string()) })
    }

    fn announced(&self, token: String, announcement: Announcement) -> Answering<'_, Reception> {
        let engine = self.press.engine();
        Box::pin(
            async move { engine.announced(&token, announcement).await.map_err(|error| error.to_string()) },
        )
    }

    fn access(&self) -> Access {
        let settings = self.press.engine().settings();
        let server = &settings.config.server;
        Access { token: server.token, metrics: server.metrics, status_page: server.status_page }
    }
}
