//! What is published: the merged feed, further feeds, and who is told.

use super::{AGES, EMPTY, Fallback, Key, Kind, NONE, Shape, key};

const AS_OUTPUT: Fallback = Fallback::Note("as in [output]");

const LIMIT: Kind = Kind::Count(1, 100_000);
const WINDOW: Kind = Kind::Span { zero: false, max: AGES };
const WAIT: Kind = Kind::Span { zero: false, max: "365d" };
const CONTENT: Kind = Kind::Choice(&["full", "summary", "none"]);
const DUPLICATES: Kind = Kind::Choice(&["cluster", "all"]);

/// `[output]`
pub(in crate::config) const OUTPUT: &[Key] = &[
    key("title", Kind::Text(Shape::Line), Fallback::Is("\"Offprint\""), "Title of the merged feed."),
    key("description", Kind::Text(Shape::Line), NONE, "Subtitle of the merged feed."),
    key("author", Kind::Text(Shape::Line), NONE, "Author of the merged feed as a whole."),
    key(
        "base_url",
        Kind::Text(Shape::BaseUrl),
        Fallback::Note("from server.listen"),
        "Address under which readers reach the server; may have a path.",
    ),
    key("limit", LIMIT, Fallback::Is("200"), "The merged feed has the newest so many entries."),
    key("window", WINDOW, Fallback::Is("\"48h\""), "Beyond limit, everything discovered within this time."),
    key(
        "wait",
        WAIT,
        Fallback::Is("\"5m\""),
        "Longest wait of a new entry for the first attempt at its page.",
    ),
    key("content", CONTENT, Fallback::Is("\"full\""), "How much of an entry is in the feed."),
    key("max_per_source", LIMIT, NONE, "At most so many entries of one source."),
    key(
        "duplicates",
        DUPLICATES,
        Fallback::Is("\"cluster\""),
        "Whether near-duplicates appear once or as often as they come.",
    ),
];

/// `[outputs.NAME]`: a selection, and the keys of `[output]` but for the address.
pub(in crate::config) const OUTPUTS: &[Key] = &[
    key("title", Kind::Text(Shape::Line), Fallback::Note("NAME"), "Title of this feed."),
    key("description", Kind::Text(Shape::Line), NONE, "Subtitle of this feed."),
    key("author", Kind::Text(Shape::Line), AS_OUTPUT, "Author of this feed as a whole."),
    key("tags", Kind::List(Shape::Tag), EMPTY, "Only entries of sources with one of these tags."),
    key("sources", Kind::List(Shape::Line), EMPTY, "Only entries of these sources, by name."),
    key("query", Kind::Text(Shape::Query), NONE, "Only entries that this search finds."),
    key("keep", Kind::Rules, EMPTY, "Only entries that match any of these."),
    key("drop", Kind::Rules, EMPTY, "No entries that match any of these; wins over keep."),
    key("limit", LIMIT, AS_OUTPUT, "This feed has the newest so many of its entries."),
    key("window", WINDOW, AS_OUTPUT, "Beyond limit, everything discovered within this time."),
    key("wait", WAIT, AS_OUTPUT, "Longest wait of a new entry for the first attempt at its page."),
    key("content", CONTENT, AS_OUTPUT, "How much of an entry is in this feed."),
    key("max_per_source", LIMIT, AS_OUTPUT, "At most so many entries of one source."),
    key("duplicates", DUPLICATES, AS_OUTPUT, "Whether near-duplicates appear once or as often as they come."),
];

/// `[websub]`
pub(in crate::config) const WEBSUB: &[Key] = &[key(
    "hub",
    Kind::Text(Shape::FeedUrl),
    NONE,
    "Address of a WebSub hub that the feeds name and that is told when something is new.",
)];
