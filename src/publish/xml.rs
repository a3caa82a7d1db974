//! A writer of XML that can't produce an unbalanced or unescaped document.

use super::chars;

/// An XML document in the making. Names come from the code and are not checked.
pub(super) struct Xml {
    out: String,
    open: Vec<&'static str>,
}

/// Names and values of attributes, in order.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Xml {
    /// Begins a document that will take about `capacity` bytes.
    pub(super) fn new(capacity: usize) -> Self {
        let mut out = String::with_capacity(capacity);
        out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        Self { out, open: Vec::new() }
    }

    /// `<name …>` with children to follow.
    pub(super) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.out.push_str(">\n");
        self.open.push(name);
    }

    /// `</name>` of the innermost open element.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.end(name);
        }
    }

    /// `<name …/>`
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.out.push_str("/>\n");
    }

    /// `<name …>text</name>`
    pub(super) fn element(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.start(name, attributes);
        self.out.push('>');
        chars::push_text(&mut self.out, text);
        self.end(name);
    }

    /// The same with plain text in RSS, where nothing says that it is no HTML: see
    /// [`chars::rss_text`] and [`chars::push_rss_text`].
    pub(super) fn plain(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.start(name, attributes);
        self.out.push('>');
        chars::push_rss_text(&mut self.out, &chars::rss_text(text));
        self.end(name);
    }

    /// The same with plain text in Atom: declared as HTML where it could be taken for it
    /// (RFC 4287 §3.1.1).
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        if chars::like_html(text) {
            self.element(name, &[("type", "html")], &chars::to_html(text));
        } else {
            self.element(name, &[], text);
        }
    }

    /// Closes what is open and hands the document over.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        // Documents are kept and served many times.
        self.out.shrink_to_fit();
        self.out
    }

    fn start(&mut self, name: &str, attributes: Attributes<'_>) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            chars::push_attribute(&mut self.out, value);
            self.out.push('"');
        }
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn indent(&mut self) {
        for _ in &self.open {
            self.out.push_str("  ");
        }
    }
}
