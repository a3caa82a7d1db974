//! Pages without a feed.

use crate::feed::{Limits, ParseError, read_items};
use crate::model::{FeedDocument, ItemSelectors};
use url::Url;

fn selectors(select: &str) -> ItemSelectors {
    ItemSelectors { select: select.to_owned(), ..ItemSelectors::default() }
}

fn read_with(html: &str, selectors: &ItemSelectors) -> Result<FeedDocument, ParseError> {
    let base = Url::parse("https://harbour.example/office/notices?page=1").unwrap();
    read_items(html.as_bytes(), Some("text/html; charset=utf-8"), &base, selectors, &Limits::default())
}

/// Links and titles.
fn items(html: &str, select: &str) -> Vec<(String, String)> {
    let document = read_with(html, &selectors(select)).unwrap();
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    document.entries.into_iter().map(|entry| (or_none(entry.link), or_none(entry.title))).collect()
}

#[test]
fn every_part_by_its_selector() {
    let html = r#"<!doctype html><html lang="en-GB"><head><title>Notices &amp; more</title></head><body>
        <div class="row"><span class="when">Published: 3. März 2026, 14:30</span>
          <b class="head">Crane  out of order</b><a href="other">Not this</a>
          <a class="go" href="../a/1?x=1&amp;y=2">Read more</a><div class="lead"><p>The <i>old</i> crane.</p></div></div>
        <div class="row"><time class="when" datetime="2026-03-02T08:00:00+01:00">yesterday</time>
          <b class="head">Bridge open</b><span class="go"><a href="//b.example/2">Read more</a></span></div></body>"#;
    let all = ItemSelectors {
        select: "div.row".into(),
        title: Some(".head".into()),
        link: Some(".go".into()),
        date: Some(".when".into()),
        summary: Some(".lead".into()),
    };
    let document = read_with(html, &all).unwrap();
    assert_eq!(document.title.as_deref(), Some("Notices & more"));
    assert_eq!(document.lang.as_deref(), Some("en-GB"));
    let [one, two] = &document.entries[..] else { panic!("{:?}", document.entries) };
    assert_eq!(one.link.as_deref(), Some("https://harbour.example/a/1?x=1&y=2"));
    assert_eq!(one.title.as_deref(), Some("Crane out of order"));
    assert_eq!(one.summary.as_deref(), Some("<p>The <i>old</i> crane.</p>"));
    assert_eq!(one.published.unwrap().to_string(), "2026-03-03T14:30:00Z");
    assert_eq!(two.link.as_deref(), Some("https://b.example/2"));
    assert_eq!(two.published.unwrap().to_string(), "2026-03-02T07:00:00Z");
    assert_eq!(two.summary, None);
}

#[test]
fn parts_that_are_not_selected_are_found_in_the_usual_way() {
    let at = |path: &str| format!("https://harbour.example/{path}");
    for (html, select, link, title) in [
        ("<ul><li><a href=/a>One</a> and more", "li", "a", "One"),
        ("<a class=t href=/a>One</a>", "a.t", "a", "One"),
        ("<a href=/a><h3>One</h3></a>", "h3", "a", "One"),
        ("<article><a href=/a><img alt=Pier></a><h3><a href=/a>One</a></h3><p>x", "article", "a", "One"),
        ("<article><a href=/a><h2>One</h2><p>A teaser.</p></a>", "article", "a", "One"),
        ("<article><a href=/a><img alt='The pier'></a>", "article", "a", "The pier"),
        ("<article><h2>One</h2><a href=/a></a>", "article", "a", "One"),
        (
            "<li><a href='#top'>x</a><a href='javascript:x()'>y</a><a href='mailto:a@b'>z</a><a href=/a>One</a>",
            "li",
            "a",
            "One",
        ),
        ("<li><a href=/the-pier-is-back.html></a>", "li", "the-pier-is-back.html", "The pier is back"),
        ("<base href=/deep/><li><a href=a>One</a>", "li", "deep/a", "One"),
        ("<li><a href=/a><script>var x</script>One</a>", "li", "a", "One"),
        ("<noscript><li><a href=/a>One</a></noscript>", "li", "a", "One"),
    ] {
        assert_eq!(items(html, select), [(at(link), title.to_owned())], "{html}");
    }
    let bare = read_with("<li><b>Only a text</b></li><li></li>", &selectors("li")).unwrap();
    assert_eq!((bare.entries.len(), bare.entries[0].link.as_deref()), (1, None));
    assert!(bare.warnings[0].message.starts_with("1 of 2 items"), "{:?}", bare.warnings);
}

#[test]
fn an_address_comes_once_and_dates_in_the_usual_notations() {
    let html = "<p><a href=/a>One</a></p><p><a href=/a>One again</a></p><p><a href=/b>Two</a></p>";
    assert_eq!(items(html, "p").len(), 2);
    for (date, read) in [
        ("31.01.2026", "2026-01-31T00:00:00Z"),
        ("le 5 février 2026 à 10h30", "2026-02-05T10:30:00Z"),
        ("5 de marzo de 2026", "2026-03-05T00:00:00Z"),
        ("March 5th, 2026", "2026-03-05T00:00:00Z"),
        ("2026年3月5日", "2026-03-05T00:00:00Z"),
        ("5 марта 2026", "2026-03-05T00:00:00Z"),
        ("(2026-03-05)", "2026-03-05T00:00:00Z"),
    ] {
        let html = format!("<p><a href=/a>One</a> <i>{date}</i></p>");
        let with_date = ItemSelectors { date: Some("i".into()), ..selectors("p") };
        let found = read_with(&html, &with_date).unwrap().entries[0].published;
        assert_eq!(found.map(|date| date.to_string()).as_deref(), Some(read), "{date}");
    }
    let unknown = ItemSelectors { date: Some("i".into()), ..selectors("p") };
    assert_eq!(
        read_with("<p><a href=/a>A</a><i>yesterday</i>", &unknown).unwrap().entries[0].published,
        None
    );
}

#[test]
fn nothing_found_is_an_error_that_names_the_selector() {
    let error = read_with("<p>We are moving.</p>", &selectors("article.teaser")).unwrap_err();
    assert_eq!(error.to_string(), "items.select \"article.teaser\" matches nothing on this page");
    let error = read_with("<li></li><li> </li>", &selectors("li")).unwrap_err();
    assert_eq!(error.to_string(), "items.select \"li\" matches 2 on this page, none with a link or a title");
    assert_eq!(read_with("  ", &selectors("li")).unwrap_err(), ParseError::Empty);
}

#[test]
fn the_page_says_its_character_set() {
    let base = Url::parse("https://harbour.example/").unwrap();
    let html = b"<html><head><meta http-equiv=Content-Type content='text/html; charset=windows-1251'></head>\
        <li><a href=/a>\xca\xf0\xe0\xed</a>";
    for header in [None, Some("text/html")] {
        let document = read_items(html, header, &base, &selectors("li"), &Limits::default()).unwrap();
        assert_eq!(document.entries[0].title.as_deref(), Some("Кран"), "{header:?}");
    }
}

#[test]
fn hostile_pages_are_bounded() {
    let deep = format!("<a href=/a>One</a>{}", "<div>".repeat(100_000));
    assert_eq!(items(&deep, "a").len(), 1);
    assert!(matches!(read_with(&deep, &selectors("div")), Err(ParseError::NoItems { .. })));
    let many: String = (0..30_000).map(|n| format!("<li><a href=/{n}>x</a>")).collect();
    let document = read_with(&many, &selectors("li")).unwrap();
    assert_eq!(document.entries.len(), 10_000);
    assert_eq!(document.warnings[0].kind, "too-many-entries");
    let long = format!("<li><a href=/a>{}</a>", "word ".repeat(200_000));
    assert!(items(&long, "li")[0].1.len() <= 500);
}
