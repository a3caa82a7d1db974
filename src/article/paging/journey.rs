//! From page to page through one article.

use super::blocks::{self, Block};
use super::{Next, Part, same_page};
use crate::article::Extraction;
use crate::article::body::fold;
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
        let title = |extraction: &Extraction| {
            let title = extraction.article.title.as_deref().map(fold)?;
            Some(title.trim_matches(|c: char| c.is_ascii_digit()).to_owned())
                .filter(|title| !title.is_empty())
        };
        match (title(&self.extraction), title(page)) {
            (Some(first), Some(other)) => other.starts_with(&first) || first.starts_with(&other),
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
