//! The client: polite to the hosts it asks, guarded against what they answer.
//!
//! [`Client::fetch`] takes a request through the gate of its host, a guard on
//! every address, redirects, robots.txt, limits on time and size, and decoding.
//! The only place that knows reqwest.

mod answer;
mod client;
mod connect;
mod decode;
mod error;
mod exchange;
mod freshness;
mod gate;
mod guard;
mod links;
mod post;
mod redirect;
mod request;
mod resolve;
mod robots;
mod robots_cache;
mod secrets;

pub use client::{Client, Clock, Settings};
pub use connect::has_roots;
pub use guard::{Guard, allowed};
pub use request::redacted;
pub use robots::Robots;
