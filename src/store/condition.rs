//! A query as a condition of SQL on entries.

use super::text::ms;
use crate::search::{Condition, Fts, OnSources, Query};
use rusqlite::types::Value;

/// Entries that match the words of a query and are looked at at most, the newest: what
/// very common words find beyond them is not found.
pub(super) const MOST_MATCHES: usize = 50_000;

/// A condition on a row `e` of entries, and the values of its parameters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SqlCondition {
    /// For `WHERE`; true where nothing is asked.
    pub(super) sql: String,
    /// In the order of their numbers.
    pub(super) values: Vec<Value>,
}

/// What a query asks for beside the words that must be there.
pub(super) fn beside_words(query: &Query, on_sources: &[OnSources], first: usize) -> SqlCondition {
    let mut all = Conditions::new(first);
    all.beside_words(query, on_sources);
    all.joined()
}

struct Conditions {
    first: usize,
    parts: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    fn new(first: usize) -> Self {
        Self { first, parts: Vec::new(), values: Vec::new() }
    }

    /// Its number.
    fn value(&mut self, value: Value) -> usize {
        self.values.push(value);
        self.first + self.values.len() - 1
    }

    fn joined(self) -> SqlCondition {
        let sql = if self.parts.is_empty() { "1".to_owned() } else { self.parts.join(" AND ") };
        SqlCondition { sql, values: self.values }
    }

    fn beside_words(&mut self, query: &Query, on_sources: &[OnSources]) {
        if let Some(Fts::Excluding(words)) = query.fts() {
            let number = self.value(Value::Text(words));
            self.parts.push(format!(
                "NOT EXISTS (SELECT 1 FROM search WHERE search MATCH ?{number} AND rowid = e.seq)"
            ));
        }
        for OnSources { not, ids } in on_sources {
            let number = self.value(Value::Text(serde_json::to_string(ids).unwrap_or_default()));
            self.parts.push(format!(
                "{}EXISTS (SELECT 1 FROM carriers c WHERE c.seq = e.seq AND c.sid IN
                     (SELECT sid FROM sources WHERE id IN (SELECT value FROM json_each(?{number}))))",
                if *not { "NOT " } else { "" }
            ));
        }
        for clause in query.clauses() {
            let not = if clause.not { "NOT " } else { "" };
            match &clause.condition {
                Condition::Before(moment) => {
                    let number = self.value(Value::Integer(ms(*moment)));
                    self.parts.push(format!("{not}e.published < ?{number}"));
                }
                Condition::After(moment) => {
                    let number = self.value(Value::Integer(ms(*moment)));
                    self.parts.push(format!("{not}e.published >= ?{number}"));
                }
                Condition::Lang(tag) => {
                    let number = self.value(Value::Text(tag.clone()));
                    // With a hyphen behind both: en is the beginning of en-US, not of enm.
                    self.parts.push(format!(
                        "{not}instr(replace(lower(coalesce(e.lang, (SELECT lang FROM sources WHERE sid = e.owner), '')),
                             '_', '-') || '-', ?{number} || '-') = 1"
                    ));
                }
                _ => {}
            }
        }
    }
}
