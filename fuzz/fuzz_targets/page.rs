//! Any bytes as the page of an article, alone and as the feed's own text of it: no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::article::{Hints, Page, Rules, SiteProof, extract};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let url = Url::parse("https://example.org/2023/01/31/river").expect("an address");
    let mut hints = Hints { title: Some("River rises above the old mark".to_owned()), ..Hints::default() };
    for content_type in [None, Some("text/html; charset=utf-8")] {
        let page = Page { bytes, content_type, url: &url };
        let Ok(extraction) = extract(&page, &hints, &Rules::default()) else { continue };
        // What the page proves of its site is used on itself.
        hints.content = Some(extraction.article.html);
        hints.explain = true;
        let learned = extract(&page, &hints, &Rules::default()).ok().and_then(|again| again.proof);
        if let Some(proof) = learned {
            let mut site = SiteProof::default();
            (0..3).for_each(|_| site.learn(&proof));
            hints.proof = site;
            let _ = extract(&page, &hints, &Rules::default());
        }
    }
});
