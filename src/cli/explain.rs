//! What `offprint extract --explain` prints: how a page was read, in 80 columns.

use crate::article::{Extraction, Hints, Notes, Rules, Weighed};
use crate::model::{SourceId, one_line};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthChar;
use url::Url;

/// Columns of a line.
const WIDTH: usize = 80;
/// Blocks below this chance are counted, not shown, unless they were kept.
const SHOWN: f32 = 0.02;
/// Blocks that are shown at most.
const MANY: usize = 200;

/// What was known before the page was read.
pub(super) struct Known<'k> {
    /// The source whose selectors were used.
    pub(super) source: Option<&'k SourceId>,
    /// Address of the page.
    pub(super) url: &'k Url,
    pub(super) rules: &'k Rules,
    pub(super) hints: &'k Hints,
}

/// How the article was found: what was known, candidates with scores, every block with
/// its chance, what was cut and why, and where the rest stands.
pub(super) fn explain(extraction: &Extraction, known: &Known<'_>) -> String {
    let Notes { candidates, cuts, missed_selectors, remarks, blocks } = &extraction.notes;
    let mut out = String::new();
    beforehand(&mut out, known);
    out.push_str("candidates, with scores\n");
    for candidate in candidates {
        let _ = writeln!(out, "  {:10.1}  {}", candidate.score, fit(&candidate.what, WIDTH - 14));
    }
    judged(&mut out, blocks);
    out.push_str("cut, and why\n");
    for cut in cuts {
        let _ = writeln!(out, "  {:14}  {}", fit(cut.why, 14), fit(&cut.what, WIDTH - 18));
        if !cut.text.is_empty() {
            let _ = writeln!(out, "  {:14}    {}", "", fit(&cut.text, WIDTH - 20));
        }
    }
    for selector in missed_selectors {
        wrap(&mut out, &format!("selector that found nothing: {selector}"));
    }
    metadata(&mut out, extraction);
    for remark in remarks {
        wrap(&mut out, remark);
    }
    let text = &extraction.article.text;
    let tests = known.rules.site.as_ref().map(|rule| rule.test(known.url, text)).unwrap_or_default();
    for (held, found) in tests {
        wrap(
            &mut out,
            &format!("{}: {held}", if found { "holds, as it must" } else { "must hold, and does not" }),
        );
    }
    let _ = writeln!(out, "{} characters of text", text.chars().count());
    out
}

/// What was known before the page was read.
fn beforehand(out: &mut String, Known { source, rules, hints, .. }: &Known<'_>) {
    if let Some(source) = source {
        wrap(out, &format!("selectors of [sources.{source}]"));
    }
    if let Some(rule) = &rules.site {
        wrap(out, &format!("rules for the site: {}", rule.file()));
    }
    let standing = hints.site.count();
    if standing > 0 {
        wrap(out, &format!("blocks known to stand in several articles of the site: {standing}"));
    }
    for line in hints.proof.describe() {
        wrap(out, &format!("learned from {line}"));
    }
}

/// Each block of text: the chance that it is running text, what became of it, and why.
fn judged(out: &mut String, blocks: &[Weighed]) {
    if blocks.is_empty() {
        return;
    }
    out.push_str("blocks: chance of running text; text, view (for reading only) or cut; why\n");
    let (mut shown, mut left) = (0, 0);
    for block in blocks {
        let (kept, why) = block.kept.words();
        if (kept == "cut" && block.chance < SHOWN) || shown >= MANY {
            left += 1;
            continue;
        }
        shown += 1;
        let chance = block.chance * 100.0;
        let _ =
            writeln!(out, "  {chance:3.0} %  {kept:4}  {:9}  {}", fit(why, 9), fit(&block.text, WIDTH - 26));
    }
    if left > 0 {
        let _ = writeln!(out, "  and {left} more that went, or beyond the first {MANY}");
    }
}

/// What the page says of itself.
fn metadata(out: &mut String, extraction: &Extraction) {
    let article = &extraction.article;
    let authors: Vec<&str> = article.authors.iter().map(|person| person.name.as_str()).collect();
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    let free = match article.free {
        Some(true) => "yes",
        Some(false) => "no, for subscribers",
        None => "",
    };
    for (name, value) in [
        ("title", of(&article.title)),
        ("authors", authors.join(", ")),
        ("published", of(&article.published)),
        ("modified", of(&article.modified)),
        ("section", of(&article.section)),
        ("tags", article.tags.join(", ")),
        ("site", of(&article.site)),
        ("language", of(&article.lang)),
        ("picture", article.image.as_ref().map(|picture| picture.url.clone()).unwrap_or_default()),
        ("canonical", of(&article.canonical)),
        ("free", free.to_owned()),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "{name:9}  {}", fit(&value, WIDTH - 11));
        }
    }
}

/// One line of at most so many columns.
fn fit(text: &str, columns: usize) -> String {
    let text = one_line(text, columns);
    let mut used = 0;
    let width = |c: char| c.width().unwrap_or(0);
    if text.chars().map(width).sum::<usize>() <= columns {
        return text;
    }
    let kept = text.chars().take_while(|&c| {
        used += width(c);
        used < columns
    });
    let mut kept: String = kept.collect();
    kept.push('…');
    kept
}

/// A sentence over as many lines as it takes, the further ones set in.
fn wrap(out: &mut String, text: &str) {
    let mut rest = one_line(text, 2_000);
    let mut indent = "";
    loop {
        let room = WIDTH - indent.len();
        let line = fit(&rest, room);
        if line == rest {
            let _ = writeln!(out, "{indent}{rest}");
            return;
        }
        let whole = line.trim_end_matches('…');
        let end = whole.rfind(' ').filter(|end| *end > room / 3).unwrap_or(whole.len());
        let (first, other) = rest.split_at(end);
        let _ = writeln!(out, "{indent}{first}");
        rest = other.trim_start().to_owned();
        indent = "  ";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{self, Page};
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn everything_fits_eighty_columns() {
        let long = "wide-name-".repeat(30);
        let text =
            "The river rose over night and the bridge at the mill was closed at dawn on Friday. ".repeat(4);
        let cjk = "河水上涨，学校成为避难所。".repeat(20);
        let page = format!(
            "<html lang=en><head><title>{text}</title><meta name=keywords content='{long},b'></head><body>\
             <div class='{long}'><h1>The bridge</h1><p>{text}</p><p>{text}</p><p>{cjk}</p></div>\
             <div class=newsletter-box><p>Our letter, every morning: {long}</p></div></body></html>"
        );
        let url: Url = format!("https://site.example/{long}").parse().unwrap();
        let page = Page { bytes: page.as_bytes(), content_type: None, url: &url };
        let hints = Hints { explain: true, ..Hints::default() };
        let rules = Rules { remove_selectors: vec![format!(".{long}-none")], ..Rules::default() };
        let extraction = article::extract(&page, &hints, &rules).unwrap();
        let source = SourceId::new("heron").unwrap();
        let known = Known { source: Some(&source), url: &url, rules: &rules, hints: &hints };
        let shown = explain(&extraction, &known);
        assert!(shown.starts_with("selectors of [sources.heron]\n"), "{shown}");
        for line in shown.lines() {
            assert!(line.width() <= WIDTH, "{} columns: {line}", line.width());
        }
        assert!(shown.lines().any(|line| line.contains(" %  text  ")), "{shown}");
        assert!(shown.contains("selector that found nothing:\n  .wide-name-"), "{shown}");
    }

    #[test]
    fn long_sentences_are_wrapped_whole() {
        let mut out = String::new();
        let text = "word ".repeat(60);
        wrap(&mut out, &text);
        assert!(out.lines().count() > 3 && out.lines().all(|line| line.len() <= WIDTH));
        assert_eq!(out.split_whitespace().count(), 60);
        let mut out = String::new();
        wrap(&mut out, &"x".repeat(300));
        assert_eq!(out.split_whitespace().collect::<String>().len(), 300);
    }
}
