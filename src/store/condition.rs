//! A query as a condition of SQL on entries.

use super::text::ms;
use crate::search::{Condition, Query};
use rusqlite::types::Value;

/// Entries that match the words of a query and are looked at at most, the newest: what
/// very common words find beyond them is not found.
pub(super) const MOST_MATCHES: usize = 50_000;

/// Conditions on a row `e` of entries, each beginning with AND, and the values of their parameters.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct SqlCondition {
    pub(super) sql: String,
    /// In the order of their numbers.
    pub(super) values: Vec<Value>,
}

/// What a query asks for beside words and sources. `first`: the number of the first parameter.
pub(super) fn beside_words(query: &Query, first: usize) -> SqlCondition {
    let mut all = SqlCondition::default();
    for clause in query.clauses() {
        let number = first + all.values.len();
        let (value, sql) = match &clause.condition {
            Condition::Before(moment) => (Value::Integer(ms(*moment)), format!("e.published < ?{number}")),
            Condition::After(moment) => (Value::Integer(ms(*moment)), format!("e.published >= ?{number}")),
            // With a hyphen behind both: en is the beginning of en-US, not of enm.
            Condition::Lang(tag) => (
                Value::Text(tag.clone()),
                format!(
                    "instr(replace(lower(coalesce(e.lang, (SELECT lang FROM sources WHERE sid = e.owner), '')),
                         '_', '-') || '-', ?{number} || '-') = 1"
                ),
            ),
            _ => continue,
        };
        all.values.push(value);
        all.sql.push_str(if clause.not { " AND NOT " } else { " AND " });
        all.sql.push_str(&sql);
    }
    all
}
