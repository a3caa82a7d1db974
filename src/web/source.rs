//! The page of one source: everything that is known of it.

use super::condition::{badge, full_text, full_text_words, name, sentence};
use super::layout::{Page, document};
use super::number::{counted, grouped, percent, size};
use super::sources::{last_success, next_poll};
use super::spark::{describe, spark};
use super::story::briefs;
use super::{FeedLink, Site, encoded, tags, time};
use crate::health::{ago, assess, lasting, subscription, without_address};
use crate::html::safe_url;
use crate::model::{LoggedPage, LoggedPoll, PageResult, PublishedEntry, SourceState};
use jiff::SignedDuration;
use maud::{Markup, html};

/// Lines of each log.
pub const LOG_LINES: usize = 50;
/// Newest entries that are shown.
pub const NEWEST: usize = 15;

/// What the page of a source shows.
#[derive(Debug, Clone)]
pub struct SourcePage {
    /// The source. A configured title stands in place of the feed's.
    pub source: SourceState,
    /// Its last polls worth remembering, newest first.
    pub polls: Vec<LoggedPoll>,
    /// The last attempts at its pages, newest first.
    pub pages: Vec<LoggedPage>,
    /// Its newest entries, newest first; texts are not needed.
    pub entries: Vec<PublishedEntry>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its feeds.
    pub feeds: Vec<FeedLink>,
}

/// The page of one source.
pub fn source(site: &Site, page: &SourcePage) -> String {
    let source = &page.source;
    let main = html! {
        div.opening {
            p.kicker { "Source" }
            h1 dir="auto" { (name(source)) }
            dl.addresses {
                div { dt { "Name" } dd { code { (source.id) } } }
                div { dt { "Feed" } dd { (outside(&source.url)) } }
                @if let Some(moved) = &source.moved_to { div { dt { "Moved to" } dd { (outside(moved)) } } }
                @if let Some(link) = &source.link { div { dt { "Site" } dd { (outside(link)) } } }
                @if !page.tags.is_empty() {
                    div { dt { "Tags" } dd {
                        @for tag in &page.tags { a href=(site.link(&format!("/tags/{}", encoded(tag)))) dir="auto" { (tag) } " " }
                    } }
                }
                div { dt { "Subscribe" } dd { (tags::feeds(site, &page.feeds)) } }
            }
        }
        (verdict(site, source))
        (figures(site, source))
        section aria-labelledby="newest" {
            h2 #newest { "Newest entries" }
            @if page.entries.is_empty() { p.empty { "None is kept." } }
            (briefs(site, &page.entries))
        }
        (repairs(source))
        (polls(site, source, &page.polls))
        (pages(site, &page.pages))
    };
    document(
        site,
        Page { title: name(source), kind: "source", skip: "Skip to the source", front: false, main },
    )
}

/// An address of somebody else's, as a link if it can be followed.
fn outside(url: &str) -> Markup {
    match safe_url(url, None, false) {
        Some(href) => html! { a href=(href) rel="noreferrer" { (url) } },
        None => html! { (url) },
    }
}

fn verdict(site: &Site, source: &SourceState) -> Markup {
    let health = assess(source, site.now);
    html! {
        section.verdict aria-labelledby="health" {
            h2 #health { "Health: " (badge(health.condition)) }
            @if let Some(wrong) = &health.wrong { p.wrong { (sentence(wrong)) } }
            @if let Some(advice) = &health.advice { p.advice { (advice) } }
            @if health.wrong.is_none() && health.advice.is_none() {
                p { @if source.last_success.is_some() { "It delivers, and nothing needs to be done." } @else { "It has not been asked yet." } }
            }
        }
    }
}

fn figures(site: &Site, source: &SourceState) -> Markup {
    let (title, words) = describe(&source.days, site.now);
    let pages = source.pages_good + source.pages_no_gain + source.pages_failed;
    let span = |pause| lasting(SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX));
    html! {
        section.figures aria-labelledby="figures" {
            h2 #figures { "In figures" }
            figure { @if source.days.iter().any(|count| *count > 0) { (spark(&source.days, site.now)) } figcaption { (title) ". " (words) } }
            dl {
                div { dt { "Entries kept" } dd { (grouped(source.entries)) } }
                div { dt { "Last success" } dd { (last_success(site, source)) } }
                div { dt { "Next poll" } dd { (next_poll(site, source)) } }
                div { dt { "Interval" } dd {
                    (span(source.interval))
                    @if source.max_interval > source.interval { " " small { "up to " (span(source.max_interval)) } }
                } }
                div { dt { "Polls" } dd { (grouped(source.polls)) " " small { (grouped(source.errors)) " failed" } } }
                div {
                    dt { "Nothing new" }
                    dd { (percent(source.unchanged, source.polls)) " " small { (counted(source.unchanged, "poll", "polls")) } }
                }
                div { dt { "Received" } dd { (size(source.bytes)) } }
                div { dt { "Full text" } dd { (full_text(source)) " " small { (full_text_words(source)) } } }
                div {
                    dt { "Pages" }
                    dd {
                        (grouped(pages)) " "
                        small {
                            (grouped(source.pages_good)) " used, " (grouped(source.pages_no_gain)) " no gain, "
                            (grouped(source.pages_failed)) " given up"
                            @if source.selector_missed > 0 {
                                ", selector missed on " (grouped(source.selector_missed))
                            }
                        }
                    }
                }
                @if let Some(at_hub) = &source.subscription {
                    div { dt { "Hub" } dd { (sentence(&subscription(at_hub, site.now))) } }
                }
                @if let Some(since) = source.failing_since {
                    div { dt { "Failing since" } dd { (ago(site.now, since)) " " small { (time::stamp(site.now, since)) } } }
                }
            }
        }
    }
}

fn repairs(source: &SourceState) -> Markup {
    html! {
        @if !source.repairs.is_empty() {
            section.repairs aria-labelledby="repairs" {
                h2 #repairs { "Repaired in the last document" }
                p { "The feed is not quite right. These mistakes were mended; its publisher may like to know." }
                ol { @for repair in source.repairs.iter().take(LOG_LINES) { li { (repair) } } }
            }
        }
    }
}

fn polls(site: &Site, source: &SourceState, polls: &[LoggedPoll]) -> Markup {
    html! {
        section aria-labelledby="polls" {
            h2 #polls { "Polls" }
            @if polls.is_empty() { p.empty { "None has brought anything or failed yet." } }
            @else {
                table.log role="table" aria-labelledby="polls" {
                    thead role="rowgroup" {
                        tr role="row" {
                            th role="columnheader" scope="col" { "When" }
                            th.n role="columnheader" scope="col" { "New" }
                            th.n role="columnheader" scope="col" { "Changed" }
                            th.n role="columnheader" scope="col" { "Received" }
                            th.n role="columnheader" scope="col" { "Quiet before" }
                            th role="columnheader" scope="col" { "What went wrong" }
                        }
                    }
                    tbody role="rowgroup" {
                        @for poll in polls.iter().take(LOG_LINES) {
                            tr role="row" {
                                th role="rowheader" scope="row" { (time::stamp(site.now, poll.at)) }
                                td.n role="cell" { span.label { "New " } (poll.new) }
                                td.n role="cell" { span.label { "Changed " } (poll.changed) }
                                td.n role="cell" { span.label { "Received " } (size(poll.bytes)) }
                                td.n role="cell" { span.label { "Quiet before " } (grouped(poll.quiet)) }
                                td.wide role="cell" { @if let Some(error) = &poll.error { span.bad { (without_address(error, &source.url)) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn pages(site: &Site, pages: &[LoggedPage]) -> Markup {
    html! {
        section aria-labelledby="pages" {
            h2 #pages { "Article pages" }
            @if pages.is_empty() { p.empty { "None has been fetched lately." } }
            @else {
                table.log role="table" aria-labelledby="pages" {
                    thead role="rowgroup" {
                        tr role="row" {
                            th role="columnheader" scope="col" { "When" }
                            th role="columnheader" scope="col" { "Article" }
                            th role="columnheader" scope="col" { "What became of it" }
                        }
                    }
                    tbody role="rowgroup" { @for page in pages.iter().take(LOG_LINES) { (page_line(site, page)) } }
                }
            }
        }
    }
}

fn page_line(site: &Site, page: &LoggedPage) -> Markup {
    let (outcome, bad) = match page.result {
        Some(PageResult::Used) if page.error.is_some() => ("not read again, its earlier text stays", true),
        Some(PageResult::Used) => ("its text is used", false),
        Some(PageResult::NoGain) => ("no more than the feed", false),
        Some(PageResult::Failed) => ("given up", true),
        Some(PageResult::SelectorMissed) => ("the selector found nothing", true),
        Some(PageResult::Thin) => ("much shorter than usual", true),
        Some(PageResult::Repeated) => ("the same text as on other pages", true),
        None => ("tried again later", false),
    };
    html! {
        tr role="row" {
            th role="rowheader" scope="row" { (time::stamp(site.now, page.at)) }
            td.wide role="cell" {
                a href=(site.article(&page.entry)) dir="auto" {
                    @if page.title.trim().is_empty() { "Untitled" } @else { (page.title) }
                }
            }
            td.wide role="cell" {
                span.bad[bad] { (outcome) }
                @if let Some(error) = &page.error { ": " (error) }
            }
        }
    }
}
