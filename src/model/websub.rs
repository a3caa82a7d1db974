//! How a source stands with its hub (WebSub).

use jiff::Timestamp;

/// A topic at a hub: what is subscribed to (WebSub §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Address of the hub.
    pub hub: String,
    /// The feed's own address.
    pub topic: String,
}

/// A source's subscription at a hub, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The hub and what is subscribed to.
    pub at: Topic,
    /// How far it has come.
    pub standing: HubStanding,
    /// When the lease ends or ended, once the hub has verified.
    pub lease_end: Option<Timestamp>,
    /// The last announcement that was accepted.
    pub announced: Option<Timestamp>,
    /// How many there were.
    pub announcements: u64,
    /// Announcements without a good signature; nothing was made of them.
    pub ignored: u64,
    /// The hub has proved to announce what is new: polls are late meanwhile.
    pub relied_on: bool,
    /// Whether announcements are signed, so that their entries may be read.
    pub signed: bool,
    /// Requests to the hub since it last verified.
    pub failures: u32,
    /// What went wrong last, for people.
    pub problem: Option<String>,
}

/// How far a subscription has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubStanding {
    /// The hub has not verified it.
    Asked,
    /// Verified, and the lease runs.
    Subscribed,
    /// The lease has ended without renewal.
    Lapsed,
}

impl HubStanding {
    /// A short fixed name: `asked`, `subscribed`, `lapsed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Subscribed => "subscribed",
            Self::Lapsed => "lapsed",
        }
    }
}
