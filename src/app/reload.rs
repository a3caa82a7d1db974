//! Reading the configuration again while the daemon runs: parse, compare, apply or
//! keep the old one.

use super::{load_config, service, settings};
use crate::config::{Config, Fetch, Server, Store};
use crate::daemon::Engine;
use crate::os;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Notify;

/// Reloads whenever somebody wants it, one after another: what was written last is
/// what counts in the end.
pub(super) async fn whenever(engine: Arc<Engine>, file: PathBuf, wanted: Arc<Notify>) {
    loop {
        wanted.notified().await;
        os::reloading();
        let done = reload(&engine, &file).await;
        let how = service::how_things_are(&engine).await;
        // Ready in any case: a refused configuration leaves the old one at work.
        os::ready(&if done { how } else { format!("{how}; the last reload was refused, see the log") });
    }
}

/// Reads the configuration again. One with mistakes, or with changes that need a
/// restart, changes nothing. Whether the new one is in force.
async fn reload(engine: &Engine, file: &Path) -> bool {
    let path = file.to_owned();
    // Files may lie where reading takes its time.
    let Ok(loaded) = tokio::task::spawn_blocking(move || load_config(&path)).await else { return false };
    let config = match loaded {
        Ok(config) => config,
        Err(report) => {
            for mistake in report.mistakes() {
                tracing::error!(mistake = %mistake, "reload.refused");
            }
            return false;
        }
    };
    let fixed = needs_restart(&engine.settings().config, &config);
    for key in &fixed {
        tracing::error!(key, "reload.refused: this key can't change while the daemon runs; restart it");
    }
    if !fixed.is_empty() {
        return false;
    }
    for warning in config.warnings() {
        tracing::warn!(warning, "config");
    }
    let sources = config.sources.len();
    let settings = match tokio::task::spawn_blocking(move || settings(config)).await {
        Ok(Ok(settings)) => settings,
        Ok(Err(error)) => {
            tracing::error!(error.message = %format_args!("{error:#}"), "reload.refused");
            return false;
        }
        Err(_) => return false,
    };
    match engine.reload(settings).await {
        Ok(()) => tracing::info!(sources, "reload.done"),
        Err(error) => {
            tracing::error!(error.message = %error, "reload.refused");
            return false;
        }
    }
    true
}

/// The changed keys that are used at the start only: where things are, and the budgets
/// that running requests hold parts of.
fn needs_restart(old: &Config, new: &Config) -> Vec<&'static str> {
    // Every key has its place here: one that is added will not compile until it has one.
    let Config {
        file: _,
        data_dir,
        output: _,
        outputs: _,
        hub: _,
        server,
        fetch,
        hosts: _,
        scrape: _,
        store,
        sources: _,
    } = new;
    let Store { retention: _, max_articles: _, backup_dir: _, full_durability } = store;
    let Server { listen, token: _, has_token_file: _, metrics: _, status_page: _ } = server;
    let Fetch {
        concurrency,
        per_host: _,
        host_delay: _,
        user_agent: _,
        has_contact: _,
        timeout: _,
        max_feed_size: _,
        max_page_size: _,
        min_interval: _,
        allow_private_addresses: _,
        allow_addresses: _,
        obey_robots: _,
        proxy: _,
    } = fetch;
    [
        ("data_dir", old.data_dir != *data_dir),
        ("store.durability", old.store.full_durability != *full_durability),
        ("server.listen", old.server.listen != *listen),
        ("fetch.concurrency", old.fetch.concurrency != *concurrency),
    ]
    .into_iter()
    .filter_map(|(key, changed)| changed.then_some(key))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_need_a_restart_and_keys_that_do_not() {
        let parse = |text: &str| crate::app::parse_config(text, Path::new("c.toml")).unwrap();
        let old = parse("data_dir = \"/d\"\n");
        for (text, keys) in [
            ("data_dir = \"/d\"\n[output]\ntitle = \"T\"\nlimit = 5\n", &[][..]),
            ("data_dir = \"/d\"\n[server]\nmetrics = false\nstatus_page = false\n", &[]),
            ("data_dir = \"/d\"\n[fetch]\ntimeout = \"3s\"\nuser_agent = \"x\"\nrobots = \"ignore\"\n", &[]),
            ("data_dir = \"/d\"\n[store]\nretention = \"9d\"\n[sources.a]\nurl = \"https://a.org/\"\n", &[]),
            (
                "data_dir = \"/e\"\n[store]\ndurability = \"full\"\n[server]\nlisten = \"[::1]:1\"\n",
                &["data_dir", "store.durability", "server.listen"],
            ),
            (
                "data_dir = \"/d\"\n[fetch]\nconcurrency = 1\nper_host = 1\nhost_delay = \"2s\"\n[hosts.\"a.org\"]\n",
                &["fetch.concurrency"],
            ),
        ] {
            assert_eq!(needs_restart(&old, &parse(text)), keys, "{text}");
        }
    }
}
