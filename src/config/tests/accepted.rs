//! What right files mean.

use super::{World, good};
use crate::config::*;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const SMALLEST: &str = "[sources.moscow-times]\nurl = \"https://www.themoscowtimes.com/rss/news\"\n";

#[test]
fn the_smallest_file_has_the_promised_defaults() {
    let config = good(SMALLEST);
    assert_eq!(config.data_dir, Path::new("/home/me/.local/share/offprint"));
    let output = Output {
        title: "Offprint".into(),
        description: None,
        author: None,
        base_url: None,
        limit: 200,
        window: 48 * 60 * MINUTE,
        wait: 5 * MINUTE,
        content: Content::Full,
        max_per_source: None,
        duplicates: Duplicates::Cluster,
    };
    assert_eq!(config.output, output);
    assert_eq!(config.server.listen, Listen::Tcp("127.0.0.1:8380".into()));
    let fetch = Fetch {
        user_agent: "offprint/1.2.3".into(),
        has_contact: false,
        timeout: Duration::from_secs(30),
        max_feed_size: 20 << 20,
        max_page_size: 10 << 20,
        concurrency: 64,
        per_host: 2,
        host_delay: Duration::from_secs(1),
        min_interval: 5 * MINUTE,
        allow_private_addresses: false,
        allow_addresses: vec![],
        obey_robots: true,
        proxy: None,
    };
    assert_eq!(config.fetch, fetch);
    assert_eq!((config.store.retention, config.store.max_articles), (365 * 24 * 60 * MINUTE, None));
    let source = &config.sources[0];
    assert_eq!(source.id.as_str(), "moscow-times");
    assert_eq!(source.url.as_str(), "https://www.themoscowtimes.com/rss/news");
    assert!(source.enabled && source.obey_hints && !source.allow_private_addresses);
    assert_eq!((source.interval, source.timeout), (60 * MINUTE, Duration::from_secs(30)));
    assert_eq!((source.first_import, source.priority, source.full_text), (50, 0, FullText::Auto));
    assert_eq!((&source.title, &source.content_selector), (&None, &None));
    assert_eq!(source.identity, Identity::Url);
    assert!(source.tags.is_empty() && source.keep.is_empty() && source.drop.is_empty());
    assert_eq!(source.user_agent, "offprint/1.2.3");
}

#[test]
fn every_key_is_heard() {
    let config = good(
        r##"
data_dir = "data"
[output]
title = " News ${NAME} $$5 "
description = "D"
author = "A"
base_url = "https://news.example.com/a/b//"
limit = 0x10
window = "1w"
wait = "1m30s"
content = "none"
max_per_source = 7
duplicates = "all"
[server]
listen = "unix:/run/o.sock"
[fetch]
user_agent = "x/1 (a@b.org)"
timeout = "1s"
max_feed_size = "1kB"
max_page_size = "2B"
concurrency = 1
per_host = 10_000
host_delay = "0s"
min_interval = "1s"
allow_private_addresses = true
allow_addresses = ["10.1.2.3/8", "::1"]
robots = "ignore"
[store]
retention = "1d"
max_articles = 12
[sources."b.c"]
url = "HTTP://user:pw@example.com:8080/feed?x=1"
enabled = false
title = "T"
tags = ["z", " a ", "z"]
priority = -5
interval = "2s"
hints = "ignore"
full_text = "always"
content_selector = "article > p"
remove_selectors = ["#x", ".y"]
strip_params = ["Ref", "foo_*"]
identity = "guid"
first_import = 1
timeout = "2s"
user_agent = "own"
allow_private_addresses = false
allow_addresses = []
keep = [{ field = "text", matches = 'a$' }]
[[sources."b.c".drop]]
field = "tag"
matches = "(?i)ADS"
[sources.a]
url = "https://example.com"
full_text = "never"
"##,
    );
    assert_eq!(config.data_dir, Path::new("data"));
    assert_eq!(config.output.title, "News a name $5");
    assert_eq!(config.output.base_url.as_ref().unwrap().as_str(), "https://news.example.com/a/b");
    assert_eq!((config.output.limit, config.output.max_per_source), (16, Some(7)));
    assert_eq!(config.output.duplicates, Duplicates::All);
    assert_eq!((config.output.window, config.output.wait), (7 * 24 * 60 * MINUTE, Duration::from_secs(90)));
    assert_eq!(config.output.content, Content::None);
    assert_eq!(config.server.listen, Listen::Unix("/run/o.sock".into()));
    assert!(config.fetch.has_contact && !config.fetch.obey_robots && config.fetch.host_delay.is_zero());
    assert_eq!((config.fetch.max_feed_size, config.fetch.max_page_size), (1_000, 2));
    let nets: Vec<String> = config.fetch.allow_addresses.iter().map(ToString::to_string).collect();
    assert_eq!(nets, ["10.0.0.0/8", "::1/128"]);
    let [a, b] = &config.sources[..] else { panic!("{:?}", config.sources) };
    assert_eq!((a.id.as_str(), b.id.as_str()), ("a", "b.c"));
    assert_eq!(b.url.as_str(), "http://user:pw@example.com:8080/feed?x=1");
    assert_eq!(*b.tags, ["a", "z"]);
    assert_eq!((b.priority, b.first_import, b.interval), (-5, 1, Duration::from_secs(2)));
    assert!(!b.enabled && !b.obey_hints && !b.allow_private_addresses && b.allow_addresses.is_empty());
    assert_eq!((b.title.as_deref(), b.content_selector.as_deref()), (Some("T"), Some("article > p")));
    assert_eq!(b.remove_selectors, ["#x", ".y"]);
    assert_eq!((b.strip_params.join(" ").as_str(), b.identity), ("foo_* ref", Identity::Guid));
    assert_eq!((b.timeout, b.user_agent.as_str()), (Duration::from_secs(2), "own"));
    assert!(b.keep[0].field == RuleField::Text && b.keep[0].matches.is_match("bba"));
    assert!(b.drop[0].field == RuleField::Tag && b.drop[0].matches.is_match("no ads"));
    assert!(a.allow_private_addresses && a.allow_addresses.len() == 2, "as in [fetch]");
    assert_eq!((a.timeout, a.user_agent.as_str()), (Duration::from_secs(1), "x/1 (a@b.org)"));
}

#[test]
fn defaults_hold_where_a_source_is_silent() {
    let config = good(
        "[defaults]\ninterval = \"2h\"\ntags = [\"news\"]\nuser_agent = \"d\"\ntimeout = \"5s\"\nenabled = false\n\
         allow_addresses = [\"10.0.0.1\"]\n\
         [fetch]\ntimeout = \"9s\"\nallow_addresses = [\"10.0.0.2\"]\n\
         [sources.a]\nurl = \"https://a.org/\"\n\
         [sources.b]\nurl = \"https://b.org/\"\ninterval = \"3h\"\ntags = []\nenabled = true\n",
    );
    let [a, b] = &config.sources[..] else { panic!("{:?}", config.sources) };
    assert_eq!((a.interval, b.interval), (120 * MINUTE, 180 * MINUTE));
    assert_eq!((a.tags.len(), b.tags.len()), (1, 0));
    assert_eq!((a.enabled, b.enabled), (false, true));
    assert_eq!((a.timeout, a.user_agent.as_str()), (Duration::from_secs(5), "d"));
    assert_eq!(a.allow_addresses, ["10.0.0.1/32".parse().unwrap()]);
}

#[test]
fn an_interval_nobody_wrote_gives_way_to_the_minimum() {
    let config = good(&format!("[fetch]\nmin_interval = \"2h\"\n{SMALLEST}"));
    assert_eq!(config.sources[0].interval, 120 * MINUTE);
}

#[test]
fn user_agent() {
    for (text, wanted) in [
        ("", "offprint/1.2.3"),
        ("[fetch]\ncontact = \"me@b.org\"", "offprint/1.2.3 (+me@b.org)"),
        ("[fetch]\ncontact = \"mailto:me@b.org\"", "offprint/1.2.3 (+mailto:me@b.org)"),
        ("[fetch]\ncontact = \"https://b.org/me\"", "offprint/1.2.3 (+https://b.org/me)"),
        (
            "[fetch]\ncontact = \"https://bücher.example/ü\"",
            "offprint/1.2.3 (+https://xn--bcher-kva.example/%C3%BC)",
        ),
        ("[output]\nbase_url = \"https://n.org/f/\"", "offprint/1.2.3 (+https://n.org/f)"),
        (
            "[output]\nbase_url = \"https://n.org\"\n[fetch]\ncontact = \"a@b.org\"",
            "offprint/1.2.3 (+a@b.org)",
        ),
        ("[fetch]\ncontact = \"a@b.org\"\nuser_agent = \"own/1\"", "own/1"),
        ("[output]\nbase_url = \"http://localhost:8380\"", "offprint/1.2.3"),
        ("[output]\nbase_url = \"http://nas.local/x\"", "offprint/1.2.3"),
        ("[output]\nbase_url = \"http://nas/x\"", "offprint/1.2.3"),
        ("[output]\nbase_url = \"http://127.0.0.1:1\"", "offprint/1.2.3"),
        ("[output]\nbase_url = \"http://192.168.1.2\"", "offprint/1.2.3"),
        ("[output]\nbase_url = \"http://100.64.0.1\"", "offprint/1.2.3"),
        ("[output]\nbase_url = \"http://[::1]:80\"", "offprint/1.2.3"),
        ("[output]\nbase_url = \"http://[::ffff:10.0.0.1]\"", "offprint/1.2.3"),
        ("[output]\nbase_url = \"http://[fd00::1]\"", "offprint/1.2.3"),
        ("[output]\nbase_url = \"http://8.8.8.8\"", "offprint/1.2.3 (+http://8.8.8.8/)"),
    ] {
        let fetch = good(text).fetch;
        assert_eq!(fetch.user_agent, wanted, "{text}");
        assert_eq!(fetch.has_contact, wanted.contains('+'), "{text}");
    }
}

#[test]
fn listen() {
    for text in
        ["127.0.0.1:0", "[::1]:8380", "[::]:80", "0.0.0.0:65535", "localhost:8380", "my-host.example:1"]
    {
        assert_eq!(good(&format!("[server]\nlisten = \"{text}\"\n")).server.listen, Listen::Tcp(text.into()));
    }
}

#[test]
fn data_dir() {
    type Env = [(&'static str, &'static str)];
    let cases: &[(&str, &Env, &str, &str)] = &[
        ("/etc/offprint/o.toml", &[], "data_dir = \"/srv/x\"", "/srv/x"),
        ("/etc/offprint/o.toml", &[], "data_dir = \"d\"", "/etc/offprint/d"),
        ("/etc/offprint/o.toml", &[("V", "/v")], "data_dir = \"${V}/d\"", "/v/d"),
        ("o.toml", &[("STATE_DIRECTORY", "/var/lib/a:/var/lib/b"), ("HOME", "/h")], "", "/var/lib/a"),
        ("o.toml", &[("STATE_DIRECTORY", ""), ("XDG_DATA_HOME", "/x"), ("HOME", "/h")], "", "/x/offprint"),
        ("o.toml", &[("XDG_DATA_HOME", "not/absolute"), ("HOME", "/h")], "", "/h/.local/share/offprint"),
    ];
    for (file, env, text, wanted) in cases {
        let mut world = World::new(&[]);
        world.env = env.iter().copied().collect();
        let config = world.with(|inputs| parse(text, Path::new(file), inputs)).unwrap();
        assert_eq!(config.data_dir, Path::new(wanted), "{env:?}");
    }
}

#[test]
fn warnings() {
    let told = |text: &str| good(text).warnings();
    let kept = |days: &str| told(&format!("{SMALLEST}[store]\nretention = \"{days}\"\n"));
    assert!(
        kept("2d")
            .iter()
            .any(|warning| warning.starts_with("store.retention: ") && warning.contains("3 days"))
    );
    assert!(!kept("3d").iter().any(|warning| warning.starts_with("store.retention")));
    assert_eq!(told("").len(), 2);
    assert!(told("")[0].starts_with("no sources"));
    let contact = "[fetch]\ncontact = \"a@b.org\"\n";
    assert!(told(&format!("{contact}{SMALLEST}")).is_empty());
    assert!(told(&format!("{contact}{SMALLEST}enabled = false"))[0].starts_with("every source is disabled"));
    let twice = |more: &str| {
        told(&format!(
            "{contact}[sources.a]\nurl = \"https://u:secret@e.org/\"\n\
             [sources.b]\nurl = \"https://u:secret@e.org/#x\"\n{more}"
        ))
    };
    let same = "sources.b and sources.a have the same url, which is polled twice; disable or remove one";
    assert_eq!(twice(""), [same]);
    assert!(twice("enabled = false").is_empty());
    for (listen, open) in [
        ("127.0.0.1:8380", false),
        ("127.9.9.9:1", false),
        ("[::1]:1", false),
        ("[::ffff:127.0.0.1]:1", false),
        ("localhost:1", false),
        ("web.Localhost.:1", false),
        ("unix:/run/o.sock", false),
        ("0.0.0.0:8380", true),
        ("[::]:8380", true),
        ("192.168.1.2:8380", true),
        ("reader.example:8380", true),
        ("localhost.example:8380", true),
    ] {
        let warnings = told(&format!("{contact}[server]\nlisten = \"{listen}\"\n{SMALLEST}"));
        let everywhere = listen.ends_with(":8380") && matches!(listen.as_bytes()[0], b'0' | b'[');
        let expected: Vec<&str> = [(open, "server.listen"), (everywhere, "output.base_url")]
            .into_iter()
            .filter_map(|(told, key)| told.then_some(key))
            .collect();
        let keys: Vec<_> = warnings.iter().filter_map(|warning| Some(warning.split_once(": ")?.0)).collect();
        assert_eq!(keys, expected, "{listen}: {warnings:?}");
    }
}

#[test]
fn a_token_comes_from_its_file() {
    let load = |path: &str, content: &[u8]| {
        let main = format!(
            "[fetch]\ncontact = \"a@b.org\"\n[server]\nlisten = \"192.168.1.2:1\"\n\
                            token_file = \"{path}\"\n{SMALLEST}"
        );
        let mut world = World::new(&[("etc/o.toml", &main)]);
        world.env.insert("CREDENTIALS_DIRECTORY", "/run/c");
        for name in ["etc/word", "/run/c/word"] {
            world.files.insert(name, content.to_vec());
        }
        world.load("etc/o.toml")
    };
    for path in ["word", "${CREDENTIALS_DIRECTORY}/word"] {
        let config = load(path, b"a-long-random-word\n").unwrap();
        assert!(config.server.token.is_some_and(|token| token.is(b"a-long-random-word")), "{path}");
        assert!(config.warnings().is_empty(), "{:?}", config.warnings());
        assert!(!format!("{config:?}").contains("random"));
    }
    let config = load("word", b"short").unwrap();
    assert!(config.warnings()[0].starts_with("server.token_file: the token is so short"));
    let report = load("word", b"two words").unwrap_err().to_string();
    assert_eq!(
        report,
        "etc/o.toml:5:14: server.token_file: the file must hold one word of visible ASCII characters and nothing else"
    );
    assert!(load("word", b"\n").unwrap_err().to_string().contains("the file is empty"));
}

#[test]
fn the_shipped_file_is_right() {
    let text = include_str!("../../../config/offprint.toml");
    let mut world = World::new(&[("config/offprint.toml", text)]);
    world.env = [("HOME", "/h")].into();
    let config = world.load("config/offprint.toml").unwrap_or_else(|report| panic!("{report}"));
    assert!((6..=8).contains(&config.sources.len()));
    let moscow = config.sources.iter().find(|source| source.id.as_str() == "moscow-times").unwrap();
    assert_eq!(moscow.url.as_str(), "https://www.themoscowtimes.com/rss/news");
    // Only the request for a contact is left to say.
    assert_eq!(config.warnings().len(), 1);
}

#[test]
fn what_the_shipped_file_shows_in_comments_is_right_too() {
    let text = include_str!("../../../config/offprint.toml");
    let shown: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) => rest,
            _ => line,
        })
        .filter(|line| !line.starts_with("include"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let config = good(&shown);
    let plain = good(text);
    assert_eq!(config.fetch.timeout, plain.fetch.timeout);
    assert_eq!(config.fetch.user_agent, "my-reader/1.0 (+https://example.com/about)");
    assert_eq!((config.output.limit, config.output.window), (plain.output.limit, plain.output.window));
    assert_eq!(config.sources.len(), plain.sources.len());
}

#[test]
fn budgets_of_hosts() {
    let config = good(
        "[fetch]\nper_host = 3\nhost_delay = \"2s\"\n[hosts.\"Reddit.com\"]\ndelay = \"60s\"\n\
         [hosts.\"127.0.0.1:8080\"]\nper_host = 9\ndelay = \"0s\"\n",
    );
    let budgets = config.budgets();
    let of = |url: &str| {
        let budget = budgets.of(&crate::model::HostKey::of(&url::Url::parse(url).unwrap()));
        (budget.per_host, budget.delay.as_secs())
    };
    assert_eq!(of("https://old.reddit.com/r/x"), (3, 60));
    assert_eq!(of("http://127.0.0.1:8080/"), (9, 0));
    assert_eq!(of("http://127.0.0.1:8081/"), (3, 2));
}
