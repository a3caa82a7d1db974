//! The sites' pages and pictures.

use super::desk::{Desk, Issue, path};
use super::feeds::iso_date;
use super::library::{Block, Story, escape};
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::Write;

/// Puts values in the place of `{{name}}`; values are not looked through again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() * 2);
    let mut parts = template.split("{{");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or(("", part));
        let value = values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
        out.push_str(value);
        out.push_str(rest);
    }
    out
}

/// The page of a story, if it is out.
pub(super) fn story_page(desk: &Desk, site: usize, asked: &str) -> Option<(String, String)> {
    let asked = asked.strip_suffix('/').unwrap_or(asked);
    let issues = desk.issued(site);
    let issue = issues.iter().find(|issue| issue.story.link.is_empty() && path(issue.story) == asked)?;
    let lang = issue.story.lang.clone();
    Some((render(desk, site, issue, &issues), lang))
}

fn render(desk: &Desk, site: usize, issue: &Issue, all: &[Issue]) -> String {
    let (paper, story) = (&desk.papers[site], issue.story);
    let url = desk.address(site, story);
    let related = paper.stories.iter().find(|other| other.slug == story.related);
    let related = related.map(|other| related_box(other, &desk.address(site, other))).unwrap_or_default();
    let most_read: String =
        all.iter().filter(|other| other.story.slug != story.slug).take(4).map(item).collect();
    let picture = format!("{}/img/{}.png", paper.base, story.slug);
    let json_ld = serde_json::json!({
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title,
        "datePublished": iso_date(issue.date), "author": [{ "@type": "Person", "name": story.by }],
        "publisher": { "@type": "Organization", "name": paper.make.name }, "image": picture,
        "mainEntityOfPage": url, "inLanguage": story.lang,
    });
    let (top, rest) = halves(story);
    let charset = (paper.make.page_charset)(&story.lang);
    fill(
        paper.make.page,
        &[
            ("charset", charset),
            ("lang", &story.lang),
            ("dir", if story.lang == "ar" { "rtl" } else { "ltr" }),
            ("site", &escape(paper.make.name)),
            ("about", &escape(paper.make.about)),
            ("feed", paper.make.feed_path),
            ("type", super::feeds::content_type(paper.make.format)),
            ("title", &escape(&story.title)),
            ("by", &escape(&story.by)),
            ("stand", &escape(&story.stand)),
            ("section", &escape(&story.section)),
            ("tags", &escape(&story.tags.join(", "))),
            ("url", &url),
            ("picture", &picture),
            ("caption", &escape(&story.caption)),
            ("credit", &escape(&story.credit)),
            ("iso", &iso_date(issue.date)),
            ("date", &issue.date.strftime("%-d %B %Y, %H:%M").to_string()),
            // A slash is escaped so that no text can end the script element.
            ("json", &json_ld.to_string().replace("</", "<\\/")),
            ("body", &story.html(&related)),
            ("top", &top.html("")),
            ("rest", &rest.html("")),
            ("related", &related),
            ("most-read", &most_read),
        ],
    )
}

/// The story in two parts, for pages that set it in several containers: the second begins at a heading if there is one.
fn halves(story: &Story) -> (Story, Story) {
    let middle = story.blocks.len() / 2;
    let heading = story.blocks.iter().position(|block| matches!(block, Block::Heading(_)));
    let (top, rest) = story.blocks.split_at(heading.unwrap_or(middle));
    let part = |blocks: &[Block]| Story { blocks: blocks.to_vec(), ..Story::default() };
    (part(top), part(rest))
}

fn related_box(other: &Story, address: &str) -> String {
    let label = match other.lang.as_str() {
        "de" => "Lesen Sie auch",
        "fr" => "Lire aussi",
        "es" => "Lea también",
        "ru" => "Читайте также",
        "ja" => "関連記事",
        "ar" => "اقرأ أيضا",
        _ => "Related article",
    };
    format!(
        "<div class=\"related-article\"><span class=\"label\">{label}:</span> <a href=\"{address}\">{}</a></div>\n",
        escape(&other.title)
    )
}

fn item(issue: &Issue) -> String {
    format!("<li><a href=\"{}\">{}</a></li>\n", path(issue.story), escape(&issue.story.title))
}

/// The front page: headlines, and where the feed is.
pub(super) fn front_page(desk: &Desk, site: usize) -> String {
    let make = desk.papers[site].make;
    let list: String = desk
        .issued(site)
        .iter()
        .map(|issue| {
            let link = desk.feed_link(site, issue.story, false);
            format!("<li><a href=\"{}\">{}</a></li>\n", escape(&link), escape(&issue.story.title))
        })
        .collect();
    fill(
        include_str!("content/pages/front.html"),
        &[
            ("lang", make.lang),
            ("site", &escape(make.name)),
            ("about", &escape(make.about)),
            ("type", super::feeds::content_type(make.format)),
            ("feed", make.feed_path),
            ("list", &list),
        ],
    )
}

/// Some bytes that begin like an MP3 file; nobody is meant to listen.
pub(super) fn audio(slug: &str) -> Vec<u8> {
    let mut bytes = b"ID3\x04\0\0\0\0\0\0".to_vec();
    bytes.extend(slug.bytes().cycle().take(2_000 + 97 * slug.len()));
    bytes
}

/// A PNG of 96 × 54 pixels in a colour made from `name` (RFC 2083).
pub(super) fn png(name: &str) -> Vec<u8> {
    let hash = super::newsprint(name.as_bytes());
    let colour = [0x60 | hash as u8, 0x60 | (hash >> 8) as u8, 0x80 | (hash >> 16) as u8];
    let mut rows = Vec::new();
    for y in 0..54_u8 {
        rows.push(0);
        for x in 0..96_u8 {
            let shade = if (x / 12 + y / 9) % 2 == 0 { 0 } else { 24 };
            rows.extend(colour.map(|part| part.saturating_sub(shade)));
        }
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let packed = packed.write_all(&rows).and_then(|()| packed.finish()).unwrap_or_default();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &[0, 0, 0, 96, 0, 0, 0, 54, 8, 2, 0, 0, 0]);
    chunk(&mut out, b"IDAT", &packed);
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(kind);
    out.extend(data);
    out.extend(crc.sum().to_be_bytes());
}
