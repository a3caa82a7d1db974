//! What is wrong with a source, and what to do about it.

use crate::model::SourceState;
use jiff::Timestamp;

/// How a source is, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Never asked yet.
    New,
    /// Delivers, and its pages give their texts.
    Good,
    /// Delivers, but something should be looked at.
    Poor,
    /// Fails.
    Failing,
    /// Not polled any more.
    Stopped,
}

/// A finding about a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// In one word.
    pub condition: Condition,
    /// What is wrong, one line; nothing if all is well.
    pub wrong: Option<String>,
    /// What to do about it, one line.
    pub advice: Option<String>,
}

/// Looks at a source.
pub fn assess(source: &SourceState, _now: Timestamp) -> Health {
    let condition = match source {
        s if s.gone => Condition::Stopped,
        s if s.failures > 0 => Condition::Failing,
        s if s.last_success.is_none() => Condition::New,
        _ => Condition::Good,
    };
    Health { condition, wrong: source.error.clone(), advice: None }
}
