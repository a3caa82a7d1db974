//! Sending a form: the same way as every request, under the same rules.

use super::answer::refused;
use super::client::{Ask, Client, via};
use super::error::shown;
use super::exchange::{Raw, Terms};
use super::redirect::Trip;
use super::request::common;
use crate::model::{FetchError, FetchPolicy};
use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue};
use url::{Url, form_urlencoded};

/// Hubs may be elsewhere (307, 308); a long way round is none.
const MAX_REDIRECTS: usize = 5;
/// Bytes of a refusal that are looked at.
const MAX_ANSWER: usize = 2048;

impl Client {
    /// Sends a form by POST: waits for a turn at the host, follows redirects that keep the
    /// method (307, 308), checks every address on the way.
    ///
    /// # Errors
    /// [`FetchError`] for everything but an answer of 2xx.
    pub async fn post(
        &self,
        url: &Url,
        fields: &[(&'static str, String)],
        policy: &FetchPolicy,
    ) -> Result<(), FetchError> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut headers = common(&policy.user_agent, "text/plain, */*;q=0.5");
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let terms = Terms {
            own: None,
            headers,
            max_size: MAX_ANSWER,
            truncate: true,
            via: via(policy),
            no_media: false,
            form: Some(Bytes::from(form)),
        };
        let credentials = policy.credentials.as_deref();
        let ask = Ask { policy, terms, credentials, page: false, robots: false, more_to_come: false };
        let mut trip = Trip::new(url, MAX_REDIRECTS)?;
        let raw = self.walk(&mut trip, &ask).await?;
        if (200..300).contains(&raw.status) {
            return Ok(());
        }
        let error = refused(&raw, &trip.url, &|| self.now());
        Err(FetchError { message: format!("{}{}", error.message, reason(&raw)), ..error })
    }
}

/// What the server says beside the status (WebSub §5.1: plain text).
fn reason(raw: &Raw) -> String {
    let text = raw.body.trim_ascii();
    if text.is_empty() || text.starts_with(b"<") || !raw.codings.is_empty() {
        return String::new();
    }
    format!(": {}", shown(text))
}
