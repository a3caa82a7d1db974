//! Whether the server can be reached, or could be started.

use super::{Finding, Good, PATIENCE, Wrong};
use crate::config::Listen;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// With a daemon: whether it answers. Without: whether its address is free.
pub(super) async fn answers(listen: &Listen, daemon: bool) -> Finding {
    let name = match listen {
        Listen::Tcp(address) => address.clone(),
        Listen::Unix(path) => path.display().to_string(),
    };
    if !daemon {
        return free(listen, &name).await;
    }
    let asked = tokio::time::timeout(PATIENCE, async {
        match listen {
            Listen::Tcp(address) => ask(TcpStream::connect(address).await?).await,
            Listen::Unix(path) => ask(UnixStream::connect(path).await?).await,
        }
    });
    match asked.await {
        Ok(Ok(head)) if head.contains(" 200 ") => Good(format!("{name} answers")),
        Ok(Ok(head)) => Wrong(
            format!("{name} answers {head:?} to /health"),
            "Is that Offprint? Another program may have the address; see server.listen.",
        ),
        Ok(Err(error)) => Wrong(
            format!("a daemon is running, but {name} can't be reached: {error}"),
            "It may have been started with another server.listen, or with a socket of systemd.",
        ),
        Err(_) => Wrong(format!("{name} does not answer"), "See the log of the daemon; restart it."),
    }
}

/// The first line of the answer to a request for /health.
async fn ask(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin) -> std::io::Result<String> {
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut head = [0; 64];
    let mut got = 0;
    while got < head.len() {
        match stream.read(&mut head[got..]).await? {
            0 => break,
            more => got += more,
        }
    }
    let text = String::from_utf8_lossy(&head[..got]).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

async fn free(listen: &Listen, name: &str) -> Finding {
    const ADVICE: &str = "Stop what uses it, or set server.listen to another address.";
    match listen {
        Listen::Tcp(address) => match TcpListener::bind(address).await {
            Ok(_) => Good(format!("{name} is free for the daemon")),
            Err(error) => Wrong(format!("the daemon could not listen on {name}: {error}"), ADVICE),
        },
        Listen::Unix(path) if UnixStream::connect(path).await.is_ok() => {
            Wrong(format!("{name} is used by another program"), ADVICE)
        }
        Listen::Unix(path) if !path.parent().is_none_or(Path::is_dir) => {
            Wrong(format!("the folder of {name} is missing"), "Make the folder, or edit server.listen.")
        }
        Listen::Unix(_) => Good(format!("{name} is free for the daemon")),
    }
}
