//! JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently and within bounds.

use super::canon::{MAX_ENCLOSURES, MAX_LIST, MAX_VALUE, absolute};
use super::loose::{self, Loose, Parsed};
use super::text::{cut_html, head, legal, one_line, text_to_html};
use super::{Limits, ParseError, dates, mend, repairs};
use crate::model::{Enclosure, FeedDocument, FeedEntry, FeedHints, FeedKind, Person};
use url::Url;

/// Reads a JSON Feed.
pub(super) fn read(text: &str, base: &Url, limits: &Limits) -> Result<FeedDocument, ParseError> {
    let mut warnings = Vec::new();
    let (mut parsed, mut entries) = collect(text, base, limits);
    if parsed.error.is_some()
        && let (mended, Some(at)) = mend::json(text)
    {
        drop(entries);
        (parsed, entries) = collect(&mended, base, limits);
        warnings.push(repairs::warning(
            "json",
            Some(repairs::line(text, at)),
            "mistakes in the JSON were mended",
        ));
    }
    let feed = &parsed.fields;
    let version = feed.text("version").unwrap_or_default();
    if !version.contains("jsonfeed.org") && !parsed.has_items {
        return Err(match parsed.error {
            Some((line, message)) if version.is_empty() => {
                ParseError::Malformed { line: Some(line), message }
            }
            _ => ParseError::NotAFeed,
        });
    }
    if parsed.skipped > 0 {
        let message = format!("only the first {} entries were taken", limits.max_entries);
        warnings.push(repairs::warning("too-many-entries", None, message));
    }
    let truncated = parsed.error.is_some();
    if let Some((line, message)) = &parsed.error {
        let message = format!("{message}; the entries before it were kept");
        warnings.push(repairs::warning("truncated", Some(*line), message));
    }
    Ok(FeedDocument {
        kind: FeedKind::Json,
        title: line(feed, "title"),
        link: feed.text("home_page_url").and_then(|url| absolute(&url, base)),
        id: feed.text("feed_url").and_then(|url| one_line(&url, MAX_VALUE)),
        updated: None,
        lang: line(feed, "language"),
        authors: authors(feed, base),
        hints: FeedHints::default(),
        entries,
        warnings,
        truncated,
    })
}

/// Reads the document, its items at once as entries: as values they take much more memory.
fn collect(text: &str, base: &Url, limits: &Limits) -> (Parsed, Vec<FeedEntry>) {
    let mut entries = Vec::new();
    let parsed = loose::parse(text, limits.max_entries, &mut |item| {
        if matches!(item, Loose::Map(_)) {
            entries.push(entry(&item, base, limits.max_text));
        }
    });
    (parsed, entries)
}

fn entry(item: &Loose, base: &Url, max_text: usize) -> FeedEntry {
    let guid = item.text("id").map(|id| legal(id.trim()).into_owned());
    let guid = guid.filter(|id| !id.is_empty() && id.len() <= MAX_VALUE);
    let address = |name: &str| item.text(name).and_then(|url| absolute(&url, base));
    let own = || Url::parse(guid.as_deref()?).ok().and_then(|url| absolute(url.as_str(), base));
    let link = address("url").or_else(own).or_else(|| address("external_url"));
    let html = |name: &str| item.text(name).map(|html| cut_html(&legal(&html), max_text).to_owned());
    let plain = |name: &str| {
        let text = item.text(name)?;
        Some(cut_html(&text_to_html(&legal(head(&text, max_text))), max_text).to_owned())
    };
    let filled = |text: &String| !text.trim().is_empty();
    let date = |name: &str| item.text(name).and_then(|text| dates::parse(&text));
    FeedEntry {
        title: line(item, "title"),
        summary: plain("summary").filter(filled),
        content: html("content_html").filter(filled).or_else(|| plain("content_text").filter(filled)),
        base: link.clone(),
        authors: authors(item, base),
        published: date("date_published"),
        updated: date("date_modified"),
        categories: tags(item),
        enclosures: item
            .list("attachments")
            .iter()
            .take(MAX_ENCLOSURES)
            .filter_map(|a| attachment(a, base))
            .collect(),
        lang: line(item, "language"),
        source: None,
        original_link: None,
        link,
        guid,
    }
}

fn line(from: &Loose, name: &str) -> Option<String> {
    one_line(&legal(&from.text(name)?), 4096)
}

/// `authors` of version 1.1, `author` of 1.0; a bare string will do.
fn authors(from: &Loose, base: &Url) -> Vec<Person> {
    // Each may be a list or a single one.
    let of = |name: &str| match from.get(name) {
        Some(Loose::List(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let all = of("authors").iter().chain(of("author")).take(MAX_LIST);
    let mut found: Vec<Person> = Vec::new();
    for author in all {
        let name = line(author, "name").or_else(|| one_line(&legal(&author.as_text()?), 512));
        let Some(name) = name.filter(|name| !found.iter().any(|known| known.name == *name)) else { continue };
        found.push(Person { name, url: author.text("url").and_then(|url| absolute(&url, base)) });
    }
    found
}

/// A list, or names with commas between them.
fn tags(item: &Loose) -> Vec<String> {
    let list: Vec<String> = match item.get("tags").and_then(Loose::as_text) {
        Some(text) => text.split(',').take(MAX_LIST).map(str::to_owned).collect(),
        None => item.list("tags").iter().take(MAX_LIST).filter_map(Loose::as_text).collect(),
    };
    list.iter().filter_map(|tag| one_line(&legal(tag), 512)).collect()
}

fn attachment(from: &Loose, base: &Url) -> Option<Enclosure> {
    let number = |name: &str| from.text(name).and_then(|n| n.split('.').next()?.parse().ok());
    Some(Enclosure {
        url: absolute(&from.text("url")?, base)?,
        mime: line(from, "mime_type"),
        length: number("size_in_bytes"),
        duration: number("duration_in_seconds"),
        title: line(from, "title"),
    })
}
