//! Which characters may stand in a document, and escaping.

use crate::html::plain_text;

/// Whether a character may reach an output. Forbidden are the controls but tab,
/// LF and CR (XML 1.0 §2.2; C1 too, which terminals obey) and noncharacters.
pub(super) fn allowed(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        '\u{fdd0}'..='\u{fdef}' => false,
        c if c.is_control() => false,
        c => (c as u32) & 0xfffe != 0xfffe,
    }
}

/// `text` without forbidden characters, line ends as LF.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    replace(&mut out, text, |_, _| None);
    out
}

/// `text` on one line: forbidden characters gone, white space folded.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = out.len();
        out.extend(word.chars().filter(|&c| allowed(c)));
        if before > 0 && out.len() > before {
            out.insert(before, ' ');
        }
    }
    out
}

/// Appends `text` as XML character data. `>` too, so that `]]>` can't appear.
pub(super) fn push_text(out: &mut String, text: &str) {
    replace(out, text, |c, _| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    });
}

/// The same as the RSS profile wants it in elements that are plain text: references by
/// number are what most readers get right there, and what checkers take for intended.
pub(super) fn push_rss_text(out: &mut String, text: &str) {
    replace(out, text, |c, _| match c {
        '&' => Some("&#x26;"),
        '<' => Some("&#x3C;"),
        '>' => Some("&#x3E;"),
        _ => None,
    });
}

/// Appends `text` as the value of an attribute in double quotes.
pub(super) fn push_attribute(out: &mut String, text: &str) {
    replace(out, text, |c, _| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\t' | '\n' | '\r' => Some(" "),
        _ => None,
    });
}

/// Plain text as HTML.
pub(super) fn to_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    push_text(&mut out, text);
    out
}

/// Plain text for an RSS element that has no type.
///
/// RSS never said whether a title is text or HTML, and readers do both. The
/// value a reader gets after decoding the XML therefore must not be markup: a
/// `<` that would begin a tag, and a `&` that would begin a character
/// reference, are escaped for HTML here (and then for XML, by the writer). A
/// reader for which titles are HTML shows exactly the text; one for which they
/// are text shows `&lt;b>`, ugly but harmless. Everything else (`a < b`, `R&D`,
/// `<3`) stays as it is and is right for both.
pub(super) fn rss_text(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len() + 16);
    replace(&mut out, &text, |c, rest| match c {
        '<' if begins_tag(rest) => Some("&lt;"),
        '&' if begins_reference(rest) => Some("&amp;"),
        _ => None,
    });
    out
}

/// Whether plain text could be taken for HTML: it has what looks like the end of an element
/// or like a character reference. That is what checkers look for; `AT&T`, `R&D`, `a < b`
/// and `Option<T>` are harmless.
pub(super) fn like_html(text: &str) -> bool {
    let word = |rest: &str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let marks = text.match_indices(['<', '&']);
    marks.map(|(at, mark)| (mark, &text[at + 1..])).any(|(mark, rest)| {
        if mark == "<" {
            let name = rest.strip_prefix('/').unwrap_or_default();
            let end = word(name);
            return end > 0 && name[end..].starts_with('>');
        }
        let (name, after) = rest.split_at(word(rest));
        let capitals = name.bytes().all(|b| b.is_ascii_uppercase()) && !matches!(name, "ETH" | "THORN");
        rest.starts_with('#') || !capitals || !name.is_empty() && after.starts_with(';')
    })
}

/// Whether what follows a `<` makes it the beginning of a tag.
fn begins_tag(rest: &str) -> bool {
    rest.starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next))
}

/// A person's name or the title of a link in Atom: plain text on one line, which a checker
/// takes for HTML where it looks like it, since there is no way of saying otherwise. So it
/// is taken for that here: tags go, references are resolved.
pub(super) fn name(text: &str) -> String {
    let mut name = line(text);
    for _ in 0..3 {
        if !like_html(&name) {
            return name;
        }
        let plain = line(&plain_text(&name));
        if plain.is_empty() || plain == name {
            break;
        }
        name = plain;
    }
    // It only looks like it: `R&D2`, `<name>`.
    line(&name.replace(['<', '>'], "").replace('&', " & "))
}

/// Whether what follows a `&` makes it a character reference.
pub(super) fn begins_reference(rest: &str) -> bool {
    // The longest name in HTML has 32 bytes with its semicolon.
    let name = rest.strip_prefix('#').unwrap_or(rest).as_bytes();
    let length = name.iter().take(40).take_while(|b| b.is_ascii_alphanumeric()).count();
    length > 0 && (rest.starts_with('#') || name.get(length) == Some(&b';'))
}

/// Copies `text` with what `change` (character, rest of the text) puts in a
/// character's place, without forbidden characters, line ends as LF.
fn replace(out: &mut String, text: &str, change: impl Fn(char, &str) -> Option<&'static str>) {
    let mut done = 0;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        let rest = &text[next..];
        let instead = match change(c, rest) {
            Some(instead) => instead,
            None if c == '\r' && rest.starts_with('\n') => "",
            None if c == '\r' => "\n",
            None if !allowed(c) => "",
            None => continue,
        };
        out.push_str(&text[done..at]);
        out.push_str(instead);
        done = next;
    }
    out.push_str(&text[done..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_go() {
        let hostile = "a\0b\u{1b}[31mc\u{7f}d\u{85}e\u{fffe}f\u{ffff}g\u{1fffe}h\u{fdd0}i\r\nj\rk\tl";
        assert_eq!(clean(hostile), "ab[31mcdefghi\nj\nk\tl");
        assert_eq!(line("  a \n\t b\u{0} \u{1} c "), "a b c");
        assert_eq!(line("سلام 你好 👩‍👩‍👧"), "سلام 你好 👩‍👩‍👧");
    }

    #[test]
    fn rss_titles_hold_no_markup_after_one_decoding() {
        for (text, expected) in [
            ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
            ("<!-- x --><?php", "&lt;!-- x -->&lt;?php"),
            ("a < b && c > d, I <3 R&D, AT&T", "a < b && c > d, I <3 R&D, AT&T"),
            ("How to write &lt; and &#60; and &#x3c", "How to write &amp;lt; and &amp;#60; and &amp;#x3c"),
            ("<", "<"),
            ("&", "&"),
        ] {
            assert_eq!(rss_text(text), expected);
        }
    }

    #[test]
    fn what_looks_like_html() {
        for text in
            ["", "a < b && c > d", "AT&T, R&D, <3", "Q&A", "5 < 6", "a &", "—", "x<", "Option<T>", "</ x>"]
        {
            assert!(!like_html(text), "{text}");
        }
        for text in ["x</p>", "<b>a</b>", "&amp;", "AT&T;", "&#60", "a &lt b", "&copy2020", "A&B2", "&ETH"] {
            assert!(like_html(text), "{text}");
        }
        for (text, plain) in [
            (" Ada\n Example ", "Ada Example"),
            ("Ada <b>L.</b>", "Ada L."),
            ("Smith &amp;amp; Co", "Smith & Co"),
            ("&lt;i&gt;Ada&lt;/i&gt;", "Ada"),
            ("R&D2", "R & D2"),
            ("&nosuch; x", "& nosuch; x"),
            ("<Ada>", "<Ada>"),
            ("</Ada>", "/Ada"),
        ] {
            assert_eq!(name(text), plain);
        }
    }

    #[test]
    fn attributes_and_text() {
        let mut out = String::new();
        push_attribute(&mut out, "\"><x a='1'>\n&");
        push_text(&mut out, "]]>");
        push_rss_text(&mut out, "R&D <b>");
        assert_eq!(out, "&quot;&gt;&lt;x a='1'&gt; &amp;]]&gt;R&#x26;D &#x3C;b&#x3E;");
    }
}
