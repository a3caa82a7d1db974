//! The API for programs: from addresses to [`Call`], from [`Reply`] to answers.
//!
//! What it takes and gives is described in `openapi.json`, which is served beside it.

use super::backend::{Call, Entries, Order, Reply};
use super::gate::TokenShown;
use super::pages::not_allowed_but;
use super::routes::{Shared, or_unavailable};
use crate::model::{EntryId, SourceId};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;

/// Entries of a page, if nothing is said.
const LIMIT: usize = 50;
/// Most entries of a page.
const MAX_LIMIT: usize = 500;
/// Tags and sources that one request may name.
const MAX_NAMES: usize = 50;
/// The description, without the address of the server.
const OPENAPI: &str = include_str!("openapi.json");

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/openapi.json", get(description))
        .route("/api/v1/sources", get(sources))
        .route("/api/v1/sources/{id}", get(source))
        .route("/api/v1/sources/{id}/refresh", post(refresh).fallback(|| async { not_allowed_but("POST") }))
        .route("/api/v1/entries", get(entries))
        .route("/api/v1/entries/{id}", get(entry))
        .route("/api/v1/clusters", get(clusters))
        .route("/api/v1/clusters/{id}", get(cluster))
}

async fn description() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, OPENAPI.replace("{VERSION}", env!("CARGO_PKG_VERSION"))).into_response()
}

async fn sources(State(backend): State<Shared>, uri: Uri) -> Result<Response, Response> {
    Parameters::of(&uri, &[])?;
    answer(&backend, Call::Sources).await
}

async fn source(
    State(backend): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Response> {
    Parameters::of(&uri, &[])?;
    let id = SourceId::new(&id).ok_or_else(absent)?;
    answer(&backend, Call::Source(id)).await
}

/// Changes something, so it wants somebody who has shown a token, not only a server without one.
async fn refresh(
    State(backend): State<Shared>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Response> {
    if request.extensions().get::<TokenShown>().is_none() {
        let why = "calls that change something need a token; set server.token_file";
        return Err(problem(StatusCode::FORBIDDEN, why));
    }
    Parameters::of(request.uri(), &[])?;
    let id = SourceId::new(&id).ok_or_else(absent)?;
    answer(&backend, Call::Refresh(id)).await
}

async fn entries(State(backend): State<Shared>, uri: Uri) -> Result<Response, Response> {
    const NAMES: [&str; 8] = ["q", "tag", "source", "order", "limit", "cursor", "fields", "duplicates"];
    let parameters = Parameters::of(&uri, &NAMES)?;
    let call = parameters.entries()?;
    answer(&backend, Call::Entries(call)).await
}

async fn entry(
    State(backend): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Response> {
    let parameters = Parameters::of(&uri, &["fields"])?;
    let fields = parameters.fields()?;
    let id = EntryId::parse(&id).ok_or_else(absent)?;
    answer(&backend, Call::Entry(id, fields)).await
}

async fn clusters(State(backend): State<Shared>, uri: Uri) -> Result<Response, Response> {
    let parameters = Parameters::of(&uri, &["limit", "cursor"])?;
    let (limit, cursor) = (parameters.limit()?, parameters.cursor()?);
    answer(&backend, Call::Clusters { limit, cursor }).await
}

async fn cluster(
    State(backend): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Response> {
    Parameters::of(&uri, &[])?;
    let id = EntryId::parse(&id).ok_or_else(absent)?;
    answer(&backend, Call::Cluster(id)).await
}

async fn answer(backend: &Shared, call: Call) -> Result<Response, Response> {
    Ok(match or_unavailable(backend.call(call)).await? {
        Reply::Found(body) => json(StatusCode::OK, body),
        Reply::Accepted(body) => json(StatusCode::ACCEPTED, body),
        Reply::Absent => absent(),
        Reply::Refused(why) => problem(StatusCode::BAD_REQUEST, &why),
        Reply::Conflict(why) => problem(StatusCode::CONFLICT, &why),
        Reply::TooSoon(pause) => {
            let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "it was polled a moment ago");
            if let Ok(value) = HeaderValue::from_str(&pause.as_secs().max(1).to_string()) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            response
        }
    })
}

fn json(status: StatusCode, body: Bytes) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

fn absent() -> Response {
    problem(StatusCode::NOT_FOUND, "there is nothing of this name")
}

/// What is wrong, as RFC 9457 says it.
fn problem(status: StatusCode, detail: &str) -> Response {
    let body = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
    });
    let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}

/// The query of a request. Everything but the token must be known: a parameter that
/// does nothing would be taken for one that does.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(uri: &Uri, known: &[&str]) -> Result<Self, Bad> {
        let query = uri.query().unwrap_or_default();
        let mut all = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if name == "token" {
                continue;
            }
            if !known.contains(&&*name) {
                let why = match known {
                    [] => "this call takes no parameters".to_owned(),
                    _ => format!(
                        "there is a parameter that this call doesn't know; it knows {}",
                        known.join(", ")
                    ),
                };
                return Err(Bad(why));
            }
            all.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(all))
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.trim())
    }

    /// The one value of a parameter that may stand there once.
    fn one(&self, name: &str) -> Result<Option<&str>, Bad> {
        let mut all = self.all(name);
        let first = all.next();
        if all.next().is_some() {
            return Err(bad(&format!("{name} stands there twice")));
        }
        Ok(first)
    }

    fn limit(&self) -> Result<usize, Bad> {
        let Some(text) = self.one("limit")? else { return Ok(LIMIT) };
        let limit = number(text).and_then(|limit| usize::try_from(limit).ok());
        limit
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| bad("limit: must be a whole number from 1 to 500"))
    }

    fn cursor(&self) -> Result<Option<i64>, Bad> {
        let Some(text) = self.one("cursor")? else { return Ok(None) };
        let cursor = number(text).filter(|cursor| *cursor > 0);
        cursor.map(Some).ok_or_else(|| bad("cursor: take it from \"next\" of the answer before"))
    }

    fn fields(&self) -> Result<Option<Vec<String>>, Bad> {
        let Some(text) = self.one("fields")? else { return Ok(None) };
        let fields: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        match fields.iter().all(|name| crate::publish::RECORD_KEYS.contains(&name.as_str())) {
            true => Ok(Some(fields)),
            false => Err(bad(&format!("fields: known are {}", crate::publish::RECORD_KEYS.join(", ")))),
        }
    }

    fn entries(&self) -> Result<Entries, Bad> {
        let sources: Option<Vec<SourceId>> = self.all("source").map(SourceId::new).collect();
        let tags: Vec<String> = self.all("tag").map(str::to_owned).collect();
        let sources = sources.ok_or_else(|| bad("source: not the name of a source"))?;
        if tags.len() + sources.len() > MAX_NAMES {
            return Err(bad("at most 50 tags and sources"));
        }
        Ok(Entries {
            tags,
            sources,
            query: self.one("q")?.map(str::to_owned),
            order: match self.one("order")? {
                None | Some("newest") => Order::Newest,
                Some("best") if self.one("q")?.is_none_or(str::is_empty) => {
                    return Err(bad("order: best needs a search, q"));
                }
                Some("best") => Order::Best,
                Some(_) => return Err(bad("order: newest or best")),
            },
            limit: self.limit()?,
            cursor: self.cursor()?,
            fields: self.fields()?,
            cluster: match self.one("duplicates")? {
                None => None,
                Some("cluster") => Some(true),
                Some("all") => Some(false),
                Some(_) => return Err(bad("duplicates: cluster or all")),
            },
        })
    }
}

/// Digits only: no sign, no blank.
fn number(text: &str) -> Option<i64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A parameter that makes no sense; why.
struct Bad(String);

fn bad(why: &str) -> Bad {
    Bad(why.to_owned())
}

impl From<Bad> for Response {
    fn from(Bad(why): Bad) -> Self {
        problem(StatusCode::BAD_REQUEST, &why)
    }
}
