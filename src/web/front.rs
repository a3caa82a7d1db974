//! The front page: what is new, where to subscribe, how the sources are.

use super::condition::{badge, name, needs_attention, sentence};
use super::layout::{self, Page, document};
use super::number::{counted, grouped, size};
use super::sources::{Judged, judged, table};
use super::story::{beginning, briefs, credits, headline, lang, teaser};
use super::{Site, search};
use crate::model::{PublishedEntry, SourceState};
use maud::{Markup, html};

/// Stories on the front page.
pub const STORIES: usize = 30;
/// The newest so many may lead it, so they need their texts.
pub const LEADS: usize = 5;
/// Corrections in full; the others are in the list of sources.
const CORRECTIONS: usize = 4;
/// Sources in the table.
const SOURCES: usize = 40;

/// What the front page shows.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// Newest first; the first [`LEADS`] with their texts, the others may be without.
    pub stories: Vec<PublishedEntry>,
    /// All sources, in any order. A configured title stands in place of the feed's.
    pub sources: Vec<SourceState>,
    /// Stored entries.
    pub entries: u64,
    /// Article pages that are to be fetched.
    pub pages_waiting: u64,
    /// Size of the database in bytes.
    pub bytes: u64,
}

/// The front page.
pub fn front(site: &Site, front: &Front) -> String {
    let judged = judged(&front.sources, site);
    let (top_stories, more) = front.stories.split_at(front.stories.len().min(LEADS));
    let main = html! {
        (top(site, top_stories))
        div.column {
            (search::form(site, "", false))
            (subscribe(site))
            (corrections(site, &judged))
            (figures(front))
        }
        @if !more.is_empty() {
            section.more aria-labelledby="more" {
                h2 #more { "More stories" }
                (briefs(site, more))
            }
        }
        section.stocklist aria-labelledby="sources" {
            h2 #sources { "Sources" }
            @if judged.is_empty() {
                p { "None is configured. Name a feed in the configuration file, under " code { "[sources.NAME]" } "." }
            } @else {
                (table(site, judged.iter().take(SOURCES), false))
            }
            @if judged.len() > SOURCES {
                p.onward { a href=(site.link("/sources")) { "All " (grouped(judged.len() as u64)) " sources" } }
            }
        }
    };
    document(
        site,
        Page { title: layout::name(site), kind: "front", skip: "Skip to the stories", front: true, main },
    )
}

/// The newest stories. Of these, the one with most to read leads.
fn top(site: &Site, stories: &[PublishedEntry]) -> Markup {
    let weight = |entry: &PublishedEntry| {
        let size = |html: &Option<String>| html.as_deref().map_or(0, str::len);
        size(&entry.content_html).max(size(&entry.summary_html))
    };
    let lead = (0..stories.len()).rev().max_by_key(|&at| weight(&stories[at]));
    let rest = stories.iter().enumerate().filter(|(at, _)| Some(*at) != lead);
    html! {
        section.news aria-labelledby="stories" {
            h2 #stories { "Newest stories" }
            @if let Some(at) = lead { (leader(site, &stories[at])) }
            @else { p.empty { "Nothing yet. The first stories come with the first poll." } }
            @if stories.len() > 1 {
                div.seconds { @for (_, story) in rest { (second(site, story)) } }
            }
        }
    }
}

fn leader(site: &Site, story: &PublishedEntry) -> Markup {
    let paragraphs = beginning(story, 760);
    let deck = teaser(story, 260).filter(|teaser| !repeats(teaser, &paragraphs));
    html! {
        article.lead lang=[lang(story)] dir="auto" {
            h3 { (headline(site, story)) }
            @if let Some(deck) = deck { p.deck dir="auto" { (deck) } }
            (credits(site, story))
            @if !paragraphs.is_empty() {
                div.body { @for paragraph in &paragraphs { p dir="auto" { (paragraph) } } }
            }
        }
    }
}

/// Whether the teaser is nothing but the beginning of the text.
fn repeats(teaser: &str, paragraphs: &[String]) -> bool {
    let fold = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).take(40).collect::<String>();
    paragraphs.iter().any(|paragraph| fold(paragraph) == fold(teaser))
}

fn second(site: &Site, story: &PublishedEntry) -> Markup {
    let text = teaser(story, 220).or_else(|| beginning(story, 220).into_iter().next());
    html! {
        article lang=[lang(story)] dir="auto" {
            h3 { (headline(site, story)) }
            @if let Some(text) = text { p.taste dir="auto" { (text) } }
            (credits(site, story))
        }
    }
}

fn subscribe(site: &Site) -> Markup {
    html! {
        section.subscribe aria-labelledby="subscribe" {
            h2 #subscribe { "Subscribe" }
            p { "Put one of these addresses into your feed reader. All carry the same stories." }
            dl {
                @for feed in &site.feeds {
                    div { dt { (feed.name) } dd { a href=(site.link(&feed.path)) { (site.link(&feed.path)) } } }
                }
            }
        }
    }
}

fn corrections(site: &Site, judged: &[Judged<'_>]) -> Markup {
    let all = judged.iter().filter(|one| needs_attention(&one.health)).count();
    html! {
        section.corrections aria-labelledby="corrections" {
            h2 #corrections { "Corrections" }
            @if all == 0 {
                p { "None today. " @if !judged.is_empty() { "Every source delivers." } }
            }
            @for Judged { source, health } in judged.iter().take(all.min(CORRECTIONS)) {
                div.correction {
                    div.head {
                        h3 { a href=(site.source(&source.id)) dir="auto" { (name(source)) } }
                        (badge(health.condition))
                    }
                    @if let Some(wrong) = &health.wrong { p { (sentence(wrong)) } }
                    @if let Some(advice) = &health.advice { p.advice { (advice) } }
                }
            }
            p.onward { a href=(site.link(layout::NOTICES)) { "Corrections as a feed" } }
            @if all > CORRECTIONS {
                p.onward {
                    a href=(site.link("/sources")) { (grouped((all - CORRECTIONS) as u64)) " more need attention" }
                }
            }
        }
    }
}

fn figures(front: &Front) -> Markup {
    html! {
        section.figures aria-labelledby="figures" {
            h2 #figures { "In figures" }
            dl {
                div { dt { "Articles kept" } dd { (grouped(front.entries)) } }
                div { dt { "Sources" } dd { (grouped(front.sources.len() as u64)) } }
                div { dt { "Pages waiting" } dd { (grouped(front.pages_waiting)) } }
                div { dt { "Database" } dd { (size(front.bytes)) } }
                div {
                    dt { "New today" }
                    dd { (counted(today(&front.sources), "entry", "entries")) }
                }
            }
        }
    }
}

fn today(sources: &[SourceState]) -> u64 {
    sources.iter().filter_map(|source| source.days.last()).copied().map(u64::from).sum()
}
