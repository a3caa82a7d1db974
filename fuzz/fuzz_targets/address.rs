//! Any text as an address: no panic, the canonical form of a canonical form is itself, and
//! the link that is shown is the same article.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::identity::{StripRules, canonical, clean_link, explain, is_site_root, web_address};

fuzz_target!(|text: &str| {
    let rules = StripRules::default();
    let told = explain(text, rules);
    let Some(url) = web_address(text) else { return assert_eq!(told, None) };
    let form = canonical(&url, rules).form;
    assert_eq!(told.map(|told| told.form).as_deref(), Some(form.as_str()));
    let again = web_address(&form).expect("a canonical form is an address");
    assert_eq!(canonical(&again, rules).form, form);
    let shown = clean_link(&url, rules);
    assert_eq!(canonical(&shown, rules).form, form);
    assert_eq!(clean_link(&shown, rules), shown);
    is_site_root(&url);
});
