//! `offprint man`: the manual page, from the command line itself and a text beside it.

use super::args::Args;
use clap::{Arg, Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

/// What comes before the options.
const DESCRIPTION: &str = include_str!("man/description.roff");
/// Sections that the command line doesn't know, as roff.
const SECTIONS: &str = include_str!("man/sections.roff");

/// Prints the page.
pub(super) fn run() -> anyhow::Result<()> {
    super::input::print(&page()?)
}

fn page() -> anyhow::Result<String> {
    let mut command = Args::command();
    command.build();
    let man = Man::new(command.clone()).manual("User Commands");
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    let mut page = String::from_utf8(out)?;
    page.push_str(DESCRIPTION);
    page.push_str(&commands(&command));
    page.push_str(SECTIONS);
    Ok(page)
}

fn commands(command: &Command) -> String {
    let mut roff = Roff::new();
    roff.control("SH", ["OPTIONS"]);
    for arg in command.get_arguments().filter(|arg| !arg.is_positional() && !arg.is_hide_set()) {
        argument(&mut roff, arg);
    }
    roff.control("SH", ["COMMANDS"]);
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        roff.control("SS", [heading(sub).as_str()]);
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        roff.text([roman(format!("{about}."))]);
        for arg in sub.get_arguments().filter(|arg| !arg.is_global_set() && !arg.is_hide_set()) {
            if arg.get_id() != "help" && arg.get_id() != "version" {
                argument(&mut roff, arg);
            }
        }
    }
    roff.to_roff()
}

/// `fetch [OPTIONS]`, `backup [OPTIONS] FILE`
fn heading(command: &Command) -> String {
    let mut heading = command.get_name().to_owned();
    if command.get_opts().any(|arg| !arg.is_global_set()) {
        heading.push_str(" [OPTIONS]");
    }
    for arg in command.get_positionals() {
        let repeated =
            if arg.get_num_args().is_some_and(|range| range.max_values() > 1) { "..." } else { "" };
        heading.push(' ');
        heading.push_str(&value_name(arg).to_uppercase());
        heading.push_str(repeated);
    }
    heading
}

fn value_name(arg: &Arg) -> String {
    let names = arg.get_value_names().and_then(|names| names.first());
    names.map_or_else(|| arg.get_id().to_string(), ToString::to_string)
}

fn argument(roff: &mut Roff, arg: &Arg) {
    let mut head: Vec<Inline> = Vec::new();
    if let Some(short) = arg.get_short() {
        head.extend([bold(format!("-{short}")), roman(", ")]);
    }
    match arg.get_long() {
        Some(long) => head.push(bold(format!("--{long}"))),
        None => head.push(italic(value_name(arg).to_uppercase())),
    }
    if arg.get_long().is_some() && arg.get_action().takes_values() {
        head.extend([roman(" "), italic(value_name(arg).to_uppercase())]);
    }
    roff.control("TP", []);
    roff.text(head);
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('\n', " ");
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| value.get_name().to_owned())
        .collect();
    if !values.is_empty() && arg.get_action().takes_values() {
        text.push_str(&format!(": {}", values.join(", ")));
    }
    let default: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !default.is_empty() && arg.get_action().takes_values() {
        text.push_str(&format!(" (default: {})", default.join(", ")));
    }
    roff.text([roman(format!("{text}."))]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_option_is_on_the_page() {
        let page = page().expect("a page").replace("\\-", "-");
        let mut command = Args::command();
        command.build();
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            assert!(
                page.contains(&format!("\n.SS \"{}", sub.get_name()))
                    || page.contains(&format!("\n.SS {}", sub.get_name())),
                "{}",
                sub.get_name()
            );
            for long in sub.get_arguments().filter_map(Arg::get_long) {
                assert!(page.contains(&format!("--{long}")), "{} --{long}", sub.get_name());
            }
        }
        for section in [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "COMMANDS",
            "FILES",
            "ENVIRONMENT",
            "SIGNALS",
            "EXAMPLES",
        ] {
            assert!(page.contains(&format!("\n.SH {section}\n")), "{section}");
        }
        assert!(page.contains("\n.SH \"EXIT STATUS\"\n"));
    }
}
