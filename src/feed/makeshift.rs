//! A readable title for an article of which only the address is known.

use super::text::one_line;
use percent_encoding::percent_decode_str;
use url::Url;

/// Longest title, in bytes.
const MAX: usize = 200;

/// A title made out of the words of an address: those of the last part of its path that
/// has any, without file endings and the numbers that systems add. Without words it is
/// the address itself.
pub(super) fn title_of(url: &Url) -> String {
    let path = url.path_segments().into_iter().flatten().rev().filter(|part| !part.is_empty()).take(3);
    let words = path.filter_map(words_of).next();
    let address = || {
        let host = url.host_str().unwrap_or_default();
        format!("{}{}", host.strip_prefix("www.").unwrap_or(host), url.path().trim_end_matches('/'))
    };
    one_line(&words.unwrap_or_else(address), MAX).unwrap_or_default()
}

fn words_of(part: &str) -> Option<String> {
    let part = percent_decode_str(part).decode_utf8_lossy();
    let part = part.trim_end_matches(['/', ' ']);
    let name = match part.rsplit_once('.') {
        Some((name, ending)) if is_ending(ending) => name,
        _ => part,
    };
    let between =
        |c: char| matches!(c, '-' | '_' | '+' | '.' | ',' | '~') || c.is_whitespace() || c.is_control();
    let words: Vec<&str> = name.split(between).filter(|word| !word.is_empty()).collect();
    let first = words.iter().position(|word| !is_number(word))?;
    let last = words.iter().rposition(|word| !is_number(word))?;
    let text = words.get(first..=last)?.join(" ");
    let nothing = ["index", "default", "home", "article", "story", "news", "amp"];
    if text.chars().filter(|c| c.is_alphabetic()).count() < 2
        || nothing.contains(&text.to_lowercase().as_str())
    {
        return None;
    }
    let mut chars = text.chars();
    let head = chars.next()?;
    Some(head.to_uppercase().chain(chars).collect())
}

fn is_ending(ending: &str) -> bool {
    let known =
        ["html", "htm", "xhtml", "shtml", "php", "php5", "asp", "aspx", "jsp", "cfm", "do", "ece", "stm"];
    known.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

/// Whether a word at either end is a number or a code: `1234567`, `a0b1c2d3e4`, `art123456`.
fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.len() - digits;
    let hex = word.len() >= 8 && digits > 0 && word.bytes().all(|b| b.is_ascii_hexdigit());
    (letters == 0 && word.len() >= 5) || hex || (digits >= 4 && (1..=3).contains(&letters) && word.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_addresses() {
        for (url, title) in [
            ("https://a.example/2026/03/the-river-rose-again.html", "The river rose again"),
            ("https://a.example/news/river_rises-1234567/", "River rises"),
            ("https://a.example/a/88213-Flood%20at%20the%20pier", "Flood at the pier"),
            (
                "https://a.example/%D1%80%D0%B5%D0%BA%D0%B0-%D0%B2-%D0%B3%D0%BE%D1%80%D0%BE%D0%B4%D0%B5",
                "Река в городе",
            ),
            ("https://a.example/the-pier/index.html", "The pier"),
            ("https://a.example/town/1234567.html?x=1", "Town"),
            ("https://a.example/top-10-of-2026", "Top 10 of 2026"),
            ("https://a.example/report-0a1b2c3d4e5f", "Report"),
            ("https://www.a.example/12345", "a.example/12345"),
            ("https://a.example/", "a.example"),
            ("https://a.example/%00%1b%ff", "a.example/%00%1b%ff"),
        ] {
            assert_eq!(title_of(&Url::parse(url).expect("a URL")), title, "{url}");
        }
    }
}
