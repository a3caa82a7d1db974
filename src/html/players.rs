//! Players of video and audio sites: the page that shows what they play, and a name
//! for people. Nothing is framed: a link works in every reader and tells nobody who reads.

use url::Url;

/// Address and words of the link that stands for an embedded page; `None` if the
/// address has no host.
pub(super) fn link(src: &str) -> Option<(String, String)> {
    let url = Url::parse(src).ok()?;
    let host = url.host_str()?.trim_start_matches("www.").to_owned();
    let after = |marker: &str| {
        let id = url.path().strip_prefix(marker)?.split('/').next()?;
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        (!id.is_empty() && id.len() < 64 && id.chars().all(fine)).then(|| id.to_owned())
    };
    let (page, name) = match host.as_str() {
        "youtube.com" | "youtube-nocookie.com" => (
            after("/embed/")
                .filter(|id| id != "videoseries")
                .map(|id| format!("https://www.youtube.com/watch?v={id}")),
            "YouTube",
        ),
        "player.vimeo.com" => (after("/video/").map(|id| format!("https://vimeo.com/{id}")), "Vimeo"),
        "dailymotion.com" => (
            after("/embed/video/").map(|id| format!("https://www.dailymotion.com/video/{id}")),
            "Dailymotion",
        ),
        _ => (None, host.as_str()),
    };
    Some((page.unwrap_or_else(|| src.to_owned()), format!("▶ {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_lead_to_their_page() {
        for (src, address, name) in [
            ("https://www.youtube.com/embed/a-_9?rel=0", "https://www.youtube.com/watch?v=a-_9", "▶ YouTube"),
            ("https://www.youtube-nocookie.com/embed/b", "https://www.youtube.com/watch?v=b", "▶ YouTube"),
            (
                "https://www.youtube.com/embed/videoseries?list=x",
                "https://www.youtube.com/embed/videoseries?list=x",
                "▶ YouTube",
            ),
            ("https://player.vimeo.com/video/12?h=1", "https://vimeo.com/12", "▶ Vimeo"),
            (
                "https://www.dailymotion.com/embed/video/x1",
                "https://www.dailymotion.com/video/x1",
                "▶ Dailymotion",
            ),
            ("https://player.example/v/1", "https://player.example/v/1", "▶ player.example"),
        ] {
            assert_eq!(link(src), Some((address.to_owned(), name.to_owned())), "{src}");
        }
        assert_eq!(link("nonsense"), None);
    }
}
