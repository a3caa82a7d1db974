//! Any text as a date: no panic, and what was read is read the same from its RFC 3339 form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::feed::parse_date;

fuzz_target!(|text: &str| {
    if let Some(instant) = parse_date(text) {
        let second = whole_second(instant);
        assert_eq!(parse_date(&second).map(whole_second), Some(second), "{text:?}");
    }
});

/// RFC 3339 in UTC, whole seconds.
fn whole_second(instant: impl ToString) -> String {
    let text = instant.to_string();
    text.split_once('.').map_or(text.clone(), |(whole, _)| format!("{whole}Z"))
}
