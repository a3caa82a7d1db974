//! What pages tell beside their text: of themselves, and of how their site is built.

use super::*;
use offprint::health;
use offprint::model::SourceId;

const TOML: &str = "[sources.a]\nurl = \"https://a.example/feed\"\nfull_text = \"always\"\n";

/// Four paragraphs of a story, different in each.
fn story(number: usize) -> Vec<String> {
    let word = ["ferry", "bridge", "mill", "harbour", "school", "market", "tower", "meadow"][number % 8];
    let said = ["the council", "the mayor", "the ferryman", "the baker"];
    said.map(|who| {
        format!("The {word} was the talk of the valley on day {number}, {who} said. ")
            + &format!("Nobody who lives near the {word} had seen the like, and {who} had seen much. ")
                .repeat(3)
    })
    .to_vec()
}

/// A page of a site that puts a box in the middle of each story: never the same words.
fn page(number: usize) -> String {
    let text: Vec<String> = story(number).iter().map(|text| format!("<p>{text}</p>")).collect();
    let offer = format!(
        "Readers of story {number} were pleased with our guide to walks number {number}{number}, now in its \
         {number}th edition, and with the {} that comes with it, they said, and told their friends.",
        "map ".repeat(number + 1)
    );
    format!(
        "<html lang=en><head><title>Story {number}</title></head><body><h1>Story {number}</h1>\
         <div class='story-text'>{}<div class='inset offer'><p>{offer}</p></div>{}</div></body></html>",
        text[..2].concat(),
        text[2..].concat()
    )
}

fn item(number: usize, text: &str) -> String {
    format!(
        "<item><guid>{number}</guid><link>https://a.example/{number}</link><title>Story {number}</title>\
         <description><![CDATA[{text}]]></description></item>"
    )
}

/// Three full texts, and after an hour a teaser.
fn news(call: &Call) -> Reply {
    let full =
        |number| item(number, &story(number).iter().map(|text| format!("<p>{text}</p>")).collect::<String>());
    let mut items: String = (1..=3).map(full).collect();
    if call.nth > 1 {
        items += &item(4, "<p>The school was the talk of the valley …</p>");
    }
    feed(call, &format!("<rss version=\"2.0\"><channel><title>A</title>{items}</channel></rss>"))
}

#[tokio::test(start_paused = true)]
async fn full_texts_of_a_feed_clean_the_pages_of_its_teasers() {
    let world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => news(call),
        _ => {
            let number = call.url.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap();
            feed(call, &page(number))
        }
    })
    .await;
    world.run(HOUR * 5).await;
    let entries = world.entries().await;
    let of = |number: usize| {
        let title = format!("Story {number}");
        entries
            .iter()
            .find(|entry| entry.title == title)
            .and_then(|entry| entry.article.clone())
            .unwrap_or_default()
    };
    let cleaned = of(4);
    assert!(story(4).iter().all(|text| cleaned.contains(text.trim())), "{cleaned}");
    assert!(!cleaned.contains("guide to walks"), "{cleaned}");
    let (_, proof) =
        world.engine.store().read(|conn| offprint::store::known_site(conn, "a.example")).await.unwrap();
    let told = proof.describe().join("\n");
    assert!(told.contains("div.story-text") && told.contains("div.inset.offer"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn what_a_page_says_of_itself_is_kept_and_a_paywall_is_told_of() {
    let world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => {
            let long = |number| item(number, &format!("<p>{}</p>", story(number).concat().repeat(2)));
            let items: String = (1..=6).map(long).collect();
            feed(call, &format!("<rss version=\"2.0\"><channel><title>A</title>{items}</channel></rss>"))
        }
        _ => {
            let ld = r#"{"@type":"NewsArticle","dateModified":"2020-05-04T10:00:00+02:00","articleSection":"Valley",
                "isAccessibleForFree":"False","keywords":["rivers","floods"]}"#;
            let number = call.url.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap();
            let head = format!("<head><script type='application/ld+json'>{ld}</script>");
            feed(call, &page(number).replace("<head>", &head))
        }
    })
    .await;
    world.run(HOUR * 2).await;
    let entries = world.entries().await;
    let facts = &entries[0].extra.page;
    assert_eq!(facts.section.as_deref(), Some("Valley"));
    assert_eq!(facts.modified.as_deref(), Some("2020-05-04T10:00:00+02:00"));
    assert_eq!(facts.tags, ["rivers", "floods"]);
    assert!(facts.paywalled());
    let id = SourceId::new("a").unwrap();
    let now = world.clock.now();
    let source = world
        .engine
        .store()
        .read(move |conn| offprint::store::figures_of(conn, &id, now))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(source.paywalled, 6, "{:?}", source.recent_pages);
    let health = health::assess(&source, now);
    assert!(health.wrong.as_deref().is_some_and(|wrong| wrong.contains("paywalled")), "{health:?}");
}
