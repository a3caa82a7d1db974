//! What hubs send: questions whether a subscription is meant, and announcements.

use super::signature::{Signed, judge};
use super::{hex, unhex};
use crate::config::{FullText, Source};
use crate::daemon::engine::Engine;
use crate::daemon::event::Event;
use crate::daemon::poll::{incoming, terms};
use crate::daemon::settings::Settings;
use crate::feed;
use crate::model::one_line;
use crate::schedule::OWN_TEXT_PROVED;
use crate::server::{Announcement, Intent, Reception};
use crate::store::{self, Delivery, Moved, PollOutcome, PollRecord, Print, StoreError, Subscribed};
use std::sync::Arc;
use url::Url;

/// Entries of one announcement; one with more leads to a poll.
const MAX_ENTRIES: usize = 200;

impl Engine {
    /// Whether what a hub asks about was meant (WebSub §5.3). A refusal is noted.
    ///
    /// # Errors
    /// The store can't be used.
    pub async fn hub_asks(&self, token: &str, intent: Intent) -> Result<bool, StoreError> {
        let Some(token) = unhex(token) else { return Ok(false) };
        let asked = token.clone();
        if !self.store.read(move |conn| store::is_callback(conn, &asked)).await? {
            return Ok(false);
        }
        let now = self.clock.now();
        let meant = self
            .store
            .write(move |conn| match &intent {
                Intent::Subscribe { topic, lease } => store::verify(conn, now, &token, topic, *lease),
                Intent::Unsubscribe { topic } => store::verify_farewell(conn, &token, topic),
                Intent::Denied { topic, reason } => {
                    let problem = match one_line(reason, 200) {
                        reason if reason.trim().is_empty() => "the hub refuses, without a reason".to_owned(),
                        reason => format!("the hub refuses: {reason}"),
                    };
                    store::deny(conn, now, &token, topic, &problem)
                }
            })
            .await?;
        if meant {
            self.hubs_changed.notify_one();
        }
        Ok(meant)
    }

    /// Bytes that an announcement to this callback may have; `None` if it is not ours.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn announcement_limit(&self, token: &str) -> Result<Option<u64>, StoreError> {
        let subscribed = self.subscribed(token).await?;
        Ok(subscribed.map(|_| self.settings().config.fetch.max_feed_size))
    }

    /// Takes an announcement. Entries are read from it if the hub has signed them and the
    /// way is as safe as the feed's own; otherwise, and if there are none, it is a reason
    /// to poll the feed, as soon as its interval allows.
    ///
    /// # Errors
    /// The store can't be used: the hub should try again.
    pub async fn announced(&self, token: &str, announcement: Announcement) -> Result<Reception, StoreError> {
        let Some(subscribed) = self.subscribed(token).await? else { return Ok(Reception::Unknown) };
        let settings = self.settings();
        let Some(source) = settings.source(&subscribed.source) else { return Ok(Reception::Unknown) };
        let announcement = Arc::new(announcement);
        if let Some(secret) = subscribed.secret.clone() {
            let signed = announcement.clone();
            let work = move || judge(&signed.signatures, hex(&secret).as_bytes(), &signed.body);
            match self.compute(work).await {
                Some(Signed::Well) => {}
                judged => {
                    self.ignore(&subscribed, judged == Some(Signed::Weakly)).await?;
                    return Ok(Reception::Taken);
                }
            }
        }
        let print = print(&announcement.body);
        if subscribed.knows(&print) {
            return Ok(Reception::Taken);
        }
        let readable = subscribed.secret.is_some()
            && subscribed.has_document
            && is_as_safe(&subscribed.at.hub, &source.url)
            && !announcement.encoded
            && !announcement.body.is_empty();
        if readable
            && self.budget.take(subscribed.number, self.clock.now())
            && self.read_announced(&settings, source, &subscribed, announcement, print).await?
        {
            return Ok(Reception::Taken);
        }
        self.poll_announced(&subscribed).await?;
        Ok(Reception::Taken)
    }

    async fn subscribed(&self, token: &str) -> Result<Option<Subscribed>, StoreError> {
        let Some(token) = unhex(token) else { return Ok(None) };
        self.store.read(move |conn| store::subscribed(conn, &token)).await
    }

    /// Without a good signature it is acknowledged and nothing is made of it (WebSub §7.1).
    async fn ignore(&self, subscribed: &Subscribed, weak: bool) -> Result<(), StoreError> {
        let (now, number) = (self.clock.now(), subscribed.number);
        // Below zero the subscriptions have a second budget, for these.
        if !weak && !self.budget.take(-number, now) {
            return Ok(());
        }
        tracing::warn!(source.id = %subscribed.source, weak, "hubs.signature_wrong");
        self.store.write(move |conn| store::note_ignored(conn, now, number, weak)).await?;
        self.hubs_changed.notify_one();
        Ok(())
    }

    /// Reads the entries of an announcement. `false` if there is nothing to be read in it.
    async fn read_announced(
        &self,
        settings: &Arc<Settings>,
        source: &Source,
        subscribed: &Subscribed,
        announcement: Arc<Announcement>,
        print: Print,
    ) -> Result<bool, StoreError> {
        let bytes = announcement.body.len() as u64;
        let terms = terms(self, source, subscribed.attempt);
        let base = Url::parse(&subscribed.at.topic).unwrap_or_else(|_| source.url.clone());
        let (settings, source) = (settings.clone(), source.clone());
        let work = move || delivery(&settings, &source, &announcement, &base);
        let Some(delivery) = self.compute(work).await.flatten() else { return Ok(false) };
        let now = self.clock.now();
        let record = PollRecord {
            sid: subscribed.sid,
            attempt: subscribed.attempt,
            now,
            terms,
            bytes,
            outcome: PollOutcome::Announced {
                delivery: Box::new(delivery),
                subscription: subscribed.number,
                print,
            },
        };
        let recorded = self.store.write(move |conn| store::record_poll(conn, &record)).await?;
        let id = &subscribed.source;
        let (new, changed) = (recorded.new, recorded.changed);
        tracing::info!(source.id = %id, entries.new = new, entries.changed = changed, "hubs.announced");
        self.tell(&Event::Announced { source: id.clone(), new, changed });
        self.add_announced_pages(id, recorded.pages);
        Ok(true)
    }

    async fn poll_announced(&self, subscribed: &Subscribed) -> Result<(), StoreError> {
        // However many come: one poll is asked for already.
        if subscribed.pinged {
            return Ok(());
        }
        let (now, number) = (self.clock.now(), subscribed.number);
        if self.store.write(move |conn| store::want_poll(conn, now, number)).await? {
            tracing::info!(source.id = %subscribed.source, "hubs.announced_a_poll");
            self.hurry(subscribed.source.clone());
        }
        Ok(())
    }
}

/// Needs a processor. `None`: no feed, no entries, or too many.
fn delivery(settings: &Settings, source: &Source, from: &Announcement, base: &Url) -> Option<Delivery> {
    let limits = feed::Limits { max_entries: MAX_ENTRIES + 1, ..feed::Limits::default() };
    let mut feed = feed::parse(&from.body, from.content_type.as_deref(), base, &limits).ok()?;
    let entries = std::mem::take(&mut feed.entries);
    if entries.is_empty() || entries.len() > MAX_ENTRIES {
        return None;
    }
    Some(Delivery {
        entries: incoming(source, entries),
        feed,
        // A part of the feed proves nothing about the whole.
        validators: None,
        moved: Moved::AsBefore,
        first_import: source.first_import,
        most_new: usize::MAX,
        parts: None,
        pages: source.full_text != FullText::Never,
        own_text_limit: (source.full_text == FullText::Auto).then_some(OWN_TEXT_PROVED),
        wait: settings.config.output.wait,
        cut: None,
        hub: None,
        repairs: Vec::new(),
    })
}

/// Whether nobody could forge what the hub says who could not forge the feed: the secret
/// that signs it was sent to the hub in the clear if that speaks http.
fn is_as_safe(hub: &str, feed: &Url) -> bool {
    hub.starts_with("https://") || feed.scheme() == "http"
}

fn print(body: &[u8]) -> Print {
    let digest = crate::identity::digest(&[body]).0;
    let mut print = Print::default();
    let length = print.len();
    print.copy_from_slice(&digest[..length]);
    print
}
