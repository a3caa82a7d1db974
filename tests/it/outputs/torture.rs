//! Entries made to break documents, and readers of documents.

use jiff::Timestamp;
use offprint::feed::{Limits, parse};
use offprint::model::{
    AlsoAt, Carrier, Copy, Enclosure, EntryExtra, EntryId, Episode, EpisodeKind, FeedEntry, Origin,
    PageFacts, Person, PublishedEntry, SourceElement, SourceId, StoredEntry,
};
use offprint::publish::{FeedMeta, Paging, SourceInfo, assemble, feed_id};
use url::Url;

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn meta() -> FeedMeta {
    FeedMeta {
        id: feed_id("/feed"),
        title: "Alles <b>& mehr</b> ]]> &amp; \u{202e}עולם".into(),
        description: Some("Ein \u{0}Satz &lt;i&gt;".into()),
        author: Some("Redaktion <x@y.example>".into()),
        home_url: "http://127.0.0.1:8380/".into(),
        self_url: "http://127.0.0.1:8380/feed.atom?tag=a[]&b=|".into(),
        updated: at("2024-03-02T10:00:00Z"),
        lang: Some("de_AT".into()),
        version: "1 <&".into(),
        hubs: vec!["https://hub.example/?x=[1]".into(), "javascript:alert(1)".into()],
        paging: Paging { next: Some("http://127.0.0.1:8380/feed.atom?before=2".into()), ..Paging::default() },
    }
}

/// A quiet entry.
pub fn plain(number: u8) -> PublishedEntry {
    let source = SourceId::new("one").unwrap();
    PublishedEntry {
        id: EntryId::from_bytes([number; 16]),
        url: Some(format!("https://one.example/{number}")),
        title: format!("Story {number}"),
        authors: vec![Person { name: "Ada Example".into(), url: None }],
        published: at("2024-03-01T08:09:10Z"),
        updated: at("2024-03-01T09:00:00Z"),
        first_seen: at("2024-03-01T08:30:00Z"),
        summary_html: Some("<p>Short.</p>".into()),
        content_html: Some("<p>Long.</p>".into()),
        full_text: true,
        tags: vec!["news".into()],
        categories: Vec::new(),
        enclosures: Vec::new(),
        episode: None,
        image: None,
        page: PageFacts::default(),
        lang: Some("en".into()),
        origins: vec![Origin {
            source,
            title: "One".into(),
            feed_id: "tag:one.example,2020:feed".into(),
            feed_url: "https://one.example/feed".into(),
            link: Some("https://one.example/".into()),
            removed: false,
        }],
        also_at: Vec::new(),
        source_element: None,
    }
}

/// Texts that hurt: as titles, names, categories, and as HTML that has been cleaned.
pub const TEXTS: &[&str] = &[
    "",
    " \t\r\n\u{a0}\u{2028}",
    "\0\u{1}\u{8}\u{b}\u{c}\u{1b}[31m\u{7f}\u{80}\u{9f}\u{fdd0}\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}",
    "]]>",
    "<![CDATA[ x ]]> <![CDATA[<![CDATA[]]>]]>",
    "&#0; &#xD800; &#xDFFF; &#xFFFE; &#x1F; &#99999999999;",
    "&amp; &amp;amp; &lt;b&gt; &nosuch; &copy2020 &lt b",
    "AT&T, R&D, H&M2024, a < b > c, <3, 5<6",
    "<script>alert(1)</script>",
    "</title></entry></feed></channel></rss>",
    "<!-- <?xml version=\"1.0\"?> <!DOCTYPE x [<!ENTITY y \"z\">]> -->",
    "\" onload='x' \u{ab}\u{bb} `\\",
    "مرحبا بالعالم: \u{202e}gnp.exe\u{202c} \u{2067}abc\u{2069} \u{200f}",
    "שלום עולם — news (עברית) 123",
    "新闻：中文、日本語、한국어 𠜎𡃁",
    "ข่าวภาษาไทยไม่มีช่องว่าง ที่ยาวมาก",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇦🇹 👍🏽",
    "Z\u{310}\u{33e}a\u{316}l\u{34d}g\u{324}o\u{489} e\u{301} \u{301}",
    "\u{feff}BOM \u{fffd} \u{ad}soft\u{200b}zero\u{2060}",
    "{\"json\": [null, \\u0000]}\\",
];

/// Addresses that are none, or none that a feed may hold as they are.
pub const ADDRESSES: &[&str] = &[
    "",
    " ",
    "/relative",
    "//host.example/x",
    "http://",
    "http:///x",
    "http:one.example/x",
    "https:\\\\one.example\\a b",
    "javascript:alert(1)",
    " java\tscript:alert(1)",
    "data:text/html,<script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://one.example/a",
    "mailto:a@one.example",
    "http://one.example",
    "http://one.example?x=1",
    "http://one.example#x",
    "https://one.example/a[1]?b[]=|^`{}\"<>'\\#c#d",
    "https://one.example/%zz%4%",
    "https://one.example/ä/日本?q=é&x=م",
    "https://bücher.example/",
    "https://例え.テスト/道",
    "https://one.example/\u{202e}gnp.exe",
    "https://one.example/\0\r\nSet-Cookie: x",
    "https://user:secret@one.example/",
    "http://[2001:db8::1]:8080/x?[y]",
    "http://127.1/x",
    "HTTPS://ONE.example/X",
    "https://one.example:443/./a/../b//c",
];

const MIMES: &[&str] =
    &["", "x", "a/b/c", "audio/mpeg; codecs=\"mp4a\"", "\"><x>/y", "ÄUDIO/x", "text/html\0", "AUDIO/MPEG"];
const LANGUAGES: &[&str] = &[
    "",
    "-",
    "xx",
    "english",
    "en_GB",
    "DE-at",
    "x-klingon",
    "ckb",
    "zh-Hant-TW",
    "ar",
    "\"><x>",
    "eng",
    "de-",
];
const FEED_IDS: &[&str] = &[
    "",
    "x",
    "urn:uuid:nope",
    "urn:x",
    "tag:one.example,2020:é",
    "tag:Ö.example,2020:x",
    "http://one.example",
    "https://one.example/a b",
    "javascript:x",
    "guid with blanks",
    "urn:isbn:0451450523",
];

/// A different entry of each kind of trouble.
pub fn entries() -> Vec<PublishedEntry> {
    let mut all = Vec::new();
    for text in TEXTS {
        all.push(of_text(text));
    }
    for address in ADDRESSES {
        all.push(of_address(address));
    }
    for id in FEED_IDS {
        let mut entry = plain(0);
        entry.origins[0].feed_id = (*id).to_owned();
        entry.source_element =
            Some(SourceElement { id: Some((*id).to_owned()), title: Some("</source>".into()), link: None });
        all.push(entry);
    }
    for lang in LANGUAGES {
        all.push(PublishedEntry { lang: Some((*lang).to_owned()), ..plain(0) });
    }
    for (number, mime) in MIMES.iter().enumerate() {
        all.push(of_media(number, mime));
    }
    for date in
        ["-009999-01-02T01:59:59Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0099-12-31T23:59:59Z"]
            .into_iter()
            .chain(["1969-12-31T23:59:59.999Z", "2024-02-29T23:59:59.999999999Z", "9999-12-30T22:00:00Z"])
    {
        all.push(PublishedEntry { published: at(date), updated: at(date), first_seen: at(date), ..plain(0) });
    }
    all.extend(empty());
    all.push(PublishedEntry { title: "Titel <b> &#x ]]>".repeat(60_000), ..plain(0) });
    let html = format!("<p>{}</p>", "ü &amp; ]]&gt; ]]> 字 ".repeat(60_000));
    all.push(PublishedEntry { content_html: Some(html.clone()), summary_html: Some(html), ..plain(0) });
    for (number, entry) in all.iter_mut().enumerate() {
        let mut id = [7; 16];
        id[..8].copy_from_slice(&(number as u64).to_be_bytes());
        entry.id = EntryId::from_bytes(id);
    }
    all
}

fn of_text(text: &str) -> PublishedEntry {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut entry = plain(0);
    entry.title = text.to_owned();
    entry.authors = vec![Person { name: text.to_owned(), url: Some("https://ada.example".into()) }];
    entry.summary_html = Some(format!("<p>{escaped}</p>"));
    entry.content_html = Some(format!("<div><p>{escaped}</p><p>]]></p></div>"));
    entry.tags = vec![text.to_owned()];
    entry.categories = vec![text.to_owned(), "two".into(), text.to_owned()];
    entry.origins[0].title = text.to_owned();
    entry.page.section = Some(text.to_owned());
    entry.enclosures = vec![Enclosure {
        url: "https://one.example/a.mp3".into(),
        title: Some(text.to_owned()),
        ..Enclosure::default()
    }];
    entry.also_at = vec![AlsoAt {
        id: EntryId::from_bytes([3; 16]),
        url: "https://two.example/x?a[]=1".into(),
        title: text.to_owned(),
        source: SourceId::new("two").unwrap(),
        source_title: text.to_owned(),
    }];
    entry.origins.push(Origin { source: SourceId::new("two").unwrap(), ..entry.origins[0].clone() });
    entry
}

fn of_address(address: &str) -> PublishedEntry {
    let mut entry = plain(0);
    entry.url = Some(address.to_owned());
    entry.image = Some(address.to_owned());
    entry.authors[0].url = Some(address.to_owned());
    entry.enclosures = vec![
        Enclosure { url: address.to_owned(), duration: Some(1), ..Enclosure::default() },
        Enclosure { url: address.to_owned(), picture: true, ..Enclosure::default() },
    ];
    entry.episode = Some(Episode { image: Some(address.to_owned()), ..Episode::default() });
    let origin = &mut entry.origins[0];
    origin.feed_id = address.to_owned();
    origin.feed_url = address.to_owned();
    origin.link = Some(address.to_owned());
    entry.origins.push(Origin { source: SourceId::new("two").unwrap(), ..entry.origins[0].clone() });
    entry
}

fn of_media(number: usize, mime: &str) -> PublishedEntry {
    let mut entry = plain(0);
    let lengths = [None, Some(0), Some(1), Some(u64::MAX)];
    let length = lengths[number % lengths.len()];
    entry.enclosures = ["a.mp3", "b", "c.jpg"]
        .map(|name| Enclosure {
            url: format!("https://one.example/{name}"),
            mime: Some(mime.to_owned()),
            length,
            duration: length,
            title: None,
            picture: name == "c.jpg",
        })
        .into();
    entry.episode = Some(Episode {
        image: None,
        season: Some(u32::from(number as u16)),
        number: Some(0),
        kind: Some(EpisodeKind::Bonus),
        explicit: Some(number.is_multiple_of(2)),
    });
    entry
}

/// Entries that have less and less.
fn empty() -> Vec<PublishedEntry> {
    let bare = PublishedEntry {
        url: None,
        title: String::new(),
        authors: Vec::new(),
        summary_html: None,
        content_html: None,
        tags: Vec::new(),
        lang: None,
        origins: Vec::new(),
        ..plain(0)
    };
    let picture = "<p><img src=\"https://one.example/a.jpg\"></p>";
    vec![
        PublishedEntry { title: String::new(), ..plain(0) },
        PublishedEntry { title: String::new(), summary_html: None, content_html: None, ..plain(0) },
        PublishedEntry { summary_html: None, content_html: Some(picture.into()), ..bare.clone() },
        PublishedEntry { title: "A title alone".into(), ..bare.clone() },
        PublishedEntry { url: plain(0).url, ..bare.clone() },
        PublishedEntry {
            summary_html: Some(" \n ".into()),
            content_html: Some("<p> </p>".into()),
            ..bare.clone()
        },
        bare,
    ]
}

/// A whole hostile feed, read as every feed is and made ready as the daemon does it.
pub fn read(document: &str) -> Vec<PublishedEntry> {
    let base = Url::parse("https://one.example/feed.xml").unwrap();
    let feed = parse(document.as_bytes(), None, &base, &Limits::default()).unwrap();
    let title = feed.title.clone();
    let number = feed.entries.len() as u8;
    let ids = (0..number).map(|n| EntryId::from_bytes([n; 16]));
    feed.entries.into_iter().zip(ids).map(|(entry, id)| published(entry, id, title.clone())).collect()
}

fn published(entry: FeedEntry, id: EntryId, title: Option<String>) -> PublishedEntry {
    let now = at("2024-03-01T08:30:00Z");
    let carrier = Carrier {
        source: SourceId::new("one").unwrap(),
        title,
        url: "https://one.example/feed.xml".into(),
        feed_id: None,
        link: None,
    };
    let copy =
        Copy { id, title: "Copy".into(), url: Some("javascript:x".into()), carriers: vec![carrier.clone()] };
    let stored = StoredEntry {
        seq: 1,
        id,
        url: entry.link,
        title: entry.title.unwrap_or_default(),
        authors: entry.authors,
        published: entry.published.unwrap_or(now),
        updated: entry.updated.or(entry.published).unwrap_or(now),
        first_seen: now,
        touched: now,
        listed: now,
        lang: entry.lang,
        extra: EntryExtra {
            categories: entry.categories,
            enclosures: entry.enclosures,
            base: entry.base,
            feed_image: entry.image,
            episode: entry.episode,
            source: entry.source,
            ..EntryExtra::default()
        },
        summary: entry.summary,
        content: entry.content,
        article: None,
        carriers: vec![carrier],
        copies: vec![copy],
    };
    assemble(stored, |_| {
        Some(SourceInfo { url: "https://one.example/feed.xml".into(), ..SourceInfo::default() })
    })
}
