//! XML namespaces: which vocabulary an element belongs to, also where the
//! declaration is missing or slightly wrong.

use super::token::attributes;

/// A vocabulary that feeds use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ns {
    /// RSS of any version: no namespace, or one of the RDF ones.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
    /// Dublin Core elements and terms.
    Dc,
    /// RSS 1.0 content module.
    Content,
    /// Apple's podcast elements.
    Itunes,
    /// Media RSS.
    Media,
    /// RSS 1.0 syndication module.
    Sy,
    /// Feed history (RFC 5005).
    History,
    /// What services that rewrite feeds add: FeedBurner, Pheedo.
    Syndicator,
    /// XHTML.
    Xhtml,
    /// RDF itself.
    Rdf,
    /// Anything else.
    Other,
}

impl Ns {
    /// By namespace name; case and a slash at the end are often wrong.
    fn of_uri(uri: &str) -> Self {
        let uri = uri.trim().to_ascii_lowercase();
        let uri = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://")).unwrap_or(&uri);
        match uri.trim_end_matches(['/', '#']) {
            "www.w3.org/2005/atom" | "purl.org/atom/ns" | "www.w3.org/atom" => Self::Atom,
            u if u.starts_with("purl.org/atom/") => Self::Atom,
            // What Atom was called before it had a name.
            "purl.org/echo" | "uri/of/echo/namespace" | "purl.org/pie" => Self::Atom,
            "example.com/necho" | "example.com/newformat" => Self::Atom,
            "purl.org/rss/1.0/modules/content" => Self::Content,
            "purl.org/rss/1.0/modules/syndication" => Self::Sy,
            "purl.org/rss/1.0/modules/dcterms" => Self::Dc,
            "purl.org/rss/1.0" | "my.netscape.com/rdf/simple/0.9" | "purl.org/net/rss1.1" => Self::Rss,
            "purl.org/rss/1.0/modules/rss091" => Self::Rss,
            "channel.netscape.com/rdf/simple/0.9" | "my.netscape.com/publish/formats/rss-0.91.dtd" => {
                Self::Rss
            }
            u if u.starts_with("backend.userland.com/") && !u.ends_with("module")
                || u.starts_with("blogs.law.harvard.edu/") =>
            {
                Self::Rss
            }
            "www.rssboard.org/rss-specification" | "cyber.law.harvard.edu/rss" => Self::Rss,
            u if u.starts_with("purl.org/dc/") => Self::Dc,
            u if u.ends_with(".com/dtds/podcast-1.0.dtd") => Self::Itunes,
            "search.yahoo.com/mrss" | "video.search.yahoo.com/mrss" => Self::Media,
            "rssnamespace.org/feedburner/ext/1.0" | "www.pheedo.com/namespace/pheedo" => Self::Syndicator,
            "purl.org/syndication/history/1.0" => Self::History,
            "www.w3.org/1999/xhtml" | "www.w3.org/tr/rec-html40" => Self::Xhtml,
            "www.w3.org/1999/02/22-rdf-syntax-ns" => Self::Rdf,
            _ => Self::Other,
        }
    }

    /// By the usual prefix, where nobody declared it.
    fn of_prefix(prefix: &str) -> Self {
        match prefix {
            "atom" | "a10" | "atom10" | "atom03" => Self::Atom,
            "dc" | "dcterms" => Self::Dc,
            "content" => Self::Content,
            "itunes" => Self::Itunes,
            "media" => Self::Media,
            "sy" => Self::Sy,
            "fh" => Self::History,
            "xhtml" | "html" => Self::Xhtml,
            "rdf" => Self::Rdf,
            "feedburner" | "pheedo" => Self::Syndicator,
            "rss" => Self::Rss,
            _ => Self::Other,
        }
    }
}

/// The declarations in force.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    declared: Vec<(&'a str, Ns)>,
    /// The vocabulary of names without prefix where none was declared.
    pub(super) core: Ns,
}

/// Declarations beyond so many at once are not looked at.
const MAX_DECLARED: usize = 64;

impl<'a> Scope<'a> {
    /// Nothing declared yet.
    pub(super) fn new() -> Self {
        Self { declared: Vec::new(), core: Ns::Rss }
    }

    /// Takes the declarations of a start tag; gives back what [`Self::leave`] needs.
    pub(super) fn enter(&mut self, attrs: &'a str) -> usize {
        let before = self.declared.len();
        if attrs.contains("xmlns") {
            for (name, uri) in attributes(attrs) {
                let prefix = match name.strip_prefix("xmlns") {
                    Some("") => "",
                    Some(rest) if rest.starts_with(':') => &rest[1..],
                    _ => continue,
                };
                if self.declared.len() < MAX_DECLARED {
                    self.declared.push((prefix, Ns::of_uri(uri)));
                }
            }
        }
        before
    }

    /// Forgets the declarations made since the matching [`Self::enter`].
    pub(super) fn leave(&mut self, before: usize) {
        self.declared.truncate(before);
    }

    /// Whether the prefix of an element's name has been declared.
    pub(super) fn declares(&self, name: &str) -> bool {
        let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
        prefix == "xml" || self.declared.iter().any(|(known, _)| *known == prefix)
    }

    /// The element a feed begins with is what its local name says, whatever
    /// namespace was declared for it.
    pub(super) fn adopt(&mut self, root: &'a str) {
        if matches!(self.resolve(root).0, Ns::Other | Ns::Xhtml) {
            let prefix = root.split_once(':').map_or("", |(prefix, _)| prefix);
            self.declared.push((prefix, self.core));
        }
    }

    /// Vocabulary and local name of an element.
    pub(super) fn resolve(&self, name: &'a str) -> (Ns, &'a str) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let declared = self.declared.iter().rev().find(|(p, _)| *p == prefix).map(|&(_, ns)| ns);
        let ns = match declared {
            // A default namespace nobody knows is the feed's own, misspelled.
            Some(Ns::Other) | None if prefix.is_empty() => self.core,
            // Nor does a misspelled one change what a common prefix means.
            Some(Ns::Other) | None => Ns::of_prefix(&prefix.to_ascii_lowercase()),
            Some(ns) => ns,
        };
        (ns, local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes() {
        let mut scope = Scope::new();
        assert_eq!(scope.resolve("item"), (Ns::Rss, "item"));
        assert_eq!(scope.resolve("dc:date"), (Ns::Dc, "date"));
        let before =
            scope.enter(r#" xmlns="http://www.w3.org/2005/Atom" xmlns:x='HTTP://purl.org/dc/elements/1.1' "#);
        assert_eq!(scope.resolve("entry"), (Ns::Atom, "entry"));
        assert_eq!(scope.resolve("x:date"), (Ns::Dc, "date"));
        scope.leave(before);
        assert_eq!(scope.resolve("x:date"), (Ns::Other, "date"));
        assert_eq!(scope.resolve("ITUNES:author"), (Ns::Itunes, "author"));
    }

    #[test]
    fn names_that_are_nearly_right() {
        for (uri, want) in [
            ("http://www.w3.org/2005/Atom", Ns::Atom),
            ("https://www.w3.org/2005/atom/", Ns::Atom),
            ("http://purl.org/atom/ns#", Ns::Atom),
            ("http://purl.org/pie/", Ns::Atom),
            ("http://purl.org/rss/1.0/", Ns::Rss),
            ("http://my.netscape.com/rdf/simple/0.9/", Ns::Rss),
            ("http://backend.userland.com/rss2", Ns::Rss),
            ("http://backend.userland.com/creativeCommonsRssModule", Ns::Other),
            ("http://www.itunes.com/DTDs/Podcast-1.0.dtd", Ns::Itunes),
            ("http://search.yahoo.com/mrss", Ns::Media),
            ("http://purl.org/dc/terms/", Ns::Dc),
            ("http://rssnamespace.org/feedburner/ext/1.0", Ns::Syndicator),
            ("http://example.org/", Ns::Other),
        ] {
            assert_eq!(Ns::of_uri(uri), want, "{uri}");
        }
        let mut scope = Scope::new();
        scope.enter(r#" xmlns="http://nonsense.example/" xmlns:dc="http://dublin.example/" xmlns:q="urn:q""#);
        for (name, want) in [("item", Ns::Rss), ("dc:date", Ns::Dc), ("q:date", Ns::Other)] {
            assert_eq!(scope.resolve(name).0, want, "{name}");
        }
    }
}
