//! What RSS 2.0, its profile and the modules ask of a feed.

use super::rules::{self, Problems};
use super::xml::{self, Node};
use std::collections::HashSet;

const CHANNEL: [&str; 15] = [
    "title",
    "link",
    "description",
    "language",
    "dc:creator",
    "lastBuildDate",
    "generator",
    "docs",
    "atom:link",
    "itunes:author",
    "itunes:explicit",
    "itunes:category",
    "itunes:owner",
    "itunes:image",
    "item",
];
/// Elements of an item that may come once.
const ONCE: [&str; 16] = [
    "title",
    "link",
    "description",
    "content:encoded",
    "guid",
    "pubDate",
    "atom:updated",
    "dc:language",
    "source",
    "enclosure",
    "itunes:duration",
    "itunes:image",
    "itunes:season",
    "itunes:episode",
    "itunes:episodeType",
    "itunes:explicit",
];
const OFTEN: [&str; 4] = ["dc:creator", "category", "atom:link", "media:content"];

/// # Panics
/// If the document is no valid RSS 2.0.
pub fn valid(document: &str) -> Node {
    xml::only_allowed(document);
    let rss = xml::read(document);
    let mut problems = Problems::default();
    let p = &mut problems;
    p.check(rss.name == "rss" && rss.attribute("version") == Some("2.0"), || "version".into());
    p.check(rss.children.len() == 1 && rss.count("channel") == 1, || "channel".into());
    let channel = &rss.children[0];
    let declared =
        |name: &str| rss.attribute(&format!("xmlns:{}", name.split(':').next().unwrap())).is_some();
    prefixes(p, channel, &declared);
    check_channel(p, channel);
    let mut guids = HashSet::new();
    for item in channel.all("item") {
        p.check(guids.insert(item.value("guid")), || format!("guid {:?} comes twice", item.value("guid")));
        check_item(p, item);
    }
    problems.none(document);
    rss
}

fn prefixes(p: &mut Problems, node: &Node, declared: &dyn Fn(&str) -> bool) {
    p.check(!node.name.contains(':') || declared(&node.name), || format!("{} is not declared", node.name));
    for child in &node.children {
        prefixes(p, child, declared);
    }
}

fn check_channel(p: &mut Problems, channel: &Node) {
    for name in ["title", "link", "description", "lastBuildDate"] {
        p.check(channel.count(name) == 1, || format!("{} <{name}>", channel.count(name)));
    }
    for child in &channel.children {
        p.check(CHANNEL.contains(&child.name.as_str()), || format!("<{}> in a channel", child.name));
        let often = matches!(child.name.as_str(), "item" | "atom:link" | "dc:creator");
        p.check(often || channel.count(&child.name) == 1, || format!("<{}> comes twice", child.name));
    }
    let items =
        channel.children.iter().position(|child| child.name == "item").unwrap_or(channel.children.len());
    p.check(channel.children[items..].iter().all(|child| child.name == "item"), || {
        "items are not last".into()
    });
    p.check(channel.value("link").is_some_and(rules::http_uri), || "link".into());
    p.check(channel.value("language").is_none_or(rules::language), || "language".into());
    p.check(channel.value("lastBuildDate").is_some_and(rules::rfc822), || "lastBuildDate".into());
    for name in ["title", "description", "dc:creator"] {
        p.check(channel.value(name).is_none_or(plain), || format!("{name}: {:?}", channel.value(name)));
    }
    let own = channel.all("atom:link").filter(|link| link.attribute("rel") == Some("self")).count();
    p.check(own == 1, || "no link to itself".into());
    let podcast = channel.all("item").any(|item| item.children.iter().any(|c| c.name.starts_with("itunes:")));
    if podcast {
        for name in ["language", "itunes:category", "itunes:explicit", "itunes:owner", "itunes:author"] {
            p.check(channel.count(name) == 1, || format!("{} <{name}>", channel.count(name)));
        }
        let mail = channel.all("itunes:owner").next().and_then(|owner| owner.value("itunes:email"));
        p.check(mail.is_some_and(|mail| mail.contains('@')), || "no address of the owner".into());
    }
}

fn check_item(p: &mut Problems, item: &Node) {
    for child in &item.children {
        let name = child.name.as_str();
        p.check(ONCE.contains(&name) || OFTEN.contains(&name), || format!("<{name}> in an item"));
        p.check(!ONCE.contains(&name) || item.count(name) == 1, || format!("<{name}> comes twice"));
    }
    p.check(item.count("title") + item.count("description") > 0, || "neither title nor description".into());
    for name in ["title", "category", "dc:creator", "source"] {
        for child in item.all(name) {
            p.check(plain(&child.text), || format!("{child:?}"));
        }
    }
    for name in ["description", "content:encoded"] {
        p.check(item.value(name).is_none_or(rules::clean_html), || format!("{name}: {:?}", item.value(name)));
    }
    let place = |name: &str| item.children.iter().position(|child| child.name == name);
    let full = place("content:encoded");
    p.check(full.is_none() || place("description") < full && place("description").is_some(), || {
        "order".into()
    });
    p.check(item.value("link").is_none_or(rules::http_uri), || format!("{:?}", item.value("link")));
    p.check(item.value("pubDate").is_some_and(rules::rfc822), || format!("{:?}", item.value("pubDate")));
    p.check(item.value("atom:updated").is_some_and(rules::rfc3339), || "atom:updated".into());
    p.check(item.value("dc:language").is_none_or(rules::language), || "dc:language".into());
    let guid = item.all("guid").next();
    let lasting = guid.is_some_and(|g| rules::iri(&g.text) && g.attribute("isPermaLink") == Some("false"));
    p.check(lasting, || format!("{guid:?}"));
    for source in item.all("source") {
        p.check(source.attribute("url").is_some_and(rules::http_uri), || format!("{source:?}"));
    }
    for link in item.all("atom:link") {
        p.check(link.attribute("href").is_some_and(rules::http_uri), || format!("{link:?}"));
        p.check(link.attribute("title").is_none_or(rules::line), || format!("{link:?}"));
    }
    for enclosure in item.all("enclosure") {
        p.check(enclosure.attribute("url").is_some_and(rules::http_uri), || format!("{enclosure:?}"));
        p.check(enclosure.attribute("type").is_some_and(rules::media_type), || format!("{enclosure:?}"));
        let length = enclosure.attribute("length").and_then(|length| length.parse::<u64>().ok());
        p.check(length.is_some(), || format!("{enclosure:?}"));
    }
    for media in item.all("media:content") {
        super::media_content(p, media);
    }
    podcast(p, item);
}

fn podcast(p: &mut Problems, item: &Node) {
    for name in ["itunes:duration", "itunes:season", "itunes:episode"] {
        let positive = |text: &str| text.parse::<u64>().is_ok_and(|number| number > 0);
        p.check(item.value(name).is_none_or(positive), || format!("{name}: {:?}", item.value(name)));
    }
    let kinds = ["full", "trailer", "bonus"];
    p.check(item.value("itunes:episodeType").is_none_or(|kind| kinds.contains(&kind)), || {
        "episodeType".into()
    });
    let explicit = item.value("itunes:explicit");
    p.check(explicit.is_none_or(|flag| ["true", "false"].contains(&flag)), || "explicit".into());
    for image in item.all("itunes:image") {
        p.check(image.attribute("href").is_some_and(rules::http_uri), || format!("{image:?}"));
    }
}

/// Plain text that no decoding turns into markup.
fn plain(text: &str) -> bool {
    // What would be decoded a second time gives the text, which may hold anything.
    let tag = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
    rules::line(text) && !text.match_indices('<').any(|(at, _)| tag(&text[at + 1..]))
}
