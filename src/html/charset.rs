//! Character sets by their names, and by a guess: for feeds and pages.

use encoding_rs::Encoding;

/// Bytes that a guess is made from: enough to judge by, and bounded.
const LOOKED_AT: usize = 256 << 10;

/// The encoding of a label (WHATWG Encoding §4.2), or of a name that is in use beside those.
pub fn by_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim();
    Encoding::for_label(label.as_bytes()).or_else(|| by_alias(label))
}

/// Names that the encoding standard leaves out: those of code pages and of programs.
fn by_alias(label: &str) -> Option<&'static Encoding> {
    let plain: String =
        label.chars().take(32).filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let name = match plain.as_str() {
        "u8" | "utf" | "utf8" | "unicode" | "cp65001" | "windows65001" => "utf-8",
        "cp932" | "windows932" | "shiftjis2004" | "shiftjisx0213" | "ms932" => "shift_jis",
        "cp936" | "windows936" | "ms936" | "gb180302000" | "hzgb2312" => "gbk",
        "cp949" | "ms949" | "uhc" | "johab" => "euc-kr",
        "cp950" | "windows950" | "ms950" | "big5hkscs" => "big5",
        "eucjp" | "ujis" | "eucjisx0213" | "eucjis2004" => "euc-jp",
        "macroman" | "macintosh" => "macintosh",
        "maccyrillic" => "x-mac-cyrillic",
        "tis620" | "cp874" | "iso885911" => "windows-874",
        "ansi" | "latin" | "western" => "windows-1252",
        other if other.starts_with("iso2022jp") => "iso-2022-jp",
        other => {
            let page = other.strip_prefix("cp").or_else(|| other.strip_prefix("win"))?;
            return Encoding::for_label(format!("windows-{page}").as_bytes());
        }
    };
    Encoding::for_label(name.as_bytes())
}

/// `charset` of a `Content-Type`.
pub fn of_content_type(content_type: &str) -> Option<String> {
    let parameters = content_type.split(';').skip(1).take(16);
    parameters.filter_map(|p| p.split_once('=')).find_map(|(name, value)| {
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The likeliest encoding of bytes; UTF-8 only if `utf8` is possible.
pub fn guess(bytes: &[u8], utf8: bool) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(LOOKED_AT)], true);
    let utf8 = if utf8 { chardetng::Utf8Detection::Allow } else { chardetng::Utf8Detection::Deny };
    detector.guess(None, utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_parameters() {
        for (label, name) in [
            ("utf8", Some("UTF-8")),
            (" cp1251 ", Some("windows-1251")),
            ("cp932", Some("Shift_JIS")),
            ("TIS-620", Some("windows-874")),
            ("nonsense", None),
        ] {
            assert_eq!(by_label(label).map(Encoding::name), name, "{label}");
        }
        assert_eq!(of_content_type("text/html; a=b; CharSet=\"koi8-r\"").as_deref(), Some("koi8-r"));
        assert_eq!(of_content_type("text/html; charset="), None);
        let cyrillic = b"\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0, \xea\xe0\xea \xe4\xe5\xeb\xe0";
        assert_eq!(guess(cyrillic, true).name(), "windows-1251");
    }
}
