//! A great many plain feeds, cheap to serve: for load runs.

use super::answer::{Answer, Seen};
use super::feeds::{http_date, iso_date};
use super::origin::Origin;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    /// Entries that every feed has got since the start.
    newer: AtomicUsize,
}

impl Bulk {
    /// Opens `ports` servers (at least 1) with `feeds` feeds of `entries` entries between them,
    /// dated before `now`. Fails if a port can't be had.
    pub async fn start(feeds: usize, entries: usize, ports: usize, now: Timestamp) -> io::Result<Self> {
        let ports = ports.max(1);
        let press = Arc::new(Press { feeds, entries, ports, now, newer: AtomicUsize::new(0) });
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
        self.press.newer.fetch_add(1, Ordering::SeqCst);
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
                    text(feed, entry),
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
        let newer = self.newer.load(Ordering::SeqCst);
        let etag = format!("\"{feed}-{newer}\"");
        let kind = if feed.is_multiple_of(2) { "application/rss+xml" } else { "application/atom+xml" };
        let known = seen.header("if-none-match") == Some(&etag);
        let body = match (known, feed % 2) {
            // The body of a 304 is dropped, so there is no need to write one.
            (true, _) => String::new(),
            (_, 0) => self.rss(base, feed, newer),
            _ => self.atom(base, feed, newer),
        };
        let changed = self.now.saturating_add(SignedDuration::from_secs(newer as i64)).unwrap_or(self.now);
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
                text(feed, entry)
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
                text(feed, entry)
            );
        }
        out + "</feed>"
    }
}

const SYLLABLES: [&str; 32] = [
    "ba", "ter", "lin", "mo", "ska", "rel", "un", "dor", "vi", "ken", "tal", "os", "pri", "gem", "ha", "fu",
    "nor", "ce", "wy", "ast", "il", "qua", "den", "jo", "ble", "rum", "es", "ti", "par", "zo", "ch", "am",
];

/// Next value of a small generator (SplitMix64): the same feed always says the same.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn seed(feed: usize, entry: usize) -> u64 {
    (feed as u64) << 32 ^ entry as u64
}

/// Two or three syllables: so many different words that no two texts look like copies.
fn word(out: &mut String, bits: u64) {
    for i in 0..2 + (bits >> 60) % 2 {
        out.push_str(SYLLABLES[(bits >> (5 * i)) as usize % SYLLABLES.len()]);
    }
}

fn title(feed: usize, entry: usize) -> String {
    let mut state = seed(feed, entry) ^ 0x0074_6974_6c65;
    let mut out = format!("No {entry} of {feed}:");
    for _ in 0..5 {
        out.push(' ');
        word(&mut out, next(&mut state));
    }
    out
}

fn text(feed: usize, entry: usize) -> String {
    let mut state = seed(feed, entry);
    let mut out = String::with_capacity(1_700);
    for _ in 0..4 {
        out.push_str("<p>");
        for i in 0..60 {
            if i > 0 {
                out.push_str(if i % 12 == 0 { ". " } else { " " });
            }
            word(&mut out, next(&mut state));
        }
        out.push_str(".</p>");
    }
    out
}
