//! CPU time of extracting an article, per page.
//!
//! `cargo bench --bench extract [-- ROUNDS]`. Pages come from OFFPRINT_CORPUS (all files that end in
//! `.html` below it, at most 300 of 60 to 400 KB), else from a generator. Prints milliseconds of CPU
//! per page and per 174 KB, from the kernel's account of this process (ticks of 10 ms), and the
//! process's peak memory.

use offprint::article::{Hints, Page, Rules, extract};
use std::path::{Path, PathBuf};
use url::Url;

fn main() {
    let rounds = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(5usize);
    let pages = pages();
    let bytes: usize = pages.iter().map(Vec::len).sum();
    let url = Url::parse("https://site.example/2023/01/31/story").expect("an address");
    let mut found = 0usize;
    let mut run = || {
        for page in &pages {
            let page = Page { bytes: page, content_type: None, url: &url };
            found += usize::from(extract(&page, &Hints::default(), &Rules::default()).is_ok());
        }
    };
    run();
    let before = cpu_ms();
    for _ in 0..rounds {
        run();
    }
    let spent = cpu_ms() - before;
    let count = (pages.len() * rounds) as f64;
    let kilobytes = bytes as f64 / 1000.0 / pages.len() as f64;
    let each = spent / count;
    println!(
        "{} pages of {kilobytes:.0} KB, {rounds} rounds, {found} articles: {each:.2} ms a page, {:.2} ms per 174 KB, peak {:.0} MiB with all pages in memory ({:.0} MiB)",
        pages.len(),
        each * 174.0 / kilobytes,
        peak_mib(),
        bytes as f64 / 1048576.0
    );
}

fn pages() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    if let Ok(corpus) = std::env::var("OFFPRINT_CORPUS") {
        gather(Path::new(&corpus), &mut files, 0);
        files.sort();
    }
    let pages: Vec<Vec<u8>> = files
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        .filter(|page| (60_000..400_000).contains(&page.len()))
        .take(300)
        .collect();
    if pages.is_empty() { (0..20).map(generated).collect() } else { pages }
}

fn gather(folder: &Path, out: &mut Vec<PathBuf>, depth: usize) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && depth < 6 {
            gather(&path, out, depth + 1);
        } else if path.extension().is_some_and(|end| end == "html") {
            out.push(path);
        }
    }
}

/// A news page of about 174 KB: much around, some text.
fn generated(seed: usize) -> Vec<u8> {
    let mut page = format!("<html lang=en><head><title>Story {seed} - Example</title></head><body><nav><ul>");
    for n in 0..150 {
        page.push_str(&format!(
            "<li class=\"menu-item menu-item-{n}\"><a href=\"/section/{n}\">Section {n}</a></li>"
        ));
    }
    page.push_str("</ul></nav><main><article class=article><h1>Story</h1><div class=article__body>");
    for n in 0..40 {
        page.push_str(&format!("<p>Paragraph {n} of story {seed} goes on for a while, with a comma, a <a href=\"/x\">link</a>, and an end that is hard to miss.</p>"));
    }
    page.push_str("</div></article><aside>");
    let mut n = 0;
    while page.len() < 174_000 {
        n += 1;
        page.push_str(&format!("<div class=\"teaser teaser--{n}\"><a href=\"/story/{n}\"><img src=\"/i/{n}.jpg\" alt=\"Picture {n}\"><h3 class=\"teaser__title\">Another story, number {n}</h3></a><p class=\"teaser__text\">What it is about, in a few words.</p></div>"));
    }
    page.push_str("</aside></main><footer>© Example</footer></body></html>");
    page.into_bytes()
}

fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) * 10.0
}

fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
