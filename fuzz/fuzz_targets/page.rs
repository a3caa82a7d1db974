//! Any bytes as the page of an article: no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::article::{Hints, Page, Rules, extract};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let url = Url::parse("https://example.org/2023/01/31/river").expect("an address");
    let hints = Hints { title: Some("River rises above the old mark".to_owned()), ..Hints::default() };
    for content_type in [None, Some("text/html; charset=utf-8")] {
        let page = Page { bytes, content_type, url: &url };
        let _ = extract(&page, &hints, &Rules::default());
    }
});
