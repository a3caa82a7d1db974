//! The command line: flags in, meaning out. One file a command.

mod add;
mod args;
mod backup;
mod check;
mod columns;
mod completions;
mod demo;
mod diff;
mod doctor;
mod explain;
mod export;
mod extract;
mod fetch;
mod find;
mod import;
mod input;
mod man;
mod parse;
mod progress;
mod reextract;
mod run;
mod status;
mod url;

use args::{Args, Command};
use clap::Parser;
use std::process::ExitCode;

/// Reads the command line, does what it says, answers the exit status:
/// 0 done, 1 it could not be done, 2 wrong usage.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let (format, level) = (args.log_format.into(), args.level());
    crate::os::start_logging(format, level);
    // Without it a write that fails may end the process; with it the write still fails.
    let _ = outlive_large_files();
    let config = args.config;
    let done = match args.command {
        Command::Run => run::run(config),
        Command::Fetch(what) => fetch::run(config, what),
        Command::Check(what) => check::run(config, &what),
        Command::Add(what) => add::run(config, &what),
        Command::Import(what) => import::run(config, &what),
        Command::Export(what) => export::run(config, what),
        Command::Extract(what) => extract::run(config, &what),
        Command::Reextract { source } => reextract::run(config, source),
        Command::Parse(what) => parse::run(config, &what),
        Command::Url { url } => url::run(config, &url),
        Command::Diff { id } => diff::run(config, &id),
        Command::Demo { once } => demo::run(once),
        Command::Schema => schema(),
        Command::Status(what) => status::run(config, &what),
        Command::Doctor => doctor::run(config),
        Command::Backup(what) => backup::run(config, &what),
        Command::Completions { shell } => completions::run(shell),
        Command::Man => man::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Whoever reads our output has had enough: no fault.
            if is_broken_pipe(&error) {
                return ExitCode::SUCCESS;
            }
            eprintln!("offprint: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn outlive_large_files() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _inside = runtime.enter();
    crate::os::outlive_large_files()
}

fn schema() -> anyhow::Result<()> {
    input::print(&format!("{:#}\n", crate::config::schema()))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

/// A runtime whose threads end with the command, whatever still runs on them.
///
/// One thread is enough for sockets and timers: reading feeds, extracting articles
/// and writing to the store are blocking tasks. Few threads also mean few heaps.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    // The writer, the readers of the store, and a task for each processor.
    let tasks = 4 + std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let runtime =
        tokio::runtime::Builder::new_current_thread().max_blocking_threads(tasks).enable_all().build()?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}
