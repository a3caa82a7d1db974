//! What the daemon needs from outside, so that tests can hand in something else.

use crate::model::{
    FetchError, FetchPolicy, FetchRequest, FetchResponse, HostBudgets, HostFigures, HostKey, HostTemper,
    Pace, Purpose,
};
use jiff::Timestamp;
use std::pin::Pin;
use std::sync::Arc;
use url::Url;

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

    /// Sends a form to a hub (WebSub §5.1), under the same rules.
    fn post(&self, request: FormRequest) -> Posting<'_>;

    /// How soon a request to the host could begin.
    fn pace(&self, _host: &HostKey, _purpose: Purpose) -> Pace {
        Pace::default()
    }

    /// Puts other budgets in force.
    fn set_budgets(&self, _budgets: HostBudgets) {}

    /// Hosts of which there is something new to remember over a restart, each told once.
    fn tempers(&self) -> Vec<HostTemper> {
        Vec::new()
    }

    /// What was remembered of hosts before a restart.
    fn recall(&self, _tempers: Vec<HostTemper>) {}

    /// The host is asked although it wants to be left alone.
    fn wake(&self, _host: &HostKey) {}

    /// What went to which host since the start.
    fn figures(&self) -> Vec<HostFigures> {
        Vec::new()
    }
}

/// A form that is sent by POST.
#[derive(Debug, Clone)]
pub struct FormRequest {
    /// Where to.
    pub url: Url,
    /// Names and values.
    pub fields: Vec<(&'static str, String)>,
    /// How; credentials are never sent.
    pub policy: Arc<FetchPolicy>,
}

/// A form on its way; nothing but its acceptance (2xx) comes back.
pub type Posting<'a> = Pin<Box<dyn Future<Output = Result<(), FetchError>> + Send + 'a>>;
