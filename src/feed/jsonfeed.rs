//! JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently and within bounds.

use super::canon::{MAX_ENCLOSURES, MAX_LIST, MAX_VALUE, absolute};
use super::loose::{self, Loose, Parsed};
use super::read::told;
use super::text::{cut_html, decode, head, legal, mend_mojibake, one_line, text_to_html};
use super::{Limits, ParseError, dates, mend, repairs};
use crate::model::{Enclosure, FeedDocument, FeedEntry, FeedHints, FeedKind, FeedLinks, Person, Warning};
use url::Url;

/// Reads a JSON Feed.
pub(super) fn read(text: &str, base: &Url, limits: &Limits) -> Result<FeedDocument, ParseError> {
    let mut warnings = Vec::new();
    let (mut parsed, mut entries, mut mended_in) = collect(text, base, limits);
    if parsed.error.is_some()
        && let (mended, Some(at)) = mend::json(text)
    {
        drop(entries);
        (parsed, entries, mended_in) = collect(&mended, base, limits);
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
    warnings.extend(mended_in.warnings());
    let truncated = parsed.error.is_some();
    if let Some((line, message)) = &parsed.error {
        let message = format!("{message}; the entries before it were kept");
        warnings.push(repairs::warning("truncated", Some(*line), message));
    }
    Ok(FeedDocument {
        kind: FeedKind::Json,
        title: feed.text("title").and_then(|title| one_line(&decode(&title), 4096)),
        link: feed.text("home_page_url").and_then(|url| absolute(&url, base)),
        id: feed.text("feed_url").and_then(|url| one_line(&url, MAX_VALUE)),
        updated: None,
        lang: line(feed, "language"),
        authors: authors(feed, base),
        hints: FeedHints::default(),
        links: links(feed, base),
        entries,
        warnings,
        truncated,
    })
}

/// Hubs, the feed's own address, the next page.
fn links(feed: &Loose, base: &Url) -> FeedLinks {
    let mut links = FeedLinks::default();
    let mut add = |rel: &str, from: &Loose, name: &str| {
        let address = from.text(name).and_then(|url| absolute(&url, base));
        if let Some(url) = address.and_then(|address| Url::parse(&address).ok()) {
            links.add(rel, url);
        }
    };
    add("self", feed, "feed_url");
    add("next", feed, "next_url");
    let speaks = |hub: &&Loose| hub.text("type").is_none_or(|kind| kind.eq_ignore_ascii_case("WebSub"));
    for hub in feed.list("hubs").iter().filter(speaks) {
        add("hub", hub, "url");
    }
    links
}

/// What was mended in the entries: kinds of [`repairs::REPAIRS`], and how often.
#[derive(Debug, Default)]
struct Repairs(Vec<(&'static str, usize)>);

impl Repairs {
    fn add(&mut self, kind: &'static str) {
        match self.0.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, times)) => *times += 1,
            None => self.0.push((kind, 1)),
        }
    }

    fn warnings(self) -> impl Iterator<Item = Warning> {
        self.0.into_iter().map(|(kind, times)| {
            let often = if times > 1 { format!(" (the first of {times})") } else { String::new() };
            repairs::warning(kind, None, told(kind).to_owned() + &often)
        })
    }

    /// A text of which all is in order, at most about `max` bytes.
    fn text(&mut self, text: &str, max: usize) -> String {
        let kept = head(text, max);
        if kept.len() < text.len() {
            self.add("too-long");
        }
        let mended = mend_mojibake(kept);
        if mended.is_some() {
            self.add("mojibake");
        }
        let whole = mended.as_deref().unwrap_or(kept);
        let clean = legal(whole);
        if clean.len() < whole.len() {
            self.add("characters");
        }
        clean.into_owned()
    }
}

/// Reads the document, its items at once as entries: as values they take much more memory.
fn collect(text: &str, base: &Url, limits: &Limits) -> (Parsed, Vec<FeedEntry>, Repairs) {
    let mut entries = Vec::new();
    let mut repairs = Repairs::default();
    let parsed = loose::parse(text, limits.max_entries, &mut |item| {
        if matches!(item, Loose::Map(_)) {
            entries.push(entry(&item, base, limits.max_text, &mut repairs));
        }
    });
    (parsed, entries, repairs)
}

fn entry(item: &Loose, base: &Url, max_text: usize, repairs: &mut Repairs) -> FeedEntry {
    let guid = item.text("id").map(|id| legal(id.trim()).into_owned());
    let guid = guid.filter(|id| !id.is_empty() && id.len() <= MAX_VALUE);
    let address = |name: &str| item.text(name).and_then(|url| absolute(&url, base));
    let own = || Url::parse(guid.as_deref()?).ok().and_then(|url| absolute(url.as_str(), base));
    let link = address("url").or_else(own).or_else(|| address("external_url"));
    let filled = |text: &String| !text.trim().is_empty();
    let title = item.text("title").map(|title| repairs.text(&title, MAX_VALUE));
    let mut html = |name: &str| {
        let text = item.text(name)?;
        let kept = repairs.text(&text, max_text);
        // Cut or not: a tag must not be left open.
        let whole = text.len() <= max_text;
        Some(if whole { kept } else { without_open_tag(&kept).to_owned() }).filter(filled)
    };
    let content_html = html("content_html");
    let mut plain = |name: &str| {
        let text = repairs.text(&item.text(name)?, max_text);
        Some(cut_html(&text_to_html(&text), max_text).to_owned()).filter(filled)
    };
    let summary = plain("summary");
    let content = content_html.or_else(|| plain("content_text"));
    let mut date = |name: &str| {
        let text = item.text(name).filter(|text| !text.trim().is_empty())?;
        let date = dates::parse(&text);
        if date.is_none() {
            repairs.add("date");
        }
        date
    };
    let (published, updated) = (date("date_published"), date("date_modified"));
    FeedEntry {
        makeshift_title: false,
        title: title.and_then(|title| one_line(&decode(&title), 4096)),
        summary,
        content,
        base: link.clone(),
        authors: authors(item, base),
        published,
        updated,
        categories: tags(item),
        enclosures: item
            .list("attachments")
            .iter()
            .take(MAX_ENCLOSURES)
            .filter_map(|a| attachment(a, base))
            .collect(),
        lang: line(item, "language"),
        image: address("image").or_else(|| address("banner_image")),
        episode: None,
        source: None,
        original_link: None,
        link,
        guid,
    }
}

fn line(from: &Loose, name: &str) -> Option<String> {
    one_line(&legal(&from.text(name)?), 4096)
}

/// HTML that was cut off, up to the last tag that is whole.
fn without_open_tag(html: &str) -> &str {
    match html.rfind('<') {
        Some(open) if !html[open..].contains('>') => &html[..open],
        _ => html,
    }
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
        picture: false,
    })
}
