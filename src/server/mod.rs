//! The HTTP server: what is rendered elsewhere, sent as RFC 9110 wants it.

mod accept;
mod backend;
mod conditional;
mod feeds;
mod gate;
mod listen;
mod pages;
mod patient;
mod routes;
mod websub;

pub use backend::{
    Announcement, Answering, Backend, Edition, Format, Intent, Page, Printed, Reception, Rendered,
};
pub use feeds::{FeedRequest, Which};
pub use gate::Access;
pub use listen::{BindError, Listener, serve};
