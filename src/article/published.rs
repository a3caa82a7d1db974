//! The publication date: every place that names one has a say, and what most
//! agree on wins. A time in UTC gives way to the same day elsewhere.

use super::dates::{self, Published};
use super::doc::Doc;
use super::metadata::{Head, is_beside};
use super::{Hints, Notes};
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// Names of meta elements, the first twelve the surest, the last four about changes.
const NAMES: &[&str] = &[
    "article:published_time",
    "og:published_time",
    "datepublished",
    "article.published",
    "published_time",
    "og:article:published_time",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "date",
    "pubdate",
    "publishdate",
    "pub_date",
    "og:pubdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "published",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "datecreated",
    "created",
    "originalpublicationdate",
    "article_date_original",
    "analyticsattributes.articledate",
    "article:created",
    "bt:pubdate",
    "last-modified",
    "article:modified_time",
    "og:updated_time",
    "datemodified",
];
const SURE: usize = 12;
const LATE: usize = 4;

/// One place's word.
struct Vote {
    place: &'static str,
    date: Published,
    weight: f64,
}

fn day(date: &Published) -> Option<Date> {
    date.text.get(..10)?.parse().ok()
}

/// Same day, or the same moment written in two zones.
fn agree(a: &Published, b: &Published) -> bool {
    day(a) == day(b) || (a.instant.is_some() && a.instant == b.instant)
}

/// Whether the time is given in UTC, whatever the page's own zone is.
fn in_utc(date: &Published) -> bool {
    date.text.ends_with('Z') || date.text.ends_with("+00:00")
}

/// When the article was published.
pub(super) fn published(
    head: &Head,
    doc: &Doc<'_>,
    url: &Url,
    lang: Option<&str>,
    hints: &Hints,
    notes: &mut Notes,
) -> Option<Published> {
    let month_first = is_month_first(lang) && !counts_days_first(url);
    let parse = |text: &str| dates::parse(text, month_first);
    let address = from_address(url);
    let (named, plain, beside) = from_time(doc, &parse);
    let (text, line) = (from_named(doc, &parse), from_line(doc, &parse));
    let shown: Vec<&Published> = [&address, &named, &plain, &line, &text].into_iter().flatten().collect();
    let declared = |value: &str| in_order(value, month_first, &shown);
    let mut votes: Vec<Vote> = Vec::new();
    let mut vote = |place: &'static str, date: Option<Published>, weight: f64| {
        votes.extend(date.map(|date| Vote { place, date, weight }));
    };
    vote("JSON-LD", head.ld.published.as_deref().and_then(declared), 3.2);
    let mut first = true;
    for (nth, name) in NAMES[..NAMES.len() - LATE].iter().enumerate() {
        let found = head.meta.get(*name).and_then(|values| values.first()).and_then(|value| declared(value));
        let weight = if nth < SURE { 3.0 } else { 2.0 };
        let weight = if first { weight } else { 0.6 };
        first &= found.is_none();
        vote("meta", found, weight);
    }
    vote("address", address.clone(), 2.5);
    vote("time element", named.clone(), 2.5);
    vote("time element", plain.clone(), 1.3);
    vote("time element beside", beside, 0.5);
    vote("text", text.clone(), 1.2);
    vote("line", line.clone(), 2.0);
    if votes.is_empty() {
        votes.extend(from_text(doc, &parse).map(|date| Vote { place: "text", date, weight: 0.8 }));
    }
    if votes.is_empty() {
        let late = NAMES[NAMES.len() - LATE..].iter();
        let late = late.filter_map(|name| head.meta.get(*name)?.first()).find_map(|value| parse(value));
        votes.extend(late.map(|date| Vote { place: "meta, last change", date, weight: 0.3 }));
    }
    if votes.is_empty() {
        votes.extend(from_updated(doc, &parse).map(|date| Vote { place: "last change", date, weight: 0.3 }));
    }
    let feed = hints.published.map(|instant| Published { text: instant.to_string(), instant: Some(instant) });
    let score = |one: &Vote| {
        let voices: f64 =
            votes.iter().filter(|other| agree(&one.date, &other.date)).map(|other| other.weight).sum();
        let seconded = feed.as_ref().is_some_and(|feed| agree(feed, &one.date));
        // Of those that say the same, the one with a time and its own zone says most.
        let detail = if one.date.instant.is_none() {
            0.0
        } else if in_utc(&one.date) {
            0.01
        } else {
            0.02
        };
        voices + detail + if seconded { 2.5 } else { 0.0 }
    };
    let mut best: Option<(&Vote, f64)> = None;
    for one in &votes {
        let score = score(one);
        if best.is_none_or(|(_, top)| score > top + 1e-9) {
            best = Some((one, score));
        }
    }
    let (best, _) = best?;
    notes.remarks.push(format!("date: {}", best.place));
    // Late in the evening UTC is a day ahead or behind: the address shows the page's own day.
    if in_utc(&best.date)
        && let (Some(utc), Some(own)) = (day(&best.date), address.as_ref().and_then(day))
        && (utc.tomorrow().ok() == Some(own) || utc.yesterday().ok() == Some(own))
    {
        return Some(Published { text: own.to_string(), instant: best.date.instant });
    }
    Some(best.date.clone())
}

/// Hosts of English-speaking countries that write the day before the month.
fn counts_days_first(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    [".uk", ".ie", ".au", ".nz", ".za", ".in", ".ng", ".ke"].iter().any(|end| host.ends_with(end))
}

/// A declared date like 11/01/2023 is read in the order that agrees with what the page shows.
fn in_order(value: &str, month_first: bool, shown: &[&Published]) -> Option<Published> {
    let usual = dates::parse(value, month_first)?;
    let other = dates::parse(value, !month_first).filter(|other| day(other) != day(&usual));
    let seen = |date: &Published| shown.iter().any(|shown| agree(shown, date));
    match other {
        Some(other) if !seen(&usual) && seen(&other) => Some(other),
        _ => Some(usual),
    }
}

/// When it was last changed.
pub(super) fn modified(head: &Head, lang: Option<&str>) -> Option<Published> {
    let month_first = is_month_first(lang);
    let said = head.ld.modified.as_deref().into_iter();
    let meta = ["article:modified_time", "og:updated_time", "datemodified", "last-modified"];
    let meta = meta.iter().filter_map(|name| head.meta.get(*name)?.first().map(String::as_str));
    said.chain(meta).find_map(|value| dates::parse(value, month_first))
}

fn is_month_first(lang: Option<&str>) -> bool {
    lang.is_some_and(|lang| lang.eq_ignore_ascii_case("en-us") || lang.eq_ignore_ascii_case("en"))
}

/// `<time>` and microdata: the one that is named as publication, the first other,
/// and the first that stands beside the article.
fn from_time(
    doc: &Doc<'_>,
    parse: &dyn Fn(&str) -> Option<Published>,
) -> (Option<Published>, Option<Published>, Option<Published>) {
    let (mut first, mut beside) = (None, None);
    for at in 0..doc.items.len() {
        let item = &doc.items[at];
        if item.name == "meta" {
            continue;
        }
        let prop = doc.attr(at, "itemprop").unwrap_or_default().to_ascii_lowercase();
        if prop.contains("datemodified") && !prop.contains("datepublished") {
            continue;
        }
        let named = prop.contains("datepublished") || doc.attr(at, "pubdate").is_some();
        let dated = item.token.contains("published") && doc.attr(at, "title").is_some();
        if !(named || dated || (item.name == "time" && !item.skip)) {
            continue;
        }
        let value =
            ["datetime", "content", "title"].iter().find_map(|name| doc.attr(at, name).and_then(parse));
        let Some(found) = value.or_else(|| parse(&doc.text(at))) else { continue };
        if named || item.token.contains("publi") || item.token.contains("entry-date") {
            if !is_beside(doc, at) {
                return (Some(found), first, beside);
            }
            continue;
        }
        let aside = item.token.contains("updat") || is_beside(doc, at);
        if !aside && first.is_none() {
            first = Some(found);
        } else if beside.is_none() {
            beside = Some(found);
        }
    }
    (None, first, beside)
}

/// `/2023/01/31/` in the address, or `31-01-2023`.
fn from_address(url: &Url) -> Option<Published> {
    let parts: Vec<&str> = url.path_segments()?.take(20).collect();
    let three = parts.windows(3).find_map(|w| {
        let digits = w[0].len() == 4 && w[1].len() <= 2 && w[2].len() <= 2;
        digits.then(|| dates::parse(&format!("{}-{}-{}", w[0], w[1], w[2]), false)).flatten()
    });
    let one = |part: &&str| {
        let start = part.get(..10)?;
        let bytes = start.as_bytes();
        let whole = part.as_bytes().get(10).is_none_or(|byte| !byte.is_ascii_digit());
        let dashes = (bytes[4] == b'-' && bytes[7] == b'-') || (bytes[2] == b'-' && bytes[5] == b'-');
        if whole && dashes { dates::parse(start, false) } else { None }
    };
    three.or_else(|| parts.iter().find_map(one))
}

fn short(doc: &Doc<'_>, at: usize) -> bool {
    let item = &doc.items[at];
    item.element.is_some() && !item.skip && item.chars >= 6 && item.chars < 120
}

/// A short line that is named like a date.
fn from_named(doc: &Doc<'_>, parse: &dyn Fn(&str) -> Option<Published>) -> Option<Published> {
    let named = |at: usize| {
        let token = &doc.items[at].token;
        ["date", "publi", "posted", "time", "datum", "fecha", "byline", "meta", "dateline", "stamp"]
            .iter()
            .any(|word| token.contains(word))
    };
    (0..doc.items.len())
        .filter(|&at| short(doc, at) && named(at) && !is_beside(doc, at))
        .take(40)
        .find_map(|at| parse(&doc.text(at)))
}

/// Words that say outright when something was published.
static OUTRIGHT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W{0,3}(?:(?:first )?(?:published|posted)(?: on| at)?|publication date|date published|veröffentlicht(?: am)?|erschienen am|erstellt am|verfasst am|publiziert(?: am)?|veröffentlichungsdatum|publiée? le|mis en ligne le|date de publication|publicado (?:el|em)|fecha de publicación|data de publicação|pubblicato il|data di pubblicazione|geplaatst op|gepubliceerd op|opublikowano|data publikacji|опубликовано|дата публикации|publicerad|publisert|udgivet|julkaistu|yayınlanma tarihi|发布时间|發布時間|公開日)\s*[:：]?\s*(?:\p{L}{1,12}[,.]?\s*){0,2}\d").ok()
});

/// A short line that says so and is not a comment's.
fn from_line(doc: &Doc<'_>, parse: &dyn Fn(&str) -> Option<Published>) -> Option<Published> {
    let outright = OUTRIGHT.as_ref()?;
    (0..doc.items.len())
        .filter(|&at| short(doc, at) && !doc.items[at].has_block)
        .take(3000)
        .filter_map(|at| Some(at).zip(Some(doc.text(at)).filter(|text| outright.is_match(text))))
        .find(|(at, _)| !is_beside(doc, *at))
        .and_then(|(_, text)| parse(&text))
}

/// Some themes mark the only date of an entry as its last change.
fn from_updated(doc: &Doc<'_>, parse: &dyn Fn(&str) -> Option<Published>) -> Option<Published> {
    (0..doc.items.len())
        .filter(|&at| {
            doc.items[at].token.split_ascii_whitespace().any(|word| word == "updated") && !is_beside(doc, at)
        })
        .take(20)
        .find_map(|at| ["title", "datetime"].iter().find_map(|name| doc.attr(at, name).and_then(parse)))
}

/// A short line that holds a date, near the headline.
fn from_text(doc: &Doc<'_>, parse: &dyn Fn(&str) -> Option<Published>) -> Option<Published> {
    let h1 = (0..doc.items.len()).find(|&at| doc.items[at].name == "h1").unwrap_or(0);
    let line = |&at: &usize| {
        short(doc, at) && doc.items[at].block && !doc.items[at].has_block && !is_beside(doc, at)
    };
    (h1.saturating_sub(60)..doc.items.len())
        .filter(line)
        .take(60)
        .find_map(|at| parse(&doc.text(at)))
        .or_else(|| {
            // A date that stands alone between two tags.
            (h1.saturating_sub(200)..doc.items.len())
                .filter(|&at| (8..40).contains(&doc.items[at].text.trim().len()) && !is_beside(doc, at))
                .take(300)
                .find_map(|at| parse(doc.items[at].text))
        })
        .or_else(|| {
            // Or at the start or end of a longer line.
            (h1..doc.items.len())
                .filter(|&at| doc.items[at].block && !doc.items[at].has_block && !is_beside(doc, at))
                .take(40)
                .find_map(|at| {
                    let text = doc.text(at);
                    let head: String = text.chars().take(40).collect();
                    parse(&head)
                })
        })
}

#[cfg(test)]
mod tests {
    use crate::article::tests::read;

    fn date(head: &str, top: &str) -> Option<String> {
        read("https://site.example/a", head, top).published.map(|date| date.chars().take(10).collect())
    }

    #[test]
    fn places_of_a_date() {
        let late = r#"<time datetime="2020-05-09T08:00:00Z">9 May</time>"#;
        for (head, top, expected) in [
            // A line that says so outweighs a bare time element.
            ("", format!("{late}<h1>The bridge</h1><p>Veröffentlicht am 03.05.2020</p>"), Some("2020-05-03")),
            ("", "<h1>The bridge</h1><p>Publié le lundi 4 mai 2020</p>".to_owned(), Some("2020-05-04")),
            // What the page shows tells the order of a declared date.
            (
                r#"<meta name="date" content="11/01/2023 12:43:42">"#,
                "<h1>The bridge</h1><p>Erstellt am: 01.11.2023</p>".to_owned(),
                Some("2023-11-01"),
            ),
            (r#"<meta name="date" content="11/01/2023">"#, String::new(), Some("2023-01-11")),
            (
                r#"<meta property="og:pubdate" content="2021-03-08T11:15:28Z">"#,
                String::new(),
                Some("2021-03-08"),
            ),
            // A change is no publication.
            (
                r#"<meta property="article:published_time" content="2022-12-04T15:00:00+01:00">"#,
                r#"<h1>The bridge</h1><time itemprop="dateModified" datetime="2022-12-06"></time>"#
                    .to_owned(),
                Some("2022-12-04"),
            ),
            (
                "",
                r#"<h1>The bridge</h1><span class="updated" title="2013-04-04T18:52:11+00:00"></span>"#
                    .to_owned(),
                Some("2013-04-04"),
            ),
            // Neither a year alone nor a comment's date.
            ("", "<h1>The bridge</h1><p>Published 2020</p>".to_owned(), None),
            (
                "",
                r#"<h1>The bridge</h1><div class="comment"><p>Posted on 3 May 2020</p></div>"#.to_owned(),
                None,
            ),
        ] {
            assert_eq!(date(head, &top).as_deref(), expected, "{head} {top}");
        }
    }

    #[test]
    fn english_hosts_that_write_the_day_first() {
        for (host, expected) in [("site.example", "2020-03-04"), ("site.co.uk", "2020-04-03")] {
            let url = format!("https://{host}/a").parse().unwrap_or_else(|e| panic!("{e}"));
            let first = super::is_month_first(Some("en")) && !super::counts_days_first(&url);
            let found = super::in_order("03/04/2020", first, &[]).map(|date| date.text);
            assert_eq!(found.as_deref(), Some(expected), "{host}");
        }
    }
}
