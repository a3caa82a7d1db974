//! Authors: JSON-LD, meta elements, microdata, named bylines, and lines like
//! "By Ada Example" near the headline, in that order of trust. A source that
//! names only the site or an organisation gives way to one that names a person.

use super::beside::{self, AUTHORS, NAMED_AUTHORS};
use super::body::fold;
use super::doc::Doc;
use super::metadata::{Head, has_word};
use super::{Hints, Notes, byline, rules};
use crate::html::safe_url;
use crate::model::Person;
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

const NAMES: &[&str] = &[
    "citation_author",
    "dc:creator",
    "dc.creator",
    "author",
    "article:author",
    "article:author_name",
    "og:article:author",
    "shareaholic:article_author_name",
    "dcterms.creator",
    "dc.creator.name",
    "byl",
    "parsely-author",
    "sailthru.author",
    "og:author",
    "cxenseparse:author",
    "authors",
    "creator",
    "article.author",
];

/// Words that say outright who wrote it.
static OUTRIGHT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W{0,3}(?:(?:blog[- ]?beitrag|ein (?:artikel|beitrag)|artikel|beitrag|geschrieben|erstellt|gespeichert|eingestellt|verfasst|veröffentlicht|gepostet|(?:eine? )?(?:kolumne|gastbeitrag|kommentar|interview|analyse|reportage|essay)|text|fotos und text|text und fotos|written|posted|published|submitted|reported|story|article|words|publié|rédigé|écrit|texte|un article|escrito|publicado|redactado|scritto|pubblicato|postado|geschreven|geplaatst|napisane?)\s+(?:von|by|par|por|di|da|door|przez)\s*[:：]?|(?:autor(?:in|en)?|authors?|auteure?s?|autores?|autore|auteur|redacteur|verfasser(?:in)?|text|words|texto|testo|textes?|автор|текст|作者|記者|记者|编辑|文|글|기자|yazar|yazan|tekst|autor(?:ka|zy)|schrijver|forfatter|skribent|kirjoittaja|szerző|συντάκτης|כתב|מאת|بقلم|كتب|الكاتب|نویسنده)(?:\s*\([^)]{1,6}\))?\s*[:：|]|(?:بقلم|כתב|מאת)\s)\s*").ok()
});

/// A bare "by", perhaps behind a label and a bar; or a role right before the name.
static PLAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:.{0,40}[|•])?\W{0,3}(?:(?:von|by|par|por|di|da|door|przez|av|af)\s*[:：]?|autor(?:in)?|author|auteure?|autore|autora|redakteur(?:in)?)\s+").ok()
});

/// A label that stands in an element of its own, before the name.
static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W{0,3}(?:von|by|par|por|(?:written|posted|geschrieben|verfasst) (?:von|by)|autor(?:in|en|es|e|a|ka|zy)?|authors?|auteure?s?|redakteur(?:in)?|verfasser(?:in)?|автор|作者|記者|记者|yazar|schrijver|auteur|forfatter|skribent|szerző|συντάκτης)\s*[:：]?$").ok()
});

/// News agencies beside a person's name.
const AGENCIES: [&str; 15] = [
    "dpa", "afp", "apa", "sda", "ap", "reuters", "ansa", "efe", "kna", "epd", "sid", "sp-x", "tass", "upi",
    "anp",
];

/// A date before a name: "11.12.2019 - Ada Example".
static DATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\W{0,3}\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}(?:,?\s+\d{1,2}[:.]\d{2}(?:\s*Uhr)?)?(?:\s*[-–—|,·•]\s*(?:(?i:von|by|par|por|di)\s+)?|\s+(?i:von|by|par|por)\s+)").ok()
});

/// Words that no name of a person holds.
static NO_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(artikel\w*|articles?|afficher|view|archiv|zur|zum|anzeigen|profile?|profil|mehr|more|kommentare?|comments?|views?|uhr|am|the|der|die|das|und|and|with|mit|aus|datum|updated?|last|for|für|all|alle|posts?|beiträge|read|lesen|min|minuten|news|newsletter|weltweit|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|uncategori[sz]ed|allgemein|january|february|march|june|july|october|december)(?-u:\b)|\d|[?!:/|]").ok()
});

/// Legal forms and desks that only an organisation's name holds.
static LEGAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|\s)(?:gmbh|mbh|ag|kg|e\.\s?v\.?|inc\.?|ltd\.?|llc|s\.?r\.?l\.?|s\.p\.a\.?|b\.v\.|stiftung|redaktion|redazione|redacción|rédaction|newsroom|news desk|press release|institut\w*|universit\w+|hochschule|ministerium|verband|verlag|agentur|agency|agencia|agence|agenzia|university|ministry|association|foundation|fundación|fondation|council|committee|department|landesanstalt|bundesanstalt|bundesamt|landesamt|pressestelle|pressedienst|communications|editorial|associates|group|holding|media|online)(?:\s|$)|[\p{L}-]+(?:stiftung|verlag|redaktion|ministerium|verband|anstalt)(?:\s|$)").ok()
});

/// A user's name in a system: `ada.example`, `ada_example`, `aexample7`.
fn is_handle(name: &str) -> bool {
    !name.contains(char::is_whitespace)
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'))
}

struct Finder<'f, 'a> {
    doc: &'f Doc<'a>,
    base: &'f Url,
    headline: Option<usize>,
    site: String,
    host: String,
}

/// The authors of the article.
pub(super) fn authors(
    head: &Head,
    doc: &Doc<'_>,
    base: &Url,
    site: Option<&str>,
    hints: &Hints,
    notes: &mut Notes,
) -> Vec<Person> {
    let host = base.host_str().unwrap_or_default();
    let finder = Finder {
        doc,
        base,
        headline: beside::headline(doc),
        site: site.map(fold).unwrap_or_default(),
        host: fold(host.trim_start_matches("www.")),
    };
    let mut weak: Option<(&str, Vec<Person>)> = None;
    let ways: [(&str, &dyn Fn() -> Vec<Person>); 6] = [
        ("JSON-LD", &|| finder.json(head)),
        ("meta", &|| finder.meta(head)),
        ("byline", &|| finder.markup()),
        ("text", &|| finder.text()),
        ("JSON-LD, person", &|| finder.only_person(head)),
        ("feed", &|| finder.people(hints.author.as_deref().map(byline::names).unwrap_or_default(), None)),
    ];
    for (place, way) in ways {
        let mut found = way();
        if found.is_empty() {
            continue;
        }
        if found.iter().all(|person| finder.is_weak(&person.name, head)) {
            weak.get_or_insert((place, found));
            continue;
        }
        finder.lengthen(&mut found);
        link(doc, base, &mut found);
        notes.remarks.push(format!("authors: {place}"));
        return found;
    }
    let Some((place, mut found)) = weak else { return Vec::new() };
    link(doc, base, &mut found);
    notes.remarks.push(format!("authors: {place}"));
    found
}

impl Finder<'_, '_> {
    fn people(&self, names: Vec<String>, url: Option<String>) -> Vec<Person> {
        let url = if names.len() == 1 { url } else { None };
        let mut out: Vec<Person> = Vec::new();
        for name in names {
            let fresh = !out.iter().any(|seen| seen.name == name);
            if fresh && out.len() < 10 {
                out.push(Person { name, url: url.clone() });
            }
        }
        // Beside a person, the site is where they write.
        if out.iter().any(|person| fold(&person.name) != self.site) {
            out.retain(|person| fold(&person.name) != self.site);
        }
        // And so is an agency.
        if out.iter().any(|person| person.name.contains(' ')) {
            out.retain(|person| !AGENCIES.iter().any(|agency| person.name.eq_ignore_ascii_case(agency)));
        }
        out
    }

    /// Names of sites, desks and organisations.
    fn is_weak(&self, name: &str, head: &Head) -> bool {
        let folded = fold(name);
        let organisation = head.ld.organisations.iter().any(|other| fold(other) == folded);
        organisation
            || LEGAL.as_ref().is_some_and(|legal| legal.is_match(name))
            || is_handle(name)
            || folded == self.site
            || (folded.len() > 2
                && (self.host.contains(&folded)
                    || (self.site.len() > 3 && (self.site.contains(&folded) || folded.contains(&self.site)))))
            || ["redaktion", "redaction", "redacción", "redazione", "staff", "newsdesk", "admin", "team"]
                .iter()
                .any(|word| folded == *word)
    }

    fn json(&self, head: &Head) -> Vec<Person> {
        let mut found: Vec<Person> = Vec::new();
        for (name, url) in &head.ld.authors {
            let url = url.as_deref().and_then(|url| safe_url(url, Some(self.base), false));
            for person in self.people(byline::names(name), url) {
                if found.len() < 10 && !found.iter().any(|seen| seen.name == person.name) {
                    found.push(person);
                }
            }
        }
        found
    }

    fn only_person(&self, head: &Head) -> Vec<Person> {
        match head.ld.persons.as_slice() {
            [only] => self.people(byline::names(only), None),
            _ => Vec::new(),
        }
    }

    fn meta(&self, head: &Head) -> Vec<Person> {
        for name in NAMES {
            let values = values_of(head, name);
            let names: Vec<String> =
                values.iter().flat_map(|value| byline::names(self.without_site(value))).collect();
            let found = self.people(names, None);
            if !found.is_empty() {
                return found;
            }
        }
        // Cards say what their value is in a label beside it.
        for card in ["1", "2"] {
            let label = head.get(&[&format!("twitter:label{card}")]).unwrap_or_default().to_lowercase();
            let written = [
                "written",
                "verfasst",
                "geschrieben",
                "autor",
                "author",
                "écrit",
                "escrito",
                "scritto",
                "door",
                "napisan",
                "автор",
            ];
            if written.iter().any(|word| label.contains(word)) {
                let value = head.get(&[&format!("twitter:data{card}")]).unwrap_or_default();
                let found = self.people(byline::names(&value), None);
                if !found.is_empty() {
                    return found;
                }
            }
        }
        Vec::new()
    }

    /// "Site - Ada Example": what follows the site's own name.
    fn without_site<'v>(&self, value: &'v str) -> &'v str {
        let parts = value.split_once(" - ").or_else(|| value.split_once(" | "));
        match parts {
            Some((site, rest)) if fold(site).len() > 2 && self.is_site(&fold(site)) => rest,
            _ => value,
        }
    }

    fn is_site(&self, folded: &str) -> bool {
        folded == self.site || self.host.contains(folded)
    }

    fn markup(&self) -> Vec<Person> {
        let doc = self.doc;
        let address = |at: usize| {
            doc.items[at].name == "a"
                && doc.attr(at, "href").is_some_and(|href| {
                    let href = href.to_ascii_lowercase();
                    [
                        "/author/",
                        "/authors/",
                        "/autor/",
                        "/autoren/",
                        "/auteur/",
                        "/autore/",
                        "/redakteur",
                        "/profil/",
                        "/journalist",
                        "/userinfo",
                        "/reporter",
                    ]
                    .iter()
                    .any(|part| href.contains(part))
                })
        };
        let named = |at: usize, words: &[&str]| {
            let token = &doc.items[at].token;
            !token.is_empty() && doc.items[at].chars < 80 && words.iter().any(|word| token.contains(word))
        };
        let tests: [&dyn Fn(usize) -> bool; 5] = [
            &|at| doc.attr(at, "itemprop").is_some_and(|value| has_word(value, "author")),
            &|at| doc.attr(at, "rel").is_some_and(|value| has_word(value, "author")),
            &|at| {
                let named = |name: &str| rules::BYLINE_CLASS.is_match(name);
                let token = &doc.items[at].token;
                (!token.is_empty() && named(token))
                    || ["data-testid", "data-qa", "data-component"]
                        .iter()
                        .any(|attribute| doc.attr(at, attribute).is_some_and(named))
            },
            &address,
            &|at| {
                named(
                    at,
                    &[
                        "author",
                        "autor",
                        "redakteur",
                        "username",
                        "poster",
                        "journalist",
                        "writer",
                        "full-name",
                    ],
                )
            },
        ];
        // What follows the headline at once is no teaser's, whatever its class says.
        let h1 = self.headline;
        for (tier, test) in tests.iter().enumerate() {
            for at in (0..doc.items.len()).filter(|&at| {
                let item = &doc.items[at];
                item.element.is_some() && item.chars > 2 && item.chars < 150 && test(at)
            }) {
                // Comments have authors too, and so have the teasers beside.
                let near = h1.is_some_and(|h1| at > h1 && at < h1 + 25);
                let tier_of = if near { 0 } else { tier };
                if self.is_beside(at, tier_of) {
                    continue;
                }
                let people = self.people_of(at, tier);
                if !people.is_empty() {
                    return if tier < 2 { self.with_the_next(at, people, test) } else { people };
                }
            }
        }
        Vec::new()
    }

    /// An author and those who stand beside them in the same byline, each in an element
    /// of their own.
    fn with_the_next(&self, at: usize, mut people: Vec<Person>, test: &dyn Fn(usize) -> bool) -> Vec<Person> {
        let doc = self.doc;
        let parent = doc.items[at].parent;
        let mut next = doc.items[at].end;
        while next < doc.items[parent].end && people.len() < 8 {
            let item = &doc.items[next];
            if item.element.is_some() && item.chars > 2 && item.chars < 150 && test(next) {
                for one in self.people_of(next, 0) {
                    if people.iter().all(|known| known.name != one.name) {
                        people.push(one);
                    }
                }
            }
            next = item.end.max(next + 1);
        }
        people
    }

    fn is_beside(&self, at: usize, tier: usize) -> bool {
        let how = if tier < 2 { &NAMED_AUTHORS } else { &AUTHORS };
        how.holds(self.doc, at, self.headline)
    }

    fn people_of(&self, at: usize, tier: usize) -> Vec<Person> {
        let doc = self.doc;
        let below = || at..doc.items[at].end;
        // A link within is the name; what stands around it is not.
        let links: Vec<usize> =
            below().filter(|&i| doc.items[i].name == "a" && doc.items[i].chars > 2).take(6).collect();
        // The name of an hCard, and of a user where a site calls it that, is whatever it is.
        let mut cards = below().filter(|&i| has_word(&doc.items[i].token, "fn"));
        let card = cards.next().filter(|_| cards.next().is_none());
        let user = has_word(&doc.items[at].token, "username");
        let named = below().find(|&i| doc.attr(i, "itemprop") == Some("name")).or(card);
        let whole = doc.text(at);
        let inner = named.or(links.first().copied());
        let url = links
            .first()
            .and_then(|&i| doc.attr(i, "href"))
            .and_then(|href| safe_url(href, Some(self.base), false));
        let mut names = byline::names(&doc.text(inner.unwrap_or(at)));
        if links.len() > 1 && named.is_none() {
            // Several links, several authors, if the byline is made of little else.
            let linked: usize = links.iter().map(|&i| doc.items[i].chars).sum();
            if linked * 10 > doc.items[at].chars * 6 {
                names = links.iter().flat_map(|&i| byline::names(&doc.text(i))).collect();
            }
        }
        // A link, or a name marked as such, is the whole name: users of a site may be called anything.
        let alone = inner.is_some() && tier < 3;
        let anything = |name: &str| name.split_whitespace().count() <= 4 && !name.contains(['?', '!', ':']);
        names.retain(|name| {
            self.is_name(name, tier < 4)
                || (alone && is_user(name))
                || ((card.is_some() || user) && anything(name))
        });
        if names.is_empty() && inner.is_some() && tier < 3 {
            names = byline::names(&whole);
            names.retain(|name| self.is_name(name, false));
        }
        self.people(names, url)
    }

    /// A given name alone becomes the full name that a byline of the page tells.
    fn lengthen(&self, found: &mut [Person]) {
        let [only] = found else { return };
        if only.name.contains(char::is_whitespace) {
            return;
        }
        let start = format!("{} ", only.name);
        let full = self.text().into_iter().chain(self.markup()).find(|one| {
            one.name.starts_with(&start)
                && one.name.split_whitespace().all(|word| !word.starts_with(char::is_lowercase))
        });
        if let Some(full) = full {
            only.name = full.name;
        }
    }

    /// Whether words look like the name of a person; a lax look lets one word pass.
    fn is_name(&self, name: &str, lax: bool) -> bool {
        let words: Vec<&str> = name.split_whitespace().collect();
        let capital = |word: &str| word.chars().next().is_some_and(|c| !c.is_lowercase());
        (if lax { words.len() == 1 || words.first().copied().is_some_and(capital) } else { words.len() > 1 })
            && words.len() <= 5
            && (lax
                || words.first().copied().is_some_and(capital) && words.last().copied().is_some_and(capital))
            && !NO_NAME.as_ref().is_some_and(|no| no.is_match(name))
    }

    /// A line that says who wrote it: outright anywhere, a bare "by" near the headline.
    fn text(&self) -> Vec<Person> {
        let doc = self.doc;
        let (Some(outright), Some(plain), Some(dated)) = (OUTRIGHT.as_ref(), PLAIN.as_ref(), DATED.as_ref())
        else {
            return Vec::new();
        };
        let h1 = self.headline.unwrap_or(0);
        let mut near: Vec<Person> = Vec::new();
        let lines = (0..doc.items.len()).filter(|&at| {
            let item = &doc.items[at];
            item.element.is_some()
                && !item.skip
                && !item.has_block
                && (6..140).contains(&item.chars)
                && (item.block || matches!(item.name, "span" | "em" | "a"))
        });
        for at in lines.take(3000) {
            let text = doc.text(at);
            let tier = if at > h1 && at < h1 + 40 { 0 } else { 2 };
            let beside = || self.is_beside(at, tier);
            if let Some(found) = outright.find(&text)
                && !beside()
            {
                let names: Vec<String> = byline::names(&text[found.end()..])
                    .into_iter()
                    .filter(|name| self.is_name(name, true))
                    .collect();
                let people = self.people(names, None);
                if !people.is_empty() {
                    return people;
                }
            }
            let close = at + 60 > h1 && at < h1 + 250;
            if near.is_empty() && close && item_is_line(doc, at) {
                let rest = plain.find(&text).or_else(|| dated.find(&text)).map(|found| &text[found.end()..]);
                if let Some(rest) = rest
                    && !beside()
                {
                    let names: Vec<String> =
                        byline::names(rest).into_iter().filter(|name| self.is_name(name, false)).collect();
                    near = self.people(names, None);
                }
            }
        }
        let labelled = self.labelled(h1);
        if labelled.is_empty() { near } else { labelled }
    }

    /// A label in an element of its own and the text behind it: `<dt>Author</dt><dd>Ada Example`.
    fn labelled(&self, h1: usize) -> Vec<Person> {
        let doc = self.doc;
        let Some(label) = LABEL.as_ref() else { return Vec::new() };
        let labels = (0..doc.items.len()).filter(|&at| {
            let item = &doc.items[at];
            item.element.is_some() && !item.skip && !item.has_block && (2..24).contains(&item.chars)
        });
        for at in labels.take(3000) {
            let text = doc.text(at);
            // A bare "by" means nothing far from the headline.
            let bare = !text.contains(':') && text.chars().count() < 5;
            if !label.is_match(text.trim()) || (bare && (at < h1 || at > h1 + 250)) || self.is_beside(at, 2) {
                continue;
            }
            let frame = doc.ancestors(at).nth(1).map_or(doc.items.len(), |up| doc.items[up].end);
            let next = (doc.items[at].end..frame.min(doc.items[at].end + 12))
                .map(|i| doc.items[i].text.trim())
                .find(|text| !text.is_empty());
            let Some(next) = next.filter(|text| text.len() < 120) else { continue };
            let names = byline::names(next).into_iter().filter(|name| self.is_name(name, true)).collect();
            let people = self.people(names, None);
            if !people.is_empty() {
                return people;
            }
        }
        Vec::new()
    }
}

/// One word with digits in it, as users call themselves.
fn is_user(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.chars().next().is_some_and(char::is_alphabetic)
        && name.chars().all(plain)
        && name.chars().any(|c| c.is_ascii_digit())
}

/// A meta element may hold several properties in one attribute.
fn values_of<'h>(head: &'h Head, name: &str) -> &'h [String] {
    let several =
        || head.meta.iter().filter(|(key, _)| key.contains(' ') && has_word(key, name)).min().map(|(_, v)| v);
    head.meta.get(name).or_else(several).map(Vec::as_slice).unwrap_or_default()
}

fn item_is_line(doc: &Doc<'_>, at: usize) -> bool {
    doc.items[at].block && doc.items[at].chars < 100
}

/// The page links the names of its authors: their addresses.
fn link(doc: &Doc<'_>, base: &Url, people: &mut [Person]) {
    for person in people.iter_mut().filter(|person| person.url.is_none()) {
        let folded = fold(&person.name);
        person.url = (0..doc.items.len())
            .filter(|&at| doc.items[at].name == "a" && doc.items[at].chars < 80 && doc.items[at].chars > 0)
            .take(2000)
            .find(|&at| fold(&doc.text(at)) == folded)
            .and_then(|at| doc.attr(at, "href"))
            .filter(|href| !href.starts_with('#'))
            .and_then(|href| safe_url(href, Some(base), false));
    }
}

#[cfg(test)]
mod tests;
