//! The stories of a site, read from its content file.
//!
//! A story begins with `= slug`, then `key: value` lines up to a blank line, then
//! blocks with blank lines between them: `## heading`, `> quotation`, `- list`,
//! `| table |`, everything else a paragraph. Inside a block `[text](link)` and `*emphasis*`.

use regex::Regex;
use std::fmt::Write;
use std::sync::LazyLock;

/// One block of a story's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph(String),
    Heading(String),
    Quote(String),
    List(Vec<String>),
    Table(Vec<Vec<String>>),
}

/// One story as it was written, before it has an address and a date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Story {
    pub slug: String,
    pub title: String,
    pub by: String,
    /// Minutes between publication and the start of the newsstand.
    pub ago: i64,
    pub lang: String,
    pub section: String,
    pub tags: Vec<String>,
    /// Standfirst; also the feed's summary.
    pub stand: String,
    pub caption: String,
    pub credit: String,
    /// Stories of several sites with one name here are one agency's.
    pub agency: String,
    /// Slug of a story of the same site.
    pub related: String,
    /// Issued while the newsstand runs.
    pub later: bool,
    /// `site/slug` of the story that this one only links to.
    pub link: String,
    /// What is added to the linked address.
    pub suffix: String,
    /// Playing time in seconds of the recording that goes with it.
    pub seconds: u64,
    pub blocks: Vec<Block>,
}

/// Reads a content file.
pub(super) fn read(text: &str) -> Vec<Story> {
    let mut stories = Vec::new();
    for part in text.split("\n= ").map(|part| part.trim_start_matches("= ")) {
        let (head, body) = part.trim().split_once("\n\n").unwrap_or((part.trim(), ""));
        let mut lines = head.lines();
        let mut story =
            Story { slug: lines.next().unwrap_or_default().trim().to_owned(), ..Story::default() };
        for (key, value) in lines.filter_map(|line| line.split_once(": ")) {
            story.set(key.trim(), value.trim());
        }
        story.blocks =
            body.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).map(block).collect();
        stories.push(story);
    }
    stories
}

impl Story {
    fn set(&mut self, key: &str, value: &str) {
        let value_owned = value.to_owned();
        match key {
            "title" => self.title = value_owned,
            "by" => self.by = value_owned,
            "ago" => self.ago = value.parse().unwrap_or_default(),
            "lang" => self.lang = value_owned,
            "section" => self.section = value_owned,
            "tags" => self.tags = value.split(", ").map(str::to_owned).collect(),
            "stand" => self.stand = value_owned,
            "caption" => self.caption = value_owned,
            "credit" => self.credit = value_owned,
            "agency" => self.agency = value_owned,
            "related" => self.related = value_owned,
            "later" => self.later = value == "yes",
            "link" => self.link = value_owned,
            "suffix" => self.suffix = value_owned,
            "seconds" => self.seconds = value.parse().unwrap_or_default(),
            // A misspelt key shows in the tests: they ask for what it should have set.
            _ => {}
        }
    }

    /// First and last paragraph as plain text: with both, the whole body was read.
    /// Of several versions of one story, those that stand in all.
    pub fn markers(versions: &[&Self]) -> Vec<String> {
        let Some((story, others)) = versions.split_first() else { return Vec::new() };
        let others: Vec<Vec<String>> = others.iter().map(|other| other.paragraphs().collect()).collect();
        let mut shared = story.paragraphs().filter(|text| others.iter().all(|other| other.contains(text)));
        let first = shared.next();
        first.into_iter().chain(shared.next_back()).collect()
    }

    fn paragraphs(&self) -> impl DoubleEndedIterator<Item = String> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Paragraph(text) => Some(plain(text)),
            _ => None,
        })
    }

    /// The body as HTML; `middle` is put in after the third block.
    pub fn html(&self, middle: &str) -> String {
        let mut out = String::new();
        let place = self.blocks.len().min(3);
        for (i, block) in self.blocks.iter().enumerate() {
            if i == place {
                out.push_str(middle);
            }
            block.write(&mut out);
        }
        if place == self.blocks.len() {
            out.push_str(middle);
        }
        out
    }
}

fn block(text: &str) -> Block {
    let joined = || text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    if let Some(heading) = text.strip_prefix("## ") {
        Block::Heading(heading.to_owned())
    } else if let Some(quote) = text.strip_prefix("> ") {
        Block::Quote(quote.to_owned())
    } else if text.starts_with("- ") {
        Block::List(text.lines().filter_map(|line| line.strip_prefix("- ")).map(str::to_owned).collect())
    } else if text.starts_with("| ") {
        let cells = |line: &str| {
            line.trim_matches(['|', ' ']).split('|').map(|cell| cell.trim().to_owned()).collect()
        };
        Block::Table(text.lines().map(cells).collect())
    } else {
        Block::Paragraph(joined())
    }
}

impl Block {
    fn write(&self, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Paragraph(text) => writeln!(out, "<p>{}</p>", inline(text)),
            Self::Heading(text) => writeln!(out, "<h2>{}</h2>", inline(text)),
            Self::Quote(text) => writeln!(out, "<blockquote><p>{}</p></blockquote>", inline(text)),
            Self::List(items) => {
                let items: String = items.iter().map(|item| format!("<li>{}</li>", inline(item))).collect();
                writeln!(out, "<ul>{items}</ul>")
            }
            Self::Table(rows) => writeln!(out, "<table>{}</table>", table(rows)),
        };
    }
}

fn table(rows: &[Vec<String>]) -> String {
    let row = |(i, cells): (usize, &Vec<String>)| {
        let tag = if i == 0 { "th" } else { "td" };
        let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", inline(cell))).collect();
        format!("<tr>{cells}</tr>")
    };
    rows.iter().enumerate().map(row).collect()
}

/// Text for an element's content or a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

// Both patterns are constants that the tests compile; a broken one leaves the text as it is.
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\[([^\]]+)\]\(([^)\s]+)\)").ok());
static STRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\*([^*]+)\*").ok());

fn replace(pattern: &Option<Regex>, text: &str, with: &str) -> String {
    match pattern {
        Some(pattern) => pattern.replace_all(text, with).into_owned(),
        None => text.to_owned(),
    }
}

fn inline(text: &str) -> String {
    replace(&STRESS, &replace(&LINK, &escape(text), r#"<a href="$2">$1</a>"#), "<em>$1</em>")
}

/// The text without links and emphasis.
pub(super) fn plain(text: &str) -> String {
    replace(&STRESS, &replace(&LINK, text, "$1"), "$1")
}
