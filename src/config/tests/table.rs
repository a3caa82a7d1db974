//! The table of keys, the reader, the schema and the manual say the same.

use super::{bad, good};
use crate::config::keys::{self, Fallback, Key, Kind, Shape};
use crate::config::{read, schema};
use serde_json::Value;
use std::collections::BTreeSet;

/// A value that is right for the key, as TOML.
fn example(key: &Key) -> &'static str {
    match (key.default, key.kind) {
        (Fallback::Is(text), _) => text,
        (_, Kind::Flag) => "true",
        (_, Kind::Count(..)) => "7",
        (_, Kind::Choice(&["full", ..])) => "\"full\"",
        (_, Kind::Choice(&["cluster", ..])) => "\"all\"",
        (_, Kind::Rules) => "[]",
        (_, Kind::Span { .. }) => "\"7s\"",
        (_, Kind::Text(Shape::FeedUrl | Shape::BaseUrl | Shape::Contact)) => "\"https://example.org/x\"",
        (_, Kind::Items) => "{ select = \"li\" }",
        _ if matches!(key.name, "token_file" | "password_file") => "\"token\"",
        _ if key.name == "cookie_file" => "\"cookies\"",
        (_, Kind::Headers) => "{ X-Api-Key = \"x\" }",
        (_, Kind::Text(Shape::Proxy)) => "\"socks5h://127.0.0.1:9050\"",
        (_, Kind::Text(_)) => "\"x\"",
        (_, Kind::List(_)) => "[]",
        (_, kind) => panic!("no example for {kind:?}"),
    }
}

/// A file that sets one key of one table.
fn file(section: &str, key: &str, value: &str) -> String {
    let url =
        if section.starts_with("sources") && key != "url" { "url = \"https://example.org/\"\n" } else { "" };
    let kind = if section.starts_with("sources") && key == "items" { "kind = \"page\"\n" } else { "" };
    // These two go together.
    let other = match key {
        "username" => "password_file = \"token\"\n",
        "password_file" => "username = \"x\"\n",
        _ => "",
    };
    match section {
        "" => format!("{key} = {value}\n"),
        "hosts.NAME" => format!("[hosts.\"example.org\"]\n{key} = {value}\n"),
        _ => format!("[{}]\n{url}{kind}{other}{key} = {value}\n", section.replace("NAME", "a")),
    }
}

fn schema_keys(section: &str) -> BTreeSet<String> {
    let whole = schema();
    let object = match section {
        "" => &whole,
        "sources.NAME" => &whole["properties"]["sources"]["additionalProperties"],
        "hosts.NAME" => &whole["properties"]["hosts"]["additionalProperties"],
        "outputs.NAME" => &whole["properties"]["outputs"]["additionalProperties"],
        _ => &whole["properties"][section],
    };
    assert_eq!(object["additionalProperties"], Value::Bool(false), "{section}");
    object["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn reader_and_schema_know_the_same_keys() {
    for (section, keys) in keys::SECTIONS {
        let mut accepted = BTreeSet::new();
        for key in keys {
            let own_only = section == "defaults" && keys::OWN_ONLY.contains(&key.name);
            match key.kind {
                Kind::Table => {
                    accepted.insert(key.name.to_owned());
                    good(&format!("[{}]\n", key.name));
                }
                _ if own_only => {
                    assert!(bad(&file(section, key.name, example(key))).contains("cannot be a default"))
                }
                _ => {
                    accepted.insert(key.name.to_owned());
                    good(&file(section, key.name, example(key)));
                }
            }
        }
        assert!(bad(&file(section, "qqqqqq", "1")).contains("unknown key"));
        assert_eq!(schema_keys(section), accepted, "{section}");
    }
}

#[test]
fn every_default_is_a_value() {
    for (section, keys) in keys::SECTIONS {
        let values = read::defaults(keys);
        for key in keys.iter().filter(|key| matches!(key.default, Fallback::Is(_))) {
            assert!(values.get(key.name).is_some(), "{section}.{}", key.name);
        }
        for key in keys {
            assert!(key.doc.ends_with('.'), "{section}.{} is not described", key.name);
        }
    }
}

#[test]
fn defaults_stand_in_the_schema() {
    let whole = schema();
    let at = |path: &str| whole.pointer(path).cloned().unwrap_or_default();
    assert_eq!(at("/properties/output/properties/limit/default"), 200);
    assert_eq!(at("/properties/fetch/properties/timeout/default"), "30s");
    assert_eq!(at("/properties/fetch/properties/allow_private_addresses/default"), false);
    assert_eq!(at("/properties/defaults/properties/tags/default"), serde_json::json!([]));
    assert_eq!(at("/properties/sources/additionalProperties/required/0"), "url");
    assert_eq!(at("/$schema"), "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn schema_patterns_agree_with_the_reader() {
    let whole = schema();
    let pattern = |section: &str, key: &str| {
        let pattern = whole["properties"][section]["properties"][key]["pattern"].as_str().unwrap();
        // The one thing of ECMA-262 that is missing here: "(?=.*[1-9])" is checked by hand.
        let positive = pattern.contains("(?=.*[1-9])");
        let rest = regex::Regex::new(&pattern.replace("(?=.*[1-9])", "")).unwrap();
        move |text: &str| {
            rest.is_match(text)
                && (!positive || text.contains("${") || text.contains(|c: char| ('1'..='9').contains(&c)))
        }
    };
    for (section, key, texts) in [
        ("fetch", "timeout", &["1s", "1h30m", "250ms", "0s", "5", "5 m", "1.5h", "-5s", "", "5M"][..]),
        ("fetch", "host_delay", &["0s", "1s", "0", ""][..]),
        ("fetch", "max_feed_size", &["1B", "10MiB", "1kB", "1GB", "0B", "10", "10M", "1.5MiB"][..]),
        (
            "output",
            "base_url",
            &["https://a.org", "http://a.org/x/", "a.org", "/x", "https://a.org/?x", ""][..],
        ),
        ("server", "listen", &["127.0.0.1:1", "[::1]:0", "unix:/x", "unix:x", "8380"][..]),
    ] {
        let matches = pattern(section, key);
        for text in texts {
            let accepted = super::read(&format!("[{section}]\n{key} = \"{text}\"\n")).is_ok();
            assert_eq!(matches(text), accepted, "{section}.{key} = {text:?}");
        }
        assert!(matches("${ANY}"), "{section}.{key}");
    }
}

#[test]
fn the_manual_describes_every_built_key_and_no_other() {
    let manual = include_str!("../../../docs/configuration.md");
    for (section, keys) in keys::SECTIONS {
        let heading = format!("\n## `[{section}]`");
        let part = match section {
            "" => manual,
            _ => {
                let start = manual.find(&heading).unwrap_or_else(|| panic!("no heading for [{section}]"));
                let rest = &manual[start + 4..];
                &rest[..rest.find("\n## ").unwrap_or(rest.len())]
            }
        };
        for key in keys {
            let row = format!("\n| `{}` |", key.name);
            match key.kind {
                // [defaults] refers to the keys of a source.
                Kind::Table => assert!(manual.contains(&format!("## `[{}", key.name)), "{}", key.name),
                _ if section == "defaults" => {}
                _ => {
                    let line = part.split_once(&row).map(|(_, rest)| rest.lines().next().unwrap_or_default());
                    let line = line.unwrap_or_else(|| panic!("{section}.{} is not described", key.name));
                    check_row(section, key, line);
                }
            }
        }
        for name in part.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | ")) {
            let known = |keys: &[Key]| keys.iter().any(|key| key.name == name.0);
            // The manual's first part has the tables of the whole file.
            let known = section.is_empty() || known(keys) || known(keys::RULE) || known(keys::ITEM);
            assert!(known, "{section}: the manual describes {}, which is no key", name.0);
        }
    }
}

/// The row of a key has its default, the words it may be and the limits of its numbers.
fn check_row(section: &str, key: &Key, line: &str) {
    let name = key.name;
    match key.default {
        Fallback::Is(default) => {
            assert!(line.starts_with(&format!(" `{default}` |")), "{section}.{name}: {line}")
        }
        Fallback::Note("none") => assert!(line.starts_with(" none |"), "{section}.{name}: {line}"),
        Fallback::Note("as in [fetch]") => {
            assert!(line.starts_with(" as in `[fetch]` |"), "{section}.{name}: {line}")
        }
        Fallback::Note(_) => assert!(!line.starts_with(" none |"), "{section}.{name}: {line}"),
    }
    let says = |text: String| assert!(line.contains(&text), "{section}.{name} does not say {text}: {line}");
    match key.kind {
        Kind::Choice(words) => words.iter().for_each(|word| says(format!("`\"{word}\"`"))),
        Kind::Count(from, to) if from >= 0 => says(format!("{from} to {to}")),
        _ => {}
    }
}

#[test]
fn the_manual_of_rules_is_complete() {
    let manual = include_str!("../../../docs/configuration.md");
    for key in keys::RULE.iter().chain(keys::ITEM) {
        let row = format!("\n| `{}` | ", key.name);
        let line = manual.split_once(&row).and_then(|(_, rest)| rest.lines().next());
        let line = line.unwrap_or_else(|| panic!("{} is not described", key.name));
        if let Kind::Choice(words) = key.kind {
            for word in words {
                assert!(line.contains(&format!("`\"{word}\"`")), "{} does not say {word}", key.name);
            }
        }
    }
}

#[test]
fn the_examples_of_the_manual_are_right() {
    let manual = include_str!("../../../docs/configuration.md");
    let examples: Vec<&str> =
        manual.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect();
    assert!(examples.len() >= 10);
    for example in examples {
        good(&example.replace("${MEMBERS_PASSWORD}", "${SECRET}"));
    }
}
