//! The language of queries, read.

use super::dates;
use super::error::{Problem, QueryError};
use super::query::{Clause, Condition, Query, Words};
use super::tokens::Units;

/// Characters of a query at most.
pub const MAX_LENGTH: usize = 1000;
/// Conditions of a query at most.
pub const MAX_CLAUSES: usize = 32;

/// What stands around a phrase, as keyboards write it.
const QUOTES: [char; 5] = ['"', '“', '”', '„', '＂'];

/// Names that other programs have for what is ours, in small letters.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("intitle", "title"),
    ("headline", "title"),
    ("titles", "title"),
    ("tags", "tag"),
    ("label", "tag"),
    ("category", "tag"),
    ("feed", "source"),
    ("site", "source"),
    ("sources", "source"),
    ("by", "author"),
    ("authors", "author"),
    ("from", "author:, source: or after"),
    ("since", "after"),
    ("until", "before"),
    ("date", "after: and before"),
    ("language", "lang"),
];

#[derive(Clone, Copy)]
enum Field {
    Title,
    Author,
    Source,
    Tag,
    Before,
    After,
    Lang,
}

const FIELDS: [(&str, Field); 7] = [
    ("title", Field::Title),
    ("author", Field::Author),
    ("source", Field::Source),
    ("tag", Field::Tag),
    ("before", Field::Before),
    ("after", Field::After),
    ("lang", Field::Lang),
];

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// It is empty or too long, or a condition can't be understood; says where and what to do.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.chars().nth(MAX_LENGTH).is_some() {
            return Err(QueryError { position: MAX_LENGTH, problem: Problem::TooLong });
        }
        let mut reader = Reader { text, at: 0 };
        let mut clauses = Vec::new();
        while let Some(clause) = reader.clause()? {
            if clauses.len() == MAX_CLAUSES {
                return Err(reader.error(reader.at, Problem::TooMany));
            }
            clauses.push(clause);
        }
        if clauses.is_empty() {
            return Err(QueryError { position: 0, problem: Problem::Empty });
        }
        Ok(Self { clauses })
    }
}

impl std::str::FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::parse(text)
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// What stands behind a field, or without one.
struct Value<'a> {
    start: usize,
    text: &'a str,
    quoted: bool,
    prefix: bool,
}

impl<'a> Reader<'a> {
    /// The next condition; what has neither letters nor digits is left out.
    fn clause(&mut self) -> Result<Option<Clause>, QueryError> {
        loop {
            self.at += self.rest().len() - self.rest().trim_start_matches(is_blank).len();
            let start = self.at;
            let Some(first) = self.rest().chars().next() else { return Ok(None) };
            // Two of them are no "not not" but somebody's command line.
            let not = first == '-' && !self.rest().starts_with("--");
            self.at += usize::from(not);
            let field = self.field()?;
            let value = self.value()?;
            let condition = match field {
                Some((name, field)) => self.condition(start, name, field, &value)?,
                None if !has_words(value.text) => continue,
                None => Condition::Words(self.words(&value)?),
            };
            return Ok(Some(Clause { not, condition }));
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The name of a field of ours with its colon, if that is what comes.
    fn field(&mut self) -> Result<Option<(&'static str, Field)>, QueryError> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let Some(behind) = rest[length..].strip_prefix(':') else { return Ok(None) };
        let name = rest[..length].to_ascii_lowercase();
        if let Some((name, field)) = FIELDS.iter().find(|(known, _)| *known == name) {
            self.at += length + 1;
            return Ok(Some((name, *field)));
        }
        let other = OTHER_NAMES.iter().find(|(known, _)| *known == name);
        match other {
            // `Date: yesterday` is a text.
            Some((_, ours)) if !behind.starts_with(is_blank) && !behind.is_empty() => {
                Err(self.error(self.at, Problem::UnknownField { name, ours }))
            }
            _ => Ok(None),
        }
    }

    fn value(&mut self) -> Result<Value<'a>, QueryError> {
        let start = self.at;
        if let Some(open) = self.rest().chars().next().filter(|c| QUOTES.contains(c)) {
            let inside = &self.rest()[open.len_utf8()..];
            let Some(length) = inside.find(QUOTES) else {
                return Err(self.error(start, Problem::OpenQuote));
            };
            let close = inside[length..].chars().next().map_or(0, char::len_utf8);
            self.at += open.len_utf8() + length + close;
            let prefix = self.rest().starts_with('*');
            self.at += self.rest().len() - self.rest().trim_start_matches('*').len();
            return Ok(Value { start, text: inside[..length].trim_matches(is_blank), quoted: true, prefix });
        }
        let rest = self.rest();
        let length = rest.find(|c| is_blank(c) || QUOTES.contains(&c)).unwrap_or(rest.len());
        self.at += length;
        let word = &rest[..length];
        let text = word.trim_end_matches('*');
        Ok(Value { start, text, quoted: false, prefix: text.len() < word.len() })
    }

    fn condition(
        &self,
        start: usize,
        name: &'static str,
        field: Field,
        value: &Value<'_>,
    ) -> Result<Condition, QueryError> {
        if value.text.is_empty() && !value.quoted && !value.prefix {
            return Err(self.error(start, Problem::NoValue { name }));
        }
        let words = matches!(field, Field::Title | Field::Author);
        if !has_words(value.text) && (words || value.text.is_empty()) {
            return Err(self.error(value.start, Problem::NoWords { name }));
        }
        if value.prefix && !words {
            return Err(self.error(value.start, Problem::Star { name }));
        }
        let text = || tidy(value.text);
        let moment = |text: &str| {
            let problem = || Problem::Date { text: text.to_owned() };
            dates::beginning(text).ok_or_else(|| self.error(value.start, problem()))
        };
        Ok(match field {
            Field::Title => Condition::Title(self.words(value)?),
            Field::Author => Condition::Author(self.words(value)?),
            Field::Source => Condition::Source(text()),
            Field::Tag => Condition::Tag(text()),
            Field::Before => Condition::Before(moment(value.text)?),
            Field::After => Condition::After(moment(value.text)?),
            Field::Lang => {
                let tag = value.text.replace('_', "-").to_ascii_lowercase();
                let subtag = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
                if tag.len() > 35 || !tag.split('-').all(subtag) {
                    return Err(self.error(value.start, Problem::Lang { text: value.text.to_owned() }));
                }
                Condition::Lang(tag)
            }
        })
    }

    fn words(&self, value: &Value<'_>) -> Result<Words, QueryError> {
        let text = tidy(value.text);
        if value.prefix && is_short(&text) {
            return Err(self.error(value.start, Problem::ShortPrefix { text }));
        }
        Ok(Words { text, prefix: value.prefix })
    }

    /// `at` in bytes.
    fn error(&self, at: usize, problem: Problem) -> QueryError {
        let position = self.text.get(..at).map_or(0, |before| before.chars().count());
        QueryError { position, problem }
    }
}

/// Between two conditions.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn has_words(text: &str) -> bool {
    !Units::of(text).all.is_empty()
}

/// Whether the last word has less than three letters, in a script with spaces: words that
/// begin so are in most entries, and all of them would have to be put together.
fn is_short(text: &str) -> bool {
    let units = Units::of(text);
    // A syllable of Hangul has two letters or three.
    let count = |c: char| if ('가'..='힣').contains(&c) { 2 } else { 1 };
    units
        .all
        .last()
        .is_some_and(|last| !last.glyph && units.letters(last).chars().map(count).sum::<usize>() < 3)
}

/// With single blanks.
fn tidy(text: &str) -> String {
    text.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
