//! The sites' feeds, each in its dialect.

use super::desk::{Desk, Issue, Paper};
use super::library::{Story, escape};
use super::pages::audio;
use super::sites::Format;
use jiff::Timestamp;
use std::fmt::Write;
use std::time::{Duration, SystemTime};

/// `Sun, 06 Nov 1994 08:49:37 GMT`: good for HTTP (RFC 9110 §5.6.7) and RSS (RFC 822) alike.
pub(super) fn http_date(date: Timestamp) -> String {
    let since = Duration::from_secs(u64::try_from(date.as_second()).unwrap_or_default());
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since)
}

/// RFC 3339, whole seconds.
pub(super) fn iso_date(date: Timestamp) -> String {
    Timestamp::from_second(date.as_second()).unwrap_or(date).to_string()
}

/// The media type of a feed.
pub(super) fn content_type(format: Format) -> &'static str {
    match format {
        Format::AtomFull | Format::AtomSummary => "application/atom+xml",
        Format::Rdf => "application/rdf+xml",
        Format::Json => "application/feed+json",
        Format::Rss2 | Format::Broken => "application/rss+xml",
    }
}

/// What a feed is made of.
struct Sheet<'a> {
    desk: &'a Desk,
    site: usize,
    paper: &'a Paper,
    issues: Vec<Issue<'a>>,
    /// Only the Courier's harbour desk.
    section: bool,
}

impl Sheet<'_> {
    fn link(&self, story: &Story) -> String {
        self.desk.feed_link(self.site, story, self.section)
    }
}

/// The feed of a site as text; `section`: of its harbour desk alone.
pub(super) fn feed(desk: &Desk, site: usize, section: bool) -> String {
    let mut issues = desk.issued(site);
    issues.retain(|issue| !section || issue.story.section == "harbour");
    let sheet = Sheet { desk, site, paper: &desk.papers[site], issues, section };
    // Writing to a string cannot fail.
    match sheet.paper.make.format {
        Format::Rss2 => rss2(&sheet),
        Format::Rdf => rdf(&sheet),
        Format::AtomFull | Format::AtomSummary => atom(&sheet),
        Format::Json => json(&sheet),
        Format::Broken => String::new(),
    }
}

fn rss2(sheet: &Sheet) -> String {
    let make = sheet.paper.make;
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"{}\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <channel>\n<title>{}</title>\n<link>{}/</link>\n<description>{}</description>\n",
        make.feed_charset,
        escape(make.name),
        sheet.paper.base,
        escape(make.about)
    );
    for Issue { story, date } in &sheet.issues {
        let link = sheet.link(story);
        let _ = write!(
            out,
            "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"false\">{}-{}</guid>\n\
             <dc:creator>{}</dc:creator>\n<pubDate>{}</pubDate>\n<description><![CDATA[<p>{}</p>]]></description>\n",
            escape(&story.title),
            escape(&link),
            make.id,
            story.slug,
            escape(&story.by),
            http_date(*date),
            escape(&story.stand),
        );
        for tag in &story.tags {
            let _ = writeln!(out, "<category>{}</category>", escape(tag));
        }
        out.push_str("</item>\n");
    }
    out + "</channel>\n</rss>\n"
}

fn rdf(sheet: &Sheet) -> String {
    let make = sheet.paper.make;
    let links: Vec<String> = sheet.issues.iter().map(|issue| escape(&sheet.link(issue.story))).collect();
    let index: String = links.iter().map(|link| format!("<rdf:li rdf:resource=\"{link}\"/>\n")).collect();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"{}\"?>\n<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <channel rdf:about=\"{base}{}\">\n<title>{}</title>\n<link>{base}/</link>\n<description>{}</description>\n\
         <dc:language>{}</dc:language>\n<items><rdf:Seq>\n{index}</rdf:Seq></items>\n</channel>\n",
        make.feed_charset,
        make.feed_path,
        escape(make.name),
        escape(make.about),
        make.lang,
        base = sheet.paper.base,
    );
    for (Issue { story, date }, link) in sheet.issues.iter().zip(&links) {
        let _ = write!(
            out,
            "<item rdf:about=\"{link}\">\n<title>{}</title>\n<link>{link}</link>\n<description>{}</description>\n\
             <dc:creator>{}</dc:creator>\n<dc:date>{}</dc:date>\n<dc:subject>{}</dc:subject>\n</item>\n",
            escape(&story.title),
            escape(&story.stand),
            escape(&story.by),
            iso_date(*date),
            escape(&story.tags.join(", ")),
        );
    }
    out + "</rdf:RDF>\n"
}

fn atom(sheet: &Sheet) -> String {
    let (make, base) = (sheet.paper.make, &sheet.paper.base);
    let full = make.format == Format::AtomFull;
    let updated = sheet.issues.first().map(|issue| iso_date(issue.date)).unwrap_or_default();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"{}\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\" \
         xml:base=\"{base}/\">\n<id>tag:{id}.example,2020:feed</id>\n<title>{}</title>\n<subtitle>{}</subtitle>\n\
         <link rel=\"alternate\" href=\"/\"/>\n<link rel=\"self\" href=\"{}\"/>\n<updated>{updated}</updated>\n",
        make.feed_charset,
        make.lang,
        escape(make.name),
        escape(make.about),
        make.feed_path,
        id = make.id,
    );
    for Issue { story, date } in &sheet.issues {
        // The full-text feed gives relative addresses, from the folder of its stories on.
        let (entry_base, link) = if full {
            (format!(" xml:base=\"{}/\"", story.section), story.slug.clone())
        } else {
            (String::new(), sheet.link(story))
        };
        let _ = write!(
            out,
            "<entry{entry_base}>\n<id>tag:{}.example,2020:{}</id>\n<title>{}</title>\n<link href=\"{}\"/>\n\
             <author><name>{}</name></author>\n<published>{date}</published>\n<updated>{date}</updated>\n\
             <summary>{}</summary>\n",
            make.id,
            story.slug,
            escape(&story.title),
            escape(&link),
            escape(&story.by),
            escape(&story.stand),
            date = iso_date(*date),
        );
        for tag in &story.tags {
            let _ = writeln!(out, "<category term=\"{}\"/>", escape(tag));
        }
        if full {
            let picture = format!("<p><img src=\"../img/{}.png\" alt=\"\"></p>\n", story.slug);
            let _ =
                writeln!(out, "<content type=\"html\">{}</content>", escape(&(picture + &story.html(""))));
        }
        out.push_str("</entry>\n");
    }
    out + "</feed>\n"
}

fn json(sheet: &Sheet) -> String {
    let (make, base) = (sheet.paper.make, &sheet.paper.base);
    let items: Vec<serde_json::Value> = sheet
        .issues
        .iter()
        .map(|Issue { story, date }| {
            serde_json::json!({
                "id": format!("{}-{}", make.id, story.slug),
                "url": sheet.link(story),
                "title": story.title,
                "summary": story.stand,
                "content_html": story.html(""),
                "image": format!("{base}/img/{}.png", story.slug),
                "date_published": iso_date(*date),
                "authors": [{ "name": story.by }],
                "tags": story.tags,
                "language": story.lang,
                "attachments": [{
                    "url": format!("{base}/audio/{}.mp3", story.slug),
                    "mime_type": "audio/mpeg",
                    "title": format!("Listen: {}", story.title),
                    "size_in_bytes": audio(&story.slug).len(),
                    "duration_in_seconds": story.seconds,
                }],
            })
        })
        .collect();
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": make.name,
        "description": make.about,
        "home_page_url": format!("{base}/"),
        "feed_url": format!("{base}{}", make.feed_path),
        "language": make.lang,
        "items": items,
    });
    feed.to_string()
}
