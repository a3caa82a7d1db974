//! Feeds that an HTML page links to (`<link rel="alternate">`).

use super::text::one_line;
use super::token::{Token, Tokenizer, attributes};
use super::{charset, text};
use crate::model::FeedKind;
use url::Url;

/// A feed that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    /// Address, http or https.
    pub url: Url,
    /// Title the page gives it, plain text.
    pub title: Option<String>,
    /// Dialect, by its media type.
    pub kind: FeedKind,
}

/// More are of no use to anybody.
const MAX_LINKS: usize = 50;

/// Where feeds stand on many sites, relative to the page and to the site's root.
const WELL_KNOWN: [&str; 10] = [
    "feed",
    "feed/",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "rss",
    "rss/",
    "feed.json",
    "feeds/posts/default",
];

/// Addresses that may be feeds although nothing says so: those that a page's links lead
/// to and that look like one or are called so, in the page's order, those of the page's
/// own host first, each once; none that [`discover`] finds.
pub fn feed_like_links(html: &[u8], base: &Url) -> Vec<Url> {
    let text = charset::decode(html, None).text;
    let declared = discover_in(&text, base);
    let (mut base, mut found) = (base.clone(), Vec::<Url>::new());
    let (mut open, mut has_base): (Option<(Url, String)>, bool) = (None, false);
    let mut tokens = Tokenizer::new(&text);
    while let Some(token) = tokens.next() {
        match token {
            Token::Start { name, .. }
                if name.eq_ignore_ascii_case("script") || name.eq_ignore_ascii_case("style") =>
            {
                tokens.skip_raw_text(name);
            }
            Token::Start { name, attrs, .. } if name.eq_ignore_ascii_case("base") && !has_base => {
                let href = attribute(attrs, "href").and_then(|href| base.join(href.trim()).ok());
                has_base = href.is_some();
                base = href.unwrap_or(base);
            }
            Token::Start { name, attrs, .. } if name.eq_ignore_ascii_case("a") => {
                let label =
                    ["title", "aria-label", "class"].map(|name| attribute(attrs, name).unwrap_or_default());
                open = attribute(attrs, "href")
                    .and_then(|href| link(&href, &base))
                    .map(|url| (url, label.join(" ")));
            }
            Token::Start { name, attrs, .. } if name.eq_ignore_ascii_case("img") => {
                if let Some((_, label)) = &mut open {
                    label.push_str(&attribute(attrs, "alt").unwrap_or_default());
                }
            }
            Token::Text(words) => {
                if let Some((_, label)) = open.as_mut().filter(|(_, label)| label.len() < 500) {
                    label.push(' ');
                    label.push_str(text::head(words, 200));
                }
            }
            Token::End(name) if name.eq_ignore_ascii_case("a") => {
                let Some((url, label)) = open.take() else { continue };
                let known = found.contains(&url) || declared.iter().any(|link| link.url == url);
                if !known && (looks_like_feed(&url) || is_called_feed(&label)) && found.len() < MAX_LINKS {
                    found.push(url);
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|url| url.host_str() != base.host_str());
    found
}

/// Where a page's feed is likely to be: beside the page, then at the site's root.
pub fn well_known(page: &Url) -> Vec<Url> {
    let mut bare = page.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    let mut folder = bare.clone();
    if !folder.path().ends_with('/') {
        let path = format!("{}/", folder.path());
        folder.set_path(&path);
    }
    let mut found: Vec<Url> = Vec::new();
    let beside =
        ["feed/", "rss.xml", "atom.xml", "index.xml"].iter().filter_map(|name| folder.join(name).ok());
    let root = WELL_KNOWN.iter().filter_map(|name| bare.join(&format!("/{name}")).ok());
    for url in beside.filter(|_| bare.path() != "/").chain(root) {
        if !found.contains(&url) {
            found.push(url);
        }
    }
    found
}

/// Whether a feed is one of comments, by its address or title: nobody's first choice.
pub fn is_of_comments(url: &Url, title: Option<&str>) -> bool {
    let words = ["comment", "kommentar", "comentario", "reply", "replies"];
    let text = format!("{} {}", url.path(), title.unwrap_or_default()).to_lowercase();
    words.iter().any(|word| text.contains(word))
}

/// The address of a link; also of those that feed readers are to open (`feed:`).
fn link(href: &str, base: &Url) -> Option<Url> {
    let href = href.trim();
    let href = match href.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("http") => rest.to_owned(),
        Some(rest) => format!("https:{rest}"),
        None => href.to_owned(),
    };
    let mut url = base.join(&href).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.set_fragment(None);
    Some(url)
}

fn looks_like_feed(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let ends =
        [".rss", ".rdf", ".atom", "rss.xml", "feed.xml", "atom.xml", "feed.json", "rss2.xml", "rss.php"];
    let query = url.query().unwrap_or_default().to_ascii_lowercase();
    matches!(last, "feed" | "feeds" | "rss" | "rss2" | "atom" | "index.xml" | "index.rdf" | "newsfeed")
        || ends.iter().any(|end| last.ends_with(end))
        || ["feed=", "format=rss", "format=atom", "format=feed", "alt=rss", "type=rss", "output=rss"]
            .iter()
            .any(|word| query.contains(word))
}

/// Whether one of a link's words says that it is a feed.
fn is_called_feed(label: &str) -> bool {
    label.split(|c: char| !c.is_alphanumeric()).any(|word| {
        ["rss", "atom", "feed", "feeds", "rss2", "newsfeed"]
            .iter()
            .any(|name| word.eq_ignore_ascii_case(name))
    })
}

/// The feeds an HTML page links to, in the page's order, each once. `base` is the
/// page's address; its `<base href>` is respected. No tree is built.
pub fn discover(html: &[u8], base: &Url) -> Vec<FeedLink> {
    discover_in(&charset::decode(html, None).text, base)
}

/// The same for text.
pub(super) fn discover_in(html: &str, base: &Url) -> Vec<FeedLink> {
    let (mut base, mut found) = (base.clone(), Vec::<FeedLink>::new());
    let mut has_base = false;
    let mut tokens = Tokenizer::new(html);
    while let Some(token) = tokens.next() {
        let Token::Start { name, attrs, .. } = token else { continue };
        if name.eq_ignore_ascii_case("script") || name.eq_ignore_ascii_case("style") {
            tokens.skip_raw_text(name);
        } else if name.eq_ignore_ascii_case("base") && !has_base {
            let href = attribute(attrs, "href").and_then(|href| base.join(href.trim()).ok());
            has_base = href.is_some();
            base = href.unwrap_or(base);
        } else if name.eq_ignore_ascii_case("link")
            && let Some(link) = feed_link(attrs, &base)
            && !found.iter().any(|known| known.url == link.url)
        {
            found.push(link);
            if found.len() == MAX_LINKS {
                break;
            }
        }
    }
    found
}

fn feed_link(attrs: &str, base: &Url) -> Option<FeedLink> {
    let rel = attribute(attrs, "rel")?.to_ascii_lowercase();
    if !rel.split_ascii_whitespace().any(|word| word == "alternate" || word == "feed") {
        return None;
    }
    let mime = attribute(attrs, "type")?.to_ascii_lowercase();
    let kind = match mime.split(';').next()?.trim() {
        "application/rss+xml" | "application/rdf+xml" | "text/rss+xml" | "application/rss" => FeedKind::Rss,
        "application/atom+xml" | "application/atom" => FeedKind::Atom,
        "application/feed+json" | "application/json" => FeedKind::Json,
        _ => return None,
    };
    let url = base.join(attribute(attrs, "href")?.trim()).ok()?;
    let title = attribute(attrs, "title").and_then(|title| one_line(&title, 300));
    matches!(url.scheme(), "http" | "https").then_some(FeedLink { url, title, kind })
}

fn attribute(attrs: &str, name: &str) -> Option<String> {
    let (_, value) = attributes(attrs).find(|(n, _)| n.eq_ignore_ascii_case(name))?;
    (value.len() <= 8192).then(|| text::decode(value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(html: &str) -> Vec<String> {
        let base = Url::parse("https://example.org/a/page").unwrap();
        discover(html.as_bytes(), &base).into_iter().map(|link| link.url.to_string()).collect()
    }

    #[test]
    fn finds_feeds_only() {
        let html = r#"<!doctype html><html><head><script>"<link rel=alternate type=application/rss+xml href=/no>"</script>
            <!-- <link rel="alternate" type="application/rss+xml" href="/no"> -->
            <LINK REL='Alternate home' TYPE='application/atom+xml' HREF='feed.xml?a=1&amp;b=2' title="A &amp; B">
            <link rel=alternate type=application/rss+xml href=//other.example/rss>
            <link rel=alternate type=application/rss+xml href=//other.example/rss>
            <link rel=alternate hreflang=de href=/de>
            <link rel=stylesheet type=text/css href=/css>
            <link rel=alternate type=application/rss+xml href=javascript:x>"#;
        assert_eq!(urls(html), ["https://example.org/a/feed.xml?a=1&b=2", "https://other.example/rss"]);
    }

    #[test]
    fn links_that_look_like_feeds() {
        let base = Url::parse("https://example.org/blog/").unwrap();
        let html = r#"<head><link rel=alternate type=application/rss+xml href=/declared.rss></head>
            <a href="/declared.rss">RSS</a><a href="https://other.example/x.atom">x</a><a href="/news">News</a>
            <a href="/subscribe"><img src=i alt="RSS feed"></a><a href="feed">Abonnieren</a>
            <a href="feed://example.org/y">y</a><a href="feed:https://example.org/z.xml">our feed</a>
            <a href="/?feed=rss2">w</a><a href="mailto:rss@example.org">rss</a><a href="/feedback">Feedback</a>"#;
        let found: Vec<String> =
            feed_like_links(html.as_bytes(), &base).into_iter().map(String::from).collect();
        assert_eq!(
            found,
            [
                "https://example.org/subscribe",
                "https://example.org/blog/feed",
                "https://example.org/z.xml",
                "https://example.org/?feed=rss2",
                "https://other.example/x.atom"
            ]
        );
    }

    #[test]
    fn usual_places() {
        let at = |url: &str| -> Vec<String> {
            well_known(&Url::parse(url).unwrap()).into_iter().map(String::from).collect()
        };
        let blog = at("https://example.org/blog?x=1");
        assert_eq!(blog[0], "https://example.org/blog/feed/");
        assert!(blog.contains(&"https://example.org/feed".to_owned()) && blog.len() == 14, "{blog:?}");
        assert_eq!(at("https://example.org/")[0], "https://example.org/feed");
        assert!(is_of_comments(&Url::parse("https://example.org/comments/feed/").unwrap(), None));
        assert!(!is_of_comments(&Url::parse("https://example.org/feed/").unwrap(), Some("All news")));
    }

    #[test]
    fn respects_base() {
        let html =
            r#"<base href="/b/"><base href="/c/"><link rel=alternate type=application/feed+json href=f>"#;
        assert_eq!(urls(html), ["https://example.org/b/f"]);
    }
}
