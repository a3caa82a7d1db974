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

    /// The key that a program before this one has stored; `None` if it can't be one.
    pub fn stored(text: &str) -> Option<Self> {
        let plain = !text.is_empty() && text.len() <= 300 && text.bytes().all(|b| b.is_ascii_graphic());
        plain.then(|| Self(text.into()))
    }

    /// The key that somebody has written.
    ///
    /// # Errors
    /// What to write instead, if it is known: a host that is part of a larger one, a port
    /// too much or too few.
    pub fn written(text: &str) -> Result<Self, Option<String>> {
        let name = text.trim_end_matches('.').to_lowercase();
        if name.is_empty() || name.contains(['/', '@', '?', '#', '\\', ' ', '*']) {
            return Err(None);
        }
        let url = Url::parse(&format!("http://{name}/")).map_err(|_| None)?;
        let key = Self::of(&url);
        if key.as_str() == name || key.as_str() == format!("{name}:80") && name.contains(':') {
            return Ok(key);
        }
        // Letters of other alphabets are written in ASCII.
        let host = url.host_str().unwrap_or_default();
        if host == key.as_str() && !name.is_ascii() {
            return Ok(key);
        }
        let private = key.as_str() == format!("{host}:80");
        Err(Some(if private { format!("{host}:PORT") } else { key.as_str().to_owned() }))
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

    #[test]
    fn written() {
        for (text, key) in [
            ("reddit.com", "reddit.com"),
            ("Reddit.COM.", "reddit.com"),
            ("someone.github.io", "someone.github.io"),
            ("localhost:8080", "localhost:8080"),
            ("nas.lan:80", "nas.lan:80"),
            ("127.0.0.1:81", "127.0.0.1:81"),
            ("[::1]:8080", "[::1]:8080"),
            ("公司.cn", "xn--55qx5d.cn"),
        ] {
            assert_eq!(HostKey::written(text).unwrap().as_str(), key, "{text}");
        }
        for (text, instead) in [
            ("old.reddit.com", Some("reddit.com")),
            ("reddit.com:8080", Some("reddit.com")),
            ("localhost", Some("localhost:PORT")),
            ("10.0.0.1", Some("10.0.0.1:PORT")),
            ("https://reddit.com", None),
            ("user@reddit.com", None),
            ("*.reddit.com", None),
            ("", None),
        ] {
            assert_eq!(HostKey::written(text).unwrap_err().as_deref(), instead, "{text}");
        }
    }
}
