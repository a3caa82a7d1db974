//! What an answer means: usable, not modified, or an error and when to try again.

use super::decode::{End, decode};
use super::error::failure;
use super::exchange::{Raw, too_large};
use super::freshness::{fresh_for, retry_after};
use super::links::links;
use super::redirect::Trip;
use crate::model::{FetchError, FetchResponse, Retry, Validators};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED};
use std::time::SystemTime;
use url::Url;

/// Bodies that stay below this when decoded are decoded at once, on the thread
/// that read them; more goes to a thread that may be blocked.
const INLINE: usize = 128 * 1024;

/// What the rest of the answer is judged by.
pub(super) struct Question<'a> {
    /// Whether a 304 was asked for.
    pub conditional: bool,
    /// Limit for the decoded body in bytes.
    pub max_size: usize,
    /// Counts where the answer has no `Date`.
    pub now: &'a (dyn Fn() -> SystemTime + Send + Sync),
}

/// Turns an answer into what the caller gets.
pub(super) async fn judge(trip: Trip, raw: Raw, question: Question<'_>) -> Result<FetchResponse, FetchError> {
    let not_modified = raw.status == 304 && question.conditional;
    if !not_modified && !matches!(raw.status, 200 | 203) {
        return Err(refused(&raw, &trip.url, question.now));
    }
    let wire_bytes = raw.body.len() as u64;
    let headers = raw.headers;
    let decoded = Undecoded { body: raw.body, codings: raw.codings, cut: raw.cut };
    let (body, cut) = decoded.decode(&trip.url, question.max_size).await?;
    Ok(FetchResponse {
        not_modified,
        links: links(&headers, &trip.url),
        url: trip.url,
        permanent_url: trip.permanent_url,
        validators: Validators { etag: bytes(&headers, ETAG), last_modified: bytes(&headers, LAST_MODIFIED) },
        content_type: headers.get(CONTENT_TYPE).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned()),
        fresh_for: fresh_for(&headers, question.now),
        body,
        cut,
        wire_bytes,
    })
}

fn bytes(headers: &HeaderMap, name: HeaderName) -> Option<Vec<u8>> {
    headers.get(name).map(|value| value.as_bytes().to_vec())
}

/// An answer that is no use, in words. `now` counts where it has no `Date`.
pub(super) fn refused(raw: &Raw, url: &Url, now: &(dyn Fn() -> SystemTime + Send + Sync)) -> FetchError {
    let status = raw.status;
    let name =
        StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("unknown status");
    let more = match status {
        304 => ", although nothing was asked about",
        401 => {
            ": the site wants a log-in (user:password@ in url, or username and password_file), or another one"
        }
        407 => ": the proxy wants user:password@ in its address, or others than these",
        410 => ": it is gone for good",
        201..=299 => ": no usable body",
        _ => "",
    };
    let kind = match status {
        304 => "unexpected-304".to_owned(),
        407 => "proxy".to_owned(),
        _ => format!("http-{status}"),
    };
    let retry = match status {
        410 => Retry::Gone,
        429 | 503 => Retry::Later(retry_after(&raw.headers, now)),
        _ => Retry::Later(None),
    };
    let error = failure(&kind, url, format!("HTTP {status} {name}{more}"));
    FetchError { status: Some(status), retry, ..error }
}

/// A body on its way to its plain form.
struct Undecoded {
    body: Vec<u8>,
    codings: Vec<super::decode::Coding>,
    cut: Option<FetchError>,
}

impl Undecoded {
    async fn decode(self, url: &Url, limit: usize) -> Result<(Vec<u8>, Option<String>), FetchError> {
        let (body, end) =
            decoded(self.body, self.codings, limit).await.map_err(|e| failure("encoding", url, e))?;
        let cut = match (self.cut, end) {
            (_, End::Limit) => return Err(too_large(url, limit)),
            (Some(lost), _) => Some(lost),
            (None, End::Cut(reason)) => Some(failure("encoding", url, reason)),
            (None, End::Complete) => None,
        };
        match cut {
            Some(error) if body.is_empty() => Err(error),
            cut => Ok((body, cut.map(|error| error.message))),
        }
    }
}

/// The plain form of a body; the coded one is freed as soon as may be.
pub(super) async fn decoded(
    body: Vec<u8>,
    codings: Vec<super::decode::Coding>,
    limit: usize,
) -> Result<(Vec<u8>, End), String> {
    if codings.is_empty() {
        return Ok((body, End::Complete));
    }
    if body.len() <= INLINE / 2 {
        let (plain, end) = decode(&body, &codings, limit.min(INLINE));
        if end != End::Limit || limit <= INLINE {
            return Ok((plain, end));
        }
    }
    let work = tokio::task::spawn_blocking(move || decode(&body, &codings, limit));
    work.await.map_err(|e| format!("the body could not be decoded: {e}"))
}
