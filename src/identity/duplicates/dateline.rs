//! Where the story begins: behind place, date and agency.

/// Characters in which a dateline ends.
const REACH: usize = 90;
/// Words of a dateline without an agency.
const WORDS: usize = 6;

/// The text without its dateline: `PARIS, March 3 (Reuters) – `, `【東京】`, `新华社北京3月4日电`.
pub(super) fn body(text: &str) -> &str {
    let mut rest = text.trim_start();
    // A bracket may follow another, or the agency the place.
    for _ in 0..2 {
        match bracket(rest).or_else(|| chinese(rest)).or_else(|| dash(rest)) {
            Some(behind) => rest = behind.trim_start(),
            None => break,
        }
    }
    rest
}

fn head(text: &str) -> &str {
    let line = text.split('\n').next().unwrap_or_default();
    line.char_indices().nth(REACH).map_or(line, |(end, _)| &line[..end])
}

/// Behind a bracket with which the text begins.
fn bracket(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    let close = match first {
        '【' => '】',
        '（' => '）',
        '(' => ')',
        '[' => ']',
        '［' => '］',
        _ => return None,
    };
    let end = head(text).find(close)? + close.len_utf8();
    let rest = text[end..].trim_start();
    Some(rest.trim_start_matches(['-', '–', '—', '=', ':', '：']))
}

/// Behind `…社…日电` and `…讯`.
fn chinese(text: &str) -> Option<&str> {
    let head = head(text);
    let head = head.char_indices().nth(32).map_or(head, |(end, _)| &head[..end]);
    let at = head.find(['电', '讯', '電', '訊'])?;
    let before = &head[..at];
    let named = before.contains('社') || before.contains('网') || before.ends_with('日');
    let end = at + head[at..].chars().next()?.len_utf8();
    named.then(|| &text[end..])
}

/// Behind a dash, where what is before it looks like a place, a date, an agency.
fn dash(text: &str) -> Option<&str> {
    let head = head(text);
    let signs = [" - ", " – ", " — ", " -- ", ") = ", "/. ", "/ - ", "\u{a0}– ", "\u{a0}— "];
    let (at, sign) = signs.iter().filter_map(|sign| Some((head.find(sign)?, sign))).min()?;
    let before = &head[..at];
    let agency = before.contains(['(', '/']) || sign.starts_with([')', '/']);
    let words = before.split_whitespace().count();
    let named = before.chars().next().is_some_and(|c| !c.is_lowercase() && c.is_alphabetic());
    let plain = !before.contains(['"', '“', '„', '«', '.', '?', '!']) || agency;
    let fits = if agency { words <= 2 * WORDS } else { words <= WORDS };
    (named && plain && fits).then(|| &text[at + sign.len()..])
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn datelines_of_many_houses() {
        for (text, rest) in [
            ("PARIS, March 3 (Reuters) - The bridge", "The bridge"),
            ("LYON — Le pont", "Le pont"),
            ("Hamburg (dpa) – Die Brücke", "Die Brücke"),
            ("МОСКВА, 3 марта. /ТАСС/. Мост открыли", "Мост открыли"),
            ("【東京＝共同】橋が", "橋が"),
            ("新华社北京3月4日电（记者张三）大桥", "大桥"),
            ("القاهرة (رويترز) - الجسر", "الجسر"),
            ("The bridge is closed - and stays so", "and stays so"),
            (
                "The old bridge over the river has been closed - and stays so",
                "The old bridge over the river has been closed - and stays so",
            ),
            ("“No,” she said - and left", "“No,” she said - and left"),
            ("", ""),
        ] {
            assert_eq!(body(text), rest);
        }
    }
}
