//! Expressions as words (XPath 1.0 §3.7).

use super::XPathError;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// `/ // | + - = != < <= > >= ( ) [ ] @ , . .. :: * $`
    Mark(&'static str),
    /// Also `prefix:name` and `prefix:*`.
    Name(String),
    Literal(String),
    Number(f64),
    /// `and`, `or`, `div`, `mod`, and `*` for a product, where an operator must stand.
    Operator(&'static str),
}

/// The longest of those that begin alike stand first.
const MARKS: [&str; 21] = [
    "//", "/", "|", "+", "-", "!=", "=", "<=", "<", ">=", ">", "(", ")", "[", "]", "@", ",", "..", ".", "::",
    "*",
];

/// Words with the places where they begin, in characters from 1.
pub(super) fn tokens(source: &str) -> Result<Vec<(Token, usize)>, XPathError> {
    let mut out: Vec<(Token, usize)> = Vec::new();
    let mut rest = source;
    let place = |rest: &str| source[..source.len() - rest.len()].chars().count() + 1;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return Ok(out) };
        let at = place(rest);
        let (token, length) = if first == '"' || first == '\'' {
            let inner = &rest[1..];
            let Some(end) = inner.find(first) else {
                return Err(XPathError { what: format!("a text without its closing {first}"), at });
            };
            (Token::Literal(inner[..end].to_owned()), end + 2)
        } else if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            number(rest, at)?
        } else if is_name_start(first) {
            name(rest, operator_expected(&out))
        } else if let Some(mark) = MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
            let token =
                if mark == "*" && operator_expected(&out) { Token::Operator("*") } else { Token::Mark(mark) };
            (token, mark.len())
        } else {
            let what =
                if first == '$' { "variables are not known here".to_owned() } else { format!("`{first}`") };
            return Err(XPathError { what, at });
        };
        out.push((token, at));
        rest = &rest[length..];
    }
}

/// After a complete operand a name or a star can only be an operator.
fn operator_expected(before: &[(Token, usize)]) -> bool {
    match before.last() {
        None | Some((Token::Operator(_), _)) => false,
        Some((Token::Mark(mark), _)) => matches!(*mark, ")" | "]" | "." | ".." | "*"),
        Some(_) => true,
    }
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), XPathError> {
    let mut dots = 0;
    let end = rest
        .find(|c: char| {
            dots += usize::from(c == '.');
            !(c.is_ascii_digit() || c == '.' && dots == 1)
        })
        .unwrap_or(rest.len());
    match rest[..end].parse() {
        Ok(number) => Ok((Token::Number(number), end)),
        Err(_) => Err(XPathError { what: "a damaged number".to_owned(), at }),
    }
}

fn name(rest: &str, operator: bool) -> (Token, usize) {
    let mut end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let word = &rest[..end];
    if operator && let Some(word) = ["and", "or", "div", "mod"].into_iter().find(|known| *known == word) {
        return (Token::Operator(word), end);
    }
    // A prefix belongs to the name; `::` ends the name of an axis.
    let behind = &rest[end..];
    if behind.starts_with(':') && !behind.starts_with("::") {
        if behind[1..].starts_with('*') {
            end += 2;
        } else if behind[1..].starts_with(is_name_start) {
            let local = behind[1..].find(|c| !is_name(c)).unwrap_or(behind.len() - 1);
            end += 1 + local;
        }
    }
    (Token::Name(rest[..end].to_owned()), end)
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}
