//! Headline, authors, date, site, picture, language: from JSON-LD, meta
//! elements, microdata and the page's own byline, in that order of trust.

use super::doc::Doc;
use super::{Hints, Notes, authors, jsonld, published, title};
use crate::html::{plain_text, safe_url};
use crate::model::{Article, Picture};
use scraper::Html;
use std::collections::HashMap;
use url::Url;

/// Editions of a page that are looked at.
const EDITIONS: usize = 4;

/// What the head of the page says.
pub(super) struct Head {
    /// `<meta>` values by lower-case name, property or itemprop; the first of each.
    pub(super) meta: HashMap<String, Vec<String>>,
    title: Option<String>,
    canonical: Option<String>,
    editions: Vec<String>,
    pub(super) ld: jsonld::Ld,
}

impl Head {
    fn read(dom: &Html) -> Self {
        let mut head = Self {
            meta: HashMap::new(),
            title: None,
            canonical: None,
            editions: Vec::new(),
            ld: jsonld::Ld::default(),
        };
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
                "link" if head.editions.len() < EDITIONS && is_edition(value) => {
                    head.editions.extend(value.attr("href").map(str::to_owned));
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
                if values.len() < MAX_TAGS {
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

/// Whether a `<link>` names the page's AMP edition, or one for another kind of screen.
fn is_edition(link: &scraper::node::Element) -> bool {
    let Some(rel) = link.attr("rel") else { return false };
    has_word(rel, "amphtml")
        || (has_word(rel, "alternate") && link.attr("media").is_some() && link.attr("type").is_none())
}

pub(super) fn has_word(value: &str, word: &str) -> bool {
    value.split_ascii_whitespace().any(|part| part.eq_ignore_ascii_case(word))
}

/// What the page says about itself beyond the article's own fields.
pub(super) struct About {
    /// Its description.
    pub(super) description: Option<String>,
    /// Its headline, where the feed's title was preferred.
    pub(super) own_title: Option<String>,
}

/// Reads everything but the body; also the page's description of itself.
pub(super) fn read(
    dom: &Html,
    doc: &Doc<'_>,
    base: &Url,
    hints: &Hints,
    notes: &mut Notes,
) -> (Article, About) {
    let head = Head::read(dom);
    let site = head
        .get(&["og:site_name"])
        .or_else(|| head.ld.site.clone())
        .or_else(|| head.get(&["application-name"]));
    let social = head.get(&["og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title"]);
    let (title, own_title) = title::title(
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
    let published = published::published(&head, doc, base, lang.as_deref(), hints, notes);
    let modified = published::modified(&head, lang.as_deref());
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
        own_title: own_title.clone(),
        authors,
        published: published.as_ref().map(|p| p.text.clone()),
        published_at: published.and_then(|p| p.instant),
        modified: modified.map(|p| p.text),
        section: head.ld.section.clone().or_else(|| head.get(&["article:section", "section", "dc.subject"])),
        tags: tags(&head),
        free: head.ld.free.or_else(|| free(&head)),
        site,
        image,
        lang,
        html: String::new(),
        text: String::new(),
        canonical: head.canonical.and_then(|href| safe_url(&href, Some(base), false)),
        editions: head.editions.iter().filter_map(|href| safe_url(href, Some(base), false)).collect(),
    };
    (article, About { description, own_title })
}

/// Whether meta elements say that the page can be read without paying; metered pages can.
fn free(head: &Head) -> Option<bool> {
    if let Some(tier) = head.get(&["article:content_tier"]) {
        return Some(!tier.eq_ignore_ascii_case("locked"));
    }
    let said = head.get(&["isaccessibleforfree", "article:isaccessibleforfree"])?;
    match said.to_ascii_lowercase().as_str() {
        "false" | "no" | "0" => Some(false),
        "true" | "yes" | "1" => Some(true),
        _ => None,
    }
}

/// Keywords that are kept of a page.
const MAX_TAGS: usize = 20;

/// What the page files itself under: `article:tag`, JSON-LD, `keywords`; the first that
/// is there.
fn tags(head: &Head) -> Vec<String> {
    let all = |name: &str| head.meta.get(name).cloned().unwrap_or_default();
    let ways = [all("article:tag"), head.ld.keywords.clone(), all("news_keywords"), all("keywords")];
    for values in ways {
        let mut found: Vec<String> = Vec::new();
        let parts = values.iter().flat_map(|value| value.split([',', ';', '،', '、', '|']));
        for tag in parts.map(plain_text) {
            let fits = (1..=60).contains(&tag.chars().count());
            if fits
                && found.len() < MAX_TAGS
                && !found.iter().any(|seen| seen.to_lowercase() == tag.to_lowercase())
            {
                found.push(tag);
            }
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
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
