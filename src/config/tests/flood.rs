//! Nonsense and masses: no panic, no quadratic time.

use super::read;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const WHOLE: &str = include_str!("../../../config/offprint.toml");

/// Pieces that are likely to meet in an interesting way.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        ".",
        ",",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "'",
        "\"\"\"",
        "#",
        " ",
        "\t",
        "\0",
        "sources",
        "sources.a",
        "a",
        "url",
        "output",
        "fetch",
        "defaults",
        "tags",
        "keep",
        "field",
        "matches",
        "timeout",
        "include",
        "\"https://u:secret@e.org/\"",
        "\"5m\"",
        "\"${\"",
        "\"${SECRET}\"",
        "\"$$\"",
        "5",
        "-1",
        "1e9",
        "nan",
        "true",
        "1979-05-27",
        "ä",
        "😀",
        "\u{feff}",
        "\\u0000",
        "\\",
        "🏳️‍🌈",
        "limit",
        "listen",
        "\"[::1]:0\"",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn checked(text: &str) {
    if let Err(report) = read(text) {
        assert!(!report.mistakes().is_empty(), "an empty report for {text:?}");
        let shown = report.to_string();
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
        for mistake in report.mistakes() {
            let (line, column) = mistake.place.expect("a place");
            assert!(line >= 1 && column >= 1 && line <= text.lines().count() + 1, "{mistake}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        checked(&text);
    }

    #[test]
    fn any_pieces(text in pieces()) {
        checked(&text);
    }

    #[test]
    fn a_right_file_with_a_part_replaced(at in 0..WHOLE.len(), length in 0usize..80, by in pieces()) {
        let uncommented = WHOLE.replace("\n# ", "\n");
        for whole in [WHOLE, &uncommented] {
            let start = (0..=at.min(whole.len())).rev().find(|&i| whole.is_char_boundary(i)).unwrap_or(0);
            let end = (start + length..).find(|&i| i >= whole.len() || whole.is_char_boundary(i)).unwrap_or(0);
            checked(&format!("{}{by}{}", &whole[..start], whole.get(end..).unwrap_or_default()));
        }
    }

    #[test]
    fn any_value(value in "[ -~äß\\t]{0,30}") {
        let value = value.replace(['\\', '"'], "/");
        for (section, key) in [("sources.a", "url"), ("server", "listen"), ("fetch", "user_agent"), ("fetch", "contact"),
            ("output", "base_url"), ("store", "retention"), ("fetch", "max_page_size"), ("sources.a", "content_selector")]
        {
            checked(&format!("[{section}]\n{key} = \"{value}\"\n"));
        }
        checked(&format!("[sources.a]\nurl = \"https://e.org/\"\ntags = [\"{value}\"]\nstrip_params = [\"{value}\"]\n\
            allow_addresses = [\"{value}\"]\nkeep = [{{ field = \"{value}\", matches = \"{value}\" }}]\n"));
    }
}

fn within(limit: Duration, what: &str, text: &str) {
    let start = Instant::now();
    let result = read(text).map(|config| config.sources.len()).map_err(|report| report.mistakes().len());
    let took = start.elapsed();
    assert!(took < limit, "{what}: {took:?}");
    println!("{what}: {took:?}, {result:?}");
}

#[test]
fn masses_take_their_time_and_no_more() {
    let repeat = |count: usize, line: &dyn Fn(usize) -> String| {
        (0..count).fold(String::new(), |mut text, i| {
            let _ = write!(text, "{}", line(i));
            text
        })
    };
    let sources = repeat(10_000, &|i| {
        format!(
            "[sources.s{i}]\nurl = \"https://site{i}.example/feed\"\ntags = [\"a\", \"b\"]\ninterval = \"30m\"\n"
        )
    });
    assert_eq!(super::good(&sources).sources.len(), 10_000);
    let limit = Duration::from_secs(20);
    within(limit, "sources", &sources);
    within(limit, "wrong sources", &repeat(50_000, &|i| format!("[sources.s{i}]\nurll = {i}\n")));
    within(limit, "unknown keys", &repeat(200_000, &|i| format!("k{i} = 1\n")));
    within(limit, "one line", &format!("x = [{}]", "[1],".repeat(200_000)));
    within(limit, "wrong tags", &format!("[defaults]\ntags = [{}]", "1,".repeat(500_000)));
    within(limit, "repeated keys", &repeat(100_000, &|_| "[fetch]\ntimeout = \"1s\"\n".into()));
    within(
        limit,
        "repeated keys in one table",
        &format!("[fetch]\n{}", "timeout = \"1s\"\n".repeat(100_000)),
    );
    within(limit, "broken lines", &"= = =\n".repeat(200_000));
    within(limit, "brackets", &"[".repeat(1_000_000));
    within(limit, "deep values", &format!("x = {}", "[".repeat(1_000_000)));
    within(limit, "deep tables", &format!("x = {}", "{a=".repeat(500_000)));
    within(limit, "dots", &format!("[{}b]", "a.".repeat(500_000)));
    within(limit, "quotes", &"\"".repeat(1_000_000));
    within(
        limit,
        "deep selector",
        &format!("[defaults]\ncontent_selector = \"{}\"", ":not(".repeat(200_000)),
    );
    within(
        limit,
        "deep pattern",
        &format!("[defaults]\nkeep = [{{ field = \"url\", matches = \"{}\" }}]", "(".repeat(9_999)),
    );
    within(limit, "dollars", &format!("[output]\ntitle = \"{}\"", "${HOME}".repeat(500_000)));
}
