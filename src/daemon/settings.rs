//! The configuration as the daemon uses it.

use crate::article::SiteRules;
use crate::config::{Config, FullText, Source, SourceKind};
use crate::feed::MAX_SITEMAP;
use crate::identity::digest;
use crate::model::{EntryId, FetchPolicy, HostKey, SourceId};
use crate::store::Wanted;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Bytes of a hub's answer that are looked at, for its reasons.
const HUB_ANSWER: u64 = 2048;

/// A configuration that is in force.
#[derive(Debug)]
pub struct Settings {
    /// The whole of it.
    pub config: Config,
    /// Rules for sites, from `scrape.site_rules_dir`.
    pub site_rules: SiteRules,
    longest_pause: Duration,
}

impl Settings {
    /// Prepares a configuration, without rules for sites.
    pub fn new(config: Config) -> Arc<Self> {
        Self::with_site_rules(config, SiteRules::default())
    }

    /// Prepares a configuration with the rules of its folder.
    pub fn with_site_rules(mut config: Config, site_rules: SiteRules) -> Arc<Self> {
        // They are in this order already, and are looked for by it.
        config.sources.sort_by(|a, b| a.id.cmp(&b.id));
        let interval = config.sources.iter().map(|source| source.max_interval).max().unwrap_or_default();
        let longest = crate::schedule::MAX_PAUSE.max(interval);
        let longest_pause = longest + longest / 10 + Duration::from_hours(24);
        Arc::new(Self { config, site_rules, longest_pause })
    }

    /// A source by name.
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        let at = self.config.sources.binary_search_by(|source| source.id.cmp(id)).ok()?;
        self.config.sources.get(at)
    }

    /// Whose budget a source's feed uses.
    pub fn host(&self, id: &SourceId) -> Option<HostKey> {
        self.source(id).map(|source| HostKey::of(&source.url))
    }

    /// No due time that we set lies further away than this.
    pub fn longest_pause(&self) -> Duration {
        self.longest_pause
    }

    /// What the store is to know of the sources, in the order of their names.
    pub fn wanted(&self) -> impl Iterator<Item = Wanted> {
        let wanted = |source: &Source| Wanted {
            id: source.id.clone(),
            url: without_credentials(&source.url).into(),
            enabled: source.enabled,
            full_text: match source.full_text {
                FullText::Never => 0,
                FullText::Auto => 1,
                FullText::Always => 2,
            },
            priority: source.priority,
            interval: source.interval,
            max_interval: source.max_interval,
            first_import: source.first_import,
            reading: reading(&source.kind),
            log_in: log_in(source),
        };
        self.config.sources.iter().map(wanted)
    }

    /// How a source's feed is fetched.
    pub fn feed_policy(&self, source: &Source) -> Arc<FetchPolicy> {
        let limit = self.config.fetch.max_feed_size;
        let sitemap = source.kind == SourceKind::Sitemap;
        self.policy(source, if sitemap { limit.max(MAX_SITEMAP as u64) } else { limit }, Vec::new())
    }

    /// How a source's page at an address is fetched. A `user_agent` of its own goes before
    /// that of the rules for the site.
    pub fn page_policy(&self, source: &Source, url: &Url) -> Arc<FetchPolicy> {
        let mut headers = self.site_rules.headers_for(url);
        if source.user_agent != self.config.fetch.user_agent {
            headers.retain(|(name, _)| name != "user-agent");
        }
        self.policy(source, self.config.fetch.max_page_size, headers)
    }

    /// How a hub is asked for a source, or for one that is not configured any more.
    pub fn hub_policy(&self, source: Option<&Source>) -> Arc<FetchPolicy> {
        match source {
            Some(source) => self.policy(source, HUB_ANSWER, Vec::new()),
            None => Arc::new(FetchPolicy {
                site_headers: Vec::new(),
                user_agent: self.config.fetch.user_agent.clone(),
                timeout: self.config.fetch.timeout,
                max_size: HUB_ANSWER,
                obey_robots: false,
                allow_private: self.config.fetch.allow_private_addresses,
                allow_addresses: self.config.fetch.allow_addresses.clone(),
                credentials: None,
                proxy: self.config.fetch.proxy.clone(),
            }),
        }
    }

    fn policy(
        &self,
        source: &Source,
        max_size: u64,
        site_headers: Vec<(String, String)>,
    ) -> Arc<FetchPolicy> {
        Arc::new(FetchPolicy {
            site_headers,
            user_agent: source.user_agent.clone(),
            timeout: source.timeout,
            max_size,
            obey_robots: self.config.fetch.obey_robots,
            allow_private: source.allow_private_addresses,
            allow_addresses: source.allow_addresses.clone(),
            credentials: source.credentials.clone(),
            proxy: source.proxy.clone(),
        })
    }
}

/// How a source is read, in a word that changes with everything that matters.
fn reading(kind: &SourceKind) -> String {
    match kind {
        SourceKind::Feed => "feed".to_owned(),
        SourceKind::Sitemap => "sitemap".to_owned(),
        SourceKind::Page(items) => {
            let parts = [&items.title, &items.link, &items.date, &items.summary];
            let mut all = vec![items.select.as_bytes()];
            all.extend(parts.map(|part| part.as_deref().unwrap_or_default().as_bytes()));
            format!("page {}", EntryId::from_key(digest(&all)))
        }
    }
}

/// Sixteen bits that change with log-in and headers; 0: there are none.
fn log_in(source: &Source) -> u16 {
    let (user, password) = (source.url.username(), source.url.password().unwrap_or_default());
    let mut parts: Vec<Vec<u8>> = vec![user.into(), password.into()];
    if let Some(access) = source.credentials.as_deref() {
        let mut headers: Vec<_> =
            access.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.reveal())).collect();
        headers.sort();
        parts.extend(headers.into_iter().flat_map(|(name, value)| [name.into_bytes(), value.into()]));
        parts.push(access.username.as_ref().map(|name| name.reveal().into()).unwrap_or_default());
        let files = [&access.password_file, &access.cookie_file];
        parts.extend(files.map(|file| file.as_deref().map(path_bytes).unwrap_or_default()));
    }
    if parts.iter().all(Vec::is_empty) {
        return 0;
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let [first, second, ..] = digest(&parts).0;
    u16::from_be_bytes([first, second]).max(1)
}

fn path_bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().into()
}

/// An address as it may be shown and stored.
pub fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    // Both fail only for addresses that can't have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}
