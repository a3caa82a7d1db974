//! `Link` headers (RFC 8288), as far as they are about feeds.

use crate::model::FeedLinks;
use reqwest::header::{HeaderMap, LINK};
use url::Url;

/// Bytes of one header that are looked at, and links of all of them.
const MAX_HEADER: usize = 16 * 1024;
const MAX_LINKS: usize = 64;

/// The links of an answer that came from `url`.
pub(super) fn links(headers: &HeaderMap, url: &Url) -> FeedLinks {
    let mut found = FeedLinks::default();
    let values = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    for (target, rel) in values.flat_map(|value| Links(head(value))).take(MAX_LINKS) {
        if let Ok(address) = url.join(target.trim()) {
            found.add(&rel, address);
        }
    }
    found
}

fn head(value: &str) -> &str {
    &value[..value.floor_char_boundary(MAX_HEADER)]
}

/// The links of one header: target and relations.
struct Links<'a>(&'a str);

impl<'a> Iterator for Links<'a> {
    type Item = (&'a str, String);

    fn next(&mut self) -> Option<Self::Item> {
        let (_, rest) = self.0.split_once('<')?;
        let (target, mut rest) = rest.split_once('>')?;
        let mut rel = None;
        // Parameters until the comma before the next link.
        loop {
            rest = rest.trim_start();
            let Some(after) = rest.strip_prefix(';') else { break };
            let end = after.find(['=', ';', ',']).unwrap_or(after.len());
            let name = after[..end].trim();
            let (value, next) = match after[end..].strip_prefix('=') {
                Some(value) => parameter(value.trim_start()),
                None => (String::new(), &after[end..]),
            };
            // The first one counts (RFC 8288 §3.3); with an anchor it is about something else.
            if name.eq_ignore_ascii_case("anchor") {
                rel = Some(String::new());
            } else if name.eq_ignore_ascii_case("rel") && rel.is_none() {
                rel = Some(value);
            }
            rest = next;
        }
        self.0 = rest;
        Some((target, rel.unwrap_or_default()))
    }
}

/// A value, quoted or not, and what follows it.
fn parameter(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn of(values: &[&str]) -> FeedLinks {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(LINK, HeaderValue::from_str(value).unwrap());
        }
        links(&headers, &Url::parse("https://a.example/b/feed").unwrap())
    }

    #[test]
    fn one_header_or_many() {
        let expected = FeedLinks {
            hubs: vec!["https://hub.example/".to_owned(), "https://a.example/hub".to_owned()],
            own: Some("https://a.example/b/feed.xml".to_owned()),
            ..FeedLinks::default()
        };
        for values in [
            &["<https://hub.example/>; rel=\"hub\"", "</hub>;rel=hub", "<feed.xml>; REL=self"][..],
            &[
                "<https://hub.example/>; title=\"a, <b>; \\\"c\"; rel=hub, </hub>; rel=\"x hub\" , < feed.xml >;rel=self",
            ],
            &["<https://hub.example/>;rel=hub;rel=next,</hub>; rel = hub,<feed.xml>;x;rel=\"self\";y=z"],
        ] {
            assert_eq!(of(values), expected, "{values:?}");
        }
    }

    #[test]
    fn what_is_no_link_of_this_document() {
        for value in [
            "",
            "<",
            "<https://hub.example/",
            "<https://hub.example/>",
            "<https://hub.example/>; rel",
            "https://hub.example/; rel=hub",
            "<https://hub.example/>; anchor=\"#x\"; rel=hub",
            "<https://hub.example/>; rel=hub; anchor=\"/other\"",
            "<javascript:x>; rel=hub",
            "<https://>; rel=hub",
            "<https://hub.example/>; rel=\"",
        ] {
            assert_eq!(of(&[value]), FeedLinks::default(), "{value}");
        }
        let many = "<https://hub.example/>; rel=x, ".repeat(10_000);
        assert_eq!(of(&[&many[..many.len() - 2]]), FeedLinks::default());
    }
}
