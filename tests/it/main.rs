//! The one integration-test binary.

mod duplicates;
mod e2e;
mod engine;
mod extraction;
mod feeds;
mod http;
mod layers;
mod outputs;
mod search;
mod store;
mod support;
