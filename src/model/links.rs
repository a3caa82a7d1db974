//! What a feed links to beside its entries.

use url::Url;

/// Hubs of one feed that are remembered.
const MAX_HUBS: usize = 4;
/// Longer addresses are left alone.
const MAX_URL: usize = 8192;

/// Links of a document to others about it: hubs (WebSub §4), itself, and documents
/// with more of its entries (RFC 5005). From `Link` headers (RFC 8288) or from the
/// document; absolute, http or https, without fragment and credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedLinks {
    /// Hubs that announce what is new, in the order given; at most four.
    pub hubs: Vec<String>,
    /// The feed's own word about its address: `rel="self"`, the topic at a hub.
    pub own: Option<String>,
    /// Next page of a paged feed (RFC 5005 §3).
    pub next: Option<String>,
    /// The archive before this document (RFC 5005 §4).
    pub prev_archive: Option<String>,
    /// The document says that it holds all entries there are (RFC 5005 §2).
    pub complete: bool,
}

impl FeedLinks {
    /// Takes a link. `rel` may hold several relations, separated by blanks. The first
    /// of each kind counts; what is not http or https does not.
    pub fn add(&mut self, rel: &str, mut url: Url) {
        if !matches!(url.scheme(), "http" | "https") || url.as_str().len() > MAX_URL {
            return;
        }
        url.set_fragment(None);
        // Both fail only for addresses that can't have credentials.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        for word in rel.split_ascii_whitespace() {
            let is = |name: &str| word.eq_ignore_ascii_case(name);
            if is("hub") && self.hubs.len() < MAX_HUBS && !self.hubs.iter().any(|hub| hub == url.as_str()) {
                self.hubs.push(url.as_str().to_owned());
            }
            let slot = match () {
                () if is("self") => &mut self.own,
                () if is("next") => &mut self.next,
                () if is("prev-archive") => &mut self.prev_archive,
                () => continue,
            };
            slot.get_or_insert_with(|| url.as_str().to_owned());
        }
    }

    /// What `Link` headers say comes before what the document says (WebSub §4).
    pub fn prefer(&mut self, headers: &Self) {
        if !headers.hubs.is_empty() {
            self.hubs.clone_from(&headers.hubs);
        }
        for (own, header) in [
            (&mut self.own, &headers.own),
            (&mut self.next, &headers.next),
            (&mut self.prev_archive, &headers.prev_archive),
        ] {
            if header.is_some() {
                own.clone_from(header);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_and_bounds() {
        let mut links = FeedLinks::default();
        let mut add = |rel: &str, url: &str| links.add(rel, Url::parse(url).expect("a URL"));
        add("HUB  Self", "https://user:pw@hub.example/#x");
        add("hub", "https://hub.example/");
        add("hub", "ftp://hub.example/");
        add("self", "https://a.example/second");
        add("alternate next", "https://a.example/2");
        add("prev-archive", &format!("https://a.example/{}", "x".repeat(9000)));
        (0..9).for_each(|n| add("hub", &format!("https://h{n}.example/")));
        assert_eq!(links.hubs.len(), MAX_HUBS);
        assert_eq!(links.hubs[0], "https://hub.example/");
        assert_eq!(links.own.as_deref(), Some("https://hub.example/"));
        assert_eq!(links.next.as_deref(), Some("https://a.example/2"));
        assert_eq!(links.prev_archive, None);
    }
}
