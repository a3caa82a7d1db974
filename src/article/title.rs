//! The headline: what the page's own headings, its head, its JSON-LD and the
//! feed agree on; a visible headline counts most.

use super::beside::HEADLINES;
use super::body::fold;
use super::doc::Doc;
use regex::Regex;
use std::sync::LazyLock;

/// What the head of the page calls the article.
pub(super) struct Declared<'t> {
    /// `og:title` and the like.
    pub(super) social: Option<&'t str>,
    /// JSON-LD.
    pub(super) headline: Option<&'t str>,
    /// `<title>`.
    pub(super) title: Option<&'t str>,
    /// Name of the site.
    pub(super) site: Option<&'t str>,
    /// Host of the page, for sites that are called like it.
    pub(super) host: &'t str,
    /// The feed's title.
    pub(super) feed: Option<&'t str>,
}

/// Parts of a headline's element that belong to something else.
static KICKER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"kicker|overline|roofline|dachzeile|spitzmarke|topline|super-?title|over-?title|pre-?title|pretitle|headline-?intro|section-?name|categor|rubrik|date|visually-?hidden|sr-only|screen-reader|sub-?(title|head|line)|label|badge|eyebrow|author|count|hidden|anchor|edit").ok()
});

static HEADLINE_CLASS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(^|[\s_-])((entry|post|article|story|page|news|blog|content|artikel|node)[_-]*(title|headline)|headline|titulo|titre)([\s_-]|$)").ok()
});

const MARKS: [&str; 13] =
    [" | ", " - ", " – ", " — ", " » ", " :: ", " · ", " • ", " / ", " « ", "|", " >> ", ": "];

/// A heading with what it weighs.
struct Heading {
    text: String,
    weight: f64,
}

/// The headline, if anything on the page can be one; also what the page itself
/// says where the feed's title was preferred.
pub(super) fn title(doc: &Doc<'_>, said: &Declared<'_>) -> (Option<String>, Option<String>) {
    let headings = headings(doc, said);
    let social = said.social.map(|t| without_site(t, said.site));
    let ld = said.headline.map(|t| without_site(t, said.site));
    let title = said.title.map(|t| without_site(t, said.site));
    let mut candidates: Vec<(String, f64)> = headings.into_iter().map(|h| (h.text, h.weight)).collect();
    let sources = [
        (social.as_deref(), 3.0),
        (ld.as_deref(), 3.2),
        (title.as_deref(), 2.0),
        (said.headline, 0.5),
        (said.social, 0.4),
    ];
    for (text, weight) in sources {
        candidates.extend(text.map(|text| (text.to_owned(), weight)));
    }
    for part in said.title.map(parts).unwrap_or_default() {
        candidates.push((part.to_owned(), 0.6));
    }
    let folded: Vec<String> = candidates.iter().map(|(text, _)| fold(text)).collect();
    let feed = said.feed.map(fold).filter(|feed| !feed.is_empty());
    let mut best: Option<(usize, f64)> = None;
    for (at, (_, weight)) in candidates.iter().enumerate() {
        if folded[at].is_empty() {
            continue;
        }
        // Agreement: every other source that says the same adds its weight.
        let mut score = *weight;
        for (other, (_, more)) in candidates.iter().enumerate() {
            if other != at && folded[other] == folded[at] {
                score += more;
            }
        }
        if is_site(&folded[at], said) {
            score -= 8.0;
        }
        if let Some(feed) = &feed {
            score += if *feed == folded[at] {
                20.0
            } else {
                8.0 * strsim::normalized_levenshtein(&cut(feed), &cut(&folded[at]))
            };
        }
        if best.is_none_or(|(_, top)| score > top + 1e-9) {
            best = Some((at, score));
        }
    }
    let found = best.map(|(at, _)| candidates[at].0.clone());
    // What the page says is far from what the feed says: the feed knows its own story.
    if let (Some(feed), Some(found), Some(text)) = (&feed, &found, said.feed)
        && strsim::normalized_levenshtein(&cut(feed), &cut(&fold(found))) < 0.3
        && !fold(found).contains(feed.as_str())
    {
        return (Some(crate::html::clean_line(text)), Some(found.clone()));
    }
    (found.or_else(|| said.feed.map(str::to_owned)), None)
}

/// Enough of a title to compare.
fn cut(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Parts of a title between its separators.
fn parts(title: &str) -> Vec<&str> {
    let mut out = vec![title];
    for mark in MARKS {
        out = out.into_iter().flat_map(|part| part.split(mark)).take(12).collect();
    }
    out.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn is_site(folded: &str, said: &Declared<'_>) -> bool {
    let host = fold(said.host.trim_start_matches("www."));
    let name: String =
        said.host.trim_start_matches("www.").rsplit_once('.').map(|(name, _)| fold(name)).unwrap_or_default();
    said.site.is_some_and(|site| fold(site) == folded)
        || (folded.len() > 3 && (host.contains(folded) || (name.len() > 4 && folded == name)))
}

/// Visible headings that may be the headline.
fn headings(doc: &Doc<'_>, said: &Declared<'_>) -> Vec<Heading> {
    let in_title: Vec<String> = said.title.map(parts).unwrap_or_default().into_iter().map(fold).collect();
    let whole = said.title.map(fold).unwrap_or_default();
    let visible = lower_headings(doc);
    let mut out: Vec<Heading> = Vec::new();
    let (mut h1, mut looked) = (0, 0);
    for at in 0..doc.items.len() {
        let item = &doc.items[at];
        let kind = matches!(item.name, "h1" | "h2" | "h3" | "h4" | "div" | "p" | "span" | "strong");
        if !kind || item.skip || item.chars == 0 || item.chars > 400 {
            continue;
        }
        let titled = ["tit", "headline"].iter().any(|word| item.token.contains(word));
        let named = (titled
            && item.chars < 300
            && HEADLINE_CLASS.as_ref().is_some_and(|class| class.is_match(&item.token)))
            || doc.attr(at, "itemprop").is_some_and(|prop| prop.eq_ignore_ascii_case("headline"));
        let level = match item.name {
            "h1" => 1,
            "h2" | "h3" | "h4" => 2,
            "div" | "p" | "span" | "strong" if named => 3,
            _ => continue,
        };
        looked += 1;
        if looked > 80 || out.len() > 60 || HEADLINES.holds(doc, at, None) {
            continue;
        }
        let root_link = leads_home(doc, at, said);
        let (variants, shortened) = variants(doc, at);
        for (nth, text) in variants.into_iter().enumerate() {
            let folded = fold(&text);
            // A short line needs a second voice.
            let confirmed = in_title.contains(&folded)
                || (folded.len() > 15 && whole.contains(&folded))
                || (folded.len() > 6 && whole.starts_with(&folded));
            let lone =
                !text.contains(' ') && folded.len() < 12 && !confirmed && whole.len() > folded.len() * 2;
            let base: f64 = match level {
                1 if lone && text.is_ascii() => 1.5,
                1 if h1 == 0 => 4.5,
                1 => 2.5,
                2 if named => 2.6,
                2 => 0.3,
                _ => 1.0,
            };
            let sites = root_link || (level == 1 && is_sites_part(&folded, said, &visible));
            let (base, confirmed) = if sites { (base.min(0.3), false) } else { (base, confirmed) };
            let weight = base + if confirmed { 2.5 } else { 0.0 } + if named { 0.5 } else { 0.0 }
                - if nth > 0 { 0.9 } else { 0.0 }
                + if shortened && nth == 0 { 1.6 } else { 0.0 };
            out.push(Heading { text, weight });
        }
        if level == 1 && !root_link && !is_site(&fold(&doc.text(at)), said) {
            h1 += 1;
        }
    }
    out
}

/// Whether the heading is one link to the site's front page: its name, not a headline.
fn leads_home(doc: &Doc<'_>, at: usize, said: &Declared<'_>) -> bool {
    if doc.link_density(at) < 0.9 {
        return false;
    }
    let up = doc.ancestors(at).next().into_iter();
    let link = (at..doc.items[at].end).chain(up).find(|&i| doc.items[i].name == "a");
    let Some(href) = link.and_then(|i| doc.attr(i, "href")).map(str::trim) else { return false };
    let rest = href.split_once("://").map_or(href, |(_, rest)| {
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.trim_start_matches("www.") == said.host.trim_start_matches("www.") {
            path
        } else {
            "elsewhere"
        }
    });
    matches!(rest.trim_matches('/'), "" | "index.html" | "index.php")
}

/// Second headings of the page, folded.
fn lower_headings(doc: &Doc<'_>) -> Vec<String> {
    let lower = |&at: &usize| {
        let item = &doc.items[at];
        matches!(item.name, "h2" | "h3") && !item.skip && (1..300).contains(&item.chars)
    };
    (0..doc.items.len()).filter(lower).take(40).map(|at| fold(&doc.text(at))).collect()
}

/// Whether this is the site's part of a `<title>` whose longer other part is a heading
/// of its own on the page.
fn is_sites_part(folded: &str, said: &Declared<'_>, visible: &[String]) -> bool {
    let parts: Vec<String> = said.title.map(parts).unwrap_or_default().into_iter().map(fold).collect();
    parts.len() > 1
        && parts.iter().any(|part| part == folded)
        && parts.iter().any(|part| part.len() > folded.len().max(12) && visible.contains(part))
}

/// A heading's text, without its kicker first (if it has one, as the second value says); as it stands; and without its first or last part.
fn variants(doc: &Doc<'_>, at: usize) -> (Vec<String>, bool) {
    let elements: Vec<usize> =
        doc.children(at).filter(|&c| doc.items[c].element.is_some() && doc.items[c].chars > 0).collect();
    let full = doc.text(at);
    let mut out: Vec<String> = Vec::new();
    let push = |text: String, out: &mut Vec<String>| {
        let text = text
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '|' | '–' | '¶' | '#'))
            .to_owned();
        if !text.is_empty() && !out.contains(&text) {
            out.push(text);
        }
    };
    let kicker = |c: usize| {
        let item = &doc.items[c];
        !item.token.is_empty() && KICKER.as_ref().is_some_and(|k| k.is_match(&item.token))
    };
    let without = |gone: &dyn Fn(usize) -> bool| {
        let mut text = String::new();
        let mut next = at + 1;
        while next < doc.items[at].end {
            let item = &doc.items[next];
            if item.element.is_some() && (gone(next) || item.skip) {
                next = item.end;
                text.push(' ');
                continue;
            }
            if item.block || item.name == "br" {
                text.push(' ');
            }
            text.push_str(item.text);
            next += 1;
        }
        crate::html::clean_line(&text)
    };
    if (at + 1..doc.items[at].end)
        .any(|c| doc.items[c].element.is_some() && doc.items[c].chars > 0 && kicker(c))
    {
        push(without(&kicker), &mut out);
    }
    let shortened = !out.is_empty();
    push(full, &mut out);
    if let (Some(&first), Some(&last)) = (elements.first(), elements.last())
        && doc.items[first].chars + 3 < doc.items[at].chars
    {
        push(without(&|c| c == first), &mut out);
        push(without(&|c| c == last), &mut out);
    }
    (out, shortened)
}

/// A title without the name of the site at its end or beginning.
pub(super) fn without_site(title: &str, site: Option<&str>) -> String {
    let marks = &MARKS[..9];
    let site = site.map(fold).filter(|s| !s.is_empty());
    let words = |text: &str| text.split_whitespace().count();
    let mut title = title.to_owned();
    for _ in 0..2 {
        let cut = marks.iter().filter_map(|mark| title.rfind(mark).map(|at| (at, mark.len()))).max();
        let Some((at, len)) = cut else { break };
        let (front, back) = (title[..at].trim(), title[at + len..].trim());
        let named = site.as_ref().is_some_and(|s| {
            let back = fold(back);
            back == *s || (back.len() > 3 && (s.contains(&back) || back.contains(s.as_str())))
        });
        // Without a name to compare with, a short tail behind a long front is one.
        let tail = words(front) >= 4 && words(back) <= 4 && words(back) * 2 <= words(front);
        if !front.is_empty() && (named || tail) {
            title = front.to_owned();
        } else {
            break;
        }
    }
    if let Some((at, mark)) =
        marks.iter().filter_map(|mark| title.find(mark).map(|at| (at, mark.len()))).min()
        && site.as_ref().is_some_and(|s| fold(&title[..at]) == *s)
    {
        return title[at + mark..].trim().to_owned();
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_decides() {
        for (body, title, feed, expected) in [
            (
                "<h1>Daily Valley</h1><h2 class=entry-title>The river rises</h2>",
                "The river rises | Daily Valley",
                None,
                "The river rises",
            ),
            (
                "<h1><span class=kicker>Weather</span> The river rises</h1>",
                "Weather: The river rises - Daily Valley",
                None,
                "The river rises",
            ),
            ("<h1>The river rises again</h1>", "River news | Daily Valley", None, "The river rises again"),
            (
                "<p>x</p>",
                "The river rises above the mark - Daily Valley",
                None,
                "The river rises above the mark",
            ),
            ("<h1>All news</h1><h3>The river rises</h3>", "News", Some("The river rises"), "The river rises"),
            ("<h1>All news</h1>", "News", Some("Bridge closed for good"), "Bridge closed for good"),
            // The site's name as a heading: a link to the front page, or the rest of the title.
            (
                "<h1><a href=/>Talhaus Notes</a></h1><h2>The river rises above the mark</h2>",
                "The river rises above the mark « Talhaus Notes",
                None,
                "The river rises above the mark",
            ),
            (
                "<h1>Talhaus Notes</h1><h2>The river rises above the mark</h2>",
                "Talhaus Notes » The river rises above the mark",
                None,
                "The river rises above the mark",
            ),
        ] {
            let dom = scraper::Html::parse_document(&format!("<body>{body}</body>"));
            let doc = Doc::new(&dom);
            let said = Declared {
                social: None,
                headline: None,
                title: Some(title),
                site: Some("Daily Valley"),
                host: "valley.example",
                feed,
            };
            assert_eq!(super::title(&doc, &said).0.as_deref(), Some(expected), "{body}");
        }
    }
}
