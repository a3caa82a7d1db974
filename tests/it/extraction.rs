//! The quality gate: invented stories in many languages on pages in the manner
//! of many systems, with floors under what the extractor makes of them.

mod languages;
mod pages;
mod shape;

use languages::{STORIES, Story};
use offprint::article::{Extraction, Hints, Page, Rules, extract};
use offprint::html;
use pages::{MAKERS, OTHER};
use std::collections::BTreeMap;
use url::Url;

fn read(page: &str, hints: &Hints) -> Option<Extraction> {
    let url = Url::parse("https://valley.example/news/mill").ok()?;
    let page = Page { bytes: page.as_bytes(), content_type: Some("text/html; charset=utf-8"), url: &url };
    extract(&page, hints, &Rules::default()).ok()
}

/// Texts that belong in, those found, those that don't belong in, those found.
#[derive(Default, Debug)]
struct Count {
    wanted: usize,
    found: usize,
    leaked: Vec<String>,
    missed: Vec<String>,
    title: usize,
    author: usize,
    date: usize,
    pages: usize,
}

impl Count {
    fn f1(&self) -> f64 {
        let (found, leaked) = (self.found as f64, self.leaked.len() as f64);
        2.0 * found / (found + leaked + self.wanted as f64)
    }

    fn add(&mut self, name: &str, story: &Story, extraction: Option<&Extraction>) {
        self.pages += 1;
        let text = extraction.map(|e| e.article.text.as_str()).unwrap_or_default();
        for wanted in story.body {
            self.wanted += 1;
            if text.contains(wanted) {
                self.found += 1;
            } else {
                self.missed.push(format!("{name}, {}: {wanted}", story.lang));
            }
        }
        let lines: Vec<&str> = text.split("\n\n").collect();
        let around =
            [story.caption, story.share, story.newsletter, story.comments, story.rights, story.popular];
        let html = extraction.map(|e| html::to_text(&e.article.html)).unwrap_or_default();
        for gone in around.iter().chain(&story.others).chain(&OTHER) {
            if text.contains(gone) {
                self.leaked.push(format!("{name}, {}: {gone}", story.lang));
            }
        }
        // Reading shows captions, and a pointer to a related story where the text has one.
        for gone in around[1..].iter().chain(&story.others[1..]).chain(&OTHER) {
            if html.contains(gone) {
                self.leaked.push(format!("{name}, {}, reading: {gone}", story.lang));
            }
        }
        for gone in [story.title, story.author, story.date, story.menu[0], story.menu[1]] {
            if lines.contains(&gone) {
                self.leaked.push(format!("{name}, {}: {gone}", story.lang));
            }
        }
        let Some(article) = extraction.map(|e| &e.article) else { return };
        self.title += usize::from(article.title.as_deref() == Some(story.title));
        self.author += usize::from(article.authors.iter().any(|person| person.name == story.author));
        self.date +=
            usize::from(article.published.as_deref().is_some_and(|date| date.starts_with("2023-01-31")));
    }
}

#[test]
fn stories_come_out_whole_and_alone() {
    let mut all = Count::default();
    let mut each: BTreeMap<&str, Count> = BTreeMap::new();
    for (name, make) in MAKERS {
        for story in STORIES {
            let page = make(story);
            let extraction = read(&page, &Hints::default());
            all.add(name, story, extraction.as_ref());
            each.entry(name).or_default().add(name, story, extraction.as_ref());
        }
    }
    assert!(all.pages >= 40);
    let say = || format!("missed {:#?}\nleaked {:#?}", all.missed, all.leaked);
    assert!(all.f1() >= 0.97, "F1 {:.4}\n{}", all.f1(), say());
    for (name, count) in &each {
        assert!(count.f1() >= 0.9, "{name}: F1 {:.4}\n{:#?}\n{:#?}", count.f1(), count.missed, count.leaked);
    }
    let share = |count: usize| count as f64 / all.pages as f64;
    let (title, author, date) = (share(all.title), share(all.author), share(all.date));
    assert!(
        title >= 0.97 && author >= 0.8 && date >= 0.9,
        "title {title:.3} author {author:.3} date {date:.3}"
    );
}

#[test]
fn the_feed_is_a_witness() {
    for (name, make) in MAKERS {
        for story in STORIES {
            let hints = Hints {
                title: Some(story.title.to_owned()),
                author: Some(story.author.to_owned()),
                ..Hints::default()
            };
            let Some(Extraction { article, .. }) = read(&make(story), &hints) else {
                panic!("{name}, {}: nothing", story.lang)
            };
            assert_eq!(article.title.as_deref(), Some(story.title), "{name}");
        }
    }
}

#[test]
fn the_reading_view_keeps_pictures_and_captions() {
    for name in ["wordpress", "news with JSON-LD", "print view", "magazine"] {
        let make = MAKERS.iter().find(|(other, _)| *other == name).map(|(_, make)| make);
        for story in STORIES.iter().take(9) {
            let Some(extraction) = make.and_then(|make| read(&make(story), &Hints::default())) else {
                panic!("{name}, {}: nothing", story.lang)
            };
            let (html, text) = (&extraction.article.html, html::to_text(&extraction.article.html));
            assert!(
                html.contains("weir.jpg") && text.contains(story.caption),
                "{name}, {}: {html}",
                story.lang
            );
            for chrome in [story.share, story.newsletter, story.rights, story.comments] {
                assert!(!text.contains(chrome), "{name}, {}: {chrome}", story.lang);
            }
        }
    }
}

#[test]
fn a_very_short_article_is_not_its_comments() {
    let said: String =
        OTHER.iter().map(|text| format!("<div class=\"comment\"><p>{text}</p></div>")).collect();
    let short = "The bridge at the mill is open again since Monday morning, the council said. Lorries must still take the detour.";
    for holder in ["<div id=\"comments\">", "<section class=\"comments-area\">", "<div class=\"kommentare\">"]
    {
        let page = format!(
            "<html lang=en><head><title>Bridge open again</title></head><body><h1>Bridge open again</h1><div class=text><p>{short}</p></div>{holder}<h3>3 comments</h3>{said}</body></html>"
        );
        let article = read(&page, &Hints::default()).map(|e| e.article);
        assert_eq!(article.as_ref().map(|a| a.text.as_str()), Some(short), "{holder}");
        assert!(article.is_some_and(|a| !OTHER.iter().any(|text| a.html.contains(text))), "{holder}");
    }
}

#[test]
fn no_article_is_no_article() {
    let story = &STORIES[0];
    let shell = "<html><head><title>App</title></head><body><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>";
    let wall = "<html><body><div class=consent><h1>We value your privacy</h1><p>We and our partners use cookies. Accept all cookies to continue.</p><button>Accept all</button></div></body></html>";
    let front: String = story.others.iter().map(|name| format!("<li><a href=/x>{name}</a></li>")).collect();
    for page in [
        shell.to_owned(),
        wall.to_owned(),
        format!("<html><body><ul>{front}</ul></body></html>"),
        String::new(),
    ] {
        assert!(read(&page, &Hints::default()).is_none(), "{page}");
    }
}

#[test]
fn hostile_pages_are_bounded() {
    let deep = format!("<p>{}{}", "<div>".repeat(100_000), "x".repeat(100));
    let open = "<b><p>Text that never ends, and goes on. ".repeat(50_000);
    let big = format!(
        "<html><body>{}</body></html>",
        "<div class=a><p>Words, and more words, in a row.</p></div>".repeat(180_000)
    );
    let attributes = format!("<p {}>text</p>", (0..100_000).map(|n| format!("a{n}=1 ")).collect::<String>());
    for page in [deep, open, big, attributes] {
        let _ = read(&page, &Hints::default());
    }
}
