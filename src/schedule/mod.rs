//! When to ask again. Pure: what happened, what was wished, `now` and a seed in;
//! the next due time and its reason out.

mod habits;
mod next;
mod pace;
mod pages;
mod queue;
mod relaxed;
mod skip;
mod temper;
mod words;

pub use habits::Habits;
pub use next::{MAX_PAUSE, Outcome, Plan, Rhythm, Terms, jitter, next_poll, provisional, seed};
pub use pages::{MAX_REFETCHES, OWN_TEXT_PROVED, REFETCH_PAUSE, news_pause, retry_page};
pub use queue::{Queue, Waiting};
pub use relaxed::{RELAXED, relaxed_poll};
pub use temper::{Heard, LONGEST_REST, MAX_LEVEL, Temper};
pub use words::Month;
