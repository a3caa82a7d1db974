//! What is worth telling whoever runs Offprint, and in which words.

use super::advice::{advice, page_advice, proposed};
use super::assess::{changed_advice, kind_in_words, selector_advice, without_address};
use super::extraction::{broken, recovered};
use super::words::lasting;
use crate::model::{PageResult, Reason, SourceId, one_line};
use jiff::{SignedDuration, Timestamp};

/// A source that has failed for so long is worth a notice.
const LONG: SignedDuration = SignedDuration::from_hours(72);

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// A short fixed name: `failing`, `gone`, `moved`, `proposal`, `back`, `extraction`.
    pub kind: &'static str,
    /// One line for people.
    pub title: String,
    /// What happened and what to do, plain text.
    pub text: String,
    /// What stands told after it.
    pub after: Told,
}

/// What notices have been given about a source and not been taken back by another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// That it fails, or was stopped.
    pub failing: bool,
    /// That its extraction broke.
    pub extraction: bool,
}

/// A source as it was before something happened to it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its name in the configuration.
    pub id: &'a SourceId,
    /// Its configured address, without credentials.
    pub url: &'a str,
    /// The feed's site.
    pub link: Option<&'a str>,
    /// What was told about it.
    pub told: Told,
}

/// A poll failed. `since` is the first failure in a row, `failures` how many they are
/// with this one. Told once a failing period, when it has lasted three days; at
/// once, and whatever was told before, if this failure, a 410, stopped the feed: `gone`.
pub fn on_failure(
    subject: &Subject<'_>,
    now: Timestamp,
    since: Timestamp,
    failures: u32,
    reason: &Reason,
    gone: bool,
) -> Option<Telling> {
    let span = now.duration_since(since);
    let long = failures > 1 && span >= LONG && !subject.told.failing;
    if !(gone || long) {
        return None;
    }
    let id = subject.id;
    let problem = one_line(without_address(&reason.message, subject.url), 300);
    let advice = advice(&reason.kind, subject.url, subject.link);
    let after = Told { failing: true, ..subject.told };
    Some(if gone {
        Telling {
            kind: "gone",
            title: format!("{id} was stopped: the feed is gone for good"),
            text: format!("{} answered: {problem}. {advice} Its entries stay.", subject.url),
            after,
        }
    } else {
        Telling {
            kind: "failing",
            title: format!("{id} has failed for {}", lasting(span)),
            text: format!("{}: {problem}. {advice} Its entries stay.", subject.url),
            after,
        }
    })
}

/// A poll worked. Worth telling only if it was told that it did not; `since` is
/// when that began.
pub fn on_success(subject: &Subject<'_>, now: Timestamp, since: Option<Timestamp>) -> Option<Telling> {
    subject.told.failing.then(|| {
        let id = subject.id;
        let span = since.map(|since| format!(" after {}", lasting(now.duration_since(since))));
        Telling {
            kind: "back",
            title: format!("{id} is back{}", span.unwrap_or_default()),
            text: format!("{} delivers again. There is nothing to do.", subject.url),
            after: Told { failing: false, ..subject.told },
        }
    })
}

/// The feed was found at another address for good; `before` is where it was asked
/// for until now.
pub fn on_move(subject: &Subject<'_>, before: Option<&str>, target: &str) -> Option<Telling> {
    if before == Some(target) || target == subject.url {
        return None;
    }
    let id = subject.id;
    let target = one_line(target, 500);
    Some(Telling {
        kind: "moved",
        title: format!("{id} has moved for good"),
        text: format!(
            "The feed at {} is at {target} now and is polled there. Put that address into url of [sources.{id}]: the old one may end some day.",
            subject.url
        ),
        after: subject.told,
    })
}

/// A feed that has gone may be at `url` now.
pub fn on_proposal(subject: &Subject<'_>, url: &str) -> Telling {
    let id = subject.id;
    Telling {
        kind: "proposal",
        title: format!("{id}: the feed has gone, and another one was found"),
        text: format!(
            "There is no feed at {} any more. {} Its entries stay.",
            subject.url,
            proposed(id, url)
        ),
        after: subject.told,
    }
}

/// A page was dealt with. `recent` are the last outcomes with this one, oldest
/// first; `worked` says whether pages of this source ever gave an article.
pub fn on_page(
    subject: &Subject<'_>,
    recent: &[PageResult],
    worked: bool,
    error: Option<&Reason>,
) -> Option<Telling> {
    let id = subject.id;
    if subject.told.extraction {
        return recovered(recent).then(|| Telling {
            kind: "back",
            title: format!("{id}: its articles are found again"),
            text: "The last pages gave their full texts. There is nothing to do.".to_owned(),
            after: Told { extraction: false, ..subject.told },
        });
    }
    let missed = recent.last() == Some(&PageResult::SelectorMissed);
    if !broken(recent) || !(worked || missed) {
        return None;
    }
    let odd = recent.last().is_some_and(|last| matches!(last, PageResult::Thin | PageResult::Repeated));
    let (what, advice) = match error.filter(|_| !missed) {
        _ if odd => (
            "the last 10 pages gave no text as it used to be, most of them one too short or the same for all"
                .to_owned(),
            changed_advice().to_owned(),
        ),
        None => {
            ("content_selector found nothing on the last 10 pages".to_owned(), selector_advice().to_owned())
        }
        Some(reason) => (
            format!(
                "the last 10 pages gave no article ({}): {}",
                kind_in_words(&reason.kind),
                one_line(&reason.message, 300)
            ),
            page_advice(&reason.kind),
        ),
    };
    Some(Telling {
        kind: "extraction",
        title: format!("{id}: its articles are not found any more"),
        text: format!("The feed delivers, but {what}. {advice}"),
        after: Told { extraction: true, ..subject.told },
    })
}

#[cfg(test)]
mod tests;
