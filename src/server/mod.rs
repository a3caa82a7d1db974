//! The HTTP server: what is rendered elsewhere, sent as RFC 9110 wants it.

mod accept;
mod backend;
mod conditional;
mod gate;
mod listen;
mod pages;
mod patient;
mod routes;

pub use backend::{Answering, Backend, Format, Page, Printed, Rendered};
pub use gate::Access;
pub use listen::{BindError, Listener, serve};
