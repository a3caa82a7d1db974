//! Every kind of repair is told of, with its line, once.

use crate::feed::{Limits, REPAIRS, parse};
use crate::model::Warning;
use std::collections::BTreeSet;
use url::Url;

fn warnings(bytes: &[u8]) -> Vec<Warning> {
    let limits = Limits { max_entries: 2, max_text: 200, max_bytes: 4096 };
    let base = Url::parse("https://example.org/feed").unwrap();
    parse(bytes, None, &base, &limits).unwrap().warnings
}

/// In RSS; the third line is where the item begins.
fn of(item: &str) -> Vec<Warning> {
    warnings(format!("<rss>\n<channel><title>T</title>\n<item>{item}</item>\n</channel></rss>").as_bytes())
}

#[test]
fn each_kind_with_its_line() {
    let long = "x".repeat(300);
    let deep = "<b>".repeat(300);
    let json = |items: &str| format!("{{\"items\": [\n{items}]}}");
    let cases: Vec<(&str, Option<usize>, Vec<Warning>)> = vec![
        (
            "charset",
            Some(1),
            warnings(b"<?xml version='1.0' encoding='utf-8'?>\n<rss><item><title>\xe9</title></item></rss>"),
        ),
        (
            "charset",
            Some(2),
            warnings(
                "<rss><item><title>éééé\n"
                    .bytes()
                    .chain(*b"\xff</title></item></rss>")
                    .collect::<Vec<_>>()
                    .as_slice(),
            ),
        ),
        (
            "charset",
            Some(1),
            warnings(
                "<?xml version='1.0' encoding='latin1'?><rss><item><title>é</title></item></rss>".as_bytes(),
            ),
        ),
        ("characters", Some(3), of("<title>a\u{1}b</title>")),
        ("junk", Some(1), warnings(b"<br />\n<b>Notice</b>: x\n<rss><item/></rss>")),
        ("reference", Some(4), of("<title>a</title>\n<link>/?a=1&b=2</link>")),
        ("prefix", Some(4), of("<title>a</title>\n<dc:creator>A</dc:creator>")),
        ("nesting", Some(4), of("<title>a</title>\n<description><p>x</description>")),
        ("unclosed", Some(1), warnings(b"<rss><item><title>a</title>\n<item/></rss>")),
        ("mojibake", Some(3), of("<title>K\u{c3}\u{b6}ln</title>")),
        ("mojibake", Some(3), of("<description>K\u{c3}\u{b6}ln</description>")),
        ("date", Some(3), of("<pubDate>soon</pubDate>")),
        ("date", None, warnings(json("{\"date_published\": \"soon\"}").as_bytes())),
        ("mojibake", None, warnings(json("{\"content_html\": \"K\u{c3}\u{b6}ln\"}").as_bytes())),
        ("characters", None, warnings(json(r#"{"title": "a\u0001b"}"#).as_bytes())),
        ("too-long", None, warnings(json(&format!("{{\"content_text\": \"{long}\"}}")).as_bytes())),
        ("json", Some(2), warnings(json("{\"id\": 1},").as_bytes())),
        ("json", Some(2), warnings(json("{\"id\": 1, \"stars\": NaN}, {\"id\": 2}").as_bytes())),
        ("junk", Some(1), warnings(json("{\"id\": 1}").replace("{\"items", "f({\"items").as_bytes())),
        ("too-deep", Some(3), of(&format!("<description>{deep}</description>"))),
        ("too-long", Some(3), of(&format!("<description>{long}</description>"))),
        ("too-large", Some(3), of(&long.repeat(30))),
        ("too-many-entries", Some(3), of("</item><item/><item>")),
        ("too-many-entries", None, warnings(json("{}, {}, {}").as_bytes())),
        ("truncated", Some(2), warnings(b"<rss><channel>\n<item/>")),
        ("truncated", Some(2), warnings(b"{\"items\": [\n{\"id\": 1}, {")),
    ];
    let mut seen = BTreeSet::new();
    for (kind, line, warnings) in cases {
        let found: Vec<_> = warnings.iter().filter(|w| w.kind == kind).collect();
        assert_eq!(found.iter().map(|w| w.line).collect::<Vec<_>>(), [line], "{kind}: {warnings:?}");
        assert!(!found[0].message.is_empty());
        seen.insert(kind);
    }
    assert_eq!(seen, BTreeSet::from(REPAIRS), "a case for each kind");
}

#[test]
fn once_for_a_document_with_the_number() {
    let items = "<item><title>a & b</title><pubDate>x</pubDate></item>\n".repeat(2);
    let all = warnings(format!("<rss><channel>{items}</channel></rss>").as_bytes());
    let told: Vec<_> = all.iter().map(|w| (w.kind, w.message.contains("(the first of 2)"))).collect();
    assert_eq!(told, [("reference", true), ("date", true)]);
}

#[test]
fn a_sound_feed_needs_none() {
    let sound = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>
        <title>T</title><link>http://a.example/</link><item><title>a &amp; b</title><dc:creator>A</dc:creator>
        <pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate><description><![CDATA[<p>x]]></description></item></channel></rss>";
    assert_eq!(warnings(sound.as_bytes()), []);
}

#[test]
fn the_manual_lists_every_kind() {
    let manual = include_str!("../../../docs/feeds.md");
    let rows = manual.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let listed: Vec<_> = rows.map(|(kind, _)| kind).collect();
    assert_eq!(listed, REPAIRS);
}
