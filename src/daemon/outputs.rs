//! The feeds that are served: what each says of itself, and which entries it has.

use super::filter::accepts;
use super::settings::Settings;
use crate::config::{Duplicates, Output, Source};
use crate::model::SourceId;
use crate::search::{OnSources, Query, SourceName};
use crate::server::{FeedRequest, Which};
use crate::store::{Filter, Selection};

/// A feed, before its entries are read.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    /// Title, number of entries and how much of them.
    pub(super) output: Output,
    /// What its name is made from: its address without format and part.
    pub(super) name: String,
    /// The path of the page for people that belongs to it.
    pub(super) home: String,
    /// Which entries it has.
    pub(super) selection: Selection,
}

/// What is asked for makes no sense; why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// The feed that is asked for: `None` if there is none of that name. A source that is
/// configured no more has its feed as long as it has entries; whether it has, the store knows.
pub(super) fn sheet(settings: &Settings, request: &FeedRequest) -> Result<Option<Sheet>, Refusal> {
    let config = &settings.config;
    let mut output = config.output.clone();
    let mut filter = Filter::default();
    let mut home = "/".to_owned();
    match &request.which {
        Which::Merged => {}
        Which::Output(name) => {
            let Some(named) = config.outputs.iter().find(|output| output.name == *name) else {
                return Ok(None);
            };
            output.clone_from(&named.output);
            narrow(settings, &mut filter, &named.tags, &named.sources, named.query.as_ref());
            filter.accept = accepts(settings, &named.keep, &named.drop);
        }
        Which::Tag(tag) => {
            if !config.sources.iter().any(|source| source.tags.contains(tag)) {
                return Ok(None);
            }
            output.title = format!("{}: {tag}", output.title);
            output.description = None;
            home = request.stem();
            narrow(settings, &mut filter, std::slice::from_ref(tag), &[], None);
        }
        Which::Source(id) => {
            let title = settings.source(id).and_then(|source| source.title.clone());
            output.title = format!("{}: {}", output.title, title.unwrap_or_else(|| id.to_string()));
            output.description = None;
            // The operator wants to know everything this one brings.
            output.max_per_source = None;
            home = request.stem();
            narrow(settings, &mut filter, &[], std::slice::from_ref(id), None);
        }
    }
    let query = request.query.as_deref().map(Query::parse).transpose();
    let query = query.map_err(|error| Refusal(format!("q: {error}")))?;
    if request.is_narrowed() {
        let tags = request.tags.iter().map(|tag| format!("tag:{tag}"));
        let sources = request.sources.iter().map(|source| format!("source:{source}"));
        let asked: Vec<String> = tags.chain(sources).chain(query.iter().map(Query::to_string)).collect();
        output.title = format!("{}: {}", output.title, asked.join(" "));
        let both = filter.query.take();
        narrow(settings, &mut filter, &request.tags, &request.sources, query.as_ref());
        filter.query = match (both, filter.query.take()) {
            (Some(a), Some(b)) => Some(a.and(b)),
            (a, b) => a.or(b),
        };
    }
    let selection = Selection {
        limit: request.limit.unwrap_or(output.limit),
        // Who asks for a number means it.
        window: if request.limit.is_some() { std::time::Duration::ZERO } else { output.window },
        filter,
        before: request.before,
        ..selection(&output)
    };
    let name = format!("{}{}", request.stem(), request.query_string(false));
    Ok(Some(Sheet { output, name, home, selection }))
}

/// The entries of `[output]` or one of `[outputs.NAME]`, without what they have in common.
pub(super) fn selection(output: &Output) -> Selection {
    Selection {
        limit: output.limit,
        window: output.window,
        max_per_source: output.max_per_source,
        wait: output.wait,
        cluster: output.duplicates == Duplicates::Cluster,
        filter: Filter::default(),
        before: None,
    }
}

/// Lets through what has one of the tags, comes from one of the sources and is found by
/// the query; an empty list asks for nothing.
pub fn narrow(
    settings: &Settings,
    filter: &mut Filter,
    tags: &[String],
    sources: &[SourceId],
    query: Option<&Query>,
) {
    if !tags.is_empty() {
        filter.sources.push(ids(settings, |source| source.tags.iter().any(|tag| tags.contains(tag))));
    }
    if !sources.is_empty() {
        filter.sources.push(sources.to_vec());
    }
    let Some(query) = query else { return };
    for OnSources { not, ids } in on_sources(settings, query) {
        let found = ids.iter().filter_map(|id| SourceId::new(id));
        if not {
            filter.without.extend(found);
        } else {
            filter.sources.push(found.collect());
        }
    }
    filter.query = Some(query.clone());
}

/// What a query asks of sources, answered from the configuration.
pub fn on_sources(settings: &Settings, query: &Query) -> Vec<OnSources> {
    fn name(source: &Source) -> SourceName<'_> {
        SourceName { id: source.id.as_str(), title: source.title.as_deref(), tags: &source.tags }
    }
    let names: Vec<SourceName<'_>> = settings.config.sources.iter().map(name).collect();
    query.on_sources(&names)
}

fn ids(settings: &Settings, wanted: impl Fn(&Source) -> bool) -> Vec<SourceId> {
    settings.config.sources.iter().filter(|source| wanted(source)).map(|source| source.id.clone()).collect()
}
