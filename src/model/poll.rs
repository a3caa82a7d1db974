//! What is remembered between two polls.

/// Validators of the last usable response (RFC 9110 §8.8), kept as the bytes
/// they came as and echoed as such.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// Value of `ETag`.
    pub etag: Option<Vec<u8>>,
    /// Value of `Last-Modified`.
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// Whether a request with these is conditional.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// Why something failed, in a form that can be stored, counted and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A short, fixed name: `timeout`, `http-503`, `robots`, `not-html` …
    pub kind: String,
    /// For people: what failed, where, why.
    pub message: String,
}

impl Reason {
    /// A reason of the given kind. Messages may quote what came from outside, so
    /// they are made one line without control characters, 500 characters at most.
    pub fn new(kind: impl Into<String>, message: &str) -> Self {
        Self { kind: kind.into(), message: one_line(message, 500) }
    }
}

/// Text from outside for logs and terminals: control characters, line breaks and
/// direction marks become blanks, and it ends after `limit` characters.
pub fn one_line(text: &str, limit: usize) -> String {
    let harmless = |c: char| {
        let direction =
            matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || direction || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }
    };
    let mut line: String = text.chars().take(limit).map(harmless).collect();
    if text.chars().nth(limit).is_some() {
        line.push('…');
    }
    line
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_moves_the_cursor() {
        assert_eq!(one_line("a\u{1b}[31mb\r\nc\u{9b}d\u{202e}", 100), "a [31mb  c d ");
        assert_eq!(one_line("abcdef", 3), "abc…");
    }
}
