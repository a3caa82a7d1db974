//! What the daemon needs from outside, so that tests can hand in something else.

use crate::model::{FetchError, FetchRequest, FetchResponse};
use jiff::Timestamp;
use std::pin::Pin;

/// The wall clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// A request under way.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<FetchResponse, FetchError>> + Send + 'a>>;

/// The network. Implementations keep the budget of each host and guard addresses.
pub trait Fetch: Send + Sync {
    /// Makes one request, with its redirects, within its policy's limits.
    fn fetch(&self, request: FetchRequest) -> Fetching<'_>;
}
