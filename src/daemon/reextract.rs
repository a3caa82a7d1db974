//! Kept pages through the extractor again, with the selectors and rules of today.

use super::engine::Engine;
use super::further::Fetched;
use super::scrape::{self, Job};
use crate::config::FullText;
use crate::model::{FeedLinks, FetchResponse, SourceId, Validators};
use crate::store::{self, ClaimedPage, KeptPage, PageOutcome, StoreError};
use std::sync::Arc;
use url::Url;

/// What another extraction brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reextracted {
    /// Articles that have another text now.
    pub changed: usize,
    /// Articles whose text is as it was.
    pub same: usize,
    /// Pages on which no article was found; what is stored stays.
    pub failed: usize,
}

impl Engine {
    /// Extracts articles again from the pages that were kept, of one source or all.
    /// Ids and dates stay. Sources that are not configured, or without full text, are
    /// left alone.
    ///
    /// # Errors
    /// The store can't be used.
    pub async fn reextract(self: &Arc<Self>, source: Option<SourceId>) -> Result<Reextracted, StoreError> {
        let mut sum = Reextracted::default();
        let mut after = 0;
        loop {
            let only = source.clone();
            let next = self
                .store
                .read(move |conn| store::next_kept(conn, after, only.as_ref().map(|source| source.as_str())));
            let Some((page, kept)) = next.await? else { return Ok(sum) };
            after = page.seq;
            match self.again(page, kept).await? {
                Some(Some(true)) => sum.changed += 1,
                Some(Some(false)) => sum.same += 1,
                Some(None) => sum.failed += 1,
                None => {}
            }
        }
    }

    /// Whether the text of an article is another one now; inner `None`: no article was
    /// found; outer `None`: not asked for.
    async fn again(
        self: &Arc<Self>,
        page: ClaimedPage,
        kept: Vec<KeptPage>,
    ) -> Result<Option<Option<bool>>, StoreError> {
        let settings = self.settings();
        let source =
            settings.source(&page.source).filter(|source| source.full_text != FullText::Never).cloned();
        let Some(source) = source else { return Ok(None) };
        let seq = page.seq;
        let pages = self.compute(move || kept.iter().filter_map(unpacked).collect::<Vec<_>>()).await;
        let pages = pages.unwrap_or_default();
        let Some(first) = pages.first().map(|first| FetchResponse::clone(&first.response)) else {
            return Ok(Some(None));
        };
        let job = Arc::new(Job { settings, source, page, kept: Some(pages) });
        let outcome = scrape::read(self, &job, first, &mut Vec::new()).await;
        if let PageOutcome::Failed { reason, .. } = &outcome {
            tracing::warn!(source.id = %job.page.source, error.kind = %reason.kind, error.message = %reason.message, "reextract.failed");
            return Ok(Some(None));
        }
        let now = self.clock.now();
        let changed = self.store.write(move |conn| store::record_again(conn, seq, now, &outcome)).await?;
        Ok(Some(Some(changed)))
    }
}

/// A kept page as if it had just come.
fn unpacked(page: &KeptPage) -> Option<Fetched> {
    let response = FetchResponse {
        not_modified: false,
        url: Url::parse(&page.url).ok()?,
        permanent_url: None,
        validators: Validators::default(),
        content_type: page.content_type.clone(),
        links: FeedLinks::default(),
        fresh_for: None,
        body: page.body()?,
        cut: None,
        wire_bytes: 0,
    };
    Some(Fetched { asked: page.asked.clone(), response: Arc::new(response) })
}
