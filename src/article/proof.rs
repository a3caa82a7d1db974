//! Full texts of a site's feed as proof of how its pages are built.
//!
//! Where an entry has both, the whole text in the feed and its page, the page shows where
//! the site's texts stand and what stands between them without being text. Remembered are
//! names (element, classes, id) and how often they were seen, a few dozen a host; used
//! for the entries of that host whose feed has only a teaser.

use super::blocks::{Step, collect};
use super::body::fold;
use super::doc::Doc;
use super::verdict::is_teaser;
use crate::html;
use serde::{Deserialize, Serialize};

/// Shorter texts prove nothing, in letters and digits.
const MIN_TEXT: usize = 600;
/// No more of a feed's text is compared, in bytes.
const MAX_TEXT: usize = 256 << 10;
/// Blocks of a page that are compared.
const MAX_BLOCKS: usize = 1_000;
/// Shorter blocks may stand anywhere by chance.
const MIN_BLOCK: usize = 20;
/// Share of the feed's text that must stand on the page.
const SHARED: f64 = 0.6;
/// Share of what was found that the body's element holds.
const HELD: f64 = 0.9;
/// Agreement of so many pages counts.
const PAGES: u16 = 3;
/// Names of bodies, and of what stands between the text, that are remembered.
const MAX_BODIES: usize = 6;
const MAX_BOXES: usize = 48;
/// Longest name, in bytes.
const MAX_NAME: usize = 80;
/// After so many pages everything counts half: sites change.
const MANY: u16 = 100;
/// Share of the body that may go as boxes: more would be text.
const MOST_BOXES: f64 = 0.3;

/// What one page with a full text in its feed shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageProof {
    /// Name of the element that holds the text.
    body: String,
    /// Names of elements in it that hold text.
    text: Vec<String>,
    /// Names of elements in it that hold none of the feed's text.
    beside: Vec<String>,
}

/// What is known of a host's pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteProof {
    /// Pages learned from.
    pages: u16,
    /// Names of elements that held the text, and on how many pages.
    bodies: Vec<(String, u16)>,
    /// Names within it: on how many pages as text, on how many as something else.
    boxes: Vec<(String, u16, u16)>,
}

impl SiteProof {
    /// From the text that [`SiteProof::to_json`] gave. Anything else is as good as nothing.
    pub fn from_json(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// As it is stored: at most 6 KB.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Remembers one more page.
    pub fn learn(&mut self, page: &PageProof) {
        self.pages = self.pages.saturating_add(1);
        match self.bodies.iter_mut().find(|(name, _)| *name == page.body) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.bodies.push((page.body.clone(), 1)),
        }
        let named =
            page.text.iter().map(|name| (name, 1, 0)).chain(page.beside.iter().map(|name| (name, 0, 1)));
        for (name, text, beside) in named {
            match self.boxes.iter_mut().find(|(known, _, _)| known == name) {
                Some(row) => (row.1, row.2) = (row.1.saturating_add(text), row.2.saturating_add(beside)),
                None => self.boxes.push((name.clone(), text, beside)),
            }
        }
        self.bodies.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        self.bodies.truncate(MAX_BODIES);
        self.boxes.sort_by_key(|(_, text, beside)| std::cmp::Reverse(text.saturating_add(*beside)));
        self.boxes.truncate(MAX_BOXES);
        if self.pages >= MANY {
            self.pages /= 2;
            self.bodies.iter_mut().for_each(|(_, count)| *count /= 2);
            self.boxes.iter_mut().for_each(|row| (row.1, row.2) = (row.1 / 2, row.2 / 2));
        }
    }

    /// Name of the element in which most of the pages had their text.
    fn body(&self) -> Option<&str> {
        let (name, count) = self.bodies.first()?;
        (*count >= PAGES && count * 3 >= self.pages * 2).then_some(name)
    }

    /// Whether what is called so was never text where it was seen.
    fn is_box(&self, name: &str) -> bool {
        self.boxes.iter().any(|(known, text, beside)| known == name && *text == 0 && *beside >= PAGES)
    }

    /// For people: what is known, a line each; nothing if nothing is of use yet.
    pub fn describe(&self) -> Vec<String> {
        let Some(body) = self.body() else { return Vec::new() };
        let boxes = self.boxes.iter().filter(|(name, _, _)| self.is_box(name));
        let mut out = vec![format!("{} full texts of its feeds: the body stands in {body}", self.pages)];
        out.extend(boxes.map(|(name, _, count)| format!("on {count} pages no text: {name}")));
        out
    }

    /// What this page has of it. `None` if the body's element isn't there, or is several times.
    pub(super) fn on(&self, doc: &Doc<'_>) -> Option<Proven> {
        let wanted = self.body()?;
        let mut found = (1..doc.items.len()).filter(|&at| name(doc, at).as_deref() == Some(wanted));
        let body = found.next().filter(|&at| doc.items[at].chars > 0)?;
        if found.next().is_some() {
            return None;
        }
        let end = doc.items[body].end;
        let mut removed = Vec::new();
        let mut at = body + 1;
        while at < end {
            if name(doc, at).is_some_and(|name| self.is_box(&name)) {
                removed.push(at);
                at = doc.items[at].end;
            } else {
                at += 1;
            }
        }
        let gone: usize = removed.iter().map(|&at| doc.items[at].chars).sum();
        if gone as f64 > doc.items[body].chars as f64 * MOST_BOXES {
            removed.clear();
        }
        let boxes = removed.len();
        // What comes behind the body; what comes before may be a lead picture or a standfirst.
        for up in std::iter::once(body).chain(doc.ancestors(body)).take_while(|&up| up > 0) {
            let parent = doc.items[up].parent;
            removed.extend(doc.children(parent).filter(|&child| child >= doc.items[up].end));
        }
        Some(Proven { body, removed, boxes })
    }
}

/// What is known about one page.
#[derive(Debug)]
pub(super) struct Proven {
    /// The element that holds the text.
    pub(super) body: usize,
    /// What is none: boxes in it, then all that comes behind it.
    pub(super) removed: Vec<usize>,
    /// How many of those are boxes in it.
    pub(super) boxes: usize,
}

/// Compares a page with the feed's own text of it (HTML). `None` if that is no full text,
/// is not on the page, or is spread all over it.
pub(super) fn observe(doc: &Doc<'_>, feed: &str) -> Option<PageProof> {
    let text = html::to_text(feed);
    if is_teaser(&text) {
        return None;
    }
    let text = fold(&text[..text.floor_char_boundary(MAX_TEXT)]);
    if text.chars().count() < MIN_TEXT {
        return None;
    }
    let steps = collect(doc, &[0], &vec![false; doc.items.len()]);
    let blocks = steps.iter().filter_map(|step| match step {
        Step::Block(block) if !block.text.is_empty() => Some((block.at, fold(&block.text))),
        _ => None,
    });
    // The place of a block, its length, and whether the feed has it.
    let blocks: Vec<(usize, usize, bool)> = blocks
        .take(MAX_BLOCKS)
        .filter(|(_, folded)| !folded.is_empty())
        .map(|(at, folded)| (at, folded.len(), folded.len() >= MIN_BLOCK && text.contains(&folded)))
        .collect();
    let shared: usize = blocks.iter().filter(|block| block.2).map(|block| block.1).sum();
    if (shared as f64) < text.len() as f64 * SHARED || blocks.iter().filter(|block| block.2).count() < 3 {
        return None;
    }
    let longest = blocks.iter().filter(|block| block.2).max_by_key(|block| block.1)?.0;
    let within = |up: usize, at: usize| up <= at && at < doc.items[up].end;
    let holds = |up: usize| -> usize {
        blocks.iter().filter(|(at, _, ours)| *ours && within(up, *at)).map(|block| block.1).sum()
    };
    let body = std::iter::once(longest)
        .chain(doc.ancestors(longest))
        .find(|&up| holds(up) as f64 >= shared as f64 * HELD)?;
    let mut page = PageProof { body: name(doc, body)?, text: Vec::new(), beside: Vec::new() };
    for (at, length, ours) in blocks.iter().copied().filter(|(at, _, _)| within(body, *at) && *at != body) {
        // The nearest element with a name speaks for the block.
        let holder = std::iter::once(at).chain(doc.ancestors(at)).take_while(|&up| up != body);
        let holder: Vec<usize> = holder.collect();
        // Captions, tables and code may well be left out of a feed.
        let apart = |&up: &usize| matches!(doc.items[up].name, "figure" | "figcaption" | "table" | "pre");
        let Some(name) = holder.iter().find_map(|&up| name(doc, up)) else { continue };
        if ours || holder.iter().any(apart) {
            push(&mut page.text, name);
        } else if length >= 8 {
            push(&mut page.beside, name);
        }
    }
    page.beside.retain(|name| !page.text.contains(name));
    Some(page)
}

fn push(names: &mut Vec<String>, name: String) {
    if names.len() < MAX_BOXES && !names.contains(&name) {
        names.push(name);
    }
}

/// `div.entry-content`: an element by its classes, else its id; words with digits are
/// numbers of this page. `None` if it has neither.
fn name(doc: &Doc<'_>, at: usize) -> Option<String> {
    let item = &doc.items[at];
    item.element?;
    let usable = |word: &&str| word.len() < 40 && !word.bytes().any(|b| b.is_ascii_digit());
    let mut out = item.name.to_owned();
    let classes = doc.attr(at, "class").unwrap_or_default();
    for class in classes.split_ascii_whitespace().filter(usable).take(4) {
        if out.len() + class.len() < MAX_NAME {
            out.push('.');
            out.push_str(class);
        }
    }
    if out.len() == item.name.len() {
        out.push('#');
        out.push_str(doc.attr(at, "id").filter(usable).filter(|id| !id.is_empty())?);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: [&str; 4] = [
        "The river rose over night and the bridge at the mill was closed at dawn, the council said on Friday.",
        "Nobody was hurt, but forty families had to leave their houses and spend the night in the school gym.",
        "It was the third flood within two years, and the dam that was promised is still only a drawing on paper.",
        "The ferry, which was to be given up in the summer, will run for the whole of the coming week, day and night.",
    ];

    /// A page of a site that puts a box between its paragraphs and teasers behind them.
    fn page(number: usize, text: &[String], body: &str) -> String {
        let paragraphs: Vec<String> = text.iter().map(|text| format!("<p class=para>{text}</p>")).collect();
        format!(
            "<html><body><div class='page-{number} wrap'><h1>Story {number}</h1><div class='{body}'>{}\
             <div class=letter-box><p>Story {number} in your mail: our letter comes each morning at six.</p></div>{}</div>\
             <div class=more><p>Another story that has nothing to do with number {number} at all, and a long one.</p></div>\
             </div></body></html>",
            paragraphs[..2].join(""),
            paragraphs[2..].join("")
        )
    }

    fn story(number: usize) -> Vec<String> {
        let more = "and so on ".repeat(16);
        STORY
            .iter()
            .map(|text| format!("{text} {more} {}", ["one", "two", "three", "four", "five"][number % 5]))
            .collect()
    }

    fn feed(text: &[String]) -> String {
        text.iter().map(|text| format!("<p>{text}</p>")).collect()
    }

    fn learned(pages: usize) -> SiteProof {
        let mut site = SiteProof::default();
        for number in 0..pages {
            let text = story(number);
            let dom = scraper::Html::parse_document(&page(number, &text, "entry-content"));
            let proof = observe(&Doc::new(&dom), &feed(&text)).unwrap();
            assert_eq!(proof.body, "div.entry-content");
            site.learn(&proof);
        }
        site
    }

    #[test]
    fn full_texts_show_where_the_body_stands_and_what_is_none() {
        let site = learned(3);
        let text = story(4);
        let dom = scraper::Html::parse_document(&page(9, &text, "entry-content"));
        let doc = Doc::new(&dom);
        let proven = site.on(&doc).unwrap();
        assert_eq!(name(&doc, proven.body).as_deref(), Some("div.entry-content"));
        assert_eq!(proven.boxes, 1);
        let gone: Vec<String> = proven.removed.iter().filter_map(|&at| name(&doc, at)).collect();
        assert_eq!(gone, ["div.letter-box", "div.more"]);
        assert_eq!(site.describe().len(), 2, "{:?}", site.describe());
        assert_eq!(SiteProof::from_json(&site.to_json()), site);
    }

    #[test]
    fn two_pages_prove_nothing_and_a_rebuilt_site_is_left_alone() {
        let text = story(4);
        let dom = scraper::Html::parse_document(&page(9, &text, "entry-content"));
        assert!(learned(2).on(&Doc::new(&dom)).is_none());
        let rebuilt = scraper::Html::parse_document(&page(9, &text, "story-text"));
        assert!(learned(3).on(&Doc::new(&rebuilt)).is_none());
        assert_eq!(SiteProof::from_json("no JSON"), SiteProof::default());
    }

    #[test]
    fn teasers_other_texts_and_short_ones_teach_nothing() {
        let text = story(1);
        let dom = scraper::Html::parse_document(&page(1, &text, "entry-content"));
        let doc = Doc::new(&dom);
        assert!(observe(&doc, &feed(&text)).is_some());
        let teaser = format!("{} Read more", feed(&text));
        for feed in [
            "",
            "<p>The river rose.</p>",
            teaser.as_str(),
            &feed(&text[..1]),
            &feed(&story(1))
                .replace("river", "lake")
                .replace("two", "ten")
                .replace("summer", "spring")
                .replace("hurt", "ill"),
        ] {
            assert!(observe(&doc, feed).is_none(), "{feed}");
        }
    }

    #[test]
    fn what_was_text_once_is_no_box_and_most_of_a_body_never_goes() {
        let mut site = learned(3);
        site.learn(&PageProof {
            body: "div.entry-content".to_owned(),
            text: vec!["div.letter-box".to_owned()],
            beside: Vec::new(),
        });
        assert!(!site.is_box("div.letter-box"));
        let site = learned(3);
        let mostly = "<body><div class=entry-content><p class=para>Short.</p><div class=letter-box><p>Longer than the whole of the text beside it.</p></div></div></body>";
        let dom = scraper::Html::parse_document(mostly);
        assert_eq!(site.on(&Doc::new(&dom)).unwrap().boxes, 0);
    }

    #[test]
    fn it_stays_small() {
        let mut site = SiteProof::default();
        for number in 0..500 {
            let names =
                |kind: &str| (0..60).map(|i| format!("div.{kind}{}", "x".repeat(i + number % 7))).collect();
            site.learn(&PageProof {
                body: format!("div.{}", "b".repeat(number % 40)),
                text: names("t"),
                beside: names("b"),
            });
        }
        assert!(site.to_json().len() <= 6 << 10, "{}", site.to_json().len());
        assert!(site.pages < MANY);
    }
}
