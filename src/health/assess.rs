//! How a source is.

use super::advice::{advice, home, page_advice, proposed};
use super::extraction::{Extraction, LOOKED_AT, TOO_FEW, judge, last};
use super::words::{ago, counted, lasting};
use crate::model::{FullTextState, PageResult, SourceState, Standing, one_line};
use jiff::{SignedDuration, Timestamp};

/// The first line of [`SourceState::repairs`] begins with this if the document was
/// cut and only a part of it came.
pub const INCOMPLETE: &str = "incomplete, what came was kept: ";

/// A feed without a new entry for so long may have been left by its publisher.
const SILENT: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Longest message in a finding, in characters.
const SHOWN: usize = 200;

/// How a source is, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Never asked yet.
    New,
    /// Delivers, and its pages give their texts.
    Good,
    /// Delivers, but something should be looked at.
    Poor,
    /// Fails.
    Failing,
    /// Not polled any more.
    Stopped,
}

impl Condition {
    /// A short fixed name: `new`, `good`, `poor`, `failing`, `stopped`.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Good => "good",
            Self::Poor => "poor",
            Self::Failing => "failing",
            Self::Stopped => "stopped",
        }
    }
}

/// A finding about a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// In one word.
    pub condition: Condition,
    /// What is wrong, one line; nothing if all is well.
    pub wrong: Option<String>,
    /// What to do about it, one line.
    pub advice: Option<String>,
}

/// Looks at a source: whether it fails, whether its pages give their articles,
/// whether it has fallen silent; the gravest finding counts.
pub fn assess(source: &SourceState, now: Timestamp) -> Health {
    if let Some(resting) = resting(source) {
        return resting;
    }
    if source.gone {
        // The day it ended at is not known if it failed in other ways before.
        let since = source.failing_since.filter(|_| source.failures > 1);
        let since = since.map(|since| format!(" (failing since {})", day(since))).unwrap_or_default();
        let wrong = format!("stopped: {}{since}", problem(source));
        return finding(Condition::Stopped, wrong, advice("http-410", &source.url, source.link.as_deref()));
    }
    if source.failures > 0 {
        let kind = source.error_kind.as_deref().unwrap_or_default();
        let advice = match &source.proposal {
            Some(url) => proposed(&source.id, url),
            None => advice(kind, &source.url, source.link.as_deref()),
        };
        return finding(Condition::Failing, failing(source, now), advice);
    }
    if source.last_success.is_none() {
        return Health { condition: Condition::New, wrong: None, advice: None };
    }
    cut(source)
        .or_else(|| walled(source))
        .or_else(|| pages(source))
        .or_else(|| silent(source, now))
        .unwrap_or(Health { condition: Condition::Good, wrong: None, advice: None })
}

/// What is not meant to be polled is neither well nor ill.
fn resting(source: &SourceState) -> Option<Health> {
    let (wrong, advice) = match source.standing {
        Standing::Active => return None,
        Standing::Disabled => (
            "disabled in the configuration",
            format!(
                "Its entries stay. Remove enabled = false from [sources.{}] to poll it again.",
                source.id
            ),
        ),
        Standing::Removed => (
            "not configured any more",
            "It is not polled. Its entries stay until they are too old to be kept.".to_owned(),
        ),
    };
    Some(finding(Condition::Stopped, wrong.to_owned(), advice))
}

fn finding(condition: Condition, wrong: String, advice: String) -> Health {
    Health { condition, wrong: Some(wrong), advice: Some(advice) }
}

/// `HTTP 404 Not Found for 3 days (7 polls in a row)`
fn failing(source: &SourceState, now: Timestamp) -> String {
    let problem = problem(source);
    let (Some(since), true) = (source.failing_since, source.failures > 1) else {
        let when = source.failing_since.map(|since| format!(" ({})", ago(now, since))).unwrap_or_default();
        return format!("failed once{when}: {problem}");
    };
    let span = lasting(now.duration_since(since));
    let polls = counted(source.failures as usize, "poll");
    if problem.len() <= 40 {
        format!("{problem} for {span} ({polls} in a row)")
    } else {
        format!("failing for {span} ({polls} in a row): {problem}")
    }
}

/// The error without the address it names if that is the configured one.
fn problem(source: &SourceState) -> String {
    let error = source.error.as_deref().unwrap_or("no answer that could be used");
    one_line(without_address(error, &source.url), SHOWN)
}

/// An error message without the address that it begins with, if that is `url`.
pub fn without_address<'a>(message: &'a str, url: &str) -> &'a str {
    message.strip_prefix(url).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(message)
}

fn cut(source: &SourceState) -> Option<Health> {
    let lost = source.repairs.first()?.strip_prefix(INCOMPLETE)?;
    let wrong = format!("delivers, but the last document was incomplete: {}", one_line(lost, SHOWN));
    let advice = "What came was kept, the rest is asked for with the next poll. If it stays, raise timeout of this source.";
    Some(finding(Condition::Poor, wrong, advice.to_owned()))
}

/// Half of the last pages or more say that they are for subscribers, and less than half
/// gave a text that is used. (A site may call itself paid and yet show its articles.)
fn walled(source: &SourceState) -> Option<Health> {
    if source.full_text == FullTextState::Never {
        return None;
    }
    let last = last(&source.recent_pages, LOOKED_AT);
    let used = last.iter().filter(|result| **result == PageResult::Used).count();
    let enough = last.len() >= TOO_FEW && source.paywalled * 2 >= last.len() && used * 2 < last.len();
    enough.then(|| {
        let (walled, all) = (source.paywalled, counted(last.len(), "page"));
        let wrong = format!("delivers, but {walled} of the last {all} say they are paywalled");
        finding(Condition::Poor, wrong, page_advice("paywall"))
    })
}

fn pages(source: &SourceState) -> Option<Health> {
    if source.full_text == FullTextState::Never {
        return None;
    }
    let (what, advice) = match judge(&source.recent_pages) {
        Extraction::Works => return None,
        Extraction::Failing(failed, all) => {
            let reason = source.page_error.as_ref();
            let kind = reason.map_or("", |reason| reason.kind.as_str());
            let why = reason
                .map(|reason| format!(" ({}): {}", kind_in_words(kind), one_line(&reason.message, SHOWN)))
                .unwrap_or_default();
            (format!("{failed} of the last {} failed{why}", counted(all, "page")), page_advice(kind))
        }
        Extraction::Missing(missed, all) => (
            format!("content_selector found nothing on {missed} of the last {}", counted(all, "page")),
            selector_advice().to_owned(),
        ),
        Extraction::Collapsed(thin, all) => (
            format!("the texts of {thin} of the last {} are much shorter than usual", counted(all, "page")),
            changed_advice().to_owned(),
        ),
        Extraction::Repeating(same, all) => (
            format!("{same} of the last {} have one and the same text", counted(all, "page")),
            changed_advice().to_owned(),
        ),
    };
    Some(finding(Condition::Poor, format!("delivers, but {what}"), advice))
}

pub(super) fn selector_advice() -> &'static str {
    "The site has changed its pages. Try offprint extract --explain on one of them, then edit content_selector or remove it."
}

pub(super) fn changed_advice() -> &'static str {
    "Something may stand in the articles' place, or the site has changed its pages. Try offprint extract --explain on one of them."
}

/// The name of a kind as it reads in a sentence.
pub(super) fn kind_in_words(kind: &str) -> String {
    match kind {
        "robots" => "robots.txt".to_owned(),
        "dns" => "DNS".to_owned(),
        "tls" => "TLS".to_owned(),
        _ => match kind.strip_prefix("http-") {
            Some(status) => format!("HTTP {status}"),
            None => kind.replace('-', " "),
        },
    }
}

fn silent(source: &SourceState, now: Timestamp) -> Option<Health> {
    let newest = source.newest?;
    let span = now.duration_since(newest);
    (span >= SILENT).then(|| {
        let wrong = format!("delivers, but no new entry for {}", lasting(span));
        let home = home(&source.url, source.link.as_deref());
        let advice =
            format!("It may have moved or ended. Look at {home}, then edit url or remove the source.");
        finding(Condition::Poor, wrong, advice)
    })
}

/// `2026-03-02`
fn day(time: Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests;
