//! Apple's podcast elements, for RSS.

use super::xml::Xml;
use super::{FeedMeta, links, media};
use crate::model::{Enclosure, Episode, PublishedEntry};

/// The owner's address that Apple requires of every podcast. Nobody answers for a merged
/// feed, and `.invalid` is the name under which nobody can be reached (RFC 6761 §6.4).
const NOBODY: &str = "nobody@offprint.invalid";

/// Whether an entry has something to play of which these elements can say more.
pub(super) fn is_episode(entry: &PublishedEntry) -> bool {
    let told = entry.episode.is_some();
    entry.enclosures.iter().any(|one| !one.picture && (time(one).is_some() || told && media::plays(one)))
}

fn time(enclosure: &Enclosure) -> Option<u64> {
    enclosure.duration.filter(|&seconds| seconds > 0)
}

/// What a channel with episodes must say: owner, category, whether any is explicit.
pub(super) fn channel(xml: &mut Xml, meta: &FeedMeta, entries: &[PublishedEntry]) {
    let author = shortened(&meta.shown_author());
    let mut episodes = entries.iter().filter_map(|entry| entry.episode.as_ref());
    let explicit = episodes.any(|episode| episode.explicit == Some(true));
    xml.plain("itunes:author", &[], &author);
    xml.element("itunes:explicit", &[], if explicit { "true" } else { "false" });
    xml.empty("itunes:category", &[("text", "News")]);
    xml.open("itunes:owner", &[]);
    xml.plain("itunes:name", &[], &author);
    xml.element("itunes:email", &[], NOBODY);
    xml.close();
}

/// At most 255 characters, as Apple has it.
fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

/// What is known of an entry as an episode; `enclosure` is the one in RSS's own element.
pub(super) fn item(xml: &mut Xml, entry: &PublishedEntry, enclosure: Option<&Enclosure>) {
    if !is_episode(entry) {
        return;
    }
    if let Some(seconds) = enclosure.and_then(time) {
        xml.element("itunes:duration", &[], &seconds.to_string());
    }
    if let Some(image) = links::http_opt(entry.image.as_deref()) {
        xml.empty("itunes:image", &[("href", &image)]);
    }
    let Some(Episode { season, number, kind, explicit, image: _ }) = &entry.episode else { return };
    if let Some(season) = season.filter(|&season| season > 0) {
        xml.element("itunes:season", &[], &season.to_string());
    }
    if let Some(number) = number.filter(|&number| number > 0) {
        xml.element("itunes:episode", &[], &number.to_string());
    }
    if let Some(kind) = kind {
        xml.element("itunes:episodeType", &[], kind.name());
    }
    if let Some(explicit) = explicit {
        xml.element("itunes:explicit", &[], if *explicit { "true" } else { "false" });
    }
}
