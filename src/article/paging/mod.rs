//! Articles on several pages: which page comes next, when to stop, and how the
//! pages become one text. Plans only; somebody else fetches.

mod blocks;
mod journey;
mod next;

#[cfg(test)]
mod tests;

pub use journey::{Journey, Stop};

use super::doc::Doc;
use super::site_rules::{self, SiteRule};
use super::{Notes, Rules};
use scraper::{Html, Selector};
use url::Url;

/// Which page of an article a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Address of the first page, after redirects.
    pub first: Url,
    /// Counted from 1.
    pub number: usize,
}

/// Links from a page to more of the same article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The whole article on one page, as selectors or rules for the site say.
    pub single: Option<Url>,
    /// The next page.
    pub next: Option<Next>,
}

/// A next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Its address.
    pub url: Url,
    /// Named by a selector or by rules for the site. Otherwise it was found in the
    /// general way, and the page itself must prove that it belongs to the article.
    pub sure: bool,
}

/// Looks for the links on a page. `url` is the page's own address.
pub(super) fn links(
    dom: &Html,
    doc: &Doc<'_>,
    base: &Url,
    url: &Url,
    rules: &Rules,
    notes: &mut Notes,
) -> Links {
    let part = rules.part.clone().unwrap_or_else(|| Part { first: url.clone(), number: 1 });
    let here = |other: &Url| same_page(other, url) || same_page(other, &part.first);
    let usable = |address: &str| {
        let mut found =
            base.join(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        found.set_fragment(None);
        // Nobody's name goes to a server because a page says so.
        let _ = found.set_username("");
        let _ = found.set_password(None);
        (!here(&found)).then_some(found)
    };
    let site = rules.site.as_deref();
    let mut search = site_rules::Search::new();
    let mut by_site = |of: fn(&SiteRule) -> Option<&[site_rules::Link]>| {
        let links = site.and_then(of)?;
        search.linked(&site_rules::Tree::new(dom), links).as_deref().and_then(usable)
    };
    let by_css =
        |css: &Option<String>| css.as_deref().and_then(|css| selected(dom, css)).as_deref().and_then(usable);
    let single = if part.number == 1 {
        by_css(&rules.single_page_selector).or_else(|| by_site(SiteRule::single_page))
    } else {
        None
    };
    let named = by_css(&rules.next_page_selector).or_else(|| by_site(SiteRule::next_page));
    notes.remarks.append(&mut search.remarks);
    let next = match named {
        Some(url) => Some(Next { url, sure: true }),
        // Whoever says where it is says also when there is none.
        None if rules.next_page_selector.is_some() || site.is_some_and(|rule| !rule.searches_next_page()) => {
            None
        }
        None => next::in_general(doc, base, &part)
            .and_then(|url| usable(url.as_str()))
            .map(|url| Next { url, sure: false }),
    };
    for (what, found) in
        [("single page", single.as_ref()), ("next page", next.as_ref().map(|next| &next.url))]
    {
        if let Some(url) = found {
            notes.remarks.push(format!("{what}: {url}"));
        }
    }
    Links { single, next }
}

/// Address that the first element with one holds, found by the operator's selector.
fn selected(dom: &Html, css: &str) -> Option<String> {
    let selector = Selector::parse(css).ok()?;
    dom.select(&selector)
        .take(50)
        .find_map(|element| ["href", "content", "src"].iter().find_map(|name| element.attr(name)))
        .map(str::to_owned)
        .filter(|address| address.len() < 4_000)
}

/// Whether two addresses differ in nothing but the fragment and the like.
fn same_page(a: &Url, b: &Url) -> bool {
    let key = |url: &Url| {
        let host = url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
        (host, url.port(), url.path().trim_end_matches('/').to_owned(), url.query().map(str::to_owned))
    };
    key(a) == key(b)
}
