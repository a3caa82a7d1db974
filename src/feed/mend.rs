//! JSON as hand-made programs write it, made JSON (RFC 8259): commas before a
//! closing bracket, line breaks and unknown escapes within strings.

/// The text with these mistakes mended, and the position of the first.
/// What is JSON stays as it is.
pub(super) fn json(text: &str) -> (String, Option<usize>) {
    let mut out = String::with_capacity(text.len() + 64);
    let (mut first, mut in_string, mut done) = (None, false, 0);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        // What is put in place of how many bytes.
        let mend = match b {
            b'"' => {
                in_string = !in_string;
                None
            }
            b'\\' if in_string => match escape(&bytes[at + 1..]) {
                Some(len) => {
                    at += len;
                    None
                }
                None => Some(("", 1)),
            },
            b'\n' if in_string => Some(("\\n", 1)),
            b'\r' if in_string => Some(("\\r", 1)),
            b'\t' if in_string => Some(("\\t", 1)),
            0..0x20 if in_string => Some(("", 1)),
            b',' if !in_string && closes(&bytes[at + 1..]) => Some(("", 1)),
            _ => None,
        };
        if let Some((instead, len)) = mend {
            first = first.or(Some(at));
            out.push_str(&text[done..at]);
            out.push_str(instead);
            done = at + len;
        }
        at += 1;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    (out, first)
}

/// Length of what may follow a backslash; `None` if JSON does not know it.
fn escape(rest: &[u8]) -> Option<usize> {
    match rest.first()? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(1),
        b'u' => rest.get(1..5).filter(|hex| hex.iter().all(u8::is_ascii_hexdigit)).map(|_| 5),
        _ => None,
    }
}

/// Whether the next that is no white space ends a list or an object.
fn closes(rest: &[u8]) -> bool {
    // A bounded look, or many blanks between many commas would be read over and over.
    matches!(rest.iter().take(4096).find(|b| !b.is_ascii_whitespace()), Some(b']' | b'}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes() {
        for (text, want) in [
            (r#"{"a": [1, 2,], "b": {"c": 1 , } }"#, r#"{"a": [1, 2], "b": {"c": 1  } }"#),
            ("{\"a\": \"b\nc\td\u{1}\"}", r#"{"a": "b\nc\td"}"#),
            (r#"{"a": "it\'s \x \u12"}"#, r#"{"a": "it's x u12"}"#),
            (r#"{"a": "é\é"}"#, r#"{"a": "éé"}"#),
        ] {
            let (mended, first) = json(text);
            assert_eq!(mended, want);
            assert!(first.is_some());
            assert!(serde_json::from_str::<serde_json::Value>(&mended).is_ok(), "{mended}");
        }
        for right in [r#"{"a": ",]", "b": "\\", "c": "\u00e9\"\/\n", "d": [1, 2]}"#, "", "{", "\"\\"] {
            let (mended, first) = json(right);
            assert!(first.is_none() || right.ends_with('\\'), "{right}");
            assert!(right.starts_with(&mended), "{right}");
        }
    }
}
