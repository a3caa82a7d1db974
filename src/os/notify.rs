//! What the service manager is told (sd_notify(3)).

use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The server listens and the store is open.
pub fn ready() {
    tell("READY=1\nSTATUS=polling and serving");
}

/// The daemon is on its way out.
pub fn stopping() {
    tell("STOPPING=1");
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
        UnixDatagram::unbound().and_then(|socket| socket.send_to_addr(message.as_bytes(), &address))
    });
    if let Err(error) = sent {
        tracing::warn!(error.message = %error, "notify.failed");
    }
}
