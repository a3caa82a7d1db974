//! The engine: what all jobs share, and how they are run: for ever or once.

use super::event::{Event, Observer};
use super::ports::{Clock, Fetch};
use super::settings::Settings;
use super::websub::{self, Budget};
use super::{feeds, pages};
use crate::model::{HostFigures, Reason, SourceId};
use crate::schedule::LONGEST_REST;
use crate::store::{self, DuePage, Store, StoreError};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Lists of found pages that may wait for the page loop.
const FOUND: usize = 64;

/// Longest sleep of a loop, and its pause after the store failed.
pub(super) const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(60);

/// A page that is to be fetched, and the source that brought it.
pub(super) type Found = (DuePage, SourceId);

/// What all jobs share.
pub struct Engine {
    settings: RwLock<Arc<Settings>>,
    pub(super) store: Store,
    pub(super) fetch: Arc<dyn Fetch>,
    pub(super) clock: Arc<dyn Clock>,
    observer: Observer,
    /// Parsing and extracting use the processors, not the reactor's threads.
    cpu: Arc<Semaphore>,
    pub(super) seed: u64,
    /// When the loop that polls feeds last turned.
    turned: Mutex<Instant>,
    /// One page tree can be large: few at once, however many processors there are.
    pages_at_once: Semaphore,
    /// The sources changed; for the loop that polls feeds.
    pub(super) reloaded: Notify,
    /// And for the loop that fetches pages.
    pub(super) pages_changed: Notify,
    /// A hub is to be asked for something; for the loop that asks hubs.
    pub(super) hubs_changed: Notify,
    /// Sources whose due time is earlier than the loop that polls feeds knows.
    hurried: Mutex<HashSet<SourceId>>,
    pub(super) is_hurried: Notify,
    /// Pages that announcements found.
    announced_pages: Mutex<Vec<(DuePage, SourceId)>>,
    pub(super) pages_announced: Notify,
    /// How much announcements may cost.
    pub(super) budget: Budget,
}

/// What is polled by [`Engine::once`].
#[derive(Debug, Clone, Default)]
pub struct Once {
    /// These sources, due or not. Empty: what is due.
    pub sources: Vec<SourceId>,
    /// Everything (or everything named), also sources stopped by a 410.
    pub force: bool,
}

/// What a round brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sources that delivered.
    pub polled: usize,
    /// Of these: 304, or the same bytes as before.
    pub unchanged: usize,
    /// Sources that failed, with the reason.
    pub failed: BTreeMap<SourceId, Reason>,
    /// Sources that were due and whose hosts want to be left alone.
    pub postponed: BTreeMap<SourceId, Reason>,
    /// Sources whose document was cut or repaired.
    pub warnings: BTreeMap<SourceId, String>,
    /// New entries.
    pub new: usize,
    /// Changed entries.
    pub changed: usize,
    /// Pages whose text is used.
    pub full_text: usize,
    /// Pages that had no more than the feed.
    pub no_gain: usize,
    /// Pages that brought no article, by kind of reason.
    pub pages_failed: BTreeMap<String, usize>,
}

impl Tally {
    /// Adds one event.
    pub fn add(&mut self, event: &Event) {
        match event {
            Event::Polled { source, new, changed, unchanged, warning } => {
                self.polled += 1;
                self.unchanged += usize::from(*unchanged);
                self.new += new;
                self.changed += changed;
                if let Some(warning) = warning {
                    self.warnings.insert(source.clone(), warning.clone());
                }
            }
            Event::PollFailed { source, reason } => {
                self.failed.insert(source.clone(), reason.clone());
            }
            Event::PollPostponed { source, reason } => {
                self.postponed.insert(source.clone(), reason.clone());
            }
            Event::Scraped { used: true, .. } => self.full_text += 1,
            Event::Scraped { used: false, .. } => self.no_gain += 1,
            Event::ScrapeFailed { reason, .. } => {
                *self.pages_failed.entry(reason.kind.clone()).or_default() += 1;
            }
            Event::Announced { new, changed, .. } => {
                self.new += new;
                self.changed += changed;
            }
            Event::PagesFound(_) => {}
        }
    }
}

impl Engine {
    /// Puts an engine together and brings the sources of the configuration into the store.
    ///
    /// # Errors
    /// The store can't be written to.
    pub async fn new(
        settings: Arc<Settings>,
        store: Store,
        fetch: Arc<dyn Fetch>,
        clock: Arc<dyn Clock>,
        observer: Observer,
    ) -> Result<Arc<Self>, StoreError> {
        let (now, wanted) = (clock.now(), settings.clone());
        let (seed, tempers) = store
            .write(move |conn| {
                store::note_created(conn, now)?;
                store::heal_clock(conn, now)?;
                store::sync_sources(conn, now, wanted.wanted())?;
                store::settle_all(conn, now, |offer| websub::choose_again(&wanted, offer))?;
                Ok((store::seed(conn)?, store::remembered_hosts(conn, now, LONGEST_REST)?))
            })
            .await?;
        fetch.recall(tempers);
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Ok(Arc::new(Self {
            settings: RwLock::new(settings),
            store,
            fetch,
            clock,
            observer,
            cpu: Arc::new(Semaphore::new(processors)),
            seed,
            turned: Mutex::new(Instant::now()),
            pages_at_once: Semaphore::new(2),
            reloaded: Notify::new(),
            pages_changed: Notify::new(),
            hubs_changed: Notify::new(),
            hurried: Mutex::default(),
            is_hurried: Notify::new(),
            announced_pages: Mutex::default(),
            pages_announced: Notify::new(),
            budget: Budget::default(),
        }))
    }

    /// The configuration in force.
    pub fn settings(&self) -> Arc<Settings> {
        match self.settings.read() {
            Ok(settings) => settings.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// What went to which host since the start.
    pub fn host_figures(&self) -> Vec<HostFigures> {
        self.fetch.figures()
    }

    /// The store it works on.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Puts another configuration in force: new sources are polled at once, removed
    /// ones no more, the others go on undisturbed.
    ///
    /// # Errors
    /// The store can't be written to; the old configuration stays in force then.
    pub async fn reload(&self, settings: Arc<Settings>) -> Result<(), StoreError> {
        let (now, wanted) = (self.clock.now(), settings.clone());
        let sync = move |conn: &_| {
            store::sync_sources(conn, now, wanted.wanted())?;
            store::settle_all(conn, now, |offer| websub::choose_again(&wanted, offer))
        };
        self.store.write(sync).await?;
        match self.settings.write() {
            Ok(mut current) => *current = settings,
            Err(poisoned) => *poisoned.into_inner() = settings,
        }
        self.fetch.set_budgets(self.settings().config.budgets());
        // Kept for a loop that is busy at the moment.
        self.reloaded.notify_one();
        self.pages_changed.notify_one();
        self.hubs_changed.notify_one();
        Ok(())
    }

    /// Forgets what no feed has shown for the retention time, and what is too much.
    ///
    /// # Errors
    /// The store can't be written to.
    pub async fn prune(&self) -> Result<usize, StoreError> {
        let (now, retention) = (self.clock.now(), self.settings().config.store.retention);
        let mut all = 0;
        loop {
            match self.store.write(move |conn| store::prune(conn, now, retention)).await? {
                0 => break,
                some => all += some,
            }
        }
        Ok(all + self.prune_to_limit().await?)
    }

    /// Forgets what is more than `max_articles`.
    ///
    /// # Errors
    /// The store can't be written to.
    pub async fn prune_to_limit(&self) -> Result<usize, StoreError> {
        let Some(max) = self.settings().config.store.max_articles else { return Ok(0) };
        let mut all = 0;
        loop {
            let excess = self.store.read(move |conn| store::excess(conn, max)).await?;
            if excess.is_empty() {
                return Ok(all);
            }
            // In small commits, between which others have their turn.
            for seqs in excess.chunks(500) {
                let seqs = seqs.to_vec();
                all += self.store.write(move |conn| store::forget(conn, &seqs)).await?;
            }
        }
    }

    /// Polls and scrapes until `stop`; running jobs then have a few seconds to finish.
    ///
    /// # Errors
    /// The store can't be read at the start.
    pub async fn run(self: &Arc<Self>, stop: CancellationToken) -> Result<(), StoreError> {
        let (found, pages) = mpsc::channel(FOUND);
        let scope = feeds::Scope::Forever;
        // If one loop ends, so does the other: half an engine would go unnoticed.
        tokio::try_join!(
            feeds::run(self.clone(), scope, found.clone(), stop.clone()),
            websub::run(self.clone(), found, stop.clone()),
            pages::run(self.clone(), pages::Scope::Forever, pages, stop),
        )?;
        Ok(())
    }

    /// Polls once what is due (or named), scrapes the pages that are due now, and
    /// answers what came of it.
    ///
    /// # Errors
    /// The store can't be used.
    pub async fn once(self: &Arc<Self>, what: Once, stop: CancellationToken) -> Result<(), StoreError> {
        let (found, pages) = mpsc::channel::<Vec<Found>>(FOUND);
        let only: Option<HashSet<SourceId>> =
            (!what.sources.is_empty()).then(|| what.sources.iter().cloned().collect());
        tokio::try_join!(
            feeds::run(self.clone(), feeds::Scope::Once(what), found, stop.clone()),
            pages::run(self.clone(), pages::Scope::Once(only), pages, stop),
        )?;
        self.prune_to_limit().await?;
        Ok(())
    }

    /// Whether the loop that polls feeds still turns: it does at least once a minute.
    pub fn is_awake(&self) -> bool {
        self.turned.lock().is_ok_and(|turned| turned.elapsed() < 3 * LOOK_AGAIN)
    }

    /// The loop that polls feeds has turned.
    pub(super) fn turn(&self) {
        if let Ok(mut turned) = self.turned.lock() {
            *turned = Instant::now();
        }
    }

    /// A source's due time in the store has become earlier.
    pub(super) fn hurry(&self, source: SourceId) {
        locked(&self.hurried).insert(source);
        self.is_hurried.notify_one();
    }

    /// Makes a source due now, whatever pause it has.
    ///
    /// # Errors
    /// The store can't be written to.
    pub async fn poll_now(&self, source: SourceId) -> Result<(), StoreError> {
        let (now, id) = (self.clock.now(), source.clone());
        self.store.write(move |conn| store::want_now(conn, now, &id)).await?;
        self.hurry(source);
        Ok(())
    }

    /// The sources that [`Engine::hurry`] was told of.
    pub(super) fn take_hurried(&self) -> HashSet<SourceId> {
        std::mem::take(&mut *locked(&self.hurried))
    }

    /// Pages that an announcement found, for the loop that fetches them.
    pub(super) fn add_announced_pages(&self, source: &SourceId, pages: Vec<DuePage>) {
        if !pages.is_empty() {
            locked(&self.announced_pages).extend(pages.into_iter().map(|page| (page, source.clone())));
            self.pages_announced.notify_one();
        }
    }

    /// The pages that [`Engine::add_announced_pages`] was given.
    pub(super) fn take_announced_pages(&self) -> Vec<(DuePage, SourceId)> {
        std::mem::take(&mut *locked(&self.announced_pages))
    }

    /// As [`Engine::compute`], for article pages.
    pub(super) async fn compute_page<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let _place = self.pages_at_once.acquire().await.ok()?;
        self.compute(work).await
    }

    pub(super) fn tell(&self, event: &Event) {
        (self.observer)(event);
    }

    /// Runs work that needs a processor, not more of it at once than there are
    /// processors. A panic in it becomes `None`.
    pub async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let _turn = self.cpu.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()
    }

    /// How long until `due`, by the wall clock; never so long that a clock that is
    /// set meanwhile goes unnoticed.
    pub(super) fn until(&self, due: Option<Timestamp>) -> std::time::Duration {
        let Some(due) = due else { return LOOK_AGAIN };
        let left = due.duration_since(self.clock.now());
        // A little more than nothing: due times are whole milliseconds.
        std::time::Duration::try_from(left).unwrap_or_default().min(LOOK_AGAIN)
            + std::time::Duration::from_millis(1)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits a little for running jobs, then ends them: what they asked for will be
/// asked for again.
pub(super) async fn let_finish<T: 'static>(jobs: &mut tokio::task::JoinSet<T>) {
    const GRACE: std::time::Duration = std::time::Duration::from_secs(3);
    // After the time has passed, the rest is ended.
    let _ = tokio::time::timeout(GRACE, async { while jobs.join_next().await.is_some() {} }).await;
    jobs.shutdown().await;
}

/// Counts events; several observers may share it.
pub fn counted(tally: Arc<Mutex<Tally>>, then: Observer) -> Observer {
    Arc::new(move |event| {
        if let Ok(mut tally) = tally.lock() {
            tally.add(event);
        }
        then(event);
    })
}
