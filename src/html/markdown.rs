//! Cleaned HTML as CommonMark, with pipe tables.

use super::bound::{Limits, bound};
use super::link::safe_url;
use ego_tree::NodeRef;
use scraper::{Html, Node};
use url::Url;

/// Turns a piece of HTML into CommonMark. Addresses are made absolute against
/// `base`; text is escaped so that it can't become markup.
pub fn to_markdown(html: &str, base: Option<&Url>) -> String {
    let bounded = bound(html, &Limits::default());
    let dom = Html::parse_fragment(&bounded);
    let writer = Writer { base };
    let mut blocks = Vec::new();
    writer.blocks(*dom.root_element(), &mut blocks, 0);
    let mut out = blocks.join("\n\n");
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Escapes text so that it is one line of CommonMark without markup.
pub fn escape_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_into(&super::plain::clean_line(text), &mut out);
    guard_start(out)
}

fn escape_into(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~') {
            out.push('\\');
        } else if c == '&' {
            out.push_str("&amp;");
            continue;
        }
        out.push(c);
    }
}

/// Escapes what would make a heading, list or rule at the start of a line.
fn guard_start(line: String) -> String {
    let bytes = line.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let at = match bytes.first() {
        Some(b'#' | b'+' | b'-' | b'=') => 0,
        _ if (1..=9).contains(&digits) && matches!(bytes.get(digits), Some(b'.' | b')')) => digits,
        _ => return line,
    };
    format!("{}\\{}", &line[..at], &line[at..])
}

struct Writer<'b> {
    base: Option<&'b Url>,
}

type NodeIn<'a> = NodeRef<'a, Node>;

fn name<'a>(node: &NodeIn<'a>) -> &'a str {
    match node.value() {
        Node::Element(element) => element.name(),
        _ => "",
    }
}

fn attr<'a>(node: &NodeIn<'a>, key: &str) -> Option<&'a str> {
    match node.value() {
        Node::Element(element) => element.attr(key),
        _ => None,
    }
}

fn plain(node: NodeIn<'_>) -> String {
    node.descendants()
        .filter_map(|n| match n.value() {
            Node::Text(text) => Some(&**text),
            _ => None,
        })
        .collect()
}

impl Writer<'_> {
    /// The blocks of a container; runs of inline content become paragraphs.
    fn blocks(&self, parent: NodeIn<'_>, out: &mut Vec<String>, depth: usize) {
        let mut line = String::new();
        for child in parent.children() {
            if self.is_inline(&child) {
                self.inline(child, &mut line, depth);
                continue;
            }
            flush(&mut line, out);
            self.block(child, out, depth + 1);
        }
        flush(&mut line, out);
    }

    /// Whether a node can stand in a line; an inline element around blocks can't.
    fn is_inline(&self, node: &NodeIn<'_>) -> bool {
        let name = name(node);
        if name.is_empty() {
            return !matches!(node.value(), Node::Element(_));
        }
        if super::text::is_block(name) || name == "picture" {
            return false;
        }
        !node.descendants().skip(1).any(|n| {
            let inner = self::name(&n);
            super::text::is_block(inner)
        })
    }

    fn block(&self, node: NodeIn<'_>, out: &mut Vec<String>, depth: usize) {
        match name(&node) {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = usize::from(name(&node).as_bytes()[1] - b'0');
                let text = self.line(node, depth).replace("\\\n", " ").replace('\n', " ");
                if !text.is_empty() {
                    out.push(format!("{} {}", "#".repeat(level), text));
                }
            }
            "hr" => out.push("* * *".to_owned()),
            "pre" => out.push(fenced(&plain(node))),
            "ul" | "menu" | "dir" => self.list(node, None, out, depth),
            "ol" => {
                let start = attr(&node, "start").and_then(|v| v.trim().parse::<u32>().ok()).unwrap_or(1);
                self.list(node, Some(start.min(100_000_000)), out, depth);
            }
            "blockquote" => {
                let mut inner = Vec::new();
                self.blocks(node, &mut inner, depth);
                if !inner.is_empty() {
                    out.push(prefix(&inner.join("\n\n"), "> ", "> "));
                }
            }
            "table" => self.table(node, out, depth),
            "video" | "audio" => self.media(node, out),
            _ => self.blocks(node, out, depth),
        }
    }

    fn line(&self, node: NodeIn<'_>, depth: usize) -> String {
        let mut line = String::new();
        for child in node.children() {
            self.inline(child, &mut line, depth);
        }
        let mut out = Vec::new();
        flush(&mut line, &mut out);
        out.pop().unwrap_or_default()
    }

    fn list(&self, node: NodeIn<'_>, mut number: Option<u32>, out: &mut Vec<String>, depth: usize) {
        let mut items = Vec::new();
        for child in node.children().filter(|n| matches!(n.value(), Node::Element(_))) {
            let mut inner = Vec::new();
            self.blocks(child, &mut inner, depth + 1);
            if inner.is_empty() {
                continue;
            }
            let marker = match &mut number {
                Some(n) => {
                    *n += 1;
                    format!("{}. ", *n - 1)
                }
                None => "- ".to_owned(),
            };
            // Deeper than this nobody reads, and indentation would grow quadratically.
            let indent = if depth > 40 { String::new() } else { " ".repeat(marker.len()) };
            items.push(prefix(&inner.join("\n\n"), &marker, &indent));
        }
        let loose = items.iter().any(|item| item.contains("\n\n"));
        if !items.is_empty() {
            out.push(items.join(if loose { "\n\n" } else { "\n" }));
        }
    }

    fn table(&self, node: NodeIn<'_>, out: &mut Vec<String>, depth: usize) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut stack: Vec<NodeIn<'_>> = vec![node];
        while let Some(next) = stack.pop() {
            match name(&next) {
                "caption" => self.blocks(next, out, depth),
                "tr" => rows.push(
                    next.children()
                        .filter(|cell| matches!(name(cell), "td" | "th"))
                        .map(|cell| {
                            let mut inner = Vec::new();
                            self.blocks(cell, &mut inner, depth + 1);
                            inner.join(" ").replace("\\\n", " ").replace('\n', " ")
                        })
                        .collect(),
                ),
                "table" | "thead" | "tbody" | "tfoot" => stack.extend(next.children().rev()),
                _ => {}
            }
        }
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        let width = rows.iter().map(Vec::len).max().unwrap_or(0).min(64);
        if width <= 1 {
            out.extend(rows.into_iter().flatten().filter(|cell| !cell.is_empty()));
            return;
        }
        let mut lines = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            let cells: Vec<&str> = (0..width).map(|c| row.get(c).map_or("", String::as_str)).collect();
            lines.push(format!("| {} |", cells.join(" | ")));
            if i == 0 {
                lines.push(format!("|{}", " --- |".repeat(width)));
            }
        }
        out.push(lines.join("\n"));
    }

    fn media(&self, node: NodeIn<'_>, out: &mut Vec<String>) {
        let source = node.children().find_map(|child| attr(&child, "src"));
        if let Some(url) = attr(&node, "src").or(source).and_then(|src| safe_url(src, self.base, false)) {
            out.push(format!("<{url}>"));
        }
    }

    fn inline(&self, node: NodeIn<'_>, out: &mut String, depth: usize) {
        if let Node::Text(text) = node.value() {
            let mut escaped = String::new();
            escape_into(text, &mut escaped);
            return push_folded(&escaped, out);
        }
        match name(&node) {
            "br" => out.push('\u{b}'),
            "strong" | "b" => self.wrapped(node, "**", out, depth),
            "em" | "i" | "cite" | "dfn" | "var" => self.wrapped(node, "*", out, depth),
            "del" | "s" | "strike" => self.wrapped(node, "~~", out, depth),
            "code" | "kbd" | "samp" | "tt" => code_span(&plain(node), out),
            "a" => self.link(node, out, depth),
            "img" => self.image(node, out),
            "script" | "style" | "source" | "track" | "rp" => {}
            _ => {
                for child in node.children() {
                    self.inline(child, out, depth + 1);
                }
            }
        }
    }

    /// Emphasis; blanks inside its edges move outside, as CommonMark wants.
    fn wrapped(&self, node: NodeIn<'_>, mark: &str, out: &mut String, depth: usize) {
        let mut inner = String::new();
        for child in node.children() {
            self.inline(child, &mut inner, depth + 1);
        }
        let trimmed = inner.trim();
        if trimmed.is_empty() || trimmed.contains(mark) {
            return out.push_str(&inner);
        }
        if inner.starts_with(char::is_whitespace) {
            push_folded(" ", out);
        }
        out.push_str(mark);
        out.push_str(trimmed);
        out.push_str(mark);
        if inner.ends_with(char::is_whitespace) {
            out.push(' ');
        }
    }

    fn link(&self, node: NodeIn<'_>, out: &mut String, depth: usize) {
        let mut inner = String::new();
        for child in node.children() {
            self.inline(child, &mut inner, depth + 1);
        }
        let text = inner.trim();
        match attr(&node, "href").and_then(|href| safe_url(href, self.base, true)) {
            Some(url) if !text.is_empty() => {
                if inner.starts_with(char::is_whitespace) {
                    push_folded(" ", out);
                }
                out.push_str(&format!("[{text}]({})", destination(&url)));
                if inner.ends_with(char::is_whitespace) {
                    out.push(' ');
                }
            }
            _ => out.push_str(&inner),
        }
    }

    fn image(&self, node: NodeIn<'_>, out: &mut String) {
        if let Some(url) = attr(&node, "src").and_then(|src| safe_url(src, self.base, false)) {
            let mut alt = String::new();
            escape_into(&super::plain::clean_line(attr(&node, "alt").unwrap_or_default()), &mut alt);
            out.push_str(&format!("![{alt}]({})", destination(&url)));
        }
    }
}

/// An address that can stand in the parentheses of a link.
pub(super) fn destination(url: &str) -> String {
    url.replace('(', "%28").replace(')', "%29").replace(' ', "%20").replace('<', "%3C").replace('>', "%3E")
}

fn push_folded(text: &str, out: &mut String) {
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.ends_with([' ', '\u{b}']) {
            out.push(' ');
        }
    }
}

/// Ends a run of inline content; vertical tabs are its forced line breaks.
fn flush(line: &mut String, out: &mut Vec<String>) {
    let text = std::mem::take(line);
    let lines: Vec<String> = text
        .split('\u{b}')
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(|l| guard_start(l.to_owned()))
        .collect();
    if !lines.is_empty() {
        out.push(lines.join("\\\n"));
    }
}

fn prefix(text: &str, first: &str, others: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (i, line) in text.lines().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let mark = if i == 0 { first } else { others };
        out.push_str(if line.is_empty() { mark.trim_end() } else { mark });
        out.push_str(line);
    }
    out
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn fenced(text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}\n{}\n{fence}", text.trim_matches('\n'))
}

fn code_span(text: &str, out: &mut String) {
    let text = super::plain::clean_line(text);
    if text.is_empty() {
        return;
    }
    let run = longest_run(&text);
    let fence = "`".repeat(run + 1);
    let pad = if run > 0 { " " } else { "" };
    out.push_str(&format!("{fence}{pad}{text}{pad}{fence}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn md(html: &str) -> String {
        let base = Url::parse("https://site.example/").ok();
        to_markdown(html, base.as_ref())
    }

    #[test]
    fn elements() {
        for (html, expected) in [
            ("", ""),
            ("<p>One <b>two</b> <i>three</i>.</p><p>Four</p>", "One **two** *three*.\n\nFour\n"),
            ("<h2>Head</h2>text", "## Head\n\ntext\n"),
            ("<p>a<b> b </b>c</p>", "a **b** c\n"),
            ("<a href='/x(1)'>y</a>", "[y](https://site.example/x%281%29)\n"),
            ("<img src=/p.jpg alt='a]b'>", "![a\\]b](https://site.example/p.jpg)\n"),
            ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n\n- b\n\n  - c\n"),
            ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b\n"),
            ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b\n"),
            ("<pre><code>let a = `b`;\n  c</code></pre>", "```\nlet a = `b`;\n  c\n```\n"),
            ("x <code>a`b</code>", "x `` a`b ``\n"),
            ("a<br>b", "a\\\nb\n"),
            ("<hr>", "* * *\n"),
            (
                "<table><tr><th>a<th>b</tr><tr><td>1<td>x|y</tr></table>",
                "| a | b |\n| --- | --- |\n| 1 | x\\|y |\n",
            ),
            (
                "<p>1. not a list</p><p># nor a head</p><p>2*3_4 &lt;b&gt; &amp;amp;</p>",
                "1\\. not a list\n\n\\# nor a head\n\n2\\*3\\_4 \\<b\\> &amp;amp;\n",
            ),
            (
                "<figure><img src=/p.jpg><figcaption>Cap <strong>Who</strong></figcaption></figure>",
                "![](https://site.example/p.jpg)\n\nCap **Who**\n",
            ),
            ("<a href='javascript:x'>y</a>", "y\n"),
        ] {
            assert_eq!(md(html), expected, "{html}");
        }
    }

    #[test]
    fn deep_input_is_no_problem() {
        for unit in ["<div>", "<ul><li>", "<blockquote>", "<b>", "<span>", "<table><tr><td>"] {
            let html = format!("{}x", unit.repeat(20_000));
            assert!(md(&html).contains('x'));
        }
    }
}
