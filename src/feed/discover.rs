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
    fn respects_base() {
        let html =
            r#"<base href="/b/"><base href="/c/"><link rel=alternate type=application/feed+json href=f>"#;
        assert_eq!(urls(html), ["https://example.org/b/f"]);
    }
}
