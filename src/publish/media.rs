//! Media types of what is attached, and Media RSS.

use super::xml::Xml;
use crate::model::Enclosure;

/// The media type of an enclosure: as given, else what its address says.
pub(super) fn of(enclosure: &Enclosure) -> Option<&str> {
    media_type(enclosure.mime.as_deref(), &enclosure.url)
}

/// Whether it is something to hear or to watch, which is what podcasts attach.
pub(super) fn plays(enclosure: &Enclosure) -> bool {
    matches!(medium(of(enclosure)), Some("audio" | "video"))
}

/// The `medium` of Media RSS.
pub(super) fn medium(kind: Option<&str>) -> Option<&'static str> {
    let (kind, sub) = kind?.split_once('/')?;
    Some(match kind.to_ascii_lowercase().as_str() {
        "image" => "image",
        "audio" => "audio",
        "video" => "video",
        "text" => "document",
        "application" if matches!(sub, "pdf" | "epub+zip") => "document",
        _ => return None,
    })
}

/// `media:content` for an enclosure at `url`.
pub(super) fn content(xml: &mut Xml, enclosure: &Enclosure, url: &str) {
    // Zero stands for "unknown" in feeds; Media RSS leaves out what isn't known.
    let number = |number: Option<u64>| number.filter(|&number| number > 0).map(|number| number.to_string());
    let (size, time) = (number(enclosure.length), number(enclosure.duration));
    let kind = of(enclosure);
    let mut attributes = vec![("url", url)];
    attributes.extend(kind.map(|kind| ("type", kind)));
    let medium = if enclosure.picture { Some("image") } else { medium(kind) };
    attributes.extend(medium.map(|medium| ("medium", medium)));
    attributes.extend(size.as_deref().map(|size| ("fileSize", size)));
    attributes.extend(time.as_deref().map(|time| ("duration", time)));
    xml.empty("media:content", &attributes);
}

/// `media:content` for the lead picture.
pub(super) fn picture(xml: &mut Xml, url: &str) {
    let mut attributes = vec![("url", url), ("medium", "image")];
    let kind = by_ending(url).filter(|kind| kind.starts_with("image/"));
    attributes.extend(kind.map(|kind| ("type", kind)));
    xml.empty("media:content", &attributes);
}

/// The media type as given, without parameters, else what the address's ending says.
pub(super) fn media_type<'a>(given: Option<&'a str>, url: &str) -> Option<&'a str> {
    given.and_then(plain_type).or_else(|| by_ending(url))
}

/// What stands where a media type must be and none is known (RFC 2046 §4.5.1).
pub(super) const UNKNOWN_TYPE: &str = "application/octet-stream";

fn plain_type(given: &str) -> Option<&str> {
    let plain = given.split(';').next()?.trim();
    let (kind, sub) = plain.split_once('/')?;
    let token =
        |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b));
    (token(kind) && token(sub)).then_some(plain)
}

fn by_ending(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next()?;
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "mp3" => "audio/mpeg",
        "m4a" | "m4b" => "audio/mp4",
        "aac" => "audio/aac",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "mpg" | "mpeg" => "video/mpeg",
        "ogv" => "video/ogg",
        "webm" => "video/webm",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "epub" => "application/epub+zip",
        "zip" => "application/zip",
        "torrent" => "application/x-bittorrent",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types() {
        assert_eq!(media_type(Some("audio/mpeg; codecs=x"), "http://a.example/x"), Some("audio/mpeg"));
        assert_eq!(media_type(Some("\"><x>"), "http://a.example/x.MP3?y=a.png"), Some("audio/mpeg"));
        assert_eq!(media_type(None, "http://a.example"), None);
    }
}
