//! The labelled pairs: texts written for the test, and the edits that make other
//! sites' versions of them, and texts that look like versions and are none.
//!
//! A block begins with `= text NAME`, a headline, paragraphs. `= copy of NAME: kind` and
//! `= not NAME: kind` are edits of that text, one a line; the first make a near-duplicate,
//! the others another story. `= against NAME…: kind` is a text of its own that holds
//! passages of others (`{NAME 3}` is the third paragraph).

use std::collections::HashMap;

pub const LANGUAGES: [&str; 10] = ["en", "de", "fr", "es", "ru", "tr", "ar", "ja", "zh", "th"];

/// A headline and its paragraphs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Story {
    pub title: String,
    pub paragraphs: Vec<String>,
}

impl Story {
    pub fn html(&self) -> String {
        let escaped = |text: &String| text.replace('&', "&amp;").replace('<', "&lt;");
        self.paragraphs.iter().map(|text| format!("<p>{}</p>\n", escaped(text))).collect()
    }
}

/// Two stories and whether they are one.
#[derive(Debug, Clone)]
pub struct Pair {
    pub language: &'static str,
    pub name: String,
    pub kind: String,
    pub same: bool,
    /// The threshold was chosen without looking at these.
    pub held_out: bool,
    pub a: Story,
    pub b: Story,
}

/// All pairs of all languages.
pub fn pairs() -> Vec<Pair> {
    let files: Vec<File> =
        LANGUAGES.iter().enumerate().map(|(at, language)| File::read(language, at)).collect();
    let mut pairs: Vec<Pair> = files.iter().flat_map(|file| file.pairs.clone()).collect();
    // The bridge is the same story in every language.
    for step in 1..=3 {
        for (at, file) in files.iter().enumerate() {
            let other = &files[(at + step) % files.len()];
            pairs.push(Pair {
                language: file.language,
                name: format!("bridge/{}", other.language),
                kind: "translation".to_owned(),
                same: false,
                held_out: at % 2 == 0,
                a: file.texts["bridge"].clone(),
                b: other.texts["bridge"].clone(),
            });
        }
    }
    pairs
}

struct File {
    language: &'static str,
    texts: HashMap<String, Story>,
    held_out: HashMap<String, bool>,
    pairs: Vec<Pair>,
}

impl File {
    fn read(language: &'static str, at: usize) -> Self {
        let path = format!("{}/tests/it/duplicates/texts/{language}.txt", env!("CARGO_MANIFEST_DIR"));
        let content = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut file = Self { language, texts: HashMap::new(), held_out: HashMap::new(), pairs: Vec::new() };
        // Versions of one text are compared with one another as well.
        let mut versions: HashMap<String, Vec<Story>> = HashMap::new();
        for block in content.split("\n= ").map(|block| block.trim_start_matches("= ")) {
            let (head, body) = block.split_once('\n').unwrap_or((block, ""));
            let mut words = head.splitn(2, ' ');
            let (what, rest) = (words.next().unwrap(), words.next().unwrap());
            if what == "text" {
                let half = (file.texts.len() + at) % 2 == 1;
                file.held_out.insert(rest.to_owned(), half);
                file.texts.insert(rest.to_owned(), file.story(body));
                continue;
            }
            let (names, kind) = rest.trim_start_matches("of ").split_once(": ").unwrap();
            if what == "against" {
                let story = file.story(body);
                for name in names.split(' ') {
                    file.pair(name, kind, false, file.texts[name].clone(), story.clone());
                }
                continue;
            }
            let same = what == "copy";
            assert!(same || what == "not", "{language}: {head}");
            let version = edited(&file.texts[names], body);
            file.pair(names, kind, same, file.texts[names].clone(), version.clone());
            let versions = versions.entry(format!("{what} {names}")).or_default();
            let before = if same { versions.last() } else { versions.first() };
            if let Some(before) = before.cloned() {
                file.pair(names, kind, same, before, version.clone());
            }
            versions.push(version);
        }
        file
    }

    fn pair(&mut self, name: &str, kind: &str, same: bool, a: Story, b: Story) {
        let (name, kind) = (name.to_owned(), kind.to_owned());
        let held_out = self.held_out[&name];
        self.pairs.push(Pair { language: self.language, name, kind, same, held_out, a, b });
    }

    /// Headline and paragraphs; `{NAME 3}` stands for a paragraph of another text.
    fn story(&self, body: &str) -> Story {
        let mut paragraphs = body.trim().split("\n\n").flat_map(|part| part.split('\n')).map(str::trim);
        let title = paragraphs.next().unwrap().to_owned();
        let paragraphs = paragraphs.filter(|text| !text.is_empty()).map(|text| self.filled(text)).collect();
        Story { title, paragraphs }
    }

    fn filled(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once('{') else { return text.to_owned() };
        let (place, after) = rest.split_once('}').unwrap();
        let (name, number) = place.split_once(' ').unwrap();
        let number: usize = number.parse().unwrap();
        format!("{before}{}{after}", self.texts[name].paragraphs[number - 1])
    }
}

/// Another version of a story.
fn edited(story: &Story, edits: &str) -> Story {
    let mut story = story.clone();
    // Paragraphs are counted as they stood; what is cut goes last.
    let mut cuts = Vec::new();
    let last = story.paragraphs.len();
    for line in edits.lines().filter(|line| !line.trim().is_empty()) {
        let (what, rest) = line.split_once(' ').unwrap();
        match what {
            "title" => story.title = rest.to_owned(),
            "cut" => cuts.push(match rest {
                "first" => 0,
                "last" => last - 1,
                number => number.parse::<usize>().unwrap() - 1,
            }),
            "dateline" | "sub" | "before" | "after" | "insert" => {}
            _ => panic!("{line}"),
        }
        if what == "sub" {
            let (old, new) = rest.split_once(" => ").unwrap();
            let found = story.paragraphs.iter_mut().find(|text| text.contains(old));
            let text = found.unwrap_or_else(|| panic!("not in {}: {old}", story.title));
            *text = text.replace(old, new);
        }
    }
    let mut out = Vec::new();
    for (at, text) in story.paragraphs.iter().enumerate() {
        if !cuts.contains(&at) {
            out.push(text.clone());
        }
        for line in edits.lines() {
            if let Some(text) = line.strip_prefix(&format!("insert {} ", at + 1)) {
                out.push(text.to_owned());
            }
        }
    }
    for line in edits.lines() {
        if let Some(text) = line.strip_prefix("before ") {
            out.insert(0, text.to_owned());
        } else if let Some(text) = line.strip_prefix("after ") {
            out.push(text.to_owned());
        } else if let Some(text) = line.strip_prefix("dateline ") {
            out[0] = format!("{text}{}", out[0]);
        }
    }
    story.paragraphs = out;
    story
}
