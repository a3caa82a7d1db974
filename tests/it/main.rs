//! The one integration-test binary.

mod e2e;
mod engine;
mod http;
mod layers;
mod store;
mod support;
