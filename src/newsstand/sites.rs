//! Which sites there are, and how each is made.

/// The dialect of a site's feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Rss2,
    Rdf,
    AtomFull,
    AtomSummary,
    Json,
    /// An error first, garbage later.
    Broken,
}

/// Everything about a site that is known before it has a port.
#[derive(Debug)]
pub(super) struct Make {
    /// Also the name of its source.
    pub id: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub lang: &'static str,
    pub tags: &'static [&'static str],
    pub format: Format,
    pub feed_path: &'static str,
    /// Encoding label of the feed.
    pub feed_charset: &'static str,
    /// What the feed adds to the links of its own stories.
    pub link_suffix: &'static str,
    /// Page template.
    pub page: &'static str,
    /// Encoding label of the pages, by language where it depends on it.
    pub page_charset: fn(&str) -> &'static str,
    pub stories: &'static str,
    pub robots: &'static str,
}

const UTF8: fn(&str) -> &'static str = |_| "utf-8";
const LATIN: fn(&str) -> &'static str = |_| "windows-1252";
const OPEN: &str = "User-agent: *\nDisallow:\n";

/// Section that robots.txt of the Courier closes.
pub(super) const CLOSED: &str = "members";

/// Old address of the Courier's harbour desk, moved for good to [`DESK_FEED`].
pub(super) const DESK_MOVED: &str = "/harbour/rss";
/// The Courier's harbour stories alone.
pub(super) const DESK_FEED: &str = "/harbour/feed.xml";
/// Tracking parameters of the desk's links.
pub(super) const DESK_SUFFIX: &str = "/?utm_source=harbour-desk&utm_campaign=quay";

/// Place of the Courier among the sites.
pub(super) const COURIER: usize = 0;

pub(super) static MAKES: [Make; 9] = [
    Make {
        id: "courier",
        name: "The Harbour Courier",
        about: "News from Skarrow and its quays, since 1871",
        lang: "en",
        tags: &["news", "harbour"],
        format: Format::Rss2,
        feed_path: "/feed.xml",
        feed_charset: "windows-1252",
        link_suffix: "?utm_source=feed&utm_medium=rss",
        page: include_str!("content/pages/courier.html"),
        page_charset: UTF8,
        stories: include_str!("content/courier.txt"),
        robots: "User-agent: *\nDisallow: /members/\nAllow: /\n",
    },
    Make {
        id: "kettle",
        name: "Kettle and Slate",
        about: "Notes from a house at the end of the road",
        lang: "en",
        tags: &["blogs"],
        format: Format::AtomFull,
        feed_path: "/atom.xml",
        feed_charset: "utf-8",
        link_suffix: "",
        page: include_str!("content/pages/kettle.html"),
        page_charset: UTF8,
        stories: include_str!("content/kettle.txt"),
        robots: OPEN,
    },
    Make {
        id: "marginalia",
        name: "Marginalia of Matter",
        about: "A magazine of small science",
        lang: "en",
        tags: &["science"],
        format: Format::Rdf,
        feed_path: "/index.rdf",
        feed_charset: "windows-1252",
        link_suffix: "",
        page: include_str!("content/pages/marginalia.html"),
        page_charset: LATIN,
        stories: include_str!("content/marginalia.txt"),
        robots: OPEN,
    },
    Make {
        id: "lowtide",
        name: "Low Tide Radio",
        about: "A programme about the coast, recorded outdoors",
        lang: "en",
        tags: &["audio"],
        format: Format::Json,
        feed_path: "/feed.json",
        feed_charset: "utf-8",
        link_suffix: "",
        page: include_str!("content/pages/kettle.html"),
        page_charset: UTF8,
        stories: include_str!("content/lowtide.txt"),
        robots: OPEN,
    },
    Make {
        id: "meridian",
        name: "Meridian · Меридиан · 子午線 · ميريديان",
        about: "One street, four languages",
        lang: "mul",
        tags: &["world"],
        format: Format::Rss2,
        feed_path: "/rss",
        feed_charset: "utf-8",
        link_suffix: "?utm_source=rss",
        page: include_str!("content/pages/meridian.html"),
        page_charset: |lang| match lang {
            "ru" => "windows-1251",
            "ja" => "shift_jis",
            _ => "utf-8",
        },
        stories: include_str!("content/meridian.txt"),
        robots: OPEN,
    },
    Make {
        id: "bote",
        name: "Lautertaler Bote",
        about: "Zeitung für das Lautertal und die Höhen",
        lang: "de",
        tags: &["news", "deutsch"],
        format: Format::AtomSummary,
        feed_path: "/feed/atom",
        feed_charset: "utf-8",
        link_suffix: "",
        page: include_str!("content/pages/bote.html"),
        page_charset: UTF8,
        stories: include_str!("content/bote.txt"),
        robots: OPEN,
    },
    Make {
        id: "gazette",
        name: "La Gazette de Morvelle",
        about: "Le journal qui prend son temps",
        lang: "fr",
        tags: &["news", "francais"],
        format: Format::AtomSummary,
        feed_path: "/flux.atom",
        feed_charset: "utf-8",
        link_suffix: "?utm_campaign=flux",
        page: include_str!("content/pages/marginalia.html"),
        page_charset: UTF8,
        stories: include_str!("content/gazette.txt"),
        robots: OPEN,
    },
    Make {
        id: "outage",
        name: "The Daily Outage",
        about: "A paper whose server has seen better days",
        lang: "en",
        tags: &["news"],
        format: Format::Broken,
        feed_path: "/rss.xml",
        feed_charset: "utf-8",
        link_suffix: "",
        page: "",
        page_charset: UTF8,
        stories: "",
        robots: OPEN,
    },
    Make {
        id: "crosswinds",
        name: "Crosswinds",
        about: "Links worth a cup of tea",
        lang: "en",
        tags: &["links"],
        format: Format::Rss2,
        feed_path: "/links.rss",
        feed_charset: "utf-8",
        link_suffix: "",
        page: "",
        page_charset: UTF8,
        stories: include_str!("content/crosswinds.txt"),
        robots: OPEN,
    },
];
