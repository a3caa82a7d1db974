use super::*;
use proptest::prelude::*;

fn may(robots: &str, path: &str) -> bool {
    let url = Url::parse("https://example.com/").unwrap().join(path).unwrap();
    Robots::parse(robots.as_bytes()).allows(&url)
}

#[test]
fn table() {
    let all = "User-agent: *\n";
    for (rules, path, ok) in [
        ("", "/a", true),
        ("Disallow: /", "/a", false),
        ("Disallow:", "/a", true),
        ("Disallow: /a", "/abc", false),
        ("Disallow: /a/", "/a", true),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", true),
        ("Disallow: /a\nAllow: /a/b", "/a/c", false),
        ("Allow: /page\nDisallow: /page", "/page", true),
        ("Disallow: /page\nAllow: /page", "/page", true),
        ("Allow: /\nDisallow: /*.html", "/x/y.html", false),
        ("Disallow: /*.php$", "/a.php", false),
        ("Disallow: /*.php$", "/a.php?x=1", true),
        ("Disallow: /*.php$", "/a.php.php", false),
        ("Disallow: /$", "/", false),
        ("Disallow: /$", "/a", true),
        ("Disallow: /*/x/*/y", "/a/x/b/y/z", false),
        ("Disallow: /*/x/*/y", "/a/x/y", true),
        ("Disallow: *foo", "/a/foo", false),
        ("Disallow: /a*$", "/abc", false),
        ("Disallow: /*?", "/a?b", false),
        ("Disallow: /*?", "/a", true),
        ("Disallow: /a%3cd", "/a%3Cd", false),
        ("Disallow: /%61bc", "/abc", false),
        ("Disallow: /abc", "/%61bc", false),
        ("Disallow: /ä", "/%C3%A4", false),
        ("Disallow: /%C3%A4", "/ä", false),
        ("Disallow: /a/b", "/a%2Fb", true),
        ("Disallow: /a%2Ab", "/a*b", false),
        ("Disallow: /a%2Ab", "/aXb", true),
        ("Disallow: /a$b", "/a$b", false),
        ("Disallow: /a # not this", "/a", false),
        ("disallow :  /a", "/a", false),
        ("Crawl-delay: 5\nDisallow: /a", "/a", false),
        ("Disallow: /", "/robots.txt", true),
        ("Disallow: /CaSe", "/case", true),
        ("Disallow: private", "/private", true),
    ] {
        assert_eq!(may(&format!("{all}{rules}"), path), ok, "{rules:?} {path}");
    }
}

#[test]
fn groups() {
    for (robots, ok) in [
        ("User-agent: *\nDisallow: /\n\nUser-agent: OffPrint\nAllow: /", true),
        ("User-agent: offprint\nDisallow: /\n\nUser-agent: *\nAllow: /", false),
        ("User-agent: offprint/2.0 (reader)\nDisallow: /", false),
        ("User-agent: offprinter\nDisallow: /", true),
        ("User-agent: other\nUser-agent: offprint\nDisallow: /", false),
        ("User-agent: offprint\nUser-agent: other\nSitemap: /s\nDisallow: /", false),
        ("User-agent: offprint\nCrawl-delay: 1\nUser-agent: other\nDisallow: /", false),
        ("User-agent: other\nDisallow: /", true),
        (
            "User-agent: offprint\nDisallow: /b\nUser-agent: x\nDisallow: /x\nUser-agent: offprint\nDisallow: /a",
            false,
        ),
        ("User-agent: offprint\n\nUser-agent: *\nDisallow: /", false),
        ("User-agent: offprint\nDisallow:\n\nUser-agent: *\nDisallow: /", true),
        ("Disallow: /", true),
        ("\u{feff}User-agent: *\rDisallow: /\r", false),
        ("User-agent: *\r\nDisallow: /\r\n", false),
        ("<html>\n<p style='a: b'>User-agent: *</p>", true),
        ("User-agent: *\0\nDisallow: /", true),
    ] {
        assert_eq!(may(robots, "/a"), ok, "{robots:?}");
    }
}

#[test]
fn crawl_delays() {
    for (robots, millis) in [
        ("User-agent: *\nCrawl-delay: 5", 5_000),
        ("User-agent: *\nCRAWL-DELAY : 2.5 # please\nDisallow: /a", 2_500),
        ("User-agent: offprint\nCrawl-delay: 3\n\nUser-agent: *\nCrawl-delay: 9", 3_000),
        ("User-agent: offprint\nAllow: /\n\nUser-agent: *\nCrawl-delay: 9", 0),
        ("User-agent: other\nCrawl-delay: 9", 0),
        ("Crawl-delay: 9", 0),
        ("User-agent: *\nCrawl-delay: 86400", 30_000),
        ("User-agent: *\nCrawl-delay: 99999999999999999999", 30_000),
        ("User-agent: *\nCrawl-delay: -1", 0),
        ("User-agent: *\nCrawl-delay: soon\nCrawl-delay:", 0),
        ("User-agent: *\nCrawl-delay: 1e99\nCrawl-delay: inf\nCrawl-delay: 1.2.3", 0),
    ] {
        let delay = Robots::parse(robots.as_bytes()).crawl_delay();
        assert_eq!(delay.as_millis(), millis, "{robots:?}");
    }
}

#[test]
fn only_the_beginning_of_a_long_file_counts() {
    let head = "User-agent: *\nDisallow: /a\n";
    let filler = "#".repeat(MAX_SIZE - head.len() - 12);
    // The limit falls after the slash of the last rule.
    let text = format!("{head}{filler}\nDisallow: /secret\n");
    assert!(!may(&text, "/a") && may(&text, "/b"), "half a line is no rule");
    assert!(!may(&format!("{head}{}\nDisallow: /b", "#".repeat(1000)), "/b"));
}

#[test]
fn stars_do_not_explode() {
    let pattern = format!("User-agent: *\nDisallow: /{}b$\n", "a*".repeat(100_000));
    assert!(may(&pattern, &format!("/{}", "a".repeat(16_000))));
    let many = format!("User-agent: *\n{}", "Disallow: *a*z\n".repeat(34_000));
    assert!(may(&many, &format!("/{}", "a".repeat(4_000))));
}

/// The plain definition, exponential, for short inputs.
fn slow(pattern: &[u8], anchored: bool, path: &[u8]) -> bool {
    match pattern.split_first() {
        None => !anchored || path.is_empty(),
        Some((b'*', rest)) => (0..=path.len()).any(|i| slow(rest, anchored, &path[i..])),
        Some((c, rest)) => path.first() == Some(c) && slow(rest, anchored, &path[1..]),
    }
}

proptest! {
    #[test]
    fn agrees_with_the_plain_definition(pattern in "[ab*]{0,8}", anchored: bool, path in "[ab]{0,10}") {
        prop_assert_eq!(matches(&pattern, anchored, &path), slow(pattern.as_bytes(), anchored, path.as_bytes()));
    }

    #[test]
    fn reads_anything(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut text = b"user-agent: *\ndisallow: ".to_vec();
        text.extend(bytes);
        let robots = Robots::parse(&text);
        prop_assert!(robots.weight() < 4000);
        robots.allows(&Url::parse("https://example.com/a?b").unwrap());
    }
}
