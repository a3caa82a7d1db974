//! Proxies that note what they are asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Runs until it is dropped.
pub struct Way {
    addr: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Way {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Way {
    /// An HTTP proxy. Whatever name is asked for, it connects to `target`.
    pub async fn http(target: SocketAddr) -> Self {
        Self::start(move |stream, asked| Box::pin(http(stream, asked, target))).await
    }

    /// A SOCKS5 proxy with a log-in. Whatever name is asked for, it connects to `target`.
    pub async fn socks(target: SocketAddr) -> Self {
        Self::start(move |stream, asked| Box::pin(socks(stream, asked, target))).await
    }

    async fn start(serve: impl Fn(TcpStream, Asked) -> Serving + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let asked = Asked::default();
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(stream, Arc::clone(&log)));
            }
        });
        Self { addr, asked, task }
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Heads of HTTP requests; of SOCKS log-in and target.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

type Asked = Arc<Mutex<Vec<String>>>;
type Serving = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

async fn http(mut stream: TcpStream, asked: Asked, target: SocketAddr) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    asked.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
    let mut onward = TcpStream::connect(target).await.unwrap();
    if head.starts_with(b"CONNECT ") {
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
    } else {
        onward.write_all(&head).await.unwrap();
    }
    // Either side may end it.
    let _ = copy_bidirectional(&mut stream, &mut onward).await;
}

/// RFC 1928, RFC 1929
async fn socks(mut stream: TcpStream, asked: Asked, target: SocketAddr) {
    let (_version, methods) = (stream.read_u8().await.unwrap(), stream.read_u8().await.unwrap());
    stream.read_exact(&mut vec![0; methods.into()]).await.unwrap();
    stream.write_all(&[5, 2]).await.unwrap();
    let _version = stream.read_u8().await.unwrap();
    let (name, word) = (counted(&mut stream).await, counted(&mut stream).await);
    stream.write_all(&[1, 0]).await.unwrap();
    let mut start = [0; 4];
    stream.read_exact(&mut start).await.unwrap();
    let host = match start[3] {
        3 => counted(&mut stream).await,
        _ => "an address instead of a name".to_owned(),
    };
    let port = stream.read_u16().await.unwrap();
    asked.lock().unwrap().push(format!("{name}:{word}@{host}:{port}"));
    let mut onward = TcpStream::connect(target).await.unwrap();
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
    // Either side may end it.
    let _ = copy_bidirectional(&mut stream, &mut onward).await;
}

async fn counted(stream: &mut TcpStream) -> String {
    let length = stream.read_u8().await.unwrap();
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
