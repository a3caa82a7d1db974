//! A linear scanner for markup: the tokens a browser would see (WHATWG HTML
//! §13.2.5), without a tree.

/// A piece of markup.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// Character data, references not decoded. May hold a `<` that opens nothing.
    Text(&'a str),
    /// `<name …>`
    Open(Tag<'a>),
    /// `</name …>`
    Close(&'a str),
    /// What stands in a raw text element, up to its end tag.
    Raw(&'a str),
    /// Comment, document type, processing instruction.
    Other(&'a str),
    /// A tag that the input ends in; a browser shows nothing of it.
    Unfinished(&'a str),
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tag<'a> {
    /// Its name as it stands.
    pub(super) name: &'a str,
    /// What stands between the name and the `>`.
    pub(super) attrs: &'a str,
    /// The tag with its angle brackets.
    pub(super) source: &'a str,
}

/// Elements whose content is no markup.
pub(super) fn is_raw(name: &str) -> bool {
    const RAW: [&str; 8] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];
    RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name))
}

/// Walks over markup; see [`Token`].
pub(super) struct Scanner<'a> {
    input: &'a str,
    pos: usize,
    /// Name of the raw text element that was just opened.
    raw: Option<&'a str>,
    /// Raw text elements that have no end tag ahead are taken as ordinary ones.
    lenient: bool,
    /// Raw names without an end tag from here on, so that none is looked for twice.
    endless: Vec<&'a str>,
}

impl<'a> Scanner<'a> {
    /// As browsers read it.
    pub(super) fn new(input: &'a str) -> Self {
        Self { input, pos: 0, raw: None, lenient: false, endless: Vec::new() }
    }

    /// As people mean it in a title: `<script>` without an end is a word.
    pub(super) fn lenient(input: &'a str) -> Self {
        Self { lenient: true, ..Self::new(input) }
    }

    /// The position behind the last token, in bytes.
    pub(super) fn offset(&self) -> usize {
        self.pos
    }

    /// Goes on at `pos`, which must be a character boundary.
    pub(super) fn skip_to(&mut self, pos: usize) {
        self.pos = pos;
        self.raw = None;
    }

    /// Where the next `</name` stands from here on, if there is one.
    pub(super) fn find_close(&mut self, name: &'a str) -> Option<usize> {
        if self.endless.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return None;
        }
        let found = find_close(&self.input[self.pos..], name).map(|at| self.pos + at);
        if found.is_none() && self.endless.len() < 64 {
            self.endless.push(name);
        }
        found
    }

    fn take(&mut self, end: usize) -> &'a str {
        let slice = &self.input[self.pos..end];
        self.pos = end;
        slice
    }

    fn raw_text(&mut self, name: &'a str) -> Option<Token<'a>> {
        let end = match self.find_close(name) {
            Some(end) => end,
            None if self.lenient => return None,
            None => self.input.len(),
        };
        (end > self.pos).then(|| Token::Raw(self.take(end)))
    }

    fn text(&mut self) -> Token<'a> {
        let bytes = self.input.as_bytes();
        let mut at = self.pos;
        while let Some(found) = bytes[at..].iter().position(|&b| b == b'<') {
            at += found;
            if at > self.pos && opens_markup(&bytes[at..]) {
                return Token::Text(self.take(at));
            }
            at += 1;
        }
        Token::Text(self.take(bytes.len()))
    }

    fn markup(&mut self) -> Token<'a> {
        let rest = &self.input[self.pos..];
        match rest.as_bytes()[1] {
            b'!' if rest.starts_with("<!--") => {
                let end = comment_end(rest);
                Token::Other(self.take(self.pos + end))
            }
            b'!' | b'?' => self.bogus(rest),
            b'/' if !rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) => self.bogus(rest),
            second => self.tag(rest, second == b'/'),
        }
    }

    fn bogus(&mut self, rest: &'a str) -> Token<'a> {
        let end = rest.find('>').map_or(rest.len(), |at| at + 1);
        Token::Other(self.take(self.pos + end))
    }

    fn tag(&mut self, rest: &'a str, close: bool) -> Token<'a> {
        let start = if close { 2 } else { 1 };
        let bytes = rest.as_bytes();
        let name_end = bytes[start..]
            .iter()
            .position(|&b| is_space(b) || b == b'/' || b == b'>')
            .map_or(bytes.len(), |at| start + at);
        let Some(end) = tag_end(bytes, name_end) else {
            return Token::Unfinished(self.take(self.input.len()));
        };
        let source = self.take(self.pos + end);
        let name = &source[start..name_end];
        if close {
            return Token::Close(name);
        }
        if is_raw(name) {
            self.raw = Some(name);
        }
        Token::Open(Tag { name, attrs: &source[name_end..end - 1], source })
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take()
            && let Some(token) = self.raw_text(name)
        {
            return Some(token);
        }
        let rest = self.input.as_bytes().get(self.pos..)?;
        match rest.first()? {
            b'<' if opens_markup(rest) => Some(self.markup()),
            _ => Some(self.text()),
        }
    }
}

/// HTML's white space.
pub(super) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

/// Whether a `<` is more than a character. `</` at the end is text, `</>` is nothing.
fn opens_markup(rest: &[u8]) -> bool {
    match rest.get(1) {
        Some(b'/') => rest.len() > 2,
        Some(b'!' | b'?') => true,
        Some(b) => b.is_ascii_alphabetic(),
        None => false,
    }
}

fn find_close(text: &str, name: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|&b| b == b'<')?;
        let rest = &bytes[at..];
        let end = 2 + name.len();
        if rest.len() > end
            && rest[1] == b'/'
            && rest[2..end].eq_ignore_ascii_case(name.as_bytes())
            && (is_space(rest[end]) || rest[end] == b'/' || rest[end] == b'>')
        {
            return Some(at);
        }
        at += 1;
    }
}

/// Length of the comment at the start of `rest`.
fn comment_end(rest: &str) -> usize {
    if rest.starts_with("<!-->") {
        return 5;
    }
    if rest.starts_with("<!--->") {
        return 6;
    }
    let body = &rest[4..];
    let plain = body.find("-->").map(|at| 4 + at + 3);
    let banged = body[..plain.map_or(body.len(), |end| end - 4)].find("--!>").map(|at| 4 + at + 4);
    banged.or(plain).unwrap_or(rest.len())
}

/// The position behind a tag's `>`, from the end of its name.
fn tag_end(bytes: &[u8], name_end: usize) -> Option<usize> {
    let mut at = name_end;
    loop {
        let (_, next) = attribute(bytes, at)?;
        match next {
            Next::End(end) => return Some(end),
            Next::More(more) => at = more,
        }
    }
}

enum Next {
    End(usize),
    More(usize),
}

type Span = (usize, usize);

/// One attribute from `at`: spans of its name and value, and where to go on.
fn attribute(bytes: &[u8], mut at: usize) -> Option<(Option<(Span, Span)>, Next)> {
    while is_space(*bytes.get(at)?) || bytes[at] == b'/' {
        at += 1;
    }
    if bytes[at] == b'>' {
        return Some((None, Next::End(at + 1)));
    }
    let start = at;
    at += 1;
    while !(is_space(*bytes.get(at)?) || matches!(bytes[at], b'/' | b'>' | b'=')) {
        at += 1;
    }
    let name = (start, at);
    while is_space(*bytes.get(at)?) {
        at += 1;
    }
    if bytes[at] != b'=' {
        return Some((Some((name, (at, at))), Next::More(at)));
    }
    at += 1;
    while is_space(*bytes.get(at)?) {
        at += 1;
    }
    let quote = bytes[at];
    if quote == b'"' || quote == b'\'' {
        let from = at + 1;
        let len = bytes[from..].iter().position(|&b| b == quote)?;
        return Some((Some((name, (from, from + len))), Next::More(from + len + 1)));
    }
    let from = at;
    while !(is_space(*bytes.get(at)?) || bytes[at] == b'>') {
        at += 1;
    }
    Some((Some((name, (from, at))), Next::More(at)))
}

impl<'a> Tag<'a> {
    /// Its attributes in order: name and value as they stand, repeats included.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let source = self.source;
        let bytes = source.as_bytes();
        let mut at = Some(1 + self.name.len());
        std::iter::from_fn(move || {
            let (spans, next) = attribute(bytes, at?)?;
            at = match next {
                Next::End(_) => None,
                Next::More(more) => Some(more),
            };
            spans.map(|(name, value)| (&source[name.0..name.1], &source[value.0..value.1]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(html: &str) -> Vec<String> {
        Scanner::new(html)
            .map(|token| match token {
                Token::Text(text) => format!("t:{text}"),
                Token::Open(tag) => format!("o:{}", tag.name),
                Token::Close(name) => format!("c:{name}"),
                Token::Raw(text) => format!("r:{text}"),
                Token::Other(text) => format!("x:{text}"),
                Token::Unfinished(text) => format!("u:{text}"),
            })
            .collect()
    }

    #[test]
    fn tokens() {
        assert_eq!(names("a < b<p>c</p>"), ["t:a < b", "o:p", "t:c", "c:p"]);
        assert_eq!(names("<3 <"), ["t:<3 <"]);
        assert_eq!(names("<a title='x>y' b=\">\">z"), ["o:a", "t:z"]);
        assert_eq!(names("<script>a</b></SCRIPT x>c"), ["o:script", "r:a</b>", "c:SCRIPT", "t:c"]);
        assert_eq!(names("<!-- a --!>b--><!-->c"), ["x:<!-- a --!>", "t:b-->", "x:<!-->", "t:c"]);
        assert_eq!(names("</ x><?php ?><!DOCTYPE html>"), ["x:</ x>", "x:<?php ?>", "x:<!DOCTYPE html>"]);
        assert_eq!(names("<a href='"), ["u:<a href='"]);
        assert_eq!(names("<style>x"), ["o:style", "r:x"]);
    }

    #[test]
    fn attributes() {
        let Some(Token::Open(tag)) = Scanner::new("<a/b = 'c' d e=f/g =h \"x\">").next() else {
            panic!("a tag was expected");
        };
        let attrs: Vec<_> = tag.attributes().collect();
        assert_eq!(attrs, [("b", "c"), ("d", ""), ("e", "f/g"), ("=h", ""), ("\"x\"", "")]);
    }
}
