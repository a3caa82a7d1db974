//! `keep` and `drop`.

use crate::config::{Rule, RuleField, Source};
use crate::html::to_text;
use crate::model::FeedEntry;
use std::borrow::Cow;

/// Whether a source's rules let an entry in: any match counts, `drop` wins.
pub(super) fn wanted(source: &Source, entry: &FeedEntry) -> bool {
    let any = |rules: &[Rule]| rules.iter().any(|rule| matches(rule, source, entry));
    !any(&source.drop) && (source.keep.is_empty() || any(&source.keep))
}

fn matches(rule: &Rule, source: &Source, entry: &FeedEntry) -> bool {
    let hit = |text: &str| rule.matches.is_match(text);
    let plain = |html: &Option<String>| html.as_deref().map(to_text).unwrap_or_default();
    match rule.field {
        RuleField::Title => hit(entry.title.as_deref().unwrap_or_default()),
        RuleField::Summary => hit(&plain(&entry.summary)),
        RuleField::Text => {
            let text = if entry.content.is_some() { &entry.content } else { &entry.summary };
            hit(&plain(text))
        }
        RuleField::Url => hit(entry.link.as_deref().unwrap_or_default()),
        RuleField::Author => entry.authors.iter().any(|author| hit(&author.name)),
        RuleField::Tag => {
            let tags = entry.categories.iter().chain(&source.tags).map(Cow::Borrowed);
            tags.into_iter().any(|tag| hit(&tag))
        }
    }
}
