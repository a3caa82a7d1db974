//! `keep` and `drop`, of sources and of outputs.

use super::settings::Settings;
use crate::config::{Rule, RuleField, Source};
use crate::html::to_text;
use crate::model::{FeedEntry, Person, SourceId, StoredEntry};
use crate::store::Accept;
use std::collections::HashMap;
use std::sync::Arc;

/// What rules look at; texts are HTML.
struct Seen<'a> {
    title: &'a str,
    summary: Option<&'a str>,
    text: Option<&'a str>,
    url: &'a str,
    authors: &'a [Person],
    categories: &'a [String],
    tags: Vec<&'a [String]>,
}

/// Whether a source's rules let an entry in.
pub(super) fn wanted(source: &Source, entry: &FeedEntry) -> bool {
    let seen = Seen {
        title: entry.title.as_deref().unwrap_or_default(),
        summary: entry.summary.as_deref(),
        text: entry.content.as_deref().or(entry.summary.as_deref()),
        url: entry.link.as_deref().unwrap_or_default(),
        authors: &entry.authors,
        categories: &entry.categories,
        tags: vec![&source.tags],
    };
    seen.passes(&source.keep, &source.drop)
}

/// The rules of an output as a condition on stored entries, which are seen with the text
/// that readers get; none without rules.
pub(super) fn accepts(settings: &Settings, keep: &[Rule], drop: &[Rule]) -> Option<Accept> {
    if keep.is_empty() && drop.is_empty() {
        return None;
    }
    let (keep, drop) = (keep.to_vec(), drop.to_vec());
    let tagged = settings.config.sources.iter().filter(|source| !source.tags.is_empty());
    let tags: HashMap<SourceId, Arc<[String]>> =
        tagged.map(|source| (source.id.clone(), source.tags.clone())).collect();
    Some(Accept(Arc::new(move |entry: &StoredEntry| {
        let seen = Seen {
            title: &entry.title,
            summary: entry.summary.as_deref(),
            text: entry.article.as_deref().or(entry.content.as_deref()).or(entry.summary.as_deref()),
            url: entry.url.as_deref().unwrap_or_default(),
            authors: &entry.authors,
            categories: &entry.extra.categories,
            tags: entry
                .carriers
                .iter()
                .filter_map(|carrier| tags.get(&carrier.source).map(|tags| &**tags))
                .collect(),
        };
        seen.passes(&keep, &drop)
    })))
}

impl Seen<'_> {
    /// Any match counts, `drop` wins.
    fn passes(&self, keep: &[Rule], drop: &[Rule]) -> bool {
        let any = |rules: &[Rule]| rules.iter().any(|rule| self.matches(rule));
        !any(drop) && (keep.is_empty() || any(keep))
    }

    fn matches(&self, rule: &Rule) -> bool {
        let hit = |text: &str| rule.matches.is_match(text);
        let plain = |html: Option<&str>| html.map(to_text).unwrap_or_default();
        match rule.field {
            RuleField::Title => hit(self.title),
            RuleField::Summary => hit(&plain(self.summary)),
            RuleField::Text => hit(&plain(self.text)),
            RuleField::Url => hit(self.url),
            RuleField::Author => self.authors.iter().any(|author| hit(&author.name)),
            RuleField::Tag => {
                self.categories.iter().chain(self.tags.iter().copied().flatten()).any(|tag| hit(tag))
            }
        }
    }
}
