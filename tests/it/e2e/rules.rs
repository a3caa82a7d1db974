//! The folder of rules for sites, as the commands and the daemon use it.

use super::bench::{Bench, source};
use super::papers::{HTML, RSS, item, rss, site};
use offprint::newsstand::Answer;

const TEXT: &str =
    "The rules of the site found this paragraph, which is short, and nothing else of the page.";

fn page() -> String {
    let other =
        "<p>Elsewhere on the page stands a long text, with commas, which is not the article at all.</p>"
            .repeat(9);
    format!(
        "<html><head><title>Title</title></head><body><article>{other}</article><div id=x><p>{TEXT}</p></div></body></html>"
    )
}

fn with_folder(toml: &str) -> Bench {
    let bench = Bench::new(&format!("{toml}[scrape]\nsite_rules_dir = \"rules\"\n"));
    std::fs::create_dir(bench.path("rules")).unwrap();
    bench
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn check_lists_what_cannot_be_used() {
    let bench = with_folder("");
    bench.write(
        "rules/paper.example.txt",
        "title: //h1\nbody: //div[@id='x'\nhttp_header(user-agent): Bot/1\n",
    );
    bench.write("rules/global.txt", "body: //[");
    let ran = bench.run(&["check"]).await.good();
    assert!(ran.err.contains("rules/paper.example.txt:2: body: not an XPath 1.0 expression"), "{}", ran.err);
    assert!(!ran.err.contains("global"), "{}", ran.err);
    assert!(
        ran.out.contains("rules for 1 site; selectors that can be used: 0 of 1 body, 1 title"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("1 lines are not used: they would send other headers"), "{}", ran.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_missing_folder_is_a_mistake() {
    let bench = Bench::new("[scrape]\nsite_rules_dir = \"nowhere\"\n");
    for command in ["check", "fetch", "run"] {
        bench.run(&[command]).await.failed(&["scrape.site_rules_dir", "nowhere"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn fetch_and_extract_use_them() {
    let origin = site(|seen| match seen.plain_path() {
        "/feed" => {
            let link = format!("http://{}/a/1", seen.header("host").unwrap_or_default());
            Answer::ok(RSS, rss(&item(&link, "Title", "<description>Short</description>")))
        }
        "/a/1" => Answer::ok(HTML, page()),
        _ => Answer::not_found(),
    })
    .await;
    let bench = with_folder(&format!("{}full_text = \"always\"\n", source("paper", &origin.url("/feed"))));
    bench.write("rules/127.0.0.1.txt", "body: //div[@id='x']\nthis line is damaged\nstrip: //p[\n");
    bench.run(&["fetch"]).await.good();
    let html = bench.entries().await[0]["content_html"].to_string();
    assert!(html.contains(TEXT) && !html.contains("Elsewhere"), "{html}");
    let ran = bench.run(&["extract", "--explain", &origin.url("/a/1")]).await.good();
    assert!(ran.out.contains("rules for the site: 127.0.0.1.txt"), "{}", ran.out);
    assert!(ran.out.contains("body: site rule //div[@id='x']"), "{}", ran.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn reextract_uses_new_rules_on_kept_pages() {
    let origin = site(|seen| match seen.plain_path() {
        "/feed" => {
            let link = format!("http://{}/a/1", seen.header("host").unwrap_or_default());
            Answer::ok(RSS, rss(&item(&link, "Title", "<description>Short</description>")))
        }
        "/a/1" => Answer::ok(HTML, page()),
        _ => Answer::not_found(),
    })
    .await;
    let bench = with_folder(&format!("{}full_text = \"always\"\n", source("paper", &origin.url("/feed"))));
    bench.run(&["reextract"]).await.failed(&["no kept pages", "scrape.keep_pages = true"]);
    let file = bench.path("offprint.toml");
    let toml = std::fs::read_to_string(&file).unwrap().replace("[scrape]", "[scrape]\nkeep_pages = true");
    std::fs::write(&file, toml).unwrap();
    bench.run(&["fetch"]).await.good();
    let before = bench.entries().await[0].clone();
    bench.write("rules/127.0.0.1.txt", "body: //div[@id='x']\n");
    let asked = origin.requests().len();
    let ran = bench.run(&["reextract", "--source", "paper"]).await.good();
    assert!(ran.err.contains("1 article changed"), "{}", ran.err);
    assert_eq!(origin.requests().len(), asked, "no request");
    let after = bench.entries().await[0].clone();
    let html = after["content_html"].to_string();
    assert!(html.contains(TEXT) && !html.contains("Elsewhere"), "{html}");
    assert_eq!((&before["id"], &before["date_published"]), (&after["id"], &after["date_published"]));
    assert_eq!(before["date_modified"], after["date_modified"]);
    bench.run(&["reextract", "--source", "other"]).await.failed(&["no source \"other\""]);
}
