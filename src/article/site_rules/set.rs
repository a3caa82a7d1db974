//! The rules of a folder, found by host.

use super::{RuleMistake, SiteRule, Usage, file};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use url::Url;

/// Rules for many sites. The files are understood when their site is first met.
#[derive(Debug, Default)]
pub struct SiteRules {
    /// By host without `www.`; for subdomains with a dot before it.
    by_host: HashMap<String, Unread>,
}

/// What is wrong with files and what they hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RulesReport {
    /// Lines that can't be used, in the order of files and lines.
    pub mistakes: Vec<RuleMistake>,
    /// Everything, counted.
    pub usage: Usage,
}

/// A file and, once it was needed, its rules.
#[derive(Debug)]
struct Unread {
    file: String,
    bytes: Vec<u8>,
    rule: OnceLock<Arc<SiteRule>>,
}

impl SiteRules {
    /// Holds files, each by its name and content: `example.com.txt` is for
    /// example.com and www.example.com, `.example.com.txt` for its other
    /// subdomains. Other names are left alone.
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut by_host = HashMap::new();
        for (file, bytes) in files {
            if let Some(host) = host_of(&file) {
                by_host.insert(host, Unread { file, bytes, rule: OnceLock::new() });
            }
        }
        Self { by_host }
    }

    /// The rules for a page: those of its very host first, then those for
    /// subdomains of the domains above it, the nearest first.
    pub fn for_url(&self, url: &Url) -> Option<Arc<SiteRule>> {
        let host = url.host_str()?.trim_end_matches('.');
        let host = host.strip_prefix("www.").unwrap_or(host);
        let mut found = self.by_host.get(host);
        let mut above = host;
        while let (None, Some(dot)) = (found, above.find('.')) {
            found = self.by_host.get(&above[dot..]);
            above = &above[dot + 1..];
        }
        found.map(|unread| {
            unread.rule.get_or_init(|| Arc::new(unread.read(&mut RulesReport::default()))).clone()
        })
    }

    /// Headers that the rules want for a page: `user-agent`, `referer`, `cookie`, `accept`.
    pub fn headers_for(&self, url: &Url) -> Vec<(String, String)> {
        self.for_url(url).map(|rule| rule.headers.clone()).unwrap_or_default()
    }

    /// How many sites have rules.
    pub fn len(&self) -> usize {
        self.by_host.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_host.is_empty()
    }

    /// Reads every file and says what can't be used.
    pub fn check(&self) -> RulesReport {
        let mut files: Vec<&Unread> = self.by_host.values().collect();
        files.sort_unstable_by(|a, b| a.file.cmp(&b.file));
        let mut report = RulesReport::default();
        for file in files {
            file.read(&mut report);
        }
        report
    }
}

impl Unread {
    /// Lines that can't be used are left out and reported.
    fn read(&self, report: &mut RulesReport) -> SiteRule {
        if self.bytes.len() > file::MAX_FILE {
            let what = format!("larger than {} KiB; not read", file::MAX_FILE >> 10);
            report.mistakes.push(RuleMistake { file: self.file.clone(), line: 0, what });
            return SiteRule { file: self.file.clone(), ..SiteRule::default() };
        }
        let text = String::from_utf8_lossy(&self.bytes);
        file::read(&self.file, &text, &mut report.usage, &mut report.mistakes)
    }
}

/// `example.com` or `.example.com`; `global.txt` and the like are for no host.
fn host_of(file: &str) -> Option<String> {
    let name = file.strip_suffix(".txt")?.to_ascii_lowercase();
    let host = name.strip_prefix('.').unwrap_or(&name);
    let fine = host.contains('.') && host.split('.').all(|label| !label.is_empty()) && host.len() <= 253;
    fine.then(|| name.strip_prefix("www.").unwrap_or(&name).to_owned())
}
