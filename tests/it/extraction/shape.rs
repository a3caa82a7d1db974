//! An article's ordinary page and its print view come out as the same document:
//! headline, byline with link, date, picture with caption and credit, paragraphs,
//! a pointer to a related article, the address. Not a line more.

use offprint::article::{Hints, Page, Rules, extract};
use offprint::publish::article_markdown;
use url::Url;

const ADDRESS: &str = "https://valley.example/2023/01/31/ferry-to-sail-again-a1234";

const PARAGRAPHS: [&str; 6] = [
    "The ferry between the two banks of the lower lake will sail again from March, the harbour master Ida Example said on Tuesday, \"if the ice allows it.\"",
    "Since mid-December the boat has been lying on the slip with a hole above the waterline, and the only way across has been the bridge at Oldtown, an hour away.",
    "As a result, some 1,200 people on the eastern bank have been running short of bread, letters and patience.",
    "The yard, in a terse statement, said that the hull was sound and that the paint was drying.",
    "The district is seeking to keep its place as the owner of the boat despite a lawsuit that drags on in the capital. The harbour master hopes that a judge will have decided by summer.",
    "A storm in 1987 sank the boat that sailed before this one. It lies in nine metres of water, and divers visit it.",
];

const RELATED: (&str, &str) = ("Related article:", "Explainer: Who Owns the Ferry?");

fn head(title: &str) -> String {
    format!(
        "<head><meta charset=\"utf-8\"><title>{title} - The Valley Times</title>\
         <link rel=\"canonical\" href=\"{ADDRESS}\"><meta property=\"og:title\" content=\"{title}\">\
         <meta property=\"og:site_name\" content=\"The Valley Times\">\
         <meta name=\"author\" content=\"AFP\"><meta property=\"article:published_time\" content=\"2023-01-31T17:20:00+03:00\"></head>"
    )
}

const TITLE: &str = "Ferry to Sail Again After Three Months";

fn ordinary() -> String {
    let [a, b, c, d, e, f] = PARAGRAPHS.map(|text| {
        format!(
            "<div class=\"article__block article__block--html article__block--column\"><p>{text}</p></div>"
        )
    });
    let (label, headline) = RELATED;
    format!(
        "<!DOCTYPE html><html lang=\"en\">{head}<body><div class=\"container\"><div class=\"site-header\"><a href=\"/\"><img src=\"/logo.svg\"></a>\
         <nav class=\"menu\"><ul><li><a href=\"/news\">News</a></li><li><a href=\"/opinion\">Opinion</a></li><li><a href=\"/business\">Business</a></li></ul></nav></div>\
         <div class=\"contribute-teaser\"><p>Support the Valley Times! <a href=\"/donate\">Contribute today</a></p></div>\
         <article><header class=\"article__header\"><span class=\"label\"><a href=\"/news\">news</a></span><h1><a href=\"{ADDRESS}\">{TITLE}</a></h1></header>\
         <div class=\"article__byline byline\"><div class=\"byline__details\"><div class=\"byline__author\">By <a href=\"/author/afp\" class=\"byline__author__name\" rel=\"author\">AFP</a></div>\
         <time class=\"byline__datetime timeago\" datetime=\"2023-01-31T17:20:00+03:00\">Jan. 31, 2023</time></div>\
         <div class=\"byline__social\"><div class=\"social\"><a href=\"https://facebook.example/share\">Share on Facebook</a><a href=\"https://x.example/share\">Tweet</a></div></div></div>\
         <figure class=\"article__featured-image featured-image\"><img src=\"/image/1360/ferry.jpg\" alt=\"The ferry on the slip\">\
         <figcaption class=\"featured-image__caption\">The ferry on the slip at Newtown. <span class=\"article__featured-image__credits featured-image__credits\">Bo Muster / Agency</span></figcaption></figure>\
         <div class=\"article__content-container\"><div class=\"article__content\">{a}{b}\
         <div class=\"article__block article__block--advert\"><p>Advertisement</p></div>{c}\
         <div class=\"article__block article__block--related_article article__block--column\"><a class=\"related-article\" href=\"/2023/01/12/explainer-a1\"><h3 class=\"related-article__label\">{label}</h3><h3 class=\"related-article__title\">{headline}</h3></a></div>\
         {d}{e}{f}</div><div class=\"article__tags\">Read more about: <a href=\"/t/ferry\">Ferry</a>, <a href=\"/t/lake\">Lower Lake</a></div></div>\
         <div class=\"newsletterbannerArticle\"><h3>Sign up for our free weekly newsletter</h3><p>Our weekly newsletter contains a hand-picked selection of news, features, analysis and more from the valley.</p></div></article>\
         <section class=\"cluster\"><h2>Read more</h2><div class=\"article-excerpt-default\"><h3><a href=\"/1\">Bridge at Oldtown to Close for a Night</a></h3><p>The road office will look at the cables.</p></div>\
         <div class=\"article-excerpt-default\"><h3><a href=\"/2\">Choir Looks for Tenors</a></h3></div></section></div>\
         <footer class=\"footer\"><p>© 2023 The Valley Times. All rights reserved.</p></footer></body></html>",
        head = head(TITLE),
    )
}

fn print() -> String {
    let text: Vec<String> = PARAGRAPHS.iter().map(|text| format!("<p>{text}</p>")).collect();
    let (label, headline) = RELATED;
    format!(
        "<!DOCTYPE html><html lang=\"en\">{head}<body class=\"print\"><div class=\"print-logo\"><img src=\"/logo.svg\"></div>\
         <article class=\"article article--print\"><header class=\"article__header\"><h1>{TITLE}</h1></header>\
         <div class=\"article__byline byline\">By <a href=\"/author/afp\" class=\"byline__author__name\" rel=\"author\">AFP</a> <time class=\"byline__datetime\" datetime=\"2023-01-31T17:20:00+03:00\">January 31, 2023</time></div>\
         <figure class=\"article__featured-image\"><img src=\"/image/1360/ferry.jpg\" alt=\"The ferry on the slip\">\
         <figcaption>The ferry on the slip at Newtown. <span class=\"article__featured-image__credits\">Bo Muster / Agency</span></figcaption></figure>\
         <div class=\"article__content\">{before}<div class=\"article__block--related_article\"><strong>{label}</strong> <a href=\"/2023/01/12/explainer-a1\">{headline}</a></div>{after}</div></article>\
         <div class=\"article__source\"><p>Original url:</p><p><a href=\"{ADDRESS}\">{ADDRESS}</a></p></div></body></html>",
        head = head(TITLE),
        before = text[..3].concat(),
        after = text[3..].concat(),
    )
}

fn expected() -> String {
    let escaped = PARAGRAPHS.map(str::to_owned);
    let (label, headline) = RELATED;
    format!(
        "# {TITLE}\n\nBy [AFP](https://valley.example/author/afp)\n\nJanuary 31, 2023\n\n\
         ![The ferry on the slip](https://valley.example/image/1360/ferry.jpg)\n\n\
         The ferry on the slip at Newtown. **Bo Muster / Agency**\n\n{}\n\n\
         **{label}** [{headline}](https://valley.example/2023/01/12/explainer-a1)\n\n{}\n\nOriginal url:\n\n<{ADDRESS}>\n",
        escaped[..3].join("\n\n"),
        escaped[3..].join("\n\n")
    )
}

#[test]
fn page_and_print_view_are_the_same_document() {
    let address = Url::parse(ADDRESS).unwrap();
    let print_address =
        Url::parse("https://valley.example/print/2023/01/31/ferry-to-sail-again-a1234").unwrap();
    for (name, html, url) in [("page", ordinary(), &address), ("print view", print(), &print_address)] {
        let page = Page { bytes: html.as_bytes(), content_type: Some("text/html; charset=utf-8"), url };
        let article = extract(&page, &Hints::default(), &Rules::default()).unwrap().article;
        assert_eq!(article.text, PARAGRAPHS.join("\n\n"), "{name}");
        assert_eq!(article_markdown(&article, Some(ADDRESS)), expected(), "{name}");
    }
}
