//! The one integration-test binary.

mod e2e;
mod http;
mod layers;
mod support;
