//! What classes and ids give away, for each element once.

use super::doc::Doc;
use regex::RegexSet;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Groups of names, in the order of [`GROUPS`]; the training reads it too.
pub(super) const GROUP_COUNT: usize = 16;

/// Names of groups: related, share, comment, author, caption, promotion, tags and
/// dates, navigation, footer, sidebar, header, body, standfirst, headline, pop-up, media.
const GROUPS: [&str; GROUP_COUNT] = [
    r"relat|recommend|read-?more|read-?next|also-?read|see-?also|more-|most-?(read|popular|view)|popular|trending|similar|further|verwandt|weiter|associ|correl|recirc|linklist|link-?list|teaser|outbrain|taboola",
    r"shar(e|ing)|social|follow|addthis|tweet|facebook|whatsapp|sharedaddy|jp-relatedposts",
    r"comment|disqus|respond|repl(y|ies)|kommentar|talkback|discussion",
    r"author|byline|\bbio\b|contributor|autor|writer|auteur|redakt|vcard|signature",
    r"caption|credit|legend|copyright|bildunter|quelle|photo-?by|source",
    r"promo|(\b|[_-])ads?(\b|[_-])|advert|sponsor|newsletter|subscri|sign-?up|paywall|\bcta\b|donat|membership|abo(\b|-)|werbung|anzeige|affiliate|shop|banner|offer",
    r"(\b|[_-])tags?(\b|[_-])|topic|keyword|categor|meta|date|time|info|taxonom|posted|label",
    r"\bnav|menu|breadcrumb|pagin|pager|\btoc\b|skip|prev|next|toolbar|button|btn|tabs?\b",
    r"foot|colophon|impressum|bottom",
    r"sidebar|side-|widget|aside|rail|secondary|right|extra|supplement|box|module|panel",
    r"header|masthead|logo|top-?bar|branding",
    r"article|body|content|entry|story|post|text|main|prose|artikel|inhalt|blog|paragraph|richtext|wysiwyg",
    r"lead|intro|summary|standfirst|dek\b|deck|abstract|excerpt|chapo|vorspann|subtitle|sub-?head|description|sommario|occhiello|entradilla|kicker",
    r"title|headline|heading|titel|titre|titulo|überschrift",
    r"cookie|consent|gdpr|popup|pop-up|modal|overlay|lightbox|tooltip|dialog|notice|alert|message|hidden|hide|invisible|sr-only|screen-reader|visually",
    r"gallery|video|media|embed|image|img|slide|figure|picture|photo|player|thumb|bild|foto|carousel",
];

static SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    let fixed = [
        r"-ad-|ai2html|banner|breadcrumbs|combx|comment|community|cover-wrap|disqus|extra|footer|gdpr|header|legends|menu|related|remark|replies|rss|shoutbox|sidebar|skyscraper|social|sponsor|supplemental|ad-break|agegate|pagination|pager|popup|yom-remote",
        r"and|article|body|column|content|main|mathjax|shadow",
        r"article|body|content|entry|hentry|h-entry|main|page|pagination|post|text|blog|story",
        r"-ad-|hidden|(^| )hid( |$)|banner|combx|comment|com-|contact|footer|gdpr|masthead|media|meta|outbrain|promo|related|scroll|share|shoutbox|sidebar|skyscraper|sponsor|shopping|tags|widget",
        r"byline|author|dateline|writtenby|p-author",
        r"(\b|_)(share|sharedaddy)(\b|_)",
    ];
    RegexSet::new(GROUPS.iter().chain(fixed.iter()).map(|p| format!("(?i){}", p.replace(r"\b", r"(?-u:\b)"))))
        .ok()
});

/// What class and id of an element give away.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    /// Bits of [`GROUPS`].
    pub(super) groups: u16,
    /// Named like something around articles.
    pub(super) unlikely: bool,
    /// Named like something that may hold one all the same.
    pub(super) maybe: bool,
    /// For (positive) or against (negative) an article, ±25 each for class and id.
    pub(super) weight: i8,
    /// Named like a byline.
    pub(super) byline: bool,
    /// Named like a share bar.
    pub(super) share: bool,
}

/// Marks of all nodes.
pub(super) fn read(doc: &Doc<'_>) -> Vec<Marks> {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let mut out = vec![Marks::default(); doc.items.len()];
    for (at, marks) in out.iter_mut().enumerate() {
        if doc.items[at].token.is_empty() {
            continue;
        }
        for name in ["class", "id"] {
            let Some(value) = doc.attr(at, name).filter(|v| v.len() < 1000) else { continue };
            // No pattern spans two names, and single names come again more often.
            let bits = value
                .split_ascii_whitespace()
                .fold(0, |all, name| all | *seen.entry(name).or_insert_with(|| bits(name)));
            let has = |bit: usize| bits >> (GROUP_COUNT + bit) & 1 == 1;
            marks.groups |= (bits & 0xffff) as u16;
            marks.unlikely |= has(0);
            marks.maybe |= has(1);
            marks.weight += if has(2) { 25 } else { 0 };
            marks.weight -= if has(3) { 25 } else { 0 };
            marks.byline |= has(4);
            marks.share |= has(5);
        }
    }
    out
}

fn bits(value: &str) -> u32 {
    let Some(set) = SET.as_ref() else { return 0 };
    set.matches(value).into_iter().fold(0, |bits, at| bits | 1 << at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_speak() {
        let dom = scraper::Html::parse_document(
            "<div class='article__body' id=story>x</div><div class='Related-Box sidebar'>x</div><p class=share>x</p>",
        );
        let doc = Doc::new(&dom);
        let marks = read(&doc);
        let of = |token: &str| {
            let at = doc.items.iter().position(|item| item.token.contains(token));
            at.map(|at| marks[at]).unwrap_or_default()
        };
        assert_eq!(of("story").weight, 50);
        assert!(of("story").groups >> 11 & 1 == 1 && of("story").maybe);
        assert!(of("related").unlikely && of("related").weight == -25 && of("related").groups & 1 == 1);
        assert!(of("share").share);
    }
}
