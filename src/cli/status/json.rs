//! The overview as JSON; its names are described in docs/status.md and stay.

use super::{Overview, Shown, count};
use crate::app;
use crate::health::{Condition, source_json};
use jiff::Timestamp;
use serde_json::{Value, json};

pub(super) fn of(overview: &Overview) -> Value {
    let sources = &overview.sources;
    json!({
        "version": app::VERSION,
        "at": time(Some(overview.now)),
        "daemon": overview.daemon,
        "database": overview.database.as_ref().map(|path| path.display().to_string()),
        "totals": {
            "sources": sources.len(),
            "good": count(sources, &[Condition::Good]),
            "new": count(sources, &[Condition::New]),
            "poor": count(sources, &[Condition::Poor]),
            "failing": count(sources, &[Condition::Failing]),
            "stopped": count(sources, &[Condition::Stopped]),
            "disabled": sources.iter().filter(|shown| !shown.enabled).count(),
            "entries": overview.figures.entries,
            "pages_waiting": overview.figures.pages_waiting,
            "bytes": overview.figures.bytes,
        },
        "backup": overview.backup.as_ref().map(|(dir, newest)| json!({
            "dir": dir.display().to_string(),
            "newest": time(*newest),
        })),
        "websub_obstacle": overview.websub_obstacle,
        "sources": sources.iter().map(|shown| source(shown, overview.named)).collect::<Vec<_>>(),
        "notices": overview.notices.iter().map(|notice| json!({
            "number": notice.number,
            "at": time(Some(notice.at)),
            "source": notice.source.as_str(),
            "kind": notice.kind,
            "title": notice.title,
            "text": notice.text,
        })).collect::<Vec<_>>(),
    })
}

fn time(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
}

fn source(shown: &Shown, with_log: bool) -> Value {
    let mut all = json!({
        "id": shown.id,
        "title": shown.title,
        "url": shown.url,
        "enabled": shown.enabled,
        "condition": if shown.enabled { shown.health.condition.name() } else { "disabled" },
        "wrong": shown.health.wrong,
        "advice": shown.health.advice,
    });
    if let (Some(all), Some(state)) = (all.as_object_mut(), &shown.state) {
        all.append(&mut source_json(state, shown.enabled));
    }
    if with_log && let Some(all) = all.as_object_mut() {
        let polls = shown.log.iter().map(|poll| {
            json!({
                "at": time(Some(poll.at)),
                "quiet": poll.quiet,
                "new": poll.new,
                "changed": poll.changed,
                "bytes": poll.bytes,
                "error": poll.error,
            })
        });
        all.insert("log".to_owned(), polls.collect());
    }
    all
}
