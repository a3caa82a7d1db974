//! Tests of the whole: text in, configuration or report out.

mod accepted;
mod files;
mod flood;
mod mistakes;
mod pieces;
mod table;

use super::*;
use std::collections::HashMap;
use std::io;

/// A world of a few files, with `*` as the only wildcard.
pub(super) struct World {
    pub(super) env: HashMap<&'static str, &'static str>,
    pub(super) files: HashMap<&'static str, Vec<u8>>,
}

impl World {
    pub(super) fn new(files: &[(&'static str, &str)]) -> Self {
        Self {
            env: HashMap::from([("HOME", "/home/me"), ("SECRET", "hunter2"), ("NAME", "a name")]),
            files: files.iter().map(|(name, text)| (*name, text.as_bytes().to_vec())).collect(),
        }
    }

    pub(super) fn with<T>(&self, use_it: impl FnOnce(&Inputs<'_>) -> T) -> T {
        let env = |name: &str| self.env.get(name).map(|value| (*value).to_owned());
        let read = |path: &Path| {
            let found = path.to_str().and_then(|path| self.files.get(path));
            found.cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
        };
        let glob = |pattern: &str| {
            let pattern = glob::Pattern::new(pattern).map_err(|error| error.to_string())?;
            Ok(self.files.keys().filter(|name| pattern.matches(name)).map(PathBuf::from).collect())
        };
        use_it(&Inputs { env: &env, read: &read, glob: &glob, version: "1.2.3" })
    }

    pub(super) fn load(&self, file: &str) -> Result<Config, Report> {
        self.with(|inputs| load(Path::new(file), inputs))
    }
}

/// Reads a text as `o.toml`; there is a file with a token beside it.
pub(super) fn read(text: &str) -> Result<Config, Report> {
    let cookies = ".example.com\tTRUE\t/\tFALSE\t0\tname\tvalue\n";
    World::new(&[
        ("token", "a-long-random-word\n"),
        ("cookies", cookies),
        ("bad-cookies", "a b c\n"),
        ("members.password", "secret\n"),
    ])
    .with(|inputs| parse(text, Path::new("o.toml"), inputs))
}

/// Reads a text that is right.
pub(super) fn good(text: &str) -> Config {
    read(text).unwrap_or_else(|report| panic!("{text}\n{report}"))
}

/// The report of a text that is wrong.
pub(super) fn bad(text: &str) -> String {
    match read(text) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(report) => report.to_string(),
    }
}
