//! No statement of the store walks through a table that grows with the articles, unless
//! that is its purpose. With a few rows nobody would notice, with a million everybody.

use super::*;
use regex::Regex;
use rusqlite::Connection;
use std::path::Path;

/// Tables with few rows: of sources, hosts, hubs, notices, pages that wait.
const SMALL: &[&str] = &[
    "sources",
    "s",
    "hosts",
    "subscriptions",
    "u",
    "notices",
    "pages",
    "p",
    "meta",
    "sqlite_schema",
    "sqlite_master",
];

/// How statements begin that are to look at everything, or at a table only now and then.
const MEANT: &[&str] = &[
    // Figures; an index is enough.
    "SELECT count(*) FROM entries",
    "SELECT s.*, coalesce(e.n, 0) AS stored FROM sources s",
    "SELECT count(*), coalesce(sum(failures > 0 OR gone), 0), (SELECT count(*) FROM entries)",
    // What is more than max_articles.
    "SELECT seq FROM ( SELECT e.seq, e.first_seen",
    // After a clock that was wrong.
    "DELETE FROM poll_log WHERE at > ?1",
    "UPDATE entries SET first_seen = min(first_seen, ?1)",
    "UPDATE carriers SET last_seen = ?1 WHERE last_seen > ?2",
    // In the order of an index, as far as somebody reads.
    "SELECT e.seq, owner, listed, first_seen",
    // Its end is joined to it.
    "UPDATE entries SET updated = max(updated + 1, ?1)",
    // A thousand rows at most.
    "DELETE FROM site_blocks WHERE host IN",
];

/// The statements in the text of a file.
fn statements(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let literal = Regex::new(r#""((?:[^"\\]|\\.)*)""#).unwrap();
    let begins = Regex::new(r"^\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b").unwrap();
    let whole = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = literal.captures_iter(code).map(|found| whole(&found[1]));
    // Those that are put together in the program are left out.
    found.filter(|text| begins.is_match(text) && !text.contains('{')).collect()
}

/// What SQLite walks through to run a statement.
fn walks(conn: &Connection, statement: &str) -> Vec<String> {
    let mut query = conn
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .unwrap_or_else(|error| panic!("{statement}\n{error}"));
    let rows = query.raw_query();
    let steps = rows.mapped(|row| row.get::<_, String>(3)).map(Result::unwrap);
    let walked = |step: String| {
        let name = step.strip_prefix("SCAN ")?.split(' ').next()?.to_owned();
        let made = name.starts_with('(') || name == "CONSTANT" || step.contains("VIRTUAL TABLE");
        (!made && !SMALL.contains(&name.as_str())).then_some(step)
    };
    steps.filter_map(walked).collect()
}

#[tokio::test]
async fn nothing_walks_through_all_articles() {
    let bench = Bench::new().await;
    let conn = Connection::open(bench.dir.path().join("offprint.db")).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let (mut seen, mut problems) = (0, Vec::new());
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        for statement in statements(&std::fs::read_to_string(&file).unwrap()) {
            seen += 1;
            let walks = walks(&conn, &statement);
            if !walks.is_empty() && !MEANT.iter().any(|meant| statement.starts_with(meant)) {
                problems.push(format!("{}: {walks:?}\n    {statement}", file.display()));
            }
        }
    }
    assert!(seen > 100, "{seen} statements");
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[tokio::test]
async fn a_walk_is_seen() {
    let bench = Bench::new().await;
    let conn = Connection::open(bench.dir.path().join("offprint.db")).unwrap();
    assert_eq!(walks(&conn, "UPDATE keys SET seq = 0 WHERE seq = ?1"), ["SCAN keys"]);
    assert!(walks(&conn, "UPDATE keys SET seq = 0 WHERE seq = ?1 AND seq > 0").is_empty());
    assert_eq!(walks(&conn, "SELECT 1 FROM entries e WHERE title = ?1"), ["SCAN e"]);
    assert_eq!(
        statements("f(\"SELECT 1\n  FROM x\"); g(\"SELECTED\"); h(\"a \\\" SELECT\")"),
        ["SELECT 1 FROM x"]
    );
}
