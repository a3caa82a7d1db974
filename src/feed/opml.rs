//! Subscription lists (OPML 1.0 and 2.0) as feed readers write them.

use super::charset;
use super::text::{decode, one_line};
use super::token::{Token, Tokenizer, attributes};
use url::Url;

/// Feeds of one list.
const MAX_FEEDS: usize = 20_000;
/// Things that are told to be wrong in one list.
const MAX_PROBLEMS: usize = 1_000;
/// Folders within one another; deeper ones are no tags.
const MAX_DEPTH: usize = 20;
/// Bytes of an address.
const MAX_URL: usize = 8_000;
/// Characters of a tag or title.
const MAX_TAG: usize = 100;
const MAX_TITLE: usize = 500;

/// A feed of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFeed {
    /// Its title, plain text.
    pub title: Option<String>,
    /// Its address, http or https.
    pub url: Url,
    /// The site it belongs to, http or https.
    pub site: Option<String>,
    /// The folders it stands in, from the outside, and its categories; each once.
    pub tags: Vec<String>,
    /// Line of the file, from 1.
    pub line: usize,
}

/// A list of feeds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedList {
    /// In document order.
    pub feeds: Vec<ListedFeed>,
    /// What can't be used: the line, and why.
    pub problems: Vec<(usize, String)>,
}

/// There is no list in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no OPML file: it has no <outline>")]
pub struct NoList;

/// Reads a list, in any character set. Broken XML is read as far as it can be.
///
/// # Errors
/// [`NoList`] if it has no outline.
pub fn read_opml(bytes: &[u8]) -> Result<FeedList, NoList> {
    let text = charset::decode(bytes, None).text;
    let mut reader = Reader {
        text: &text,
        place: (0, 1),
        open: Vec::new(),
        deep: 0,
        met: false,
        list: FeedList::default(),
    };
    reader.walk();
    if reader.met { Ok(reader.list) } else { Err(NoList) }
}

struct Reader<'a> {
    text: &'a str,
    /// A position and its line.
    place: (usize, usize),
    /// Names of the outlines that are open; `None` for one that is no folder.
    open: Vec<Option<String>>,
    /// Outlines that are open beyond these.
    deep: usize,
    met: bool,
    list: FeedList,
}

impl<'a> Reader<'a> {
    fn walk(&mut self) {
        let mut tokens = Tokenizer::new(self.text);
        loop {
            let at = tokens.pos();
            match tokens.next() {
                None => break,
                Some(Token::Start { name, attrs, empty }) if is_outline(name) => {
                    self.met = true;
                    let line = self.line(at);
                    let folder = self.outline(attrs, empty, line);
                    match () {
                        () if empty => {}
                        () if self.open.len() < MAX_DEPTH => self.open.push(folder),
                        () => self.deep += 1,
                    }
                    if self.list.feeds.len() == MAX_FEEDS {
                        self.problem(line, format!("only the first {MAX_FEEDS} feeds were taken"));
                        return;
                    }
                }
                Some(Token::End(name)) if is_outline(name) => {
                    if self.deep > 0 {
                        self.deep -= 1
                    } else {
                        self.open.truncate(self.open.len().saturating_sub(1))
                    }
                }
                Some(_) => {}
            }
        }
        if tokens.cut {
            let line = self.line(self.text.len());
            self.problem(line, "the file ends before its end".to_owned());
        }
    }

    /// The line of a position that is not before the last one.
    fn line(&mut self, at: usize) -> usize {
        let (from, line) = self.place;
        let passed = self.text.as_bytes().get(from..at).unwrap_or_default();
        self.place = (at.max(from), line + passed.iter().filter(|&&b| b == b'\n').count());
        self.place.1
    }

    fn problem(&mut self, line: usize, message: String) {
        if self.list.problems.len() < MAX_PROBLEMS {
            self.list.problems.push((line, message));
        }
    }

    /// Takes an outline that is a feed; the name of one that is a folder is answered.
    fn outline(&mut self, attrs: &str, empty: bool, line: usize) -> Option<String> {
        let get = |name: &str| {
            let (_, value) = attributes(attrs).find(|(n, _)| n.eq_ignore_ascii_case(name))?;
            Some(decode(value).trim().to_owned()).filter(|value| !value.is_empty())
        };
        let title = get("title").or_else(|| get("text")).and_then(|title| shortened(&title, MAX_TITLE));
        let shown = || title.clone().unwrap_or_else(|| "an outline".to_owned());
        let Some(address) = get("xmlUrl") else {
            if get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("link")) {
                self.problem(line, format!("{}: a link, not a feed", shown()));
            } else if empty {
                self.problem(line, format!("{}: it has no xmlUrl", shown()));
            }
            return title.filter(|_| !empty);
        };
        match feed_address(&address) {
            Err(why) => self.problem(line, format!("{}: {why}", shown())),
            Ok(url) => {
                let site = get("htmlUrl").filter(|site| feed_address(site).is_ok());
                let mut tags: Vec<String> = Vec::new();
                let folders = self.open.iter().flatten().cloned();
                for tag in folders.chain(get("category").iter().flat_map(|all| categories(all))) {
                    if let Some(tag) = shortened(&tag, MAX_TAG).filter(|tag| !tags.contains(tag)) {
                        tags.push(tag);
                    }
                }
                self.list.feeds.push(ListedFeed { title, url, site, tags, line });
            }
        }
        None
    }
}

fn is_outline(name: &str) -> bool {
    name.rsplit_once(':').map_or(name, |(_, local)| local).eq_ignore_ascii_case("outline")
}

/// Categories, separated by commas (OPML 2.0 §category); a path such as `/World/Asia` is
/// as many of them.
fn categories(all: &str) -> Vec<String> {
    let parts = all.split(',').map(str::trim);
    let split = |part: &str| match part.strip_prefix('/') {
        Some(path) => path.split('/').map(str::to_owned).collect(),
        None => vec![part.to_owned()],
    };
    parts.flat_map(split).collect()
}

/// One line of at most so many characters, none of which is a control character.
fn shortened(text: &str, most: usize) -> Option<String> {
    let line = one_line(text, 4 * most)?;
    let short: String = line
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}'))
        .take(most)
        .collect();
    Some(short.trim().to_owned()).filter(|short| !short.is_empty())
}

fn feed_address(address: &str) -> Result<Url, &'static str> {
    if address.len() > MAX_URL {
        return Err("its xmlUrl is too long");
    }
    let address = match address.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("http") => rest.to_owned(),
        Some(rest) => format!("http:{rest}"),
        None => address.to_owned(),
    };
    let url = Url::parse(&address).map_err(|_| "its xmlUrl is no address")?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some_and(|host| !host.is_empty()) && url.port() != Some(0) => {
            Ok(url)
        }
        _ => Err("its xmlUrl is no http or https address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> FeedList {
        read_opml(text.as_bytes()).expect("a list")
    }

    #[test]
    fn folders_and_categories_become_tags() {
        let list = read(
            "<?xml version=\"1.0\"?>\n<opml version=\"2.0\"><head><title>Mine</title></head><body>\n\
             <outline text=\"World\" title=\"World &amp; all\">\n<outline text=\"Asia\">\n\
             <outline type=\"rss\" text=\"A &quot;paper&quot;\" xmlUrl=\"https://a.example/feed?x=1&amp;y=2\" htmlUrl=\"https://a.example/\" category=\"/News/Daily,morning\"/>\n\
             </outline>\n<outline text='B' XMLURL='feed://b.example/rss'></outline></outline>\n\
             <outline text=\"C\" xmlUrl=\"http://c.example/\" htmlUrl=\"javascript:x\"/></body></opml>",
        );
        let tags: Vec<(&str, usize, Vec<&str>)> = list
            .feeds
            .iter()
            .map(|feed| (feed.url.as_str(), feed.line, feed.tags.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(
            tags,
            [
                (
                    "https://a.example/feed?x=1&y=2",
                    5,
                    vec!["World & all", "Asia", "News", "Daily", "morning"]
                ),
                ("http://b.example/rss", 7, vec!["World & all"]),
                ("http://c.example/", 8, vec![]),
            ]
        );
        assert_eq!(list.feeds[0].title.as_deref(), Some("A \"paper\""));
        assert_eq!(list.feeds[0].site.as_deref(), Some("https://a.example/"));
        assert_eq!(list.feeds[2].site, None);
        assert!(list.problems.is_empty(), "{:?}", list.problems);
    }

    #[test]
    fn what_is_broken_is_told_with_its_line() {
        let list = read(
            "<opml><body>\n<outline text=\"No address\"/>\n<outline text=\"Odd\" xmlUrl=\"a b\"/>\n\
             <outline text=\"File\" xmlUrl=\"file:///etc/passwd\"/>\n<outline type=\"link\" text=\"L\" url=\"https://l.example/\"/>\n\
             <outline text=\"AT&T\" xmlUrl=\"https://good.example/a&b\"/>\n<outline text=\"Cut",
        );
        assert_eq!(list.feeds.len(), 1);
        assert_eq!(list.feeds[0].title.as_deref(), Some("AT&T"));
        let told: Vec<String> = list.problems.iter().map(|(line, why)| format!("{line} {why}")).collect();
        assert_eq!(
            told,
            [
                "2 No address: it has no xmlUrl",
                "3 Odd: its xmlUrl is no address",
                "4 File: its xmlUrl is no http or https address",
                "5 L: a link, not a feed",
                "7 the file ends before its end"
            ]
        );
        assert_eq!(read_opml(b"<rss><channel/></rss>"), Err(NoList));
        assert_eq!(read_opml(b""), Err(NoList));
    }

    #[test]
    fn character_sets() {
        let text = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><opml><body><outline text=\"K\u{f6}ln\" xmlUrl=\"https://k.example/\"/></body></opml>";
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        assert_eq!(read_opml(&latin).expect("a list").feeds[0].title.as_deref(), Some("Köln"));
        let utf16: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.replace("iso-8859-1", "utf-16").encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(read_opml(&utf16).expect("a list").feeds[0].title.as_deref(), Some("Köln"));
        assert_eq!(read(&format!("\u{feff}{}", text.replace("iso-8859-1", "utf-8"))).feeds.len(), 1);
    }

    #[test]
    fn hostile_lists_are_bounded() {
        let deep = format!(
            "<opml><body>{}<outline text=x xmlUrl='https://a.example/'/>",
            "<outline text='f'>".repeat(200_000)
        );
        let list = read(&deep);
        assert_eq!(list.feeds[0].tags, ["f"]);
        let many = "<outline xmlUrl='https://a.example/'/>\n<outline/>\n".repeat(30_000);
        let list = read(&many);
        assert_eq!((list.feeds.len(), list.problems.len()), (MAX_FEEDS, MAX_PROBLEMS));
        assert_eq!(list.feeds[MAX_FEEDS - 1].line, 2 * MAX_FEEDS - 1);
        let odd = format!(
            "<outline text=\"{}\" xmlUrl=\"https://a.example/{}\"/>",
            "t\u{202e} ".repeat(100_000),
            "u".repeat(100_000)
        );
        assert!(read(&odd).feeds.is_empty());
    }
}
