//! An article as a Markdown document.

use super::chars::{begins_reference, clean, line};
use super::{links, time};
use crate::html::to_markdown;
use crate::model::{Article, Person, PublishedEntry};
use serde::Serialize;
use sha2::{Digest, Sha256};
use url::Url;

/// The parts of an article as a document; what is missing is left out.
#[derive(Debug, Clone, Default)]
pub struct MarkdownPage<'a> {
    /// Headline, plain text.
    pub title: &'a str,
    /// Authors in order.
    pub authors: &'a [Person],
    /// Date for people: `January 31, 2023`.
    pub date: Option<String>,
    /// Lead picture: address and alternative text. Left out if the body shows it.
    pub image: Option<(&'a str, &'a str)>,
    /// The text, Markdown already.
    pub body: &'a str,
    /// Address of the article.
    pub url: Option<&'a str>,
}

/// The document: headline, authors, date, lead picture, text, address, apart by
/// blank lines. Plain text is escaped (CommonMark 0.31), so that it shows as it is.
pub fn markdown_page(page: &MarkdownPage<'_>) -> String {
    let title = line(page.title);
    let mut blocks = Vec::new();
    if !title.is_empty() {
        blocks.push(format!("# {}", escape(&title)));
    }
    let names: Vec<String> = page.authors.iter().filter_map(author).collect();
    if !names.is_empty() {
        blocks.push(format!("By {}", names.join(", ")));
    }
    blocks.extend(page.date.as_deref().map(|date| escape(&line(date))));
    if let Some((url, alt)) = page.image
        && let Some(address) = links::http(url)
        && !page.body.contains(&*address)
    {
        blocks.push(format!("![{}]({})", escape(&line(alt)), target(&address)));
    }
    let body = clean(page.body);
    if !body.trim().is_empty() {
        blocks.push(body.trim_matches('\n').trim_end().to_owned());
    }
    if let Some(url) = links::http_opt(page.url) {
        blocks.push(format!("Original url:\n\n<{url}>"));
    }
    let mut out = blocks.join("\n\n");
    out.push('\n');
    out
}

/// An article as it was extracted, as a Markdown document. The date is the page's own.
pub fn article_markdown(article: &Article, url: Option<&str>) -> String {
    let date = article.published.as_deref().and_then(|date| date.get(..10)).and_then(|day| day.parse().ok());
    markdown_page(&MarkdownPage {
        title: article.title.as_deref().unwrap_or_default(),
        authors: &article.authors,
        date: date.map(time::long_day),
        image: article.image.as_ref().map(|picture| (picture.url.as_str(), picture.alt.as_str())),
        body: &to_markdown(&article.html, None),
        url,
    })
}

/// An entry as a Markdown document, with a YAML head if `front_matter` is set:
/// `id` `source` (all that carry it) `published` `updated` `tags`
/// `canonical_url` `content_hash`, and what the page says of itself where it does:
/// `modified` `section` `keywords` `paywalled`. The body is the full text, else the teaser.
pub fn markdown(entry: &PublishedEntry, front_matter: bool) -> String {
    let base = entry.url.as_deref().and_then(|url| Url::parse(url).ok());
    let html = entry.content_html.as_deref().or(entry.summary_html.as_deref()).unwrap_or_default();
    let body = to_markdown(html, base.as_ref());
    let page = MarkdownPage {
        title: &entry.title,
        authors: &entry.authors,
        date: Some(time::long_date(entry.published)),
        image: entry.image.as_deref().map(|url| (url, "")),
        body: &body,
        url: entry.url.as_deref(),
    };
    let head = if front_matter { yaml(entry) } else { String::new() };
    head + &markdown_page(&page)
}

/// `sha256:…` of title and text: changes when what a reader sees changes, and
/// with nothing else.
pub fn content_hash(entry: &PublishedEntry) -> String {
    let html = entry.content_html.as_deref().or(entry.summary_html.as_deref()).unwrap_or_default();
    let mut hasher = Sha256::new();
    hasher.update(entry.title.as_bytes());
    hasher.update(b"\n");
    hasher.update(html.as_bytes());
    let hex: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn yaml(entry: &PublishedEntry) -> String {
    let lines = |texts: Vec<&str>| quoted(&texts.into_iter().map(line).collect::<Vec<_>>());
    let sources = entry.origins.iter().map(|origin| origin.source.as_str()).collect();
    let mut out = String::from("---\n");
    let mut key = |name: &str, value: String| out.push_str(&format!("{name}: {value}\n"));
    key("id", quoted(&entry.id.urn()));
    key("source", lines(sources));
    key("published", quoted(&time::rfc3339(entry.published)));
    key("updated", quoted(&time::rfc3339(entry.updated)));
    key("tags", lines(entry.tags.iter().map(String::as_str).collect()));
    if let Some(url) = links::http_opt(entry.url.as_deref()) {
        key("canonical_url", quoted(&url));
    }
    key("content_hash", quoted(&content_hash(entry)));
    let page = &entry.page;
    for (name, text) in [("modified", &page.modified), ("section", &page.section)] {
        if let Some(text) = text {
            key(name, quoted(&line(text)));
        }
    }
    if !page.tags.is_empty() {
        key("keywords", lines(page.tags.iter().map(String::as_str).collect()));
    }
    if page.paywalled() {
        key("paywalled", "true".to_owned());
    }
    out.push_str("---\n\n");
    out
}

/// A value in YAML: a JSON string is a double-quoted YAML one (YAML 1.2 §1.3), so
/// nothing in it can end it or be taken for a number, a date or an anchor.
fn quoted<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn author(person: &Person) -> Option<String> {
    let name = escape(&line(&person.name));
    match links::http_opt(person.url.as_deref()) {
        _ if name.is_empty() => None,
        Some(url) => Some(format!("[{name}]({})", target(&url))),
        None => Some(name),
    }
}

/// An address inside `(…)`.
fn target(url: &str) -> String {
    url.replace('(', "%28").replace(')', "%29")
}

/// One line of plain text as Markdown that shows exactly that.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let closing = text.trim_end_matches('#').len();
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '_' => true,
            '<' => rest.starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next)),
            '&' => begins_reference(rest),
            // A run of # at the end would be taken for a closing mark.
            '#' => at == 0 || at >= closing,
            '+' | '-' | '>' | '=' | '~' => at == 0,
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_plain() {
        for (text, expected) in [
            ("<b>*x*</b> [a](b) snake_case", r"\<b>\*x\*\</b> \[a\](b) snake\_case"),
            ("R&D &amp; C#", r"R&D \&amp; C\#"),
            ("- a - b", r"\- a - b"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn parts_that_are_missing_are_left_out() {
        assert_eq!(markdown_page(&MarkdownPage { body: "Text.", ..MarkdownPage::default() }), "Text.\n");
        let shown = MarkdownPage {
            image: Some(("https://a.example/p(1).jpg", "")),
            body: "![](https://a.example/p(1).jpg)",
            ..MarkdownPage::default()
        };
        assert_eq!(markdown_page(&shown), "![](https://a.example/p(1).jpg)\n");
    }
}
