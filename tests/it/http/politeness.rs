use super::*;
use crate::support::raw::Step;
use std::time::Instant;

fn slow(wait: u64) -> impl Fn(&str) -> Vec<Step> + Send + Sync {
    move |_| vec![Step::Wait(Duration::from_millis(wait)), Step::Send(answer("200 OK", &[], b"x"))]
}

#[tokio::test]
async fn per_host_is_never_exceeded() {
    let server = RawServer::start(slow(15)).await;
    let client = client_with(64, 2, ZERO);
    let tasks: Vec<_> = (0..20)
        .map(|i| {
            let url = server.url(&format!("/{i}"));
            let request = if i % 2 == 0 { feed(&url) } else { page(&url) };
            let client = client.clone();
            tokio::spawn(async move { client.fetch(request).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(server.busiest(), 2);
    assert_eq!(server.paths().iter().filter(|p| *p == "/robots.txt").count(), 1);
    assert!(server.connections() <= 4, "{} connections", server.connections());
}

#[tokio::test]
async fn the_pause_holds_for_redirects_and_robots() {
    let times = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&times);
    let server = RawServer::start(move |head| {
        log.lock().unwrap().push(Instant::now());
        let bytes = match head.split(' ').nth(1) {
            Some("/robots.txt") => answer("404 Not Found", &[], b""),
            Some("/a") => answer("302 Found", &["Location: /b"], b""),
            _ => answer("200 OK", &[], b"x"),
        };
        vec![Step::Send(bytes)]
    })
    .await;
    let delay = Duration::from_millis(60);
    client_with(64, 2, delay).fetch(page(&server.url("/a"))).await.unwrap();
    assert_eq!(server.paths(), ["/robots.txt", "/a", "/b"]);
    let times = times.lock().unwrap();
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= delay, "{:?}", pair[1] - pair[0]);
    }
}

#[tokio::test]
async fn a_hanging_host_holds_up_nobody_else() {
    let hanging = RawServer::start(|_| vec![Step::Hang]).await;
    let fine = RawServer::start(slow(0)).await;
    let client = client_with(4, 2, ZERO);
    let mut stuck = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (client, request) = (client.clone(), feed(&hanging.url("/")));
        stuck.spawn(async move { client.fetch(request).await });
    }
    while hanging.paths().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for _ in 0..5 {
        client.fetch(feed(&fine.url("/"))).await.unwrap();
    }
    assert_eq!(hanging.busiest().max(hanging.paths().len()), 2);
    // Giving up frees the turns at once.
    stuck.abort_all();
    while stuck.join_next().await.is_some() {}
    let request = under(&hanging.url("/"), |p| p.timeout = Duration::from_millis(50));
    assert_eq!(client.fetch(request).await.unwrap_err().kind, "timeout");
}

#[tokio::test]
async fn a_host_asked_once_keeps_no_connection() {
    let server = RawServer::start(slow(0)).await;
    let client = client();
    client.fetch(feed(&server.url("/1"))).await.unwrap();
    for i in 2..6 {
        client.fetch(feed(&server.url(&format!("/{i}")))).await.unwrap();
    }
    assert_eq!(server.connections(), 2, "the first is closed, from the second on one is kept");
}

#[tokio::test]
async fn after_a_429_with_a_time_nothing_is_sent_to_the_host() {
    let server = RawServer::start(|head| {
        let limited = head.starts_with("GET /limited ");
        vec![Step::Send(match limited {
            true => answer("429 Too Many Requests", &["Retry-After: 600"], b""),
            false => answer("200 OK", &[], b"x"),
        })]
    })
    .await;
    let elsewhere =
        RawServer::saying(answer("302 Found", &[&format!("Location: {}", server.url("/x"))], b"")).await;
    let client = client();
    client.fetch(feed(&server.url("/"))).await.unwrap();
    assert_eq!(client.fetch(feed(&server.url("/limited"))).await.unwrap_err().kind, "http-429");
    for request in [feed(&server.url("/")), page(&server.url("/page")), feed(&elsewhere.url("/"))] {
        let error = client.fetch(request).await.unwrap_err();
        assert_eq!(error.kind, offprint::model::HOST_PAUSE, "{error}");
        let left = |left: Duration| left > Duration::from_secs(590) && left <= Duration::from_secs(600);
        assert!(matches!(error.retry, offprint::model::Retry::Later(Some(d)) if left(d)), "{error:?}");
    }
    assert_eq!(server.paths(), ["/", "/limited"]);
    let host = offprint::model::HostKey::of(&Url::parse(&server.url("/")).unwrap());
    client.wake(&host);
    client.fetch(feed(&server.url("/"))).await.unwrap();
}

#[tokio::test]
async fn a_503_means_its_source_until_it_is_said_again() {
    let server = RawServer::start(|head| {
        let busy = head.starts_with("GET /busy ");
        vec![Step::Send(match busy {
            true => answer("503 Busy", &["Retry-After: 600"], b""),
            false => answer("200 OK", &[], b"x"),
        })]
    })
    .await;
    let client = client();
    assert_eq!(client.fetch(feed(&server.url("/busy"))).await.unwrap_err().kind, "http-503");
    client.fetch(feed(&server.url("/"))).await.unwrap();
    for _ in 0..2 {
        assert_eq!(client.fetch(feed(&server.url("/busy"))).await.unwrap_err().kind, "http-503");
    }
    assert_eq!(client.fetch(feed(&server.url("/"))).await.unwrap_err().kind, offprint::model::HOST_PAUSE);
}
