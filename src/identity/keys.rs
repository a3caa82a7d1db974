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
    EntryKey::from_digest(key)
}

/// A key of which the first 32 bits come from `scope` alone. Keys of one host, or
/// of one feed, lie side by side in the store's index: a poll touches a few of its
/// pages instead of one for every entry.
fn scoped(scope: &[u8], parts: &[&[u8]]) -> EntryKey {
    let mut key = digest(parts).0;
    key.copy_within(..12, 4);
    key[..4].copy_from_slice(&digest(&[scope]).0[..4]);
    EntryKey::from_digest(key)
}

/// The key of an article's address, the same for every feed.
pub fn url_key(url: &Url, rules: StripRules<'_>) -> EntryKey {
    form_key(&canonical(url, rules).form)
}

fn form_key(form: &str) -> EntryKey {
    let host = form.trim_start_matches("https://").split('/').next().unwrap_or_default();
    scoped(host.as_bytes(), &[b"url", form.as_bytes()])
}

/// What identifies one item of a feed of `source`.
///
/// A guid counts within its feed only; a link to a site's front page names no
/// article unless there is nothing else (RSS 2.0 `item`; RFC 4287 §4.2.6).
pub fn candidate(source: &SourceId, entry: &FeedEntry, rules: StripRules<'_>) -> Candidate {
    let feed = source.as_str().as_bytes();
    let link = entry.link.as_deref().and_then(web_address);
    let guid = entry.guid.as_deref().map(|guid| scoped(feed, &[b"guid", feed, guid.as_bytes()]));
    let titled = entry.title.is_some() || entry.content.is_some() || entry.summary.is_some();
    let named = link.as_ref().filter(|url| !is_site_root(url) || (guid.is_none() && !titled));
    let form = named.map(|url| canonical(url, rules).form);
    let fragment = link.as_ref().and_then(Url::fragment).unwrap_or_default();
    let exact =
        form.as_ref().map(|form| scoped(feed, &[b"in feed", feed, form.as_bytes(), fragment.as_bytes()]));
    let text = || {
        let title = entry.title.as_deref().unwrap_or_default();
        let text = entry.content.as_deref().or(entry.summary.as_deref()).unwrap_or_default();
        scoped(feed, &[b"text", feed, title.as_bytes(), text.as_bytes()])
    };
    let fallback = guid.or(exact).unwrap_or_else(text);
    Candidate { guid, url: form.as_deref().map(form_key), exact, fallback }
}

/// The same for a source whose addresses lie (`identity = "guid"`): the guid alone
/// says what is what, and no address joins anything.
///
/// An item without a guid is known by its exact address within the feed, or by title
/// and text: as far as possible by what identified it before the key was set.
pub fn candidate_by_guid(source: &SourceId, entry: &FeedEntry) -> Candidate {
    let Candidate { guid, exact, fallback, .. } = candidate(source, entry, StripRules::default());
    Candidate { guid, url: None, exact: exact.filter(|_| guid.is_none()), fallback }
}

/// An http or https address; anything else names no article.
pub fn web_address(link: &str) -> Option<Url> {
    Url::parse(link.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Changes when title or text of an entry change, and with nothing else:
/// a bumped date is no news.
pub fn content_hash(entry: &FeedEntry) -> EntryKey {
    // A title made out of the address says no more than that.
    let title = if entry.makeshift_title { &None } else { &entry.title };
    let texts = [title, &entry.summary, &entry.content];
    digest(&texts.map(|text| text.as_deref().unwrap_or_default().as_bytes()))
}
