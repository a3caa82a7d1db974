//! A tokenizer for XML as it is really published: it never fails, skips what it
//! does not understand, and works in one pass over the text.

/// One piece of a document. Everything borrows from the text, undecoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `<name attributes>`
    Start {
        /// Qualified name, as written.
        name: &'a str,
        /// What stands between the name and `>`, without a closing `/`.
        attrs: &'a str,
        /// `<name/>`
        empty: bool,
    },
    /// `</name>`
    End(&'a str),
    /// Character data with its references.
    Text(&'a str),
    /// The inside of a CDATA section.
    Cdata(&'a str),
}

/// Reads tokens off a document.
#[derive(Debug, Clone)]
pub(super) struct Tokenizer<'a> {
    text: &'a str,
    pos: usize,
    /// Set once the text has ended inside a tag, a comment or a CDATA section.
    pub(super) cut: bool,
    /// Set if `<!DOCTYPE html` was met.
    pub(super) html_doctype: bool,
    /// The document type, if it declares anything.
    pub(super) doctype: &'a str,
    /// A declaration without an end was met: no other is searched to the end of the text.
    endless: bool,
    /// Where the first CDATA section stands that was not closed within its entry.
    pub(super) open_section: Option<usize>,
    /// From where the end of a CDATA section was searched, and where it is.
    section_end: (usize, Option<usize>),
}

impl<'a> Tokenizer<'a> {
    /// Starts at the beginning of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            pos: 0,
            cut: false,
            html_doctype: false,
            doctype: "",
            endless: false,
            open_section: None,
            section_end: (usize::MAX, None),
        }
    }

    /// Byte position of the next token.
    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    /// Goes back to a position that [`Self::pos`] gave.
    pub(super) fn rewind(&mut self, pos: usize) {
        self.pos = pos;
    }

    /// Passes over the raw text of an HTML element such as `<script>`, up to its end tag.
    pub(super) fn skip_raw_text(&mut self, name: &str) {
        let rest = &self.text.as_bytes()[self.pos..];
        let ends = |at: usize| {
            let word = rest.get(at + 2..at + 2 + name.len());
            rest[at] == b'<'
                && rest.get(at + 1) == Some(&b'/')
                && word.is_some_and(|w| w.eq_ignore_ascii_case(name.as_bytes()))
        };
        self.pos += (0..rest.len()).find(|&at| ends(at)).unwrap_or(rest.len());
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = &self.text[self.pos..];
            if rest.is_empty() {
                return None;
            }
            if !rest.starts_with('<') {
                let end = rest.find('<').unwrap_or(rest.len());
                self.pos += end;
                return Some(Token::Text(&rest[..end]));
            }
            match rest.as_bytes().get(1) {
                Some(b'!') => {
                    if let Some(token) = self.declaration(rest) {
                        return Some(token);
                    }
                }
                Some(b'?') => self.skip_past(rest, 2, "?>"),
                Some(b'/') if rest.as_bytes().get(2).is_some_and(|&b| is_name_start(b)) => {
                    return Some(self.end_tag(rest));
                }
                Some(&b) if is_name_start(b) => match self.start_tag(rest) {
                    Some(token) => return Some(token),
                    None => {
                        self.cut = true;
                        self.pos = self.text.len();
                    }
                },
                // A lone `<` is text.
                _ => {
                    let end = rest[1..].find('<').map_or(rest.len(), |at| at + 1);
                    self.pos += end;
                    return Some(Token::Text(&rest[..end]));
                }
            }
        }
    }

    /// Comment, CDATA section or document type.
    fn declaration(&mut self, rest: &'a str) -> Option<Token<'a>> {
        if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            let end = self.section_end(self.pos + 9);
            if let Some(end) = unclosed_section(inside, end) {
                self.open_section = self.open_section.or(Some(self.pos));
                self.pos += 9 + end;
                return Some(Token::Cdata(&inside[..end]));
            }
            self.cut |= end.is_none();
            self.pos += 9 + end.map_or(inside.len(), |at| at + 3);
            return Some(Token::Cdata(&inside[..end.unwrap_or(inside.len())]));
        }
        if rest.starts_with("<!--") {
            self.skip_past(rest, 4, "-->");
        } else {
            self.doctype(rest);
        }
        None
    }

    /// How far from `from` the next `]]>` is. It is not searched again until it is passed.
    fn section_end(&mut self, from: usize) -> Option<usize> {
        if self.section_end.0 > from || self.section_end.1.is_some_and(|end| end < from) {
            self.section_end = (from, self.text[from..].find("]]>").map(|at| from + at));
        }
        self.section_end.1.map(|end| end - from)
    }

    /// A document type is passed over, and kept if it declares something.
    fn doctype(&mut self, rest: &'a str) {
        let bytes = rest.as_bytes();
        let word = |at: usize, len: usize| bytes.get(at..at + len).unwrap_or_default();
        self.html_doctype |=
            word(2, 7).eq_ignore_ascii_case(b"doctype") && word(10, 4).eq_ignore_ascii_case(b"html");
        let (mut open, mut quote, mut at) = (false, None, 2);
        while let Some(&b) = bytes.get(at).filter(|_| !self.endless) {
            match (b, quote) {
                (b'"' | b'\'', None) => quote = Some(b),
                (_, Some(q)) if b == q => quote = None,
                (b'[', None) => open = true,
                (b']', None) => open = false,
                (b'>', None) if !open => break,
                _ => {}
            }
            at += 1;
        }
        if at == bytes.len() || self.endless {
            self.endless = true;
            // Quotes or brackets that are never closed: the first `>` has to do.
            at = rest.find('>').unwrap_or(rest.len() - 1);
        } else if self.doctype.is_empty() && rest[..at].contains('[') {
            self.doctype = &rest[..=at];
        }
        self.pos += at + 1;
    }

    fn skip_past(&mut self, rest: &str, from: usize, end: &str) {
        match rest.get(from..).and_then(|inside| inside.find(end)) {
            Some(at) => self.pos += from + at + end.len(),
            None => {
                self.cut = true;
                self.pos = self.text.len();
            }
        }
    }

    fn end_tag(&mut self, rest: &'a str) -> Token<'a> {
        let inside = &rest[2..];
        let name = &inside[..name_len(inside)];
        // `</a<b>`: the next tag must not be swallowed.
        let end = inside.find(['>', '<']).unwrap_or(inside.len());
        let closed = inside.as_bytes().get(end) == Some(&b'>');
        self.cut |= end == inside.len();
        self.pos += 2 + end + usize::from(closed);
        Token::End(name)
    }

    fn start_tag(&mut self, rest: &'a str) -> Option<Token<'a>> {
        let name_end = 1 + name_len(&rest[1..]);
        let end = tag_end(rest.as_bytes(), name_end)?;
        let inside = &rest[name_end..end];
        let (attrs, empty) = match inside.strip_suffix('/') {
            Some(attrs) => (attrs, true),
            None => (inside, false),
        };
        self.pos += end + 1;
        Some(Token::Start { name: &rest[1..name_end], attrs, empty })
    }
}

/// Where a CDATA section ends that was never closed: with its element, the last
/// one of the entry. Only if its `]]>` is missing or another section's, and
/// nothing in it looks like a feed that is quoted.
fn unclosed_section(inside: &str, end: Option<usize>) -> Option<usize> {
    let within = &inside[..end.unwrap_or(inside.len())];
    let within = match end {
        Some(_) => &within[..within.find("<![CDATA[")?],
        None => within,
    };
    let closes = |at: &usize| within[at + 2..].starts_with("item>") || within[at + 2..].starts_with("entry>");
    let entry_end = within.match_indices("</").map(|(at, _)| at).find(closes)?;
    let text = within[..entry_end].trim_end();
    if text.contains("<item") || text.contains("<entry") {
        return None;
    }
    // `…</description></item>`: the text ends before both.
    Some(text.rfind("</").filter(|_| text.ends_with('>')).unwrap_or(entry_end))
}

/// Where the `>` of a start tag is, quoted values skipped. A quote that is not
/// closed sensibly does not count as one.
fn tag_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'>' => return Some(at),
            b'"' | b'\'' if bytes[at - 1] == b'=' || bytes[at - 1].is_ascii_whitespace() => {
                let value = &bytes[at + 1..];
                let first_end = || bytes[at..].iter().position(|&c| c == b'>').map(|end| at + end);
                let Some(len) = value.iter().position(|&c| c == b) else { return first_end() };
                let ends_well =
                    value.get(len + 1).is_none_or(|c| c.is_ascii_whitespace() || matches!(c, b'/' | b'>'));
                if !ends_well && value[..len].contains(&b'<') {
                    return first_end();
                }
                at += len + 2;
            }
            _ => at += 1,
        }
    }
    None
}

fn is_name_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || matches!(b, b'_' | b':') || b >= 0x80
}

fn name_len(text: &str) -> usize {
    let end = |b: u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'<' | b'=' | b'"' | b'\'');
    text.bytes().position(end).unwrap_or(text.len())
}

/// The attributes of a start tag, undecoded, at most [`MAX_ATTRS`].
pub(super) fn attributes(attrs: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = attrs;
    std::iter::from_fn(move || {
        rest =
            rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '=' | '"' | '\''));
        if rest.is_empty() {
            return None;
        }
        let len = name_len(rest).max(rest.chars().next().map_or(1, char::len_utf8));
        let name = &rest[..len];
        rest = rest[len..].trim_start();
        let Some(after) = rest.strip_prefix('=') else { return Some((name, "")) };
        rest = after.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, next) = match quote {
            Some(q) => rest[1..].split_once(q).unwrap_or((&rest[1..], "")),
            None => rest.split_at(rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len())),
        };
        rest = next;
        Some((name, value))
    })
    .take(MAX_ATTRS)
}

/// No element of any dialect comes near so many.
const MAX_ATTRS: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut tokenizer = Tokenizer::new(text);
        let mut all = Vec::new();
        while let Some(token) = tokenizer.next() {
            all.push(match token {
                Token::Start { name, attrs, empty } => format!("<{name}|{attrs}|{empty}"),
                Token::End(name) => format!("/{name}"),
                Token::Text(text) => format!("t:{text}"),
                Token::Cdata(text) => format!("c:{text}"),
            });
        }
        all
    }

    #[test]
    fn pieces() {
        assert_eq!(
            tokens(r#"<?xml version="1.0"?><!-- <a> --><a b="1>2"/>x<![CDATA[<y>]]></a >"#),
            [r#"<a| b="1>2"|true"#, "t:x", "c:<y>", "/a"]
        );
    }

    #[test]
    fn nonsense_is_text_or_skipped() {
        assert_eq!(tokens("1 < 2 <3 </ >"), ["t:1 ", "t:< 2 ", "t:<3 ", "t:</ >"]);
        assert_eq!(tokens("<a b='>c</a>"), ["<a| b='|false", "t:c", "/a"]);
        assert_eq!(tokens("</a<b>"), ["/a", "<b||false"]);
    }

    #[test]
    fn sections_without_an_end() {
        assert_eq!(
            tokens("<item><d><![CDATA[<p>x</p></d></item><item/>"),
            ["<item||false", "<d||false", "c:<p>x</p>", "/d", "/item", "<item||true"]
        );
        assert_eq!(
            tokens("<d><![CDATA[x</d> </item><d><![CDATA[y]]></d>"),
            ["<d||false", "c:x", "/d", "t: ", "/item", "<d||false", "c:y", "/d"]
        );
        // Text about feeds is left alone.
        assert_eq!(
            tokens("<![CDATA[<item>x</item> <![CDATA[ y]]></d>"),
            ["c:<item>x</item> <![CDATA[ y", "/d"]
        );
        assert_eq!(tokens("<![CDATA[x</item> y]]></d>"), ["c:x</item> y", "/d"]);
        assert_eq!(tokens(&"<![CDATA[x</item>".repeat(50_000)).len(), 100_000);
    }

    #[test]
    fn document_types_are_skipped() {
        let text = "<!DOCTYPE rss [ <!ENTITY a \"]>\"> <!ENTITY b SYSTEM 'file:///x'> ]><rss>";
        assert_eq!(tokens(text), ["<rss||false"]);
        assert_eq!(tokens("<!DOCTYPE a [ <b><c>"), ["<c||false"]);
    }

    #[test]
    fn a_cut_text_is_noticed() {
        for text in ["<a", "<a b='", "<!-- a", "<![CDATA[ a", "</a"] {
            let mut tokenizer = Tokenizer::new(text);
            while tokenizer.next().is_some() {}
            assert!(tokenizer.cut, "{text}");
        }
    }

    #[test]
    fn attributes_of_all_kinds() {
        let all: Vec<_> = attributes(r#" a="1" b = '2' c=3 d e="" é="x" "#).collect();
        assert_eq!(all, [("a", "1"), ("b", "2"), ("c", "3"), ("d", ""), ("e", ""), ("é", "x")]);
        assert_eq!(attributes(&"a ".repeat(100_000)).count(), MAX_ATTRS);
    }
}
