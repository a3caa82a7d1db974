use super::library::Story;
use super::*;
use std::collections::HashSet;
use std::io::Read;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> Option<String> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    }
}

/// A bare HTTP client: one request, everything until the connection ends.
async fn raw(url: &str, extra: &str) -> io::Result<Vec<u8>> {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let path = path.split('#').next().unwrap();
    let mut line = TcpStream::connect(host).await?;
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{extra}\r\n");
    line.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    line.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

async fn get(url: &str, extra: &str) -> Reply {
    let bytes = raw(url, extra).await.unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head, body: bytes[end + 4..].to_vec() }
}

fn decoded(reply: &Reply) -> String {
    let kind = reply.header("content-type").unwrap();
    let start = String::from_utf8_lossy(&reply.body[..reply.body.len().min(60)]).into_owned();
    let declared = start.split("encoding=\"").nth(1).and_then(|rest| rest.split('"').next());
    let label = kind.split("charset=").nth(1).or(declared).unwrap_or("utf-8");
    let (text, _, broken) = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().decode(&reply.body);
    assert!(!broken, "{kind}");
    text.into_owned()
}

#[test]
fn stories_are_complete() {
    let mut count = 0;
    for make in &sites::MAKES {
        let stories = if make.stories.is_empty() { Vec::new() } else { library::read(make.stories) };
        let slugs: HashSet<&str> = stories.iter().map(|story| story.slug.as_str()).collect();
        assert_eq!(slugs.len(), stories.len(), "{}", make.id);
        for story in &stories {
            let name = format!("{}/{}", make.id, story.slug);
            assert!(!story.title.is_empty() && !story.by.is_empty() && !story.stand.is_empty(), "{name}");
            assert!(story.ago > 0 && !story.tags.is_empty(), "{name}");
            assert!(story.related.is_empty() || slugs.contains(story.related.as_str()), "{name}");
            assert!(!story.slug.contains(|c: char| c != '-' && !c.is_ascii_alphanumeric()), "{name}");
            if story.link.is_empty() {
                assert_eq!(Story::markers(&[story]).len(), 2, "{name}");
                assert!(Story::markers(&[story]).iter().all(|marker| marker.chars().count() > 30), "{name}");
                assert!(!story.stand.contains(&Story::markers(&[story])[0]), "{name}");
            }
        }
        count += stories.len();
    }
    assert!(count >= 55, "{count}");
    assert!(["de", "fr", "es", "ru", "ja", "ar", "en"].iter().all(|lang| {
        let count = |make: &sites::Make| {
            let stories = library::read(make.stories);
            stories
                .iter()
                .filter(|story| story.lang == *lang || (story.lang.is_empty() && make.lang == *lang))
                .count()
        };
        sites::MAKES.iter().map(count).sum::<usize>() >= 2
    }));
}

#[test]
fn inline_markup() {
    let story =
        &library::read("= x\ntitle: T\n\nA [b & c](../d) *e*.\n\n| a | b |\n| c | d |\n\n- f\n- g\n\n> h")[0];
    let html = "<p>A <a href=\"../d\">b &amp; c</a> <em>e</em>.</p>\n\
                <table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>\n\
                <ul><li>f</li><li>g</li></ul>\nMID<blockquote><p>h</p></blockquote>\n";
    assert_eq!(story.html("MID"), html);
    assert_eq!(Story::markers(&[story]), ["A b & c e."]);
}

#[tokio::test]
async fn every_story_has_its_page() {
    let stand = Newsstand::start(now()).await.unwrap();
    while stand.publish_next().is_some() {}
    let expected = stand.expected();
    assert!(expected.entries.len() >= 48, "{}", expected.entries.len());
    for entry in &expected.entries {
        let page = get(&entry.url, "").await;
        assert_eq!(page.status, 200, "{}", entry.url);
        let html = decoded(&page);
        let html = html.replace("<em>", "").replace("</em>", "");
        for text in entry.markers.iter().chain([&entry.title]) {
            assert!(html.contains(&library::escape(text)), "{}: {text}", entry.url);
        }
        assert!(!html.contains("{{"), "{}", entry.url);
    }
    assert!(!expected.entries.iter().any(|entry| entry.markers.iter().any(|m| m.contains(['[', '*']))));
    let courier = get(&expected.entries[0].url, "").await;
    let bote = expected.entries.iter().find(|entry| entry.sources[0] == "bote").unwrap();
    let pages = decoded(&courier) + &decoded(&get(&bote.url, "").await);
    for text in &expected.absent {
        assert!(pages.contains(text.as_str()), "{text}");
    }
}

#[tokio::test]
async fn merged_entries_are_reachable_under_every_form() {
    let stand = Newsstand::start(now()).await.unwrap();
    let expected = stand.expected();
    let lamp = expected.entries.iter().find(|entry| entry.url.ends_with("/lamp-of-the-north-mole")).unwrap();
    assert_eq!(lamp.sources, ["courier", "courier-harbour", "crosswinds"]);
    for (id, path, form) in [
        ("courier", "/feed.xml", "mole?utm_source=feed&amp;utm_medium=rss"),
        ("courier", "/harbour/feed.xml", "mole/?utm_source=harbour-desk&amp;utm_campaign=quay"),
        ("crosswinds", "/links.rss", "mole/?fbclid=IwAR0quayside77#comments"),
    ] {
        let feed = decoded(&get(&stand.site(id).unwrap().url(path), "").await);
        let link = format!("<link>{}", lamp.url.strip_suffix("mole").unwrap()) + form + "</link>";
        assert!(feed.contains(&link), "{link}\n{feed}");
        let address = link.replace("&amp;", "&").replace("<link>", "").replace("</link>", "");
        assert_eq!(get(&address, "").await.status, 200, "{address}");
    }
}

#[tokio::test]
async fn one_section_is_closed() {
    let stand = Newsstand::start(now()).await.unwrap();
    let robots = decoded(&get(&stand.site("courier").unwrap().url("/robots.txt"), "").await);
    assert!(robots.contains("Disallow: /members/\n"));
    let expected = stand.expected();
    let closed: Vec<_> = expected.entries.iter().filter(|entry| !entry.complete).collect();
    assert_eq!(closed.len(), 1);
    assert!(closed[0].url.contains("/members/"));
    for site in stand.sites() {
        assert_eq!(get(&site.url("/robots.txt"), "").await.status, 200, "{}", site.id);
    }
}

#[tokio::test]
async fn feeds_grow_in_a_fixed_order() {
    let first = Newsstand::start(now()).await.unwrap();
    let second = Newsstand::start(now()).await.unwrap();
    let before = first.expected().entries.len();
    let path = |url: Option<String>| url.map(|url| url.splitn(4, '/').last().unwrap().to_owned());
    let mut news = 0;
    loop {
        let (one, other) = (path(first.publish_next()), path(second.publish_next()));
        assert_eq!(one, other);
        if one.is_none() {
            break;
        }
        news += 1;
    }
    assert!(news >= 15, "{news}");
    // Some of the news are links to what was there.
    let after = first.expected().entries.len();
    assert!(after > before + 8 && after <= before + news, "{before} {after} {news}");
}

#[tokio::test]
async fn the_feeds_say_what_they_are() {
    let stand = Newsstand::start(now()).await.unwrap();
    let starts = [
        ("courier", "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n<rss version=\"2.0\""),
        ("kettle", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\""),
        ("marginalia", "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n<rdf:RDF"),
        ("lowtide", "{"),
        ("meridian", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss"),
        ("bote", "<?xml"),
        ("crosswinds", "<?xml"),
    ];
    for (id, start) in starts {
        let feed = get(&stand.site(id).unwrap().feed_url(), "").await;
        assert!(feed.body.starts_with(start.as_bytes()), "{id}: {}", String::from_utf8_lossy(&feed.body));
        assert!(feed.body.len() > 1_500, "{id}");
    }
    let courier = get(&stand.site("courier").unwrap().feed_url(), "").await;
    assert!(courier.body.windows(3).any(|three| three == b"\x92s "), "smart quotes are single bytes");
    let outage = stand.site("outage").unwrap();
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(get(&outage.feed_url(), "").await.status);
    }
    assert_eq!(seen, [500, 500, 500, 200]);
    let moved = get(&stand.sources().last().unwrap().url, "").await;
    assert_eq!((moved.status, moved.header("location").as_deref()), (301, Some("/harbour/feed.xml")));
}

#[tokio::test]
async fn conditional_and_compressed() {
    let stand = Newsstand::start(now()).await.unwrap();
    let site = stand.site("courier").unwrap();
    for url in [site.feed_url(), stand.expected().entries[0].url.clone()] {
        let plain = get(&url, "").await;
        let (etag, modified) = (plain.header("etag").unwrap(), plain.header("last-modified").unwrap());
        let same = get(&url, &format!("If-None-Match: \"x\", {etag}\r\n")).await;
        assert_eq!((same.status, same.body.len()), (304, 0));
        assert_eq!(same.header("etag").as_deref(), Some(etag.as_str()));
        assert_eq!(get(&url, &format!("If-Modified-Since: {modified}\r\n")).await.status, 304);
        let other = format!("If-None-Match: \"x\"\r\nIf-Modified-Since: {modified}\r\n");
        assert_eq!(get(&url, &other).await.status, 200, "If-None-Match decides");

        let packed = get(&url, "Accept-Encoding: br, gzip\r\n").await;
        assert_eq!(packed.header("content-encoding").as_deref(), Some("gzip"));
        assert_ne!(packed.header("etag"), plain.header("etag"));
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut body).unwrap();
        assert_eq!(body, plain.body);
        let again = format!("Accept-Encoding: gzip\r\nIf-None-Match: {}\r\n", packed.header("etag").unwrap());
        assert_eq!(get(&url, &again).await.status, 304);
    }
    let etag = get(&site.feed_url(), "").await.header("etag").unwrap();
    stand.publish_next().unwrap();
    assert_eq!(get(&site.feed_url(), &format!("If-None-Match: {etag}\r\n")).await.status, 200);
}

#[tokio::test]
async fn knobs_and_log() {
    let origin = Origin::start(|seen| Answer::ok("text/plain", seen.plain_path().to_owned())).await.unwrap();
    let url = origin.url("/a?b=1");
    assert_eq!(get(&url, "X-Test: yes\r\n").await.body, b"/a");
    let seen = &origin.requests()[0];
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str(), seen.header("x-test")),
        ("GET", "/a?b=1", Some("yes"))
    );

    let status = Behaviour::Status(503, vec![("Retry-After".into(), "7".into())]);
    origin.set_behaviour("/a", status);
    let reply = get(&url, "").await;
    assert_eq!((reply.status, reply.header("retry-after").as_deref()), (503, Some("7")));

    origin.set_behaviour("/a", Behaviour::Redirect { status: 308, to: "//b/c d".into() });
    assert_eq!(get(&url, "").await.header("location").as_deref(), Some("//b/c d"));

    origin.set_behaviour("/a", Behaviour::Body { bytes: vec![0xff, 0], content_type: "x/y".into() });
    assert_eq!(get(&url, "").await.body, [0xff, 0]);

    origin.set_behaviour("/a", Behaviour::Cut(1));
    let cut = get(&url, "").await;
    assert_eq!((cut.header("content-length").as_deref(), &cut.body[..]), (Some("2"), &b"/"[..]));

    origin.set_behaviour("/a", Behaviour::Reset);
    assert_eq!(raw(&url, "").await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);

    let first = Duration::from_millis(60);
    origin.set_behaviour("/a", Behaviour::Drip { first, chunk: 1, pause: Duration::from_millis(40) });
    let started = tokio::time::Instant::now();
    assert_eq!(get(&url, "").await.body, b"/a");
    assert!(started.elapsed() >= Duration::from_millis(100));

    origin.set_behaviour("/a", Behaviour::Normal);
    assert_eq!(get(&url, "").await.status, 200);
    assert_eq!(origin.total(), 8);
    assert_eq!(origin.peak(), 1);
}

#[tokio::test]
async fn hanging_counts_as_busy_until_the_stop() {
    let origin = Origin::start(|_| Answer::status(200)).await.unwrap();
    origin.set_behaviour("/hang", Behaviour::Hang);
    let (one, two) = (origin.url("/hang"), origin.url("/hang"));
    let waiting = tokio::spawn(async move { tokio::join!(raw(&one, ""), raw(&two, "")) });
    while origin.peak() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    origin.stop();
    let (one, two) = waiting.await.unwrap();
    assert!(one.is_err() || one.is_ok_and(|bytes| bytes.is_empty()));
    assert!(two.is_err() || two.is_ok_and(|bytes| bytes.is_empty()));
}

#[tokio::test]
async fn configuration_is_toml() {
    let stand = Newsstand::start(now()).await.unwrap();
    let text = stand.config_toml(std::path::Path::new("/tmp/a \"b\"$"), "127.0.0.1:0");
    let table = toml::de::DeTable::parse(&text).unwrap();
    let table = table.get_ref();
    assert_eq!(table.get("data_dir").unwrap().get_ref().as_str(), Some("/tmp/a \"b\"$$"));
    let sources = table.get("sources").unwrap().get_ref().as_table().unwrap();
    assert_eq!(sources.len(), 10);
    assert!(sources.keys().all(|id| crate::model::SourceId::new(id.get_ref()).is_some()));
    let kettle = sources.get("kettle").unwrap().get_ref().as_table().unwrap();
    let url = stand.site("kettle").unwrap().feed_url();
    assert_eq!(kettle.get("url").unwrap().get_ref().as_str(), Some(url.as_str()));
}

#[tokio::test]
async fn bulk_feeds() {
    let bulk = Bulk::start(5, 20, 2, now()).await.unwrap();
    let urls = bulk.feed_urls();
    assert_eq!(urls.iter().collect::<HashSet<_>>().len(), 5);
    for url in &urls {
        let feed = get(url, "").await;
        let text = decoded(&feed);
        assert_eq!(text.matches("<title>").count(), 21);
        assert!((28_000..48_000).contains(&text.len()), "{}", text.len());
        assert_eq!(decoded(&get(url, "").await), text);
        let condition = format!("If-None-Match: {}\r\n", feed.header("etag").unwrap());
        assert_eq!(get(url, &condition).await.status, 304);
        let link = text.split("/a/").nth(1).unwrap().split(['<', '"']).next().unwrap();
        let base = url.split("/feed").next().unwrap();
        assert_eq!(get(&format!("{base}/a/{link}"), "").await.status, 200);
    }
    let etag = get(&urls[0], "").await.header("etag").unwrap();
    bulk.advance();
    let newer = get(&urls[0], &format!("If-None-Match: {etag}\r\n")).await;
    assert!(newer.status == 200 && decoded(&newer).contains("/a/0/20<"));
    let before = get(&urls[1], "").await;
    bulk.edit(1);
    let edited = get(&urls[1], &format!("If-None-Match: {}\r\n", before.header("etag").unwrap())).await;
    assert!(edited.status == 200 && decoded(&edited).contains("Corrected 1 times"));
    bulk.advance_feed(1);
    assert!(decoded(&get(&urls[1], "").await).contains("Corrected 1 times"), "the edited entry stays edited");
    bulk.set_behaviour(1, Behaviour::Status(500, Vec::new()));
    assert_eq!(get(&urls[1], "").await.status, 500);
}
