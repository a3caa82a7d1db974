//! What a query asks for.

use super::tokens::Units;
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::Offset;
use std::fmt;

/// A query: what it asks for must all be true of an entry.
///
/// [`fmt::Display`] writes it in its canonical form, which reads as the same query again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    pub(super) clauses: Vec<Clause>,
}

/// One condition of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clause {
    /// `-`: what must not be true.
    pub not: bool,
    /// The condition itself.
    pub condition: Condition,
}

/// What an entry is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Condition {
    /// These words, one after another, in title, text, names of the authors or of the source.
    Words(Words),
    /// `title:`: these words in its title.
    Title(Words),
    /// `author:`: these words in the names of its authors.
    Author(Words),
    /// `source:`: one of its sources is called so, see [`Condition::holds_for`].
    Source(String),
    /// `tag:`: one of its sources has this tag.
    Tag(String),
    /// `before:`: published before this moment.
    Before(Timestamp),
    /// `after:`: published at this moment or later.
    After(Timestamp),
    /// `lang:`: a language tag in small letters, which means its dialects as well.
    Lang(String),
}

/// Words that stand one after another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Words {
    /// As they were written, without quotation marks; there is at least one letter or digit.
    pub text: String,
    /// The last word is only the beginning of one.
    pub prefix: bool,
}

/// A source as conditions on sources see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceName<'a> {
    /// Its name in the configuration.
    pub id: &'a str,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its tags.
    pub tags: &'a [String],
}

/// One `tag:` or `source:` of a query, and for which sources it holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OnSources {
    /// None of them is to carry the entry, instead of one of them at least.
    pub not: bool,
    /// Their names in the configuration.
    pub ids: Vec<String>,
}

impl Query {
    /// Its conditions on sources, given all there are.
    pub fn on_sources(&self, sources: &[SourceName<'_>]) -> Vec<OnSources> {
        let mut all = Vec::new();
        for Clause { not, condition } in &self.clauses {
            if matches!(condition, Condition::Tag(_) | Condition::Source(_)) {
                let ids = sources.iter().filter(|source| condition.holds_for(source) == Some(true));
                all.push(OnSources { not: *not, ids: ids.map(|source| source.id.to_owned()).collect() });
            }
        }
        all
    }

    /// Its conditions, in the order they were written.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// What both ask for.
    pub fn and(mut self, other: Self) -> Self {
        self.clauses.extend(other.clauses);
        self
    }

    /// Words that are to be found, those of titles and authors left out.
    pub(super) fn wanted(&self) -> impl Iterator<Item = &Words> {
        self.clauses.iter().filter_map(|clause| match &clause.condition {
            Condition::Words(words) if !clause.not => Some(words),
            _ => None,
        })
    }
}

impl Condition {
    /// Whether a condition on sources is one, and holds for this one: a `tag:` that it
    /// has, or a `source:` that is its id, or words that stand in its title or id one after
    /// another. Capitals and accents don't count.
    pub fn holds_for(&self, source: &SourceName<'_>) -> Option<bool> {
        match self {
            Condition::Tag(tag) => Some(source.tags.iter().any(|own| same(own, tag))),
            Condition::Source(name) => Some(
                same(source.id, name)
                    || within(source.title.unwrap_or_default(), name)
                    || within(source.id, name),
            ),
            _ => None,
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn within(title: &str, name: &str) -> bool {
    let (title, name) = (Units::of(title), Units::of(name));
    let letters = |units: &Units| -> Vec<String> {
        units.all.iter().map(|unit| units.letters(unit).to_owned()).collect()
    };
    let (title, name) = (letters(&title), letters(&name));
    !name.is_empty() && title.windows(name.len()).any(|window| window == name)
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, clause) in self.clauses.iter().enumerate() {
            let gap = if at == 0 { "" } else { " " };
            let not = if clause.not { "-" } else { "" };
            write!(f, "{gap}{not}{}", clause.condition)?;
        }
        Ok(())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // What would be read as something else stands in quotation marks.
            Condition::Words(words) if words.text.starts_with('-') || words.text.contains(':') => {
                write!(f, "\"{}\"{}", words.text, star(words))
            }
            Condition::Words(words) => write!(f, "{words}"),
            Condition::Title(words) => write!(f, "title:{words}"),
            Condition::Author(words) => write!(f, "author:{words}"),
            Condition::Source(name) => write!(f, "source:{}", quoted(name)),
            Condition::Tag(tag) => write!(f, "tag:{}", quoted(tag)),
            Condition::Before(moment) => write!(f, "before:{}", date(*moment)),
            Condition::After(moment) => write!(f, "after:{}", date(*moment)),
            Condition::Lang(tag) => write!(f, "lang:{tag}"),
        }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", quoted(&self.text), star(self))
    }
}

fn star(words: &Words) -> &'static str {
    if words.prefix { "*" } else { "" }
}

fn quoted(text: &str) -> String {
    if text.contains(char::is_whitespace) || text.ends_with('*') {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

/// The day, if it is its beginning (UTC).
fn date(moment: Timestamp) -> String {
    let civil = Offset::UTC.to_datetime(moment);
    if civil.time() == Time::midnight() { civil.date().to_string() } else { moment.to_string() }
}
