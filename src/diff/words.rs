//! Two paragraphs word by word.

use super::Part;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Words of both paragraphs together; longer ones are compared as a whole.
const WORDS: usize = 6_000;

/// From the old paragraph to the new one; `None` if less than a third of them is common,
/// so that one is no new form of the other, or they are too long to tell.
pub fn words(old: &str, new: &str) -> Option<Vec<Part>> {
    let (old, new) = (tokens(old), tokens(new));
    if old.len() + new.len() > WORDS {
        return None;
    }
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let said = |tokens: &[&str]| tokens.iter().filter(is_word).map(|token| token.len()).sum::<usize>();
    let mut common = 0;
    let mut parts = Parts::default();
    for op in ops {
        let (gone, added) = (&old[op.old_range()], &new[op.new_range()]);
        match op {
            DiffOp::Equal { .. } => {
                common += said(gone);
                parts.same(&gone.concat());
            }
            _ => {
                parts.gone.push_str(&gone.concat());
                parts.added.push_str(&added.concat());
            }
        }
    }
    let alike = common * 3 >= said(&old).max(said(&new));
    alike.then(|| parts.finish())
}

fn is_word(token: &&&str) -> bool {
    token.chars().any(char::is_alphanumeric)
}

/// Words, characters of scripts that have no blanks, and everything between them.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let letter = c.is_alphanumeric() && !stands_alone(c);
        if at > start && !(in_word && letter) {
            tokens.push(&text[start..at]);
            start = at;
        }
        in_word = letter;
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

/// Characters of scripts that are written without blanks between words.
fn stands_alone(c: char) -> bool {
    matches!(c as u32, 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x2e80..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

/// Parts under construction: changes with nothing but a blank between them are one.
#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    gone: String,
    added: String,
    /// A blank after a change; whether it belongs to one shows what comes next.
    between: String,
}

impl Parts {
    fn same(&mut self, text: &str) {
        let changed = !self.gone.is_empty() || !self.added.is_empty();
        if changed && !text.is_empty() && text.chars().all(char::is_whitespace) {
            if !self.between.is_empty() {
                self.flush();
            }
            self.between = text.to_owned();
            // Taken back in `flush` if nothing else follows.
            self.gone.push_str(text);
            self.added.push_str(text);
            return;
        }
        self.flush();
        self.push_same(text);
    }

    fn push_same(&mut self, text: &str) {
        match self.done.last_mut() {
            Some(Part::Same(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => self.done.push(Part::Same(text.to_owned())),
        }
    }

    fn flush(&mut self) {
        let (mut gone, mut added) = (std::mem::take(&mut self.gone), std::mem::take(&mut self.added));
        let mut after = std::mem::take(&mut self.between);
        if !after.is_empty() && gone.ends_with(&after) && added.ends_with(&after) {
            gone.truncate(gone.len() - after.len());
            added.truncate(added.len() - after.len());
        } else {
            after.clear();
        }
        self.done.extend((!gone.is_empty()).then_some(Part::Gone(gone)));
        self.done.extend((!added.is_empty()).then_some(Part::New(added)));
        self.push_same(&after);
    }

    fn finish(mut self) -> Vec<Part> {
        self.flush();
        self.done
    }
}
