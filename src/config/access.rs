//! Headers, log-ins and ways out: what they look like, and what goes together.

use super::Inputs;
use super::read::{At, Values};
use super::report::Notes;
use super::types::Source;
use crate::model::{Cookies, NamedHost, Secret};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use url::Url;

/// More headers than these are a mistake.
pub(super) const MOST_HEADERS: usize = 50;

/// Headers that the program sets itself, with the reason or what to write instead: they
/// belong to the connection (RFC 9110 §7.6.1), frame the message, or make the request
/// conditional.
const OWN_HEADERS: [(&str, &str); 24] = [
    ("host", "it follows from the address"),
    ("content-length", "a request has no body"),
    ("transfer-encoding", "a request has no body"),
    ("connection", "it belongs to the connection"),
    ("keep-alive", "it belongs to the connection"),
    ("te", "it belongs to the connection"),
    ("trailer", "it belongs to the connection"),
    ("upgrade", "it belongs to the connection"),
    ("proxy-connection", "it belongs to the connection"),
    ("proxy-authorization", "write user and password into proxy"),
    ("proxy-authenticate", "it belongs to the connection"),
    ("expect", "a request has no body"),
    ("content-encoding", "a request has no body"),
    ("content-type", "a request has no body"),
    ("http2-settings", "it belongs to the connection"),
    ("accept-encoding", "Offprint says itself what it can decode"),
    ("if-none-match", "Offprint makes requests conditional itself"),
    ("if-modified-since", "Offprint makes requests conditional itself"),
    ("if-match", "Offprint makes requests conditional itself"),
    ("if-unmodified-since", "Offprint makes requests conditional itself"),
    ("if-range", "a part of a feed is no feed"),
    ("range", "a part of a feed is no feed"),
    ("content-range", "a request has no body"),
    ("user-agent", "set user_agent"),
];

/// Whether a header of this name may be configured (RFC 9110 §5.1).
pub(super) fn header_name(name: &str) -> Result<(), String> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(token) {
        return Err("not the name of a header; write for example \"X-Api-Key\"".into());
    }
    let lower = name.to_ascii_lowercase();
    match OWN_HEADERS.iter().find(|(own, _)| *own == lower) {
        Some((_, why)) => Err(format!("cannot be set here: {why}")),
        None => Ok(()),
    }
}

/// Whether a header may have this value (RFC 9110 §5.5). The message tells nothing of it.
pub(super) fn header_value(value: &str) -> Result<Secret, String> {
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Err("line breaks and control characters are not allowed in a header".into());
    }
    if !value.is_ascii() {
        return Err("only ASCII characters are safe in a header".into());
    }
    if value.len() > 8_000 {
        return Err("too long for a header; at most 8000 characters".into());
    }
    Ok(Secret::new(value.trim_matches([' ', '\t'])))
}

/// A name for basic authentication (RFC 7617 §2).
pub(super) fn username(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(':') || text.chars().any(char::is_control) || text.len() > 500 {
        return Err("not a user name: it can't be empty or hold a colon or control characters".into());
    }
    Ok(text.to_owned())
}

/// One of `credential_hosts`: exact, because a secret goes nowhere that nobody has named.
pub(super) fn host(text: &str) -> Result<String, String> {
    if text.starts_with("*.") {
        return Err("wildcards are not allowed: name each host that may see the log-in".into());
    }
    match NamedHost::parse(text) {
        Some(_) => Ok(text.to_lowercase()),
        None => Err("not a host; write for example \"cdn.example.com\" or \"cdn.example.com:8443\"".into()),
    }
}

/// `proxy`; `None`: no proxy, whatever `[fetch]` says.
pub(super) fn proxy(text: &str) -> Result<Option<Url>, String> {
    const INSTEAD: &str = "write for example \"http://127.0.0.1:3128\", \"https://proxy.example.com\" or \
                           \"socks5h://127.0.0.1:9050\", or \"none\"";
    if text == "none" {
        return Ok(None);
    }
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("socks5:") || lower.starts_with("socks4") {
        return Err("write socks5h://…, so that names are looked up behind the proxy".into());
    }
    let url = Url::parse(text).ok().filter(|url| {
        let scheme = matches!(url.scheme(), "http" | "https" | "socks5h");
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        scheme && bare && url.port() != Some(0) && url.host_str().is_some_and(|host| !host.is_empty())
    });
    url.map(Some).ok_or_else(|| format!("not the address of a proxy; {INSTEAD}"))
}

/// What can be wrong with a source's log-in although each key is right.
pub(super) struct Check<'a> {
    /// The table's name.
    pub(super) prefix: &'a str,
    /// Its place.
    pub(super) offset: usize,
    /// What it says itself.
    pub(super) own: &'a Values,
    /// Reads the files; `None`: they are left alone.
    pub(super) inputs: Option<&'a Inputs<'a>>,
}

impl Check<'_> {
    /// Notes what is wrong. Files that are in `good` are not read again.
    pub(super) fn run(&self, source: &Source, good: &mut HashSet<PathBuf>, notes: &mut Notes) {
        let Some(access) = source.credentials.as_deref() else { return };
        let in_url = !source.url.username().is_empty() || source.url.password().is_some();
        let has = |name: &str| access.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name));
        match (&access.username, &access.password_file) {
            (Some(_), None) => self.note(notes, "username", "password_file is missing: the two go together"),
            (None, Some(_)) => self.note(notes, "password_file", "username is missing: the two go together"),
            _ => {}
        }
        if in_url && access.username.is_some() {
            self.note(notes, "username", "url holds a log-in already; keep one of the two");
        }
        if has("authorization") && (in_url || access.username.is_some()) {
            self.note(
                notes,
                "headers",
                "Authorization is what url or username make already; keep one of them",
            );
        }
        if has("cookie") && access.cookie_file.is_some() {
            self.note(notes, "headers", "Cookie is what cookie_file makes already; keep one of the two");
        }
        let password = |content: &[u8]| Secret::of_file(content).map(|_| ());
        self.file(notes, good, "password_file", access.password_file.as_deref(), password);
        let cookies = |content: &[u8]| Cookies::parse(content).map(|_| ());
        self.file(notes, good, "cookie_file", access.cookie_file.as_deref(), cookies);
    }

    fn note(&self, notes: &mut Notes, key: &str, why: &str) {
        let place = self.own.place(key).unwrap_or(self.offset);
        notes.add(place, At(self.prefix, key), || why.to_owned());
    }

    fn file(
        &self,
        notes: &mut Notes,
        good: &mut HashSet<PathBuf>,
        key: &str,
        path: Option<&Path>,
        read: impl Fn(&[u8]) -> Result<(), String>,
    ) {
        let (Some(path), Some(inputs)) = (path, self.inputs) else { return };
        if good.contains(path) {
            return;
        }
        let content = (inputs.read)(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                "the file does not exist; a relative path is relative to this file".to_owned()
            }
            _ => format!("the file cannot be read: {error}"),
        });
        match content.and_then(|content| read(&content)) {
            Ok(()) => {
                good.insert(path.to_owned());
            }
            Err(why) => self.note(notes, key, &why),
        }
    }
}
