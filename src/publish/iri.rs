//! Lasting names of feeds.

use super::links::{after_scheme, encoded, http, uri};
use std::borrow::Cow;

/// `id` if it can stand as the IRI of a feed (RFC 4287 §4.2.6): an http or https
/// address, a URN (RFC 2141) or a tag (RFC 4151), as a URI. Other schemes are refused:
/// nothing but a name must look like a link to a script.
pub(super) fn iri(id: &str) -> Option<Cow<'_, str>> {
    let (scheme, rest) = id.split_once(':')?;
    if id.chars().any(|c| c.is_whitespace() || !super::chars::allowed(c)) {
        return None;
    }
    match scheme.to_ascii_lowercase().as_str() {
        scheme @ ("http" | "https") => {
            let address = http(id)?;
            // As a name it is compared byte by byte, so not even a slash is added.
            let as_given = after_scheme(id, scheme).is_some_and(|rest| !rest.starts_with('/'))
                && matches!(uri(id), Cow::Borrowed(_));
            Some(if as_given { Cow::Borrowed(id) } else { address })
        }
        "urn" => urn(id, rest),
        "tag" => tag(id, rest),
        _ => None,
    }
}

/// `urn:namespace:name`
fn urn<'a>(id: &'a str, rest: &str) -> Option<Cow<'a, str>> {
    let (namespace, name) = rest.split_once(':')?;
    let letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !(2..=32).contains(&namespace.len()) || !letters(namespace) || namespace.starts_with('-') {
        return None;
    }
    if namespace.eq_ignore_ascii_case("uuid") {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
        let groups: Vec<usize> = name.split('-').filter(|group| digits(group)).map(str::len).collect();
        return (groups == [8, 4, 4, 4, 12]).then_some(Cow::Borrowed(id));
    }
    let start = id.len() - name.len();
    let fits = |at: usize, b: u8| at < start || b.is_ascii_alphanumeric() || b"()+,-.:=@;$_!*'%".contains(&b);
    (!name.is_empty() && !stray_percent(name)).then(|| encoded(id, fits))
}

/// `tag:authority,date:name`
fn tag<'a>(id: &'a str, rest: &str) -> Option<Cow<'a, str>> {
    let (entity, name) = rest.split_once(':')?;
    let (authority, date) = entity.split_once(',')?;
    let (mail, host) = authority.split_once('@').unwrap_or(("x", authority));
    let made_of = |text: &str, more: &[u8]| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || more.contains(&b);
        !text.is_empty() && text.bytes().all(fits)
    };
    let mut parts = date.split('-');
    let digits = |part: Option<&str>, count: usize| {
        part.is_none_or(|part| part.len() == count && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let dated = digits(parts.next(), 4) && digits(parts.next(), 2) && digits(parts.next(), 2);
    if !dated
        || parts.next().is_some()
        || !made_of(mail, b"-._")
        || !made_of(host, b"-.")
        || stray_percent(name)
    {
        return None;
    }
    let start = id.len() - name.len();
    let fragment = name.find('#').map(|at| start + at);
    let fits = |at: usize, b: u8| {
        at < start
            || b.is_ascii_alphanumeric()
            || b"-._~:/?@!$&'()*+,;=%".contains(&b)
            || fragment == Some(at)
    };
    Some(encoded(id, fits))
}

/// Whether a `%` begins no encoded byte.
fn stray_percent(text: &str) -> bool {
    text.split('%').skip(1).any(|rest| !rest.bytes().take(2).map(|b| b.is_ascii_hexdigit()).eq([true, true]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_feeds() {
        for good in [
            "http://a.example/feed",
            "https://a.example",
            "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
            "URN:ISBN:0451450523",
            "tag:a.example,2020:x",
            "tag:me@a.example,2020-01-31:/x?y#z",
        ] {
            assert_eq!(iri(good).as_deref(), Some(good));
        }
        for (given, uri) in [
            ("tag:a.example,2020:é", "tag:a.example,2020:%C3%A9"),
            ("urn:x-news:a/b", "urn:x-news:a%2Fb"),
            ("http://ä.example/é", "http://xn--4ca.example/%C3%A9"),
            ("http:///a.example/", "http://a.example/"),
        ] {
            assert_eq!(iri(given).as_deref(), Some(uri));
        }
        for bad in [
            "",
            "x",
            "urn:",
            "urn:uuid:1",
            "urn:x:y",
            "javascript:x",
            "http://a b/",
            "tag:<x>",
            "tag:ä.example,2020:x",
            "tag:a.example,20:x",
            "tag:a.example,2020-1:x",
            "tag:a.example,2020:%x",
        ] {
            assert_eq!(iri(bad), None, "{bad}");
        }
    }
}
