//! Plain text into markup.

/// Escapes text for use in HTML, in attributes too. Control characters become blanks.
pub fn escape(text: &str) -> String {
    escaped(text, |_| false)
}

/// Escapes preformatted text for use between tags: line breaks and tabs stay,
/// other control characters become blanks.
pub fn escape_lines(text: &str) -> String {
    escaped(text, |c| matches!(c, '\n' | '\t'))
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && !stays(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_lines};

    #[test]
    fn nothing_closes_an_element_or_an_attribute() {
        assert_eq!(escape("<a b=\"c\" d='e'>&\u{1b}"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp; ");
    }

    #[test]
    fn lines_stay_where_they_matter() {
        assert_eq!(escape("a\n\tb"), "a  b");
        assert_eq!(escape_lines("a\r\n\tb < \0c"), "a \n\tb &lt;  c");
    }
}
