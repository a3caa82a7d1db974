//! The style sheet, and the policy that lets nothing else in.

use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The one style sheet of all pages.
pub(super) const STYLE: &str = include_str!("style.css");

/// The icon of the browser's tab: a page with a rule under its headline (SVG).
pub const ICON: &str = include_str!("icon.svg");

/// Where the icon is served.
pub const ICON_PATH: &str = "/icon.svg";

/// Whose pictures a page may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// Nobody's: the page makes no request at all.
    None,
    /// The publishers', for the article the reader has chosen to read. They learn
    /// that somebody reads it, as they do from a feed reader, but not where:
    /// no referrer is sent.
    Publishers,
}

/// The `Content-Security-Policy` for a page (CSP level 3).
pub fn policy(pictures: Pictures) -> &'static str {
    static POLICIES: LazyLock<[String; 2]> = LazyLock::new(|| {
        let digest = base64(&Sha256::digest(STYLE));
        ["img-src 'self'", "img-src https: http:; media-src https: http:"].map(|media| {
            format!(
                "default-src 'none'; style-src 'sha256-{digest}'; {media}; \
                 form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            )
        })
    });
    &POLICIES[usize::from(pictures == Pictures::Publishers)]
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn the_style_can_stand_in_a_page_and_asks_for_nothing() {
        for bad in ["</", "<!--", "@import", "url(", "http"] {
            assert!(!STYLE.contains(bad), "{bad}");
        }
        assert!(!policy(Pictures::None).contains("http"));
        assert!(policy(Pictures::Publishers).contains("img-src https: http:;"));
        assert!(!policy(Pictures::Publishers).contains("unsafe"));
    }
}
