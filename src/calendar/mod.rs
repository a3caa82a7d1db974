//! The words in dates: zones, months, weekdays, halves of the day, for feeds and for
//! pages. All lower case.

/// Afternoon or not.
pub fn meridiem(word: &str) -> Option<bool> {
    match word {
        "am" | "a.m" | "오전" | "午前" | "上午" => Some(false),
        "pm" | "p.m" | "오후" | "午後" | "下午" => Some(true),
        _ => None,
    }
}

/// Zone names of RFC 822 and others in use, as seconds east of Greenwich.
pub fn zone(word: &str) -> Option<i32> {
    let hours = |h: i32| Some(h * 3600);
    for prefix in ["gmt", "utc"] {
        if let Some(rest) = word.strip_prefix(prefix)
            && rest.starts_with(['+', '-'])
        {
            return numeric_zone(rest);
        }
    }
    match word {
        "z" | "ut" | "utc" | "gmt" | "wet" | "etc/gmt" | "etc/utc" => hours(0),
        // The letters of RFC 822 §5.
        "a" => hours(-1),
        "m" => hours(-12),
        "n" => hours(1),
        "y" => hours(12),
        "est" | "et" => hours(-5),
        "edt" | "ast" | "at" => hours(-4),
        "cst" | "ct" => hours(-6),
        "cdt" => hours(-5),
        "mst" | "mt" => hours(-7),
        "mdt" => hours(-6),
        "pst" | "pt" | "akdt" => hours(-8),
        "pdt" => hours(-7),
        "akst" => hours(-9),
        "hst" => hours(-10),
        "adt" | "brt" | "art" => hours(-3),
        "nst" => Some(-(3 * 3600 + 1800)),
        "ndt" => Some(-(2 * 3600 + 1800)),
        "bst" | "cet" | "met" | "mez" | "west" => hours(1),
        "cest" | "mest" | "mesz" | "eet" | "sast" => hours(2),
        "eest" | "msk" | "trt" => hours(3),
        "msd" => hours(4),
        "ist" => Some(5 * 3600 + 1800),
        "hkt" | "sgt" | "awst" => hours(8),
        "jst" | "kst" => hours(9),
        "aest" => hours(10),
        "acst" => Some(9 * 3600 + 1800),
        "aedt" => hours(11),
        "nzst" => hours(12),
        "nzdt" => hours(13),
        _ => None,
    }
}

/// `+0100`, `-5`, `+01:00`, `-03.30`
pub fn numeric_zone(word: &str) -> Option<i32> {
    let sign = if word.starts_with('+') { 1 } else { -1 };
    let rest = word.trim_start_matches(['+', '-', '−']);
    let (hours, minutes) = match rest.split_once([':', '.']) {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() > 2 => rest.split_at_checked(rest.len() - 2)?,
        None => (rest, "0"),
    };
    let (hours, minutes): (i32, i32) =
        (hours.parse().ok()?, minutes.get(..2).unwrap_or(minutes).parse().ok()?);
    let sensible = (0..=24).contains(&hours) && (0..60).contains(&minutes);
    sensible.then(|| sign * (hours * 3600 + minutes * 60))
}

/// Names of zones that are words or weekdays elsewhere ("at", Spanish "a", Polish
/// "pt."): they are zones only after a time.
pub fn is_word(zone: &str) -> bool {
    matches!(zone, "a" | "m" | "n" | "y" | "at" | "et" | "ct" | "mt" | "pt" | "art" | "ist" | "met")
}

/// Month by the beginning of its name: English, German, Dutch, French, Spanish,
/// Catalan, Portuguese, Italian, Romanian, Polish, Czech, Slovak, Croatian,
/// Hungarian, Finnish, Estonian, Scandinavian, Russian, Ukrainian, Bulgarian,
/// Serbian, Greek, Turkish, Indonesian, Lithuanian, Latvian, Arabic, Persian names of the
/// Gregorian months, Hebrew, Hindi, Thai. "Listopad" is November, as for most who say it.
const MONTHS: [&str; 12] = [
    "jan ján ene led gen ian sty siječ tammi jaan oca янв яну јан січ ιαν ιάν saus يناير ژانویه ינואר בינואר जनवरी มกราคม",
    "feb fév fev úno lut velj helmi veeb şub фев феб лют φεβ vasa فبراير فوریه شباط פברואר בפברואר फ़रवरी फरवरी กุมภาพันธ์",
    "mar mär mae mrt maa már bře ožu мар бер μαρ μάρ kovo مارس آذار מרץ במרץ מרס मार्च มีนาคม",
    "apr avr abr ápr dub kwi trav huhti nis апр квіт απρ bala أبريل ابريل آوریل نيسان אפריל באפריל अप्रैल เมษายน",
    "may mai maj máj mag mei maí kvě svib touko мая май мај трав μαι μάι μαϊ μαΐ μάϊ geguž maij مايو أيار מאי במאי मई พฤษภาคม",
    "jun jún juin giu iun cze červen června kesä juun haz lipa lipn июн юни јун черв ιουν ιούν birž jūn يونيو يونيه ژوئن حزيران יוני ביוני जून มิถุนายน",
    "jul júl juil lug iul lip červenec července heinä juul tem srpa srpnj июл юли јул лип ιουλ ιούλ liepo jūl يوليو يوليه ژوئیه تموز יולי ביולי जुलाई กรกฎาคม",
    "aug aoû aou ago agu ágú srp sie kolov elok avg ağu авг серп αυγ αύγ rugp أغسطس اغسطس اوت آب אוגוסט באוגוסט अगस्त สิงหาคม",
    "sep szep set wrz zář ruja rujn syys eyl сен сеп вер σεπ rugs سبتمبر سپتامبر أيلول ספטמבר בספטמבר सितंबर सितम्बर กันยายน",
    "oct okt out ott říj paź paz loka eki окт жов οκτ spal أكتوبر اكتوبر اکتبر אוקטובר באוקטובר अक्टूबर अक्तूबर ตุลาคม",
    "nov noi lis studen marras kas ноя ное нов лис νοε νοέ lapk نوفمبر نوامبر נובמבר בנובמבר नवंबर नवम्बर พฤศจิกายน",
    "dec dez déc dic des det gru pros joulu ara дек дец гру δεκ gruo ديسمبر دسامبر דצמבר בדצמבר दिसंबर दिसम्बर ธันวาคม",
];

/// Weekdays that begin like a month, by their beginning.
const WEEKDAYS: [&str; 7] = ["mardi", "marte", "marți", "marţi", "marti", "maandag", "maanant"];

/// The month whose beginning fits best: "marraskuu" is not March, "mardi" is no month.
pub fn month(word: &str) -> Option<i8> {
    if WEEKDAYS.iter().any(|day| word.starts_with(day)) {
        return None;
    }
    let starts = (1..).zip(MONTHS).flat_map(|(month, starts)| starts.split(' ').map(move |s| (s, month)));
    let fitting = starts.filter(|(start, _)| word.starts_with(start));
    fitting.max_by_key(|(start, _)| start.len()).map(|(_, month)| month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_in_many_languages() {
        for (words, number) in [
            ("january januar janvier gennaio enero stycznia января ocak sausio يناير ינואר जनवरी มกราคม", 1),
            ("march märz mars maart marzo marca март mart kovo مارس במרץ मार्च", 3),
            ("july juillet julio luglio lipca июля temmuz liepos јул יולי", 7),
            ("august août agosto sierpnia августа ağustos αυγούστου rugpjūčio أغسطس", 8),
            ("november noviembre listopada ноября kasım novembre lapkričio", 11),
            ("december décembre dicembre grudnia декабря aralık joulukuu", 12),
        ] {
            for word in words.split(' ') {
                assert_eq!(month(word), Some(number), "{word}");
            }
        }
        for word in ["mardi", "", "de", "weather", "الثاني"] {
            assert_eq!(month(word), None, "{word}");
        }
    }
}
