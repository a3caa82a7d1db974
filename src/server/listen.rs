//! Sockets: where the server listens and how connections live and end.

use super::backend::Backend;
use super::gate::guarded;
use super::patient::Patient;
use super::routes::router;
use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Connections at once; more wait in the system's queue.
const CONNECTIONS: usize = 4096;
/// A request's head must be there in this time; idle connections end with it.
const HEAD: Duration = Duration::from_secs(30);
/// A request's head must not be larger.
const HEAD_SIZE: usize = 64 << 10;
/// How long running answers may go on when the server stops.
const GRACE: Duration = Duration::from_secs(3);

/// The server can't listen where it should.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {message}")]
pub struct BindError {
    address: String,
    message: String,
}

/// A bound socket.
pub enum Listener {
    /// TCP
    Tcp(TcpListener),
    /// A Unix socket, and its file if that is ours to remove.
    Unix(UnixListener, Option<PathBuf>),
}

impl Listener {
    /// Binds `host:port`; port 0 lets the system choose.
    ///
    /// # Errors
    /// The address is taken, not ours, or unknown.
    pub async fn tcp(address: &str) -> Result<Self, BindError> {
        let fail = |error: std::io::Error| BindError {
            address: address.to_owned(),
            message: match error.kind() {
                std::io::ErrorKind::AddrInUse => {
                    "another program listens there; stop it or set [server] listen to another port".to_owned()
                }
                std::io::ErrorKind::PermissionDenied => {
                    "not allowed; ports below 1024 need a privilege, take a higher one".to_owned()
                }
                _ => error.to_string(),
            },
        };
        TcpListener::bind(address).await.map(Self::Tcp).map_err(fail)
    }

    /// Binds a Unix socket. A file left behind by a process that is gone is replaced.
    ///
    /// # Errors
    /// Somebody listens there, or the folder can't be written to.
    pub async fn unix(path: &Path) -> Result<Self, BindError> {
        let fail = |message: String| BindError { address: format!("unix:{}", path.display()), message };
        if tokio::net::UnixStream::connect(path).await.is_ok() {
            return Err(fail("another program listens there".to_owned()));
        }
        let is_socket = std::fs::symlink_metadata(path)
            .is_ok_and(|meta| std::os::unix::fs::FileTypeExt::is_socket(&meta.file_type()));
        if is_socket {
            std::fs::remove_file(path).map_err(|error| fail(error.to_string()))?;
        }
        let listener = UnixListener::bind(path).map_err(|error| fail(error.to_string()))?;
        Ok(Self::Unix(listener, Some(path.to_owned())))
    }

    /// Takes over a TCP socket that listens already.
    ///
    /// # Errors
    /// The system refuses.
    pub fn from_tcp(socket: std::net::TcpListener) -> std::io::Result<Self> {
        socket.set_nonblocking(true)?;
        TcpListener::from_std(socket).map(Self::Tcp)
    }

    /// Takes over a Unix socket that listens already; its file stays when the server stops.
    ///
    /// # Errors
    /// The system refuses.
    pub fn from_unix(socket: std::os::unix::net::UnixListener) -> std::io::Result<Self> {
        socket.set_nonblocking(true)?;
        UnixListener::from_std(socket).map(|socket| Self::Unix(socket, None))
    }

    /// The bound TCP address.
    pub fn address(&self) -> Option<std::net::SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(..) => None,
        }
    }
}

/// Serves until `stop`; running answers then have a few seconds to end.
pub async fn serve(listener: Listener, backend: Arc<dyn Backend>, stop: CancellationToken) {
    let service = guarded(router(backend.clone()), backend);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = places.clone().acquire_owned() => place,
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener) => accepted,
        };
        match accepted {
            Ok(stream) => {
                let connection = connection(stream, service.clone());
                let watched = graceful.watch(connection);
                tokio::spawn(async move {
                    // How a connection ends is its client's business.
                    let _ = watched.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors, say: it gets better when connections end.
                tracing::warn!(error.message = %error, "server.accept_failed");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    if let Listener::Unix(_, Some(path)) = &listener {
        // It may have been taken away already.
        let _ = std::fs::remove_file(path);
    }
    drop(listener);
    // After the time has passed, they end with the process.
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn accept(listener: &Listener) -> std::io::Result<Box<dyn Stream>> {
    Ok(match listener {
        Listener::Tcp(listener) => {
            let stream = listener.accept().await?.0;
            // Answers are written in one go; without this the last part may wait.
            stream.set_nodelay(true)?;
            Box::new(stream)
        }
        Listener::Unix(listener, _) => Box::new(listener.accept().await?.0),
    })
}

fn connection(
    stream: Box<dyn Stream>,
    service: Router,
) -> hyper::server::conn::http1::Connection<TokioIo<Patient<Box<dyn Stream>>>, TowerToHyperService<Router>> {
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_SIZE)
        .serve_connection(TokioIo::new(Patient::new(stream)), TowerToHyperService::new(service))
}
