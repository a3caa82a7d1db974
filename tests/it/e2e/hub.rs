//! A hub of our own (WebSub §5): takes requests, verifies, delivers, on real sockets; and
//! as the reverse proxy in front of the daemon it takes `/paper` off every path.

use super::web::{Reply, Web};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it does with a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Habit {
    /// Takes it and verifies it.
    Good,
    /// Takes it and is not heard of again.
    Silent,
    /// Verifies before it answers, and says why it does not like it.
    Refusing,
    /// Answers this.
    Saying(String),
}

/// The form of a request.
pub type Form = HashMap<String, String>;

/// A running hub; it ends with the process.
pub struct Hub {
    address: String,
    shared: Arc<Shared>,
}

struct Shared {
    habit: Mutex<Habit>,
    forms: Mutex<Vec<Form>>,
    answers: Mutex<Vec<Reply>>,
}

impl Hub {
    pub fn start(habit: Habit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let shared =
            Arc::new(Shared { habit: Mutex::new(habit), forms: Mutex::default(), answers: Mutex::default() });
        let hub = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let hub = hub.clone();
                std::thread::spawn(move || hub.serve(stream));
            }
        });
        Self { address, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hub", self.address)
    }

    pub fn set(&self, habit: Habit) {
        *self.shared.habit.lock().unwrap() = habit;
    }

    /// All requests so far.
    pub fn forms(&self) -> Vec<Form> {
        self.shared.forms.lock().unwrap().clone()
    }

    /// What the daemon answered to verifications.
    pub fn answers(&self) -> Vec<(u16, String)> {
        self.shared.answers.lock().unwrap().iter().map(|reply| (reply.status, reply.text())).collect()
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) {
        let Some(body) = body_of(&mut stream) else { return };
        let form: Form = url::form_urlencoded::parse(&body).into_owned().collect();
        self.forms.lock().unwrap().push(form.clone());
        let habit = self.habit.lock().unwrap().clone();
        let mut say = |answer: &str| {
            let _ = stream.write_all(answer.as_bytes());
            let _ = stream.shutdown(std::net::Shutdown::Both);
        };
        match habit {
            Habit::Good => {
                say("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                let answer = ask(&form, &[("hub.challenge", "a+b c"), ("hub.lease_seconds", "864000")]);
                self.answers.lock().unwrap().push(answer);
            }
            Habit::Silent => {
                say("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
            Habit::Refusing => say(
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 22\r\nConnection: close\r\n\r\nno feeds of this\x1b[31mkind",
            ),
            Habit::Saying(answer) => say(&answer),
        }
    }
}

fn body_of(stream: &mut TcpStream) -> Option<Vec<u8>> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            assert!(head.contains("content-type: application/x-www-form-urlencoded"), "{head}");
            let length: usize = head.split("content-length: ").nth(1)?.lines().next()?.parse().ok()?;
            if bytes.len() >= end + 4 + length {
                return Some(bytes.split_off(end + 4));
            }
        }
        match stream.read(&mut chunk) {
            Ok(n @ 1..) => bytes.extend_from_slice(&chunk[..n]),
            _ => return None,
        }
    }
}

/// Where a callback leads behind the reverse proxy: server and path.
pub fn behind_proxy(callback: &str) -> (Web, String) {
    let url = url::Url::parse(callback).unwrap();
    let address = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    (Web::at(&address), url.path().strip_prefix("/paper").expect("the path of base_url").to_owned())
}

/// A question about what was requested; `more` changes and adds parameters.
pub fn ask(form: &Form, more: &[(&str, &str)]) -> Reply {
    let (web, path) = behind_proxy(&form["hub.callback"]);
    let mut query: Vec<(&str, &str)> =
        vec![("hub.mode", &form["hub.mode"]), ("hub.topic", &form["hub.topic"])];
    query.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    query.extend_from_slice(more);
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    web.get(&format!("{path}?{query}"), &[])
}

/// Delivers; signed with the secret that came with the request, or with another.
pub fn deliver(form: &Form, secret: &str, body: &str) -> Reply {
    let (web, path) = behind_proxy(&form["hub.callback"]);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    post(&web, &path, &[("X-Hub-Signature", &format!("sha256={digits}"))], body)
}

pub fn post(web: &Web, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    Reply::of(&web.say(&format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/rss+xml\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )))
}
