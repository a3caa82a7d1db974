use super::*;
use crate::article::{Extraction, Hints, Page, extract};

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn addresses_of_next_pages() {
    for (first, other, number) in [
        ("https://a.example/2024/story", "https://a.example/2024/story/2", 2),
        ("https://a.example/2024/story/", "https://www.a.example/2024/story/2/", 2),
        ("http://a.example/story.html", "https://a.example/story_2.html", 2),
        ("https://a.example/story.html", "https://a.example/story-seite-3.html", 3),
        ("https://a.example/story,1.html", "https://a.example/story,1,2.html", 2),
        ("https://a.example/story", "https://a.example/story/page/12", 12),
        ("https://a.example/story", "https://a.example/story?page=2", 2),
        ("https://a.example/story?id=7", "https://a.example/story?id=7&page=2", 2),
        ("https://a.example/story?page=1", "https://a.example/story?page=2", 2),
        ("https://a.example/story?utm_source=feed", "https://a.example/story/2", 2),
        ("https://a.example/story/1", "https://a.example/story/2", 2),
    ] {
        assert!(next::is_page(&url(first), &url(other), number), "{first} {other}");
    }
    for (first, other, number) in [
        ("https://a.example/story", "https://b.example/story/2", 2),
        ("https://a.example/story", "https://a.example/story/3", 2),
        ("https://a.example/story", "https://a.example/other/2", 2),
        ("https://a.example/story1", "https://a.example/story12", 2),
        ("https://a.example/story", "https://a.example/story/2024", 2),
        ("https://a.example/?p=11", "https://a.example/?p=2", 2),
        ("https://a.example/story?p=11", "https://a.example/story?p=12", 2),
        ("https://a.example/story?id=7", "https://a.example/story?id=8&page=2", 2),
        ("https://a.example/story", "https://a.example/story?page=2#comments", 2),
        ("https://a.example/story", "https://a.example/story?cpage=2", 2),
        ("https://a.example/story", "https://a.example/story", 2),
    ] {
        assert!(!next::is_page(&url(first), &url(other), number), "{first} {other}");
    }
}

fn sentence(n: usize) -> String {
    format!(
        "Part {n} of the story tells how the lighthouse was built, by whom, and what became of them all later."
    )
}

fn article(title: &str, parts: std::ops::Range<usize>, more: &str) -> String {
    let paragraphs: String = parts.map(|n| format!("<p>{}</p>", sentence(n))).collect();
    format!(
        "<html><head><title>{title}</title></head><body><h1>{title}</h1><article>\
         <p><b>A standfirst that stands on every page of this long story, word for word.</b></p>\
         <figure><img src=\"/lead.jpg\"></figure>{paragraphs}{more}\
         <p>Support the lighthouse society with a gift: every coin helps to keep the lamp burning.</p></article></body></html>"
    )
}

fn read(html: &str, address: &str, rules: &Rules) -> Extraction {
    let url = url(address);
    extract(&Page { bytes: html.as_bytes(), content_type: None, url: &url }, &Hints::default(), rules)
        .unwrap()
}

const STORY: &str = "https://a.example/long/lighthouse";

fn next_of(first: &str, more: &str) -> Option<Next> {
    read(&article("The lighthouse", 0..8, more), first, &Rules::default()).links.next
}

#[test]
fn next_pages_in_general() {
    let found = |more: &str| next_of(STORY, more).map(|next| (next.url.to_string(), next.sure));
    let second = Some((format!("{STORY}/2"), false));
    for more in [
        "<a rel=next href='/long/lighthouse/2'>Go on</a>",
        "<div class=pager><b>1</b> <a href='/long/lighthouse/2'>2</a> <a href='/long/lighthouse/3'>3</a></div>",
        "<a href='/long/lighthouse/2'>Next page »</a>",
        "<a href='/long/lighthouse/2' title='Next'>→</a>",
        "<a rel=next href='/long/lighthouse/2'>»</a>",
    ] {
        assert_eq!(found(more), second, "{more}");
    }
    for more in [
        "<a rel=next href='/long/another-story'>Next article</a>",
        "<a href='/long/lighthouse/2'>The second lighthouse</a>",
        "<a href='/long/lighthouse/3'>3</a>",
        "<a rel=next href='/long/lighthouse-2/'>The second lighthouse</a>",
        "<div class=comments><a href='/long/lighthouse?page=2'>2</a></div>",
        "<a href='https://b.example/long/lighthouse/2' rel=next>Next</a>",
        "<a href='/long/lighthouse' rel=next>Next</a>",
        "<a href='javascript:next(2)' rel=next>Next</a>",
    ] {
        assert_eq!(found(more), None, "{more}");
    }
    for list in [
        "https://a.example/",
        "https://a.example/tag/sea",
        "https://a.example/category/news/",
        "https://a.example/blog/",
    ] {
        assert_eq!(next_of(list, "<a rel=next href='?page=2'>2</a>"), None, "{list}");
    }
}

#[test]
fn selectors_name_links() {
    let html = article(
        "The lighthouse",
        0..8,
        "<a class=more href='/other/place#x'>On</a><a class=print href=//p.example/1>Print</a>",
    );
    let rules = Rules {
        next_page_selector: Some("a.more".to_owned()),
        single_page_selector: Some(".print".to_owned()),
        ..Rules::default()
    };
    let links = read(&html, STORY, &rules).links;
    assert_eq!(links.next, Some(Next { url: url("https://a.example/other/place"), sure: true }));
    assert_eq!(links.single, Some(url("https://p.example/1")));
    let second = Rules { part: Some(Part { first: url(STORY), number: 2 }), ..rules.clone() };
    assert_eq!(read(&html, &format!("{STORY}/2"), &second).links.single, None);
    // An operator's selector that finds nothing ends the search.
    let html = article("The lighthouse", 0..8, "<a rel=next href='/long/lighthouse/2'>Next</a>");
    assert_eq!(read(&html, STORY, &rules).links.next, None);
}

/// Walks through pages by number; `None`: such a page does not exist.
fn walk(
    max_pages: usize,
    rules: &Rules,
    page: impl Fn(usize) -> Option<String>,
) -> (Vec<String>, Extraction) {
    let mut journey = Journey::new(read(&page(1).unwrap(), STORY, rules), url(STORY), max_pages);
    let mut asked = Vec::new();
    while let Some(stop) = journey.next_stop() {
        let Stop::Page(address, part) = &stop else { panic!("{stop:?}") };
        asked.push(address.to_string());
        let Some(html) = page(part.number) else { break };
        let rules = Rules { part: Some(part.clone()), ..rules.clone() };
        let extraction = read(&html, address.as_str(), &rules);
        journey.add(&stop, extraction, address);
    }
    (asked, journey.finish())
}

fn linked(title: &str, number: usize, count: usize) -> Option<String> {
    let more = if number < count {
        format!("<a rel=next href='/long/lighthouse/{}'>Next</a>", number + 1)
    } else {
        String::new()
    };
    (number <= count).then(|| article(title, number * 10..number * 10 + 6, &more))
}

#[test]
fn pages_become_one_article() {
    let (asked, whole) = walk(5, &Rules::default(), |number| linked("The lighthouse", number, 3));
    assert_eq!(asked, [2, 3].map(|n| format!("{STORY}/{n}")));
    let article = &whole.article;
    for (what, times) in [
        ("Part 10 ", 1),
        ("Part 25 ", 1),
        ("Part 35 ", 1),
        ("A standfirst", 1),
        ("lead.jpg", 1),
        ("Support the", 1),
    ] {
        assert_eq!(article.html.matches(what).count(), times, "{what}: {}", article.html);
    }
    assert!(article.html.rfind("Support the") > article.html.find("Part 35"));
    let places: Vec<_> =
        [10, 15, 20, 25, 30, 35].iter().map(|n| article.text.find(&format!("Part {n} "))).collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{places:?}");
    assert_eq!(article.text.matches("A standfirst").count(), 1);
    assert_eq!(article.title.as_deref(), Some("The lighthouse"));
}

#[test]
fn the_walk_ends() {
    let (asked, _) = walk(3, &Rules::default(), |number| linked("The lighthouse", number, 99));
    assert_eq!(asked.len(), 2, "at most three pages");
    let (asked, _) = walk(1, &Rules::default(), |number| linked("The lighthouse", number, 99));
    assert!(asked.is_empty());
    // The same page again and again.
    let (asked, whole) = walk(9, &Rules::default(), |number| {
        Some(article(
            "The lighthouse",
            0..6,
            &format!("<a rel=next href='/long/lighthouse/{}'>Next</a>", number + 1),
        ))
    });
    assert_eq!(asked.len(), 1);
    assert_eq!(whole.article.text.matches("Part 3 ").count(), 1);
    // Another article.
    let (asked, whole) = walk(9, &Rules::default(), |number| {
        linked(if number == 1 { "The lighthouse" } else { "Goats in the dunes" }, number, 9)
    });
    assert_eq!(asked.len(), 1);
    assert!(!whole.article.text.contains("Part 20 "));
    // A selector that leads in a circle.
    let rules = Rules { next_page_selector: Some("a.on".to_owned()), ..Rules::default() };
    let (asked, whole) = walk(9, &rules, |number| {
        let next = if number == 1 { "/b" } else { "/long/lighthouse" };
        Some(article("Any title", number * 10..number * 10 + 6, &format!("<a class=on href='{next}'>on</a>")))
    });
    assert_eq!(asked, ["https://a.example/b"]);
    assert!(whole.article.text.contains("Part 20 "));
}

#[test]
fn the_single_page_is_used_if_it_is_no_shorter() {
    let rules = Rules { single_page_selector: Some("a.print".to_owned()), ..Rules::default() };
    let more = "<a class=print href='/print/9'>Print</a><a rel=next href='/long/lighthouse/2'>Next</a>";
    let first = || read(&article("The lighthouse", 0..6, more), STORY, &rules);
    for (parts, used) in [(0..20, true), (0..2, false)] {
        let mut journey = Journey::new(first(), url(STORY), 5);
        let stop = journey.next_stop().unwrap();
        assert_eq!(stop, Stop::Single(url("https://a.example/print/9")));
        let single = read(&article("Print view", parts, ""), "https://a.example/print/9", &Rules::default());
        journey.add(&stop, single, &url("https://a.example/print/9"));
        assert_eq!(journey.next_stop().is_none(), used);
        let whole = journey.finish();
        assert_eq!(whole.article.text.contains("Part 19 "), used);
        assert_eq!(whole.article.title.as_deref(), Some("The lighthouse"));
    }
}

#[test]
fn short_lines_within_a_page_may_repeat() {
    let blocks = |text: &str| blocks::of_text(text);
    let mut all = blocks(
        "Head\n\nWho is there?\n\nNobody.\n\nA box that stands in the middle of every page, with many more words than a line.\n\nEnd",
    );
    let more = blocks(
        "Head\n\nKnock knock.\n\nWho is there?\n\nA box that stands in the middle of every page, with many more words than a line.\n\nMe.\n\nEnd",
    );
    blocks::append(&mut all, more);
    let text: Vec<&str> = all.iter().map(|block| block.content.as_str()).collect();
    assert_eq!(
        text.join("|"),
        "Head|Who is there?|Nobody.|A box that stands in the middle of every page, with many more words than a line.|Knock knock.|Who is there?|Me.|End"
    );
}
