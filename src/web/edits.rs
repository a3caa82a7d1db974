//! What was changed in an article since it was first seen.

use super::{Site, time};
use crate::diff::{Change, Part, paragraphs, words};
use crate::html::to_text;
use crate::model::{PublishedEntry, Version};
use jiff::Timestamp;
use maud::{Markup, html};

/// Changed paragraphs of one edit that are shown.
const SHOWN: usize = 30;

/// One edit: when, and what became of the title and of each paragraph.
struct Edit {
    at: Timestamp,
    title: Option<Vec<Part>>,
    changes: Vec<Change>,
}

/// From what was kept to what is told, the newest edit first. Edits of which nothing is
/// to be seen are left out.
fn edits(entry: &PublishedEntry, versions: &[Version]) -> Vec<Edit> {
    let source = entry.content_html.as_deref().or(entry.summary_html.as_deref()).unwrap_or_default();
    let now = (entry.title.clone(), to_text(source));
    let after = versions.iter().skip(1).map(|version| (version.title.clone(), version.text.clone()));
    let after = after.chain(std::iter::once(now));
    let edit = |(before, (title, text)): (&Version, (String, String))| {
        let renamed = || {
            let (old, new) = (before.title.clone(), title.clone());
            words(&old, &new).unwrap_or_else(|| vec![Part::Gone(old), Part::New(new)])
        };
        Edit {
            at: before.until,
            title: (before.title != title).then(renamed),
            changes: paragraphs(&before.text, &text),
        }
    };
    let mut edits: Vec<Edit> = versions.iter().zip(after).map(edit).collect();
    edits.retain(|edit| edit.title.is_some() || edit.changes.iter().any(is_change));
    edits.reverse();
    edits
}

fn is_change(change: &Change) -> bool {
    !matches!(change, Change::Same(_))
}

/// The differences, to be opened by who wants to see them; nothing if there are none.
pub(super) fn history(site: &Site, entry: &PublishedEntry, versions: &[Version]) -> Markup {
    let edits = edits(entry, versions);
    let times = if edits.len() == 1 { "once".to_owned() } else { format!("{} times", edits.len()) };
    html! {
        @if let Some(last) = edits.first() {
            section.edits #edits aria-label="Edits" dir="ltr" lang="en" {
                details {
                    summary { "Edited " (times) ", last " (time::stamp(site.now, last.at)) ": what was changed" }
                    @for edit in &edits { (one(site, edit)) }
                }
            }
        }
    }
}

fn one(site: &Site, edit: &Edit) -> Markup {
    let mut changed = edit.changes.iter().filter(|change| is_change(change));
    let shown: Vec<&Change> = changed.by_ref().take(SHOWN).collect();
    let more = changed.count();
    html! {
        h3 { "Edit of " (time::stamp(site.now, edit.at)) }
        @if let Some(title) = &edit.title { p dir="auto" { span.label { "Title: " } (parts(title)) } }
        @for change in shown {
            @match change {
                Change::Same(_) => {}
                Change::Edited(edited) => p dir="auto" { (parts(edited)) },
                Change::Gone(text) => p dir="auto" { del { (text) } },
                Change::New(text) => p dir="auto" { ins { (text) } },
            }
        }
        @if more > 0 { p.empty { "And " (more) " more." } }
    }
}

fn parts(parts: &[Part]) -> Markup {
    html! {
        @for part in parts {
            @match part {
                Part::Same(text) => (text),
                Part::Gone(text) => del { (text) },
                Part::New(text) => ins { (text) },
            }
        }
    }
}
