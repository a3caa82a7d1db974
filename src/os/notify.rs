//! What the service manager is told (sd_notify(3)).

use rustix::time::{ClockId, clock_gettime};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// A manager that takes nothing for so long is not waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether there is somebody to tell.
pub fn has_manager() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some_and(|name| !name.is_empty())
}

/// The server listens and the store is open; also after [`reloading`]. `status` is one
/// line for people.
pub fn ready(status: &str) {
    tell(&format!("READY=1\nSTATUS={}", in_one_line(status)));
}

/// The configuration is being read again; [`ready`] follows, whatever comes of it.
pub fn reloading() {
    let now = clock_gettime(ClockId::Monotonic);
    let micros = now.tv_sec * 1_000_000 + now.tv_nsec / 1_000;
    tell(&format!("RELOADING=1\nMONOTONIC_USEC={micros}"));
}

/// How things are, one line for people.
pub fn status(status: &str) {
    tell(&format!("STATUS={}", in_one_line(status)));
}

/// The daemon is on its way out.
pub fn stopping() {
    tell("STOPPING=1\nSTATUS=stopping");
}

/// How long the manager waits for a sign of life before it kills this process
/// (sd_watchdog_enabled(3)). `None`: for ever.
pub fn watchdog() -> Option<Duration> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let others = std::env::var_os("WATCHDOG_PID").is_some()
        && number("WATCHDOG_PID") != Some(u64::from(std::process::id()));
    number("WATCHDOG_USEC").filter(|&micros| micros > 0 && !others).map(Duration::from_micros)
}

/// The sign of life.
pub fn alive() {
    tell("WATCHDOG=1");
}

/// A line break would begin another assignment.
fn in_one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

/// Tells whoever `NOTIFY_SOCKET` names; nobody, if it is not set. A message that
/// can't be delivered is no reason to fail.
fn tell(message: &str) {
    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let bytes = name.as_bytes();
    let address = match bytes.split_first() {
        Some((b'@', name)) => SocketAddr::from_abstract_name(name),
        Some((b'/', _)) => SocketAddr::from_pathname(&name),
        _ => return,
    };
    let sent = address.and_then(|address| {
        let socket = UnixDatagram::unbound()?;
        socket.set_write_timeout(Some(PATIENCE))?;
        socket.send_to_addr(message.as_bytes(), &address)
    });
    if let Err(error) = sent {
        tracing::warn!(error.message = %error, "notify.failed");
    }
}
