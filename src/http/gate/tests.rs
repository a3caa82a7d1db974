use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use url::Url;

const SECOND: Duration = Duration::from_secs(1);

fn key(name: &str) -> HostKey {
    HostKey::of(&Url::parse(&format!("http://{name}/")).unwrap())
}

/// Runs `count` requests of `length` at one host and returns when each started and ended.
async fn run(gate: &Arc<Gate>, count: usize, length: Duration) -> Vec<(Duration, Duration)> {
    let zero = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..count {
        let gate = Arc::clone(gate);
        tasks.push(tokio::spawn(async move {
            let turn = gate.turn(key("a.example"), false).await;
            let start = zero.elapsed();
            tokio::time::sleep(length).await;
            drop(turn);
            (start, zero.elapsed())
        }));
        tokio::task::yield_now().await;
    }
    let mut spans = Vec::new();
    for task in tasks {
        spans.push(task.await.unwrap());
    }
    spans
}

#[tokio::test(start_paused = true)]
async fn pauses_after_start_and_end_first_come_first_served() {
    let gate = Arc::new(Gate::new(10, 1, SECOND));
    let spans = run(&gate, 3, Duration::from_secs(3)).await;
    let starts: Vec<_> = spans.iter().map(|s| s.0.as_secs()).collect();
    assert_eq!(starts, [0, 4, 8], "in the order of asking, a second after each end");
}

#[tokio::test(start_paused = true)]
async fn two_at_once_keep_their_distance() {
    let gate = Arc::new(Gate::new(10, 2, SECOND));
    let spans = run(&gate, 8, Duration::from_millis(2500)).await;
    for (i, (start, _)) in spans.iter().enumerate() {
        let running = spans.iter().filter(|s| s.0 <= *start && *start < s.1).count();
        assert!(running <= 2);
        for other in spans.iter().take(i) {
            assert!(*start >= other.0 + SECOND, "{spans:?}");
            assert!(other.1 > *start || *start + Duration::from_millis(2) >= other.1 + SECOND, "{spans:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn hosts_do_not_wait_for_each_other() {
    let gate = Gate::new(10, 1, SECOND);
    let zero = Instant::now();
    let a = gate.turn(key("a.example"), false).await;
    let b = gate.turn(key("b.example"), false).await;
    assert!(!a.others && b.since_last.is_none());
    assert!(zero.elapsed() < Duration::from_millis(5));
}

#[tokio::test(start_paused = true)]
async fn no_more_than_concurrency_in_all() {
    let gate = Arc::new(Gate::new(3, 2, Duration::ZERO));
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..40)
        .map(|i| {
            let (gate, running, most) = (Arc::clone(&gate), Arc::clone(&running), Arc::clone(&most));
            tokio::spawn(async move {
                let _turn = gate.turn(key(&format!("h{}.example", i % 10)), false).await;
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(SECOND).await;
                running.fetch_sub(1, Ordering::SeqCst);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn dropping_frees_the_turn_and_the_queue() {
    let gate = Arc::new(Gate::new(1, 1, SECOND));
    let held = gate.turn(key("a.example"), false).await;
    // One waits for the slot at the head, one behind it; both give up.
    for _ in 0..2 {
        let waiting = tokio::time::timeout(SECOND, gate.turn(key("a.example"), false));
        assert!(waiting.await.is_err());
    }
    // One waits for a place in all and gives up.
    assert!(tokio::time::timeout(SECOND, gate.turn(key("b.example"), false)).await.is_err());
    drop(held);
    // One gives up during the pause.
    let short = Duration::from_millis(300);
    assert!(tokio::time::timeout(short, gate.turn(key("a.example"), false)).await.is_err());
    let turn = tokio::time::timeout(SECOND, gate.turn(key("a.example"), false)).await;
    assert!(turn.is_ok_and(|t| t.since_last.is_some_and(|d| d >= SECOND)));
}

#[tokio::test(start_paused = true)]
async fn idle_hosts_are_forgotten() {
    let gate = Gate::new(10, 2, SECOND);
    for i in 0..5000 {
        drop(gate.turn(key(&format!("h{i}.example")), false).await);
        tokio::time::advance(Duration::from_millis(100)).await;
    }
    assert!(gate.remembered() <= 2 * SWEEP_FROM, "{}", gate.remembered());
}

#[tokio::test(start_paused = true)]
async fn pages_and_single_hosts_leave_room_for_feeds() {
    let gate = Gate::new(4, 9, Duration::ZERO);
    let soon = |name: &'static str, page| tokio::time::timeout(SECOND, gate.turn(key(name), page));
    let mut held = Vec::new();
    for name in ["a.example", "b.example", "c.example"] {
        held.push(soon(name, true).await.unwrap());
    }
    assert!(soon("d.example", true).await.is_err(), "three of four places are for pages");
    held.push(soon("e.example", false).await.unwrap());
    held.clear();
    for _ in 0..3 {
        held.push(soon("a.example", false).await.unwrap());
    }
    assert!(soon("a.example", false).await.is_err(), "no host takes the last place");
    assert!(soon("b.example", false).await.is_ok());
}
