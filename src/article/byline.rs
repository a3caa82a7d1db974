//! Names of authors out of bylines.

use regex::Regex;
use std::sync::LazyLock;

static LEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*((written|posted|published|reported|story|text|words|created|submitted|artikel|eingestellt|veröffentlicht|geschrieben|beitrag|interview|publié|escrito|scritto|publicado|alle beiträge|zeige alle beiträge|view all posts)?:?\s*\b(by|von|par|por|di|door)\b|interview:|artikel:|autore?s?|authors?|autorin|auteure?s?|texte?|testo|tekst|redaktion:|автор|作者|记者|文|yazar)\s*[:：|]?\s+",
    )
    .ok()
});

static SPLIT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(?:[;|•·\n/]|,\s|\s(?:and|und|et|y|e|en|i|и|ve|with|mit)\s|&)\s*").ok()
});

static TAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(\(.*|\bim gespräch.*|\bon\s+\S.*|\bam\s+(?:\d|(?:mon|diens|mitt|donners|frei|sams|sonn)).*|\b(?:illustration(?:en)?|illustrationen|fotos?|photos?|photograph(?:s|y)|bilder|pictures|images|grafik|video|übersetzung|translat(?:ed|ion)|traducción|traduction)\b\s*(?:von|by|par|por|di|:).*|\bfor\s.*|[-–—]\s.*|\d{1,2}[./ ].*|\bupdated\b.*|\bpublished\b.*|@\S+.*|,.*)$").ok()
});

/// The names in a byline, without what stands around them. At most ten.
pub(super) fn names(text: &str) -> Vec<String> {
    let text = crate::html::plain_text(text);
    if text.chars().count() > 200 || text.contains("://") || text.starts_with("www.") {
        return Vec::new();
    }
    let text = LEAD.as_ref().map_or(text.as_str().into(), |lead| lead.replace(&text, ""));
    let mut out: Vec<String> = Vec::new();
    let Some(split) = SPLIT.as_ref() else { return out };
    for part in split.split(&text).take(10) {
        if let Some(name) = name(part)
            && !out.iter().any(|seen| seen.eq_ignore_ascii_case(&name))
        {
            out.push(name);
        }
    }
    out
}

/// One name, if it can be one.
fn name(part: &str) -> Option<String> {
    if part.split_whitespace().any(|word| word.find('@').is_some_and(|at| at > 0)) {
        return None;
    }
    let part = LEAD.as_ref().map_or(part.into(), |lead| lead.replace(part, ""));
    let part = TAIL.as_ref().map_or(part.clone(), |tail| tail.replace(&part, "").into_owned().into());
    let name = part
        .trim()
        .trim_matches(|c: char| matches!(c, ',' | ':' | '-' | '–' | '—' | '|' | '"' | '.' | '•' | '\''))
        .trim();
    let chars = name.chars().count();
    let words = name.split_whitespace().count();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let lower = name.to_lowercase();
    const NOT: &[&str] = &[
        "admin",
        "administrator",
        "author",
        "staff",
        "editor",
        "webmaster",
        "null",
        "none",
        "undefined",
        "guest",
        "unknown",
        "follow",
        "share",
        "comments",
        "facebook",
        "twitter",
        "gastbeitrag",
        "about the author",
        "anonymous",
        "contributor",
        "email",
        "by",
        "von",
        "no author",
        "wordpressadmin",
        "beitrag",
        "autor",
        "publiziert am",
        "veröffentlicht am",
        "posted on",
        "posted",
        "publisher",
        "super user",
        "facebook.com",
        "twitter.com",
        "redaccion",
        "redacción",
        "redazione",
        "comments",
        "kommentare",
    ];
    let fine = (2..=60).contains(&chars)
        && words <= 7
        && letters * 10 >= chars * 6
        && !name.contains('@')
        && !lower.contains("http")
        && !NOT.contains(&lower.as_str());
    fine.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines() {
        for (input, expected) in [
            ("By Ada Example", vec!["Ada Example"]),
            ("von Ada Example und Bo Muster", vec!["Ada Example", "Bo Muster"]),
            ("Written by: Ada Example, Bo Muster & Cy Probe", vec!["Ada Example", "Bo Muster", "Cy Probe"]),
            ("Par Ada Exemple", vec!["Ada Exemple"]),
            ("Ada Example (Agency)", vec!["Ada Example"]),
            ("Posted by Ada Example on January 31, 2023", vec!["Ada Example"]),
            ("AFP", vec!["AFP"]),
            ("Ada Example —", vec!["Ada Example"]),
            ("von Ada Example am Dienstag, 6. Mai 2014", vec!["Ada Example"]),
            ("Ada Example Fotos: Bo Muster", vec!["Ada Example"]),
            ("admin", vec![]),
            ("https://social.example/ada", vec![]),
            ("ada@site.example", vec![]),
            ("12 comments", vec!["comments"]),
        ] {
            let expected: Vec<&str> = expected.into_iter().filter(|n| *n != "comments").collect();
            assert_eq!(names(input), expected, "{input}");
        }
    }
}
