//! `offprint diff`

use super::columns;
use crate::daemon::assembled;
use crate::diff::{Change, Part, paragraphs, words};
use crate::html::to_text;
use crate::identity::{StripRules, url_key, web_address};
use crate::model::{EntryId, Version, one_line};
use crate::store::{self, Look};
use anyhow::{anyhow, bail};
use jiff::Timestamp;
use std::fmt::Write;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Longest title that is printed, in characters.
const TITLE: usize = 300;

/// What changed between the kept versions of an article.
pub(super) fn run(config: Option<PathBuf>, name: &str) -> anyhow::Result<()> {
    let settings = super::find::settings(config)?;
    let ids = named(name);
    if ids.is_empty() {
        bail!("\"{}\" is neither the id of an article nor an address", one_line(name, 100));
    }
    let look = Look::at(&settings.config.data_dir)?.ok_or_else(|| {
        anyhow!("there is no database yet in {}; run or fetch makes it", settings.config.data_dir.display())
    })?;
    let read = |conn: &_| {
        for id in &ids {
            if let Some(found) = store::history(conn, id)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    };
    let Some((entry, mut versions)) = look.read(read)? else {
        bail!("no article \"{}\" is stored; its id is the last part of /articles/ID", one_line(name, 100));
    };
    let first_seen = entry.first_seen;
    let Some(entry) = assembled(&settings, vec![entry]).pop() else { return Ok(()) };
    let html = entry.content_html.as_deref().or(entry.summary_html.as_deref()).unwrap_or_default();
    versions.push(Version { until: Timestamp::MAX, title: entry.title.clone(), text: to_text(html) });
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut out = Page { text: String::new(), colour };
    out.plain(&format!("{}  {}", entry.id, one_line(entry.url.as_deref().unwrap_or_default(), TITLE)));
    if versions.len() == 1 {
        out.plain("No earlier version is kept: it has not been changed since it was first seen.");
    }
    let mut since = first_seen;
    for pair in versions.windows(2) {
        if let [old, new] = pair {
            out.edit(old, new, since);
            since = old.until;
        }
    }
    super::input::print(&out.text)
}

/// The ids that somebody may mean: an id, `urn:uuid:ID`, an address that ends in it as
/// ours do, or the address of the article itself.
fn named(name: &str) -> Vec<EntryId> {
    let name = name.trim();
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit(['/', ':']).next().unwrap_or_default();
    let bare = last.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let by_address = web_address(name).map(|url| EntryId::from_key(url_key(&url, StripRules::default())));
    EntryId::parse(&bare).into_iter().chain(by_address).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Same,
    Gone,
    New,
}

/// What is printed, in lines of at most 80 columns.
struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn plain(&mut self, text: &str) {
        for line in columns::wrapped(text, "", 80) {
            let _ = writeln!(self.text, "{line}");
        }
    }

    fn edit(&mut self, old: &Version, new: &Version, since: Timestamp) {
        let at = |time: Timestamp| super::status::minute(time);
        let _ = writeln!(self.text, "\n{} to {}", at(since), at(old.until));
        if old.title != new.title {
            let parts = words(&old.title, &new.title)
                .unwrap_or_else(|| vec![Part::Gone(old.title.clone()), Part::New(new.title.clone())]);
            self.paragraph("Title: ", &parts);
        }
        let changes = paragraphs(&old.text, &new.text);
        if old.title == new.title && changes.iter().all(|change| matches!(change, Change::Same(_))) {
            self.plain("Nothing that can be seen.");
        }
        for change in changes {
            match change {
                Change::Same(1) => self.text.push_str("  … a paragraph as it was\n"),
                Change::Same(count) => {
                    let _ = writeln!(self.text, "  … {count} paragraphs as they were");
                }
                Change::Edited(parts) => self.paragraph("~ ", &parts),
                Change::Gone(text) => self.paragraph("- ", &[Part::Gone(text)]),
                Change::New(text) => self.paragraph("+ ", &[Part::New(text)]),
            }
        }
    }

    /// Words with what became of them: in colour, else as `[-gone-]` and `{+new+}`.
    fn paragraph(&mut self, first: &str, parts: &[Part]) {
        let indent = " ".repeat(columns::width(first));
        let mut used = columns::width(first);
        let mut line = first.to_owned();
        for (glued, style, word) in pieces(parts, self.colour) {
            let gap = usize::from(!glued && line.len() > indent.len().max(first.len()));
            let mut rest = word.as_str();
            while !rest.is_empty() {
                let room = 80usize.saturating_sub(used + gap);
                if columns::width(rest) <= room || used <= indent.len() {
                    let (head, tail) = rest.split_at(columns::fitting(rest, room.max(1)));
                    line.push_str(&" "[..gap.min(usize::from(used > indent.len()))]);
                    self.paint(&mut line, style, head);
                    used += gap + columns::width(head);
                    rest = tail;
                } else {
                    let _ = writeln!(self.text, "{}", line.trim_end());
                    line = indent.clone();
                    used = indent.len();
                }
            }
        }
        let _ = writeln!(self.text, "{}", line.trim_end());
    }

    fn paint(&self, line: &mut String, style: Style, word: &str) {
        // Struck out and underlined as well: not everybody tells red from green.
        let _ = match style {
            Style::Gone if self.colour => write!(line, "\u{1b}[31;9m{word}\u{1b}[0m"),
            Style::New if self.colour => write!(line, "\u{1b}[32;4m{word}\u{1b}[0m"),
            _ => write!(line, "{word}"),
        };
    }
}

/// Words; whether each follows the one before without a blank; what became of it.
fn pieces(parts: &[Part], colour: bool) -> Vec<(bool, Style, String)> {
    let mut pieces = Vec::new();
    let mut glued = true;
    for part in parts {
        let (style, text, marks) = match part {
            Part::Same(text) => (Style::Same, text, ("", "")),
            Part::Gone(text) => (Style::Gone, text, ("[-", "-]")),
            Part::New(text) => (Style::New, text, ("{+", "+}")),
        };
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let text = one_line(&text, usize::MAX);
        let marks = if colour { ("", "") } else { marks };
        glued &= !text.starts_with(char::is_whitespace);
        let count = text.split_whitespace().count();
        for (at, word) in text.split_whitespace().enumerate() {
            let (open, close) =
                (if at == 0 { marks.0 } else { "" }, if at + 1 == count { marks.1 } else { "" });
            pieces.push((glued && at == 0, style, format!("{open}{word}{close}")));
        }
        if !text.is_empty() {
            glued = !text.ends_with(char::is_whitespace);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(parts: &[Part], colour: bool) -> String {
        let mut page = Page { text: String::new(), colour };
        page.paragraph("~ ", parts);
        page.text
    }

    #[test]
    fn words_with_what_became_of_them() {
        let parts = [
            Part::Same("The ".to_owned()),
            Part::Gone("old red".to_owned()),
            Part::New("new".to_owned()),
            Part::Same(" bridge, \u{1b}[31mhe said ".to_owned()),
        ];
        assert_eq!(printed(&parts, false), "~ The [-old red-]{+new+} bridge, [31mhe said\n");
        assert!(printed(&parts, true).contains("\u{1b}[31;9mold\u{1b}[0m"));
        let long = [Part::Same("word ".repeat(50)), Part::New("y".repeat(200))];
        for line in printed(&long, false).lines() {
            assert!(columns::width(line) <= 80, "{line}");
        }
        assert!(printed(&long, false).contains("\n  word word"));
    }

    #[test]
    fn what_names_an_article() {
        let id = "0badcafe-0000-8000-8000-00000000000f";
        for name in [
            id.to_owned(),
            format!("urn:uuid:{id}"),
            format!("http://127.0.0.1:8380/articles/{id}"),
            format!("https://news.example/offprint/articles/{id}.html?token=x"),
            format!("/articles/{}", id.to_uppercase()),
        ] {
            assert_eq!(named(&name).first().map(ToString::to_string).as_deref(), Some(id), "{name}");
        }
        assert_eq!(named("https://site.example/a").len(), 1);
        assert!(named("nothing").is_empty());
    }
}
