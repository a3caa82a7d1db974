//! As much of Rust's grammar as the rules need.

use regex::Regex;

/// The source with comments, strings and characters blanked out, of the same length.
pub fn without_text(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = text_end(source, at).unwrap_or(at);
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    // Only whole comments and strings became blanks: what is left is still UTF-8.
    String::from_utf8(out).unwrap()
}

/// The end of the comment, string or character that begins at `at`, if one does.
fn text_end(source: &str, at: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    let rest = &bytes[at..];
    let after_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    let find = |needle: &str, from: usize| {
        source.as_bytes()[from..].windows(needle.len()).position(|w| w == needle.as_bytes()).map(|n| from + n)
    };
    if rest.starts_with(b"//") {
        return Some(find("\n", at).unwrap_or(bytes.len()));
    }
    if rest.starts_with(b"/*") {
        return Some(comment_end(bytes, at));
    }
    if rest[0] == b'"' {
        return Some(quote_end(bytes, at + 1, b'"'));
    }
    if rest[0] == b'r' && (!after_word || bytes[at - 1] == b'b') {
        let hashes = rest[1..].iter().take_while(|&&b| b == b'#').count();
        if rest.get(1 + hashes) == Some(&b'"') {
            let close = format!("\"{}", "#".repeat(hashes));
            return Some(find(&close, at + 2 + hashes).map_or(bytes.len(), |end| end + close.len()));
        }
    }
    // 'a' is a character, 'a is a lifetime.
    if rest[0] == b'\'' {
        let length = source[at + 1..].chars().next()?.len_utf8();
        if rest[1] == b'\\' || rest.get(1 + length) == Some(&b'\'') {
            return Some(quote_end(bytes, at + 1, b'\''));
        }
    }
    None
}

fn comment_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn quote_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// Code (without text) with what stands under `#[cfg(test)]` blanked out.
pub fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    for found in Regex::new(r"#\[cfg\((?:test|all\(test\b[^\]]*)\)\]").unwrap().find_iter(code) {
        let rest = &code[found.end()..];
        let end = match rest.find(['{', ';']) {
            Some(open) if rest.as_bytes()[open] == b'{' => found.end() + block_end(rest, open),
            Some(semicolon) => found.end() + semicolon + 1,
            None => code.len(),
        };
        let blank: String =
            code[found.start()..end].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
        out.replace_range(found.start()..end, &blank);
    }
    out
}

/// The end of the block whose brace is at `open`.
fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// Line and first step of every path that starts with `root::`, also in `root::{…}`.
pub fn roots_named(code: &str, root: &str) -> Vec<(usize, String)> {
    let start = Regex::new(&format!(r"\b{root}\s*::\s*(\{{|\w+)")).unwrap();
    let first = Regex::new(r"^\s*(\w+)").unwrap();
    let mut found = Vec::new();
    for captures in start.captures_iter(code) {
        let step = captures.get(1).unwrap();
        let line_at = |at: usize| code[..at].matches('\n').count() + 1;
        if step.as_str() != "{" {
            found.push((line_at(step.start()), step.as_str().to_owned()));
            continue;
        }
        let inside = step.end()..block_end(code, step.start()).saturating_sub(1).max(step.end());
        let mut depth = 0;
        let mut item = true;
        for (at, c) in code[inside.clone()].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => item = true,
                c if item && !c.is_whitespace() => {
                    item = false;
                    let at = inside.start + at;
                    let name = first.captures(&code[at..]).map(|c| c[1].to_owned());
                    found.extend(name.map(|name| (line_at(at), name)));
                }
                _ => {}
            }
        }
    }
    found
}

/// Name, first line and number of lines of every function with a body.
pub fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for captures in Regex::new(r"\bfn\s+(\w+)").unwrap().captures_iter(code) {
        let start = captures.get(0).unwrap().start();
        let rest = &code[start..];
        let mut depth = 0;
        let body = rest.bytes().position(|byte| {
            match byte {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth -= 1,
                _ => {}
            }
            depth == 0 && matches!(byte, b'{' | b';')
        });
        let Some(open) = body.filter(|&open| rest.as_bytes()[open] == b'{') else { continue };
        let lines = rest[..block_end(rest, open)].matches('\n').count() + 1;
        found.push((captures[1].to_owned(), code[..start].matches('\n').count() + 1, lines));
    }
    found
}
