//! The canonical form of an address as somebody typed it, with every step told.

use super::canonical::{Canonical, canonical};
use super::keys::web_address;
use super::tracking::StripRules;

/// The canonical form of an address and every change on the way to it, those included
/// that reading an address brings about (RFC 3986 §6.2.2). `None`: not http or https.
pub fn explain(address: &str, rules: StripRules<'_>) -> Option<Canonical> {
    let url = web_address(address)?;
    let trimmed = address.trim();
    let mut changes = Vec::new();
    let mut told = |changed: bool, why: &str| {
        if changed {
            changes.push(why.to_owned());
        }
    };
    told(trimmed.len() < address.len(), "blanks around the address dropped");
    let scheme = trimmed.split(':').next().unwrap_or_default();
    let rest = trimmed.get(scheme.len() + 1..).unwrap_or_default().trim_start_matches(['/', '\\']);
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let upper = |text: &str| text.bytes().any(|byte| byte.is_ascii_uppercase());
    told(upper(scheme) || upper(authority), "scheme and host in lower case");
    told(!authority.is_ascii(), "an international name written in ASCII");
    let usual = if url.scheme() == "http" { ":80" } else { ":443" };
    told(authority.ends_with(usual), "the scheme's own port dropped");
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let dots =
        |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    told(path.split(['/', '\\']).any(dots), "dot segments resolved");
    let canonical = canonical(&url, rules);
    changes.extend(canonical.changes);
    Some(Canonical { form: canonical.form, changes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step() {
        let told = explain(
            "  HTTPS://WWW.Bücher.example:443/a/../%61/./b/?UTM_Source=x#top ",
            StripRules::default(),
        );
        let Some(Canonical { form, changes }) = told else { panic!("an address") };
        assert_eq!(form, "https://xn--bcher-kva.example/a/b");
        let expected = [
            "blanks around",
            "lower case",
            "in ASCII",
            "own port",
            "dot segments",
            "www. is",
            "slash at the end",
            "made uniform",
            "UTM_Source removed: tracking (Google",
            "fragment",
        ];
        for (part, change) in expected.iter().zip(&changes) {
            assert!(change.contains(part), "{part} in {changes:?}");
        }
        assert!(
            explain("https://site.example/a", StripRules::default())
                .is_some_and(|told| told.changes.is_empty())
        );
        for none in ["javascript:alert(1)", "", "http://", "a/b", "https:"] {
            assert!(explain(none, StripRules::default()).is_none(), "{none}");
        }
    }
}
