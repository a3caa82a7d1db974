//! One attempt at one article page: request, extract, decide, one commit.

use super::engine::Engine;
use super::event::Event;
use crate::article::{self, Hints, Page, Rules, SiteBlocks, Verdict};
use crate::config::Source;
use crate::health::TextPrint;
use crate::identity::{StripRules, clean_link, page_keys, titles_agree, url_key};
use crate::model::{
    Article, FetchError, FetchRequest, FetchResponse, HostKey, Purpose, Reason, Retry, Validators, one_line,
};
use crate::schedule::retry_page;
use crate::store::{self, Alias, ClaimedPage, DuePage, PageOutcome, PageRecord};
use std::sync::Arc;
use url::Url;

/// A longer text, in bytes of HTML, is no article: it would make the merged feed unusable.
const MAX_ARTICLE: usize = 1 << 20;

/// Fetches one claimed page and stores what came of it. Answers when to try again, if ever.
pub(super) async fn scrape(engine: Arc<Engine>, page: ClaimedPage) -> Option<DuePage> {
    let settings = engine.settings();
    let source = settings.source(&page.source)?.clone();
    let outcome = match fetch(&engine, &source, &page, settings.page_policy(&source)).await {
        Ok(response) => {
            let site = site_blocks(&engine, &response.url).await;
            extract(&engine, source, page.clone(), response, site).await
        }
        Err(error) => failed(&engine, &page, &error),
    };
    let again = match &outcome {
        PageOutcome::Failed { retry: Some(due), .. } => {
            Some(DuePage { seq: page.seq, url: page.url.clone(), due: *due })
        }
        _ => None,
    };
    let event = event(&page, &outcome);
    let record = PageRecord { seq: page.seq, now: engine.clock.now(), outcome };
    match engine.store.write(move |conn| store::record_page(conn, &record)).await {
        Ok(()) => report(&engine, &event),
        // The claim has stored a later attempt already.
        Err(error) => tracing::error!(entry.seq = page.seq, error.message = %error, "scrape.not_stored"),
    }
    again
}

async fn fetch(
    engine: &Engine,
    source: &Source,
    page: &ClaimedPage,
    policy: Arc<crate::model::FetchPolicy>,
) -> Result<FetchResponse, FetchError> {
    let unusable = |message: String| FetchError {
        kind: "url".to_owned(),
        url: page.url.clone(),
        message,
        status: None,
        retry: Retry::Permanent,
    };
    let mut url = Url::parse(&page.url).map_err(|error| unusable(format!("not an address: {error}")))?;
    // Pages of the feed's own origin may need the same log-in.
    if url.origin() == source.url.origin() {
        // Both fail only for addresses that can't have credentials.
        let _ = url.set_username(source.url.username());
        let _ = url.set_password(source.url.password());
    }
    let request = FetchRequest { url, purpose: Purpose::Page, validators: Validators::default(), policy };
    let response = engine.fetch.fetch(request).await?;
    match response.cut {
        // Half an article is worse than the feed's own text.
        Some(cut) => Err(FetchError {
            kind: "cut".to_owned(),
            url: page.url.clone(),
            message: cut,
            status: None,
            retry: Retry::Later(None),
        }),
        None => Ok(response),
    }
}

fn failed(engine: &Engine, page: &ClaimedPage, error: &FetchError) -> PageOutcome {
    let retry = match error.retry {
        Retry::Later(asked) => retry_page(engine.clock.now(), page.attempts, asked, (engine.seed, page.seq)),
        Retry::Permanent | Retry::Gone => None,
    };
    PageOutcome::Failed { reason: Reason::new(error.kind.clone(), &error.to_string()), retry }
}

/// What the host of a page prints on all of them. Without it the page is read all the same.
async fn site_blocks(engine: &Engine, url: &Url) -> SiteBlocks {
    let Some(host) = url.host_str().map(str::to_owned) else { return SiteBlocks::default() };
    engine.store.read(move |conn| store::site_blocks(conn, &host)).await.unwrap_or_else(|error| {
        tracing::warn!(error.message = %error, "scrape.site_unknown");
        SiteBlocks::default()
    })
}

async fn extract(
    engine: &Engine,
    source: Source,
    page: ClaimedPage,
    response: FetchResponse,
    site: SiteBlocks,
) -> PageOutcome {
    let defect = || PageOutcome::Failed {
        reason: Reason::new("defect", "extracting the article failed; this is a defect of Offprint"),
        retry: None,
    };
    engine.compute_page(move || article_of(&source, &page, &response, site)).await.unwrap_or_else(defect)
}

/// From the page to what is stored of it. Needs a processor.
fn article_of(
    source: &Source,
    page: &ClaimedPage,
    response: &FetchResponse,
    site: SiteBlocks,
) -> PageOutcome {
    let feed_html = page.content.as_deref().or(page.summary.as_deref());
    let hints = Hints {
        title: Some(page.title.clone()).filter(|title| !title.is_empty()),
        summary: page.summary.clone(),
        author: page.authors.first().map(|author| author.name.clone()),
        published: Some(page.published),
        feed_text: page.content.clone(),
        site,
    };
    let rules = Rules {
        content_selector: source.content_selector.clone(),
        remove_selectors: source.remove_selectors.clone(),
    };
    let input =
        Page { bytes: &response.body, content_type: response.content_type.as_deref(), url: &response.url };
    let extraction = match article::extract(&input, &hints, &rules) {
        Ok(extraction) => extraction,
        Err(error) => {
            let message = format!("{}: {error}", response.url);
            return PageOutcome::Failed { reason: Reason::new(error.kind(), &message), retry: None };
        }
    };
    let article = extraction.article;
    let verdict = article::better_than_feed(&article, feed_html);
    if matches!(verdict, Verdict::Wall | Verdict::Unrelated) {
        // What such a page says of its address counts for nothing either.
        let what = match verdict {
            Verdict::Wall => "a wall, an error page or a shell instead of the article",
            _ => "the page is about something else than the feed's text",
        };
        let message = format!("{}: {what}; the feed's own text is kept", response.url);
        return PageOutcome::Failed { reason: Reason::new(verdict.kind(), &message), retry: None };
    }
    if article.html.len() > MAX_ARTICLE {
        let message = format!("{}: an article of more than 1 MiB; the feed's own text is kept", response.url);
        return PageOutcome::Failed { reason: Reason::new("too-long", &message), retry: None };
    }
    let print = TextPrint {
        // Its low half tells an entry from its neighbours.
        entry: page.seq as u32,
        digest: article::text_digest(&article.text),
        chars: u32::try_from(article.text.chars().count()).unwrap_or(u32::MAX),
    };
    PageOutcome::Extracted {
        aliases: aliases(source, page, response, &article),
        html: verdict.replaces().then_some(article.html),
        title: article.title,
        authors: article.authors,
        image: article.image.map(|picture| picture.url),
        lang: article.lang,
        selector_missed: !extraction.notes.missed_selectors.is_empty(),
        print,
        blocks: (response.url.host_str().unwrap_or_default().to_owned(), extraction.blocks),
    }
}

fn aliases(source: &Source, page: &ClaimedPage, response: &FetchResponse, article: &Article) -> Vec<Alias> {
    let Ok(link) = Url::parse(&page.url) else { return Vec::new() };
    let canonical = article.canonical.as_deref().and_then(|url| Url::parse(url).ok());
    let rules = StripRules { extra: &source.strip_params };
    let landed = url_key(&response.url, rules);
    // A log-in page is no better address than a short link: the headline must fit.
    let title = article.title.as_deref().unwrap_or(&page.title);
    let elsewhere = HostKey::of(&link) != HostKey::of(&response.url) && titles_agree(title, &page.title);
    let alias = |key| {
        let shown = (key == landed && elsewhere).then(|| clean_link(&response.url, rules).into());
        Alias { key, shown }
    };
    page_keys(&link, &response.url, canonical.as_ref(), rules).into_iter().map(alias).collect()
}

fn event(page: &ClaimedPage, outcome: &PageOutcome) -> Event {
    match outcome {
        PageOutcome::Extracted { html, .. } => Event::Scraped {
            source: page.source.clone(),
            title: one_line(&page.title, 200),
            used: html.is_some(),
        },
        PageOutcome::Failed { reason, .. } => {
            Event::ScrapeFailed { source: page.source.clone(), url: page.url.clone(), reason: reason.clone() }
        }
    }
}

fn report(engine: &Engine, event: &Event) {
    match event {
        Event::Scraped { source, used, .. } => {
            tracing::debug!(source.id = %source, text.used = used, "scrape.done");
        }
        Event::ScrapeFailed { source, reason, .. } => {
            tracing::info!(source.id = %source, error.kind = %reason.kind, error.message = %reason.message, "scrape.failed");
        }
        _ => {}
    }
    engine.tell(event);
}
