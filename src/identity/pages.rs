//! Addresses that a page turns out to have.

use super::canonical::{bare_host, is_site_root};
use super::keys::url_key;
use super::tracking::StripRules;
use crate::model::{EntryKey, HostKey};
use url::Url;

/// What a page says of its addresses, and how it was reached.
#[derive(Debug, Clone, Copy)]
pub struct PageAddresses<'a> {
    /// The link that was followed.
    pub link: &'a Url,
    /// Where redirects ended.
    pub landed: &'a Url,
    /// `rel=canonical` (RFC 6596).
    pub canonical: Option<&'a Url>,
    /// Other editions of it: `rel=amphtml`, `rel=alternate` for another kind of screen.
    pub editions: &'a [Url],
}

/// Why an address is taken for another one of the same article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The link was redirected there.
    Landed {
        /// And the page has the entry's headline: it is no wall.
        headline: bool,
    },
    /// The page says so, about an address of its own host.
    Said,
    /// The page says so about another host of its site. That counts when the other
    /// page says the same of this one.
    Twin {
        /// The address that the other one would have to name.
        own: EntryKey,
    },
}

/// Keys of the addresses that a page has besides `link`, and why. A site's front page
/// is nobody's address, and what a page says of other sites counts for nothing.
pub fn page_keys(page: &PageAddresses<'_>, rules: StripRules<'_>) -> Vec<(EntryKey, Evidence)> {
    let own = url_key(page.link, rules);
    let mut owns = vec![own];
    let mut keys: Vec<(EntryKey, Evidence)> = Vec::new();
    if names_a_page(page.landed) {
        let landed = url_key(page.landed, rules);
        if landed != own {
            keys.push((landed, Evidence::Landed { headline: false }));
            owns.push(landed);
        }
    }
    let canonical = page.canonical.filter(|canonical| !leaves_out_the_page(page.landed, canonical));
    for url in canonical.into_iter().chain(page.editions.iter().take(4)) {
        if !names_a_page(url) {
            continue;
        }
        let key = url_key(url, rules);
        if owns.contains(&key) || keys.iter().any(|(known, _)| *known == key) {
            continue;
        }
        if bare_host(url) == bare_host(page.landed) && url.port() == page.landed.port() {
            keys.push((key, Evidence::Said));
        } else if is_one_site(url, page.landed) && url.port() == page.landed.port() {
            keys.extend(owns.iter().map(|own| (key, Evidence::Twin { own: *own })));
        }
    }
    keys
}

/// Whether two hosts belong to one registrable domain, or one lies below the other.
fn is_one_site(a: &Url, b: &Url) -> bool {
    let (one, other) = (bare_host(a), bare_host(b));
    let below = |host: &str, above: &str| host.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'));
    HostKey::of(a) == HostKey::of(b) || below(one, other) || below(other, one)
}

fn names_a_page(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && !is_site_root(url)
}

/// Parameters that choose the page of an article, or the article itself.
const CHOOSING: [&str; 27] = [
    "page",
    "paged",
    "pg",
    "p",
    "pagina",
    "pageno",
    "pagenum",
    "page_no",
    "seite",
    "start",
    "offset",
    "part",
    "id",
    "article",
    "articleid",
    "art",
    "aid",
    "story",
    "storyid",
    "nid",
    "post",
    "postid",
    "item",
    "itemid",
    "doc",
    "docid",
    "newsid",
];

/// A canonical address that is the page's own without what chooses the page: the first
/// page of several (a mistake that RFC 6596 §5 names), or the list of all articles.
fn leaves_out_the_page(landed: &Url, canonical: &Url) -> bool {
    let (path, short) = (landed.path().trim_end_matches('/'), canonical.path().trim_end_matches('/'));
    if path == short {
        let has = |url: &Url, name: &str| {
            url.query_pairs().any(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty())
        };
        return CHOOSING.iter().any(|name| has(landed, name) && !has(canonical, name));
    }
    let Some(rest) = path.strip_prefix(short) else { return false };
    let rest = rest.trim_start_matches(['/', '-', ',', '_']);
    let word = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = rest.get(word.len()..).and_then(|digits| digits.parse::<u32>().ok());
    let paging = ["", "page/", "page-", "page", "seite/", "seite-", "p", "part-", "part/"];
    number.is_some_and(|number| number < 100) && paging.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect(text)
    }

    fn found(link: &str, landed: &str, canonical: &str, edition: &str) -> Vec<Evidence> {
        let some = |text: &str| (!text.is_empty()).then(|| url(text));
        let (canonical, editions) = (some(canonical), some(edition).into_iter().collect::<Vec<_>>());
        let (link, landed) = (url(link), url(landed));
        let page = PageAddresses {
            link: &link,
            landed: &landed,
            canonical: canonical.as_ref(),
            editions: &editions,
        };
        page_keys(&page, StripRules::default()).into_iter().map(|(_, why)| why).collect()
    }

    const A: &str = "https://site.example/a";
    const LANDED: Evidence = Evidence::Landed { headline: false };

    #[test]
    fn what_counts_as_an_address() {
        let short = "https://short.example/x";
        assert_eq!(found(A, A, A, ""), []);
        assert_eq!(found(short, A, A, ""), [LANDED]);
        assert_eq!(found(short, A, "https://www.site.example/b", ""), [LANDED, Evidence::Said]);
        assert_eq!(found(A, A, "https://site.example/", ""), [], "the site's root");
        assert_eq!(found(A, A, "https://other.example/a", ""), [], "another site");
        assert_eq!(found(A, A, "https://site.example:8443/a", ""), [], "another port");
        assert_eq!(found(A, "https://site.example/", "", ""), [], "sent to the front page");
        assert_eq!(
            found("https://site.example/a/amp", "https://site.example/a/amp", A, ""),
            [Evidence::Said]
        );
        assert_eq!(found(A, A, "", "https://site.example/a/amp"), [Evidence::Said]);
    }

    #[test]
    fn editions_on_other_hosts_need_the_other_side() {
        let mobile = "https://m.site.example/a";
        let twin = |own: &str| Evidence::Twin { own: url_key(&url(own), StripRules::default()) };
        assert_eq!(found(mobile, mobile, A, ""), [twin(mobile)]);
        assert_eq!(found(A, A, A, mobile), [twin(A)]);
        assert_eq!(
            found("https://short.example/x", A, A, mobile),
            [LANDED, twin("https://short.example/x"), twin(A)]
        );
        assert_eq!(found(A, A, "", "https://m.other.example/a"), []);
    }

    #[test]
    fn the_first_of_several_pages_is_another_one() {
        for (page, canonical) in [
            ("/a?page=2", "/a"),
            ("/a?x=1&Seite=3", "/a?x=1"),
            ("/a/page/2/", "/a/"),
            ("/a/2", "/a"),
            ("/a-2", "/a"),
            ("/article?id=123", "/article"),
        ] {
            let [page, canonical] = [page, canonical].map(|path| format!("https://site.example{path}"));
            assert_eq!(found(&page, &page, &canonical, ""), [], "{page}");
        }
        for (page, canonical) in [
            ("/a?print=1", "/a"),
            ("/?p=123", "/2026/03/a"),
            ("/a?page=2", "/a/all?page=2"),
            ("/a/2026", "/a"),
            ("/a/amp", "/a"),
            ("/news/a", "/sport/a"),
        ] {
            let [page, canonical] = [page, canonical].map(|path| format!("https://site.example{path}"));
            assert_eq!(found(&page, &page, &canonical, ""), [Evidence::Said], "{page}");
        }
    }
}
