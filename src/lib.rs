//! Offprint polls feeds, fetches the full article of every entry, shows each
//! story once, keeps everything in SQLite and publishes one merged feed.
//!
//! `ARCHITECTURE.md` is the map. In short:
//! config → schedule → fetch → feed → identity → store → article → store → publish → server.

pub mod article;
pub mod config;
pub mod html;
pub mod model;
