//! Rules that people wrote down for sites, in the files of Full-Text RSS:
//! where title, body, author and date stand, what goes, where the next page is.
//!
//! `file` reads a file, `set` finds the one for a host, `apply` uses it on a
//! page, `xpath` is the language of its selectors.

mod apply;
mod file;
mod links;
mod set;
pub(super) mod xpath;

#[cfg(test)]
mod tests;

pub(super) use apply::{find, place, text_place};
pub(super) use links::Search;
pub use set::{RulesReport, SiteRules};
pub(super) use xpath::Tree;

use std::collections::BTreeMap;
use std::fmt;
use xpath::XPath;

/// The rules of one file.
#[derive(Debug, Clone)]
pub struct SiteRule {
    /// Name of the file.
    file: String,
    title: Vec<XPath>,
    body: Vec<XPath>,
    author: Vec<XPath>,
    date: Vec<XPath>,
    /// Elements, texts and attributes that go.
    strip: Vec<XPath>,
    /// Elements go whose id or class contains one of these.
    strip_tokens: Vec<String>,
    /// Pictures go whose address contains one of these.
    strip_images: Vec<String>,
    /// Whether the next page is searched for in the general way.
    search_next: bool,
    /// In the source of a page, before it is parsed.
    replace: Vec<(String, String)>,
    single_page: Vec<Link>,
    next_page: Vec<Link>,
    /// Headers of requests for pages of the site: lower-case names.
    headers: Vec<(String, String)>,
    /// Addresses of pages, with what their text must hold.
    tests: Vec<(String, Vec<String>)>,
}

impl Default for SiteRule {
    fn default() -> Self {
        Self {
            file: String::new(),
            title: Vec::new(),
            body: Vec::new(),
            author: Vec::new(),
            date: Vec::new(),
            strip: Vec::new(),
            strip_tokens: Vec::new(),
            strip_images: Vec::new(),
            search_next: true,
            replace: Vec::new(),
            single_page: Vec::new(),
            next_page: Vec::new(),
            headers: Vec::new(),
            tests: Vec::new(),
        }
    }
}

impl SiteRule {
    /// Name of the file it was read from.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What the file says that a page's text must hold (`test_url`, `test_contains`), and
    /// whether it does. Nothing for pages that it says nothing of.
    pub fn test<'r>(&'r self, url: &url::Url, text: &str) -> Vec<(&'r str, bool)> {
        let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = fold(text);
        let same = |test: &str| url::Url::parse(test).is_ok_and(|test| test == *url);
        let tests = self.tests.iter().filter(|(test, _)| same(test));
        tests.flat_map(|(_, held)| held).map(|held| (held.as_str(), text.contains(&fold(held)))).collect()
    }

    /// Links to the whole article on one page.
    pub(super) fn single_page(&self) -> Option<&[Link]> {
        (!self.single_page.is_empty()).then_some(&self.single_page)
    }

    /// Links to the next page.
    pub(super) fn next_page(&self) -> Option<&[Link]> {
        (!self.next_page.is_empty()).then_some(&self.next_page)
    }

    /// Whether a next page may be searched for in the general way.
    pub(super) fn searches_next_page(&self) -> bool {
        self.search_next && self.next_page.is_empty()
    }
}

/// Where another page of the article is.
#[derive(Debug, Clone)]
pub(super) struct Link {
    path: XPath,
    /// Must be found on the page as well.
    condition: Option<XPath>,
}

/// A line of a file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMistake {
    /// Name of the file.
    pub file: String,
    /// Counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for RuleMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// Why a directive is known and yet without effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ignored {
    /// It would log in.
    Login,
    /// It would send other headers than those that are safe, or pose as a search engine.
    Header,
    /// It rearranges the page in ways that aren't needed here.
    Other,
}

/// What the files hold, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// Selectors by directive: those that can be used, and all.
    pub selectors: BTreeMap<String, (usize, usize)>,
    /// Lines without effect.
    pub ignored: BTreeMap<Ignored, usize>,
}
