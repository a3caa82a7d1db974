//! New sources for the operator's file, as text: whatever stands in it stays as it is,
//! byte by byte.

use crate::model::SourceId;
use std::fmt::Write;
use url::Url;

/// Longest name that is made up, in bytes.
const MAX_NAME: usize = 40;

/// A source that is to be written into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    /// Its name.
    pub id: SourceId,
    /// Address of the feed; may hold credentials.
    pub url: Url,
    /// `kind`, if it is no feed.
    pub kind: Option<&'static str>,
    /// Title instead of the feed's own.
    pub title: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// The site it belongs to: a comment for people.
    pub site: Option<String>,
}

impl NewSource {
    /// Its table in TOML, with a line break at the end.
    pub fn to_toml(&self) -> String {
        let id = self.id.as_str();
        let mut out =
            if id.contains('.') { format!("[sources.\"{id}\"]\n") } else { format!("[sources.{id}]\n") };
        if let Some(site) = &self.site {
            // A comment ends with its line, so it must be one.
            let site: String = site.chars().filter(|c| !c.is_control()).take(500).collect();
            let _ = writeln!(out, "# {site}");
        }
        let _ = writeln!(out, "url = {}", quoted(self.url.as_str()));
        if let Some(kind) = self.kind {
            let _ = writeln!(out, "kind = {}", quoted(kind));
        }
        if let Some(title) = &self.title {
            let _ = writeln!(out, "title = {}", quoted(title));
        }
        if !self.tags.is_empty() {
            let tags: Vec<String> = self.tags.iter().map(|tag| quoted(tag)).collect();
            let _ = writeln!(out, "tags = [{}]", tags.join(", "));
        }
        out
    }
}

/// A TOML string that means this text; a dollar sign would begin a variable.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
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

/// A file's text with further tables at its end, in the line breaks that it has.
pub fn with_sources(text: &str, sources: &[NewSource]) -> String {
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with('\n') && out != "\u{feff}" {
        out.push_str(ending);
    }
    for source in sources {
        let blank =
            out.trim_start_matches('\u{feff}').is_empty() || out.ends_with("\n\n") || out.ends_with("\n\r\n");
        if !blank {
            out.push_str(ending);
        }
        out.push_str(&source.to_toml().replace('\n', ending));
    }
    out
}

/// A name for a source, out of its title or else its address; the same for the same, and
/// none that is `taken`.
pub fn name_for(title: Option<&str>, url: &Url, taken: impl Fn(&str) -> bool) -> Option<SourceId> {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let labels: Vec<&str> = host.split('.').collect();
    let host = if labels.iter().all(|label| label.bytes().all(|b| b.is_ascii_digit())) {
        host.to_owned()
    } else {
        labels[..labels.len().saturating_sub(1).max(1)].join("-")
    };
    let base = title.map(plain).filter(|name| name.len() >= 2).unwrap_or_else(|| plain(&host));
    let base = if base.is_empty() { "feed".to_owned() } else { base };
    let numbered = (2..100_000).map(|n| format!("{base}-{n}"));
    std::iter::once(base.clone())
        .chain(numbered)
        .find(|name| !taken(name))
        .and_then(|name| SourceId::new(&name))
}

/// Letters and digits with hyphens between the words, cut at a word.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match folded(c) {
            Some(letters) => out.push_str(letters),
            None if c.is_ascii_alphanumeric() => out.push(c),
            None if matches!(c, '\'' | '’') => {}
            None if out.is_empty() || out.ends_with('-') => {}
            None => out.push('-'),
        }
        if out.len() > 200 {
            break;
        }
    }
    let out = out.trim_end_matches('-');
    if out.len() <= MAX_NAME {
        return out.to_owned();
    }
    // Nothing but ASCII is in it.
    let cut = &out[..MAX_NAME];
    let whole = if out.as_bytes()[MAX_NAME] == b'-' {
        cut
    } else {
        cut.rsplit_once('-').map_or(cut, |(words, _)| words)
    };
    whole.trim_end_matches('-').to_owned()
}

/// Letters with marks, without them.
fn folded(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'á' | 'à' | 'â' | 'ã' | 'å' | 'ā' | 'ą' | 'ă' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'í' | 'ì' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' | 'ľ' | 'ļ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ó' | 'ò' | 'ô' | 'õ' | 'ø' | 'ő' | 'ō' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ú' | 'ù' | 'û' | 'ů' | 'ű' | 'ū' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str) -> NewSource {
        NewSource {
            id: SourceId::new(id).expect("a name"),
            url: Url::parse("https://a.example/feed?x=$y").expect("a URL"),
            kind: None,
            title: Some("A \"quoted\" \\ ${HOME} title\u{7}".to_owned()),
            tags: vec!["one".to_owned(), "two, three".to_owned()],
            site: Some("https://a.example/\n[output]".to_owned()),
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was_meant() {
        let sources = [source("a"), source("b.c")];
        for text in ["", "\u{feff}", "# mine", "[output]\nlimit = 7", "[output]\r\nlimit = 7\r\n", "# a\n\n"]
        {
            let whole = with_sources(text, &sources);
            assert!(whole.starts_with(text), "{whole:?}");
            assert_eq!(whole.contains("\r\n"), text.contains("\r\n"));
            assert!(
                !whole.contains("\n\n\n")
                    && (!text.contains('\r') || whole.matches('\n').count() == whole.matches("\r\n").count())
            );
            let mut plain = sources.clone();
            plain
                .iter_mut()
                .for_each(|source| source.title = Some(source.title.as_ref().unwrap().replace('\u{7}', "")));
            let config = crate::config::tests::good(&with_sources(text, &plain));
            let titles: Vec<&str> =
                config.sources.iter().filter_map(|source| source.title.as_deref()).collect();
            assert_eq!(titles, ["A \"quoted\" \\ ${HOME} title"; 2]);
            assert_eq!(config.sources[0].url.as_str(), "https://a.example/feed?x=$y");
            assert_eq!(*config.sources[1].tags, ["one", "two, three"]);
        }
    }

    #[test]
    fn names() {
        for (title, url, name) in [
            (Some("The Moscow Times – News"), "https://x.example/", "the-moscow-times-news"),
            (Some("Süddeutsche Zeitung: Übersicht"), "https://x.example/", "sueddeutsche-zeitung-uebersicht"),
            (Some("Let's Encrypt"), "https://x.example/", "lets-encrypt"),
            (Some("Новости"), "https://www.news.example.com/feed", "news-example"),
            (None, "http://127.0.0.1:81/feed", "127-0-0-1"),
            (None, "http://localhost/feed", "localhost"),
            (Some("¡!"), "https://例え.jp/", "xn-r8jz45g"),
            (Some(&"word ".repeat(50)), "https://x.example/", "word-word-word-word-word-word-word-word"),
        ] {
            let url = Url::parse(url).expect("a URL");
            assert_eq!(name_for(title, &url, |_| false).expect("a name").as_str(), name);
        }
        let url = Url::parse("https://x.example/").expect("a URL");
        let taken = ["news", "news-2"];
        assert_eq!(
            name_for(Some("News"), &url, |name| taken.contains(&name)).expect("a name").as_str(),
            "news-3"
        );
    }
}
