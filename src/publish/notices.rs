//! Notices as an Atom feed: whoever runs Offprint reads them where they read everything else.

use super::atom::{head, link};
use super::time::rfc3339;
use super::xml::Xml;
use super::{FeedMeta, chars};
use crate::model::{EntryId, EntryKey, Notice};
use sha2::{Digest, Sha256};

/// The notices as an Atom 1.0 document (RFC 4287), in the order given. `page`
/// answers with the address of a source's page, http or https.
pub fn notices(meta: &FeedMeta, notices: &[Notice], page: impl Fn(&Notice) -> String) -> String {
    let mut xml = Xml::new(2000 + notices.len() * 1000);
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", "en")]);
    head(&mut xml, meta, meta.updated);
    for notice in notices {
        xml.open("entry", &[]);
        xml.element("id", &[], &name(notice));
        xml.text("title", &chars::line(&notice.title));
        xml.element("published", &[], &rfc3339(notice.at));
        xml.element("updated", &[], &rfc3339(notice.at));
        link(&mut xml, "alternate", Some("text/html"), &page(notice));
        xml.empty("category", &[("term", &chars::line(&notice.kind))]);
        xml.empty("category", &[("term", notice.source.as_str())]);
        xml.element("content", &[("type", "html")], &paragraphs(&notice.text));
        xml.close();
    }
    xml.finish()
}

/// A lasting name. A new database counts from one again, so the number alone is none.
fn name(notice: &Notice) -> String {
    let words = format!(
        "offprint notice\n{}\n{}\n{}\n{}",
        notice.number,
        notice.at.as_millisecond(),
        notice.source,
        notice.kind
    );
    let mut key = [0; 16];
    key.copy_from_slice(&Sha256::digest(words)[..16]);
    EntryId::from_key(EntryKey::from_digest(key)).urn()
}

/// Lines as paragraphs of HTML, for readers that fold white space in plain text.
fn paragraphs(text: &str) -> String {
    let lines = text.lines().map(chars::line).filter(|line| !line.is_empty());
    lines.map(|line| format!("<p>{}</p>", chars::to_html(&line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceId;

    fn notice(number: i64) -> Notice {
        Notice {
            number,
            at: "2026-03-02T10:05:00Z".parse().unwrap(),
            source: SourceId::new("heron").unwrap(),
            kind: "failing".to_owned(),
            title: "<b>heron\u{0}</b> & \n fails".to_owned(),
            text: "HTTP 503\nWait ]]> <script>".to_owned(),
        }
    }

    fn meta() -> FeedMeta {
        FeedMeta {
            id: crate::publish::feed_id("/status"),
            title: "News: status".to_owned(),
            description: None,
            author: None,
            home_url: "https://news.example/".to_owned(),
            self_url: "https://news.example/status.atom".to_owned(),
            updated: "2026-03-02T10:05:00Z".parse().unwrap(),
            lang: None,
            version: "1".to_owned(),
            hubs: Vec::new(),
            paging: crate::publish::Paging::default(),
        }
    }

    #[test]
    fn a_feed_of_notices() {
        let all = [notice(2), notice(1)];
        let xml = notices(&meta(), &all, |notice| format!("https://news.example/sources/{}", notice.source));
        assert_ne!(name(&all[0]), name(&all[1]));
        assert!(name(&all[0]).starts_with("urn:uuid:"));
        for part in [
            "<title type=\"html\">&amp;lt;b&amp;gt;heron&amp;lt;/b&amp;gt; &amp;amp; fails</title>",
            "<link rel=\"alternate\" href=\"https://news.example/sources/heron\" type=\"text/html\"/>",
            "&lt;p&gt;HTTP 503&lt;/p&gt;&lt;p&gt;Wait ]]&amp;gt; &amp;lt;script&amp;gt;&lt;/p&gt;",
            "<category term=\"failing\"/>",
        ] {
            assert!(xml.contains(part), "{part}\n{xml}");
        }
        let mut reader = quick_xml::Reader::from_str(&xml);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }

    #[test]
    fn empty_is_valid() {
        let xml = notices(&meta(), &[], |_| String::new());
        assert!(xml.contains("<updated>2026-03-02T10:05:00Z</updated>") && xml.ends_with("</feed>\n"));
    }
}
