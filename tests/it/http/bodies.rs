use super::*;
use crate::support::raw::Step;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const TEXT: &[u8] = b"<rss>brotli</rss><rss>brotli</rss><rss>brotli</rss>";
const TEXT_BR: &str = "1b3200f88dd461cd9d0702dd582ec7166c82206cc64b5415202841abb9df095a41";
/// 16 MiB of the letter a.
const BOMB_BR: &str = "9ffffffff825c2e2b14020f7fe1f";

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

async fn coded(coding: &str, body: &[u8]) -> Result<FetchResponse, FetchError> {
    hearing(answer("200 OK", &[&format!("Content-Encoding: {coding}")], body)).await
}

#[tokio::test]
async fn codings() {
    for (coding, body) in [
        ("gzip", gzip(TEXT)),
        ("br", unhex(TEXT_BR)),
        ("zstd", zstd::encode_all(TEXT, 1).unwrap()),
        ("gzip, zstd", zstd::encode_all(gzip(TEXT).as_slice(), 1).unwrap()),
        ("identity", TEXT.to_vec()),
    ] {
        let got = coded(coding, &body).await.unwrap();
        assert_eq!(
            (got.body.as_slice(), got.cut, got.wire_bytes),
            (TEXT, None, body.len() as u64),
            "{coding}"
        );
    }
    let error = coded("exi", TEXT).await.unwrap_err();
    assert!(error.kind == "encoding" && error.message.contains("exi"), "{error}");
    assert_eq!(coded("gzip", TEXT).await.unwrap_err().kind, "encoding");
}

#[tokio::test]
async fn bombs_are_defused() {
    let zeros = vec![0; 3_000_000];
    for (coding, body) in [
        ("gzip", gzip(&zeros)),
        ("gzip, gzip", gzip(&gzip(&zeros))),
        ("br", unhex(BOMB_BR)),
        ("zstd", zstd::encode_all(zeros.as_slice(), 1).unwrap()),
    ] {
        let error = coded(coding, &body).await.unwrap_err();
        assert_eq!(error.kind, "too-large", "{coding} {error}");
    }
    // Large, coded and within the limit: the way over another thread.
    let some = gzip(&zeros[..900_000]);
    assert_eq!(coded("gzip", &some).await.unwrap().body.len(), 900_000);
}

#[tokio::test]
async fn cut_bodies_give_what_came() {
    let noise: Vec<u8> =
        (0..50_000u32).flat_map(|i| (i.wrapping_mul(2_654_435_761) >> 9).to_le_bytes()).collect();
    let half = &gzip(&noise)[..100_000];
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    for (bytes, least) in [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello".to_vec(), 5),
        (chunked.to_vec(), 5),
        ([chunked, &b"zz\r\nmore"[..]].concat(), 5),
        (answer("200 OK", &["Content-Encoding: gzip"], half), 50_000),
        (
            [b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\nContent-Encoding: gzip\r\n\r\n", half].concat(),
            50_000,
        ),
    ] {
        let got = hearing(bytes).await.unwrap();
        assert!(got.body.len() >= least && got.cut.is_some(), "{} {:?}", got.body.len(), got.cut);
    }
    for nothing in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        assert_eq!(hearing(nothing).await.unwrap_err().kind, "protocol");
    }
}

#[tokio::test]
async fn a_reset_in_the_body_and_before_it() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello".to_vec();
    let pause = Duration::from_millis(30);
    let server =
        RawServer::start(move |_| vec![Step::Send(head.clone()), Step::Wait(pause), Step::Reset]).await;
    let got = get(&server.url("/")).await.unwrap();
    assert_eq!(got.body, b"hello");
    assert!(got.cut.unwrap().contains("reset"));
    let server = RawServer::start(|_| vec![Step::Reset]).await;
    assert_eq!(get(&server.url("/")).await.unwrap_err().kind, "connect");
    let server = RawServer::start(|_| vec![Step::Close]).await;
    assert_eq!(get(&server.url("/")).await.unwrap_err().kind, "protocol");
}

#[tokio::test]
async fn all_dialects_of_http() {
    for bytes in [
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2;ext=\"a;b\"\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n",
        "HTTP/1.1 200 OK\r\nBad Header: x\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
    ] {
        let got = hearing(bytes).await.unwrap_or_else(|e| panic!("{bytes:?}: {e}"));
        assert_eq!((got.body.as_slice(), got.cut), (&b"hello"[..], None), "{bytes:?}");
    }
    for garbage in
        ["<rss>HTTP/0.9</rss>", "\0\u{1}\u{2}\r\n\r\n", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 abc\r\n\r\n"]
    {
        let error = hearing(garbage).await.unwrap_err();
        assert_eq!(error.kind, "protocol", "{garbage:?} {error}");
    }
    let lies = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!";
    assert_eq!(hearing(lies).await.unwrap_err().kind, "protocol");
}
