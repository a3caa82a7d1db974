//! `${VAR}` in string values.

use std::borrow::Cow;

/// Longest string that may come out, in bytes.
const MAX: usize = 1 << 20;

/// Replaces `${NAME}` from the environment and `$$` by a dollar sign; any other `$` stays,
/// because regular expressions end with it.
///
/// The error says what is wrong without a value of the environment.
pub(super) fn expand<'t>(
    text: &'t str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Cow<'t, str>, String> {
    if !text.contains('$') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some(inner) = after.strip_prefix('{') {
            let name = inner.find('}').map(|end| &inner[..end]).filter(|name| is_name(name));
            let Some(name) = name else {
                return Err("\"${\" must be followed by the name of a variable and \"}\"; \
                            for the two characters themselves write \"$${\""
                    .into());
            };
            out.push_str(&env(name).ok_or_else(|| {
                format!("the environment variable {name} is not set; set it, or write \"$${{\" for a plain \"${{\"")
            })?);
            rest = &inner[name.len() + 1..];
        } else {
            out.push('$');
            rest = after.strip_prefix('$').unwrap_or(after);
        }
        if out.len() > MAX {
            return Err("with its variables replaced the text is too long".into());
        }
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

fn is_name(text: &str) -> bool {
    text.len() <= 200
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> Option<String> {
        match name {
            "A" => Some("one".into()),
            "_B2" => Some("${A}$$".into()),
            "EMPTY" => Some(String::new()),
            "BIG" => Some("x".repeat(1 << 19)),
            _ => None,
        }
    }

    #[test]
    fn replaced() {
        for (text, wanted) in [
            ("plain", "plain"),
            ("${A}", "one"),
            ("<${A}${A}>", "<oneone>"),
            ("$${A}", "${A}"),
            ("$$$$", "$$"),
            ("$$${A}", "$one"),
            ("end$", "end$"),
            ("$x (a|b)$", "$x (a|b)$"),
            ("${EMPTY}", ""),
            // What comes from the environment is not looked at again.
            ("${_B2}", "${A}$$"),
        ] {
            assert_eq!(expand(text, &env).unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn refused() {
        for text in
            ["${", "${}", "${A", "${NOT_SET}", "${A B}", "${1A}", "${a-b}", "x${\n}", "${BIG}${BIG}${BIG}"]
        {
            assert!(expand(text, &env).is_err(), "{text}");
        }
    }
}
