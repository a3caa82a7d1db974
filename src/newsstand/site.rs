//! One site of the newsstand: its paths and what it answers.

use super::answer::{Answer, Behaviour, Seen};
use super::desk::Desk;
use super::origin::Origin;
use super::sites::{COURIER, DESK_FEED, DESK_MOVED, Format, Make};
use super::{feeds, newsprint, pages};
use jiff::Timestamp;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// A source as it would stand in a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the source.
    pub id: String,
    /// Address of its feed.
    pub url: String,
    /// Tags for it.
    pub tags: Vec<String>,
}

/// One site.
pub struct Site {
    /// Short name, good as a source id.
    pub id: &'static str,
    /// Title of the site and of its feed.
    pub name: &'static str,
    /// Its server, with everything that can be asked of one.
    pub origin: Origin,
    make: &'static Make,
}

impl Site {
    pub(super) fn open(desk: &Arc<Desk>, number: usize, listener: TcpListener) -> io::Result<Self> {
        let make = desk.papers[number].make;
        let desk = Arc::clone(desk);
        let polls = AtomicUsize::new(0);
        let origin = Origin::on(listener, 10_000, move |seen| {
            if make.format == Format::Broken && seen.plain_path() == make.feed_path {
                return broken(polls.fetch_add(1, Ordering::SeqCst));
            }
            route(&desk, number, seen)
        })?;
        if make.id == "gazette" {
            let slow = Behaviour::Drip {
                first: Duration::from_millis(2500),
                chunk: 600,
                pause: Duration::from_millis(100),
            };
            origin.set_behaviour(make.feed_path, slow);
        }
        Ok(Self { id: make.id, name: make.name, origin, make })
    }

    /// Address of its feed.
    pub fn feed_url(&self) -> String {
        self.origin.url(self.make.feed_path)
    }

    /// Path of its feed.
    pub fn feed_path(&self) -> &'static str {
        self.make.feed_path
    }

    /// Address of a path, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        self.origin.url(path)
    }

    /// Changes what `path` does; see [`Origin::set_behaviour`].
    pub fn set_behaviour(&self, path: &str, behaviour: Behaviour) {
        self.origin.set_behaviour(path, behaviour);
    }

    /// The newest requests, oldest first.
    pub fn requests(&self) -> Vec<Seen> {
        self.origin.requests()
    }

    /// The highest number of requests that were under way at once.
    pub fn peak(&self) -> usize {
        self.origin.peak()
    }
}

/// Errors first; then something that is no feed at all.
fn broken(poll: usize) -> Answer {
    if poll < 3 {
        return Answer::new(500, "text/html", "<h1>Internal Server Error</h1><p>The press is jammed.</p>");
    }
    Answer::ok("application/rss+xml", "\u{1}\u{2}%PRESS% jam at cylinder 3 ]]> &&& <<<< rss?")
}

fn route(desk: &Desk, site: usize, seen: &Seen) -> Answer {
    let make = desk.papers[site].make;
    let path = seen.plain_path();
    let file =
        |folder: &str, ending: &str| path.strip_prefix(folder).and_then(|rest| rest.strip_suffix(ending));
    if path == "/robots.txt" {
        return Answer::ok("text/plain", make.robots);
    }
    if path == make.feed_path {
        return feed(desk, site, false);
    }
    if site == COURIER && path == DESK_FEED {
        return feed(desk, site, true);
    }
    if site == COURIER && path == DESK_MOVED {
        return Answer::redirect(301, DESK_FEED);
    }
    if path == "/" {
        return Answer::ok("text/html; charset=utf-8", pages::front_page(desk, site)).gzipped();
    }
    if let Some(name) = file("/img/", ".png") {
        return Answer::ok("image/png", pages::png(name));
    }
    if let Some(name) = file("/audio/", ".mp3") {
        return Answer::ok("audio/mpeg", pages::audio(name));
    }
    match pages::story_page(desk, site, path) {
        Some((html, lang)) => {
            let charset = (make.page_charset)(&lang);
            answer(&format!("text/html; charset={charset}"), charset, &html, newest(desk, site))
        }
        None => Answer::new(404, "text/html; charset=utf-8", "<h1>Not found</h1><p>No such page.</p>"),
    }
}

fn newest(desk: &Desk, site: usize) -> Timestamp {
    desk.issued(site).first().map_or(Timestamp::UNIX_EPOCH, |issue| issue.date)
}

fn feed(desk: &Desk, site: usize, section: bool) -> Answer {
    let make = desk.papers[site].make;
    let text = feeds::feed(desk, site, section);
    answer(feeds::content_type(make.format), make.feed_charset, &text, newest(desk, site))
}

/// Encodes the text and adds validators. Characters the encoding lacks become
/// character references, which XML and HTML both understand.
fn answer(content_type: &str, charset: &str, text: &str, changed: Timestamp) -> Answer {
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let body = encoding.encode(text).0.into_owned();
    let etag = format!("\"{:016x}\"", newsprint(&body));
    Answer::ok(content_type, body).validated(&etag, &feeds::http_date(changed)).gzipped()
}
