use super::*;
use crate::support::raw::Step;
use offprint::model::Retry;

/// A site whose robots.txt is this answer.
async fn site(robots: Vec<u8>) -> RawServer {
    RawServer::start(move |head| {
        let robots = head.starts_with("GET /robots.txt ").then(|| robots.clone());
        vec![Step::Send(robots.unwrap_or_else(|| answer("200 OK", &[], b"page")))]
    })
    .await
}

#[tokio::test]
async fn rules_decide_about_pages_not_about_feeds() {
    let rules = b"User-agent: *\nDisallow: /\n\nUser-agent: OFFPRINT\nDisallow: /closed\n";
    let server = site(answer("200 OK", &[], rules)).await;
    let client = client();
    client.fetch(page(&server.url("/open"))).await.unwrap();
    let error = client.fetch(page(&server.url("/closed/1"))).await.unwrap_err();
    assert_eq!((error.kind.as_str(), error.retry), ("robots", Retry::Permanent));
    client.fetch(feed(&server.url("/closed/feed"))).await.unwrap();
    let mut ignoring = policy();
    ignoring.obey_robots = false;
    let request = FetchRequest { policy: Arc::new(ignoring), ..page(&server.url("/closed/2")) };
    client.fetch(request).await.unwrap();
    assert_eq!(server.paths(), ["/robots.txt", "/open", "/closed/feed", "/closed/2"]);
}

#[tokio::test]
async fn what_a_status_means() {
    for (status, headers, open) in [
        ("404 Not Found", &[][..], true),
        ("403 Forbidden", &[], true),
        ("401 Unauthorized", &[], true),
        ("204 No Content", &[], true),
        ("302 Found", &["Location: /robots.txt"], true),
        ("500 Oops", &[], false),
        ("503 Busy", &[], false),
    ] {
        let server = site(answer(status, headers, b"")).await;
        let client = client();
        for _ in 0..2 {
            let outcome = client.fetch(page(&server.url("/page"))).await;
            match outcome {
                Ok(_) => assert!(open, "{status}"),
                Err(error) => {
                    assert!(!open && error.kind == "robots" && error.retry == Retry::Later(None), "{error}")
                }
            }
        }
        assert_eq!(server.paths().iter().filter(|p| *p == "/robots.txt").count(), 1, "{status}");
    }
}

#[tokio::test]
async fn an_unreachable_one_closes_the_site() {
    let reset = RawServer::start(|head| {
        if head.contains("robots") {
            vec![Step::Reset]
        } else {
            vec![Step::Send(answer("200 OK", &[], b"x"))]
        }
    })
    .await;
    assert_eq!(client().fetch(page(&reset.url("/page"))).await.unwrap_err().kind, "robots");
    let hanging = RawServer::start(|_| vec![Step::Hang]).await;
    let mut short = policy();
    short.timeout = Duration::from_millis(150);
    let request = FetchRequest { policy: Arc::new(short), ..page(&hanging.url("/page")) };
    assert_eq!(client().fetch(request).await.unwrap_err().kind, "robots");
    assert_eq!(hanging.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn a_redirect_asks_the_other_site_too() {
    let other = site(answer("200 OK", &[], b"User-agent: *\nDisallow: /x")).await;
    let location = format!("Location: {}", other.url("/x"));
    let server = RawServer::start(move |head| {
        let robots = head.starts_with("GET /robots.txt ");
        let bytes = if robots { answer("404 No", &[], b"") } else { answer("301 Moved", &[&location], b"") };
        vec![Step::Send(bytes)]
    })
    .await;
    let error = client().fetch(page(&server.url("/page"))).await.unwrap_err();
    assert_eq!((error.kind.as_str(), error.url), ("robots", other.url("/x")));
    assert_eq!(other.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn it_may_be_redirected_compressed_and_long() {
    let mut long = b"User-agent: *\nDisallow: /closed\n".to_vec();
    long.resize(600 * 1024, b'#');
    long.extend_from_slice(b"\nDisallow: /\n");
    let packed = zstd::encode_all(long.as_slice(), 1).unwrap();
    let server = RawServer::start(move |head| {
        let bytes = match head.split(' ').nth(1) {
            Some("/robots.txt") => answer("301 Moved", &["Location: /elsewhere"], b""),
            Some("/elsewhere") => answer("200 OK", &["Content-Encoding: zstd"], &packed),
            _ => answer("200 OK", &[], b"page"),
        };
        vec![Step::Send(bytes)]
    })
    .await;
    let client = client();
    client.fetch(page(&server.url("/open"))).await.unwrap();
    assert_eq!(client.fetch(page(&server.url("/closed"))).await.unwrap_err().kind, "robots");
    let endless = RawServer::start(|head| {
        if head.contains("robots") {
            let start = b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /closed\n".to_vec();
            return vec![Step::Send(start), Step::Endless(b"# and so on\n".repeat(1000))];
        }
        vec![Step::Send(answer("200 OK", &[], b"page"))]
    })
    .await;
    client.fetch(page(&endless.url("/open"))).await.unwrap();
    assert_eq!(client.fetch(page(&endless.url("/closed"))).await.unwrap_err().kind, "robots");
}

#[tokio::test]
async fn a_crawl_delay_is_the_least_pause_between_pages_and_not_for_feeds() {
    let times = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&times);
    let server = RawServer::start(move |head| {
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        log.lock().unwrap().push((path.clone(), std::time::Instant::now()));
        let robots = b"User-agent: *\nCrawl-delay: 0.4\n";
        vec![Step::Send(answer("200 OK", &[], if path == "/robots.txt" { robots } else { b"x" }))]
    })
    .await;
    let client = client();
    let get = |path: &str, is_page: bool| {
        let url = server.url(path);
        client.fetch(if is_page { page(&url) } else { feed(&url) })
    };
    let start = std::time::Instant::now();
    let (a, b, c) = tokio::join!(get("/1", true), get("/2", true), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        get("/feed", false).await
    });
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    let times = times.lock().unwrap();
    let at = |name: &str| times.iter().find(|(path, _)| path == name).unwrap().1;
    let pause = Duration::from_millis(400);
    assert!(at("/1") - at("/robots.txt") >= pause && at("/2") - at("/1") >= pause, "{times:?}");
    assert!(at("/feed") < at("/1"), "after {:?}", at("/feed") - start);
}
