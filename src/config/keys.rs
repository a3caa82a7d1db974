//! Every key there is: one table that serves reading, hints, the JSON Schema and the test of the manual.

mod output;

pub(super) use output::{OUTPUT, OUTPUTS, WEBSUB};

/// What a value has to look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// `true` or `false`.
    Flag,
    /// An integer from, to.
    Count(i64, i64),
    /// A duration up to `max`; zero only where `zero` says so.
    Span {
        /// Whether "0s" is a value.
        zero: bool,
        /// The longest one, as it would be written.
        max: &'static str,
    },
    /// A size up to [`MAX_BYTES`].
    Bytes,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A string.
    Text(Shape),
    /// An array of strings.
    List(Shape),
    /// An array of `{ field, matches }`.
    Rules,
    /// A table of names and values of headers.
    Headers,
    /// A table with keys of its own.
    Table,
    /// A table of [`ITEM`] within a source.
    Items,
}

/// What a string has to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One line of text.
    Line,
    /// A path.
    Path,
    /// A path with wildcards.
    Glob,
    /// Address of a feed.
    FeedUrl,
    /// Address of this server.
    BaseUrl,
    /// `host:port` or `unix:/path`.
    Listen,
    /// Value of a header.
    UserAgent,
    /// URL or mail address.
    Contact,
    /// CSS selector.
    Selector,
    /// Name of a tag.
    Tag,
    /// What to search for.
    Query,
    /// Name of a query parameter, perhaps with `*` at its end.
    Param,
    /// CIDR or single address.
    Net,
    /// Regular expression.
    Pattern,
    /// Name for a log-in.
    Username,
    /// Host, perhaps with a port.
    Host,
    /// Address of a proxy, or `none`.
    Proxy,
}

/// What holds when the key is absent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fallback {
    /// This value, as it would be written in the file.
    Is(&'static str),
    /// In words.
    Note(&'static str),
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// Its values.
    pub(super) kind: Kind,
    /// Its default.
    pub(super) default: Fallback,
    /// What it does, in a sentence.
    pub(super) doc: &'static str,
}

/// The largest size that may be configured: bodies are held in memory.
pub(super) const MAX_BYTES: u64 = 1 << 30;
/// The longest duration where nothing shorter makes sense: a hundred years.
const AGES: &str = "36500d";

const fn key(name: &'static str, kind: Kind, default: Fallback, doc: &'static str) -> Key {
    Key { name, kind, default, doc }
}

const fn table(name: &'static str, doc: &'static str) -> Key {
    key(name, Kind::Table, Fallback::Note("none"), doc)
}

const NONE: Fallback = Fallback::Note("none");
const AS_FETCH: Fallback = Fallback::Note("as in [fetch]");
const AS_FETCH_DELAY: Fallback = Fallback::Note("fetch.host_delay");
const EMPTY: Fallback = Fallback::Is("[]");

/// Keys of the file itself.
pub(super) const TOP: &[Key] = &[
    key(
        "data_dir",
        Kind::Text(Shape::Path),
        Fallback::Note("$STATE_DIRECTORY, else $XDG_DATA_HOME/offprint, else ~/.local/share/offprint"),
        "Folder of the database; a relative path is relative to this file.",
    ),
    key(
        "include",
        Kind::List(Shape::Glob),
        EMPTY,
        "Further files that hold [sources.*] only; relative to this file, with * and ?.",
    ),
    table("output", "The merged feed."),
    table("outputs", "Further feeds, [outputs.NAME] each, served as /feeds/NAME.atom."),
    table("websub", "Announcing what is new in the feeds."),
    table("server", "The HTTP server."),
    table("fetch", "How requests are made."),
    table("scrape", "How articles are found on their pages."),
    table("store", "What is kept."),
    table("defaults", "Values for sources that do not set the key themselves."),
    table("sources", "The feeds, [sources.NAME] each."),
    table("hosts", "Budgets of single hosts, [hosts.NAME] each."),
];

/// `[server]`
pub(super) const SERVER: &[Key] = &[
    key(
        "listen",
        Kind::Text(Shape::Listen),
        Fallback::Is("\"127.0.0.1:8380\""),
        "Where the server listens: host:port or unix:/path.",
    ),
    key(
        "token_file",
        Kind::Text(Shape::Path),
        NONE,
        "File with a token that every reader must show; relative to this file.",
    ),
    key("metrics", Kind::Flag, Fallback::Is("true"), "Whether /metrics is served."),
    key("status_page", Kind::Flag, Fallback::Is("true"), "Whether the pages for people are served."),
];

/// `[fetch]`
pub(super) const FETCH: &[Key] = &[
    key(
        "user_agent",
        Kind::Text(Shape::UserAgent),
        Fallback::Note("offprint/VERSION (+CONTACT)"),
        "Value of the User-Agent header, whole.",
    ),
    key(
        "contact",
        Kind::Text(Shape::Contact),
        Fallback::Note("output.base_url, unless that is a private address"),
        "Web or mail address for the people whose servers are polled.",
    ),
    key(
        "timeout",
        Kind::Span { zero: false, max: "1d" },
        Fallback::Is("\"30s\""),
        "Limit for a whole request with its redirects and its body.",
    ),
    key("max_feed_size", Kind::Bytes, Fallback::Is("\"20MiB\""), "Limit for a feed after decompression."),
    key(
        "max_page_size",
        Kind::Bytes,
        Fallback::Is("\"10MiB\""),
        "Limit for an article page after decompression.",
    ),
    key("concurrency", Kind::Count(1, 10_000), Fallback::Is("64"), "Requests at once, in all."),
    key("per_host", Kind::Count(1, 10_000), Fallback::Is("2"), "Requests at once to one host."),
    key(
        "host_delay",
        Kind::Span { zero: true, max: "1d" },
        Fallback::Is("\"1s\""),
        "Pause between requests to one host; \"0s\" for none.",
    ),
    key(
        "min_interval",
        Kind::Span { zero: false, max: "365d" },
        Fallback::Is("\"5m\""),
        "An interval below this one is an error.",
    ),
    key(
        "allow_private_addresses",
        Kind::Flag,
        Fallback::Is("false"),
        "Whether loopback, private and other special addresses may be connected to.",
    ),
    key(
        "allow_addresses",
        Kind::List(Shape::Net),
        EMPTY,
        "Special addresses that may be connected to all the same.",
    ),
    key(
        "robots",
        Kind::Choice(&["obey", "ignore"]),
        Fallback::Is("\"obey\""),
        "Whether robots.txt decides about article pages.",
    ),
    key(
        "proxy",
        Kind::Text(Shape::Proxy),
        NONE,
        "Proxy through which all requests go: http, https or socks5h.",
    ),
];

/// `[hosts.NAME]`
pub(super) const HOST: &[Key] = &[
    key(
        "delay",
        Kind::Span { zero: true, max: "1d" },
        AS_FETCH_DELAY,
        "Pause between requests to this host; \"0s\" for none.",
    ),
    key("per_host", Kind::Count(1, 10_000), AS_FETCH, "Requests at once to this host."),
];

/// `[scrape]`
pub(super) const SCRAPE: &[Key] = &[
    key(
        "site_rules_dir",
        Kind::Text(Shape::Path),
        NONE,
        "Folder of Full-Text RSS site configs; a relative path is relative to this file.",
    ),
    key(
        "keep_pages",
        Kind::Flag,
        Fallback::Is("false"),
        "Whether article pages are kept, compressed, so that articles can be extracted again.",
    ),
];

/// `[store]`
pub(super) const STORE: &[Key] = &[
    key(
        "retention",
        Kind::Span { zero: false, max: AGES },
        Fallback::Is("\"365d\""),
        "How long an entry is kept after it was last seen in its feed.",
    ),
    key(
        "max_articles",
        Kind::Count(1, 1_000_000_000),
        NONE,
        "Most entries that are kept; those that left their feeds longest ago go first.",
    ),
    key(
        "backup_dir",
        Kind::Text(Shape::Path),
        NONE,
        "Folder for a daily copy of the database, one file per weekday; a relative path is relative to this file.",
    ),
    key(
        "durability",
        Kind::Choice(&["normal", "full"]),
        Fallback::Is("\"normal\""),
        "Whether every commit waits for the disk (full): a power cut then loses nothing at all.",
    ),
];

/// `[sources.NAME]`, and `[defaults]` but for [`OWN_ONLY`].
pub(super) const SOURCE: &[Key] = &[
    key("url", Kind::Text(Shape::FeedUrl), Fallback::Note("required"), "Address of the feed, http or https."),
    key(
        "kind",
        Kind::Choice(&["feed", "page", "sitemap"]),
        Fallback::Is("\"feed\""),
        "What is at url: a feed, a page without a feed (its items are selected by items), or a sitemap.",
    ),
    key(
        "items",
        Kind::Items,
        NONE,
        "For kind = \"page\": CSS selectors of the page's items and their parts.",
    ),
    key("enabled", Kind::Flag, Fallback::Is("true"), "Whether the source is polled."),
    key(
        "title",
        Kind::Text(Shape::Line),
        Fallback::Note("the feed's own"),
        "Title instead of the feed's own.",
    ),
    key("tags", Kind::List(Shape::Tag), EMPTY, "Tags of all entries of the source."),
    key(
        "priority",
        Kind::Count(-1_000_000, 1_000_000),
        Fallback::Is("0"),
        "The copy of the source with the higher priority stands for its duplicates.",
    ),
    key(
        "interval",
        Kind::Span { zero: false, max: AGES },
        Fallback::Is("\"1h\""),
        "Shortest time between two polls.",
    ),
    key(
        "adaptive",
        Kind::Flag,
        Fallback::Is("true"),
        "Whether a source that publishes little is polled more seldom than interval.",
    ),
    key(
        "max_interval",
        Kind::Span { zero: false, max: AGES },
        Fallback::Is("\"24h\""),
        "Longest pause that adaptive comes to; no shorter than interval.",
    ),
    key(
        "hints",
        Kind::Choice(&["obey", "ignore"]),
        Fallback::Is("\"obey\""),
        "Whether the publisher's own hints (max-age, ttl, skipHours) lengthen the interval.",
    ),
    key(
        "websub",
        Kind::Flag,
        Fallback::Is("true"),
        "Whether the feed's hub, if it names one, is asked to announce what is new (WebSub).",
    ),
    key(
        "full_text",
        Kind::Choice(&["auto", "always", "never"]),
        Fallback::Is("\"auto\""),
        "Whether article pages are fetched.",
    ),
    key("content_selector", Kind::Text(Shape::Selector), NONE, "CSS selector of an article's body."),
    key(
        "remove_selectors",
        Kind::List(Shape::Selector),
        EMPTY,
        "CSS selectors of what is cut from article pages.",
    ),
    key(
        "next_page_selector",
        Kind::Text(Shape::Selector),
        NONE,
        "CSS selector of the link to an article's next page.",
    ),
    key(
        "single_page_selector",
        Kind::Text(Shape::Selector),
        NONE,
        "CSS selector of the link to the whole article on one page.",
    ),
    key(
        "max_pages",
        Kind::Count(1, 50),
        Fallback::Is("5"),
        "An article's pages are fetched up to this number.",
    ),
    key(
        "strip_params",
        Kind::List(Shape::Param),
        EMPTY,
        "Query parameters cut from links in addition to the built-in list; * at the end matches any rest.",
    ),
    key(
        "identity",
        Kind::Choice(&["url", "guid"]),
        Fallback::Is("\"url\""),
        "What says that two items are one article: the address, or only the guid, for feeds whose links lie.",
    ),
    key(
        "first_import",
        Kind::Count(1, 100_000),
        Fallback::Is("50"),
        "Of the first poll the newest so many entries are taken.",
    ),
    key("timeout", Kind::Span { zero: false, max: "1d" }, AS_FETCH, "Limit for a whole request."),
    key("user_agent", Kind::Text(Shape::UserAgent), AS_FETCH, "Value of the User-Agent header, whole."),
    key("keep", Kind::Rules, EMPTY, "Only entries that match any of these rules are taken."),
    key("drop", Kind::Rules, EMPTY, "Entries that match any of these rules are not taken."),
    key("allow_private_addresses", Kind::Flag, AS_FETCH, "Whether special addresses may be connected to."),
    key(
        "allow_addresses",
        Kind::List(Shape::Net),
        AS_FETCH,
        "Special addresses that may be connected to all the same.",
    ),
    key("headers", Kind::Headers, NONE, "Headers that are added to the requests of this source."),
    key(
        "cookie_file",
        Kind::Text(Shape::Path),
        NONE,
        "File with cookies in the format of Netscape; relative to this file.",
    ),
    key("username", Kind::Text(Shape::Username), NONE, "Name for basic authentication."),
    key(
        "password_file",
        Kind::Text(Shape::Path),
        NONE,
        "File with the password for basic authentication; relative to this file.",
    ),
    key(
        "credential_hosts",
        Kind::List(Shape::Host),
        EMPTY,
        "Hosts that see headers, cookies and log-in besides the origin of url.",
    ),
    key("proxy", Kind::Text(Shape::Proxy), AS_FETCH, "Proxy through which requests go; \"none\" for none."),
];

/// Keys of a source that make no sense in `[defaults]`.
pub(super) const OWN_ONLY: [&str; 2] = ["url", "title"];

/// Keys of `items`.
pub(super) const ITEM: &[Key] = &[
    key("select", Kind::Text(Shape::Selector), Fallback::Note("required"), "CSS selector of every item."),
    key(
        "title",
        Kind::Text(Shape::Selector),
        Fallback::Note("the text of the link"),
        "CSS selector of the title within an item.",
    ),
    key(
        "link",
        Kind::Text(Shape::Selector),
        Fallback::Note("the item itself, or its first link"),
        "CSS selector of the link within an item.",
    ),
    key(
        "date",
        Kind::Text(Shape::Selector),
        Fallback::Note("the first <time> in the item"),
        "CSS selector of the date within an item.",
    ),
    key("summary", Kind::Text(Shape::Selector), NONE, "CSS selector of the teaser within an item."),
];

/// Keys of one of `keep` or `drop`.
pub(super) const RULE: &[Key] = &[
    key(
        "field",
        Kind::Choice(&["title", "summary", "text", "url", "author", "tag"]),
        Fallback::Note("required"),
        "What is looked at.",
    ),
    key(
        "matches",
        Kind::Text(Shape::Pattern),
        Fallback::Note("required"),
        "Regular expression searched for in it.",
    ),
];

/// The tables of a file with the keys they hold.
pub(super) const SECTIONS: [(&str, &[Key]); 11] = [
    ("", TOP),
    ("output", OUTPUT),
    ("outputs.NAME", OUTPUTS),
    ("websub", WEBSUB),
    ("server", SERVER),
    ("fetch", FETCH),
    ("hosts.NAME", HOST),
    ("scrape", SCRAPE),
    ("store", STORE),
    ("defaults", SOURCE),
    ("sources.NAME", SOURCE),
];

/// The key of this name among `keys`.
pub(super) fn find(keys: &'static [Key], name: &str) -> Option<&'static Key> {
    keys.iter().find(|key| key.name == name)
}
