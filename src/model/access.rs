//! What a source's requests carry that nobody else may see, and the way they take.

use std::fmt;
use std::path::PathBuf;
use url::{Origin, Url};

/// A text that must not be shown.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one who needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The content of a `password_file`: one line, line ends don't count.
    ///
    /// # Errors
    /// A sentence: there is none, or there are several.
    pub fn of_file(content: &[u8]) -> Result<Self, String> {
        const LONGEST: usize = 1_000;
        let text = std::str::from_utf8(content).map_err(|_| "the file is not UTF-8")?;
        let line = text.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            return Err("the file is empty; write the password into it".into());
        }
        if line.chars().any(char::is_control) {
            return Err("the file must hold the password in one line and nothing else".into());
        }
        if line.len() > LONGEST {
            return Err(format!("the file is too long for a password; at most {LONGEST} bytes"));
        }
        Ok(Self::new(line))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Headers and log-in of a source, and who may see them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Credentials {
    /// The source's own origin.
    pub origin: Origin,
    /// Hosts that may see them as well.
    pub hosts: Vec<NamedHost>,
    /// Names and values.
    pub headers: Vec<(String, Secret)>,
    /// Name for basic authentication (RFC 7617).
    pub username: Option<Secret>,
    /// Holds the password.
    pub password_file: Option<PathBuf>,
    /// Cookies in the format of Netscape.
    pub cookie_file: Option<PathBuf>,
}

impl Credentials {
    /// Whether a request to this address may carry them: the own origin may see them,
    /// and the named hosts, but not over http if the source itself is asked over https.
    pub fn may_go_to(&self, url: &Url) -> bool {
        let own_is_plain = matches!(&self.origin, Origin::Tuple(scheme, ..) if scheme == "http");
        self.origin == url.origin()
            || (url.scheme() == "https" || own_is_plain) && self.hosts.iter().any(|host| host.is_of(url))
    }
}

/// A host as the operator has named it, with a port or for all ports.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamedHost {
    host: String,
    port: Option<u16>,
}

impl NamedHost {
    /// Reads `host` or `host:port`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.contains(['/', '@', '?', '#', '\\', '*', ' ']) {
            return None;
        }
        let url = Url::parse(&format!("http://{text}/")).ok()?;
        let port = url.port().or_else(|| text.ends_with(":80").then_some(80));
        Some(Self { host: url.host_str()?.trim_end_matches('.').to_owned(), port })
    }

    fn is_of(&self, url: &Url) -> bool {
        url.host_str().is_some_and(|host| host.trim_end_matches('.') == self.host)
            && (self.port.is_none() || self.port == url.port_or_known_default())
    }
}

/// The proxy through which requests go.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Proxy(Url);

impl Proxy {
    /// A proxy at this address, which may hold a log-in.
    pub fn new(url: Url) -> Self {
        Self(url)
    }

    /// Its address, log-in included: not to be shown.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

/// Scheme, host and port.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = self.0.port().map_or_else(String::new, |port| format!(":{port}"));
        write!(f, "{}://{}{port}", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(own: &str, hosts: &[&str]) -> Credentials {
        Credentials {
            origin: Url::parse(own).unwrap().origin(),
            hosts: hosts.iter().map(|host| NamedHost::parse(host).unwrap()).collect(),
            headers: vec![("X-Key".to_owned(), Secret::new("hunter2"))],
            username: Some(Secret::new("carol")),
            password_file: None,
            cookie_file: None,
        }
    }

    #[test]
    fn who_may_see_them() {
        let hosts = ["cdn.example.org", "127.0.0.1:8080", "b.example:80"];
        let secure = credentials("https://a.example/feed", &hosts);
        let plain = credentials("http://a.example/feed", &hosts);
        for (url, to_secure, to_plain) in [
            ("https://a.example/other", true, false),
            ("http://a.example/", false, true),
            ("https://a.example:444/", false, false),
            ("https://www.a.example/", false, false),
            ("https://cdn.example.org/x", true, true),
            ("https://cdn.example.org:8443/x", true, true),
            ("http://cdn.example.org/x", false, true),
            ("https://x.cdn.example.org/", false, false),
            ("https://example.org/", false, false),
            ("http://127.0.0.1:8080/", false, true),
            ("http://127.0.0.1:8081/", false, false),
            ("http://b.example/", false, true),
            ("https://b.example/", false, false),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!((secure.may_go_to(&url), plain.may_go_to(&url)), (to_secure, to_plain), "{url}");
        }
    }

    #[test]
    fn nothing_shows_them() {
        let shown = format!("{:?}", credentials("https://a.example/", &[]));
        assert!(!shown.contains("hunter2") && !shown.contains("carol"), "{shown}");
        let proxy = Proxy::new(Url::parse("socks5h://carol:hunter2@127.0.0.1:9050").unwrap());
        assert_eq!(format!("{proxy:?} {proxy}"), "Proxy(socks5h://127.0.0.1:9050) socks5h://127.0.0.1:9050");
    }

    #[test]
    fn passwords_of_files() {
        assert_eq!(Secret::of_file("pässword \r\n".as_bytes()).unwrap().reveal(), "pässword ");
        for content in [&b""[..], b"\n", b"a\nb", b"a\0b", b"\xff", &[b'x'; 1001]] {
            assert!(Secret::of_file(content).is_err(), "{content:?}");
        }
    }
}
