//! The one integration-test binary.

mod engine;
mod http;
mod layers;
mod store;
mod support;
