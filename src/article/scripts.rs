//! The publication date in data that scripts of the page work with: the last resort.

use super::dates::{self, Published};
use regex::Regex;
use std::sync::LazyLock;

/// How much of a page is looked at, in bytes.
const LOOKED_AT: usize = 4 << 20;

/// `"published_at":"2019-03-02T06:22:28+01:00"`, also within a string or an attribute.
static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:"|&quot;)(?:datePublished|date_published|datePosted|date_posted|published_?(?:[aA]t|[oO]n|[dD]ate|[tT]ime)|publication_?(?:[dD]ate|[tT]ime)|publish_?(?:[aA]t|[dD]ate|[tT]ime)|pub_?[dD]ate|first_?[pP]ublished(?:_?[aA]t|_?[dD]ate)?)\\?(?:"|&quot;)\s*:\s*\\?(?:"|&quot;)([^"\\&]{8,40})"#).ok()
});

/// The first publication date in the page's source that can be read.
pub(super) fn date(source: &str) -> Option<Published> {
    let source = &source[..source.floor_char_boundary(LOOKED_AT)];
    FIELD.as_ref()?.captures_iter(source).take(20).find_map(|found| dates::parse(&found[1], false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_data() {
        for (source, expected) in [
            (
                r#"<script>var a = {"published_at":"2019-03-02T06:22:28+01:00"}</script>"#,
                "2019-03-02T06:22:28+01:00",
            ),
            (
                r#"<script>var a = "{\"publishedDate\":\"2016-11-04T20:37:27Z\"}"</script>"#,
                "2016-11-04T20:37:27Z",
            ),
            (r#"<div data-post="{&quot;datePosted&quot;: &quot;April 13, 2020&quot;}">"#, "2020-04-13"),
            (r#"{"publishedAt":"soon, very soon","pubDate":"20200413"}"#, "2020-04-13"),
        ] {
            assert_eq!(date(source).map(|date| date.text).as_deref(), Some(expected), "{source}");
        }
        for source in ["", r#"{"updatedAt":"2020-04-13"}"#, r#"{"unpublished_at":"2020-04-13"}"#] {
            assert_eq!(date(source), None, "{source}");
        }
    }
}
