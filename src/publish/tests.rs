//! The three feeds side by side: what a reader gets out of them again.

use super::*;
use crate::model::{Article, Enclosure, Origin, PageFacts, Person, SourceElement, SourceId};
use proptest::prelude::*;
use quick_xml::events::Event;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn meta() -> FeedMeta {
    FeedMeta {
        id: feed_id("/feed"),
        title: "Morgenlese & mehr <b>".into(),
        description: Some("Alles in einem".into()),
        author: None,
        home_url: "http://127.0.0.1:8380/".into(),
        self_url: "http://127.0.0.1:8380/feed".into(),
        updated: at("2024-03-02T10:00:00Z"),
        lang: Some("de".into()),
        version: "0.1.0".into(),
        hubs: Vec::new(),
        paging: Paging::default(),
    }
}

fn origin(id: &str) -> Origin {
    Origin {
        source: SourceId::new(id).unwrap(),
        title: format!("Zeitung {id} <i>& Co</i>"),
        feed_id: format!("tag:{id}.example,2020:feed"),
        feed_url: format!("https://{id}.example/feed.xml?a=1&b=2"),
        link: Some(format!("https://{id}.example/")),
        removed: false,
    }
}

fn entry(number: u8, title: &str, html: &str) -> PublishedEntry {
    PublishedEntry {
        id: EntryId::from_key(EntryKey::from_digest([number; 16])),
        url: Some(format!("https://one.example/{number}?x=1&y=%20")),
        title: title.into(),
        authors: vec![
            Person { name: "Ada <b>L.</b>".into(), url: Some("https://ada.example/".into()) },
            Person { name: "محمد".into(), url: Some("javascript:alert(1)".into()) },
        ],
        published: at("2024-03-01T08:09:10.5Z"),
        updated: at("2024-03-01T09:00:00Z"),
        first_seen: at("2024-03-01T08:30:00Z"),
        summary_html: Some("<p>Kurz &amp; gut ]]&gt; ]]></p>".into()),
        content_html: Some(html.into()),
        full_text: true,
        tags: vec!["news".into(), "wörld".into()],
        categories: vec!["news".into(), "<script>alert(2)</script>".into()],
        enclosures: vec![
            Enclosure { url: "https://one.example/a.mp3".into(), length: Some(1234), ..Enclosure::default() },
            Enclosure { url: "ftp://one.example/b.mp3".into(), ..Enclosure::default() },
            Enclosure {
                url: "https://one.example/c".into(),
                mime: Some("video/mp4".into()),
                duration: Some(60),
                title: Some("Clip \"<c>\"".into()),
                ..Enclosure::default()
            },
        ],
        episode: None,
        image: Some("https://one.example/bild ä.jpg".into()),
        page: PageFacts::default(),
        lang: Some("ar".into()),
        origins: vec![origin("one"), origin("two")],
        also_at: Vec::new(),
        source_element: None,
    }
}

/// An entry that has nothing but what an entry must have.
fn bare() -> PublishedEntry {
    PublishedEntry {
        url: None,
        title: String::new(),
        authors: Vec::new(),
        summary_html: None,
        content_html: None,
        tags: Vec::new(),
        categories: Vec::new(),
        enclosures: Vec::new(),
        image: None,
        lang: None,
        origins: Vec::new(),
        ..entry(9, "", "")
    }
}

fn hostile() -> Vec<PublishedEntry> {
    let titles = [
        "<script>alert(1)</script>",
        "a < b && R&D, <3, &lt;b&gt; &#60; ]]>",
        "عنوان 新闻 👩‍👩‍👧 \0\u{1b}[31m\u{fffe}\u{ffff}\u{85}",
        "</title></entry></feed><x>\r\n\t--> <!-- <?xml ?>",
    ];
    let html = "<p>Absatz &amp; mehr</p> ]]> ]]&gt; <![CDATA[ x ]]> \0\u{b}\u{fffe} </content></entry> 字 🎉";
    let mut entries: Vec<_> = titles.iter().zip(1..).map(|(title, n)| entry(n, title, html)).collect();
    entries.push(bare());
    entries
}

const ALL: [Content; 3] = [Content::Full, Content::Summary, Content::None];

/// Reads every event; the reader checks names of end tags and references.
fn well_formed(xml: &str) {
    assert!(xml.chars().all(|c| chars::allowed(c) && c != '\r'), "a forbidden character");
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error} in {xml}")) {
            Event::Start(tag) => {
                depth += 1;
                for attribute in tag.attributes() {
                    assert!(!attribute.unwrap().value.contains('<'));
                }
            }
            Event::End(_) => depth -= 1,
            Event::GeneralRef(name) => {
                assert!(matches!(&*name, "amp" | "lt" | "gt" | "#x26" | "#x3C" | "#x3E"), "{name:?}");
            }
            Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_) => panic!("{xml}"),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
}

fn read(document: &str) -> feed_rs::model::Feed {
    feed_rs::parser::parse(document.as_bytes()).unwrap_or_else(|error| panic!("{error} in {document}"))
}

#[test]
fn every_format_is_well_formed_and_has_the_same_entries() {
    for entries in [hostile(), Vec::new()] {
        let ids: Vec<_> = entries.iter().map(|entry| entry.id.urn()).collect();
        for content in ALL {
            for xml in [atom(&meta(), &entries, content), rss(&meta(), &entries, content)] {
                well_formed(&xml);
                assert_eq!(read(&xml).entries.into_iter().map(|e| e.id).collect::<Vec<_>>(), ids);
            }
            let json = json_feed(&meta(), &entries, content);
            assert!(json.chars().all(chars::allowed));
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            let found = json["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap());
            assert_eq!(found.collect::<Vec<_>>(), ids);
        }
    }
}

#[test]
fn atom_as_it_is_written() {
    let mut entry = entry(1, "Wahl: <Stimmen> & Zahlen", "<p>Text ]]></p>");
    entry.enclosures.remove(1);
    let expected = include_str!("tests/atom.xml");
    assert_eq!(atom(&meta(), &[entry, bare()], Content::Full), expected);
}

#[test]
fn rss_as_it_is_written() {
    let mut entry = entry(1, "Wahl: <Stimmen> & Zahlen", "<p>Text ]]></p>");
    entry.enclosures.remove(1);
    let expected = include_str!("tests/rss.xml");
    assert_eq!(rss(&meta(), &[entry, bare()], Content::Full), expected);
}

#[test]
fn json_feed_as_it_is_written() {
    let entry = entry(1, "Wahl: <Stimmen> & Zahlen", "<p>Text ]]></p>");
    let json: serde_json::Value =
        serde_json::from_str(&json_feed(&meta(), &[entry, bare()], Content::Full)).unwrap();
    let expected: serde_json::Value = serde_json::from_str(include_str!("tests/feed.json")).unwrap();
    assert_eq!(json, expected);
}

#[test]
fn only_http_addresses_come_out() {
    let mut entry = entry(1, "t", "<p>x</p>");
    for url in
        ["javascript:alert(1)", "/relative", "//host.example/x", "data:text/html,x", "ftp://a.example/"]
    {
        entry.url = Some(url.into());
        entry.image = Some(url.into());
        entry.enclosures = vec![Enclosure { url: url.into(), ..Enclosure::default() }];
        entry.origins[0].link = Some(url.into());
        entry.origins[1].feed_url = url.into();
        entry.origins[0].feed_id = url.into();
        let entries = [entry.clone()];
        let mut documents = vec![jsonl(&entries), markdown(&entry, true)];
        documents.extend([atom, rss, json_feed].map(|write| write(&meta(), &entries, Content::Full)));
        for document in documents {
            assert!(!document.contains(&format!("\"{url}\"")), "{url} in {document}");
            assert!(!document.contains("alert(1)"), "{document}");
        }
    }
}

#[test]
fn an_entrys_own_source_wins() {
    let mut entry = entry(1, "t", "<p>x</p>");
    let own = |id: Option<&str>, title: Option<&str>, link: Option<&str>| {
        let [id, title, link] = [id, title, link].map(|text| text.map(str::to_owned));
        Some(SourceElement { id, title, link })
    };
    entry.source_element = own(None, Some("Agentur"), Some("https://agency.example/rss"));
    let (a, r) = both(&entry);
    assert!(a.contains("<id>https://agency.example/rss</id>\n      <title>Agentur</title>"), "{a}");
    assert!(r.contains("<source url=\"https://agency.example/rss\">Agentur</source>"), "{r}");
    // A title alone names no feed.
    entry.source_element = own(Some("javascript:x"), Some("Agentur"), None);
    let (a, r) = both(&entry);
    assert!(a.contains("<id>tag:one.example,2020:feed</id>") && !a.contains("Agentur"), "{a}");
    assert!(r.contains("<source url=\"https://one.example/feed.xml?a=1&amp;b=2\">Zeitung one"), "{r}");
}

fn both(entry: &PublishedEntry) -> (String, String) {
    let entries = std::slice::from_ref(entry);
    (atom(&meta(), entries, Content::Full), rss(&meta(), entries, Content::Full))
}

#[test]
fn content_levels() {
    let mut entry = entry(1, "t", "<p>Der ganze Text.</p>");
    entry.summary_html = None;
    let json = |entry: &PublishedEntry, content| -> serde_json::Value {
        let text = json_feed(&meta(), std::slice::from_ref(entry), content);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["items"][0].clone()
    };
    assert_eq!(json(&entry, Content::Full)["content_html"], "<p>Der ganze Text.</p>");
    assert_eq!(json(&entry, Content::Summary)["content_html"], "Der ganze Text.");
    assert_eq!(json(&entry, Content::None)["content_text"], "");
    // A teaser that repeats the text isn't one.
    entry.summary_html = entry.content_html.clone();
    assert_eq!(json(&entry, Content::Full)["summary"], serde_json::Value::Null);
    assert!(rss(&meta(), &[entry], Content::Full).contains("<description>Der ganze Text.</description>"));
}

#[test]
fn hubs_and_pages() {
    let page = |n: u8| Some(format!("https://news.example/feed?a=1&before={n}"));
    let paging = Paging { first: page(0), next: page(2), previous: Some("javascript:x".into()) };
    let hubs = vec!["https://hub.example/".into(), "ftp://hub.example/".into()];
    let meta = FeedMeta { hubs, paging, ..meta() };
    let rels = |links: &[feed_rs::model::Link]| -> Vec<(String, String)> {
        let rel = |link: &feed_rs::model::Link| link.rel.clone().unwrap_or_default();
        links.iter().map(|link| (rel(link), link.href.clone())).collect()
    };
    let (a, r) = (atom(&meta, &[], Content::Full), rss(&meta, &[], Content::Full));
    for xml in [&a, &r] {
        well_formed(xml);
        let links = rels(&read(xml).links);
        for (rel, url) in [
            ("self", "http://127.0.0.1:8380/feed"),
            ("hub", "https://hub.example/"),
            ("first", "https://news.example/feed?a=1&before=0"),
            ("next", "https://news.example/feed?a=1&before=2"),
        ] {
            let found: Vec<_> = links.iter().filter(|(found, _)| found == rel).map(|(_, url)| url).collect();
            assert_eq!(found, [url], "{rel} in {xml}");
        }
        assert!(!xml.contains("previous") && !xml.contains("ftp:"), "{xml}");
    }
    assert!(r.contains("<atom:link rel=\"next\" href=\"https://news.example/feed?a=1&amp;before=2\" type=\"application/rss+xml\"/>"), "{r}");
    let json: serde_json::Value = serde_json::from_str(&json_feed(&meta, &[], Content::Full)).unwrap();
    assert_eq!(json["hubs"], serde_json::json!([{ "type": "WebSub", "url": "https://hub.example/" }]));
    assert_eq!(json["next_url"], "https://news.example/feed?a=1&before=2");
}

#[test]
fn json_lines() {
    let out = jsonl(&hostile());
    let records: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), hostile().len());
    assert!(out.ends_with('\n') && out.chars().all(chars::allowed));
    assert_eq!(records[0]["title"], "<script>alert(1)</script>");
    assert_eq!(records[0]["sources"][1]["id"], "two");
    assert_eq!(records[0]["summary"], "Kurz & gut ]]> ]]>");
    // Every key is always there.
    let keys = |n: usize| records[n].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(0), keys(4));
    assert!(records[4]["html"].is_null());
}

#[test]
fn markdown_of_an_extracted_article() {
    let article = Article {
        title: Some("Rivers *rise*".to_owned()),
        authors: vec![Person { name: "Ada Example".to_owned(), url: Some("https://site.example/ada".to_owned()) }],
        published: Some("2023-01-31T23:30:00-05:00".to_owned()),
        html: "<figure><img src=\"https://site.example/p.jpg\" alt=\"A river\"><figcaption>The river. \
               <strong>Bo / Agency</strong></figcaption></figure><p>First.</p>\
               <p><strong>Related article:</strong> <a href=\"https://site.example/r\">Dams</a></p><p>Last.</p>"
            .to_owned(),
        ..Article::default()
    };
    let expected = "# Rivers \\*rise\\*\n\nBy [Ada Example](https://site.example/ada)\n\nJanuary 31, 2023\n\n\
                    ![A river](https://site.example/p.jpg)\n\nThe river. **Bo / Agency**\n\nFirst.\n\n\
                    **Related article:** [Dams](https://site.example/r)\n\nLast.\n\nOriginal url:\n\n\
                    <https://site.example/x>\n";
    assert_eq!(article_markdown(&article, Some("https://site.example/x")), expected);
    let bare = Article { html: "<p>Text.</p>".to_owned(), ..Article::default() };
    assert_eq!(article_markdown(&bare, None), "Text.\n");
}

#[test]
fn markdown_document() {
    let mut entry = entry(1, "Wahl: <Stimmen> & *Zahlen*", "<p>Erster Absatz.</p><p>Zweiter.</p>");
    entry.tags.push("a\": [\n- b".into());
    let text = markdown(&entry, true);
    let (head, body) = text.strip_prefix("---\n").unwrap().split_once("---\n\n").unwrap();
    let hash = content_hash(&entry);
    assert_eq!(
        head,
        format!(
            "id: \"urn:uuid:01010101-0101-8101-8101-010101010101\"\nsource: [\"one\",\"two\"]\n\
             published: \"2024-03-01T08:09:10Z\"\nupdated: \"2024-03-01T09:00:00Z\"\n\
             tags: [\"news\",\"wörld\",\"a\\\": [ - b\"]\ncanonical_url: \"https://one.example/1?x=1&y=%20\"\n\
             content_hash: \"{hash}\"\n"
        )
    );
    assert_eq!(
        body,
        "# Wahl: \\<Stimmen> & \\*Zahlen\\*\n\nBy [Ada \\<b>L.\\</b>](https://ada.example/), محمد\n\n\
         March 1, 2024\n\n![](https://one.example/bild%20%C3%A4.jpg)\n\nErster Absatz.\n\nZweiter.\n\n\
         Original url:\n\n<https://one.example/1?x=1&y=%20>\n"
    );
    assert_eq!(markdown(&entry, false), body);
    assert_eq!(file_name(&entry), "2024-03-01-wahl-stimmen-zahlen-010101010101.md");
    entry.title = "Anders".into();
    assert!(file_name(&entry).ends_with(&file_suffix(&entry.id)));
    assert_ne!(content_hash(&entry), hash);
}

#[test]
fn what_the_page_says() {
    let mut entry = entry(1, "T", "<p>x</p>");
    entry.page = PageFacts {
        modified: Some("2024-03-02T10:00:00+01:00".into()),
        section: Some("Rivers\n<b>".into()),
        tags: vec!["floods".into(), "a: b".into()],
        free: Some(false),
        canonical: Some("https://one.example/canonical".into()),
        ..PageFacts::default()
    };
    let head = markdown(&entry, true);
    for line in [
        r#"modified: "2024-03-02T10:00:00+01:00""#,
        r#"section: "Rivers <b>""#,
        r#"keywords: ["floods","a: b"]"#,
        "paywalled: true",
    ] {
        assert!(head.lines().any(|found| found == line), "{line}\n{head}");
    }
    let record: serde_json::Value = serde_json::from_str(&jsonl(std::slice::from_ref(&entry))).unwrap();
    assert_eq!(record["page"]["free"], false);
    assert_eq!(record["page"]["published"], serde_json::Value::Null);
    assert_eq!(record["page"]["canonical"], "https://one.example/canonical");
    let feed = json_feed(&meta(), std::slice::from_ref(&entry), Content::Full);
    assert!(feed.contains(r#""paywalled":true"#) && feed.contains(r#""section":"Rivers <b>""#), "{feed}");
    entry.page = PageFacts::default();
    let feed = json_feed(&meta(), &[entry.clone()], Content::Full);
    assert!(!feed.contains("paywalled") && !markdown(&entry, true).contains("paywalled"));
}

#[test]
fn names_of_feeds_last_and_differ() {
    assert_eq!(feed_id("/feed"), feed_id("/feed"));
    assert_ne!(feed_id("/feed"), feed_id("/tags/a"));
    assert!(feed_id("/feed").starts_with("urn:uuid:"));
}

#[test]
fn large_texts_take_linear_time() {
    let mut entry = entry(1, &"<&#x".repeat(300_000), &"<p>&amp; x ]]></p>".repeat(300_000));
    entry.categories = (0..100_000).map(|n| format!("<c{n}")).collect();
    let started = std::time::Instant::now();
    let (a, r) = both(&entry);
    assert!(a.len() > 5_000_000 && r.len() > 5_000_000);
    assert!(markdown(&entry, true).len() > 1_000_000);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever the text, a reader gets it back from Atom, and no markup from an RSS title.
    #[test]
    fn parse_of_render_gives_the_entry(title in "\\PC{0,40}", author in "[a-z<&>\\]]{1,9}",
        body in "(<p>|</p>|&|;|#|<!\\[CDATA\\[|\\]\\]>|\\PC|\n|\u{0}|\u{b}){0,40}", link in "[a-zäж/?&=.]{0,20}")
    {
        let mut entry = entry(1, &title, &format!("<p>{body}</p>"));
        entry.authors = vec![Person { name: author.clone(), url: None }];
        entry.url = Some(format!("https://x.example/{link}"));
        let (a, r) = both(&entry);
        well_formed(&a);
        well_formed(&r);
        let (atom, rss) = (read(&a), read(&r));
        let (atom, rss) = (&atom.entries[0], &rss.entries[0]);
        let url = links::http(entry.url.as_deref().unwrap()).unwrap();
        prop_assert_eq!(&atom.id, &entry.id.urn());
        let (shown, given) = (atom.title.as_ref().unwrap(), chars::line(&title));
        let decoded = crate::html::plain_text(&shown.content);
        let html = shown.content_type.subty().as_str() == "html";
        let found = if html { decoded } else { shown.content.clone() };
        prop_assert!(given.is_empty() || given == found, "{}", found);
        let name = chars::name(&author);
        prop_assert!(name.is_empty() || atom.authors[0].name.as_deref() == Some(name.as_str()));
        let same = |href: &str| url::Url::parse(href).ok() == url::Url::parse(&url).ok();
        prop_assert!(atom.links.iter().any(|link| same(&link.href)));
        let html = chars::clean(entry.content_html.as_deref().unwrap());
        prop_assert_eq!(atom.content.as_ref().unwrap().body.as_deref().unwrap().trim(), html.trim());
        let title = rss.title.as_ref().map_or("", |t| &t.content);
        prop_assert!(!title.contains("<p") && !title.contains("</") && !title.contains("<!"));
        prop_assert_eq!(rss.published.unwrap().timestamp(), entry.published.as_second());
    }
}
