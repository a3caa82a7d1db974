//! The overview as JSON; its names are described in docs/status.md and stay.

use super::{Overview, Shown, count};
use crate::app;
use crate::health::{Condition, full_text_percent};
use crate::model::{FullTextState, PageResult, SourceState, Standing};
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
        all.append(&mut timing(shown, state));
        all.append(&mut figures(state));
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

/// What is known of a source's subscription at a hub.
fn websub(state: &SourceState) -> Value {
    let Some(subscription) = &state.subscription else { return Value::Null };
    json!({
        "hub": subscription.at.hub,
        "topic": subscription.at.topic,
        "state": subscription.standing.name(),
        "lease_end": time(subscription.lease_end),
        "announced": time(subscription.announced),
        "announcements": subscription.announcements,
        "ignored": subscription.ignored,
        "relied_on": subscription.relied_on,
        "signed": subscription.signed,
        "requests": subscription.failures,
        "problem": subscription.problem,
    })
}

type Members = serde_json::Map<String, Value>;

fn members(value: Value) -> Members {
    if let Value::Object(members) = value { members } else { Members::new() }
}

fn timing(shown: &Shown, state: &SourceState) -> Members {
    let next_due =
        (state.standing == Standing::Active && shown.enabled && !state.gone).then_some(state.next_due);
    members(json!({
        "link": state.link,
        "moved_to": state.moved_to,
        "proposal": state.proposal,
        "interval_seconds": state.interval.as_secs(),
        "max_interval_seconds": state.max_interval.max(state.interval).as_secs(),
        "next_due": time(next_due),
        "why": state.why,
        "last_attempt": time(state.last_attempt),
        "last_success": time(state.last_success),
        "failures": state.failures,
        "failing_since": time(state.failing_since),
        "gone": state.gone,
        "error_kind": state.error_kind,
        "error": state.error,
        "repairs": state.repairs,
    }))
}

fn figures(state: &SourceState) -> Members {
    members(json!({
        "full_text": match state.full_text {
            FullTextState::Always => "always",
            FullTextState::Auto => "auto",
            FullTextState::OwnText => "own-text",
            FullTextState::Never => "never",
        },
        "full_text_percent": full_text_percent(&state.recent_pages),
        "recent_pages": state.recent_pages.iter().map(|page| match page {
            PageResult::Used => "used",
            PageResult::NoGain => "no-gain",
            PageResult::Failed => "failed",
            PageResult::SelectorMissed => "selector-missed",
            PageResult::Thin => "thin",
            PageResult::Repeated => "repeated",
        }).collect::<Vec<_>>(),
        "page_error": state.page_error.as_ref().map(|reason| json!({
            "kind": reason.kind,
            "message": reason.message,
        })),
        "newest": time(state.newest),
        "days": state.days.as_slice(),
        "polls": state.polls,
        "unchanged": state.unchanged,
        "quiet": state.quiet,
        "errors": state.errors,
        "bytes": state.bytes,
        "pages_used": state.pages_good,
        "pages_no_gain": state.pages_no_gain,
        "pages_failed": state.pages_failed,
        "selector_missed": state.selector_missed,
        "paywalled": state.paywalled,
        "entries": state.entries,
        "websub": websub(state),
    }))
}
