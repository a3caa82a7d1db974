//! The words of messages: what was found, what was meant, what may be shown.

use super::keys::{self, Key, Kind};
use toml::de::DeValue;

/// A value with its article.
pub(super) fn a(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// Says which type was wanted and which one stands there.
pub(super) fn wrong_type(kind: Kind, found: &DeValue<'_>) -> String {
    let bare = match found {
        DeValue::Integer(number) if number.radix() == 10 && number.as_str().len() <= 20 => {
            Some(number.as_str())
        }
        _ => None,
    };
    let wanted = match (kind, bare) {
        (Kind::Span { .. }, Some(n)) if !n.starts_with('-') => {
            return format!(
                "the unit is missing; write for example \"{n}s\" or \"{n}m\" (ms, s, m, h, d, w)"
            );
        }
        (Kind::Bytes, Some(n)) if !n.starts_with('-') => {
            return format!(
                "the unit is missing; write for example \"{n}KiB\" or \"{n}MiB\" (B, KiB, MiB, GiB)"
            );
        }
        (Kind::Flag, _) => "true or false".into(),
        (Kind::Count(..), _) => "an integer".into(),
        (Kind::Span { .. }, _) => "a string such as \"90s\" or \"1h30m\"".into(),
        (Kind::Bytes, _) => "a string such as \"500KiB\" or \"10MiB\"".into(),
        (Kind::Choice(words), _) => list(words),
        (Kind::List(_), _) => "an array of strings such as [\"…\"]".into(),
        (Kind::Rules, _) => "an array such as [{ field = \"title\", matches = \"some words\" }]".into(),
        (Kind::Items, _) => "a table such as { select = \"article.teaser\" }".into(),
        (Kind::Headers, _) => "a table such as { X-Api-Key = \"…\" }".into(),
        (Kind::Table, _) => "a table".into(),
        (Kind::Text(_), _) => String::from("a string"),
    };
    format!("expected {wanted}, found {}", a(found))
}

/// Names the word that was probably meant, or all.
pub(super) fn not_a_choice(words: &[&str], found: &str) -> String {
    match nearest(found, words.iter().copied()) {
        Some(word) => format!("not one of the values; did you mean \"{word}\"?"),
        None => format!("not one of the values; write {}", list(words)),
    }
}

/// Names the key that was probably meant, or the place where this one belongs, or all known ones.
pub(super) fn unknown(prefix: &str, known: &[Key], name: &str) -> String {
    let usable = |key: &&Key| prefix != "defaults" || !is_own(key.name);
    let names = || known.iter().filter(usable).map(|key| key.name);
    if let Some(near) = nearest(name, names()) {
        return format!("unknown key; did you mean \"{near}\"?");
    }
    let elsewhere =
        keys::SECTIONS.iter().find(|(_, keys)| keys.iter().filter(usable).any(|key| key.name == name));
    match elsewhere {
        Some(("", _)) => "unknown key here; it belongs to the top of the file, above every [table]".into(),
        Some((section, _)) => format!("unknown key here; did you mean it for [{section}]?"),
        None => format!("unknown key; known here: {}", names().collect::<Vec<_>>().join(", ")),
    }
}

fn is_own(name: &str) -> bool {
    keys::OWN_ONLY.contains(&name)
}

/// The name that differs least, if it differs little.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > 64 {
        return None;
    }
    let plain = name.to_lowercase().replace('-', "_");
    known
        .map(|known| (strsim::osa_distance(&plain, known), known))
        .min()
        .filter(|(distance, known)| {
            *distance <= (known.len().max(plain.len()) / 3).max(1) && *distance < plain.len()
        })
        .map(|(_, known)| known)
}

fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// A key as it may be shown: quoted if it isn't a bare one, and never what could be a password.
pub(super) fn shown_key(name: &str) -> String {
    let bare =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let cut: String = name.chars().take(60).collect();
    let dots = if cut.len() < name.len() { "…" } else { "" };
    if bare {
        format!("{cut}{dots}")
    } else if name.contains('@') {
        "\"…\"".into()
    } else {
        format!("\"{}{dots}\"", cut.escape_debug())
    }
}

/// The beginning of a message: the value as the file has it, variables not replaced.
/// Nothing for long ones and for what could be an address with a password in it.
pub(super) fn shown_value(raw: &str) -> String {
    let harmless = raw.len() <= 40 && !raw.is_empty() && !raw.contains(['@', '/', ':']);
    if harmless { format!("\"{}\": ", raw.escape_debug()) } else { String::new() }
}
