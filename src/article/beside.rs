//! What stands beside the article: comments, sidebars, boxes, the site's own foot.

use super::doc::Doc;

/// Ancestors that are looked at.
const UP: usize = 12;

/// Footers of an article, where bylines and dates may stand.
const OWN_FOOTERS: [&str; 6] =
    ["post-footer", "entry-footer", "article-footer", "story-footer", "content-footer", "footer-meta"];

/// A way of telling what is beside.
pub(super) struct Beside {
    /// Elements that are beside whatever their size.
    pub(super) elements: &'static [&'static str],
    /// Elements that are, if they hold less than half of the page's text.
    pub(super) small_elements: &'static [&'static str],
    /// Parts of class or id that say so, if the element holds less than half of the page's text.
    pub(super) words: &'static [&'static str],
}

/// For dates.
pub(super) const DATES: Beside =
    Beside { elements: &[], small_elements: &["aside", "footer"], words: &["comment", "related", "sidebar"] };

/// For headlines.
pub(super) const HEADLINES: Beside = Beside {
    elements: &["aside", "footer", "nav"],
    small_elements: &[],
    words: &["comment", "related", "sidebar", "cookie", "newsletter", "modal", "popup"],
};

/// For authors whose markup says so outright.
pub(super) const NAMED_AUTHORS: Beside = Beside { elements: &[], small_elements: &[], words: &["comment"] };

/// For all other authors.
pub(super) const AUTHORS: Beside = Beside {
    elements: &[],
    small_elements: &["aside", "footer", "nav"],
    words: &["comment", "related", "recommend", "sidebar", "widget", "teaser", "footer"],
};

impl Beside {
    /// Whether the element or text stands in something that is beside the article. What
    /// holds `headline` is not: a theme may call the article's head a sidebar.
    pub(super) fn holds(&self, doc: &Doc<'_>, at: usize, headline: Option<usize>) -> bool {
        doc.ancestors(at).take(UP).any(|up| {
            let item = &doc.items[up];
            if headline.is_some_and(|h1| up < h1 && h1 < item.end) {
                return false;
            }
            let small = item.chars * 2 < doc.items[0].chars;
            self.elements.contains(&item.name)
                || (small && (self.small_elements.contains(&item.name) || self.names(&item.token)))
        })
    }

    fn names(&self, token: &str) -> bool {
        self.words.iter().any(|word| match *word {
            "footer" => token.contains(word) && !OWN_FOOTERS.iter().any(|own| token.contains(own)),
            _ => token.contains(word),
        })
    }
}

/// The first visible `h1`.
pub(super) fn headline(doc: &Doc<'_>) -> Option<usize> {
    (0..doc.items.len()).find(|&at| {
        let item = &doc.items[at];
        item.name == "h1" && !item.skip && item.chars > 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_beside_and_the_head_of_an_article_is_not() {
        let long = "The river rose over night and the bridge was closed at dawn. ".repeat(20);
        let page = format!(
            "<body><div id=sidebar><h1>The bridge</h1><p id=a>x</p></div><p>{long}</p>\
             <div class=comment-list><p id=b>x</p></div><div class=post-footer><p id=c>x</p></div>\
             <div class=site-footer><p id=d>x</p></div><footer><p id=e>x</p></footer></body>"
        );
        let dom = scraper::Html::parse_document(&page);
        let doc = Doc::new(&dom);
        let h1 = headline(&doc);
        let holds = |how: &Beside, id: &str| {
            let at =
                (0..doc.items.len()).find(|&at| doc.items[at].name == "p" && doc.attr(at, "id") == Some(id));
            how.holds(&doc, at.unwrap_or_default(), h1)
        };
        assert_eq!(["a", "b", "c", "d", "e"].map(|id| holds(&DATES, id)), [false, true, false, false, true]);
        assert_eq!(["a", "b", "c", "d", "e"].map(|id| holds(&AUTHORS, id)), [false, true, false, true, true]);
        assert!(holds(&HEADLINES, "e") && !holds(&NAMED_AUTHORS, "e"));
    }
}
