//! What is found in which language.

use super::{Index, marks, query};

/// A text, queries that find it, queries that don't.
const TEXTS: &[(&str, &[&str], &[&str])] = &[
    (
        "The mayor’s co-operation with U.S. firms ended at 12:30, says the O'Neill report (https://example.org/a?b=1).",
        &[
            "mayor",
            "MAYOR",
            "mayor's",
            "co-operation",
            "U.S.",
            "12:30",
            "O’Neill",
            "o'neil*",
            "https://example.org/a",
            "\"firms ended\"",
        ],
        &["mayo", "may", "\"ended firms\"", "13:30", "operatio"],
    ),
    (
        "Über die Straße in Köln fährt Fräulein Weiß, sagt die Größe.",
        &["strasse", "STRASSE", "Straße", "koln", "Köln", "uber", "weiss", "fahrt"],
        &["koeln", "stras", "uberdie"],
    ),
    (
        "L’économie française s’est améliorée à l'œuvre, où ça naît.",
        &["economie", "l'économie", "\"économie française\"", "oeuvre", "œuvre", "ou", "NAIT", "ÉCONOMIE"],
        &["lécono", "econom"],
    ),
    (
        "Всё о ёлке: зелёная ель и мой день в Москве.",
        &["все", "ВСЁ", "елке", "зеленая", "москве", "моск*", "\"мой день\""],
        &["мои", "москва"],
    ),
    (
        "東京2020年オリンピック大会は、新国立競技場で開かれた。ﾊﾞｽとｺｰﾋｰ。",
        &[
            "東京",
            "東",
            "2020",
            "東京2020年",
            "オリンピック",
            "リンピ",
            "大会",
            "バス",
            "コーヒー",
            "新国立競技場",
            "場",
            "国立 大会",
        ],
        &["京東", "京都", "競場", "オリピ", "\"大会 東京\"", "本"],
    ),
    (
        "北京市长访问上海浦东新区，两地签署了协议。",
        &["北京", "市长", "上海", "浦东新区", "协议", "京", "\"上海浦东\"", "北京 上海"],
        &["东浦", "海上", "南京", "京上"],
    ),
    (
        "ภาษาไทยไม่มีช่องว่างระหว่างคำ และที่นี่มีน้ำ",
        &["ภาษา", "ไทย", "ภาษาไทย", "ช่องว่าง", "คำ", "ที่นี่", "น้ำ"],
        &["ภาไทย", "ลาว", "ช่องคำ"],
    ),
    ("서울의 봄은 따뜻하다. 한국어 검색", &["서울의", "서울*", "검색", "한국어 검색"], &["서울", "색검"]),
    (
        "أعلنت الأُسرة عن مدرسة جديدة في مصر عام ٢٠٢٤ إلى النهايةِ.",
        &["الاسرة", "الأسرة", "مدرسه", "اعلنت", "2024", "٢٠٢٤", "الى", "النهاية"],
        &["اسر", "2023"],
    ),
    (
        "हिन्दी में समाचार: किसानों की ज़मीन और क़ानून, २०२४।",
        &["हिन्दी", "समाचार", "किसानों", "जमीन", "ज़मीन", "कानून", "2024", "किस*"],
        &["हिन", "किसान", "नदी", "मीन", "ह"],
    ),
    ("می‌خواهم کتاب‌ها را بخوانم", &["کتاب", "كتاب", "می‌خواهم", "\"می خواهم\"", "کتاب‌ها"], &["کتا"]),
    ("רֹאשׁ הַמֶּמְשָׁלָה אמר", &["ראש", "הממשלה"], &["ממשלה"]),
    ("Ο Πρωθυπουργός της ΕΛΛΆΔΑΣ", &["πρωθυπουργοσ", "ΠΡΩΘΥΠΟΥΡΓΟΣ", "ελλαδας", "Ελλάδας"], &["ελλαδα"]),
    ("Łódź, Đà Nẵng, İstanbul, ISPARTA, Ærø", &["lodz", "da nang", "istanbul", "ısparta", "aero"], &["odz"]),
    ("ភាសាខ្មែរ និង ဘာသာစကား", &["ខ្មែរ", "ភាសា", "စကား"], &["សាភា"]),
];

#[test]
fn texts_are_found() {
    for (text, found, missed) in TEXTS {
        let index = Index::of(&[text, "Something else. 別の文。 Другое."]);
        for wanted in *found {
            let query = query(wanted);
            assert_eq!(index.found(&query).unwrap(), [1], "{wanted} in {text}: {:?}", query.fts());
            assert!(marks(&query, text), "{wanted} in {text}");
        }
        for wanted in *missed {
            let query = query(wanted);
            assert!(index.found(&query).unwrap().is_empty(), "{wanted} in {text}: {:?}", query.fts());
            assert!(!wanted.contains('"') || !marks(&query, text), "{wanted} in {text}");
        }
    }
}
