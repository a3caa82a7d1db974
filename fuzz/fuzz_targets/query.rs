//! Any text as a query: no panic, its canonical form is the same query, and SQLite's
//! full-text search never calls it a syntax error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::search::{Fts, Query, indexable, relevance, snippet};
use rusqlite::Connection;

thread_local! {
    static INDEX: Connection = {
        let conn = Connection::open_in_memory().expect("memory");
        conn.execute_batch(
            "CREATE VIRTUAL TABLE search USING fts5(text, title, author, source,
                 tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
        )
        .expect("an index");
        conn
    };
}

fuzz_target!(|text: &str| {
    let found = snippet_of(text);
    let Ok(query) = Query::parse(text) else { return };
    assert_eq!(Query::parse(&query.to_string()).as_ref(), Ok(&query), "{query}");
    assert!(found <= text.len());
    let expression = query.fts().map(|(Fts::Matching(expression) | Fts::Excluding(expression))| expression);
    for expression in [expression, query.fts_in_title(), query.fts_near()].into_iter().flatten() {
        let answer = INDEX.with(|conn| {
            conn.prepare_cached("SELECT count(*) FROM search WHERE search MATCH ?1")
                .and_then(|mut ask| ask.query_row([&expression], |row| row.get::<_, i64>(0)))
        });
        assert!(answer.is_ok(), "{expression}: {answer:?}");
    }
});

/// Text and query are made of the same bytes: what is asked for stands there.
fn snippet_of(text: &str) -> usize {
    std::hint::black_box(indexable(text));
    let Ok(query) = Query::parse(text) else { return 0 };
    let score = relevance(&query, text, text, Default::default());
    assert!(score.is_finite());
    snippet(&query, text, 50).pieces.iter().map(|piece| piece.text.len()).sum()
}
