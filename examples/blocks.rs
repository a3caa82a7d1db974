//! What training the block classifier needs; see `scripts/train_blocks.py`.
//!
//! ```text
//! blocks dump DIR < pages.jsonl            rows.f32, buckets.u32, blocks.jsonl
//! blocks extras SCORES OUT < pages.jsonl   second stage's numbers from first stage's scores
//! blocks judge TABLE < pages.jsonl         articles as `offprint extract --batch` gives them
//! ```
//!
//! `pages.jsonl` holds one `{"id", "url", "html_path"}` a line; numbers are little endian.

use anyhow::{Context, bail};
use offprint::article::{self, Hints, Page, Table, training};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use url::Url;

#[derive(Deserialize)]
struct Question {
    id: Value,
    url: Option<String>,
    html_path: String,
    title: Option<String>,
}

fn questions() -> anyhow::Result<Vec<Question>> {
    let text = std::io::read_to_string(std::io::stdin())?;
    text.lines().filter(|line| !line.is_empty()).map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn with<T>(question: &Question, then: impl FnOnce(&Page<'_>, &Hints) -> T) -> anyhow::Result<T> {
    let bytes = std::fs::read(&question.html_path).with_context(|| question.html_path.clone())?;
    let url = Url::parse(question.url.as_deref().unwrap_or("http://offprint.invalid/"))?;
    let hints = Hints { title: question.title.clone(), ..Hints::default() };
    Ok(then(&Page { bytes: &bytes, content_type: None, url: &url }, &hints))
}

fn dump(dir: &str) -> anyhow::Result<()> {
    let open = |name: &str| anyhow::Ok(BufWriter::new(File::create(format!("{dir}/{name}"))?));
    let (mut rows, mut buckets, mut blocks) =
        (open("rows.f32")?, open("buckets.u32")?, open("blocks.jsonl")?);
    for question in questions()? {
        let samples = with(&question, training::samples)?.unwrap_or_default();
        let mut list = Vec::new();
        for sample in &samples {
            for value in &sample.features {
                rows.write_all(&value.to_le_bytes())?;
            }
            buckets.write_all(&u32::try_from(sample.buckets.len())?.to_le_bytes())?;
            for bucket in &sample.buckets {
                buckets.write_all(&bucket.to_le_bytes())?;
            }
            list.push(json!({ "text": sample.text, "kind": sample.kind, "inside": sample.inside }));
        }
        let width = samples.first().map_or(0, |sample| sample.features.len());
        writeln!(
            blocks,
            "{}",
            json!({ "id": question.id, "url": question.url, "width": width, "blocks": list })
        )?;
    }
    Ok(())
}

fn extras(scores: &str, out: &str) -> anyhow::Result<()> {
    let mut scores: std::collections::VecDeque<f32> = std::fs::read(scores)?
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    let mut out = BufWriter::new(File::create(out)?);
    for question in questions()? {
        let count = with(&question, training::samples)?.map_or(0, |samples| samples.len());
        let these: Vec<f32> = scores.drain(..count.min(scores.len())).collect();
        for row in with(&question, |page, hints| training::extras(page, hints, &these))?.unwrap_or_default() {
            for value in row {
                out.write_all(&value.to_le_bytes())?;
            }
        }
    }
    Ok(())
}

fn judge(table: &str) -> anyhow::Result<()> {
    let table = Table::read(&std::fs::read(table)?).context("not a table")?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for question in questions()? {
        let answer = match with(&question, |page, hints| training::extract_with(page, hints, &table))? {
            Ok(extraction) => article::to_json(&question.id, &extraction),
            Err(error) => json!({ "id": question.id, "error": error.to_string() }),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["dump", dir] => dump(dir),
        ["extras", scores, out] => extras(scores, out),
        ["judge", table] => judge(table),
        _ => bail!("blocks dump DIR | extras SCORES OUT | judge TABLE; see the head of examples/blocks.rs"),
    }
}
