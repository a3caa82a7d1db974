//! `offprint url`

use crate::identity::{StripRules, clean_link, explain, web_address};
use anyhow::anyhow;
use std::fmt::Write;
use std::path::PathBuf;

/// The canonical form of an address, and why.
pub(super) fn run(config: Option<PathBuf>, address: &str) -> anyhow::Result<()> {
    let strange = || anyhow!("{address}: not an http or https address");
    let url = web_address(address).ok_or_else(strange)?;
    let canonical = explain(address, StripRules::default()).ok_or_else(strange)?;
    let mut out = format!("{}\n", canonical.form);
    out.push_str(if canonical.changes.is_empty() { "as it is\n" } else { "because\n" });
    for change in &canonical.changes {
        let _ = writeln!(out, "  {change}");
    }
    let _ = writeln!(out, "shown as\n  {}", clean_link(&url, StripRules::default()));
    // Sources may strip more.
    for source in super::find::optional(config).map(|config| config.sources).unwrap_or_default() {
        let rules = StripRules { extra: &source.strip_params };
        let Some(own) = explain(address, rules).filter(|own| own.form != canonical.form) else { continue };
        let _ = writeln!(out, "from the source {}\n  {}\nbecause", source.id, own.form);
        for change in own.changes.iter().filter(|change| !canonical.changes.contains(change)) {
            let _ = writeln!(out, "  {change}");
        }
    }
    super::input::print(&out)
}
