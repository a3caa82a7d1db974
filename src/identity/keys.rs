//! The keys under which entries are recognised.

use super::assign::Candidate;
use super::canonical::{canonical, is_site_root};
use super::tracking::StripRules;
use crate::model::{EntryKey, FeedEntry, SourceId};
use sha2::{Digest, Sha256};
use url::Url;

/// 128 bits of SHA-256 over the parts, each closed by a NUL so that they can't run together.
pub fn digest(parts: &[&[u8]]) -> EntryKey {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hash.finalize()[..16]);
    EntryKey(key)
}

/// The key of an article's address, the same for every feed.
pub fn url_key(url: &Url, rules: StripRules<'_>) -> EntryKey {
    digest(&[b"url", canonical(url, rules).form.as_bytes()])
}

/// What identifies one item of a feed of `source`.
///
/// A guid counts within its feed only; a link to a site's front page names no
/// article unless there is nothing else (RSS 2.0 `item`; RFC 4287 §4.2.6).
pub fn candidate(source: &SourceId, entry: &FeedEntry, rules: StripRules<'_>) -> Candidate {
    let scope = source.as_str().as_bytes();
    let link = entry.link.as_deref().and_then(web_address);
    let guid = entry.guid.as_deref().map(|guid| digest(&[b"guid", scope, guid.as_bytes()]));
    let titled = entry.title.is_some() || entry.content.is_some() || entry.summary.is_some();
    let named = link.as_ref().filter(|url| !is_site_root(url) || (guid.is_none() && !titled));
    let form = named.map(|url| canonical(url, rules).form);
    let fragment = link.as_ref().and_then(Url::fragment).filter(|fragment| !fragment.is_empty());
    let exact = match (&form, fragment) {
        (Some(form), Some(fragment)) => {
            Some(digest(&[b"fragment", scope, form.as_bytes(), fragment.as_bytes()]))
        }
        (Some(form), None) => Some(digest(&[b"in-feed", scope, form.as_bytes()])),
        (None, _) => None,
    };
    Candidate {
        guid,
        url: form.as_ref().map(|form| digest(&[b"url", form.as_bytes()])),
        exact,
        fallback: digest(&[
            b"text",
            scope,
            entry.title.as_deref().unwrap_or_default().as_bytes(),
            entry.content.as_deref().or(entry.summary.as_deref()).unwrap_or_default().as_bytes(),
        ]),
    }
}

/// An http or https address; anything else names no article.
pub fn web_address(link: &str) -> Option<Url> {
    Url::parse(link.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Changes when title or text of an entry change, and with nothing else:
/// a bumped date is no news.
pub fn content_hash(entry: &FeedEntry) -> EntryKey {
    let bytes = |text: &Option<String>| text.clone().unwrap_or_default().into_bytes();
    digest(&[&bytes(&entry.title), &bytes(&entry.summary), &bytes(&entry.content)])
}
