//! Callbacks for hubs (WebSub §5.3, §7). Their paths can't be guessed; what is not one
//! of them is not there, and nothing of a request is reflected but the challenge of a
//! hub that asks about something that was meant.

use super::backend::{Announcement, Intent, Reception};
use super::gate::plain;
use super::pages::not_allowed_but;
use super::routes::{Shared, or_unavailable};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::time::Duration;
use tokio::sync::Semaphore;
use url::form_urlencoded;

/// A token is 20 bytes in hexadecimal digits.
const TOKEN: usize = 40;
/// The longest challenge that is reflected, in bytes.
const CHALLENGE: usize = 1024;
/// What is read of an address or of a reason, in bytes.
const VALUE: usize = 8192;
/// Bodies that are read and taken in at once; others wait.
static PLACES: Semaphore = Semaphore::const_new(4);
/// Whoever has waited so long is to come again.
const WAIT: Duration = Duration::from_secs(10);
/// A body must have come in this time.
const BODY: Duration = Duration::from_secs(30);

pub(super) fn routes() -> Router<Shared> {
    let others = || async { not_allowed_but("GET, POST") };
    Router::new().route("/websub/{token}", get(question).post(delivery).fallback(others))
}

fn is_token(token: &str) -> bool {
    token.len() == TOKEN && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn nothing() -> Response {
    plain(StatusCode::NOT_FOUND, "not found\n")
}

async fn question(
    State(backend): State<Shared>,
    Path(token): Path<String>,
    method: Method,
    uri: Uri,
) -> Result<Response, Response> {
    let Some(question) = Question::of(uri.query().unwrap_or_default()) else { return Ok(nothing()) };
    if method != Method::GET || !is_token(&token) {
        return Ok(nothing());
    }
    let Question { intent, challenge } = question;
    if !or_unavailable(backend.hub_asks(token, intent)).await? {
        return Ok(nothing());
    }
    // A browser that is led here is to make nothing of it.
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, challenge).into_response())
}

/// What a hub asks, and what it wants to read in the answer.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    intent: Intent,
    challenge: String,
}

impl Question {
    /// `None` if it is none, or not whole.
    fn of(query: &str) -> Option<Self> {
        let value = |name: &str| {
            let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned()).filter(|value| value.len() <= VALUE)
        };
        let topic = value("hub.topic")?;
        let challenge = value("hub.challenge").filter(|value| (1..=CHALLENGE).contains(&value.len()));
        let intent = match value("hub.mode")?.as_str() {
            "subscribe" => {
                Intent::Subscribe { topic, lease: value("hub.lease_seconds")?.trim().parse().ok()? }
            }
            "unsubscribe" => Intent::Unsubscribe { topic },
            "denied" => {
                let reason = value("hub.reason").unwrap_or_default();
                return Some(Self { intent: Intent::Denied { topic, reason }, challenge: String::new() });
            }
            _ => return None,
        };
        Some(Self { intent, challenge: challenge? })
    }
}

async fn delivery(
    State(backend): State<Shared>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    if !is_token(&token) {
        return Ok(nothing());
    }
    let Some(limit) = or_unavailable(backend.announcement_limit(token.clone())).await? else {
        // Hubs may take this for the end of a subscription (WebSub §7).
        return Ok(plain(StatusCode::GONE, "no such subscription\n"));
    };
    let Ok(Ok(_place)) = tokio::time::timeout(WAIT, PLACES.acquire()).await else {
        let words = plain(StatusCode::SERVICE_UNAVAILABLE, "busy, try again\n");
        return Ok(([(header::RETRY_AFTER, "60")], words).into_response());
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let body = match tokio::time::timeout(BODY, to_bytes(body, limit)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, "too large, or cut\n")),
        Err(_) => return Ok(plain(StatusCode::REQUEST_TIMEOUT, "too slow\n")),
    };
    let reception = or_unavailable(backend.announced(token, announcement(&headers, body.to_vec()))).await?;
    Ok(match reception {
        Reception::Taken => plain(StatusCode::ACCEPTED, ""),
        Reception::Unknown => plain(StatusCode::GONE, "no such subscription\n"),
    })
}

fn announcement(headers: &HeaderMap, body: Vec<u8>) -> Announcement {
    let texts = |name: HeaderName| {
        let values = headers.get_all(name).into_iter();
        values.filter_map(|value: &HeaderValue| Some(value.to_str().ok()?.to_owned())).collect::<Vec<_>>()
    };
    let codings = texts(header::CONTENT_ENCODING);
    Announcement {
        signatures: texts(HeaderName::from_static("x-hub-signature")),
        content_type: texts(header::CONTENT_TYPE).into_iter().next(),
        encoded: codings.iter().any(|coding| !coding.trim().eq_ignore_ascii_case("identity")),
        body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions() {
        let topic = "https://a.example/feed?x=1&y=2".to_owned();
        let coded = "hub.topic=https%3A%2F%2Fa.example%2Ffeed%3Fx%3D1%26y%3D2";
        let asked =
            |intent: Intent, challenge: &str| Some(Question { intent, challenge: challenge.to_owned() });
        for (query, question) in [
            (
                format!("hub.mode=subscribe&{coded}&hub.challenge=a%2Bb+c&hub.lease_seconds=60"),
                asked(Intent::Subscribe { topic: topic.clone(), lease: 60 }, "a+b c"),
            ),
            (
                format!("x=y&{coded}&hub.challenge=1&hub.mode=unsubscribe"),
                asked(Intent::Unsubscribe { topic: topic.clone() }, "1"),
            ),
            (
                format!("hub.mode=denied&{coded}&hub.reason=no%0Aroom&hub.challenge=<script>"),
                asked(Intent::Denied { topic, reason: "no\nroom".to_owned() }, ""),
            ),
            (format!("hub.mode=subscribe&{coded}&hub.challenge=1"), None),
            (format!("hub.mode=subscribe&{coded}&hub.challenge=1&hub.lease_seconds=-1"), None),
            (format!("hub.mode=subscribe&{coded}&hub.challenge=&hub.lease_seconds=60"), None),
            (format!("hub.mode=subscribe&{coded}&hub.lease_seconds=60"), None),
            (format!("hub.mode=unsubscribe&{coded}&hub.challenge={}", "x".repeat(1025)), None),
            (format!("hub.mode=publish&{coded}&hub.challenge=1"), None),
            (format!("hub.mode=unsubscribe&hub.challenge=1&hub.topic={}", "x".repeat(9000)), None),
            ("hub.mode=denied".to_owned(), None),
            (String::new(), None),
            ("&&=&%%%".to_owned(), None),
        ] {
            assert_eq!(Question::of(&query), question, "{query}");
        }
    }

    #[test]
    fn tokens() {
        assert!(is_token(&"0a".repeat(20)));
        for bad in [
            "",
            "x",
            &"0A".repeat(20),
            &"0a".repeat(21),
            &"é".repeat(20),
            "../../../../../../../../../../../../health",
        ] {
            assert!(!is_token(bad), "{bad}");
        }
    }
}
