//! Makes markup harmless for tree builders: a linear pass that caps what a
//! tree's cost grows faster than linearly with.

use super::entities::is_clean;
use super::scan::{Scanner, Tag, Token, is_raw};
use std::borrow::Cow;
use std::collections::HashMap;

/// What [`bound`] lets through.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Open elements at once. Deeper tags go, their text stays.
    pub depth: usize,
    /// Open formatting elements (`b`, `font` …) at once.
    pub formatting: usize,
    /// Attributes of a tag.
    pub attributes: usize,
    /// Bytes of an attribute's value; longer ones go with their attribute.
    pub value: usize,
    /// Tags in all.
    pub tags: usize,
    /// Whether scripts that hold data (`application/ld+json`) and titles are kept.
    pub metadata: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 256, formatting: 32, attributes: 128, value: 64 << 10, tags: 200_000, metadata: false }
    }
}

/// Prepares markup for a tree builder. Tags beyond the limits go, their text
/// stays. Comments, styles, scripts without metadata, `svg`, `select`,
/// `template` and other elements whose content is no running text go with
/// their content; of `math` its text stays; a `<` that opens nothing is escaped;
/// NULs are gone.
///
/// `noscript` is left as an ordinary element: build the tree with scripting off.
pub fn bound<'a>(html: &'a str, limits: &Limits) -> Cow<'a, str> {
    if !html.bytes().any(|b| b == b'<' || b == 0) {
        return Cow::Borrowed(html);
    }
    Cow::Owned(rewrite(html, limits, &mut Verbatim { limits }).0)
}

/// Decides how tags are written.
pub(super) trait Rewrite {
    /// Writes a start tag; whether the element is now open.
    fn open(&mut self, tag: &Tag<'_>, out: &mut String) -> bool;
    /// The name under which the end tag is to be written, if it is.
    fn close<'n>(&mut self, name: &'n str) -> Option<&'n str>;
}

struct Verbatim<'l> {
    limits: &'l Limits,
}

impl Rewrite for Verbatim<'_> {
    fn open(&mut self, tag: &Tag<'_>, out: &mut String) -> bool {
        if tag.source.len() <= self.limits.value.min(512) && !tag.source.contains('\0') {
            out.push_str(tag.source);
            return true;
        }
        out.push('<');
        out.extend(tag.name.chars().filter(|&c| c != '\0'));
        for (name, value) in tag.attributes().take(self.limits.attributes) {
            if name.len() > 256 || value.len() > self.limits.value || name.contains('\0') {
                continue;
            }
            out.push(' ');
            out.push_str(name);
            let quote = if value.contains('"') { '\'' } else { '"' };
            if !(value.contains('"') && value.contains('\'')) {
                out.push('=');
                out.push(quote);
                out.extend(value.chars().filter(|&c| c != '\0'));
                out.push(quote);
            }
        }
        out.push('>');
        true
    }

    fn close<'n>(&mut self, name: &'n str) -> Option<&'n str> {
        Some(name)
    }
}

/// The pass itself; `rewrite` sees the tags that are within the limits. Also
/// says whether the markup is nested so properly that a tree builder will not
/// move anything.
pub(super) fn rewrite(html: &str, limits: &Limits, rewrite: &mut dyn Rewrite) -> (String, bool) {
    let mut pass = Pass {
        limits,
        out: String::with_capacity(html.len() + html.len() / 16),
        open: Vec::new(),
        dropped: HashMap::new(),
        formatting: Vec::new(),
        tags: 0,
        stray: 0,
        after_pre: false,
        fostered: 0,
        tidy: true,
    };
    let mut scanner = Scanner::new(html);
    while let Some(token) = scanner.next() {
        match token {
            Token::Text(text) => pass.text(text),
            Token::Open(tag) => pass.open(&tag, &mut scanner, rewrite),
            Token::Close(name) => pass.close(name, rewrite),
            Token::Other(text) => pass.other(text),
            Token::Raw(_) | Token::Unfinished(_) => {}
        }
    }
    let tidy = pass.tidy && pass.open.is_empty();
    (pass.out, tidy)
}

struct Pass<'l> {
    limits: &'l Limits,
    out: String,
    /// Names of the open elements, in lower case.
    open: Vec<String>,
    /// Start tags that were dropped and whose end tags have to go too.
    dropped: HashMap<String, usize>,
    /// Formatting elements without an end tag so far. They outlive their parents:
    /// a tree builder opens them again in the next block.
    formatting: Vec<String>,
    tags: usize,
    /// `<` characters that open nothing.
    stray: usize,
    after_pre: bool,
    /// Tags so far that stand in a table but in no cell.
    fostered: usize,
    tidy: bool,
}

/// A tree builder puts what stands in a table but in no cell before the table,
/// at a cost that grows with what is there already. More such tags go.
const MAX_FOSTERED: usize = 500;

/// More stray `<` than this are left out: each is four bytes once escaped.
const MAX_STRAY: usize = 100_000;

impl Pass<'_> {
    fn text(&mut self, text: &str) {
        let mut text = text;
        if std::mem::take(&mut self.after_pre) {
            // A tree builder drops a line end that follows `<pre>`.
            text = text.trim_start_matches(|c| matches!(c, '\n' | '\r') || !is_clean(c));
            self.tidy &= !text.starts_with('&');
        }
        for (i, part) in text.split('<').enumerate() {
            if i > 0 {
                self.stray += 1;
                if self.stray <= MAX_STRAY {
                    self.out.push_str("&lt;");
                }
            }
            if part.contains('\0') {
                self.out.extend(part.chars().filter(|&c| c != '\0'));
            } else {
                self.out.push_str(part);
            }
        }
    }

    fn other(&mut self, text: &str) {
        let doctype = text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        if doctype && self.tags == 0 && text.len() < 300 {
            self.out.push_str(text);
        }
    }

    fn open<'a>(&mut self, tag: &Tag<'a>, scanner: &mut Scanner<'a>, rewrite: &mut dyn Rewrite) {
        self.after_pre = false;
        let name = tag.name.to_ascii_lowercase();
        if is_raw(&name) {
            return self.raw(tag, &name, scanner, rewrite);
        }
        if name == "math" {
            // Its tags change what a tree builder does with tags inside; its text stays.
            return self.drop_tag(name);
        }
        if is_cut(&name) {
            if let Some(end) = scanner.find_close(tag.name) {
                scanner.skip_to(end);
            }
            return;
        }
        if matches!(name.as_str(), "plaintext" | "frameset" | "frame" | "option" | "optgroup" | "image") {
            return;
        }
        self.tags += 1;
        if self.tags > self.limits.tags || name.len() > 64 {
            return self.drop_tag(name);
        }
        self.tidy &= !self.clashes(&name);
        self.imply_ends(&name);
        let void = is_void(&name);
        let formatting = is_formatting(&name);
        if self.is_fostered(&name) {
            if !void {
                self.drop_tag(name);
            }
            return;
        }
        if self.open.len() >= self.limits.depth
            || (formatting && self.formatting.len() >= self.limits.formatting)
        {
            if !void {
                self.drop_tag(name);
            }
            return;
        }
        if rewrite.open(tag, &mut self.out) && !void {
            if formatting {
                self.formatting.push(name.clone());
            }
            self.after_pre = matches!(name.as_str(), "pre" | "listing");
            self.open.push(name);
        }
    }

    /// Content of raw text elements is never handed on as it stands: where a
    /// tree builder disagreed about what is raw, it could hide tags.
    fn raw<'a>(&mut self, tag: &Tag<'a>, name: &str, scanner: &mut Scanner<'a>, rewrite: &mut dyn Rewrite) {
        self.tags += 1;
        let start = scanner.offset();
        let content = match scanner.next() {
            Some(Token::Raw(text)) => text,
            Some(_) => {
                scanner.skip_to(start);
                ""
            }
            None => "",
        };
        let data = self.limits.metadata && name == "script" && is_data(tag);
        let title = self.limits.metadata && name == "title";
        if self.tags > self.limits.tags || !(data || title || name == "iframe") {
            return;
        }
        if rewrite.open(tag, &mut self.out) {
            if data {
                self.out.extend(content.chars().filter(|&c| c != '\0'));
            } else if title {
                self.out.push_str(&content.chars().take(2000).collect::<String>().replace('<', "&lt;"));
            }
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn drop_tag(&mut self, name: String) {
        if name.len() <= 64 && self.dropped.len() < 256 {
            *self.dropped.entry(name).or_default() += 1;
        }
    }

    fn close(&mut self, name: &str, rewrite: &mut dyn Rewrite) {
        self.after_pre = false;
        if name.len() > 64 {
            return;
        }
        let name = name.to_ascii_lowercase();
        if let Some(count) = self.dropped.get_mut(&name).filter(|count| **count > 0) {
            *count -= 1;
            return;
        }
        if is_raw(&name)
            || is_cut(&name)
            || matches!(name.as_str(), "br" | "frameset" | "option" | "optgroup")
        {
            return;
        }
        self.tags += 1;
        if self.tags > self.limits.tags && !self.open.contains(&name) {
            return;
        }
        let formatting = is_formatting(&name);
        self.tidy &= self.open.last() == Some(&name);
        let found = self.find_open(&name);
        if formatting {
            let Some(at) = self.formatting.iter().rposition(|known| *known == name) else { return };
            self.formatting.remove(at);
            if let Some(at) = found {
                self.open.remove(at);
            }
        } else if let Some(at) = found {
            self.open.truncate(at);
        }
        if let Some(name) = rewrite.close(&name) {
            self.out.push_str("</");
            self.out.extend(name.chars().filter(|&c| c != '\0'));
            self.out.push('>');
        }
    }

    fn is_fostered(&mut self, name: &str) -> bool {
        let table = |name: &str| matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "colgroup");
        if self.open.last().is_none_or(|last| !table(last))
            || table(name)
            || matches!(name, "td" | "th" | "caption" | "col")
        {
            return false;
        }
        self.fostered += 1;
        self.fostered > MAX_FOSTERED
    }

    /// Whether a tree builder will end or move an open element for this tag.
    fn clashes(&self, name: &str) -> bool {
        let open = |outer: &str| self.open.iter().any(|known| known == outer);
        let heading = |name: &str| matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        name == "table"
            || matches!(
                name,
                "tr" | "td" | "th" | "tbody" | "thead" | "tfoot" | "caption" | "col" | "colgroup"
            )
            || (name == "a" && open("a"))
            || (super::text::is_block(name) && open("p"))
            || (heading(name) && self.open.iter().any(|known| heading(known)))
            || self.open.last().is_some_and(|last| last == name && is_formatting(name))
            || (matches!(name, "li" | "dd" | "dt" | "rt" | "rp" | "nobr" | "button") && open(name))
    }

    /// Where the element that an end tag means stands among the open ones.
    fn find_open(&self, name: &str) -> Option<usize> {
        let in_table = matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "caption");
        for (at, open) in self.open.iter().enumerate().rev() {
            if open == name {
                return Some(at);
            }
            let barrier = match open.as_str() {
                "table" => true,
                "td" | "th" | "caption" | "object" | "applet" | "marquee" | "button" => !in_table,
                _ => false,
            };
            if barrier && !is_formatting(name) {
                return None;
            }
        }
        None
    }

    /// Ends that a start tag implies (WHATWG HTML §13.1.2.4), as far as they
    /// stand directly below: a page of 1,000 unclosed `<p>` is not deep.
    fn imply_ends(&mut self, name: &str) {
        let closes: &[&str] = match name {
            "li" => &["p", "li"],
            "dd" | "dt" => &["p", "dd", "dt"],
            "tr" => &["p", "td", "th", "tr"],
            "td" | "th" => &["p", "td", "th"],
            "tbody" | "tfoot" | "thead" => &["p", "td", "th", "tr", "tbody", "thead", "tfoot"],
            "rt" | "rp" => &["rt", "rp"],
            "a" => &["a"],
            name if super::text::is_block(name) => &["p"],
            _ => return,
        };
        if name == "a"
            && let Some(at) = self.formatting.iter().rposition(|known| known == "a")
        {
            self.formatting.remove(at);
        }
        // Formatting elements in between end with their parent; they stay in
        // `formatting`, since a tree builder opens them again.
        for at in (0..self.open.len()).rev() {
            if closes.contains(&self.open[at].as_str()) {
                self.open.truncate(at);
            } else if !is_formatting(&self.open[at]) {
                break;
            }
        }
    }
}

/// Scripts that hold data about the page.
fn is_data(tag: &Tag<'_>) -> bool {
    tag.attributes().any(|(name, value)| {
        name.eq_ignore_ascii_case("type")
            && value.trim().to_ascii_lowercase().starts_with("application/ld+json")
    })
}

/// Elements that go with all they hold.
fn is_cut(name: &str) -> bool {
    matches!(name, "svg" | "annotation" | "annotation-xml" | "template" | "select" | "datalist")
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that a tree builder opens again after a block ended (the list of
/// active formatting elements): their cost is quadratic.
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(html: &str) -> String {
        bound(html, &Limits::default()).into_owned()
    }

    #[test]
    fn ordinary_markup_stays() {
        for html in
            ["plain", "<p class=x>a <b>b</b></p>", "<ul><li>a<li>b</ul>", "<!DOCTYPE html><html><body>x"]
        {
            assert_eq!(run(html), html);
        }
        assert_eq!(run("a < b <!-- c --> d\0e"), "a &lt; b  de");
        assert_eq!(run("a<svg><p>x</p></svg>b<style>c</style>d<script>e</script>f"), "abdf");
    }

    #[test]
    fn metadata_is_kept_on_request() {
        let limits = Limits { metadata: true, ..Limits::default() };
        let html = "<title>a<b</title><script type='application/ld+json'>{\"a\":\"</p>\"}</script><script>x</script>";
        assert_eq!(
            bound(html, &limits),
            "<title>a&lt;b</title><script type='application/ld+json'>{\"a\":\"</p>\"}</script>"
        );
    }

    #[test]
    fn depth_formatting_and_attributes_are_capped() {
        let deep = format!("{}x{}y", "<div>".repeat(1000), "</div>".repeat(1000));
        let out = run(&deep);
        assert_eq!(out.matches("<div>").count(), 256);
        assert_eq!(out.matches("</div>").count(), 256);
        let bold = run(&"<b>x<p>".repeat(1000));
        assert_eq!(bold.matches("<b>").count(), 32);
        let attrs: String = (0..1000).map(|i| format!(" a{i}=1")).collect();
        let out = run(&format!("<p{attrs}>x</p>"));
        assert!(out.contains("a127=") && !out.contains("a128="), "{}", out.len());
        let flat = "<p>x".repeat(5000);
        assert_eq!(run(&flat), flat);
        let many = run(&"<i></i>".repeat(300_000));
        assert!(many.len() < 1_500_000);
    }

    #[test]
    fn nothing_hides_behind_raw_text() {
        for html in [
            "<svg><style><img src=x onerror=alert(1)></style></svg>",
            "<select><style><img src=x onerror=alert(1)></select>",
            "<textarea><img src=x onerror=alert(1)></textarea>",
            "<xmp><img src=x onerror=alert(1)></xmp>",
            "<!--<img src=x onerror=alert(1)>-->",
        ] {
            assert!(!run(html).contains("img"), "{html}");
        }
    }
}
