//! Logging: for people on a terminal, as JSON for programs. Always to stderr.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// `--log-format`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging at `level` (error, warn, info, debug, trace) and above.
/// Later calls do nothing.
pub fn start_logging(format: LogFormat, level: &str) {
    // Libraries speak up only when something is wrong.
    let filter = EnvFilter::new(format!("warn,offprint={level}"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // It fails only if logging has been started before.
    let _ = match format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
