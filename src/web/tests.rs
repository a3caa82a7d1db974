//! The pages as a browser reads them.

use super::*;
use crate::model::{
    AlsoAt, DAYS, Enclosure, FullTextState, LoggedPage, LoggedPoll, Origin, PageFacts, PageResult, Person,
    PublishedEntry, SourceState, Standing, Version,
};
use crate::search::{Piece, Snippet};
use scraper::{Html, Selector};
use std::time::Duration;

fn site() -> Site {
    let feed = |name, path: &str, kind| FeedLink { name, path: path.to_owned(), kind };
    Site {
        base: "https://news.example/reader".to_owned(),
        title: "The Heron".to_owned(),
        description: Some("Everything near the water".to_owned()),
        feeds: vec![feed("Atom", "/feed.atom", "application/atom+xml")],
        version: "1.2.3",
        now: "2026-11-24T02:41:05Z".parse().unwrap(),
    }
}

fn ago(minutes: i64) -> Timestamp {
    site().now - jiff::SignedDuration::from_mins(minutes)
}

/// A source all of whose texts are `text`.
fn state(number: usize, text: &str) -> SourceState {
    let mut days = [0; DAYS];
    days[number % DAYS] = 7;
    SourceState {
        id: SourceId::new(&format!("source-{number}")).unwrap(),
        standing: Standing::Active,
        url: text.to_owned(),
        moved_to: Some(text.to_owned()),
        title: Some(text.to_owned()),
        link: Some(text.to_owned()),
        interval: Duration::from_hours(1),
        max_interval: Duration::from_hours(24),
        next_due: ago(-20),
        why: text.to_owned(),
        last_attempt: Some(ago(5)),
        last_success: Some(ago(50)),
        failures: u32::from(number.is_multiple_of(3)),
        failing_since: Some(ago(45)),
        gone: false,
        error_kind: Some(text.to_owned()),
        error: Some(text.to_owned()),
        repairs: vec![text.to_owned()],
        proposal: None,
        full_text: FullTextState::Auto,
        recent_pages: vec![PageResult::Used, PageResult::Failed],
        page_error: None,
        newest: Some(ago(60)),
        days,
        polls: 100,
        unchanged: 80,
        quiet: 3,
        errors: 4,
        bytes: 123_456,
        pages_good: 10,
        pages_no_gain: 2,
        pages_failed: 1,
        selector_missed: 1,
        paywalled: 0,
        entries: 12,
        subscription: None,
    }
}

/// An entry all of whose texts are `text`.
fn entry(number: u8, text: &str) -> PublishedEntry {
    let origin = |id| Origin {
        source: SourceId::new(id).unwrap(),
        title: text.to_owned(),
        feed_id: text.to_owned(),
        feed_url: text.to_owned(),
        link: Some(text.to_owned()),
        removed: id == "gone",
    };
    PublishedEntry {
        id: EntryId::from_bytes([number; 16]),
        url: Some(text.to_owned()),
        title: text.to_owned(),
        authors: vec![Person { name: text.to_owned(), url: Some(text.to_owned()) }],
        published: ago(i64::from(number) * 300),
        updated: ago(0),
        first_seen: ago(10),
        summary_html: Some(text.to_owned()),
        content_html: Some(text.to_owned()),
        full_text: true,
        tags: vec![text.to_owned()],
        categories: vec![text.to_owned()],
        enclosures: vec![Enclosure {
            url: "https://heron.example/a.mp3".to_owned(),
            mime: Some(format!("audio/{text}")),
            length: Some(1234),
            duration: None,
            title: Some(text.to_owned()),
            picture: false,
        }],
        episode: None,
        image: Some(text.to_owned()),
        page: PageFacts {
            published: Some(text.to_owned()),
            modified: Some(text.to_owned()),
            section: Some(text.to_owned()),
            tags: vec![text.to_owned()],
            free: Some(false),
            site: Some(text.to_owned()),
            canonical: Some(text.to_owned()),
        },
        lang: Some(text.to_owned()),
        origins: vec![origin("heron")],
        also_at: vec![AlsoAt {
            id: EntryId::from_bytes([200; 16]),
            url: text.to_owned(),
            title: text.to_owned(),
            source: SourceId::new("crane").unwrap(),
            source_title: text.to_owned(),
        }],
        source_element: None,
    }
}

fn version(text: &str) -> Version {
    Version { until: ago(7), title: text.to_owned(), text: format!("{text}\n\n{text} and more") }
}

fn pages(text: &str) -> Vec<(&'static str, String)> {
    let mut site = site();
    site.title = text.to_owned();
    site.description = Some(text.to_owned());
    let all: Vec<_> = (0..7).map(|number| state(number, text)).collect();
    let mut paper =
        Front { sources: all.clone(), entries: 1, pages_waiting: 2, bytes: 3, ..Front::default() };
    paper.stories = (1..9).map(|number| entry(number, text)).collect();
    let poll =
        LoggedPoll { at: ago(9), quiet: 3, new: 1, changed: 2, bytes: 300, error: Some(text.to_owned()) };
    let page = LoggedPage {
        at: ago(8),
        entry: EntryId::from_bytes([1; 16]),
        title: text.to_owned(),
        url: Some(text.to_owned()),
        result: Some(PageResult::Failed),
        error: Some(text.to_owned()),
    };
    let of_source = SourcePage {
        tags: vec!["a & b".to_owned()],
        feeds: Vec::new(),
        source: state(0, text),
        polls: vec![poll],
        pages: vec![page],
        entries: vec![entry(1, text)],
    };
    let piece = || Piece { text: text.to_owned(), hit: true };
    let hit = Hit {
        entry: entry(1, text),
        title: vec![piece()],
        text: Snippet { pieces: vec![piece()], cut_before: true, cut_after: true },
    };
    let found = SearchPage {
        words: text.to_owned(),
        number: 2,
        hits: vec![hit],
        more: true,
        ..SearchPage::default()
    };
    let wrong = SearchPage {
        words: text.to_owned(),
        number: 1,
        problem: Some(text.to_owned()),
        ..SearchPage::default()
    };
    let tagged = TagPage {
        tag: text.to_owned(),
        sources: vec![state(0, text)],
        stories: vec![entry(1, text)],
        feeds: site.feeds.clone(),
    };
    vec![
        ("search", search(&site, &found)),
        ("wrong search", search(&site, &wrong)),
        ("no search", search(&site, &SearchPage::default())),
        ("tag", tag(&site, &tagged)),
        ("tags", tags(&site, &[(text.to_owned(), 1)])),
        ("front", front(&site, &paper)),
        ("sources", sources(&site, &all, 1).unwrap()),
        ("source", source(&site, &of_source)),
        ("article", article(&site, &entry(1, text), &[version(text), version("before")])),
        ("missing", missing(&site)),
    ]
}

fn select<'a>(html: &'a Html, css: &str) -> Vec<scraper::ElementRef<'a>> {
    html.select(&Selector::parse(css).unwrap()).collect()
}

const VECTORS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "</svg></main></body><iframe src=//evil.example>",
    "\" onmouseover=\"alert(1)",
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    " JaVaScRiPt&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "<svg/onload=alert(1)>",
    "<math><mi//xlink:href=\"javascript:alert(1)\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<base href=//evil.example/><meta http-equiv=refresh content=0>",
    "<form action=//evil.example><button formaction=x>",
    "<link rel=stylesheet href=//evil.example/x.css><style>*{display:none}</style>",
    "<p style=\"background:url(//evil.example)\" id=main class=skip>",
    "{{7*7}}${7*7}<%= 7*7 %>\u{0}\u{202e}\u{2028}",
];

#[test]
fn nothing_from_outside_becomes_markup() {
    for vector in VECTORS {
        for (name, page) in pages(vector) {
            let html = Html::parse_document(&page);
            let hostile = "script, iframe, object, embed, form:not(.search), base, link[rel=stylesheet], math, \
                           meta[http-equiv], [style], button:not([type=submit]), svg:not(.spark)";
            assert!(select(&html, hostile).is_empty(), "{name}: {vector}");
            assert_eq!(select(&html, "style").len(), 1, "{name}: {vector}");
            assert_eq!(select(&html, "main#main").len(), 1, "{name}: {vector}");
            for element in select(&html, "*") {
                for (attribute, value) in element.value().attrs() {
                    assert!(!attribute.starts_with("on"), "{name}: {attribute} from {vector}");
                    let address = matches!(attribute, "href" | "src" | "srcset" | "action" | "poster");
                    let icon = element.value().attr("rel") == Some("icon");
                    let safe = value.starts_with("https://") || value.starts_with('#') || icon;
                    assert!(!address || safe, "{name}: {attribute}={value} from {vector}");
                }
            }
        }
    }
}

#[test]
fn every_page_has_the_parts_that_readers_go_by() {
    for (name, page) in pages("Überfischereirechtsangelegenheit سوق") {
        let html = Html::parse_document(&page);
        assert!(html.errors.is_empty(), "{name}: {:?}", html.errors);
        for (css, count) in [
            ("html[lang=en]", 1),
            ("head > title", 1),
            ("meta[name=viewport]", 1),
            ("h1", 1),
            ("body > header", 1),
            ("body > main", 1),
            ("body > footer", 1),
            ("body > a.skip[href='#main']", 1),
            ("img:not([alt])", 0),
            ("th:not([scope])", 0),
            ("nav:not([aria-label])", 0),
            ("svg.spark:not([role=img])", 0),
        ] {
            assert_eq!(select(&html, css).len(), count, "{name}: {css}");
        }
        let mut ids: Vec<_> = select(&html, "[id]").iter().filter_map(|e| e.value().attr("id")).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}: an id twice");
        for reference in select(&html, "[aria-labelledby], nav a[href^='#']") {
            let value = reference.value();
            let id = value.attr("aria-labelledby").or(value.attr("href")).unwrap_or_default();
            assert!(ids.contains(&id.trim_start_matches('#')), "{name}: {id} is nowhere");
        }
        let levels = select(&html, "h1, h2, h3, h4, h5, h6");
        let levels = levels.iter().map(|h| h.value().name().as_bytes()[1] - b'0');
        levels.fold(0, |before, level| {
            assert!(level <= before + 1, "{name}: h{level} after h{before}");
            level
        });
    }
}

#[test]
fn links_of_ours_begin_with_our_address() {
    for (name, page) in pages("x") {
        for link in select(&Html::parse_document(&page), "a[href]") {
            let href = link.value().attr("href").unwrap_or_default();
            let ours = href.starts_with("https://news.example/reader/");
            assert!(
                ours || href.starts_with('#') || href.starts_with("https://heron.example/"),
                "{name}: {href}"
            );
        }
    }
}

#[test]
fn two_thousand_sources_make_small_pages() {
    let title = "A feed with quite a long title, as they have";
    let all: Vec<_> = (0..2000).map(|number| state(number, title)).collect();
    let paper = Front { sources: all.clone(), ..Front::default() };
    let page = front(&site(), &paper);
    assert!(page.len() < 120_000, "{}", page.len());
    assert!(page.contains("All 2,000 sources") && page.contains("663 more need attention"), "{page}");
    let first = sources(&site(), &all, 1).unwrap();
    assert!(first.len() < 200_000, "{}", first.len());
    let shown: usize = (1..=20)
        .map(|number| {
            let html = Html::parse_document(&sources(&site(), &all, number).unwrap());
            select(&html, "tbody tr").len()
        })
        .sum();
    assert_eq!(shown, 2000);
    assert!(sources(&site(), &all, 0).is_none() && sources(&site(), &all, 21).is_none());
    assert!(sources(&site(), &[], 1).is_some());
}

#[test]
fn an_empty_paper_is_a_paper() {
    let page = front(&site(), &Front::default());
    assert!(page.contains("Nothing yet.") && page.contains("None today."), "{page}");
    assert!(Html::parse_document(&page).errors.is_empty());
}

#[test]
fn the_one_with_most_to_read_leads() {
    let mut paper =
        Front { stories: (1..5).map(|number| entry(number, "Short")).collect(), ..Front::default() };
    paper.stories[1].title = "Longest".to_owned();
    paper.stories[1].content_html =
        Some(format!("<p>{}</p>", "A longer sentence than the others. ".repeat(60)));
    let html = Html::parse_document(&front(&site(), &paper));
    let lead: String = select(&html, ".lead h3")[0].text().collect();
    assert_eq!(lead, "Longest");
    let body: String = select(&html, ".lead .body")[0].text().collect();
    assert!((300..800).contains(&body.len()) && body.ends_with('.'), "{body}");
    assert_eq!(select(&html, "h3").len(), 4);
}

#[test]
fn an_article_reads_in_its_own_direction() {
    let mut story = entry(1, "سوق الكتب القديمة");
    story.lang = Some("ar".to_owned());
    story.content_html = Some(
        "<h1>عنوان</h1><p>نص</p><table><tr><td>x</td></tr></table><img src=\"https://heron.example/p.jpg\">"
            .to_owned(),
    );
    let html = Html::parse_document(&article(&site(), &story, &[]));
    for css in [
        "article[dir=rtl][lang=ar] .text h2",
        ".text .scroll[tabindex='0'] > table",
        ".text img[loading=lazy][referrerpolicy=no-referrer][alt]",
        "h1[dir=auto]",
    ] {
        assert_eq!(select(&html, css).len(), 1, "{css}");
    }
    story.content_html = None;
    story.summary_html = None;
    assert!(article(&site(), &story, &[]).contains("The feed gave no text"));
    story.title = " ".to_owned();
    story.lang = Some("not a language".to_owned());
    let html = Html::parse_document(&article(&site(), &story, &[]));
    assert_eq!(select(&html, "h1")[0].text().collect::<String>(), "Untitled");
    assert!(select(&html, "article[lang]").is_empty());
}

#[test]
fn edits_are_marked_as_such() {
    let mut story = entry(1, "The bridge is open");
    story.content_html = Some("<p>It opened on Tuesday.</p><p>It rains.</p>".to_owned());
    let before = Version {
        until: ago(5),
        title: "The bridge is closed".to_owned(),
        text: "It opened on Monday.\n\nIt rains.\n\nThe end.".to_owned(),
    };
    let page = article(&site(), &story, &[before]);
    let html = Html::parse_document(&page);
    let texts =
        |css: &str| -> Vec<String> { select(&html, css).iter().map(|one| one.text().collect()).collect() };
    assert_eq!(texts(".edits del"), ["closed", "Monday", "The end."]);
    assert_eq!(texts(".edits ins"), ["open", "Tuesday"]);
    assert!(texts(".edits summary")[0].starts_with("Edited once"), "{page}");
    let none = article(&site(), &story, &[]);
    assert!(!none.contains("<details") && !none.contains("<del>"));
}

#[test]
fn what_the_page_says_of_itself_stands_below_the_article() {
    let text = |page: PageFacts| {
        let mut entry = entry(1, "<p>Text</p>");
        entry.published = "2020-05-03T09:00:00Z".parse().unwrap();
        (entry.categories, entry.tags) = (vec!["Rivers".to_owned()], vec![]);
        entry.page = page;
        let html = Html::parse_document(&article(&site(), &entry, &[]));
        let of =
            |css: &str| select(&html, css).iter().map(|e| e.text().collect::<String>()).collect::<String>();
        (of("p.own-word"), of("span.paywall"), of("p.labels"))
    };
    let (word, wall, labels) = text(PageFacts::default());
    assert_eq!((word.as_str(), wall.as_str(), labels.trim()), ("", "", "Filed under Rivers"));
    let (word, wall, labels) = text(PageFacts {
        published: Some("2020-05-01T10:00:00+02:00".to_owned()),
        modified: Some("2020-05-07".to_owned()),
        section: Some("Valley".to_owned()),
        tags: vec!["rivers".to_owned(), "Floods".to_owned()],
        free: Some(false),
        ..PageFacts::default()
    });
    assert!(word.contains("published on 1 May 2020") && word.contains("changed on 7 May 2020"), "{word}");
    assert!(word.contains("for subscribers") && wall == "For subscribers", "{word} {wall}");
    assert_eq!(labels.split_whitespace().collect::<Vec<_>>().join(" "), "Filed under Rivers, Valley, Floods");
    // What the feed says as well, give or take a zone, is not said twice.
    let same =
        PageFacts { published: Some("2020-05-04".to_owned()), free: Some(true), ..PageFacts::default() };
    assert_eq!(text(same).0, "");
}
