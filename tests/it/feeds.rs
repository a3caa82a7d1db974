//! The feed reader from outside: keys of entries, documents made to hurt.

use crate::support::hostile;
use offprint::feed::{self, Limits, parse};
use offprint::identity::{Candidate, StripRules, candidate};
use offprint::model::{FeedEntry, SourceId};
use proptest::prelude::*;
use std::time::{Duration, Instant};
use url::Url;

/// What an invented entry has: each of id, link and date may be missing.
#[derive(Debug, Clone)]
struct Story {
    number: usize,
    title: String,
    id: bool,
    link: bool,
    date: bool,
}

#[derive(Debug, Clone, Copy)]
enum Dialect {
    Rss,
    Rdf,
    Atom,
    Json,
}

fn write(dialect: Dialect, stories: &[Story]) -> String {
    let each = |story: &Story| {
        let Story { number, title, id, link, date } = story;
        let some = |have: &bool, text: String| if *have { text } else { String::new() };
        let day = format!("2003-06-{:02}T04:00:00Z", number % 28 + 1);
        match dialect {
            Dialect::Rss | Dialect::Rdf => format!(
                "<item><title>{title}</title>{}{}{}</item>",
                some(id, format!("<guid isPermaLink='false'>id-{number}</guid>")),
                some(link, format!("<link>/story/{number}?utm_source=feed</link>")),
                some(date, format!("<pubDate>{day}</pubDate>")),
            ),
            Dialect::Atom => format!(
                "<entry><title>{title}</title>{}{}{}</entry>",
                some(id, format!("<id>tag:a.example,2003:{number}</id>")),
                some(link, format!("<link href='/story/{number}'/>")),
                some(date, format!("<updated>{day}</updated>")),
            ),
            Dialect::Json => format!(
                "{{\"title\":\"{title}\"{}{}{}}}",
                some(id, format!(",\"id\":{number}")),
                some(link, format!(",\"url\":\"/story/{number}\"")),
                some(date, format!(",\"date_published\":\"{day}\"")),
            ),
        }
    };
    let all: Vec<String> = stories.iter().map(each).collect();
    match dialect {
        Dialect::Rss => {
            format!("<rss version='2.0'><channel><title>T</title>{}</channel></rss>", all.concat())
        }
        Dialect::Rdf => format!("<rdf:RDF><channel><title>T</title></channel>{}</rdf:RDF>", all.concat()),
        Dialect::Atom => format!("<feed xmlns='http://www.w3.org/2005/Atom'>{}</feed>", all.concat()),
        Dialect::Json => {
            format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{}]}}", all.join(","))
        }
    }
}

fn keys(dialect: Dialect, stories: &[Story]) -> Vec<Candidate> {
    let base = Url::parse("https://a.example/feed").unwrap();
    let document = parse(write(dialect, stories).as_bytes(), None, &base, &Limits::default()).unwrap();
    let source = SourceId::new("source").unwrap();
    let key = |entry: &FeedEntry| candidate(&source, entry, StripRules::default());
    document.entries.iter().map(key).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn keys_are_stable(
        dialect in prop_oneof![Just(Dialect::Rss), Just(Dialect::Rdf), Just(Dialect::Atom), Just(Dialect::Json)],
        parts in proptest::collection::vec(("[a-z]{1,8}( [a-z]{1,8})?", any::<[bool; 3]>()), 1..12),
        edited in any::<prop::sample::Index>(),
        turn in any::<prop::sample::Index>(),
    ) {
        let stories: Vec<Story> = parts
            .into_iter()
            .enumerate()
            .map(|(number, (title, [id, link, date]))| Story { number, title, id, link: link || !id, date })
            .collect();
        let first = keys(dialect, &stories);
        prop_assert_eq!(first.len(), stories.len());
        prop_assert!(first.iter().all(|keys| keys.guid.is_some() || keys.url.is_some()));
        prop_assert_eq!(&keys(dialect, &stories), &first, "read again");

        let mut other = stories.clone();
        other[edited.index(stories.len())].title = "another title".to_owned();
        prop_assert_eq!(&keys(dialect, &other), &first, "one title edited");

        let by = turn.index(stories.len());
        other.rotate_left(by);
        other.reverse();
        let mut turned = keys(dialect, &other);
        turned.reverse();
        turned.rotate_right(by);
        prop_assert_eq!(&turned, &first, "in another order");
    }
}

/// Far more than any takes: what grows with the square of the size takes minutes.
const RUN_AWAY: Duration = Duration::from_secs(20);

#[test]
fn hostile_documents() {
    let base = Url::parse("https://a.example/feed").unwrap();
    let mut seen = 0;
    for (name, bytes) in hostile::documents(400 * 1024) {
        let start = Instant::now();
        let outcome = parse(&bytes, None, &base, &Limits::default());
        assert!(start.elapsed() < RUN_AWAY, "{name}: {:?}", start.elapsed());
        seen += 1;
        let Ok(document) = outcome else { continue };
        assert!(document.warnings.len() <= feed::REPAIRS.len(), "{name}: {:?}", document.warnings);
        // Escapes and the document's own entities make it grow, and nothing else.
        let written = feed::to_json("f", &document).to_string().len();
        assert!(written < 16 * bytes.len() + (4 << 20), "{name}: {written} bytes from {}", bytes.len());
    }
    assert!(seen > 90, "{seen} documents");
}

#[test]
fn a_document_beyond_the_limit_is_cut() {
    let base = Url::parse("https://a.example/feed").unwrap();
    let limits = Limits { max_bytes: 10_000, ..Limits::default() };
    let items = "<item><title>x</title></item>".repeat(1000);
    let document = parse(format!("<rss><channel>{items}").as_bytes(), None, &base, &limits).unwrap();
    assert!(document.truncated && (300..400).contains(&document.entries.len()), "{}", document.entries.len());
    let kinds: Vec<_> = document.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, ["truncated", "too-large"]);
}
