//! What is around every page: head, masthead, colophon.

use super::style::{ICON_PATH, STYLE};
use super::{Site, time};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The feed of notices.
pub(super) const NOTICES: &str = "/status.atom";

/// A page: its title for the browser, the kind it is for the style sheet, its inside.
pub(super) struct Page<'a> {
    pub(super) title: &'a str,
    pub(super) kind: &'static str,
    /// What the link that skips the masthead leads to.
    pub(super) skip: &'static str,
    /// Whether this is the front page itself, with the large masthead.
    pub(super) front: bool,
    pub(super) main: Markup,
}

/// The whole document.
pub(super) fn document(site: &Site, page: Page<'_>) -> String {
    let name = name(site);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { (page.title) @if !page.front { " · " (name) } }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                meta name="referrer" content="no-referrer";
                link rel="icon" type="image/svg+xml" href=(site.link(ICON_PATH));
                @for feed in &site.feeds {
                    link rel="alternate" type=(feed.kind) title=(feed.name) href=(site.link(&feed.path));
                }
                link rel="alternate" type="application/atom+xml" title="Corrections" href=(site.link(NOTICES));
                style { (PreEscaped(STYLE)) }
            }
            body class=(page.kind) {
                a.skip href="#main" { (page.skip) }
                @if page.front { (masthead(site)) } @else { (running_head(site)) }
                main #main tabindex="-1" { (page.main) }
                (colophon(site))
            }
        }
    }
    .into_string()
}

/// The paper's name.
pub(super) fn name(site: &Site) -> &str {
    if site.title.trim().is_empty() { "Offprint" } else { &site.title }
}

fn masthead(site: &Site) -> Markup {
    html! {
        header.masthead {
            (folio(site))
            h1.nameplate dir="auto" { (name(site)) }
            @if let Some(motto) = &site.description { p.motto dir="auto" { (motto) } }
            nav aria-label="On this page" {
                ul {
                    li { a href="#stories" { "Stories" } }
                    li { a href="#subscribe" { "Subscribe" } }
                    li { a href="#corrections" { "Corrections" } }
                    li { a href="#sources" { "Sources" } }
                }
            }
        }
    }
}

fn running_head(site: &Site) -> Markup {
    html! {
        header.running {
            (folio(site))
            div.bar {
                p.nameplate dir="auto" { a href=(site.link("/")) { (name(site)) } }
                nav aria-label="Main" {
                    ul {
                        li { a href=(site.link("/")) { "Front page" } }
                        li { a href=(site.link("/sources")) { "All sources" } }
                        li { a href=(site.link("/tags")) { "Tags" } }
                        li { a href=(site.link("/search")) { "Search" } }
                    }
                }
            }
        }
    }
}

fn folio(site: &Site) -> Markup {
    html! {
        p.folio {
            span { (time::date_line(site.now)) }
            span.edition { (time::edition(site.now)) }
            span { "Printed " (time::element(site.now, &time::clock(site.now))) }
        }
    }
}

fn colophon(site: &Site) -> Markup {
    html! {
        footer.colophon {
            p {
                "Set and printed by Offprint " (site.version) " on "
                (time::element(site.now, &time::long_date(site.now))) ". All times are UTC. "
                "Texts and pictures belong to their publishers."
            }
            nav aria-label="For readers and machines" {
                ul {
                    @for feed in &site.feeds { li { a href=(site.link(&feed.path)) { (feed.name) } } }
                    li { a href=(site.link(NOTICES)) { "Corrections" } }
                }
            }
        }
    }
}
