//! Addresses that a page turns out to have.

use super::canonical::is_site_root;
use super::keys::url_key;
use super::tracking::StripRules;
use crate::model::EntryKey;
use url::Url;

/// Keys of the addresses that a page has besides `link`: where redirects ended,
/// and what the page calls its canonical address (RFC 6596), if that is on the
/// same host. A site's front page is nobody's address.
pub fn page_keys(link: &Url, landed: &Url, canonical: Option<&Url>, rules: StripRules<'_>) -> Vec<EntryKey> {
    let own = url_key(link, rules);
    let mut keys = Vec::new();
    let canonical = canonical.filter(|url| bare_host(url) == bare_host(landed));
    for url in std::iter::once(landed).chain(canonical) {
        if !matches!(url.scheme(), "http" | "https") || is_site_root(url) {
            continue;
        }
        let key = url_key(url, rules);
        if key != own && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn bare_host(url: &Url) -> Option<&str> {
    url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(link: &str, landed: &str, canonical: &str) -> usize {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let canonical = (!canonical.is_empty()).then(|| url(canonical));
        page_keys(&url(link), &url(landed), canonical.as_ref(), StripRules::default()).len()
    }

    #[test]
    fn what_counts_as_an_address() {
        let a = "https://site.example/a";
        assert_eq!(count(a, a, a), 0);
        assert_eq!(count("https://short.example/x", a, a), 1, "a short link");
        assert_eq!(count("https://short.example/x", a, "https://www.site.example/b"), 2);
        assert_eq!(count(a, a, "https://site.example/"), 0, "the site's root");
        assert_eq!(count(a, a, "https://other.example/a"), 0, "another host");
        assert_eq!(count(a, "https://site.example/", ""), 0, "sent to the front page");
    }
}
