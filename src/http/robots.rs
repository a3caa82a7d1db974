//! robots.txt after RFC 9309: which pages of a site may be fetched.
//!
//! Only the rules of the one group that concerns us are kept, all in one string.
//! Matching takes time linear in address and rule.

use std::time::Duration;
use url::Url;

/// A longer `Crawl-delay` counts as this one: the articles of a busy paper would pile up.
pub const LONGEST_CRAWL_DELAY: Duration = Duration::from_secs(30);

/// Our product token.
const TOKEN: &str = "offprint";

/// So many octets of a robots.txt count (RFC 9309 §2.5 asks for 500 KiB).
pub const MAX_SIZE: usize = 500 * 1024;

/// The rules of a robots.txt that concern this program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    patterns: String,
    /// The longest first; of equals, those that allow.
    rules: Vec<Rule>,
    /// `Crawl-delay`, capped. No part of RFC 9309, yet what many sites say.
    delay: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    start: u32,
    end: u32,
    allow: bool,
    /// Written with `$` at its end.
    anchored: bool,
}

impl Rule {
    fn octets(&self) -> u32 {
        self.end - self.start + u32::from(self.anchored)
    }
}

impl Robots {
    /// Reads the first 500 Ki octets of a robots.txt; anything can be read.
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = match bytes.get(..MAX_SIZE) {
            // Half a line would be a rule of its own, and a broader one.
            Some(head) if bytes.len() > MAX_SIZE => {
                let whole = head.iter().rposition(|b| matches!(b, b'\n' | b'\r')).unwrap_or(0);
                head.get(..whole).unwrap_or_default()
            }
            _ => bytes,
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let (mut ours, mut everyones, mut named) = (Self::default(), Self::default(), false);
        // Where a group begins: for its rules as in RFC 9309, which knows nothing else that
        // could stand in one; for its delay also after another delay.
        let (mut of_rule, mut of_delay) = (Agents::default(), Agents::default());
        for line in bytes.split(|b| matches!(b, b'\n' | b'\r')) {
            let Some((key, value)) = key_value(line) else { continue };
            if key.eq_ignore_ascii_case(b"user-agent") {
                named |= of_rule.add(value);
                of_delay.add(value);
            } else if let Some(allow) = rule_kind(key) {
                (of_rule.open, of_delay.open) = (false, false);
                if of_rule.us {
                    ours.push(allow, value);
                }
                if of_rule.all && !named {
                    everyones.push(allow, value);
                }
            } else if key.eq_ignore_ascii_case(b"crawl-delay") {
                of_delay.open = false;
                let delay = crawl_delay(value).unwrap_or_default();
                for (concerned, robots) in [(of_delay.us, &mut ours), (of_delay.all, &mut everyones)] {
                    robots.delay = if concerned { robots.delay.max(delay) } else { robots.delay };
                }
            }
        }
        let mut chosen = if named { ours } else { everyones };
        chosen.rules.sort_by_key(|r| (std::cmp::Reverse(r.octets()), !r.allow));
        chosen
    }

    fn push(&mut self, allow: bool, value: &[u8]) {
        let (value, anchored) = match value.strip_suffix(b"$") {
            Some(head) => (head, true),
            None => (value, false),
        };
        if value.is_empty() && !anchored {
            return; // An empty rule says nothing.
        }
        let start = self.patterns.len() as u32;
        normalise(value, true, &mut self.patterns);
        self.rules.push(Rule { start, end: self.patterns.len() as u32, allow, anchored });
    }

    /// Whether the rules let us fetch an address of their site.
    pub fn allows(&self, url: &Url) -> bool {
        if self.rules.is_empty() || url.path() == "/robots.txt" {
            return true;
        }
        let mut path = String::with_capacity(url.path().len() + 16);
        normalise(url.path().as_bytes(), false, &mut path);
        if let Some(query) = url.query() {
            path.push('?');
            normalise(query.as_bytes(), false, &mut path);
        }
        let decides = self.rules.iter().find(|rule| {
            let pattern = self.patterns.get(rule.start as usize..rule.end as usize).unwrap_or_default();
            matches(pattern, rule.anchored, &path)
        });
        decides.is_none_or(|rule| rule.allow)
    }

    /// The pause that the site wants between two pages, at most 30 seconds.
    pub fn crawl_delay(&self) -> Duration {
        self.delay
    }

    /// Bytes of memory the rules take.
    pub fn weight(&self) -> usize {
        self.patterns.len() + self.rules.len() * size_of::<Rule>()
    }
}

/// Whom the lines that follow are for.
#[derive(Debug, Default, Clone, Copy)]
struct Agents {
    us: bool,
    all: bool,
    /// Another `User-agent` joins these.
    open: bool,
}

impl Agents {
    /// Takes the value of a `User-agent`; whether it names us.
    fn add(&mut self, value: &[u8]) -> bool {
        if !self.open {
            *self = Self { us: false, all: false, open: true };
        }
        let us = product(value).eq_ignore_ascii_case(TOKEN.as_bytes());
        self.us |= us;
        self.all |= value == b"*" || value.starts_with(b"* ");
        us
    }
}

fn key_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.split(|&b| b == b'#').next().unwrap_or_default();
    let colon = line.iter().position(|&b| b == b':')?;
    let (key, value) = line.split_at(colon);
    Some((key.trim_ascii(), value.get(1..).unwrap_or_default().trim_ascii()))
}

fn rule_kind(key: &[u8]) -> Option<bool> {
    if key.eq_ignore_ascii_case(b"allow") {
        Some(true)
    } else if key.eq_ignore_ascii_case(b"disallow") {
        Some(false)
    } else {
        None
    }
}

/// Seconds, perhaps with a fraction.
fn crawl_delay(value: &[u8]) -> Option<Duration> {
    let plain =
        !value.is_empty() && value.len() <= 20 && value.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    let seconds: f64 = std::str::from_utf8(value).ok().filter(|_| plain)?.parse().ok()?;
    Some(Duration::from_secs_f64(seconds.min(LONGEST_CRAWL_DELAY.as_secs_f64())))
}

/// `Offprint/1.0` is written for `Offprint`.
fn product(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|&b| !(b.is_ascii_alphabetic() || matches!(b, b'-' | b'_')));
    value.get(..end.unwrap_or(value.len())).unwrap_or_default()
}

/// One spelling for both sides (RFC 9309 §2.2.2): unreserved characters plain,
/// reserved ones as they are, everything else as `%XX`. A literal `*` or `$` can
/// only be meant by `%2A` and `%24`, so an address has them in that form.
fn normalise(bytes: &[u8], pattern: bool, out: &mut String) {
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = match tail {
            [high, low, after @ ..] if byte == b'%' => {
                hex(*high).zip(hex(*low)).map(|(h, l)| (h << 4 | l, after))
            }
            _ => None,
        };
        match escaped {
            Some((decoded, after)) => {
                rest = after;
                if unreserved(decoded) { out.push(char::from(decoded)) } else { escape(decoded, out) }
            }
            None if unreserved(byte) || b":/?#[]@!&'()+,;=%".contains(&byte) || (pattern && byte == b'*') => {
                out.push(char::from(byte));
            }
            None => escape(byte, out),
        }
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn escape(byte: u8, out: &mut String) {
    out.push_str(percent_encoding::percent_encode_byte(byte));
}

/// Whether a pattern with `*` matches the beginning (anchored: all) of a path.
/// Taking the leftmost place of each piece is enough, so there is no way back.
fn matches(pattern: &str, anchored: bool, path: &str) -> bool {
    let Some((first, pieces)) = pattern.split_once('*') else {
        return if anchored { path == pattern } else { path.starts_with(pattern) };
    };
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let (middle, last) = pieces.rsplit_once('*').unwrap_or(("", pieces));
    for piece in middle.split('*').filter(|p| !p.is_empty()) {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    if anchored { rest.ends_with(last) } else { rest.contains(last) }
}

#[cfg(test)]
mod tests;
