//! What a host is asked at most, and what it has said about that.

use super::HostKey;
use std::collections::HashMap;
use std::time::Duration;

/// Budget of one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostBudget {
    /// Requests at once; at least 1.
    pub per_host: usize,
    /// Pause between two requests; may be zero.
    pub delay: Duration,
}

/// Budgets of all hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostBudgets {
    /// Of every host that has none of its own.
    pub common: HostBudget,
    /// Of those that have.
    pub own: HashMap<HostKey, HostBudget>,
}

impl HostBudgets {
    /// The same budget for all.
    pub fn new(per_host: usize, delay: Duration) -> Self {
        Self { common: HostBudget { per_host, delay }, own: HashMap::new() }
    }

    /// The budget of a host.
    pub fn of(&self, host: &HostKey) -> HostBudget {
        self.own.get(host).copied().unwrap_or(self.common)
    }
}

/// What a host has taught us, as far as it is worth remembering over a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostTemper {
    /// Which one.
    pub host: HostKey,
    /// For so long it is to be left alone; zero: it isn't.
    pub rest: Duration,
    /// How often its pause has been doubled.
    pub level: u8,
}

/// How soon a request could begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// Not before so long from now.
    pub wait: Duration,
    /// Of that, for so long because the host asked to be left alone.
    pub rest: Duration,
    /// Pause between two requests.
    pub delay: Duration,
}

/// What went to one host since the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFigures {
    /// Which one; `None`: all that have no line of their own.
    pub host: Option<HostKey>,
    /// Requests.
    pub requests: u64,
    /// How long they waited for their turn, all together.
    pub waited: Duration,
    /// Answers that asked for less (429, 503).
    pub refusals: u64,
    /// The present pause between two requests; zero for all the others together.
    pub delay: Duration,
    /// How long it is still to be left alone.
    pub rest: Duration,
}
