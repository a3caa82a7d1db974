//! Pages for people: from addresses to [`Page`], and what keeps a page harmless.

use super::backend::{Order, Page, Paper, Printed};
use super::gate::{SeesPages, plain};
use super::routes::{ROBOTS, Shared, or_unavailable, takes_gzip};
use crate::model::{EntryId, SourceId};
use crate::web;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use percent_encoding::percent_decode_str;

/// The pages, and the one for every address under which there is nothing.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(show))
        .route("/sources", get(show))
        .route("/tags", get(show))
        .route("/search", get(show))
        .route("/articles/{id}", get(article))
        .route(web::ICON_PATH, get(icon))
        .fallback(nothing)
}

async fn icon() -> Response {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "max-age=86400")];
    (headers, web::ICON).into_response()
}

pub(super) async fn show(
    State(backend): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let page = or_unavailable(backend.page(page(&uri))).await?;
    Ok(respond(page, takes_gzip(&headers)))
}

/// An article: for programs by the ending of its name, else for people.
async fn article(State(backend): State<Shared>, uri: Uri, headers: HeaderMap) -> Result<Response, Response> {
    let name = uri.path().strip_prefix("/articles/").unwrap_or_default();
    for (ending, format) in [(".md", Paper::Markdown), (".json", Paper::Json)] {
        if let Some(id) = name.strip_suffix(ending) {
            return match EntryId::parse(id) {
                Some(id) => super::routes::paper(&backend, id, format, &headers).await,
                None => Ok(plain(StatusCode::NOT_FOUND, "there is no such article\n")),
            };
        }
    }
    show(State(backend), uri, headers).await
}

/// Where nothing is: a page for people who may see the others, else a line.
async fn nothing(State(backend): State<Shared>, request: Request) -> Result<Response, Response> {
    let uri = request.uri();
    // "OPTIONS *" and CONNECT name no resource of ours (RFC 9110 9.3.6, 9.3.7).
    if !uri.path().starts_with('/') {
        return Ok(not_allowed());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD)
        || request.extensions().get::<SeesPages>().is_none()
    {
        return Ok(plain(StatusCode::NOT_FOUND, "not found\n"));
    }
    let page = or_unavailable(backend.page(page(uri))).await?;
    Ok(respond(page, takes_gzip(request.headers())))
}

/// 405 with what is allowed (RFC 9110 15.5.6).
pub(super) fn not_allowed() -> Response {
    not_allowed_but("GET, HEAD")
}

/// The same where these methods are allowed.
pub(super) fn not_allowed_but(methods: &'static str) -> Response {
    let words = plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
    ([(header::ALLOW, methods)], words).into_response()
}

/// What is asked for. Names are plain, so an address with escapes names nothing.
fn page(uri: &Uri) -> Page {
    let path = uri.path();
    let found = match path {
        "/" => Some(Page::Front),
        "/sources" => number(uri.query()).map(Page::Sources),
        "/tags" => Some(Page::Tags),
        "/search" => search(uri.query().unwrap_or_default()),
        _ if path.starts_with("/tags/") => path.strip_prefix("/tags/").and_then(tag).map(Page::Tag),
        _ => path
            .strip_prefix("/sources/")
            .and_then(SourceId::new)
            .map(Page::Source)
            .or_else(|| EntryId::parse(bare(path.strip_prefix("/articles/")?)).map(Page::Article)),
    };
    found.unwrap_or(Page::Missing)
}

/// A tag as it is written in a path.
fn tag(name: &str) -> Option<String> {
    let tag = percent_decode_str(name).decode_utf8().ok()?;
    (!tag.is_empty() && !name.contains('/')).then(|| tag.into_owned())
}

/// `q`, `order` and `page` of the search; without words it is the page to search on.
fn search(query: &str) -> Option<Page> {
    let (mut words, mut order) = (String::new(), Order::Best);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "q" => words = value.trim().to_owned(),
            "order" if value == "newest" => order = Order::Newest,
            _ => {}
        }
    }
    number(Some(query)).map(|page| Page::Search(words, order, page))
}

/// An article's name with or without the ending of its format.
fn bare(name: &str) -> &str {
    name.strip_suffix(".html").unwrap_or(name)
}

/// `page` of the query; 1 where it is not given, none if it is no number.
fn number(query: Option<&str>) -> Option<usize> {
    let value = query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("page="));
    value.map_or(Some(1), |value| value.parse().ok())
}

fn respond(page: Printed, zip: bool) -> Response {
    let mut response = Response::new(Body::from(if zip { page.gzip } else { page.plain }));
    if !page.found {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, "text/html; charset=utf-8");
    set(header::CONTENT_SECURITY_POLICY, web::policy(page.pictures));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CACHE_CONTROL, "no-cache");
    set(header::VARY, "Accept-Encoding");
    set(ROBOTS, "noindex");
    if zip {
        set(header::CONTENT_ENCODING, "gzip");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let id = "0badcafe-0000-8000-8000-000000000001";
        let article = Page::Article(EntryId::parse(id).unwrap());
        let source = Page::Source(SourceId::new("a.b-c").unwrap());
        for (address, expected) in [
            ("/", Page::Front),
            ("/?x=1", Page::Front),
            ("/sources", Page::Sources(1)),
            ("/sources?x=1&page=7", Page::Sources(7)),
            ("/sources?page=0", Page::Sources(0)),
            ("/sources?page=x", Page::Missing),
            ("/sources?page=99999999999999999999999", Page::Missing),
            ("/sources/a.b-c", source),
            ("/tags/weekly%20notes", Page::Tag("weekly notes".to_owned())),
            ("/tags/node.js", Page::Tag("node.js".to_owned())),
            ("/tags/%ff", Page::Missing),
            ("/search", Page::Search(String::new(), Order::Best, 1)),
            ("/search?q=a+b%22&order=newest&page=3", Page::Search("a b\"".to_owned(), Order::Newest, 3)),
            ("/search?q=a&page=x", Page::Missing),
            ("/sources/A", Page::Missing),
            ("/sources/..%2f", Page::Missing),
            (&format!("/articles/{id}"), article.clone()),
            (&format!("/articles/{id}.html"), article),
            ("/articles/7", Page::Missing),
            ("/elsewhere", Page::Missing),
        ] {
            assert_eq!(page(&address.parse().unwrap()), expected, "{address}");
        }
    }
}
