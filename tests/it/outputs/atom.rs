//! What RFC 4287 asks of a feed, and what it advises.

use super::rules::{self, Problems};
use super::xml::{self, Node};
use std::collections::HashSet;

const METADATA: [&str; 7] = ["id", "title", "subtitle", "updated", "author", "link", "generator"];
const RELATIONS: [&str; 9] =
    ["alternate", "self", "related", "via", "enclosure", "hub", "first", "next", "previous"];

/// # Panics
/// If the document is no valid Atom 1.0.
pub fn valid(document: &str) -> Node {
    xml::only_allowed(document);
    let feed = xml::read(document);
    let mut problems = Problems::default();
    let p = &mut problems;
    p.check(feed.name == "feed", || format!("the root is {}", feed.name));
    p.check(feed.attribute("xmlns") == Some("http://www.w3.org/2005/Atom"), || "namespace".into());
    lang(p, &feed);
    for child in &feed.children {
        let known = METADATA.contains(&child.name.as_str()) || child.name == "entry";
        p.check(known, || format!("<{}> in a feed", child.name));
    }
    // Metadata come first.
    let entries = feed.children.iter().position(|child| child.name == "entry").unwrap_or(feed.children.len());
    p.check(feed.children[entries..].iter().all(|child| child.name == "entry"), || {
        "metadata after entries".into()
    });
    once(p, &feed, &["id", "title", "updated"], &["subtitle", "generator"]);
    p.check(feed.count("author") > 0, || "no author of the feed".into());
    let rels = |rel: &str| feed.all("link").filter(|link| link.attribute("rel") == Some(rel)).count();
    p.check(rels("self") == 1 && rels("alternate") == 1, || "self or alternate".into());
    common(p, &feed);
    let time = |node: &Node| node.value("updated").and_then(|text| text.parse::<jiff::Timestamp>().ok());
    p.check(feed.all("entry").all(|entry| time(entry) <= time(&feed)), || "updated before an entry".into());
    let mut ids = HashSet::new();
    for entry in feed.all("entry") {
        p.check(ids.insert(entry.value("id")), || format!("the id {:?} comes twice", entry.value("id")));
        check_entry(p, entry);
    }
    problems.none(document);
    feed
}

fn once(p: &mut Problems, node: &Node, must: &[&str], may: &[&str]) {
    for name in must {
        p.check(node.count(name) == 1, || format!("{} <{name}> in <{}>", node.count(name), node.name));
    }
    for name in may {
        p.check(node.count(name) < 2, || format!("{} <{name}> in <{}>", node.count(name), node.name));
    }
}

fn lang(p: &mut Problems, node: &Node) {
    let lang = node.attribute("xml:lang").unwrap_or_default();
    p.check(lang.is_empty() || rules::language(lang), || format!("xml:lang {lang:?}"));
}

/// What feeds, entries and sources have in common.
fn common(p: &mut Problems, node: &Node) {
    p.check(node.value("id").is_some_and(rules::iri), || format!("id {:?}", node.value("id")));
    for date in ["updated", "published"].into_iter().filter_map(|name| node.value(name)) {
        p.check(rules::rfc3339(date), || format!("date {date}"));
    }
    for text in ["title", "subtitle", "summary", "content"].into_iter().flat_map(|name| node.all(name)) {
        construct(p, text);
    }
    for author in node.all("author") {
        once(p, author, &["name"], &["uri"]);
        let name = author.value("name").unwrap_or_default();
        p.check(rules::line(name) && rules::no_markup(name), || format!("author {name:?}"));
        p.check(author.value("uri").is_none_or(rules::http_uri), || format!("{author:?}"));
    }
    for link in node.all("link") {
        let rel = link.attribute("rel").unwrap_or_default();
        p.check(RELATIONS.contains(&rel), || format!("rel {rel}"));
        p.check(link.attribute("href").is_some_and(rules::http_uri), || format!("{link:?}"));
        p.check(link.attribute("type").is_none_or(rules::media_type), || format!("{link:?}"));
        p.check(link.attribute("length").is_none_or(|n| n.parse::<u64>().is_ok()), || format!("{link:?}"));
        let title = link.attribute("title");
        p.check(title.is_none_or(|t| rules::line(t) && rules::no_markup(t)), || format!("{link:?}"));
        p.check(link.text.is_empty() && link.children.is_empty(), || format!("{link:?}"));
    }
    for category in node.all("category") {
        let term = category.attribute("term").unwrap_or_default();
        p.check(rules::line(term), || format!("{category:?}"));
    }
}

/// RFC 4287 §3.1: what is text has no markup, what is HTML is declared so.
fn construct(p: &mut Problems, text: &Node) {
    let fits = match text.attribute("type") {
        None | Some("text") => rules::no_markup(&text.text),
        Some("html") => rules::clean_html(&text.text),
        Some(_) => false,
    };
    p.check(fits && text.children.is_empty(), || format!("{text:?}"));
    p.check(!text.text.trim().is_empty(), || format!("<{}> is empty", text.name));
}

fn check_entry(p: &mut Problems, entry: &Node) {
    lang(p, entry);
    once(p, entry, &["id", "title", "updated", "published"], &["summary", "content", "source"]);
    common(p, entry);
    let alternates = entry.all("link").filter(|link| link.attribute("rel") == Some("alternate")).count();
    p.check(alternates < 2, || "more than one alternate".into());
    p.check(alternates == 1 || entry.count("content") == 1, || "neither alternate nor content".into());
    p.check(entry.count("content") + entry.count("summary") > 0, || "neither content nor summary".into());
    for source in entry.all("source") {
        once(p, source, &["id", "title", "updated"], &[]);
        common(p, source);
    }
    for media in entry.all("media:content") {
        super::media_content(p, media);
    }
}
