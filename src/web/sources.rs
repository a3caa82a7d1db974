//! Sources in a table, with their health.

use super::condition::{badge, full_text, name, needs_attention, rank, sentence};
use super::layout::{Page, document};
use super::number::{counted, grouped};
use super::spark::spark;
use super::{Site, time};
use crate::health::{Health, ago, assess, until};
use crate::model::{SourceState, Standing};
use maud::{Markup, html};

/// Sources on one page of the list.
pub const PER_PAGE: usize = 100;

/// A source and what was found out about it.
pub(super) struct Judged<'a> {
    pub(super) source: &'a SourceState,
    pub(super) health: Health,
}

/// Those that need attention first, gravest first; then by name.
pub(super) fn judged<'a>(sources: &'a [SourceState], site: &Site) -> Vec<Judged<'a>> {
    let mut judged: Vec<_> =
        sources.iter().map(|source| Judged { source, health: assess(source, site.now) }).collect();
    judged.sort_by_cached_key(|one| {
        (rank(one.health.condition), name(one.source).to_lowercase(), one.source.id.clone())
    });
    judged
}

/// The list of all sources, its `number`th page (from 1); none beyond the last.
pub fn sources(site: &Site, sources: &[SourceState], number: usize) -> Option<String> {
    let pages = sources.len().div_ceil(PER_PAGE).max(1);
    if !(1..=pages).contains(&number) {
        return None;
    }
    let all = judged(sources, site);
    let shown = all.iter().skip((number - 1) * PER_PAGE).take(PER_PAGE);
    let attention = all.iter().filter(|one| needs_attention(&one.health)).count();
    let main = html! {
        div.opening {
            p.kicker { "Index" }
            h1 { "All sources" }
            p.deck {
                (counted(sources.len() as u64, "source", "sources")) ", "
                @if attention == 0 { "none of which needs attention." }
                @else { (counted(attention as u64, "needs", "need")) " attention; these come first." }
            }
        }
        (table(site, shown, true))
        @if pages > 1 { (paging(site, number, pages)) }
    };
    let title = if number > 1 { format!("All sources, page {number}") } else { "All sources".to_owned() };
    Some(document(
        site,
        Page { title: &title, kind: "list", skip: "Skip to the sources", front: false, main },
    ))
}

fn paging(site: &Site, number: usize, pages: usize) -> Markup {
    let link = |page: usize| site.link(&format!("/sources?page={page}"));
    html! {
        nav.paging aria-label="Pages" {
            @if number > 1 { a rel="prev" href=(link(number - 1)) { "← Page " (number - 1) } } @else { span {} }
            span { "Page " (grouped(number as u64)) " of " (grouped(pages as u64)) }
            @if number < pages { a rel="next" href=(link(number + 1)) { "Page " (number + 1) " →" } } @else { span {} }
        }
    }
}

/// The table. On narrow screens it is set as a list, which takes its meaning
/// away unless the roles are named. With `reasons` it says what is wrong.
pub(super) fn table<'a>(site: &Site, rows: impl Iterator<Item = &'a Judged<'a>>, reasons: bool) -> Markup {
    html! {
        table.sources role="table" aria-label="Sources and their health" {
            thead role="rowgroup" {
                tr role="row" {
                    th role="columnheader" scope="col" { "Source" }
                    th role="columnheader" scope="col" { "Health" }
                    th role="columnheader" scope="col" { "Last 30 days" }
                    th.n role="columnheader" scope="col" { "Entries" }
                    th.n role="columnheader" scope="col" { "Full text" }
                    th role="columnheader" scope="col" { "Last success" }
                    th role="columnheader" scope="col" { "Next poll" }
                }
            }
            tbody role="rowgroup" { @for row in rows { (line(site, row, reasons)) } }
        }
    }
}

fn line(site: &Site, Judged { source, health }: &Judged<'_>, reasons: bool) -> Markup {
    html! {
        tr role="row" {
            th.name role="rowheader" scope="row" {
                a href=(site.source(&source.id)) dir="auto" { (name(source)) }
                @if source.title.is_some() { " " small { (source.id) } }
                @if let Some(wrong) = health.wrong.as_deref().filter(|_| reasons) { p.why { (sentence(wrong)) } }
            }
            td.is role="cell" { (badge(health.condition)) }
            td.days role="cell" { (spark(&source.days, site.now)) }
            td.n role="cell" { span.label { "Entries " } (grouped(source.entries)) }
            td.n role="cell" { span.label { "Full text " } (full_text(source)) }
            td role="cell" { span.label { "Last success " } (last_success(site, source)) }
            td.next role="cell" { span.label { "Next poll " } (next_poll(site, source)) }
        }
    }
}

/// How long ago, and when.
pub(super) fn last_success(site: &Site, source: &SourceState) -> Markup {
    match source.last_success {
        Some(at) => html! { (ago(site.now, at)) " " small { (time::stamp(site.now, at)) } },
        None => html! { "never" },
    }
}

/// In how long, and why then.
pub(super) fn next_poll(site: &Site, source: &SourceState) -> Markup {
    html! {
        @if source.standing != Standing::Active { "never" }
        @else if source.gone { "never " small { (source.why) } }
        @else { (time::element(source.next_due, &until(site.now, source.next_due))) " " small { (source.why) } }
    }
}
