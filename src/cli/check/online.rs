//! `offprint check --online`: every source once, and what is there.

use crate::app;
use crate::article::{self, Hints, Page, Rules, Verdict};
use crate::cli::columns;
use crate::config::{Config, FullText, Source, SourceKind};
use crate::daemon::{Fetch, Settings, without_credentials};
use crate::feed::{self, Limits, ParseError, Sitemap, SitemapLink};
use crate::health::{ago, counted};
use crate::html::to_text;
use crate::model::{
    FeedDocument, FeedEntry, FetchPolicy, FetchRequest, FetchResponse, Purpose, Validators, one_line,
};
use crate::os;
use anyhow::bail;
use std::sync::Arc;
use tokio::task::JoinSet;
use url::Url;

/// Tries every source, as many at once as the budgets allow; nothing is stored.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let network = app::network(&config);
    let settings = Settings::new(config);
    let mut jobs = JoinSet::new();
    for source in settings.config.sources.iter().filter(|source| source.enabled) {
        let attempt = Attempt {
            network: network.clone(),
            feed_policy: settings.feed_policy(source),
            page_policy: settings.page_policy(source, &source.url),
            source: source.clone(),
        };
        jobs.spawn(async move { (attempt.source.id.clone(), attempt.run().await) });
    }
    let mut results = Vec::new();
    while let Some(done) = jobs.join_next().await {
        results.push(done?);
    }
    results.sort_by(|(a, _), (b, _)| a.cmp(b));
    let failed = results.iter().filter(|(_, result)| result.is_err()).count();
    for (id, result) in results {
        match result {
            Ok(lines) => {
                let mut block = format!("{id}\n");
                for line in lines {
                    for part in columns::wrapped(&line, "  ", columns::available()) {
                        block.push_str(&part);
                        block.push('\n');
                    }
                }
                crate::cli::input::print(&block)?;
            }
            Err(reason) => eprintln!("{id}: {reason}"),
        }
    }
    if failed > 0 {
        bail!("{} failed", counted(failed, "source"));
    }
    Ok(())
}

/// One source being tried.
struct Attempt {
    network: Arc<dyn Fetch>,
    source: Source,
    feed_policy: Arc<FetchPolicy>,
    page_policy: Arc<FetchPolicy>,
}

/// What an address led to.
enum There {
    Feed(Box<FeedDocument>),
    /// An HTML page that names a feed.
    Link(Url),
    Index(Vec<SitemapLink>),
}

impl Attempt {
    /// What was found, a line each; the reason if it can't be used.
    async fn run(&self) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        let (mut response, mut there) = self.look(&self.source.url).await?;
        if let There::Link(link) = there {
            lines.push(format!(
                "a page that names the feed {}; that one is polled",
                without_credentials(&link)
            ));
            (response, there) = self.look(&link).await?;
        }
        let first = notes(&response);
        if let There::Index(links) = there {
            lines.push(format!("an index of {}", counted(links.len(), "sitemap")));
            let Some(newest) = newest(&links) else { return Ok(lines) };
            lines.push(format!("its newest is {}", without_credentials(&newest)));
            (_, there) = self.look(&newest).await?;
        }
        let There::Feed(document) = there else {
            return Err(format!("{}: leads on and on", without_credentials(&response.url)));
        };
        lines.insert(0, head(&document));
        lines.extend(first);
        let hubs = response.links.hubs.iter().chain(&document.links.hubs);
        let mut hubs: Vec<String> = hubs.map(|hub| one_line(hub, 200)).collect();
        hubs.dedup();
        if !hubs.is_empty() {
            lines.push(format!("hub: {}", hubs.join(", ")));
        }
        for warning in document.warnings.iter().take(3) {
            let line = warning.line.map_or_else(String::new, |line| format!("line {line}: "));
            lines.push(format!("repaired: {line}{}", one_line(&warning.message, 200)));
        }
        lines.extend(self.text(&document).await);
        Ok(lines)
    }

    async fn ask(&self, url: &Url, purpose: Purpose) -> Result<FetchResponse, crate::model::FetchError> {
        let policy = if purpose == Purpose::Page { &self.page_policy } else { &self.feed_policy };
        let validators = Validators::default();
        let request = FetchRequest { url: url.clone(), purpose, validators, policy: policy.clone() };
        self.network.fetch(request).await
    }

    async fn look(&self, url: &Url) -> Result<(FetchResponse, There), String> {
        let purpose = if self.source.kind == SourceKind::Feed { Purpose::Feed } else { Purpose::Listing };
        let response = self.ask(url, purpose).await.map_err(|error| error.to_string())?;
        let kind = self.source.kind.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let there = read(&kind, &response);
            (response, there)
        });
        let (response, there) = reading.await.map_err(|_| "reading it failed".to_owned())?;
        let there = there.map_err(|error| format!("{}: {error}", without_credentials(&response.url)))?;
        Ok((response, there))
    }

    /// How much text the source itself has, and what the page of its newest entry gives.
    async fn text(&self, document: &FeedDocument) -> Vec<String> {
        let own = own_text(document);
        let mut lines = vec![own.map_or_else(
            || "its entries have no text of their own".to_owned(),
            |chars| format!("its own text: {} an entry", counted(chars, "character")),
        )];
        if self.source.full_text == FullText::Never {
            lines.push("full_text = \"never\": its pages are not fetched".to_owned());
            return lines;
        }
        let Some((entry, url)) = newest_page(&document.entries) else { return lines };
        lines.push(match self.ask(&url, Purpose::Page).await {
            Err(error) if error.kind == "robots" => {
                format!("robots.txt closes its pages: {}", one_line(&error.message, 200))
            }
            Err(error) => format!("the page of its newest entry: {error}"),
            Ok(response) => {
                let source = self.source.clone();
                let entry = entry.clone();
                tokio::task::spawn_blocking(move || page(&source, &entry, &response))
                    .await
                    .unwrap_or_else(|_| "the page of its newest entry could not be read".to_owned())
            }
        });
        lines
    }
}

fn read(kind: &SourceKind, response: &FetchResponse) -> Result<There, ParseError> {
    let (body, content_type, url) = (&response.body, response.content_type.as_deref(), &response.url);
    let limits = Limits::default();
    let document = match kind {
        SourceKind::Page(items) => feed::read_items(body, content_type, url, items, &limits)?,
        SourceKind::Sitemap => match feed::read_sitemap(body, content_type, url, &limits)? {
            Sitemap::Index(links) => return Ok(There::Index(links)),
            Sitemap::Pages(document) => *document,
        },
        SourceKind::Feed => match feed::parse(body, content_type, url, &limits) {
            Err(ParseError::Html { feed_link: Some(link) }) => return Ok(There::Link(link)),
            read => read?,
        },
    };
    Ok(There::Feed(Box::new(document)))
}

/// Dialect, title, number of entries, the newest one.
fn head(document: &FeedDocument) -> String {
    let title =
        document.title.as_deref().map_or_else(|| "(no title)".to_owned(), |title| one_line(title, 100));
    let now = os::now();
    let dates = document.entries.iter().filter_map(|entry| entry.published.or(entry.updated));
    let newest = match (dates.filter(|date| *date <= now).max(), document.entries.is_empty()) {
        (Some(date), _) => format!(", the newest {}", ago(now, date)),
        (None, true) => String::new(),
        (None, false) => ", without dates".to_owned(),
    };
    format!("{}, {title}, {}{newest}", document.kind.name(), counted(document.entries.len(), "entry"))
}

/// What the answer itself says: where it came from, and whether it can be asked for conditionally.
fn notes(response: &FetchResponse) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(url) = &response.permanent_url {
        lines.push(format!("moved for good to {}; edit url", without_credentials(url)));
    }
    if let Some(cut) = &response.cut {
        lines.push(format!("incomplete: {}", one_line(cut, 200)));
    }
    let validators = &response.validators;
    lines.push(match (&validators.etag, &validators.last_modified) {
        (None, None) => "no validators: every poll transfers all of it".to_owned(),
        (Some(_), None) => "validators: ETag".to_owned(),
        (None, Some(_)) => "validators: Last-Modified".to_owned(),
        (Some(_), Some(_)) => "validators: ETag and Last-Modified".to_owned(),
    });
    lines
}

fn newest(links: &[SitemapLink]) -> Option<Url> {
    let date = |link: &&SitemapLink| link.lastmod.as_deref().and_then(feed::parse_date);
    links.iter().max_by_key(date).map(|link| link.url.clone())
}

/// Characters of text of a middling entry; `None` if none has any.
fn own_text(document: &FeedDocument) -> Option<usize> {
    let length = |entry: &FeedEntry| {
        let html = entry.content.as_deref().or(entry.summary.as_deref())?;
        Some(to_text(html).chars().count()).filter(|&chars| chars > 0)
    };
    let mut lengths: Vec<usize> = document.entries.iter().take(50).filter_map(length).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied()
}

/// The newest entry that has a page.
fn newest_page(entries: &[FeedEntry]) -> Option<(&FeedEntry, Url)> {
    let page = |entry: &FeedEntry| {
        let url = Url::parse(entry.link.as_deref()?).ok()?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    };
    let dated = entries.iter().all(|entry| entry.published.or(entry.updated).is_some());
    let with_pages = entries.iter().filter_map(|entry| Some((entry, page(entry)?)));
    // Of those with the same date, or without any, the first one.
    with_pages.rev().max_by_key(|(entry, _)| if dated { entry.published.or(entry.updated) } else { None })
}

/// Whether the page of an entry gives more than the source itself.
fn page(source: &Source, entry: &FeedEntry, response: &FetchResponse) -> String {
    let own = entry.content.as_deref().or(entry.summary.as_deref());
    let page =
        Page { bytes: &response.body, content_type: response.content_type.as_deref(), url: &response.url };
    let hints = Hints {
        title: entry.title.clone().filter(|_| !entry.makeshift_title),
        summary: own.map(str::to_owned),
        ..Hints::default()
    };
    let rules = Rules {
        content_selector: source.content_selector.clone(),
        remove_selectors: source.remove_selectors.clone(),
        ..Rules::default()
    };
    let extraction = match article::extract(&page, &hints, &rules) {
        Ok(extraction) => extraction,
        Err(error) => return format!("the page of its newest entry gives no article: {error}"),
    };
    let chars = counted(extraction.article.text.chars().count(), "character");
    match article::better_than_feed(&extraction.article, own) {
        verdict if verdict.replaces() => format!("the page of its newest entry gives the full text: {chars}"),
        Verdict::Wall => "the page of its newest entry is a wall, an error page or a shell".to_owned(),
        Verdict::Unrelated => "the page of its newest entry is about something else".to_owned(),
        _ => format!("its own text is complete: the page of its newest entry gives no more ({chars})"),
    }
}
