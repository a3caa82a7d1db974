//! The judged blocks as a document: running text, and HTML for reading.

use super::blocks::{Kind, Step};
use super::clean::Cut;
use super::doc::Doc;
use super::{markup, rules};
use crate::html::{clean_line, clean_lines};

/// How a kept block is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    Whole,
    /// One line: a label and a link.
    Pointer,
}

/// Paragraphs of running text; a heading at the end heads nothing.
pub(super) fn join(mut texts: Vec<(Kind, String)>) -> String {
    // Pictures with headings alone are an article too.
    while texts.last().is_some_and(|(kind, _)| *kind == Kind::Heading)
        && texts.iter().any(|(kind, _)| *kind != Kind::Heading)
    {
        texts.pop();
    }
    let clean = |(kind, text): (Kind, String)| match kind {
        Kind::Code => clean_lines(&text),
        _ => clean_line(&text),
    };
    texts.into_iter().map(clean).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Pointers to other stories behind the last text stand outside the body.
pub(super) fn drop_trailing_pointers(kept: &mut Vec<(&Step, Shape)>, cuts: &mut Vec<Cut>) {
    let is_text = |step: &(&Step, Shape)| matches!(step, (Step::Block(b), Shape::Whole) if !matches!(b.kind, Kind::Related | Kind::Media | Kind::Heading));
    let end = kept.iter().rposition(is_text).map_or(0, |at| at + 1);
    let mut index = 0;
    kept.retain(|(step, shape)| {
        index += 1;
        let Step::Block(block) = step else { return true };
        let goes = index > end && (block.kind == Kind::Related || *shape == Shape::Pointer);
        if goes {
            let text = block.text.chars().take(80).collect();
            cuts.push(Cut { what: "pointer".to_owned(), why: "related", text });
        }
        !goes
    });
}

/// A pointer to another story as one line: its label, then its link.
fn pointer(html: &str) -> String {
    let mut from = 0;
    while let Some(open) = html[from..].find("<a ").map(|at| from + at) {
        let (Some(tag), Some(close)) = (html[open..].find('>'), html[open..].find("</a>")) else { break };
        let text = crate::html::plain_text(&html[open + tag + 1..open + close.max(tag + 1)]);
        from = open + close + 4;
        if text.is_empty() {
            continue;
        }
        let before = crate::html::plain_text(&html[..open]);
        let (label, text) =
            if before.is_empty() { labelled(&text) } else { (before.as_str(), text.as_str()) };
        let link = format!("{}{}</a>", &html[open..open + tag + 1], crate::html::escape(text));
        return match label.trim_end_matches([':', '：', ' ']) {
            "" => format!("<p>{link}</p>"),
            label => format!("<p><strong>{}:</strong> {link}</p>", crate::html::escape(label)),
        };
    }
    html.to_owned()
}

/// The steps as HTML; containers without content go.
pub(super) fn render(doc: &Doc<'_>, gone: &[bool], steps: &[(&Step, Shape)]) -> String {
    let mut out = String::new();
    // Where each open container began and where its content begins.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (step, shape) in steps {
        match step {
            Step::Open(name) => {
                let before = out.len();
                out.push_str(&format!("<{name}>"));
                open.push((before, out.len()));
            }
            Step::Close(name) => {
                if let Some((before, content)) = open.pop()
                    && out.len() == content
                    && !matches!(*name, "td" | "th")
                {
                    out.truncate(before);
                } else {
                    out.push_str(&format!("</{name}>"));
                }
            }
            Step::Block(block) => {
                let html = markup::html(doc, gone, block);
                out.push_str(&if *shape == Shape::Pointer { pointer(&html) } else { html });
                out.push('\n');
            }
        }
    }
    out
}

/// The words of a link that holds the label, too, apart.
fn labelled(text: &str) -> (&str, &str) {
    let parts = text.split_once([':', '：']).map(|(label, rest)| (label, rest.trim_start()));
    parts
        .filter(|(label, rest)| label.len() < 60 && !rest.is_empty() && rules::RELATED.is_match(text))
        .unwrap_or(("", text))
}
