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
    waiting: BinaryHeap<Reverse<(Timestamp, u64, Id)>>,
    /// Host and ticket of every known job; a job put in again makes its older tickets stale.
    known: HashMap<Id, (HostKey, u64)>,
    hosts: HashMap<HostKey, Host<Id>>,
    /// Hosts with ready jobs and free places, in the order they get a turn.
    turn: VecDeque<HostKey>,
    ticket: u64,
}

/// Ticket of a job that has left the heap for its host's line.
const READY: u64 = 0;

#[derive(Debug)]
struct Host<Id> {
    ready: VecDeque<Id>,
    running: usize,
    in_turn: bool,
}

impl<Id: Clone + Ord + Hash> Queue<Id> {
    /// A queue that gives out at most `per_host` jobs of one host at a time.
    pub fn new(per_host: usize) -> Self {
        Self {
            per_host: per_host.max(1),
            waiting: BinaryHeap::new(),
            known: HashMap::new(),
            hosts: HashMap::new(),
            turn: VecDeque::new(),
            ticket: 0,
        }
    }

    /// Adds a job, or changes its due time if it waits already.
    pub fn put(&mut self, job: Waiting<Id>) {
        self.ticket += 1;
        self.known.insert(job.id.clone(), (job.host, self.ticket));
        self.waiting.push(Reverse((job.due, self.ticket, job.id)));
    }

    /// Forgets all waiting jobs but those in `keep`. Running ones end as they end.
    pub fn retain(&mut self, keep: &HashSet<Id>) {
        self.known.retain(|id, _| keep.contains(id));
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
            let Some(id) = host.ready.pop_front() else { continue };
            // Forgotten, or put in again for later, since it became ready?
            if self.known.get(&id).is_some_and(|(host, ticket)| *host == key && *ticket == READY) {
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

    /// When the next job becomes due. `None` if none waits for its time.
    pub fn next_due(&mut self) -> Option<Timestamp> {
        while let Some(Reverse((due, ticket, id))) = self.waiting.peek() {
            if self.known.get(id).is_some_and(|(_, current)| current == ticket) {
                return Some(*due);
            }
            self.waiting.pop();
        }
        None
    }

    fn make_ready(&mut self, now: Timestamp) {
        while self.next_due().is_some_and(|due| due <= now) {
            let Some(Reverse((_, _, id))) = self.waiting.pop() else { return };
            let Some((host, ticket)) = self.known.get_mut(&id) else { continue };
            *ticket = READY;
            let key = host.clone();
            let host = self.hosts.entry(key.clone()).or_insert_with(|| Host {
                ready: VecDeque::new(),
                running: 0,
                in_turn: false,
            });
            host.ready.push_back(id);
            self.line_up(key);
        }
    }

    fn line_up(&mut self, key: HostKey) {
        let Some(host) = self.hosts.get_mut(&key) else { return };
        if host.ready.is_empty() {
            if host.running == 0 {
                self.hosts.remove(&key);
            }
        } else if !host.in_turn && host.running < self.per_host {
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
}
