//! Paths and what they answer.

use super::accept::gzip;
use super::backend::{Answering, Backend, Format, Paper, Rendered};
use super::conditional::{date_of, not_modified};
use crate::model::EntryId;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

pub(super) type Shared = Arc<dyn Backend>;

pub(super) const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

pub(super) fn router(backend: Shared) -> Router {
    Router::new()
        .route("/status.atom", get(notices))
        .route("/health", get(|| async { text("ok\n".to_owned()) }))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .route("/opml", get(subscriptions))
        .merge(super::api::routes())
        .merge(super::feeds::routes())
        .merge(super::websub::routes())
        .merge(super::pages::routes())
        .method_not_allowed_fallback(|| async { super::pages::not_allowed() })
        .with_state(backend)
}

async fn notices(State(backend): State<Shared>, headers: HeaderMap) -> Result<Response, Response> {
    let feed = or_unavailable(backend.notices()).await?;
    Ok(document(&feed, Format::Atom.content_type(), &headers))
}

async fn subscriptions(State(backend): State<Shared>, headers: HeaderMap) -> Result<Response, Response> {
    let list = or_unavailable(backend.subscriptions()).await?;
    Ok(document(&list, "text/x-opml; charset=utf-8", &headers))
}

/// One article for programs, as Markdown or JSON.
pub(super) async fn paper(
    backend: &Shared,
    id: EntryId,
    format: Paper,
    headers: &HeaderMap,
) -> Result<Response, Response> {
    let content_type = match format {
        Paper::Markdown => "text/markdown; charset=utf-8",
        Paper::Json => "application/json",
    };
    let found = or_unavailable(backend.paper(id, format)).await?;
    Ok(match found {
        Some(paper) => document(&paper, content_type, headers),
        None => super::gate::plain(StatusCode::NOT_FOUND, "there is no such article\n"),
    })
}

async fn ready(State(backend): State<Shared>) -> Result<Response, Response> {
    or_unavailable(backend.ready()).await.map(|()| text("ready\n".to_owned()))
}

async fn metrics(State(backend): State<Shared>) -> Result<Response, Response> {
    let body = or_unavailable(backend.metrics()).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], body).into_response())
}

/// The reason goes to the log; who asked learns that it is not their fault.
pub(super) async fn or_unavailable<T>(answer: Answering<'_, T>) -> Result<T, Response> {
    answer.await.map_err(|error| {
        tracing::error!(error.message = %error, "server.unavailable");
        let headers = [(header::RETRY_AFTER, "60")];
        (StatusCode::SERVICE_UNAVAILABLE, headers, text("temporarily unavailable\n".to_owned()))
            .into_response()
    })
}

fn text(body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

/// Whether the reader has asked for gzip, in however many headers.
pub(super) fn takes_gzip(request: &HeaderMap) -> bool {
    let all: Vec<&str> =
        request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    gzip((!all.is_empty()).then(|| all.join(",")).as_deref())
}

/// A rendered document: in the coding the reader takes, or 304 if it has it already.
pub(super) fn document(doc: &Rendered, content_type: &'static str, request: &HeaderMap) -> Response {
    let one = |name: HeaderName| request.get(name).and_then(|value| value.to_str().ok());
    let zip = takes_gzip(request);
    let zipped = format!("{}-gzip", doc.digest);
    let tag = if zip { &zipped } else { &doc.digest };
    let none_match: Vec<&str> =
        request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).collect();
    let known =
        not_modified(&none_match, one(header::IF_MODIFIED_SINCE), [&doc.digest, &zipped], doc.last_modified);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(if zip { doc.gzip.clone() } else { doc.plain.clone() }))
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::ETAG, &format!("\"{tag}\""));
    set(header::LAST_MODIFIED, &httpdate::fmt_http_date(date_of(doc.last_modified)));
    set(header::CACHE_CONTROL, &format!("max-age={}", doc.max_age.as_secs()));
    set(header::VARY, "Accept-Encoding");
    doc.link.iter().for_each(|link| set(header::LINK, link));
    if !known {
        set(header::CONTENT_TYPE, content_type);
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(ROBOTS, "noindex");
        if zip {
            set(header::CONTENT_ENCODING, "gzip");
        }
    }
    response
}
