//! Which item of a document is which known entry, and which is new.

use crate::model::EntryKey;
use std::collections::HashMap;

/// What identifies one item of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its guid within its feed.
    pub guid: Option<EntryKey>,
    /// Its canonical URL; none if it has no link or only one to a front page.
    pub url: Option<EntryKey>,
    /// Its canonical URL with fragment, within its feed.
    pub exact: Option<EntryKey>,
    /// Its guid or exact address; where there is neither, title and text within its feed.
    pub fallback: EntryKey,
}

/// What the store knows about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It was seen and is not to come (again): dropped, pruned, or older than the first import.
    Ignored,
    /// It is this entry.
    Entry {
        /// Row of the entry.
        seq: i64,
        /// Set if the polled feed already carries it: under which guid and exact address.
        ours: Option<(Option<EntryKey>, Option<EntryKey>)>,
        /// The key was learned from a page: no feed has named this address yet.
        learned: bool,
    },
}

/// Where an item goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// To this known entry.
    Entry(i64),
    /// It is the n-th new entry of this document.
    New(usize),
    /// Nowhere.
    Ignored,
}

/// The answer for one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Where it goes.
    pub target: Target,
    /// Keys that lead to it from now on, the naming one first. A key that
    /// already leads elsewhere keeps doing so.
    pub keys: Vec<EntryKey>,
}

/// Assigns every item of one document, in document order.
///
/// The rules, from strong to weak: a guid of this feed wins; then the
/// canonical URL, unless the document itself or the store shows that this feed
/// uses one address for several items; then title and text.
pub fn assign(
    candidates: &[Candidate],
    mut lookup: impl FnMut(EntryKey) -> Option<Known>,
) -> Vec<Assignment> {
    let guids = trusted_guids(candidates);
    let mut document = Document::default();
    let by_guid: Vec<Option<Known>> = guids.iter().map(|guid| guid.and_then(&mut lookup)).collect();
    for (known, candidate) in by_guid.iter().zip(candidates) {
        if let Some(Known::Entry { seq, .. }) = known {
            document.taken.insert(*seq, candidate.exact);
        }
    }
    let mut assignments = Vec::with_capacity(candidates.len());
    for (index, candidate) in candidates.iter().enumerate() {
        let target = match by_guid[index] {
            Some(Known::Ignored) => Target::Ignored,
            Some(Known::Entry { seq, .. }) => Target::Entry(seq),
            None => document.place(candidate, guids[index], &mut lookup),
        };
        document.remember(candidate, guids[index], target);
        assignments.push(Assignment { target, keys: keys(candidate, guids[index], target, &document) });
    }
    assignments
}

/// A guid that stands on items with different addresses is no guid.
fn trusted_guids(candidates: &[Candidate]) -> Vec<Option<EntryKey>> {
    let mut seen: HashMap<EntryKey, (Option<EntryKey>, bool)> = HashMap::new();
    for candidate in candidates {
        if let Some(guid) = candidate.guid {
            let entry = seen.entry(guid).or_insert((candidate.exact, true));
            entry.1 &= entry.0 == candidate.exact;
        }
    }
    candidates.iter().map(|c| c.guid.filter(|guid| seen.get(guid).is_none_or(|(_, good)| *good))).collect()
}

/// What the walk through one document has met so far.
#[derive(Default)]
struct Document {
    /// Entries that an item of this document has by its guid, with its exact address.
    taken: HashMap<i64, Option<EntryKey>>,
    /// Where a canonical URL went: target, guid and exact address of the item.
    urls: HashMap<EntryKey, (Target, Option<EntryKey>, Option<EntryKey>)>,
    /// Where guids, exact addresses and texts of new items went.
    others: HashMap<EntryKey, Target>,
    /// Items that could not have their URL because another item has it.
    shut_out: std::collections::HashSet<EntryKey>,
    new: usize,
}

impl Document {
    fn place(
        &mut self,
        candidate: &Candidate,
        guid: Option<EntryKey>,
        lookup: &mut impl FnMut(EntryKey) -> Option<Known>,
    ) -> Target {
        if let Some(&target) = guid.and_then(|guid| self.others.get(&guid)) {
            return target;
        }
        if let Some(exact) = candidate.exact {
            match lookup(exact) {
                Some(Known::Ignored) => return Target::Ignored,
                Some(Known::Entry { seq, .. }) if guid.is_none() => return Target::Entry(seq),
                _ => {}
            }
            if guid.is_none()
                && let Some(&target) = self.others.get(&exact)
            {
                return target;
            }
        }
        if let Some(target) = candidate.url.and_then(|url| self.by_url(url, candidate, guid, lookup)) {
            return target;
        }
        if guid.is_none() && candidate.url.is_none() {
            match lookup(candidate.fallback) {
                Some(Known::Ignored) => return Target::Ignored,
                Some(Known::Entry { seq, .. }) => return Target::Entry(seq),
                None => {}
            }
            if let Some(&target) = self.others.get(&candidate.fallback) {
                return target;
            }
        }
        self.new += 1;
        Target::New(self.new - 1)
    }

    fn by_url(
        &mut self,
        url: EntryKey,
        candidate: &Candidate,
        guid: Option<EntryKey>,
        lookup: &mut impl FnMut(EntryKey) -> Option<Known>,
    ) -> Option<Target> {
        let named = guid.unwrap_or(candidate.fallback);
        if let Some((target, other_guid, other_exact)) = self.urls.get(&url) {
            let two_guids = guid.is_some() && other_guid.is_some() && guid != *other_guid;
            if two_guids || (*other_exact != candidate.exact && (guid.is_some() || other_guid.is_none())) {
                self.shut_out.insert(named);
                return None;
            }
            return Some(*target);
        }
        match lookup(url)? {
            Known::Ignored => Some(Target::Ignored),
            Known::Entry { seq, .. }
                if self.taken.get(&seq).is_some_and(|exact| guid.is_some() || *exact != candidate.exact) =>
            {
                self.shut_out.insert(named);
                None
            }
            Known::Entry { seq, ours: Some((our_guid, our_exact)), learned } => {
                let other_place = our_exact != candidate.exact;
                let distinct = other_place && (guid.is_none() || our_guid.is_some());
                // Whom a feed names is the owner of an address; who was led to it stands back.
                if distinct && !learned {
                    self.shut_out.insert(named);
                }
                (!distinct).then_some(Target::Entry(seq))
            }
            Known::Entry { seq, ours: None, .. } => Some(Target::Entry(seq)),
        }
    }

    fn remember(&mut self, candidate: &Candidate, guid: Option<EntryKey>, target: Target) {
        if let Some(url) = candidate.url {
            self.urls.entry(url).or_insert((target, guid, candidate.exact));
        }
        // Another guid of this document means another item, also if its address leads there.
        if let (Target::Entry(seq), Some(_)) = (target, guid) {
            self.taken.entry(seq).or_insert(candidate.exact);
        }
        for key in [guid, candidate.exact, Some(candidate.fallback)].into_iter().flatten() {
            self.others.entry(key).or_insert(target);
        }
    }
}

/// The naming key comes first: the URL, so that the name of an entry is the
/// same whichever feed brought it; else guid, exact address, or text.
fn keys(candidate: &Candidate, guid: Option<EntryKey>, target: Target, document: &Document) -> Vec<EntryKey> {
    let shut_out = document.shut_out.contains(&guid.unwrap_or(candidate.fallback));
    let mut keys = Vec::with_capacity(2);
    match target {
        Target::Ignored => {}
        Target::New(_) | Target::Entry(_) => {
            keys.extend(candidate.url.filter(|_| !shut_out));
            keys.extend(guid);
            // Without a guid the exact address is what stays if the rules for addresses change.
            if guid.is_none() {
                keys.extend(candidate.exact);
            }
            if keys.is_empty() {
                keys.push(candidate.fallback);
            }
        }
    }
    keys
}

#[cfg(test)]
#[path = "assign_tests.rs"]
mod tests;
