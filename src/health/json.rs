//! What is known of a source as JSON; its names are described in docs/status.md and stay.

use super::full_text_percent;
use crate::model::{FullTextState, PageResult, SourceState, Standing};
use jiff::Timestamp;
use serde_json::{Value, json};

type Members = serde_json::Map<String, Value>;

/// The members of an object: times and figures of a source.
pub fn source_json(state: &SourceState, enabled: bool) -> Members {
    let mut all = timing(state, enabled);
    all.append(&mut figures(state));
    all
}

fn time(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
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

fn members(value: Value) -> Members {
    if let Value::Object(members) = value { members } else { Members::new() }
}

fn timing(state: &SourceState, enabled: bool) -> Members {
    let next_due = (state.standing == Standing::Active && enabled && !state.gone).then_some(state.next_due);
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
