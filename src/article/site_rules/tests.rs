use super::*;
use crate::article::{Hints, Page, Rules, extract};
use std::sync::Arc;
use url::Url;

fn files(all: &[(&str, &str)]) -> SiteRules {
    SiteRules::new(all.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())))
}

fn rule(text: &str) -> Arc<SiteRule> {
    let rules = files(&[("paper.example.txt", text)]);
    rules.for_url(&Url::parse("https://www.paper.example/story").unwrap()).unwrap()
}

#[test]
fn hosts() {
    let rules = files(&[
        ("paper.example.txt", ""),
        (".paper.example.txt", ""),
        ("sport.paper.example.txt", ""),
        (".blogs.paper.example.txt", ""),
        ("global.txt", ""),
        ("README.md", ""),
        ("WWW.Capital.example.txt", ""),
    ]);
    assert_eq!(rules.len(), 5);
    for (url, file) in [
        ("https://paper.example/a", "paper.example.txt"),
        ("https://www.paper.example/a", "paper.example.txt"),
        ("https://WWW.PAPER.EXAMPLE:8443/a", "paper.example.txt"),
        ("https://paper.example./a", "paper.example.txt"),
        ("https://sport.paper.example/a", "sport.paper.example.txt"),
        ("https://www.sport.paper.example/a", "sport.paper.example.txt"),
        ("https://news.paper.example/a", ".paper.example.txt"),
        ("https://a.news.paper.example/a", ".paper.example.txt"),
        ("https://cats.blogs.paper.example/a", ".blogs.paper.example.txt"),
        ("https://blogs.paper.example/a", ".paper.example.txt"),
        ("https://capital.example/", "WWW.Capital.example.txt"),
        ("https://otherpaper.example/", ""),
        ("https://example/", ""),
        ("http://127.0.0.1/", ""),
    ] {
        let found = rules.for_url(&Url::parse(url).unwrap());
        assert_eq!(found.map_or(String::new(), |rule| rule.file().to_owned()), file, "{url}");
    }
}

#[test]
fn mistakes_have_their_line() {
    let text = "\u{feff}# comment\nbody: //div[\ntidy: no\nnonsense\nfoo: bar\nstrip: //p[contains(.)]\nfind_string: x\n\
                strip(//p): x\nreplace_string(a:b): c\nhttp_header(user-agent): ABot/1\nlogin_uri: x\nbody:\nif_page_contains: //p\n\
                next_page_link: substring-after(//a/@href, 'x')\nif_page_contains: //p[\n";
    let report = files(&[("paper.example.txt", text), ("b.example.txt", "body: //p")]).check();
    let found: Vec<String> = report.mistakes.iter().map(ToString::to_string).collect();
    let lines: Vec<&str> = found.iter().map(|m| m.split(": ").next().unwrap_or_default()).collect();
    assert_eq!(
        lines,
        [2, 4, 5, 6, 8, 13, 15, 7].map(|line| format!("paper.example.txt:{line}")),
        "{found:#?}"
    );
    assert_eq!(report.usage.selectors["body"], (1, 2));
    assert_eq!(report.usage.ignored[&Ignored::Header], 1);
    assert_eq!(report.usage.ignored[&Ignored::Login], 1);
    let large = "x".repeat(file::MAX_FILE + 1);
    assert_eq!(files(&[("a.example.txt", &large)]).check().mistakes[0].line, 0);
}

#[test]
fn headers_of_a_file() {
    let text = "http_header(User-Agent): 'Reader/2'\nhttp_header(cookie): consent=yes\nhttp_header(referer): https://paper.example/\n\
                http_header(user-agent): Second/1\nhttp_header(authorization): Basic eA==\nhttp_header(x-forwarded-for): 1.2.3.4\n\
                http_header(accept):\nhttp_header(cookie: x\n";
    let rules = files(&[
        ("paper.example.txt", text),
        ("engine.example.txt", "http_header(user-agent): Googlebot/2.1\n"),
    ]);
    let of = |url: &str| {
        let headers = rules.headers_for(&Url::parse(url).unwrap());
        headers.into_iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>()
    };
    let expected = ["user-agent: Reader/2", "cookie: consent=yes", "referer: https://paper.example/"];
    assert_eq!(of("https://www.paper.example/story"), expected);
    assert!(of("https://engine.example/").is_empty() && of("https://other.example/").is_empty());
    assert_eq!(rules.check().usage.ignored[&Ignored::Header], 4);
}

#[test]
fn a_files_own_tests() {
    let rule = rule(
        "test_contains: nowhere\ntest_url: https://a.example/x\ntest_contains: the  river\ntest_contains: a lake\n\
         test_url: https://a.example/y\ntest_contains: a mill\n",
    );
    let of = |url: &str, text: &str| {
        let found = rule.test(&Url::parse(url).unwrap(), text);
        found.into_iter().map(|(held, found)| (held.to_owned(), found)).collect::<Vec<_>>()
    };
    let expected = [("the  river".to_owned(), true), ("a lake".to_owned(), false)];
    assert_eq!(of("https://a.example/x", "It was the\nriver that rose."), expected);
    assert_eq!(of("https://a.example/z", "a lake, a mill"), []);
}

#[test]
fn strings_are_replaced_in_pairs() {
    let rule = rule(
        "find_string: <a1>\nfind_string: <a2>\nreplace_string: <b1>\nreplace_string: <b2>\nreplace_string(x:y): z\nreplace_string(gone):\n",
    );
    assert_eq!(rule.rewrite("<a2><a1>x:y gone.".to_owned()), "<b2><b1>z .");
    let bomb = super::SiteRule { replace: vec![("a".to_owned(), "a".repeat(5_000))], ..SiteRule::default() };
    assert_eq!(bomb.rewrite("a".repeat(1_000)).len(), 1_000);
}

fn sentence(n: usize) -> String {
    format!(
        "{n}. The ferry to the island sails again from Monday, the harbour office said, after a long winter."
    )
}

fn page(n: usize) -> String {
    let paragraphs: String = (0..6).map(|n| format!("<p>{}</p>", sentence(n))).collect();
    let aside: String = (0..9).map(|n| format!("<p>{}</p>", sentence(n + 20))).collect();
    format!(
        r#"<html><head><title>Ferry sails again | Paper</title></head><body><h1>Wrong headline here</h1>
        <span class="real">Ferry sails again</span><i class="who">Von Anna Meer und Jon Deich</i><b id="when" title="x">May 3, 2024</b>
        <article>{aside}</article>
        <div class="text-{n}"><p class="promo-box">Buy the paper, it is a very good paper and it is cheap.</p>{paragraphs}<img src="/pixel.gif">
        <p>Text with a loose end<em>, and stripped words</em>.</p></div></body></html>"#
    )
}

const RULES: &str = "title: //span[@class='real']\nauthor: //i[@class='who']\ndate: //b[@id='when']\n\
    body: //div[@class='nowhere']\nbody: //div[starts-with(@class, 'text-')]\nstrip: //em/text()\nstrip_id_or_class: promo\n";

#[test]
fn rules_decide_about_a_page() {
    let url = Url::parse("https://paper.example/story").unwrap();
    let html = page(1);
    let input = Page { bytes: html.as_bytes(), content_type: None, url: &url };
    let rules = Rules { site: Some(rule(RULES)), ..Rules::default() };
    let found = extract(&input, &Hints::default(), &rules).unwrap();
    let article = &found.article;
    assert_eq!(article.title.as_deref(), Some("Ferry sails again"));
    let names: Vec<&str> = article.authors.iter().map(|author| author.name.as_str()).collect();
    assert_eq!(names, ["Anna Meer", "Jon Deich"]);
    assert_eq!(article.published.as_deref(), Some("2024-05-03"));
    assert!(article.text.starts_with("0. The ferry"), "{}", article.text);
    assert!(!article.text.contains("20. The") && !article.text.contains("Buy the paper"), "{}", article.text);
    assert!(
        article.text.contains("loose end.") && !article.html.contains("stripped words"),
        "{}",
        article.html
    );
    assert!(found.notes.missed_selectors.is_empty(), "{:?}", found.notes);
    // The operator's own selector goes first.
    let own = Rules { content_selector: Some("article".to_owned()), ..rules };
    let found = extract(&input, &Hints::default(), &own).unwrap();
    assert!(found.article.text.contains("20. The") && !found.article.text.contains("1. The ferry to the island sails again from Monday, the harbour office said, after a long winter.\n\n2. "));
}

#[test]
fn a_rule_that_finds_nothing_falls_back_and_is_counted() {
    let url = Url::parse("https://paper.example/story").unwrap();
    let html = page(1);
    let input = Page { bytes: html.as_bytes(), content_type: None, url: &url };
    for text in ["body: //div[@id='old']", "body: //div[@id='old']\nbody: //img"] {
        let rules = Rules { site: Some(rule(text)), ..Rules::default() };
        let found = extract(&input, &Hints::default(), &rules).unwrap();
        assert!(found.article.text.contains("The ferry"), "{text}");
        if !text.contains("img") {
            assert_eq!(found.notes.missed_selectors, ["body of the site rule paper.example.txt"]);
        }
    }
    // Nothing is expected of rules for other parts.
    let rules = Rules { site: Some(rule("strip: //nothing\ntitle: //nothing")), ..Rules::default() };
    assert!(extract(&input, &Hints::default(), &rules).unwrap().notes.missed_selectors.is_empty());
}

#[test]
fn attributes_are_stripped() {
    let dom_of = |html: &str| scraper::Html::parse_document(html);
    let rule = rule("strip_attr: //h2/@class\nstrip: //p/@style | //p/@hidden\n");
    let mut dom =
        dom_of("<h2 class=a id=b>x</h2><p hidden style='display:none' class=c>y</p><div class=d>z</div>");
    rule.strip_attributes(&mut dom);
    let html = dom.html();
    assert!(html.contains("<h2 id=\"b\">x</h2><p class=\"c\">y</p><div class=\"d\">"), "{html}");
}

#[test]
fn links_to_more_pages() {
    let html = "<p>1<a id=print href=/print>p</a><a class=n href='?p=2'>2</a>";
    for (text, single, next) in [
        (
            "single_page_link: //a[@id='print']\nnext_page_link: //a[@class='n']/@href",
            Some("/print"),
            Some("?p=2"),
        ),
        ("single_page_link: concat(//a[@id='print']/@href, '?all')", Some("/print?all"), None),
        ("single_page_link: //a[@id='print']\nif_page_contains: //table", None, None),
        ("single_page_link: //a[@id='print']\nif_page_contains: //p", Some("/print"), None),
        ("next_page_link: substring-after('', 'x')\nnext_page_link: //a[2]", None, Some("?p=2")),
    ] {
        let rule = rule(text);
        let dom = scraper::Html::parse_document(html);
        let tree = Tree::new(&dom);
        let linked_by = |links: Option<&[Link]>| links.and_then(|links| Search::new().linked(&tree, links));
        assert_eq!(linked_by(rule.single_page()).as_deref(), single, "{text}");
        assert_eq!(linked_by(rule.next_page()).as_deref(), next, "{text}");
    }
}

#[test]
fn hostile_pages_and_costly_rules_are_bounded() {
    let costly = "strip: //*[count(preceding::*) > 3][contains(., 'x')]\n".repeat(40);
    let rules = Rules {
        site: Some(rule(&format!("{costly}body: //div//div//div[contains(., 'q')]\n"))),
        ..Rules::default()
    };
    let url = Url::parse("https://paper.example/story").unwrap();
    let many = "<div class=x><p>y</p></div>".repeat(20_000) + &page(1);
    let input = Page { bytes: many.as_bytes(), content_type: None, url: &url };
    let found = extract(&input, &Hints::default(), &rules).unwrap();
    assert!(found.article.text.contains("The ferry"));
    let given_up = found.notes.remarks.iter().filter(|remark| remark.contains("too much work")).count();
    assert!(given_up >= 40, "{:?}", found.notes.remarks);
}

#[test]
fn all_links_of_a_page_share_one_budget() {
    let rules: String = (0..500)
        .map(|n| format!("next_page_link: //*/following::*[count(preceding::*) > {n}]/@href\n"))
        .collect();
    let rule = rule(&rules);
    let dom = scraper::Html::parse_document(&"<p>River".repeat(3_000));
    let tree = Tree::new(&dom);
    let mut search = Search::new();
    assert_eq!(rule.next_page().and_then(|links| search.linked(&tree, links)), None);
    // After the first few nothing is left for the others.
    assert!((1..8).contains(&search.remarks.len()), "{:?}", search.remarks);
}
