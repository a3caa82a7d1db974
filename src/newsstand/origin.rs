//! One small web server on a port of its own.

use super::answer::{Answer, Behaviour, Pace, Seen};
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Requests that are remembered; older ones are forgotten.
const LOG_LIMIT: usize = 10_000;

type Routes = dyn Fn(&Seen) -> Answer + Send + Sync;

/// A web server on 127.0.0.1, on a port the system chose. It ends when it is dropped.
///
/// ```no_run
/// # use offprint::newsstand::{Answer, Origin};
/// # async fn example() -> std::io::Result<()> {
/// let origin = Origin::start(|_| Answer::ok("application/rss+xml", "<rss version='2.0'/>")).await?;
/// println!("{}", origin.url("/feed"));
/// # Ok(()) }
/// ```
pub struct Origin {
    shared: Arc<Shared>,
}

struct Shared {
    address: SocketAddr,
    routes: Box<Routes>,
    started: Instant,
    log: Mutex<VecDeque<Seen>>,
    log_limit: usize,
    behaviours: Mutex<HashMap<String, Behaviour>>,
    total: AtomicU64,
    active: AtomicUsize,
    peak: AtomicUsize,
    stop: CancellationToken,
}

/// A lock whose holder panicked is still good: each of them guards a plain collection.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Origin {
    /// Starts a server that answers every request by `routes`. Needs a tokio runtime.
    pub async fn start(routes: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> io::Result<Self> {
        Self::on(TcpListener::bind("127.0.0.1:0").await?, LOG_LIMIT, routes)
    }

    /// The same on a socket that is already bound, remembering at most `log_limit` requests.
    pub(super) fn on(
        listener: TcpListener,
        log_limit: usize,
        routes: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            address: listener.local_addr()?,
            routes: Box::new(routes),
            started: Instant::now(),
            log: Mutex::default(),
            log_limit,
            behaviours: Mutex::default(),
            total: AtomicU64::new(0),
            active: AtomicUsize::new(0),
            peak: AtomicUsize::new(0),
            stop: CancellationToken::new(),
        });
        tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { shared })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Address of a path, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.shared.address)
    }

    /// Changes what `path` does. A path with a query is looked up before one without.
    pub fn set_behaviour(&self, path: &str, behaviour: Behaviour) {
        lock(&self.shared.behaviours).insert(path.to_owned(), behaviour);
    }

    /// The newest requests, oldest first.
    pub fn requests(&self) -> Vec<Seen> {
        lock(&self.shared.log).iter().cloned().collect()
    }

    /// Forgets the requests so far and the highest number at once.
    pub fn forget_requests(&self) {
        lock(&self.shared.log).clear();
        self.shared.peak.store(self.shared.active.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// All requests since the start, also those that are no longer remembered.
    pub fn total(&self) -> u64 {
        self.shared.total.load(Ordering::SeqCst)
    }

    /// The highest number of requests that were under way at once.
    pub fn peak(&self) -> usize {
        self.shared.peak.load(Ordering::SeqCst)
    }

    /// Stops listening and drops every connection.
    pub fn stop(&self) {
        self.shared.stop.cancel();
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn behaviour(&self, seen: &Seen) -> Behaviour {
        let map = lock(&self.behaviours);
        map.get(&seen.path).or_else(|| map.get(seen.plain_path())).cloned().unwrap_or_default()
    }

    fn note(&self, seen: &Seen) {
        self.total.fetch_add(1, Ordering::SeqCst);
        if self.log_limit == 0 {
            return;
        }
        let mut log = lock(&self.log);
        if log.len() >= self.log_limit {
            log.pop_front();
        }
        log.push_back(seen.clone());
    }
}

/// A request under way; ends with the last byte of its answer.
struct Busy(Arc<Shared>);

impl Busy {
    fn begin(shared: &Arc<Shared>) -> Self {
        let now = shared.active.fetch_add(1, Ordering::SeqCst) + 1;
        shared.peak.fetch_max(now, Ordering::SeqCst);
        Self(Arc::clone(shared))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let stop = shared.stop.clone();
    let mut lines = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = lines.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    lines.spawn(converse(stream, Arc::clone(&shared)));
                }
                // Out of file descriptors, most likely: wait for some to come back.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
        }
    }
    // Dropping the set ends every connection.
}

/// One connection from its first request to its end.
async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&reset);
    let service =
        service_fn(move |request| Box::pin(answer(Arc::clone(&shared), Arc::clone(&flag), request)));
    let mut line = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let _ = std::future::poll_fn(|context| line.poll_without_shutdown(context)).await;
    let mut stream = line.into_parts().io.into_inner();
    if reset.load(Ordering::SeqCst) {
        // Without lingering the close becomes a RST.
        let _ = stream.set_zero_linger();
    } else {
        let _ = stream.shutdown().await;
    }
}

async fn answer(
    shared: Arc<Shared>,
    reset: Arc<AtomicBool>,
    request: hyper::Request<Incoming>,
) -> io::Result<hyper::Response<Body>> {
    let busy = Busy::begin(&shared);
    let seen = Seen {
        at: shared.started.elapsed(),
        method: request.method().to_string(),
        path: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect(),
    };
    shared.note(&seen);
    let answer = shared.behaviour(&seen).answer(|| (shared.routes)(&seen)).negotiated(&seen);
    match answer.pace {
        Pace::Hang => std::future::pending::<()>().await,
        Pace::Reset => {
            reset.store(true, Ordering::SeqCst);
            return Err(io::Error::from(io::ErrorKind::ConnectionReset));
        }
        Pace::Drip { first, .. } => tokio::time::sleep(first).await,
        Pace::AtOnce | Pace::Cut(_) => {}
    }
    response(answer, busy)
}

fn response(answer: Answer, busy: Busy) -> io::Result<hyper::Response<Body>> {
    let mut builder = hyper::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        builder = builder.header(name.as_str(), value.as_bytes());
    }
    if answer.status != 304 {
        builder = builder.header("content-length", answer.body.len());
    }
    builder.body(body(answer.body, answer.pace, busy)).map_err(io::Error::other)
}

fn body(bytes: Bytes, pace: Pace, busy: Busy) -> Body {
    let (chunk, pause, limit) = match pace {
        Pace::Drip { chunk, pause, .. } => (chunk.max(1), pause, bytes.len()),
        Pace::Cut(limit) => (usize::MAX, Duration::ZERO, limit.min(bytes.len())),
        _ => (usize::MAX, Duration::ZERO, bytes.len()),
    };
    let cut = limit < bytes.len();
    let rest = bytes.slice(..limit);
    Body::from_stream(stream::unfold((rest, busy, cut), move |(mut rest, busy, cut)| async move {
        if rest.is_empty() {
            if cut {
                // What was written so far goes out before the connection breaks.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            return cut.then(|| (Err(io::Error::from(io::ErrorKind::UnexpectedEof)), (rest, busy, false)));
        }
        let piece = rest.split_to(chunk.min(rest.len()));
        if !pause.is_zero() && !rest.is_empty() {
            tokio::time::sleep(pause).await;
        }
        Some((Ok(piece), (rest, busy, cut)))
    }))
}
