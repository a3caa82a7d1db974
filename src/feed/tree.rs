//! One element of a feed with everything in it, as a flat list: nothing
//! recursive is needed to build, walk or drop it, and its size is bounded.

use super::entities::Entities;
use super::names::{Ns, Scope};
use super::text::{decode_with, escape, head, legal};
use super::token::{Token, Tokenizer, attributes};
use std::borrow::Cow;

/// Elements nested deeper than this are taken apart: their text stays, they go.
const MAX_DEPTH: usize = 200;
/// Pieces of one element; what comes after is skipped.
const MAX_PIECES: usize = 200_000;
/// Bytes of a text that is no long text: more is never used of one.
const MAX_VALUE: usize = 64 * 1024;

/// An element's start tag and where it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    ns: Ns,
    local: &'a str,
    attrs: &'a str,
    /// Index of the matching [`Piece::End`].
    end: usize,
}

#[derive(Debug, Clone, Copy)]
enum Piece<'a> {
    Start(Tag<'a>),
    End,
    Text(&'a str),
    Cdata(&'a str),
}

/// An element and all it contains.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pieces: Vec<Piece<'a>>,
    /// What the document declares.
    pub(super) entities: Entities<'a>,
    /// What was wrong in it: the first of each kind, and its position in the text.
    pub(super) faults: Vec<(Fault, usize)>,
}

/// Something in an element that is not XML, or not to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// An `&` that begins no reference known to XML.
    Reference,
    /// A prefix that was never declared.
    Prefix,
    /// Elements that were closed by another's end tag, or never opened.
    Nesting,
    /// Too deep or too many pieces.
    Size,
}

/// How an element came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// By its own end tag.
    Closed,
    /// By another's start or end tag.
    Implied,
    /// With the document.
    Cut,
}

/// An element within a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    at: usize,
    tag: Tag<'a>,
}

impl<'a> Tree<'a> {
    /// Reads one element off `tokens`, whose start tag has just been read.
    /// `self` is emptied first, so that one tree can serve all entries.
    pub(super) fn read(
        &mut self,
        tokens: &mut Tokenizer<'a>,
        scope: &mut Scope<'a>,
        (name, attrs, empty): (&'a str, &'a str, bool),
    ) -> Ending {
        self.pieces.clear();
        self.faults.clear();
        let mut builder = Builder { tree: self, scope, open: Vec::new(), overflow: 0 };
        builder.start(name, attrs);
        if empty {
            builder.close_to(0);
            return Ending::Closed;
        }
        let ending = builder.fill(tokens);
        builder.close_to(0);
        ending
    }

    /// Holds just a start tag, for its attributes.
    pub(super) fn alone(&mut self, name: &'a str, attrs: &'a str) {
        let tag = Tag { ns: Ns::Other, local: name, attrs, end: 1 };
        self.pieces = vec![Piece::Start(tag), Piece::End];
    }

    /// The element itself.
    pub(super) fn root(&self) -> Option<Element<'_, 'a>> {
        self.element(0)
    }

    fn element(&self, at: usize) -> Option<Element<'_, 'a>> {
        match self.pieces.get(at) {
            Some(&Piece::Start(tag)) => Some(Element { tree: self, at, tag }),
            _ => None,
        }
    }
}

struct Open<'a> {
    at: usize,
    name: &'a str,
    declared: usize,
}

struct Builder<'b, 'a> {
    tree: &'b mut Tree<'a>,
    scope: &'b mut Scope<'a>,
    open: Vec<Open<'a>>,
    /// Open elements that were too deep to be kept.
    overflow: usize,
}

impl<'a> Builder<'_, 'a> {
    fn fill(&mut self, tokens: &mut Tokenizer<'a>) -> Ending {
        loop {
            let before = tokens.pos();
            let Some(token) = tokens.next() else { return Ending::Cut };
            match token {
                Token::Start { name, attrs, empty } => {
                    if self.begins_another(name) || self.open.len() == 1 && self.ends_leaf(name) {
                        tokens.rewind(before);
                        return Ending::Implied;
                    }
                    self.child((name, attrs, empty), before);
                }
                Token::End(name) => match self.end(name, before) {
                    Some(true) => return Ending::Closed,
                    Some(false) => {}
                    None => {
                        tokens.rewind(before);
                        return Ending::Implied;
                    }
                },
                Token::Text(text) => {
                    if has_bare_ampersand(text, &self.tree.entities) {
                        self.fault(Fault::Reference, before);
                    }
                    self.push(Piece::Text(text));
                }
                Token::Cdata(text) => self.push(Piece::Cdata(text)),
            }
        }
    }

    fn push(&mut self, piece: Piece<'a>) {
        if self.tree.pieces.len() < MAX_PIECES {
            self.tree.pieces.push(piece);
        }
    }

    fn fault(&mut self, fault: Fault, at: usize) {
        if !self.tree.faults.iter().any(|(known, _)| *known == fault) {
            self.tree.faults.push((fault, at));
        }
    }

    fn start(&mut self, name: &'a str, attrs: &'a str) {
        let declared = self.scope.enter(attrs);
        let (ns, local) = self.scope.resolve(name);
        self.open.push(Open { at: self.tree.pieces.len(), name, declared });
        self.tree.pieces.push(Piece::Start(Tag { ns, local, attrs, end: 0 }));
    }

    fn child(&mut self, (name, attrs, empty): (&'a str, &'a str, bool), at: usize) {
        if self.open.len() == 2 && self.ends_leaf(name) {
            self.fault(Fault::Nesting, at);
            self.close_to(1);
        }
        if self.open.len() >= MAX_DEPTH || self.tree.pieces.len() >= MAX_PIECES {
            self.fault(Fault::Size, at);
            self.overflow += usize::from(!empty);
            return;
        }
        self.start(name, attrs);
        if name.contains(':') && !self.scope.declares(name) {
            self.fault(Fault::Prefix, at);
        }
        if empty {
            self.close_to(self.open.len() - 1);
        }
    }

    /// `Some(true)`: the element is complete. `None`: the tag belongs further out.
    fn end(&mut self, name: &str, pos: usize) -> Option<bool> {
        let found = self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name));
        if self.overflow == 0 && found.is_none_or(|at| at + 1 < self.open.len()) {
            self.fault(Fault::Nesting, pos);
        }
        match found {
            Some(0) => Some(true),
            // A field's own end tag ends it whatever is open in it.
            Some(at) if at == 1 || self.overflow == 0 => {
                self.overflow = 0;
                self.close_to(at);
                Some(false)
            }
            None if is_container(name) => None,
            _ => {
                self.overflow = self.overflow.saturating_sub(1);
                Some(false)
            }
        }
    }

    /// Closes every element from `depth` on.
    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { break };
            let here = self.tree.pieces.len();
            if let Some(Piece::Start(tag)) = self.tree.pieces.get_mut(open.at) {
                tag.end = here;
            }
            // Even in a full list: at most as many as were opened.
            self.tree.pieces.push(Piece::End);
            self.scope.leave(open.declared);
        }
    }

    /// Whether a start tag can only mean that this element was never closed.
    fn begins_another(&self, name: &'a str) -> bool {
        let (ns, local) = self.scope.resolve(name);
        let entry = match ns {
            Ns::Rss => local.eq_ignore_ascii_case("item"),
            Ns::Atom => local.eq_ignore_ascii_case("entry"),
            _ => false,
        };
        entry && self.tree.root().is_some_and(|root| matches!(root.tag.ns, Ns::Rss | Ns::Atom))
    }

    /// `<title>A<link>…`: fields of RSS that never contain one another.
    fn ends_leaf(&self, name: &str) -> bool {
        let Some(leaf) = self.open.last().and_then(|open| self.tree.element(open.at)) else { return false };
        if leaf.tag.ns != Ns::Rss {
            return false;
        }
        let is = |name: &str, of: &[&str]| of.iter().any(|n| n.eq_ignore_ascii_case(name));
        let next =
            ["guid", "pubDate", "description", "enclosure", "author", "category", "comments", "dc:date"];
        let simple = ["title", "link", "guid", "pubDate", "author", "category", "comments"];
        is(name, &next) && is(leaf.tag.local, &simple)
            || is(name, &["title", "link"]) && is(leaf.tag.local, &simple)
            || is(name, &["guid", "pubDate"]) && is(leaf.tag.local, &["description"])
    }
}

/// Whether there is an `&` that XML does not allow.
fn has_bare_ampersand(text: &str, entities: &Entities<'_>) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        rest = &rest[at + 1..];
        let plain = ["amp;", "lt;", "gt;", "quot;", "apos;", "#"].iter().any(|name| rest.starts_with(name));
        let declared = || rest.split_once(';').is_some_and(|(name, _)| entities.knows(name));
        if !plain && !declared() {
            return true;
        }
    }
    false
}

/// Names whose end tag ends a whole document part.
fn is_container(name: &str) -> bool {
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    ["rss", "channel", "item", "feed", "entry", "rdf"].iter().any(|c| c.eq_ignore_ascii_case(local))
}

impl<'t, 'a> Element<'t, 'a> {
    /// Vocabulary.
    pub(super) fn ns(&self) -> Ns {
        self.tag.ns
    }

    /// Local name, as written.
    pub(super) fn local(&self) -> &'a str {
        self.tag.local
    }

    /// Whether it is called so, in any case.
    pub(super) fn is(&self, ns: Ns, local: &str) -> bool {
        self.tag.ns == ns && self.tag.local.eq_ignore_ascii_case(local)
    }

    /// An attribute's value, decoded and trimmed; `None` if empty. A name
    /// with a prefix is compared as written.
    pub(super) fn attr(&self, name: &str) -> Option<Cow<'a, str>> {
        if self.tag.attrs.is_empty() {
            return None;
        }
        let (_, raw) = attributes(self.tag.attrs).find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        let value = self.decode(raw, MAX_VALUE);
        if value.trim().is_empty() { None } else { Some(trimmed(value)) }
    }

    /// Whether it has an attribute, empty or not.
    pub(super) fn has_attr(&self, name: &str) -> bool {
        attributes(self.tag.attrs).any(|(n, _)| n.eq_ignore_ascii_case(name))
    }

    /// Elements directly inside.
    pub(super) fn children(&self) -> impl Iterator<Item = Element<'t, 'a>> + use<'t, 'a> {
        let (tree, end) = (self.tree, self.tag.end);
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            while at < end {
                let found = tree.element(at);
                at = found.map_or(at + 1, |element| element.tag.end.max(at) + 1);
                if found.is_some() {
                    return found;
                }
            }
            None
        })
    }

    /// Whether there are elements inside.
    pub(super) fn has_markup(&self) -> bool {
        self.inside().iter().any(|piece| matches!(piece, Piece::Start(_)))
    }

    fn inside(&self) -> &'t [Piece<'a>] {
        self.tree.pieces.get(self.at + 1..self.tag.end).unwrap_or_default()
    }

    fn decode(&self, raw: &'a str, max: usize) -> Cow<'a, str> {
        decode_with(raw, &self.tree.entities, max)
    }

    /// All text inside, decoded, tags left out; it ends at about `max` bytes.
    pub(super) fn text(&self, max: usize) -> Cow<'a, str> {
        match self.inside() {
            [] => Cow::Borrowed(""),
            [Piece::Text(text)] => self.decode(text, max),
            [Piece::Cdata(text)] => legal(head(text, max)),
            pieces => {
                let mut out = String::new();
                for piece in pieces {
                    let left = max.saturating_sub(out.len());
                    match piece {
                        Piece::Text(text) => out.push_str(&self.decode(text, left)),
                        Piece::Cdata(text) => out.push_str(&legal(head(text, left))),
                        Piece::Start(_) | Piece::End => {}
                    }
                }
                Cow::Owned(out)
            }
        }
    }

    /// All text inside, trimmed; `None` if there is none.
    pub(super) fn value(&self) -> Option<Cow<'a, str>> {
        let text = self.text(MAX_VALUE);
        if text.trim().is_empty() { None } else { Some(trimmed(text)) }
    }

    /// What is inside as HTML: tags written out without prefixes and namespace
    /// declarations, text escaped, at most about `max` bytes.
    pub(super) fn inner_html(&self, max: usize) -> String {
        let mut out = String::new();
        let mut open = Vec::new();
        for piece in self.inside() {
            if out.len() > max {
                break;
            }
            let left = max - out.len();
            match piece {
                Piece::Text(text) => escape_text(&self.decode(text, left), &mut out),
                Piece::Cdata(text) => escape_text(&legal(head(text, left)), &mut out),
                Piece::Start(tag) => {
                    self.start_tag(tag, left, &mut out);
                    open.push(tag.local);
                }
                Piece::End => {
                    if let Some(local) = open.pop()
                        && is_plain_name(local)
                        && !is_void(local)
                    {
                        out.push_str("</");
                        out.push_str(local);
                        out.push('>');
                    }
                }
            }
        }
        out
    }

    fn start_tag(&self, tag: &Tag<'a>, max: usize, out: &mut String) {
        if !is_plain_name(tag.local) {
            return;
        }
        out.push('<');
        out.push_str(tag.local);
        for (name, value) in attributes(tag.attrs) {
            if name.starts_with("xmlns") || !is_plain_name(name) {
                continue;
            }
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(&self.decode(value, max), out);
            out.push('"');
        }
        out.push('>');
    }
}

fn escape_text(text: &str, out: &mut String) {
    if text.contains(['&', '<', '>']) { escape(text, out) } else { out.push_str(text) }
}

/// Names that HTML could know; others are not written.
fn is_plain_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
}

/// HTML elements that have no end tag.
fn is_void(local: &str) -> bool {
    const VOID: [&str; 14] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    ];
    VOID.iter().any(|v| v.eq_ignore_ascii_case(local))
}

fn trimmed(value: Cow<'_, str>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}
