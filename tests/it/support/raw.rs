//! A server that says exactly the bytes it is told to, at the pace it is told to.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One thing the server does.
#[derive(Debug, Clone)]
pub enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Does nothing for so long.
    Wait(Duration),
    /// Sends these bytes one by one, so long apart.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes again and again until the other side has had enough.
    Endless(Vec<u8>),
    /// Does nothing any more and keeps the connection.
    Hang,
    /// Resets the connection.
    Reset,
    /// Closes the connection.
    Close,
}

type Script = dyn Fn(&str) -> Vec<Step> + Send + Sync;

/// Runs until it is dropped.
pub struct RawServer {
    addr: SocketAddr,
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    heads: Mutex<Vec<Vec<u8>>>,
    connections: AtomicUsize,
    busy: AtomicUsize,
    busiest: AtomicUsize,
}

impl RawServer {
    /// `script` gets the head of each request and says what to do.
    pub async fn start(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let (script, shared): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                connections.spawn(serve(stream, Arc::clone(&script), Arc::clone(&shared)));
            }
        });
        Self { addr, seen, task }
    }

    /// Answers everything with these bytes.
    pub async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_| vec![Step::Send(answer.clone()), Step::Close]).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// The heads of all requests so far.
    pub fn heads(&self) -> Vec<String> {
        let heads = self.seen.heads.lock().unwrap();
        heads.iter().map(|h| String::from_utf8_lossy(h).into_owned()).collect()
    }

    /// The paths of all requests so far.
    pub fn paths(&self) -> Vec<String> {
        self.heads().iter().filter_map(|h| h.split(' ').nth(1).map(str::to_owned)).collect()
    }

    /// The head of request `index` as it came.
    pub fn raw_head(&self, index: usize) -> Vec<u8> {
        self.seen.heads.lock().unwrap()[index].clone()
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Most requests at once.
    pub fn busiest(&self) -> usize {
        self.seen.busiest.load(Ordering::SeqCst)
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Script>, seen: Arc<Seen>) {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            match stream.read_buf(&mut buffer).await {
                Ok(1..) => {}
                _ => return,
            }
        };
        let rest = buffer.split_off(end);
        let head = std::mem::replace(&mut buffer, rest);
        let text = String::from_utf8_lossy(&head).into_owned();
        seen.heads.lock().unwrap().push(head);
        seen.busiest.fetch_max(seen.busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let (last, steps) = {
            let mut steps = script(&text);
            (steps.pop(), steps)
        };
        let mut open = true;
        for step in steps {
            open = open && run(&mut stream, step).await;
        }
        if let (true, Some(last)) = (open, last) {
            // Before the last bytes are out, so that nobody sees it busy after its answer.
            seen.busy.fetch_sub(1, Ordering::SeqCst);
            open = run(&mut stream, last).await;
        } else {
            seen.busy.fetch_sub(1, Ordering::SeqCst);
        }
        if !open {
            return;
        }
    }
}

/// Whether the connection goes on.
async fn run(stream: &mut TcpStream, step: Step) -> bool {
    match step {
        Step::Send(bytes) => stream.write_all(&bytes).await.is_ok(),
        Step::Wait(time) => {
            tokio::time::sleep(time).await;
            true
        }
        Step::Drip(bytes, pause) => {
            for byte in bytes {
                tokio::time::sleep(pause).await;
                if stream.write_all(&[byte]).await.is_err() {
                    return false;
                }
            }
            true
        }
        Step::Endless(bytes) => {
            while stream.write_all(&bytes).await.is_ok() {}
            false
        }
        Step::Hang => std::future::pending().await,
        Step::Reset => {
            let _ = stream.set_zero_linger();
            false
        }
        Step::Close => {
            let _ = stream.shutdown().await;
            // Closing with unread input would reset what was sent.
            let mut sink = [0; 1024];
            while matches!(stream.read(&mut sink).await, Ok(1..)) {}
            false
        }
    }
}
