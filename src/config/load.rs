//! Files → [`Config`]: the main file, its includes, the sources of all.

use super::access::Check;
use super::build::{self, Shared, SourceDefaults};
use super::keys::{self, Kind};
use super::outputs::{self, Named};
use super::pieces::Cutting;
use super::read::{At, Reader, Values};
use super::report::{self, Collector, Notes, Report};
use super::types::{Config, Source};
use super::{Inputs, hint, syntax, units};
use crate::model::{HostKey, SourceId};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use toml::de::{DeTable, DeValue};

/// The largest file that is read, in bytes.
const MAX_FILE: usize = 10 << 20;
/// So many files may be included.
const MAX_FILES: usize = 10_000;

/// Reads the operator's file and what it includes.
///
/// # Errors
/// Every mistake in them, with its place.
pub fn load(file: &Path, inputs: &Inputs<'_>) -> Result<Config, Report> {
    from_file(file, inputs, For::Serving)
}

/// The same for what does not serve: `server.token_file` is left alone, so neither the
/// file nor a variable in its name has to be there.
///
/// # Errors
/// Every other mistake, with its place.
pub fn load_for_tool(file: &Path, inputs: &Inputs<'_>) -> Result<Config, Report> {
    from_file(file, inputs, For::Tool)
}

/// What a configuration is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    Serving,
    Tool,
}

fn from_file(file: &Path, inputs: &Inputs<'_>, what_for: For) -> Result<Config, Report> {
    let mut notes = Notes::default();
    let bytes = (inputs.read)(file);
    match bytes.map_err(|error| why_unreadable(&error)).and_then(in_bounds) {
        Ok(bytes) => match utf8(&bytes, &mut notes) {
            Ok(text) => from_text(text, file, inputs, what_for),
            Err(valid) => Err(only(file, valid, notes)),
        },
        Err(why) => {
            notes.whole(why);
            Err(only(file, "", notes))
        }
    }
}

/// Reads a text as if it stood in `file`; what it includes is read through `inputs`.
///
/// # Errors
/// Every mistake in them, with its place.
pub fn parse(text: &str, file: &Path, inputs: &Inputs<'_>) -> Result<Config, Report> {
    from_text(text, file, inputs, For::Serving)
}

fn from_text(text: &str, file: &Path, inputs: &Inputs<'_>, what_for: For) -> Result<Config, Report> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_FILE {
        let mut notes = Notes::default();
        notes.whole(TOO_LARGE.into());
        return Err(only(file, text, notes));
    }
    // In pieces only what is plain and right can be read: their report is worth nothing.
    let cutting = Cutting::usual();
    match read_text(text, file, inputs, what_for, &cutting) {
        Err(_) if cutting.was_used() => read_text(text, file, inputs, what_for, &Cutting::none()),
        done => done,
    }
}

/// Reads the main file and what it includes, in pieces.
pub(super) fn read_text(
    text: &str,
    file: &Path,
    inputs: &Inputs<'_>,
    what_for: For,
    cutting: &Cutting,
) -> Result<Config, Report> {
    let mut reader = Reader { env: inputs.env, notes: Notes::default() };
    let pieces = cutting.cut(text);
    let Some(mut tree) = syntax::head(&pieces, &mut reader.notes) else {
        return Err(only(file, text, reader.notes));
    };
    let has_token_file = sub_table_mut(&mut tree, "server").is_some_and(|server| match what_for {
        For::Serving => server.contains_key("token_file"),
        For::Tool => server.remove("token_file").is_some(),
    });
    let main = Main::read(&mut reader, &tree);
    let data_dir = build::data_dir(&main.top, file, inputs.env);
    if data_dir.is_none() && !tree.contains_key("data_dir") {
        let why = "no folder for the data is known: none of $STATE_DIRECTORY, $XDG_DATA_HOME and $HOME is set; \
                   write for example data_dir = \"/var/lib/offprint\"";
        reader.notes.add(0, "data_dir", || why.into());
    }
    let token = build::token(&main.server, file, inputs).unwrap_or_else(|why| {
        reader.notes.add(main.server.place("token_file").unwrap_or(0), "server.token_file", || why);
        None
    });
    let output = build::output(&main.output);
    let base_url = output.as_ref().and_then(|output| output.base_url.as_ref());
    let fetch = build::fetch(&main.fetch, base_url, inputs.version);
    let (server, scrape) =
        (build::server(&main.server, token, has_token_file), build::scrape(&main.scrape, file));
    let (Some(output), Some(fetch), Some(server), Some(scrape), Some(store)) =
        (output, fetch, server, scrape, build::store(&main.store, file))
    else {
        reader.notes.whole("the built-in defaults are damaged; this is a fault of the program".into());
        return Err(only(file, text, reader.notes));
    };
    check_interval(&mut reader.notes, "defaults", &main.defaults, fetch.min_interval);
    let builtin = super::read::defaults(keys::SOURCE);
    let below = SourceDefaults {
        defaults: &main.defaults,
        fetch_values: &main.fetch,
        fetch: &fetch,
        builtin: &builtin,
        file,
    };
    let mut sources = Sources {
        below,
        common: Shared::default(),
        list: Vec::new(),
        seen: HashMap::new(),
        files: vec![file.to_owned()],
        lines: 0,
        cutting,
        inputs: (what_for == For::Serving).then_some(inputs),
        good: HashSet::new(),
    };
    sources.read(&mut reader, tree, &pieces);
    let mut all = Collector::default();
    sources.include(&mut reader.notes, &mut all, &main.top, file, inputs);
    outputs::check(&main.outputs, &sources.seen, &mut reader.notes);
    all.close(0, file, text, reader.notes);
    all.finish()?;
    let mut list = sources.list;
    list.sort_by(|a, b| a.id.cmp(&b.id));
    list.shrink_to_fit();
    // A missing folder was reported above.
    let data_dir = data_dir.unwrap_or_default();
    let hosts = main.hosts.iter().map(|(host, own)| (host.clone(), build::host(own, &fetch))).collect();
    let named = |named: &Named| build::named_output(&named.name, &named.values, &main.output);
    let outputs = main.outputs.iter().filter_map(named).collect();
    let (file, hub) = (file.to_owned(), build::hub(&main.websub));
    Ok(Config { file, data_dir, output, outputs, hub, server, fetch, hosts, scrape, store, sources: list })
}

const TOO_LARGE: &str = "larger than 10 MiB; is this the configuration? Move sources into files of their own \
                         and name those in \"include\"";

fn only(file: &Path, text: &str, notes: Notes) -> Report {
    let mut all = Collector::default();
    all.close(0, file, text, notes);
    all.into_report()
}

fn why_unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file; name another one with --config FILE".into(),
        _ => format!("cannot be read: {error}"),
    }
}

fn in_bounds(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if bytes.len() > MAX_FILE { Err(TOO_LARGE.into()) } else { Ok(bytes) }
}

/// The text without its byte order mark; `Err` has what comes before the first wrong byte.
fn utf8<'b>(bytes: &'b [u8], notes: &mut Notes) -> Result<&'b str, &'b str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        notes.add(valid.len(), "", || "not UTF-8; save the file in that encoding".into());
        std::str::from_utf8(valid).unwrap_or_default()
    })
}

/// The tables of the main file, sources left out.
struct Main {
    top: Values,
    output: Values,
    outputs: Vec<Named>,
    websub: Values,
    server: Values,
    fetch: Values,
    hosts: Vec<(HostKey, Values)>,
    scrape: Values,
    store: Values,
    defaults: Values,
}

impl Main {
    fn read(reader: &mut Reader<'_>, tree: &DeTable<'_>) -> Self {
        let top = reader.table("", keys::TOP, tree);
        let mut section = |name: &str| {
            let keys = keys::SECTIONS
                .iter()
                .find(|(section, _)| *section == name)
                .map_or(keys::TOP, |(_, keys)| keys);
            match sub_table(reader, tree, name) {
                Some(table) => reader.table(name, keys, table),
                None => Values::default(),
            }
        };
        let mut main = Self {
            top,
            output: section("output"),
            outputs: Vec::new(),
            websub: section("websub"),
            server: section("server"),
            fetch: section("fetch"),
            hosts: Vec::new(),
            scrape: section("scrape"),
            store: section("store"),
            defaults: section("defaults"),
        };
        main.hosts = hosts(reader, tree);
        main.outputs = outputs::read(reader, tree);
        main
    }
}

/// `[hosts.*]`
fn hosts(reader: &mut Reader<'_>, tree: &DeTable<'_>) -> Vec<(HostKey, Values)> {
    let mut all: Vec<(HostKey, Values)> = Vec::new();
    let mut tables: Vec<_> = sub_table(reader, tree, "hosts").into_iter().flatten().collect();
    tables.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in tables {
        let (name, offset) = (key.get_ref().as_ref(), key.span().start);
        let at = At("hosts", name);
        let DeValue::Table(own) = value.get_ref() else {
            let found = hint::wrong_type(Kind::Table, value.get_ref());
            reader.notes.add(offset, at, || format!("{found}; write [hosts.\"example.com\"] with its keys"));
            continue;
        };
        let values = reader.table(&at.to_string(), keys::HOST, own);
        match HostKey::written(name) {
            Ok(host) if all.iter().all(|(other, _)| *other != host) => all.push((host, values)),
            Ok(host) => reader.notes.add(offset, at, || format!("{host} stands here twice; join the two")),
            Err(instead) => reader.notes.add(offset, at, || match instead {
                Some(host) => format!("the budget is that of {host}; write [hosts.\"{host}\"]"),
                None => "not a host; write for example [hosts.\"example.com\"], or \"HOST:PORT\" for one \
                         without a public name"
                    .into(),
            }),
        }
    }
    all
}

fn sub_table_mut<'t, 'i>(tree: &'t mut DeTable<'i>, name: &str) -> Option<&'t mut DeTable<'i>> {
    match tree.get_mut(name)?.get_mut() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// A table within the file; anything else of this name is noted.
pub(super) fn sub_table<'t, 'i>(
    reader: &mut Reader<'_>,
    tree: &'t DeTable<'i>,
    name: &str,
) -> Option<&'t DeTable<'i>> {
    let (key, value) = tree.get_key_value(name)?;
    if let DeValue::Table(table) = value.get_ref() {
        return Some(table);
    }
    let header = match name {
        "sources" => "[sources.NAME] for each source",
        "hosts" => "[hosts.\"example.com\"] for each host",
        "outputs" => "[outputs.NAME] for each further feed",
        _ => "one table",
    };
    reader.notes.add(key.span().start, name, || {
        format!("{}; write {header}", hint::wrong_type(Kind::Table, value.get_ref()))
    });
    None
}

/// An interval that is written must not be below the minimum.
fn check_interval(notes: &mut Notes, prefix: &str, values: &Values, least: Duration) {
    if let Some((at, interval)) = values.span("interval")
        && interval < least
    {
        let (interval, least) = (units::show(interval), units::show(least));
        notes.add(at, At(prefix, "interval"), || {
            format!("\"{interval}\" is below fetch.min_interval, which is \"{least}\"; poll more seldom")
        });
    }
}

/// The sources read so far.
struct Sources<'v> {
    below: SourceDefaults<'v>,
    common: Shared,
    list: Vec<Source>,
    /// File number and line of every name.
    seen: HashMap<SourceId, (usize, usize)>,
    files: Vec<PathBuf>,
    /// Lines before the piece that is being read.
    lines: usize,
    cutting: &'v Cutting,
    /// Reads the files of log-ins; `None`: they are left alone.
    inputs: Option<&'v Inputs<'v>>,
    /// Those of them that are right.
    good: HashSet<PathBuf>,
}

impl Sources<'_> {
    /// Takes the sources of the file that was opened last, of whose pieces the first has
    /// become a tree.
    fn read(&mut self, reader: &mut Reader<'_>, head: DeTable<'_>, pieces: &[&str]) {
        self.lines = 0;
        let mut tree = Some(head);
        for piece in pieces {
            let Some(tree) = tree.take().or_else(|| syntax::tree(piece, &mut reader.notes)) else { return };
            self.read_piece(reader, &tree, piece);
            if pieces.len() > 1 && !reader.notes.is_empty() {
                return;
            }
            self.lines += piece.matches('\n').count();
        }
    }

    fn read_piece(&mut self, reader: &mut Reader<'_>, tree: &DeTable<'_>, text: &str) {
        let Some(table) = sub_table(reader, tree, "sources") else { return };
        let mut names = Vec::with_capacity(table.len());
        let file: Arc<Path> = self.files.last().map_or(Path::new(""), |file| file.as_path()).into();
        for (key, value) in table {
            let (name, offset) = (key.get_ref().as_ref(), key.span().start);
            let id = SourceId::new(name);
            let DeValue::Table(own) = value.get_ref() else {
                reader.notes.add(offset, At("sources", name), || not_a_source(name, value.get_ref()));
                continue;
            };
            let prefix = At("sources", name).to_string();
            if id.is_none() {
                reader.notes.add(offset, &prefix, || bad_name(name));
            }
            let values = reader.table(&prefix, keys::SOURCE, own);
            check_interval(&mut reader.notes, &prefix, &values, self.below.fetch.min_interval);
            let defaults = self.below.defaults;
            if let Some((key, why)) = build::kind_mistake(&values, defaults, own.contains_key("items")) {
                let place = values.place(key).or(values.place("kind")).unwrap_or(offset);
                reader.notes.add(place, At(&prefix, key), || why.into());
            }
            if !own.contains_key("url") {
                let why = "missing; every source needs the address of its feed, for example \
                           url = \"https://example.com/feed\"";
                reader.notes.add(offset, At(&prefix, "url"), || why.into());
            }
            let Some(id) = id else { continue };
            if let Some(&(number, line)) = self.seen.get(&id) {
                let first = self.files.get(number).map(|file| file.display().to_string()).unwrap_or_default();
                reader.notes.add(offset, &prefix, || {
                    format!("a source of this name stands already in {first}:{line}; rename one of the two")
                });
                continue;
            }
            names.push((offset, id.clone()));
            if let Some(source) = build::source(id, &values, &file, &self.below, &mut self.common) {
                let check = Check { prefix: &prefix, offset, own: &values, inputs: self.inputs };
                check.run(&source, &mut self.good, &mut reader.notes);
                self.list.push(source);
            }
        }
        self.remember(names, text);
    }

    fn remember(&mut self, mut names: Vec<(usize, SourceId)>, text: &str) {
        names.sort_unstable();
        let offsets: Vec<usize> = names.iter().map(|(offset, _)| *offset).collect();
        let number = self.files.len() - 1;
        let lines: HashMap<SourceId, usize> = names
            .into_iter()
            .zip(report::places(text, &offsets))
            .map(|((_, id), (line, _))| (id, self.lines + line))
            .collect();
        for source in self.list.iter_mut().rev().take_while(|source| source.place.line == 0) {
            source.place.line = lines.get(&source.id).copied().unwrap_or(1);
        }
        self.seen.extend(lines.into_iter().map(|(id, line)| (id, (number, line))));
    }

    /// Reads the included files; those that can't be read are noted at their pattern.
    fn include(
        &mut self,
        notes: &mut Notes,
        all: &mut Collector,
        top: &Values,
        file: &Path,
        inputs: &Inputs<'_>,
    ) {
        let mut done = HashSet::new();
        for (offset, pattern) in build::includes(top) {
            let offset = *offset;
            let found = match matching(file, pattern, inputs) {
                Ok(found) => found,
                Err(why) => {
                    notes.add(offset, "include", || why);
                    continue;
                }
            };
            for path in found {
                if plain(&path) == plain(file) {
                    let why = "this pattern finds the file it stands in; put the other files into a folder of their own";
                    notes.add(offset, "include", || why.into());
                } else if done.len() >= MAX_FILES {
                    notes.add(offset, "include", || format!("more than {MAX_FILES} files; join some"));
                    return;
                } else if done.insert(plain(&path).to_owned()) {
                    match (inputs.read)(&path) {
                        Ok(bytes) => self.read_included(all, path, &bytes, inputs),
                        Err(error) => notes.add(offset, "include", || not_included(&path, pattern, &error)),
                    }
                }
            }
        }
    }

    fn read_included(&mut self, all: &mut Collector, path: PathBuf, bytes: &[u8], inputs: &Inputs<'_>) {
        let mut reader = Reader { env: inputs.env, notes: Notes::default() };
        let number = self.files.len();
        self.files.push(path.clone());
        let text = if bytes.len() > MAX_FILE {
            reader.notes.whole("larger than 10 MiB; split it".into());
            ""
        } else {
            match utf8(bytes, &mut reader.notes) {
                Ok(text) => {
                    let pieces = self.cutting.cut(text);
                    if let Some(tree) = syntax::head(&pieces, &mut reader.notes) {
                        for (key, _) in &tree {
                            let name = key.get_ref().as_ref();
                            if name != "sources" {
                                reader.notes.add(key.span().start, At("", name), || only_sources(name));
                            }
                        }
                        self.read(&mut reader, tree, &pieces);
                    }
                    text
                }
                Err(valid) => valid,
            }
        };
        all.close(number, &path, text, reader.notes);
    }
}

/// The files of one pattern, sorted. One without wildcards is the file itself.
fn matching(file: &Path, pattern: &str, inputs: &Inputs<'_>) -> Result<Vec<PathBuf>, String> {
    let folder = file.parent().unwrap_or(Path::new(""));
    if !has_wildcard(pattern) {
        return Ok(vec![folder.join(pattern)]);
    }
    let folder = match Path::new(pattern).is_absolute() {
        true => Cow::Borrowed(Path::new("")),
        // The folder's own name is no pattern.
        false => Cow::Owned(PathBuf::from(glob::Pattern::escape(&folder.to_string_lossy()))),
    };
    glob::Pattern::new(pattern).map_err(|error| format!("not a valid pattern: {}", error.msg))?;
    let mut found = (inputs.glob)(&folder.join(pattern).to_string_lossy())?;
    found.sort();
    Ok(found)
}

/// Names the file only if a wildcard found it: a variable may stand in the pattern.
fn not_included(path: &Path, pattern: &str, error: &std::io::Error) -> String {
    let which = match has_wildcard(pattern) {
        true => format!("{:?}", path.file_name().unwrap_or_default()),
        false => "the file".into(),
    };
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("{which} does not exist; a relative path is relative to this file")
        }
        _ => format!("{which} cannot be read: {error}"),
    }
}

/// Without the `./` that a glob may add or drop.
fn plain(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?', '['])
}

fn only_sources(name: &str) -> String {
    match name {
        "include" => "an included file cannot include others; name them in the main file".into(),
        _ => "an included file holds [sources.NAME] only; move this into the main file".into(),
    }
}

fn not_a_source(name: &str, value: &DeValue<'_>) -> String {
    let wrong = hint::wrong_type(Kind::Table, value);
    match keys::find(keys::SOURCE, name) {
        Some(_) => format!("{wrong}; the source has no name: write [sources.NAME] above its keys"),
        None => format!("{wrong}; write [sources.NAME] with a url"),
    }
}

fn bad_name(name: &str) -> String {
    let mut better: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' })
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .take(40)
        .collect();
    better.truncate(better.trim_end_matches(['-', '.', '_']).len());
    let rule = "the name of a source consists of a-z, 0-9, \".\", \"_\" and \"-\", begins with a letter or digit \
                and has at most 100 characters";
    match SourceId::new(&better).is_some() && !name.contains(['@', ':']) {
        true => format!("{rule}; write for example [sources.{}]", quoted_if_dotted(&better)),
        false => rule.into(),
    }
}

fn quoted_if_dotted(name: &str) -> String {
    if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() }
}
