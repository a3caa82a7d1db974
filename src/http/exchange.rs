//! One request and its answer, without following it anywhere.

use super::decode::{Coding, codings};
use super::error::{describe, failure, of_reqwest, permanent, shown};
use super::redirect::is_redirect;
use super::request::authorize;
use crate::model::{FetchError, HostKey};
use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, Method, Request, Response};
use url::Url;

/// What every hop of a request has in common.
#[derive(Debug)]
pub(super) struct Terms {
    /// Everything that is sent but Authorization.
    pub headers: HeaderMap,
    /// What is sent to one site only, in the place of what else has the same name.
    pub own: Option<(HostKey, HeaderMap)>,
    /// Bytes of a body that may cross the network.
    pub max_size: usize,
    /// Whether a longer body is cut there; otherwise it is an error.
    pub truncate: bool,
    /// The proxy it goes through, as it may be shown.
    pub via: Option<String>,
    /// Whether only text is wanted: pictures, films and the like are not downloaded.
    pub no_media: bool,
    /// Sent by POST; without one it is a GET.
    pub form: Option<Bytes>,
}

/// How far an exchange has got, for the message should it take too long.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub answered: bool,
    pub bytes: usize,
}

/// What one hop brought.
#[derive(Debug)]
pub(super) enum Hop {
    /// Look there.
    Redirect(u16, Option<HeaderValue>),
    /// The answer.
    Answer(Box<Raw>),
}

/// An answer as it came; the body is there for 200 and 203, and for a form that was
/// refused; not yet decoded.
#[derive(Debug)]
pub(super) struct Raw {
    pub status: u16,
    pub headers: HeaderMap,
    pub codings: Vec<Coding>,
    pub body: Vec<u8>,
    /// Why the body ended before its end.
    pub cut: Option<FetchError>,
}

/// Sends the request and reads what comes back. Dropping it ends the connection.
pub(super) async fn exchange(
    client: &Client,
    url: &Url,
    terms: &Terms,
    (authorization, own): (Option<&HeaderValue>, HeaderMap),
    progress: &mut Progress,
) -> Result<Hop, FetchError> {
    let method = if terms.form.is_some() { Method::POST } else { Method::GET };
    let mut request = Request::new(method, url.clone());
    *request.body_mut() = terms.form.clone().map(Into::into);
    terms.headers.clone_into(request.headers_mut());
    if let Some((_, site)) = terms.own.as_ref().filter(|(host, _)| HostKey::of(url) == *host) {
        site.iter().for_each(|(name, value)| drop(request.headers_mut().insert(name, value.clone())));
    }
    authorize(request.headers_mut(), authorization, own);
    let sent = client.execute(request).await;
    let mut response = sent.map_err(|e| of_reqwest(&e, url, terms.via.as_deref()))?;
    progress.answered = true;
    let status = response.status().as_u16();
    // A form is sent again only where the server says so (RFC 9110 §15.4).
    if is_redirect(status) && (terms.form.is_none() || matches!(status, 307 | 308)) {
        return Ok(Hop::Redirect(status, response.headers().get(LOCATION).cloned()));
    }
    let mut raw = Raw { status, headers: HeaderMap::new(), codings: Vec::new(), body: Vec::new(), cut: None };
    let refusal = terms.form.is_some() && status >= 300;
    if matches!(status, 200 | 203) && terms.form.is_none() || refusal {
        if let Some(media) = media_type(response.headers()).filter(|_| terms.no_media) {
            return Err(permanent("not-html", url, format!("the answer is {media}, not a page")));
        }
        let values = response.headers().get_all(CONTENT_ENCODING).iter().map(HeaderValue::as_bytes);
        raw.codings = codings(values).map_err(|message| failure("encoding", url, message))?;
        read_body(&mut response, url, terms, &mut raw, progress).await?;
    }
    raw.headers = std::mem::take(response.headers_mut());
    Ok(Hop::Answer(Box::new(raw)))
}

/// The `Content-Type` if it is one that cannot hold an article.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let media = ["image/", "audio/", "video/", "font/", "application/pdf", "application/zip"];
    media.iter().any(|m| kind.starts_with(m)).then(|| shown(kind.as_bytes()))
}

async fn read_body(
    response: &mut Response,
    url: &Url,
    terms: &Terms,
    raw: &mut Raw,
    progress: &mut Progress,
) -> Result<(), FetchError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > terms.max_size as u64 && !terms.truncate {
        return Err(too_large(url, terms.max_size));
    }
    // Only so much is reserved on the server's word.
    raw.body.reserve(usize::try_from(announced).unwrap_or(0).min(256 * 1024));
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(()),
            Err(error) => {
                let (kind, message) = describe(&error, url, terms.via.as_deref());
                let got = raw.body.len();
                raw.cut = Some(failure(kind, url, format!("the answer ends after {got} bytes: {message}")));
                return Ok(());
            }
        };
        let room = terms.max_size - raw.body.len();
        raw.body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        progress.bytes = raw.body.len();
        if chunk.len() > room {
            return if terms.truncate { Ok(()) } else { Err(too_large(url, terms.max_size)) };
        }
    }
}

/// The body is larger than the policy allows; so it will be next time.
pub(super) fn too_large(url: &Url, max: usize) -> FetchError {
    let mib = 1024 * 1024;
    let size = if max >= mib && max.is_multiple_of(mib) {
        format!("{} MiB", max / mib)
    } else {
        format!("{max} bytes")
    };
    permanent("too-large", url, format!("the answer is larger than {size} (max_feed_size, max_page_size)"))
}
