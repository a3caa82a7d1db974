//! Text → TOML tree, with the parser's complaints in our words.

use super::report::Notes;
use std::collections::{HashMap, HashSet};
use toml::de::{DeTable, DeValue, Error};

/// The tree of the text. `None`: the text is too broken to say anything about its meaning.
pub(super) fn tree<'t>(text: &'t str, notes: &mut Notes) -> Option<DeTable<'t>> {
    let (tree, mut errors) = DeTable::parse_recoverable(text);
    let tree = tree.into_inner();
    if errors.is_empty() {
        return Some(tree);
    }
    errors.sort_by_key(start);
    let lines = Lines::new(text);
    let (repeated, broken): (Vec<_>, Vec<_>) = errors.iter().partition(|e| e.message() == "duplicate key");
    // Behind a bracket that is never closed everything looks wrong: only the first complaint is true.
    let unclosed = broken.iter().any(|e| e.message().starts_with("unclosed"));
    let mut told = HashSet::new();
    for error in broken.iter().take(if unclosed { 1 } else { usize::MAX }) {
        let line = lines.of(start(error));
        if told.insert(line) {
            notes.add(start(error), lines.key(line), || format!("not valid TOML: {}", meaning(error, text)));
        }
    }
    if !unclosed {
        tell_repeated(&repeated, &tree, &lines, notes);
    }
    broken.is_empty().then_some(tree)
}

/// The tree of a text's first piece, if the others can be read after it.
pub(super) fn head<'t>(pieces: &[&'t str], notes: &mut Notes) -> Option<DeTable<'t>> {
    let tree = tree(pieces.first()?, notes)?;
    if pieces.len() > 1 && tree.contains_key("sources") {
        // Whether the tables to come fit to these only the parser can say.
        notes.whole("sources stand in two places".into());
        return None;
    }
    Some(tree)
}

/// The parser's words, but for the commonest mistakes, which it doesn't put well.
fn meaning<'e>(error: &'e Error, text: &str) -> &'e str {
    let rest = text.get(start(error)..).unwrap_or_default();
    let at_end = rest.is_empty() || rest.starts_with(['\n', '\r']);
    let message = error.message();
    if message.starts_with("string values must be quoted") {
        match at_end || rest.starts_with('#') {
            true => "the value is missing",
            false => "a text must stand in quotes: \"…\"",
        }
    } else if at_end
        && (message.starts_with("invalid basic string") || message.starts_with("invalid literal string"))
    {
        "the closing quote is missing"
    } else {
        message
    }
}

fn start(error: &Error) -> usize {
    error.span().map_or(0, |span| span.start)
}

/// Names the first of two keys or tables of the same name.
fn tell_repeated(errors: &[&Error], tree: &DeTable<'_>, lines: &Lines<'_>, notes: &mut Notes) {
    if errors.is_empty() {
        return;
    }
    let mut keys = HashMap::new();
    collect_keys(tree, &mut keys);
    keys.values_mut().for_each(|places| places.sort_unstable());
    // The keys of a repeated table repeat as well: telling of the table is enough.
    let mut repeated_table = None;
    for error in errors {
        let (at, line) = (start(error), lines.of(start(error)));
        if lines.is_header(line) {
            repeated_table = Some(line);
            let first = lines.first_header(line);
            notes.add(at, lines.key(line), || {
                let first = first.map(|n| format!(" in line {}", n + 1)).unwrap_or_default();
                format!("this table stands already{first}; join the two or rename one")
            });
        } else if repeated_table.is_none() || lines.header_of(line) != repeated_table {
            let name = error.span().and_then(|span| lines.text.get(span)).unwrap_or_default();
            let first = keys
                .get(name.trim_matches(['"', '\'']))
                .and_then(|places| places[..places.partition_point(|&place| place < at)].last());
            notes.add(at, lines.key(line), || {
                let first = first.map(|&at| format!(" in line {}", lines.of(at) + 1)).unwrap_or_default();
                format!("this key stands already{first}; remove one of the two")
            });
        }
    }
}

fn collect_keys<'t>(table: &'t DeTable<'_>, keys: &mut HashMap<&'t str, Vec<usize>>) {
    for (key, value) in table {
        keys.entry(key.get_ref().as_ref()).or_default().push(key.span().start);
        if let DeValue::Table(inner) = value.get_ref() {
            collect_keys(inner, keys);
        }
    }
}

/// The lines of a broken text; strings of several lines are not looked through.
struct Lines<'t> {
    text: &'t str,
    /// Where each begins.
    starts: Vec<usize>,
    /// The last `[header]` at or above each, by line number.
    headers: Vec<Option<usize>>,
    /// The first line with this header.
    first: HashMap<&'t str, usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let mut lines = Self { text, starts: Vec::new(), headers: Vec::new(), first: HashMap::new() };
        let (mut at, mut header) = (0, None);
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if let Some(name) = header_name(line) {
                header = Some(number);
                lines.first.entry(name).or_insert(number);
            }
            lines.starts.push(at);
            lines.headers.push(header);
            at += line.len();
        }
        lines
    }

    fn of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    fn line(&self, number: usize) -> &'t str {
        let start = self.starts.get(number).copied().unwrap_or(0);
        let end = self.starts.get(number + 1).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default()
    }

    fn is_header(&self, number: usize) -> bool {
        self.header_of(number) == Some(number)
    }

    fn header_of(&self, number: usize) -> Option<usize> {
        self.headers.get(number).copied().flatten()
    }

    fn first_header(&self, number: usize) -> Option<usize> {
        let first = self.first.get(header_name(self.line(number))?).copied()?;
        (first < number).then_some(first)
    }

    /// Name of the key a line sets, with its table, as far as that can be told.
    fn key(&self, number: usize) -> String {
        let table = self.header_of(number).and_then(|header| header_name(self.line(header)));
        let own = match self.is_header(number) {
            true => None,
            false => self.line(number).split_once('=').map(|(key, _)| key.trim()),
        };
        let parts = [table, own];
        let plain = |part: &&str| !part.is_empty() && part.len() <= 200 && part.bytes().all(is_plain);
        parts.into_iter().flatten().filter(plain).collect::<Vec<_>>().join(".")
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// `a.b` of a line such as `[a.b]  # comment`.
fn header_name(line: &str) -> Option<&str> {
    let inner = line.trim_start().strip_prefix('[')?;
    let inner = inner.strip_prefix('[').unwrap_or(inner);
    let end = inner.find([']', '#', '\n', '\r']).unwrap_or(inner.len());
    Some(inner[..end].trim())
}
