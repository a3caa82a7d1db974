//! One host at its gate: who waits, who is under way, and when the next may begin.

use super::Wanted;
use crate::model::{HostBudget, Pace};
use crate::schedule::{Heard, Temper};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// So many feeds are asked before a page that waits.
const FEEDS_IN_A_ROW: u8 = 4;

/// What somebody who waits is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Begin, once there is a place in all.
    Go,
    /// Look again when something happens here, or at this time.
    Wait(Option<Instant>),
    /// Go away: the host is left alone for so long.
    Rest(Duration),
}

#[derive(Debug)]
pub(super) struct Host {
    feeds: VecDeque<u64>,
    /// With the pause each wants after the last page.
    pages: VecDeque<(u64, Duration)>,
    feeds_in_a_row: u8,
    running: usize,
    next_start: Instant,
    last_end: Option<Instant>,
    /// When a page last started or ended.
    last_page: Option<Instant>,
    /// The longest pause a page has wanted.
    page_pause: Duration,
    rest_until: Option<Instant>,
    temper: Temper,
    news: Arc<Notify>,
}

impl Host {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            feeds: VecDeque::new(),
            pages: VecDeque::new(),
            feeds_in_a_row: 0,
            running: 0,
            next_start: now,
            last_end: None,
            last_page: None,
            page_pause: Duration::ZERO,
            rest_until: None,
            temper: Temper::default(),
            news: Arc::default(),
        }
    }

    /// Somebody waits from now on, and is told of what happens.
    pub(super) fn join(&mut self, ticket: u64, wanted: Wanted) -> Arc<Notify> {
        match wanted {
            Wanted::Feed => self.feeds.push_back(ticket),
            Wanted::Page(pause) => self.pages.push_back((ticket, pause)),
        }
        self.news.notify_waiters();
        Arc::clone(&self.news)
    }

    /// Somebody doesn't wait any more.
    pub(super) fn leave(&mut self, ticket: u64) {
        let before = self.feeds.len() + self.pages.len();
        self.feeds.retain(|other| *other != ticket);
        self.pages.retain(|(other, _)| *other != ticket);
        if self.feeds.len() + self.pages.len() < before {
            self.news.notify_waiters();
        }
    }

    pub(super) fn look(&self, ticket: u64, budget: HostBudget, now: Instant, soon: Duration) -> Look {
        let rest = self.rest(now);
        if rest > soon {
            return Look::Rest(rest);
        }
        if !rest.is_zero() {
            return Look::Wait(self.rest_until);
        }
        let page_start = self
            .pages
            .front()
            .filter(|(page, _)| *page == ticket)
            .map(|(_, pause)| self.page_start(*pause))
            .filter(|start| *start > now);
        if self.next(now) != Some(ticket) {
            return Look::Wait(page_start);
        }
        if self.running >= self.temper.at_once(budget.per_host) {
            return Look::Wait(None);
        }
        match page_start.into_iter().chain([self.next_start]).max() {
            Some(start) if start > now => Look::Wait(Some(start)),
            _ => Look::Go,
        }
    }

    /// Whose turn is next. A page that has to wait for its pause lets feeds pass.
    fn next(&self, now: Instant) -> Option<u64> {
        let feed = self.feeds.front().copied();
        let Some((page, pause)) = self.pages.front() else { return feed };
        let page_first = self.feeds_in_a_row >= FEEDS_IN_A_ROW && self.page_start(*pause) <= now;
        if page_first { Some(*page) } else { feed.or(Some(*page)) }
    }

    fn page_start(&self, pause: Duration) -> Instant {
        let last = self.last_page.unwrap_or(self.next_start);
        if self.last_page.is_some() { later(last, pause) } else { last }
    }

    pub(super) fn start(&mut self, ticket: u64, budget: HostBudget, now: Instant) {
        if self.feeds.front() == Some(&ticket) {
            self.feeds.pop_front();
            self.feeds_in_a_row = self.feeds_in_a_row.saturating_add(1);
        } else if let Some((_, pause)) = self.pages.pop_front() {
            self.feeds_in_a_row = 0;
            self.last_page = Some(now);
            self.page_pause = self.page_pause.max(pause);
        }
        self.running += 1;
        self.next_start = later(now, self.delay(budget));
        self.news.notify_waiters();
    }

    pub(super) fn end(&mut self, page: bool, budget: HostBudget, now: Instant) {
        self.running = self.running.saturating_sub(1);
        self.next_start = self.next_start.max(later(now, self.delay(budget)));
        self.last_end = Some(now);
        if page {
            self.last_page = Some(now);
        }
        self.news.notify_waiters();
    }

    /// Whether there is something new to remember.
    pub(super) fn hear(&mut self, heard: Heard, took: Duration, budget: HostBudget, now: Instant) -> bool {
        let level = self.temper.level();
        let rest = self.temper.hear(heard, took, budget.per_host);
        if let Some(rest) = rest.filter(|rest| !rest.is_zero()) {
            self.rest_until = self.rest_until.max(Some(later(now, rest)));
            self.news.notify_waiters();
            return true;
        }
        level != self.temper.level()
    }

    pub(super) fn recall(&mut self, rest: Duration, level: u8, now: Instant) {
        self.temper = Temper::recalled(level);
        self.rest_until = Some(later(now, rest)).filter(|until| *until > now);
    }

    pub(super) fn wake(&mut self) {
        self.rest_until = None;
        self.news.notify_waiters();
    }

    /// The operator has set another pause: it counts from the last request on.
    pub(super) fn rebudgeted(&mut self, budget: HostBudget, now: Instant) {
        let from_end = self.last_end.map_or(now, |end| later(end, self.delay(budget)));
        self.next_start = self.next_start.min(from_end.max(now));
        self.news.notify_waiters();
    }

    pub(super) fn pace(&self, budget: HostBudget, page: bool, now: Instant) -> Pace {
        let rest = self.rest(now);
        let mut delay = self.delay(budget);
        let mut wait = rest.max(self.next_start.saturating_duration_since(now));
        if page {
            wait = wait.max(self.page_start(self.page_pause).saturating_duration_since(now));
            delay = delay.max(self.page_pause);
        }
        Pace { wait, rest, delay }
    }

    pub(super) fn delay(&self, budget: HostBudget) -> Duration {
        self.temper.delay(budget.delay)
    }

    /// How long it is still to be left alone.
    pub(super) fn rest(&self, now: Instant) -> Duration {
        self.rest_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    pub(super) fn level(&self) -> u8 {
        self.temper.level()
    }

    pub(super) fn last_end(&self) -> Option<Instant> {
        self.last_end
    }

    /// Whether somebody else waits or is under way.
    pub(super) fn is_busy_beside(&self, ticket: u64) -> bool {
        self.running > 0
            || self.feeds.iter().any(|other| *other != ticket)
            || self.pages.iter().any(|(other, _)| *other != ticket)
    }

    pub(super) fn is_idle(&self, now: Instant) -> bool {
        let paused =
            self.next_start > now || self.last_page.is_some_and(|at| later(at, self.page_pause) > now);
        self.running == 0 && self.feeds.is_empty() && self.pages.is_empty() && !paused
    }

    pub(super) fn is_calm(&self, now: Instant) -> bool {
        self.temper.is_calm() && self.rest(now).is_zero()
    }
}

fn later(now: Instant, delay: Duration) -> Instant {
    now.checked_add(delay).unwrap_or(now)
}
