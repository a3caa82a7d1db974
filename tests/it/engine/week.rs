//! A week with fifty sources.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a source does all week.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Habit {
    /// A new story every time.
    Busy,
    /// Validators and 304.
    Quiet,
    /// 429 with a Retry-After of five hours, every third time.
    Strict,
    /// Fails from the third to the ninth time.
    Broken,
    /// `ttl` of four hours.
    Ttl,
    /// No polls from 6 to 18 o'clock.
    Skips,
    /// Fresh for three hours.
    Fresh,
}

use Habit::{Broken, Busy, Fresh, Quiet, Skips, Strict, Ttl};
const HABITS: [Habit; 7] = [Busy, Quiet, Strict, Broken, Ttl, Skips, Fresh];
const FIVE_HOURS: Duration = Duration::from_hours(5);

fn habit(number: usize) -> Habit {
    HABITS[number % HABITS.len()]
}

/// One to three hours.
fn interval(number: usize) -> Duration {
    HOUR * (1 + number as u32 % 3)
}

fn url(number: usize) -> String {
    format!("https://s{number}.example/feed")
}

fn odd_validators(number: usize) -> Validators {
    let etag = format!("W/no \"quotes{number}").into_bytes();
    Validators { etag: Some([etag, vec![0xff]].concat()), last_modified: Some(b"some day".to_vec()) }
}

fn reply(call: &Call) -> Reply {
    let host = call.url.trim_start_matches("https://s");
    let number: usize = host[..host.find('.').unwrap()].parse().unwrap();
    let story = format!("{number}-{}", call.nth);
    let link = format!("https://s{number}.example/{story}");
    let items = [(story.as_str(), link.as_str(), story.as_str())];
    match habit(number) {
        Quiet if call.validators == odd_validators(number) => {
            answer(FetchResponse { not_modified: true, ..response(&call.url, "") })
        }
        Quiet => {
            assert!(call.validators.is_empty(), "byte for byte or not at all: {:?}", call.validators);
            let validators = odd_validators(number);
            answer(FetchResponse { validators, ..response(&call.url, &rss("", &items)) })
        }
        Strict if call.nth.is_multiple_of(3) => refusal(call, 429, Retry::Later(Some(FIVE_HOURS))),
        Broken if (3..10).contains(&call.nth) => refusal(call, 500, Retry::Later(None)),
        Ttl => feed(call, &rss("<ttl>240</ttl>", &items)),
        Skips => {
            let hours: String = (6..18).map(|hour| format!("<hour>{hour}</hour>")).collect();
            feed(call, &rss(&format!("<skipHours>{hours}</skipHours>"), &items))
        }
        Fresh => answer(FetchResponse { fresh_for: Some(HOUR * 3), ..response(&call.url, &rss("", &items)) }),
        _ => feed(call, &rss("", &items)),
    }
}

fn check(world: &World, number: usize) {
    let (calls, gaps) = (world.calls(&url(number)), world.gaps(&url(number)));
    let (habit, interval) = (habit(number), interval(number));
    let context = || format!("source {number}, {habit:?}, {interval:?}: {gaps:?}");
    assert!(gaps.len() >= 8, "{}", context());
    for (index, &gap) in gaps.iter().enumerate() {
        let call = &calls[index];
        let expected = match habit {
            Busy | Quiet => interval,
            Strict if call.nth.is_multiple_of(3) => FIVE_HOURS,
            Strict => interval,
            Broken if (3..10).contains(&call.nth) => (interval * (1 << (call.nth - 3))).min(DAY * 2),
            Broken => interval,
            Ttl => HOUR * 4,
            Fresh => HOUR * 3,
            Skips => {
                assert!(gap >= interval, "{}", context());
                let hour = calls[index + 1].at.as_secs() / 3600 % 24;
                assert!(!(6..18).contains(&hour), "{}", context());
                continue;
            }
        };
        assert!(about(gap, expected), "after poll {}: {gap:?}; {}", call.nth, context());
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_too_early_or_forgotten() {
    let toml: String = (0..50)
        .map(|number| format!("{}interval = \"{}h\"\n", plain_source(&format!("s{number}")), number % 3 + 1))
        .collect();
    let polls = Arc::new(AtomicUsize::new(0));
    let counter = polls.clone();
    let counted = move |call: &Call| {
        counter.fetch_add(1, Ordering::Relaxed);
        reply(call)
    };
    let mut world = World::new(&toml, counted).await;
    // With a restart on each day, which nobody on the network notices.
    for _ in 0..7 {
        world.run(DAY).await;
        world.restart(&toml).await;
    }
    (0..50).for_each(|number| check(&world, number));
    let firsts: Vec<Duration> = (0..50).map(|number| world.times(&url(number))[0]).collect();
    assert!(firsts.iter().all(|&first| first < MINUTE), "all at the start");
    assert!(polls.load(Ordering::Relaxed) > 3000);
    let busy = world.times(&url(0)).len();
    assert!((150..=168).contains(&busy), "{busy} polls of an hourly source");
}
