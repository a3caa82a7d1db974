//! The operator's hub is told what is new in the feeds.

use super::*;
use offprint::daemon::{Press, announce};
use offprint::server::{Edition, FeedRequest, Format, Which};

const HEAD: &str = "[output]\nbase_url = \"https://reader.example/n\"\nwait = \"1s\"\n\
     [outputs.none]\ntags = [\"nobody\"]\n[websub]\nhub = \"https://hub.example/\"\n";

/// A feed that has one more item every six hours.
async fn world() -> World {
    let toml = format!("{HEAD}{}", plain_source("a"));
    World::new(&toml, |call| {
        let count = call.at.as_secs() / (6 * 3600) + 1;
        let titles: Vec<String> = (0..count).map(|n| n.to_string()).collect();
        let items: Vec<(&str, &str, &str)> = titles.iter().map(|n| (n.as_str(), n.as_str(), "")).collect();
        feed(call, &rss("", &items))
    })
    .await
}

/// Addresses that the hub was told of, and when.
fn told(world: &World) -> Vec<(u64, String)> {
    let posts = world.net.posts.lock().unwrap();
    let one = |(at, form): &(Duration, FormRequest)| {
        assert_eq!(form.url.as_str(), "https://hub.example/");
        assert_eq!(form.fields[0], ("hub.mode", "publish".to_owned()));
        assert_eq!(form.fields[1].0, "hub.url");
        (at.as_secs() / 60, form.fields[1].1.clone())
    };
    posts.iter().map(one).collect()
}

async fn telling(world: &World, time: Duration) {
    let press = Press::new(world.engine.clone(), "http://127.0.0.1:1".to_owned());
    let stop = CancellationToken::new();
    let run = async {
        world.run(time).await;
        stop.cancel();
    };
    tokio::join!(run, announce(&press, stop.clone()));
}

#[tokio::test(start_paused = true)]
async fn what_is_new_is_told_once_for_each_format() {
    let mut world = world().await;
    telling(&world, HOUR * 5).await;
    let first = told(&world);
    let paths: Vec<&str> =
        first.iter().map(|(_, url)| url.strip_prefix("https://reader.example/n").unwrap()).collect();
    assert_eq!(paths, ["/feed.atom", "/feed.rss", "/feed.json"], "a feed without news is not told of");
    assert!(first.iter().all(|(minute, _)| *minute < 2), "{first:?}");
    telling(&world, HOUR * 5).await;
    assert_eq!(told(&world).len(), 6, "{:?}", told(&world));
    let toml = format!("{HEAD}{}", plain_source("a"));
    world.restart(&toml).await;
    telling(&world, HOUR).await;
    assert_eq!(told(&world).len(), 6, "a restart tells nothing twice");
}

#[tokio::test(start_paused = true)]
async fn the_feeds_name_the_hub_and_themselves() {
    let world = world().await;
    world.run(HOUR).await;
    let press = Press::new(world.engine.clone(), "http://127.0.0.1:1".to_owned());
    for format in Format::ALL {
        let request = FeedRequest::new(Which::Merged, format);
        let Edition::Ready(feed) = press.feed(request).await.unwrap() else { panic!("no feed") };
        assert!(String::from_utf8_lossy(&feed.plain).contains("https://hub.example/"));
        let own = format!("https://reader.example/n/feed.{}", format.ending());
        let link = format!("<https://hub.example/>; rel=\"hub\", <{own}>; rel=\"self\"");
        assert_eq!(feed.link.as_deref(), Some(link.as_str()));
    }
}
