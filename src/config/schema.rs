//! JSON Schema of the configuration, from the same table of keys that reads it.

use super::access::MOST_HEADERS;
use super::keys::{self, Fallback, Key, Kind, MAX_BYTES, Shape};
use serde_json::{Map, Value, json};
use toml::de::DeValue;

/// JSON Schema (draft 2020-12) of the main file: exactly the keys this version accepts.
///
/// Patterns let `${VAR}` pass, since only the file's reader knows its value.
pub fn schema() -> Value {
    let mut root = object(keys::TOP, &[]);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("Configuration of Offprint");
    for (name, keys) in keys::SECTIONS {
        let table = match name {
            "" => continue,
            "hosts.NAME" => json!({ "type": "object", "additionalProperties": object(keys, &[]) }),
            "sources.NAME" => json!({
                "type": "object",
                "propertyNames": { "pattern": "^[a-z0-9][a-z0-9._-]*$", "maxLength": 100 },
                "additionalProperties": with_required(object(keys, &[]), &["url"]),
            }),
            "outputs.NAME" => json!({
                "type": "object",
                "propertyNames": { "pattern": "^[a-z0-9][a-z0-9._-]*$", "maxLength": 100 },
                "additionalProperties": object(keys, &[]),
            }),
            "defaults" => object(keys, &keys::OWN_ONLY),
            _ => object(keys, &[]),
        };
        let property = name.split('.').next().unwrap_or(name);
        merge(&mut root["properties"][property], table);
    }
    root
}

/// An object with the built keys, but for those of `without`.
fn object(keys: &[Key], without: &[&str]) -> Value {
    let mut properties = Map::new();
    for key in keys.iter().filter(|key| !without.contains(&key.name)) {
        let mut property = value(key.kind);
        property["description"] = json!(match key.default {
            Fallback::Note(note) if !matches!(key.kind, Kind::Table) =>
                format!("{} Default: {note}.", key.doc),
            _ => key.doc.to_owned(),
        });
        if let Fallback::Is(text) = key.default {
            property["default"] = default(text);
        }
        properties.insert(key.name.to_owned(), property);
    }
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn with_required(mut object: Value, names: &[&str]) -> Value {
    object["required"] = json!(names);
    object
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

fn value(kind: Kind) -> Value {
    match kind {
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Count(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Kind::Span { zero, max } => string(
            if zero { r"(\d+(ms|[smhdw]))+" } else { r"(?=.*[1-9])(\d+(ms|[smhdw]))+" },
            &format!("whole numbers with the units ms, s, m, h, d, w; at most {max}"),
        ),
        Kind::Bytes => string(
            r"(?=.*[1-9])\d+(B|[kKMG]B|[KMG]iB)",
            &format!(
                "a whole number with the unit B, KiB, MiB, GiB, kB, MB or GB; at most {MAX_BYTES} bytes"
            ),
        ),
        Kind::Choice(words) => {
            json!({ "anyOf": [{ "enum": words }, { "type": "string", "pattern": r"\$\{" }] })
        }
        Kind::Text(shape) => text(shape),
        Kind::List(shape) => json!({ "type": "array", "items": text(shape), "maxItems": 1000 }),
        Kind::Rules => {
            let rule = with_required(object(keys::RULE, &[]), &["field", "matches"]);
            json!({ "type": "array", "items": rule })
        }
        Kind::Items => with_required(object(keys::ITEM, &[]), &["select"]),
        Kind::Headers => {
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "maxProperties": MOST_HEADERS })
        }
        Kind::Table => json!({ "type": "object" }),
    }
}

fn text(shape: Shape) -> Value {
    let pattern = match shape {
        Shape::FeedUrl => r"[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#][^\s]*",
        Shape::BaseUrl => r"[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@][^\s?#]*",
        Shape::Listen => r"(unix:/.+|.+:\d{1,5})",
        Shape::UserAgent => r"[ -~]+",
        Shape::Contact => r"[^\s()<>\x22\\]+",
        Shape::Param => r"[^\s*?&=#/]+\*?",
        Shape::Username => r"[^:]+",
        Shape::Host => r"[^*/@\s]+",
        Shape::Proxy => r"(none|([Hh][Tt][Tt][Pp][Ss]?|socks5h)://[^/?#]+/?)",
        Shape::Net => r"[0-9A-Fa-f.:]+(/\d{1,3})?",
        Shape::Line
        | Shape::Query
        | Shape::Path
        | Shape::Glob
        | Shape::Selector
        | Shape::Tag
        | Shape::Pattern => {
            return json!({ "type": "string", "minLength": 1 });
        }
    };
    let mut value = string(pattern, "");
    if let Value::Object(map) = &mut value {
        map.remove("$comment");
    }
    value
}

/// A string of this form, or one with a variable in it.
fn string(pattern: &str, comment: &str) -> Value {
    json!({ "type": "string", "pattern": format!(r"^(?:{pattern})$|\$\{{"), "$comment": comment })
}

/// A default, from TOML to JSON.
fn default(text: &str) -> Value {
    match DeValue::parse(text).map(|value| value.into_inner()) {
        Ok(DeValue::Boolean(flag)) => json!(flag),
        Ok(DeValue::Integer(number)) => {
            number.as_str().parse::<i64>().map_or(Value::Null, |number| json!(number))
        }
        Ok(DeValue::String(text)) => json!(text),
        Ok(DeValue::Array(items)) if items.is_empty() => json!([]),
        _ => Value::Null,
    }
}
