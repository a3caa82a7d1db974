//! From a page's bytes to the article on it: headline, authors, date, pictures,
//! and the body as HTML for reading and as running text.
//!
//! `decode` → [`crate::html::bound`] → one tree → `metadata`, `readability`
//! (where the article stands), `clean` (what goes), `blocks` (runs of text),
//! `body` with `rules` (what each run is) → [`crate::html::sanitize`].
//! No tree leaves [`extract`].

mod authors;
mod beside;
mod blocks;
mod body;
mod byline;
mod clean;
mod dateline;
mod dateplaces;
mod dates;
mod decode;
mod doc;
mod explained;
mod extras;
mod features;
mod jsonld;
mod marks;
mod markup;
mod metadata;
mod outside;
mod paging;
mod proof;
mod published;
mod readability;
mod rules;
mod scripts;
mod select;
mod site_rules;
mod table;
mod template;
mod title;
mod tokens;
pub mod training;
mod verdict;
mod words;
mod written;

pub use clean::Cut;
pub use explained::{Kept, Weighed};
pub use paging::{Journey, Links, Next, Part, Stop};
pub use proof::{PageProof, SiteProof};
pub use site_rules::{Ignored, RuleMistake, RulesReport, SiteRule, SiteRules, Usage};
pub use table::Table;
pub use template::{SiteBlocks, block_digest, text_digest};
pub use verdict::{Verdict, better_than_feed};

use crate::html::{self, Limits};
use crate::model::{Article, Reason};
use jiff::Timestamp;
use std::sync::Arc;
use url::Url;

/// A page as it was fetched.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The body, decompressed.
    pub bytes: &'a [u8],
    /// `Content-Type`, as it stands.
    pub content_type: Option<&'a str>,
    /// Address after all redirects.
    pub url: &'a Url,
}

/// What the feed says about the article; each helps, none is needed.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Title, plain text.
    pub title: Option<String>,
    /// Teaser, HTML or plain text.
    pub summary: Option<String>,
    /// Author, plain text.
    pub author: Option<String>,
    /// Publication date.
    pub published: Option<Timestamp>,
    /// The feed's own text, HTML.
    pub content: Option<String>,
    /// What the site prints on every page.
    pub site: SiteBlocks,
    /// What full texts of its feeds have shown of the site's pages.
    pub proof: SiteProof,
    /// Whether [`Notes::blocks`] is asked for.
    pub explain: bool,
}

/// What is known about pages of a source or site (CSS selectors but for `site`).
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Selects the body.
    pub content_selector: Option<String>,
    /// Select what is to be removed.
    pub remove_selectors: Vec<String>,
    /// Selects the link to the article's next page.
    pub next_page_selector: Option<String>,
    /// Selects the link to the whole article on one page.
    pub single_page_selector: Option<String>,
    /// Rules for the page's site; the selectors above go before them.
    pub site: Option<Arc<SiteRule>>,
    /// Which page of the article it is; `None`: the first.
    pub part: Option<Part>,
}

/// A candidate that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Its elements with class and id.
    pub what: String,
    /// Its score.
    pub score: f64,
}

/// How an extraction went, for people.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notes {
    /// The candidates, the last one the strictest search had to fall back to.
    pub candidates: Vec<Scored>,
    /// What was cut from the chosen one, and why.
    pub cuts: Vec<Cut>,
    /// Selectors that found nothing on this page.
    pub missed_selectors: Vec<String>,
    /// Things worth knowing: where title, authors and date were found.
    pub remarks: Vec<String>,
    /// The page's blocks of text with what became of them, if [`Hints::explain`] is set.
    pub blocks: Vec<Weighed>,
}

/// An article and how it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// The article.
    pub article: Article,
    /// Digests of its blocks of text, those included that the site prints on every page.
    pub blocks: Vec<u32>,
    /// What the page shows of its site, if the feed has its text too.
    pub proof: Option<PageProof>,
    /// How it was found.
    pub notes: Notes,
    /// More pages of it.
    pub links: Links,
}

/// Why a page gave no article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// Media, documents, data.
    #[error("the address leads to {what}, not to an HTML page; the feed's own text is kept")]
    NotHtml {
        /// What it is instead.
        what: &'static str,
    },
    /// Nothing but white space.
    #[error("the page is empty")]
    Empty,
    /// A page without running text: a shell filled by scripts, a wall, a list of links.
    #[error("no article text was found on the page ({hint}); a `content_selector` for this source may help")]
    NoArticle {
        /// What the page looks like instead.
        hint: &'static str,
    },
}

impl ExtractError {
    /// A short, fixed name: `not-html`, `empty`, `no-article`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotHtml { .. } => "not-html",
            Self::Empty => "empty",
            Self::NoArticle { .. } => "no-article",
        }
    }
}

impl From<ExtractError> for Reason {
    fn from(error: ExtractError) -> Self {
        Reason::new(error.kind(), &error.to_string())
    }
}

/// Finds the article on a page.
///
/// # Errors
/// If the bytes are no HTML page, or hold no running text.
pub fn extract(page: &Page<'_>, hints: &Hints, rules: &Rules) -> Result<Extraction, ExtractError> {
    let table =
        Table::built_in().ok_or(ExtractError::NoArticle { hint: "the program's own table is damaged" })?;
    extract_with(page, hints, rules, table)
}

fn extract_with(
    page: &Page<'_>,
    hints: &Hints,
    rules: &Rules,
    table: &Table,
) -> Result<Extraction, ExtractError> {
    with_page(page, hints, rules, |doc, known, mut article, mut notes, base, links| {
        if article.published.is_none()
            && let Some(date) = scripts::date(&decode::decode(page.bytes, page.content_type)?)
        {
            notes.remarks.push("date: data of a script".to_owned());
            article.published = Some(date.text);
            article.published_at = date.instant;
        }
        let mut body = body::body(doc, known, table, &mut notes);
        if known.roots.is_some() && body.as_ref().is_none_or(|body| body.text.trim().is_empty()) {
            // What was selected has no text.
            notes.missed_selectors.push("the body that was selected has no text".to_owned());
            known.roots = None;
            body = body::body(doc, known, table, &mut notes);
        }
        let body = where_proven(doc, known, table, body, &mut notes);
        let Some(body) = body.filter(|body| !body.text.trim().is_empty()) else {
            return Err(ExtractError::NoArticle { hint: verdict::looks_like(doc) });
        };
        article.html = html::sanitize(&body.html, Some(base));
        article.text = body.text;
        if article.text.is_empty() {
            return Err(ExtractError::NoArticle { hint: verdict::looks_like(doc) });
        }
        let headings: Vec<String> = (0..doc.items.len())
            .filter(|&at| doc.items[at].name == "h1" && !doc.items[at].skip && doc.items[at].chars < 200)
            .take(3)
            .map(|at| doc.text(at))
            .collect();
        let headlines = article.title.as_deref().into_iter().chain(headings.iter().map(String::as_str));
        if verdict::is_wall(&article.text, headlines) {
            return Err(ExtractError::NoArticle { hint: verdict::WALL_HINT });
        }
        let proof = hints.content.as_deref().and_then(|feed| proof::observe(doc, feed));
        Ok(Extraction { article, blocks: body.blocks, proof, notes, links })
    })
}

/// The body, or what stands where the site's texts were proved to stand, if that was
/// missed: far more than was found.
fn where_proven(
    doc: &doc::Doc<'_>,
    known: &mut body::Known<'_>,
    table: &Table,
    found: Option<body::Body>,
    notes: &mut Notes,
) -> Option<body::Body> {
    let Some(at) = known.proven.filter(|_| known.roots.is_none()) else { return found };
    let length = found.as_ref().map_or(0, |body| body.text.chars().count());
    if length * 4 > doc.items[at].chars || doc.items[at].chars < 400 || doc.link_density(at) > 0.4 {
        return found;
    }
    known.roots = Some(vec![at]);
    let other = body::body(doc, known, table, notes);
    known.roots = None;
    let longer = other.filter(|other| other.text.chars().count() > length * 2);
    if longer.is_some() {
        notes.remarks.push("body: where the full texts of the site's feeds stand".to_owned());
    }
    longer.or(found)
}

/// Reads a page up to where its blocks are judged.
fn with_page<T>(
    page: &Page<'_>,
    hints: &Hints,
    rules: &Rules,
    then: impl FnOnce(&doc::Doc<'_>, &mut body::Known<'_>, Article, Notes, &Url, Links) -> Result<T, ExtractError>,
) -> Result<T, ExtractError> {
    let dom = tree(page, rules)?;
    let mut notes = Notes::default();
    let base = html::base_url(&dom, page.url);
    let doc = doc::Doc::new(&dom);
    if doc.items.is_empty() {
        return Err(ExtractError::Empty);
    }
    let (mut article, about) = metadata::read(&dom, &doc, &base, hints, &mut notes);
    let mut selected = select::apply(&dom, &doc, rules, &mut notes);
    let proven = proven(&doc, hints, &mut selected, &mut notes);
    selected.amend(&mut article);
    let links = paging::links(&dom, &doc, &base, page.url, rules, &mut notes);
    let mut known = body::Known {
        titles: [article.title.as_deref(), hints.title.as_deref(), about.own_title.as_deref()]
            .into_iter()
            .flatten()
            .map(body::fold)
            .filter(|t| !t.is_empty())
            .collect(),
        title: article.title.clone(),
        has_author: notes.remarks.iter().any(|r| r == "authors: JSON-LD" || r == "authors: meta"),
        authors: article.authors.iter().map(|a| body::fold(&a.name)).filter(|a| !a.is_empty()).collect(),
        description: about
            .description
            .or_else(|| hints.summary.as_deref().map(html::plain_text))
            .map(|text| body::fold(&text))
            .filter(|text| text.len() > 40),
        roots: selected.roots,
        removed: &selected.removed,
        site: &hints.site,
        proven,
        explain: hints.explain,
    };
    then(&doc, &mut known, article, notes, &base, links)
}

/// Where the site's texts were proved to stand; what is proved to be none is removed.
/// What the operator or a rule says of the page goes before.
fn proven(
    doc: &doc::Doc<'_>,
    hints: &Hints,
    selected: &mut select::Selected,
    notes: &mut Notes,
) -> Option<usize> {
    let found = hints.proof.on(doc).filter(|_| selected.roots.is_none())?;
    let cut = |(nth, at): (usize, usize)| Cut {
        what: clean::describe(doc, at),
        why: if nth < found.boxes { "proved box" } else { "behind the body" },
        text: doc.text(at).chars().take(80).collect(),
    };
    let removed = found.removed.iter().copied().enumerate().filter(|(_, at)| doc.items[*at].chars > 0);
    notes.cuts.extend(removed.map(cut).take(50));
    selected.removed.extend(found.removed);
    Some(found.body)
}

/// Only the links to more pages, for a page that is no article itself.
pub fn links(page: &Page<'_>, rules: &Rules) -> Links {
    let Ok(dom) = tree(page, rules) else { return Links::default() };
    let doc = doc::Doc::new(&dom);
    if doc.items.is_empty() {
        return Links::default();
    }
    paging::links(&dom, &doc, &html::base_url(&dom, page.url), page.url, rules, &mut Notes::default())
}

/// The page as a tree; what its site's rules say about its source is done.
fn tree(page: &Page<'_>, rules: &Rules) -> Result<scraper::Html, ExtractError> {
    let mut source = decode::decode(page.bytes, page.content_type)?;
    let limits = Limits { metadata: true, ..Limits::default() };
    let Some(rule) = &rules.site else { return Ok(html::tree(&html::bound(&source, &limits))) };
    source = rule.rewrite(source);
    let mut dom = html::tree(&html::bound(&source, &limits));
    rule.strip_attributes(&mut dom);
    Ok(dom)
}

/// All that is known of one page: the batch protocol's answer, and what the page says of
/// itself beside that. Absent is null.
pub fn to_full_json(id: &serde_json::Value, extraction: &Extraction) -> serde_json::Value {
    let article = &extraction.article;
    let mut answer = to_json(id, extraction);
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("authors".to_owned(), serde_json::json!(article.authors));
        answer.insert("modified".to_owned(), serde_json::json!(article.modified));
        answer.insert("section".to_owned(), serde_json::json!(article.section));
        answer.insert("tags".to_owned(), serde_json::json!(article.tags));
        answer.insert("free".to_owned(), serde_json::json!(article.free));
        answer.insert("canonical".to_owned(), serde_json::json!(article.canonical));
    }
    answer
}

/// The answer of the batch protocol for one page.
pub fn to_json(id: &serde_json::Value, extraction: &Extraction) -> serde_json::Value {
    let article = &extraction.article;
    let author = match article.authors.as_slice() {
        [] => serde_json::Value::Null,
        [one] => one.name.clone().into(),
        many => many.iter().map(|person| person.name.clone()).collect::<Vec<_>>().into(),
    };
    serde_json::json!({
        "id": id,
        "text": article.text,
        "html": article.html,
        "title": article.title,
        "author": author,
        "published": article.published,
        "site": article.site,
        "image": article.image.as_ref().map(|picture| &picture.url),
        "lang": article.lang,
        "error": serde_json::Value::Null,
    })
}

#[cfg(test)]
mod tests;
