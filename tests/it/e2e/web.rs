//! A plain HTTP client that shows every byte.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(20);

/// A server's address.
#[derive(Debug, Clone)]
pub struct Web(String);

/// One answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    #[track_caller]
    pub fn of(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("the end of a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        Self {
            status: status.expect("a status"),
            headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    pub fn unzipped(&self) -> String {
        let mut text = String::new();
        flate2::read::GzDecoder::new(&self.body[..]).read_to_string(&mut text).expect("gzip");
        text
    }
}

impl Web {
    pub fn at(address: &str) -> Self {
        Self(address.to_owned())
    }

    /// Sends these bytes, reads to the end.
    pub fn say(&self, request: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.0).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        Reply::of(&self.say(&format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n",
            self.0
        )))
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.ask("GET", path, headers)
    }
}

/// The same over a Unix socket.
pub fn get_unix(socket: &std::path::Path, path: &str) -> Reply {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    Reply::of(&answer)
}

/// The text of all elements of that name, in order. Fails if the document is not well-formed XML 1.0.
#[track_caller]
pub fn texts(xml: &str, element: &str) -> Vec<String> {
    use quick_xml::events::Event;
    let bad = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!xml.contains(bad), "a character that XML has not");
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut open, mut found) = (Vec::<String>::new(), Vec::new());
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => {
                for attribute in tag.attributes() {
                    attribute.expect("a good attribute");
                }
                let name = tag.name().as_ref().to_owned();
                if name == element {
                    found.push(String::new());
                }
                open.push(name);
            }
            Event::End(_) => drop(open.pop()),
            Event::Text(text) if open.last().is_some_and(|name| name == element) => {
                found.last_mut().unwrap().push_str(&text);
            }
            Event::GeneralRef(name) if open.last().is_some_and(|last| last == element) => {
                let c = match &*name {
                    "amp" | "#x26" => "&",
                    "lt" | "#x3C" => "<",
                    "gt" | "#x3E" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("reference &{other};"),
                };
                found.last_mut().unwrap().push_str(c);
            }
            Event::CData(text) if open.last().is_some_and(|name| name == element) => {
                found.last_mut().unwrap().push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "open at the end: {open:?}");
    found
}
