//! Addresses in markup: only what can be followed without harm, made absolute.

use url::Url;

/// Longest address that is kept, in bytes.
const MAX_LEN: usize = 8192;

/// The absolute form of an address in markup (references already decoded), if
/// its scheme is http, https or, where `mail` is set, mailto. Blanks around it,
/// and controls and line ends anywhere in it, are removed first, as browsers do.
pub fn safe_url(value: &str, base: Option<&Url>, mail: bool) -> Option<String> {
    let cleaned: String =
        value.chars().filter(|&c| !c.is_control() && super::entities::is_clean(c)).collect();
    let cleaned = cleaned.trim();
    if cleaned.is_empty() || cleaned.len() > MAX_LEN {
        return None;
    }
    let url = match base {
        Some(base) => base.join(cleaned).ok()?,
        None => Url::parse(cleaned).ok()?,
    };
    let fine = match url.scheme() {
        "http" | "https" => url.has_host(),
        "mailto" => mail,
        _ => false,
    };
    let text = String::from(url);
    (fine && text.len() <= MAX_LEN).then_some(text)
}

/// A `srcset` with every candidate made absolute and checked (WHATWG HTML
/// §4.8.4.2.2); `None` if none is left. At most 64 candidates are looked at.
pub fn safe_srcset(value: &str, base: Option<&Url>) -> Option<String> {
    let mut out = String::new();
    let mut rest = value;
    for _ in 0..64 {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let bare = address.trim_end_matches(',');
        let descriptor;
        if bare.len() < address.len() {
            (descriptor, rest) = ("", after);
        } else {
            let stop = after.find(',').unwrap_or(after.len());
            (descriptor, rest) = (after[..stop].trim(), &after[stop..]);
        }
        let Some(url) = safe_url(bare, base, false) else { continue };
        if !descriptor.is_empty() && !is_descriptor(descriptor) {
            continue;
        }
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(url.trim_end_matches(','));
        if !descriptor.is_empty() {
            out.push(' ');
            out.push_str(descriptor);
        }
    }
    (!out.is_empty()).then_some(out)
}

fn is_descriptor(text: &str) -> bool {
    text.len() < 24
        && text.split_ascii_whitespace().all(|part| {
            part.ends_with(['w', 'x', 'h'])
                && part[..part.len() - 1].bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let base = Url::parse("https://site.example/a/b").ok();
        let base = base.as_ref();
        for (input, expected) in [
            ("c?d", Some("https://site.example/a/c?d")),
            ("//cdn.example/x", Some("https://cdn.example/x")),
            (" https://x.example ", Some("https://x.example/")),
            ("#top", Some("https://site.example/a/b#top")),
            ("mailto:a@b.example", Some("mailto:a@b.example")),
            ("javascript:alert(1)", None),
            ("java\tscript:alert(1)", None),
            ("\u{1}javascript:alert(1)", None),
            (" JAVASCRIPT&colon;", Some("https://site.example/a/JAVASCRIPT&colon;")),
            ("data:text/html,x", None),
            ("vbscript:x", None),
            ("file:///etc/passwd", None),
            ("", None),
        ] {
            assert_eq!(safe_url(input, base, true).as_deref(), expected, "{input}");
        }
        assert_eq!(safe_url("relative", None, true), None);
        assert_eq!(safe_url("mailto:a@b.example", base, false), None);
    }

    #[test]
    fn candidates() {
        let base = Url::parse("https://site.example/").ok();
        let base = base.as_ref();
        assert_eq!(
            safe_srcset("a.jpg 1x, /b,c.jpg 2x,javascript:x 3x", base).as_deref(),
            Some("https://site.example/a.jpg 1x, https://site.example/b,c.jpg 2x")
        );
        assert_eq!(
            safe_srcset("a.jpg, b.jpg", base).as_deref(),
            Some("https://site.example/a.jpg, https://site.example/b.jpg")
        );
        assert_eq!(safe_srcset(" , ", base), None);
    }
}
