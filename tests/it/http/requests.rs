use super::*;
use offprint::model::Retry;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn sends_what_it_should_and_nothing_else() {
    let server = RawServer::saying(answer("200 OK", &[], b"x")).await;
    get(&server.url("/feed?a=b#frag")).await.unwrap();
    let head = server.heads()[0].to_ascii_lowercase();
    assert!(head.starts_with("get /feed?a=b http/1.1\r\n"), "{head}");
    let mut names: Vec<_> = head.lines().skip(1).filter_map(|l| l.split_once(':')).map(|(n, _)| n).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    assert!(head.contains("user-agent: offprint/0 (+https://example.com)\r\n"));
    assert!(head.contains("application/atom+xml") && head.contains("application/rss+xml"));
    client().fetch(page(&server.url("/page"))).await.unwrap();
    assert!(server.heads().last().unwrap().contains("text/html"));
}

#[tokio::test]
async fn validators_are_echoed_byte_for_byte_and_replaced() {
    let headers = ["ETag: W/\"b\"", "Last-Modified: yesterday, perhaps"];
    let server = RawServer::saying(answer("304 Not Modified", &headers, b"")).await;
    let mut request = feed(&server.url("/"));
    request.validators = Validators {
        etag: Some(b"odd \xe4 'tag\"".to_vec()),
        last_modified: Some(b"Mon, 1 Foo 99".to_vec()),
    };
    let got = client().fetch(request).await.unwrap();
    let head = server.raw_head(0);
    let has = |line: &[u8]| head.windows(line.len()).any(|w| w.eq_ignore_ascii_case(line));
    assert!(has(b"\r\nif-none-match: odd \xe4 'tag\"\r\n"));
    assert!(has(b"\r\nif-modified-since: Mon, 1 Foo 99\r\n"));
    assert!(got.not_modified && got.body.is_empty());
    assert_eq!(got.validators.etag.as_deref(), Some(&b"W/\"b\""[..]));
    assert_eq!(got.validators.last_modified.as_deref(), Some(&b"yesterday, perhaps"[..]));
}

#[tokio::test]
async fn answers_and_what_they_mean() {
    let later = |seconds| Retry::Later(Some(Duration::from_secs(seconds)));
    for (status, headers, kind, retry) in [
        ("304 Not Modified", &[][..], "unexpected-304", Retry::Later(None)),
        ("404 Not Found", &["Retry-After: 5"], "http-404", Retry::Later(None)),
        ("410 Gone", &[], "http-410", Retry::Gone),
        ("429 Slow", &["Retry-After: 120"], "http-429", later(120)),
        ("503 Busy", &["Retry-After: -1"], "http-503", Retry::Later(None)),
        ("503 Busy", &["Retry-After: 99999999"], "http-503", later(7 * 86400)),
        (
            "503 Busy",
            &["Date: Tue, 01 Jul 2025 00:00:00 GMT", "Retry-After: Tue, 01 Jul 2025 01:00:00 GMT"],
            "http-503",
            later(3600),
        ),
        ("500 Oops", &[], "http-500", Retry::Later(None)),
        ("204 No Content", &[], "http-204", Retry::Later(None)),
        ("206 Partial Content", &[], "http-206", Retry::Later(None)),
        ("300 Multiple Choices", &["Location: /x"], "http-300", Retry::Later(None)),
        ("999 Odd", &[], "http-999", Retry::Later(None)),
    ] {
        let error = hearing(answer(status, headers, b"")).await.unwrap_err();
        assert_eq!((error.kind.as_str(), error.retry), (kind, retry), "{status} {headers:?}");
        assert_eq!(error.status.map(|s| s.to_string()).as_deref(), status.split(' ').next());
    }
}

#[tokio::test]
async fn freshness_and_type() {
    let headers = ["Cache-Control: max-age=600", "Content-Type: text/xml; charset=x", "ETag: \"a\""];
    let got = hearing(answer("200 OK", &headers, b"<rss/>")).await.unwrap();
    assert_eq!(got.fresh_for, Some(Duration::from_secs(600)));
    assert_eq!(got.content_type.as_deref(), Some("text/xml; charset=x"));
    assert_eq!((got.body.as_slice(), got.wire_bytes, got.cut), (&b"<rss/>"[..], 6, None));
    assert_eq!(hearing(answer("200 OK", &[], b"")).await.unwrap().body, b"");
}

#[tokio::test]
async fn authorization_stays_at_its_origin() {
    let other = RawServer::saying(answer("200 OK", &[], b"x")).await;
    let away = other.url("/away");
    let server = RawServer::start(move |head| {
        let to = if head.starts_with("GET /one ") { "/two".to_owned() } else { away.clone() };
        vec![crate::support::raw::Step::Send(answer("302 Found", &[&format!("Location: {to}")], b""))]
    })
    .await;
    let url = server.url("/one").replace("http://", "http://us%40er:pa%20ss@");
    let got = get(&url).await.unwrap();
    let authorized = |head: &String| head.contains("Basic dXNAZXI6cGEgc3M=");
    assert_eq!(server.heads().iter().filter(|h| authorized(h)).count(), 2);
    assert!(!other.heads()[0].to_ascii_lowercase().contains("authorization"));
    assert_eq!(got.url.as_str(), other.url("/away"));
    drop(other);
    let failed = get(&url).await.unwrap_err();
    let closed = get("http://user:secret@127.0.0.1:1/").await.unwrap_err();
    for error in [failed, closed] {
        assert_eq!(error.kind, "connect", "{error}");
        assert!(!error.to_string().contains("ss@") && !error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn only_http_and_https() {
    for url in ["ftp://127.0.0.1/", "file:///etc/passwd", "data:,x"] {
        let error = get(url).await.unwrap_err();
        assert_eq!((error.kind.as_str(), error.retry), ("address", Retry::Permanent), "{url}");
    }
}

#[tokio::test]
async fn names_that_do_not_exist() {
    let error = get("http://does-not-exist.invalid/").await.unwrap_err();
    assert_eq!(error.kind, "dns", "{error}");
}

#[tokio::test]
async fn broken_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 2048]).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let error = get(&format!("https://127.0.0.1:{port}/")).await.unwrap_err();
    assert_eq!(error.kind, "tls", "{error}");
}

/// Made for this test; nobody trusts it.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUV60tt+UPseAC8BRSWnvvhHlAGGQwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDAwMDMyOFoYDzIxMjYxMDMx
MDAwMzI4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATj5a7xF/pFudUJu4oR3kNtc5efpBx5X+sCF8foTrJTLf2bLmdkcn8x
hsFlCnwLT0XzbA/+39J5aiEEhUTVlhiGo28wbTAdBgNVHQ4EFgQUhHE+Y3poau/l
NaGJRcAH7FRTWNUwHwYDVR0jBBgwFoAUhHE+Y3poau/lNaGJRcAH7FRTWNUwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhALWJoTqEacdFM7cnkiZnRbV8pgLSi8TDpJ17u8xE07a2AiAM
/cc8BOvmFcEtibpXYZ45nd0Bqk4dVRv5bYBWSoHQfA==
-----END CERTIFICATE-----";
const KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5ayjGn++kLoEqfVp
b8vXyBVRqzeP3ziKxQgeeQ5tTJuhRANCAATj5a7xF/pFudUJu4oR3kNtc5efpBx5
X+sCF8foTrJTLf2bLmdkcn8xhsFlCnwLT0XzbA/+39J5aiEEhUTVlhiG
-----END PRIVATE KEY-----";

#[tokio::test]
async fn certificates_nobody_vouches_for_are_refused() {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap(),
        )
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut tls = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut request = Vec::new();
        let mut session = rustls::Stream::new(&mut tls, &mut stream);
        let _ = std::io::Read::read_to_end(&mut session, &mut request);
        request
    });
    let error = get(&format!("https://user:pw@localhost:{port}/")).await.unwrap_err();
    assert_eq!(error.kind, "tls", "{error}");
    assert!(error.message.contains("certificate of localhost"), "{error}");
    assert_eq!(server.join().unwrap(), b"", "nothing was sent");
}
