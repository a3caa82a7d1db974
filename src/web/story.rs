//! A story in a list: title, who carried it, when.

use super::{Site, time};
use crate::health::ago;
use crate::html::{safe_url, to_text};
use crate::model::{Origin, PublishedEntry};
use maud::{Markup, html};

/// Copies that are named.
const MANY: usize = 12;

/// The title; something to click on where there is none.
pub(super) fn title(entry: &PublishedEntry) -> &str {
    if entry.title.trim().is_empty() { "Untitled" } else { &entry.title }
}

/// A language tag if it has the form of one (BCP 47), for a `lang` attribute.
pub(super) fn lang(entry: &PublishedEntry) -> Option<&str> {
    let tag = entry.lang.as_deref()?;
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    (tag.len() <= 35 && tag.starts_with(|c: char| c.is_ascii_alphabetic()) && tag.split('-').all(part))
        .then_some(tag)
}

/// A title that leads to the article. Its direction is that of its first letter.
pub(super) fn headline(site: &Site, entry: &PublishedEntry) -> Markup {
    html! { a href=(site.article(&entry.id)) { (title(entry)) } }
}

/// Stories, a few lines each.
pub(super) fn briefs(site: &Site, stories: &[PublishedEntry]) -> Markup {
    html! {
        ol.briefs {
            @for story in stories {
                li lang=[lang(story)] dir="auto" { h3 { (headline(site, story)) } (credits(site, story)) }
            }
        }
    }
}

/// Who carried it and when it was published.
pub(super) fn credits(site: &Site, entry: &PublishedEntry) -> Markup {
    html! {
        p.credits {
            span { (carriers(site, &own(entry))) } " "
            span.when dir="ltr" {
                (time::stamp(site.now, entry.published)) ", " (ago(site.now, entry.published))
            }
            @if !entry.also_at.is_empty() { span.also { " " (also_at(entry)) } }
        }
    }
}

/// The sources that carry the entry itself, not a copy of it.
pub(super) fn own(entry: &PublishedEntry) -> Vec<Origin> {
    let elsewhere = |origin: &&Origin| entry.also_at.iter().all(|copy| copy.source != origin.source);
    let own: Vec<Origin> = entry.origins.iter().filter(elsewhere).cloned().collect();
    // Two addresses of one site: the source carries both.
    if own.is_empty() { entry.origins.clone() } else { own }
}

/// Where else the story stands; nothing if it stands in one place.
pub(super) fn also_at(entry: &PublishedEntry) -> Markup {
    let copies = entry.also_at.iter().filter_map(|copy| Some((copy, safe_url(&copy.url, None, false)?)));
    let copies: Vec<_> = copies.take(MANY).collect();
    html! {
        @for (at, (copy, url)) in copies.iter().enumerate() {
            @if at == 0 { "Also at " } @else { ", " }
            a href=(url) rel="noreferrer" { bdi { (copy.source_title) } }
        }
    }
}

/// The names of the sources, each once: several feeds of one paper have its name.
pub(super) fn carriers(site: &Site, origins: &[Origin]) -> Markup {
    let mut seen: Vec<&str> = Vec::new();
    let mut shown: Vec<&Origin> = Vec::new();
    // A story that hundreds of sources carry names the first of them.
    for origin in origins.iter().take(50) {
        if !seen.contains(&origin.title.as_str()) && shown.len() < 6 {
            seen.push(&origin.title);
            shown.push(origin);
        }
    }
    html! {
        @for (at, origin) in shown.iter().enumerate() {
            @if at > 0 { ", " }
            a.origin href=(site.source(&origin.source)) { bdi { (origin.title) } }
            @if origin.removed { " (removed)" }
        }
        @if origins.len() > 50 { " and others" }
    }
}

/// The beginning of an entry's text: paragraphs of some length, about `length`
/// characters in all. Captions and headings are left out.
pub(super) fn beginning(entry: &PublishedEntry, length: usize) -> Vec<String> {
    let Some(html) = entry.content_html.as_deref().or(entry.summary_html.as_deref()) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut left = length;
    // More is never shown, so no more is looked at.
    let text = to_text(&without_figures(head(html, 32 << 10)));
    for paragraph in text.split("\n\n").map(str::trim).filter(|p| is_running_text(p)) {
        let count = paragraph.chars().count();
        if count > left {
            if out.is_empty() || left > 160 {
                out.push(cut(paragraph, left));
            }
            break;
        }
        left -= count;
        out.push(paragraph.to_owned());
    }
    if out.is_empty() {
        out.extend(text.split("\n\n").map(str::trim).find(|p| !p.is_empty()).map(|p| cut(p, length)));
    }
    out
}

/// Whether a paragraph is more than a heading, a caption or a line of a list.
fn is_running_text(paragraph: &str) -> bool {
    let closing = |c: char| c.is_whitespace() || "\"'”“’»«)]".contains(c);
    let ends = |c: char| ".!?…:。！？؟۔।".contains(c);
    paragraph.chars().nth(60).is_some() && paragraph.trim_end_matches(closing).ends_with(ends)
}

/// The teaser as text, if the entry has one.
pub(super) fn teaser(entry: &PublishedEntry, length: usize) -> Option<String> {
    let text = to_text(head(entry.summary_html.as_deref()?, 16 << 10));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| cut(&text, length))
}

/// The first bytes of it, whole characters.
fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Up to `length` characters: to the end of a sentence if one ends late enough, else of a word.
fn cut(text: &str, length: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(length) else { return text.to_owned() };
    let whole = &text[..end];
    let sentence = whole.rfind(['.', '!', '?', '。', '؟']).filter(|at| *at > end * 2 / 3);
    if let Some(at) = sentence {
        let stop = whole[at..].chars().next().map_or(0, char::len_utf8);
        return whole[..at + stop].to_owned();
    }
    let word = whole.rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{} …", whole[..word].trim_end())
}

/// Clean HTML without its figures.
fn without_figures(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<figure") {
        out.push_str(&rest[..at]);
        match rest[at..].find("</figure>") {
            Some(end) => rest = &rest[at + end..],
            None => return out,
        }
    }
    out.push_str(rest);
    out
}
