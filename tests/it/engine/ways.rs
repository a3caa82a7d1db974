//! Sources that are no feeds: pages and sitemaps.

use super::*;

const PAGE: &str = "https://harbour.example/notices";
const PAGE_TOML: &str = "[sources.harbour]\nurl = \"https://harbour.example/notices\"\nkind = \"page\"\n\
    items = { select = \"li\", date = \"i\" }\nfull_text = \"never\"\n";
const MAP: &str = "https://paper.example/sitemap.xml";
const MAP_TOML: &str = "[sources.paper]\nurl = \"https://paper.example/sitemap.xml\"\nkind = \"sitemap\"\nfirst_import = 3\nfull_text = \"never\"\n[fetch]\nhost_delay = \"0s\"\n";

fn notices(items: &[(&str, &str, &str)]) -> String {
    let items: String = items
        .iter()
        .map(|(link, title, date)| format!("<li><a href=\"{link}\">{title}</a> <i>{date}</i></li>"))
        .collect();
    format!("<html><head><title>Notices</title></head><body><ul>{items}</ul></body></html>")
}

/// A sitemap of (path, lastmod).
fn urlset(urls: &[(&str, &str)]) -> String {
    let urls: String = urls
        .iter()
        .map(|(path, date)| {
            format!("<url><loc>https://paper.example/{path}</loc><lastmod>{date}</lastmod></url>")
        })
        .collect();
    format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>")
}

/// An index of (name, lastmod); an empty date is left out.
fn index(children: &[(&str, &str)]) -> String {
    let children: String = children
        .iter()
        .map(|(name, date)| {
            let date = if date.is_empty() { String::new() } else { format!("<lastmod>{date}</lastmod>") };
            format!("<sitemap><loc>https://paper.example/{name}</loc>{date}</sitemap>")
        })
        .collect();
    format!("<sitemapindex>{children}</sitemapindex>")
}

#[tokio::test(start_paused = true)]
async fn a_page_without_a_feed_is_a_source() {
    let world = World::new(PAGE_TOML, |call| match call.nth {
        1 => feed(
            call,
            &notices(&[("/n/1", "Crane down", "1 March 2026"), ("/n/2", "Bridge open", "28 February 2026")]),
        ),
        2 => feed(
            call,
            &notices(&[("/n/3", "Fog", "2 March 2026"), ("/n/1?utm_source=x", "Crane down", "1 March 2026")]),
        ),
        3 => feed(call, "<html><body><p>We are moving.</p></body></html>"),
        _ => feed(call, &notices(&[("/n/3", "Fog", "2 March 2026")])),
    })
    .await;
    world.run(HOUR * 5).await;
    assert_eq!(world.titles().await, ["Bridge open", "Crane down", "Fog"], "known by their addresses");
    assert_eq!(world.calls(PAGE)[0].purpose, Purpose::Listing, "robots.txt is not asked");
    let crane = world.entries().await.into_iter().find(|entry| entry.title == "Crane down").unwrap();
    assert_eq!(crane.published.to_string(), "2026-03-01T00:00:00Z");
    assert_eq!(crane.url.as_deref(), Some("https://harbour.example/n/1"));
    let failed: Vec<String> = world
        .forget_events()
        .into_iter()
        .filter_map(|event| match event {
            Event::PollFailed { reason, .. } => Some(format!("{} {}", reason.kind, reason.message)),
            _ => None,
        })
        .collect();
    assert_eq!(
        failed,
        ["no-items https://harbour.example/notices: items.select \"li\" matches nothing on this page"]
    );
}

#[tokio::test(start_paused = true)]
async fn other_selectors_read_the_page_anew() {
    let tag = || Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None };
    let html =
        notices(&[("/n/1", "Crane down", ""), ("/n/2", "Bridge open", "")]) + "<p><a href=/n/3>Fog</a></p>";
    let mut world = World::new(PAGE_TOML, move |call| match call.validators.is_empty() {
        true => answer(FetchResponse { validators: tag(), ..response(&call.url, &html) }),
        false => answer(FetchResponse { not_modified: true, ..response(&call.url, "") }),
    })
    .await;
    world.run(HOUR * 2).await;
    assert_eq!(world.titles().await.len(), 2);
    let polls = world.calls(PAGE).len();
    world.restart(PAGE_TOML).await;
    world.run(MINUTE).await;
    assert_eq!(world.calls(PAGE).len(), polls, "nothing was changed");
    world.restart(&PAGE_TOML.replace("\"li\"", "\"li, p\"")).await;
    world.run(MINUTE).await;
    assert_eq!(world.titles().await, ["Bridge open", "Crane down", "Fog"]);
}

#[tokio::test(start_paused = true)]
async fn a_sitemap_brings_the_newest_and_then_what_is_new() {
    let world = World::new(&MAP_TOML.replace("full_text = \"never\"\n", ""), |call| {
        let old = [
            ("a/old-pier", "2026-01-01"),
            ("a/third", "2026-02-01"),
            ("a/second", "2026-02-02"),
            ("a/first-of-all", "2026-02-03"),
        ];
        let mut urls: Vec<(&str, &str)> = old.into();
        if call.nth > 1 {
            // Touched again, and a new one in the middle.
            urls[0].1 = "2026-03-01";
            urls.insert(2, ("a/quite-new", "2026-03-02"));
        }
        match call.url.as_str() {
            MAP => feed(call, &urlset(&urls)),
            url if url.ends_with("quite-new") => refusal(call, 404, Retry::Permanent),
            _ => feed(call, &page_html("The headline of the page")),
        }
    })
    .await;
    world.run(MINUTE * 30).await;
    assert_eq!(world.titles().await.len(), 3, "first_import");
    assert!(world.calls("https://paper.example/a/old-pier").is_empty());
    assert!(
        world.titles().await.iter().all(|title| title == "The headline of the page"),
        "{:?}",
        world.titles().await
    );
    world.run(HOUR * 3).await;
    let entries = world.entries().await;
    assert_eq!(entries.len(), 4, "old ones never come, however they are dated");
    let new = entries.iter().find(|entry| entry.url.as_deref().unwrap().ends_with("quite-new")).unwrap();
    assert_eq!(new.title, "Quite new", "until the page says its own");
    assert_eq!(new.published.to_string(), "2026-03-02T00:00:00Z");
    let changed = |event: &Event| matches!(event, Event::Polled { changed, .. } if *changed > 0);
    assert!(!world.forget_events().iter().any(changed), "a title from the page is no change");
}

#[tokio::test(start_paused = true)]
async fn an_index_is_read_where_it_changed() {
    let world = World::new(MAP_TOML, |call| {
        let late = call.at > MINUTE * 30;
        match call.url.as_str() {
            MAP if !late => feed(
                call,
                &index(&[("2025.xml", "2025-12-31"), ("2026.xml", "2026-03-01"), ("pages.xml", "")]),
            ),
            MAP => feed(
                call,
                &index(&[
                    ("2025.xml", "2026-03-01"),
                    ("2026.xml", "2026-03-02"),
                    ("pages.xml", ""),
                    ("new.xml", "2026-03-02"),
                ]),
            ),
            "https://paper.example/2025.xml" => {
                feed(call, &urlset(&[("y/1", "2026-03-01"), ("y/2", "2025-12-31")]))
            }
            "https://paper.example/2026.xml" if !late => feed(
                call,
                &urlset(&[
                    ("z/1", "2026-03-01"),
                    ("z/2", "2026-03-01"),
                    ("z/3", "2026-03-01"),
                    ("z/4", "2026-01-01"),
                ]),
            ),
            "https://paper.example/2026.xml" => {
                feed(call, &urlset(&[("z/5", "2026-03-02"), ("z/1", "2026-03-01"), ("z/4", "2026-01-01")]))
            }
            "https://paper.example/new.xml" => feed(
                call,
                &urlset(&[
                    ("n/1", "2026-03-02"),
                    ("n/2", "2026-03-02"),
                    ("n/3", "2026-03-02"),
                    ("n/4", "2026-02-01"),
                ]),
            ),
            _ if !call.validators.is_empty() => {
                answer(FetchResponse { not_modified: true, ..response(&call.url, "") })
            }
            _ => answer(FetchResponse {
                validators: Validators { etag: Some(b"\"p\"".to_vec()), last_modified: None },
                ..response(&call.url, &urlset(&[("p/1", "2026-01-01")]))
            }),
        }
    })
    .await;
    let paths = |entries: Vec<StoredEntry>| {
        let mut paths: Vec<String> =
            entries.into_iter().filter_map(|entry| entry.url).map(|url| url[22..].to_owned()).collect();
        paths.sort();
        paths
    };
    world.run(MINUTE * 20).await;
    assert_eq!(paths(world.entries().await), ["z/1", "z/2", "z/3"]);
    let asked = |name: &str| world.calls(&format!("https://paper.example/{name}"));
    assert!(asked("2025.xml").is_empty(), "enough was newer");
    assert_eq!((asked("2026.xml").len(), asked("pages.xml").len()), (1, 1));
    world.run(HOUR * 5).await;
    assert_eq!(paths(world.entries().await), ["n/1", "n/2", "n/3", "z/1", "z/2", "z/3", "z/5"]);
    assert_eq!(
        (asked("2025.xml").len(), asked("2026.xml").len(), asked("new.xml").len()),
        (1, 2, 1),
        "once a change"
    );
    let without_date = asked("pages.xml");
    assert!(
        without_date.len() >= 4 && without_date[1].validators.etag.is_some(),
        "those without a date are asked, conditionally"
    );
}

#[tokio::test(start_paused = true)]
async fn many_sitemaps_are_read_a_few_at_a_time_and_one_that_fails_costs_itself_only() {
    let names: Vec<String> = (0..40).map(|n| format!("s{n}.xml")).collect();
    let children: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let whole = index(&children);
    let world = World::new(MAP_TOML, move |call| match call.url.as_str() {
        MAP => feed(call, &whole),
        url if url.ends_with("s7.xml") => refusal(call, 404, Retry::Later(None)),
        url => feed(call, &urlset(&[(&url["https://paper.example/".len()..], "2026-03-01")])),
    })
    .await;
    world.run(MINUTE * 10).await;
    let asked = |world: &World| world.net.calls.lock().unwrap().len();
    assert_eq!(asked(&world), 11);
    assert_eq!(world.entries().await.len(), 3);
    world.run(HOUR * 6).await;
    assert!(asked(&world) <= 11 * 7, "{}", asked(&world));
    assert_eq!(world.entries().await.len(), 3, "what the first poll passed over counts as seen");
    let events = world.forget_events();
    assert!(!events.iter().any(|event| matches!(event, Event::PollFailed { .. })), "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_new_addresses_is_not_taken_for_news() {
    let urls = |host: &str| -> String {
        let urls: String = (0..3000).map(|n| format!("<url><loc>https://{host}/{n}</loc></url>")).collect();
        format!("<urlset>{urls}</urlset>")
    };
    let world = World::new(MAP_TOML, move |call| {
        feed(call, &urls(if call.nth == 1 { "paper.example" } else { "new.example" }))
    })
    .await;
    world.run(HOUR * 3).await;
    assert_eq!(world.entries().await.len(), 6);
}
