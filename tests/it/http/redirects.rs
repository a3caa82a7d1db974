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

/// A server that says what it was asked.
async fn echo() -> RawServer {
    RawServer::start(|head| vec![Step::Send(answer("200 OK", &["Content-Type: text/html"], head.as_bytes()))])
        .await
}

#[tokio::test]
async fn headers_for_a_site_stay_with_it() {
    let (home, elsewhere) = (echo().await, echo().await);
    let away = elsewhere.url("/there");
    let from = RawServer::start(move |head| {
        let to = match head.contains("/away ") {
            true => away.clone(),
            false => "/robots-or-page".to_owned(),
        };
        let bytes = match head.starts_with("GET /robots-or-page") {
            true => answer("200 OK", &["Content-Type: text/html"], head.as_bytes()),
            false => answer("302 Found", &[&format!("Location: {to}")], b""),
        };
        vec![Step::Send(bytes)]
    })
    .await;
    let asked = |url: String| async move {
        let headers = [("user-agent", "Reader/2"), ("cookie", "consent=yes"), ("referer", "a\nb")];
        let mut policy = policy();
        policy.obey_robots = false;
        policy.site_headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let request = FetchRequest { policy: Arc::new(policy), ..page(&url) };
        String::from_utf8(client().fetch(request).await.unwrap().body).unwrap().to_ascii_lowercase()
    };
    let at_home = asked(home.url("/page")).await;
    assert!(at_home.contains("cookie: consent=yes") && at_home.contains("user-agent: reader/2"), "{at_home}");
    assert!(!at_home.contains("offprint/0") && !at_home.contains("referer"), "{at_home}");
    assert!(asked(from.url("/near")).await.contains("cookie: consent=yes"));
    let away = asked(from.url("/away")).await;
    assert!(!away.contains("cookie") && away.contains("user-agent: offprint/0"), "{away}");
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
