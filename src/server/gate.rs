//! Who may see what: the token, and the parts that can be switched off. One function
//! knows which path belongs to which part; every request passes here first.

use super::backend::Backend;
use crate::config::Token;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use std::sync::Arc;

/// What the operator lets readers see; it may change while the server runs.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    /// What they must show. `None`: nothing.
    pub token: Option<Token>,
    /// Whether `/metrics` is there.
    pub metrics: bool,
    /// Whether the pages for people are there.
    pub status_page: bool,
}

impl Default for Access {
    /// Everything for everybody.
    fn default() -> Self {
        Self { token: None, metrics: true, status_page: true }
    }
}

/// What every answer carries unless it says otherwise: what is served are other people's
/// texts, and an address with a token in it must not travel on.
const ALWAYS: [(HeaderName, &str); 3] = [
    (HeaderName::from_static("x-robots-tag"), "noindex"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// The parts of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// For managers and hubs, who have no token.
    Open,
    /// Figures for a monitor.
    Metrics,
    /// Pages for people and what they are made of.
    Page,
    /// Feeds, documents, everything else, also what isn't there.
    Rest,
}

/// The part a path belongs to. Whatever is not known here needs the token.
fn part(path: &str) -> Part {
    let Some(path) = path.strip_prefix('/') else { return Part::Rest };
    let mut steps = path.split('/');
    let (first, second, more) = (steps.next().unwrap_or_default(), steps.next(), steps.next().is_some());
    match (first, second) {
        ("health" | "ready", None) => Part::Open,
        (_, Some("")) => Part::Rest,
        ("websub", Some(_)) => Part::Open,
        ("metrics", None) => Part::Metrics,
        ("" | "sources" | "tags" | "articles" | "search", None) => Part::Page,
        ("sources" | "tags", Some(name)) if !more && !is_feed(name) => Part::Page,
        ("articles", Some(name)) if !more && !is_document(name) => Part::Page,
        (name, None) if has_ending(name, &["css", "html", "ico", "svg", "png"]) => Part::Page,
        _ => Part::Rest,
    }
}

fn is_feed(name: &str) -> bool {
    has_ending(name, &["atom", "rss", "json"])
}

fn is_document(name: &str) -> bool {
    has_ending(name, &["md", "json"])
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Serve,
    /// No token was shown.
    Ask,
    /// One that is not ours.
    Refuse,
    /// The part is switched off.
    Absent,
}

fn verdict(access: &Access, part: Part, uri: &Uri, headers: &HeaderMap) -> Verdict {
    if part == Part::Open {
        return Verdict::Serve;
    }
    if let Some(token) = &access.token {
        // Not the first one only: a proxy may have a header of its own.
        let mut shown = shown(uri, headers).peekable();
        if shown.peek().is_none() {
            return Verdict::Ask;
        }
        if !shown.any(|word| token.is(&word)) {
            return Verdict::Refuse;
        }
    }
    match part {
        Part::Metrics if !access.metrics => Verdict::Absent,
        Part::Page if !access.status_page => Verdict::Absent,
        _ => Verdict::Serve,
    }
}

/// The tokens of a request: `Authorization: Bearer` (RFC 6750 2.1) and `?token=`.
fn shown<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> impl Iterator<Item = Vec<u8>> + 'r {
    let bearer = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
        let (scheme, word) = value.as_bytes().split_at_checked(7)?;
        scheme.eq_ignore_ascii_case(b"bearer ").then(|| word.trim_ascii().to_vec())
    });
    let query = uri.query().unwrap_or_default().split('&');
    let named = query.filter_map(|pair| pair.strip_prefix("token="));
    bearer.chain(named.map(|word| percent_decode_str(word).collect()))
}

/// The routes behind the gate.
pub(super) fn guarded(routes: Router, backend: Arc<dyn Backend>) -> Router {
    routes.layer(middleware::from_fn_with_state(backend, pass))
}

/// Marks a request whose sender has shown the token; without a token nobody has.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenShown;

/// Marks a request whose sender may see the pages for people.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeesPages;

async fn pass(State(backend): State<Arc<dyn Backend>>, mut request: Request, next: Next) -> Response {
    let access = backend.access();
    let part = part(request.uri().path());
    // Into an open part come also those who have shown no token.
    if access.status_page && part != Part::Open {
        request.extensions_mut().insert(SeesPages);
    }
    let verdict = verdict(&access, part, request.uri(), request.headers());
    if verdict == Verdict::Serve && access.token.is_some() && part != Part::Open {
        request.extensions_mut().insert(TokenShown);
    }
    let mut response = match verdict {
        Verdict::Serve => next.run(request).await,
        Verdict::Ask => unauthorized("Bearer realm=\"offprint\""),
        Verdict::Refuse => unauthorized("Bearer realm=\"offprint\", error=\"invalid_token\""),
        Verdict::Absent => plain(StatusCode::NOT_FOUND, "not found\n"),
    };
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if access.token.is_some() && part != Part::Open {
        keep_private(headers);
    }
    response
}

/// What needs a token is for no cache that several readers share (RFC 9111 5.2.2.7).
fn keep_private(headers: &mut HeaderMap) {
    let value = match headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()) {
        None => "private".to_owned(),
        Some(rules) if rules.contains("no-store") || rules.contains("private") => return,
        Some(rules) => format!("private, {}", rules.replace("public, ", "")),
    };
    if let Ok(value) = HeaderValue::from_str(&value) {
        headers.insert(header::CACHE_CONTROL, value);
    }
}

/// 401 with the challenge that it must carry (RFC 9110 11.6.1).
fn unauthorized(challenge: &'static str) -> Response {
    let words = "this server wants a token, as \"Authorization: Bearer TOKEN\" or as \"?token=TOKEN\"\n";
    let mut response = plain(StatusCode::UNAUTHORIZED, words);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    response
}

pub(super) fn plain(status: StatusCode, words: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, words).into_response()
}

#[cfg(test)]
mod tests;
