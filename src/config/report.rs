//! Mistakes with their places.

use std::fmt;
use std::path::{Path, PathBuf};

/// So many mistakes are told; the rest is counted.
const MOST: usize = 1_000;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file it is in.
    pub file: PathBuf,
    /// Line and column, from 1; columns are counted in characters. `None`: the file as a whole.
    pub place: Option<(usize, usize)>,
    /// The key it is about, such as `sources.a.url`; empty for the file as a whole.
    pub key: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = self.file.display().to_string();
        if let Some((row, column)) = self.place {
            line.push_str(&format!(":{row}:{column}"));
        }
        for part in [&self.key, &self.message] {
            if !part.is_empty() {
                line.push_str(": ");
                line.push_str(part);
            }
        }
        // A path or a key may hold what a terminal would obey.
        for c in line.chars() {
            if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        Ok(())
    }
}

/// Every mistake of a configuration, in the order of files and lines. Shown one a line, without
/// passwords and without values out of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    mistakes: Vec<Mistake>,
    more: usize,
}

impl Report {
    /// The mistakes, at most a thousand.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, mistake) in self.mistakes.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{mistake}")?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

/// Mistakes of one file while it is read; places are byte offsets still.
#[derive(Debug, Default)]
pub(super) struct Notes {
    list: Vec<(Option<usize>, String, String)>,
    more: usize,
}

impl Notes {
    /// Notes a mistake at a byte offset. The message is made only if there is room for it.
    pub(super) fn add(&mut self, offset: usize, key: impl fmt::Display, message: impl FnOnce() -> String) {
        self.push(Some(offset), key, message);
    }

    /// Whether nothing was noted.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Notes a mistake of the file as a whole.
    pub(super) fn whole(&mut self, message: String) {
        self.push(None, "", || message);
    }

    fn push(&mut self, offset: Option<usize>, key: impl fmt::Display, message: impl FnOnce() -> String) {
        if self.list.len() < MOST {
            self.list.push((offset, key.to_string(), message()));
        } else {
            self.more += 1;
        }
    }
}

/// What becomes the [`Report`]: the notes of all files with their places.
#[derive(Debug, Default)]
pub(super) struct Collector {
    mistakes: Vec<(usize, Mistake)>,
    more: usize,
}

impl Collector {
    /// Takes the notes of the file of this number, whose text is `text`.
    pub(super) fn close(&mut self, number: usize, file: &Path, text: &str, mut notes: Notes) {
        notes.list.sort_by_key(|note| note.0);
        let offsets: Vec<usize> = notes.list.iter().map(|note| note.0.unwrap_or(0)).collect();
        let places = places(text, &offsets);
        for ((offset, key, message), place) in notes.list.into_iter().zip(places) {
            let place = offset.map(|_| place);
            self.mistakes.push((number, Mistake { file: file.to_owned(), place, key, message }));
        }
        self.more += notes.more;
        // The main file is closed last, so there may be too many for a while, but not without end.
        if self.mistakes.len() > 2 * MOST {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.mistakes.sort_by_key(|(number, mistake)| (*number, mistake.place));
        self.more += self.mistakes.len().saturating_sub(MOST);
        self.mistakes.truncate(MOST);
    }

    /// The report, if there is anything to report.
    pub(super) fn finish(self) -> Result<(), Report> {
        if self.mistakes.is_empty() { Ok(()) } else { Err(self.into_report()) }
    }

    /// The report.
    pub(super) fn into_report(mut self) -> Report {
        self.cut();
        Report { mistakes: self.mistakes.into_iter().map(|(_, mistake)| mistake).collect(), more: self.more }
    }
}

/// Lines and columns, from 1, of ascending byte offsets, in one pass over the text.
pub(super) fn places(text: &str, offsets: &[usize]) -> Vec<(usize, usize)> {
    let (mut line, mut column, mut at) = (1, 1, 0);
    let step = |offset: &usize| {
        let mut end = (*offset).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        for c in text.get(at..end).unwrap_or_default().chars() {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        at = at.max(end);
        (line, column)
    };
    offsets.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        let text = "ä = 1\r\n  ß😀x\n";
        let x = text.find('x').unwrap();
        assert_eq!(places(text, &[0, 3, x, x, 999]), [(1, 1), (1, 3), (2, 5), (2, 5), (3, 1)]);
        assert_eq!(places("", &[0, 5]), [(1, 1), (1, 1)]);
    }

    #[test]
    fn a_flood_is_counted() {
        let mut notes = Notes::default();
        for i in 0..5_000 {
            notes.add(i, "k", || format!("no. {i}"));
        }
        let mut all = Collector::default();
        all.close(0, Path::new("f"), "", notes);
        let report = all.finish().unwrap_err();
        assert_eq!(report.mistakes().len(), 1_000);
        assert!(report.to_string().ends_with("\nand 4000 more"), "{report}");
    }

    #[test]
    fn nothing_for_a_terminal_to_obey() {
        let mistake = Mistake {
            file: "a\x1b[2J.toml".into(),
            place: Some((1, 2)),
            key: "k\r\n".into(),
            message: "m\u{9b}".into(),
        };
        assert!(!mistake.to_string().contains(char::is_control));
    }
}
