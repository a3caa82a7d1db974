use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use url::Url;

const SECOND: Duration = Duration::from_secs(1);

fn gate(concurrency: usize, per_host: usize, delay: Duration) -> Gate {
    Gate::new(concurrency, HostBudgets::new(per_host, delay))
}

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
            let turn = gate.turn(key("a.example"), Wanted::Feed).await.unwrap();
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
    let gate = Arc::new(gate(10, 1, SECOND));
    let spans = run(&gate, 3, Duration::from_secs(3)).await;
    let starts: Vec<_> = spans.iter().map(|s| s.0.as_secs()).collect();
    assert_eq!(starts, [0, 4, 8], "in the order of asking, a second after each end");
}

#[tokio::test(start_paused = true)]
async fn two_at_once_keep_their_distance() {
    let gate = Arc::new(gate(10, 2, SECOND));
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
    let gate = gate(10, 1, SECOND);
    let zero = Instant::now();
    let a = gate.turn(key("a.example"), Wanted::Feed).await.unwrap();
    let b = gate.turn(key("b.example"), Wanted::Feed).await.unwrap();
    assert!(!a.others && b.since_last.is_none());
    assert!(zero.elapsed() < Duration::from_millis(5));
}

#[tokio::test(start_paused = true)]
async fn no_more_than_concurrency_in_all() {
    let gate = Arc::new(gate(3, 2, Duration::ZERO));
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..40)
        .map(|i| {
            let (gate, running, most) = (Arc::clone(&gate), Arc::clone(&running), Arc::clone(&most));
            tokio::spawn(async move {
                let _turn = gate.turn(key(&format!("h{}.example", i % 10)), Wanted::Feed).await.unwrap();
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
    let gate = Arc::new(gate(1, 1, SECOND));
    let held = gate.turn(key("a.example"), Wanted::Feed).await.unwrap();
    // One waits for the slot at the head, one behind it; both give up.
    for _ in 0..2 {
        let waiting = tokio::time::timeout(SECOND, gate.turn(key("a.example"), Wanted::Feed));
        assert!(waiting.await.is_err());
    }
    // One waits for a place in all and gives up.
    assert!(tokio::time::timeout(SECOND, gate.turn(key("b.example"), Wanted::Feed)).await.is_err());
    drop(held);
    // One gives up during the pause.
    let short = Duration::from_millis(300);
    assert!(tokio::time::timeout(short, gate.turn(key("a.example"), Wanted::Feed)).await.is_err());
    let turn = tokio::time::timeout(SECOND, gate.turn(key("a.example"), Wanted::Feed)).await;
    assert!(turn.is_ok_and(|t| t.unwrap().since_last.is_some_and(|d| d >= SECOND)));
}

#[tokio::test(start_paused = true)]
async fn idle_hosts_are_forgotten() {
    let gate = gate(10, 2, SECOND);
    for i in 0..5000 {
        drop(gate.turn(key(&format!("h{i}.example")), Wanted::Feed).await.unwrap());
        tokio::time::advance(Duration::from_millis(100)).await;
    }
    assert!(gate.remembered() <= 2 * SWEEP_FROM, "{}", gate.remembered());
}

#[tokio::test(start_paused = true)]
async fn pages_and_single_hosts_leave_room_for_feeds() {
    let gate = gate(4, 9, Duration::ZERO);
    let soon = |name: &'static str, page| {
        let wanted = if page { Wanted::Page(Duration::ZERO) } else { Wanted::Feed };
        tokio::time::timeout(SECOND, gate.turn(key(name), wanted))
    };
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

/// Waits at the gate for turns of one host and logs who got one, and when.
struct Queue {
    gate: Arc<Gate>,
    log: Arc<Mutex<Vec<(&'static str, u64)>>>,
    tasks: tokio::task::JoinSet<()>,
}

impl Queue {
    fn new(gate: Gate) -> Self {
        Self { gate: Arc::new(gate), log: Arc::default(), tasks: tokio::task::JoinSet::new() }
    }

    async fn wait(&mut self, name: &'static str, wanted: Wanted, length: Duration) {
        let (gate, log, zero) = (self.gate.clone(), self.log.clone(), Instant::now());
        self.tasks.spawn(async move {
            let turn = gate.turn(key("a.example"), wanted).await;
            let word = if turn.is_ok() { name } else { "sent away" };
            log.lock().unwrap().push((word, zero.elapsed().as_secs()));
            tokio::time::sleep(length).await;
        });
        tokio::task::yield_now().await;
    }

    async fn log(mut self) -> Vec<(&'static str, u64)> {
        while let Some(done) = self.tasks.join_next().await {
            done.unwrap();
        }
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

const PAGE: Wanted = Wanted::Page(Duration::ZERO);

#[tokio::test(start_paused = true)]
async fn feeds_come_first_and_pages_never_starve() {
    let mut queue = Queue::new(gate(10, 1, SECOND));
    for _ in 0..4 {
        queue.wait("page", PAGE, Duration::ZERO).await;
    }
    for _ in 0..10 {
        queue.wait("feed", Wanted::Feed, Duration::ZERO).await;
    }
    let names: Vec<_> = queue.log().await.into_iter().map(|(name, _)| name).collect();
    // The first page was there before any feed.
    let expected = "page feed feed feed feed page feed feed feed feed page feed feed page";
    assert_eq!(names.join(" "), expected);
}

#[tokio::test(start_paused = true)]
async fn a_crawl_delay_is_for_pages_and_lets_feeds_pass() {
    let mut queue = Queue::new(gate(10, 2, SECOND));
    let slow = Wanted::Page(10 * SECOND);
    for _ in 0..3 {
        queue.wait("page", slow, SECOND).await;
    }
    for _ in 0..6 {
        queue.wait("feed", Wanted::Feed, Duration::ZERO).await;
    }
    let log = queue.log().await;
    let of = |name| log.iter().filter(|(n, _)| *n == name).map(|(_, at)| *at).collect::<Vec<_>>();
    assert_eq!(of("page"), [0, 11, 22], "ten seconds after the end of the last one");
    assert!(of("feed").iter().all(|at| *at <= 8), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_asks_for_a_pause_gets_nothing_until_it_is_over() {
    let gate = gate(10, 2, SECOND);
    let minute = 60 * SECOND;
    let turn = gate.turn(key("a.example"), Wanted::Feed).await.unwrap();
    // Another one waits for the delay at this moment.
    let (other, ()) = tokio::join!(gate.turn(key("a.example"), PAGE), async {
        tokio::task::yield_now().await;
        turn.heard(Heard::TooMany(Some(minute)), SECOND);
    });
    drop(turn);
    assert_eq!(other.unwrap_err(), Resting(minute));
    for wanted in [PAGE, Wanted::Feed] {
        assert!(gate.turn(key("a.example"), wanted).await.is_err());
    }
    assert!(gate.turn(key("b.example"), Wanted::Feed).await.is_ok(), "others are not concerned");
    assert_eq!(gate.pace(&key("a.example"), false).rest, minute);
    tokio::time::advance(minute - SECOND).await;
    let zero = Instant::now();
    let turn = gate.turn(key("a.example"), Wanted::Feed).await.unwrap();
    assert!(zero.elapsed() >= SECOND && zero.elapsed() < 2 * SECOND, "a short rest is waited for");
    drop(turn);
    assert_eq!(gate.pace(&key("a.example"), false).delay, 2 * SECOND, "and slower from then on");
}

#[tokio::test(start_paused = true)]
async fn what_was_learned_survives_and_can_be_overruled() {
    let before = gate(10, 2, SECOND);
    let turn = before.turn(key("a.example"), Wanted::Feed).await.unwrap();
    turn.heard(Heard::TooMany(Some(3600 * SECOND)), SECOND);
    drop(turn);
    tokio::time::advance(600 * SECOND).await;
    let news = before.news();
    assert_eq!(news, [HostTemper { host: key("a.example"), rest: 3000 * SECOND, level: 1 }]);
    assert_eq!(before.news(), [], "told once");
    let after = gate(10, 2, SECOND);
    after.recall(news);
    assert_eq!(after.turn(key("a.example"), Wanted::Feed).await.unwrap_err(), Resting(3000 * SECOND));
    after.wake(&key("a.example"));
    assert!(after.turn(key("a.example"), Wanted::Feed).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn other_budgets_hold_at_once() {
    let gate = gate(10, 1, 60 * SECOND);
    drop(gate.turn(key("a.example"), Wanted::Feed).await.unwrap());
    let zero = Instant::now();
    let (turn, ()) = tokio::join!(gate.turn(key("a.example"), Wanted::Feed), async {
        tokio::time::sleep(5 * SECOND).await;
        let mut budgets = HostBudgets::new(1, 60 * SECOND);
        budgets.own.insert(key("a.example"), HostBudget { per_host: 2, delay: Duration::ZERO });
        gate.set(budgets);
    });
    assert_eq!(zero.elapsed().as_secs(), 5);
    let second = tokio::time::timeout(SECOND, gate.turn(key("a.example"), Wanted::Feed)).await;
    assert!(second.is_ok(), "two at once");
    drop(turn);
    drop(gate.turn(key("b.example"), Wanted::Feed).await.unwrap());
    let other = tokio::time::timeout(SECOND, gate.turn(key("b.example"), Wanted::Feed)).await;
    assert!(other.is_err(), "other hosts have the common one");
}

#[tokio::test(start_paused = true)]
async fn a_slow_host_gets_one_at_a_time() {
    let gate = gate(10, 2, Duration::ZERO);
    let turn = gate.turn(key("a.example"), Wanted::Feed).await.unwrap();
    turn.heard(Heard::Nothing, 30 * SECOND);
    drop(turn);
    let _one = gate.turn(key("a.example"), Wanted::Feed).await.unwrap();
    assert!(tokio::time::timeout(SECOND, gate.turn(key("a.example"), Wanted::Feed)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn troubled_hosts_are_remembered_but_not_without_end() {
    let gate = gate(10, 2, Duration::ZERO);
    for i in 0..3 * MOST_TROUBLED {
        let turn = gate.turn(key(&format!("h{i}.example")), Wanted::Feed).await.unwrap();
        turn.heard(Heard::TooMany(Some(3600 * SECOND)), SECOND);
        drop(turn);
        tokio::time::advance(SECOND / 5).await;
    }
    assert!(gate.remembered() <= 2 * (MOST_TROUBLED + SWEEP_FROM), "{}", gate.remembered());
    assert!(gate.remembered() >= MOST_TROUBLED / 2);
    let lines = gate.figures();
    assert_eq!(lines.len(), 101, "a hundred hosts and one line for the others");
    assert_eq!(lines.iter().map(|line| line.refusals).sum::<u64>(), 3 * MOST_TROUBLED as u64);
}
