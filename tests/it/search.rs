//! The language of queries against SQLite's full-text search.

mod agreement;
mod languages;

use offprint::search::{Fts, Query, highlight, indexable};
use rusqlite::{Connection, params};

/// An index of the shape that the store's has.
struct Index(Connection);

impl Index {
    fn new() -> Self {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "CREATE VIRTUAL TABLE search USING fts5(text, title, author, source,
                 tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co M*'\");
             CREATE VIRTUAL TABLE terms USING fts5vocab(search, instance)",
        )
        .unwrap();
        Self(conn)
    }

    fn of(texts: &[&str]) -> Self {
        let index = Self::new();
        for (seq, text) in (1..).zip(texts) {
            index.add(seq, "", text);
        }
        index
    }

    fn add(&self, seq: i64, title: &str, text: &str) {
        self.0
            .prepare_cached(
                "INSERT INTO search (rowid, title, text, author, source) VALUES (?1, ?2, ?3, '', '')",
            )
            .unwrap()
            .execute(params![seq, indexable(title), indexable(text)])
            .unwrap();
    }

    /// Rows that a query finds.
    fn found(&self, query: &Query) -> rusqlite::Result<Vec<i64>> {
        let (sql, expression) = match query.fts() {
            None => return Ok(Vec::new()),
            Some(Fts::Matching(fts)) => {
                ("SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid", fts)
            }
            Some(Fts::Excluding(fts)) => (
                "SELECT rowid FROM search WHERE rowid NOT IN
                     (SELECT rowid FROM search WHERE search MATCH ?1) ORDER BY rowid",
                fts,
            ),
        };
        self.0.prepare_cached(sql)?.query_map([expression], |row| row.get(0))?.collect()
    }

    /// The tokens of a row's text, in their order.
    fn tokens(&self, seq: i64) -> Vec<String> {
        self.0
            .prepare_cached("SELECT term FROM terms WHERE doc = ?1 AND col = 'text' ORDER BY offset")
            .unwrap()
            .query_map([seq], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }
}

fn query(text: &str) -> Query {
    Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Whether a snippet would mark something.
fn marks(query: &Query, text: &str) -> bool {
    highlight(query, text).iter().any(|piece| piece.hit)
}
