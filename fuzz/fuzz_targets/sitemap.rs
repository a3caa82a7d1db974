//! Any bytes as a sitemap and as a page without a feed: no panic, bounded, and only
//! addresses that may be fetched.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::feed::{self, Limits, MAX_URLS, Sitemap};
use offprint::model::{FeedDocument, ItemSelectors};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let base = Url::parse("https://example.org/news/sitemap.xml").expect("an address");
    let limits = Limits { max_entries: MAX_URLS, ..Limits::default() };
    match feed::read_sitemap(bytes, None, &base, &limits) {
        Ok(Sitemap::Pages(document)) => check(&document),
        Ok(Sitemap::Index(links)) => {
            assert!(links.len() <= MAX_URLS);
            assert!(links.iter().all(|link| matches!(link.url.scheme(), "http" | "https")));
        }
        Err(_) => {}
    }
    let selectors = ItemSelectors {
        select: "li, article, a".to_owned(),
        title: None,
        link: None,
        date: Some(".date".to_owned()),
        summary: Some("p".to_owned()),
    };
    if let Ok(document) = feed::read_items(bytes, None, &base, &selectors, &Limits::default()) {
        assert!(!document.entries.is_empty());
        check(&document);
    }
});

fn check(document: &FeedDocument) {
    assert!(document.entries.len() <= MAX_URLS);
    for entry in &document.entries {
        assert!(entry.link.iter().all(|link| link.starts_with("http")), "{entry:?}");
        let title = entry.title.as_deref().unwrap_or_default();
        assert!(title.len() <= 64 * 1024 && !title.contains('\n'), "{entry:?}");
    }
}
