//! `offprint parse`

use super::args::{self, ParseFormat};
use super::input;
use crate::feed;
use crate::health::counted;
use crate::model::{FeedDocument, Purpose, one_line};
use anyhow::{Context, bail};
use std::fmt::Write;
use std::io::{BufRead, Write as _};
use std::path::PathBuf;
use url::Url;

/// Relative links of a file without `--base` resolve against this.
const NOWHERE: &str = "http://offprint.invalid/feed";

/// Feeds through the daemon's reader.
pub(super) fn run(config: Option<PathBuf>, what: &args::Parse) -> anyhow::Result<()> {
    let base = what.base.as_deref().unwrap_or(NOWHERE);
    let base = Url::parse(base).with_context(|| format!("--base {base}: not an address"))?;
    if what.batch {
        return batch(&base);
    }
    let config = super::find::optional(config)?;
    let mut failed = 0;
    for place in &what.feeds {
        let shown = &*input::shown(place);
        let read = input::read(place, Purpose::Feed, &config).and_then(|document| {
            let base = document.url.as_ref().unwrap_or(&base);
            Ok(feed::parse(
                &document.bytes,
                document.content_type.as_deref(),
                base,
                &feed::Limits::default(),
            )?)
        });
        match read {
            Ok(document) if what.format == ParseFormat::Json => {
                let mut out = std::io::BufWriter::new(std::io::stdout().lock());
                serde_json::to_writer(&mut out, &feed::as_json(shown, &document))?;
                writeln!(out)?;
                out.flush()?;
            }
            Ok(document) => input::print(&summary(shown, &document))?,
            Err(error) => {
                eprintln!("{shown}: {error:#}");
                failed += 1;
            }
        }
    }
    if failed > 0 {
        bail!("{failed} of {} could not be read", what.feeds.len());
    }
    Ok(())
}

/// One path a line in, one JSON object a line out.
fn batch(base: &Url) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let path = line.context("cannot read standard input")?;
        if path.is_empty() {
            continue;
        }
        let read = input::read_file(&path, input::max(Purpose::Feed))
            .and_then(|bytes| Ok(feed::parse(&bytes, None, base, &feed::Limits::default())?));
        match read {
            Ok(document) => serde_json::to_writer(&mut out, &feed::as_json(&path, &document))?,
            Err(error) => {
                write!(out, "{}", serde_json::json!({ "file": path, "error": format!("{error:#}") }))?;
            }
        }
        writeln!(out)?;
        // Whoever reads may wait for this answer before asking again.
        out.flush()?;
    }
    Ok(())
}

fn summary(place: &str, document: &FeedDocument) -> String {
    let mut out = String::new();
    let or_none =
        |text: &Option<String>| text.as_deref().map_or_else(|| "–".to_owned(), |text| one_line(text, 100));
    let _ = writeln!(out, "{place}: {:?}, {}", document.kind, counted(document.entries.len(), "entry"));
    let _ = writeln!(out, "  title    {}", or_none(&document.title));
    let _ = writeln!(out, "  link     {}", or_none(&document.link));
    if document.truncated {
        let _ = writeln!(out, "  cut      the document ends before its end");
    }
    for warning in &document.warnings {
        let line = warning.line.map_or_else(String::new, |line| format!("line {line}: "));
        let _ = writeln!(out, "  repaired {line}{} ({})", one_line(&warning.message, 100), warning.kind);
    }
    for entry in document.entries.iter().take(10) {
        let date =
            entry.published.or(entry.updated).map_or_else(|| "no date".to_owned(), |date| date.to_string());
        let _ = writeln!(out, "  {}\n    {date}  {}", or_none(&entry.title), or_none(&entry.link));
    }
    if document.entries.len() > 10 {
        let _ = writeln!(out, "  and {} more", document.entries.len() - 10);
    }
    out
}
