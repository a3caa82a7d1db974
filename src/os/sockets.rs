//! Sockets that the service manager has opened for us (sd_listen_fds(3)).

use listenfd::ListenFd;
use rustix::net::sockopt::socket_acceptconn;
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::unix::net::UnixListener;

/// More of them come from no sane unit.
const MOST: usize = 64;

/// A socket that listens already.
#[derive(Debug)]
pub enum PassedSocket {
    /// TCP
    Tcp(TcpListener),
    /// A Unix socket; its file is the manager's.
    Unix(UnixListener),
}

/// The sockets passed to this process, in the order of the unit; none is the usual case.
/// Takes them out of the environment: call it once, before other threads run.
///
/// # Errors
/// A sentence: one of them is nothing that a server can accept connections from.
pub fn passed_sockets() -> Result<Vec<PassedSocket>, String> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<usize>().ok());
    // Variables of another process, inherited, are none of our business.
    let ours = number("LISTEN_PID").is_some_and(|pid| u32::try_from(pid) == Ok(std::process::id()));
    let Some(count) = number("LISTEN_FDS").filter(|_| ours) else { return Ok(Vec::new()) };
    if count > MOST {
        return Err(format!("LISTEN_FDS names {count} sockets; at most {MOST} can be used"));
    }
    let mut passed = ListenFd::from_env();
    (0..count).map(|index| one(&mut passed, index)).collect()
}

fn one(passed: &mut ListenFd, index: usize) -> Result<PassedSocket, String> {
    let useless = || {
        format!(
            "socket {} of those that were passed (LISTEN_FDS) is no listening stream socket, TCP or Unix; \
             its unit needs ListenStream= and Accept=no",
            index + 1
        )
    };
    let listens = |socket: &dyn AsFd| socket_acceptconn(socket.as_fd()).unwrap_or(false);
    if let Ok(Some(socket)) = passed.take_tcp_listener(index) {
        return if listens(&socket) { Ok(PassedSocket::Tcp(socket)) } else { Err(useless()) };
    }
    match passed.take_unix_listener(index) {
        Ok(Some(socket)) if listens(&socket) => Ok(PassedSocket::Unix(socket)),
        _ => Err(useless()),
    }
}
