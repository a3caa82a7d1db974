//! Queries: read, written again, and as expressions.

use super::*;
use proptest::prelude::*;

fn parsed(text: &str) -> Query {
    match Query::parse(text) {
        Ok(query) => query,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn fts(text: &str) -> String {
    match parsed(text).fts() {
        Some(Fts::Matching(expression)) => expression,
        Some(Fts::Excluding(expression)) => format!("all but {expression}"),
        None => "-".to_owned(),
    }
}

#[test]
fn canonical_forms() {
    for (text, canonical) in [
        ("  climate   change ", "climate change"),
        ("\"climate\t change\"", "\"climate change\""),
        ("\"climate\"", "climate"),
        ("“climate change” „eins zwei“", "\"climate change\" \"eins zwei\""),
        ("foo\"bar baz\"", "foo \"bar baz\""),
        ("clim* \"climate cha\"*", "clim* \"climate cha\"*"),
        ("-sport -\"winter sport\" -title:Sport", "-sport -\"winter sport\" -title:Sport"),
        (
            "Title:x AUTHOR:\"Ada L\" tag:News source:\"The Paper\"",
            "title:x author:\"Ada L\" tag:News source:\"The Paper\"",
        ),
        ("after:2024 before:2024-05 lang:pt_BR", "after:2024-01-01 before:2024-05-01 lang:pt-br"),
        ("after:2024-05-01T12:00:00+02:00", "after:2024-05-01T10:00:00Z"),
        ("after:2024-05-01T02:00:00+02:00", "after:2024-05-01"),
        ("https://example.org/a?b=c", "\"https://example.org/a?b=c\""),
        ("at 12:30 Re:Zero", "at \"12:30\" \"Re:Zero\""),
        ("Analysis: why", "\"Analysis:\" why"),
        ("Since: then", "\"Since:\" then"),
        ("rust - go & c", "rust go c"),
        ("--help", "\"--help\""),
        ("-x -- y", "-x y"),
        ("M*A*S*H", "M*A*S*H"),
        ("foo** * **", "foo*"),
        ("\"foo*\"", "\"foo*\""),
        ("title:-x title:a:b", "title:-x title:a:b"),
        ("東京　大阪", "東京 大阪"),
        ("京*", "京*"),
        ("AND OR NOT NEAR(a b)", "AND OR NOT NEAR(a b)"),
    ] {
        let query = parsed(text);
        assert_eq!(query.to_string(), canonical, "{text}");
        assert_eq!(parsed(canonical), query, "{text}");
    }
}

#[test]
fn mistakes_say_where_and_what_to_do() {
    for (text, expected) in [
        (
            "",
            "character 1: the query has neither a word nor another condition; write for example: climate -sport after:2024",
        ),
        (" - & ", "character 1: the query has neither"),
        ("Füße \"open phrase", "character 6: the phrase that begins here has no end; add a quotation mark"),
        ("title:\"open", "character 7: the phrase that begins here"),
        ("a title: b", "character 3: title: has no value; write it right behind the colon, as in title:…"),
        ("author:\"\"", "character 8: there is neither a letter nor a digit in the value of author:"),
        ("title:&&", "character 7: there is neither a letter"),
        ("tag:\" \"", "character 5: there is neither a letter"),
        ("tag:news*", "character 5: tag: knows no *; write the whole value"),
        ("a -site:x", "character 4: there is no site: here; write source:, or put quotation marks"),
        ("since:2024", "there is no since: here; write after:"),
        ("ab*", "character 1: ab* means too many words; write at least three letters before the *"),
        ("서*", "서* means too many words"),
        ("title:\"gone b\"*", "character 7: gone b* means too many words"),
        (
            "x before:yesterday",
            "character 10: \"yesterday\" is no date; write 2024, 2024-05, 2024-05-31 or 2024-05-31T12:00:00Z",
        ),
        ("after:2024-13", "\"2024-13\" is no date"),
        ("lang:en/us", "character 6: \"en/us\" is no language; write a code such as en or pt-BR"),
        ("lang:-", "is no language"),
    ] {
        let error = Query::parse(text).expect_err(text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    let error = |text: String| Query::parse(&text).expect_err("too much").to_string();
    assert!(error("é".repeat(1001)).contains("character 1001: the query is longer than 1000 characters"));
    assert!(error("a ".repeat(33)).contains("more than 32 words"));
    assert!(Query::parse(&"é".repeat(1000)).is_ok());
    for fine in ["abc*", "京*", "서울*", "\"a bcd\"*", "ab", "202*"] {
        assert!(Query::parse(fine).is_ok(), "{fine}");
    }
}

#[test]
fn expressions() {
    for (text, expected) in [
        ("Climate change", "\"climate\" AND \"change\""),
        ("\"Climate change\" x", "\"climate change\" AND \"x\""),
        ("U.S. AT&T 12:30", "\"u s\" AND \"at t\" AND \"12 30\""),
        ("clim* -sport -title:x", "(\"clim\"*) NOT (\"sport\" OR title:\"x\")"),
        ("-a -author:\"b c\"", "all but \"a\" OR author:\"b c\""),
        ("title:Straße author:O'Brien", "title:\"strasse\" AND author:\"o brien\""),
        ("tag:a source:b after:2024 lang:en", "-"),
        ("東京", "\"東京\""),
        ("東京都 2020年", "\"東京 京都\" AND \"2020 年\"*"),
        ("東京2020", "\"東京 京 2020\""),
        ("\"東京 大阪\"", "\"東京 京 大阪\""),
        ("京 第3回", "\"京\"* AND \"第 3 回\"*"),
        ("東京*", "\"東京\""),
        ("ภาษา", "\"ภา าษ ษา\""),
        ("OR NEAR(a) ^x a+b {c}", "\"or\" AND \"near a\" AND \"x\" AND \"a b\" AND \"c\""),
    ] {
        assert_eq!(fts(text), expected, "{text}");
    }
    let query = parsed("big \"new deal\" -old title:x");
    assert_eq!(query.fts_in_title().as_deref(), Some("title:(\"big\" AND \"new deal\")"));
    assert_eq!(query.fts_near().as_deref(), Some("{title text}:NEAR(\"big\" \"new deal\", 8)"));
    assert_eq!(parsed("big tag:x").fts_near(), None);
    assert_eq!(parsed("title:big").fts_in_title(), None);
}

#[test]
fn conditions_on_sources() {
    let tags = ["News".to_owned(), "Ελλάδα".to_owned()];
    let source = SourceName { id: "the-daily", title: Some("The Daily Étoile, 東京"), tags: &tags };
    for (text, expected) in [
        ("source:the-daily", Some(true)),
        ("source:THE-DAILY", Some(true)),
        ("source:etoile", Some(true)),
        ("source:\"daily etoile\"", Some(true)),
        ("source:\"the etoile\"", Some(false)),
        ("source:dail", Some(false)),
        ("source:daily", Some(true)),
        ("source:東京", Some(true)),
        ("tag:news", Some(true)),
        ("tag:ελλάδα", Some(true)),
        ("tag:new", Some(false)),
        ("word", None),
        ("lang:en", None),
    ] {
        let query = parsed(text);
        let holds = query.clauses().first().and_then(|clause| clause.condition.holds_for(&source));
        assert_eq!(holds, expected, "{text}");
    }
}

/// With hits in brackets.
fn shown(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() })
        .collect()
}

#[test]
fn hits_in_many_languages() {
    for (query, text, expected) in [
        ("mayor bridge", "The Mayor's bridge, the bridges", "The [Mayor]'s [bridge], the bridges"),
        ("\"old bridge\"", "An old, OLD bridge", "An old, [OLD bridge]"),
        ("bridg*", "bridges of Bridgetown, abridged", "[bridges] of [Bridgetown], abridged"),
        ("strasse uber", "Die STRASSE über die Straße", "Die [STRASSE] [über] die [Straße]"),
        ("économie", "L’economie et l'Économie", "L’[economie] et l'[Économie]"),
        ("ёлка", "Елка и ёлка, ёлки", "[Елка] и [ёлка], ёлки"),
        ("東京", "今日、東京都と京東", "今日、[東京]都と京東"),
        ("京", "東京都", "東[京]都"),
        ("大会 2020", "東京2020年大会", "東京[2020]年[大会]"),
        ("ﾊﾞｽ", "バスが来た", "[バス]が来た"),
        ("北京市", "北京市长在北京", "[北京市]长在北京"),
        ("ไทย", "ภาษาไทยเป็นภาษา", "ภาษา[ไทย]เป็นภาษา"),
        ("서울", "서울 서울의", "[서울] 서울의"),
        ("서울*", "서울 서울의", "[서울] [서울의]"),
        ("الأسرة", "الاسره والأُسرة الأُسْرَة", "[الاسره] والأُسرة [الأُسْرَة]"),
        ("हिन्दी", "हिन्दी और हिन्द", "[हिन्दी] और हिन्द"),
        ("שלום", "שָׁלוֹם עולם", "[שָׁלוֹם] עולם"),
        ("aaa aab", "aaab", "aaab"),
    ] {
        assert_eq!(shown(&highlight(&parsed(query), text)), expected, "{query}");
        let whole = snippet(&parsed(query), text, 1000);
        assert_eq!(shown(&whole.pieces), expected, "{query}");
        assert!(!whole.cut_before && !whole.cut_after);
    }
    assert_eq!(shown(&highlight(&parsed("title:b c -a"), "a b c")), "a [b] [c]");
    assert_eq!(shown(&snippet(&parsed("title:b c"), "a b c", 100).pieces), "a b [c]");
}

#[test]
fn the_best_part() {
    let filler = "many other words that say nothing at all ".repeat(20);
    let text = format!("{filler}one bridge here. {filler}the bridge and its mayor met\n\nagain. {filler}");
    let found = snippet(&parsed("bridge mayor"), &text, 120);
    let line = shown(&found.pieces);
    assert!(line.contains("the [bridge] and its [mayor] met again."), "{line}");
    assert!(found.cut_before && found.cut_after);
    let length = line.chars().count();
    assert!((90..=124).contains(&length), "{length}: {line}");
    assert!(line.starts_with("that say nothing at all the"), "{line}");

    let beginning = snippet(&parsed("title:x"), &text, 50);
    assert_eq!(shown(&beginning.pieces), "many other words that say nothing at all many");
    assert!(!beginning.cut_before && beginning.cut_after);

    let end = snippet(&parsed("last"), &format!("{filler}last"), 60);
    assert!(shown(&end.pieces).ends_with(" nothing at all [last]") && !end.cut_after);
    assert!(shown(&end.pieces).chars().count() > 40);

    let glyphs = snippet(&parsed("東京"), &format!("{}東京{}", "漢".repeat(500), "字".repeat(500)), 40);
    assert!(shown(&glyphs.pieces).contains("漢[東京]字"), "{glyphs:?}");
    assert_eq!(snippet(&parsed("x"), "", 10), Snippet::default());
    let all: String = "bridge ".repeat(50);
    assert_eq!(shown(&snippet(&parsed("bridge"), &all, 20).pieces), "[bridge] [bridge] [bridge]");
}

/// Texts that look like queries, in several scripts.
fn queries() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zé:*\"“ -]{1,6}",
        "\\PC{1,4}",
        "[東京カｶﾞภาที่နမ်ខ្មែ]{1,4}",
        "(title|tag|source|author|before|after|lang|site|-):?",
        "(20[0-9]{2}(-[01][0-9](-[0-3][0-9])?)?|AND|OR|NOT|NEAR\\(|\\^|\\{|\\+)",
        "\\s",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn the_canonical_form_is_the_same_query(text in queries()) {
        match Query::parse(&text) {
            Ok(query) => {
                let canonical = query.to_string();
                prop_assert_eq!(Query::parse(&canonical), Ok(query), "{}", canonical);
                prop_assert_eq!(parsed(&canonical).to_string(), canonical);
            }
            Err(error) => prop_assert!(error.position <= text.chars().count() && !error.to_string().is_empty()),
        }
    }

    #[test]
    fn a_part_is_of_the_text(query in queries(), text in "(\\PC|[a-z東ภา\n ]){0,80}", length in 0usize..60) {
        let Ok(query) = Query::parse(&query) else { return Ok(()) };
        let found = snippet(&query, &text, length);
        let shown: String = found.pieces.iter().map(|piece| piece.text.as_str()).collect();
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert!(squeezed(&text).contains(shown.trim()), "{:?}", found);
    }
}
