//! Is the page's text worth more than the feed's?

use super::doc::Doc;
use crate::html;
use crate::model::Article;
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether a page's text is to replace the feed's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The page says more.
    Better,
    /// The page says no more than the feed.
    NotRicher,
    /// The page shows a wall, a shell or an error instead of the article.
    Wall,
    /// The page is about something else than the feed's text.
    Unrelated,
}

impl Verdict {
    /// Whether the page's text replaces the feed's.
    pub fn replaces(self) -> bool {
        self == Self::Better
    }

    /// A short, fixed name.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::NotRicher => "not-richer",
            Self::Wall => "wall",
            Self::Unrelated => "unrelated",
        }
    }
}

static WALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)enable (javascript|cookies)|javascript (is|must be|aktivieren|required)|requires javascript|activate javascript|we (use|value|and our).{0,40}(cookies|privacy|partners)|accept (all )?cookies|cookie (settings|policy|consent|einstellungen)|before you continue|verify (that )?you are (a )?human|checking your browser|access denied|are you a robot|unusual traffic|captcha|subscribe (now )?to (continue|read|keep)|to continue reading|log ?in to (continue|read)|sign in to (continue|read)|already a (subscriber|member)|create a free account|mit werbung weiterlesen|weiterlesen mit|cookies zustimmen|zustimmen und weiter|jetzt abonnieren|bereits abonnent|accepter (et continuer|les cookies)|réservé aux abonnés|déjà abonné|aceptar (y continuar|las cookies|cookies)|suscr[íi]bete para|accetta (i )?cookie|contenuto riservato|aceitar (os )?cookies|включите javascript|zaakceptuj|page not found|404 not found|service unavailable|temporarily unavailable|seite nicht gefunden|page introuvable",
    )
    .ok()
});

/// Compares an article with the feed's own text (HTML), if there is one.
///
/// The page wins if it holds clearly more text, or as much with pictures the
/// feed lacks, and if it isn't a wall in front of the article. A feed's text
/// that ends like a teaser is easier to beat.
pub fn better_than_feed(article: &Article, feed_html: Option<&str>) -> Verdict {
    let page = article.text.chars().count();
    if is_wall(&article.text) {
        return Verdict::Wall;
    }
    let Some(feed) = feed_html else {
        return if page >= 25 { Verdict::Better } else { Verdict::NotRicher };
    };
    let feed_text = html::to_text(feed);
    let length = feed_text.chars().count();
    if length == 0 {
        return if page >= 25 { Verdict::Better } else { Verdict::NotRicher };
    }
    let shared = shared_words(&feed_text, &article.text);
    if length >= 200 && shared < 0.15 && page < length * 3 {
        return Verdict::Unrelated;
    }
    let teaser = is_teaser(&feed_text);
    let grown = if teaser { page > length } else { page * 10 > length * 11 && page > length + 40 };
    let pictures = |html: &str| html.matches("<img").count();
    let illustrated = page * 10 >= length * 9 && shared > 0.7 && pictures(&article.html) > pictures(feed);
    if grown || illustrated { Verdict::Better } else { Verdict::NotRicher }
}

/// Whether a text asks for scripts, cookies, a login or money instead of
/// telling a story: the shorter it is, the fewer such phrases it takes.
pub(super) fn is_wall(text: &str) -> bool {
    let length = text.chars().take(3000).count();
    let phrases = match WALL.as_ref() {
        Some(wall) if length < 3000 => wall.find_iter(text).take(4).count(),
        _ => 0,
    };
    phrases > 0 && (length < 400 || (length < 1200 && phrases > 1) || phrases > 3)
}

fn is_teaser(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ')' | ']' | '»' | '→'));
    let tail: String =
        end.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect::<String>().to_lowercase();
    end.ends_with('…')
        || end.ends_with("...")
        || [
            "read more",
            "continue reading",
            "weiterlesen",
            "mehr lesen",
            "lire la suite",
            "leer más",
            "leggi tutto",
            "lees meer",
            "czytaj dalej",
            "читать далее",
            "続きを読む",
            "阅读全文",
        ]
        .iter()
        .any(|words| tail.contains(words))
}

/// Share of the feed's longer words that the page has too.
fn shared_words(feed: &str, page: &str) -> f64 {
    let words = |text: &str| -> HashSet<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|w| w.chars().count() > 3)
            .take(5000)
            .map(str::to_lowercase)
            .collect()
    };
    let feed = words(feed);
    if feed.is_empty() {
        return 1.0;
    }
    let page = words(page);
    feed.intersection(&page).count() as f64 / feed.len() as f64
}

/// What a wall is called.
pub(super) const WALL_HINT: &str = "it looks like a cookie, login or script wall";

/// What a page without an article looks like, for people.
pub(super) fn looks_like(doc: &Doc<'_>) -> &'static str {
    let text = doc.text(0);
    if WALL.as_ref().is_some_and(|wall| wall.is_match(&text)) {
        WALL_HINT
    } else if doc.items[0].chars < 200 {
        "it has next to no text: its content is probably loaded by scripts"
    } else if doc.link_density(0) > 0.5 {
        "it looks like a list of links"
    } else {
        "nothing on it reads like paragraphs"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(text: &str) -> Article {
        Article { text: text.to_owned(), html: format!("<p>{text}</p>"), ..Article::default() }
    }

    #[test]
    fn richer_pages_win_and_walls_lose() {
        let long =
            "The committee met in the harbour town and talked about fish quotas for hours. ".repeat(20);
        let teaser = "<p>The committee met in the harbour town and talked about fish quotas …</p>";
        assert!(better_than_feed(&article(&long), Some(teaser)).replaces());
        assert!(better_than_feed(&article(&long), None).replaces());
        assert_eq!(better_than_feed(&article(&long), Some(&format!("<p>{long}</p>"))), Verdict::NotRicher);
        assert_eq!(
            better_than_feed(&article("Please enable JavaScript to view this site."), Some(teaser)),
            Verdict::Wall
        );
        let cookies =
            "We use cookies and similar techniques. Accept all cookies or change cookie settings. ".repeat(6);
        assert_eq!(better_than_feed(&article(&cookies), Some("<p>Fish quotas.</p>")), Verdict::Wall);
        let other = "Completely different words about gardening, tomatoes, watering and shade. ".repeat(6);
        assert_eq!(
            better_than_feed(&article(&other), Some(&format!("<p>{}</p>", &long[..400]))),
            Verdict::Unrelated
        );
    }
}
