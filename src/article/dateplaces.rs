//! Where dates stand on a page: `time` elements, lines that are named like a date or say
//! outright what they are, lines near the headline.

use super::beside::DATES;
use super::dates::Published;
use super::doc::Doc;
use regex::Regex;
use std::sync::LazyLock;

/// A page that is searched for dates.
pub(super) struct Lines<'l, 'a> {
    pub(super) doc: &'l Doc<'a>,
    /// The first visible `h1`.
    pub(super) headline: Option<usize>,
    pub(super) parse: &'l dyn Fn(&str) -> Option<Published>,
}

/// Dates of `time` elements and microdata.
#[derive(Default)]
pub(super) struct Times {
    /// Of the first that is named as publication.
    pub(super) named: Option<Published>,
    /// Of the first other.
    pub(super) plain: Option<Published>,
    /// Of the first that stands beside the article.
    pub(super) beside: Option<Published>,
}

/// Words that say outright when something was published.
static OUTRIGHT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W{0,3}(?:(?:first )?(?:published|posted)(?: on| at)?|publication date|date published|veröffentlicht(?: am)?|erschienen am|erstellt am|verfasst am|publiziert(?: am)?|veröffentlichungsdatum|publiée? le|mis en ligne le|date de publication|publicado (?:el|em)|fecha de publicación|data de publicação|pubblicato il|data di pubblicazione|geplaatst op|gepubliceerd op|opublikowano|data publikacji|опубликовано|дата публикации|publicerad|publisert|udgivet|julkaistu|yayınlanma tarihi|发布时间|發布時間|公開日|تاريخ النشر|פורסם|प्रकाशित|เผยแพร่|ngày đăng|megjelent|publikováno|zveřejněno|objavljeno|δημοσιεύτηκε|diterbitkan)\s*[:：]?\s*(?:\p{L}{1,12}[,.]?\s*){0,2}\d").ok()
});

/// Words that say when something was last changed, as the foot of many pages does.
static CHANGED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W{0,3}(?:(?:(?:this page was )?last|page last) (?:updated?|modified|changed?|edited|reviewed)|updated|zuletzt (?:aktualisiert|geändert|bearbeitet)|letzte (?:änderung|aktualisierung|bearbeitung)|aktualisiert|stand|(?:dernière )?mise? à jour|dernière modification|última (?:actualización|modificación|atualização)|actualizado|atualizado|ultim[oa] (?:aggiornamento|modifica)|aggiornato|laatst (?:gewijzigd|bijgewerkt)|bijgewerkt|ostatnia (?:aktualizacja|modyfikacja)|(?:последнее )?обновлен\w*|senast (?:uppdaterad|ändrad)|sist (?:oppdatert|endret)|sidst opdateret|son güncelle\w+|更新(?:日|时间|時間)|最終更新(?:日)?|copyright)\b").ok()
});

/// Words before today's date, as heads of pages and boards show it.
static TODAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W{0,3}(?:it is (?:now|currently)|current (?:date|time)|the time now|today|heute|aktuelle (?:zeit|uhrzeit|datum)|es ist|nous sommes|aujourd|hoy|hoje|oggi|vandaag|сегодня|dzisiaj|今日は)\b").ok()
});

impl Lines<'_, '_> {
    fn is_beside(&self, at: usize) -> bool {
        DATES.holds(self.doc, at, self.headline)
    }

    fn date(&self, text: &str) -> Option<Published> {
        if TODAY.as_ref().is_some_and(|today| today.is_match(text)) { None } else { (self.parse)(text) }
    }

    /// `time` elements and microdata.
    pub(super) fn times(&self) -> Times {
        let doc = self.doc;
        let mut times = Times::default();
        for at in 0..doc.items.len() {
            let item = &doc.items[at];
            if item.name == "meta" {
                continue;
            }
            let prop = doc.attr(at, "itemprop").unwrap_or_default().to_ascii_lowercase();
            if prop.contains("datemodified") && !prop.contains("datepublished") {
                continue;
            }
            let named = prop.contains("datepublished") || doc.attr(at, "pubdate").is_some();
            let dated = item.token.contains("published") && doc.attr(at, "title").is_some();
            if !(named || dated || (item.name == "time" && !item.skip)) {
                continue;
            }
            let value = ["datetime", "content", "title"]
                .iter()
                .find_map(|name| doc.attr(at, name).and_then(self.parse));
            let Some(found) = value.or_else(|| self.date(&doc.text(at))) else { continue };
            if named || item.token.contains("publi") || item.token.contains("entry-date") {
                if !self.is_beside(at) {
                    times.named = Some(found);
                    return times;
                }
                continue;
            }
            let aside = item.token.contains("updat") || self.is_beside(at);
            if !aside && times.plain.is_none() {
                times.plain = Some(found);
            } else if times.beside.is_none() {
                times.beside = Some(found);
            }
        }
        times
    }

    fn short(&self, at: usize) -> bool {
        let item = &self.doc.items[at];
        item.element.is_some() && !item.skip && item.chars >= 6 && item.chars < 120
    }

    /// A short line that is named like a date: behind the headline, else the first at all.
    pub(super) fn named(&self) -> Option<Published> {
        let doc = self.doc;
        let named = |at: usize| {
            let token = &doc.items[at].token;
            ["date", "publi", "posted", "time", "datum", "fecha", "byline", "meta", "dateline", "stamp"]
                .iter()
                .any(|word| token.contains(word))
        };
        let find = |from: usize, to: usize| {
            (from..to.min(doc.items.len()))
                .filter(|&at| self.short(at) && named(at) && !self.is_beside(at))
                .take(40)
                .find_map(|at| self.date(&doc.text(at)))
        };
        let near = self.headline.and_then(|h1| find(h1 + 1, h1 + 60));
        near.or_else(|| find(0, doc.items.len()))
    }

    /// A short line that says outright that it is the date, and not a comment's.
    pub(super) fn outright(&self) -> Option<Published> {
        self.saying(OUTRIGHT.as_ref()?, false)
    }

    /// A line that tells of the last change, wherever it stands but in comments.
    pub(super) fn changed(&self) -> Option<Published> {
        self.saying(CHANGED.as_ref()?, true)
    }

    fn saying(&self, words: &Regex, anywhere: bool) -> Option<Published> {
        let doc = self.doc;
        let comment =
            |at: usize| doc.ancestors(at).take(12).any(|up| doc.items[up].token.contains("comment"));
        (0..doc.items.len())
            .filter(|&at| self.short(at) && !doc.items[at].has_block)
            .take(3000)
            .filter_map(|at| Some(at).zip(Some(doc.text(at)).filter(|text| words.is_match(text))))
            .filter(|(at, _)| if anywhere { !comment(*at) } else { !self.is_beside(*at) })
            .take(20)
            .find_map(|(_, text)| (self.parse)(&text))
    }

    /// Some themes mark the only date of an entry as its last change.
    pub(super) fn updated(&self) -> Option<Published> {
        let doc = self.doc;
        let updated = |at: usize| {
            doc.items[at].token.split_ascii_whitespace().any(|word| word == "updated") && !self.is_beside(at)
        };
        (0..doc.items.len()).filter(|&at| updated(at)).take(20).find_map(|at| {
            ["title", "datetime"].iter().find_map(|name| doc.attr(at, name).and_then(self.parse))
        })
    }

    /// A short line that holds a date, near the headline.
    pub(super) fn near(&self) -> Option<Published> {
        let doc = self.doc;
        let h1 = self.headline.unwrap_or(0);
        let line = |&at: &usize| {
            self.short(at) && doc.items[at].block && !doc.items[at].has_block && !self.is_beside(at)
        };
        (h1.saturating_sub(60)..doc.items.len())
            .filter(line)
            .take(60)
            .find_map(|at| self.date(&doc.text(at)))
            .or_else(|| {
                // A date that stands alone between two tags.
                (h1.saturating_sub(200)..doc.items.len())
                    .filter(|&at| {
                        let text = doc.items[at].text.trim();
                        (8..40).contains(&text.len()) && !self.is_beside(at)
                    })
                    .take(300)
                    .find_map(|at| self.date(doc.items[at].text.trim()))
            })
            .or_else(|| {
                // Or at the start or end of a longer line.
                (h1..doc.items.len())
                    .filter(|&at| doc.items[at].block && !doc.items[at].has_block && !self.is_beside(at))
                    .take(40)
                    .find_map(|at| {
                        let head: String = doc.text(at).chars().take(40).collect();
                        self.date(&head)
                    })
            })
    }
}
