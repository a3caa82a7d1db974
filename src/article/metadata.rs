//! Headline, authors, date, site, picture, language: from JSON-LD, meta
//! elements, microdata and the page's own byline, in that order of trust.

use super::dates::{self, Published};
use super::doc::Doc;
use super::{Hints, Notes, authors, jsonld, title};
use crate::html::{plain_text, safe_url};
use crate::model::{Article, Picture};
use scraper::Html;
use std::collections::HashMap;
use url::Url;

/// What the head of the page says.
pub(super) struct Head {
    /// `<meta>` values by lower-case name, property or itemprop; the first of each.
    pub(super) meta: HashMap<String, Vec<String>>,
    title: Option<String>,
    canonical: Option<String>,
    pub(super) ld: jsonld::Ld,
}

impl Head {
    fn read(dom: &Html) -> Self {
        let mut head = Self { meta: HashMap::new(), title: None, canonical: None, ld: jsonld::Ld::default() };
        let mut scripts: Vec<String> = Vec::new();
        for element in dom.root_element().descendent_elements() {
            let value = element.value();
            match value.name() {
                "meta" => head.meta(value),
                "title" if head.title.is_none() => {
                    let text: String = element.text().collect();
                    head.title = Some(crate::html::clean_line(&text)).filter(|t| !t.is_empty());
                }
                "link" if value.attr("rel").is_some_and(|rel| has_word(rel, "canonical")) => {
                    head.canonical = head.canonical.take().or_else(|| value.attr("href").map(str::to_owned));
                }
                "script" => scripts.push(element.text().collect()),
                _ => {}
            }
        }
        head.ld = jsonld::read(scripts.iter().map(String::as_str));
        head
    }

    fn meta(&mut self, element: &scraper::node::Element) {
        let Some(content) =
            element.attr("content").map(str::trim).filter(|c| !c.is_empty() && c.len() < 4000)
        else {
            return;
        };
        for attr in ["property", "name", "itemprop", "http-equiv"] {
            if let Some(name) = element.attr(attr).filter(|n| n.len() < 80) {
                let values = self.meta.entry(name.trim().to_ascii_lowercase()).or_default();
                if values.len() < 10 {
                    values.push(content.to_owned());
                }
            }
        }
    }

    /// The first of the names that is there, as plain text.
    pub(super) fn get(&self, names: &[&str]) -> Option<String> {
        names
            .iter()
            .filter_map(|name| self.meta.get(*name)?.first())
            .map(|value| plain_text(value))
            .find(|value| !value.is_empty())
    }
}

pub(super) fn has_word(value: &str, word: &str) -> bool {
    value.split_ascii_whitespace().any(|part| part.eq_ignore_ascii_case(word))
}

/// Reads everything but the body; also the page's description of itself.
pub(super) fn read(
    dom: &Html,
    doc: &Doc<'_>,
    base: &Url,
    hints: &Hints,
    notes: &mut Notes,
) -> (Article, Option<String>) {
    let head = Head::read(dom);
    let site = head
        .get(&["og:site_name"])
        .or_else(|| head.ld.site.clone())
        .or_else(|| head.get(&["application-name"]));
    let social = head.get(&["og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title"]);
    let title = title::title(
        doc,
        &title::Declared {
            social: social.as_deref(),
            headline: head.ld.headline.as_deref(),
            title: head.title.as_deref(),
            site: site.as_deref(),
            host: base.host_str().unwrap_or_default(),
            feed: hints.title.as_deref(),
        },
    );
    let authors = authors::authors(&head, doc, base, site.as_deref(), hints, notes);
    let lang = language(&head, dom);
    let published = published(&head, doc, base, lang.as_deref(), notes);
    let image = head
        .get(&["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"])
        .or_else(|| head.ld.image.clone())
        .and_then(|url| safe_url(&url, Some(base), false))
        .map(|url| Picture {
            url,
            alt: head.get(&["og:image:alt", "twitter:image:alt"]).unwrap_or_default(),
        });
    let description = head.get(&["og:description", "description", "twitter:description"]);
    let article = Article {
        title,
        authors,
        published: published.as_ref().map(|p| p.text.clone()),
        published_at: published.and_then(|p| p.instant),
        site,
        image,
        lang,
        html: String::new(),
        text: String::new(),
        canonical: head.canonical.and_then(|href| safe_url(&href, Some(base), false)),
    };
    (article, description)
}

/// Whether an element belongs to a comment, a sidebar or the like.
pub(super) fn is_beside(doc: &Doc<'_>, at: usize) -> bool {
    doc.ancestors(at).take(12).any(|up| {
        let item = &doc.items[up];
        // A page's body may be named `with-sidebar`.
        item.chars * 2 < doc.items[0].chars
            && (matches!(item.name, "aside" | "footer")
                || ["comment", "related", "sidebar"].iter().any(|word| item.token.contains(word)))
    })
}

fn language(head: &Head, dom: &Html) -> Option<String> {
    let tag = dom
        .root_element()
        .attr("lang")
        .or_else(|| dom.root_element().attr("xml:lang"))
        .map(str::to_owned)
        .or_else(|| head.ld.lang.clone())
        .or_else(|| head.get(&["og:locale", "content-language", "inlanguage", "language"]))?;
    let tag = tag.trim().split([',', ' ']).next().unwrap_or_default().replace('_', "-");
    let fine = (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fine.then_some(tag)
}

fn published(
    head: &Head,
    doc: &Doc<'_>,
    url: &Url,
    lang: Option<&str>,
    notes: &mut Notes,
) -> Option<Published> {
    let month_first =
        lang.is_some_and(|lang| lang.eq_ignore_ascii_case("en-us") || lang.eq_ignore_ascii_case("en"));
    let parse = |text: &str| dates::parse(text, month_first);
    const NAMES: &[&str] = &[
        "article:published_time",
        "og:published_time",
        "datepublished",
        "article.published",
        "published_time",
        "og:article:published_time",
        "citation_publication_date",
        "citation_date",
        "dc.date.issued",
        "dcterms.issued",
        "dcterms.created",
        "dc.date.created",
        "dcterms.date",
        "dc.date",
        "date",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
        "publication_date",
        "published",
        "parsely-pub-date",
        "sailthru.date",
        "cxenseparse:recs:publishtime",
        "datecreated",
        "created",
        "originalpublicationdate",
        "article_date_original",
        "analyticsattributes.articledate",
        "article:created",
        "bt:pubdate",
        "last-modified",
        "article:modified_time",
    ];
    let (split, late) = NAMES.split_at(NAMES.len() - 2);
    let meta =
        |names: &[&str]| names.iter().filter_map(|name| head.meta.get(*name)?.first()).find_map(|v| parse(v));
    let ways: [(&str, &dyn Fn() -> Option<Published>); 6] = [
        ("JSON-LD", &|| head.ld.published.as_deref().and_then(parse)),
        ("meta", &|| meta(split)),
        ("time element", &|| from_time(doc, &parse)),
        ("address", &|| from_address(url)),
        ("text", &|| from_text(doc, &parse)),
        ("meta, last change", &|| meta(late)),
    ];
    for (place, way) in ways {
        if let Some(found) = way() {
            notes.remarks.push(format!("date: {place}"));
            return Some(found);
        }
    }
    None
}

/// `<time>` and microdata: the one that is named so, else the first.
fn from_time(doc: &Doc<'_>, parse: &dyn Fn(&str) -> Option<Published>) -> Option<Published> {
    let mut first = None;
    for at in 0..doc.items.len() {
        let item = &doc.items[at];
        let prop = doc.attr(at, "itemprop").unwrap_or_default().to_ascii_lowercase();
        let named = prop.contains("datepublished") || doc.attr(at, "pubdate").is_some();
        if !(named || (item.name == "time" && !item.skip)) {
            continue;
        }
        let value = doc.attr(at, "datetime").or_else(|| doc.attr(at, "content"));
        let found = value.and_then(parse).or_else(|| parse(&doc.text(at)));
        let Some(found) = found else { continue };
        if named || item.token.contains("publi") || item.token.contains("entry-date") {
            return Some(found);
        }
        let aside = item.token.contains("updat") || is_beside(doc, at);
        if first.is_none() && !aside {
            first = Some(found);
        }
    }
    first
}

/// `/2023/01/31/` in the address.
fn from_address(url: &Url) -> Option<Published> {
    let parts: Vec<&str> = url.path_segments()?.take(20).collect();
    parts
        .windows(3)
        .find_map(|w| {
            let digits = w[0].len() == 4 && w[1].len() <= 2 && w[2].len() <= 2;
            digits.then(|| dates::parse(&format!("{}-{}-{}", w[0], w[1], w[2]), false)).flatten()
        })
        .or_else(|| {
            parts.iter().find_map(|p| {
                p.get(..10).filter(|d| d.as_bytes()[4] == b'-').and_then(|d| dates::parse(d, false))
            })
        })
}

/// A short line that holds a date: named like one, else near the headline.
fn from_text(doc: &Doc<'_>, parse: &dyn Fn(&str) -> Option<Published>) -> Option<Published> {
    let short = |at: usize| {
        let item = &doc.items[at];
        item.element.is_some() && !item.skip && item.chars >= 6 && item.chars < 120
    };
    let named = |at: usize| {
        let token = &doc.items[at].token;
        ["date", "publi", "posted", "time", "datum", "fecha", "byline", "meta", "dateline", "stamp"]
            .iter()
            .any(|word| token.contains(word))
    };
    let found = (0..doc.items.len())
        .filter(|&at| short(at) && named(at) && !is_beside(doc, at))
        .take(40)
        .find_map(|at| parse(&doc.text(at)));
    let h1 = (0..doc.items.len()).find(|&at| doc.items[at].name == "h1").unwrap_or(0);
    found
        .or_else(|| {
            (h1.saturating_sub(60)..doc.items.len())
                .filter(|&at| {
                    short(at) && doc.items[at].block && !doc.items[at].has_block && !is_beside(doc, at)
                })
                .take(60)
                .find_map(|at| parse(&doc.text(at)))
        })
        .or_else(|| {
            // A date that stands alone between two tags.
            (h1.saturating_sub(200)..doc.items.len())
                .filter(|&at| (8..40).contains(&doc.items[at].text.trim().len()) && !is_beside(doc, at))
                .take(300)
                .find_map(|at| parse(doc.items[at].text))
        })
}
