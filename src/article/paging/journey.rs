//! From page to page through one article.

use super::blocks::{self, Block};
use super::{Next, Part, same_page};
use crate::article::Extraction;
use crate::article::body::fold;
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// An article does not grow beyond this, in bytes of HTML.
const MAX_HTML: usize = 1 << 20;
/// A next page that was found in the general way has at least so much text of its
/// own, in letters and digits.
const LEAST_NEW: usize = 200;

/// The pages of one article that were read so far.
#[derive(Debug)]
pub struct Journey {
    extraction: Extraction,
    first: Url,
    /// Addresses of pages that were read or asked for.
    seen: Vec<Url>,
    single: Option<Url>,
    next: Option<Next>,
    /// Pages read, those included that brought nothing.
    read: usize,
    max_pages: usize,
    html: Vec<Block>,
    text: Vec<Block>,
    pages_used: usize,
}

/// What to ask for next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The whole article on one page.
    Single(Url),
    /// A further page.
    Page(Url, Part),
}

impl Journey {
    /// Begins with the first page, which came from `first` (after redirects).
    pub fn new(extraction: Extraction, first: Url, max_pages: usize) -> Self {
        let links = extraction.links.clone();
        let many = max_pages > 1;
        Self {
            single: links.single.filter(|_| many),
            next: links.next.filter(|_| many),
            extraction,
            seen: vec![first.clone()],
            first,
            read: 1,
            max_pages,
            html: Vec::new(),
            text: Vec::new(),
            pages_used: 1,
        }
    }

    /// Where to go on, if anywhere. Asked again only after [`Journey::add`].
    pub fn next_stop(&mut self) -> Option<Stop> {
        if let Some(url) = self.single.take() {
            self.seen.push(url.clone());
            return Some(Stop::Single(url));
        }
        if self.read >= self.max_pages {
            return None;
        }
        let url = self.next.as_ref()?.url.clone();
        if self.seen.iter().any(|seen| same_page(seen, &url)) {
            return None;
        }
        self.seen.push(url.clone());
        Some(Stop::Page(url, Part { first: self.first.clone(), number: self.read + 1 }))
    }

    /// Takes what was found at a stop; `landed` is the address after redirects.
    pub fn add(&mut self, stop: &Stop, extraction: Extraction, landed: &Url) {
        match stop {
            Stop::Single(_) => self.take_single(extraction),
            Stop::Page(asked, _) => self.take_page(asked, extraction, landed),
        }
    }

    /// The one page stands for all if it has no less text than the first.
    fn take_single(&mut self, single: Extraction) {
        let length = |extraction: &Extraction| extraction.article.text.chars().count();
        if length(&single) < length(&self.extraction) || single.article.html.len() > MAX_HTML {
            return;
        }
        self.next = None;
        let first = &mut self.extraction;
        // Print views say less about themselves.
        first.article.html = single.article.html;
        first.article.text = single.article.text;
        first.blocks = single.blocks;
        first.notes.candidates = single.notes.candidates;
        first.notes.cuts = single.notes.cuts;
        first.notes.remarks.push("the single page is used".to_owned());
    }

    fn take_page(&mut self, asked: &Url, page: Extraction, landed: &Url) {
        let sure = self.next.take().is_some_and(|next| next.sure);
        self.read += 1;
        // Redirected to a page that was read before: there is no such page.
        let known = self.seen.iter().any(|seen| seen != asked && same_page(seen, landed));
        if known || (!sure && !self.belongs(&page)) {
            return;
        }
        let (html, text) = (blocks::of_html(&page.article.html), blocks::of_text(&page.article.text));
        if self.pages_used == 1 {
            self.html = blocks::of_html(&self.extraction.article.html);
            self.text = blocks::of_text(&self.extraction.article.text);
        }
        let new = blocks::new_letters(&self.text, &text);
        let size: usize = self.html.iter().chain(&html).map(|block| block.content.len() + 1).sum();
        if new < if sure { 1 } else { LEAST_NEW } || size > MAX_HTML {
            return;
        }
        blocks::append(&mut self.html, html);
        blocks::append(&mut self.text, text);
        self.extraction.blocks.extend(page.blocks);
        self.pages_used += 1;
        self.seen.push(landed.clone());
        self.next = page.links.next;
    }

    /// Whether a page has the headline of the first one, apart from page numbers.
    fn belongs(&self, page: &Extraction) -> bool {
        match (&self.extraction.article.title, &page.article.title) {
            (Some(first), Some(other)) => same_headline(first, other),
            _ => false,
        }
    }

    /// How many pages the text comes from.
    pub fn pages(&self) -> usize {
        self.pages_used
    }

    /// The article of all pages; everything but the text is the first page's word.
    pub fn finish(self) -> Extraction {
        let mut whole = self.extraction;
        if self.pages_used > 1 {
            whole.article.html = blocks::joined(&self.html, "\n");
            whole.article.text = blocks::joined(&self.text, "\n\n");
            whole.notes.remarks.push(format!("joined from {} pages", self.pages_used));
        }
        whole
    }
}

/// Whether two headlines are those of one article's pages: the same but for the number
/// of the page. "Chapter 1" and "Chapter 2" are two articles.
fn same_headline(first: &str, other: &str) -> bool {
    let (Some((first, one)), Some((other, two))) = (unnumbered(first), unnumbered(other)) else {
        return false;
    };
    // A number that the first page has, too, counts parts of a serial.
    let serial = one.is_some() && two.is_some() && one != two;
    !serial && (other.starts_with(&first) || first.starts_with(&other))
}

/// A headline, folded, without what numbers its page, and the number that is left at its end.
fn unnumbered(title: &str) -> Option<(String, Option<u32>)> {
    let plain = PAGE.as_ref().map_or_else(|| title.into(), |page| page.replace(title, ""));
    let folded = fold(&plain);
    let stem = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = folded[stem.len()..].parse().ok();
    let stem = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    (!stem.is_empty()).then(|| (stem.to_owned(), number))
}

/// What numbers a page at the end of its headline.
static PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)[\s|,:(\[–—-]*((page|seite|pagina|página|strona|strana|sida|sayfa|стр(аница|\.)?|صفحة|עמוד)\s*\d{1,3}(\s*(/|of|von|sur|de|di|van|z|из)\s*\d{1,3})?|\d{1,3}\s*(/|of|von|sur|de|di|van|из)\s*\d{1,3}|第?\s*\d{1,3}\s*[页頁]|\(\s*\d{1,3}\s*\))[\s)\]]*$",
    )
    .ok()
});

#[cfg(test)]
mod tests {
    use super::same_headline;

    #[test]
    fn pages_of_one_article_and_parts_of_a_serial() {
        for (first, other) in [
            ("The mill", "The mill"),
            ("The mill", "The mill - Page 2"),
            ("The mill", "The mill | Seite 2"),
            ("The mill (1/3)", "The mill (2/3)"),
            ("The mill, page 1 of 3", "The mill, page 2 of 3"),
            ("The mill", "The mill 2"),
            ("The mill of 1912", "The mill of 1912"),
            ("水车 第1页", "水车 第2页"),
        ] {
            assert!(same_headline(first, other), "{first}, {other}");
        }
        for (first, other) in [
            ("The mill, Chapter 1", "The mill, Chapter 2"),
            ("Die Mühle, Teil 1", "Die Mühle, Teil 2"),
            ("The mill", "The weir"),
            ("1", "2"),
        ] {
            assert!(!same_headline(first, other), "{first}, {other}");
        }
    }
}
