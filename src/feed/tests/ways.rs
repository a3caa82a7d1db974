//! Anything as a page, a sitemap or a subscription list.

use crate::feed::{Limits, Sitemap, discover, feed_like_links, read_items, read_opml, read_sitemap};
use crate::model::ItemSelectors;
use proptest::prelude::*;
use url::Url;

/// Pieces of all three, in any order.
fn markup() -> impl Strategy<Value = String> {
    let pieces = [
        "<urlset>",
        "</urlset>",
        "<sitemapindex>",
        "<url>",
        "</url>",
        "<sitemap>",
        "</sitemap>",
        "<loc>",
        "</loc>",
        "https://a.example/x-y",
        "/b",
        "<lastmod>2026-03-01</lastmod>",
        "<news:news>",
        "</news:news>",
        "<news:title>",
        "</news:title>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "&amp;",
        "&#0;",
        "é\u{202e}",
        "<outline text=\"a\">",
        "<outline xmlUrl='https://a.example/'/>",
        "</outline>",
        "<li>",
        "</li>",
        "<a href=/x>",
        "</a>",
        "<base href=//>",
        "<time datetime=2026-03-01>",
        "<h3>",
        "<link rel=alternate type=application/rss+xml href=/f>",
        "rss",
        "\u{0}",
        "<",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat())
}

fn holds(bytes: &[u8]) {
    let base = Url::parse("https://example.org/a/").expect("a URL");
    if let Ok(Sitemap::Pages(document)) = read_sitemap(bytes, None, &base, &Limits::default()) {
        assert!(
            document
                .entries
                .iter()
                .all(|entry| entry.link.as_deref().is_none_or(|link| link.starts_with("http")))
        );
    }
    let selectors =
        ItemSelectors { select: "li, a".into(), summary: Some("*".into()), ..ItemSelectors::default() };
    if let Ok(document) = read_items(bytes, None, &base, &selectors, &Limits::default()) {
        assert!(!document.entries.is_empty());
        assert!(document.entries.iter().all(|entry| entry.link.is_some() || entry.title.is_some()));
    }
    if let Ok(list) = read_opml(bytes) {
        assert!(list.feeds.iter().all(|feed| matches!(feed.url.scheme(), "http" | "https")));
    }
    let declared = discover(bytes, &base);
    assert!(feed_like_links(bytes, &base).iter().all(|url| declared.iter().all(|link| link.url != *url)));
}

proptest! {
    #[test]
    fn any_markup(text in markup()) {
        holds(text.as_bytes());
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        holds(&bytes);
        let packed = [&[0x1f, 0x8b, 8, 0][..], &bytes].concat();
        holds(&packed);
    }
}
