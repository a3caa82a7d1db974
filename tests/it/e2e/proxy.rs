//! Behind nginx, with the configuration of the manual.

use super::bench::{Bench, HEAD, source, until};
use super::papers::{items, one_feed};
use super::web::{Web, get_unix};
use std::process::{Child, Command, Stdio};

const MANUAL: &str = include_str!("../../../docs/reverse-proxy.md");

/// A running nginx; killed when it is dropped.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn installed() -> Option<&'static str> {
    let found = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"]
        .into_iter()
        .find(|path| std::path::Path::new(path).exists());
    if found.is_none() {
        eprintln!("SKIPPED: nginx is not installed");
    }
    found
}

/// The blocks of nginx in the manual.
fn blocks() -> Vec<&'static str> {
    MANUAL.split("```nginx\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// nginx with one block of the manual in its server.
async fn nginx(bench: &Bench, program: &str, port: u16, block: &str) -> Nginx {
    let folder = bench.path("");
    let folder = folder.display();
    let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
        .concat();
    let file = bench.write(
        "nginx.conf",
        format!(
            "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\n\
             events {{}}\nhttp {{\naccess_log off;\n{temp}server {{\nlisten 127.0.0.1:{port};\n{block}}}\n}}\n"
        ),
    );
    let command = Command::new(program)
        .args(["-e", bench.path("nginx.log").to_str().unwrap(), "-c", &file])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut nginx = Nginx(command.unwrap());
    until("nginx listens", || {
        let log = std::fs::read_to_string(bench.path("nginx.log")).unwrap_or_default();
        assert!(nginx.0.try_wait().unwrap().is_none(), "nginx has ended: {log}\n{block}");
        std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
    })
    .await;
    nginx
}

/// Values of the attributes that lead somewhere.
fn links(html: &str) -> Vec<String> {
    let marks = ["href=\"", "src=\"", "action=\""];
    let found = marks.iter().flat_map(|mark| html.split(mark).skip(1));
    found.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")).collect()
}

/// Everything in a text that begins with `host`, to the end of the address.
fn addresses(text: &str, host: &str) -> Vec<String> {
    let end = |c: char| c.is_whitespace() || "\"'<>\\".contains(c);
    text.match_indices(host).map(|(at, _)| text[at..].split(end).next().unwrap().to_owned()).collect()
}

/// All documents and pages through the proxy.
fn check(front: &Web, host: &str, own: &str) {
    let base = format!("{host}/offprint");
    for path in ["/", "/feed.atom", "/feed.rss", "/feed.json"] {
        let reply = front.get(&format!("/offprint{path}"), &[("Accept-Encoding", "identity")]);
        assert_eq!(reply.status, 200, "{path}");
        let text = reply.text();
        assert!(!text.contains(own), "{path} names the address behind the proxy: {own}");
        let ours = addresses(&text, host);
        assert!(!ours.is_empty(), "{path} has no link of ours: {text}");
        for link in &ours {
            assert!(*link == base || link.starts_with(&format!("{base}/")), "{path}: {link}");
        }
        if path == "/" {
            for link in links(&text).into_iter().filter(|link| !link.starts_with('#')) {
                assert!(link.starts_with("http://") || link.starts_with("https://"), "{path}: {link}");
            }
        }
        for link in ours {
            let reply = front.get(link.strip_prefix(host).unwrap(), &[]);
            assert_eq!(reply.status, 200, "{path} leads to {link}");
        }
        let Some(tag) = reply.header("etag") else {
            assert_eq!(path, "/", "a feed without an entity tag");
            continue;
        };
        let date = reply.header("last-modified").unwrap();
        for condition in [("If-None-Match", tag), ("If-Modified-Since", date)] {
            let again = front.get(&format!("/offprint{path}"), &[condition]);
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {condition:?}");
        }
        let zipped = front.get(&format!("/offprint{path}"), &[("Accept-Encoding", "gzip")]);
        assert_eq!(zipped.header("content-encoding"), Some("gzip"), "{path}");
        assert_eq!(zipped.unzipped(), text, "{path}");
    }
    assert_eq!(front.get("/offprint/nowhere", &[]).status, 404);
    assert_eq!(front.get("/feed.atom", &[]).status, 404, "nothing outside the path");
    let bare = front.get("/offprint", &[]);
    assert_eq!(
        (bare.status, bare.header("location").is_some_and(|to| to.ends_with("/offprint/"))),
        (301, true)
    );
}

fn configured(bench: &Bench, listen: &str, host: &str, more: &str) {
    let head = HEAD.replace("listen = \"127.0.0.1:0\"", &format!("listen = \"{listen}\""));
    bench.configure(&format!("{head}{more}[output]\nbase_url = \"{host}/offprint\"\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn everything_through_nginx_over_tcp() {
    let Some(program) = installed() else { return };
    let origin = one_feed(items("http://heron.example", 0..3)).await;
    let (port, behind) = (free_port(), free_port());
    let host = format!("http://127.0.0.1:{port}");
    let own = format!("127.0.0.1:{behind}");
    let bench = Bench::new("");
    configured(&bench, &own, &host, "");
    let toml = std::fs::read_to_string(bench.path("offprint.toml")).unwrap();
    bench.configure(&format!("{toml}{}", source("heron", &origin.url("/feed"))));
    bench.run(&["fetch"]).await.good();
    let daemon = bench.daemon().await;
    assert!(blocks()[0].contains("http://127.0.0.1:8380/;"), "{}", blocks()[0]);
    let _nginx = nginx(&bench, program, port, &blocks()[0].replace("127.0.0.1:8380", &own)).await;
    check(&Web::at(&format!("127.0.0.1:{port}")), &host, &own);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn everything_through_nginx_over_a_unix_socket_with_a_token() {
    let Some(program) = installed() else { return };
    let port = free_port();
    let host = format!("http://127.0.0.1:{port}");
    let bench = Bench::new("");
    let socket = bench.path("web.sock");
    let socket = socket.to_str().unwrap();
    configured(&bench, &format!("unix:{socket}"), &host, "");
    let toml = std::fs::read_to_string(bench.path("offprint.toml")).unwrap();
    let toml = toml.replace("[server]\n", "[server]\ntoken_file = \"token\"\n");
    bench.configure(&toml);
    bench.write("token", "a-token-between-the-two");
    let daemon = bench.daemon().await;
    assert_eq!(get_unix(socket.as_ref(), "/feed.atom").status, 401);
    assert!(blocks()[1].contains("http://unix:/run/offprint.sock:/;"), "{}", blocks()[1]);
    let header = "proxy_set_header Authorization \"Bearer TOKEN\";";
    assert!(blocks()[2].contains(header), "{}", blocks()[2]);
    let header = header.replace("TOKEN", "a-token-between-the-two");
    let block = blocks()[1].replace("/run/offprint.sock", socket).replacen('{', &format!("{{ {header}"), 1);
    let _nginx = nginx(&bench, program, port, &block).await;
    check(&Web::at(&format!("127.0.0.1:{port}")), &host, "http://localhost");
    daemon.stop().await;
}
