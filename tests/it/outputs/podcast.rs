//! A podcast, from its feed through ours and back.

use super::torture::{meta, read};
use super::{atom, json, rss};
use offprint::feed::{self, Limits};
use offprint::model::{EpisodeKind, FeedEntry};
use offprint::publish::{self, Content};
use url::Url;

const FEED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
  <title>Heron Hour</title><link>https://heron.example/</link><language>en-GB</language>
  <itunes:image href="/art/show.jpg"/><itunes:explicit>no</itunes:explicit>
  <item>
    <title>12: Reeds &amp; rivers</title><guid isPermaLink="false">hh-12</guid>
    <link>https://heron.example/12</link><pubDate>Fri, 01 Mar 2024 06:00:00 +0100</pubDate>
    <description>Notes.</description>
    <enclosure url="https://cdn.heron.example/12.mp3?source=feed&amp;x=1" length="34216300" type="audio/mpeg"/>
    <itunes:duration>1:02:03</itunes:duration><itunes:image href="/art/12.jpg"/>
    <itunes:season>2</itunes:season><itunes:episode>12</itunes:episode>
    <itunes:episodeType>Bonus</itunes:episodeType><itunes:explicit>yes</itunes:explicit>
  </item>
  <item>
    <title>11</title><guid isPermaLink="false">hh-11</guid><link>https://heron.example/11</link>
    <enclosure url="https://cdn.heron.example/11.ogg" length="" type="audio/ogg"/>
    <media:group>
      <media:content url="https://cdn.heron.example/11.mp4" type="video/mp4" fileSize="99" duration="61"/>
      <media:content url="https://cdn.heron.example/11-small.jpg" medium="image" width="200"/>
      <media:content url="https://cdn.heron.example/11-large.jpg" medium="image" width="1600"/>
    </media:group>
    <media:thumbnail url="https://cdn.heron.example/11-tiny.jpg" width="9000"/>
  </item>
  <item>
    <title>10</title><guid isPermaLink="false">hh-10</guid><link>https://heron.example/10</link>
    <enclosure url="https://cdn.heron.example/10.m4a" length="5" type="audio/x-m4a"/>
    <itunes:duration>90</itunes:duration>
  </item>
  <item>
    <title>Photo</title><guid isPermaLink="false">p</guid><link>https://heron.example/p</link>
    <enclosure url="https://cdn.heron.example/p.jpg" length="7" type="image/jpeg"/>
    <media:thumbnail url="//cdn.heron.example/p-small.jpg"/>
  </item>
</channel></rss>"#;

fn back(document: &str) -> Vec<FeedEntry> {
    let base = Url::parse("https://offprint.example/feed").unwrap();
    feed::parse(document.as_bytes(), None, &base, &Limits::default()).unwrap().entries
}

#[test]
fn nothing_of_it_is_lost() {
    let entries = read(FEED);
    let images: Vec<_> = entries.iter().map(|entry| entry.image.as_deref().unwrap()).collect();
    let cdn = "https://cdn.heron.example";
    let large = format!("{cdn}/11-large.jpg");
    let photo = format!("{cdn}/p-small.jpg");
    assert_eq!(
        images,
        ["https://one.example/art/12.jpg", &large, "https://one.example/art/show.jpg", &photo]
    );
    let episode = entries[0].episode.clone().unwrap();
    assert_eq!((episode.season, episode.number), (Some(2), Some(12)));
    assert_eq!((episode.kind, episode.explicit), (Some(EpisodeKind::Bonus), Some(true)));
    let atom = publish::atom(&meta(), &entries, Content::Full);
    let rss = publish::rss(&meta(), &entries, Content::Full);
    let json = publish::json_feed(&meta(), &entries, Content::Full);
    for (document, format) in [(&atom, "Atom"), (&rss, "RSS"), (&json, "JSON")] {
        let found = back(document);
        let first = &found[0].enclosures[0];
        assert_eq!(first.url, format!("{cdn}/12.mp3?source=feed&x=1"), "{format}");
        assert_eq!(first.mime.as_deref(), Some("audio/mpeg"), "{format}");
        assert_eq!((first.length, first.duration), (Some(34_216_300), Some(3723)), "{format}");
        let film = found[1].enclosures.iter().find(|one| one.url.ends_with("11.mp4")).unwrap();
        assert_eq!((film.length, film.duration), (Some(99), Some(61)), "{format}");
        assert_eq!(found[2].enclosures[0].duration, Some(90), "{format}");
        assert_eq!(found[3].enclosures[0].url, format!("{cdn}/p.jpg"), "{format}");
        for (found, expected) in found.iter().zip(&entries) {
            let own = found.episode.as_ref().and_then(|episode| episode.image.clone());
            assert_eq!(own.or(found.image.clone()), expected.image, "{format}");
        }
    }
}

#[test]
fn as_it_is_written() {
    let entries = read(FEED);
    let feed = rss::valid(&publish::rss(&meta(), &entries, Content::Full));
    let channel = &feed.children[0];
    assert_eq!(channel.value("itunes:explicit"), Some("true"));
    let items: Vec<_> = channel.all("item").collect();
    for (name, value) in [
        ("itunes:duration", "3723"),
        ("itunes:season", "2"),
        ("itunes:episode", "12"),
        ("itunes:episodeType", "bonus"),
        ("itunes:explicit", "true"),
    ] {
        assert_eq!(items[0].value(name), Some(value));
    }
    let attribute = |item: usize, name: &str, key: &str| {
        items[item].all(name).filter_map(|found| found.attribute(key)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(attribute(0, "itunes:image", "href"), ["https://one.example/art/12.jpg"]);
    assert_eq!(attribute(1, "enclosure", "length"), ["0"]);
    // The picture that is shown, the film, the smaller picture.
    assert_eq!(attribute(1, "media:content", "medium"), ["image", "video", "image"]);
    assert_eq!(attribute(3, "enclosure", "type"), ["image/jpeg"]);
    assert_eq!(items[3].value("itunes:duration"), None);
    let feed = atom::valid(&publish::atom(&meta(), &entries, Content::Full));
    let entry = feed.all("entry").next().unwrap();
    let link = entry.all("link").find(|link| link.attribute("rel") == Some("enclosure")).unwrap();
    assert_eq!((link.attribute("length"), link.attribute("type")), (Some("34216300"), Some("audio/mpeg")));
    let durations: Vec<_> = entry.all("media:content").map(|media| media.attribute("duration")).collect();
    assert_eq!(durations, [None, Some("3723")]);
    let feed = json::valid(&publish::json_feed(&meta(), &entries, Content::Full));
    assert_eq!(feed["items"][0]["attachments"][0]["duration_in_seconds"], 3723);
    assert_eq!(feed["items"][0]["image"], "https://one.example/art/12.jpg");
    let episode = serde_json::json!({ "season": 2, "number": 12, "type": "bonus", "explicit": true });
    assert_eq!(feed["items"][0]["_offprint"]["episode"], episode);
}

/// Apple's elements ask more of a channel than a feed of articles has.
#[test]
fn a_feed_without_podcasts_says_nothing_of_them() {
    let rss = publish::rss(&meta(), &[super::torture::plain(1)], Content::Full);
    assert!(!rss.contains("itunes"), "{rss}");
}
