//! What to do about each kind of error.

use crate::model::{SourceId, one_line};
use url::Url;

/// What a feed's error of this kind means and what to do about it, for the
/// operator: one or two sentences. `url` is the configured address, without
/// credentials; `site` the feed's own word about where it belongs.
pub fn advice(kind: &str, url: &str, site: Option<&str>) -> String {
    if let Some(status) = kind.strip_prefix("http-") {
        return of_status(status, &home(url, site));
    }
    let home = home(url, site);
    match kind {
        "dns" => format!("Check the spelling of url. If {home} opens in a browser, check the DNS of this machine with offprint doctor."),
        "connect" => format!("It is tried again by itself. If {home} does not open in a browser either, the site is down."),
        "tls" => format!("Open {home} in a browser. If that warns too, its owner has to renew the certificate; if not, run offprint doctor."),
        "timeout" => "It is tried again by itself. If the feed is only slow or large, raise timeout of this source.".to_owned(),
        "too-large" => "If the feed is really so large, raise max_feed_size in [fetch].".to_owned(),
        "address" => "Offprint does not connect to private addresses by itself. If this one is meant, set allow_addresses or allow_private_addresses of this source.".to_owned(),
        "proxy" => "The proxy does not answer, or does not let this through. Check proxy of this source or of [fetch].".to_owned(),
        "credentials" => "Mend the file that is named; it is read again with the next poll.".to_owned(),
        "redirect" => "Open url in a browser and put the address of the feed it ends at into url.".to_owned(),
        "encoding" => format!("The compression of the answer is broken, which only the owner of {home} can mend. It is tried again by itself."),
        "protocol" | "unexpected-304" => format!("The server's answer is against the rules of HTTP. It is tried again by itself; if it stays, check url or tell the owner of {home}."),
        "html" => format!("There is a web page where the feed was. Open {home}, look for its feed, and edit url."),
        "not-a-feed" => format!("What is there is neither RSS nor Atom nor JSON Feed. Open {home}, look for its feed, and edit url."),
        "not-a-sitemap" => format!("Look into {home}robots.txt for the address of the sitemap, and edit url."),
        "no-items" => format!("The page may have been rebuilt. Open {url}, look where its items stand now, and edit items."),
        "not-html" => format!("The address leads to a file of another kind. Open {home} and check url."),
        "malformed" => format!("offprint parse {url} shows where it breaks. Only the owner of {home} can mend it; it is tried again by itself."),
        "empty" | "cut" => "The answer has no content, or only a part of it. It is tried again by itself.".to_owned(),
        "robots" => "The site does not want its pages to be read by programs. The feed's own text is used; full_text = \"never\" stops asking.".to_owned(),
        "store" => "The database could not be written to. Check the disk with offprint doctor.".to_owned(),
        "defect" => format!("This is a defect of Offprint. offprint parse {url} shows it; please report it."),
        "url" => "The address can't be used. Check url.".to_owned(),
        _ => format!("It is tried again by itself. If it stays, open {home} and check url."),
    }
}

/// What to do with a feed that was found elsewhere on a site whose own has gone.
pub(super) fn proposed(id: &SourceId, url: &str) -> String {
    let url = one_line(url, 300);
    format!("Its site has a feed at {url} now. If that is the one, put url = \"{url}\" into [sources.{id}].")
}

fn of_status(status: &str, home: &str) -> String {
    match status {
        "401" => "The feed wants a log-in. Put it into url (https://user:password@host/path), or set username and password_file, cookie_file or headers.".to_owned(),
        "402" => format!("The publisher wants to be paid for this feed. Open {home}, or disable the source."),
        "403" => format!(
            "The site refuses this program. Set contact in [fetch] so that its owner can reach you, or ask at {home}."
        ),
        "404" => format!("The feed has gone from this address. Look at {home} for its new one and edit url."),
        "410" => format!(
            "Its publisher has ended it, so it is not polled any more. Look at {home} for a new one and edit url, or remove the source."
        ),
        "406" | "415" => format!(
            "The site does not hand out what a feed reader asks for. Look at {home} for another address of the feed."
        ),
        "429" => {
            "The site wants fewer requests. Its pause is kept; if this stays, raise interval of this source."
                .to_owned()
        }
        "451" => {
            "The site may not show this for legal reasons. Disable the source, or poll it from elsewhere."
                .to_owned()
        }
        "503" => {
            "The site is overloaded or being repaired. Its pause is kept and it is tried again by itself."
                .to_owned()
        }
        s if s.starts_with('5') => format!(
            "The site has a fault of its own. It is tried again by itself; if it stays for days, look at {home}."
        ),
        s if s.starts_with('4') => {
            format!("The site does not accept the request. Open {home} and check url.")
        }
        _ => format!("The answer holds no feed. Open {home}, look for its feed, and edit url."),
    }
}

/// Why pages of this kind of error bring no article, and what to do; `kind` is the
/// last page's.
pub(super) fn page_advice(kind: &str) -> String {
    match kind {
        "robots" => "The site does not want its pages to be read by programs. The feed's own text is used; full_text = \"never\" stops asking.",
        "http-401" | "http-402" | "http-403" => "The site refuses its pages to this program. Set contact in [fetch], or full_text = \"never\" for this source.",
        "http-429" => "The site wants fewer requests. Raise host_delay in [fetch], or set full_text = \"never\" for this source.",
        "wall" => "A log-in, consent or payment page stands before the articles. The feed's own text is used; full_text = \"never\" stops asking.",
        "paywall" => "Without a subscription its pages have no more than the feed. If you subscribe, the site may have a feed for subscribers: put its address into url. full_text = \"never\" stops asking.",
        "unrelated" | "no-article" | "empty" => "No article was found on its pages. Try offprint extract --explain on one of them and set content_selector.",
        "not-html" => "Its links lead to files instead of pages. Set full_text = \"never\" for this source.",
        "address" => "Its links lead to private addresses. If they are meant, set allow_addresses of this source.",
        "too-large" => "If its pages are really so large, raise max_page_size in [fetch].",
        "too-long" => "More than an article was found on its pages. Set content_selector to what is the article.",
        "timeout" => "The pages are slow. Raise timeout of this source.",
        "defect" => "This is a defect of Offprint. Please report it with the address of a page.",
        _ => "Open one of its pages in a browser. If that works, try offprint extract --explain on it.",
    }
    .to_owned()
}

/// Where a person would look: the feed's site if it is a web address, else the
/// front page of the feed's host.
pub(super) fn home(url: &str, site: Option<&str>) -> String {
    let web = |text: &str| {
        Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    };
    if let Some(site) = site.and_then(web).filter(|site| site.as_str().len() <= 100) {
        return site.into();
    }
    match web(url) {
        Some(url) => format!("{}/", url.origin().ascii_serialization()),
        None => "the site".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://news.example:8443/feeds/all.xml";

    #[test]
    fn where_a_person_would_look() {
        for (site, found) in [
            (None, "https://news.example:8443/"),
            (Some("https://www.news.example/blog/"), "https://www.news.example/blog/"),
            (Some("javascript:alert(1)"), "https://news.example:8443/"),
            (Some("mailto:a@b.example"), "https://news.example:8443/"),
        ] {
            assert_eq!(home(URL, site), found);
        }
        assert_eq!(home("nonsense", None), "the site");
    }

    #[test]
    fn every_kind_has_words_of_its_own() {
        let kinds = [
            "dns",
            "connect",
            "tls",
            "timeout",
            "too-large",
            "address",
            "redirect",
            "encoding",
            "protocol",
            "html",
            "not-a-feed",
            "not-a-sitemap",
            "no-items",
            "not-html",
            "malformed",
            "empty",
            "robots",
            "store",
            "defect",
            "url",
            "http-401",
            "http-402",
            "http-403",
            "http-404",
            "http-406",
            "http-410",
            "http-418",
            "http-429",
            "http-451",
            "http-500",
            "http-503",
            "http-204",
        ];
        let mut seen = std::collections::HashSet::new();
        for kind in kinds {
            let text = advice(kind, URL, None);
            assert!(text.ends_with('.') && !text.contains('\n') && text.len() < 220, "{kind}: {text}");
            assert!(seen.insert(text), "{kind} repeats another kind's advice");
        }
        assert!(!seen.contains(&advice("something new", URL, None)));
    }
}
