//! Includes.

use super::{Inputs, World, load};
use std::path::Path;

const A: &str = "[sources.a]\nurl = \"https://a.org/\"\n";
const B: &str = "# two\n\n[sources.b]\nurl = \"https://b.org/\"\n";

fn report(files: &[(&'static str, &str)]) -> String {
    World::new(files).load("etc/o.toml").unwrap_err().to_string()
}

#[test]
fn sources_of_all_files_in_the_order_of_their_names() {
    let main = "include = [\"d/*.toml\", \"d/b.toml\", \"none/*.toml\"]\n[defaults]\ntags = [\"t\"]\n\
                [sources.c]\nurl = \"https://c.org/\"\n";
    let world =
        World::new(&[("etc/o.toml", main), ("etc/d/b.toml", B), ("etc/d/a.toml", A), ("etc/d/x.txt", "!")]);
    let config = world.load("etc/o.toml").unwrap();
    let ids: Vec<&str> = config.sources.iter().map(|source| source.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert!(config.sources.iter().all(|source| *source.tags == ["t"]));
}

#[test]
fn the_folder_of_the_file_is_no_pattern() {
    let world = World::new(&[
        ("e[t]c/o.toml", "include = [\"d/*.toml\"]"),
        ("e[t]c/d/a.toml", A),
        ("etc/d/b.toml", B),
    ]);
    assert_eq!(world.load("e[t]c/o.toml").unwrap().sources[0].id.as_str(), "a");
}

#[test]
fn absolute_patterns() {
    let world = World::new(&[
        ("etc/o.toml", "include = [\"/d/*.toml\", \"/e/b.toml\"]"),
        ("/d/a.toml", A),
        ("/e/b.toml", B),
    ]);
    assert_eq!(world.load("etc/o.toml").unwrap().sources.len(), 2);
}

#[test]
fn a_name_in_two_files() {
    let told = report(&[
        ("etc/o.toml", &format!("include = [\"d/*.toml\"]\n{B}")),
        ("etc/d/a.toml", A),
        ("etc/d/b.toml", B),
    ]);
    let wanted = "etc/d/b.toml:3:10: sources.b: a source of this name stands already in etc/o.toml:4; rename one of the two";
    assert_eq!(told, wanted);
    let told =
        report(&[("etc/o.toml", "include = [\"d/*.toml\"]\n"), ("etc/d/a.toml", B), ("etc/d/b.toml", B)]);
    assert!(told.ends_with("stands already in etc/d/a.toml:3; rename one of the two"), "{told}");
}

#[test]
fn mistakes_in_the_order_of_files_and_lines() {
    let main = "include = [\"d/*.toml\", \"gone.toml\"]\n[sources.z]\n";
    let one = "include = [\"x\"]\n[fetch]\ntimeout = \"1s\"\n[sources.a]\nurl = 5\ninterval = \"1s\"\n";
    let told =
        report(&[("etc/o.toml", main), ("etc/d/1.toml", one), ("etc/d/2.toml", "[sources.q]\nurl = \"ä\n")]);
    let places: Vec<String> =
        told.lines().map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(" ")).collect();
    let wanted = [
        "etc/o.toml:1:24 include",
        "etc/o.toml:2:10 sources.z.url",
        "etc/d/1.toml:1:1 include",
        "etc/d/1.toml:2:2 fetch",
        "etc/d/1.toml:5:7 sources.a.url",
        "etc/d/1.toml:6:12 sources.a.interval",
        "etc/d/2.toml:2:9 sources.q.url",
    ];
    assert_eq!(places, wanted, "{told}");
    assert!(told.contains("an included file cannot include others"), "{told}");
    assert!(told.contains("an included file holds [sources.NAME] only"), "{told}");
}

#[test]
fn a_pattern_that_finds_its_own_file() {
    let told = report(&[("etc/o.toml", "include = [\"*.toml\"]\n")]);
    assert!(told.starts_with("etc/o.toml:1:12: include: this pattern finds the file it stands in"), "{told}");
}

#[test]
fn a_pattern_that_finds_its_own_file_under_another_spelling() {
    let mut world = World::new(&[("./o.toml", "include = [\"*.toml\"]\n")]);
    let text = world.files["./o.toml"].clone();
    world.files.insert("o.toml", text);
    let told = world.with(|inputs| {
        let glob = |_: &str| Ok(vec!["o.toml".into()]);
        load(Path::new("./o.toml"), &Inputs { glob: &glob, ..*inputs })
    });
    assert!(told.unwrap_err().to_string().contains("finds the file it stands in"));
}

#[test]
fn a_bad_pattern() {
    let told = report(&[("etc/o.toml", "include = [\"a/***/b.toml\"]\n")]);
    assert!(told.starts_with("etc/o.toml:1:12: include: not a valid pattern"), "{told}");
}

#[test]
fn an_included_file_that_is_no_text() {
    let mut world = World::new(&[("etc/o.toml", "include = [\"a.toml\", \"b.toml\"]\n")]);
    world.files.insert("etc/a.toml", b"# \xff\n".to_vec());
    world.files.insert("etc/b.toml", vec![b'#'; (10 << 20) + 1]);
    let told = world.load("etc/o.toml").unwrap_err().to_string();
    let wanted =
        "etc/a.toml:1:3: not UTF-8; save the file in that encoding\netc/b.toml: larger than 10 MiB; split it";
    assert_eq!(told, wanted);
}
