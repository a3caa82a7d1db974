//! What a string must look like, by its [`Shape`]. No message repeats the string: it may hold
//! a password or come out of the environment.

use super::access;
use super::keys::Shape;
use super::types::Listen;
use crate::search::Query;
use ipnet::IpNet;
use regex::{Regex, RegexBuilder};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use url::{Host, Url};

/// A string that was understood.
#[derive(Debug, Clone)]
pub(super) enum Checked {
    Text(String),
    Url(Box<Url>),
    Listen(Listen),
    Net(IpNet),
    Pattern(Regex),
}

/// Checks a string; the error says what is wrong and what to write instead.
pub(super) fn text(shape: Shape, text: &str) -> Result<Checked, String> {
    match shape {
        Shape::Line => line(text, 1_000).map(Checked::Text),
        Shape::Path | Shape::Glob => path(text).map(Checked::Text),
        Shape::FeedUrl => {
            web_address(text, "https://example.com/feed").map(|url| Checked::Url(Box::new(url)))
        }
        Shape::BaseUrl => base_url(text).map(|url| Checked::Url(Box::new(url))),
        Shape::Listen => listen(text).map(Checked::Listen),
        Shape::UserAgent => user_agent(text).map(Checked::Text),
        Shape::Contact => contact(text).map(Checked::Text),
        Shape::Selector => selector(text).map(Checked::Text),
        Shape::Query => query(text).map(Checked::Text),
        Shape::Tag => tag(text).map(Checked::Text),
        Shape::Param => param(text).map(Checked::Text),
        Shape::Net => net(text).map(Checked::Net),
        Shape::Pattern => pattern(text).map(Checked::Pattern),
        Shape::Username => access::username(text).map(Checked::Text),
        Shape::Host => access::host(text).map(Checked::Text),
        Shape::Proxy => access::proxy(text).map(|url| match url {
            Some(url) => Checked::Url(Box::new(url)),
            None => Checked::Text(text.to_owned()),
        }),
    }
}

fn line(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("empty; write some text or leave the key out".into());
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}'))
    {
        return Err("line breaks and control characters are not allowed; write it in one line".into());
    }
    if text.chars().count() > most {
        return Err(format!("too long; at most {most} characters"));
    }
    Ok(text.to_owned())
}

/// A tag is a part of addresses.
fn tag(text: &str) -> Result<String, String> {
    let text = line(text, 100)?;
    if matches!(text.as_str(), "." | "..") {
        return Err("a tag is a part of addresses, where this one has another meaning".into());
    }
    Ok(text)
}

fn query(text: &str) -> Result<String, String> {
    let text = line(text, 1_000)?;
    match Query::parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(error.to_string()),
    }
}

fn path(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("empty; write a path".into());
    }
    if text.chars().any(char::is_control) {
        return Err("control characters are not allowed in a path".into());
    }
    if text == "~" || text.starts_with("~/") {
        return Err("\"~\" is not replaced; write \"${HOME}/…\"".into());
    }
    Ok(text.to_owned())
}

/// An absolute http or https URL with a host (RFC 3986 4.3, RFC 9110 4.2).
fn web_address(text: &str, example: &str) -> Result<Url, String> {
    let instead = || format!("; write it in full, for example \"{example}\"");
    if text.is_empty() {
        return Err(format!("empty{}", instead()));
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("blanks, line breaks and control characters are not allowed in an address; \
                    write a blank as %20"
            .into());
    }
    if text.len() > 8_000 {
        return Err("too long for an address".into());
    }
    let lower = text.get(..8.min(text.len())).unwrap_or(text).to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return Err(match text.contains("://") {
            true => format!("only http and https addresses can be used{}", instead()),
            false => format!("not an absolute http or https address{}", instead()),
        });
    }
    // The URL standard would take the first part of the path for the host.
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    if rest.is_empty() || rest.starts_with(['/', '\\', '?', '#', ':']) {
        return Err(format!("the address has no host{}", instead()));
    }
    let url = Url::parse(text).map_err(|error| format!("not a valid address: {error}{}", instead()))?;
    if url.host_str().unwrap_or_default().is_empty() {
        return Err(format!("the address has no host{}", instead()));
    }
    if url.port() == Some(0) {
        return Err(format!("port 0 cannot be connected to{}", instead()));
    }
    Ok(url)
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn base_url(text: &str) -> Result<Url, String> {
    let mut url = web_address(text, "https://news.example.com/offprint")?;
    if has_credentials(&url) {
        return Err("must not hold a user name or password: every reader would see it".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a query or fragment; write only scheme, host and path".into());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn listen(text: &str) -> Result<Listen, String> {
    const EXAMPLE: &str =
        "write for example \"127.0.0.1:8380\", \"[::1]:8380\" or \"unix:/run/offprint.sock\"";
    if let Some(path) = text.strip_prefix("unix:") {
        if !path.starts_with('/') || path.len() < 2 || path.chars().any(char::is_control) {
            return Err("a socket needs an absolute path, for example \"unix:/run/offprint.sock\"".into());
        }
        if path.len() > 107 {
            return Err("the path of a socket can have at most 107 bytes; choose a shorter one".into());
        }
        return Ok(Listen::Unix(PathBuf::from(path)));
    }
    if text.parse::<SocketAddr>().is_ok() {
        return Ok(Listen::Tcp(text.to_owned()));
    }
    if text.contains("://") {
        return Err(format!("an address to listen on, not a URL; {EXAMPLE}"));
    }
    let Some((host, port)) = text.rsplit_once(':') else {
        return Err(format!("the port is missing; {EXAMPLE}"));
    };
    if host.contains(':') || host.starts_with('[') {
        return Err(format!("not an IPv6 address in brackets with a port; {EXAMPLE}"));
    }
    if port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()) || port.parse::<u16>().is_err() {
        return Err(format!("the port must be a number from 0 to 65535; {EXAMPLE}"));
    }
    if host.is_empty() || host == "*" {
        return Err("the host is missing; \"0.0.0.0:PORT\" or \"[::]:PORT\" listens on every address".into());
    }
    if !is_host_name(host) {
        return Err(format!("not a host name or address; {EXAMPLE}"));
    }
    Ok(Listen::Tcp(text.to_owned()))
}

/// A host name (RFC 1123 2.1) that can't be mistaken for an IPv4 address.
fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let all = host.strip_suffix('.').unwrap_or(host);
    let last = all.rsplit('.').next().unwrap_or_default();
    host.len() <= 253 && all.split('.').all(label) && !last.bytes().all(|b| b.is_ascii_digit())
}

/// Visible ASCII and blanks, so that every server takes it (RFC 9110 5.5, 10.1.5).
fn user_agent(text: &str) -> Result<String, String> {
    let text = text.trim_matches(' ');
    if text.is_empty() {
        return Err(
            "empty; write for example \"offprint (+https://example.com/contact)\" or leave it out".into()
        );
    }
    if text.chars().any(char::is_control) {
        return Err("line breaks and control characters are not allowed in a header".into());
    }
    if !text.is_ascii() {
        return Err(
            "only ASCII characters are safe in a header; write it without accents and the like".into()
        );
    }
    if text.len() > 500 {
        return Err("too long; at most 500 characters".into());
    }
    Ok(text.to_owned())
}

fn contact(text: &str) -> Result<String, String> {
    const INSTEAD: &str = "write a web address or a mail address, for example \"https://example.com/about\"";
    // Parentheses would end the comment of the User-Agent (RFC 9110 5.6.5).
    if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control() || "()<>\\\"".contains(c))
    {
        return Err(format!("blanks, line breaks, quotes and brackets are not allowed; {INSTEAD}"));
    }
    if text.len() > 300 {
        return Err("too long; at most 300 characters".into());
    }
    if text.contains("://") {
        let url = web_address(text, "https://example.com/about")?;
        if has_credentials(&url) {
            return Err("must not hold a user name or password: every server would see it".into());
        }
        return Ok(if text.is_ascii() { text.to_owned() } else { url.into() });
    }
    let address = text.strip_prefix("mailto:").unwrap_or(text);
    let is_mail = address
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && is_host_name(host) && address.is_ascii());
    if is_mail { Ok(text.to_owned()) } else { Err(format!("neither of the two; {INSTEAD}")) }
}

fn selector(text: &str) -> Result<String, String> {
    const INSTEAD: &str = "write for example \"article .body\"";
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("empty; {INSTEAD}"));
    }
    // The CSS parser works recursively.
    if text.len() > 2_000 || text.bytes().filter(|&b| matches!(b, b'(' | b'[' | b'{')).count() > 50 {
        return Err("too long or too deeply nested for a CSS selector".into());
    }
    match scraper::Selector::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!("not a valid CSS selector; {INSTEAD}")),
    }
}

fn param(text: &str) -> Result<String, String> {
    let name = text.strip_suffix('*').unwrap_or(text);
    let bad = |c: char| c.is_whitespace() || c.is_control() || "*?&=#/".contains(c);
    if name.is_empty() || name.contains(bad) || name.len() > 100 {
        return Err("not the name of a query parameter; write for example \"ref\" or \"campaign_*\"".into());
    }
    Ok(text.to_lowercase())
}

fn net(text: &str) -> Result<IpNet, String> {
    let single = text.parse::<IpAddr>().map(IpNet::from).ok();
    match single.or_else(|| text.parse().ok()) {
        Some(net) => Ok(net.trunc()),
        None => {
            Err("not an IP address or network; write for example \"192.168.1.5\" or \"10.0.0.0/8\"".into())
        }
    }
}

fn pattern(text: &str) -> Result<Regex, String> {
    if text.is_empty() {
        return Err("empty, so everything would match; write a regular expression".into());
    }
    if text.len() > 10_000 {
        return Err("too long for a regular expression; at most 10000 bytes".into());
    }
    RegexBuilder::new(text).size_limit(1 << 20).dfa_size_limit(1 << 20).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "too big for a regular expression; use smaller repetitions".into(),
        error => {
            // The parser draws a picture of the text; the reason is the last line.
            let whole = error.to_string();
            let reason = whole.lines().last().unwrap_or_default();
            format!("not a valid regular expression: {}", reason.trim_start_matches("error: "))
        }
    })
}

/// Whether nobody outside could reach this address.
pub(super) fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let ends = ["localhost", "local", "lan", "internal", "home", "home.arpa"];
            !name.contains('.')
                || ends.iter().any(|end| name.strip_suffix(end).is_some_and(|n| n.ends_with('.')))
        }
        Some(Host::Ipv4(address)) => is_private_v4(address),
        Some(Host::Ipv6(address)) => match address.to_ipv4_mapped() {
            Some(address) => is_private_v4(address),
            None => is_private_v6(address),
        },
        None => true,
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_multicast()
        || shared
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_multicast()
}
