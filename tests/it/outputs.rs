//! Documents that are valid whatever goes into them, and say what went in.

mod atom;
mod json;
mod podcast;
mod roundtrip;
mod rss;
mod rules;
mod torture;
mod xml;

use offprint::model::PublishedEntry;
use offprint::publish::{self, Content, FeedMeta};
use rules::Problems;
use torture::{entries, meta};
use xml::Node;

const LEVELS: [Content; 3] = [Content::Full, Content::Summary, Content::None];

/// Media RSS, in Atom and RSS alike.
fn media_content(p: &mut Problems, media: &Node) {
    p.check(media.attribute("url").is_some_and(rules::http_uri), || format!("{media:?}"));
    p.check(media.attribute("type").is_none_or(rules::media_type), || format!("{media:?}"));
    let mediums = ["image", "audio", "video", "document"];
    p.check(media.attribute("medium").is_none_or(|medium| mediums.contains(&medium)), || {
        format!("{media:?}")
    });
    for name in ["fileSize", "duration"] {
        let positive = |text: &str| text.parse::<u64>().is_ok_and(|number| number > 0);
        p.check(media.attribute(name).is_none_or(positive), || format!("{media:?}"));
    }
}

/// Renders in every format at every level and checks it all; gives the ids of each document.
fn valid(meta: &FeedMeta, entries: &[PublishedEntry]) {
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.urn()).collect();
    for content in LEVELS {
        let feed = atom::valid(&publish::atom(meta, entries, content));
        assert_eq!(feed.all("entry").filter_map(|entry| entry.value("id")).collect::<Vec<_>>(), ids);
        let feed = rss::valid(&publish::rss(meta, entries, content));
        let items = feed.children[0].all("item");
        assert_eq!(items.filter_map(|item| item.value("guid")).collect::<Vec<_>>(), ids);
        let feed = json::valid(&publish::json_feed(meta, entries, content));
        let items = feed["items"].as_array().unwrap().iter();
        assert_eq!(items.filter_map(|item| item["id"].as_str()).collect::<Vec<_>>(), ids);
    }
}

#[test]
fn nothing_hostile_makes_a_document_invalid() {
    valid(&meta(), &entries());
    // One that breaks only alone is found too.
    for entry in entries().into_iter().filter(|entry| entry.title.len() < 1000) {
        valid(&meta(), &[entry]);
    }
    valid(&meta(), &[]);
}

#[test]
fn nor_do_feeds_about_themselves() {
    for text in torture::TEXTS {
        let text = Some((*text).to_owned());
        let meta = FeedMeta {
            title: text.clone().unwrap_or_default(),
            description: text.clone(),
            author: text.clone(),
            lang: text,
            ..meta()
        };
        valid(&meta, &[torture::plain(1)]);
    }
}

#[test]
fn text_comes_out_as_it_went_in() {
    for text in torture::TEXTS.iter().skip(12) {
        let entry = PublishedEntry { title: (*text).to_owned(), ..torture::plain(1) };
        let allowed: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let entries = [entry];
        let feed = atom::valid(&publish::atom(&meta(), &entries, Content::Full));
        assert_eq!(feed.all("entry").next().unwrap().value("title"), Some(allowed.as_str()));
        let feed = rss::valid(&publish::rss(&meta(), &entries, Content::Full));
        assert_eq!(feed.children[0].all("item").next().unwrap().value("title"), Some(allowed.as_str()));
        let feed = json::valid(&publish::json_feed(&meta(), &entries, Content::Full));
        assert_eq!(feed["items"][0]["title"], allowed.as_str());
    }
}

#[test]
fn a_change_within_the_second_shows() {
    let at = |ms: u32| torture::at(&format!("2024-03-02T10:00:00.{ms:03}Z"));
    let fresh = PublishedEntry { published: at(900), updated: at(900), ..torture::plain(1) };
    let moved = PublishedEntry { published: at(100), updated: at(500), ..torture::plain(2) };
    let meta = FeedMeta { updated: at(900), ..meta() };
    let entries = [fresh, moved];
    let feed = atom::valid(&publish::atom(&meta, &entries, Content::Full));
    let times = |name: &str| feed.all("entry").filter_map(|entry| entry.value(name)).collect::<Vec<_>>();
    assert_eq!(times("published"), ["2024-03-02T10:00:00Z", "2024-03-02T10:00:00Z"]);
    assert_eq!(times("updated"), ["2024-03-02T10:00:00Z", "2024-03-02T10:00:00.500Z"]);
    assert_eq!(feed.value("updated"), Some("2024-03-02T10:00:00.500Z"));
    let feed = json::valid(&publish::json_feed(&meta, &entries, Content::Full));
    assert_eq!(feed["items"][0]["date_modified"], feed["items"][0]["date_published"]);
    assert_eq!(feed["items"][1]["date_modified"], "2024-03-02T10:00:00.500Z");
}

/// What each hostile text becomes after the whole way: read, cleaned, written.
#[test]
fn hostile_feeds_come_out_valid() {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut items = String::new();
    for text in torture::TEXTS.iter().chain(torture::ADDRESSES) {
        let t = escape(text);
        items += &format!(
            "<item><title>{t}</title><link>{t}</link><guid>{t}</guid><dc:creator>{t}</dc:creator>\
             <category>{t}</category><description>{t}</description><pubDate>{t}</pubDate>\
             <content:encoded><![CDATA[<p>{text}</p><a href=\"{t}\">x</a><img src='{t}'>]]></content:encoded>\
             <enclosure url=\"{t}\" length=\"-1{t}\" type=\"{t}\"/><source url=\"{t}\">{t}</source>\
             <media:content url=\"{t}\" type=\"{t}\" fileSize=\"-5\" duration=\"x\" width=\"w\"/>\
             <itunes:duration>{t}</itunes:duration><itunes:image href=\"{t}\"/>\
             <itunes:season>-1</itunes:season><itunes:explicit>{t}</itunes:explicit>\
             <dc:language>{t}</dc:language></item>"
        );
    }
    let feed = format!(
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>&lt;b></title>{items}"
    );
    let entries = torture::read(&feed);
    assert!(entries.len() > 40, "{}", entries.len());
    valid(&meta(), &entries);
    for document in [publish::atom, publish::rss, publish::json_feed] {
        let document = document(&meta(), &entries, Content::Full);
        for scheme in ["javascript:", "vbscript:", "data:", "file:", "ftp:"] {
            for before in
                ["href=\"", "url=\"", "url\":\"", "href=&quot;", "src=&quot;", "href=\\\"", "src=\\\""]
            {
                assert!(!document.contains(&format!("{before}{scheme}")), "{before}{scheme}");
            }
        }
    }
}
