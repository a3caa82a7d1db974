//! The page's tree as a flat list in document order, with the sums that every
//! rule asks for. A node's subtree is the range up to its `end`.

use super::rules;
use ego_tree::iter::Edge;
use scraper::{Html, Node};

/// A node of the page.
pub(super) struct Item<'a> {
    /// Element name; empty for text.
    pub(super) name: &'a str,
    /// Text; empty for elements.
    pub(super) text: &'a str,
    pub(super) element: Option<&'a scraper::node::Element>,
    pub(super) parent: usize,
    /// Index behind the last node of the subtree.
    pub(super) end: usize,
    /// Characters of text below, white space folded; ideographs count double.
    pub(super) chars: usize,
    /// Those inside links.
    pub(super) linked: usize,
    pub(super) commas: usize,
    /// Text that stands directly in this block, not in a block below it.
    pub(super) own: usize,
    pub(super) own_linked: usize,
    pub(super) own_commas: usize,
    /// Whether a block element stands below.
    pub(super) has_block: bool,
    pub(super) block: bool,
    /// Class and id, lower case.
    pub(super) token: String,
    /// Never shown, or no text: scripts, controls.
    pub(super) skip: bool,
}

/// The page.
pub(super) struct Doc<'a> {
    pub(super) items: Vec<Item<'a>>,
}

impl<'a> Doc<'a> {
    pub(super) fn new(dom: &'a Html) -> Self {
        let mut items: Vec<Item<'a>> = Vec::with_capacity(4096);
        let mut open: Vec<usize> = Vec::new();
        let mut link = 0usize;
        for edge in dom.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let parent = open.last().copied().unwrap_or(0);
                    match node.value() {
                        Node::Element(element) => {
                            let at = items.len();
                            let item =
                                element_item(element, parent, items.get(parent).is_some_and(|p| p.skip));
                            link += usize::from(item.name == "a" && attr(element, "href").is_some());
                            items.push(item);
                            open.push(at);
                        }
                        Node::Text(text)
                            if !open.is_empty()
                                && !items[parent].skip
                                && items[parent].name != "noscript" =>
                        {
                            push_text(&mut items, text, parent, link > 0);
                        }
                        _ => {}
                    }
                }
                Edge::Close(node) => {
                    if let Node::Element(element) = node.value()
                        && let Some(at) = open.pop()
                    {
                        link -= usize::from(element.name() == "a" && attr(element, "href").is_some());
                        close(&mut items, at);
                    }
                }
            }
        }
        Self { items }
    }

    /// Share of a subtree's text that stands in links, 0 to 1.
    pub(super) fn link_density(&self, at: usize) -> f64 {
        let item = &self.items[at];
        if item.chars == 0 { 0.0 } else { item.linked as f64 / item.chars as f64 }
    }

    /// Attribute of an element.
    pub(super) fn attr(&self, at: usize, name: &str) -> Option<&'a str> {
        self.items[at].element.and_then(|element| attr(element, name))
    }

    /// Ancestors from the parent upwards.
    pub(super) fn ancestors(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let mut at = at;
        std::iter::from_fn(move || {
            if at == 0 {
                return None;
            }
            at = self.items[at].parent;
            Some(at)
        })
    }

    /// Element children.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.items[at].end;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let this = next;
            next = self.items[this].end;
            Some(this)
        })
    }

    /// Text of a subtree, white space folded.
    pub(super) fn text(&self, at: usize) -> String {
        let mut out = String::new();
        for item in &self.items[at..self.items[at].end] {
            if item.block || item.name == "br" {
                out.push(' ');
            }
            if !item.skip {
                out.push_str(item.text);
            }
        }
        crate::html::clean_line(&out)
    }

    /// Elements of that name below.
    pub(super) fn count(&self, at: usize, names: &[&str]) -> usize {
        self.items[at + 1..self.items[at].end].iter().filter(|item| names.contains(&item.name)).count()
    }
}

/// Attribute by name. Elements have few: looking through them is faster than
/// making a name to search with.
fn attr<'a>(element: &'a scraper::node::Element, name: &str) -> Option<&'a str> {
    element.attrs().find(|(other, _)| *other == name).map(|(_, value)| value)
}

fn element_item<'a>(element: &'a scraper::node::Element, parent: usize, skip: bool) -> Item<'a> {
    let name = element.name();
    let mut token = String::new();
    for name in ["class", "id"] {
        if let Some(value) = attr(element, name).filter(|v| v.len() < 1000) {
            token.push_str(value);
            token.push(' ');
        }
    }
    token.make_ascii_lowercase();
    Item {
        name,
        text: "",
        element: Some(element),
        parent,
        end: 0,
        chars: 0,
        linked: 0,
        commas: 0,
        own: 0,
        own_linked: 0,
        own_commas: 0,
        has_block: false,
        block: is_block(name),
        skip: skip || is_skipped(name) || is_hidden(element, &token),
        token,
    }
}

fn push_text<'a>(items: &mut Vec<Item<'a>>, text: &'a str, parent: usize, linked: bool) {
    let (mut chars, mut commas, mut gap) = (0usize, 0usize, true);
    for c in text.chars() {
        if c.is_whitespace() {
            chars += usize::from(!gap);
            gap = true;
        } else {
            chars += if c >= '\u{2e80}' { 2 } else { 1 };
            commas += usize::from(rules::is_comma(c));
            gap = false;
        }
    }
    let at = items.len();
    items.push(Item {
        name: "",
        text,
        element: None,
        parent,
        end: at + 1,
        chars,
        linked: if linked { chars } else { 0 },
        commas,
        own: 0,
        own_linked: 0,
        own_commas: 0,
        has_block: false,
        block: false,
        token: String::new(),
        skip: false,
    });
    let (linked, mut up) = (if linked { chars } else { 0 }, parent);
    while up != 0 && !items[up].block {
        up = items[up].parent;
    }
    let block = &mut items[up];
    block.own += chars;
    block.own_linked += linked;
    block.own_commas += commas;
    let parent = &mut items[parent];
    parent.chars += chars;
    parent.linked += linked;
    parent.commas += commas;
}

fn close(items: &mut [Item<'_>], at: usize) {
    let end = items.len();
    let item = &mut items[at];
    item.end = end;
    let (parent, skip) = (item.parent, item.skip);
    let (chars, linked, commas) = (item.chars, item.linked, item.commas);
    let block = item.block || item.has_block;
    if at != parent && !skip {
        let parent = &mut items[parent];
        parent.chars += chars;
        parent.linked += linked;
        parent.commas += commas;
        parent.has_block |= block;
    }
}

/// Elements that stand on lines of their own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "audio"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "html"
            | "iframe"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "video"
    )
}

fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "head"
            | "title"
            | "meta"
            | "link"
            | "input"
            | "textarea"
            | "select"
            | "button"
            | "object"
            | "embed"
            | "canvas"
            | "dialog"
            | "label"
            | "rp"
    )
}

fn is_hidden(element: &scraper::node::Element, token: &str) -> bool {
    if attr(element, "hidden").is_some() {
        return true;
    }
    if attr(element, "aria-hidden") == Some("true") && !token.contains("fallback-image") {
        return true;
    }
    // What is meant for other senses, or appears when something is pointed at.
    let words = ["sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"];
    if attr(element, "role") == Some("tooltip") || token.split_whitespace().any(|word| words.contains(&word))
    {
        return true;
    }
    attr(element, "style").is_some_and(|style| {
        let style: String =
            style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    })
}

/// Whether a table holds data and does not lay out the page.
pub(super) fn is_data_table(doc: &Doc<'_>, at: usize) -> bool {
    if doc.attr(at, "role") == Some("presentation") || doc.attr(at, "datatable") == Some("0") {
        return false;
    }
    if doc.attr(at, "summary").is_some()
        || doc.count(at, &["caption", "col", "colgroup", "tfoot", "thead", "th"]) > 0
    {
        return true;
    }
    if doc.count(at, &["table"]) > 0 {
        return false;
    }
    let rows = doc.count(at, &["tr"]);
    let cells = doc.count(at, &["td"]);
    if rows <= 1 || cells <= rows {
        return false;
    }
    rows >= 10 || cells / rows > 4 || cells > 10
}
