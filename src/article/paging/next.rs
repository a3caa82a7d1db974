//! The next page where nobody has said how to find it. Wrong guesses mix
//! articles, so a link must look like the next page in its address (same place,
//! the next number) and in its words.

use super::Part;
use crate::article::doc::Doc;
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// Query parameters that number pages.
const PARAMETERS: &[&str] =
    &["page", "p", "pg", "pagenum", "page_num", "pageno", "page_no", "seite", "pagina", "strana", "part"];

/// Parts of paths that lead to lists.
const LISTS: &[&str] = &[
    "tag",
    "tags",
    "category",
    "categories",
    "kategorie",
    "search",
    "suche",
    "author",
    "authors",
    "archive",
    "archives",
    "topic",
    "topics",
    "forum",
    "forums",
    "thread",
    "threads",
    "comments",
    "gallery",
    "galleries",
];

/// Last parts of paths that lead to lists.
const FRONTS: &[&str] =
    &["blog", "news", "articles", "posts", "stories", "artikel", "aktuelles", "index.html", "home"];

static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^([-_/,.;]?)(page|seite|pagina|strana|pag|p|s|part|teil)?[-_/,.=]?([0-9]{1,2})$").ok()
});

static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*(next( page)?|page suivante|suivante?|nächste( seite)?|weiter|auf der nächsten seite|siguiente( página)?|página siguiente|pagina successiva|successiva|avanti|próxima( página)?|volgende( pagina)?|następna( strona)?|далее|следующая( страница)?|下一[页頁]|次のページ(へ)?|次へ|다음( 페이지)?|další( strana)?|nästa( sida)?|continue to page \d+)\W*$",
    )
    .ok()
});

/// The link to the page after this one.
pub(super) fn in_general(doc: &Doc<'_>, base: &Url, part: &Part) -> Option<Url> {
    if !may_be_article(&part.first) {
        return None;
    }
    let wanted = part.number + 1;
    let mut worded = None;
    for at in 0..doc.items.len() {
        let item = &doc.items[at];
        if !matches!(item.name, "a" | "link") {
            continue;
        }
        let Some(href) = doc.attr(at, "href").filter(|href| href.len() < 2_000) else { continue };
        let rel = doc
            .attr(at, "rel")
            .is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next")));
        if !rel && (item.name == "link" || worded.is_some() || !is_worded(doc, at, wanted)) {
            continue;
        }
        let Some(url) = base.join(href.trim()).ok().filter(|url| is_page(&part.first, url, wanted)) else {
            continue;
        };
        if is_ambiguous(&part.first, &url, wanted) && doc.text(at).trim() != wanted.to_string() {
            continue;
        }
        if rel {
            return Some(url);
        }
        worded = Some(url);
    }
    worded
}

/// `story-2` may as well be another story of that name.
fn is_ambiguous(first: &Url, url: &Url, number: usize) -> bool {
    let (stem, _) = split_ending(first.path().trim_end_matches('/'));
    let (other, _) = split_ending(url.path().trim_end_matches('/'));
    other.strip_suffix(&number.to_string()).and_then(|rest| rest.strip_suffix('-')) == Some(stem)
}

/// Lists have pages too.
fn may_be_article(first: &Url) -> bool {
    let Some(segments) = first.path_segments() else { return false };
    let segments: Vec<String> =
        segments.filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect();
    let list = |part: &String| LISTS.contains(&part.as_str());
    segments.last().is_some_and(|last| !FRONTS.contains(&last.as_str())) && !segments.iter().any(list)
}

/// Whether a link reads like one to that page and does not stand among comments.
fn is_worded(doc: &Doc<'_>, at: usize, wanted: usize) -> bool {
    let item = &doc.items[at];
    if item.chars > 40 || item.skip {
        return false;
    }
    let text = doc.text(at);
    let label = doc.attr(at, "aria-label").or_else(|| doc.attr(at, "title")).unwrap_or_default();
    let says_next = |text: &str| WORDS.as_ref().is_some_and(|words| words.is_match(text));
    let says = text.trim() == wanted.to_string() || says_next(&text) || (text.len() < 6 && says_next(label));
    says && !doc.ancestors(at).take(8).any(|up| {
        let above = &doc.items[up];
        above.chars * 2 < doc.items[0].chars
            && ["comment", "respon", "disqus", "slider", "carousel", "gallery"]
                .iter()
                .any(|word| above.token.contains(word))
    })
}

/// Whether an address is that of page `number` of the article that begins at `first`.
pub(super) fn is_page(first: &Url, url: &Url, number: usize) -> bool {
    let host = |url: &Url| url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    if host(first) != host(url) || first.port() != url.port() {
        return false;
    }
    if url.fragment().is_some_and(|fragment| fragment.contains("comment")) {
        return false;
    }
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    if path(first) == path(url) {
        return numbered_query(first, url, number);
    }
    let pairs = |url: &Url| url.query_pairs().into_owned().collect::<Vec<_>>();
    let plain = |url: &Url| -> Vec<(String, String)> {
        pairs(url).into_iter().filter(|(name, _)| !name.starts_with("utm_")).collect()
    };
    // Trackers may have been added for the feed.
    (pairs(url) == pairs(first) || plain(url) == plain(first) || url.query().is_none())
        && numbered_path(&path(first), &path(url), number)
}

fn numbered_query(first: &Url, url: &Url, number: usize) -> bool {
    let numbers = |name: &str| PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
    let mut before: Vec<(String, String)> = first.query_pairs().into_owned().collect();
    before.retain(|(name, value)| !(numbers(name) && matches!(value.as_str(), "0" | "1")));
    // An article that is itself addressed by such a parameter: `?p=12`.
    if before.iter().any(|(name, _)| numbers(name)) {
        return false;
    }
    let mut of_page = 0;
    for (name, value) in url.query_pairs() {
        if numbers(&name) && value.parse() == Ok(number) {
            of_page += 1;
        } else if !before.iter().any(|(n, v)| *n == name && *v == value) {
            return false;
        }
    }
    of_page == 1
}

fn numbered_path(first: &str, other: &str, number: usize) -> bool {
    let (stem, ending) = split_ending(first);
    let (other, other_ending) = split_ending(other);
    if !(ending == other_ending || ending.is_empty() || other_ending.is_empty()) {
        return false;
    }
    // `…/story/1` begins what `…/story/2` goes on with.
    let stems = [stem, stem.strip_suffix("/1").unwrap_or(stem), stem.strip_suffix("-1").unwrap_or(stem)];
    stems.iter().any(|stem| {
        let found = other.strip_prefix(stem).and_then(|rest| NUMBERED.as_ref()?.captures(rest));
        found.is_some_and(|found| {
            let apart = !found[1].is_empty()
                || found.get(2).is_some()
                || !stem.ends_with(|c: char| c.is_ascii_digit());
            apart && found[3].parse() == Ok(number)
        })
    })
}

/// A path without `.html` and the like.
fn split_ending(path: &str) -> (&str, &str) {
    for ending in [".html", ".htm", ".shtml", ".php", ".aspx", ".asp", ".jsp"] {
        if let Some(stem) = path.strip_suffix(ending) {
            return (stem, ending);
        }
    }
    (path, "")
}
