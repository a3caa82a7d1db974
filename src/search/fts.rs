//! The words of a query as an expression of SQLite's full-text search.
//!
//! Its columns are title, text, author, source. Everything from outside is reduced to
//! letters and digits and stands in quotation marks, so nothing can be an operator.

use super::query::{Condition, Query, Words};
use super::tokens::Units;

/// What of a query the full-text index answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fts {
    /// Entries that match this expression.
    Matching(String),
    /// All entries but those that match it.
    Excluding(String),
}

/// Two words of a title or text belong together if no more tokens stand between them.
const NEAR: usize = 8;

impl Query {
    /// What the full-text index is to be asked; `None` if there is no word in the query.
    pub fn fts(&self) -> Option<Fts> {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for clause in &self.clauses {
            let expression = match &clause.condition {
                Condition::Words(words) => phrase(words),
                Condition::Title(words) => format!("title:{}", phrase(words)),
                Condition::Author(words) => format!("author:{}", phrase(words)),
                _ => continue,
            };
            if clause.not { unwanted.push(expression) } else { wanted.push(expression) }
        }
        let (wanted, unwanted) = (wanted.join(" AND "), unwanted.join(" OR "));
        match (wanted.is_empty(), unwanted.is_empty()) {
            (true, true) => None,
            (true, false) => Some(Fts::Excluding(unwanted)),
            (false, true) => Some(Fts::Matching(wanted)),
            (false, false) => Some(Fts::Matching(format!("({wanted}) NOT ({unwanted})"))),
        }
    }

    /// Entries with all words in their titles; `None` without words.
    pub fn fts_in_title(&self) -> Option<String> {
        let phrases: Vec<String> = self.wanted().map(phrase).collect();
        (!phrases.is_empty()).then(|| format!("title:({})", phrases.join(" AND ")))
    }

    /// Entries in which all words stand near one another; `None` if there are not several.
    pub fn fts_near(&self) -> Option<String> {
        let phrases: Vec<String> = self.wanted().map(phrase).collect();
        (phrases.len() > 1).then(|| format!("{{title text}}:NEAR({}, {NEAR})", phrases.join(" ")))
    }
}

/// Tokens as [`super::indexable`] makes them, in their order.
fn phrase(words: &Words) -> String {
    let units = Units::of(&words.text);
    let mut tokens = Vec::with_capacity(units.all.len());
    // One character of a script without spaces is the beginning of a token; two are one.
    let mut prefix = words.prefix;
    for (at, unit) in units.all.iter().enumerate() {
        match units.all.get(at + 1) {
            Some(next) if next.joined => {
                tokens.push(format!("{}{}", units.letters(unit), units.letters(next)));
            }
            Some(_) => tokens.push(units.letters(unit).to_owned()),
            None if unit.joined => prefix = false,
            None => {
                prefix |= unit.glyph;
                tokens.push(units.letters(unit).to_owned());
            }
        }
    }
    format!("\"{}\"{}", tokens.join(" "), if prefix { "*" } else { "" })
}
