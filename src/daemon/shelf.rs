//! What has been rendered, kept until something changes.

use super::settings::Settings;
use crate::server::{FeedRequest, Rendered};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use tokio::sync::Mutex;

/// Bytes of feeds that are kept: those that were asked for last. One that is larger is
/// kept alone.
const ROOM: usize = 32 << 20;

/// A feed as it was rendered last.
pub(super) struct Shelved {
    pub(super) revision: i64,
    /// What the store had committed, and when its revision was looked at last.
    pub(super) commits: u64,
    pub(super) checked: Timestamp,
    pub(super) settings: Arc<Settings>,
    pub(super) until: Option<Timestamp>,
    pub(super) rendered: Arc<Rendered>,
}

/// One feed has one place: two readers who come at once wait for one rendering.
pub(super) type Place = Arc<Mutex<Option<Shelved>>>;

#[derive(Default)]
pub(super) struct Shelf(StdMutex<Places>);

#[derive(Default)]
struct Places {
    all: HashMap<FeedRequest, Kept>,
    /// Grows with every request.
    turn: u64,
}

struct Kept {
    place: Place,
    /// Bytes of what is there.
    size: usize,
    /// When it was asked for last.
    turn: u64,
}

impl Shelf {
    fn places(&self) -> std::sync::MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place of a feed.
    pub(super) fn place(&self, request: &FeedRequest) -> Place {
        let mut places = self.places();
        places.turn += 1;
        let turn = places.turn;
        if let Some(kept) = places.all.get_mut(request) {
            kept.turn = turn;
            return kept.place.clone();
        }
        let place = Place::default();
        places.all.insert(request.clone(), Kept { place: place.clone(), size: 0, turn });
        place
    }

    /// Notes what a feed takes, and lets go of those that nobody has asked for longest
    /// while there is more than enough.
    pub(super) fn note(&self, request: &FeedRequest, size: usize) {
        let mut places = self.places();
        if let Some(kept) = places.all.get_mut(request) {
            kept.size = size;
        }
        let mut total: usize = places.all.values().map(|kept| kept.size).sum();
        while total > ROOM && places.all.len() > 1 {
            let Some(oldest) = places
                .all
                .iter()
                .filter(|(other, _)| *other != request)
                .min_by_key(|(_, kept)| kept.turn)
                .map(|(other, _)| other.clone())
            else {
                break;
            };
            total -= places.all.remove(&oldest).map_or(0, |kept| kept.size);
        }
    }

    /// There is nothing to be kept for a request.
    pub(super) fn clear(&self, request: &FeedRequest) {
        self.places().all.remove(request);
    }
}
