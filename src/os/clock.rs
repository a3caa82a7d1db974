//! The only place where the wall clock is read.

use jiff::Timestamp;

/// The time of day.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    now().as_millisecond()
}
