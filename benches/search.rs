//! What searching costs: `cargo bench --bench search [-- ARTICLES [FOLDER]]`.
//!
//! Fills a store with invented articles (a million of about 2.7 KB; one in twenty is written
//! without spaces), through the functions that the program uses. Then asks for 200 pairs of
//! words, each out of one article, in both orders, and for a few things of other kinds. With a
//! FOLDER the store stays there and is used again.

use jiff::Timestamp;
use offprint::search::{Query, SourceName, snippet};
use offprint::store::{self, Order, Role, SearchRequest, Store};
use rusqlite::{Connection, OpenFlags, params};
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

/// Invented words; Zipf's law makes a language of them.
const VOCABULARY: usize = 200_000;
/// Characters of the language without spaces.
const GLYPHS: usize = 4_000;
const SOURCES: usize = 200;
/// Articles of one poll or page: the index is written after each.
const TOGETHER: usize = 10;
/// Polls of one commit.
const GROUP: usize = 20;
const PAIRS: usize = 200;
/// Hits of one page.
const PAGE: usize = 20;

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let articles: usize = args.next().and_then(|arg| arg.parse().ok()).unwrap_or(1_000_000);
    let kept = args.next();
    let temporary = tempfile::tempdir().expect("a folder");
    let dir = kept.as_deref().map_or(temporary.path(), Path::new);
    let mut words = Words::new();
    drop(Store::open(dir, Role::Daemon).expect("a store"));
    let path = dir.join("offprint.db");
    let conn = open(&path, OpenFlags::SQLITE_OPEN_READ_WRITE);
    let stored: usize = conn
        .query_row("SELECT count(*) FROM entries", [], |row| row.get::<_, i64>(0))
        .expect("a count") as usize;
    if stored == 0 {
        fill(&conn, &mut words, articles);
    }
    sizes(&conn);
    drop(conn);
    let conn = open(&path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let pairs = pairs(&conn, &mut words);
    for order in [Order::Newest, Order::Best] {
        let mut times: Vec<Cost> = pairs.iter().map(|pair| ask(&conn, pair, order)).collect();
        let hits: usize = times.iter().map(|cost| cost.hits).sum();
        println!("{PAIRS} pairs, {order:?}: {} hits", hits);
        for (name, of) in [("wall", (|cost| cost.wall) as fn(&Cost) -> f64), ("cpu ", |cost| cost.cpu)] {
            times.sort_by(|a, b| of(a).total_cmp(&of(b)));
            let at = |share: f64| of(&times[((times.len() - 1) as f64 * share) as usize]);
            let (median, p95, max) = (at(0.5), at(0.95), at(1.0));
            println!("  {name}: median {median:.1} ms, p95 {p95:.1} ms, max {max:.1} ms");
        }
        println!("  slowest: {}", times.last().map_or("", |cost| &cost.query));
    }
    others(&conn, &words);
}

/// As the store opens it.
fn open(path: &Path, how: OpenFlags) -> Connection {
    let conn = Connection::open_with_flags(path, how | OpenFlags::SQLITE_OPEN_NO_MUTEX).expect("the store");
    if how == OpenFlags::SQLITE_OPEN_READ_WRITE {
        conn.execute_batch("PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 8000")
            .expect("as the store has it");
    }
    conn.set_prepared_statement_cache_capacity(64);
    conn
}

fn fill(conn: &Connection, words: &mut Words, articles: usize) {
    let start = Instant::now();
    let mut source = conn
        .prepare("INSERT INTO sources (sid, id, title, url, active, full_text, priority, interval, next_due) VALUES (?1, ?2, ?3, '', 1, 0, 0, 1, 0)")
        .expect("sources");
    for sid in 0..SOURCES {
        source
            .execute(params![sid as i64, format!("paper-{sid}"), format!("The {sid}th Paper")])
            .expect("a source");
    }
    let mut entry = conn
        .prepare(
            "INSERT INTO entries (seq, id, owner, title, authors, published, updated, first_seen, touched, listed, lang, hash, page_state, article)
             VALUES (?1, randomblob(16), ?2, ?3, ?4, ?5, ?5, ?5, ?5, ?5, 'en', zeroblob(16), 2, ?6)",
        )
        .expect("entries");
    let mut carrier = conn
        .prepare("INSERT INTO carriers (seq, sid, first_seen, last_seen) VALUES (?1, ?2, ?3, ?3)")
        .expect("carriers");
    let (mut indexing, mut bytes) = (0.0, 0);
    for first in (1..=articles).step_by(TOGETHER) {
        let poll = (first - 1) / TOGETHER;
        if poll.is_multiple_of(GROUP) {
            conn.execute_batch(if poll == 0 { "BEGIN" } else { "COMMIT; BEGIN" }).expect("a transaction");
        }
        conn.execute_batch("SAVEPOINT job").expect("a savepoint");
        for seq in first..(first + TOGETHER).min(articles + 1) {
            let (title, text) = if seq % 20 == 0 { words.glyphs() } else { words.article() };
            bytes += title.len() + text.len();
            let sid = words.below(SOURCES) as i64;
            // Three years.
            let at = NOW * 1000 - (articles - seq) as i64 * (3 * 365 * 86_400_000 / articles as i64);
            let (first, last) = (words.word().to_owned(), words.word());
            let author = format!("[{{\"name\":\"{first} {last}\"}}]");
            let mut packed = vec![0];
            packed.extend_from_slice(text.as_bytes());
            entry.execute(params![seq as i64, sid, title, author, at, packed]).expect("an entry");
            carrier.execute(params![seq as i64, sid, at]).expect("a carrier");
        }
        let before = cpu();
        for seq in first..(first + TOGETHER).min(articles + 1) {
            store::index(conn, seq as i64).expect("indexed");
        }
        conn.execute_batch("RELEASE job").expect("released");
        indexing += cpu() - before;
        if poll % 5_000 == 4_999 {
            println!("  {} articles, {:.0} s", first + TOGETHER - 1, start.elapsed().as_secs_f64());
        }
    }
    let before = cpu();
    conn.execute_batch("COMMIT; PRAGMA wal_checkpoint(truncate)").expect("the end");
    indexing += cpu() - before;
    println!(
        "{articles} articles of {} bytes filled in {:.0} s; indexing: {:.3} ms cpu an article",
        bytes / articles,
        start.elapsed().as_secs_f64(),
        indexing * 1e3 / articles as f64
    );
}

fn sizes(conn: &Connection) {
    let one = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, f64>(0)).expect("a number");
    let articles = one("SELECT CAST(count(*) AS REAL) FROM entries");
    let index = one("SELECT CAST(sum(pgsize) AS REAL) FROM dbstat WHERE name GLOB 'search*'");
    let segments = one("SELECT CAST(count(DISTINCT segid) AS REAL) FROM search_idx");
    println!("{articles} articles: index {:.0} bytes an article, {segments} segments", index / articles);
}

struct Cost {
    query: String,
    wall: f64,
    cpu: f64,
    hits: usize,
}

/// A page of hits with their snippets.
fn ask(conn: &Connection, text: &str, order: Order) -> Cost {
    let (start, before) = (Instant::now(), cpu());
    let query = Query::parse(text).expect(text);
    let names: Vec<String> = (0..SOURCES).map(|sid| format!("paper-{sid}")).collect();
    let sources: Vec<SourceName> = names.iter().map(|id| SourceName { id, title: None, tags: &[] }).collect();
    let request = SearchRequest {
        on_sources: query.on_sources(&sources),
        query,
        order,
        offset: 0,
        limit: PAGE,
        cluster: true,
        now: Timestamp::from_second(NOW).expect("a time"),
    };
    let found = store::found(conn, &request).expect(text);
    for hit in &found.hits {
        std::hint::black_box(snippet(&request.query, &hit.text, 240));
    }
    Cost {
        query: text.to_owned(),
        wall: start.elapsed().as_secs_f64() * 1e3,
        cpu: (cpu() - before) * 1e3,
        hits: found.hits.len(),
    }
}

/// Two words of an article, wherever they stand: common ones are as common as in the text.
fn pairs(conn: &Connection, words: &mut Words) -> Vec<String> {
    let last: i64 = conn.query_row("SELECT max(seq) FROM entries", [], |row| row.get(0)).expect("a number");
    let mut pairs = Vec::new();
    while pairs.len() < PAIRS {
        let seq = 1 + words.below(last as usize) as i64;
        let body: Vec<u8> = conn
            .query_row("SELECT article FROM entries WHERE seq = ?1", [seq], |row| row.get(0))
            .expect("a text");
        let text = String::from_utf8_lossy(&body[1..]).replace("<p>", " ").replace("</p>", " ");
        let all: Vec<&str> = text.split([' ', '.', '\n']).filter(|word| word.len() > 1).collect();
        let (a, b) = (words.below(all.len()), words.below(all.len()));
        if all[a] != all[b] && text.is_ascii() {
            pairs.push(format!("{} {}", all[a], all[b]));
        }
    }
    pairs
}

/// Other kinds of queries, a line for each.
fn others(conn: &Connection, words: &Words) {
    let word = |rank: usize| words.vocabulary[rank].as_str();
    let (first, second) = (word(0), word(1));
    for query in [
        format!("{first} {second}"),
        format!("\"{first} {second}\""),
        format!("{first} source:paper-7"),
        format!("{first} after:2029"),
        format!("{first} before:2028-01"),
        format!("-{first}"),
        format!("{} -{first}", word(500)),
        "source:paper-7".to_owned(),
        format!("{}*", &word(2_000)[..3]),
        format!("{}*", &word(2_000)[..4]),
        glyph(0).to_string(),
        glyph(300).to_string(),
        format!("{}{}", glyph(10), glyph(20)),
        format!("{}{}{}", glyph(10), glyph(20), glyph(40)),
    ] {
        let (newest, best) = (ask(conn, &query, Order::Newest), ask(conn, &query, Order::Best));
        println!("{query:24} {:3} hits, newest {:7.1} ms, best {:7.1} ms", best.hits, newest.wall, best.wall);
    }
}

/// 2030, in seconds.
const NOW: i64 = 1_900_000_000;

/// A made-up language, and one without spaces.
struct Words {
    state: u64,
    vocabulary: Vec<String>,
}

impl Words {
    fn new() -> Self {
        let mut words = Self { state: 1, vocabulary: Vec::new() };
        for rank in 0..VOCABULARY {
            // Words that are common are short.
            let syllables = 1 + (rank + 1).ilog10() as usize / 2 + words.below(3);
            let word = (0..syllables).map(|_| {
                let (a, b) = (words.below(16), words.below(6));
                format!("{}{}", &"bdfghjklmnprstvz"[a..=a], &"aeiouy"[b..=b])
            });
            let word = word.collect::<String>() + &"snrtlm"[rank % 6..=rank % 6];
            words.vocabulary.push(word);
        }
        words
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.state >> 33) as usize * limit) >> 31
    }

    /// Zipf: the rank is a power of an even number.
    fn rank(&mut self, of: usize) -> usize {
        let even = self.below(1 << 20) as f64 / f64::from(1 << 20);
        ((of as f64).powf(even) as usize - 1).min(of - 1)
    }

    fn word(&mut self) -> &str {
        let rank = self.rank(VOCABULARY);
        &self.vocabulary[rank]
    }

    /// A headline and a text, in which some words come again and again.
    fn article(&mut self) -> (String, String) {
        let topic: Vec<usize> = (0..8).map(|_| 100 + self.rank(VOCABULARY - 100)).collect();
        let (mut title, mut html) = (String::new(), String::from("<p>"));
        for at in 0..8 {
            let rank = if at % 2 == 0 { topic[at / 2] } else { self.rank(VOCABULARY) };
            let _ = write!(title, "{} ", self.vocabulary[rank]);
        }
        let length = 1_200 + self.below(3_000);
        let mut sentence = 0;
        while html.len() < length {
            let rank = if self.below(12) == 0 { topic[self.below(8)] } else { self.rank(VOCABULARY) };
            html.push_str(&self.vocabulary[rank]);
            sentence += 1;
            html.push_str(match sentence % 14 {
                0 if sentence % 70 == 0 => ".</p>\n<p>",
                0 => ". ",
                _ => " ",
            });
        }
        html.push_str("</p>");
        (title.trim_end().to_owned(), html)
    }

    fn glyphs(&mut self) -> (String, String) {
        let title: String = (0..20).map(|_| glyph(self.rank(GLYPHS))).collect();
        let mut html = String::from("<p>");
        for at in 1..500 + self.below(800) {
            html.push(glyph(self.rank(GLYPHS)));
            html.push_str(match at % 25 {
                0 if at % 150 == 0 => "。</p><p>",
                0 => "。",
                12 => "、",
                _ => "",
            });
        }
        html.push_str("</p>");
        (title, html)
    }
}

fn glyph(rank: usize) -> char {
    char::from_u32(0x4e00 + rank as u32).expect("an ideograph")
}

/// proc(5) schedstat, for its only thread, in seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").expect("Linux");
    let first = stat.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok());
    first.expect("nanoseconds") / 1e9
}
