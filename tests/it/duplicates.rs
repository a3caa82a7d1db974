//! Near-duplicates: the labelled pairs, and what the merged feed makes of copies.

mod set;

use offprint::identity::{Likeness, Text, likeness};
use set::{LANGUAGES, Pair, pairs};
use std::collections::BTreeMap;

/// Whether the store would join two texts.
fn joined(pair: &Pair) -> bool {
    let (a, b) = (Text::new(&pair.a.title, &pair.a.html()), Text::new(&pair.b.title, &pair.b.html()));
    let (Some(x), Some(y)) = (a.sketch(), b.sketch()) else { return false };
    x.may_be_like(&y) && likeness(&a, &b) == Likeness::Same
}

#[derive(Default)]
struct Tally {
    copies: usize,
    found: usize,
    others: usize,
    merged: usize,
}

impl Tally {
    fn add(&mut self, pair: &Pair, joined: bool) {
        if pair.same {
            self.copies += 1;
            self.found += usize::from(joined);
        } else {
            self.others += 1;
            self.merged += usize::from(joined);
        }
    }

    fn line(&self) -> String {
        format!(
            "found {:>3} of {:>3}, merged wrongly {:>3} of {:>3}",
            self.found, self.copies, self.merged, self.others
        )
    }
}

#[test]
fn labelled_pairs() {
    let pairs = pairs();
    let (mut halves, mut languages, mut kinds) =
        (BTreeMap::<_, Tally>::new(), BTreeMap::<_, Tally>::new(), BTreeMap::<_, Tally>::new());
    let mut wrong = String::new();
    for pair in &pairs {
        let joined = joined(pair);
        let half = if pair.held_out { "held out" } else { "tuned on" };
        halves.entry(half).or_default().add(pair, joined);
        languages.entry((pair.language, half)).or_default().add(pair, joined);
        kinds.entry((pair.same, pair.kind.as_str(), half)).or_default().add(pair, joined);
        if joined != pair.same && !(pair.held_out && pair.same) {
            wrong +=
                &format!("{half}: {} {} ({}): {}\n", pair.language, pair.name, pair.kind, explained(pair));
        }
    }
    for (name, tally) in &halves {
        println!("{name:40} {}", tally.line());
    }
    for ((language, half), tally) in &languages {
        println!("{:40} {}", format!("{language}, {half}"), tally.line());
    }
    for ((_, kind, half), tally) in &kinds {
        println!("{:40} {}", format!("{kind}, {half}"), tally.line());
    }
    if std::env::var_os("TWINS_EXPLAIN").is_some() {
        for pair in pairs.iter().filter(|pair| !pair.held_out) {
            println!(
                "{} {} {}: {}",
                if pair.same { "COPY" } else { "OTHER" },
                pair.language,
                pair.kind,
                explained(pair)
            );
        }
    }
    assert!(pairs.len() >= 400, "{} pairs", pairs.len());
    assert!(pairs.iter().filter(|pair| !pair.same).count() >= 200);
    assert!(LANGUAGES.len() >= 10);
    for (name, tally) in &halves {
        assert_eq!(tally.merged, 0, "{name}: {}\n{wrong}", tally.line());
        assert!(tally.found * 100 >= tally.copies * 92, "{name}: {}\n{wrong}", tally.line());
    }
}

fn explained(pair: &Pair) -> String {
    let (a, b) = (Text::new(&pair.a.title, &pair.a.html()), Text::new(&pair.b.title, &pair.b.html()));
    let alike = match (a.sketch(), b.sketch()) {
        (Some(x), Some(y)) => format!("{} {:.2}", x.may_be_like(&y), x.likeness(&y)),
        _ => "too short".to_owned(),
    };
    format!("{alike} {} words, {} words: {}", a.words(), b.words(), offprint::identity::why_alike(&a, &b))
}
