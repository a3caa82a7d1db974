//! What is found under which conditions, and in which order.

use super::*;

fn titles(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.entry.title.as_str()).collect()
}

#[tokio::test]
async fn conditions_beside_words() {
    let bench = Bench::new().await;
    let in_language = |entry: FeedEntry, lang: &str| FeedEntry { lang: Some(lang.to_owned()), ..entry };
    let mut noon = story(3, "Three", "bridge");
    noon.published = Some(time("2026-01-04T12:00:00Z"));
    bench.deliver("one", vec![in_language(story(1, "One", "bridge"), "en"), noon]).await;
    bench.deliver("two", vec![in_language(story(2, "Two", "bridge"), "en_US")]).await;
    bench
        .deliver_with("three", vec![story(4, "Four", "bridge")], |delivery| {
            delivery.feed.lang = Some("enm".to_owned());
        })
        .await;
    for (text, found) in [
        ("bridge after:2026-01-04", &["Four", "Three"][..]),
        ("bridge after:2026-01-04T12:00:00Z", &["Four", "Three"]),
        ("bridge after:2026-01-04T12:00:01Z", &["Four"]),
        ("bridge before:2026-01-04T12:00:00Z", &["One", "Two"]),
        ("bridge after:2026-01-02 before:2026-01-03", &["One"]),
        ("bridge -before:2026-01-03", &["Four", "Three", "Two"]),
        ("bridge after:2026 before:2027", &["Four", "One", "Three", "Two"]),
        ("lang:en", &["One", "Two"]),
        ("lang:en-us bridge", &["Two"]),
        ("lang:EN_us", &["Two"]),
        ("lang:enm", &["Four"]),
        ("-lang:en", &["Four", "Three"]),
        ("source:one", &["One", "Three"]),
        ("-source:one", &["Four", "Two"]),
        ("tag:news", &["Two"]),
        ("-tag:NEWS bridge", &["Four", "One", "Three"]),
        ("tag:unknown", &[]),
        ("-tag:unknown", &["Four", "One", "Three", "Two"]),
        ("source:\"third paper\"", &["Four"]),
        ("source:one lang:en before:2026-02", &["One"]),
        ("before:2026-01-03 -bridge", &[]),
        ("before:2026-01-03 -tunnel", &["One"]),
    ] {
        assert_eq!(bench.search(text).await, found, "{text}");
    }
}

#[tokio::test]
async fn the_newest_first() {
    let mut bench = Bench::new().await;
    // A document begins with its newest.
    bench.deliver("one", (1..=5).rev().map(|n| story(n, &format!("Bridge {n}"), "x")).collect()).await;
    bench.pass(HOUR);
    bench.deliver("two", vec![story(6, "Bridge 6", "x")]).await;
    let found = bench.ask(request("bridge", bench.now)).await;
    assert_eq!(titles(&found), ["Bridge 6", "Bridge 5", "Bridge 4", "Bridge 3", "Bridge 2", "Bridge 1"]);
    assert!(!found.more && !found.cut);
    assert_eq!(found.hits[0].text, "x");
}

#[tokio::test]
async fn the_best_first() {
    let bench = Bench::new().await;
    let filler = "and some other words that nobody has asked for ".repeat(10);
    bench
        .deliver(
            "one",
            vec![
                story(1, "Weather", &format!("bridge {filler} mayor")),
                story(2, "Sport", &format!("the bridge and the mayor {filler}")),
                story(3, "The bridge of the mayor", &filler),
                story(4, "Bridge", &format!("mayor {filler}")),
                story(5, "Nothing", &filler),
            ],
        )
        .await;
    let best = SearchRequest { order: Order::Best, ..request("bridge mayor", bench.now) };
    let found = bench.ask(best.clone()).await;
    assert_eq!(titles(&found), ["The bridge of the mayor", "Sport", "Bridge", "Weather"]);
    let found = bench.ask(SearchRequest { order: Order::Best, ..request("-bridge", bench.now) }).await;
    assert_eq!(titles(&found), ["Nothing"]);
}

#[tokio::test]
async fn parts_make_the_whole() {
    let mut bench = Bench::new().await;
    bench.first_import = 2000;
    let texts = ["bridge", "bridge mayor", "the mayor of the bridge"];
    for (source, range) in [("one", 0..700i64), ("two", 700..1300)] {
        let story = |n: i64| {
            let title = format!("{} {n}", if n % 7 == 0 { "Bridge mayor" } else { "Story" });
            FeedEntry {
                published: Some(bench.now - SignedDuration::from_mins((n * 7919) % 500_000)),
                ..story(n, &title, texts[(n % 3) as usize])
            }
        };
        bench.deliver(source, range.map(story).collect()).await;
        bench.pass(HOUR);
    }
    for (order, text) in
        [(Order::Newest, "bridge"), (Order::Best, "bridge mayor"), (Order::Newest, "source:one")]
    {
        let whole = bench.ask(SearchRequest { order, limit: 5000, ..request(text, bench.now) }).await;
        let all = titles(&whole);
        let expected = match text {
            "bridge" => 1300,
            "source:one" => 700,
            _ => (0..1300).filter(|n| n % 7 == 0 || n % 3 > 0).count(),
        };
        assert_eq!(all.len(), expected);
        let mut parts = Vec::new();
        loop {
            let offset = parts.len();
            let part =
                bench.ask(SearchRequest { order, offset, limit: 180, ..request(text, bench.now) }).await;
            parts.extend(part.hits.iter().map(|hit| hit.entry.title.clone()));
            assert_eq!(part.more, parts.len() < expected);
            if !part.more {
                break;
            }
        }
        assert_eq!(parts, all, "{text}");
    }
}

#[tokio::test]
async fn near_duplicates_appear_once() {
    let mut bench = Bench::new().await;
    let text: String = (0..120).map(|n| format!("word{} ", n * 37 % 101)).collect();
    let link = |site: usize| format!("https://site{site}.example/a");
    for (site, source) in ["one", "two", "three"].into_iter().enumerate() {
        let entry = FeedEntry {
            content: Some(format!("<p>{text}</p>")),
            ..item(source, &link(site), "A bridge opens")
        };
        bench.deliver(source, vec![entry, story(site as i64 + 10, &format!("Other {site}"), "word1")]).await;
        bench.pass(HOUR);
    }
    for order in [Order::Newest, Order::Best] {
        let all = SearchRequest { order, ..request("word1", bench.now) };
        assert_eq!(bench.ask(all.clone()).await.hits.len(), 6);
        let found = bench.ask(SearchRequest { cluster: true, ..all.clone() }).await;
        assert_eq!(found.hits.len(), 4, "{:?}", titles(&found));
        let shown: Vec<_> = found.hits.iter().filter(|hit| hit.entry.title == "A bridge opens").collect();
        assert_eq!((shown.len(), shown[0].entry.copies.len()), (1, 2));
        assert_eq!(carriers(&shown[0].entry), ["one"], "what stands for the others");
        let first = bench.ask(SearchRequest { cluster: true, limit: 3, ..all }).await;
        assert!(first.more && titles(&first) == titles(&found)[..3]);
    }
    // What stands for the others isn't found: the first copy that is.
    for order in [Order::Newest, Order::Best] {
        let found = SearchRequest { order, cluster: true, ..request("-source:one bridge", bench.now) };
        let found = bench.ask(found).await;
        assert_eq!((titles(&found), carriers(&found.hits[0].entry)), (vec!["A bridge opens"], vec!["two"]));
    }
}

#[tokio::test]
async fn very_common_words_find_the_newest() {
    let bench = Bench::new().await;
    bench
        .store
        .write(|conn| {
            conn.execute_batch(
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 50010)
                 INSERT INTO entries (seq, id, owner, title, published, updated, first_seen, touched, listed, hash, page_state)
                     SELECT x, randomblob(16), 1, 'bridge ' || x, x, 0, 0, 0, 0, x'00', 0 FROM n;
                 INSERT INTO search (rowid, title) SELECT seq, title FROM entries ORDER BY seq;",
            )
        })
        .await
        .unwrap();
    for order in [Order::Newest, Order::Best] {
        let found = bench.ask(SearchRequest { order, limit: 2, ..request("bridge", bench.now) }).await;
        assert_eq!(titles(&found), ["bridge 50010", "bridge 50009"]);
        assert_eq!((found.more, found.cut), (true, order == Order::Best), "only what is best needs all");
        for (rare, hits, cut) in
            [("bridge before:1970-01-01T00:00:00.011Z", 0, true), ("\"bridge 5\"", 1, false)]
        {
            let found = bench.ask(SearchRequest { order, ..request(rare, bench.now) }).await;
            assert_eq!((found.hits.len(), found.cut), (hits, cut), "{rare}");
        }
    }
}
