use super::*;
use crate::support::raw::Step;

/// Answers `/N` with the status given for N and a redirect to `/N+1`, at last with a body.
async fn chain(statuses: &'static [u16]) -> RawServer {
    RawServer::start(move |head| {
        let at: usize = head.split(['/', ' ']).nth(2).and_then(|n| n.parse().ok()).unwrap();
        let bytes = match statuses.get(at) {
            Some(status) => {
                answer(&format!("{status} There"), &[&format!("Location: {}#f", at + 1)], b"gone")
            }
            None => answer("200 OK", &[], b"here"),
        };
        vec![Step::Send(bytes)]
    })
    .await
}

#[tokio::test]
async fn permanent_addresses() {
    for (statuses, permanent) in [
        (&[301][..], Some("/1")),
        (&[301, 308, 302, 301], Some("/2")),
        (&[307, 301], None),
        (&[303], None),
        (&[], None),
    ] {
        let server = chain(statuses).await;
        let got = get(&server.url("/0")).await.unwrap();
        assert_eq!(got.permanent_url.as_ref().map(Url::path), permanent, "{statuses:?}");
        assert_eq!(got.url.as_str(), server.url(&format!("/{}", statuses.len())));
        assert_eq!(got.body, b"here");
    }
}

#[tokio::test]
async fn ten_are_followed_not_eleven() {
    let server = chain(&[302; 10]).await;
    assert_eq!(get(&server.url("/0")).await.unwrap().body, b"here");
    let server = chain(&[302; 11]).await;
    let error = get(&server.url("/0")).await.unwrap_err();
    assert_eq!((error.kind.as_str(), server.paths().len()), ("redirect", 11));
}

#[tokio::test]
async fn circles_and_useless_locations() {
    let circle = RawServer::saying(answer("301 Moved", &["Location: /"], b"")).await;
    let error = get(&circle.url("/")).await.unwrap_err();
    assert!(error.kind == "redirect" && error.message.contains("circle"), "{error}");
    assert_eq!(circle.paths(), ["/"]);
    for header in [&[][..], &["Location: "], &["Location: gopher://x/"], &["Location: file:///etc/passwd"]] {
        let error = hearing(answer("302 Found", header, b"")).await.unwrap_err();
        assert_eq!((error.kind.as_str(), error.status), ("redirect", Some(302)), "{header:?}");
    }
}

#[tokio::test]
async fn odd_locations() {
    for (location, path) in [
        ("/a b", "/a%20b"),
        ("/ä?ö=ü#x", "/%C3%A4?%C3%B6=%C3%BC"),
        ("next", "/dir/next"),
        ("../up", "/up"),
        ("/tab\there", "/tabhere"),
        ("/%0d%0aX-Evil:%201", "/%0d%0aX-Evil:%201"),
    ] {
        let server = RawServer::start(move |head| {
            let first = head.starts_with("GET /dir/start ");
            let headers: &[&str] = if first { &[&format!("Location: {location}")] } else { &[] };
            vec![Step::Send(answer(if first { "302 Found" } else { "200 OK" }, headers, b"x"))]
        })
        .await;
        get(&server.url("/dir/start")).await.unwrap();
        assert_eq!(server.paths(), ["/dir/start", path]);
        assert!(!server.heads()[1].to_ascii_lowercase().contains("\nx-evil"));
    }
}

#[tokio::test]
async fn another_host_by_double_slash() {
    let other = RawServer::saying(answer("200 OK", &[], b"other")).await;
    let location = format!("Location: //127.0.0.1:{}/x", other.port());
    let server = RawServer::saying(answer("308 Moved", &[&location], b"")).await;
    let got = get(&server.url("/")).await.unwrap();
    assert_eq!((got.body.as_slice(), got.permanent_url), (&b"other"[..], Some(got.url)));
}
