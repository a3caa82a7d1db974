//! Tags: all of them, and one with its sources and stories.

use super::condition::name;
use super::layout::{Page, document};
use super::number::counted;
use super::sources::{judged, table};
use super::story::briefs;
use super::{FeedLink, Site, encoded};
use crate::model::{PublishedEntry, SourceState};
use maud::{Markup, html};

/// Stories on the page of a tag.
pub const TAGGED: usize = 60;
/// Sources in its table.
const SOURCES: usize = 100;

/// What the page of a tag shows.
#[derive(Debug, Clone, Default)]
pub struct TagPage {
    /// The tag.
    pub tag: String,
    /// Its sources, in any order.
    pub sources: Vec<SourceState>,
    /// Their newest entries, without texts.
    pub stories: Vec<PublishedEntry>,
    /// Its feeds.
    pub feeds: Vec<FeedLink>,
}

/// The page of a tag.
pub fn tag(site: &Site, page: &TagPage) -> String {
    let judged = judged(&page.sources, site);
    let main = html! {
        div.opening {
            p.kicker { a href=(site.link("/tags")) { "Tag" } }
            h1 dir="auto" { (page.tag) }
            p.deck { (counted(judged.len() as u64, "source", "sources")) " " (feeds(site, &page.feeds)) }
        }
        section.more aria-labelledby="stories" {
            h2 #stories { "Newest stories" }
            @if page.stories.is_empty() { p.empty { "Nothing yet." } }
            (briefs(site, &page.stories))
        }
        section.stocklist aria-labelledby="sources" {
            h2 #sources { "Sources" }
            (table(site, judged.iter().take(SOURCES), false))
            @if judged.len() > SOURCES {
                p.onward { "And " (judged.len() - SOURCES) " more: " (name(judged[SOURCES].source)) ", …" }
            }
        }
    };
    document(site, Page { title: &page.tag, kind: "list", skip: "Skip to the stories", front: false, main })
}

/// All tags with the numbers of their sources, in their order.
pub fn tags(site: &Site, tags: &[(String, usize)]) -> String {
    let main = html! {
        div.opening { p.kicker { "Index" } h1 { "Tags" } }
        @if tags.is_empty() {
            p.empty { "No source has a tag. Give it some in the configuration: " code { "tags = [\"world\"]" } }
        }
        ul.tags {
            @for (tag, sources) in tags {
                li { a href=(site.link(&format!("/tags/{}", encoded(tag)))) dir="auto" { (tag) } " " small { (sources) } }
            }
        }
    };
    document(site, Page { title: "Tags", kind: "list", skip: "Skip to the tags", front: false, main })
}

/// The addresses of a feed in all formats.
pub(super) fn feeds(site: &Site, feeds: &[FeedLink]) -> Markup {
    html! {
        span.feeds {
            @for feed in feeds { a rel="alternate" type=(feed.kind) href=(site.link(&feed.path)) { (feed.name) } " " }
        }
    }
}
