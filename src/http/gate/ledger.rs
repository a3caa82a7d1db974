//! What went where: sums for the metrics, of a bounded number of hosts.

use crate::model::{HostFigures, HostKey};
use std::collections::HashMap;
use std::time::Duration;

/// Hosts with a line of their own: the first so many that were asked. All others share
/// one, so that no sum ever goes down.
const MOST_LINES: usize = 100;

#[derive(Debug, Default)]
pub(super) struct Ledger {
    lines: HashMap<HostKey, Line>,
    others: Line,
}

#[derive(Debug, Default, Clone, Copy)]
struct Line {
    requests: u64,
    waited: Duration,
    refusals: u64,
}

impl Ledger {
    fn line(&mut self, key: &HostKey) -> &mut Line {
        if !self.lines.contains_key(key) {
            if self.lines.len() >= MOST_LINES {
                return &mut self.others;
            }
            self.lines.insert(key.clone(), Line::default());
        }
        self.lines.get_mut(key).unwrap_or(&mut self.others)
    }

    /// A request began after waiting for so long.
    pub(super) fn count(&mut self, key: &HostKey, waited: Duration) {
        let line = self.line(key);
        line.requests += 1;
        line.waited = line.waited.saturating_add(waited);
    }

    /// It was refused.
    pub(super) fn refused(&mut self, key: &HostKey) {
        self.line(key).refusals += 1;
    }

    /// All lines in the order of their names; `present` tells pause and rest of a host.
    pub(super) fn figures(&self, present: impl Fn(&HostKey) -> (Duration, Duration)) -> Vec<HostFigures> {
        let of = |host: Option<HostKey>, line: Line, (delay, rest)| {
            let Line { requests, waited, refusals } = line;
            HostFigures { host, requests, waited, refusals, delay, rest }
        };
        let mut all: Vec<HostFigures> =
            self.lines.iter().map(|(key, line)| of(Some(key.clone()), *line, present(key))).collect();
        all.sort_by(|a, b| a.host.cmp(&b.host));
        if self.others.requests > 0 {
            all.push(of(None, self.others, (Duration::ZERO, Duration::ZERO)));
        }
        all
    }
}
