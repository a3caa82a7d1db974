//! A great many plain feeds, cheap to serve: for load runs.

use super::answer::{Answer, Behaviour, Seen};
use super::feeds::{http_date, iso_date};
use super::origin::{Origin, lock};
use super::words::{text, title};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::fmt::Write;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// Feeds in bulk, RSS 2.0 and Atom in turn, with the full text of every entry (some 1.5 KB),
/// validators and 304. Nothing is kept: a body is made when it is asked for.
pub struct Bulk {
    origins: Vec<Origin>,
    press: Arc<Press>,
}

struct Press {
    feeds: usize,
    entries: usize,
    ports: usize,
    now: Timestamp,
    /// Entries that each feed has got since the start.
    newer: Vec<AtomicUsize>,
    /// How often each feed has edited an entry.
    edited: Vec<AtomicUsize>,
    /// How often an entry was edited, by feed and entry.
    edits: Mutex<HashMap<(usize, usize), usize>>,
}

impl Bulk {
    /// Opens `ports` servers (at least 1) with `feeds` feeds of `entries` entries between them,
    /// dated before `now`. Fails if a port can't be had.
    pub async fn start(feeds: usize, entries: usize, ports: usize, now: Timestamp) -> io::Result<Self> {
        let ports = ports.max(1);
        let counters = || std::iter::repeat_with(AtomicUsize::default).take(feeds).collect();
        let press = Arc::new(Press {
            feeds,
            entries,
            ports,
            now,
            newer: counters(),
            edited: counters(),
            edits: Mutex::default(),
        });
        let mut origins = Vec::with_capacity(ports);
        for _ in 0..ports {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let (press, base) = (Arc::clone(&press), format!("http://{}", listener.local_addr()?));
            origins.push(Origin::on(listener, 0, move |seen| press.route(&base, seen))?);
        }
        Ok(Self { origins, press })
    }

    /// Addresses of all feeds.
    pub fn feed_urls(&self) -> Vec<String> {
        (0..self.press.feeds)
            .map(|feed| self.origins[feed % self.press.ports].url(&feed_path(feed)))
            .collect()
    }

    /// Gives every feed one new entry; its oldest one falls out.
    pub fn advance(&self) {
        (0..self.press.feeds).for_each(|feed| self.advance_feed(feed));
    }

    /// Gives this feed, counted from 0, one new entry; its oldest one falls out.
    pub fn advance_feed(&self, feed: usize) {
        if let Some(newer) = self.press.newer.get(feed) {
            newer.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Changes the newest entry of this feed, in the feed and on its page.
    pub fn edit(&self, feed: usize) {
        if let Some(edited) = self.press.edited.get(feed) {
            let newest = self.press.newer(feed) + self.press.entries.saturating_sub(1);
            *lock(&self.press.edits).entry((feed, newest)).or_default() += 1;
            edited.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Changes what this feed's address does.
    pub fn set_behaviour(&self, feed: usize, behaviour: Behaviour) {
        self.origins[feed % self.press.ports].set_behaviour(&feed_path(feed), behaviour);
    }

    /// Requests answered so far.
    pub fn total(&self) -> u64 {
        self.origins.iter().map(Origin::total).sum()
    }

    /// Closes all servers.
    pub fn stop(&self) {
        self.origins.iter().for_each(Origin::stop);
    }
}

fn feed_path(feed: usize) -> String {
    format!("/feed/{feed}")
}

impl Press {
    fn newer(&self, feed: usize) -> usize {
        self.newer.get(feed).map_or(0, |newer| newer.load(Ordering::SeqCst))
    }

    /// The text of an entry, with the corrections it has got.
    fn text(&self, feed: usize, entry: usize) -> String {
        let edits = lock(&self.edits).get(&(feed, entry)).copied().unwrap_or_default();
        let mut out = text(feed, entry);
        if edits > 0 {
            let _ = write!(out, "<p>Corrected {edits} times since it came out, last by the night desk.</p>");
        }
        out
    }

    fn route(&self, base: &str, seen: &Seen) -> Answer {
        let path = seen.plain_path();
        if let Some(feed) = path.strip_prefix("/feed/").and_then(|feed| feed.parse::<usize>().ok()) {
            return self.feed(base, feed, seen);
        }
        let page = path.strip_prefix("/a/").and_then(|rest| rest.split_once('/'));
        match page.map(|(feed, entry)| (feed.parse(), entry.parse())) {
            Some((Ok(feed), Ok(entry))) => Answer::ok(
                "text/html; charset=utf-8",
                format!(
                    "<!DOCTYPE html><html lang=\"en\"><title>{title}</title><article><h1>{title}</h1>{}</article>",
                    self.text(feed, entry),
                    title = title(feed, entry)
                ),
            ),
            _ => Answer::not_found(),
        }
    }

    fn feed(&self, base: &str, feed: usize, seen: &Seen) -> Answer {
        if feed >= self.feeds {
            return Answer::not_found();
        }
        let newer = self.newer(feed);
        let edited = self.edited[feed].load(Ordering::SeqCst);
        let etag = format!("\"{feed}-{newer}-{edited}\"");
        let kind = if feed.is_multiple_of(2) { "application/rss+xml" } else { "application/atom+xml" };
        let known = seen.header("if-none-match") == Some(&etag);
        let body = match (known, feed % 2) {
            // The body of a 304 is dropped, so there is no need to write one.
            (true, _) => String::new(),
            (_, 0) => self.rss(base, feed, newer),
            _ => self.atom(base, feed, newer),
        };
        let changed =
            self.now.saturating_add(SignedDuration::from_secs((newer + edited) as i64)).unwrap_or(self.now);
        Answer::ok(kind, body).validated(&etag, &http_date(changed))
    }

    fn dates(&self, newer: usize) -> impl Iterator<Item = (usize, Timestamp)> + '_ {
        (newer..newer + self.entries).rev().map(move |entry| {
            let age = (self.entries as i64 - entry as i64).max(0);
            (entry, self.now.saturating_sub(SignedDuration::from_mins(age)).unwrap_or(self.now))
        })
    }

    fn rss(&self, base: &str, feed: usize, newer: usize) -> String {
        let mut out = String::with_capacity(2_100 * self.entries + 400);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" \
             xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Bulk {feed}</title>\
             <link>{base}/</link><description>Feed {feed}</description>"
        );
        for (entry, date) in self.dates(newer) {
            let _ = write!(
                out,
                "<item><title>{}</title><link>{base}/a/{feed}/{entry}</link><guid>{base}/a/{feed}/{entry}</guid>\
                 <pubDate>{}</pubDate><content:encoded><![CDATA[{}]]></content:encoded></item>",
                title(feed, entry),
                http_date(date),
                self.text(feed, entry)
            );
        }
        out + "</channel></rss>"
    }

    fn atom(&self, base: &str, feed: usize, newer: usize) -> String {
        let mut out = String::with_capacity(2_200 * self.entries + 400);
        let _ = write!(
            out,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">\
             <id>{base}/feed/{feed}</id><title>Bulk {feed}</title><link href=\"{base}/\"/>\
             <author><name>The press</name></author><updated>{}</updated>",
            iso_date(self.now)
        );
        for (entry, date) in self.dates(newer) {
            let _ = write!(
                out,
                "<entry><id>{base}/a/{feed}/{entry}</id><title>{}</title><link href=\"{base}/a/{feed}/{entry}\"/>\
                 <updated>{}</updated><content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div>\
                 </content></entry>",
                title(feed, entry),
                iso_date(date),
                self.text(feed, entry)
            );
        }
        out + "</feed>"
    }
}
