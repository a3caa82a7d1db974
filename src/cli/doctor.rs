//! `offprint doctor`: what is wrong with this installation, and what to do.

mod hubs;
mod machine;
mod server;
mod storage;

use super::columns;
use crate::health::counted;
use crate::os;
use anyhow::bail;
use std::path::PathBuf;
use std::time::Duration;

/// No question to the network takes longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was found about one thing.
enum Finding {
    /// It is as it should be.
    Ok(String),
    /// It could not be looked at, or is worth knowing.
    Note(String),
    /// What is wrong and what to do.
    Wrong(String, &'static str),
}

use Finding::{Note, Ok as Good, Wrong};

/// Looks at everything; fails if something is wrong.
pub(super) fn run(config: Option<PathBuf>) -> anyhow::Result<()> {
    let config = super::find::config(config)?;
    let now = os::now();
    let mut findings = vec![(
        "configuration",
        Good(format!("{}: no mistakes, {}", config.file.display(), counted(config.sources.len(), "source"))),
    )];
    findings.extend(config.warnings().into_iter().map(|warning| ("configuration", Note(warning))));
    let mut found = |name, finding| findings.push((name, finding));
    found("data_dir", storage::folder(&config.data_dir));
    found("disk", storage::disk(&config.data_dir));
    let storage::Database { finding, sources, daemon } = storage::database(&config.data_dir, now);
    let newest = sources.iter().filter_map(|source| source.last_attempt).max();
    found("database", finding);
    if let Some(folder) = &config.store.backup_dir {
        found("backup_dir", storage::copies(folder, now));
    }
    found("clock", machine::clock(now, newest));
    found("TLS", machine::roots());
    let network = super::block_on(async {
        let names = machine::names(&config).await;
        let server = server::answers(&config.server.listen, daemon).await;
        Ok((names, server, hubs::look(&config, &sources, now).await))
    });
    let (names, server, hubs) = network?;
    found("DNS", names);
    found("server", server);
    hubs.into_iter().for_each(|hub| found("hubs", hub));
    report(&findings)
}

fn report(findings: &[(&str, Finding)]) -> anyhow::Result<()> {
    let columns = columns::available();
    let mut lines = Vec::new();
    let mut wrong = 0;
    for (name, finding) in findings {
        let (word, text, advice) = match finding {
            Good(text) => ("ok", text, None),
            Note(text) => ("note", text, None),
            Wrong(text, advice) => ("WRONG", text, Some(advice)),
        };
        wrong += usize::from(advice.is_some());
        let text = crate::model::one_line(text, 1000);
        lines.extend(columns::wrapped(&format!("{name}: {text}"), &columns::left(word, 7), columns));
        if let Some(advice) = advice {
            lines.extend(columns::wrapped(advice, "     > ", columns));
        }
    }
    lines.push(String::new());
    super::input::print(&lines.join("\n"))?;
    match wrong {
        0 => Ok(()),
        1 => bail!("1 thing is wrong"),
        _ => bail!("{wrong} things are wrong"),
    }
}
