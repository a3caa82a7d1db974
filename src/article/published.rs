//! The publication date: every place that names one has a say, and what most
//! agree on wins. A time in UTC gives way to the same day elsewhere.

use super::beside;
use super::dateplaces::Lines;
use super::dates::{self, Published};
use super::doc::Doc;
use super::metadata::Head;
use super::{Hints, Notes};
use jiff::civil::Date;
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
    let lines = Lines { doc, headline: beside::headline(doc), parse: &parse };
    let address = from_address(url);
    let times = lines.times();
    let (text, line) = (lines.named(), lines.outright());
    let shown: Vec<&Published> =
        [&address, &times.named, &times.plain, &line, &text].into_iter().flatten().collect();
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
    vote("time element", times.named.clone(), 2.5);
    vote("time element", times.plain.clone(), 1.3);
    vote("time element beside", times.beside.clone(), 0.5);
    vote("text", text.clone(), 1.2);
    vote("line", line.clone(), 2.0);
    // What stands beside the article is hardly a witness.
    if votes.iter().all(|vote| vote.weight < 0.6) {
        votes.extend(lines.near().map(|date| Vote { place: "text", date, weight: 0.8 }));
    }
    if votes.is_empty() {
        let late = NAMES[NAMES.len() - LATE..].iter();
        let late = late.filter_map(|name| head.meta.get(*name)?.first()).find_map(|value| parse(value));
        votes.extend(late.map(|date| Vote { place: "meta, last change", date, weight: 0.3 }));
    }
    if votes.is_empty() {
        let late = lines.updated().or_else(|| lines.changed());
        votes.extend(late.map(|date| Vote { place: "last change", date, weight: 0.3 }));
    }
    let month = month_of_address(url);
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
        let filed =
            month.is_some_and(|month| day(&one.date).map(|day| (day.year(), day.month())) == Some(month));
        voices + detail + if filed { 0.7 } else { 0.0 } + if seconded { 2.5 } else { 0.0 }
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
    let own = own_day(&best.date, address.as_ref(), [&line, &times.named, &text].into_iter().flatten());
    let own = own.map(|own| Published { text: own.to_string(), instant: best.date.instant });
    Some(own.unwrap_or_else(|| best.date.clone()))
}

/// Late in the evening UTC is a day ahead or behind: the address shows the page's own
/// day, and so does the page itself where it shows the day before. (A later day may
/// be that of a change.)
fn own_day<'p>(
    best: &Published,
    address: Option<&Published>,
    mut shown: impl Iterator<Item = &'p Published>,
) -> Option<Date> {
    let utc = day(best).filter(|_| in_utc(best))?;
    let (before, after) = (utc.yesterday().ok(), utc.tomorrow().ok());
    if let Some(own) = address.and_then(day) {
        return (before == Some(own) || after == Some(own)).then_some(own);
    }
    // West of Greenwich: twelve hours at most.
    let hour: u8 = best.text.get(11..13)?.parse().ok()?;
    if hour >= 12 {
        return None;
    }
    // Whatever says the same day settles it.
    let shown: Vec<Date> = shown.by_ref().filter(|date| !in_utc(date)).filter_map(day).collect();
    before.filter(|before| shown.contains(before) && !shown.contains(&utc))
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
    // `20230131`, alone or before a name.
    let compact = |part: &&str| {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let rest = part.as_bytes().get(digits);
        (digits == 8 && rest.is_none_or(|byte| matches!(byte, b'-' | b'_')))
            .then(|| dates::parse(&part[..8], false))
            .flatten()
    };
    three.or_else(|| parts.iter().find_map(one)).or_else(|| parts.iter().find_map(compact))
}

/// Year and month of `/2023/01/` in the address.
fn month_of_address(url: &Url) -> Option<(i16, i8)> {
    let parts: Vec<&str> = url.path_segments()?.take(20).collect();
    parts.windows(2).find_map(|pair| {
        let year = pair[0].parse().ok().filter(|year| (1990..=2100).contains(year))?;
        let month = pair[1].parse().ok().filter(|month| (1..=12).contains(month) && pair[1].len() == 2)?;
        Some((year, month))
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
            // A theme that calls the article's head a sidebar; today's date in the site's head.
            (
                "",
                r#"<div id="sidebar"><h1>The bridge</h1><time pubdate datetime="2020-05-03T10:00:00+02:00">3 May</time></div>"#
                    .to_owned(),
                Some("2020-05-03"),
            ),
            (
                "",
                r#"<div class="date">Today, 9 May 2020</div><h1>The bridge</h1><p class="date">3 May 2020</p>"#.to_owned(),
                Some("2020-05-03"),
            ),
            // A comment's date is no witness beside a line near the headline.
            (
                "",
                r#"<h1>The bridge</h1><p>by riverman on 20.09.2020</p><div class="comments"><time datetime="2020-09-23">x</time></div>"#
                    .to_owned(),
                Some("2020-09-20"),
            ),
            // In UTC it was the next day already.
            (
                r#"<meta property="article:published_time" content="2022-05-04T00:44:52Z">"#,
                r#"<h1>The bridge</h1><p class="date">03/05/2022 21:44</p>"#.to_owned(),
                Some("2022-05-03"),
            ),
            (
                r#"<meta property="article:published_time" content="2022-05-04T14:44:52Z">"#,
                r#"<h1>The bridge</h1><p class="date">03/05/2022</p>"#.to_owned(),
                Some("2022-05-04"),
            ),
            // Nothing but the foot of the page.
            ("", "<h1>The bridge</h1><footer><p>Letzte Änderung: 03.05.2020</p></footer>".to_owned(), Some("2020-05-03")),
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
    fn dates_in_addresses() {
        for (path, expected) in [
            ("2023/01/31/bridge", Some("2023-01-31")),
            ("news/2023-01-31-bridge", Some("2023-01-31")),
            ("news/20230131/bridge", Some("2023-01-31")),
            ("news/20230131-bridge", Some("2023-01-31")),
            ("web/20230131101112/x", None),
            ("artikel/20239931", None),
            ("artikel/202301311", None),
        ] {
            let url = format!("https://site.example/{path}").parse().unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(super::from_address(&url).map(|date| date.text).as_deref(), expected, "{path}");
        }
        let month =
            |path: &str| super::month_of_address(&format!("https://site.example/{path}").parse().ok()?);
        assert_eq!(month("2023/01/bridge"), Some((2023, 1)));
        assert_eq!(month("2023/1/bridge"), None);
        assert_eq!(month("2023/13/bridge"), None);
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
