//! Any bytes, under any header, as text. The first line is the `Content-Type`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::feed;

fuzz_target!(|bytes: &[u8]| {
    let head = bytes.iter().position(|&b| b == b'\n').unwrap_or(0);
    let (header, body) = bytes.split_at(head);
    let content_type = std::str::from_utf8(header).ok();
    let text = feed::decode(body, content_type);
    // UTF-32 and single bytes grow to at most three bytes each.
    assert!(text.len() <= 3 * body.len() + 3, "{} from {}", text.len(), body.len());
    // Text in UTF-8 that says so is not touched.
    let marked = ["\u{feff}", &text].concat();
    assert_eq!(feed::decode(marked.as_bytes(), content_type), text);
});
