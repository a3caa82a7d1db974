//! `offprint import`

use super::add::configured;
use super::{args, find, input};
use crate::app;
use crate::config::{NewSource, name_for, with_sources};
use crate::feed::{self, FeedList, ListedFeed};
use crate::health::counted;
use crate::identity::{StripRules, canonical};
use crate::model::one_line;
use anyhow::{Context, bail};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// No list of subscriptions is longer.
const MAX_FILE: u64 = 32 << 20;

/// Turns a subscription list into sources: printed, or added to the configuration.
pub(super) fn run(config: Option<PathBuf>, what: &args::Import) -> anyhow::Result<()> {
    let place = find::to_edit(config)?;
    let file = &what.file;
    let bytes = match file.as_str() {
        "-" => input::read_standard(MAX_FILE + 1)?,
        path => input::read_file(path, MAX_FILE + 1)?,
    };
    if bytes.len() as u64 > MAX_FILE {
        bail!("{file}: larger than 32 MiB; is this a list of subscriptions?");
    }
    let list = feed::read_opml(&bytes).with_context(|| file.clone())?;
    let Chosen { sources, known, repeated } = choose(file, &list, &place);
    for (line, why) in &list.problems {
        eprintln!("{file}:{line}: {}; it was left out", one_line(why, 300));
    }
    if list.feeds.is_empty() {
        bail!("{file}: no feed in it");
    }
    let text = with_sources("", &sources);
    if what.write && !sources.is_empty() {
        let written = app::edit::add_sources(place.config.as_ref(), &place.file, &sources)?;
        eprintln!("added to {}; a running daemon follows it after a reload (kill -HUP)", written.display());
    } else {
        // What is printed is right, too.
        app::parse_config(&format!("data_dir = \"/nonexistent\"\n{text}"), file.as_ref()).map_err(
            |report| anyhow::anyhow!("this list can't be written as sources; please report it:\n{report}"),
        )?;
        input::print(&text)?;
    }
    eprintln!(
        "{file}: {} new, {known} known already, {repeated} repeated, {} left out",
        counted(sources.len(), "feed"),
        list.problems.len()
    );
    Ok(())
}

struct Chosen {
    sources: Vec<NewSource>,
    known: usize,
    repeated: usize,
}

/// What is new in a list. A feed that stands in several folders becomes one source with
/// the tags of all.
fn choose(file: &str, list: &FeedList, place: &find::Place) -> Chosen {
    let config = place.config.as_ref();
    let mut chosen = Chosen { sources: Vec::new(), known: 0, repeated: 0 };
    let mut names: HashSet<String> =
        config.iter().flat_map(|config| &config.sources).map(|source| source.id.to_string()).collect();
    let mut places: HashMap<String, usize> = HashMap::new();
    for ListedFeed { title, url, site, tags, line } in &list.feeds {
        if let Some(source) = config.and_then(|config| configured(config, url)) {
            eprintln!("{file}:{line}: stands already in {} as [sources.{}]", source.place, source.id);
            chosen.known += 1;
            continue;
        }
        let form = canonical(url, StripRules::default()).form;
        if let Some(twin) = places.get(&form).and_then(|&at| chosen.sources.get_mut(at)) {
            let new: Vec<String> = tags.iter().filter(|tag| !twin.tags.contains(tag)).cloned().collect();
            twin.tags.extend(new);
            chosen.repeated += 1;
            continue;
        }
        let Some(id) = name_for(title.as_deref(), url, |name| names.contains(name)) else { continue };
        names.insert(id.to_string());
        places.insert(form, chosen.sources.len());
        let title = title.clone().filter(|title| title != url.as_str());
        let (url, site, tags) = (url.clone(), site.clone(), tags.clone());
        chosen.sources.push(NewSource { id, url, kind: None, title, tags, site });
    }
    chosen
}
