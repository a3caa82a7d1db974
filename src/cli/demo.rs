//! `offprint demo`: a newsstand and the daemon on it, on this machine alone.

use crate::app::{self, Daemon};
use crate::daemon::{Event, Observer, Once, Settings, Tally, counted};
use crate::html::to_text;
use crate::identity::{StripRules, canonical, web_address};
use crate::model::{FetchPolicy, FetchRequest, Purpose, Validators, one_line};
use crate::newsstand::{Expected, ExpectedEntry, Newsstand};
use crate::os::{self, Signals};
use anyhow::{Context, anyhow, bail, ensure};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// A new story appears this often.
const STORY_EVERY: Duration = Duration::from_secs(6);
/// `--once` gives up after this.
const PATIENCE: Duration = Duration::from_secs(55);

/// Everything at once.
pub(super) fn run(once: bool) -> anyhow::Result<()> {
    let folder = Folder::new()?;
    super::block_on(async {
        let stand = Newsstand::start(os::now()).await.context("cannot open the newsstand")?;
        let toml = stand.config_toml(&folder.0, "127.0.0.1:0");
        let config = app::parse_config(&toml, Path::new("the demo's configuration"))
            .map_err(|report| anyhow!("{report}"))?;
        let settings = Settings::new(config);
        if once {
            tokio::time::timeout(PATIENCE, check(&stand, settings))
                .await
                .context("took longer than a minute")?
        } else {
            show(&stand, settings).await
        }
    })
}

/// The daemon on the newsstand, until somebody stops it.
async fn show(stand: &Newsstand, settings: Arc<Settings>) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let daemon = Daemon::start(settings, Arc::new(tell)).await?;
    say(&format!(
        "A newsstand of {} invented papers is open, and Offprint polls it.\n\n\
         Status page   {}/\n\
         Merged feed   {}/feed.atom   (also /feed.rss and /feed.json)\n\n\
         A new story comes out every {} seconds. Stop with Ctrl-C.\n",
        stand.sites().len(),
        daemon.base,
        daemon.base,
        STORY_EVERY.as_secs()
    ));
    stand.publish_every(STORY_EVERY);
    signals.next().await;
    say("\nStopping.");
    tokio::select! {
        () = daemon.stop() => {}
        // A second signal: at once.
        _ = signals.next() => {}
    }
    Ok(())
}

/// What happens, a line each, 80 columns at most.
fn tell(event: &Event) {
    match event {
        Event::Polled { source, new, changed, .. } if new + changed > 0 => {
            let entries = if *new == 1 { "1 new entry".to_owned() } else { format!("{new} new entries") };
            let changed = if *changed > 0 { format!(", {changed} changed") } else { String::new() };
            say(&format!("{source:16} {entries}{changed}"));
        }
        Event::PollFailed { source, reason } => {
            say(&format!("{source:16} failed ({}); tried again later", reason.kind));
        }
        Event::Scraped { source, title, used: true } => {
            say(&format!("{source:16} full text: {}", one_line(title, 50)));
        }
        Event::ScrapeFailed { source, reason, .. } => {
            say(&format!("{source:16} no full text ({}); the feed's own is kept", reason.kind));
        }
        _ => {}
    }
}

/// A line on stdout; that nobody may be reading it any more is no fault.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// One round, then the merged feed is fetched and compared with what the papers printed.
async fn check(stand: &Newsstand, settings: Arc<Settings>) -> anyhow::Result<()> {
    let expected = stand.expected();
    let tally = Arc::new(Mutex::new(Tally::default()));
    let observer: Observer = counted(tally.clone(), Arc::new(tell));
    let engine = app::engine(settings.clone(), crate::store::Role::Tool, observer).await?;
    engine.once(Once::default(), CancellationToken::new()).await?;
    engine.store().close().await;
    let tally = tally.lock().map(|tally| tally.clone()).unwrap_or_default();
    let failing: Vec<String> = tally.failed.keys().map(ToString::to_string).collect();
    ensure!(failing == expected.failing, "failed: {failing:?}, but should have: {:?}", expected.failing);

    let daemon = Daemon::start(settings.clone(), Arc::new(|_| {})).await?;
    let feed = get(&settings, &format!("{}/feed.json", daemon.base)).await;
    for path in ["/feed.atom", "/feed.rss", "/", "/metrics"] {
        get(&settings, &format!("{}{path}", daemon.base)).await?;
    }
    daemon.stop().await;
    let feed: Value = serde_json::from_slice(&feed?).context("/feed.json is not JSON")?;
    let full = compare(&feed, &expected)?;
    say(&format!(
        "\nThe merged feed is right: {} articles, each once, {full} with the full text of their pages.",
        expected.entries.len()
    ));
    Ok(())
}

async fn get(settings: &Settings, url: &str) -> anyhow::Result<Vec<u8>> {
    let fetch = &settings.config.fetch;
    let policy = FetchPolicy {
        user_agent: fetch.user_agent.clone(),
        site_headers: Vec::new(),
        timeout: fetch.timeout,
        max_size: fetch.max_page_size,
        obey_robots: false,
        allow_private: true,
        allow_addresses: Vec::new(),
        credentials: None,
        proxy: None,
    };
    let request = FetchRequest {
        url: Url::parse(url)?,
        purpose: Purpose::Feed,
        validators: Validators::default(),
        policy: Arc::new(policy),
    };
    Ok(app::network(&settings.config).fetch(request).await?.body)
}

/// Compares the merged feed with what must be in it; answers how many texts came from pages.
fn compare(feed: &Value, expected: &Expected) -> anyhow::Result<usize> {
    let items = feed["items"].as_array().context("/feed.json has no items")?;
    ensure!(
        items.len() == expected.entries.len(),
        "{} entries instead of {}",
        items.len(),
        expected.entries.len()
    );
    let mut full = 0;
    for entry in &expected.entries {
        // By address: a link blog that came first has given the article a title of its own.
        let forms: Vec<_> =
            std::iter::once(&entry.url).chain(&entry.copies).map(|url| form(Some(url))).collect();
        let mut found = items.iter().filter(|item| forms.contains(&form(item["url"].as_str())));
        let item = found.next().with_context(|| format!("missing: {}", entry.title))?;
        ensure!(found.next().is_none(), "twice: {}", entry.title);
        full += usize::from(compare_entry(item, entry, expected)?);
    }
    Ok(full)
}

fn compare_entry(item: &Value, entry: &ExpectedEntry, expected: &Expected) -> anyhow::Result<bool> {
    let title = &entry.title;
    let html = item["content_html"].as_str().or(item["summary"].as_str()).unwrap_or_default();
    let text = folded(&to_text(html));
    for marker in &entry.markers {
        if text.contains(&folded(marker)) != entry.complete {
            bail!("{title}: the text should {}hold: {marker}", if entry.complete { "" } else { "not " });
        }
    }
    if let Some(junk) = expected.absent.iter().find(|junk| text.contains(&folded(junk))) {
        bail!("{title}: the text holds what is no part of it: {junk}");
    }
    let mut sources: Vec<&str> = item["_offprint"]["sources"]
        .as_array()
        .map(|sources| sources.iter().filter_map(|source| source["id"].as_str()).collect())
        .unwrap_or_default();
    let mut wanted: Vec<&str> = entry.sources.iter().map(String::as_str).collect();
    sources.sort_unstable();
    wanted.sort_unstable();
    let related = item["_offprint"]["related"].as_array().map_or(0, Vec::len);
    ensure!(
        related == entry.copies.len(),
        "{title}: {related} other places instead of {}",
        entry.copies.len()
    );
    ensure!(sources == wanted, "{title}: carried by {sources:?} instead of {wanted:?}");
    Ok(item["_offprint"]["full_text"].as_bool() == Some(true))
}

/// Addresses of one article have one form.
fn form(url: Option<&str>) -> Option<String> {
    web_address(url?).map(|url| canonical(&url, StripRules::default()).form)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A folder of its own that goes with the demo.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let name = format!("offprint-demo-{}-{}", std::process::id(), os::now_ms());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The system clears its temporary folder anyway.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
