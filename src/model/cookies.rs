//! Cookies of a file in the format that browsers' exporters write (Netscape's), and
//! which of them go where (RFC 6265 §5.4).

use super::Secret;
use jiff::Timestamp;
use std::fmt;
use url::{Host, Url};

/// So many cookies are read.
const MOST: usize = 5_000;
/// A `Cookie` header has at most so many bytes; most servers take no more than 8 KiB.
const LONGEST_HEADER: usize = 8 * 1024;

/// The cookies of a file.
#[derive(Debug, Clone, Default)]
pub struct Cookies {
    /// Those with the longest paths first.
    list: Vec<Cookie>,
}

#[derive(Clone)]
struct Cookie {
    domain: String,
    subdomains: bool,
    path: String,
    secure: bool,
    /// Seconds since 1970; `None`: until the browser is closed, which never happens here.
    expires: Option<i64>,
    pair: String,
}

impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cookie({}{})", self.domain, self.path)
    }
}

impl Cookies {
    /// Reads a file. Comments and blank lines are skipped, `#HttpOnly_` is understood.
    ///
    /// # Errors
    /// A sentence that names the line, and nothing of what stands there.
    pub fn parse(content: &[u8]) -> Result<Self, String> {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        let text = std::str::from_utf8(content).map_err(|_| "the file is not UTF-8".to_owned())?;
        let mut list = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            let line = line.strip_prefix("#HttpOnly_").unwrap_or(line);
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if list.len() >= MOST {
                return Err(format!("more than {MOST} cookies; keep those of the source's host only"));
            }
            list.push(Cookie::parse(line).map_err(|why| format!("line {}: {why}", number + 1))?);
        }
        list.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        Ok(Self { list })
    }

    /// The value of a `Cookie` header for a request to this address; `None` if none of
    /// them goes there.
    pub fn header(&self, url: &Url, now: Timestamp) -> Option<Secret> {
        let mut value = String::new();
        for cookie in self.list.iter().filter(|cookie| cookie.is_for(url) && !cookie.is_over(now)) {
            if value.len() + cookie.pair.len() + 2 > LONGEST_HEADER {
                break;
            }
            if !value.is_empty() {
                value.push_str("; ");
            }
            value.push_str(&cookie.pair);
        }
        (!value.is_empty()).then(|| Secret::new(value))
    }

    /// Whether there are cookies for this address, all of which have expired.
    pub fn all_expired(&self, url: &Url, now: Timestamp) -> bool {
        let mut for_it = self.list.iter().filter(|cookie| cookie.is_for(url)).peekable();
        for_it.peek().is_some() && for_it.all(|cookie| cookie.is_over(now))
    }
}

impl Cookie {
    fn parse(line: &str) -> Result<Self, String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let (Some(&domain), 6..=7) = (fields.first(), fields.len()) else {
            let hint = if line.contains('\t') { "" } else { "; the tabs have become blanks" };
            return Err(format!("{} fields instead of 7 with tabs between them{hint}", fields.len()));
        };
        let field = |index: usize| fields.get(index).copied().unwrap_or_default();
        let name = domain.strip_prefix('.').unwrap_or(domain).to_ascii_lowercase();
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || "/@:?#".contains(c)) {
            return Err("the first field is not a host".into());
        }
        let flag = |index: usize, what: &str| match field(index).to_ascii_uppercase().as_str() {
            "TRUE" => Ok(true),
            "FALSE" => Ok(false),
            _ => Err(format!("field {} ({what}) must be TRUE or FALSE", index + 1)),
        };
        let path = field(2);
        if !path.starts_with('/') {
            return Err("field 3 (path) must begin with /".into());
        }
        let expires: f64 =
            field(4).trim().parse().map_err(|_| "field 5 (expiry) must be a number of seconds")?;
        let (key, value) = (field(5), field(6));
        let bad = |text: &str| text.contains(|c: char| c.is_control() || c == ';');
        if key.is_empty() || key.contains('=') || bad(key) || bad(value) {
            return Err("fields 6 and 7 (name and value) are none that a cookie can have".into());
        }
        Ok(Self {
            subdomains: flag(1, "subdomains")? || domain.starts_with('.'),
            domain: name,
            path: path.to_owned(),
            secure: flag(3, "secure")?,
            expires: (expires > 0.0).then_some(expires as i64),
            pair: format!("{key}={value}"),
        })
    }

    fn is_for(&self, url: &Url) -> bool {
        let path = url.path();
        let inside = path.strip_prefix(self.path.as_str());
        let on_path =
            inside.is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'));
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        let named = matches!(url.host(), Some(Host::Domain(_)));
        let below = || host.strip_suffix(self.domain.as_str()).is_some_and(|rest| rest.ends_with('.'));
        on_path
            && (!self.secure || url.scheme() == "https")
            && (host == self.domain || self.subdomains && named && below())
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|at| at <= now.as_second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-03-02T10:00:00Z".parse().unwrap()
    }

    const FILE: &str = "# Netscape HTTP Cookie File\r\n\r\n\
        .example.com\tTRUE\t/\tFALSE\t0\tall\t1\r\n\
        #HttpOnly_www.example.com\tFALSE\t/\tTRUE\t4102444800\tsession\tabc=\r\n\
        www.example.com\tFALSE\t/news\tFALSE\t4102444800.5\tnews\t\n\
        www.example.com\tFALSE\t/\tFALSE\t1000000000\told\tx\n\
        192.0.2.1\tFALSE\t/\tFALSE\t-1\tip\ty\n\
        gone.example\tFALSE\t/\tFALSE\t1\tover\n";

    #[test]
    fn which_go_where() {
        let cookies = Cookies::parse(FILE.as_bytes()).unwrap();
        for (url, header) in [
            ("https://www.example.com/", Some("all=1; session=abc=")),
            ("http://www.example.com/", Some("all=1")),
            ("https://www.example.com/news/1", Some("news=; all=1; session=abc=")),
            ("http://www.example.com/newspaper", Some("all=1")),
            ("http://EXAMPLE.com./", Some("all=1")),
            ("http://a.b.example.com/", Some("all=1")),
            ("http://badexample.com/", None),
            ("http://192.0.2.1/", Some("ip=y")),
            ("http://com/", None),
            ("http://gone.example/", None),
        ] {
            let url = Url::parse(url).unwrap();
            let got = cookies.header(&url, now());
            assert_eq!(got.as_ref().map(Secret::reveal), header, "{url}");
        }
        let expired = |url: &str| cookies.all_expired(&Url::parse(url).unwrap(), now());
        assert!(
            expired("http://gone.example/") && !expired("http://www.example.com/") && !expired("http://x.y/")
        );
        assert!(!format!("{cookies:?}").contains("abc"));
    }

    #[test]
    fn mistakes_are_told_by_line_without_what_stands_there() {
        for (line, why) in [
            (
                ".a.example TRUE / FALSE 0 name s3cret",
                "line 2: 1 fields instead of 7 with tabs between them; the tabs have become blanks",
            ),
            (".a.example\tTRUE\t/\ts3cret", "line 2: 4 fields instead of 7 with tabs between them"),
            (
                ".a.example\tperhaps\t/\tFALSE\t0\tn\ts3cret",
                "line 2: field 2 (subdomains) must be TRUE or FALSE",
            ),
            (".a.example\tTRUE\tx\tFALSE\t0\tn\ts3cret", "line 2: field 3 (path) must begin with /"),
            (
                ".a.example\tTRUE\t/\tFALSE\tsoon\tn\ts3cret",
                "line 2: field 5 (expiry) must be a number of seconds",
            ),
            ("http://a.example/\tTRUE\t/\tFALSE\t0\tn\ts3cret", "line 2: the first field is not a host"),
            (
                ".a.example\tTRUE\t/\tFALSE\t0\tn\ts3\u{1}cret",
                "line 2: fields 6 and 7 (name and value) are none that a cookie can have",
            ),
            (
                ".a.example\tTRUE\t/\tFALSE\t0\tn\ta; b",
                "line 2: fields 6 and 7 (name and value) are none that a cookie can have",
            ),
        ] {
            assert_eq!(Cookies::parse(format!("#\n{line}\n").as_bytes()).unwrap_err(), why, "{line}");
        }
        assert!(Cookies::parse(b"\xff").unwrap_err().contains("UTF-8"));
        assert!(Cookies::parse("a\tTRUE\t/\tTRUE\t0\tn\tv\n".repeat(5001).as_bytes()).is_err());
        let long = format!("a.example\tTRUE\t/\tFALSE\t0\tn\t{}\n", "v".repeat(5000)).repeat(3);
        let url = Url::parse("http://a.example/").unwrap();
        let header = Cookies::parse(long.as_bytes()).unwrap().header(&url, now()).unwrap();
        assert!(header.reveal().len() <= LONGEST_HEADER);
    }
}
