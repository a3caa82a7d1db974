//! What a source's requests carry besides: headers, log-in and cookies, for those hops
//! that may see them.
//!
//! Files are read for every request: they are small, requests are few, and so a
//! change counts at once.

use super::error::failure;
use super::request::basic;
use crate::model::{Cookies, Credentials, FetchError, Secret};
use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use std::io::Read;
use std::path::{Path, PathBuf};
use url::Url;

/// A file of cookies or of a password is no longer.
const LARGEST_FILE: u64 = 1 << 20;

/// The headers for one hop; none if the address may not see them.
pub(super) async fn headers(
    credentials: &Credentials,
    url: &Url,
    now: Timestamp,
) -> Result<HeaderMap, FetchError> {
    let mut map = HeaderMap::new();
    if !credentials.may_go_to(url) {
        return Ok(map);
    }
    for (name, value) in &credentials.headers {
        // Both were checked when the configuration was read.
        let name =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| failed(url, "headers", "a bad name"))?;
        map.insert(name, sensitive(value).ok_or_else(|| failed(url, "headers", "a bad value"))?);
    }
    if let (Some(name), Some(path)) = (&credentials.username, &credentials.password_file) {
        let read = |content: &[u8]| Secret::of_file(content);
        let password = of_file(path, read).await.map_err(|why| failed(url, "password_file", &why))?;
        map.extend(basic(name.reveal(), password.reveal()).map(|value| (AUTHORIZATION, value)));
    }
    if let Some(path) = &credentials.cookie_file {
        let read = |content: &[u8]| Cookies::parse(content);
        let cookies = of_file(path, read).await.map_err(|why| failed(url, "cookie_file", &why))?;
        let value = cookies.header(url, now).as_ref().and_then(sensitive);
        if value.is_none() && cookies.all_expired(url, now) {
            let why = format!("{}: all cookies for this host have expired; export them anew", path.display());
            return Err(failed(url, "cookie_file", &why));
        }
        map.extend(value.map(|value| (COOKIE, value)));
    }
    Ok(map)
}

fn sensitive(value: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(value.reveal().as_bytes()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn failed(url: &Url, key: &str, why: &str) -> FetchError {
    failure("credentials", url, format!("nothing was sent: {key}: {why}"))
}

/// Reads and understands a file on a thread that may be blocked.
async fn of_file<T: Send + 'static>(
    path: &Path,
    read: impl FnOnce(&[u8]) -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let path: PathBuf = path.to_owned();
    let work = move || {
        let mut content = Vec::new();
        let opened = std::fs::File::open(&path).map(|file| file.take(LARGEST_FILE + 1));
        let done = opened.and_then(|mut file| file.read_to_end(&mut content));
        let name = path.display();
        done.map_err(|error| format!("{name} cannot be read: {error}"))?;
        if content.len() as u64 > LARGEST_FILE {
            return Err(format!("{name} is larger than 1 MiB"));
        }
        read(&content).map_err(|why| format!("{name}: {why}"))
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| format!("the file could not be read: {error}"))?
}
