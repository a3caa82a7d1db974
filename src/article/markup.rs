//! HTML of blocks, made when it is known that they stay.

use super::blocks::{Block, Kind};
use super::doc::Doc;
use super::rules;
use crate::html::escape;

/// HTML of one block with its wrapping element.
pub(super) fn html(doc: &Doc<'_>, gone: &[bool], block: &Block) -> String {
    if let Some(html) = &block.html {
        return html.clone();
    }
    let maker = Maker { doc, gone };
    let mut out = String::new();
    for &part in &block.parts {
        maker.inline(part, &mut out, block.kind == Kind::Caption);
    }
    let html = out.trim().trim_end_matches("<br>").trim();
    if block.wrap.is_empty() { html.to_owned() } else { format!("<{0}>{html}</{0}>", block.wrap) }
}

struct Maker<'d, 'a> {
    doc: &'d Doc<'a>,
    gone: &'d [bool],
}

impl Maker<'_, '_> {
    fn inline(&self, at: usize, out: &mut String, caption: bool) {
        let doc = self.doc;
        let item = &doc.items[at];
        if self.gone[at] || item.skip {
            return;
        }
        if item.element.is_none() {
            out.push_str(&escape(item.text));
            return;
        }
        match item.name {
            "br" => return out.push_str("<br>"),
            "img" => return self.image(at, out),
            "source" | "wbr" | "hr" | "iframe" | "video" | "audio" => return,
            _ => {}
        }
        if item.block {
            out.push(' ');
        }
        let credit = caption && !item.token.is_empty() && rules::CREDIT_CLASS.is_match(&item.token);
        let tag = if credit { Some("strong") } else { inline_tag(item.name) };
        if credit && !out.is_empty() && !out.ends_with(char::is_whitespace) {
            out.push(' ');
        }
        match tag {
            Some("a") => push_tag(doc, at, "a", &["href", "title"], out),
            Some("time") => push_tag(doc, at, "time", &["datetime"], out),
            Some("abbr") => push_tag(doc, at, "abbr", &["title"], out),
            Some(tag) => out.push_str(&format!("<{tag}>")),
            None => {}
        }
        for child in doc.children(at) {
            self.inline(child, out, caption && !credit);
        }
        if let Some(tag) = tag {
            out.push_str(&format!("</{tag}>"));
        }
        if item.block {
            out.push(' ');
        }
    }

    fn image(&self, at: usize, out: &mut String) {
        const KEPT: &[&str] = &[
            "src",
            "srcset",
            "sizes",
            "alt",
            "width",
            "height",
            "data-src",
            "data-original",
            "data-lazy-src",
            "data-lazy",
            "data-original-src",
            "data-full-src",
            "data-srcset",
            "data-lazy-srcset",
        ];
        let doc = self.doc;
        let mut html = String::new();
        push_tag(doc, at, "img", KEPT, &mut html);
        let parent = doc.items[at].parent;
        if !html.contains("src") && doc.items[parent].name == "picture" {
            let srcset = doc
                .children(parent)
                .find_map(|s| doc.attr(s, "srcset").or_else(|| doc.attr(s, "data-srcset")));
            if let Some(srcset) = srcset {
                html = format!("<img srcset=\"{}\"", escape(srcset));
                push_attr(doc, at, "alt", &mut html);
                html.push('>');
            }
        }
        let repeated =
            doc.ancestors(at).take(3).any(|up| doc.items[up].name == "noscript") && out.contains("<img");
        if !repeated {
            out.push_str(&html);
        }
    }
}

fn inline_tag(name: &str) -> Option<&'static str> {
    const KEPT: &[&str] = &[
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q",
        "rp", "rt", "ruby", "s", "samp", "small", "strong", "sub", "sup", "time", "tt", "u", "var",
    ];
    KEPT.iter().find(|kept| **kept == name).copied()
}

pub(super) fn push_attr(doc: &Doc<'_>, at: usize, name: &str, out: &mut String) {
    if let Some(value) = doc.attr(at, name) {
        out.push_str(&format!(" {name}=\"{}\"", escape(value)));
    }
}

pub(super) fn push_tag(doc: &Doc<'_>, at: usize, tag: &str, attrs: &[&str], out: &mut String) {
    out.push('<');
    out.push_str(tag);
    for attr in attrs {
        push_attr(doc, at, attr, out);
    }
    out.push('>');
}
