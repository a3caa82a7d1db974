//! One attempt at one article page: request, extract, decide, one commit.

use super::engine::Engine;
use super::event::Event;
use super::further::{self, Fetched};
use super::settings::Settings;
use crate::article::{self, Extraction, SiteBlocks, SiteProof, Verdict};
use crate::config::{Identity, Source};
use crate::health::TextPrint;
use crate::identity::{Evidence, PageAddresses, StripRules, clean_link, page_keys, titles_agree, url_key};
use crate::model::{
    Article, FetchError, FetchRequest, FetchResponse, HOST_PAUSE, HostKey, Purpose, Reason, Retry,
    Validators, one_line,
};
use crate::schedule::retry_page;
use crate::store::{self, Alias, ClaimedPage, DuePage, KeptPage, PageOutcome, PageRecord, SitePage};
use jiff::Timestamp;
use std::sync::Arc;
use url::Url;

/// A longer text, in bytes of HTML, is no article: it would make the merged feed unusable.
const MAX_ARTICLE: usize = 1 << 20;

/// Fetches one claimed page and stores what came of it. Answers when to try again, if ever.
pub(super) async fn scrape(engine: Arc<Engine>, page: ClaimedPage) -> Option<DuePage> {
    let settings = engine.settings();
    let source = settings.source(&page.source)?.clone();
    let job = Arc::new(Job { settings, source, page, kept: None });
    let page = &job.page;
    let mut pages = Vec::new();
    let outcome = match fetch(&engine, &job, &page.url).await {
        Ok(response) => read(&engine, &job, response, &mut pages).await,
        Err(error) if error.kind == HOST_PAUSE => return postpone(&engine, page, error.retry).await,
        Err(error) => failed(&engine, page, &error),
    };
    let keep = if job.settings.config.scrape.keep_pages { keep(&engine, pages).await } else { Vec::new() };
    let again = match &outcome {
        PageOutcome::Failed { retry: Some(due), .. } | PageOutcome::Extracted { retry: Some(due), .. } => {
            Some(DuePage { seq: page.seq, url: page.url.clone(), due: *due })
        }
        _ => None,
    };
    let event = event(page, &outcome);
    let seq = page.seq;
    let record = PageRecord { seq, now: engine.clock.now(), outcome };
    let tempers = engine.fetch.tempers();
    let stored = engine.store.write(move |conn| {
        store::remember_hosts(conn, record.now, &tempers)?;
        // Behind a text that stays, the page it is from stays too.
        let stands = store::record_page(conn, &record)?;
        if stands && !keep.is_empty() { store::keep_pages(conn, seq, &keep) } else { Ok(()) }
    });
    match stored.await {
        Ok(()) => report(&engine, &event),
        // The claim has stored a later attempt already.
        Err(error) => tracing::error!(entry.seq = seq, error.message = %error, "scrape.not_stored"),
    }
    again
}

/// The host wants to be left alone: nothing was asked, and the attempt doesn't count.
async fn postpone(engine: &Engine, page: &ClaimedPage, retry: Retry) -> Option<DuePage> {
    let Retry::Later(Some(left)) = retry else { return None };
    let due = engine.clock.now().checked_add(left).ok()?;
    let seq = page.seq;
    if let Err(error) = engine.store.write(move |conn| store::postpone_page(conn, seq, due)).await {
        // The claim has stored a later attempt already.
        tracing::error!(entry.seq = seq, error.message = %error, "scrape.not_stored");
    }
    Some(DuePage { seq, url: page.url.clone(), due })
}

/// One attempt, for tasks that outlive the borrow of any of its parts.
pub(super) struct Job {
    pub(super) settings: Arc<Settings>,
    pub(super) source: Source,
    pub(super) page: ClaimedPage,
    /// Pages kept from an earlier attempt: nothing is fetched then.
    pub(super) kept: Option<Vec<Fetched>>,
}

/// Pages as they are kept.
async fn keep(engine: &Engine, pages: Vec<Fetched>) -> Vec<KeptPage> {
    let pack = move || {
        let packed = |page: &Fetched| {
            let response = &page.response;
            let (asked, url) = (page.asked.clone(), response.url.to_string());
            KeptPage::new(asked, url, response.content_type.clone(), &response.body)
        };
        pages.iter().filter_map(packed).collect()
    };
    engine.compute(pack).await.unwrap_or_default()
}

/// Fetches a page of the article, the first one or a later one.
pub(super) async fn fetch(engine: &Engine, job: &Job, url: &str) -> Result<FetchResponse, FetchError> {
    let unusable = |kind: &str, message: String, retry: Retry| FetchError {
        kind: kind.to_owned(),
        url: url.to_owned(),
        message,
        status: None,
        retry,
    };
    if let Some(kept) = &job.kept {
        let missing = || unusable("not-kept", "this page was not kept".to_owned(), Retry::Permanent);
        let found = kept.iter().find(|page| page.asked == url).ok_or_else(missing)?;
        return Ok(FetchResponse::clone(&found.response));
    }
    let source = &job.source;
    let mut address = Url::parse(url)
        .map_err(|error| unusable("url", format!("not an address: {error}"), Retry::Permanent))?;
    // Pages of the feed's own origin may need the same log-in.
    if address.origin() == source.url.origin() {
        // Both fail only for addresses that can't have credentials.
        let _ = address.set_username(source.url.username());
        let _ = address.set_password(source.url.password());
    }
    let policy = job.settings.page_policy(source, &address);
    let request =
        FetchRequest { url: address, purpose: Purpose::Page, validators: Validators::default(), policy };
    let response = engine.fetch.fetch(request).await?;
    match response.cut {
        // Half an article is worse than the feed's own text.
        Some(cut) => Err(unusable("cut", cut, Retry::Later(None))),
        None => Ok(response),
    }
}

fn failed(engine: &Engine, page: &ClaimedPage, error: &FetchError) -> PageOutcome {
    let retry = retry(engine, page, error.retry);
    PageOutcome::Failed { reason: Reason::new(error.kind.clone(), &error.to_string()), retry }
}

/// What is known of the host of a page. Without it the page is read all the same.
pub(super) async fn known_site(engine: &Engine, url: &Url) -> (SiteBlocks, SiteProof) {
    let Some(host) = url.host_str().map(str::to_owned) else { return Default::default() };
    engine.store.read(move |conn| store::known_site(conn, &host)).await.unwrap_or_else(|error| {
        tracing::warn!(error.message = %error, "scrape.site_unknown");
        Default::default()
    })
}

fn retry(engine: &Engine, page: &ClaimedPage, retry: Retry) -> Option<Timestamp> {
    match retry {
        Retry::Later(asked) => retry_page(engine.clock.now(), page.attempts, asked, (engine.seed, page.seq)),
        Retry::Permanent | Retry::Gone => None,
    }
}

/// Reads the article, all its pages, and decides what to store.
pub(super) async fn read(
    engine: &Arc<Engine>,
    job: &Arc<Job>,
    response: FetchResponse,
    pages: &mut Vec<Fetched>,
) -> PageOutcome {
    let defect = || PageOutcome::Failed {
        reason: Reason::new("defect", "extracting the article failed; this is a defect of Offprint"),
        retry: None,
    };
    let response = Arc::new(response);
    pages.push(Fetched { asked: job.page.url.clone(), response: response.clone() });
    let whole = match further::whole(engine, job, &response, pages).await {
        None => return defect(),
        Some(Err(further::Missing { error, trouble })) => {
            let message = format!("{}: {error}", response.url);
            let retry = trouble.and_then(|trouble| retry(engine, &job.page, trouble.retry));
            return PageOutcome::Failed { reason: Reason::new(error.kind(), &message), retry };
        }
        Some(Ok(whole)) => whole,
    };
    // What is there is served meanwhile.
    let retry = whole.trouble.as_ref().and_then(|error| retry(engine, &job.page, error.retry));
    let job = job.clone();
    let decide = move || decide(&job, &response, whole.extraction, retry);
    engine.compute_page(decide).await.unwrap_or_else(defect)
}

/// From the article to what is stored of it. Needs a processor.
fn decide(
    job: &Job,
    response: &FetchResponse,
    extraction: Extraction,
    retry: Option<Timestamp>,
) -> PageOutcome {
    let page = &job.page;
    let feed_html = page.content.as_deref().or(page.summary.as_deref());
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
        facts: Box::new(article.facts()),
        aliases: aliases(&job.source, page, response, &article),
        html: verdict.replaces().then_some(article.html),
        title: article.title,
        authors: article.authors,
        image: article.image.map(|picture| picture.url),
        lang: article.lang,
        selector_missed: !extraction.notes.missed_selectors.is_empty(),
        print,
        site: Box::new(SitePage {
            host: response.url.host_str().unwrap_or_default().to_owned(),
            blocks: extraction.blocks,
            proof: extraction.proof,
        }),
        retry,
    }
}

fn aliases(source: &Source, page: &ClaimedPage, response: &FetchResponse, article: &Article) -> Vec<Alias> {
    let parse = |url: &String| Url::parse(url).ok();
    let link = parse(&page.url).filter(|_| source.identity == Identity::Url);
    let Some(link) = link else { return Vec::new() };
    let rules = StripRules { extra: &source.strip_params };
    let landed = url_key(&response.url, rules);
    // A log-in page is no better address than a short link: the headline must fit.
    let own = article.own_title.as_deref().or(article.title.as_deref());
    let headline = own.is_none_or(|title| titles_agree(title, &page.title));
    let elsewhere = HostKey::of(&link) != HostKey::of(&response.url) && headline;
    let (canonical, editions) = (
        article.canonical.as_ref().and_then(parse),
        article.editions.iter().filter_map(parse).collect::<Vec<_>>(),
    );
    let addresses = PageAddresses {
        link: &link,
        landed: &response.url,
        canonical: canonical.as_ref(),
        editions: &editions,
    };
    let alias = |(key, evidence)| Alias {
        key,
        shown: (key == landed && elsewhere).then(|| clean_link(&response.url, rules).into()),
        evidence: match evidence {
            Evidence::Landed { .. } => Evidence::Landed { headline },
            other => other,
        },
    };
    page_keys(&addresses, rules).into_iter().map(alias).collect()
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
