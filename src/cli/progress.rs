//! A progress bar on a terminal, nothing elsewhere.

use crate::daemon::{Event, Observer};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;

/// An observer that moves a bar, and the bar.
pub(super) fn bar() -> (Observer, ProgressBar) {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    // The template is ours and right.
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos} done, {msg}") {
        bar.set_style(style.progress_chars("━╸ "));
    }
    let shown = bar.clone();
    let observer: Observer = Arc::new(move |event| match event {
        Event::PollPostponed { .. } => {}
        Event::PagesFound(count) => shown.inc_length(*count as u64),
        Event::Announced { .. } => {}
        Event::Polled { source, .. } | Event::PollFailed { source, .. } => {
            shown.inc_length(1);
            shown.inc(1);
            shown.set_message(format!("polled {source}"));
        }
        Event::Scraped { source, .. } | Event::ScrapeFailed { source, .. } => {
            shown.inc(1);
            shown.set_message(format!("read a page of {source}"));
        }
    });
    (observer, bar)
}
