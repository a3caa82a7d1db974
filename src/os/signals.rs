//! Signals that the daemon answers to.

use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// SIGXFSZ, which the kernel sends with a write beyond the largest size of a file.
const FILE_TOO_LARGE: i32 = 25;

/// From now on a file that may not grow (`ulimit -f`) is a failing write, as a full
/// disk is, and no longer the end of the process. Needs a tokio runtime, but outlives it.
///
/// # Errors
/// The system refuses.
pub fn outlive_large_files() -> std::io::Result<()> {
    // The handler stays when nobody listens any more.
    signal(SignalKind::from_raw(FILE_TOO_LARGE)).map(drop)
}

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM or SIGINT
    Stop,
    /// SIGHUP
    Reload,
}

/// The signals, from now on.
pub struct Signals {
    terminate: Stream,
    interrupt: Stream,
    hangup: Stream,
}

impl Signals {
    /// Starts listening. Needs a tokio runtime.
    ///
    /// # Errors
    /// The system refuses.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// The next one. Cancel-safe.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.hangup.recv() => Signal::Reload,
        }
    }
}
