//! How well an entry answers a query.
//!
//! The usual measure (BM25) asks how often a word occurs in all entries, which takes
//! longer to count than everything else; and what all that was found has in common
//! puts nothing in order. So there are two steps: [`Signs`] can be had from the index for tens of
//! thousands of entries, and [`relevance`] reads the texts of the best of them.

use super::query::{Query, Words};
use super::snippet::{Hit, hits};
use jiff::SignedDuration;

/// All words in the title.
const TITLE: f64 = 2.0;
/// All words near one another.
const NEAR: f64 = 1.0;
/// Words that come often in the text.
const OFTEN: f64 = 1.0;
/// Published just now.
const NEW: f64 = 1.5;
/// After this time half of that is left.
const HALF_LIFE_DAYS: f64 = 120.0;
/// So many times a word has to come in a text of usual length for half of [`OFTEN`].
const HALF_OFTEN: f64 = 1.5;
/// Bytes.
const USUAL_LENGTH: f64 = 3000.0;
/// Words are near within so many bytes, and half as near at half of that.
const NEAR_BYTES: f64 = 120.0;

/// What the index alone says of an entry that was found.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signs {
    /// All words stand in its title.
    pub in_title: bool,
    /// They stand near one another.
    pub near: bool,
}

impl Signs {
    /// How well it probably answers the query; the same unit as [`relevance`].
    pub fn relevance(self, age: SignedDuration) -> f64 {
        f64::from(u8::from(self.in_title)) * TITLE + f64::from(u8::from(self.near)) * NEAR + newness(age)
    }
}

/// How well an entry answers a query, given its title, its running text and its age.
pub fn relevance(query: &Query, title: &str, text: &str, age: SignedDuration) -> f64 {
    let phrases: Vec<&Words> = query.wanted().collect();
    if phrases.is_empty() {
        return newness(age);
    }
    let (in_title, in_text) = (hits(&phrases, title), hits(&phrases, text));
    let long = 0.4 + 0.6 * text.len() as f64 / USUAL_LENGTH;
    let mut sum = 0.0;
    for phrase in 0..phrases.len() {
        let times = in_text.iter().filter(|hit| hit.phrase == phrase).count() as f64;
        sum += OFTEN * times / (times + HALF_OFTEN * long);
        sum += if in_title.iter().any(|hit| hit.phrase == phrase) { TITLE } else { 0.0 };
    }
    let near = match phrases.len() {
        1 => 0.0,
        count => nearness(&in_text, count).max(nearness(&in_title, count)),
    };
    sum / phrases.len() as f64 + NEAR * near + newness(age)
}

/// From 0, far apart, to 1, side by side: the shortest stretch with all phrases.
fn nearness(hits: &[Hit], phrases: usize) -> f64 {
    let mut last: Vec<Option<&Hit>> = vec![None; phrases];
    let mut shortest: Option<usize> = None;
    for hit in hits {
        if let Some(last) = last.get_mut(hit.phrase) {
            *last = Some(hit);
        }
        if let Some(stretch) = last.iter().copied().collect::<Option<Vec<&Hit>>>() {
            let own: usize = stretch.iter().map(|hit| hit.end - hit.start).sum();
            let start = stretch.iter().map(|hit| hit.start).min().unwrap_or(hit.start);
            let gap = hit.end.saturating_sub(start).saturating_sub(own);
            shortest = Some(shortest.map_or(gap, |before| before.min(gap)));
        }
    }
    shortest.map_or(0.0, |gap| (1.0 - gap as f64 / NEAR_BYTES).max(0.0))
}

fn newness(age: SignedDuration) -> f64 {
    let days = age.as_secs_f64().max(0.0) / 86_400.0;
    NEW * (-days / HALF_LIFE_DAYS).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of texts of one age.
    fn of(query: &str, title: &str, text: &str) -> f64 {
        let query = Query::parse(query).expect(query);
        relevance(&query, title, text, SignedDuration::from_hours(24 * 3650))
    }

    #[test]
    fn what_is_better() {
        let filler = "and many other words of no interest ".repeat(8);
        let far = format!("The bridge. {filler}The mayor.");
        let near = format!("The bridge and the mayor. {filler}");
        for (worse, better) in [
            (of("bridge", "News", &far), of("bridge", "The bridge", &far)),
            (of("bridge mayor", "News", &far), of("bridge mayor", "News", &near)),
            (of("bridge mayor", "Bridge", &far), of("bridge mayor", "Bridge and mayor", &far)),
            (of("bridge", "News", &near), of("bridge", "News", &near.repeat(2))),
            (
                of("bridge", "", &format!("bridge {}", filler.repeat(20))),
                of("bridge", "", &format!("bridge {filler}")),
            ),
            (of("bridge", "", "nothing"), of("bridge", "", "a bridge")),
            (of("橋 市長", "", "橋。市の長い話。市長"), of("橋 市長", "", "橋と市長")),
        ] {
            assert!(better > worse + 0.01, "{better} {worse}");
        }
        // A title says more than many words, and a story of today than one of years ago.
        assert!(of("bridge", "The bridge", "") > of("bridge", "", &near.repeat(50)));
        let query = Query::parse("bridge").expect("a word");
        let aged = |days: i64| relevance(&query, "", &near, SignedDuration::from_hours(24 * days));
        assert!(aged(0) > aged(30) && aged(30) > aged(365) && aged(-1) == aged(0));
    }

    #[test]
    fn signs_are_of_the_same_size() {
        let age = SignedDuration::from_hours(24 * 3650);
        let all = Signs { in_title: true, near: true }.relevance(age);
        let read = of("bridge mayor", "Bridge, mayor", "bridge mayor");
        assert!((0.0..=OFTEN + 0.1).contains(&(read - all)), "{read} {all}");
        assert!(Signs::default().relevance(age) < 0.01);
    }
}
