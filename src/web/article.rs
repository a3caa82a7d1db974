//! One article, typeset for reading.

use super::edits::history;
use super::layout::{Page, document};
use super::story::{also_at, carriers, lang, own, title};
use super::{Site, time};
use crate::health::ago;
use crate::html::{for_reading, safe_url, sanitize, text_length, to_text};
use crate::model::{Enclosure, Person, PublishedEntry, Version};
use maud::{Markup, PreEscaped, html};

/// Authors, categories and enclosures that are shown; nobody has more.
const MANY: usize = 30;

/// The page of one article, with what it said before. Its text is cleaned once more, as the last thing
/// before it is set. Needs a processor.
pub fn article(site: &Site, entry: &PublishedEntry, versions: &[Version]) -> String {
    let source = entry.content_html.as_deref().or(entry.summary_html.as_deref()).unwrap_or_default();
    let body = for_reading(&sanitize(source, None));
    let direction = direction(entry, &body);
    let main = html! {
        article.reading lang=[lang(entry)] dir=(direction) {
            header {
                p.kicker dir="ltr" { (carriers(site, &own(entry))) }
                h1 dir="auto" { (title(entry)) }
                @if !entry.authors.is_empty() { (byline(&entry.authors)) }
                p.dateline dir="ltr" {
                    (time::element(entry.published, &time::long_date(entry.published))) ", "
                    (time::element(entry.published, &time::clock(entry.published)))
                    " (" (ago(site.now, entry.published)) ")"
                    @if let Some(url) = original(entry) { " · " a href=(url) rel="noreferrer" { "Original" } }
                    @if entry.page.paywalled() { " · " span.paywall { "For subscribers" } }
                }
            }
            @if let Some(image) = picture(entry, &body) {
                figure.lead-picture {
                    img src=(image) alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer";
                }
            }
            @if body.trim().is_empty() {
                p.empty { "The feed gave no text, and neither did its page." }
            } @else {
                div.text { (PreEscaped(&body)) }
            }
            (enclosures(&entry.enclosures))
            (history(site, entry, versions))
            (endnotes(site, entry))
        }
    };
    document(
        site,
        Page { title: title(entry), kind: "reader", skip: "Skip to the article", front: false, main },
    )
}

/// The article's own address, if it can be followed.
fn original(entry: &PublishedEntry) -> Option<String> {
    safe_url(entry.url.as_deref()?, None, false)
}

/// The lead picture, unless the text has pictures of its own.
fn picture(entry: &PublishedEntry, body: &str) -> Option<String> {
    if body.contains("<img") {
        return None;
    }
    safe_url(entry.image.as_deref()?, None, false)
}

/// `rtl` if most of the first letters are written from right to left.
fn direction(entry: &PublishedEntry, body: &str) -> &'static str {
    let beginning = &body[..body.floor_char_boundary(4 << 10)];
    let text = format!("{} {}", entry.title, to_text(beginning));
    let letters = text.chars().filter(|c| c.is_alphabetic()).take(400);
    let right = |c: char| matches!(c as u32, 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x1_0800..=0x1_0fff | 0x1_e800..=0x1_efff);
    let (all, from_right) = letters.fold((0, 0), |(all, found), c| (all + 1, found + usize::from(right(c))));
    if from_right * 2 > all { "rtl" } else { "ltr" }
}

fn byline(authors: &[Person]) -> Markup {
    let shown: Vec<&Person> = authors.iter().take(MANY).collect();
    html! {
        p.byline dir="ltr" {
            span.by { "By " }
            @for (at, author) in shown.iter().enumerate() {
                @if at > 0 { @if at + 1 == shown.len() { " and " } @else { ", " } }
                @match author.url.as_deref().and_then(|url| safe_url(url, None, false)) {
                    Some(url) => a href=(url) rel="noreferrer" { bdi { (author.name) } },
                    None => bdi { (author.name) },
                }
            }
        }
    }
}

fn enclosures(enclosures: &[Enclosure]) -> Markup {
    html! {
        @if !enclosures.is_empty() {
            section.enclosures aria-labelledby="enclosures" dir="ltr" lang="en" {
                h2 #enclosures { "Enclosed" }
                ul { @for enclosure in enclosures.iter().take(MANY) { li { (enclosed(enclosure)) } } }
            }
        }
    }
}

fn enclosed(enclosure: &Enclosure) -> Markup {
    let Some(url) = safe_url(&enclosure.url, None, false) else { return html! {} };
    let mime = enclosure.mime.as_deref().unwrap_or_default();
    let name = enclosure.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(&url);
    html! {
        @if mime.starts_with("audio/") {
            audio controls preload="none" src=(url) aria-label=(name) {}
        }
        a href=(url) rel="noreferrer" dir="auto" { (name) }
        @if !mime.is_empty() || enclosure.length.is_some() {
            small {
                " " (mime)
                @if let Some(length) = enclosure.length.filter(|length| *length > 0) { " " (super::number::size(length)) }
            }
        }
    }
}

/// What the page says of itself where it differs from the feed, or the feed says nothing.
fn own_word(entry: &PublishedEntry) -> Markup {
    let page = &entry.page;
    let day = |date: &str| date.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let feeds_day = time::date(entry.published);
    // A day's difference is a matter of zones.
    let near = [feeds_day.yesterday().ok(), Some(feeds_day), feeds_day.tomorrow().ok()];
    let other = |date: &jiff::civil::Date| !near.contains(&Some(*date));
    let published = page.published.as_deref().and_then(day).filter(other);
    let modified = page
        .modified
        .as_deref()
        .and_then(day)
        .filter(|date| page.published.as_deref().and_then(day) != Some(*date));
    html! {
        @if published.is_some() || modified.is_some() || page.paywalled() {
            p.own-word {
                @if let Some(date) = published { "Its page says it was published on " (time::full_day(date)) ". " }
                @if let Some(date) = modified { "Its page was last changed on " (time::full_day(date)) ". " }
                @if page.paywalled() { "Its page says that the whole article is for subscribers." }
            }
        }
    }
}

fn endnotes(site: &Site, entry: &PublishedEntry) -> Markup {
    let page = &entry.page;
    let labels = entry.tags.iter().chain(&entry.categories).chain(&page.section).chain(&page.tags);
    let mut seen: Vec<String> = Vec::new();
    let labels: Vec<&String> = labels
        .filter(|label| {
            let folded = label.trim().to_lowercase();
            let fresh = !folded.is_empty() && !seen.contains(&folded);
            seen.push(folded);
            fresh
        })
        .take(MANY)
        .collect();
    let length = entry.content_html.as_deref().map_or(0, text_length);
    html! {
        footer.endnotes dir="ltr" lang="en" {
            @if let Some(url) = original(entry) {
                p.original { "Original: " a href=(url) rel="noreferrer" { (url) } }
            }
            @if !entry.also_at.is_empty() { p.also { (also_at(entry)) "." } }
            p {
                "Carried by " (carriers(site, &own(entry))) ". First seen "
                (time::stamp(site.now, entry.first_seen))
                @if entry.updated > entry.published { ", changed " (time::stamp(site.now, entry.updated)) } ". "
                @if length == 0 { "The feed gave no full text." }
                @else if entry.full_text { "Text from the article’s page." }
                @else { "Text as the feed gave it." }
            }
            (own_word(entry))
            @if !labels.is_empty() {
                p.labels { "Filed under " @for (at, label) in labels.iter().enumerate() {
                    @if at > 0 { ", " } bdi { (label) }
                } }
            }
        }
    }
}
