//! What is learned of a site's pages: blocks that stand on many, texts that are the
//! same or collapse.

use super::*;
use offprint::article::block_digest;
use offprint::model::PageResult;
use offprint::store::SitePage;

const NOTICE: &str = "<p>Something stands in the article's place.</p>";

fn read(html: &str, print: TextPrint, blocks: &[u32]) -> PageOutcome {
    PageOutcome::Extracted {
        facts: Box::default(),
        retry: None,
        html: Some(html.to_owned()),
        title: None,
        authors: vec![],
        image: None,
        lang: None,
        aliases: vec![],
        selector_missed: false,
        print,
        site: Box::new(SitePage { host: "site.example".to_owned(), blocks: blocks.to_vec(), proof: None }),
    }
}

async fn bench() -> (Bench, Vec<store::DuePage>) {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let pages = bench.deliver("one", (1..=20).map(dated).collect()).await.pages;
    (bench, pages)
}

async fn results(bench: &Bench) -> Vec<PageResult> {
    let (one, now) = (id("one"), bench.now);
    bench.store.read(move |conn| store::figures_of(conn, &one, now)).await.unwrap().unwrap().recent_pages
}

#[tokio::test]
async fn one_text_on_all_pages_is_told() {
    let (mut bench, pages) = bench().await;
    for (number, page) in (0..).zip(&pages) {
        let text = read(NOTICE, print_of(number, 7), &[]);
        bench.record_page(page.seq, text).await;
        bench.pass(SignedDuration::from_mins(1));
    }
    // An article may well have two addresses.
    assert_eq!(results(&bench).await[..2], [PageResult::Used; 2]);
    assert!(results(&bench).await[2..].iter().all(|result| *result == PageResult::Repeated));
    let notices = bench.store.read(|conn| store::notices(conn, 9)).await.unwrap();
    assert_eq!(notices.len(), 1);
    assert!(notices[0].kind == "extraction" && notices[0].text.contains("the same for all"), "{notices:?}");
    let one = id("one");
    let log = bench.store.read(move |conn| store::page_log(conn, &one, 1)).await.unwrap();
    assert_eq!(log[0].result, Some(PageResult::Repeated));
}

#[tokio::test]
async fn the_last_good_text_stays() {
    let (mut bench, pages) = bench().await;
    bench.record_page(pages[0].seq, read("<p>good</p>", print_of(0, 1), &[])).await;
    for (number, page) in (1..).zip(&pages[1..4]) {
        bench.record_page(page.seq, read(NOTICE, print_of(number, 7), &[])).await;
    }
    // The entry changes, its page is read again and has the notice too.
    bench.pass(HOUR);
    let changed = FeedEntry { title: Some("Another title".to_owned()), ..dated(1) };
    let again = bench.deliver("one", vec![changed]).await.pages;
    assert_eq!(again.len(), 1);
    let stands = bench.record_page(again[0].seq, read(NOTICE, print_of(0, 7), &[])).await;
    assert!(!stands, "the page of the good text is kept, not this one");
    let failed = PageOutcome::Failed { reason: Reason::new("wall", "a wall"), retry: None };
    assert!(!bench.record_page(again[0].seq, failed).await);
    assert_eq!(article(&bench).await.as_deref(), Some("<p>good</p>"));
}

async fn article(bench: &Bench) -> Option<String> {
    let feed = bench.feed().await;
    feed.into_iter().find(|entry| entry.title == "Another title").unwrap().article
}

#[tokio::test]
async fn another_extraction_takes_no_good_text_away() {
    let (bench, pages) = bench().await;
    let seq = pages[0].seq;
    assert!(bench.record_page(seq, read("<p>good</p>", print_of(0, 1), &[])).await);
    bench.deliver("one", vec![FeedEntry { title: Some("Another title".to_owned()), ..dated(1) }]).await;
    for (number, page) in (1..).zip(&pages[1..4]) {
        bench.record_page(page.seq, read(NOTICE, print_of(number, 7), &[])).await;
    }
    let mut nothing = read("", print_of(0, 2), &[]);
    if let PageOutcome::Extracted { html, .. } = &mut nothing {
        *html = None;
    }
    let better = read("<p>better</p>", print_of(0, 3), &[]);
    for (outcome, changed) in [(nothing, false), (read(NOTICE, print_of(0, 7), &[]), false), (better, true)] {
        let now = bench.now;
        let again = bench.store.write(move |conn| store::record_again(conn, seq, now, &outcome)).await;
        assert_eq!(again.unwrap(), changed);
        let text = if changed { "<p>better</p>" } else { "<p>good</p>" };
        assert_eq!(article(&bench).await.as_deref(), Some(text));
    }
}

#[tokio::test]
async fn texts_that_are_thin_are_used_and_told() {
    let (bench, pages) = bench().await;
    for (number, page) in (0..).zip(&pages) {
        let chars = if number < 8 { 4_000 } else { 300 };
        let print = TextPrint { chars, ..print_of(number, number) };
        bench.record_page(page.seq, read("<p>x</p>", print, &[])).await;
    }
    let results = results(&bench).await;
    assert!(results[..8].iter().all(|result| *result == PageResult::Used), "{results:?}");
    assert!(results[8..].iter().all(|result| *result == PageResult::Thin), "{results:?}");
    let one = id("one");
    let log = bench.store.read(move |conn| store::page_log(conn, &one, 50)).await.unwrap();
    let thin = log.iter().filter(|page| page.result == Some(PageResult::Thin)).count();
    assert_eq!(thin, results.len() - 8, "{log:?}");
    assert!(bench.feed().await.iter().all(|entry| entry.article.is_some()));
    assert_eq!(bench.store.read(|conn| store::notices(conn, 9)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn blocks_of_a_site_are_learned() {
    let (bench, pages) = bench().await;
    let standing = block_digest("Our newsroom stands on the old quay, third door").unwrap();
    for (number, page) in (0..).zip(&pages[..3]) {
        let own = [number * 10 + 1, number * 10 + 2, standing];
        bench.record_page(page.seq, read("<p>x</p>", print_of(number, number), &own)).await;
    }
    let (site, _) = bench.store.read(|conn| store::known_site(conn, "site.example")).await.unwrap();
    assert_eq!((site.template_pages(standing), site.template_pages(1)), (Some(3), None));
    let (other, _) = bench.store.read(|conn| store::known_site(conn, "other.example")).await.unwrap();
    assert_eq!(other.template_pages(standing), None);
}
