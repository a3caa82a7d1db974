//! Five hundred sources over a fortnight, at the adaptive interval.

use super::*;
use std::collections::HashSet;

/// So many sources on each host.
const TOGETHER: usize = 4;
/// `OFFPRINT_SOURCES=10000 cargo test --release --test it fortnight` for more of them.
fn sources() -> usize {
    std::env::var("OFFPRINT_SOURCES").ok().and_then(|n| n.parse().ok()).unwrap_or(500)
}
const FORTNIGHT: Duration = Duration::from_hours(14 * 24);

/// Hours between two entries of a source: from half an hour to never.
fn gap(number: usize) -> f64 {
    [0.5, 4.0, 12.0, 24.0, 48.0, 100.0, 200.0, 100_000.0][number % 8]
}

/// Entries of a source so long after the beginning.
fn count(number: usize, at: Duration) -> u64 {
    ((at.as_secs_f64() / 3600.0 + 400.0) / gap(number)) as u64
}

/// The newest ones.
fn document(number: usize, count: u64) -> String {
    let items: String = (count.saturating_sub(4)..=count)
        .rev()
        .map(|n| {
            let published = n as f64 * gap(number) - 400.0;
            let date = start() + jiff::SignedDuration::from_secs_f64(published * 3600.0);
            format!("<entry><id>{number}-{n}</id><title>{number}-{n}</title><published>{date}</published><updated>{date}</updated></entry>")
        })
        .collect();
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{number}</title><id>f{number}</id>{items}</feed>"
    )
}

fn number_of(url: &str) -> usize {
    url.rsplit('/').next().unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn nobody_early_no_crowds_and_nobody_forgotten() {
    let toml: String = (0..sources())
        .map(|n| format!("[sources.s{n}]\nurl = \"https://h{}.example/{n}\"\nfull_text = \"never\"\ninterval = \"2h\"\nadaptive = true\n", n / TOGETHER))
        .collect();
    let mut world = World::new(&toml, |call| {
        let number = number_of(&call.url);
        // One in fifty fails now and then.
        if number % 50 == 7 && call.nth.is_multiple_of(5) {
            return refusal(call, 500, Retry::Later(None));
        }
        let count = count(number, call.at);
        let etag = Some(count.to_string().into_bytes());
        if call.validators.etag == etag {
            return answer(FetchResponse { not_modified: true, ..response(&call.url, "") });
        }
        let validators = Validators { etag, last_modified: None };
        answer(FetchResponse { validators, ..response(&call.url, &document(number, count)) })
    })
    .await;
    // With a restart half way.
    world.run(FORTNIGHT / 2).await;
    world.restart(&toml).await;
    world.run(FORTNIGHT / 2).await;
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); sources()];
    for call in world.net.calls.lock().unwrap().iter() {
        times[number_of(&call.url)].push(call.at.as_secs_f64() / 3600.0);
    }
    let load = world.net.load.lock().unwrap();
    assert!(
        load.busiest_host <= 2 && load.busiest <= 64,
        "{} at one host, {} in all",
        load.busiest_host,
        load.busiest
    );
    let mut asked = HashSet::new();
    for (number, times) in times.iter().enumerate() {
        let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(
            times.first().is_some_and(|first| *first < 1.0 + sources() as f64 / 20_000.0),
            "source {number} begins at once: {times:?}"
        );
        assert!(gaps.iter().all(|gap| *gap >= 2.0), "source {number} was asked early: {gaps:?}");
        // Half a minute for its host's other sources.
        assert!(gaps.iter().all(|gap| *gap <= 24.0 * 1.1 + 0.1), "source {number} was forgotten: {gaps:?}");
        assert!(
            times.last().is_some_and(|last| *last > 14.0 * 24.0 - 27.0),
            "source {number} ends: {times:?}"
        );
        asked.insert(times.len());
        let mean = times.len() as f64 / 14.0;
        match number % 8 {
            0 if number % 50 != 7 => assert!(mean > 9.0, "source {number}, busy: {mean} polls a day"),
            7 => assert!(mean < 3.0, "source {number}, silent: {mean} polls a day"),
            _ => {}
        }
    }
    assert!(asked.len() > 20, "each at its own pace: {asked:?}");
}
