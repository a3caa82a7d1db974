//! A long file in pieces: the tree of a file with thousands of sources takes some thirty
//! times the room of its text, and what is freed in such amounts the system gets back late
//! or never. A tree for every few sources takes next to nothing.

use std::cell::Cell;

/// Bytes of a piece.
const PIECE: usize = 8 << 10;

/// How large the pieces are.
pub(super) struct Cutting {
    size: usize,
    used: Cell<bool>,
}

impl Cutting {
    /// As large as is good.
    pub(super) fn usual() -> Self {
        Self::to(PIECE)
    }

    /// As large as the files.
    pub(super) fn none() -> Self {
        Self::to(usize::MAX)
    }

    pub(super) fn to(size: usize) -> Self {
        Self { size, used: Cell::new(false) }
    }

    /// The pieces of a text.
    pub(super) fn cut<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let pieces = cut(text, self.size);
        self.used.set(self.used.get() || pieces.len() > 1);
        pieces
    }

    /// Whether there was anything to cut.
    pub(super) fn was_used(&self) -> bool {
        self.used.get()
    }
}

/// The pieces of a text, which put together are the text. All but the first have nothing
/// but tables `[sources.…]`. One piece if the text is short, or if something else stands
/// between or behind the sources.
///
/// The lines that are cut at may be no headers, but lines of a longer string, say. Then the
/// piece before is broken, since it ends within that string.
fn cut(text: &str, size: usize) -> Vec<&str> {
    if text.len() < size.saturating_mul(4) {
        return vec![text];
    }
    let (mut pieces, mut rest, mut at) = (Vec::new(), text, 0);
    for line in text.split_inclusive('\n') {
        let line_start = line.trim_start_matches([' ', '\t']);
        if is_of_one_source(line_start) && (pieces.is_empty() || at >= size) {
            let (piece, from_here) = rest.split_at(at);
            pieces.push(piece);
            (rest, at) = (from_here, 0);
        } else if !pieces.is_empty() && line_start.starts_with('[') && !is_of_sources(line_start) {
            return vec![text];
        }
        at += line.len();
    }
    pieces.push(rest);
    pieces
}

/// `[sources.NAME]`, and not a table within one.
fn is_of_one_source(line: &str) -> bool {
    let name = line.strip_prefix("[sources.").and_then(|rest| rest.split_once(']')).map(|(name, _)| name);
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    })
}

fn is_of_sources(line: &str) -> bool {
    line.starts_with("[sources.") || line.starts_with("[[sources.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_before_sources_only() {
        let text = "a = 1\n[defaults]\n\n[sources.a]\n[sources.a.x]\n [sources.b] # two\n[sources.\"c.d\"]\n[sources.e";
        let pieces = [
            "a = 1\n[defaults]\n\n",
            "[sources.a]\n[sources.a.x]\n",
            " [sources.b] # two\n[sources.\"c.d\"]\n[sources.e",
        ];
        assert_eq!(cut(text, 1), pieces);
        assert_eq!(cut(&text.repeat(2), 1), [text.repeat(2)], "other tables behind");
        assert_eq!(cut(text, 100), [text], "short");
        assert_eq!(cut("", 0), [""]);
    }
}
