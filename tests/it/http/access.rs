//! Headers, log-ins and cookies, and the proxies requests go through.

use super::*;
use crate::support::raw::Step;
use crate::support::way::Way;
use offprint::model::{Credentials, NamedHost, Proxy, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn credentials(own: &str, hosts: &[&str]) -> Credentials {
    Credentials {
        origin: Url::parse(own).unwrap().origin(),
        hosts: hosts.iter().map(|host| NamedHost::parse(host).unwrap()).collect(),
        headers: vec![
            ("X-Api-Key".to_owned(), Secret::new("k3y")),
            ("accept".to_owned(), Secret::new("text/xml")),
        ],
        username: None,
        password_file: None,
        cookie_file: None,
    }
}

fn with(url: &str, access: Credentials) -> FetchRequest {
    under(url, |policy| policy.credentials = Some(Arc::new(access)))
}

/// Sends `/` on to the other address, answers everything else.
async fn leading_to(away: &str) -> RawServer {
    let location = format!("Location: {away}");
    RawServer::start(move |head| {
        let away = head.starts_with("GET / ");
        vec![Step::Send(if away {
            answer("302 Found", &[&location], b"")
        } else {
            answer("200 OK", &[], b"x")
        })]
    })
    .await
}

fn keyed(server: &RawServer) -> Vec<bool> {
    server.heads().iter().map(|head| head.to_ascii_lowercase().contains("x-api-key: k3y\r\n")).collect()
}

#[tokio::test]
async fn own_headers_go_to_the_origin_and_to_named_hosts_on_every_hop() {
    let other = RawServer::saying(answer("200 OK", &[], b"x")).await;
    let server = leading_to(&other.url("/x")).await;
    let client = client();
    client.fetch(with(&server.url("/"), credentials(&server.url("/"), &[]))).await.unwrap();
    assert_eq!((keyed(&server), keyed(&other)), (vec![true], vec![false]), "another origin sees nothing");
    let name = format!("127.0.0.1:{}", other.port());
    client.fetch(with(&server.url("/"), credentials(&server.url("/"), &[&name]))).await.unwrap();
    assert_eq!((keyed(&server), keyed(&other)), (vec![true, true], vec![false, true]), "a named one does");
    let head = server.heads()[0].to_ascii_lowercase();
    assert!(head.contains("accept: text/xml\r\n") && !head.contains("application/atom+xml"), "{head}");
    let mut page = with(&server.url("/page"), credentials(&server.url("/"), &[]));
    page.purpose = Purpose::Page;
    client.fetch(page).await.unwrap();
    assert_eq!(server.paths()[2..], ["/robots.txt", "/page"]);
    assert_eq!(keyed(&server)[2..], [false, true], "robots.txt is asked for as by anybody");
}

#[tokio::test]
async fn passwords_and_cookies_of_files_are_read_for_every_request() {
    let dir = tempfile::tempdir().unwrap();
    let (password, cookies) = (dir.path().join("password"), dir.path().join("cookies.txt"));
    let other = RawServer::saying(answer("200 OK", &[], b"x")).await;
    let server = leading_to(&other.url("/x")).await;
    let access = Credentials {
        headers: vec![],
        username: Some(Secret::new("us@er")),
        password_file: Some(password.clone()),
        cookie_file: Some(cookies.clone()),
        ..credentials(&server.url("/"), &[])
    };
    let client = client();
    let ask = || client.fetch(with(&server.url("/"), access.clone()));
    let missing = ask().await.unwrap_err();
    assert_eq!(missing.kind, "credentials", "{missing}");
    assert!(
        missing.message.contains("password_file") && missing.message.contains("cannot be read"),
        "{missing}"
    );
    std::fs::write(&password, "pa ss\n").unwrap();
    std::fs::write(&cookies, "127.0.0.1 TRUE / FALSE 0 a s3cret\n").unwrap();
    let broken = ask().await.unwrap_err();
    assert!(
        broken.message.contains("cookies.txt: line 1: ") && !broken.message.contains("s3cret"),
        "{broken}"
    );
    assert_eq!(server.heads().len(), 0, "nothing was sent without them");
    let cookie =
        |value: &str, expires: u64| format!("127.0.0.1\tFALSE\t/\tFALSE\t{expires}\tsession\t{value}\n");
    std::fs::write(&cookies, cookie("one", 0) + "elsewhere.example\tFALSE\t/\tFALSE\t0\tb\tc\n").unwrap();
    ask().await.unwrap();
    std::fs::write(&cookies, cookie("two", 4_000_000_000)).unwrap();
    ask().await.unwrap();
    let heads = server.heads();
    let has = |n: usize, line: &str| heads[n].to_ascii_lowercase().contains(&format!("\r\n{line}\r\n"));
    assert!(has(0, "cookie: session=one") && has(1, "cookie: session=two"), "{heads:?}");
    assert!(heads[0].contains("Basic dXNAZXI6cGEgc3M="), "{heads:?}");
    for head in other.heads() {
        let head = head.to_ascii_lowercase();
        assert!(!head.contains("cookie") && !head.contains("authorization"), "{head}");
    }
    std::fs::write(&cookies, cookie("three", 1_000_000_000)).unwrap();
    let expired = ask().await.unwrap_err();
    assert!(expired.message.contains("expired"), "{expired}");
}

fn proxied(url: &str, proxy: &str) -> FetchRequest {
    under(url, |policy| {
        policy.proxy = Some(Proxy::new(Url::parse(proxy).unwrap()));
        policy.allow_private = false;
    })
}

#[tokio::test]
async fn http_goes_through_an_http_proxy() {
    let server = RawServer::saying(answer("200 OK", &[], b"far away")).await;
    let way = Way::http(([127, 0, 0, 1], server.port()).into()).await;
    let proxy = format!("http://carol:pa%20ss@localhost:{}", way.addr().port());
    // A name that nobody here can look up.
    let got = client().fetch(proxied("http://far.invalid/feed?a#b", &proxy)).await.unwrap();
    assert_eq!(got.body, b"far away");
    let asked = way.asked().concat();
    assert!(asked.starts_with("GET http://far.invalid/feed?a HTTP/1.1\r\n"), "{asked}");
    assert!(asked.to_ascii_lowercase().contains("proxy-authorization: basic y2fyb2w6cgegc3m="), "{asked}");
    assert!(asked.to_ascii_lowercase().contains("\r\nhost: far.invalid\r\n"), "{asked}");
}

#[tokio::test]
async fn https_goes_through_a_tunnel_and_is_verified_behind_it() {
    // What is at the other end speaks no TLS: the tunnel stands, the connection doesn't.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let way = Way::http(listener.local_addr().unwrap()).await;
    let proxy = format!("http://carol:hunter2@{}", way.addr());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 2048]).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let error = client().fetch(proxied("https://far.invalid/feed", &proxy)).await.unwrap_err();
    assert_eq!(error.kind, "tls", "{error}");
    assert!(error.message.contains("far.invalid") && !error.to_string().contains("hunter2"), "{error}");
    assert!(way.asked()[0].starts_with("CONNECT far.invalid:443 HTTP/1.1\r\n"), "{:?}", way.asked());
}

#[tokio::test]
async fn socks_looks_names_up_behind_the_proxy() {
    let server = RawServer::saying(answer("200 OK", &[], b"far away")).await;
    let way = Way::socks(([127, 0, 0, 1], server.port()).into()).await;
    let proxy = format!("socks5h://carol:hunter2@{}", way.addr());
    let got = client().fetch(proxied("http://far.invalid:8080/feed", &proxy)).await.unwrap();
    assert_eq!(
        (got.body.as_slice(), way.asked()),
        (&b"far away"[..], vec!["carol:hunter2@far.invalid:8080".into()])
    );
    assert!(server.heads()[0].starts_with("GET /feed HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_proxy_is_no_way_round_the_guard() {
    let inner = RawServer::saying(answer("200 OK", &[], b"secret")).await;
    let redirecting = RawServer::saying(answer("302 Found", &["Location: http://10.0.0.1/"], b"")).await;
    let way = Way::http(([127, 0, 0, 1], redirecting.port()).into()).await;
    let proxy = format!("http://{}", way.addr());
    for url in
        ["http://127.0.0.1/", "http://localhost/", "http://a.localhost./", "http://0x7f.1/", "http://[::1]/"]
    {
        let error = client().fetch(proxied(url, &proxy)).await.unwrap_err();
        assert_eq!(error.kind, "address", "{url}: {error}");
    }
    assert_eq!(client().fetch(proxied("ftp://far.invalid/", &proxy)).await.unwrap_err().kind, "address");
    assert_eq!(way.asked(), [""; 0]);
    let error = client().fetch(proxied("http://far.invalid/", &proxy)).await.unwrap_err();
    assert_eq!((error.kind.as_str(), way.asked().len(), inner.heads().len()), ("address", 1, 0), "each hop");
}

#[tokio::test]
async fn a_failing_proxy_is_named_without_its_log_in() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refusing = RawServer::saying(answer("407 Proxy Authentication Required", &[], b"")).await;
    let at = |scheme: &str, host: &str| format!("{scheme}://carol:hunter2@{host}");
    for (url, proxy, words) in [
        ("http://far.invalid/", at("http", &closed.to_string()), "refuses the connection"),
        (
            "https://far.invalid/",
            at("socks5h", &closed.to_string()),
            "no connection to the proxy socks5h://127.0.0.1:",
        ),
        ("http://far.invalid/", at("http", "proxy.invalid:1"), "proxy.invalid"),
        ("http://far.invalid/", at("http", &format!("127.0.0.1:{}", refusing.port())), "407"),
        ("https://far.invalid/", at("http", &format!("127.0.0.1:{}", refusing.port())), "proxy"),
    ] {
        let error = client().fetch(proxied(url, &proxy)).await.unwrap_err();
        assert_eq!(error.kind, "proxy", "{proxy}: {error}");
        assert!(error.message.contains(words), "{proxy}: {error}");
        assert!(!error.to_string().contains("hunter2") && !error.to_string().contains("carol"), "{error}");
    }
}
