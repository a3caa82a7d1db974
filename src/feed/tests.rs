//! Whole documents, from bytes to [`FeedDocument`].

mod families;
mod listing;
mod repairs;
mod sitemap;
mod ways;

use super::*;
use crate::model::{FeedEntry, FeedKind, FeedLinks};
use std::time::Duration;

const BASE: &str = "https://example.org/blog/feed.xml";

fn parse_with(bytes: &[u8], limits: &Limits) -> Result<FeedDocument, ParseError> {
    parse(bytes, None, &Url::parse(BASE).unwrap(), limits)
}

fn read(text: &str) -> FeedDocument {
    parse_with(text.as_bytes(), &Limits::default()).unwrap()
}

fn rss(items: &str) -> FeedDocument {
    read(&format!(
        r#"<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>"#
    ))
}

fn item(fields: &str) -> FeedEntry {
    only(rss(&format!("<item>{fields}</item>")))
}

fn atom(fields: &str) -> FeedEntry {
    only(read(&format!(
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry>{fields}</entry></feed>"#
    )))
}

fn only(mut document: FeedDocument) -> FeedEntry {
    assert_eq!(document.entries.len(), 1, "{document:?}");
    document.entries.remove(0)
}

fn kinds(document: &FeedDocument) -> Vec<&'static str> {
    document.warnings.iter().map(|w| w.kind).collect()
}

fn date(text: &str) -> Option<jiff::Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn rss_feed_fields() {
    let doc = rss(
        "<link>/</link><language>de-AT</language><ttl>90</ttl><lastBuildDate>Tue, 10 Jun 2003 04:00:00 GMT</lastBuildDate>
         <managingEditor>ed@example.org (Ed Itor)</managingEditor><image><title>No</title><link>/no</link></image>
         <skipHours><hour>24</hour><hour>5</hour><hour>x</hour><hour>5</hour></skipHours>
         <skipDays><day>Sunday</day><day>monday</day><day>Never</day></skipDays>
         <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
    );
    assert_eq!(doc.kind, FeedKind::Rss);
    assert_eq!(doc.title.as_deref(), Some("T"));
    assert_eq!(doc.link.as_deref(), Some("https://example.org/"));
    assert_eq!(doc.lang.as_deref(), Some("de-AT"));
    assert_eq!(doc.updated, date("2003-06-10T04:00:00Z"));
    assert_eq!(doc.authors[0].name, "Ed Itor");
    assert_eq!(doc.hints.ttl, Some(Duration::from_secs(5400)));
    assert_eq!(doc.hints.update_period, Some(Duration::from_secs(6 * 3600)));
    assert_eq!((doc.hints.skip_hours, doc.hints.skip_days), (vec![0, 5], vec![1, 7]));
    assert!(doc.entries.is_empty() && !doc.truncated);
}

#[test]
fn rss_item() {
    let entry = item(
        "<title>A &amp;amp; B</title><link> /a </link><guid isPermaLink='false'>x-1</guid>
         <pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate><dc:creator>Ann</dc:creator><author>b@example.org (Bob)</author>
         <category>one</category><category><![CDATA[two]]></category><dc:subject>one</dc:subject>
         <description>&lt;p&gt;short&lt;/p&gt;</description><content:encoded><![CDATA[<p>long &amp; wide</p>]]></content:encoded>
         <enclosure url='/a.mp3' length='12' type='audio/mpeg'/><itunes:duration>1:02:03</itunes:duration>
         <source url='http://other.example/feed'>Other</source>",
    );
    assert_eq!(entry.link.as_deref(), Some("https://example.org/a"));
    assert_eq!(entry.guid.as_deref(), Some("x-1"));
    assert_eq!(entry.published, date("2003-06-10T04:00:00Z"));
    assert_eq!(entry.authors.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["Ann", "Bob"]);
    assert_eq!(entry.categories, ["one", "two"]);
    assert_eq!(entry.summary.as_deref(), Some("<p>short</p>"));
    assert_eq!(entry.content.as_deref(), Some("<p>long &amp; wide</p>"));
    assert_eq!(entry.base.as_deref(), Some("https://example.org/a"));
    let enclosure = &entry.enclosures[0];
    assert_eq!(
        (enclosure.url.as_str(), enclosure.length, enclosure.duration),
        ("https://example.org/a.mp3", Some(12), Some(3723))
    );
    let source = entry.source.unwrap();
    assert_eq!(
        (source.title.as_deref(), source.link.as_deref()),
        (Some("Other"), Some("http://other.example/feed"))
    );
}

#[test]
fn guids_and_links() {
    for (fields, guid, link) in [
        ("<guid>http://a.example/1</guid>", Some("http://a.example/1"), Some("http://a.example/1")),
        ("<guid isPermaLink='false'>http://a.example/1</guid>", Some("http://a.example/1"), None),
        ("<guid>tag:1</guid>", Some("tag:1"), None),
        ("<title>x</title>", None, None),
        ("<guid/><link/>", None, None),
        ("<link>javascript:alert(1)</link>", None, None),
        ("<link href='/b'/>", None, Some("https://example.org/b")),
        ("<atom:link rel='self' href='/s'/><atom:link href='/b'/>", None, Some("https://example.org/b")),
        ("<atom:link href='/b'/><link>/a</link>", None, Some("https://example.org/a")),
    ] {
        let entry = item(fields);
        assert_eq!((entry.guid.as_deref(), entry.link.as_deref()), (guid, link), "{fields}");
    }
}

#[test]
fn people() {
    for (fields, want) in [
        ("<author>a@example.org (Ann Author)</author>", "Ann Author"),
        ("<author>\"Ann Author\" &lt;a@example.org&gt;</author>", "Ann Author"),
        ("<author>Ann (a@example.org)</author>", "Ann"),
        ("<author>a@example.org</author>", "a@example.org"),
        ("<author>‘nn@example.org</author>", "‘nn@example.org"),
        ("<author><name>Ann</name></author>", "Ann"),
        ("<itunes:author>Host</itunes:author><dc:creator>Ann</dc:creator>", "Ann"),
        ("<itunes:author>Host</itunes:author>", "Host"),
    ] {
        let names: Vec<String> = item(fields).authors.into_iter().map(|person| person.name).collect();
        assert_eq!(names, [want], "{fields}");
    }
}

#[test]
fn media() {
    let entry = item(
        "<media:group><media:title>M</media:title><media:content url='/v.mp4' type='video/mp4' fileSize='9' duration='60'/>
         <media:content url='/w' duration='99999999999999999999999'/><media:description>D</media:description></media:group>
         <enclosure url='/v.mp4' length='x' type='what?'/>",
    );
    assert_eq!((entry.title.as_deref(), entry.summary.as_deref()), (Some("M"), Some("D")));
    let found: Vec<_> = entry.enclosures.iter().map(|e| (e.url.as_str(), e.length, e.duration)).collect();
    assert_eq!(
        found,
        [("https://example.org/v.mp4", Some(9), Some(60)), ("https://example.org/w", None, None)]
    );
}

#[test]
fn atom_entry() {
    let entry = atom(
        "<id>tag:a</id><title type='html'>&lt;b>1 &amp;lt; 2&lt;/b></title><link rel='alternate' type='application/json' href='/j'/>
         <link href='a' xml:base='/x/'/><link rel='enclosure' href='/p.pdf' length='5' type='application/pdf' title='P'/>
         <author><name>Ann</name><uri>/ann</uri></author><category term='t' label='Label'/>
         <published>2003-06-10T04:00:00Z</published><updated>2003-06-11T04:00:00+01:00</updated>
         <summary>1 &lt; 2</summary>
         <content type='xhtml' xml:base='/y/'><x:div xmlns:x='http://www.w3.org/1999/xhtml'>a &lt; <x:a href='q' title='&quot;'>b</x:a><x:br/></x:div></content>
         <source><id>tag:s</id><title>S</title><link href='http://s.example/'/><author><name>Not used</name></author></source>",
    );
    assert_eq!(entry.guid.as_deref(), Some("tag:a"));
    assert_eq!(entry.link.as_deref(), Some("https://example.org/x/a"));
    assert_eq!(
        (entry.published, entry.updated),
        (date("2003-06-10T04:00:00Z"), date("2003-06-11T03:00:00Z"))
    );
    assert_eq!((entry.authors[0].name.as_str(), entry.authors.len()), ("Ann", 1));
    assert_eq!(entry.authors[0].url.as_deref(), Some("https://example.org/ann"));
    assert_eq!(entry.categories, ["Label"]);
    assert_eq!(entry.summary.as_deref(), Some("1 &lt; 2"));
    assert_eq!(entry.content.as_deref(), Some(r#"a &lt; <a href="q" title="&quot;">b</a><br>"#));
    assert_eq!(entry.base.as_deref(), Some("https://example.org/y/"));
    assert_eq!(
        (entry.enclosures[0].url.as_str(), entry.enclosures[0].title.as_deref()),
        ("https://example.org/p.pdf", Some("P"))
    );
    let source = entry.source.unwrap();
    assert_eq!(
        (source.id.as_deref(), source.title.as_deref(), source.link.as_deref()),
        (Some("tag:s"), Some("S"), Some("http://s.example/"))
    );
}

#[test]
fn atom_text_types() {
    for (content, want) in [
        ("<content>a &amp; b</content>", Some("a &amp; b")),
        ("<content type='text'>&lt;b></content>", Some("&lt;b&gt;")),
        ("<content type='html'>&lt;b>x&lt;/b></content>", Some("<b>x</b>")),
        ("<content type='image/png'>iVBORw0KGgo=</content>", None),
        ("<content src='/x'/>", None),
        ("<content type='html'><b>unescaped</b></content>", Some("<b>unescaped</b>")),
    ] {
        assert_eq!(atom(content).content.as_deref(), want, "{content}");
    }
    assert_eq!(atom("<title>1 &lt; 2 &amp;amp;</title>").title.as_deref(), Some("1 < 2 &amp;"));
    assert_eq!(atom("<source><author><name>S</name></author></source>").authors[0].name, "S");
}

#[test]
fn bases_are_inherited() {
    let doc = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://b.example/1/'><link href='home'/>
         <entry xml:base='2/'><link href='a'/><content type='html'>x</content></entry>
         <entry><link href='a'/></entry></feed>",
    );
    assert_eq!(doc.link.as_deref(), Some("http://b.example/1/home"));
    assert_eq!(doc.entries[0].link.as_deref(), Some("http://b.example/1/2/a"));
    assert_eq!(doc.entries[0].base.as_deref(), Some("http://b.example/1/2/"));
    assert_eq!(doc.entries[1].link.as_deref(), Some("http://b.example/1/a"));
}

#[test]
fn old_dialects() {
    let rdf = read(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'>
         <channel rdf:about='http://a.example/'><title>C</title></channel><image><title>No</title></image>
         <item rdf:about='http://a.example/1'><title>I</title><link>http://a.example/1</link><dc:date>2003-06-10</dc:date></item></rdf:RDF>",
    );
    assert_eq!((rdf.title.as_deref(), rdf.id.as_deref()), (Some("C"), None));
    let entry = only(rdf);
    assert_eq!(
        (entry.guid.as_deref(), entry.published),
        (Some("http://a.example/1"), date("2003-06-10T00:00:00Z"))
    );

    let old = only(read(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped' type='text/html'>A &lt;i>b&lt;/i></title>
         <issued>2003-06-10T04:00:00Z</issued><modified>2003-06-11T04:00:00Z</modified>
         <content type='text/html' mode='escaped'>&lt;p>x</content></entry></feed>",
    ));
    assert_eq!((old.published, old.updated), (date("2003-06-10T04:00:00Z"), date("2003-06-11T04:00:00Z")));
    assert_eq!(old.content.as_deref(), Some("<p>x"));
    assert_eq!(
        read("<RSS><CHANNEL><ITEM><TITLE>a</TITLE><PubDate>2003</PubDate></ITEM></CHANNEL></RSS>")
            .entries
            .len(),
        1
    );
    assert_eq!(read("<entry xmlns='http://www.w3.org/2005/Atom'><title>a</title></entry>").entries.len(), 1);
}

#[test]
fn repairs_are_told() {
    let doc = rss("<item><title>Q&A &nbsp; &eacute;</title><link>http://a.example/?a=1&b=2</link></item>");
    assert_eq!(doc.entries[0].link.as_deref(), Some("http://a.example/?a=1&b=2"));
    assert_eq!(kinds(&doc), ["reference"]);
    let doc = rss(
        "<item><title>a<link>/a</link><description><p>x<br>y</description></item>\n<item><title>b</title>",
    );
    assert_eq!(doc.entries.len(), 2);
    assert_eq!(doc.entries[0].title.as_deref(), Some("a"));
    assert_eq!(doc.entries[0].summary.as_deref(), Some("<p>x<br>y</p>"));
    assert_eq!(kinds(&doc), ["nesting", "unclosed"]);
    let doc = rss("<item><dc:creator>Ann</dc:creator></item>");
    assert_eq!(kinds(&doc), ["prefix"]);
    let doc = read(
        "<br />\n<b>Notice</b>: x\n<?xml version='1.0'?><rss><channel><item/></channel></rss> junk <rss><item/></rss>",
    );
    assert_eq!((doc.entries.len(), kinds(&doc)), (1, vec!["junk"]));
    let doc = rss("<title>Not closed<link>/home</link><item><title>a</title></item>");
    assert_eq!((doc.link.as_deref(), doc.entries.len()), (Some("https://example.org/home"), 1));
}

#[test]
fn a_cut_document_gives_its_complete_entries() {
    let whole = "<rss version='2.0'><channel>\n<item><title>a</title></item>\n<item><title>b</title></item></channel></rss>";
    for (cut, entries) in [
        ("</rss>", 2),
        ("</channel></rss>", 2),
        ("</item></channel></rss>", 1),
        ("b</title></item></channel></rss>", 1),
    ] {
        let doc = read(whole.strip_suffix(cut).unwrap());
        assert_eq!((doc.entries.len(), doc.truncated), (entries, true), "{cut}");
        assert_eq!(kinds(&doc).last(), Some(&"truncated"));
        assert_eq!(doc.warnings[0].line, Some(3));
    }
    assert!(!read(whole).truncated);
}

#[test]
fn characters_that_no_output_may_hold() {
    let entry = item(
        "<title>a\u{0}b&#0;c&#xFFFE;d\u{ffff}e&#27;f</title><guid>g\u{1}h</guid><description>x\u{8}y&#8;z<b title='&#1;\u{2}'>\u{b}</b></description>",
    );
    assert_eq!(entry.title.as_deref(), Some("abcdef"));
    assert_eq!(entry.guid.as_deref(), Some("gh"));
    assert_eq!(entry.summary.as_deref(), Some(r#"xyz<b title=""></b>"#));
}

#[test]
fn entities_of_a_document_type() {
    let doc = read(
        "<!DOCTYPE rss [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'><!ENTITY x SYSTEM 'file:///etc/passwd'>
         <!ENTITY nbsp '&#160;'><!ENTITY home 'http://a.example/'>]>
         <rss><channel><item><title>&a; &b;&x;</title><link>&home;1</link><guid>&home;1</guid>
         <description><![CDATA[&a;]]></description><enclosure url='&home;2'/></item></channel></rss>",
    );
    let entry = &doc.entries[0];
    assert_eq!(entry.title.as_deref(), Some("aaaa &b;&x;"));
    assert_eq!(entry.link.as_deref(), Some("http://a.example/1"));
    assert_eq!(entry.guid.as_deref(), Some("http://a.example/1"));
    assert_eq!(entry.summary.as_deref(), Some("&a;"));
    assert_eq!(entry.enclosures[0].url, "http://a.example/2");
    assert_eq!(kinds(&doc), ["reference"]);
}

#[test]
fn json_feed() {
    let doc = read(
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T", "home_page_url": "/", "language": "de",
            "authors": [{"name": "Ann", "url": "/ann"}], "items": [
            {"id": 7, "url": "/a", "title": "1 < 2", "summary": "a & b", "content_html": "<p>x</p>", "tags": ["x", 1],
             "date_published": "2003-06-10T04:00:00Z", "date_modified": "nonsense",
             "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5, "duration_in_seconds": 9.5}]},
            {"id": "http://a.example/2", "content_text": "a\nb", "author": {"name": "Bob"}, "tags": "p, q"}, null]}"#,
    );
    assert_eq!(
        (doc.kind, doc.link.as_deref(), doc.authors[0].name.as_str()),
        (FeedKind::Json, Some("https://example.org/"), "Ann")
    );
    let [a, b] = &doc.entries[..] else { panic!("{doc:?}") };
    assert_eq!(
        (a.guid.as_deref(), a.link.as_deref(), a.title.as_deref()),
        (Some("7"), Some("https://example.org/a"), Some("1 < 2"))
    );
    assert_eq!((a.summary.as_deref(), a.content.as_deref()), (Some("a &amp; b"), Some("<p>x</p>")));
    assert_eq!((a.published, a.updated), (date("2003-06-10T04:00:00Z"), None));
    assert_eq!((a.enclosures[0].length, a.enclosures[0].duration), (Some(5), Some(9)));
    assert_eq!((b.link.as_deref(), b.content.as_deref()), (Some("http://a.example/2"), Some("a<br>\nb")));
    assert_eq!((b.authors[0].name.as_str(), b.categories.len()), ("Bob", 2));
}

#[test]
fn what_is_no_feed() {
    let fail = |text: &str| parse_with(text.as_bytes(), &Limits::default()).unwrap_err();
    assert_eq!(fail(" \n\u{feff}"), ParseError::Empty);
    assert_eq!(fail("just text"), ParseError::NotAFeed);
    assert_eq!(fail("<opml><body/></opml>"), ParseError::NotAFeed);
    assert_eq!(fail("<settings><item>x</item></settings>"), ParseError::NotAFeed);
    assert_eq!(fail("{\"a\": 1}"), ParseError::NotAFeed);
    assert!(matches!(fail("{\"a\":\n\"b"), ParseError::Malformed { line: Some(2), .. }));
    let page = "<!doctype html><title>x</title><link rel=alternate type=application/rss+xml href=/f>";
    let error = fail(page);
    assert_eq!(error, ParseError::Html { feed_link: Some(Url::parse("https://example.org/f").unwrap()) });
    assert!(error.to_string().contains("HTML") && error.to_string().contains("https://example.org/f"));
    assert_eq!(fail("<html><body><rss/></body></html>"), ParseError::Html { feed_link: None });
}

#[test]
fn limits() {
    let limits = Limits { max_entries: 3, max_text: 100, ..Limits::default() };
    let many = format!(
        "<rss><channel>{}</channel></rss>",
        "<item><description>&lt;b&gt;x</description></item>".repeat(10)
    );
    let doc = parse_with(many.as_bytes(), &limits).unwrap();
    assert_eq!((doc.entries.len(), kinds(&doc), doc.truncated), (3, vec!["too-many-entries"], false));
    let long = format!(
        "<rss><channel><item><description>{}&lt;a href='&gt;</description></item></channel></rss>",
        "x".repeat(95)
    );
    let doc = parse_with(long.as_bytes(), &limits).unwrap();
    assert_eq!(doc.entries[0].summary.as_deref(), Some("x".repeat(95).as_str()));
    let huge = "y".repeat(100_000);
    let entry = item(&format!(
        "<guid>{huge}</guid><link>/{huge}</link><title>{huge}</title>{}",
        "<category>c</category>".repeat(1000)
    ));
    assert_eq!((entry.guid, entry.link), (None, None));
    assert!(entry.title.unwrap().len() <= 4096 && entry.categories.len() == 1);
}

#[test]
fn nesting_beyond_reason() {
    for unit in ["<b>", "<media:group>", "<title>", "<channel>", "<a b='", "<![CDATA[", "<!x [", "&lt;"] {
        let text = format!(
            "<rss><channel><item><title>a</title><description>{}</description></item><item><title>z</title></item></channel></rss>",
            unit.repeat(100_000)
        );
        let doc = read(&text);
        assert!(doc.entries.len() <= 2, "{unit}");
    }
    let deep = rss(&format!(
        "<item><description>{}</description></item><item><title>z</title></item>",
        "<b>".repeat(100_000)
    ));
    assert_eq!(deep.entries[1].title.as_deref(), Some("z"));
    assert!(kinds(&deep).contains(&"too-deep"));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    const SEEDS: [&str; 4] = [
        "<?xml version='1.0'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>T</title><item><title>a &amp; b</title><link>http://e.org/1</link><guid isPermaLink='false'>x</guid><pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate><dc:creator>A</dc:creator><description><![CDATA[<p>x</p>]]></description><enclosure url='/a' length='1' type='a/b'/></item></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/b/'><title type='xhtml'><div>x</div></title><entry><id>i</id><link href='/a'/><author><name>n</name></author><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x</p></div></content><updated>2003-06-10T04:00:00Z</updated></entry></feed>",
        "<!DOCTYPE rdf:RDF [<!ENTITY a 'b'>]><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><item rdf:about='x'><title>y</title></item></rdf:RDF>",
        "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":1,\"title\":\"\\ud83d\\ude00\",\"tags\":[\"a\"]}]}",
    ];

    fn check(bytes: &[u8]) {
        let base = Url::parse(BASE).unwrap();
        for content_type in [None, Some("text/xml; charset=koi8-r"), Some("a/b; charset=utf-16")] {
            let Ok(document) = parse(bytes, content_type, &base, &Limits::default()) else { continue };
            for entry in &document.entries {
                let texts = [&entry.guid, &entry.link, &entry.title, &entry.summary, &entry.content];
                let legal = |c: char| {
                    c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}' || matches!(c, '\t' | '\n' | '\r')
                };
                assert!(texts.into_iter().flatten().all(|text| text.chars().all(legal)), "{entry:?}");
                assert!(entry.link.as_ref().is_none_or(|link| link.starts_with("http")));
            }
            assert_eq!(
                to_json("f", &document)["entries"].as_array().map(Vec::len),
                Some(document.entries.len())
            );
        }
        discover(bytes, &base);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            check(&bytes);
        }

        #[test]
        fn broken_feeds(
            seed in 0..SEEDS.len(),
            edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), ".{0,3}|[<>&;'\"/!\\[\\]{}=:\\\\]{1,4}"), 1..12),
        ) {
            let mut bytes = SEEDS[seed].as_bytes().to_vec();
            for (from, len, insert) in edits {
                let from = from.index(bytes.len() + 1);
                let to = (from + len.index(20)).min(bytes.len());
                bytes.splice(from..to, insert.bytes());
            }
            check(&bytes);
        }

        #[test]
        fn any_date(text in "\\PC{0,40}|[0-9A-Za-z:+/., -]{0,40}") {
            let _ = dates::parse(&text);
        }
    }
}

#[test]
fn links_about_the_feed_in_every_dialect() {
    let expected = FeedLinks {
        hubs: vec!["https://hub.example/".to_owned(), "https://example.org/second".to_owned()],
        own: Some("https://example.org/self?a=1&b=2".to_owned()),
        next: Some("https://example.org/blog/feed.xml?page=2".to_owned()),
        prev_archive: None,
        complete: true,
    };
    let links = r#"<LINK rel="hub" href="https://hub.example/#x"/><LINK rel="HUB" href="/second"/><LINK rel="self" type="application/atom+xml" href="/self?a=1&amp;b=2"/>
        <LINK rel="next" href="?page=2"/><LINK rel="hub" href="javascript:x"/><LINK rel="hub"/><fh:complete/>"#;
    let atom = format!(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0">{}<entry><title>x</title><link rel="hub" href="https://entry.example/"/></entry></feed>"#,
        links.replace("LINK", "link")
    );
    let rss = format!(
        r#"<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><link>https://example.org/</link>{}<item><title>x</title></item></channel></rss>"#,
        links.replace("LINK", "atom:link")
    );
    for text in [atom, rss] {
        assert_eq!(read(&text).links, expected, "{text}");
    }
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "feed_url": "/self?a=1&b=2", "next_url": "?page=2", "items": [],
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}, {"type": "rssCloud", "url": "https://cloud.example/"}, {"url": "/second"}, 7]}"#;
    assert_eq!(read(json).links, FeedLinks { complete: false, ..expected });
}
