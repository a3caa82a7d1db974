//! What jsonfeed.org asks of a feed of version 1.1.

use super::rules::{self, Problems};
use super::xml;
use serde_json::{Map, Value};
use std::collections::HashSet;

const FEED: [&str; 10] = [
    "version",
    "title",
    "home_page_url",
    "feed_url",
    "next_url",
    "description",
    "authors",
    "language",
    "hubs",
    "items",
];
const ITEM: [&str; 13] = [
    "id",
    "url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "image",
    "date_published",
    "date_modified",
    "authors",
    "tags",
    "language",
    "attachments",
];

/// # Panics
/// If the document is no valid JSON Feed.
pub fn valid(document: &str) -> Value {
    xml::only_allowed(document);
    let feed: Value = serde_json::from_str(document).unwrap();
    let mut problems = Problems::default();
    let p = &mut problems;
    let object = feed.as_object().unwrap();
    known(p, object, &FEED);
    p.check(feed["version"] == "https://jsonfeed.org/version/1.1", || "version".into());
    p.check(feed["title"].as_str().is_some_and(|title| !title.is_empty()), || "title".into());
    addresses(p, object, &["home_page_url", "feed_url", "next_url"]);
    people(p, object);
    let mut ids = HashSet::new();
    for item in feed["items"].as_array().unwrap() {
        let item = item.as_object().unwrap();
        let id = item["id"].as_str().unwrap_or_default();
        p.check(!id.is_empty() && ids.insert(id), || format!("id {id:?}"));
        check_item(p, item);
    }
    problems.none(document);
    feed
}

fn known(p: &mut Problems, object: &Map<String, Value>, names: &[&str]) {
    for (key, value) in object {
        let extension = key.strip_prefix('_').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
        p.check(extension || names.contains(&key.as_str()), || format!("unknown key {key}"));
        p.check(!value.is_null(), || format!("{key} is null"));
    }
}

fn addresses(p: &mut Problems, object: &Map<String, Value>, names: &[&str]) {
    for value in names.iter().filter_map(|name| object.get(*name)) {
        p.check(value.as_str().is_some_and(rules::http_uri), || format!("address {value}"));
    }
}

fn people(p: &mut Problems, object: &Map<String, Value>) {
    for author in object.get("authors").and_then(Value::as_array).into_iter().flatten() {
        let author = author.as_object().unwrap();
        let name = author.get("name").and_then(Value::as_str);
        p.check(name.is_some_and(rules::line), || format!("{author:?}"));
        addresses(p, author, &["url"]);
    }
    let language = object.get("language").map(|language| language.as_str().is_some_and(rules::language));
    p.check(language != Some(false), || "language".into());
}

fn check_item(p: &mut Problems, item: &Map<String, Value>) {
    known(p, item, &ITEM);
    let texts = ["content_html", "content_text"].into_iter().filter_map(|name| item.get(name));
    p.check(texts.clone().count() > 0 && texts.clone().all(Value::is_string), || "no content".into());
    let html = item.get("content_html").and_then(Value::as_str);
    p.check(html.is_none_or(rules::clean_html), || format!("{html:?}"));
    for name in ["date_published", "date_modified"] {
        p.check(item[name].as_str().is_some_and(rules::rfc3339), || format!("{name} {}", item[name]));
    }
    addresses(p, item, &["url", "image"]);
    people(p, item);
    for tag in item.get("tags").and_then(Value::as_array).into_iter().flatten() {
        p.check(tag.as_str().is_some_and(rules::line), || format!("tag {tag}"));
    }
    for attachment in item.get("attachments").and_then(Value::as_array).into_iter().flatten() {
        let attachment = attachment.as_object().unwrap();
        known(p, attachment, &["url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"]);
        p.check(attachment.contains_key("url"), || "an attachment without an address".into());
        addresses(p, attachment, &["url"]);
        let kind = attachment.get("mime_type").and_then(Value::as_str);
        p.check(kind.is_some_and(rules::media_type), || format!("{attachment:?}"));
        for name in ["size_in_bytes", "duration_in_seconds"] {
            let number = attachment.get(name);
            p.check(number.is_none_or(|n| n.as_u64().is_some_and(|n| n > 0)), || format!("{attachment:?}"));
        }
    }
}
