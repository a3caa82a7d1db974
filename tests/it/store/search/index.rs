//! What is in the index, and since when.

use super::super::identity::{Page, extracted};
use super::*;
use offprint::model::Person;
use offprint::search::indexable;
use offprint::store::KeptPage;

fn page(html: &str) -> PageOutcome {
    PageOutcome::Extracted {
        facts: Box::default(),
        print: print_of(0, 0),
        site: Box::default(),
        html: Some(html.to_owned()),
        title: None,
        authors: vec![Person { name: "Zoë Carver".to_owned(), url: None }],
        image: None,
        lang: None,
        aliases: vec![],
        selector_missed: false,
        retry: None,
    }
}

impl Bench {
    /// The index has the entries that are stored, in their present words, and nothing else.
    pub(crate) async fn index_is_right(&self) {
        let store = self.store.path().to_owned();
        let conn = Connection::open(&store).unwrap();
        conn.execute_batch("CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'search', 'instance')")
            .unwrap();
        let astray: i64 = conn
            .query_row(
                "SELECT (SELECT count(*) FROM entries WHERE seq NOT IN (SELECT rowid FROM search))
                      + (SELECT count(*) FROM search WHERE rowid NOT IN (SELECT seq FROM entries))",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(astray, 0);
        let mut titles = conn.prepare("SELECT seq, title FROM entries").unwrap();
        let titles: Vec<(i64, String)> =
            titles.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        for (seq, title) in titles {
            let mut terms = conn
                .prepare("SELECT term FROM temp.terms WHERE doc = ?1 AND col = 'title' ORDER BY offset")
                .unwrap();
            let terms: Vec<String> =
                terms.query_map([seq], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            let wanted = indexable(&title).to_lowercase();
            assert_eq!(terms, wanted.split_whitespace().collect::<Vec<_>>(), "entry {seq}");
        }
    }
}

#[tokio::test]
async fn an_entry_is_found_in_all_its_parts() {
    let bench = Bench::new().await;
    let author = Person { name: "Ada Miller".to_owned(), url: None };
    let entry =
        FeedEntry { authors: vec![author], ..story(1, "Bridge opens", "The <b>may</b>or came &amp; went") };
    bench.deliver("three", vec![entry, story(2, "Other", "words")]).await;
    for found in [
        "bridge",
        "mayor",
        "\"mayor came went\"",
        "ada",
        "author:miller",
        "three",
        "title:opens -words",
        "source:three bridge",
        "source:third bridge",
        "MAYOR",
        "may*",
        "open*",
    ] {
        let wanted = if found == "three" { &["Bridge opens", "Other"][..] } else { &["Bridge opens"] };
        assert_eq!(bench.search(found).await, wanted, "{found}");
    }
    for missed in ["hidden", "title:mayor", "author:bridge", "bridge -mayor", "bri", "p", "strong", "amp"] {
        assert!(bench.search(missed).await.is_empty(), "{missed}");
    }
    assert_eq!(bench.search("-mayor").await, ["Other"]);
    assert_eq!(bench.search("-mayor -words").await, [""; 0]);
    bench.index_is_right().await;
}

#[tokio::test]
async fn changes_are_found_and_what_was_is_not() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let entry = story(1, "Bridge opens", "The teaser");
    let pages = bench.deliver("one", vec![entry.clone()]).await.pages;
    assert_eq!(bench.search("teaser").await, ["Bridge opens"], "found before its page has come");
    bench.record_page(pages[0].seq, page("<p>The whole article</p>")).await;
    assert_eq!(bench.search("article author:zoe").await, ["Bridge opens"]);
    assert!(bench.search("teaser").await.is_empty(), "readers see the article");
    bench.pass(HOUR);
    bench.deliver("one", vec![story(1, "Bridge closes", "Another teaser")]).await;
    assert_eq!(bench.search("closes article").await, ["Bridge closes"]);
    assert!(bench.search("opens").await.is_empty());
    bench.index_is_right().await;
    // Another extraction.
    let (seq, now) = (pages[0].seq, bench.now);
    let again = page("<p>As it is extracted now</p>");
    bench.store.write(move |conn| store::record_again(conn, seq, now, &again)).await.unwrap();
    assert_eq!(bench.search("extracted").await, ["Bridge closes"]);
    assert!(bench.search("article").await.is_empty());
}

#[tokio::test]
async fn what_the_operator_prefers_is_found() {
    let mut bench = Bench::new().await;
    bench.wanted[1].priority = 1;
    bench.sync().await;
    bench.deliver("one", vec![story(1, "Bridge", "first words")]).await;
    bench.deliver("two", vec![story(1, "Bridge", "second words")]).await;
    assert_eq!(bench.search("second").await, ["Bridge"]);
    assert!(bench.search("first").await.is_empty());
    assert_eq!(bench.search("source:one source:two tag:news").await, ["Bridge"], "both carry it");
}

#[tokio::test]
async fn what_is_forgotten_is_not_found() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![story(1, "Old bridge", "x"), story(2, "New bridge", "x")]).await;
    bench.pass(DAY * 40);
    bench.deliver("one", vec![story(2, "New bridge", "x")]).await;
    assert_eq!(bench.prune(30).await, 1);
    assert_eq!(bench.search("bridge").await, ["New bridge"]);
    bench.index_is_right().await;
}

#[tokio::test]
async fn entries_that_become_one_are_found_once() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let link = "https://site.example/bridge";
    bench
        .deliver(
            "one",
            vec![FeedEntry { summary: Some("teaser".into()), ..item("1", link, "Bridge reopens") }],
        )
        .await;
    bench.pass(HOUR);
    let short = "https://short.example/x";
    let found = bench.deliver("two", vec![item("2", short, "Bridge reopens")]).await.pages;
    let led = Page { link: short, landed: link, headline: true, ..Page::default() };
    bench.record_page(found[0].seq, extracted(led)).await;
    assert_eq!(bench.search("bridge").await, ["Bridge reopens"]);
    bench.index_is_right().await;
}

#[tokio::test]
async fn what_is_not_committed_is_not_found() {
    let bench = Bench::new().await;
    let claimed = bench.claim("one").await;
    let delivery = bench.delivery("one", vec![story(1, "Bridge", "mayor")]);
    let record = PollRecord {
        sid: claimed.sid,
        attempt: claimed.attempt,
        now: bench.now,
        terms: Terms {
            rhythm: Rhythm {
                interval: Duration::from_hours(1),
                max_interval: Duration::from_hours(1),
                obey_hints: true,
                seed: 0,
            },
            fresh_for: None,
            hints: FeedHints::default(),
            retry_after: None,
        },
        bytes: 1,
        outcome: PollOutcome::Delivered(Box::new(delivery)),
    };
    let failed = bench.store.write(move |conn| {
        store::record_poll(conn, &record)?;
        Err::<(), _>(rusqlite::Error::InvalidQuery)
    });
    // Beside it a job that succeeds, in the same transaction or not.
    let (failed, fine) =
        tokio::join!(failed, bench.store.write(|conn| conn.execute("UPDATE meta SET value = value", [])));
    assert!(failed.is_err() && fine.is_ok());
    assert!(bench.search("bridge").await.is_empty());
    bench.index_is_right().await;
    bench.deliver("one", vec![story(1, "Bridge", "mayor")]).await;
    assert_eq!(bench.search("bridge mayor").await, ["Bridge"]);
}

const STEPS: [&str; 9] = [
    include_str!("../../../../src/store/step_1.sql"),
    include_str!("../../../../src/store/step_2.sql"),
    include_str!("../../../../src/store/step_3.sql"),
    include_str!("../../../../src/store/step_4.sql"),
    include_str!("../../../../src/store/step_5.sql"),
    include_str!("../../../../src/store/step_6.sql"),
    include_str!("../../../../src/store/step_7.sql"),
    include_str!("../../../../src/store/step_8.sql"),
    include_str!("../../../../src/store/step_9.sql"),
];

#[tokio::test]
async fn an_older_store_is_indexed_bit_by_bit() {
    let dir = tempfile::tempdir().unwrap();
    let old = Connection::open(dir.path().join("offprint.db")).unwrap();
    for step in STEPS {
        old.execute_batch(step).unwrap();
    }
    old.execute_batch(
        "PRAGMA application_id = 0x4f465054; PRAGMA user_version = 9; PRAGMA journal_mode = wal",
    )
    .unwrap();
    for number in 1..=25 {
        old.execute(
            "INSERT INTO entries (seq, id, owner, title, published, updated, first_seen, touched, listed, hash, page_state, content)
             VALUES (?1, randomblob(16), 1, 'Story ' || ?1, 0, 0, 0, 0, 0, x'00', 0, CAST(x'00' || 'the old text' AS BLOB))",
            [number],
        )
        .unwrap();
    }
    drop(old);
    let bench = Bench::on(dir).await;
    assert_eq!(bench.ask(request("old", bench.now)).await.not_indexed, 25);
    assert!(bench.search("old").await.is_empty());
    bench.deliver("one", vec![story(1, "A new story", "new text, no old one")]).await;
    assert_eq!(bench.search("old").await, ["A new story"], "what comes is indexed at once");
    let more = |count: usize| bench.store.write(move |conn| store::index_older(conn, count));
    assert_eq!(more(10).await.unwrap(), 10);
    let found = bench.ask(request("\"old text\"", bench.now)).await;
    assert_eq!((found.hits.len(), found.not_indexed), (10, 15));
    assert_eq!(bench.search("\"story 16\" old").await, ["Story 16"], "the newest first");
    assert!(bench.search("\"story 15\" old").await.is_empty());
    bench.store.write(|conn| store::forget(conn, &[3, 20])).await.unwrap();
    assert_eq!(more(10).await.unwrap(), 10);
    assert_eq!(more(10).await.unwrap(), 4);
    assert_eq!(more(10).await.unwrap(), 0);
    assert_eq!(bench.ask(request("\"old text\"", bench.now)).await.not_indexed, 0);
    assert_eq!(bench.search("\"old text\"").await.len(), 23);
    bench.index_is_right().await;
}

/// Entries that change or go leave marks in the index: it must not grow for ever.
#[tokio::test]
async fn the_index_does_not_grow_for_ever() {
    let mut bench = Bench::new().await;
    bench.first_import = 1000;
    let words = |round: usize| -> String {
        (0..150).map(|at| format!("w{} ", (at * 7919 + round * 104_729) % 30_011)).collect()
    };
    let pages = |conn: &Connection| {
        let sql = "SELECT count(*), coalesce(sum(length(block)), 0) FROM search_data";
        conn.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
    };
    let mut sizes = Vec::new();
    for round in 0..20 {
        bench.pass(HOUR);
        let entries =
            (1..=150).map(|number| story(number, "Story", &words(round * 150 + number as usize))).collect();
        bench.deliver("one", entries).await;
        sizes.push(bench.store.read(pages).await.unwrap().1);
    }
    let (early, late) = (sizes[3..8].iter().max().unwrap(), sizes[13..].iter().max().unwrap());
    assert!(late < &(early * 3 / 2), "{sizes:?}");
    // What goes without anything coming is freed by tidying.
    let forgotten: Vec<i64> = (1..=140).collect();
    bench.store.write(move |conn| store::forget(conn, &forgotten)).await.unwrap();
    let before = bench.store.read(pages).await.unwrap().1;
    let mut rounds = 0;
    while bench.store.write(store::tidy_index).await.unwrap() {
        rounds += 1;
        assert!(rounds < 100, "it comes to an end");
    }
    let after = bench.store.read(pages).await.unwrap().1;
    assert!(after < before / 4, "{before} {after}");
    bench.index_is_right().await;
}

#[tokio::test]
async fn kept_pages_have_nothing_to_do_with_it() {
    let bench = Bench::new().await;
    let found = bench.deliver("one", vec![story(1, "Bridge", "mayor")]).await;
    assert_eq!(found.new, 1);
    let kept = KeptPage::new("a".into(), "b".into(), None, b"<p>secret words</p>").unwrap();
    bench.store.write(move |conn| store::keep_pages(conn, 1, &[kept])).await.unwrap();
    assert!(bench.search("secret").await.is_empty());
}
