//! Endless invented text: the same feed always says the same.

const SYLLABLES: [&str; 32] = [
    "ba", "ter", "lin", "mo", "ska", "rel", "un", "dor", "vi", "ken", "tal", "os", "pri", "gem", "ha", "fu",
    "nor", "ce", "wy", "ast", "il", "qua", "den", "jo", "ble", "rum", "es", "ti", "par", "zo", "ch", "am",
];

/// Next value of a small generator (SplitMix64): the same feed always says the same.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn seed(feed: usize, entry: usize) -> u64 {
    (feed as u64) << 32 ^ entry as u64
}

/// Two or three syllables: so many different words that no two texts look like copies.
fn word(out: &mut String, bits: u64) {
    for i in 0..2 + (bits >> 60) % 2 {
        out.push_str(SYLLABLES[(bits >> (5 * i)) as usize % SYLLABLES.len()]);
    }
}

/// Title of an entry, plain text.
pub(super) fn title(feed: usize, entry: usize) -> String {
    let mut state = seed(feed, entry) ^ 0x0074_6974_6c65;
    let mut out = format!("No {entry} of {feed}:");
    for _ in 0..5 {
        out.push(' ');
        word(&mut out, next(&mut state));
    }
    out
}

/// Text of an entry, some 1.5 KB of HTML.
pub(super) fn text(feed: usize, entry: usize) -> String {
    let mut state = seed(feed, entry);
    let mut out = String::with_capacity(1_700);
    for _ in 0..4 {
        out.push_str("<p>");
        for i in 0..60 {
            if i > 0 {
                out.push_str(if i % 12 == 0 { ". " } else { " " });
            }
            word(&mut out, next(&mut state));
        }
        out.push_str(".</p>");
    }
    out
}
