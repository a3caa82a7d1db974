//! A configuration that polls the whole newsstand.

use super::desk::Desk;
use super::site::Source;
use super::sites::{COURIER, DESK_MOVED};
use std::fmt::Write;
use std::path::Path;

/// Name of the source for the Courier's harbour desk.
pub(super) const DESK_ID: &str = "courier-harbour";

/// Every site's feed, and the harbour desk under its old address.
pub(super) fn sources(desk: &Desk) -> Vec<Source> {
    let mut sources: Vec<Source> = desk
        .papers
        .iter()
        .map(|paper| Source {
            id: paper.make.id.to_owned(),
            url: format!("{}{}", paper.base, paper.make.feed_path),
            tags: paper.make.tags.iter().map(|tag| (*tag).to_owned()).collect(),
        })
        .collect();
    sources.push(Source {
        id: DESK_ID.to_owned(),
        url: format!("{}{DESK_MOVED}", desk.papers[COURIER].base),
        tags: vec!["harbour".to_owned()],
    });
    sources
}

/// The whole file.
pub(super) fn config_toml(sources: &[Source], data_dir: &Path, listen: &str) -> String {
    let mut out = format!(
        "# A newsstand of invented papers on this machine.\n\
         data_dir = {}\n\n\
         [output]\ntitle = \"The Newsstand\"\ndescription = \"Everything the newsstand sells, in one feed\"\n\
         wait = \"20s\"\n\n\
         [server]\nlisten = {}\n\n\
         [fetch]\n# The sites are on loopback.\nallow_private_addresses = true\nhost_delay = \"0s\"\n\
         min_interval = \"1s\"\ntimeout = \"15s\"\n\n\
         [defaults]\ninterval = \"5s\"\nadaptive = false\nfirst_import = 50\n",
        quote(&data_dir.to_string_lossy()),
        quote(listen),
    );
    for source in sources {
        let tags: Vec<String> = source.tags.iter().map(|tag| quote(tag)).collect();
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "\n[sources.{}]\nurl = {}\ntags = [{}]\n",
            source.id,
            quote(&source.url),
            tags.join(", ")
        );
    }
    out
}

/// A basic string (TOML 1.0, "String"), its dollar signs doubled so that none stands for a variable.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '$' => out.push_str("$$"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
