//! JSON as hand-made programs write it, made JSON (RFC 8259): commas before a
//! closing bracket, line breaks and unknown escapes within strings, comments,
//! numbers that are none (`NaN`).

/// The text with these mistakes mended, and the position of the first.
/// What is JSON stays as it is.
pub(super) fn json(text: &str) -> (String, Option<usize>) {
    let mut out = String::with_capacity(text.len() + 64);
    let (mut first, mut in_string, mut done, mut endless) = (None, false, 0, false);
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
            b'/' if !in_string => comment(&text[at..], &mut endless).map(|len| (" ", len)),
            b'N' | b'I' | b'u' | b'-' if !in_string => nothing(&text[at..]).map(|len| ("null", len)),
            _ => None,
        };
        if let Some((instead, len)) = mend {
            first = first.or(Some(at));
            out.push_str(&text[done..at]);
            out.push_str(instead);
            done = at + len;
            // What is left out is not looked at.
            at = done;
        } else {
            at += 1;
        }
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

/// Length of the comment that `text` begins with. `endless` is set once one has no
/// end, so that no other is searched to the end of the text.
fn comment(text: &str, endless: &mut bool) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find(['\n', '\r']).unwrap_or(text.len()));
    }
    let inside = text.strip_prefix("/*").filter(|_| !*endless)?;
    let end = inside.find("*/").map(|end| end + 4);
    *endless = end.is_none();
    end
}

/// Length of a value that JavaScript and Python know and JSON does not.
fn nothing(text: &str) -> Option<usize> {
    let word = ["NaN", "Infinity", "-Infinity", "-NaN", "None", "undefined"];
    let len = word.into_iter().find(|word| text.starts_with(word))?.len();
    let goes_on = text[len..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    (!goes_on).then_some(len)
}

/// The JSON in `text` without what programs put around it: a function's name and
/// parenthesis (JSONP), a line that keeps browsers from running it, a message
/// before it. Where it begins, too; `None` if no object of a feed is in sight.
pub(super) fn unwrap(text: &str) -> Option<(usize, &str)> {
    let start = super::text::head(text, 4096).find('{')?;
    if text[..start].contains('<') || !text[start + 1..].trim_start().starts_with('"') {
        return None;
    }
    let inside = &text[start..];
    let called = text[..start].trim_end().ends_with('(');
    let end = inside.rfind(')').filter(|_| called).unwrap_or(inside.len());
    Some((start, inside[..end].trim_end()))
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
            (r#"{"a": NaN, "b": [-Infinity,Infinity]}"#, r#"{"a": null, "b": [null,null]}"#),
            ("{ // one \"\n\"a\": 1 /* two\n\" */ }", "{  \n\"a\": 1   }"),
        ] {
            let (mended, first) = json(text);
            assert_eq!(mended, want);
            assert!(first.is_some());
            assert!(serde_json::from_str::<serde_json::Value>(&mended).is_ok(), "{mended}");
        }
        for right in [
            r#"{"a": ",]", "b": "\\", "c": "\u00e9\"\/\n", "d": [1, 2], "e": "NaN // /* */"}"#,
            "",
            "{",
            "\"\\",
        ] {
            let (mended, first) = json(right);
            assert!(first.is_none() || right.ends_with('\\'), "{right}");
            assert!(right.starts_with(&mended), "{right}");
        }
    }

    #[test]
    fn wrappings() {
        let object = r#"{"version": "x)"}"#;
        for text in ["show({});", "/**/ a.b( {} )\n", ")]}',\n{}", "Notice: x\n{}"] {
            let wrapped = text.replace("{}", object);
            let (at, inside) = unwrap(&wrapped).unwrap();
            assert_eq!((at, inside), (text.find("{}").unwrap(), object), "{text}");
        }
        for other in ["<p>{\"a\": 1}", "a {b}", "", "{"] {
            assert_eq!(unwrap(other), None, "{other}");
        }
    }
}
