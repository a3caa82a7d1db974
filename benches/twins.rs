//! What near-duplicates cost: `cargo bench --bench twins [-- ARTICLES]`.
//!
//! Fills the index of a store with the sketches of invented articles (a million), then
//! measures, in processor time of the one thread that works: reading a text of 5 KB,
//! and looking up and inserting an article that nobody has, and one that is a copy.

use jiff::Timestamp;
use offprint::identity::Text;
use offprint::store::{self, Role, Store};
use rusqlite::{Connection, params};
use std::fmt::Write;

/// Invented words; Zipf's law makes a language of them.
const VOCABULARY: usize = 60_000;
/// Articles of the measurement.
const MEASURED: usize = 2_000;
const PER_WEEK: usize = 20_000;

fn main() {
    let articles: usize = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(1_000_000);
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("offprint.db");
    drop(Store::open(dir.path(), Role::Daemon).expect("a store"));
    let conn = Connection::open(&path).expect("the store");
    conn.execute_batch("PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 8000")
        .expect("as the store has it");
    conn.set_prepared_statement_cache_capacity(64);
    let mut words = Words::new();
    read_texts(&mut words);
    let pages = |conn: &Connection| -> i64 {
        conn.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a count")
    };
    for (name, weeks) in [("spread over a year", articles.div_ceil(PER_WEEK)), ("all in two weeks", 2)] {
        conn.execute_batch("DELETE FROM duplicates; DELETE FROM entries; VACUUM").expect("an empty index");
        let before = pages(&conn);
        fill(&conn, &mut words, articles, weeks);
        let bytes = (pages(&conn) - before) * 4096;
        println!("{articles} articles, {name}: index {:.1} bytes an article", bytes as f64 / articles as f64);
        measure(&conn, &mut words, weeks);
    }
}

/// Reading and sketching.
fn read_texts(words: &mut Words) {
    let texts: Vec<String> = (0..300).map(|_| words.article(5_000)).collect();
    let size: usize = texts.iter().map(String::len).sum();
    let before = cpu();
    let sketches = texts.iter().filter_map(|html| Text::new("A headline", html).sketch()).count();
    let spent = cpu() - before;
    assert_eq!(sketches, texts.len());
    let kilobytes = size as f64 / 1024.0;
    println!("fingerprint: {:.3} ms for 5 KB of text", spent * 1e3 / kilobytes * 5.0);
    let before = cpu();
    for pair in texts.windows(2) {
        let (a, b) = (Text::new("", &pair[0]), Text::new("", &pair[1]));
        std::hint::black_box(offprint::identity::likeness(&a, &b));
    }
    println!("two texts of 5 KB compared: {:.3} ms", (cpu() - before) * 1e3 / (texts.len() - 1) as f64);
}

/// Rows as the store writes them. The sketches are those of texts; only every
/// fourth is read, the others are made of the minima of two: what the index holds
/// is as random, and a million texts take half an hour.
fn fill(conn: &Connection, words: &mut Words, articles: usize, weeks: usize) {
    let mut entry =
        conn.prepare("INSERT INTO duplicates (seq, day, sketch) VALUES (?1, ?2, ?3)").expect("sketches");
    let mut key = conn.prepare("INSERT OR IGNORE INTO duplicate_keys VALUES (?1, ?2)").expect("keys");
    let mut pool: Vec<Vec<u8>> = Vec::new();
    for seq in 0..articles {
        if seq % 1000 == 0 {
            conn.execute_batch(if seq == 0 { "BEGIN" } else { "COMMIT; BEGIN" }).expect("a transaction");
        }
        let week = seq * weeks / articles;
        let keys = if seq % 4 == 0 {
            let html = words.article(2_500);
            let sketch = Text::new("", &html).sketch().expect("a long text");
            let keys = sketch.keys(store::week(week as i64 * 7)).as_flattened().to_vec();
            if pool.len() < 4096 {
                pool.push(keys.clone());
            } else {
                let at = words.below(4096);
                pool[at] = keys.clone();
            }
            keys
        } else {
            let (a, b) = (words.below(pool.len()), words.below(pool.len()));
            let mut keys = Vec::with_capacity(pool[a].len());
            for (one, other) in pool[a].chunks(4).zip(pool[b].chunks(4)) {
                keys.extend([store::week(week as i64 * 7), one[1], one[2] ^ other[1], other[3]]);
            }
            keys
        };
        let seq = seq as i64 + 1_000_000_000;
        entry.execute(params![seq, week as i64 * 7 + 3, keys]).expect("a row");
        for part in keys.chunks(4) {
            key.execute(params![part, seq]).expect("a key");
        }
    }
    conn.execute_batch("COMMIT").expect("the end");
}

/// New articles and copies of them, through the function that the store calls.
fn measure(conn: &Connection, words: &mut Words, weeks: usize) {
    let now = Timestamp::from_second(1_900_000_000).expect("a time");
    let day = (weeks as i64 - 1) * 7 + 3;
    let insert = |seq: i64, html: &str| {
        let mut packed = vec![0];
        packed.extend_from_slice(html.as_bytes());
        conn.prepare_cached(
            "INSERT INTO entries (seq, id, owner, title, published, updated, first_seen, touched, listed, hash, page_state, content)
             VALUES (?1, zeroblob(16), 1, 'A headline', ?2, ?2, ?2, ?2, ?2, zeroblob(16), 0, ?3)",
        )
        .and_then(|mut statement| statement.execute(params![seq, day * 86_400_000, packed]))
        .expect("an entry");
    };
    let texts: Vec<String> = (0..MEASURED).map(|_| words.article(3_000)).collect();
    conn.execute_batch("BEGIN").expect("a transaction");
    for (at, html) in texts.iter().enumerate() {
        insert(at as i64 + 1, html);
        let copy =
            html.replacen("<p>", "<p>By our own correspondent and an agency, as was reported here. ", 1);
        insert((MEASURED + at) as i64 + 1, &copy);
    }
    conn.execute_batch("COMMIT").expect("the end");
    for (name, first) in [("new", 1), ("a copy", MEASURED as i64 + 1)] {
        let before = cpu();
        for chunk in 0..MEASURED / 50 {
            conn.execute_batch("BEGIN").expect("a transaction");
            for at in 0..50 {
                store::settle(conn, first + (chunk * 50 + at) as i64, now, false).expect("settled");
            }
            conn.execute_batch("COMMIT").expect("the end");
        }
        println!(
            "  lookup and insert, article that is {name}: {:.3} ms",
            (cpu() - before) * 1e3 / MEASURED as f64
        );
    }
    let joined: i64 = conn
        .query_row("SELECT count(*) FROM duplicates WHERE lead IS NOT NULL", [], |row| row.get(0))
        .expect("a count");
    println!("  {joined} of {MEASURED} copies joined");
}

/// A made-up language.
struct Words {
    state: u64,
    vocabulary: Vec<String>,
}

impl Words {
    fn new() -> Self {
        let mut words = Self { state: 1, vocabulary: Vec::new() };
        for _ in 0..VOCABULARY {
            let syllables = 1 + words.below(4);
            let word = (0..syllables).map(|_| {
                let (a, b) = (words.below(16), words.below(6));
                format!("{}{}", &"bdfghjklmnprstvz"[a..=a], &"aeiouy"[b..=b])
            });
            let word = word.collect();
            words.vocabulary.push(word);
        }
        words
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.state >> 33) as usize * limit) >> 31
    }

    /// HTML of about so many bytes of text, with figures here and there.
    fn article(&mut self, bytes: usize) -> String {
        let mut html = String::from("<p>");
        let mut sentence = 0;
        while html.len() < bytes {
            // Zipf: the rank is a power of an even number.
            let even = self.below(1 << 20) as f64 / f64::from(1 << 20);
            let rank = (VOCABULARY as f64).powf(even) as usize;
            if self.below(40) == 0 {
                let number = self.below(5000);
                let _ = write!(html, "{number} ");
            }
            html.push_str(&self.vocabulary[rank.min(VOCABULARY - 1)]);
            sentence += 1;
            html.push_str(match sentence % 14 {
                0 if sentence % 70 == 0 => ".</p>\n<p>",
                0 => ". ",
                _ => " ",
            });
        }
        html.push_str("</p>");
        html
    }
}

/// proc(5) schedstat, for its only thread, in seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").expect("Linux");
    let first = stat.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok());
    first.expect("nanoseconds") / 1e9
}
