//! The machine: its clock, signals, service manager and terminal.

mod clock;
mod disk;
mod notify;
mod signals;
mod sockets;
mod telemetry;

pub use clock::{now, now_ms};
pub use disk::{free_space, is_writable};
pub use notify::{alive, has_manager, ready, reloading, status, stopping, watchdog};
pub use signals::{Signal, Signals, outlive_large_files};
pub use sockets::{PassedSocket, passed_sockets};
pub use telemetry::{LogFormat, start_logging};
