//! The one integration-test binary.

mod http;
mod layers;
mod support;
