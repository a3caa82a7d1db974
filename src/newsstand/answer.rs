//! What a small origin is asked and what it says.

use bytes::Bytes;
use std::io::Write;
use std::time::Duration;

/// One request as the origin saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When it came, counted from the start of the origin.
    pub at: Duration,
    /// Method, such as `GET`.
    pub method: String,
    /// Path with its query, as it stood in the request line.
    pub path: String,
    /// Header fields in their order, names in lower case, values as text (bytes that are no UTF-8 replaced).
    pub headers: Vec<(String, String)>,
}

impl Seen {
    /// The path without the query.
    pub fn plain_path(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// Value of the first header field of that name (any case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// How fast an answer leaves the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As fast as it can.
    #[default]
    AtOnce,
    /// Nothing at all for so long, then `chunk` bytes at a time with a pause after each.
    Drip {
        /// Pause before the status line.
        first: Duration,
        /// Bytes at a time, at least 1.
        chunk: usize,
        /// Pause after each piece.
        pause: Duration,
    },
    /// The connection stays open and silent.
    Hang,
    /// The connection is reset (TCP RST) before any answer.
    Reset,
    /// So many bytes of the body, then the connection ends although more was promised.
    Cut(usize),
}

/// One answer: status, header fields, body, pace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header fields; `Content-Length` and `Date` are added.
    pub headers: Vec<(String, String)>,
    /// Body, before compression.
    pub body: Bytes,
    /// How it is sent.
    pub pace: Pace,
    /// Whether a matching `If-None-Match` or `If-Modified-Since` gets a 304.
    pub conditional: bool,
    /// Whether the body is compressed for those who accept gzip.
    pub gzip: bool,
}

impl Answer {
    /// A bare answer: nothing is added to it but `Content-Length` and `Date`.
    pub fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into(), pace: Pace::AtOnce, conditional: false, gzip: false }
    }

    /// 200 with this body.
    pub fn ok(content_type: &str, body: impl Into<Bytes>) -> Self {
        Self::new(200, content_type, body)
    }

    /// An answer that says nothing but its status.
    pub fn status(status: u16) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{status}\n"))
    }

    /// 404.
    pub fn not_found() -> Self {
        Self::status(404)
    }

    /// A redirect: `to` goes into `Location` as it stands.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).header("location", to)
    }

    /// Adds a header field.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Adds validators and answers conditional requests with 304 (RFC 9110 §13).
    pub fn validated(self, etag: &str, last_modified: &str) -> Self {
        let mut answer = self.header("etag", etag).header("last-modified", last_modified);
        answer.conditional = true;
        answer
    }

    /// Compresses the body for those who accept it.
    pub fn gzipped(mut self) -> Self {
        self.gzip = true;
        self
    }

    /// Sends it at that pace.
    pub fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The answer that fits this very request: 304 or gzip where they apply.
    pub fn negotiated(mut self, seen: &Seen) -> Self {
        if self.conditional && self.status == 200 && self.unchanged(seen) {
            self.status = 304;
            self.body = Bytes::new();
            self.headers.retain(|(key, _)| key != "content-type");
            return self;
        }
        if self.gzip && accepts_gzip(seen) {
            self.body = compress(&self.body);
            for (key, value) in &mut self.headers {
                // One strong ETag must not stand for two codings (RFC 9110 §8.8.3.3).
                if key == "etag"
                    && let Some(bare) = value.strip_suffix('"')
                {
                    *value = format!("{bare}-gzip\"");
                }
            }
            self = self.header("content-encoding", "gzip").header("vary", "Accept-Encoding");
        }
        self
    }

    fn unchanged(&self, seen: &Seen) -> bool {
        if let Some(asked) = seen.header("if-none-match") {
            let ours = self.get("etag").map(bare_tag);
            return asked.split(',').any(|tag| tag.trim() == "*" || Some(bare_tag(tag.trim())) == ours);
        }
        let asked = seen.header("if-modified-since").and_then(|date| httpdate::parse_http_date(date).ok());
        let ours = self.get("last-modified").and_then(|date| httpdate::parse_http_date(date).ok());
        asked.zip(ours).is_some_and(|(asked, ours)| ours <= asked)
    }
}

/// Weak comparison, and the same for both codings.
fn bare_tag(tag: &str) -> &str {
    let tag = tag.trim_start_matches("W/").trim_matches('"');
    tag.strip_suffix("-gzip").unwrap_or(tag)
}

fn accepts_gzip(seen: &Seen) -> bool {
    seen.header("accept-encoding")
        .is_some_and(|value| value.split(',').any(|coding| coding.trim().eq_ignore_ascii_case("gzip")))
}

/// A gzip member with this content (RFC 1952).
pub fn compress(body: &[u8]) -> Bytes {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory cannot fail; if it did, the cut body would fail the test that reads it.
    match out.write_all(body).and_then(|()| out.finish()) {
        Ok(bytes) => bytes.into(),
        Err(_) => Bytes::new(),
    }
}

/// What a path does instead of what it normally does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Behaviour {
    /// What the site was built to do.
    #[default]
    Normal,
    /// This status with these header fields.
    Status(u16, Vec<(String, String)>),
    /// The connection stays open and silent.
    Hang,
    /// The normal answer, slowly; see [`Pace::Drip`].
    Drip {
        /// Pause before the status line.
        first: Duration,
        /// Bytes at a time, at least 1.
        chunk: usize,
        /// Pause after each piece.
        pause: Duration,
    },
    /// The connection is reset.
    Reset,
    /// The normal answer, cut off after so many bytes of the body.
    Cut(usize),
    /// 200 with exactly these bytes.
    Body {
        /// The body.
        bytes: Vec<u8>,
        /// Value of `Content-Type`.
        content_type: String,
    },
    /// A redirect.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// Value of `Location`.
        to: String,
    },
}

impl Behaviour {
    /// Whether the normal answer is needed at all.
    pub fn answer(self, normal: impl FnOnce() -> Answer) -> Answer {
        match self {
            Self::Normal => normal(),
            Self::Status(status, headers) => headers
                .iter()
                .fold(Answer::status(status), |answer, (name, value)| answer.header(name, value)),
            Self::Hang => Answer::status(200).paced(Pace::Hang),
            Self::Drip { first, chunk, pause } => normal().paced(Pace::Drip { first, chunk, pause }),
            Self::Reset => Answer::status(200).paced(Pace::Reset),
            Self::Cut(bytes) => normal().paced(Pace::Cut(bytes)),
            Self::Body { bytes, content_type } => Answer::ok(&content_type, bytes),
            Self::Redirect { status, to } => Answer::redirect(status, &to),
        }
    }
}
