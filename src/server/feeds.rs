//! Feeds: from addresses to [`FeedRequest`] and back.

use super::backend::{Edition, Format};
use super::gate::{SeesPages, plain};
use super::pages;
use super::routes::{Shared, document, or_unavailable};
use crate::model::SourceId;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt::Write;

/// Most entries that may be asked for at once.
const MAX_LIMIT: usize = 2000;
/// Tags and sources that one address may name.
const MAX_NAMES: usize = 50;

/// What stays as it is in a path or query: RFC 3986 2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Which feed is asked for, and which part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FeedRequest {
    /// Which one.
    pub which: Which,
    /// In which format.
    pub format: Format,
    /// Only entries of sources with one of these tags; empty: any.
    pub tags: Vec<String>,
    /// Only entries of these sources; empty: any.
    pub sources: Vec<SourceId>,
    /// Only what this search finds, as it was written.
    pub query: Option<String>,
    /// At most so many entries, instead of what is configured.
    pub limit: Option<usize>,
    /// The page that begins there (RFC 5005 3); `None`: the newest.
    pub before: Option<i64>,
}

/// One of the feeds that are served.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Which {
    /// The merged feed.
    Merged,
    /// One of `[outputs.NAME]`.
    Output(String),
    /// Everything with one tag.
    Tag(String),
    /// Everything of one source.
    Source(SourceId),
}

impl FeedRequest {
    /// A whole feed.
    pub fn new(which: Which, format: Format) -> Self {
        Self { which, format, tags: Vec::new(), sources: Vec::new(), query: None, limit: None, before: None }
    }

    /// Whether a part of a feed is asked for by tag, source or search.
    pub fn is_narrowed(&self) -> bool {
        !self.tags.is_empty() || !self.sources.is_empty() || self.query.is_some()
    }

    /// Its path, without the format's ending.
    pub fn stem(&self) -> String {
        match &self.which {
            Which::Merged => "/feed".to_owned(),
            Which::Output(name) => format!("/feeds/{name}"),
            Which::Tag(tag) => format!("/tags/{}", utf8_percent_encode(tag, ESCAPED)),
            Which::Source(id) => format!("/sources/{id}"),
        }
    }

    /// What narrows it, as a query; with `part` also which part of it is asked for.
    pub fn query_string(&self, part: bool) -> String {
        let mut text = String::new();
        let mut add = |name: &str, value: &str| {
            let sign = if text.is_empty() { '?' } else { '&' };
            // Writing into a string does not fail.
            let _ = write!(text, "{sign}{name}={}", utf8_percent_encode(value, ESCAPED));
        };
        self.tags.iter().for_each(|tag| add("tag", tag));
        self.sources.iter().for_each(|source| add("source", source.as_str()));
        self.query.iter().for_each(|query| add("q", query));
        if part {
            self.limit.iter().for_each(|limit| add("limit", &limit.to_string()));
            self.before.iter().for_each(|before| add("before", &before.to_string()));
        }
        text
    }

    /// The address of this request below the server's own, made anew: what else came with
    /// it (a token, say) is not in it.
    pub fn path(&self) -> String {
        format!("{}.{}{}", self.stem(), self.format.ending(), self.query_string(true))
    }

    /// What an address asks for: `None` if it isn't that of a feed.
    fn of(uri: &Uri) -> Option<Result<Self, &'static str>> {
        let (stem, ending) = uri.path().rsplit_once('.')?;
        let format = Format::ALL.into_iter().find(|format| format.ending() == ending)?;
        let mut steps = stem.strip_prefix('/')?.splitn(2, '/');
        let which = match (steps.next()?, steps.next()) {
            ("feed", None) => Which::Merged,
            ("feeds", Some(name)) => Which::Output(SourceId::new(name)?.to_string()),
            ("sources", Some(id)) => Which::Source(SourceId::new(id)?),
            ("tags", Some(tag)) if !tag.is_empty() && !tag.contains('/') => {
                Which::Tag(percent_decode_str(tag).decode_utf8().ok()?.into_owned())
            }
            _ => return None,
        };
        let mut request = Self::new(which, format);
        Some(request.narrow(uri.query().unwrap_or_default()).map(|()| request))
    }

    /// Takes what the query asks for. Names that aren't known are left alone: readers and
    /// proxies add theirs.
    fn narrow(&mut self, query: &str) -> Result<(), &'static str> {
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            match &*name {
                "tag" | "source" | "q" if value.is_empty() => {}
                "tag" => self.tags.push(value.to_owned()),
                "source" => {
                    let id = SourceId::new(value);
                    self.sources
                        .push(id.ok_or("source: not the name of a source (a-z, 0-9, \".\", \"_\", \"-\")")?);
                }
                "q" => self.query = Some(value.to_owned()),
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
                    self.limit = Some(limit.ok_or("limit: must be a whole number from 1 to 2000")?);
                }
                "before" => {
                    let before = value.parse().ok().filter(|before| *before > 0);
                    self.before = Some(before.ok_or("before: take it from the link to the next page")?);
                }
                _ => {}
            }
        }
        if self.tags.len() + self.sources.len() > MAX_NAMES {
            return Err("at most 50 tags and sources");
        }
        self.tags.sort();
        self.tags.dedup();
        self.sources.sort();
        self.sources.dedup();
        Ok(())
    }
}

/// The feeds. What isn't one under their folders is a page for people, or nothing.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/feed.atom", get(feed))
        .route("/feed.rss", get(feed))
        .route("/feed.json", get(feed))
        .route("/feeds/{name}", get(feed))
        .route("/tags/{name}", get(feed))
        .route("/sources/{name}", get(feed))
}

async fn feed(State(backend): State<Shared>, request: Request) -> Result<Response, Response> {
    let uri = request.uri();
    let wanted = match FeedRequest::of(uri) {
        Some(Ok(wanted)) => wanted,
        Some(Err(why)) => return Ok(refused(why.to_owned())),
        None if request.extensions().get::<SeesPages>().is_some() => {
            return pages::show(State(backend.clone()), uri.clone(), request.headers().clone()).await;
        }
        None => return Ok(plain(StatusCode::NOT_FOUND, "not found\n")),
    };
    let format = wanted.format;
    Ok(match or_unavailable(backend.feed(wanted)).await? {
        Edition::Ready(feed) => document(&feed, format.content_type(), request.headers()),
        Edition::Absent => plain(StatusCode::NOT_FOUND, "there is no such feed\n"),
        Edition::Refused(why) => refused(why),
    })
}

fn refused(why: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::BAD_REQUEST, headers, format!("{why}\n")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(address: &str) -> Option<Result<FeedRequest, &'static str>> {
        FeedRequest::of(&address.parse().unwrap())
    }

    #[test]
    fn addresses_of_feeds() {
        for (address, path) in [
            ("/feed.atom", "/feed.atom"),
            ("/feed.json?token=secret&x=1", "/feed.json"),
            ("/feeds/world.rss?limit=10", "/feeds/world.rss?limit=10"),
            ("/tags/node.js.atom", "/tags/node.js.atom"),
            ("/tags/a%20b%2Fc.atom", "/tags/a%20b%2Fc.atom"),
            ("/tags/%E6%97%A5%E6%9C%AC.json", "/tags/%E6%97%A5%E6%9C%AC.json"),
            ("/sources/bbc.co.rss?before=17", "/sources/bbc.co.rss?before=17"),
            (
                "/feed.atom?source=b&tag=y&source=a&tag=x&tag=x&q=one+two%26",
                "/feed.atom?tag=x&tag=y&source=a&source=b&q=one%20two%26",
            ),
            ("/feed.atom?tag=&q=%20&source=", "/feed.atom"),
        ] {
            let request = asked(address).unwrap().unwrap();
            assert_eq!(request.path(), path, "{address}");
            assert_eq!(asked(&request.path()).unwrap().unwrap(), request, "{address}");
        }
    }

    #[test]
    fn addresses_of_something_else() {
        for address in [
            "/",
            "/feed",
            "/feed.xml",
            "/feed.atom/x",
            "/feeds/A.atom",
            "/tags/x",
            "/tags/.atom",
            "/tags/a/b.atom",
            "/sources/a",
            "/tags/%ff.atom",
        ] {
            assert!(asked(address).is_none(), "{address}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for address in [
            "/feed.atom?limit=0",
            "/feed.atom?limit=2001",
            "/feed.atom?limit=x",
            "/feed.rss?before=-1",
            "/feed.rss?before=now",
            "/feed.json?source=A%20B",
        ] {
            assert!(asked(address).unwrap().is_err(), "{address}");
        }
    }
}
