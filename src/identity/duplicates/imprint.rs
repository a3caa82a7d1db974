//! What stands under every text of a house: who the company is, whom to ask.

/// How such a paragraph begins, with a name behind it.
const ABOUT: &[&str] = &[
    "about ",
    "über ",
    "à propos de ",
    "a propos de ",
    "à propos d",
    "sobre ",
    "acerca de ",
    "informazioni su ",
    "chi è ",
    "over ",
    "o firmie",
    "o spółce",
    "о компании",
    "о банке",
    "о группе",
    "о фонде",
    "نبذة عن",
    "关于",
    "關於",
    "เกี่ยวกับ",
    "om ",
];
/// How it begins where the name comes first.
const BEHIND: &[&str] = &["について", " hakkında"];
/// How a paragraph for editors begins.
const CONTACT: &[&str] = &[
    "press contact",
    "media contact",
    "notes to editors",
    "note to editors",
    "pressekontakt",
    "kontakt für die presse",
    "contact presse",
    "contacts presse",
    "contacto de prensa",
    "contacto para medios",
    "contatto stampa",
    "perscontact",
    "контакт для прессы",
    "контакты для прессы",
    "basın için",
    "basın iletişim",
    "للتواصل الإعلامي",
    "报道联系",
    "媒体联系",
    "媒體聯絡",
    "報道関係",
    "本件に関するお問い合わせ",
    "ติดต่อสำหรับสื่อ",
];

/// Characters in which the colon behind a name must come.
const HEAD: usize = 60;

/// The text up to the first such paragraph. The first paragraph of all is the story's.
pub(super) fn without(text: &str) -> &str {
    let mut end = 0;
    for (number, paragraph) in text.split("\n\n").enumerate() {
        if number > 0 && is_imprint(paragraph) {
            return &text[..end];
        }
        end += paragraph.len() + if number > 0 { 2 } else { 0 };
    }
    text
}

fn is_imprint(paragraph: &str) -> bool {
    let head: String = paragraph.chars().take(HEAD).flat_map(char::to_lowercase).collect();
    if CONTACT.iter().any(|start| head.starts_with(start)) {
        return true;
    }
    let behind = BEHIND.iter().find_map(|sign| head.split_once(sign)).map(|(name, _)| name);
    let about = ABOUT.iter().find_map(|start| head.strip_prefix(start));
    let Some(rest) = about.or(behind) else { return false };
    // A line of its own, a colon behind the name, or the name again at once.
    let alone =
        paragraph.chars().nth(HEAD * 2 / 3).is_none() && !paragraph.ends_with(['.', '。', '؟', '?', '!']);
    let colon = head.split_once([':', '：']).is_some_and(|(name, _)| name.chars().count() < HEAD * 3 / 4);
    let name: String = rest.chars().take_while(|c| !c.is_whitespace()).take(6).collect();
    let numbers = name.starts_with(|c: char| c.is_numeric());
    let again = name.chars().count() >= 3 && head.matches(&name).count() > 1;
    !numbers && (alone || colon || again)
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn imprints() {
        for imprint in [
            "About Belmar: Belmar was founded",
            "About Belmar Pumps",
            "Über die Nordbank: Die Nordbank ist",
            "关于北方银行：北方银行是",
            "北銀行について　北銀行は",
            "Nordbank hakkında: Merkezi",
            "เกี่ยวกับธนาคารเหนือ ธนาคารเหนือเป็น",
            "Press contact: Foundry Lane",
        ] {
            assert_eq!(without(&format!("First.\n\nSecond.\n\n{imprint}\n\nMore.")), "First.\n\nSecond.");
        }
        for story in [
            "About 18,000 vehicles use the bridge each day. They are now being sent over the old crossing.",
            "About Belmar: the first paragraph is the story",
            "Über die Brücke fahren täglich viele Autos, und niemand weiß, wie lange das noch gut geht.",
            "",
        ] {
            assert_eq!(without(story), story);
            let text = format!("First.\n\n{story}");
            assert!(story.contains("Belmar") || without(&text) == text, "{story}");
        }
    }
}
