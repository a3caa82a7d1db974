//! What can be said on the command line.

use crate::os::LogFormat;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Polls feeds, fetches the full articles, shows each story once, publishes one merged feed.
#[derive(Debug, Parser)]
#[command(name = "offprint", version, disable_help_subcommand = true, max_term_width = 80)]
pub(super) struct Args {
    /// Configuration file [default: ./offprint.toml, ./config/offprint.toml,
    /// $XDG_CONFIG_HOME/offprint/offprint.toml or /etc/offprint/offprint.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// How log lines are written
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub(super) log_format: Format,
    /// What is worth a log line [default: info for run, else warn]
    #[arg(long, global = true, value_enum, value_name = "LEVEL")]
    pub(super) log_level: Option<Level>,
    #[command(subcommand)]
    pub(super) command: Command,
}

impl Args {
    pub(super) fn level(&self) -> &'static str {
        match (&self.log_level, &self.command) {
            (Some(level), _) => level.name(),
            (None, Command::Run) => "info",
            // These tell in their own words what failed.
            (None, Command::Fetch(_) | Command::Demo { .. }) => "error",
            (None, _) => "warn",
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

impl From<Format> for LogFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the daemon in the foreground (SIGTERM stops it, SIGHUP reloads)
    Run,
    /// Poll what is due, once; scrape, store, print a summary
    Fetch(Fetch),
    /// Show everything at once, without the internet: a newsstand and the daemon on it
    Demo {
        /// One round; check that the merged feed is right
        #[arg(long)]
        once: bool,
    },
    /// Validate the configuration
    Check(Check),
    /// Find the feed behind an address and add it to the configuration
    Add(Add),
    /// Turn an OPML file into sources: print them, or add them to the configuration
    Import(Import),
    /// Write the merged feed or the articles
    Export(Export),
    /// Put one page through the extractor
    Extract(Extract),
    /// Run the extractor again over kept pages (scrape.keep_pages)
    Reextract {
        /// Only this source's
        #[arg(long, value_name = "ID")]
        source: Option<String>,
    },
    /// Put feeds through the reader
    Parse(Parse),
    /// Show the canonical form of an address, and why
    Url {
        /// The address
        url: String,
    },
    /// Show what was changed in an article since it was first seen
    Diff {
        /// Its id, our address of it, or its own
        id: String,
    },
    /// Show how the sources are, what is wrong and what to do
    Status(Status),
    /// Check configuration, database, disk, clock, DNS and TLS
    Doctor,
    /// Write a consistent copy of the database, also while the daemon runs
    Backup(Backup),
    /// Print the JSON Schema of the configuration
    Schema,
    /// Print the completion script of a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, clap::Args)]
pub(super) struct Fetch {
    /// Poll this source, due or not (may be repeated)
    #[arg(long, value_name = "ID")]
    pub(super) source: Vec<String>,
    /// Poll all (or the named) sources, also those stopped by a 410
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Status {
    /// Everything as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Only this source, with its last polls (may be repeated)
    #[arg(long, value_name = "ID")]
    pub(super) source: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// Where the copy goes
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// Try every source once and say what was found
    #[arg(long)]
    pub(super) online: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// Address of the feed, or of a page of its site
    #[arg(value_name = "URL")]
    pub(super) url: String,
    /// Name of the source [default: made out of the feed's title]
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// Tag of its entries (may be repeated)
    #[arg(long, value_name = "T")]
    pub(super) tag: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The OPML file, or - for standard input
    #[arg(value_name = "FILE.opml")]
    pub(super) file: String,
    /// Add the sources to the configuration instead of printing them
    #[arg(long)]
    pub(super) write: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    Atom,
    Rss,
    Json,
    Jsonl,
    Opml,
    Markdown,
}

#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// Format of the output
    #[arg(long, value_enum)]
    pub(super) format: ExportFormat,
    /// Only entries with this tag
    #[arg(long)]
    pub(super) tag: Option<String>,
    /// Only entries carried by this source
    #[arg(long, value_name = "ID")]
    pub(super) source: Option<String>,
    /// Only entries that this search finds
    #[arg(long, value_name = "Q")]
    pub(super) query: Option<String>,
    /// Only entries first seen since: a date, a time (RFC 3339), or a duration such as 7d
    #[arg(long, value_name = "D")]
    pub(super) since: Option<String>,
    /// The newest N entries [default: the merged feed]
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<usize>,
    /// Write into this folder instead of to stdout; markdown: one file an article
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// markdown: begin each article with a YAML head
    #[arg(long)]
    pub(super) front_matter: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExtractFormat {
    Html,
    Text,
    Markdown,
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct Extract {
    /// A file, an http(s) address, or - for standard input
    #[arg(required_unless_present = "batch")]
    pub(super) page: Option<String>,
    /// Address of the page, for relative links
    #[arg(long)]
    pub(super) url: Option<String>,
    /// Format of the output
    #[arg(long, value_enum, default_value = "markdown")]
    pub(super) format: ExtractFormat,
    /// Show candidates, scores, what was cut and why
    #[arg(long)]
    pub(super) explain: bool,
    /// JSON Lines on stdin and stdout, many pages in one process
    #[arg(long, conflicts_with_all = ["page", "url", "explain"])]
    pub(super) batch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ParseFormat {
    Text,
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct Parse {
    /// Files, http(s) addresses, or - for standard input
    #[arg(required_unless_present = "batch")]
    pub(super) feeds: Vec<String>,
    /// Address of the feed, for relative links
    #[arg(long, value_name = "URL")]
    pub(super) base: Option<String>,
    /// Format of the output
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: ParseFormat,
    /// File paths on stdin, JSON Lines on stdout
    #[arg(long, conflicts_with = "feeds")]
    pub(super) batch: bool,
}
