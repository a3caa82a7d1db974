//! The subscription list as OPML 2.0.

use super::xml::Xml;
use super::{chars, links};
use url::Url;

/// One feed of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscription {
    /// Title, plain text.
    pub title: String,
    /// Address of the feed, http or https; a user and password in it are left out.
    pub feed_url: String,
    /// The site it belongs to, http or https.
    pub home_url: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Not a feed that others could read: a page or a sitemap. It stands in the list as
    /// a link.
    pub no_feed: bool,
}

/// The list as an OPML 2.0 document, in the order given, without nesting: a
/// feed's tags are its `category`, so that one with several stands there once.
/// A feed without a usable address is left out.
pub fn opml(title: &str, subscriptions: &[Subscription]) -> String {
    let mut xml = Xml::new(300 + 300 * subscriptions.len());
    xml.open("opml", &[("version", "2.0")]);
    xml.open("head", &[]);
    xml.element("title", &[], &chars::line(title));
    xml.close();
    xml.open("body", &[]);
    for subscription in subscriptions {
        outline(&mut xml, subscription);
    }
    if subscriptions.iter().all(|one| links::http(&one.feed_url).is_none()) {
        // A body must have one.
        xml.empty("outline", &[("text", "No subscriptions")]);
    }
    xml.finish()
}

fn outline(xml: &mut Xml, subscription: &Subscription) {
    let Some(feed) = without_credentials(&subscription.feed_url) else { return };
    let name = chars::line(&subscription.title);
    let name = if name.is_empty() { &feed } else { &name };
    let home = links::http_opt(subscription.home_url.as_deref());
    // A comma separates tags, so none can stand in one.
    let tags: Vec<_> = subscription.tags.iter().map(|tag| chars::line(tag).replace(',', " ")).collect();
    let category = tags.join(",");
    let mut attributes = match subscription.no_feed {
        false => vec![("type", "rss"), ("text", name), ("title", name), ("xmlUrl", &feed)],
        true => vec![("type", "link"), ("text", name), ("title", name), ("url", &feed)],
    };
    attributes.extend(home.as_deref().map(|home| ("htmlUrl", home)));
    attributes.extend((!category.is_empty()).then_some(("category", category.as_str())));
    xml.empty("outline", &attributes);
}

fn without_credentials(url: &str) -> Option<String> {
    let address = links::http(url)?;
    let mut parsed = Url::parse(&address).ok()?;
    if parsed.username().is_empty() && parsed.password().is_none() {
        return Some(address.into_owned());
    }
    parsed.set_username("").and_then(|()| parsed.set_password(None)).ok()?;
    Some(parsed.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list() {
        let one = Subscription {
            title: "A <\"b\"> & c\u{0}".into(),
            feed_url: "https://user:secret@a.example/feed?x=1&y=2".into(),
            home_url: Some("javascript:x".into()),
            tags: vec!["news".into(), "a, b".into()],
            no_feed: false,
        };
        let page = Subscription {
            feed_url: "https://c.example/news".into(),
            no_feed: true,
            ..Subscription::default()
        };
        let two = Subscription { feed_url: "https://b.example/feed".into(), ..Subscription::default() };
        let none = Subscription { feed_url: "file:///etc/passwd".into(), ..Subscription::default() };
        assert_eq!(
            opml("Meine & deine", &[one, two, none, page]),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n  <head>\n    \
             <title>Meine &amp; deine</title>\n  </head>\n  <body>\n    \
             <outline type=\"rss\" text=\"A &lt;&quot;b&quot;&gt; &amp; c\" \
             title=\"A &lt;&quot;b&quot;&gt; &amp; c\" xmlUrl=\"https://a.example/feed?x=1&amp;y=2\" \
             category=\"news,a  b\"/>\n    \
             <outline type=\"rss\" text=\"https://b.example/feed\" title=\"https://b.example/feed\" \
             xmlUrl=\"https://b.example/feed\"/>\n    \
             <outline type=\"link\" text=\"https://c.example/news\" title=\"https://c.example/news\" \
             url=\"https://c.example/news\"/>\n  </body>\n</opml>\n"
        );
    }
}
