use super::*;

#[test]
fn every_path_has_its_part() {
    for (wanted, paths) in [
        (Part::Open, &["/health", "/ready", "/websub/x", "/websub/a/b"][..]),
        (Part::Metrics, &["/metrics"]),
        (
            Part::Page,
            &[
                "/",
                "/sources",
                "/tags",
                "/articles",
                "/sources/bbc-world",
                "/sources/example.com",
                "/tags/world",
                "/articles/0f8fad5b-d9cb-469f-a165-70867728950e",
                "/articles/0f8fad5b.html",
                "/style.css",
                "/favicon.ico",
            ],
        ),
        (
            Part::Rest,
            &[
                "/feed.atom",
                "/feed.rss",
                "/feed.json",
                "/feeds/mine.atom",
                "/status.atom",
                "/sources/bbc-world.atom",
                "/sources/example.com.json",
                "/tags/world.rss",
                "/articles/0f8fad5b.md",
                "/articles/0f8fad5b.json",
                "/opml",
                "/api/v1/entries",
                "/api/openapi.json",
                // Nothing that only looks open is.
                "/health/",
                "/health/x",
                "//health",
                "/Health",
                "/%68ealth",
                "/ready.atom",
                "/websub",
                "/sources/",
                "/metrics/",
                "/unknown",
                "/sources/a/b",
                "",
                "*",
            ],
        ),
    ] {
        for path in paths {
            assert_eq!(part(path), wanted, "{path:?}");
        }
    }
}

fn token() -> Token {
    let config = |inputs: &crate::config::Inputs<'_>| {
        crate::config::parse("data_dir = \"d\"\n[server]\ntoken_file = \"t\"\n", "c.toml".as_ref(), inputs)
    };
    let inputs = crate::config::Inputs {
        env: &|_| None,
        read: &|_| Ok(b"a+b/c=%&d\n".to_vec()),
        glob: &|_| Ok(Vec::new()),
        version: "1",
    };
    config(&inputs).unwrap().server.token.unwrap()
}

fn judged(access: &Access, address: &str, authorization: &[&'static str]) -> Verdict {
    let uri: Uri = address.parse().unwrap();
    let mut headers = HeaderMap::new();
    for value in authorization {
        headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
    }
    verdict(access, part(uri.path()), &uri, &headers)
}

#[test]
fn the_token_is_asked_for_and_recognised() {
    let access = Access { token: Some(token()), ..Access::default() };
    for (address, authorization, wanted) in [
        ("/feed.atom", &[][..], Verdict::Ask),
        ("/nowhere", &[], Verdict::Ask),
        ("/metrics", &[], Verdict::Ask),
        ("/", &[], Verdict::Ask),
        ("/health", &[], Verdict::Serve),
        ("/ready", &[], Verdict::Serve),
        ("/websub/x?hub.topic=y", &[], Verdict::Serve),
        ("/feed.atom", &["Bearer a+b/c=%&d"], Verdict::Serve),
        ("/feed.atom", &["bearer   a+b/c=%&d "], Verdict::Serve),
        ("/feed.atom", &["Basic eDp5", "Bearer a+b/c=%&d"], Verdict::Serve),
        ("/feed.atom", &["Basic eDp5"], Verdict::Ask),
        ("/feed.atom", &["Bearera+b/c=%&d"], Verdict::Ask),
        ("/feed.atom", &["Bearer"], Verdict::Ask),
        ("/feed.atom", &["Bearer wrong"], Verdict::Refuse),
        ("/feed.atom", &["Bearer a+b/c=%&d x"], Verdict::Refuse),
        ("/feed.atom?token=a+b/c=%25%26d", &[], Verdict::Serve),
        ("/feed.atom?x=1&token=a%2Bb%2Fc%3D%25%26d&y", &[], Verdict::Serve),
        ("/feed.atom?token=wrong&token=a+b/c=%25%26d", &[], Verdict::Serve),
        ("/feed.atom?token=", &[], Verdict::Refuse),
        ("/feed.atom?token=a%20b/c=%25%26d", &[], Verdict::Refuse),
        ("/feed.atom?Token=a+b/c=%25%26d", &[], Verdict::Ask),
        ("/feed.atom?mytoken=a+b/c=%25%26d", &[], Verdict::Ask),
    ] {
        assert_eq!(judged(&access, address, authorization), wanted, "{address} {authorization:?}");
    }
}

#[test]
fn what_is_switched_off_is_absent_and_feeds_stay() {
    let access = Access { metrics: false, status_page: false, ..Access::default() };
    for (address, wanted) in [
        ("/metrics", Verdict::Absent),
        ("/", Verdict::Absent),
        ("/sources/a", Verdict::Absent),
        ("/articles/x.html", Verdict::Absent),
        ("/feed.atom", Verdict::Serve),
        ("/sources/a.rss", Verdict::Serve),
        ("/status.atom", Verdict::Serve),
        ("/articles/x.md", Verdict::Serve),
        ("/health", Verdict::Serve),
    ] {
        assert_eq!(judged(&access, address, &[]), wanted, "{address}");
    }
    let locked = Access { token: Some(token()), ..access };
    assert_eq!(judged(&locked, "/metrics", &[]), Verdict::Ask, "who has no token learns nothing");
    assert_eq!(judged(&locked, "/metrics", &["Bearer a+b/c=%&d"]), Verdict::Absent);
}

#[test]
fn caches_of_many_readers_keep_nothing_private() {
    for (before, after) in [
        (None, "private"),
        (Some("max-age=300"), "private, max-age=300"),
        (Some("public, max-age=9"), "private, max-age=9"),
        (Some("no-cache"), "private, no-cache"),
        (Some("no-store"), "no-store"),
        (Some("private"), "private"),
    ] {
        let mut headers = HeaderMap::new();
        if let Some(before) = before {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(before));
        }
        keep_private(&mut headers);
        assert_eq!(headers[header::CACHE_CONTROL], after, "{before:?}");
    }
}
