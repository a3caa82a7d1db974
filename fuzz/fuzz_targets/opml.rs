//! Any bytes as a subscription list: no panic, and what comes of it is a configuration
//! that our own reader accepts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::config::{self, Inputs, NewSource, name_for, with_sources};
use offprint::feed;
use std::collections::HashSet;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = feed::read_opml(bytes) else { return };
    let mut names = HashSet::new();
    let mut sources = Vec::new();
    for listed in list.feeds.into_iter().take(50) {
        let id = name_for(listed.title.as_deref(), &listed.url, |name| names.contains(name)).expect("a name");
        assert!(names.insert(id.to_string()), "{id} twice");
        let (title, tags, site) = (listed.title, listed.tags, listed.site);
        sources.push(NewSource { id, url: listed.url, kind: None, title, tags, site });
    }
    let text = with_sources("data_dir = \"/nowhere\"\n", &sources);
    let inputs = Inputs {
        env: &|_| None,
        read: &|_| Err(std::io::ErrorKind::NotFound.into()),
        glob: &|_| Ok(Vec::new()),
        version: "0",
    };
    match config::parse(&text, Path::new("o.toml"), &inputs) {
        Ok(config) => assert_eq!(config.sources.len(), sources.len()),
        Err(report) => panic!("{report}\n{text}"),
    }
});
