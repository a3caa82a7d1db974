use super::*;
use crate::support::raw::Step;
use std::time::Instant;

const SHORT: Duration = Duration::from_millis(300);

/// What becomes of a request with a short limit, and that it ends in time.
async fn hurried(server: &RawServer) -> FetchError {
    let started = Instant::now();
    let request = under(&server.url("/"), |p| p.timeout = SHORT);
    let error = client().fetch(request).await.unwrap_err();
    assert!(started.elapsed() < SHORT * 10, "{error} after {:?}", started.elapsed());
    error
}

#[tokio::test]
async fn slow_servers_end_in_time() {
    let tick = Duration::from_millis(20);
    let body = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let mut cases = tokio::task::JoinSet::new();
    for steps in [
        vec![Step::Hang],
        vec![Step::Drip(b"HTTP/1.1 200 OK\r\nX-Slow: ".repeat(50), tick)],
        vec![Step::Drip(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100), tick)],
        vec![Step::Send(body.clone()), Step::Hang],
        vec![Step::Send(body), Step::Drip(vec![b'x'; 1000], tick)],
        vec![Step::Send(chunked), Step::Drip(b"1\r\nx\r\n".repeat(100), tick)],
        vec![Step::Endless(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100))],
    ] {
        cases.spawn(async move {
            let name = format!("{:.60}", format!("{steps:?}"));
            let server = RawServer::start(move |_| steps.clone()).await;
            assert_eq!(hurried(&server).await.kind, "timeout", "{name}");
        });
    }
    while let Some(case) = cases.join_next().await {
        case.unwrap();
    }
}

#[tokio::test]
async fn endless_servers_end_early() {
    let head = b"HTTP/1.1 200 OK\r\n".to_vec();
    let body = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for (start, endless, kind) in [
        (&head, b"X-Padding: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(100), "protocol"),
        (&head, vec![b'x'; 10_000], "protocol"),
        (&body, vec![b'x'; 10_000], "too-large"),
        (&chunked, b"3e8\r\n".iter().copied().chain([b'x'; 1000]).chain(*b"\r\n").collect(), "too-large"),
        (&chunked, b"1;".iter().copied().chain([b'x'; 10_000]).collect(), "protocol"),
    ] {
        let steps = vec![Step::Send(start.clone()), Step::Endless(endless)];
        let server = RawServer::start(move |_| steps.clone()).await;
        let error = get(&server.url("/")).await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
    }
}

#[tokio::test]
async fn announced_size() {
    let server = RawServer::saying("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n").await;
    assert_eq!(get(&server.url("/")).await.unwrap_err().kind, "too-large");
    let exact = answer("200 OK", &[], &vec![b'x'; 1024 * 1024]);
    assert_eq!(hearing(exact).await.unwrap().body.len(), 1024 * 1024);
}

#[tokio::test]
async fn one_deadline_for_all_hops() {
    let wait = Duration::from_millis(80);
    let server = RawServer::start(move |head| {
        let at = head.split(['/', ' ']).nth(2).and_then(|n| n.parse::<u32>().ok()).unwrap_or(0);
        let location = format!("Location: /{}", at + 1);
        vec![Step::Wait(wait), Step::Send(answer("302 Found", &[&location], b""))]
    })
    .await;
    assert_eq!(hurried(&server).await.kind, "timeout");
    assert!(server.paths().len() <= 5);
}

#[tokio::test]
async fn waiting_for_a_turn_does_not_count() {
    let server = RawServer::start(|_| {
        vec![Step::Wait(Duration::from_millis(100)), Step::Send(answer("200 OK", &[], b"x"))]
    })
    .await;
    let client = client_with(64, 1, ZERO);
    let ask = || client.fetch(under(&server.url("/"), |p| p.timeout = SHORT));
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok());
}

#[tokio::test]
async fn media_is_not_downloaded_as_a_page() {
    let film = b"HTTP/1.1 200 OK\r\nContent-Type: Video/mp4; x=y\r\nContent-Length: 1000000\r\n\r\n".to_vec();
    let server = RawServer::start(move |head| {
        let robots = head.contains("robots");
        vec![Step::Send(if robots { answer("404 No", &[], b"") } else { film.clone() }), Step::Hang]
    })
    .await;
    let mut request = page(&server.url("/film"));
    Arc::make_mut(&mut request.policy).obey_robots = false;
    let error = client().fetch(request).await.unwrap_err();
    assert!(error.kind == "not-html" && error.message.contains("video/mp4"), "{error}");
}
