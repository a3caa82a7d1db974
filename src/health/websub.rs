//! How a source stands with its hub, in words.

use super::words::{ago, counted, lasting};
use crate::model::{HubStanding, Subscription, one_line};
use jiff::Timestamp;

/// After so many requests without an answer something is wrong.
const PATIENCE: u32 = 3;
/// Longest problem and address that are shown, in characters.
const SHOWN: usize = 200;

/// A subscription in one line: `subscribed at https://hub.example/ for 9 days more; 12
/// announcements, the last 2 hours ago`.
pub fn subscription(subscription: &Subscription, now: Timestamp) -> String {
    let hub = one_line(&subscription.at.hub, SHOWN);
    let problem = subscription.problem.as_deref().map(|problem| {
        let problem = super::without_address(problem, &subscription.at.hub);
        format!("; {}", one_line(problem, SHOWN))
    });
    let problem = problem.unwrap_or_default();
    let left = |end: Timestamp| lasting(end.duration_since(now));
    let mut words = match (subscription.standing, subscription.lease_end) {
        (HubStanding::Subscribed, Some(end)) => {
            format!("subscribed at {hub} for {} more{problem}", left(end))
        }
        (HubStanding::Lapsed, Some(end)) => {
            format!("the subscription at {hub} ended {} and is asked for again{problem}", ago(now, end))
        }
        _ if !problem.is_empty() => format!("{hub} is asked again{problem}"),
        _ if is_unanswered(subscription) => format!(
            "{hub} took {} and never came to verify; can it reach output.base_url?",
            counted(subscription.failures as usize, "request")
        ),
        _ => format!("{hub} is asked"),
    };
    if let Some(announced) = subscription.announced {
        let all = counted(usize::try_from(subscription.announcements).unwrap_or(usize::MAX), "announcement");
        words.push_str(&format!("; {all}, the last {}", ago(now, announced)));
    }
    if subscription.ignored > 0 {
        words.push_str(&format!("; {} ignored for want of a good signature", subscription.ignored));
    }
    if !subscription.signed {
        words.push_str("; it signs with nothing better than SHA-1, so what it says only leads to a poll");
    }
    words
}

/// Whether a hub takes requests and does not come to verify, so that something may be
/// wrong with the address that it is given.
pub fn is_unanswered(subscription: &Subscription) -> bool {
    subscription.standing != HubStanding::Subscribed
        && subscription.failures >= PATIENCE
        && subscription.problem.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Topic;
    use jiff::SignedDuration;

    #[test]
    fn in_words() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
        let hours = SignedDuration::from_hours;
        let at = Topic { hub: "https://hub.example/".to_owned(), topic: "https://a.example/feed".to_owned() };
        let asked = Subscription {
            at,
            standing: HubStanding::Asked,
            lease_end: None,
            announced: None,
            announcements: 0,
            ignored: 0,
            relied_on: false,
            signed: true,
            failures: 0,
            problem: None,
        };
        let good = Subscription {
            standing: HubStanding::Subscribed,
            lease_end: Some(now + hours(9 * 24)),
            announced: Some(now - hours(2)),
            announcements: 12,
            ..asked.clone()
        };
        let lapsed = Subscription {
            standing: HubStanding::Lapsed,
            lease_end: Some(now - hours(3)),
            problem: Some("https://hub.example/: HTTP 500".to_owned()),
            ..asked.clone()
        };
        for (state, words) in [
            (asked.clone(), "https://hub.example/ is asked"),
            (
                Subscription { failures: 3, ..asked.clone() },
                "https://hub.example/ took 3 requests and never came to verify; can it reach output.base_url?",
            ),
            (
                Subscription {
                    problem: Some("the hub refuses: no".to_owned()),
                    failures: 1,
                    ..asked.clone()
                },
                "https://hub.example/ is asked again; the hub refuses: no",
            ),
            (
                good.clone(),
                "subscribed at https://hub.example/ for 9 days more; 12 announcements, the last 2 hours ago",
            ),
            (
                Subscription { ignored: 2, signed: false, announced: None, ..good },
                "subscribed at https://hub.example/ for 9 days more; 2 ignored for want of a good signature; it signs with nothing better than SHA-1, so what it says only leads to a poll",
            ),
            (
                lapsed,
                "the subscription at https://hub.example/ ended 3 hours ago and is asked for again; HTTP 500",
            ),
        ] {
            assert_eq!(subscription(&state, now), words);
        }
    }
}
