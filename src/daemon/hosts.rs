//! Jobs and the hosts they are for: who would have to wait goes back into the queue.

use super::engine::Engine;
use crate::model::{HostKey, Purpose};
use crate::schedule::Queue;
use jiff::Timestamp;
use std::collections::HashSet;
use std::hash::Hash;
use std::time::Duration;

/// A turn that comes so soon is waited for at the gate. Who waits longer would keep a
/// place that others could use.
const SOON: Duration = Duration::from_secs(2);

/// What a job is to do about its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Advice {
    Begin,
    /// Wait in the queue.
    Hold(Duration),
    /// The host wants to be left alone.
    Rest(Duration),
}

/// Jobs that were taken from a queue, sorted.
pub(super) struct Sorted<Id> {
    /// Those that may begin.
    pub(super) begin: Vec<(Id, HostKey)>,
    /// Those that were left out, because their host is left alone for so long: only
    /// where nobody wants to wait for that.
    pub(super) left_out: Vec<(Id, HostKey, Duration)>,
}

/// Sorts jobs that were taken from the queue; those that have to wait go back. `once`:
/// nobody waits for a host that is left alone.
pub(super) fn sort<Id: Clone + Ord + Hash>(
    engine: &Engine,
    queue: &mut Queue<Id>,
    now: Timestamp,
    taken: Vec<(Id, HostKey)>,
    what: (Purpose, bool),
    line: impl Fn(&Id) -> u64,
) -> Sorted<Id> {
    let (purpose, once) = what;
    let mut sorted = Sorted { begin: Vec::with_capacity(taken.len()), left_out: Vec::new() };
    let mut begun: HashSet<HostKey> = HashSet::new();
    // The last one goes back first, so that their order stays.
    let mut back = Vec::new();
    for (id, host) in taken {
        match advice(engine, &host, purpose, begun.contains(&host)) {
            Advice::Begin => {
                begun.insert(host.clone());
                sorted.begin.push((id, host));
            }
            Advice::Rest(rest) if once => {
                queue.done(&host);
                sorted.left_out.push((id, host, rest));
            }
            Advice::Hold(wait) | Advice::Rest(wait) => back.push((id, host, wait)),
        }
    }
    for (id, host, wait) in back.into_iter().rev() {
        let line = line(&id);
        queue.give_back(id, &host, line);
        queue.hold(&host, now.checked_add(wait).unwrap_or(now));
    }
    sorted
}

fn advice(engine: &Engine, host: &HostKey, purpose: Purpose, begun: bool) -> Advice {
    let pace = engine.fetch.pace(host, purpose);
    if pace.rest > SOON {
        Advice::Rest(pace.rest)
    } else if begun && pace.delay > SOON {
        Advice::Hold(pace.delay.max(pace.wait))
    } else if pace.wait > SOON {
        Advice::Hold(pace.wait)
    } else {
        Advice::Begin
    }
}

/// The budgets of hosts, as the queues need them.
pub(super) fn set_limits<Id: Clone + Ord + Hash>(engine: &Engine, queue: &mut Queue<Id>) {
    let budgets = engine.settings().config.budgets();
    let own = budgets.own.into_iter().map(|(host, budget)| (host, budget.per_host)).collect();
    queue.set_limits(budgets.common.per_host, own);
}
