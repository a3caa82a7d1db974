//! A folder with a configuration, and the processes that run on it.

use super::web::{Reply, Web};
use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

/// Long enough for a busy machine; nothing here takes so long.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// What most tests want: no pauses, loopback allowed, no articles unless asked for.
pub const HEAD: &str = r#"
data_dir = "data"
[server]
listen = "127.0.0.1:0"
[fetch]
timeout = "10s"
host_delay = "0s"
min_interval = "1s"
allow_private_addresses = true
contact = "https://operator.example/"
[defaults]
full_text = "never"
"#;

/// A folder of its own, gone with it.
pub struct Bench {
    dir: TempDir,
    runs: AtomicUsize,
}

/// A process that has ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    #[track_caller]
    pub fn good(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn failed(self, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in {}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
}

/// One source in TOML.
pub fn source(id: &str, url: &str) -> String {
    format!("[sources.{id}]\nurl = \"{url}\"\n")
}

impl Bench {
    /// The usual head and these sources.
    pub fn new(sources: &str) -> Self {
        Self::with(&format!("{HEAD}{sources}"))
    }

    /// A whole configuration.
    pub fn with(toml: &str) -> Self {
        let bench = Self { dir: tempfile::tempdir().unwrap(), runs: AtomicUsize::new(0) };
        bench.configure(toml);
        bench
    }

    pub fn configure(&self, toml: &str) {
        std::fs::write(self.path("offprint.toml"), toml).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program with this configuration, through `sh -c 'WRAP; exec …'` if `wrap` says something.
    pub fn command(&self, args: &[&str], wrap: &str) -> Command {
        let program = env!("CARGO_BIN_EXE_offprint");
        let mut command = if wrap.is_empty() {
            Command::new(program)
        } else {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("{wrap}; exec \"$0\" \"$@\""), program]);
            shell
        };
        for name in
            ["STATE_DIRECTORY", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "WATCHDOG_USEC", "http_proxy"]
        {
            command.env_remove(name);
        }
        command.arg("--config").arg(self.path("offprint.toml")).args(args).current_dir(self.dir.path());
        command
    }

    fn spawn(&self, command: Command, input: &str) -> (Child, PathBuf) {
        let file = self.write("input", input);
        self.spawn_on(command, File::open(file).unwrap().into())
    }

    fn spawn_on(&self, mut command: Command, stdin: Stdio) -> (Child, PathBuf) {
        let run = self.path(&format!("run{}", self.runs.fetch_add(1, Ordering::SeqCst)));
        let file = |end: &str| File::create(run.with_extension(end)).unwrap();
        let child = command.stdin(stdin).stdout(file("out")).stderr(file("err")).spawn().unwrap();
        (child, run)
    }

    /// Runs a command to its end.
    pub async fn run(&self, args: &[&str]) -> Ran {
        self.run_by(self.command(args, ""), "").await
    }

    /// Runs a command with something to read.
    pub async fn run_reading(&self, args: &[&str], input: &str) -> Ran {
        self.run_by(self.command(args, ""), input).await
    }

    pub async fn run_by(&self, command: Command, input: &str) -> Ran {
        let (mut child, run) = self.spawn(command, input);
        let code = ended(&mut child, PATIENCE).await;
        let read = |end: &str| lossy(&run.with_extension(end));
        Ran { code, out: read("out"), err: read("err") }
    }

    /// Starts the daemon and waits until it is ready.
    pub async fn daemon(&self) -> Daemon {
        let daemon = self.start(self.command(&["run"], ""));
        daemon.logged("daemon.ready").await;
        daemon
    }

    /// Starts the daemon.
    pub fn start(&self, command: Command) -> Daemon {
        let (child, run) = self.spawn(command, "");
        Daemon { child, log: run.with_extension("err") }
    }

    /// Starts the daemon with a socket, as systemd passes one.
    pub fn daemon_on(&self, socket: OwnedFd) -> Daemon {
        let wrap = "exec 3<&0 0</dev/null; export LISTEN_PID=$$ LISTEN_FDS=1";
        let (child, run) = self.spawn_on(self.command(&["run"], wrap), socket.into());
        Daemon { child, log: run.with_extension("err") }
    }

    pub fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path("data/offprint.db")).unwrap()
    }

    /// The merged feed as `export` writes it, parsed.
    pub async fn entries(&self) -> Vec<serde_json::Value> {
        let feed = self.run(&["export", "--format", "json"]).await.good().out;
        let feed: serde_json::Value = serde_json::from_str(&feed).unwrap();
        feed["items"].as_array().unwrap().clone()
    }
}

fn lossy(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
}

/// Its exit code; kills it and fails if it does not end in time.
async fn ended(child: &mut Child, patience: Duration) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if start.elapsed() > patience {
            child.kill().unwrap();
            panic!("it did not end within {patience:?}");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Tries until it is so.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A running daemon; killed when it is dropped.
pub struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Daemon {
    pub fn log(&self) -> String {
        lossy(&self.log)
    }

    pub async fn logged(&self, text: &str) {
        let start = Instant::now();
        while !self.log().contains(text) {
            assert!(start.elapsed() < PATIENCE, "no {text:?} in the log:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Where it says that it listens.
    pub fn web(&self) -> Web {
        let log = self.log();
        let rest = log.split("server.address=http://").nth(1).expect("an address in the log");
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').unwrap_or(rest.len());
        Web::at(&rest[..end])
    }

    pub fn get(&self, path: &str) -> Reply {
        self.web().get(path, &[])
    }

    /// Waits until the merged feed has so many entries; answers their JSON.
    pub async fn entries(&self, count: usize) -> Vec<serde_json::Value> {
        let web = self.web();
        let items = || {
            let feed: serde_json::Value = serde_json::from_slice(&web.get("/feed.json", &[]).body).unwrap();
            feed["items"].as_array().unwrap().clone()
        };
        until(&format!("{count} entries"), || items().len() >= count).await;
        items()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).stdin(Stdio::null()).status().unwrap().success());
    }

    pub async fn end(&mut self, patience: Duration) -> Option<i32> {
        ended(&mut self.child, patience).await
    }

    /// SIGTERM, and a good end.
    pub async fn stop(mut self) {
        self.signal("TERM");
        assert_eq!(self.end(Duration::from_secs(10)).await, Some(0), "{}", self.log());
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Often it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
