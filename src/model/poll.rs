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
    /// A reason of the given kind.
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into() }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
