//! Clock, root certificates, names.

use super::{Finding, Good, Note, PATIENCE, Wrong};
use crate::cli::status::minute;
use crate::config::Config;
use crate::health::{ago, lasting};
use crate::http;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use url::Host;

/// Names that are tried; one that is found is enough.
const NAMES: usize = 3;
/// A clock that is behind by less does no harm.
const BEHIND: SignedDuration = SignedDuration::from_hours(1);
/// This program is not older: 2026-01-01.
const EPOCH: i64 = 1_767_225_600;

/// The clock against the newest time in the database.
pub(super) fn clock(now: Timestamp, newest: Option<Timestamp>) -> Finding {
    const ADVICE: &str =
        "Set the clock (timedatectl); without the right time certificates and due times are wrong.";
    if now.as_second() < EPOCH {
        return Wrong(format!("it is not {now}"), ADVICE);
    }
    match newest {
        Some(newest) if newest.duration_since(now) > BEHIND => Wrong(
            format!("{} behind the last poll, which was on {newest}", lasting(newest.duration_since(now))),
            ADVICE,
        ),
        Some(newest) => Good(format!("{}; the last poll was {}", minute(now), ago(now, newest))),
        None => Good(format!("{}; there is no poll to compare it with", minute(now))),
    }
}

pub(super) fn roots() -> Finding {
    if http::has_roots() {
        Good("the root certificates of this machine can be read".to_owned())
    } else {
        Wrong(
            "no root certificates were found, so that every https address fails".to_owned(),
            "Install the package ca-certificates, or set SSL_CERT_FILE.",
        )
    }
}

/// Whether the names of the sources can be resolved: offline is said, not waited for.
pub(super) async fn names(config: &Config) -> Finding {
    let hosts: BTreeSet<&str> = config
        .sources
        .iter()
        .filter(|source| source.enabled)
        .filter_map(|source| match source.url.host() {
            Some(Host::Domain(name)) => Some(name),
            _ => None,
        })
        .collect();
    if hosts.is_empty() {
        return Note("no source has a host name; not looked at".to_owned());
    }
    let mut lookups = tokio::task::JoinSet::new();
    for host in hosts.into_iter().take(NAMES).map(str::to_owned) {
        lookups.spawn(async move {
            let answer = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host.as_str(), 0))).await;
            match answer {
                Err(_) => Err(format!("{host}: no answer in {} s", PATIENCE.as_secs())),
                Ok(Err(error)) => Err(format!("{host}: {error}")),
                Ok(Ok(addresses)) => Ok(format!("{host} has {} addresses", addresses.count())),
            }
        });
    }
    let mut reasons = Vec::new();
    while let Some(done) = lookups.join_next().await {
        match done {
            Ok(Ok(found)) => return Good(found),
            Ok(Err(reason)) => reasons.push(reason),
            Err(error) => reasons.push(error.to_string()),
        }
    }
    reasons.sort();
    Wrong(
        format!("no name can be resolved: {}", reasons.join("; ")),
        "Is this machine offline? Check its network and /etc/resolv.conf. A daemon goes on trying.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
        let hours = SignedDuration::from_hours;
        assert!(matches!(clock(now, None), Good(_)));
        assert!(matches!(clock(now, Some(now - hours(5))), Good(_)));
        assert!(
            matches!(clock(now, Some(now + hours(2))), Wrong(text, _) if text.starts_with("2 hours behind"))
        );
        assert!(matches!(clock(Timestamp::UNIX_EPOCH, None), Wrong(..)));
    }
}
