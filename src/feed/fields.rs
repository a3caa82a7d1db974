//! Fields that are taken from the document itself: long texts (there is nothing
//! to map in them), dates, and what the feed library does not know.

use super::base64;
use super::canon::{absolute, is_html, own_base};
use super::dates;
use super::episode::Gathered;
use super::names::Ns;
use super::text::{cut_html, mend_mojibake, one_line, text_to_html};
use super::tree::Element;
use crate::model::{FeedEntry, FeedHints, FeedKind, SourceElement};
use jiff::Timestamp;
use std::time::Duration;
use url::Url;

/// What is known of an entry before the feed library has read it.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Texts, dates, base, language, source.
    pub(super) entry: FeedEntry,
    /// The guid may stand in for a link.
    pub(super) permalink: bool,
    /// Used if there is no other link.
    pub(super) spare_link: Option<String>,
    /// Playing time of the attachment in seconds.
    pub(super) duration: Option<u64>,
    /// Addresses of attachments that are pictures to be shown.
    pub(super) pictures: Vec<String>,
    /// Authors of the feed the entry was copied from.
    pub(super) source_authors: Vec<String>,
    /// What was mended in it: kinds of [`super::repairs::REPAIRS`].
    pub(super) repairs: Vec<&'static str>,
    /// Where it begins in the document's text.
    pub(super) at: usize,
}

/// Reads an entry's fields. `base` is the one in force on it, `outer` the document's.
pub(super) fn entry(el: Element<'_, '_>, kind: FeedKind, base: &Url, outer: &Url, max_text: usize) -> Fields {
    let mut fields = Fields { permalink: true, ..Fields::default() };
    let mut spare = None;
    let mut text_base = None;
    let mut dates = Dates::default();
    let mut gathered = Gathered::default();
    fields.entry.lang = el.attr("xml:lang").and_then(|lang| one_line(&lang, 64));
    for child in el.children() {
        dates.take(child);
        gathered.take(child, base);
        let slot = match text_role(child) {
            Some(Role::Content) => &mut fields.entry.content,
            Some(Role::Summary) => &mut fields.entry.summary,
            Some(Role::Spare) => &mut spare,
            None => {
                other_field(child, base, &mut fields);
                continue;
            }
        };
        if slot.is_none() {
            *slot = construct(child, max_text, &mut fields.repairs);
            if slot.is_some() {
                text_base = own_base(child, base).or(text_base);
            }
        }
    }
    if fields.entry.summary.is_none() && fields.entry.content.is_none() {
        fields.entry.summary = spare;
    }
    if kind == FeedKind::Rss {
        dates.take_attribute(el);
    }
    (fields.entry.published, fields.entry.updated) = dates.result(kind);
    if dates.unreadable {
        fields.repairs.push("date");
    }
    gathered.give(&mut fields.entry);
    fields.pictures = gathered.pictures;
    fields.spare_link = fields.spare_link.or_else(|| fields.entry.original_link.clone());
    let explicit = text_base.or_else(|| (base != outer).then(|| base.clone()));
    fields.entry.base = explicit.map(String::from);
    fields
}

fn other_field(el: Element<'_, '_>, base: &Url, fields: &mut Fields) {
    if el.is(Ns::Rss, "guid") {
        let permalink = el.attr("isPermaLink");
        fields.permalink = permalink.as_ref().is_none_or(|v| !v.eq_ignore_ascii_case("false"));
        let sure = permalink.is_some_and(|v| v.eq_ignore_ascii_case("true"));
        let id = el.value().filter(|id| fields.permalink && (sure || id.starts_with('/')));
        fields.spare_link = fields.spare_link.take().or_else(|| absolute(&id?, base));
    } else if el.ns() == Ns::Syndicator && el.local().eq_ignore_ascii_case("origLink") {
        let link = el.value().and_then(|link| absolute(&link, base));
        fields.entry.original_link = fields.entry.original_link.take().or(link);
    } else if el.is(Ns::Rss, "source") || el.is(Ns::Atom, "source") {
        let (source, authors) = source(el, base);
        fields.entry.source = fields.entry.source.take().or(source);
        fields.source_authors = authors;
    } else if el.is(Ns::Itunes, "duration") {
        fields.duration = el.value().and_then(|text| seconds(&text));
    } else if el.is(Ns::Dc, "language") {
        fields.entry.lang = fields.entry.lang.take().or_else(|| one_line(&el.value()?, 64));
    }
}

enum Role {
    Content,
    Summary,
    Spare,
}

/// Which of an entry's texts an element holds.
fn text_role(el: Element<'_, '_>) -> Option<Role> {
    let is = |names: &[&str]| names.iter().any(|name| el.local().eq_ignore_ascii_case(name));
    match el.ns() {
        Ns::Content if is(&["encoded"]) => Some(Role::Content),
        Ns::Xhtml if is(&["body", "div"]) => Some(Role::Content),
        Ns::Atom if is(&["content"]) => Some(Role::Content),
        Ns::Rss if is(&["content", "fullitem", "fulltext", "body"]) => Some(Role::Content),
        Ns::Rss if is(&["description", "summary", "abstract"]) => Some(Role::Summary),
        Ns::Atom if is(&["summary", "abstract"]) => Some(Role::Summary),
        Ns::Dc if is(&["description", "abstract"]) => Some(Role::Spare),
        Ns::Itunes if is(&["summary", "subtitle"]) => Some(Role::Spare),
        Ns::Media if is(&["description", "group", "content"]) => Some(Role::Spare),
        Ns::Atom if is(&["description"]) => Some(Role::Spare),
        _ => None,
    }
}

/// A text as HTML, not cleaned (RFC 4287 §3.1 and §4.1.3; in RSS always HTML).
fn construct(el: Element<'_, '_>, max: usize, repairs: &mut Vec<&'static str>) -> Option<String> {
    if el.is(Ns::Media, "group") || el.is(Ns::Media, "content") {
        return construct(el.children().find(|c| c.is(Ns::Media, "description"))?, max, repairs);
    }
    let kind = el.attr("type").map(|t| t.trim().to_ascii_lowercase());
    let html = if el.has_markup() {
        // The div that XHTML content is wrapped in is not part of it.
        let mut inner = el.children();
        let first = inner.next().filter(|c| c.local().eq_ignore_ascii_case("div"));
        let only =
            first.filter(|_| kind.as_deref().is_some_and(|k| k.contains("xhtml")) && inner.next().is_none());
        only.unwrap_or(el).inner_html(max)
    } else {
        let text = base64::text(el, max + 4096)?;
        let text = text.trim();
        let unknown = kind.as_deref().is_none_or(|kind| kind.starts_with("application/"));
        let atom_text = el.ns() == Ns::Atom && !is_html(el) && !(unknown && looks_like_html(text));
        match kind.as_deref() {
            Some("text/plain") => text_to_html(text),
            _ if atom_text => text_to_html(text),
            _ => text.to_owned(),
        }
    };
    let html = html.trim();
    let cut = cut_html(html, max);
    if cut.is_empty() {
        return None;
    }
    if cut.len() < html.len() {
        repairs.push("too-long");
    }
    let mended = mend_mojibake(cut);
    if mended.is_some() {
        repairs.push("mojibake");
    }
    Some(mended.unwrap_or_else(|| cut.to_owned()))
}

/// Whether text without a declared type is meant as HTML.
fn looks_like_html(text: &str) -> bool {
    ["</p>", "</a>", "</div>", "<br", "<img ", "</em>", "</strong>", "</b>", "</i>", "</li>"]
        .iter()
        .any(|mark| text.contains(mark))
}

/// `3723`, `62:03`, `1:02:03`
fn seconds(text: &str) -> Option<u64> {
    let mut total = 0_u64;
    for part in text.trim().splitn(3, ':') {
        let part = part.split('.').next()?.trim();
        total = total.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    Some(total)
}

/// atom:source or RSS `<source url>`, with its authors' names.
fn source(el: Element<'_, '_>, base: &Url) -> (Option<SourceElement>, Vec<String>) {
    let mut found = SourceElement::default();
    let mut authors = Vec::new();
    if el.is(Ns::Rss, "source") && !el.has_markup() {
        found.title = el.value().and_then(|v| one_line(&crate::html::plain_text(&v), 1000));
        found.link = el.attr("url").and_then(|url| absolute(&url, base));
    }
    for child in el.children() {
        let value = || child.value().and_then(|v| one_line(&v, 1000));
        if child.is(Ns::Atom, "id") {
            found.id = value();
        } else if child.is(Ns::Atom, "title") {
            found.title = value().map(|v| crate::html::plain_text(&v));
        } else if child.is(Ns::Atom, "link") {
            let alternate = child.attr("rel").is_none_or(|rel| rel == "alternate");
            if found.link.is_none() || alternate {
                found.link = child.attr("href").and_then(|href| absolute(&href, base)).or(found.link);
            }
        } else if child.is(Ns::Atom, "author") && authors.len() < 32 {
            authors.extend(
                child.children().find(|c| c.is(Ns::Atom, "name")).and_then(|c| one_line(&c.value()?, 500)),
            );
        }
    }
    ((found != SourceElement::default()).then_some(found), authors)
}

/// The dates of a feed or an entry, by their many names.
#[derive(Debug, Default)]
pub(super) struct Dates {
    published: Option<Timestamp>,
    updated: Option<Timestamp>,
    /// `dc:date`: publication or change, the standard does not say.
    either: Option<Timestamp>,
    /// There was one that could not be read.
    unreadable: bool,
}

impl Dates {
    /// Looks at an element; the last readable date of each kind counts.
    pub(super) fn take(&mut self, el: Element<'_, '_>) {
        let is = |names: &[&str]| names.iter().any(|name| el.local().eq_ignore_ascii_case(name));
        let slot = match el.ns() {
            Ns::Rss | Ns::Atom if is(&["pubDate", "published", "issued"]) => &mut self.published,
            Ns::Rss | Ns::Atom if is(&["updated", "modified", "lastBuildDate"]) => &mut self.updated,
            Ns::Dc if is(&["issued"]) => &mut self.published,
            Ns::Dc if is(&["modified"]) => &mut self.updated,
            Ns::Dc | Ns::Rss if is(&["date"]) => &mut self.either,
            _ => return,
        };
        let Some(text) = el.value() else { return };
        match dates::parse(&text) {
            Some(date) => *slot = Some(date),
            None => self.unreadable = true,
        }
    }

    /// CDF has the date in an attribute of the entry.
    fn take_attribute(&mut self, el: Element<'_, '_>) {
        self.updated = self.updated.or_else(|| dates::parse(&el.attr("lastmod")?));
    }

    /// Published and updated.
    pub(super) fn result(&self, kind: FeedKind) -> (Option<Timestamp>, Option<Timestamp>) {
        match kind {
            FeedKind::Rss if self.published.is_none() => (self.either, self.updated.or(self.either)),
            _ => (self.published, self.updated.or(self.either)),
        }
    }

    /// The feed's own last change.
    pub(super) fn changed(&self) -> Option<Timestamp> {
        self.updated.or(self.either).or(self.published)
    }
}

/// Takes one of the elements that say how often to ask.
pub(super) fn hint(el: Element<'_, '_>, hints: &mut FeedHints, period: &mut Period) {
    let number = || el.value().and_then(|v| v.parse::<u32>().ok());
    if el.is(Ns::Rss, "ttl") {
        hints.ttl = number().filter(|&n| n > 0).map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    } else if el.is(Ns::Rss, "skipHours") {
        let hours =
            el.children().filter(|c| c.is(Ns::Rss, "hour")).filter_map(|c| c.value()?.parse::<u8>().ok());
        // Some count from 1 to 24.
        hints.skip_hours = hours.filter(|&h| h <= 24).map(|h| h % 24).take(24).collect();
        hints.skip_hours.sort_unstable();
        hints.skip_hours.dedup();
    } else if el.is(Ns::Rss, "skipDays") {
        let days = el.children().filter(|c| c.is(Ns::Rss, "day")).filter_map(|c| weekday(&c.value()?));
        hints.skip_days = days.take(7).collect();
        hints.skip_days.sort_unstable();
        hints.skip_days.dedup();
    } else if el.is(Ns::Sy, "updatePeriod") {
        period.base = el.value().and_then(|v| match v.to_ascii_lowercase().as_str() {
            "hourly" => Some(3600),
            "daily" => Some(86_400),
            "weekly" => Some(7 * 86_400),
            "monthly" => Some(30 * 86_400),
            "yearly" => Some(365 * 86_400),
            _ => None,
        });
    } else if el.is(Ns::Sy, "updateFrequency") {
        period.times = number();
    }
}

/// `sy:updatePeriod` and `sy:updateFrequency`
#[derive(Debug, Default)]
pub(super) struct Period {
    base: Option<u64>,
    times: Option<u32>,
}

impl Period {
    /// Time between two changes.
    pub(super) fn length(&self) -> Option<Duration> {
        let times = self.times.unwrap_or(1).max(1);
        self.base.map(|base| Duration::from_secs((base / u64::from(times)).max(1)))
    }
}

fn weekday(name: &str) -> Option<u8> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let name = name.to_ascii_lowercase();
    let at = DAYS.iter().position(|day| name.starts_with(day))?;
    u8::try_from(at + 1).ok()
}
