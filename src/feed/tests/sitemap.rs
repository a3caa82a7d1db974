//! Sitemaps of all kinds.

use crate::feed::{Limits, MAX_URLS, ParseError, Sitemap, read_sitemap};
use crate::model::FeedDocument;
use flate2::write::GzEncoder;
use std::io::Write;
use url::Url;

fn read_bytes(bytes: &[u8]) -> Result<Sitemap, ParseError> {
    let base = Url::parse("https://paper.example/sitemaps/news.xml").unwrap();
    let limits = Limits { max_entries: MAX_URLS, ..Limits::default() };
    read_sitemap(bytes, Some("text/plain"), &base, &limits)
}

fn pages(text: &str) -> FeedDocument {
    match read_bytes(text.as_bytes()).unwrap() {
        Sitemap::Pages(document) => *document,
        index => panic!("{index:?}"),
    }
}

fn titles(document: &FeedDocument) -> Vec<&str> {
    document.entries.iter().filter_map(|entry| entry.title.as_deref()).collect()
}

const NEWS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc>https://paper.example/a/1?x=1&amp;y=2</loc><lastmod>2026-03-01</lastmod>
    <image:image><image:loc>https://img.example/1.jpg</image:loc><image:title>No title</image:title></image:image>
    <n:news><n:publication><n:name>The Paper</n:name><n:language>en</n:language></n:publication>
      <n:publication_date>2026-03-01T10:00:00+01:00</n:publication_date>
      <n:title><![CDATA[Ships & cranes]]></n:title><n:keywords>harbour, cranes ,</n:keywords></n:news></url>
  <url><loc>
      https://paper.example/b/the-pier-is-back.html</loc><lastmod>2026-03-02T08:00Z</lastmod></url>
  <url><loc>javascript:alert(1)</loc></url>
  <url><lastmod>2026-03-02</lastmod></url>
  <url><loc>https://paper.example/undated</loc></url>
  <url><loc>https://paper.example/undated#again</loc></url>
</urlset>"#;

#[test]
fn news_images_and_dates() {
    let document = pages(NEWS);
    assert_eq!(titles(&document), ["The pier is back", "Ships & cranes", "Undated"], "newest first");
    assert_eq!(document.title.as_deref(), Some("The Paper"));
    let [pier, ships, undated] = &document.entries[..] else { panic!("{document:?}") };
    assert!(pier.makeshift_title && !ships.makeshift_title);
    assert_eq!(ships.link.as_deref(), Some("https://paper.example/a/1?x=1&y=2"));
    assert_eq!(ships.published.unwrap().to_string(), "2026-03-01T09:00:00Z");
    assert_eq!(
        (ships.lang.as_deref(), &ships.categories[..]),
        (Some("en"), &["harbour".into(), "cranes".into()][..])
    );
    assert_eq!(pier.updated.unwrap().to_string(), "2026-03-02T08:00:00Z");
    assert_eq!((undated.published, undated.updated), (None, None));
    assert_eq!(document.warnings[0].message, "2 entries have no http address; they were left out");
}

#[test]
fn indexes() {
    let index = r#"<sitemapindex><sitemap><loc>https://paper.example/1.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap>
        <sitemap><loc>/2.xml</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap></sitemapindex>"#;
    let Sitemap::Index(links) = read_bytes(index.as_bytes()).unwrap() else { panic!("no index") };
    let links: Vec<(&str, Option<&str>)> =
        links.iter().map(|link| (link.url.as_str(), link.lastmod.as_deref())).collect();
    assert_eq!(
        links,
        [("https://paper.example/1.xml.gz", Some("2026-03-01")), ("https://paper.example/2.xml", None)]
    );
}

#[test]
fn packed_or_plain_text_or_a_feed() {
    let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(NEWS.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(read_bytes(&packed).unwrap(), read_bytes(NEWS.as_bytes()).unwrap());
    let Sitemap::Pages(half) = read_bytes(&packed[..packed.len() * 4 / 5]).unwrap() else {
        panic!("no pages")
    };
    assert!(half.truncated && !half.entries.is_empty());
    let list = pages(
        "\u{feff}https://paper.example/a-b\r\n\nhttp://paper.example/c?d\nftp://x/\nhttps://paper.example/a-b",
    );
    assert_eq!(list.entries.len(), 2);
    let feed = pages(
        "<rss version='2.0'><channel><title>F</title><item><title>T</title><link>https://a.example/1</link></item></channel></rss>",
    );
    assert_eq!(titles(&feed), ["T"]);
    assert!(pages("<urlset></urlset>").entries.is_empty());
    assert!(!pages("<urlset></urlset>").truncated);
}

#[test]
fn what_is_no_sitemap() {
    assert_eq!(read_bytes(b" \n"), Err(ParseError::Empty));
    assert_eq!(read_bytes(b"Not found"), Err(ParseError::NotASitemap));
    assert_eq!(read_bytes(b"<note>hello</note>"), Err(ParseError::NotASitemap));
    assert!(matches!(read_bytes(b"<!doctype html><html><body>no"), Err(ParseError::Html { .. })));
}

#[test]
fn broken_and_hostile_ones() {
    let cut = pages("<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a.example/2");
    assert_eq!((cut.entries.len(), cut.truncated), (1, true));
    let unclosed =
        pages("<urlset><url><loc>https://a.example/1</loc><url><loc>https://a.example/2</loc></urlset>");
    assert_eq!(unclosed.entries.len(), 2);
    let deep = format!("<urlset><url>{}<loc>https://a.example/1</loc>", "<x>".repeat(200_000));
    assert!(pages(&deep).entries.is_empty());
    let bomb = "<!DOCTYPE a [<!ENTITY b \"https://a.example/\"><!ENTITY c \"&b;&b;\">]><urlset><url><loc>&c;</loc></url></urlset>";
    assert!(pages(bomb).entries.len() <= 1, "no entity is expanded into an address");
    let long = format!("<urlset><url><loc>https://a.example/{}</loc></url></urlset>", "a".repeat(5_000_000));
    assert!(pages(&long).entries.iter().all(|entry| entry.link.as_ref().unwrap().len() < 10_000));
    let many: String = (0..60_000).map(|n| format!("<url><loc>https://a.example/{n}</loc></url>")).collect();
    let many = pages(&format!("<urlset>{many}</urlset>"));
    assert_eq!(many.entries.len(), MAX_URLS);
    assert_eq!(many.warnings[0].kind, "too-many-entries");
    let mut zeros = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..120 {
        zeros.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    assert_eq!(read_bytes(&zeros.finish().unwrap()), Err(ParseError::Empty), "unpacked to its limit only");
}
