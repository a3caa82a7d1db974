//! What podcasts say of an entry (Apple's elements), and the pictures of Media RSS.

use super::canon::{MAX_ENCLOSURES, absolute, own_base};
use super::names::Ns;
use super::tree::Element;
use crate::model::{Enclosure, Episode, EpisodeKind, FeedEntry};
use url::Url;

/// Gathered from an entry's elements.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    episode: Episode,
    /// The best picture so far, and how good it is.
    best: Option<(Rank, String)>,
    /// Addresses of all `media:content` that is a picture.
    pub(super) pictures: Vec<String>,
}

/// A picture rather than a thumbnail, then the wider one.
type Rank = (bool, u32);

impl Gathered {
    /// Looks at an element of the entry.
    pub(super) fn take(&mut self, el: Element<'_, '_>, base: &Url) {
        match el.ns() {
            Ns::Itunes => self.itunes(el, base),
            Ns::Media => self.media(el, base),
            _ => {}
        }
    }

    /// Puts what was found into the entry.
    pub(super) fn give(&mut self, entry: &mut FeedEntry) {
        entry.image = self.best.take().map(|(_, url)| url);
        let episode = std::mem::take(&mut self.episode);
        entry.episode = (episode != Episode::default()).then_some(episode);
    }

    fn itunes(&mut self, el: Element<'_, '_>, base: &Url) {
        let is = |name: &str| el.local().eq_ignore_ascii_case(name);
        let number = || el.value().and_then(|v| v.parse::<u32>().ok()).filter(|&n| n > 0);
        let episode = &mut self.episode;
        if is("image") {
            episode.image = episode.image.take().or_else(|| image(el, base));
        } else if is("season") {
            episode.season = episode.season.or_else(number);
        } else if is("episode") {
            episode.number = episode.number.or_else(number);
        } else if is("episodeType") {
            episode.kind = episode.kind.or_else(|| EpisodeKind::by_name(&el.value()?));
        } else if is("explicit") {
            episode.explicit = episode.explicit.or_else(|| match el.value()?.to_ascii_lowercase().as_str() {
                "true" | "yes" | "explicit" => Some(true),
                "false" | "no" | "clean" => Some(false),
                _ => None,
            });
        }
    }

    fn media(&mut self, el: Element<'_, '_>, base: &Url) {
        let is = |name: &str| el.local().eq_ignore_ascii_case(name);
        if is("thumbnail") {
            self.picture(el, base, false);
        } else if is("content") && is_picture(el) {
            self.picture(el, base, true);
        }
        if is("group") || is("content") {
            for child in el.children().filter(|child| child.ns() == Ns::Media).take(4 * MAX_ENCLOSURES) {
                let local = child.local();
                if local.eq_ignore_ascii_case("content") && is_picture(child) {
                    self.picture(child, base, true);
                } else if local.eq_ignore_ascii_case("thumbnail") {
                    self.picture(child, base, false);
                }
            }
        }
    }

    fn picture(&mut self, el: Element<'_, '_>, base: &Url, whole: bool) {
        let own = own_base(el, base);
        let Some(url) = el.attr("url").and_then(|url| absolute(&url, own.as_ref().unwrap_or(base))) else {
            return;
        };
        let width = el.attr("width").and_then(|width| width.trim().parse().ok()).unwrap_or(0);
        let rank = (whole, width);
        if self.best.as_ref().is_none_or(|(best, _)| rank > *best) {
            self.best = Some((rank, url.clone()));
        }
        if whole && self.pictures.len() < MAX_ENCLOSURES {
            self.pictures.push(url);
        }
    }
}

/// The picture of a podcast or an episode: `<itunes:image href>`; some write the address inside.
pub(super) fn image(el: Element<'_, '_>, base: &Url) -> Option<String> {
    let address = el.attr("href").or_else(|| el.attr("url")).or_else(|| el.value())?;
    absolute(&address, base)
}

/// Whether `media:content` is a picture: by medium, type, or the ending of its address.
fn is_picture(el: Element<'_, '_>) -> bool {
    if let Some(medium) = el.attr("medium") {
        return medium.trim().eq_ignore_ascii_case("image");
    }
    if let Some(kind) = el.attr("type") {
        return starts(kind.trim(), "image");
    }
    let url = el.attr("url").unwrap_or_default();
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    matches!(ending.as_str(), "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif")
}

/// Gives entries that have something to play, and no picture, the one of the podcast.
pub(super) fn share_image(entries: &mut [FeedEntry], image: &str) {
    let plays = |enclosure: &Enclosure| {
        let kind = enclosure.mime.as_deref().unwrap_or_default();
        starts(kind, "audio/") || starts(kind, "video/")
    };
    for entry in entries {
        let has_image = entry.image.is_some() || entry.episode.as_ref().is_some_and(|e| e.image.is_some());
        if !has_image && entry.enclosures.iter().any(plays) {
            entry.image = Some(image.to_owned());
        }
    }
}

fn starts(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}
