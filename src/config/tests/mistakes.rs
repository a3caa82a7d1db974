//! Every kind of mistake → the exact line of the report.

use super::{World, bad};

/// Blocks of TOML, each followed by `=> line:column: key: message` for every mistake in it.
const TABLE: &str = include_str!("mistakes.txt");

fn cases() -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = vec![Default::default()];
    for line in TABLE.lines() {
        let (text, report) = cases.last_mut().unwrap();
        match line.strip_prefix("=> ") {
            Some(wanted) => {
                let gap = if report.is_empty() { "" } else { "\n" };
                report.push_str(&format!("{gap}o.toml:{wanted}"));
            }
            None if !report.is_empty() => cases.push(Default::default()),
            None => text.push_str(&format!("{line}\n")),
        }
    }
    cases
}

#[test]
fn each_is_told() {
    let cases = cases();
    assert!(cases.len() > 150, "the table was cut: {}", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, wanted)| bad(text) != *wanted)
        .map(|(text, wanted)| format!("{text}--- wanted\n{wanted}\n--- got\n{}\n", bad(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_is_told_the_same_with_other_line_ends_and_a_byte_order_mark() {
    for (text, wanted) in cases() {
        let text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(bad(&text), wanted, "{text}");
    }
}

#[test]
fn no_report_tells_a_password_or_a_variable() {
    for (text, _) in cases() {
        let report = bad(&text);
        assert!(!report.contains("secret@") && !report.contains(":secret"), "{report}");
        assert!(!report.contains("hunter2"), "{report}");
    }
    // A variable in every kind of value, where it can't be right.
    for (section, key) in [
        ("output", "base_url"),
        ("output", "content"),
        ("output", "wait"),
        ("server", "listen"),
        ("fetch", "contact"),
        ("fetch", "max_feed_size"),
        ("fetch", "robots"),
        ("sources.a", "url"),
        ("sources.a", "interval"),
    ] {
        let report = bad(&format!("[{section}]\n{key} = \"${{SECRET}}\"\n"));
        assert!(report.contains("o.toml:2:") && !report.contains("hunter2"), "{report}");
    }
    let lists = "[sources.a]\nurl = \"https://e.org/\"\nallow_addresses = [\"${SECRET}\"]\n\
                 remove_selectors = [\"${SECRET}(\"]\nstrip_params = [\"=${SECRET}\"]\n\
                 drop = [{ field = \"${SECRET}\", matches = \"(${SECRET}\" }]\n";
    let report = bad(lists);
    assert_eq!(report.lines().count(), 5, "{report}");
    assert!(!report.contains("hunter2"), "{report}");
    let report = bad("include = [\"${SECRET}.toml\"]\n");
    assert!(!report.contains("hunter2"), "{report}");
}

#[test]
fn columns_are_counted_in_characters() {
    let report = bad("[sources.a]\n# ß\n\ttags = [\"äöü\", \"😀\", 5]\nurl = \"https://e.org/\"\n");
    assert_eq!(report, "o.toml:3:22: sources.a.tags: expected a string, found an integer");
}

#[test]
fn a_text_of_several_lines_keeps_its_place() {
    let report = bad("[fetch]\nuser_agent = \"\"\"a\nb\"\"\"\ntimeout = 5\n");
    let places: Vec<&str> = report.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["o.toml:2:14", "o.toml:4:11"], "{report}");
}

#[test]
fn not_text() {
    let mut world = World::new(&[]);
    world.files.insert("o.toml", b"[output]\ntitle = \"\xe4\"\n".to_vec());
    assert_eq!(
        world.load("o.toml").unwrap_err().to_string(),
        "o.toml:2:10: not UTF-8; save the file in that encoding"
    );
    world.files.insert("o.toml", b"\xff\xfe[\0".to_vec());
    assert_eq!(
        world.load("o.toml").unwrap_err().to_string(),
        "o.toml:1:1: not UTF-8; save the file in that encoding"
    );
    world.files.insert("o.toml", b"\0\0\0".to_vec());
    assert!(world.load("o.toml").unwrap_err().to_string().starts_with("o.toml:1:1: "));
    world.files.insert("o.toml", vec![b'#'; (10 << 20) + 1]);
    assert!(world.load("o.toml").unwrap_err().to_string().starts_with("o.toml: larger than 10 MiB"));
    let missing = world.load("dir/none.toml").unwrap_err().to_string();
    assert_eq!(missing, "dir/none.toml: there is no such file; name another one with --config FILE");
}

#[test]
fn no_folder_for_the_data() {
    let mut world = World::new(&[("o.toml", "")]);
    world.env.clear();
    let report = world.load("o.toml").unwrap_err().to_string();
    assert!(report.starts_with("o.toml:1:1: data_dir: no folder for the data is known"), "{report}");
}

#[test]
fn too_many_rules_and_values() {
    let rules = "{ field = \"url\", matches = \"x\" },".repeat(201);
    let report = bad(&format!("[defaults]\ndrop = [{rules}]\n"));
    assert!(report.ends_with("defaults.drop: at most 200 rules; join some with \"|\""), "{report}");
    let report = bad(&format!("[defaults]\ntags = [{}]\n", "\"x\",".repeat(1_001)));
    assert!(report.ends_with("defaults.tags: at most 1000 values"), "{report}");
}
