//! The machine: its clock, signals, service manager and terminal.

mod clock;
mod disk;
mod notify;
mod signals;
mod telemetry;

pub use clock::{now, now_ms};
pub use disk::{free_space, is_writable};
pub use notify::{ready, stopping};
pub use signals::{Signal, Signals};
pub use telemetry::{LogFormat, start_logging};
