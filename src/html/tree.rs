//! A page as a tree.

use html5ever::tendril::TendrilSink;
use scraper::Html;
use url::Url;

/// Builds the tree of markup that [`super::bound`] has let through, with scripting off,
/// so that `noscript` holds elements.
pub fn tree(markup: &str) -> Html {
    let mut options = html5ever::ParseOpts::default();
    options.tree_builder.scripting_enabled = false;
    let sink = scraper::HtmlTreeSink::new(Html::new_document());
    html5ever::parse_document(sink, options).one(markup)
}

/// The base for relative addresses: `<base href>`, else the page's own address.
pub fn base_url(dom: &Html, url: &Url) -> Url {
    dom.root_element()
        .descendent_elements()
        .take(400)
        .find(|element| element.value().name() == "base")
        .and_then(|element| element.attr("href"))
        .and_then(|href| url.join(href.trim()).ok())
        .filter(|base| matches!(base.scheme(), "http" | "https"))
        .unwrap_or_else(|| url.clone())
}
