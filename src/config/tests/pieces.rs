//! Long files, which are read in pieces: nothing comes of it but less use of memory.

use super::{World, good};
use crate::config::load::{For, read_text};
use crate::config::pieces::Cutting;
use crate::config::{Config, Report};
use proptest::prelude::*;
use std::path::Path;

/// The text read in pieces of such a size, and as a whole.
fn both(text: &str, piece: usize) -> [Result<Config, Report>; 2] {
    let included = "[sources.i]\nurl = \"https://i.org/\"\n[sources.j]\nurl = \"https://j.org/\"\n";
    let world = World::new(&[("etc/i.toml", included)]);
    [Cutting::to(piece), Cutting::none()].map(|cutting| {
        world.with(|inputs| read_text(text, Path::new("etc/o.toml"), inputs, For::Serving, &cutting))
    })
}

/// In pieces nothing is accepted that would not be accepted as a whole, and it means the same.
fn agree(text: &str, piece: usize) -> bool {
    let [pieces, whole] = both(text, piece);
    let Ok(pieces) = pieces else { return false };
    let whole = whole.unwrap_or_else(|report| panic!("{text}\n{report}"));
    assert_eq!(format!("{pieces:?}"), format!("{whole:?}"), "{text}");
    true
}

#[test]
fn a_long_file() {
    let sources: String = (0..2_000)
        .map(|n| {
            let headers = if n % 7 == 0 { format!("[sources.s{n}.headers]\nx-key = \"{n}\"\n") } else { String::new() };
            format!("[sources.s{n}] # {n}\nurl = \"https://{n}.example/feed\"\ntags = [\n\"a\",\n\"b\"]\n{headers}\n")
        })
        .collect();
    let text = format!("[defaults]\ninterval = \"2h\"\n{sources}");
    assert!(agree(&text, 1_000));
    let config = good(&text);
    assert_eq!(config.sources.len(), 2_000);
    let lines: Vec<&str> = text.lines().collect();
    for source in &config.sources {
        let line = lines[source.place.line - 1];
        assert!(line.starts_with(&format!("[sources.{}]", source.id)), "{line}");
    }
    let first = &config.sources[0];
    let same = |source: &&crate::config::Source| std::sync::Arc::ptr_eq(&source.handling, &first.handling);
    assert_eq!(config.sources.iter().filter(same).count(), 2_000, "what all have in common is there once");
    // A mistake in the middle is told as ever.
    let broken = text.replace("https://1500.example/", "https:///");
    let report = super::bad(&broken);
    let line = text.lines().position(|line| line.starts_with("[sources.s1500]")).unwrap() + 2;
    assert!(report.starts_with(&format!("o.toml:{line}:7: sources.s1500.url: ")), "{report}");
}

/// Parts of a file, good and bad, which mean different things next to one another.
const PARTS: &[&str] = &[
    "[sources.a]\nurl = \"https://a.org/\"\n",
    "[sources.b]\nurl = \"https://b.org/\"\n",
    "  [sources.c]\r\nurl = \"https://c.org/\"\r\n",
    "[sources.\"d.e\"]\nurl = \"https://d.org/\"\n",
    "[sources.a.headers]\nx = \"1\"\n",
    "[[sources.b.keep]]\nfield = \"title\"\nmatches = \"x\"\n",
    "[sources.f]\nurl = \"https://f.org/\"\ntitle = \"\"\"\n[sources.g]\nurl = \"\"\"\n",
    "[sources.h]\nurl = \"https://h.org/\"\ntitle = '''\n",
    "'''\n",
    "[sources.k]\nurl = \"https://k.org/\"\ntags = [\n",
    "\"x\",\n]\n",
    "[sources]\n",
    "[ sources . l ]\nurl = \"https://l.org/\"\n",
    "sources = { m = { url = \"https://m.org/\" } }\n",
    "sources.n.url = \"https://n.org/\"\n",
    "m.url = \"https://m.org/\"\n",
    "interval = \"3h\"\n",
    "tags = [\"t\"]\n",
    "include = [\"i.toml\"]\n",
    "[defaults]\ninterval = \"2h\"\n",
    "[output]\ntitle = \"T\"\n",
    "# [sources.z]\n",
    "\n",
    "[sources.o\n",
];

proptest! {
    #[test]
    fn pieces_mean_the_whole(parts in proptest::collection::vec(0..PARTS.len(), 1..9)) {
        let text: String = parts.iter().map(|part| PARTS[*part]).collect();
        agree(&text, 1);
    }
}

#[test]
fn what_cannot_be_cut_is_read_as_a_whole() {
    let sources = |range: std::ops::Range<usize>| -> String {
        range.map(|n| format!("[sources.s{n}]\nurl = \"https://{n}.example/feed\"\n")).collect()
    };
    for (before, between, behind) in [
        ("", "", "[output]\ntitle = \"T\"\n"),
        ("", "", "[sources.s3.headers]\nx = \"1\"\n"),
        ("sources.x.url = \"https://x.org/\"\n", "", ""),
        ("[sources]\nx.url = \"https://x.org/\"\n", "", ""),
        ("", "title = \"\"\"\\\n[sources.y] \\\n\"\"\"\n", ""),
    ] {
        let text = format!("{before}{}{between}{}{behind}", sources(0..500), sources(500..1_000));
        agree(&text, 100);
        assert!(good(&text).sources.len() >= 1_000);
    }
}
