//! Searching: the form, and what was found.

use super::layout::{Page, document};
use super::story::{credits, lang};
use super::{Site, encoded};
use crate::model::PublishedEntry;
use crate::search::{Piece, Snippet};
use maud::{Markup, html};

/// Stories on one page.
pub const HITS: usize = 20;
/// Characters of a story's text that are shown.
pub const EXCERPT: usize = 260;

/// What the page of a search shows.
#[derive(Debug, Clone, Default)]
pub struct SearchPage {
    /// As it was written.
    pub words: String,
    /// The newest come first, instead of what answers best.
    pub newest: bool,
    /// From 1.
    pub number: usize,
    /// What was found.
    pub hits: Vec<Hit>,
    /// There is a page behind it.
    pub more: bool,
    /// Older entries were not looked at, since the words are very common.
    pub cut: bool,
    /// Entries that are still to be indexed.
    pub not_indexed: u64,
    /// What is wrong with the query.
    pub problem: Option<String>,
}

/// A story that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Without its texts.
    pub entry: PublishedEntry,
    /// Its title with what was searched for.
    pub title: Vec<Piece>,
    /// The part of its text that shows why it was found.
    pub text: Snippet,
}

/// The page.
pub fn search(site: &Site, page: &SearchPage) -> String {
    let asked = !page.words.is_empty();
    let main = html! {
        div.opening {
            p.kicker { "Archive" }
            h1 { "Search" }
        }
        (form(site, &page.words, page.newest))
        @if let Some(problem) = &page.problem { p.problem role="alert" { (problem) } }
        @else if asked {
            (order(site, page))
            @if page.hits.is_empty() { p.empty { "Nothing was found." } }
            ol.hits { @for hit in &page.hits { (found(site, hit)) } }
            @if page.cut {
                p.note { "These words are very common: only the newest entries were looked at." }
            }
            @if page.not_indexed > 0 {
                p.note { (page.not_indexed) " older entries are still to be indexed and can't be found yet." }
            }
            (paging(site, page))
        } @else { (help()) }
    };
    let title = if asked { format!("Search: {}", page.words) } else { "Search".to_owned() };
    document(site, Page { title: &title, kind: "list", skip: "Skip to what was found", front: false, main })
}

/// The box to search with.
pub(super) fn form(site: &Site, words: &str, newest: bool) -> Markup {
    html! {
        form.search role="search" method="get" action=(site.link("/search")) {
            label for="q" { "Search the archive" }
            div {
                input #q type="search" name="q" value=(words) maxlength="1000" dir="auto" autocapitalize="none";
                @if newest { input type="hidden" name="order" value="newest"; }
                button type="submit" { "Search" }
            }
        }
    }
}

fn help() -> Markup {
    let lines = [
        ("climate budget", "both words"),
        ("\"prime minister\"", "these words one after another"),
        ("flood*", "words that begin so"),
        ("-football", "not this"),
        ("title:strike author:smith", "in the title, by this author"),
        ("tag:world source:wire", "from sources with this tag, from this source"),
        ("after:2026-01 before:2026-02-15", "published then (UTC)"),
        ("lang:de", "in this language"),
    ];
    html! {
        dl.help { @for (words, meaning) in lines { div { dt { code { (words) } } dd { (meaning) } } } }
    }
}

fn address(site: &Site, page: &SearchPage, newest: bool, number: usize) -> String {
    let order = if newest { "&order=newest" } else { "" };
    let part = if number > 1 { format!("&page={number}") } else { String::new() };
    site.link(&format!("/search?q={}{order}{part}", encoded(&page.words)))
}

fn order(site: &Site, page: &SearchPage) -> Markup {
    let feed = site.link(&format!("/feed.atom?q={}", encoded(&page.words)));
    html! {
        nav.order aria-label="Order" {
            @if page.newest {
                a href=(address(site, page, false, 1)) { "Best first" } " " strong { "Newest first" }
            } @else {
                strong { "Best first" } " " a href=(address(site, page, true, 1)) { "Newest first" }
            }
            " " a.feed href=(feed) { "This search as a feed" }
        }
    }
}

fn found(site: &Site, hit: &Hit) -> Markup {
    let untitled = hit.title.iter().all(|piece| piece.text.trim().is_empty());
    html! {
        li lang=[lang(&hit.entry)] dir="auto" {
            h2 {
                a href=(site.article(&hit.entry.id)) {
                    @if untitled { "Untitled" } @else { (pieces(&hit.title)) }
                }
            }
            @if !hit.text.pieces.is_empty() {
                p.taste dir="auto" {
                    @if hit.text.cut_before { "… " }
                    (pieces(&hit.text.pieces))
                    @if hit.text.cut_after { " …" }
                }
            }
            (credits(site, &hit.entry))
        }
    }
}

fn pieces(pieces: &[Piece]) -> Markup {
    html! { @for piece in pieces { @if piece.hit { mark { (piece.text) } } @else { (piece.text) } } }
}

fn paging(site: &Site, page: &SearchPage) -> Markup {
    let link = |number| address(site, page, page.newest, number);
    html! {
        @if page.number > 1 || page.more {
            nav.paging aria-label="Pages" {
                @if page.number > 1 { a rel="prev" href=(link(page.number - 1)) { "← Page " (page.number - 1) } } @else { span {} }
                span { "Page " (page.number) }
                @if page.more { a rel="next" href=(link(page.number + 1)) { "Page " (page.number + 1) " →" } } @else { span {} }
            }
        }
    }
}
