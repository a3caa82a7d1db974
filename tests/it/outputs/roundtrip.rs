//! What is written says what went in: read by the library that knows nothing of us.

use super::torture::{at, meta, plain};
use super::valid;
use feed_rs::model::{Entry, Feed};
use offprint::model::{Enclosure, Episode, Person, PublishedEntry, SourceId};
use offprint::publish::{self, Content};
use proptest::option;
use proptest::prelude::*;
use url::Url;

fn read(document: &str) -> Feed {
    feed_rs::parser::parse(document.as_bytes()).unwrap_or_else(|error| panic!("{error} in {document}"))
}

/// Words in any script, without what is taken for markup: that is another test's.
fn words() -> impl Strategy<Value = String> {
    "[\\p{L}\\p{N}\\p{M}\u{202e}\u{200d}😀 .,:!?'\"()#@%+-]{0,40}"
}

/// Anything at all.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,30}",
        "[\u{0}-\u{ff}]{0,30}",
        "(<|>|&|;|#x?|[a-z]|/|!|\\[|\\]|lt|amp|CDATA|\u{202e}|\u{0}| ){0,20}"
    ]
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "https?://[a-z]{1,9}\\.example(/[a-zA-Z0-9._~%\\[\\]|^ äé日?#&=+'\"<>-]{0,20})?",
        1 => anything(),
    ]
}

fn enclosure() -> impl Strategy<Value = Enclosure> {
    let kind =
        option::of(prop_oneof![Just("audio/mpeg".to_owned()), Just("image/png".to_owned()), anything()]);
    let parts =
        (address(), kind, option::of(any::<u64>()), option::of(0..1_000_000_u64), option::of(anything()));
    (parts, any::<bool>()).prop_map(|((url, mime, length, duration, title), picture)| Enclosure {
        url,
        mime,
        length,
        duration,
        title,
        picture,
    })
}

prop_compose! {
    fn entry(text: fn() -> BoxedStrategy<String>)(
        (title, author, tag) in (text(), text(), text()),
        (url, image) in (option::of(address()), option::of(address())),
        (summary, content) in (option::of(text()), option::of(text())),
        enclosures in prop::collection::vec(enclosure(), 0..4),
        lang in option::of(prop_oneof![Just("ar".to_owned()), Just("en_GB".to_owned()), anything()]),
        (published, later) in (631_152_000_i64..4_000_000_000, 0..1_000_000_i64),
        season in option::of(option::of(0..9_u32)),
        (feed_id, feed_url) in (anything(), address()),
    ) -> PublishedEntry {
        let html = |text: String| format!("<p>{}</p>", text.replace('&', "&amp;").replace('<', "&lt;"));
        let mut entry = plain(1);
        entry.origins[0].feed_id = feed_id;
        entry.origins[0].feed_url = feed_url;
        entry.origins[0].title.clone_from(&tag);
        entry.origins[0].source = SourceId::new("one").unwrap();
        PublishedEntry {
            title,
            authors: vec![Person { name: author, url: url.clone() }],
            categories: vec![tag],
            url,
            image,
            summary_html: summary.map(html),
            content_html: content.map(html),
            enclosures,
            lang,
            published: at("1970-01-01T00:00:00Z") + std::time::Duration::from_secs(published as u64),
            updated: at("1970-01-01T00:00:00Z") + std::time::Duration::from_secs((published + later) as u64),
            episode: season.map(|season| Episode { season, ..Episode::default() }),
            ..entry
        }
    }
}

/// As a text is shown on one line.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(text: Option<&feed_rs::model::Text>) -> String {
    text.map(|text| text.content.clone()).unwrap_or_default()
}

/// What both formats in XML must say of an entry.
fn same(read: &Entry, entry: &PublishedEntry) -> Result<(), TestCaseError> {
    prop_assert_eq!(&read.id, &entry.id.urn());
    prop_assert_eq!(read.published.map(|date| date.timestamp()), Some(entry.published.as_second()));
    let address = entry
        .url
        .as_deref()
        .and_then(|url| Url::parse(url).ok())
        .filter(|url| url.scheme().starts_with("http"));
    if let Some(address) = address {
        let at = |href: &str| {
            // Brackets and the like come out encoded, which our parser takes for something else.
            let plain =
                |url: &str| percent_encoding::percent_decode_str(url).decode_utf8_lossy().into_owned();
            Url::parse(href).is_ok_and(|href| plain(href.as_str()) == plain(address.as_str()))
        };
        prop_assert!(read.links.iter().any(|link| at(&link.href)), "{:?} {:?}", read.links, address);
    }
    let name = folded(&entry.authors[0].name);
    if !name.is_empty() {
        prop_assert_eq!(read.authors.first().and_then(|author| author.name.clone()), Some(name));
    }
    let tag = folded(&entry.categories[0]);
    prop_assert!(tag.is_empty() || read.categories.iter().any(|category| category.term == tag));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn documents_are_valid(entries in prop::collection::vec(entry(|| anything().boxed()), 1..4)) {
        let mut entries = entries;
        for (number, entry) in entries.iter_mut().enumerate() {
            entry.id = plain(number as u8 + 1).id;
        }
        valid(&meta(), &entries);
    }

    #[test]
    fn parse_of_render_is_the_entry(entry in entry(|| words().boxed())) {
        let entries = [entry];
        let entry = &entries[0];
        let title = folded(&entry.title);
        let atom = read(&publish::atom(&meta(), &entries, Content::Full));
        let rss = read(&publish::rss(&meta(), &entries, Content::Full));
        for read in [&atom.entries[0], &rss.entries[0]] {
            same(read, entry)?;
            prop_assert!(title.is_empty() || text(read.title.as_ref()) == title, "{:?} {title:?}", read.title);
        }
        prop_assert_eq!(atom.entries[0].updated.map(|date| date.timestamp()), Some(entry.updated.as_second()));
        let body = |read: &Entry| read.content.as_ref().and_then(|content| content.body.clone()).unwrap_or_default();
        if let Some(html) = entry.content_html.as_deref().filter(|html| *html != "<p></p>") {
            prop_assert_eq!(folded(&body(&atom.entries[0])), folded(html));
            prop_assert_eq!(folded(&body(&rss.entries[0])), folded(html));
        }
    }

    /// Our own reader gets from each format what the entry had, also what feed-rs doesn't know.
    #[test]
    fn we_read_what_we_write(entry in entry(|| words().boxed())) {
        let entries = [entry];
        let entry = &entries[0];
        let base = Url::parse("https://offprint.example/").unwrap();
        for write in [publish::atom, publish::rss, publish::json_feed] {
            let document = write(&meta(), &entries, Content::Full);
            let feed = offprint::feed::parse(document.as_bytes(), None, &base, &Default::default()).unwrap();
            let read = &feed.entries[0];
            prop_assert_eq!(&read.guid, &Some(entry.id.urn()));
            prop_assert_eq!(read.published.map(|date| date.as_second()), Some(entry.published.as_second()));
            prop_assert_eq!(read.updated.map(|date| date.as_second()), Some(entry.updated.as_second()));
            let usable = |url: &&Enclosure| Url::parse(&url.url).is_ok_and(|url| url.scheme().starts_with("http"));
            for enclosure in entry.enclosures.iter().filter(usable) {
                let found = read.enclosures.iter().find(|found| found.duration == enclosure.duration);
                prop_assert!(found.is_some() || enclosure.duration.unwrap_or(0) == 0 || enclosure.picture
                    || entry.enclosures.len() > 1, "{document}");
            }
        }
    }
}
