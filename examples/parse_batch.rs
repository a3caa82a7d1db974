//! Throw-away.
use std::io::BufRead;
fn main() {
    let base = url::Url::parse("http://offprint.invalid/feed").unwrap();
    for line in std::io::stdin().lock().lines() {
        let file = line.unwrap();
        let bytes = std::fs::read(&file).unwrap();
        let v = match offprint::feed::parse(&bytes, None, &base, &Default::default()) {
            Ok(doc) => offprint::feed::to_json(&file, &doc),
            Err(e) => serde_json::json!({"file": file, "error": e.to_string()}),
        };
        println!("{v}");
    }
}
