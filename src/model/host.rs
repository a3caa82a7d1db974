//! The unit of politeness: who is being talked to.

use std::fmt;
use std::sync::Arc;
use url::{Host, Url};

/// Whom a request goes to, for budgets and pauses: the registrable domain of a
/// public name (`news.example.co.uk` and `example.co.uk` are one), `host:port`
/// of an IP address or of a private name such as `localhost`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostKey(Arc<str>);

impl HostKey {
    /// The key of an address. One without a host gets the empty key.
    pub fn of(url: &Url) -> Self {
        let port = url.port_or_known_default().unwrap_or(0);
        match url.host() {
            Some(Host::Domain(name)) => Self::of_name(name, port),
            Some(Host::Ipv4(ip)) => Self(format!("{ip}:{port}").into()),
            Some(Host::Ipv6(ip)) => Self(format!("[{ip}]:{port}").into()),
            None => Self("".into()),
        }
    }

    fn of_name(name: &str, port: u16) -> Self {
        let name = name.trim_end_matches('.');
        let lower;
        let name = if name.bytes().any(|b| b.is_ascii_uppercase()) {
            lower = name.to_ascii_lowercase();
            &lower
        } else {
            name
        };
        let public = name.contains('.') && psl::suffix(name.as_bytes()).is_some_and(|s| s.is_known());
        if public {
            // A public suffix itself (`github.io`) has no registrable part.
            Self(psl::domain_str(name).unwrap_or(name).into())
        } else {
            Self(format!("{name}:{port}").into())
        }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for (url, key) in [
            ("https://News.Example.CO.UK/feed", "example.co.uk"),
            ("http://example.co.uk.:8080/", "example.co.uk"),
            ("https://someone.github.io/feed", "someone.github.io"),
            ("https://github.io/", "github.io"),
            ("http://localhost:8080/", "localhost:8080"),
            ("http://LOCALHOST./", "localhost:80"),
            ("https://nas.lan/feed", "nas.lan:443"),
            ("http://127.0.0.1:81/", "127.0.0.1:81"),
            ("http://0x7f.1/", "127.0.0.1:80"),
            ("https://[::1]/", "[::1]:443"),
            ("http://www.食狮.公司.cn/", "xn--85x722f.xn--55qx5d.cn"),
            ("mailto:a@b.example", ""),
        ] {
            assert_eq!(HostKey::of(&Url::parse(url).unwrap()).as_str(), key, "{url}");
        }
    }
}
