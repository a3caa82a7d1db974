//! The one integration-test binary.

mod http;
mod support;
