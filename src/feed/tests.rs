use super::*;

fn read(text: &str) -> FeedDocument {
    let base = Url::parse("https://example.org/feed").unwrap();
    parse(text.as_bytes(), None, &base, &Limits::default()).unwrap()
}

#[test]
fn plain_rss() {
    let doc = read(
        "<rss version='2.0'><channel><title>T</title><link>/</link><item><title>A</title><link>/a</link></item></channel></rss>",
    );
    assert_eq!(doc.entries.len(), 1);
    assert_eq!(doc.entries[0].link.as_deref(), Some("https://example.org/a"));
}
