//! Sources: claims, validators, edited addresses, redirects, 410.

use super::*;
use offprint::model::Standing;

async fn due(bench: &Bench, name: &str) -> Option<Timestamp> {
    let name = id(name);
    bench.store.read(move |conn| store::next_feed_due(conn, &name)).await.unwrap()
}

async fn claim_due(bench: &Bench, name: &str) -> bool {
    let (now, claims) = (bench.now, vec![(id(name), bench.now + HOUR)]);
    let longest = Duration::from_hours(200);
    !bench
        .store
        .write(move |conn| store::claim_feeds(conn, now, longest, &claims, false))
        .await
        .unwrap()
        .is_empty()
}

#[tokio::test]
async fn a_claim_moves_the_due_time_before_the_request() {
    let mut bench = Bench::new().await;
    assert!(claim_due(&bench, "one").await, "a new source is due at once");
    assert!(!claim_due(&bench, "one").await);
    bench.pass(HOUR - SignedDuration::from_secs(1));
    assert!(!claim_due(&bench, "one").await, "a crash loop polls no more often");
    bench.pass(SignedDuration::from_secs(1));
    assert!(claim_due(&bench, "one").await);
}

#[tokio::test]
async fn validators_live_and_die_with_their_answer() {
    let mut bench = Bench::new().await;
    let odd =
        Validators { etag: Some(b"W/no \xff quotes".to_vec()), last_modified: Some(b"yesterday".to_vec()) };
    bench.validators = Some((odd.clone(), vec![7]));
    bench.deliver("one", vec![dated(1)]).await;
    let claimed = bench.claim("one").await;
    assert_eq!((&claimed.validators, claimed.body_hash.as_deref()), (&odd, Some(&[7][..])));
    bench.unchanged("one").await;
    bench.fail("one", false).await;
    assert_eq!(bench.claim("one").await.validators, odd);
    let claimed = bench.claim("one").await;
    let new = Some(etag("\"2\""));
    bench.record(&claimed, PollOutcome::Unchanged { validators: new, moved: Moved::AsBefore }).await;
    assert_eq!(bench.claim("one").await.validators, etag("\"2\""));
    bench.deliver_with("one", vec![dated(2)], |delivery| delivery.validators = None).await;
    let claimed = bench.claim("one").await;
    assert_eq!((claimed.validators, claimed.body_hash), (Validators::default(), None), "none of a cut body");
    assert_eq!(bench.feed().await.len(), 2, "its entries are kept");
}

#[tokio::test]
async fn another_log_in_asks_for_everything_at_once_and_once() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    bench.wanted[0].log_in = 7;
    bench.sync().await;
    assert!(claim_due(&bench, "one").await, "due at once");
    bench.sync().await;
    assert!(!claim_due(&bench, "one").await, "and not again after a restart");
    let claimed = bench.claim("one").await;
    assert_eq!((claimed.validators, claimed.body_hash), (Validators::default(), None));
    assert_eq!(bench.feed().await.len(), 1, "its entries are kept");
    // Stored by a version that didn't look at it: nothing has changed.
    bench.deliver("one", vec![dated(1)]).await;
    bench.store.write(|conn| conn.execute_batch("UPDATE sources SET log_in = NULL")).await.unwrap();
    bench.sync().await;
    assert!(!claim_due(&bench, "one").await);
    assert!(!bench.claim("one").await.validators.is_empty());
}

#[tokio::test]
async fn another_address_starts_afresh_and_keeps_the_entries() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    bench
        .deliver_with("one", vec![dated(1)], |delivery| {
            delivery.moved = Moved::To("https://new.example/".into())
        })
        .await;
    bench.fail("one", true).await;
    assert_eq!(due(&bench, "one").await, None, "410");
    let late = bench.claim("one").await;
    bench.wanted[0].url = "https://one.example/other".to_owned();
    bench.sync().await;
    assert_eq!(due(&bench, "one").await, Some(bench.now));
    // The poll of the old address that was under way counts for nothing.
    let delivery = bench.delivery("one", vec![dated(9)]);
    assert!(bench.record(&late, PollOutcome::Delivered(Box::new(delivery))).await.stale);
    assert_eq!(due(&bench, "one").await, Some(bench.now));
    let claimed = bench.claim("one").await;
    assert_eq!(
        (claimed.validators, claimed.moved_to, claimed.delivered),
        (Validators::default(), None, false)
    );
    assert_eq!(claimed.body_hash, None);
    assert_eq!(bench.titles().await, ["Story 1"]);
    // The archive of the new address is no flood.
    bench.first_import = 2;
    bench.deliver("one", (1..=30).map(dated).collect()).await;
    assert_eq!(bench.titles().await, ["Story 30", "Story 29", "Story 1"]);
}

#[tokio::test]
async fn redirects_are_remembered_until_the_configured_address_delivers() {
    let bench = Bench::new().await;
    let target = "https://new.example/feed";
    let moved = |moved: Moved| move |delivery: &mut Delivery| delivery.moved = moved;
    bench.deliver_with("one", vec![dated(1)], moved(Moved::To(target.to_owned()))).await;
    bench.deliver("one", vec![dated(1)]).await;
    bench.unchanged("one").await;
    bench.fail("one", false).await;
    bench.sync().await;
    assert_eq!(bench.claim("one").await.moved_to.as_deref(), Some(target));
    bench.deliver_with("one", vec![dated(1)], moved(Moved::Back)).await;
    assert_eq!(bench.claim("one").await.moved_to, None);
}

#[tokio::test]
async fn gone_until_forced_or_edited() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    bench.fail("one", true).await;
    bench.pass(DAY * 300);
    assert!(!claim_due(&bench, "one").await);
    bench.sync().await;
    assert_eq!(due(&bench, "one").await, None);
    assert_eq!(bench.titles().await, ["Story 1"]);
    bench.deliver("one", vec![dated(1)]).await;
    assert!(due(&bench, "one").await.is_some(), "forced, and it delivered");
}

#[tokio::test]
async fn only_the_latest_attempt_counts() {
    let bench = Bench::new().await;
    let first = bench.claim("one").await;
    let second = bench.claim("one").await;
    let delivery = bench.delivery("one", vec![dated(1)]);
    assert!(bench.record(&first, PollOutcome::Delivered(Box::new(delivery.clone()))).await.stale);
    assert_eq!(bench.feed().await, []);
    assert!(!bench.record(&second, PollOutcome::Delivered(Box::new(delivery))).await.stale);
    assert_eq!(bench.feed().await.len(), 1);
}

async fn standing(bench: &Bench) -> Standing {
    let (one, now) = (id("one"), bench.now);
    bench.store.read(move |conn| store::figures_of(conn, &one, now)).await.unwrap().unwrap().standing
}

#[tokio::test]
async fn removed_and_disabled_sources_rest() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![dated(1)]).await;
    let all = bench.wanted.clone();
    bench.wanted.remove(0);
    bench.wanted[0].enabled = false;
    bench.sync().await;
    let (now, longest) = (bench.now, Duration::from_hours(200));
    let active = bench.store.read(move |conn| store::due_feeds(conn, now, longest)).await.unwrap();
    assert_eq!(active.iter().map(|feed| feed.id.as_str()).collect::<Vec<_>>(), ["three"]);
    assert_eq!(bench.titles().await, ["Story 1"], "its entries stay");
    assert_eq!(standing(&bench).await, Standing::Removed);
    bench.wanted = all;
    bench.sync().await;
    assert_eq!(standing(&bench).await, Standing::Active);
    let due = due(&bench, "one").await;
    assert!(due.is_some_and(|due| due >= bench.now + HOUR), "back, and not polled early");
}
