//! Any bytes as a feed: no panic, and only characters and addresses that outputs may hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::feed::{self, Limits};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let base = Url::parse("https://example.org/blog/feed.xml").expect("an address");
    let Ok(document) = feed::parse(bytes, None, &base, &Limits::default()) else { return };
    for entry in &document.entries {
        let texts = [&entry.guid, &entry.link, &entry.title, &entry.summary, &entry.content];
        for text in texts.into_iter().flatten() {
            assert!(text.chars().all(legal), "{text:?}");
        }
        let links = entry.link.iter().chain(entry.enclosures.iter().map(|enclosure| &enclosure.url));
        assert!(links.into_iter().all(|link| link.starts_with("http")), "{entry:?}");
    }
    let json = feed::to_json("f", &document);
    assert_eq!(json["entries"].as_array().map(Vec::len), Some(document.entries.len()));
    assert!(document.warnings.len() <= 100, "{} warnings", document.warnings.len());
    // The same bytes give the same document.
    assert_eq!(feed::parse(bytes, None, &base, &Limits::default()).as_ref(), Ok(&document));
});

fn legal(c: char) -> bool {
    c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r')
}
