//! Offprint polls feeds, fetches the full article of every entry, shows each
//! story once, keeps everything in SQLite and publishes one merged feed.
//!
//! `ARCHITECTURE.md` is the map. In short:
//! config → schedule → fetch → feed → identity → store → article → store → publish → server.

pub mod app;
pub mod article;
pub mod calendar;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod diff;
pub mod feed;
pub mod health;
pub mod html;
pub mod http;
pub mod identity;
pub mod model;
pub mod newsstand;
pub mod os;
pub mod publish;
pub mod schedule;
pub mod search;
pub mod server;
pub mod store;
pub mod web;
