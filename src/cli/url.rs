//! `offprint url`

use crate::identity::{StripRules, canonical, clean_link, web_address};
use anyhow::anyhow;
use std::fmt::Write;
use std::path::PathBuf;

/// The canonical form of an address, and why.
pub(super) fn run(config: Option<PathBuf>, address: &str) -> anyhow::Result<()> {
    let url = web_address(address).ok_or_else(|| anyhow!("{address}: not an http or https address"))?;
    let canonical = canonical(&url, StripRules::default());
    let mut out = format!("{}\n", canonical.form);
    if !canonical.changes.is_empty() {
        out.push_str("because\n");
    }
    for change in &canonical.changes {
        let _ = writeln!(out, "  {change}");
    }
    let _ = writeln!(out, "shown as\n  {}", clean_link(&url, StripRules::default()));
    // Sources may strip more.
    for source in super::find::optional(config).map(|config| config.sources).unwrap_or_default() {
        let rules = StripRules { extra: &source.strip_params };
        let form = crate::identity::canonical(&url, rules).form;
        if form != canonical.form {
            let _ = writeln!(out, "from the source {}\n  {form}", source.id);
        }
    }
    super::input::print(&out)
}
