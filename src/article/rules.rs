//! What words and class names give away, in many languages. No rule knows a site.

use super::dateline::is_date_line;
use regex::Regex;
use std::sync::LazyLock;

/// A pattern of this file. One that doesn't compile matches nothing; the tests
/// below compile them all.
pub(super) struct Pattern(Option<Regex>);

impl Pattern {
    fn new(source: &str) -> Self {
        // A word boundary of ASCII keeps the matcher on its fast path in any script.
        Self(Regex::new(&source.replace(r"\b", r"(?-u:\b)")).ok())
    }

    /// Whether it is found in the text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|pattern| pattern.is_match(text))
    }
}

macro_rules! patterns {
    ($($name:ident = $source:expr;)*) => {
        $(pub(super) static $name: LazyLock<Pattern> = LazyLock::new(|| Pattern::new($source));)*
        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$((stringify!($name), $source)),*];
    };
}

patterns! {
    // Class and id tokens.
    MAYBE = r"\band\b|article|body|column|content|main|mathjax|shadow|story|post-text|entry";
    SHARE = r"(\b|_)(share|sharing|sharedaddy|social|addthis|sharebar|sharetools)(\b|_|s\b)";
    BYLINE_CLASS = r"byline|(^|[\s_-])authors?([\s_-]|$)|dateline|writtenby|p-author|autor|redakteur|auteur";
    BOILER_CLASS = r"newsletter|subscri(be|ption)|(^|[\s_-])(related|recommend\w*|more-on|read-?more|read-?next|also-?read|see-?also|tags?|tag-?list|tagcloud|keywords|topics?|breadcrumbs?|share|sharing|social|comments?|commentlist|disqus|promo|advert\w*|ads?|sponsor\w*|outbrain|taboola|widget|toolbar|pagination|pager|post-?nav\w*|author-?(box|bio|info|card|description|profile)|about-?(the-)?author|bio(box|graphy)?|copyright|disclaimer|cookie\w*|consent|popup|modal|overlay|paywall|login|signup|sign-up|donate|donation|rating|votes?|meta|post-?meta|entry-?meta|post-?info|metadata|postmetadata|dateline|timestamp|pubdate|published|byline|kicker|eyebrow|breaking|jump-?link|skip-?link|screen-?reader\w*|sr-only|visually-?hidden|print-?only|toc|table-of-contents)([\s_-]|$)";
    // Boxes that go however much they read like text.
    BOX_CLASS = r"newsletter|(^|[\s_-])(consent|external-content|embed-?consent|signup-?box|promo-?box)([\s_-]|$)";
    CAPTION_CLASS = r"caption|credit|legend|copyright-?notice|bildunterschrift|didascalia|pie-?de-?foto|photo-?by|image-?(meta|info|source|author)|bildquelle|imagecredit|media-?(info|source)|wp-caption-text";
    CREDIT_CLASS = r"credit|copyright|photographer|source|agency|bildquelle|fotograf|author";
    RELATED_CLASS = r"related|read-?more|read-?also|also-?read|read-?next|see-?also|more-on|recommend";
    NOT_PICTURE = r"related|recommend|comment|sidebar|cookie|newsletter|footer|share|promo|banner|author|byline|menu|widget|teaser|(^|[\s_-])ads?([\s_-]|$)";
    // Texts of a whole block.
    RELATED = r"(?i)^\W{0,3}(read (also|more|next|on|the full|our|this)|also read|more (on|about|from|stories|news|in)\b|related( \w+)?\s*[:|–-]|related (articles?|stories|story|content|posts?|links?|news|coverage|topics?)|see also|you (may|might) (also )?(like|be interested)|recommended( for you| reading)?|don'?t miss|must[- ]read|watch( also| now)?\s*:|listen\s*:|(find out|learn) more( about)?\b.{0,60}$|what to read next|keep reading|trending|most (read|popular|viewed)|lesen sie (auch|mehr|hier|dazu)|mehr (zum thema|dazu|lesen|zu)|weiterführende[rns]? (links?|informationen|literatur)|auch interessant|das könnte sie|weitere? (artikel|informationen|infos|themen|beiträge)|siehe auch|zum thema|lire (aussi|également|la suite|plus)|à lire( aussi| également)?|voir aussi|sur le même (sujet|thème)|lea también|lee también|leer (más|también)|te puede interesar|le puede interesar|ver también|más (información|noticias|sobre)|también te|noticias? relacionad\w+|leggi (anche|tutto|di più)|approfondisci|potrebbe interessarti|articoli correlati|leia (também|mais)|veja (também|mais)|saiba mais|notícias relacionadas|lees (ook|meer|verder)|meer (over|lezen|nieuws)|bekijk ook|czytaj (też|także|więcej|również)|zobacz (też|także|również|więcej)|przeczytaj (też|także|również)|dowiedz się więcej|polecamy|читайте (также|ещё|еще|далее)|смотрите также|по теме|ещё по теме|материалы по теме|подробнее|ayrıca (bakınız|oku)|ilgili haber(ler)?|bunu da oku|devamını oku|相关(阅读|新闻|链接|文章)|延伸阅读|推荐阅读|関連(記事|ニュース|リンク)|あわせて読みたい|اقرأ (أيضا|أيضًا|ايضا|المزيد)|قد يهمك|קראו (עוד|גם)|עוד בנושא|כתבות נוספות|meist(gelesen|geklickt)\w*|am meisten gelesen|beliebte(ste)? (artikel|beiträge)|les plus (lus|populaires|consultés)|lo más (leído|visto|popular)|(los |las )?más (leíd|vist)[oa]s?|i? ?più (letti|visti|popolari)|(as |os )?mais (lid|vist)[oa]s|meest (gelezen|bekeken)|najczęściej czytane|najpopularniejsze|самое (читаемое|популярное)|популярное$|en çok (okunan|izlenen|tıklanan)\w*|热门(文章|新闻|推荐)|阅读排行|猜你喜欢|人気(の)?(記事|ランキング)|アクセスランキング|おすすめ記事|الأكثر (قراءة|مشاهدة|شعبية)|(مواضيع|مقالات|أخبار) (ذات صلة|متعلقة)|הנקראות ביותר|הכי (נקראות|נצפות)|אולי יעניין)";
    BYLINE = r"(?i)^\W{0,3}((written |reported |posted |published |story |text |words |photos?( and text)? |edited |additional reporting )?by|von|par|por|di|da|door|tekst|text|texto|testo|autore?|author|autori?n?|auteur|redaktion|redazione|redacción|yazar|автор|текст|作者|记者|文|撰文)\s*[:：/]?\s+\S";
    CREDIT = r"(?i)^\W{0,3}(photos?|photograph|image|picture|pic|foto(s|grafie)?|bild(er|quelle)?|symbolbild|archivbild|titelbild|beitragsbild|aufmacherbild|źródło|crédits?|crédit photo|photo (credit|by|courtesy)|image (credit|source|via)|imagen?|immagine|zdjęcie|fot\.|фото|иллюстрация|fotoğraf|图(片)?|写真|صورة|צילום|credits?|quelle|source|via|getty|screenshot|file photo|courtesy of|©)\s*[:：/(|©.]";
    FIGURE = r"(?i)^\W{0,3}(abb(ildung)?|fig(ure)?|bild|foto|photo|grafik|tabelle|table|рис(унок)?|rys|図)\.?\s*\d{1,3}\s*[:.|–-]";
    COPYRIGHT = r"(?i)(^\W{0,3}(©|copyright\b|\(c\)\s|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|todos os direitos|tutti i diritti|wszelkie prawa|все права|版权所有|tüm hakları)|all rights reserved\W{0,3}$|alle rechte vorbehalten\W{0,3}$|tous droits réservés\W{0,3}$)";
    CALL = r"(?i)^\W{0,3}(share (this|on|via|it)?\b|tweet\b|e-?mail( this)?$|print( this)?$|pin( it)?$|facebook$|twitter$|whatsapp$|linkedin$|teilen$|drucken$|partager|compartir|condividi|compartilh|delen|udostępnij|поделиться|paylaş|分享|follow (us|me|@|\w+ on)|folgen sie|suivez[- ]nous|síguenos|seguici|siga[- ]nos|volg ons|подписывайтесь|subscribe|sign up|sign in|log in|register (now|for|to)|join (us|our|now|the)|abonnez|abonnieren|jetzt (abonnieren|anmelden|lesen|kaufen)|suscr[íi]b|iscriviti|assine|inscreva|zapisz się|newsletter|get (our|the|your) .{0,40}(newsletter|inbox|app)|download (our|the) .{0,30}app|click here to (subscribe|sign|read|share|join|comment)|leave a (comment|reply)|comments?( \(?\d+\)?)?( are closed.*)?$|\d+ comments?|no comments|post a comment|(view|show|read|see) (all )?comments|add a comment|be the first to comment|kommentare?( \(?\d+\)?)?$|kommentar (schreiben|hinterlassen)|schreibe einen kommentar|commentaires?\b.{0,20}$|laisser un commentaire|comentarios?\b.{0,20}$|deja (un|tu) comentario|commenti\b.{0,20}$|lascia un commento|reacties\b.{0,15}$|комментарии|advertisement|advertising|anzeige$|werbung$|publicité$|publicidad(e)?$|pubblicità$|advertentie$|reklama?$|реклама|广告|story continues below|article continues (below|after)|continue reading|loading|support our (work|journalism)|we use cookies|this site uses|diese (web)?seite (nutzt|verwendet)|ce site utilise|please enable|javascript|skip to|back to top|nach oben|zum seitenanfang|zurück( zur)?\b.{0,25}$|go to top|previous( post| article)?$|next( post| article)?$|vorheriger|nächster|your email address|required fields|save my name|report (this|an error|a (typo|mistake))|send (us )?(a )?(tips?|corrections?)|if you (liked|enjoyed)( \w+)? this|vorschau auf den|kommentare (sind )?geschlossen|thanks for reading|you must be logged|want more|permalink|trackback|artikel (teilen|drucken|empfehlen|merken)|laisse[rz] un commentaire|commenter?\b.{0,20}$|dejar? (un|tu|su) comentario|comentar\b.{0,20}$|comparte|deixe (um|o seu|seu) comentário|partilh[ae]|commenta\b.{0,20}$|plaats (een )?reactie|reageer\b.{0,20}$|deel (dit|via)\b|dodaj komentarz|komentarze\b.{0,15}$|skomentuj|napisz komentarz|оставить комментарий|комментировать|написать комментарий|подписаться|yorum (yap|ekle|yaz)|yorumlar|bizi takip|发表评论|(查看|全部)?评论\W*\d*$|留言|シェア(する)?\W*$|この記事を(シェア|共有)|コメント(を書く|する|欄)?\W*\d*$|ツイート\W*$|شارك|مشاركة\W*$|(أضف|اترك|اكتب) تعليق|التعليقات|تابعنا|שתפו|שיתוף|(הוסיפו|הוספת|כתבו) תגובה|תגובות|הגיבו)";
    NEWSLETTER = r"(?i)newsletter|nieuwsbrief|infolettre|bolet[íi]n\b|рассылк|bülten|ニュースレター|メルマガ|通讯|نشرتنا|ניוזלטר|push-?(nachrichten|notifications)";
    // Notices of the house to its readers, in whole sentences.
    NOTICE = r"(?i)(^\W{0,3}(an dieser stelle finden sie .{0,60}extern|(empfohlener )?externer inhalt|ich bin (damit )?einverstanden, dass|external content\b|ce contenu est (fourni|hébergé) par|contenido externo|kaynak\s*:|got a (news )?tip\?|do you have a (story|tip)\b|this (text|article|story) (first|originally) appeared|ajouter à (vos|mes) (sélections|favoris)|offrir (cet |l['’])article|vorlesen\W*\d|この記事は有料|تابعوا? .{0,60}(قناتنا|قنواتنا|حساباتنا|صفحتنا))|если вы (заметили|нашли) (ошибку|опечатку)|ctrl\s?\+\s?enter|责任?编辑?[:：]|(不得|严禁|禁止)转载|扫描.{0,6}二维码|关注.{0,15}公众号|bu habere tepki|残り\s?\d+\s?文字)";
    TAGS = r"(?i)^\W{0,3}(tags?|topics?|filed (under|in)|categor(y|ies)|keywords?|labels?|tagged|posted in|more about|schlag(wort|worte|wörter)|stichworte?|themen|kategorien?|étiquettes?|mots[- ]clés|thèmes|etiquetas?|temas|categorías?|argomenti|categorie|palavras[- ]chave|trefwoorden|tagi|słowa kluczowe|теги|метки|etiketler|标签|关键词|タグ)\b?\s*[:：|]";
    DATE_LINE = r"(?i)^\W{0,3}((published|updated|posted|last (updated|modified)|created|first published|stand|veröffentlicht|aktualisiert|erstellt|publié|mis à jour|modifié|publicado|actualizado|pubblicato|aggiornato|atualizado|gepubliceerd|bijgewerkt|opublikowano|aktualizacja|опубликовано|обновлено|yayınlan\w+|güncelle\w+|发布(时间)?|更新)\s*(on|at|am|le|el|il|em|op)?\s*[:：]?\s*)?((mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\.?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica|m[oidf][.]|s[ao][.])?,?\s*(den\s+|le\s+)?(\d{1,2}(st|nd|rd|th|er|º)?[.\s/-]+(de\s+)?(\d{1,2}|[\p{L}]{3,10}\.?)[.\s/,-]+(de\s+)?\d{2,4}|[\p{L}]{3,9}\.?\s+\d{1,2}(st|nd|rd|th)?,?\s+\d{4}|\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?|\d+ (minutes?|hours?|days?|weeks?|months?|years?) ago)(\W{0,4}(at|um|à|alle|om|о|kl\.?|uhr)?\W{0,3}\d{1,2}[:.h]\d{2}(:\d{2})?\s*([ap]\.?m\.?|uhr|h|[a-z]{2,4}|[+-]\d+)?)?\W{0,4}$";
    READING_TIME = r"(?i)^\W{0,3}((reading time|lesezeit|temps de lecture|tempo di lettura|tiempo de lectura|leestijd|время чтения)\W.{0,20}|\d+\s*(min(ute)?s?|minuten|minutos|минут\w*|分钟?)\.?(\s*(read|de lecture|lesezeit|leestijd|de lectura|di lettura|de leitura))?)\W{0,3}$";
    ADDRESS_LINE = r"(?i)^\W{0,3}((original|article|source|permanent|full|short) ?(url|link|address)|url( of this page)?|permalink|(the )?article was printed from|this page can be found at|quelle|adresse|link zum artikel|url (des artikels|dieser seite)|adresse (de l'article|url)|lien|enlace( original)?|dirección|indirizzo|bron|źródło|адрес|ссылка|kaynak|原文(链接|地址)|本文(链接|网址)|元記事)\s*[:：]?\s*(https?://\S+)?\W{0,2}$";
    SENTENCE_END = r#"[.!?…。！？؟।:;]["'”’»)\]]*\s*$"#;
    AUTHOR_BOX = r"(?i)(^\W{0,3}(about the author|about us|über den autor|zur person|à propos de l'auteur|sobre el autor|sull'autore|об авторе|관련|о себе)\b|\b(is an?|are) ((award-winning|senior|staff|freelance|former|contributing|associate|managing) )*(reporter|writer|journalist|editor|contributor|columnist|correspondent|blogger|author)\b.{0,200}$|\bfollow (him|her|them|me) on\b|you can (reach|follow|find|contact|email) (him|her|them|me)\b)";
}

/// Commas of many scripts.
pub(super) fn is_comma(c: char) -> bool {
    matches!(c, ',' | '،' | '﹐' | '︐' | '⹁' | '⸴' | '⸲' | '，' | '、')
}

/// Turkish capitals have a letter whose small form no pattern that ignores case finds.
fn small_dotted(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('İ') { text.replace('İ', "i").into() } else { text.into() }
}

/// Patterns of whole blocks that count among the numbers of a block, one bit each in this order.
const COUNTED: [&LazyLock<Pattern>; 10] =
    [&RELATED, &BYLINE, &CREDIT, &FIGURE, &COPYRIGHT, &CALL, &TAGS, &DATE_LINE, &READING_TIME, &AUTHOR_BOX];

/// Which patterns match, one bit each; `None` for long texts, which aren't looked at.
pub(super) fn patterns(text: &str) -> Option<u32> {
    let text = &*small_dotted(text);
    let digits = text.bytes().any(|byte| byte.is_ascii_digit() || !byte.is_ascii());
    let bits = || {
        COUNTED.iter().enumerate().fold(0, |bits, (bit, pattern)| {
            // No date and no figure is without a number.
            let may_match = digits || !matches!(bit, 3 | 7);
            bits | u32::from(may_match && pattern.is_match(text)) << bit
        })
    };
    (text.len() <= 800).then(bits)
}

/// Why a block of text is no running text, from its words alone; `None` if it may be.
/// `bits` says which patterns match, if that is known.
pub(super) fn boilerplate(text: &str, linked: f64, chars: usize, bits: Option<u32>) -> Option<&'static str> {
    let text = &*small_dotted(text);
    let is = |bit: usize| match bits {
        Some(bits) => bits >> bit & 1 == 1,
        None => COUNTED[bit].is_match(text),
    };
    if chars < 220 && is(0) && (linked > 0.3 || chars < 60) {
        return Some("related");
    }
    if chars < 90 && (is(7) || is_date_line(text)) {
        return Some("date");
    }
    if chars < 250 && (text.contains("://") || text.ends_with(':')) && ADDRESS_LINE.is_match(text) {
        return Some("address");
    }
    if chars < 40 && is(8) {
        return Some("reading-time");
    }
    if chars < 160 && is(5) && (chars < 60 || linked > 0.2 || text.contains('!') || chars < 110) {
        return Some("call");
    }
    if chars < 90 && NEWSLETTER.is_match(text) && !long_sentence(text) {
        return Some("call");
    }
    if chars < 220 && NOTICE.is_match(text) {
        return Some("call");
    }
    if chars < 300 && is(4) {
        return Some("copyright");
    }
    if chars < 400 && is(6) && (linked > 0.3 || chars < 60) {
        return Some("tags");
    }
    if chars < 160 && is(2) && !long_sentence(text) {
        return Some("credit");
    }
    if chars < 250 && is(3) {
        return Some("caption");
    }
    if chars < 70 && is(1) && !SENTENCE_END.is_match(text) {
        return Some("byline");
    }
    None
}

fn long_sentence(text: &str) -> bool {
    text.split_whitespace().count() > 14 && SENTENCE_END.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        for (name, source) in ALL {
            assert!(Regex::new(source).is_ok(), "{name}: {:?}", Regex::new(source).err());
        }
    }

    #[test]
    fn boilerplate_lines() {
        for (text, linked, kind) in [
            ("Read also: Ten ways to cook rice", 0.8, Some("related")),
            ("Lesen Sie auch: Zehn Wege, Reis zu kochen", 0.8, Some("related")),
            ("À lire aussi Dix façons de cuire le riz", 0.8, Some("related")),
            ("Читайте также: Десять способов", 0.8, Some("related")),
            ("関連記事", 1.0, Some("related")),
            ("Meistgelesen", 0.0, Some("related")),
            ("En çok okunanlar", 0.0, Some("related")),
            ("الأكثر قراءة", 0.0, Some("related")),
            ("Artikel teilen", 0.0, Some("call")),
            ("シェアする", 0.0, Some("call")),
            ("הוסיפו תגובה", 1.0, Some("call")),
            ("Yorum yap", 1.0, Some("call")),
            ("January 31, 2023", 0.0, Some("date")),
            ("Stand: 31.01.2023, 14:05 Uhr", 0.0, Some("date")),
            ("2023年1月31日", 0.0, Some("date")),
            ("5 min read", 0.0, Some("reading-time")),
            ("Original url:", 0.0, Some("address")),
            ("https://site.example/2023/01/31/headline", 1.0, None),
            ("Source URL: https://site.example/a", 0.9, Some("address")),
            ("Follow this link: https://site.example/a", 0.9, None),
            ("Share this article", 0.0, Some("call")),
            ("© 2023 Example Media. All rights reserved.", 0.0, Some("copyright")),
            ("Jetzt unseren Newsletter abonnieren", 0.0, Some("call")),
            ("Tags: rice, cooking", 0.9, Some("tags")),
            ("Photo: Ada Example / Agency", 0.0, Some("credit")),
            ("Abbildung 4: Der Pegel am Montag", 0.0, Some("caption")),
            ("By Ada Example", 0.0, Some("byline")),
            ("By the time they arrived, the rice was gone.", 0.0, None),
            (
                "Read more books, the minister said on Tuesday, and nobody in the room knew what to answer.",
                0.0,
                None,
            ),
            ("On January 31, 2023, the river froze.", 0.0, None),
            ("İLGİLİ HABER: Nehir dondu", 0.8, Some("related")),
            ("Если вы заметили ошибку, выделите её и нажмите Ctrl+Enter.", 0.0, Some("call")),
            ("An dieser Stelle finden Sie einen relevanten externen Inhalt von Example.", 0.0, Some("call")),
            ("（责编：王芳）", 0.0, Some("call")),
            ("Got a tip? Write to the desk.", 0.0, Some("call")),
            ("He got a tip from a friend who had written to the desk.", 0.0, None),
        ] {
            assert_eq!(boilerplate(text, linked, text.chars().count(), None), kind, "{text}");
        }
    }
}
