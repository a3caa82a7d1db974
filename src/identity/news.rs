//! Whether a change is news, or a clock, a counter or an advertisement that runs on.

use crate::html::text_blocks;

/// Bytes of a text that are looked at.
const LOOKED_AT: usize = 256 << 10;
/// In a text of fewer words every number counts.
const SHORT_TEXT: usize = 40;
/// A block of no more words beside a longer text is a label: its numbers don't count.
const LABEL: usize = 8;

/// Whether a reader who knows the old title and text (HTML) should be told of the new ones.
///
/// Not news: markup, pictures, white space and punctuation; blocks that are nothing but
/// links (related articles, advertisements); times of day, how long ago something was,
/// numbers that count readers or comments; any number in a short block beside a longer
/// text (a counter, a quotation). Every other word or number is.
pub fn is_news(old: (&str, &str), new: (&str, &str)) -> bool {
    let titles = |title: &str| {
        let mut words = split(&title.to_lowercase());
        words.retain(|word| !is_clock(word));
        words
    };
    titles(old.0) != titles(new.0) || essence(old.1) != essence(new.1)
}

/// What counts in a text: the words of its blocks.
fn essence(html: &str) -> Vec<Vec<String>> {
    let html = &html[..html.floor_char_boundary(LOOKED_AT)];
    let mut blocks = text_blocks(html);
    if blocks.iter().any(|block| !block.linked) {
        blocks.retain(|block| !block.linked);
    }
    let counts: Vec<usize> = blocks.iter().map(|block| word_count(&block.text)).collect();
    let long = counts.iter().sum::<usize>() >= SHORT_TEXT;
    let words =
        |(block, count): (&crate::html::TextBlock, &usize)| tokens(&block.text, long && *count <= LABEL);
    blocks.iter().zip(&counts).map(words).filter(|words| !words.is_empty()).collect()
}

/// Words; two characters of a script without blanks are about one.
fn word_count(text: &str) -> usize {
    let wide = |c: char| (c as u32) >= 0x2e80 && c.is_alphanumeric();
    let runs = text.split(|c: char| !c.is_alphanumeric() || wide(c)).filter(|run| !run.is_empty()).count();
    runs + text.chars().filter(|c| wide(*c)).count() / 2
}

/// The words and numbers that count; `label`: no number does.
fn tokens(text: &str, label: bool) -> Vec<String> {
    let all = split(&text.to_lowercase());
    let is_number =
        |at: usize| all.get(at).is_some_and(|token: &String| token.starts_with(|c: char| c.is_ascii_digit()));
    let passing = |at: usize| all.get(at).is_some_and(|token| is_passing(token));
    let mut kept = Vec::with_capacity(all.len());
    for (at, token) in all.iter().enumerate() {
        let beside = passing(at + 1) || (at > 0 && passing(at - 1));
        let dropped = if is_number(at) {
            label || is_clock(token) || beside
        } else {
            is_passing(token) || (ARTICLES.contains(&token.as_str()) && passing(at + 1))
        };
        if !dropped {
            kept.push(token.clone());
        }
    }
    kept
}

/// `14:05`
fn is_clock(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit()) && token.contains(':')
}

/// Words, and numbers with the signs in them.
fn split(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = text.chars().peekable();
    let mut open: Option<bool> = None;
    while let Some(c) = chars.next() {
        let digit = c.is_ascii_digit();
        let inside = matches!(c, '.' | ',' | ':' | '\'' | '’')
            && open == Some(true)
            && chars.peek().is_some_and(char::is_ascii_digit);
        if !(c.is_alphanumeric() || inside) {
            open = None;
            continue;
        }
        let numeric = digit || inside;
        match tokens.last_mut() {
            // `v2` and `5th` are words; `5分前` is a number and a word.
            Some(last)
                if open == Some(numeric)
                    || (open == Some(false) && digit && c.is_ascii() && last.is_ascii()) =>
            {
                last.push(c)
            }
            _ => {
                tokens.push(c.to_string());
                open = Some(numeric);
            }
        }
    }
    tokens
}

/// Words before a unit of time that stand for a number.
const ARTICLES: [&str; 16] = [
    "a", "an", "one", "few", "ein", "eine", "einer", "einem", "une", "un", "una", "um", "uma", "een", "один",
    "одну",
];

/// Words of passing time and of counters.
fn is_passing(token: &str) -> bool {
    PASSING.contains(&token) || BEGINNINGS.iter().any(|start| token.starts_with(start))
}

const PASSING: &[&str] = &[
    // English
    "ago",
    "just",
    "now",
    "today",
    "yesterday",
    "second",
    "seconds",
    "sec",
    "secs",
    "minute",
    "minutes",
    "min",
    "mins",
    "hour",
    "hours",
    "hr",
    "hrs",
    "day",
    "days",
    "week",
    "weeks",
    "views",
    "view",
    "reads",
    "shares",
    "share",
    "comments",
    "comment",
    "likes",
    "like",
    "votes",
    "points",
    "replies",
    "followers",
    "am",
    "pm",
    "gmt",
    "utc",
    "est",
    "edt",
    "cet",
    "cest",
    // German
    "vor",
    "gerade",
    "eben",
    "jetzt",
    "heute",
    "gestern",
    "sekunde",
    "sekunden",
    "minuten",
    "std",
    "stunde",
    "stunden",
    "tag",
    "tagen",
    "tage",
    "woche",
    "wochen",
    "aufrufe",
    "kommentare",
    "kommentar",
    "uhr",
    "mal",
    "gelesen",
    // French
    "il",
    "y",
    "maintenant",
    "aujourd",
    "hui",
    "hier",
    "seconde",
    "secondes",
    "heure",
    "heures",
    "jour",
    "jours",
    "semaine",
    "semaines",
    "vues",
    "commentaires",
    "commentaire",
    "partages",
    // Spanish, Portuguese, Italian
    "hace",
    "ahora",
    "hoy",
    "ayer",
    "segundos",
    "minutos",
    "minuto",
    "hora",
    "horas",
    "día",
    "días",
    "semana",
    "semanas",
    "vistas",
    "comentarios",
    "há",
    "agora",
    "hoje",
    "ontem",
    "dia",
    "dias",
    "comentários",
    "visualizações",
    "fa",
    "adesso",
    "oggi",
    "ieri",
    "secondi",
    "minuti",
    "ora",
    "ore",
    "giorno",
    "giorni",
    "commenti",
    "visualizzazioni",
    // Dutch, Swedish, Polish
    "geleden",
    "vandaag",
    "gisteren",
    "minuut",
    "uur",
    "dagen",
    "reacties",
    "sedan",
    "idag",
    "igår",
    "minuter",
    "timme",
    "timmar",
    "dagar",
    "temu",
    "teraz",
    "dziś",
    "dzisiaj",
    "wczoraj",
    "minut",
    "minuty",
    "minutę",
    "godzin",
    "godziny",
    "godzinę",
    "dni",
    "komentarzy",
    "wyświetleń",
    // Russian, Ukrainian
    "назад",
    "сейчас",
    "сегодня",
    "вчера",
    "секунд",
    "минут",
    "минуты",
    "минуту",
    "мин",
    "час",
    "часа",
    "часов",
    "день",
    "дня",
    "дней",
    "просмотров",
    "просмотра",
    "комментариев",
    "комментария",
    "тому",
    "зараз",
    "сьогодні",
    "вчора",
    "хвилин",
    "години",
    "годин",
    "днів",
    "переглядів",
    // Turkish, Arabic, Hebrew, Hindi
    "önce",
    "şimdi",
    "bugün",
    "dün",
    "saniye",
    "dakika",
    "saat",
    "gün",
    "yorum",
    "منذ",
    "الآن",
    "اليوم",
    "أمس",
    "ثانية",
    "دقيقة",
    "دقائق",
    "ساعة",
    "ساعات",
    "يوم",
    "أيام",
    "מזמן",
    "לפני",
    "עכשיו",
    "היום",
    "אתמול",
    "דקות",
    "שעות",
    "ימים",
    "पहले",
    "मिनट",
    "घंटे",
    "दिन",
];

/// The same in scripts without blanks, where more may follow.
const BEGINNINGS: &[&str] = &[
    "秒前",
    "分前",
    "時間前",
    "日前",
    "たった今",
    "今日",
    "昨日",
    "秒钟前",
    "分钟前",
    "小时前",
    "天前",
    "刚刚",
    "今天",
    "昨天",
    "秒前",
    "分鐘前",
    "小時前",
    "次浏览",
    "次瀏覽",
    "阅读",
    "閱讀",
    "条评论",
    "件のコメント",
    "초전",
    "초 전",
    "분전",
    "분 전",
    "시간전",
    "일전",
    "방금",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A text long enough to have labels, with something beside it.
    fn story(beside: &str) -> String {
        format!(
            "<p>The bridge over the harbour was opened to traffic again on Monday morning, said the mayor, who had \
             walked across it first and was followed by some hundreds of people.</p>{beside}<p>Three people were \
             hurt when it was closed in autumn, and the repairs took the city until now to pay for.</p>"
        )
    }

    fn told(old: &str, new: &str) -> bool {
        is_news(("Bridge reopens", old), ("Bridge reopens", new))
    }

    #[test]
    fn what_runs_on_is_no_news() {
        for (old, new) in [
            ("<p>14:05:33</p>", "<p>14:06:01</p>"),
            ("<p>Updated 5 minutes ago</p>", "<p>Updated an hour ago</p>"),
            ("<p>Updated today, 9:05 am</p>", "<p>Updated yesterday, 11:59 pm</p>"),
            ("<p>vor 5 Minuten</p>", "<p>vor einer Stunde</p>"),
            ("<p>il y a 2 heures</p>", "<p>il y a 3 jours</p>"),
            ("<p>5 минут назад</p>", "<p>час назад</p>"),
            ("<p>5分前</p>", "<p>2時間前</p>"),
            ("<p>1,234 views</p>", "<p>1,301 views</p>"),
            ("<p>Read by 812 of our readers so far</p>", "<p>Read by 813 of our readers so far</p>"),
            ("<p>12 Kommentare</p>", "<p>1 Kommentar</p>"),
            ("<p>Index 18.402,5</p>", "<p>Index 18.397,1</p>"),
            (
                "<ul><li><a href=a>Opera opens</a></li></ul>",
                "<ul><li><a href=b>Fair closes</a><li><a href=c>More</a></ul>",
            ),
            ("<a href=ad><img src=1.gif></a>", "<a href=ad2><img src=2.gif>Buy this!</a>"),
            ("", "<p><a href=x>Advertisement</a></p>"),
            ("<p>He said: “Yes.”</p>", "<div><p>He  said \"<b>Yes</b>\"</p></div>"),
        ] {
            assert!(!told(&story(old), &story(new)), "{old} → {new}");
        }
        assert!(!is_news(("Live at 14:05: the bridge", ""), ("Live at 15:10: the bridge", "")));
    }

    #[test]
    fn what_was_changed_is_news() {
        let old = story("");
        for (from, to) in [
            ("Three people", "Five people"),
            ("harbour", "harbor"),
            ("some hundreds", "400"),
            ("closed in autumn", "closed in 2024"),
        ] {
            assert!(told(&old, &old.replace(from, to)), "{to}");
        }
        let toll = story("").replace("Three people were", "3 people were");
        assert!(told(&toll, &toll.replace("3 people", "5 people")));
        assert!(told(&story(""), &story("<p>Correction: it was the mayor of the other city.</p>")));
        assert!(told(&story("<p>One more thing was said.</p>"), &story("")));
        // In a short text every number counts, but not the time of day.
        assert!(told("Text 1", "Text 2") && told("old text", "new text") && told("", "text"));
        assert!(!told("<p>Text, 14:05</p>", "<p>Text, 15:00</p>"));
        for (old, new) in [
            ("Bridge reopens", "Bridge reopens after all"),
            ("Version 1", "Version 2"),
            ("3 hurt", "5 hurt"),
            ("港の橋", "港の道"),
        ] {
            assert!(is_news((old, &story("")), (new, &story(""))), "{old} → {new}");
        }
    }

    #[test]
    fn hostile_texts_take_no_time() {
        let deep = "<a>".repeat(200_000);
        assert!(!told(&deep, &deep));
        let _ = told(&"1:".repeat(200_000), &"9.".repeat(200_000));
    }
}
