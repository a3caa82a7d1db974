//! Addresses that carry another one in them: services that count or warn before
//! they let go, and caches of AMP pages. What is meant is the address inside.

use super::canonical::bare_host;
use url::Url;

/// A service that forwards to the address in one of its parameters.
struct Forwarder {
    /// Host without `www.`; a name that ends in a dot stands for any country's (`google.`).
    host: &'static str,
    /// The path begins with this.
    path: &'static str,
    /// The parameters that may hold the address.
    params: &'static [&'static str],
}

const FORWARDERS: &[Forwarder] = &[
    // Alerts as feeds, results of searches.
    forwarder("google.", "/url", &["url", "q"]),
    // News searches as feeds.
    forwarder("bing.com", "/news/apiclick.aspx", &["url"]),
    forwarder("l.facebook.com", "/l.php", &["u"]),
    forwarder("lm.facebook.com", "/l.php", &["u"]),
    forwarder("out.reddit.com", "/", &["url"]),
    forwarder("t.umblr.com", "/redirect", &["z"]),
    forwarder("youtube.com", "/redirect", &["q"]),
    forwarder("vk.com", "/away.php", &["to"]),
    forwarder("duckduckgo.com", "/l/", &["uddg"]),
    forwarder("steamcommunity.com", "/linkfilter/", &["u", "url"]),
    forwarder("slack-redir.net", "/link", &["url"]),
];

const fn forwarder(host: &'static str, path: &'static str, params: &'static [&'static str]) -> Forwarder {
    Forwarder { host, path, params }
}

/// The http(s) address that `url` carries, and the service around it.
pub(super) fn unwrapped(url: &Url) -> Option<(Url, &'static str)> {
    let host = bare_host(url);
    forwarded(url, host).map(|url| (url, "a forwarding service")).or_else(|| {
        let path = cached(url, host)?;
        let mut inside = format!("https://{}", path.strip_prefix("s/").unwrap_or(path));
        if let Some(query) = url.query() {
            inside.push('?');
            inside.push_str(query);
        }
        web(&inside).map(|url| (url, "a cache of AMP pages"))
    })
}

fn forwarded(url: &Url, host: &str) -> Option<Url> {
    let matches = |known: &str| match known.strip_suffix('.') {
        Some(name) => host.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')),
        None => host == known,
    };
    let service = FORWARDERS.iter().find(|one| matches(one.host) && url.path().starts_with(one.path))?;
    let value = |name: &&str| url.query_pairs().find(|(key, _)| key == *name).map(|(_, value)| value);
    service.params.iter().filter_map(value).find_map(|value| web(&value))
}

/// What follows in the path of a cache of AMP pages: `s/` (for https), host and path.
fn cached<'a>(url: &'a Url, host: &str) -> Option<&'a str> {
    let path = url.path();
    if host.ends_with(".cdn.ampproject.org") {
        return ["/c/", "/v/", "/wp/"].iter().find_map(|kind| path.strip_prefix(kind));
    }
    host.starts_with("google.").then(|| path.strip_prefix("/amp/")).flatten()
}

fn web(address: &str) -> Option<Url> {
    let url = Url::parse(address.trim()).ok()?;
    let named = url.host_str().is_some_and(|host| host.contains('.'));
    (matches!(url.scheme(), "http" | "https") && named).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(url: &str) -> Option<String> {
        unwrapped(&Url::parse(url).expect(url)).map(|(url, _)| url.into())
    }

    #[test]
    fn what_is_carried() {
        let a = Some("https://site.example/a?x=1".to_owned());
        for url in [
            "https://www.google.com/url?rct=j&sa=t&url=https://site.example/a%3Fx%3D1&ct=ga",
            "https://www.google.de/url?q=https://site.example/a%3Fx%3D1",
            "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fsite.example%2fa%3fx%3d1",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fsite.example%2Fa%3Fx%3D1&h=AT0",
            "https://www.google.com/amp/s/site.example/a?x=1",
            "https://site-example.cdn.ampproject.org/c/s/site.example/a?x=1",
        ] {
            assert_eq!(inside(url), a, "{url}");
        }
        for url in [
            "https://www.google.com/url?q=cats",
            "https://www.google.com/search?q=https://site.example/a",
            "https://googlereader.example/url?url=https://site.example/a",
            "https://site.example/url?url=https://other.example/a",
            "https://l.facebook.com/l.php?u=javascript:alert(1)",
            "https://www.google.com/amp/",
        ] {
            assert_eq!(inside(url), None, "{url}");
        }
    }
}
