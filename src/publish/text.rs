//! HTML to text and Markdown. Stands in for `html::to_text` and
//! `html::to_markdown`, with their signatures, until `html` has them.

use url::Url;

/// Clean HTML as running text, paragraphs apart by a blank line.
pub(super) fn to_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in html.split('<') {
        let text = piece.split_once('>').map_or(piece, |(tag, text)| {
            if ["/p", "/div", "br", "/li", "/h"].iter().any(|block| tag.starts_with(block)) {
                out.push_str("\n\n");
            }
            text
        });
        out.push_str(text);
    }
    let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ");
    out.replace("&quot;", "\"").replace("&amp;", "&").trim().to_owned()
}

/// Clean HTML as Markdown.
pub(super) fn to_markdown(html: &str, _base: Option<&Url>) -> String {
    to_text(html)
}
