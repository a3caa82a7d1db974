//! Cleaning by allow-list: a linear pass that decides about tags, attributes
//! and addresses, then ammonia, which builds the tree a browser would and
//! checks it again.

use super::bound::{Limits, Rewrite, rewrite};
use super::entities::{decode, is_clean};
use super::link::{safe_srcset, safe_url};
use super::players;
use super::scan::Tag;
use std::sync::LazyLock;
use url::Url;

/// Elements that are kept, each with the attributes it may have beyond `title`, `lang` and `dir`.
const ALLOWED: &[(&str, &[&str])] = &[
    ("a", &["href"]),
    ("abbr", &[]),
    ("address", &[]),
    ("article", &[]),
    ("aside", &[]),
    ("audio", &["src", "controls"]),
    ("b", &[]),
    ("bdi", &[]),
    ("bdo", &[]),
    ("big", &[]),
    ("blockquote", &["cite"]),
    ("br", &[]),
    ("caption", &[]),
    ("center", &[]),
    ("cite", &[]),
    ("code", &[]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("dd", &[]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    ("dfn", &[]),
    ("div", &[]),
    ("dl", &[]),
    ("dt", &[]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &[]),
    ("footer", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("header", &[]),
    ("hr", &[]),
    ("i", &[]),
    ("img", &["src", "srcset", "sizes", "alt", "width", "height"]),
    ("ins", &["cite", "datetime"]),
    ("kbd", &[]),
    ("li", &["value"]),
    ("main", &[]),
    ("mark", &[]),
    ("nav", &[]),
    ("ol", &["start", "reversed", "type"]),
    ("p", &[]),
    ("picture", &[]),
    ("pre", &[]),
    ("q", &["cite"]),
    ("rp", &[]),
    ("rt", &[]),
    ("ruby", &[]),
    ("s", &[]),
    ("samp", &[]),
    ("section", &[]),
    ("small", &[]),
    ("source", &["src", "srcset", "sizes", "media", "type"]),
    ("span", &[]),
    ("strike", &[]),
    ("strong", &[]),
    ("sub", &[]),
    ("summary", &[]),
    ("sup", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["colspan", "rowspan"]),
    ("tfoot", &[]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("thead", &[]),
    ("time", &["datetime"]),
    ("tr", &[]),
    ("track", &["src", "kind", "label", "srclang"]),
    ("tt", &[]),
    ("u", &[]),
    ("ul", &[]),
    ("var", &[]),
    ("video", &["src", "poster", "width", "height", "controls"]),
    ("wbr", &[]),
];

/// Attributes that every allowed element may have.
const GLOBAL: &[&str] = &["title", "lang", "dir"];

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(ALLOWED.iter().map(|(name, _)| *name).collect())
        .tag_attributes(
            ALLOWED.iter().map(|(name, attrs)| (*name, attrs.iter().copied().collect())).collect(),
        )
        .generic_attributes(GLOBAL.iter().copied().collect())
        .clean_content_tags(
            ["script", "style", "noscript", "iframe", "textarea", "title"].into_iter().collect(),
        )
        .url_schemes(["http", "https", "mailto"].into_iter().collect())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(None);
    builder
});

/// Cleans HTML from outside by an allow-list.
///
/// Text stays; scripts, styles, forms, embedded objects, comments, event
/// handlers, classes and ids go. Addresses are http(s), links mailto too, and
/// absolute, resolved against `base`; without a base, relative ones go. Lazily
/// loaded pictures get their address, tracking pixels go, players become a
/// link. No character is left that XML 1.0 forbids. Cleaning twice changes
/// nothing. Time is linear, whatever comes in.
pub fn sanitize(html: &str, base: Option<&Url>) -> String {
    if !html.contains('<') {
        return escape_text(&decode(html, false));
    }
    let (mut clean, mut tidy) = pass(html, base);
    // A tree builder moves what is badly nested, and may move it on when it
    // reads its own work again: two or three rounds settle that.
    for _ in 0..4 {
        if tidy {
            break;
        }
        let (again, _) = pass(&clean, base);
        tidy = again == clean;
        clean = again;
    }
    clean
}

/// One round; also whether it needs no other.
fn pass(html: &str, base: Option<&Url>) -> (String, bool) {
    let mut cleaner = Cleaner { base, last_picture: String::new(), in_noscript: false };
    let (bounded, tidy) = rewrite(html, &Limits::default(), &mut cleaner);
    if !bounded.contains('<') {
        return (escape_text(&decode(&bounded, false)), true);
    }
    let clean = CLEANER.clean(&bounded).to_string();
    if clean.chars().all(|c| is_clean(c) && c != '\r') {
        return (clean, tidy);
    }
    (clean.chars().filter(|&c| is_clean(c) && c != '\r').collect(), tidy)
}

fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '\r' => {}
            c if is_clean(c) => out.push(c),
            _ => {}
        }
    }
    out
}

struct Cleaner<'b> {
    base: Option<&'b Url>,
    /// Address of the last picture, and whether a `noscript` is open: it often
    /// holds a copy of the lazily loaded picture before it.
    last_picture: String,
    in_noscript: bool,
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    ALLOWED.binary_search_by(|(known, _)| (*known).cmp(name)).ok().map(|at| ALLOWED[at].1)
}

/// Elements that go but whose content must not run into its surroundings.
fn stands_alone(name: &str) -> bool {
    super::text::is_block(name) && !matches!(name, "html" | "head" | "body" | "iframe" | "option")
}

impl Rewrite for Cleaner<'_> {
    fn open(&mut self, tag: &Tag<'_>, out: &mut String) -> bool {
        let name = tag.name.to_ascii_lowercase();
        match name.as_str() {
            "iframe" => {
                self.player(tag, out);
                return false;
            }
            "img" => {
                self.picture(tag, out);
                return true;
            }
            "noscript" => self.in_noscript = true,
            _ => {}
        }
        let Some(attrs) = allowed(&name) else {
            if stands_alone(&name) {
                out.push_str("<div>");
                return true;
            }
            return false;
        };
        let media = matches!(name.as_str(), "source" | "video" | "audio");
        out.push('<');
        out.push_str(&name);
        let mut seen: Vec<String> = Vec::new();
        for (attr, value) in tag.attributes().take(128) {
            let attr = attr.to_ascii_lowercase();
            let attr = match attr.as_str() {
                "data-src" if media => "src".to_owned(),
                "data-srcset" if name == "source" => "srcset".to_owned(),
                _ => attr,
            };
            if (attrs.contains(&attr.as_str()) || GLOBAL.contains(&attr.as_str())) && !seen.contains(&attr) {
                let kept = self.attribute(&attr, value, out);
                if kept {
                    seen.push(attr);
                }
            }
        }
        if matches!(name.as_str(), "video" | "audio") && !seen.iter().any(|attr| attr == "controls") {
            out.push_str(" controls=\"\"");
        }
        out.push('>');
        true
    }

    fn close<'n>(&mut self, name: &'n str) -> Option<&'n str> {
        self.in_noscript &= name != "noscript";
        match allowed(name) {
            Some(_) => Some(name),
            None => stands_alone(name).then_some("div"),
        }
    }
}

impl Cleaner<'_> {
    /// Writes an attribute whose name is allowed, if its value is.
    fn attribute(&self, name: &str, value: &str, out: &mut String) -> bool {
        if value.len() > Limits::default().value {
            return false;
        }
        let value = decode(value, true);
        let value = match name {
            "href" => safe_url(&value, self.base, true),
            "src" | "poster" | "cite" => safe_url(&value, self.base, false),
            "srcset" => safe_srcset(&value, self.base),
            "colspan" | "rowspan" | "span" => small_number(&value, 1000),
            "width" | "height" | "start" | "value" => small_number(&value, 100_000),
            _ => Some(value.chars().filter(|&c| is_clean(c)).collect()),
        };
        let Some(value) = value else { return false };
        write_attribute(name, &value, out);
        true
    }

    /// A picture with the address it would load in the end; none for pixels
    /// that only count readers, or without an address.
    fn picture(&mut self, tag: &Tag<'_>, out: &mut String) {
        let mut found = Picture::default();
        for (name, value) in tag.attributes().take(128) {
            found.note(&name.to_ascii_lowercase(), value);
        }
        let resolve = |value: Option<&str>| value.and_then(|v| safe_url(&decode(v, true), self.base, false));
        let lazy = resolve(found.lazy);
        let set = |value: Option<&str>| value.and_then(|v| safe_srcset(&decode(v, true), self.base));
        let srcset = set(found.lazy_set).or_else(|| set(found.srcset));
        let src = lazy.or_else(|| resolve(found.src)).or_else(|| last_candidate(srcset.as_deref()));
        let Some(src) = src.filter(|_| !found.is_pixel()) else { return };
        if self.in_noscript && src == self.last_picture {
            return;
        }
        out.push_str("<img");
        write_attribute("src", &src, out);
        if let Some(srcset) = srcset {
            write_attribute("srcset", &srcset, out);
        }
        for (name, value) in found.others {
            self.attribute(name, value, out);
        }
        out.push('>');
        self.last_picture = src;
    }

    /// An embedded page (a player, a post) as a link to it; of known video sites to the
    /// page that shows the video.
    fn player(&self, tag: &Tag<'_>, out: &mut String) {
        let src = tag
            .attributes()
            .take(128)
            .filter(|(name, _)| ["src", "data-src"].iter().any(|known| known.eq_ignore_ascii_case(name)))
            .find_map(|(_, value)| safe_url(&decode(value, true), self.base, false));
        let Some(src) = src else { return };
        let (address, name) = players::link(&src).unwrap_or_else(|| (src.clone(), src));
        out.push_str("<p><a");
        write_attribute("href", &address, out);
        out.push('>');
        out.push_str(&escape_text(&name));
        out.push_str("</a></p>");
    }
}

#[derive(Default)]
struct Picture<'a> {
    src: Option<&'a str>,
    lazy: Option<&'a str>,
    srcset: Option<&'a str>,
    lazy_set: Option<&'a str>,
    width: Option<&'a str>,
    height: Option<&'a str>,
    others: Vec<(&'static str, &'a str)>,
}

impl<'a> Picture<'a> {
    fn note(&mut self, name: &str, value: &'a str) {
        let slot = match name {
            "src" => &mut self.src,
            "data-src" | "data-original" | "data-lazy-src" | "data-lazy" | "data-original-src"
            | "data-full-src" => &mut self.lazy,
            "srcset" => &mut self.srcset,
            "data-srcset" | "data-lazy-srcset" | "data-original-set" => &mut self.lazy_set,
            "width" | "height" => {
                if name == "width" {
                    self.width = self.width.or(Some(value));
                } else {
                    self.height = self.height.or(Some(value));
                }
                return self.other(name, value);
            }
            _ => return self.other(name, value),
        };
        if slot.is_none() && !value.trim().is_empty() && value.len() <= 16 << 10 {
            *slot = Some(value);
        }
    }

    fn other(&mut self, name: &str, value: &'a str) {
        let known = ["sizes", "alt", "width", "height", "title", "lang", "dir"]
            .into_iter()
            .find(|known| *known == name);
        if let Some(known) = known
            && !self.others.iter().any(|(seen, _)| *seen == known)
        {
            self.others.push((known, value));
        }
    }

    fn is_pixel(&self) -> bool {
        let tiny =
            |value: Option<&str>| value.is_some_and(|v| matches!(v.trim().trim_end_matches("px"), "0" | "1"));
        tiny(self.width) && tiny(self.height)
    }
}

/// The last candidate: as a rule the largest one.
fn last_candidate(srcset: Option<&str>) -> Option<String> {
    let last = srcset?.rsplit(", ").next()?;
    last.split(' ').next().map(str::to_owned)
}

fn small_number(value: &str, max: u32) -> Option<String> {
    let digits = value.trim().trim_end_matches("px");
    digits.parse::<u32>().ok().filter(|n| *n <= max).map(|n| n.to_string())
}

fn write_attribute(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
