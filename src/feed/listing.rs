//! A page without a feed: its items, by the operator's CSS selectors.

use super::text::{head, one_line};
use super::{Limits, ParseError, charset, dates, makeshift, repairs};
use crate::html;
use crate::model::{FeedDocument, FeedEntry, FeedKind, ItemSelectors, Warning};
use jiff::Timestamp;
use scraper::{ElementRef, Html, Selector};
use std::collections::HashSet;
use url::Url;

/// Bytes of the text that a title is made of.
const MAX_TITLE: usize = 500;
/// Nodes that are looked at for one text: an item may be the whole page.
const MAX_NODES: usize = 20_000;
/// How much of a page is searched for its character set (WHATWG HTML §13.2.3.2).
const HEAD: usize = 4096;

/// Reads the items of a page, in its order, each address once. `base` is the page's
/// address; its `<base href>` is respected. What a selector doesn't find in an item is
/// looked for in the usual way: the title in its link, the link in itself.
///
/// # Errors
/// [`ParseError::Empty`], or [`ParseError::NoItems`] if the selector matches nothing,
/// or nothing with a link or a title.
pub fn read_items(
    bytes: &[u8],
    content_type: Option<&str>,
    base: &Url,
    selectors: &ItemSelectors,
    limits: &Limits,
) -> Result<FeedDocument, ParseError> {
    let bytes = &bytes[..bytes.len().min(limits.max_bytes)];
    let header = with_charset(bytes, content_type);
    let decoded = charset::decode(bytes, header.as_deref().or(content_type));
    if decoded.text.trim().is_empty() {
        return Err(ParseError::Empty);
    }
    let bounds = html::Limits { metadata: true, ..html::Limits::default() };
    let dom = html::tree(&html::bound(&decoded.text, &bounds));
    let page = Page { base: html::base_url(&dom, base), parts: Parts::of(selectors) };
    let none = |matches| ParseError::NoItems { selector: selectors.select.clone(), matches };
    let select = Selector::parse(&selectors.select).map_err(|_| none(0))?;
    let (mut entries, mut seen, mut matches, mut bare) = (Vec::new(), HashSet::new(), 0, 0);
    let mut warnings: Vec<Warning> = decoded.warning.into_iter().collect();
    for item in dom.select(&select) {
        matches += 1;
        if entries.len() >= limits.max_entries {
            let message = format!("only the first {} entries were taken", limits.max_entries);
            warnings.push(repairs::warning("too-many-entries", None, message));
            break;
        }
        match page.entry(item, limits.max_text) {
            Some(entry) if entry.link.is_none() || seen.insert(entry.link.clone()) => entries.push(entry),
            Some(_) => {}
            None => bare += 1,
        }
    }
    if entries.is_empty() {
        return Err(none(matches));
    }
    if bare > 0 {
        let message =
            format!("{bare} of {matches} items have neither a link nor a title; they were left out");
        warnings.push(repairs::warning("junk", None, message));
    }
    Ok(FeedDocument {
        title: page_title(&dom),
        link: Some(base.clone().into()),
        lang: dom.root_element().attr("lang").and_then(|lang| one_line(lang, 64)),
        entries,
        warnings,
        ..FeedDocument::empty(FeedKind::Page)
    })
}

/// A header that names the character set that the page itself names, where the real one
/// names none.
fn with_charset(bytes: &[u8], content_type: Option<&str>) -> Option<String> {
    if content_type.is_some_and(|value| value.to_ascii_lowercase().contains("charset")) {
        return None;
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let at = start
        .match_indices("charset")
        .find(|(at, _)| start[..*at].rfind('<').is_some_and(|tag| start[tag..].starts_with("<meta")))?;
    let value = start[at.0 + 7..].trim_start().strip_prefix('=')?.trim_start_matches([' ', '"', '\'']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:".contains(c))).unwrap_or(value.len());
    Some(format!("text/html; charset={}", &value[..end]))
}

fn page_title(dom: &Html) -> Option<String> {
    let title =
        dom.root_element().descendent_elements().take(2_000).find(|el| el.value().name() == "title")?;
    one_line(&text(title), MAX_TITLE)
}

/// Selectors of the parts; those that are none were refused by the configuration.
struct Parts {
    title: Option<Selector>,
    link: Option<Selector>,
    date: Option<Selector>,
    summary: Option<Selector>,
}

impl Parts {
    fn of(selectors: &ItemSelectors) -> Self {
        let parse = |css: &Option<String>| css.as_deref().and_then(|css| Selector::parse(css).ok());
        Self {
            title: parse(&selectors.title),
            link: parse(&selectors.link),
            date: parse(&selectors.date),
            summary: parse(&selectors.summary),
        }
    }
}

struct Page {
    base: Url,
    parts: Parts,
}

impl Page {
    /// `None` if the item has neither a link nor a title.
    fn entry(&self, item: ElementRef<'_>, max_text: usize) -> Option<FeedEntry> {
        let anchor = self.anchor(item);
        let url = anchor.and_then(|anchor| self.address(anchor));
        let chosen = find(item, self.parts.title.as_ref()).and_then(|el| one_line(&text(el), MAX_TITLE));
        let own = chosen.or_else(|| self.title(item, anchor, url.as_ref()));
        let makeshift_title = own.is_none();
        let title = own.or_else(|| url.as_ref().map(makeshift::title_of));
        if url.is_none() && makeshift_title {
            return None;
        }
        let summary =
            find(item, self.parts.summary.as_ref()).map(|el| head(&el.inner_html(), max_text).to_owned());
        Some(FeedEntry {
            link: url.map(Into::into),
            title,
            makeshift_title,
            summary: summary.filter(|html| !html.trim().is_empty()),
            base: Some(self.base.clone().into()),
            published: self.date(item),
            ..FeedEntry::default()
        })
    }

    /// The element with the link: as selected, the item itself, its first link, or the
    /// link around it.
    fn anchor<'a>(&self, item: ElementRef<'a>) -> Option<ElementRef<'a>> {
        if let Some(found) = find(item, self.parts.link.as_ref()) {
            let inside = || within(found).find(|el| self.address(*el).is_some());
            return self.address(found).map(|_| found).or_else(inside);
        }
        let around =
            || item.ancestors().take(20).filter_map(ElementRef::wrap).find(|el| self.address(*el).is_some());
        within(item).find(|el| self.address(*el).is_some()).or_else(around)
    }

    /// The address a link leads to, if that is another page.
    fn address(&self, element: ElementRef<'_>) -> Option<Url> {
        if !matches!(element.value().name(), "a" | "area" | "link") {
            return None;
        }
        let href = element.attr("href")?.trim();
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        let url = self.base.join(href).ok()?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    }

    /// The heading that a link holds, its text, that of another link to the same address
    /// (the first one may be a picture), a heading of the item, or what a picture shows.
    fn title(
        &self,
        item: ElementRef<'_>,
        anchor: Option<ElementRef<'_>>,
        url: Option<&Url>,
    ) -> Option<String> {
        let line = |element: ElementRef<'_>| one_line(&text(element), MAX_TITLE);
        let heading = |of: ElementRef<'_>| within(of).filter(|el| is_heading(*el)).find_map(line);
        let label = |element: ElementRef<'_>| {
            let attribute = ["title", "aria-label", "alt"].iter().find_map(|name| element.attr(name))?;
            one_line(attribute, MAX_TITLE)
        };
        let twin =
            || within(item).filter(|el| self.address(*el).as_ref() == url && url.is_some()).find_map(line);
        let alone = || if anchor.is_none() { line(item) } else { None };
        anchor
            .and_then(|anchor| heading(anchor).or_else(|| line(anchor)))
            .or_else(twin)
            .or_else(|| heading(item))
            .or_else(|| within(anchor?).find_map(label))
            .or_else(alone)
    }

    /// The selected date, else that of a `<time>`.
    fn date(&self, item: ElementRef<'_>) -> Option<Timestamp> {
        match &self.parts.date {
            Some(_) => date_of(find(item, self.parts.date.as_ref())?),
            None => within(item).filter(|el| el.value().name() == "time").find_map(date_of),
        }
    }
}

/// A date in an element: what is meant for programs, else what is meant for people.
fn date_of(element: ElementRef<'_>) -> Option<Timestamp> {
    let attributes = ["datetime", "content", "data-date", "data-time", "data-timestamp", "title"];
    let written = attributes.iter().filter_map(|name| element.attr(name)).find_map(dates::parse);
    let inside = || {
        let time = within(element).skip(1).find(|el| el.value().name() == "time")?;
        time.attr("datetime").and_then(dates::parse)
    };
    let shown = || dates::parse(one_line(&text(element), 200)?.trim_matches(|c: char| !c.is_alphanumeric()));
    written.or_else(inside).or_else(shown)
}

/// The first element that is selected in an item; the item itself may be it.
fn find<'a>(item: ElementRef<'a>, selector: Option<&Selector>) -> Option<ElementRef<'a>> {
    let selector = selector?;
    item.select(selector).next().or_else(|| selector.matches(&item).then_some(item))
}

/// An element and those in it.
fn within(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.descendants().take(MAX_NODES).filter_map(ElementRef::wrap)
}

fn is_heading(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Text of an element, without what is no text; bounded.
fn text(element: ElementRef<'_>) -> String {
    let mut out = String::new();
    for node in element.descendants().take(MAX_NODES) {
        if let Some(text) = node.value().as_text() {
            let code =
                node.parent().and_then(ElementRef::wrap).is_some_and(|el| el.value().name() == "script");
            if !code {
                out.push_str(text);
            }
        } else if node.value().as_element().is_some_and(|el| !is_inline(el.name())) {
            out.push(' ');
        }
        if out.len() > 4 * MAX_TITLE {
            break;
        }
    }
    html::clean_line(&out)
}

fn is_inline(name: &str) -> bool {
    let names = [
        "a", "abbr", "b", "bdi", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span",
        "strong", "sub", "sup", "u", "wbr",
    ];
    names.contains(&name)
}
