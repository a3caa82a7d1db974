//! robots.txt after RFC 9309: which pages of a site may be fetched.
//!
//! Only the rules of the one group that concerns us are kept, all in one string.
//! Matching takes time linear in address and rule.

use url::Url;

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
        let (mut for_us, mut for_all, mut in_agents) = (false, false, false);
        for line in bytes.split(|b| matches!(b, b'\n' | b'\r')) {
            let Some((key, value)) = key_value(line) else { continue };
            if key.eq_ignore_ascii_case(b"user-agent") {
                if !in_agents {
                    (for_us, for_all, in_agents) = (false, false, true);
                }
                for_all |= value == b"*" || value.starts_with(b"* ");
                if product(value).eq_ignore_ascii_case(TOKEN.as_bytes()) {
                    (for_us, named) = (true, true);
                }
            } else if let Some(allow) = rule_kind(key) {
                in_agents = false;
                if for_us {
                    ours.push(allow, value);
                }
                if for_all && !named {
                    everyones.push(allow, value);
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

    /// Bytes of memory the rules take.
    pub fn weight(&self) -> usize {
        self.patterns.len() + self.rules.len() * size_of::<Rule>()
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
