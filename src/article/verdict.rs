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
        r"(?i)enable (javascript|cookies)|javascript (is (disabled|required|needed|necessary|not enabled|turned off)|must be|aktivieren|required)|requires javascript|activate javascript|we (use|value|and our).{0,40}(cookies|privacy|partners)|accept (all )?cookies|before you continue|verify (that )?you are (a )?human|checking your browser|access denied|are you a robot|unusual traffic from|(solve|complete|enter|fill in) (the|this|a) captcha|subscribe (now )?to (continue|read|keep)|to continue reading|log ?in to (continue|read)|sign in to (continue|read)|already a (subscriber|member)|create a free account|mit werbung weiterlesen|weiterlesen mit|cookies zustimmen|zustimmen und weiter|jetzt abonnieren|bereits abonnent|accepter (et continuer|les cookies)|réservé aux abonnés|déjà abonné|aceptar (y continuar|las cookies|cookies)|suscr[íi]bete para|accetta (i )?cookie|contenuto riservato|aceitar (os )?cookies|включите javascript|zaakceptuj|page not found|404 not found|service unavailable|temporarily unavailable|seite nicht gefunden|page introuvable|(store|access) (and|or|and/or) (access|store) information on (a|your) device|wir und unsere .{0,40}partner|besuchen sie .{0,50}mit werbung|akzeptieren und weiter|nous et nos .{0,30}partenaires|nosotros y nuestros .{0,30}socios|noi e i nostri .{0,30}partner|wij en onze .{0,30}partners|forgot(ten)? your password|passwort vergessen|mot de passe oublié|(olvidaste|olvidado|olvidó) (tu|su|la) contraseña|password dimenticata|wachtwoord vergeten|esquece[ux] (a|sua|a sua) senha|забыли пароль|nie pamiętasz hasła|(page|address|url) (that )?(you.{1,40})?(could not|couldn[’']t|can[’']?t|cannot) be found|we (couldn[’']t|could not|can[’']t|cannot) find (the|that|this) page|page you.{1,40}(does not|doesn[’']t) exist|seite (konnte|wurde) .{0,20}nicht gefunden|seite existiert nicht|cette page n[’']existe|page .{0,30}est introuvable|página .{0,40}no (existe|se encuentra|se ha encontrado)|página não (foi )?encontrada|pagina non (è stata )?trovata|pagina (is |werd )?niet gevonden|страница не найдена|nie znaleziono strony|ページが見つかりません|页面不存在|找不到(该|此)?页面",
    )
    .ok()
});

/// What walls speak of, and articles too: a sign only beside another.
static WEAK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)cookie (settings|policy|consent|einstellungen)|captcha|pur-abo|privacy (settings|policy)|legitimate interest").ok()
});

/// Headlines of pages that stand where an article should be.
static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*(log ?in|sign in|anmelden|anmeldung|einloggen|connexion|iniciar sesión|accedi|inloggen|entrar|войти|вход|zaloguj się|((error|http|fehler|erreur) )?(40[0-9]|50[0-9])(\s*(error|not found|page not found|forbidden))?(\s*[-–|:].*)?|(page |file )?not found|oops|just a moment|access denied|attention required.*|zustimmung|mit werbung weiterlesen|your privacy( choices| matters)?|cookie consent|we value your privacy)\W*$",
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
    if is_wall(&article.text, article.title.as_deref()) {
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
    // A teaser of a sentence or two that has no word in common with the page or its headline.
    let told = format!("{} {}", article.title.as_deref().unwrap_or_default(), article.text);
    if page < 3000 && longer_words(&feed_text).len() >= 8 && shared_words(&feed_text, &told) == 0.0 {
        return Verdict::Unrelated;
    }
    let teaser = is_teaser(&feed_text);
    let grown = if teaser { page > length } else { page * 10 > length * 11 && page > length + 40 };
    let pictures = |html: &str| html.matches("<img").count();
    let illustrated = page * 10 >= length * 9 && shared > 0.7 && pictures(&article.html) > pictures(feed);
    if grown || illustrated { Verdict::Better } else { Verdict::NotRicher }
}

/// Whether a page asks for scripts, cookies, a login or money, or is missing,
/// instead of telling a story: the shorter it is, the fewer such phrases it takes.
/// A headline of such pages counts as one.
pub(super) fn is_wall<'h>(text: &str, headlines: impl IntoIterator<Item = &'h str>) -> bool {
    let length = text.chars().take(3000).count();
    if length == 3000 {
        return false;
    }
    let count = |pattern: &Option<Regex>| match pattern {
        Some(pattern) => pattern.find_iter(text).take(4).count(),
        None => 0,
    };
    let is_head =
        |line: &str| line.len() < 200 && HEAD.as_ref().is_some_and(|pattern| pattern.is_match(line));
    let head = usize::from(headlines.into_iter().any(is_head));
    let strong = count(&WALL);
    if strong + head == 0 {
        return false;
    }
    let signs = strong + head + count(&WEAK);
    length < 400 || (length < 1200 && signs > 1) || (strong > 0 && signs > 3)
}

/// Whether a text ends like one that goes on elsewhere.
pub(super) fn is_teaser(text: &str) -> bool {
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
    let feed = longer_words(feed);
    if feed.is_empty() {
        return 1.0;
    }
    let page = longer_words(page);
    feed.intersection(&page).count() as f64 / feed.len() as f64
}

fn longer_words(text: &str) -> HashSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() > 3)
        .take(5000)
        .map(str::to_lowercase)
        .collect()
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

    #[test]
    fn walls_and_stories_about_walls() {
        for (title, text) in [
            ("Sign in", "Forgotten your password? An account costs nothing."),
            ("Oops!", "Nothing to see at this address, sorry. Use the search above."),
            ("Valley Herald", "The page you asked for could not be found. Perhaps it has moved."),
            ("Herald", "Wir und unsere 90 Partner verarbeiten Daten von Ihrem Gerät."),
            (
                "Herald",
                "We, with 70 partners, store and/or access information on a device to pick what you see.",
            ),
        ] {
            assert!(is_wall(text, Some(title)), "{text}");
        }
        for (title, text) in [
            (
                "Bank gives up its captcha",
                "The bank will do without a captcha from May on, it said on Friday.",
            ),
            ("Judges look at banners", "A cookie consent that hides the refusal is void, the judges said."),
            (
                "404 cyclists cross the pass",
                "More cyclists than ever crossed the pass on Sunday, the club said.",
            ),
            ("A new language", "JavaScript is thirty years old this month, and still grows."),
        ] {
            assert!(!is_wall(text, Some(title)), "{text}");
        }
    }

    #[test]
    fn a_short_teaser_about_something_else() {
        let page =
            article("Tomatoes want water every morning and shade at noon, gardeners say. Beans need less.");
        let teaser = "<p>Council closes bridge after engineers found cracks inside several steel cables.</p>";
        assert_eq!(better_than_feed(&page, Some(teaser)), Verdict::Unrelated);
    }
}
