//! Links of a feed to its hubs, to itself and to more of its entries.

use super::canon::{absolute, own_base};
use super::names::Ns;
use super::tree::Element;
use crate::model::FeedLinks;
use url::Url;

/// Takes an element of the feed itself, if it is such a link or says that there is no more.
pub(super) fn take(el: Element<'_, '_>, base: &Url, links: &mut FeedLinks) {
    if el.is(Ns::History, "complete") {
        links.complete = true;
    }
    if !matches!(el.ns(), Ns::Rss | Ns::Atom) || !el.local().eq_ignore_ascii_case("link") {
        return;
    }
    let Some(rel) = el.attr("rel") else { return };
    let own = own_base(el, base);
    let address = el.attr("href").and_then(|href| absolute(&href, own.as_ref().unwrap_or(base)));
    if let Some(url) = address.and_then(|address| Url::parse(&address).ok()) {
        links.add(&rel, url);
    }
}
