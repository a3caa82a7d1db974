//! Metrics in Prometheus' text format, from the store: every configured source
//! from the start, over restarts.

use crate::health::{Condition, assess};
use crate::model::{HostFigures, HubStanding, SourceState};
use crate::store::StoreFigures;
use jiff::Timestamp;
use std::fmt::Write;

/// All metrics.
pub(super) fn text(figures: &StoreFigures, hosts: &[HostFigures], now: Timestamp) -> String {
    let mut out = String::with_capacity(1000 + figures.sources.len() * 1200);
    let mut one = |name: &str, kind: &str, help: &str, value: u64| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    };
    one("offprint_entries", "gauge", "Stored entries.", figures.entries);
    one("offprint_pages_waiting", "gauge", "Article pages that are to be fetched.", figures.pages_waiting);
    one("offprint_store_bytes", "gauge", "Size of the database.", figures.bytes);
    let since =
        |time: Option<Timestamp>| time.map(|time| now.duration_since(time).as_secs().max(0).unsigned_abs());
    let mut each = |name: &str, kind: &str, help: &str, value: &dyn Fn(&SourceState) -> Option<u64>| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for source in &figures.sources {
            if let Some(value) = value(source) {
                // Names of sources hold nothing that would need an escape.
                let _ = writeln!(out, "{name}{{source=\"{}\"}} {value}", source.id);
            }
        }
    };
    each("offprint_source_polls_total", "counter", "Polls.", &|s| Some(s.polls));
    each("offprint_source_unchanged_total", "counter", "Polls answered by 304 or the same bytes.", &|s| {
        Some(s.unchanged)
    });
    each("offprint_source_errors_total", "counter", "Polls that failed.", &|s| Some(s.errors));
    each("offprint_source_received_bytes_total", "counter", "Bytes of bodies received.", &|s| Some(s.bytes));
    each("offprint_source_entries", "gauge", "Stored entries that this source brought first.", &|s| {
        Some(s.entries)
    });
    each("offprint_source_failures_in_a_row", "gauge", "Failed polls since the last good one.", &|s| {
        Some(u64::from(s.failures))
    });
    each("offprint_source_gone", "gauge", "1 if the feed answered 410 and is not polled any more.", &|s| {
        Some(u64::from(s.gone))
    });
    each(
        "offprint_source_healthy",
        "gauge",
        "0 if something should be looked at, see offprint status.",
        &|s| Some(u64::from(matches!(assess(s, now).condition, Condition::New | Condition::Good))),
    );
    each("offprint_source_failing_seconds", "gauge", "Seconds since the first failure in a row.", &|s| {
        since(s.failing_since)
    });
    each(
        "offprint_source_seconds_since_newest_entry",
        "gauge",
        "Seconds since the publication of the newest entry.",
        &|s| since(s.newest),
    );
    each(
        "offprint_source_seconds_until_next_poll",
        "gauge",
        "Seconds until the next poll, 0 if it is due.",
        &|s| (!s.gone).then(|| s.next_due.duration_since(now).as_secs().max(0).unsigned_abs()),
    );
    each("offprint_source_seconds_since_success", "gauge", "Seconds since the last good poll.", &|s| {
        since(s.last_success)
    });
    hubs(&mut each);
    pages(&mut each);
    of_hosts(&mut out, hosts);
    out
}

/// Writes a metric of all sources.
type Each<'a> = dyn FnMut(&str, &str, &str, &dyn Fn(&SourceState) -> Option<u64>) + 'a;

/// Article pages.
fn pages(each: &mut Each<'_>) {
    each("offprint_source_pages_used_total", "counter", "Article pages whose text is used.", &|s| {
        Some(s.pages_good)
    });
    each(
        "offprint_source_pages_no_gain_total",
        "counter",
        "Article pages that had no more than the feed.",
        &|s| Some(s.pages_no_gain),
    );
    each("offprint_source_pages_failed_total", "counter", "Article pages that were given up.", &|s| {
        Some(s.pages_failed)
    });
    each(
        "offprint_source_selector_missed_total",
        "counter",
        "Pages on which a configured selector found nothing.",
        &|s| Some(s.selector_missed),
    );
    each(
        "offprint_source_full_text_percent",
        "gauge",
        "Share of the last 20 article pages that gave their text, in percent.",
        &|s| crate::health::full_text_percent(&s.recent_pages).map(|percent| percent as u64),
    );
}

/// Subscriptions at hubs: of those sources only that have one.
fn hubs(each: &mut Each<'_>) {
    each(
        "offprint_source_subscribed",
        "gauge",
        "1 if a hub has verified the subscription and the lease runs, 0 if one is asked.",
        &|s| s.subscription.as_ref().map(|hub| u64::from(hub.standing == HubStanding::Subscribed)),
    );
    each(
        "offprint_source_relies_on_hub",
        "gauge",
        "1 if polls are late because the hub announces what is new.",
        &|s| s.subscription.as_ref().map(|hub| u64::from(hub.relied_on)),
    );
    each("offprint_source_announcements_total", "counter", "Announcements taken from the hub.", &|s| {
        s.subscription.as_ref().map(|hub| hub.announcements)
    });
    each(
        "offprint_source_announcements_ignored_total",
        "counter",
        "Announcements ignored for want of a good signature.",
        &|s| s.subscription.as_ref().map(|hub| hub.ignored),
    );
}

/// Since the start of this process, not from the store. The number of hosts is bounded.
fn of_hosts(out: &mut String, hosts: &[HostFigures]) {
    let mut each = |name: &str, kind: &str, help: &str, value: &dyn Fn(&HostFigures) -> f64| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for host in hosts {
            // Names of hosts hold nothing that would need an escape.
            let label = host.host.as_ref().map_or("others", |host| host.as_str());
            let _ = writeln!(out, "{name}{{host=\"{label}\"}} {}", value(host));
        }
    };
    let help = "Requests since the start, of the first hundred hosts; the rest are others.";
    each("offprint_host_requests_total", "counter", help, &|h| h.requests as f64);
    let help = "Time that requests waited for their turn at the host.";
    each("offprint_host_wait_seconds_total", "counter", help, &|h| h.waited.as_secs_f64());
    let help = "Answers 429 and 503.";
    each("offprint_host_refusals_total", "counter", help, &|h| h.refusals as f64);
    let help = "Present pause between two requests.";
    each("offprint_host_delay_seconds", "gauge", help, &|h| h.delay.as_secs_f64());
    let help = "Time for which the host is still left alone, because it asked for that.";
    each("offprint_host_rest_seconds", "gauge", help, &|h| h.rest.as_secs_f64());
}
