//! The rules of the house, read from the sources: arrows point down only, each
//! foreign crate has its place, files and functions stay readable.

mod scan;

use regex::Regex;
use scan::{functions, roots_named, without_tests, without_text};
use std::path::{Path, PathBuf};

/// Rooms, floor by floor. A room may import itself and what is on lower floors,
/// so rooms of one floor don't know each other.
const FLOORS: &[&[&str]] = &[
    &["model"],
    &["html", "health", "diff", "calendar", "search"],
    &["identity", "feed", "article", "schedule", "publish", "web", "config"],
    &["http", "store", "server", "os", "newsstand"],
    &["daemon"],
    &["app"],
    &["cli"],
    &["lib", "main"],
];

/// Floors below this one are pure: no I/O, no clock, no log.
const FIRST_IMPURE: usize = 3;

/// What may be named in few places only, and where: a folder, a file.
const PLACES: &[(&str, &[&str])] = &[
    ("reqwest", &["http/"]),
    ("rusqlite", &["store/"]),
    ("axum", &["server/", "newsstand/"]),
    ("hyper", &["http/", "server/", "newsstand/"]),
    ("hyper_util", &["server/", "newsstand/"]),
    ("feed_rs", &["feed/convert.rs"]),
    ("chrono", &["feed/convert.rs"]),
    ("clap", &["cli/", "main.rs"]),
    ("anyhow", &["app.rs", "app/", "cli/", "main.rs"]),
    ("std::env", OUTSIDE),
    ("SystemTime::now", OUTSIDE),
    ("Timestamp::now", OUTSIDE),
    ("Zoned::now", OUTSIDE),
    ("std::time::Instant", OUTSIDE),
    ("Instant::now", OUTSIDE),
];

/// Where the world outside may be looked at.
const OUTSIDE: &[&str] = &["os/", "app.rs", "app/", "cli/", "main.rs"];

/// What a pure floor doesn't name.
const IMPURE: &[&str] =
    &["tokio", "tracing", "std::fs", "std::net::TcpStream", "std::process", "std::thread"];

const MAX_FILE: usize = 600;
const MAX_FUNCTION: usize = 80;

#[test]
fn sources_keep_the_rules() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 10, "found {} files under {}", files.len(), src.display());
    let mut problems = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
        problems.extend(check(&name, &source));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// What is wrong with one file; `name` is its path under `src/`.
fn check(name: &str, source: &str) -> Vec<String> {
    let room = name.split(['/', '.']).next().unwrap_or_default();
    let Some(floor) = floor_of(room) else {
        return vec![format!("src/{name}: the table of layers doesn't know `{room}`")];
    };
    let code = without_text(source);
    let in_tests = Regex::new(r"(^|/)tests(/|\.rs$)").unwrap().is_match(name);
    let product = if in_tests { String::new() } else { without_tests(&code) };
    let mut problems = Vec::new();
    imports(room, floor, &code, &mut problems);
    ways_up(name, room, &code, &product, &mut problems);
    places(name, floor, &product, &mut problems);
    habits(&code, &product, &mut problems);
    sizes(source, &product, &mut problems);
    problems.into_iter().map(|problem| format!("src/{name}: {problem}")).collect()
}

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&room))
}

/// `crate::X` (and `offprint::X`, which only `main` can mean) goes down.
fn imports(room: &str, floor: usize, code: &str, problems: &mut Vec<String>) {
    let mut found = roots_named(code, "crate");
    if room == "main" {
        found.extend(roots_named(code, "offprint"));
    }
    for (line, target) in found {
        match floor_of(&target) {
            None => problems.push(format!("line {line}: the table of layers doesn't know `{target}`")),
            Some(other) if target != room && other >= floor => {
                problems.push(format!("line {line}: `{room}` may not import `{target}`"));
            }
            Some(_) => {}
        }
    }
}

/// `super` neither jumps twice nor leaves its room.
fn ways_up(name: &str, room: &str, code: &str, product: &str, problems: &mut Vec<String>) {
    if code.contains("super::super") {
        problems.push("`super::super`: write `crate::…`".to_owned());
    }
    let top = [format!("{room}.rs"), format!("{room}/mod.rs")].iter().any(|top| top == name);
    if top && Regex::new(r"\bsuper\s*::").unwrap().is_match(product) {
        problems.push("`super::` leaves the room: write `crate::…`".to_owned());
    }
}

/// Foreign crates and the world outside are named where they belong.
fn places(name: &str, floor: usize, product: &str, problems: &mut Vec<String>) {
    for (what, allowed) in PLACES {
        // Tokio's clock can be paused by a test: above the pure floors it is no wall clock.
        if *what == "Instant::now" && names(product, "tokio::time") && floor >= FIRST_IMPURE {
            continue;
        }
        if names(product, what) && !allowed.iter().any(|place| name.starts_with(place)) {
            problems.push(format!("`{what}` belongs in {}", allowed.join(", ")));
        }
    }
    for what in IMPURE {
        if floor < FIRST_IMPURE && names(product, what) {
            problems.push(format!("`{what}` in a pure room"));
        }
    }
}

/// Whether code names a path: as the beginning of one, or, for `A::b`, as its end.
fn names(code: &str, path: &str) -> bool {
    // Nearly always the answer, and much faster than an expression.
    if !path.split("::").all(|step| code.contains(step)) {
        return false;
    }
    let mut whole = path.split("::").map(regex::escape).collect::<Vec<_>>().join(r"\s*::\s*");
    // `std::{env, fs}` names `std::env` too.
    if let Some(module) = path.strip_prefix("std::").filter(|rest| !rest.contains("::")) {
        whole = format!(r"(?:{whole}|std\s*::\s*\{{[^;]*\b{module}\b)");
    }
    let before = if path.ends_with("::now") { r"(?:^|\W)" } else { r"(?:^|[^\w:.])" };
    let after = if path.contains("::") { r"\b" } else { r"\s*(?:::|;|\bas\b)" };
    Regex::new(&format!("{before}{whole}{after}")).unwrap().is_match(code)
}

/// Things that are never written.
fn habits(code: &str, product: &str, problems: &mut Vec<String>) {
    if Regex::new(r"#!?\[\s*allow\b").unwrap().is_match(code) {
        problems.push("`#[allow]`: use `#[expect(lint, reason = \"…\")]`".to_owned());
    }
    for never in [r"\.unwrap\(\)", r"\bpanic!", r"\btodo!", r"\bunimplemented!"] {
        if let Some(found) = Regex::new(never).unwrap().find(product) {
            let line = product[..found.start()].matches('\n').count() + 1;
            problems.push(format!("line {line}: `{}`", found.as_str()));
        }
    }
}

fn sizes(source: &str, product: &str, problems: &mut Vec<String>) {
    let lines = source.lines().count();
    if lines > MAX_FILE {
        problems.push(format!("{lines} lines, at most {MAX_FILE}"));
    }
    for (name, line, length) in functions(product) {
        if length > MAX_FUNCTION {
            problems.push(format!("line {line}: `{name}` has {length} lines, at most {MAX_FUNCTION}"));
        }
    }
}

#[test]
fn the_rules_find_what_breaks_them() {
    let long_file = "\n".repeat(MAX_FILE + 1);
    let long_function = format!("fn long(a: [u8; 2]) {{{}}}", "\n".repeat(MAX_FUNCTION));
    for (name, source, expected) in [
        ("kitchen/mod.rs", "", "doesn't know `kitchen`"),
        ("feed/a.rs", "use crate::kitchen::Sink;", "line 1: the table of layers doesn't know `kitchen`"),
        ("model/a.rs", "\nuse crate::html::plain_text;", "line 2: `model` may not import `html`"),
        ("html/a.rs", "use crate::{model::Person, store::{self, Db}};", "may not import `store`"),
        ("feed/a.rs", "fn f() { crate :: config::x(); }", "may not import `config`"),
        ("http/a.rs", "use crate::store::Db;", "may not import `store`"),
        ("http/mod.rs", "#[cfg(test)]\nmod tests { use crate::newsstand::X; }", "may not import `newsstand`"),
        ("daemon/a.rs", "use crate::app::App;", "may not import `app`"),
        ("main.rs", "offprint::kitchen::main()", "doesn't know `kitchen`"),
        ("feed/a/b.rs", "use super::super::c;", "super::super"),
        ("feed/mod.rs", "use super::http;", "leaves the room"),
        ("app.rs", "use super::daemon;", "leaves the room"),
        ("store/a.rs", "use reqwest::Client;", "`reqwest` belongs in http/"),
        ("http/a.rs", "pub use rusqlite;", "`rusqlite` belongs"),
        ("daemon/a.rs", "fn f() -> axum::Router {}", "`axum` belongs"),
        ("feed/json.rs", "use feed_rs::parser;", "`feed_rs` belongs"),
        ("feed/json.rs", "let x = chrono::Utc;", "`chrono` belongs"),
        ("app.rs", "use clap::Parser;", "`clap` belongs"),
        ("store/a.rs", "use anyhow::Result;", "`anyhow` belongs"),
        ("http/a.rs", "std::env::var(x)", "`std::env` belongs"),
        ("http/a.rs", "use std::{collections::HashMap, env};", "`std::env` belongs"),
        ("store/a.rs", "std::time::SystemTime::now()", "`SystemTime::now` belongs"),
        ("store/a.rs", "jiff::Timestamp::now()", "`Timestamp::now` belongs"),
        ("store/a.rs", "Instant::now()", "`Instant::now` belongs"),
        ("schedule/a.rs", "tokio::time::Instant::now()", "`Instant::now` belongs"),
        ("schedule/a.rs", "use tokio::time;", "`tokio` in a pure room"),
        ("config/a.rs", "std::fs::read(path)", "`std::fs` in a pure room"),
        ("article/a.rs", "tracing::info!(x)", "`tracing` in a pure room"),
        ("feed/a.rs", "#![allow(dead_code)]", "#[allow]"),
        ("feed/tests.rs", "#[allow(dead_code)]", "#[allow]"),
        ("feed/a.rs", "\n\nfn f() { x.unwrap() }", "line 3: `.unwrap()`"),
        ("feed/a.rs", "fn f() { panic!() }", "`panic!`"),
        ("feed/a.rs", &long_file, "at most 600"),
        ("feed/a.rs", &long_function, "`long` has 81 lines"),
    ] {
        let problems = check(name, source);
        assert!(problems.iter().any(|p| p.contains(expected)), "{name}: {source}: {problems:?}");
    }
}

#[test]
fn the_rules_leave_the_rest_alone() {
    for (name, source) in [
        ("lib.rs", "pub mod model;\n//! crate::kitchen"),
        ("main.rs", "fn main() { offprint::cli::main() }"),
        ("cli/mod.rs", "use crate::{app::App, store, model::{Article, Person}};\nuse clap::Parser;"),
        ("feed/a.rs", "// crate::store, reqwest::Client\n/* std::env /* x */ panic! */ use crate::html;"),
        (
            "feed/a.rs",
            "fn f<'a>(x: &'a str) { g(\"crate::store \\\" x.unwrap()\", r#\"\"reqwest::\"#, '\"', b'\\''); }",
        ),
        ("feed/mod.rs", "#[cfg(test)]\nmod tests { use super::*; fn f() { x.unwrap(); std::env::var(y) } }"),
        ("feed/tests.rs", "use super::*; fn f() { feed_rs::parser::parse(b).unwrap(); }"),
        ("feed/convert.rs", "use feed_rs::model; use chrono::Utc;"),
        ("http/gate.rs", "use tokio::time::Instant; fn f() { Instant::now(); }"),
        ("os/clock.rs", "fn now() { std::time::SystemTime::now() }"),
        ("store/a.rs", "fn f() { my::reqwest::x(); self.axum::<u8>(); }"),
        ("app.rs", "use crate::daemon; use crate::server; pub(in crate::app) fn f();"),
    ] {
        assert_eq!(check(name, source), Vec::<String>::new(), "{name}: {source}");
    }
}
