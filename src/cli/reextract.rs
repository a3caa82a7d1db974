//! `offprint reextract`

use crate::app;
use crate::health::counted;
use crate::model::SourceId;
use crate::os::Signals;
use crate::store::Role;
use anyhow::{anyhow, bail};
use std::path::PathBuf;
use std::sync::Arc;

/// Reads kept pages again and stores what is found now.
pub(super) fn run(config: Option<PathBuf>, source: Option<String>) -> anyhow::Result<()> {
    let settings = super::find::settings(config)?;
    let source = match source {
        None => None,
        Some(name) => {
            let id = SourceId::new(&name).filter(|id| settings.source(id).is_some());
            Some(id.ok_or_else(|| anyhow!("no source \"{name}\" in {}", settings.config.file.display()))?)
        }
    };
    let keeps = settings.config.scrape.keep_pages;
    let done = super::block_on(async move {
        let engine = app::engine(settings, Role::Tool, Arc::new(|_| {})).await?;
        let mut signals = Signals::listen()?;
        // Each article is stored as it is read: what was done before a signal stays.
        let done = tokio::select! {
            done = engine.reextract(source) => done?,
            _ = signals.next() => bail!("interrupted; the articles read so far are stored"),
        };
        engine.store().close().await;
        Ok(done)
    })?;
    let (changed, same, failed) = (done.changed, done.same, done.failed);
    if changed + same + failed == 0 {
        let why =
            if keeps { "none was fetched since keep_pages was set" } else { "set scrape.keep_pages = true" };
        bail!("there are no kept pages: {why}");
    }
    eprintln!(
        "{} read again: {} changed, {same} as before, {failed} without an article",
        counted(changed + same + failed, "page"),
        counted(changed, "article")
    );
    Ok(())
}
