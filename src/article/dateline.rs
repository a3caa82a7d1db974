//! Lines that are nothing but a date: every word of them is a number, the name of a
//! month or day, or a word that stands beside dates.

/// Names of months and days, whole and abbreviated.
const NAMES: &str = "\
    abr abril ağu ağustos aralık april apr aprile août aout aug august augustus ago agosto avr avril \
    cuma cumartesi czerwca czwartek çarşamba dec december dez dezember dic dicembre diciembre \
    dienstag dimanche dinsdag domenica domingo donderdag donnerstag déc décembre dezembro ekim eylül \
    enero ene feb febbraio februar february februari febrero fev fevereiro février févr freitag fri \
    friday gen gennaio giovedì giugno giu grudnia haziran jan januar january januari janvier janv \
    janeiro jänner jeudi jueves juillet juil juin jul juli julio julho july jun june juni junio \
    junho kasım kwietnia lipca listopada luglio lug lunedì lundi lunes lutego maart maandag mag \
    maggio mai maio maja mar marca march mardi marec mars mart martedì martes marzo março marz mayıs \
    may mayo mei mercoledì mercredi miércoles mittwoch mon monday montag mrt märz niedziela nisan \
    nov novembre november noviembre novembro ocak oct october octobre octubre okt oktober out \
    outubro ottobre ott pazar pazartesi październik października perşembe piątek poniedziałek \
    quarta-feira quinta-feira sabato salı samedi samstag sat saturday segunda-feira sep sept \
    september septembre septiembre setembro set settembre sexta-feira sierpnia sobota sonntag \
    stycznia sun sunday sábado temmuz terça-feira thu thur thurs thursday tue tues tuesday venerdì \
    vendredi viernes vrijdag wed wednesday woensdag wrzesień września wtorek zaterdag zondag środa \
    şubat января февраля марта апреля мая июня июля августа сентября октября ноября декабря \
    понедельник вторник среда четверг пятница суббота воскресенье янв фев мар апр авг сен окт ноя \
    дек يناير فبراير مارس أبريل إبريل ابريل مايو يونيو يوليو أغسطس اغسطس سبتمبر أكتوبر اكتوبر نوفمبر \
    ديسمبر الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت كانون شباط آذار نيسان أيار \
    حزيران تموز آب أيلول تشرين ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר \
    דצמבר בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר ראשון \
    שני שלישי רביעי חמישי שישי שבת ";

/// Words that stand beside dates and say nothing else.
const BESIDE: &str = "\
    published updated posted modified created last first on at am pm a.m p.m the of date gmt utc est \
    edt cet cest bst ist pst pdt et pt msk st nd rd th release veröffentlicht aktualisiert erstellt \
    stand datum vom den um uhr publié mis à jour modifié le h er publicado publicada actualizado \
    actualizada atualizado em de del el a las hs hrs fecha às as data pubblicato aggiornato il alle \
    ore gepubliceerd bijgewerkt op om uur laatste update opublikowano aktualizacja dodano godz r \
    опубликовано обновлено дата публикации в г года мск yayınlanma yayın güncelleme güncellenme \
    tarihi saat 发布 发布时间 更新 时间 公開 配信 投稿 最終更新 年 月 日 時 分 火 水 木 金 土 نشر تاريخ النشر آخر تحديث الساعة في \
    م ص פורסם עודכן בתאריך יום ב בשעה תאריך kl ";

/// Whether a text is a date, perhaps with a time of day and what such lines are called.
pub(super) fn is_date_line(text: &str) -> bool {
    if text.len() > 140 || !text.contains(char::is_numeric) {
        return false;
    }
    let (mut numbers, mut named, mut year) = (0usize, false, false);
    let apart = |c: char| c.is_whitespace() || (!c.is_alphanumeric() && c != '-' && c != '.');
    for word in text.split(apart) {
        let word = word.trim_matches(['.', '-']);
        if word.is_empty() {
            continue;
        }
        let lower = word.to_lowercase();
        if has(NAMES, &lower) {
            named = true;
        } else if has(BESIDE, &lower) {
        } else if let Some(count) = digits(&lower, &mut year) {
            numbers += count;
        } else {
            return false;
        }
    }
    // A day and a year; "May 2020" may as well head a chapter.
    (2..=9).contains(&numbers) && (named || numbers == 3 || (year && numbers > 3))
}

fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// Numbers of a word such as `31.01.2023`, `31st`, `14h05`, `3pm` or `2023年1月31日`;
/// `None` if anything else stands in it.
fn digits(word: &str, year: &mut bool) -> Option<usize> {
    let mut count = 0;
    for part in word.split(|c: char| !c.is_numeric()) {
        if part.is_empty() {
            continue;
        }
        count += 1;
        *year |= part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
        if part.chars().count() > 4 {
            return None;
        }
    }
    let rest: String = word.chars().map(|c| if c.is_numeric() { ' ' } else { c }).collect();
    let unit = |part: &str| {
        part.chars().all(|c| matches!(c, '.' | '-'))
            || matches!(
                part,
                "st" | "nd"
                    | "rd"
                    | "th"
                    | "er"
                    | "am"
                    | "pm"
                    | "h"
                    | "t"
                    | "z"
                    | "年"
                    | "月"
                    | "日"
                    | "時"
                    | "时"
                    | "分"
                    | "년"
                    | "월"
                    | "일"
                    | "ro"
                    | "e"
            )
    };
    (count > 0 && rest.split_whitespace().all(unit)).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::is_date_line;

    #[test]
    fn dates_of_many_languages() {
        for line in [
            "January 31, 2023",
            "Thursday, 28 April 2022 – 3:55pm",
            "Published: Tue 31 Jan 2023 at 14:05 GMT",
            "Last updated on 31st January 2023",
            "Freitag, 29. April 2022, 14:05 Uhr",
            "Erstellt am: 01.11.2023",
            "Stand: 31.01.2023 14:05",
            "Publié le 31 janvier 2023 à 14h05, mis à jour le 1er février 2023",
            "Publicado el martes, 31 de enero de 2023",
            "martedì 31 gennaio 2023, alle ore 14.05",
            "Terça-feira, 31 de janeiro de 2023",
            "dinsdag 31 januari 2023, 14.05 uur",
            "31 stycznia 2023 r., godz. 14:05",
            "31 января 2023 г., 14:05 (мск)",
            "31 Ocak 2023 Salı, saat 14:05",
            "2023年1月31日 14時05分",
            "发布时间：2023-01-31 14:05",
            "الثلاثاء 31 يناير 2023",
            "יום שלישי, 31 בינואר 2023",
            "Samstag, 2016-10-08, 0:26 AM",
        ] {
            assert!(is_date_line(line), "{line}");
        }
        for line in [
            "On January 31, 2023, the river froze.",
            "2023 was a good year",
            "14:05",
            "12 of 31",
            "31",
            "May 2020",
            "Monday",
            "Am 31. Januar kam der Schnee",
            "1.2.3.4.5.6.7.8.9.10.11",
            "COVID-19",
        ] {
            assert!(!is_date_line(line), "{line}");
        }
    }
}
