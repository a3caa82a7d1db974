//! What the API answers.

use super::{Served, search};
use crate::config::Source;
use crate::daemon::{Press, Settings, assembled, narrow};
use crate::health::{assess, source_json};
use crate::model::{EntryId, PublishedEntry, SourceId, SourceState, Standing, StoredEntry};
use crate::os;
use crate::publish::entry_json;
use crate::search::{OnSources, Query, snippet};
use crate::server::{Call, Entries, Order, Reply};
use crate::store::{self, Filter, Selection, StoreError};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Entries of a search that can be turned to, the best ones.
const MOST_BEST: usize = 5_000;

/// Answers a call.
pub(super) async fn answer(served: &Served, call: Call) -> Result<Reply, StoreError> {
    let settings = served.press.engine().settings();
    match call {
        Call::Sources => sources(served, &settings).await,
        Call::Source(id) => source(served, &settings, id).await,
        Call::Refresh(id) => refresh(served, &settings, id).await,
        Call::Entries(wanted) => entries(&served.press, settings, wanted).await,
        Call::Entry(id, fields) => entry(&served.press, settings, id, fields).await,
        Call::Clusters { limit, cursor } => clusters(&served.press, settings, limit, cursor).await,
        Call::Cluster(id) => cluster(&served.press, settings, id).await,
    }
}

fn found(value: &Value) -> Reply {
    Reply::Found(Bytes::from(value.to_string()))
}

async fn sources(served: &Served, settings: &Arc<Settings>) -> Result<Reply, StoreError> {
    let (press, now) = (&served.press, os::now());
    let figures = served.figures.at(press.engine().store(), settings, now).await?;
    let list: Vec<Value> = settings
        .config
        .sources
        .iter()
        .map(|source| {
            // Both are in the order of their names; a lookup in a list is quick enough all the same.
            let state = figures.sources.binary_search_by(|state| state.id.cmp(&source.id));
            described(source, state.ok().and_then(|at| figures.sources.get(at)), now)
        })
        .collect();
    Ok(found(&json!({ "sources": list })))
}

async fn source(served: &Served, settings: &Settings, id: SourceId) -> Result<Reply, StoreError> {
    let Some(source) = settings.source(&id) else { return Ok(Reply::Absent) };
    let now = os::now();
    let state = served.press.engine().store().read(move |conn| store::figures_of(conn, &id, now)).await?;
    Ok(found(&described(source, state.as_ref(), now)))
}

/// A source as it is configured, and how it is.
fn described(source: &Source, state: Option<&SourceState>, now: Timestamp) -> Value {
    let health = state.map(|state| {
        let standing = if source.enabled { state.standing } else { Standing::Disabled };
        assess(&SourceState { standing, ..state.clone() }, now)
    });
    let title = source.title.clone().or_else(|| state.and_then(|state| state.title.clone()));
    let mut all = json!({
        "id": source.id.as_str(),
        "title": title,
        "url": crate::daemon::without_credentials(&source.url).as_str(),
        "tags": *source.tags,
        "enabled": source.enabled,
        "condition": health.as_ref().map(|health| health.condition.name()),
        "wrong": health.as_ref().and_then(|health| health.wrong.clone()),
        "advice": health.as_ref().and_then(|health| health.advice.clone()),
    });
    if let (Some(all), Some(state)) = (all.as_object_mut(), state) {
        all.append(&mut source_json(state, source.enabled));
    }
    all
}

/// Polls a source now, unless that would be sooner than anybody may be polled.
async fn refresh(served: &Served, settings: &Settings, id: SourceId) -> Result<Reply, StoreError> {
    let Some(source) = settings.source(&id) else { return Ok(Reply::Absent) };
    if !source.enabled {
        return Ok(Reply::Conflict("this source is disabled in the configuration".to_owned()));
    }
    let (engine, now) = (served.press.engine(), os::now());
    let named = id.clone();
    let state = engine.store().read(move |conn| store::figures_of(conn, &named, now)).await?;
    let Some(state) = state else {
        return Ok(Reply::Conflict("this source is not known to the store yet".to_owned()));
    };
    if state.gone {
        let why = "it answered 410 Gone; `offprint fetch --force --source` polls it all the same";
        return Ok(Reply::Conflict(why.to_owned()));
    }
    let rest = state.last_attempt.map_or(Duration::ZERO, |last| {
        let since = Duration::try_from(now.duration_since(last)).unwrap_or_default();
        settings.config.fetch.min_interval.saturating_sub(since)
    });
    if !rest.is_zero() {
        return Ok(Reply::TooSoon(rest));
    }
    engine.poll_now(id.clone()).await?;
    let body = json!({ "id": id.as_str(), "next_due": now.to_string() });
    Ok(Reply::Accepted(Bytes::from(body.to_string())))
}

async fn entries(press: &Press, settings: Arc<Settings>, wanted: Entries) -> Result<Reply, StoreError> {
    let query = match wanted.query.as_deref().filter(|text| !text.trim().is_empty()).map(Query::parse) {
        Some(Err(error)) => return Ok(Reply::Refused(format!("q: {error}"))),
        Some(Ok(query)) => Some(query),
        None => None,
    };
    if let (Order::Best, Some(query)) = (wanted.order, query.as_ref()) {
        return best(press, settings, query.clone(), wanted).await;
    }
    let mut filter = Filter::default();
    narrow(&settings, &mut filter, &wanted.tags, &wanted.sources, query.as_ref());
    let (now, output) = (os::now(), &settings.config.output);
    let selection = Selection {
        limit: wanted.limit,
        window: Duration::ZERO,
        max_per_source: None,
        wait: output.wait,
        cluster: wanted.cluster.unwrap_or(output.duplicates == crate::config::Duplicates::Cluster),
        filter,
        before: wanted.cursor,
    };
    let summary = press.engine().store().read(move |conn| store::merged(conn, now, &selection)).await?;
    let work = move || {
        let entries = assembled(&settings, summary.entries);
        let list: Vec<Value> =
            entries.iter().map(|entry| entry_json(entry, wanted.fields.as_deref())).collect();
        found(&json!({ "entries": list, "next": summary.next.map(|next| next.to_string()) }))
    };
    press.engine().compute(work).await.ok_or(StoreError::Closed)
}

/// What answers a search best; pages are counted by entries.
async fn best(
    press: &Press,
    settings: Arc<Settings>,
    query: Query,
    wanted: Entries,
) -> Result<Reply, StoreError> {
    let offset = usize::try_from(wanted.cursor.unwrap_or(0)).unwrap_or(usize::MAX).min(MOST_BEST);
    let part = search::Part { order: Order::Best, offset, limit: wanted.limit, cluster: wanted.cluster };
    let mut request = search::request(&settings, &query, part, os::now());
    let mut filter = Filter::default();
    narrow(&settings, &mut filter, &wanted.tags, &wanted.sources, None);
    for list in filter.sources {
        let ids = list.iter().map(ToString::to_string).collect();
        request.on_sources.push(OnSources { not: false, ids });
    }
    let found_entries = press.engine().store().read(move |conn| store::found(conn, &request)).await?;
    let work = move || {
        let more = found_entries.more && offset < MOST_BEST;
        let mut list = Vec::new();
        for hit in found_entries.hits {
            let excerpt = snippet(&query, &hit.text, crate::web::EXCERPT);
            let pieces: Vec<Value> =
                excerpt.pieces.iter().map(|piece| json!({ "text": piece.text, "hit": piece.hit })).collect();
            for entry in assembled(&settings, vec![hit.entry]) {
                let mut entry = entry_json(&entry, wanted.fields.as_deref());
                entry["snippet"] = json!(pieces);
                list.push(entry);
            }
        }
        let next = more.then(|| (offset + list.len()).to_string());
        found(&json!({ "entries": list, "next": next }))
    };
    press.engine().compute(work).await.ok_or(StoreError::Closed)
}

/// One article as it is stored.
async fn stored(press: &Press, id: EntryId) -> Result<Option<StoredEntry>, StoreError> {
    press.engine().store().read(move |conn| store::article(conn, &id)).await
}

async fn entry(
    press: &Press,
    settings: Arc<Settings>,
    id: EntryId,
    fields: Option<Vec<String>>,
) -> Result<Reply, StoreError> {
    let Some(entry) = stored(press, id).await? else { return Ok(Reply::Absent) };
    let work = move || {
        let entry = assembled(&settings, vec![entry]).pop();
        entry.map_or(Reply::Absent, |entry| found(&entry_json(&entry, fields.as_deref())))
    };
    press.engine().compute(work).await.ok_or(StoreError::Closed)
}

async fn clusters(
    press: &Press,
    settings: Arc<Settings>,
    limit: usize,
    cursor: Option<i64>,
) -> Result<Reply, StoreError> {
    let read = move |conn: &_| store::clusters(conn, limit, cursor);
    let (leads, next) = press.engine().store().read(read).await?;
    let work = move || {
        let list: Vec<Value> = assembled(&settings, leads).iter().map(story).collect();
        found(&json!({ "clusters": list, "next": next.map(|next| next.to_string()) }))
    };
    press.engine().compute(work).await.ok_or(StoreError::Closed)
}

async fn cluster(press: &Press, settings: Arc<Settings>, id: EntryId) -> Result<Reply, StoreError> {
    let Some(lead) = press.engine().store().read(move |conn| store::cluster_of(conn, &id)).await? else {
        return Ok(Reply::Absent);
    };
    let work =
        move || assembled(&settings, vec![lead]).first().map_or(Reply::Absent, |lead| found(&story(lead)));
    press.engine().compute(work).await.ok_or(StoreError::Closed)
}

/// A story: what stands for it, and its copies.
fn story(lead: &PublishedEntry) -> Value {
    const KEYS: [&str; 8] = ["id", "url", "title", "authors", "published", "updated", "sources", "lang"];
    let keys = KEYS.map(str::to_owned);
    json!({
        "entry": entry_json(lead, Some(&keys)),
        "copies": lead.also_at.iter().map(|copy| json!({
            "id": copy.id.urn(),
            "url": copy.url,
            "title": copy.title,
            "source": { "id": copy.source.as_str(), "title": copy.source_title },
        })).collect::<Vec<_>>(),
    })
}
