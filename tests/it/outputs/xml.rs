//! A document read into a tree, for the checks; what isn't well-formed fails here.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element: names with their prefix, as written.
#[derive(Debug, Default)]
pub struct Node {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
    pub text: String,
}

impl Node {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub fn count(&self, name: &str) -> usize {
        self.all(name).count()
    }

    /// The text of the first child of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.children.iter().find(|child| child.name == name).map(|child| child.text.as_str())
    }
}

/// Reads a whole document. Only what the writers are meant to use is understood: the
/// references of XML and those by number, no CDATA, no comments, no DOCTYPE.
pub fn read(document: &str) -> Node {
    assert!(document.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"));
    let mut reader = Reader::from_str(document);
    let mut open = vec![Node::default()];
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error} in {document}"));
        match event {
            Event::Start(tag) => open.push(element(&tag)),
            Event::Empty(tag) => {
                let node = element(&tag);
                open.last_mut().unwrap().children.push(node);
            }
            Event::End(_) => {
                let node = open.pop().unwrap();
                open.last_mut().unwrap().children.push(node);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(name) => {
                let c = character(&name);
                open.last_mut().unwrap().text.push(c);
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?} in {document}"),
        }
    }
    assert_eq!(open.len(), 1, "not closed: {document}");
    let mut document = open.pop().unwrap();
    assert_eq!((document.children.len(), document.text.trim()), (1, ""));
    document.children.pop().unwrap()
}

fn element(tag: &BytesStart<'_>) -> Node {
    let attribute = |found: Result<quick_xml::events::attributes::Attribute<'_>, _>| {
        let found = found.unwrap_or_else(|error| panic!("{error:?}"));
        let raw = found.value.to_string();
        assert!(!raw.contains(['<', '\n', '\t', '\r']), "{raw:?}");
        (found.key.as_ref().to_owned(), unescape(&raw))
    };
    Node {
        name: tag.name().as_ref().to_owned(),
        attributes: tag.attributes().map(attribute).collect(),
        ..Node::default()
    }
}

fn unescape(raw: &str) -> String {
    let mut out = String::new();
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        let (name, after) = after.split_once(';').unwrap_or_else(|| panic!("a bare & in {raw}"));
        out.push_str(before);
        out.push(character(name));
        rest = after;
    }
    out + rest
}

fn character(name: &str) -> char {
    match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let digits = name.strip_prefix("#x").unwrap_or_else(|| panic!("&{name};"));
            char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap()
        }
    }
}

/// The document and all in it hold no character that XML forbids or terminals obey.
pub fn only_allowed(text: &str) {
    let bad = text.chars().find(|&c| {
        let noncharacter = (c as u32) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
        noncharacter || c.is_control() && !matches!(c, '\n' | '\t')
    });
    assert_eq!(bad, None);
}
