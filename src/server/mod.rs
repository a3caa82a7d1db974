//! The HTTP server: what is rendered elsewhere, sent as RFC 9110 wants it.

mod accept;
mod backend;
mod conditional;
mod gate;
mod listen;
mod pages;
mod patient;
mod routes;
mod websub;

pub use backend::{Announcement, Answering, Backend, Format, Intent, Page, Printed, Reception, Rendered};
pub use gate::Access;
pub use listen::{BindError, Listener, serve};
