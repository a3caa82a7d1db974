//! Index, queries and snippets see texts in the same way.

use super::{Index, marks, query};
use offprint::search::{Query, indexable};
use proptest::prelude::*;
use std::borrow::Cow;

/// A character that takes a text out of the plain ones and stands for nothing.
const NOT_PLAIN: char = '™';

#[test]
fn plain_texts_give_the_tokens_that_others_give() {
    let index = Index::new();
    let plain = |c: &char| !c.is_control() && matches!(indexable(&c.to_string()), Cow::Borrowed(_));
    let plain: Vec<char> = ('\u{0}'..='\u{3_ffff}').filter(plain).collect();
    assert!(plain.len() > 11_172 + 400, "{}: Hangul alone are more", plain.len());
    for some in plain.chunks(100) {
        let text: String = some.iter().map(|c| format!("x{c}yZ {c} {c}q ")).collect();
        index.0.execute("DELETE FROM search", []).unwrap();
        index.add(1, "", &text);
        index.add(2, "", &format!("{text} {NOT_PLAIN}"));
        assert_eq!(index.tokens(1), index.tokens(2));
    }
}

#[test]
fn the_tokenizer_leaves_our_tokens_alone() {
    let index = Index::new();
    for text in
        ["東京2020年の大会", "ภาษาไทยที่นี่", "हिन्दी में क्षेत्र", "الأُسرة ٢٠٢٤", "Łódź straße œuvre", "ខ្មែរ မြန်မာ"]
    {
        index.0.execute("DELETE FROM search", []).unwrap();
        index.add(1, "", text);
        let ours: Vec<String> = indexable(text).split(' ').map(str::to_owned).collect();
        assert_eq!(index.tokens(1), ours, "{text}");
    }
}

fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[abé ]{1,3}",
        2 => "[東京都カ]{1,4}",
        2 => "[ภาษที่น]{1,4}",
        1 => "[हिन्दीक्ष]{1,3}",
        1 => "[서울의]{1,2}",
        1 => "[الأُسرة]{1,3}",
        1 => "[ёЁеж]{1,2}",
        1 => "[0-9٠-٩]{1,2}",
        2 => "[ .'’,:-]",
        1 => "[\u{200c}\u{200d}\u{ad}\u{301}\u{3099}ｶﾞ㈱㍿ßŁ™]",
        1 => "\\PC",
    ];
    proptest::collection::vec(piece, 1..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    /// Whatever people type, the index answers.
    #[test]
    fn no_query_is_a_syntax_error(text in "(\\PC|[ :*\"()^{}+-]|AND |NOT |OR |NEAR\\(|title:|author:|-){0,40}") {
        let Ok(query) = Query::parse(&text) else { return Ok(()) };
        let index = Index::of(&["one text"]);
        prop_assert!(index.found(&query).is_ok(), "{:?}: {:?}", query.fts(), index.found(&query));
        for expression in query.fts_in_title().into_iter().chain(query.fts_near()) {
            let ask = "SELECT count(*) FROM search WHERE search MATCH ?1";
            let answer = index.0.query_row(ask, [&expression], |row| row.get::<_, i64>(0));
            prop_assert!(answer.is_ok(), "{}: {:?}", expression, answer);
        }
    }

    /// A text is found by a query if, and only if, a snippet has something to mark.
    #[test]
    fn what_is_found_is_marked(wanted in words(), text in words(), star in any::<bool>()) {
        let star = if star { "*" } else { "" };
        let wanted = wanted.replace(['"', '“', '”', '„', '＂'], "");
        let Ok(query) = Query::parse(&format!("\"{wanted}\"{star}")) else { return Ok(()) };
        let index = Index::of(&[&text]);
        let found = index.found(&query).unwrap();
        prop_assert_eq!(!found.is_empty(), marks(&query, &text), "{:?} in {:?}", query.fts(), indexable(&text));
    }

    /// Every part of a text that is a whole word, or any part of a script without spaces, finds it.
    #[test]
    fn a_text_is_found_by_its_parts(text in words(), from in 0usize..20, count in 1usize..12) {
        let part: String = text.chars().skip(from).take(count).collect();
        let glyphs = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{30a1}'..='\u{30fa}').contains(&c);
        let Ok(query) = Query::parse(&format!("\"{part}\"")) else { return Ok(()) };
        if part.chars().all(glyphs) {
            // The next one may change the last: a sign of voice.
            let next = text.chars().nth(from + count);
            prop_assume!(next.is_none_or(|c| glyphs(c) || c.is_ascii()));
            prop_assert_eq!(Index::of(&[&text]).found(&query).unwrap(), [1], "{:?} in {:?}", query.fts(), text);
        }
    }
}

#[test]
fn a_query_of_only_what_is_not_wanted() {
    let index = Index::of(&["one two", "two three", "three"]);
    assert_eq!(index.found(&query("-two")).unwrap(), [3]);
    assert_eq!(index.found(&query("-one -two")).unwrap(), [3]);
    assert_eq!(index.found(&query("two -one")).unwrap(), [2]);
    assert_eq!(index.found(&query("-nothing")).unwrap(), [1, 2, 3]);
}

#[test]
fn fields() {
    let index = Index::new();
    index.add(1, "Bridge opens", "The mayor came.");
    index.add(2, "Mayor speaks", "About a bridge.");
    assert_eq!(index.found(&query("title:bridge")).unwrap(), [1]);
    assert_eq!(index.found(&query("bridge -title:mayor")).unwrap(), [1]);
    assert_eq!(index.found(&query("bridge mayor")).unwrap(), [1, 2]);
    assert_eq!(index.found(&query("author:mayor")).unwrap(), [0; 0]);
}
