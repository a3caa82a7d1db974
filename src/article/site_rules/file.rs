//! A file of rules for one site: lines `directive: value`, as Full-Text RSS writes them.

use super::xpath::XPath;
use super::{Ignored, Link, RuleMistake, SiteRule, Usage};
use std::collections::VecDeque;

/// Longer files are refused, in bytes.
pub(super) const MAX_FILE: usize = 256 << 10;
/// Rules of one kind in a file.
const MAX_RULES: usize = 1_000;
/// Pairs of strings: each is a walk through the source of the page.
const MAX_REPLACED: usize = 200;

/// Headers that a file may set.
const HEADERS: [&str; 4] = ["user-agent", "referer", "cookie", "accept"];
/// Longest value of a header, in bytes.
const MAX_HEADER: usize = 1_000;

/// Directives that are known and do nothing here.
const SILENT: &[&str] = &[
    "prune",
    "tidy",
    "parser",
    "insert_detected_image",
    "convert_double_br_tags",
    "strip_comments",
    "skip_json_ld",
    "autodetect_on_failure",
];

/// Directives that ask for something that is not done, and the words for it.
const UNSUPPORTED: &[(&str, Ignored)] = &[
    ("requires_login", Ignored::Login),
    ("not_logged_in_xpath", Ignored::Login),
    ("login_uri", Ignored::Login),
    ("login_username_field", Ignored::Login),
    ("login_password_field", Ignored::Login),
    ("login_extra_fields", Ignored::Login),
    ("wrap_in", Ignored::Other),
    ("move_into", Ignored::Other),
    ("dissolve", Ignored::Other),
    ("footnotes", Ignored::Other),
    ("skip_id_or_class", Ignored::Other),
    ("native_ad_clue", Ignored::Other),
    ("src_lazy_load_attr", Ignored::Other),
    ("post_strip_attr", Ignored::Other),
    ("single_page_link_in_feed", Ignored::Other),
];

/// Reads the rules of a file. Lines that can't be used are reported and left out.
pub(super) fn read(file: &str, text: &str, usage: &mut Usage, mistakes: &mut Vec<RuleMistake>) -> SiteRule {
    let rule = SiteRule { file: file.to_owned(), ..SiteRule::default() };
    let mut reader = Reader { rule, usage, mistakes, line: 0, finds: VecDeque::new(), last: None };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for line in text.lines() {
        reader.line += 1;
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            reader.read(line);
        }
    }
    while let Some((line, _)) = reader.finds.pop_front() {
        reader.line = line;
        reader.mistake("find_string without a replace_string");
    }
    reader.rule
}

struct Reader<'r> {
    rule: SiteRule,
    usage: &'r mut Usage,
    mistakes: &'r mut Vec<RuleMistake>,
    line: usize,
    /// Strings to be found whose replacement has not come yet, with their lines.
    finds: VecDeque<(usize, String)>,
    /// The link that a condition would belong to.
    last: Option<Which>,
}

#[derive(Clone, Copy)]
enum Which {
    Single,
    Next,
}

impl Reader<'_> {
    fn mistake(&mut self, what: &str) {
        let what = what.to_owned();
        self.mistakes.push(RuleMistake { file: self.rule.file.clone(), line: self.line, what });
    }

    fn read(&mut self, line: &str) {
        let Some((name, argument, value)) = split(line) else {
            return self.mistake("not a line of the form `directive: value`");
        };
        let lower = name.to_ascii_lowercase();
        if let Some((_, why)) = UNSUPPORTED.iter().find(|(known, _)| *known == lower) {
            *self.usage.ignored.entry(*why).or_default() += 1;
            return;
        }
        if lower == "http_header" {
            return self.header(argument.unwrap_or_default(), value);
        }
        if let Some(find) = argument {
            if lower == "replace_string" {
                return self.replace(find.to_owned(), value);
            }
            return self.mistake(&format!("unknown directive `{name}(…)`"));
        }
        if lower == "replace_string" {
            return match self.finds.pop_front() {
                Some((_, find)) => self.replace(find, value),
                None => self.mistake("replace_string without a find_string before it"),
            };
        }
        if value.is_empty() {
            // Full-Text RSS does not mind either; a template was not filled in.
            return;
        }
        self.directive(name, &lower, value);
    }

    fn directive(&mut self, name: &str, lower: &str, value: &str) {
        match lower {
            "title" | "body" | "author" | "date" | "strip" | "strip_attr" => self.selector(lower, value),
            "single_page_link" => self.link(Which::Single, value),
            "next_page_link" => self.link(Which::Next, value),
            "if_page_contains" => self.condition(value),
            "find_string" => self.finds.push_back((self.line, value.to_owned())),
            "strip_id_or_class" | "strip_image_src" => {
                let list = match lower {
                    "strip_id_or_class" => &mut self.rule.strip_tokens,
                    _ => &mut self.rule.strip_images,
                };
                let text = value.replace(['\'', '"'], "");
                if !text.is_empty() && list.len() < MAX_RULES {
                    list.push(text);
                }
            }
            "test_url" if self.rule.tests.len() < MAX_RULES => {
                self.rule.tests.push((value.to_owned(), Vec::new()));
            }
            "test_contains" | "test_content" => {
                if let Some((_, contained)) = self.rule.tests.last_mut()
                    && contained.len() < MAX_RULES
                {
                    contained.push(value.to_owned());
                }
            }
            "test_url" => {}
            "autodetect_next_page" => self.rule.search_next = is_yes(value),
            _ if SILENT.contains(&lower) => {}
            _ => self.mistake(&format!("unknown directive `{name}`")),
        }
    }

    fn selector(&mut self, kind: &str, value: &str) {
        let Some(path) = self.xpath(kind, value) else { return };
        let rule = &mut self.rule;
        let list = match kind {
            "title" => &mut rule.title,
            "body" => &mut rule.body,
            "author" => &mut rule.author,
            "date" => &mut rule.date,
            _ => &mut rule.strip,
        };
        if list.len() < MAX_RULES {
            list.push(path);
        }
    }

    fn xpath(&mut self, kind: &str, value: &str) -> Option<XPath> {
        let parsed = XPath::parse(value);
        let (good, all) = self.usage.selectors.entry(kind.to_owned()).or_default();
        *all += 1;
        match parsed {
            Ok(path) => {
                *good += 1;
                Some(path)
            }
            Err(error) => {
                self.mistake(&format!("{kind}: {error}"));
                None
            }
        }
    }

    fn links(&mut self, which: Which) -> &mut Vec<Link> {
        match which {
            Which::Single => &mut self.rule.single_page,
            Which::Next => &mut self.rule.next_page,
        }
    }

    fn link(&mut self, which: Which, value: &str) {
        let kind = if matches!(which, Which::Single) { "single_page_link" } else { "next_page_link" };
        self.last = None;
        if let Some(path) = self.xpath(kind, value)
            && self.links(which).len() < MAX_RULES
        {
            self.links(which).push(Link { path, condition: None });
            self.last = Some(which);
        }
    }

    fn condition(&mut self, value: &str) {
        let path = self.xpath("if_page_contains", value);
        let Some(which) = self.last else {
            return self.mistake("if_page_contains without a link before it");
        };
        match path {
            Some(path) => {
                if let Some(link) = self.links(which).last_mut() {
                    link.condition = Some(path);
                }
            }
            // A link without its condition would be followed everywhere.
            None => drop(self.links(which).pop()),
        }
    }

    /// A header for pages of the site. Names that are not known as harmless count as
    /// ignored, and so do the names of search engines: their owners may mind.
    fn header(&mut self, name: &str, value: &str) {
        let name = name.trim().to_ascii_lowercase();
        let value = value.trim_matches(['\'', '"']).trim();
        let lower = value.to_ascii_lowercase();
        let engine = ["bot", "slurp", "spider", "crawler", "facebookexternalhit"];
        let poses = name == "user-agent" && engine.iter().any(|word| lower.contains(word));
        let fine = HEADERS.contains(&name.as_str())
            && (1..=MAX_HEADER).contains(&value.len())
            && !value.chars().any(char::is_control);
        let headers = &mut self.rule.headers;
        if !fine || poses {
            *self.usage.ignored.entry(Ignored::Header).or_default() += 1;
        } else if !headers.iter().any(|(known, _)| *known == name) {
            headers.push((name, value.to_owned()));
        }
    }

    fn replace(&mut self, find: String, value: &str) {
        if !find.is_empty() && self.rule.replace.len() < MAX_REPLACED {
            self.rule.replace.push((find, value.to_owned()));
        }
    }
}

/// `name: value` or `name(argument): value`; an argument may hold a colon.
fn split(line: &str) -> Option<(&str, Option<&str>, &str)> {
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (name, rest) = line.split_at(end);
    if name.is_empty() {
        return None;
    }
    if let Some(inside) = rest.strip_prefix('(') {
        let (argument, value) = inside.split_once("):")?;
        return Some((name, Some(argument), value.trim()));
    }
    let value = rest.trim_start().strip_prefix(':')?;
    Some((name, None, value.trim()))
}

fn is_yes(value: &str) -> bool {
    !matches!(value.to_ascii_lowercase().as_str(), "no" | "false" | "0")
}
