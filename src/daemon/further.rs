//! The pages of an article after its first one, or its print view.

use super::engine::Engine;
use super::scrape::{self, Job, fetch};
use crate::article::{
    self, ExtractError, Extraction, Hints, Journey, Page, Part, Rules, SiteBlocks, SiteProof, Stop,
};
use crate::model::{FetchError, FetchResponse, Retry};
use std::sync::Arc;
use url::Url;

/// Further pages are asked for no longer than this after the first one: a claim is
/// taken for lost after ten minutes.
const LONGEST: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);

/// An article, as far as its pages could be read.
pub(super) struct Whole {
    pub(super) extraction: Extraction,
    /// Why a page is missing that may be there later.
    pub(super) trouble: Option<FetchError>,
}

/// There is no article.
pub(super) struct Missing {
    /// Why the first page is none.
    pub(super) error: ExtractError,
    /// Why the page that it leads to is missing, if that one may be there later.
    pub(super) trouble: Option<FetchError>,
}

/// A page that was fetched, by the address that was asked for.
#[derive(Clone)]
pub(super) struct Fetched {
    pub(super) asked: String,
    pub(super) response: Arc<FetchResponse>,
}

/// Reads the first of the pages and follows its links; the further pages are added
/// to it. `None`: extraction panicked.
pub(super) async fn whole(
    engine: &Arc<Engine>,
    job: &Arc<Job>,
    first: &Arc<FetchResponse>,
    pages: &mut Vec<Fetched>,
) -> Option<Result<Whole, Missing>> {
    let began = engine.clock.now();
    let extraction = match extract(engine, job, first, None).await? {
        Ok(extraction) => extraction,
        Err(error) => return Some(elsewhere(engine, job, first, error, pages).await),
    };
    let mut journey = Journey::new(extraction, first.url.clone(), job.source.max_pages);
    let mut trouble = None;
    while let Some(stop) = journey.next_stop() {
        let (url, part) = match &stop {
            Stop::Single(url) => (url, None),
            Stop::Page(url, part) => (url, Some(part.clone())),
        };
        if engine.clock.now().duration_since(began) > LONGEST {
            trouble = Some(too_long(url));
            break;
        }
        let response = match fetch(engine, job, url.as_str()).await {
            Ok(response) => Arc::new(response),
            Err(error) => {
                tracing::debug!(source.id = %job.page.source, error.message = %error, "scrape.page_missing");
                trouble = passing(error).or(trouble);
                if matches!(stop, Stop::Single(_)) {
                    // The first page is there, and its own next pages may be.
                    continue;
                }
                break;
            }
        };
        pages.push(Fetched { asked: url.to_string(), response: response.clone() });
        // A page without text ends the article.
        let Ok(extraction) = extract(engine, job, &response, part).await? else { continue };
        let landed = response.url.clone();
        // Large pages take their time to be joined.
        journey = engine
            .compute_page(move || {
                journey.add(&stop, extraction, &landed);
                journey
            })
            .await?;
    }
    Some(Ok(Whole { extraction: journey.finish(), trouble }))
}

/// The error, if another try may help.
fn passing(error: FetchError) -> Option<FetchError> {
    Some(error).filter(|error| matches!(error.retry, Retry::Later(_)))
}

/// The time for further pages was over before this one.
fn too_long(url: &Url) -> FetchError {
    FetchError {
        kind: "timeout".to_owned(),
        url: url.to_string(),
        message: "the pages before it took more than five minutes; it is tried again later".to_owned(),
        status: None,
        retry: Retry::Later(None),
    }
}

/// For a page that is no article, yet leads to it: rules for its site say where.
async fn elsewhere(
    engine: &Arc<Engine>,
    job: &Arc<Job>,
    first: &Arc<FetchResponse>,
    error: ExtractError,
    pages: &mut Vec<Fetched>,
) -> Result<Whole, Missing> {
    let none = |error| Err(Missing { error, trouble: None });
    let named =
        job.source.single_page_selector.is_some() || job.settings.site_rules.for_url(&first.url).is_some();
    if !named || !matches!(error, ExtractError::NoArticle { .. }) {
        return none(error);
    }
    let (task, page) = (job.clone(), first.clone());
    let link = engine
        .compute_page(move || article::links(&input(&page), &rules(&task, &page.url, None)).single)
        .await;
    let Some(url) = link.flatten() else { return none(error) };
    let response = match fetch(engine, job, url.as_str()).await {
        Ok(response) => response,
        Err(trouble) => return Err(Missing { error, trouble: passing(trouble) }),
    };
    let response = Arc::new(response);
    pages.push(Fetched { asked: url.into(), response: response.clone() });
    match extract(engine, job, &response, None).await {
        Some(Ok(extraction)) => Ok(Whole { extraction, trouble: None }),
        _ => none(error),
    }
}

async fn extract(
    engine: &Engine,
    job: &Arc<Job>,
    response: &Arc<FetchResponse>,
    part: Option<Part>,
) -> Option<Result<Extraction, ExtractError>> {
    let known = scrape::known_site(engine, &response.url).await;
    let (job, response) = (job.clone(), response.clone());
    let work = move || {
        let hints = hints(&job, known, part.is_none());
        let rules = rules(&job, &response.url, part);
        article::extract(&input(&response), &hints, &rules)
    };
    engine.compute_page(work).await
}

fn input(response: &FetchResponse) -> Page<'_> {
    Page { bytes: &response.body, content_type: response.content_type.as_deref(), url: &response.url }
}

fn rules(job: &Job, url: &Url, part: Option<Part>) -> Rules {
    let source = &job.source;
    Rules {
        content_selector: source.content_selector.clone(),
        remove_selectors: source.remove_selectors.clone(),
        next_page_selector: source.next_page_selector.clone(),
        single_page_selector: source.single_page_selector.clone(),
        site: job.settings.site_rules.for_url(url),
        part,
    }
}

fn hints(job: &Job, (site, proof): (SiteBlocks, SiteProof), first: bool) -> Hints {
    let page = &job.page;
    Hints {
        title: Some(page.title.clone()).filter(|title| !title.is_empty()),
        summary: page.summary.clone(),
        author: page.authors.first().map(|author| author.name.clone()),
        published: Some(page.published),
        // Of an article on several pages no single one proves anything.
        content: page.content.clone().or_else(|| page.summary.clone()).filter(|_| first),
        site,
        proof,
        explain: false,
    }
}
