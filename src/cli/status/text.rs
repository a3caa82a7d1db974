//! The overview as a table.

use super::{NOTICES, Overview, Shown, count};
use crate::cli::columns::{isolated, left, right, width, wrapped};
use crate::health::{Condition, INCOMPLETE, ago, counted, full_text, subscription, until};
use crate::model::{Standing, one_line};
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write;

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[31m";
const YELLOW: &str = "\x1b[33m";
const PLAIN: &str = "\x1b[0m";

/// Columns of the parts of a row after the name, with the blanks before them.
const LAST: usize = 15;
const NEXT: usize = 14;
const ENTRIES: usize = 9;
const FULL_TEXT: usize = 11;
/// Repairs that are shown of one document.
const REPAIRS: usize = 3;
/// The daily copy may be so old.
const COPY_AGE: SignedDuration = SignedDuration::from_hours(48);

/// The whole table, no line wider than `columns`.
pub(super) fn of(overview: &Overview, columns: usize, colour: bool) -> String {
    let mut page = Page { out: String::new(), columns, colour, now: overview.now };
    page.head(overview);
    if !overview.sources.is_empty() {
        page.line("", "");
        let name = page.name();
        let head = format!(
            "{}{}{}{}{}",
            left("SOURCE", name),
            left("  LAST SUCCESS", LAST),
            left("  NEXT POLL", NEXT),
            right("ENTRIES", ENTRIES),
            right("FULL TEXT", FULL_TEXT)
        );
        page.line("", &head);
    }
    for shown in &overview.sources {
        page.source(shown, overview.named);
    }
    if !overview.notices.is_empty() && !overview.named {
        page.line("", "");
        page.line(BOLD, "NOTICES");
        for notice in overview.notices.iter().take(NOTICES) {
            page.block("", &format!("{}  ", minute(notice.at)), &one_line(&notice.title, 200));
        }
    }
    page.out
}

struct Page {
    out: String,
    columns: usize,
    colour: bool,
    now: Timestamp,
}

impl Page {
    /// Columns of a source's name.
    fn name(&self) -> usize {
        self.columns - (LAST + NEXT + ENTRIES + FULL_TEXT)
    }

    fn line(&mut self, style: &str, text: &str) {
        let text = text.trim_end_matches(' ');
        let _ = if self.colour && !style.is_empty() && !text.is_empty() {
            writeln!(self.out, "{style}{text}{PLAIN}")
        } else {
            writeln!(self.out, "{text}")
        };
    }

    fn block(&mut self, style: &str, first: &str, text: &str) {
        for line in wrapped(text, first, self.columns) {
            self.line(style, &line);
        }
    }

    fn head(&mut self, overview: &Overview) {
        let daemon = if overview.daemon { "the daemon is running" } else { "no daemon is running" };
        self.block(BOLD, "", &format!("Offprint, {}: {daemon}", minute(self.now)));
        let sources = &overview.sources;
        if overview.database.is_none() {
            let text =
                "Nothing has been polled yet. offprint run starts the daemon, offprint fetch polls once.";
            self.block("", "", text);
        }
        let mut parts = Vec::new();
        let failing = count(sources, &[Condition::Failing, Condition::Stopped]);
        let disabled = sources.iter().filter(|shown| !shown.enabled).count();
        for (number, word) in
            [(failing, "failing"), (count(sources, &[Condition::Poor]), "to look at"), (disabled, "disabled")]
        {
            if number > 0 {
                parts.push(format!("{number} {word}"));
            }
        }
        let figures = &overview.figures;
        // The figures are those of the store, whatever sources were asked for.
        let whole = if overview.named { "; of all sources " } else { ", " };
        let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
        self.block(
            if failing > 0 { RED } else { "" },
            "",
            &format!(
                "{}{parts}{whole}{}, {} waiting, {}",
                counted(sources.len(), "source"),
                counted64(figures.entries, "entry"),
                counted64(figures.pages_waiting, "page"),
                size(figures.bytes)
            ),
        );
        self.backup(overview);
        if let Some(obstacle) = overview.websub_obstacle {
            self.block("", "", obstacle);
        }
    }

    fn backup(&mut self, overview: &Overview) {
        let Some((folder, newest)) = &overview.backup else { return };
        let folder = folder.display();
        match newest {
            Some(newest) if self.now.duration_since(*newest) < COPY_AGE => {
                self.block("", "", &format!("Last daily copy {} in {folder}", ago(self.now, *newest)));
            }
            newest => {
                let last = newest.map_or_else(
                    || "no daily copy has been made yet".to_owned(),
                    |at| format!("the last daily copy was made {}", ago(self.now, at)),
                );
                let why =
                    if overview.daemon { "the log of the daemon says why" } else { "the daemon makes them" };
                self.block(YELLOW, "", &format!("In {folder} {last}; {why}"));
            }
        }
    }

    fn source(&mut self, shown: &Shown, detailed: bool) {
        let name = self.name();
        let style = match shown.health.condition {
            _ if !shown.enabled => "",
            Condition::Failing | Condition::Stopped => RED,
            Condition::Poor => YELLOW,
            Condition::New | Condition::Good => BOLD,
        };
        let cells = self.cells(shown);
        if width(&shown.id) <= name {
            self.line(style, &format!("{}{cells}", left(&shown.id, name)));
        } else {
            for part in wrapped(&shown.id, "", self.columns) {
                self.line(style, &part);
            }
            self.line("", &format!("{}{cells}", " ".repeat(name)));
        }
        self.title(shown, name);
        let ill = !matches!(shown.health.condition, Condition::Good);
        if let Some(wrong) = shown.health.wrong.as_ref().filter(|_| shown.enabled) {
            self.block(style, "  ! ", &one_line(wrong, 500));
        }
        if let Some(advice) = shown.health.advice.as_ref().filter(|_| shown.enabled) {
            self.block("", "  > ", &one_line(advice, 500));
        }
        if let Some(state) = &shown.state {
            if (ill && shown.enabled) || detailed {
                self.repairs(&state.repairs, shown.health.wrong.as_deref().filter(|_| shown.enabled));
            }
            if let Some(moved) = &state.moved_to {
                self.block("", "  = ", &format!("moved for good to {}; edit url", one_line(moved, 500)));
            }
        }
        if detailed {
            self.details(shown);
        }
    }

    fn cells(&self, shown: &Shown) -> String {
        let none = "-".to_owned();
        let state = shown.state.as_ref();
        let last = state.map_or_else(
            || "never".to_owned(),
            |state| match state.last_success {
                Some(at) => ago(self.now, at),
                None => "never".to_owned(),
            },
        );
        let next = match state {
            _ if !shown.enabled => "disabled".to_owned(),
            None => "unknown".to_owned(),
            Some(state) if state.standing != Standing::Active => "unknown".to_owned(),
            Some(state) if state.gone => "stopped".to_owned(),
            Some(state) => until(self.now, state.next_due),
        };
        let entries = state.map_or_else(|| none.clone(), |state| state.entries.to_string());
        format!(
            "  {}  {}{}{}",
            left(&last, LAST - 2),
            left(&next, NEXT - 2),
            right(&entries, ENTRIES),
            right(&state.map_or(none, full_text), FULL_TEXT)
        )
    }

    /// The title under the name, and why the next poll is when it is under that.
    fn title(&mut self, shown: &Shown, name: usize) {
        let title = shown.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&shown.url);
        let why = shown.state.as_ref().filter(|state| shown.enabled && !state.gone);
        let Some(why) = why.map(|state| one_line(&state.why, 200)) else {
            let title = isolated(title, self.columns - 2);
            return self.line("", &format!("  {title}"));
        };
        let before = name + LAST;
        let room = self.columns - before - 2;
        let mut lines = wrapped(&why, "", room).into_iter();
        let first = lines.next().unwrap_or_default();
        let title = isolated(title, before - 2);
        self.line("", &format!("  {title}  {first}"));
        for line in lines {
            self.line("", &format!("{}  {line}", " ".repeat(before)));
        }
    }

    /// What was repaired, without what is said already as wrong.
    fn repairs(&mut self, repairs: &[String], wrong: Option<&str>) {
        let said = |repair: &str| {
            let lost = repair.strip_prefix(INCOMPLETE).zip(wrong);
            lost.is_some_and(|(lost, wrong)| {
                wrong.contains("incomplete") && wrong.ends_with(&*one_line(lost, 200))
            })
        };
        let repairs = match repairs {
            [first, rest @ ..] if said(first) => rest,
            all => all,
        };
        for repair in repairs.iter().take(REPAIRS) {
            self.block("", "  ~ ", &format!("repaired: {}", one_line(repair, 300)));
        }
        if let Some(more) = repairs.len().checked_sub(REPAIRS).filter(|more| *more > 0) {
            self.block("", "  ~ ", &format!("and {more} more; offprint parse shows them all"));
        }
    }

    fn details(&mut self, shown: &Shown) {
        self.block("", "  url:  ", &shown.url);
        if let Some(link) = shown.state.as_ref().and_then(|state| state.link.as_deref()) {
            self.block("", "  site: ", &one_line(link, 500));
        }
        if let Some(state) = &shown.state {
            let polls = format!(
                "{}, {} unchanged, {} failed, {} received; {} without news since the last below",
                counted64(state.polls, "poll"),
                state.unchanged,
                state.errors,
                size(state.bytes),
                state.quiet
            );
            self.block("", "  ", &polls);
        }
        if let Some(at_hub) = shown.state.as_ref().and_then(|state| state.subscription.as_ref()) {
            self.block("", "  hub:  ", &subscription(at_hub, self.now));
        }
        for poll in &shown.log {
            let mut what = match &poll.error {
                Some(error) => one_line(error, 300),
                None => format!("{} new, {} changed, {}", poll.new, poll.changed, size(poll.bytes)),
            };
            if poll.quiet > 0 {
                let _ = write!(what, ", after {} without news", poll.quiet);
            }
            self.block("", &format!("  {}  ", minute(poll.at)), &what);
        }
    }
}

fn counted64(count: u64, noun: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

/// `2026-03-02 10:05 UTC`
pub(in crate::cli) fn minute(time: Timestamp) -> String {
    let text: String = time.to_string().replace('T', " ").chars().take(16).collect();
    format!("{text} UTC")
}

/// `812 B`, `3.4 KiB`, `24.3 MiB`
pub(in crate::cli) fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    let mut unit = "B";
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = larger;
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{value:.1} {unit}") }
}

#[cfg(test)]
mod tests;
