//! From the kept part of the tree to a list of blocks: one run of text or one
//! picture each, between the opening and closing tags that hold them.

use super::doc::Doc;
use super::markup::{push_attr, push_tag};
use super::rules;
use crate::html::{escape, escape_lines};

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A paragraph.
    Paragraph,
    /// A heading within the text.
    Heading,
    /// A list item or a definition.
    Item,
    /// A cell of a table.
    Cell,
    /// Words below a picture.
    Caption,
    /// A box within the text that points to one other story.
    Related,
    /// Code or preformatted text.
    Code,
    /// A picture, a player, a rule: no text.
    Media,
}

/// One run of text.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// Element around it; empty for none.
    pub(super) wrap: &'static str,
    /// Nodes it is made of, in order.
    pub(super) parts: Vec<usize>,
    /// HTML that is not made of the parts.
    pub(super) html: Option<String>,
    /// Text, white space folded.
    pub(super) text: String,
    /// Characters, white space folded; ideographs count double.
    pub(super) chars: usize,
    /// Share of the text that stands in links.
    pub(super) linked: f64,
    /// Share of the text that is emphasised.
    pub(super) strong: f64,
    /// The element it stands in.
    pub(super) at: usize,
    /// Whether it stands in a quotation.
    pub(super) quoted: bool,
}

/// A step of the document.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// `<name>`
    Open(&'static str),
    /// `</name>`
    Close(&'static str),
    /// A block.
    Block(Block),
}

#[derive(Clone, Copy)]
struct Context {
    kind: Kind,
    wrap: &'static str,
    quoted: bool,
}

/// Walks the given parts of the page in order.
pub(super) fn collect(doc: &Doc<'_>, roots: &[usize], gone: &[bool]) -> Vec<Step> {
    let mut walker = Walker { doc, gone, steps: Vec::new(), tables: 0 };
    let context = Context { kind: Kind::Paragraph, wrap: "p", quoted: false };
    for &root in roots {
        if doc.items[root].block {
            walker.block(root, context);
        } else {
            let mut run = Run::new(root);
            run.parts.push(root);
            walker.inline(root, &mut run);
            walker.flush(&mut run, context);
        }
    }
    walker.steps
}

struct Walker<'d, 'a> {
    doc: &'d Doc<'a>,
    gone: &'d [bool],
    steps: Vec<Step>,
    /// Data tables that are open.
    tables: usize,
}

/// Inline content on its way to become a block.
struct Run {
    parts: Vec<usize>,
    image: bool,
    text: String,
    linked: usize,
    chars: usize,
    strong: usize,
    in_link: usize,
    in_strong: usize,
    at: usize,
    breaks: usize,
}

impl Run {
    fn new(at: usize) -> Self {
        Self {
            parts: Vec::new(),
            image: false,
            text: String::new(),
            linked: 0,
            chars: 0,
            strong: 0,
            in_link: 0,
            in_strong: 0,
            at,
            breaks: 0,
        }
    }
}

impl Walker<'_, '_> {
    fn is_inline(&self, at: usize) -> bool {
        let item = &self.doc.items[at];
        !item.block && !item.has_block
    }

    fn children(&mut self, parent: usize, context: Context) {
        let doc = self.doc;
        let mut run = Run::new(parent);
        for child in doc.children(parent) {
            if self.gone[child] || doc.items[child].skip {
                continue;
            }
            if doc.items[child].name == "br" && run.breaks > 0 && context.wrap == "p" {
                self.flush(&mut run, context);
            } else if context.wrap == "p" && self.holds_paragraphs(child) {
                self.flush(&mut run, context);
                self.children(child, context);
            } else if self.is_inline(child) {
                run.parts.push(child);
                self.inline(child, &mut run);
            } else {
                self.flush(&mut run, context);
                self.block(child, context);
            }
        }
        self.flush(&mut run, context);
    }

    /// Whether an inline element that says nothing of its own holds paragraphs divided by
    /// line breaks.
    fn holds_paragraphs(&self, at: usize) -> bool {
        let doc = self.doc;
        let item = &doc.items[at];
        if !matches!(item.name, "font" | "span" | "big" | "small") || item.chars < 200 || item.has_block {
            return false;
        }
        let mut breaks = 0;
        doc.children(at).any(|child| {
            let below = &doc.items[child];
            match below.name {
                "br" => breaks += 1,
                _ if below.chars > 0 => breaks = 0,
                _ => {}
            }
            breaks > 1
        })
    }

    fn flush(&mut self, run: &mut Run, context: Context) {
        let run = std::mem::replace(run, Run::new(run.at));
        let text = run.text.trim();
        if text.is_empty() && !run.image {
            return;
        }
        let chars = run.chars.max(1) as f64;
        self.steps.push(Step::Block(Block {
            kind: if text.is_empty() { Kind::Media } else { context.kind },
            wrap: context.wrap,
            parts: run.parts,
            html: None,
            text: text.to_owned(),
            chars: run.chars,
            linked: run.linked as f64 / chars,
            strong: run.strong as f64 / chars,
            at: run.at,
            quoted: context.quoted,
        }));
    }

    fn block(&mut self, at: usize, context: Context) {
        let item = &self.doc.items[at];
        let nested = Context { wrap: if item.has_block { "p" } else { "" }, ..context };
        match item.name {
            "p" | "address" | "center" if !item.has_block => {
                self.children(at, Context { wrap: "p", ..context })
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let wrap = match item.name {
                    "h1" | "h2" => "h2",
                    "h3" => "h3",
                    "h4" => "h4",
                    "h5" => "h5",
                    _ => "h6",
                };
                self.whole(at, Context { kind: Kind::Heading, wrap, ..context });
            }
            "ul" | "menu" => self.within("ul", at, context),
            "ol" => self.within("ol", at, context),
            "dl" => self.within("dl", at, context),
            "li" | "dt" | "dd" => {
                let name = match item.name {
                    "dt" => "dt",
                    "dd" => "dd",
                    _ => "li",
                };
                self.within(name, at, Context { kind: Kind::Item, ..nested });
            }
            "table" if !super::doc::is_data_table(self.doc, at) => self.children(at, context),
            "table" => {
                self.tables += 1;
                self.within("table", at, context);
                self.tables -= 1;
            }
            "thead" | "tbody" | "tfoot" if self.in_table() => {
                let name = match item.name {
                    "thead" => "thead",
                    "tfoot" => "tfoot",
                    _ => "tbody",
                };
                self.within(name, at, context);
            }
            "tr" if self.in_table() => self.within("tr", at, context),
            "td" | "th" if self.in_table() => {
                let name = if item.name == "th" { "th" } else { "td" };
                self.within(name, at, Context { kind: Kind::Cell, ..nested });
            }
            "caption" if self.in_table() => {
                self.whole(at, Context { kind: Kind::Caption, wrap: "caption", ..context });
            }
            "blockquote" => self.within("blockquote", at, Context { wrap: "p", quoted: true, ..context }),
            "details" => self.within("details", at, context),
            "summary" => self.whole(at, Context { wrap: "summary", ..context }),
            "figure" if self.doc.count(at, &["table", "pre"]) == 0 && item.chars < 1200 => {
                self.within("figure", at, Context { kind: Kind::Caption, ..context });
            }
            "figcaption" => self.whole(at, Context { kind: Kind::Caption, wrap: "figcaption", ..context }),
            "pre" => self.code(at, context),
            "hr" => self.media(at, "<hr>".to_owned(), context),
            "video" | "audio" => self.player(at, context),
            "iframe" => self.frame(at, context),
            _ if is_related_box(self.doc, at) => {
                self.whole(at, Context { kind: Kind::Related, wrap: "p", ..context });
            }
            _ if self.is_caption(at) => self.whole(at, Context { kind: Kind::Caption, wrap: "p", ..context }),
            _ => self.children(at, Context { wrap: "p", ..context }),
        }
    }

    fn is_caption(&self, at: usize) -> bool {
        let item = &self.doc.items[at];
        item.chars > 0
            && item.chars < 400
            && !item.token.is_empty()
            && rules::CAPTION_CLASS.is_match(&item.token)
            && self.doc.count(at, &["img", "figure", "picture", "p"]) <= 1
            && self.doc.count(at, &["img"]) == 0
    }

    fn in_table(&self) -> bool {
        self.tables > 0
    }

    fn within(&mut self, name: &'static str, at: usize, context: Context) {
        self.steps.push(Step::Open(name));
        self.children(at, context);
        self.steps.push(Step::Close(name));
    }

    /// An element whose content is one run, whatever stands in it.
    fn whole(&mut self, at: usize, context: Context) {
        let mut run = Run::new(at);
        let doc = self.doc;
        for child in doc.children(at) {
            if !self.gone[child] && !doc.items[child].skip {
                run.parts.push(child);
                self.inline(child, &mut run);
            }
        }
        self.flush(&mut run, context);
    }

    fn code(&mut self, at: usize, context: Context) {
        let doc = self.doc;
        let mut text = String::new();
        for item in &doc.items[at..doc.items[at].end] {
            if item.name == "br" {
                text.push('\n');
            }
            if !item.skip {
                text.push_str(item.text);
            }
        }
        if !text.trim().is_empty() {
            let html = format!("<pre>{}</pre>", escape_lines(text.trim_matches('\n')));
            let text = text.trim().to_owned();
            self.steps.push(Step::Block(Block {
                kind: Kind::Code,
                wrap: "",
                parts: vec![at],
                html: Some(html),
                text,
                chars: self.doc.items[at].chars,
                linked: 0.0,
                strong: 0.0,
                at,
                quoted: context.quoted,
            }));
        }
    }

    fn media(&mut self, at: usize, html: String, context: Context) {
        self.steps.push(Step::Block(Block {
            kind: Kind::Media,
            wrap: "",
            parts: vec![at],
            html: Some(html),
            text: String::new(),
            chars: 0,
            linked: 0.0,
            strong: 0.0,
            at,
            quoted: context.quoted,
        }));
    }

    fn player(&mut self, at: usize, context: Context) {
        let doc = self.doc;
        let name = doc.items[at].name;
        let mut html = format!("<{name}");
        for attr in ["src", "data-src", "poster", "width", "height"] {
            push_attr(doc, at, attr, &mut html);
        }
        html.push('>');
        for child in at + 1..doc.items[at].end {
            if doc.items[child].name == "source" {
                push_tag(doc, child, "source", &["src", "srcset", "type"], &mut html);
            }
        }
        html.push_str(&format!("</{name}>"));
        if html.contains("src=") {
            self.media(at, html, context);
        }
    }

    /// A framed page is kept if its address says that it is there to be embedded.
    fn frame(&mut self, at: usize, context: Context) {
        let src = ["src", "data-src"].iter().find_map(|name| self.doc.attr(at, name)).unwrap_or_default();
        let lower = src.to_ascii_lowercase();
        if ["embed", "player", "/video"].iter().any(|word| lower.contains(word)) {
            self.media(at, format!("<iframe src=\"{}\"></iframe>", escape(src)), context);
        }
    }

    /// Text of inline content, and where the run stands now.
    fn inline(&mut self, at: usize, run: &mut Run) {
        let doc = self.doc;
        let item = &doc.items[at];
        if self.gone[at] || item.skip {
            return;
        }
        if item.element.is_none() {
            push_folded(item.text, &mut run.text);
            run.chars += item.chars;
            run.linked += if run.in_link > 0 { item.chars } else { 0 };
            run.strong += if run.in_strong > 0 { item.chars } else { 0 };
            if item.chars > 0 {
                run.breaks = 0;
            }
            return;
        }
        match item.name {
            "br" => {
                run.breaks += 1;
                return push_folded(" ", &mut run.text);
            }
            "img" => {
                run.image = true;
                return;
            }
            "source" | "wbr" | "hr" | "iframe" | "video" | "audio" => return,
            _ => {}
        }
        if item.block {
            push_folded(" ", &mut run.text);
        }
        let link = item.name == "a";
        let strong = matches!(item.name, "b" | "strong" | "em" | "i");
        run.in_link += usize::from(link);
        run.in_strong += usize::from(strong);
        for child in doc.children(at) {
            self.inline(child, run);
        }
        run.in_link -= usize::from(link);
        run.in_strong -= usize::from(strong);
        if item.block {
            push_folded(" ", &mut run.text);
        }
    }
}

/// Whether a box is named like a pointer to another story and holds one link.
pub(super) fn is_related_box(doc: &Doc<'_>, at: usize) -> bool {
    let item = &doc.items[at];
    if !matches!(item.name, "div" | "aside" | "section" | "p")
        || !(5..300).contains(&item.chars)
        || item.token.is_empty()
        || !rules::RELATED_CLASS.is_match(&item.token)
    {
        return false;
    }
    let mut targets = (at..item.end)
        .filter(|&i| doc.items[i].name == "a" && doc.items[i].chars > 0)
        .filter_map(|i| doc.attr(i, "href"));
    targets.next().is_some_and(|first| !first.starts_with('#') && targets.all(|other| other == first))
}

fn push_folded(text: &str, out: &mut String) {
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
}
