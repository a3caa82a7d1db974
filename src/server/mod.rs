//! The HTTP server: what is rendered elsewhere, sent as RFC 9110 wants it.

mod accept;
mod api;
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
    Announcement, Answering, Backend, Call, Edition, Entries, Format, Intent, Order, Page, Paper, Printed,
    Reception, Rendered, Reply,
};
pub use feeds::{FeedRequest, Which};
pub use gate::Access;
pub use listen::{BindError, Listener, serve};
