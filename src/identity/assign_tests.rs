//! The rules of identity over several polls, against a store made of a map.

use super::*;
use crate::identity::{StripRules, candidate};
use crate::model::{FeedEntry, SourceId};
use std::collections::HashMap;

/// Keys, and per entry and source how that source carries it.
#[derive(Default)]
struct Memory {
    keys: HashMap<EntryKey, i64>,
    carriers: HashMap<(i64, String), (Option<EntryKey>, Option<EntryKey>)>,
    next: i64,
}

impl Memory {
    /// One poll; items are (guid, link, title). Answers the entry of each item.
    fn poll(&mut self, source: &str, items: &[(&str, &str, &str)]) -> Vec<i64> {
        let id = SourceId::new(source).expect("a source id");
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let candidates: Vec<Candidate> = items
            .iter()
            .map(|(guid, link, title)| {
                let entry = FeedEntry {
                    guid: some(guid),
                    link: some(link),
                    title: some(title),
                    ..FeedEntry::default()
                };
                candidate(&id, &entry, StripRules::default())
            })
            .collect();
        let assignments = assign(&candidates, |key| {
            let seq = *self.keys.get(&key)?;
            Some(match seq {
                0 => Known::Ignored,
                _ => Known::Entry {
                    seq,
                    ours: self.carriers.get(&(seq, source.to_owned())).copied(),
                    learned: false,
                },
            })
        });
        let first = self.next;
        let mut answers = Vec::new();
        for (assignment, candidate) in assignments.iter().zip(&candidates) {
            let seq = match assignment.target {
                Target::Ignored => 0,
                Target::Entry(seq) => seq,
                Target::New(n) => first + n as i64 + 1,
            };
            self.next = self.next.max(seq);
            for key in &assignment.keys {
                self.keys.entry(*key).or_insert(seq);
            }
            self.carriers.insert((seq, source.to_owned()), (candidate.guid, candidate.exact));
            answers.push(seq);
        }
        answers
    }
}

const SITE: &str = "https://site.example/a";

#[test]
fn one_article_over_feeds_and_tracking_parameters() {
    let mut memory = Memory::default();
    assert_eq!(memory.poll("one", &[("1", SITE, "A")]), [1]);
    assert_eq!(memory.poll("two", &[("x", "http://www.site.example/a/?utm_source=two#top", "A")]), [1]);
    assert_eq!(memory.poll("three", &[("", "https://site.example/a?fbclid=1", "Other title")]), [1]);
}

#[test]
fn guids_are_scoped_to_their_feed() {
    let mut memory = Memory::default();
    assert_eq!(memory.poll("one", &[("1", "", "A")]), [1]);
    assert_eq!(memory.poll("two", &[("1", "", "A")]), [2]);
}

#[test]
fn moved_and_renamed() {
    let mut memory = Memory::default();
    assert_eq!(memory.poll("one", &[("1", SITE, "A")]), [1]);
    assert_eq!(memory.poll("one", &[("1", "https://site.example/b", "A")]), [1], "same guid, new link");
    assert_eq!(memory.poll("one", &[("2", "https://site.example/b", "A")]), [1], "new guid, same link");
    assert_eq!(memory.poll("one", &[("2", "https://site.example/c", "A")]), [1]);
}

#[test]
fn changelog_with_fragments_stays_distinct() {
    let mut memory = Memory::default();
    let first = memory
        .poll("one", &[("2", "https://site.example/log#2", "B"), ("1", "https://site.example/log#1", "A")]);
    assert_eq!(first, [1, 2]);
    let third = ("3", "https://site.example/log#3", "C");
    assert_eq!(memory.poll("one", &[third, ("2", "https://site.example/log#2", "B")]), [3, 1]);
    assert_eq!(memory.poll("one", &[("4", "https://site.example/log#4", "D")]), [4], "alone in its document");
    assert_eq!(memory.poll("one", &[third]), [3]);
}

#[test]
fn fragments_without_guids() {
    let mut memory = Memory::default();
    let items = [("", "https://site.example/log#2", "B"), ("", "https://site.example/log#1", "A")];
    assert_eq!(memory.poll("one", &items), [1, 2]);
    assert_eq!(memory.poll("one", &items), [1, 2]);
}

#[test]
fn status_page_that_links_home() {
    let mut memory = Memory::default();
    let home = "https://site.example/";
    assert_eq!(memory.poll("one", &[("2", home, "B"), ("1", home, "A")]), [1, 2]);
    assert_eq!(memory.poll("one", &[("3", home, "C")]), [3]);
    assert_eq!(memory.poll("one", &[("", home, "D"), ("", home, "E")]), [4, 5], "no guid: title and text");
    assert_eq!(memory.poll("one", &[("", home, "E")]), [5]);
}

#[test]
fn distinct_guids_on_one_address() {
    let mut memory = Memory::default();
    assert_eq!(memory.poll("one", &[("1", SITE, "A")]), [1]);
    assert_eq!(memory.poll("one", &[("2", SITE, "B"), ("1", SITE, "A")]), [2, 1]);
    assert_eq!(memory.poll("one", &[("2", SITE, "B"), ("1", SITE, "A")]), [2, 1]);
}

#[test]
fn one_guid_for_everything_is_no_guid() {
    let mut memory = Memory::default();
    let items = [("x", "https://site.example/b", "B"), ("x", SITE, "A")];
    assert_eq!(memory.poll("one", &items), [1, 2]);
    assert_eq!(memory.poll("one", &items), [1, 2]);
}

#[test]
fn repeats_in_one_document() {
    let mut memory = Memory::default();
    assert_eq!(memory.poll("one", &[("1", SITE, "A"), ("1", SITE, "A")]), [1, 1]);
    assert_eq!(memory.poll("two", &[("", SITE, "A"), ("", SITE, "A")]), [1, 1]);
}

#[test]
fn neither_guid_nor_link() {
    let mut memory = Memory::default();
    assert_eq!(memory.poll("one", &[("", "", "A"), ("", "", "B"), ("", "", "A")]), [1, 2, 1]);
    assert_eq!(memory.poll("one", &[("", "", "B"), ("", "", "A")]), [2, 1]);
}

#[test]
fn ignored_stays_ignored() {
    let mut memory = Memory::default();
    assert_eq!(memory.poll("one", &[("1", SITE, "A")]), [1]);
    for seq in memory.keys.values_mut() {
        *seq = 0;
    }
    assert_eq!(memory.poll("one", &[("1", SITE, "A")]), [0]);
    assert_eq!(memory.poll("two", &[("", SITE, "A")]), [0]);
}
