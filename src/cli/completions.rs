//! `offprint completions`

use super::args::Args;
use clap::CommandFactory;
use clap_complete::Shell;

/// The script that a shell reads to complete our command line.
pub(super) fn run(shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "offprint", &mut script);
    super::input::print(&String::from_utf8_lossy(&script))
}
