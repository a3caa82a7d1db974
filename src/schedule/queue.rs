//! Who waits for a turn: jobs by due time, then by host.
//!
//! The store has the truth; this is its picture in memory, so that choosing the
//! next job costs no query. A claim in the store decides in the end.

use crate::model::HostKey;
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::hash::Hash;

/// A job that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting<Id> {
    /// Which job.
    pub id: Id,
    /// Whose budget it uses.
    pub host: HostKey,
    /// Not before this.
    pub due: Timestamp,
}

/// Jobs that wait for their time, and jobs whose time has come and that wait for their host.
#[derive(Debug)]
pub struct Queue<Id> {
    per_host: usize,
    /// Hosts that bear another number of jobs.
    limits: HashMap<HostKey, usize>,
    waiting: BinaryHeap<Reverse<(Timestamp, u64, Id)>>,
    known: HashMap<Id, Known>,
    hosts: HashMap<HostKey, Host<Id>>,
    /// Hosts with ready jobs and free places, in the order they get a turn.
    turn: VecDeque<HostKey>,
    /// Hosts that get no turn before a time.
    held: BinaryHeap<Reverse<(Timestamp, HostKey)>>,
    ticket: u64,
}

/// A job that waits. One that is put in again makes its older tickets stale.
#[derive(Debug)]
struct Known {
    host: HostKey,
    line: u64,
    ticket: u64,
}

/// Ticket of a job that has left the heap for its host's line.
const READY: u64 = 0;

#[derive(Debug)]
struct Host<Id> {
    /// Ready jobs, in one line for each of those who take turns at the host.
    lines: HashMap<u64, VecDeque<Id>>,
    /// Those lines, in the order of their turns.
    order: VecDeque<u64>,
    running: usize,
    in_turn: bool,
    held: Option<Timestamp>,
}

impl<Id> Host<Id> {
    fn new() -> Self {
        Self { lines: HashMap::new(), order: VecDeque::new(), running: 0, in_turn: false, held: None }
    }

    fn push(&mut self, line: u64, id: Id) {
        let jobs = self.lines.entry(line).or_default();
        if jobs.is_empty() {
            self.order.push_back(line);
        }
        jobs.push_back(id);
    }

    fn push_front(&mut self, line: u64, id: Id) {
        self.order.retain(|other| *other != line);
        self.order.push_front(line);
        self.lines.entry(line).or_default().push_front(id);
    }

    fn pop(&mut self) -> Option<Id> {
        let line = self.order.pop_front()?;
        let jobs = self.lines.get_mut(&line)?;
        let id = jobs.pop_front();
        if jobs.is_empty() {
            self.lines.remove(&line);
        } else {
            self.order.push_back(line);
        }
        id
    }
}

impl<Id: Clone + Ord + Hash> Queue<Id> {
    /// A queue that gives out at most `per_host` jobs of one host at a time.
    pub fn new(per_host: usize) -> Self {
        Self {
            per_host: per_host.max(1),
            limits: HashMap::new(),
            waiting: BinaryHeap::new(),
            known: HashMap::new(),
            hosts: HashMap::new(),
            turn: VecDeque::new(),
            held: BinaryHeap::new(),
            ticket: 0,
        }
    }

    /// Gives out at most so many jobs of one host at a time from now on, and of some
    /// hosts another number. Hosts that were held are not any more: who held them looks
    /// again.
    pub fn set_limits(&mut self, per_host: usize, limits: HashMap<HostKey, usize>) {
        (self.per_host, self.limits) = (per_host.max(1), limits);
        self.held.clear();
        self.hosts.values_mut().for_each(|host| host.held = None);
        let keys: Vec<HostKey> = self.hosts.keys().cloned().collect();
        for key in keys {
            self.line_up(key);
        }
    }

    /// Adds a job, or changes its due time if it waits already.
    pub fn put(&mut self, job: Waiting<Id>) {
        self.put_in_line(job, 0);
    }

    /// The same in a line of its own: the lines of a host take turns, so that a long one
    /// doesn't hold up the others.
    pub fn put_in_line(&mut self, job: Waiting<Id>, line: u64) {
        self.ticket += 1;
        let known = Known { host: job.host, line, ticket: self.ticket };
        self.known.insert(job.id.clone(), known);
        self.waiting.push(Reverse((job.due, self.ticket, job.id)));
    }

    /// Puts a job that was taken back to the front of its line; its place is free again.
    pub fn give_back(&mut self, id: Id, host: &HostKey, line: u64) {
        self.known.insert(id.clone(), Known { host: host.clone(), line, ticket: READY });
        self.hosts.entry(host.clone()).or_insert_with(Host::new).push_front(line, id);
        self.done(host);
    }

    /// The host gets no turn before this time.
    pub fn hold(&mut self, host: &HostKey, until: Timestamp) {
        if let Some(state) = self.hosts.get_mut(host) {
            state.held = Some(until);
            self.held.push(Reverse((until, host.clone())));
        }
    }

    /// Forgets all waiting jobs but those in `keep`. Running ones end as they end.
    pub fn retain(&mut self, keep: &HashSet<Id>) {
        self.retain_if(|id| keep.contains(id));
    }

    /// The same for those that `keep` says.
    pub fn retain_if(&mut self, keep: impl Fn(&Id) -> bool) {
        self.known.retain(|id, _| keep(id));
    }

    /// Whether nothing waits, due or not.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// How many jobs wait, due or not.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Takes up to `limit` due jobs whose hosts have a free place, hosts in
    /// turn. Each must be given back with [`Queue::done`].
    pub fn take(&mut self, now: Timestamp, limit: usize) -> Vec<(Id, HostKey)> {
        self.make_ready(now);
        let mut taken = Vec::new();
        while taken.len() < limit {
            let Some(key) = self.turn.pop_front() else { break };
            let Some(host) = self.hosts.get_mut(&key) else { continue };
            host.in_turn = false;
            if host.held.is_some() {
                continue;
            }
            let Some(id) = host.pop() else { continue };
            // Forgotten, or put in again for later, since it became ready?
            if self.known.get(&id).is_some_and(|known| known.host == key && known.ticket == READY) {
                self.known.remove(&id);
                host.running += 1;
                taken.push((id, key.clone()));
            }
            self.line_up(key);
        }
        taken
    }

    /// A place at `host` is free again.
    pub fn done(&mut self, host: &HostKey) {
        if let Some(state) = self.hosts.get_mut(host) {
            state.running = state.running.saturating_sub(1);
            self.line_up(host.clone());
        }
    }

    /// When the next job becomes due, or the next host may have a turn. `None` if
    /// nothing waits for its time.
    pub fn next_due(&mut self) -> Option<Timestamp> {
        let held = self.held.peek().map(|Reverse((until, _))| *until);
        self.next_waiting().into_iter().chain(held).min()
    }

    fn next_waiting(&mut self) -> Option<Timestamp> {
        while let Some(Reverse((due, ticket, id))) = self.waiting.peek() {
            if self.known.get(id).is_some_and(|known| known.ticket == *ticket) {
                return Some(*due);
            }
            self.waiting.pop();
        }
        None
    }

    fn make_ready(&mut self, now: Timestamp) {
        while self.held.peek().is_some_and(|Reverse((until, _))| *until <= now) {
            let Some(Reverse((until, key))) = self.held.pop() else { break };
            if let Some(host) = self.hosts.get_mut(&key)
                // It may have been held again, for longer.
                && host.held == Some(until)
            {
                host.held = None;
                self.line_up(key);
            }
        }
        while self.next_waiting().is_some_and(|due| due <= now) {
            let Some(Reverse((_, _, id))) = self.waiting.pop() else { return };
            let Some(known) = self.known.get_mut(&id) else { continue };
            known.ticket = READY;
            let (key, line) = (known.host.clone(), known.line);
            self.hosts.entry(key.clone()).or_insert_with(Host::new).push(line, id);
            self.line_up(key);
        }
    }

    fn line_up(&mut self, key: HostKey) {
        let limit = self.limits.get(&key).copied().unwrap_or(self.per_host).max(1);
        let Some(host) = self.hosts.get_mut(&key) else { return };
        if host.held.is_some() {
            return;
        }
        if host.order.is_empty() {
            if host.running == 0 {
                self.hosts.remove(&key);
            }
        } else if !host.in_turn && host.running < limit {
            host.in_turn = true;
            self.turn.push_back(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn job(id: u32, host: &str, due: i64) -> Waiting<u32> {
        let url = Url::parse(&format!("https://{host}/")).expect("a URL");
        Waiting { id, host: HostKey::of(&url), due: at(due) }
    }

    fn ids(taken: &[(u32, HostKey)]) -> Vec<u32> {
        taken.iter().map(|(id, _)| *id).collect()
    }

    #[test]
    fn due_ones_in_turn_and_no_more_than_the_host_bears() {
        let mut queue = Queue::new(2);
        for job in
            [job(1, "a.example", 1), job(2, "a.example", 2), job(3, "a.example", 3), job(4, "b.example", 4)]
        {
            queue.put(job);
        }
        queue.put(job(5, "b.example", 100));
        let taken = queue.take(at(50), 10);
        assert_eq!(ids(&taken), [1, 4, 2], "one host's third job waits, and nobody waits for it");
        assert_eq!(ids(&queue.take(at(50), 10)), [0; 0]);
        queue.done(&taken[0].1);
        assert_eq!(ids(&queue.take(at(50), 10)), [3]);
        assert_eq!(queue.next_due(), Some(at(100)));
        assert_eq!(ids(&queue.take(at(100), 10)), [5]);
        assert!(queue.is_empty());
    }

    #[test]
    fn put_again_counts_once() {
        let mut queue = Queue::new(2);
        queue.put(job(1, "a.example", 1));
        queue.put(job(1, "a.example", 10));
        assert_eq!(ids(&queue.take(at(5), 10)), [0; 0]);
        assert_eq!(queue.next_due(), Some(at(10)));
        assert_eq!(ids(&queue.take(at(10), 10)), [1]);
        assert_eq!(queue.take(at(10), 10), []);
    }

    #[test]
    fn put_again_while_ready() {
        let mut queue = Queue::new(1);
        queue.put(job(1, "a.example", 1));
        queue.put(job(2, "a.example", 2));
        assert_eq!(ids(&queue.take(at(5), 1)), [1]);
        queue.put(job(2, "a.example", 10));
        queue.done(&job(1, "a.example", 1).host);
        assert_eq!(ids(&queue.take(at(5), 9)), [0; 0]);
        assert_eq!(ids(&queue.take(at(10), 9)), [2]);
    }

    #[test]
    fn limit_and_retain() {
        let mut queue = Queue::new(5);
        for id in 0..4 {
            queue.put(job(id, "a.example", i64::from(id)));
        }
        assert_eq!(ids(&queue.take(at(9), 1)), [0]);
        queue.retain(&HashSet::from([2]));
        assert_eq!(ids(&queue.take(at(9), 9)), [2]);
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn lines_of_one_host_take_turns() {
        let mut queue = Queue::new(1);
        for id in 0..6 {
            queue.put_in_line(job(id, "a.example", 1), if id < 4 { 7 } else { 8 });
        }
        let mut order = Vec::new();
        while let Some((id, host)) = queue.take(at(5), 1).pop() {
            order.push(id);
            queue.done(&host);
        }
        assert_eq!(order, [0, 4, 1, 5, 2, 3]);
    }

    #[test]
    fn a_held_host_waits_and_nobody_else() {
        let mut queue = Queue::new(2);
        for job in [job(1, "a.example", 1), job(2, "a.example", 2), job(3, "b.example", 3)] {
            queue.put(job);
        }
        let taken = queue.take(at(5), 1);
        assert_eq!(ids(&taken), [1]);
        queue.give_back(1, &taken[0].1, 0);
        queue.hold(&taken[0].1, at(60));
        assert_eq!((queue.len(), ids(&queue.take(at(5), 9))), (3, vec![3]));
        assert_eq!(queue.next_due(), Some(at(60)));
        // Held for longer: the first time doesn't count any more.
        queue.hold(&taken[0].1, at(90));
        assert_eq!(ids(&queue.take(at(60), 9)), [0; 0]);
        assert_eq!(ids(&queue.take(at(90), 9)), [1, 2], "in their old order");
    }

    #[test]
    fn hosts_may_bear_another_number() {
        let mut queue = Queue::new(1);
        for id in 0..4 {
            queue.put(job(id, "a.example", 1));
        }
        assert_eq!(ids(&queue.take(at(5), 9)), [0]);
        queue.set_limits(1, HashMap::from([(job(0, "a.example", 0).host, 3)]));
        assert_eq!(ids(&queue.take(at(5), 9)), [1, 2]);
        queue.hold(&job(0, "a.example", 0).host, at(60));
        queue.set_limits(4, HashMap::new());
        assert_eq!(ids(&queue.take(at(5), 9)), [3], "a hold ends with other budgets");
    }
}
