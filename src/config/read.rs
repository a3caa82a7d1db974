//! TOML tables → values, by the table of keys.

use super::check::{self, Checked};
use super::hint;
use super::keys::{self, Fallback, Key, Kind, Shape};
use super::report::Notes;
use super::types::{Listen, Rule, RuleField};
use super::{access, expand, units};
use crate::model::{ItemSelectors, Secret};
use ipnet::IpNet;
use std::fmt;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

/// Every rule is a compiled regular expression, so a list has an end.
const MOST_RULES: usize = 200;

/// One value that was understood.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Flag(bool),
    Count(i64),
    Span(Duration),
    Bytes(u64),
    Choice(&'static str),
    Text(String),
    Url(Box<Url>),
    Listen(Listen),
    Texts(Vec<(usize, String)>),
    Nets(Vec<IpNet>),
    Rules(Vec<Rule>),
    Items(Box<ItemSelectors>),
    Headers(Vec<(String, Secret)>),
}

/// The values of one table with their byte offsets.
#[derive(Debug, Default)]
pub(super) struct Values(Vec<(&'static str, usize, Value)>);

impl Values {
    /// The value of a key.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|entry| entry.0 == name).map(|entry| &entry.2)
    }

    /// Where the value of a key stands, as a byte offset.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().find(|entry| entry.0 == name).map(|entry| entry.1)
    }

    /// A duration with its offset.
    pub(super) fn span(&self, name: &str) -> Option<(usize, Duration)> {
        self.0.iter().find_map(|entry| match entry {
            (key, at, Value::Span(span)) if *key == name => Some((*at, *span)),
            _ => None,
        })
    }
}

/// Name of a key with its table, for messages.
#[derive(Clone, Copy)]
pub(super) struct At<'a>(pub(super) &'a str, pub(super) &'a str);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() {
            write!(f, "{}.", self.0)?;
        }
        f.write_str(&hint::shown_key(self.1))
    }
}

/// Reads tables of one file and notes what is wrong in them.
pub(super) struct Reader<'a> {
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    pub(super) notes: Notes,
}

impl Reader<'_> {
    /// The values of a table named `prefix`. Keys of kind `Table` are left to the caller.
    pub(super) fn table(&mut self, prefix: &str, keys: &'static [Key], table: &DeTable<'_>) -> Values {
        let mut values = Values::default();
        for (name, value) in table {
            let (name, offset) = (name.get_ref().as_ref(), name.span().start);
            let at = At(prefix, name);
            match keys::find(keys, name) {
                None => self.notes.add(offset, at, || hint::unknown(prefix, keys, name)),
                Some(Key { kind: Kind::Table, .. }) => {}
                Some(_) if prefix == "defaults" && keys::OWN_ONLY.contains(&name) => {
                    let why = "cannot be a default: every source has its own; set it in [sources.NAME]";
                    self.notes.add(offset, at, || why.into());
                }
                Some(key) => {
                    if let Some(read) = self.value(at, key.kind, value) {
                        values.0.push((key.name, value.span().start, read));
                    }
                }
            }
        }
        values
    }

    /// One value; `None` if it was wrong, which is noted then.
    fn value(&mut self, at: At<'_>, kind: Kind, value: &Spanned<DeValue<'_>>) -> Option<Value> {
        let offset = value.span().start;
        match (kind, value.get_ref()) {
            (Kind::Flag, DeValue::Boolean(flag)) => Some(Value::Flag(*flag)),
            (Kind::Count(from, to), DeValue::Integer(number)) => {
                let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
                let fits = number.filter(|number| (from..=to).contains(number));
                if fits.is_none() {
                    self.notes.add(offset, at, || format!("must be a whole number from {from} to {to}"));
                }
                fits.map(Value::Count)
            }
            (Kind::List(shape), DeValue::Array(items)) => self.list(at, shape, items),
            (Kind::Rules, DeValue::Array(items)) => {
                if let Some(beyond) = items.get(MOST_RULES) {
                    self.notes.add(beyond.span().start, at, || {
                        format!("at most {MOST_RULES} rules; join some with \"|\"")
                    });
                    return None;
                }
                Some(Value::Rules(items.iter().filter_map(|item| self.rule(at, item)).collect()))
            }
            (Kind::Items, DeValue::Table(table)) => self.items(at, offset, table),
            (Kind::Headers, DeValue::Table(table)) => {
                Some(Value::Headers(self.headers(&at.to_string(), offset, table)))
            }
            (Kind::Span { .. } | Kind::Bytes | Kind::Choice(_) | Kind::Text(_), DeValue::String(raw)) => {
                self.string(at, offset, raw, |text| one_string(kind, text))
            }
            (_, other) => {
                self.notes.add(offset, at, || hint::wrong_type(kind, other));
                None
            }
        }
    }

    /// Replaces variables, then lets `check` look at the string; what is wrong is noted.
    fn string<T>(
        &mut self,
        at: At<'_>,
        offset: usize,
        raw: &str,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let wrong = match expand::expand(raw, self.env) {
            Err(why) => why,
            Ok(text) => match check(&text) {
                Ok(value) => return Some(value),
                Err(why) => format!("{}{why}", hint::shown_value(raw)),
            },
        };
        self.notes.add(offset, at, || wrong);
        None
    }

    fn list(&mut self, at: At<'_>, shape: Shape, items: &[Spanned<DeValue<'_>>]) -> Option<Value> {
        const MOST: usize = 1_000;
        if let Some(beyond) = items.get(MOST) {
            self.notes.add(beyond.span().start, at, || format!("at most {MOST} values"));
            return None;
        }
        let (mut texts, mut nets) = (Vec::new(), Vec::new());
        for item in items {
            let offset = item.span().start;
            let DeValue::String(raw) = item.get_ref() else {
                self.notes.add(offset, at, || hint::wrong_type(Kind::Text(shape), item.get_ref()));
                continue;
            };
            match self.string(at, offset, raw, |text| check::text(shape, text)) {
                Some(Checked::Net(net)) => nets.push(net),
                Some(Checked::Text(text)) => texts.push((offset, text)),
                _ => {}
            }
        }
        Some(if shape == Shape::Net { Value::Nets(nets) } else { Value::Texts(texts) })
    }

    /// `items`; without `select` there are none.
    fn items(&mut self, at: At<'_>, offset: usize, table: &DeTable<'_>) -> Option<Value> {
        let prefix = at.to_string();
        let values = self.table(&prefix, keys::ITEM, table);
        let text = |name: &str| match values.get(name) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        if !table.contains_key("select") {
            let why = "missing; it selects the items of the page, for example select = \"article.teaser\"";
            self.notes.add(offset, At(&prefix, "select"), || why.into());
        }
        let [title, link, date, summary] = ["title", "link", "date", "summary"].map(text);
        Some(Value::Items(Box::new(ItemSelectors { select: text("select")?, title, link, date, summary })))
    }

    /// Names and values of headers. No message tells a value.
    fn headers(&mut self, prefix: &str, offset: usize, table: &DeTable<'_>) -> Vec<(String, Secret)> {
        if table.len() > access::MOST_HEADERS {
            self.notes.add(offset, prefix, || format!("at most {} headers", access::MOST_HEADERS));
        }
        let mut headers: Vec<(String, Secret)> = Vec::new();
        for (name, value) in table.iter().take(access::MOST_HEADERS) {
            let (name, place, at) = (name.get_ref().as_ref(), name.span().start, At(prefix, name.get_ref()));
            if let Err(why) = access::header_name(name) {
                self.notes.add(place, at, || why);
                continue;
            }
            if headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
                self.notes.add(place, at, || "this header stands here twice; keep one of the two".into());
                continue;
            }
            let place = value.span().start;
            let DeValue::String(raw) = value.get_ref() else {
                self.notes.add(place, at, || hint::wrong_type(Kind::Text(Shape::Line), value.get_ref()));
                continue;
            };
            let text = expand::expand(raw, self.env);
            match text.and_then(|text| access::header_value(&text)) {
                Ok(value) => headers.push((name.to_owned(), value)),
                Err(why) => self.notes.add(place, at, || why),
            }
        }
        headers
    }

    fn rule(&mut self, at: At<'_>, item: &Spanned<DeValue<'_>>) -> Option<Rule> {
        const FORM: &str = "{ field = \"title\", matches = \"some words\" }";
        let offset = item.span().start;
        let DeValue::Table(table) = item.get_ref() else {
            self.notes.add(offset, at, || {
                format!("expected a table such as {FORM}, found {}", hint::a(item.get_ref()))
            });
            return None;
        };
        let (mut field, mut matches) = (None, None);
        let prefix = at.to_string();
        for (name, value) in table {
            let (name, place, at) = (name.get_ref().as_ref(), name.span().start, At(&prefix, name.get_ref()));
            match (keys::find(keys::RULE, name).map(|key| key.kind), value.get_ref()) {
                (None, _) => self.notes.add(place, at, || hint::unknown(&prefix, keys::RULE, name)),
                (Some(Kind::Text(shape)), DeValue::String(raw)) => {
                    let checked = self.string(at, value.span().start, raw, |text| check::text(shape, text));
                    matches =
                        if let Some(Checked::Pattern(pattern)) = checked { Some(pattern) } else { None };
                }
                (Some(kind), _) => {
                    let read = self.value(at, kind, value);
                    field = if let Some(Value::Choice(word)) = read { rule_field(word) } else { field };
                }
            }
        }
        for key in keys::RULE.iter().filter(|key| !table.contains_key(key.name)) {
            self.notes.add(offset, At(&prefix, key.name), || format!("missing; a rule is written as {FORM}"));
        }
        Some(Rule { field: field?, matches: matches? })
    }
}

fn rule_field(word: &str) -> Option<RuleField> {
    Some(match word {
        "title" => RuleField::Title,
        "summary" => RuleField::Summary,
        "text" => RuleField::Text,
        "url" => RuleField::Url,
        "author" => RuleField::Author,
        "tag" => RuleField::Tag,
        _ => return None,
    })
}

fn one_string(kind: Kind, text: &str) -> Result<Value, String> {
    match kind {
        Kind::Span { zero, max } => {
            let span = units::duration(text)?;
            if span.is_zero() && !zero {
                return Err("must be above zero".into());
            }
            if units::duration(max).is_ok_and(|max| span > max) {
                return Err(format!("too long; at most \"{max}\""));
            }
            Ok(Value::Span(span))
        }
        Kind::Bytes => match units::size(text)? {
            0 => Err("must be above zero".into()),
            size if size > keys::MAX_BYTES => Err("too large; at most \"1GiB\"".into()),
            size => Ok(Value::Bytes(size)),
        },
        Kind::Choice(words) => match words.iter().find(|word| **word == text) {
            Some(word) => Ok(Value::Choice(word)),
            None => Err(hint::not_a_choice(words, text)),
        },
        Kind::Text(shape) => Ok(match check::text(shape, text)? {
            Checked::Text(text) => Value::Text(text),
            Checked::Url(url) => Value::Url(url),
            Checked::Listen(listen) => Value::Listen(listen),
            Checked::Net(_) | Checked::Pattern(_) => return Err("not expected here".into()),
        }),
        _ => Err("not expected here".into()),
    }
}

/// What holds where a file says nothing, read from the table of keys.
pub(super) fn defaults(keys: &'static [Key]) -> Values {
    let mut reader = Reader { env: &|_| None, notes: Notes::default() };
    let mut values = Values::default();
    for key in keys {
        if let Fallback::Is(text) = key.default
            && let Ok(value) = DeValue::parse(text)
            && let Some(read) = reader.value(At("", key.name), key.kind, &value)
        {
            values.0.push((key.name, 0, read));
        }
    }
    values
}
