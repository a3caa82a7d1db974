//! Rules that all formats share: addresses, dates, media types, languages, plain text.

/// Collects what is wrong.
#[derive(Debug, Default)]
pub struct Problems(Vec<String>);

impl Problems {
    pub fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    /// # Panics
    /// If there is any.
    pub fn none(self, document: &str) {
        let shown: String = document.chars().take(20_000).collect();
        assert!(self.0.is_empty(), "{}\n\n{shown}", self.0.join("\n"));
    }
}

/// An http or https address that is a URI (RFC 3986, appendix A), with a path.
pub fn http_uri(text: &str) -> bool {
    http_parts(text).is_some_and(|tail| tail.starts_with('/'))
}

/// What stands behind the host of an http or https URI.
fn http_parts(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let (host, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let http = ["http", "https"].iter().any(|http| scheme.eq_ignore_ascii_case(http));
    let address = url::Url::parse(text).is_ok_and(|url| url.has_host());
    (http && !host.is_empty() && address && uri_characters(tail)).then_some(tail)
}

/// What may stand in a URI behind its authority.
pub fn uri_characters(text: &str) -> bool {
    let escaped = |rest: &str| rest.len() > 1 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    let mut parts = text.split('%');
    let plain =
        |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&b));
    plain(parts.next().unwrap_or_default())
        && parts.all(|part| escaped(part) && plain(part))
        && text.matches('#').count() < 2
}

/// An absolute URI of any scheme.
pub fn iri(text: &str) -> bool {
    if text.starts_with("http") {
        return http_parts(text).is_some();
    }
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let name = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    name && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.is_empty() && uri_characters(rest)
}

/// RFC 3339 in UTC; the instant must be there in the calendar.
pub fn rfc3339(text: &str) -> bool {
    let form = text.len() >= 20 && text.ends_with('Z') && text.as_bytes()[10] == b'T';
    form && text.parse::<jiff::Timestamp>().is_ok()
}

/// RFC 822 with four digits of year and the right day of the week.
pub fn rfc822(text: &str) -> bool {
    let (day, date) = text.split_once(", ").map_or((None, text), |(day, date)| (Some(day), date));
    let Ok(time) = jiff::civil::DateTime::strptime("%d %b %Y %H:%M:%S +0000", date) else { return false };
    let year = date.split(' ').nth(2).is_some_and(|year| year.len() == 4);
    year && day.is_none_or(|day| time.strftime("%a").to_string() == day)
}

pub fn media_type(text: &str) -> bool {
    let token = |t: &str| {
        !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic() && !b"()<>,;:\\\"/[]?=".contains(&b))
    };
    text.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub))
}

/// The form of a tag whose language has two or three letters (RFC 5646 §2.1).
pub fn language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let rest =
        parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase()) && rest
}

/// On one line, something on it, blanks only between words.
pub fn line(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(['\n', '\t', '\r'])
}

/// Nothing that a program which looks for HTML would take for the end of an element or for
/// a reference.
pub fn no_markup(text: &str) -> bool {
    let name = |rest: &str| rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let closes = |rest: &str| name(rest) > 0 && rest[name(rest)..].starts_with('>');
    let reference =
        |rest: &str| rest.starts_with('#') || name(rest) > 0 && rest[name(rest)..].starts_with(';');
    !text.match_indices("</").any(|(at, _)| closes(&text[at + 2..]))
        && !text.match_indices('&').any(|(at, _)| reference(&text[at + 1..]))
}

/// HTML that has passed the allow-list: no tag that runs anything, no handler.
pub fn clean_html(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let bad =
        ["<script", "<style", "<iframe src=\"javascript", "<object", "<embed", "<form", "<svg", "<base"];
    !bad.iter().any(|tag| lower.contains(tag)) && !lower.contains("=\"javascript:")
}

/// Rules that can't fail check nothing.
#[test]
fn rules_can_fail() {
    assert!(http_uri("http://a.example/%20?x=1#y") && http_uri("HTTPS://a.example/"));
    for bad in [
        "http://a.example",
        "http:///x",
        "ftp://a.example/",
        "http://a.example/[",
        "http://a.example/%g",
        "http://a.example/é",
        "http://a.example/#a#b",
        "/x",
    ] {
        assert!(!http_uri(bad), "{bad}");
    }
    assert!(iri("urn:uuid:x") && !iri("x") && !iri("urn:") && !iri("tag:é"));
    assert!(rfc3339("2024-03-01T08:09:10Z") && !rfc3339("2024-02-30T08:09:10Z") && !rfc3339("2024-03-01"));
    assert!(rfc822("Fri, 01 Mar 2024 08:09:10 +0000") && !rfc822("Mon, 01 Mar 2024 08:09:10 +0000"));
    assert!(!rfc822("Fri, 01 Mar 24 08:09:10 +0000") && !rfc822("01.03.2024"));
    assert!(media_type("audio/mpeg") && !media_type("audio") && !media_type("a/b; c") && !media_type("a/"));
    assert!(language("zh-Hant") && !language("english") && !language("en_GB") && !language(""));
    assert!(line("a b") && !line("") && !line(" a") && !line("a\nb"));
    assert!(
        no_markup("a < b & c, R&D <T>") && !no_markup("<b>x</b>") && !no_markup("&lt;") && !no_markup("&#60")
    );
    assert!(clean_html("<p>x</p>") && !clean_html("<SCRIPT>") && !clean_html("<a href=\"javascript:x\">"));
}
