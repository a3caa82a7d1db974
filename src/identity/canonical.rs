//! The canonical form of an address (RFC 3986 §6.2): two addresses with the
//! same form are the same article.

use super::tracking::StripRules;
use super::wrapped::unwrapped;
use percent_encoding::percent_decode_str;
use url::Url;

/// A canonical form and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    /// The form itself, always written with `https://`. It is a name to compare,
    /// not an address to open.
    pub form: String,
    /// What was changed and why, for people, in the order in which it was done.
    pub changes: Vec<String>,
}

/// The canonical form of `url`, an http or https address. The form of a form is itself.
pub fn canonical(url: &Url, rules: StripRules<'_>) -> Canonical {
    let mut changes = Vec::new();
    let inner = inner(url, &mut changes);
    let url = inner.as_ref().unwrap_or(url);
    let mut form = String::with_capacity(url.as_str().len());
    form.push_str("https://");
    if url.scheme() == "http" {
        changes.push("http and https are the same article".to_owned());
    }
    push_host(url, &mut form, &mut changes);
    push_path(url, &mut form, &mut changes);
    push_query(url, rules, &mut form, &mut changes);
    match url.fragment() {
        Some(fragment) if is_route(fragment) => {
            form.push('#');
            form.push_str(fragment);
        }
        Some(_) => changes.push("the fragment is a place on the page".to_owned()),
        None => {}
    }
    Canonical { form, changes }
}

/// The address that `url` carries, all wrappings off; `None` if it carries none.
fn inner(url: &Url, changes: &mut Vec<String>) -> Option<Url> {
    let (mut found, mut service) = unwrapped(url)?;
    // Each is shorter than the one around it; nobody wraps a link a hundred times.
    for _ in 0..100 {
        changes.push(format!("{service} carries this address: {found}"));
        match unwrapped(&found) {
            Some(next) => (found, service) = next,
            None => break,
        }
    }
    Some(found)
}

/// The address to show and to open: wrappings, tracking parameters and credentials
/// are gone, everything else stays as the feed gave it.
pub fn clean_link(url: &Url, rules: StripRules<'_>) -> Url {
    let mut link = inner(url, &mut Vec::new()).unwrap_or_else(|| url.clone());
    // Both fail only for addresses that can't have credentials.
    let _ = link.set_username("");
    let _ = link.set_password(None);
    if let Some(query) = link.query() {
        let kept = kept_pairs(query, bare_host(&link), rules, &mut Vec::new());
        if kept != query {
            link.set_query((!kept.is_empty()).then_some(&kept));
        }
    }
    link
}

/// Whether an address is the front page of its site: such a link says nothing
/// about which article is meant.
pub fn is_site_root(url: &Url) -> bool {
    let path = url.path().trim_end_matches('/');
    let home = ["", "/index.html", "/index.htm", "/index.php"].contains(&path);
    home && url.query().is_none_or(str::is_empty) && !url.fragment().is_some_and(is_route)
}

/// `#!/route` and `#/route` choose the page in single-page applications.
fn is_route(fragment: &str) -> bool {
    fragment.starts_with('!') || fragment.starts_with('/')
}

/// The host without what makes no other site of it: `www.` and a dot at the end.
pub(super) fn bare_host(url: &Url) -> &str {
    let mut host = url.host_str().unwrap_or_default().trim_end_matches('.');
    while let Some(rest) = host.strip_prefix("www.").filter(|rest| rest.contains('.')) {
        host = rest;
    }
    host
}

fn push_host(url: &Url, form: &mut String, changes: &mut Vec<String>) {
    let given = url.host_str().unwrap_or_default();
    let host = bare_host(url);
    if given.ends_with('.') {
        changes.push("a dot after the host makes no difference".to_owned());
    }
    if host.len() < given.trim_end_matches('.').len() {
        changes.push("www. is the same site".to_owned());
    }
    form.push_str(host);
    if !url.username().is_empty() || url.password().is_some() {
        changes.push("credentials are no part of an address".to_owned());
    }
    // `Url` has already dropped the scheme's own port; the other scheme's may be left.
    match url.port() {
        Some(port @ (80 | 443)) => changes.push(format!("port {port} is the usual one")),
        Some(port) => {
            form.push(':');
            form.push_str(&port.to_string());
        }
        None => {}
    }
}

fn push_path(url: &Url, form: &mut String, changes: &mut Vec<String>) {
    let path = normal_escapes(url.path());
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() + 1 < path.len() || (trimmed.len() < path.len() && !trimmed.is_empty()) {
        changes.push("a slash at the end makes no difference".to_owned());
    }
    if path != url.path() {
        changes.push("percent-encoding made uniform".to_owned());
    }
    form.push_str(if trimmed.is_empty() { "/" } else { trimmed });
}

fn push_query(url: &Url, rules: StripRules<'_>, form: &mut String, changes: &mut Vec<String>) {
    let Some(query) = url.query() else { return };
    if query.is_empty() {
        changes.push("empty query dropped".to_owned());
        return;
    }
    let kept = kept_pairs(query, bare_host(url), rules, changes);
    if !kept.is_empty() {
        form.push('?');
        form.push_str(&normal_escapes(&kept));
    }
}

/// The query without tracking parameters; order and values of the others stay.
fn kept_pairs(query: &str, host: &str, rules: StripRules<'_>, changes: &mut Vec<String>) -> String {
    let mut kept = String::with_capacity(query.len());
    for pair in query.split('&') {
        // Feeds that escape twice write `&amp;` where `&` is meant.
        let name = pair.split('=').next().unwrap_or_default();
        let name = percent_decode_str(name.strip_prefix("amp;").unwrap_or(name)).decode_utf8_lossy();
        if let Some(reason) = rules.reason(host, &name) {
            changes.push(format!("{} removed: {reason}", crate::model::one_line(&name, 60)));
            continue;
        }
        if pair.is_empty() {
            continue;
        }
        if !kept.is_empty() {
            kept.push('&');
        }
        kept.push_str(pair);
    }
    kept
}

/// RFC 3986 §6.2.2: unreserved characters are not percent-encoded, the hex
/// digits of what is are upper case. `%2F` stays what it is.
fn normal_escapes(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let hex = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%' && at + 2 < bytes.len())
            .then(|| Some(hex(bytes[at + 1])? * 16 + hex(bytes[at + 2])?))
            .flatten();
        if bytes[at] != b'%' {
            at += 1;
            continue;
        }
        out.push_str(&text[rest..at]);
        let Some(byte) = escape else {
            // A lone percent sign must not become one half of an escape.
            out.push_str("%25");
            at += 1;
            rest = at;
            continue;
        };
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        at += 3;
        rest = at;
    }
    out.push_str(&text[rest..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(url: &str) -> String {
        canonical(&Url::parse(url).expect(url), StripRules::default()).form
    }

    #[test]
    fn same_article() {
        for (a, b) in [
            ("http://site.example/a", "https://site.example/a"),
            ("https://site.example:443/a", "https://site.example/a"),
            ("http://site.example:80/a", "https://site.example/a"),
            ("http://site.example:443/a", "https://site.example/a"),
            ("https://site.example:80/a", "https://site.example/a"),
            ("https://SITE.example/a", "https://site.example/a"),
            ("https://site.example./a", "https://site.example/a"),
            ("https://www.site.example/a", "https://site.example/a"),
            ("https://www.www.site.example/a", "https://site.example/a"),
            ("https://site.example/a/", "https://site.example/a"),
            ("https://site.example", "https://site.example/"),
            ("https://site.example/b/../a", "https://site.example/a"),
            ("https://site.example/%61%7E", "https://site.example/a~"),
            ("https://site.example/%c3%a4", "https://site.example/ä"),
            ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
            ("https://site.example/a?", "https://site.example/a"),
            ("https://site.example/a#part", "https://site.example/a"),
            ("https://site.example/a?utm_source=x", "https://site.example/a"),
            ("https://site.example/a?UTM_Source=x&p=1&fbclid=2", "https://site.example/a?p=1"),
            ("https://site.example/a?utm%5Fsource=x", "https://site.example/a"),
            ("https://site.example/a?p=1&amp;utm_source=x", "https://site.example/a?p=1"),
            (
                "https://www.google.com/url?sa=t&url=https%3A%2F%2Fsite.example%2Fa%3Futm_medium%3Dx&ct=ga",
                "https://site.example/a",
            ),
            ("https://user:pw@site.example/a", "https://site.example/a"),
        ] {
            assert_eq!(form(a), form(b), "{a} and {b}");
        }
    }

    #[test]
    fn not_the_same_article() {
        for (a, b) in [
            ("https://site.example/?p=12", "https://site.example/?p=13"),
            ("https://site.example/a?page=2", "https://site.example/a"),
            ("https://site.example/a?id=1&v=2", "https://site.example/a?v=2&id=1"),
            ("https://site.example/A", "https://site.example/a"),
            ("https://site.example/a%2Fb", "https://site.example/a/b"),
            ("https://blog.site.example/a", "https://site.example/a"),
            ("https://site.example:8443/a", "https://site.example/a"),
            ("https://site.example/#!/one", "https://site.example/#!/two"),
            ("https://site.example/a?source=x", "https://site.example/a"),
            ("https://site.example/a?ref=x", "https://site.example/a"),
        ] {
            assert_ne!(form(a), form(b), "{a} and {b}");
        }
    }

    #[test]
    fn lone_percent_signs() {
        assert_eq!(form("https://site.example/?%%330"), "https://site.example/?%2530");
        assert_eq!(form("https://site.example/100%"), "https://site.example/100%25");
    }

    #[test]
    fn links_keep_what_readers_need() {
        let url = Url::parse("http://u:p@www.site.example/a/?utm_source=x&b=1#part").expect("a URL");
        assert_eq!(clean_link(&url, StripRules::default()).as_str(), "http://www.site.example/a/?b=1#part");
    }

    #[test]
    fn front_pages() {
        for (url, root) in [
            ("https://site.example", true),
            ("https://site.example/?", true),
            ("https://site.example/index.html#x", true),
            ("https://site.example/?p=1", false),
            ("https://site.example/#!/a", false),
            ("https://site.example/a", false),
        ] {
            assert_eq!(is_site_root(&Url::parse(url).expect(url)), root, "{url}");
        }
    }

    #[test]
    fn every_change_is_told() {
        let url = Url::parse("http://www.site.example.:443/a/?utm_source=x&id=1&cmp=2#top").expect("a URL");
        let extra = ["cmp".to_owned()];
        let told = canonical(&url, StripRules { extra: &extra }).changes.join("\n");
        for part in [
            "http and https",
            "a dot after",
            "www.",
            "port 443",
            "slash",
            "utm_source removed: ",
            "cmp removed: strip_params",
            "fragment",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }

    /// Addresses of all sorts: hosts, ports, wrappings, escapes, parameters, fragments.
    fn addresses() -> impl Strategy<Value = String> {
        let host = prop_oneof![
            Just("site.example"),
            Just("www.www.site.example"),
            Just("SITE.example."),
            Just("www.example"),
            Just("bücher.example"),
            Just("127.0.0.1"),
            Just("[::1]"),
            Just("www.google.com"),
            Just("l.facebook.com"),
            Just("site-example.cdn.ampproject.org"),
            Just("www.bbc.co.uk"),
        ];
        let path = prop_oneof![
            "[a-zA-Z0-9/%.~_-]{0,30}",
            Just("url".to_owned()),
            Just("l.php".to_owned()),
            Just("amp/s/www.site.example/a".to_owned()),
            Just("c/s/site.example/a/".to_owned()),
        ];
        let query = prop_oneof![
            "[a-z0-9=&%_+;]{0,40}",
            "(utm_source|UTM%5fx|p|id|fbclid|amp;gclid|at_medium)=[a-z%0-9]{0,5}(&|&amp;)(u|q|url)=http%3A%2F%2Fwww\\.a\\.example%2F[a-z%0-9]{0,9}",
        ];
        let port = prop_oneof![Just(""), Just(":80"), Just(":443"), Just(":8080")];
        ("https?", host, port, path, query, "[!/a-z%]{0,6}").prop_map(
            |(scheme, host, port, path, query, fragment)| {
                format!("{scheme}://{host}{port}/{path}?{query}#{fragment}")
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn idempotent(address in addresses()) {
            if let Ok(url) = Url::parse(&address) {
                let once = canonical(&url, StripRules::default()).form;
                let again = Url::parse(&once).expect("a canonical form is a URL");
                prop_assert_eq!(canonical(&again, StripRules::default()).form, once.clone());
                // What is shown is the same article.
                let shown = clean_link(&url, StripRules::default());
                prop_assert_eq!(canonical(&shown, StripRules::default()).form, once);
            }
        }
    }
}
