//! Every way in: pages, sitemaps, `add`, `import`.

use super::bench::{Bench, HEAD, source};
use super::papers::{HTML, RSS, items, one_feed, page, paths, rss, site};
use flate2::write::GzEncoder;
use offprint::newsstand::{Answer, Origin};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

const XML: &str = "application/xml";

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn titles(entries: &[serde_json::Value]) -> Vec<&str> {
    let mut titles: Vec<&str> = entries.iter().map(|entry| entry["title"].as_str().unwrap()).collect();
    titles.sort();
    titles
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_page_and_a_sitemap_bring_articles() {
    let origin = site(|seen| match seen.plain_path() {
        "/robots.txt" => Answer::ok("text/plain", "User-agent: *\nDisallow: /notices\nDisallow: /map\n"),
        "/notices" => Answer::ok(HTML, "<title>Notices</title><ul><li><a href=a/1>Pier closed</a><time datetime=2026-03-01></time></ul>"),
        "/map.xml" => {
            let host = seen.header("host").unwrap();
            let child = format!("<sitemapindex><sitemap><loc>http://{host}/map-1.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap></sitemapindex>");
            Answer::ok(XML, child)
        }
        "/map-1.xml.gz" => {
            let host = seen.header("host").unwrap();
            let urls = format!(
                "<urlset><url><loc>http://{host}/a/the-ferry-is-late</loc><lastmod>2026-03-01</lastmod></url>\
                 <url><loc>http://{host}/a/fog</loc><lastmod>2026-02-01</lastmod></url></urlset>"
            );
            Answer::ok("application/gzip", gzip(&urls))
        }
        "/a/the-ferry-is-late" => Answer::ok(HTML, page("Ferry late again", "by an hour")),
        "/a/1" => Answer::ok(HTML, page("The pier is closed", "for repairs")),
        _ => Answer::status(404),
    })
    .await;
    let bench = Bench::new(&format!(
        "{}kind = \"page\"\nitems = {{ select = \"li\" }}\nfull_text = \"auto\"\n{}kind = \"sitemap\"\nfirst_import = 1\nfull_text = \"auto\"\n",
        source("notices", &origin.url("/notices")),
        source("map", &origin.url("/map.xml"))
    ));
    bench.run(&["check"]).await.good();
    bench.run(&["fetch"]).await.good();
    let entries = bench.entries().await;
    assert_eq!(
        titles(&entries),
        ["Ferry late again", "Pier closed"],
        "the page's title where the sitemap has none"
    );
    let texts = entries.iter().map(|entry| entry["content_html"].as_str().unwrap()).collect::<String>();
    assert!(texts.contains("by an hour") && texts.contains("for repairs"), "{texts}");
    assert_eq!(entries.iter().filter(|entry| entry["date_published"] == "2026-03-01T00:00:00Z").count(), 2);
    // Other selectors are a mistake with its place.
    bench.configure(&format!(
        "{HEAD}{}kind = \"page\"\nitems = {{ select = \"li[\" }}\n",
        source("notices", &origin.url("/notices"))
    ));
    bench.run(&["check"]).await.failed(&["offprint.toml:16:20: sources.notices.items.select"]);
}

/// A site whose front page names two feeds.
async fn with_feeds() -> Origin {
    site(|seen| match seen.plain_path() {
        "/" => Answer::ok(
            HTML,
            "<html><head><title>The Heron</title>\
             <link rel=alternate type=application/rss+xml title=Comments href=/comments/feed>\
             <link rel=alternate type=application/rss+xml title=All href=/feed.xml>\
             <link rel=alternate type=application/atom+xml title=Sport href=/sport.atom></head><body>Hello",
        ),
        "/feed.xml" | "/comments/feed" | "/sport.atom" => {
            Answer::ok(RSS, rss(&items("http://heron.example", 0..7)))
        }
        _ => Answer::status(404),
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn add_finds_the_feed_and_leaves_the_file_as_it_is() {
    let origin = with_feeds().await;
    let old = format!("# mine\r\n{}\r\n# end without a line break", HEAD.trim().replace('\n', "\r\n"));
    let bench = Bench::with("");
    let real = bench.write("real.toml", &old);
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::fs::remove_file(bench.path("offprint.toml")).unwrap();
    std::os::unix::fs::symlink("real.toml", bench.path("offprint.toml")).unwrap();
    let ran = bench.run(&["add", &origin.url("/"), "--tag", "water", "--tag", "birds, \"big\""]).await.good();
    assert!(ran.out.starts_with("The Heron\n") && ran.out.contains("RSS, 7 entries"), "{}", ran.out);
    assert!(ran.out.contains("2026-03-02  Story 6\n") && !ran.out.contains("Story 1\n"), "{}", ran.out);
    assert!(ran.err.contains("/sport.atom") && ran.err.contains("/comments/feed"), "{}", ran.err);
    assert!(ran.err.contains("added as [sources.the-heron]"), "{}", ran.err);
    let new = std::fs::read_to_string(&real).unwrap();
    let added = new.strip_prefix(&old).unwrap();
    assert_eq!(
        added.replace("\r\n", "\n"),
        format!(
            "\n\n[sources.the-heron]\n# The Heron\nurl = \"{}\"\ntags = [\"water\", \"birds, \\\"big\\\"\"]\n",
            origin.url("/feed.xml")
        )
    );
    assert_eq!(added.matches('\n').count(), added.matches("\r\n").count());
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(bench.path("offprint.toml").symlink_metadata().unwrap().is_symlink());
    assert!(
        !std::fs::read_dir(bench.path("")).unwrap().any(|file| file
            .unwrap()
            .file_name()
            .to_string_lossy()
            .ends_with(".part"))
    );
    bench.run(&["fetch"]).await.good();
    assert_eq!(bench.entries().await.len(), 7);
    // The same feed, the same name, a bad name.
    origin.forget_requests();
    let place = format!("offprint.toml:{}", old.lines().count() + 2);
    bench.run(&["add", &origin.url("/feed.xml/")]).await.failed(&["stands already in", &place, "the-heron"]);
    assert_eq!(paths(&origin), Vec::<String>::new());
    bench.run(&["add", &origin.url("/")]).await.failed(&["stands already in", &place]);
    bench
        .run(&["add", &origin.url("/sport.atom"), "--id", "the-heron"])
        .await
        .failed(&["choose another --id", &place]);
    bench
        .run(&["add", &origin.url("/sport.atom"), "--id", "The Heron"])
        .await
        .failed(&["--id The Heron: a name"]);
    bench
        .run(&["add", &origin.url("/sport.atom"), "--tag", "a\nb"])
        .await
        .failed(&["would not be right", "tags"]);
    assert_eq!(std::fs::read_to_string(&real).unwrap(), new);
    bench.run(&["add", &origin.url("/sport.atom"), "--id", "sport"]).await.good();
    bench.run(&["check"]).await.good();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn add_goes_to_the_included_file_that_holds_the_sources() {
    let origin = with_feeds().await;
    let bench = Bench::with(&format!("include = [\"*.d/*.toml\"]\n{HEAD}"));
    std::fs::create_dir(bench.path("sources.d")).unwrap();
    bench.write("sources.d/a.toml", source("a", "https://a.example/feed"));
    bench.write(
        "sources.d/b.toml",
        source("b", "https://b.example/feed") + &source("c", "https://c.example/feed"),
    );
    bench.run(&["add", &origin.url("/feed.xml")]).await.good();
    assert!(std::fs::read_to_string(bench.path("sources.d/b.toml")).unwrap().contains("[sources.the-heron]"));
    bench.run(&["add", &origin.url("/feed.xml")]).await.failed(&["sources.d/b.toml:6"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn add_says_what_it_tried_and_makes_a_file_where_there_is_none() {
    let origin = site(|seen| match seen.plain_path() {
        "/" | "/soft" => Answer::ok(HTML, "<html><body>No feed here"),
        "/odd" => Answer::ok(HTML, "<html><body><a href=/syndication>Our RSS feed</a>"),
        "/syndication" => Answer::ok(RSS, rss(&items("http://heron.example", 0..1))),
        "/blog" => Answer::ok(HTML, "<html><body>A blog"),
        "/blog/feed/" => Answer::ok("text/plain", rss(&items("http://heron.example", 0..2))),
        "/map.xml" => Answer::ok(XML, "<urlset><url><loc>http://heron.example/a</loc></url></urlset>"),
        _ => Answer::status(404),
    })
    .await;
    let bench = Bench::new("");
    let before = std::fs::read(bench.path("offprint.toml")).unwrap();
    let ran = bench.run(&["add", &origin.url("/soft")]).await;
    let ran =
        ran.failed(&["no feed was found", "/soft: an HTML page", "/feed.xml: HTTP 404", "kind = \"page\""]);
    assert!(origin.total() < 20, "{}", ran.err);
    origin.forget_requests();
    assert_eq!(std::fs::read(bench.path("offprint.toml")).unwrap(), before);
    bench.run(&["add", "ftp://heron.example/"]).await.failed(&["only http and https"]);
    let bare = origin.url("/soft").replace("http://", "");
    let ran = bench.run(&["add", &bare]).await;
    ran.failed(&["no feed was found", &format!("https://{bare}: "), &format!("http://{bare}: an HTML page")]);
    for (path, kind) in [("/odd", "RSS"), ("/blog", "RSS"), ("/map.xml", "sitemap")] {
        let ran = bench.run(&["add", &origin.url(path)]).await.good();
        assert!(ran.out.contains(kind), "{path}: {}", ran.out);
    }
    let written = std::fs::read_to_string(bench.path("offprint.toml")).unwrap();
    assert!(written.contains("/blog/feed/\"\n") && written.contains("kind = \"sitemap\"\n"), "{written}");
    // The address guard holds, also without a file.
    std::fs::remove_file(bench.path("offprint.toml")).unwrap();
    bench.run(&["add", &origin.url("/syndication")]).await.failed(&["no feed was found", "private"]);
    assert!(!bench.path("offprint.toml").exists());
    let list = format!(
        "<opml><body><outline text=\"The Heron\" xmlUrl=\"{}\"/></body></opml>",
        origin.url("/syndication")
    );
    let list = bench.write("list.opml", list);
    bench.run(&["import", &list, "--write"]).await.good();
    bench.run(&["import", &list, "--write"]).await.good();
    let made = std::fs::read_to_string(bench.path("offprint.toml")).unwrap();
    assert_eq!(made.matches("[sources.").count(), 1, "{made}");
    bench.run(&["check"]).await.good();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn subscriptions_go_out_and_come_in_again() {
    let origin = one_feed(items("http://heron.example", 0..2)).await;
    let toml = format!(
        "{}title = \"Der Reiher $${{x}} & \\\"Co\\\"\"\ntags = [\"water\", \"news & more\"]\n{}tags = [\"sea\"]\n",
        source("one", &origin.url("/one?a=1&b=2")),
        source("two", &origin.url("/two"))
    );
    let bench = Bench::new(&toml);
    bench.run(&["fetch"]).await.good();
    let out = bench.run(&["export", "--format", "opml"]).await.good().out;
    assert!(out.contains("htmlUrl=\"http://heron.example/\"") && out.contains("text=\"The Heron\""), "{out}");
    let list = bench.write("list.opml", &out);
    let known = bench.run(&["import", &list]).await.good();
    assert_eq!(known.out, "", "both are there already");
    assert!(
        known.err.contains("stands already in")
            && known.err.contains("[sources.two]")
            && known.err.contains("2 known"),
        "{}",
        known.err
    );
    // Into an empty configuration.
    let other = Bench::new("");
    let printed = other.run(&["import", &list]).await.good();
    other.run(&["import", &list, "--write"]).await.good();
    let whole = std::fs::read_to_string(other.path("offprint.toml")).unwrap();
    assert!(whole.ends_with(&printed.out), "{whole}");
    assert!(whole.contains("# http://heron.example/\n"), "{whole}");
    let back = other.run(&["export", "--format", "opml"]).await.good().out;
    let plain = |text: &str| text.replace(" htmlUrl=\"http://heron.example/\"", "");
    let mut before: Vec<String> = plain(&out).lines().map(str::to_owned).collect();
    let mut after: Vec<String> = plain(&back).lines().map(str::to_owned).collect();
    before.sort();
    after.sort();
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn import_names_what_it_leaves_out() {
    let bench = Bench::new("");
    let list = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"1.0\"><body><outline text=\"World\">\n\
        <outline text=\"Röster\" xmlUrl=\"https://a.example/feed\" htmlUrl=\"https://a.example/\"/>\n\
        <outline text=\"Broken\" xmlUrl=\"nowhere\"/>\n</outline><outline text=\"Again\">\n\
        <outline text=\"Röster\" xmlUrl=\"https://a.example/feed\"/></outline>\n<outline text=\"Röster\" xmlUrl=\"https://b.example/feed\"/></body></opml>";
    let ran = bench.run_reading(&["import", "-"], list).await.good();
    assert_eq!(
        ran.out,
        "[sources.roester]\n# https://a.example/\nurl = \"https://a.example/feed\"\ntitle = \"Röster\"\ntags = [\"World\", \"Again\"]\n\n\
         [sources.roester-2]\nurl = \"https://b.example/feed\"\ntitle = \"Röster\"\n"
    );
    assert!(ran.err.contains("-:4: Broken: its xmlUrl is no address; it was left out"), "{}", ran.err);
    assert!(ran.err.contains("2 feeds new, 0 known already, 1 repeated, 1 left out"), "{}", ran.err);
    bench.run_reading(&["import", "-"], "<html></html>").await.failed(&["no OPML file"]);
    bench.run(&["import", "/no/such.opml"]).await.failed(&["/no/such.opml"]);
    // Without any configuration, too.
    std::fs::remove_file(bench.path("offprint.toml")).unwrap();
    bench.run_reading(&["import", "-"], list).await.good();
    assert!(!bench.path("offprint.toml").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn check_online_says_what_is_there() {
    let origin = site(|seen| match seen.plain_path() {
        "/robots.txt" => Answer::ok("text/plain", "User-agent: *\nDisallow: /shut/\n"),
        "/feed" => {
            let link = format!("http://{}/a/1", seen.header("host").unwrap());
            let item = super::papers::item(
                &link,
                "The river rose",
                "<description>A teaser.</description><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>",
            );
            Answer::ok(RSS, rss(&item))
                .header("etag", "\"1\"")
                .header("link", "<https://hub.example/>; rel=\"hub\"")
        }
        "/shut" => {
            let link = format!("http://{}/shut/1", seen.header("host").unwrap());
            Answer::ok(RSS, rss(&super::papers::item(&link, "Shut", "")))
        }
        "/old" => Answer::redirect(301, "/feed"),
        "/front" => Answer::ok(HTML, "<link rel=alternate type=application/rss+xml href=/feed>"),
        "/list" => Answer::ok(HTML, "<li><a href=/a/1>One</a>"),
        "/a/1" => Answer::ok(HTML, page("The river rose", "by a metre")),
        "/map" => Answer::ok(XML, "<sitemapindex><sitemap><loc>/map1</loc></sitemap></sitemapindex>"),
        "/map1" => {
            Answer::ok(XML, "<urlset><url><loc>/a/1</loc><lastmod>2026-03-01</lastmod></url></urlset>")
        }
        _ => Answer::status(404),
    })
    .await;
    let at = |id: &str, path: &str| source(id, &origin.url(path)) + "full_text = \"auto\"\n";
    let good = format!(
        "{}{}{}{}{}kind = \"page\"\nitems = {{ select = \"li\" }}\n{}kind = \"sitemap\"\n",
        at("feed", "/feed"),
        at("shut", "/shut"),
        at("moved", "/old"),
        at("front", "/front"),
        at("list", "/list"),
        at("map", "/map")
    );
    let bench = Bench::new(&good);
    let ran = bench.run(&["check", "--online"]).await.good();
    let found = &ran.out[ran.out.find("\nfeed\n").unwrap()..];
    assert!(found.lines().all(|line| line.chars().count() <= 80), "{found}");
    let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "feed RSS, The Heron, 1 entry, the newest",
        "validators: ETag",
        "no validators",
        "hub: https://hub.example/",
        "its own text: 9 characters an entry",
        "gives the full text",
        "robots.txt closes its pages",
        "moved for good to http://",
        "a page that names the feed http://",
        "list page, (no title), 1 entry, without dates",
        "map sitemap, 127.0.0.1, 1 entry",
        "an index of 1 sitemap",
    ] {
        assert!(text.contains(words), "{words:?} is not in {}", ran.out);
    }
    assert!(!bench.path("data").exists(), "nothing is stored");
    let bench = Bench::new(&format!(
        "{good}{}{}kind = \"page\"\nitems = {{ select = \"p\" }}\n",
        at("none", "/none"),
        at("bare", "/list")
    ));
    let ran = bench.run(&["check", "--online"]).await;
    let ran = ran.failed(&[
        "none: http://",
        "HTTP 404",
        "bare: http://",
        "items.select \"p\" matches nothing",
        "2 sources failed",
    ]);
    assert!(ran.out.contains("feed\n  RSS, The Heron"), "{}", ran.out);
}
