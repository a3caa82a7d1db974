//! The configuration once it has been read, checked and filled with defaults.

use super::token::Token;
use crate::model::{Credentials, HostBudget, HostBudgets, HostKey, ItemSelectors, Proxy, SourceId};
use crate::search::Query;
use regex::Regex;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Everything the operator decided.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub file: PathBuf,
    /// Holds `offprint.db`.
    pub data_dir: PathBuf,
    /// `[output]`
    pub output: Output,
    /// `[outputs.*]` in the order of their names.
    pub outputs: Vec<NamedOutput>,
    /// `[websub] hub`: who is told when something is new.
    pub hub: Option<Url>,
    /// `[server]`
    pub server: Server,
    /// `[fetch]`
    pub fetch: Fetch,
    /// `[hosts.*]`: hosts with a budget of their own.
    pub hosts: HashMap<HostKey, HostBudget>,
    /// `[scrape]`
    pub scrape: Scrape,
    /// `[store]`
    pub store: Store,
    /// `[sources.*]` in the order of their names, `[defaults]` applied.
    pub sources: Vec<Source>,
}

impl Config {
    /// What hosts are asked at most.
    pub fn budgets(&self) -> HostBudgets {
        let common = HostBudgets::new(self.fetch.per_host, self.fetch.host_delay);
        HostBudgets { own: self.hosts.clone(), ..common }
    }
}

/// `[output]`: the merged feed; every further feed has one of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Title of the merged feed.
    pub title: String,
    /// Subtitle.
    pub description: Option<String>,
    /// Author of the feed as a whole.
    pub author: Option<String>,
    /// Address under which readers reach the server; no trailing slash. `None`: from `listen`.
    pub base_url: Option<Url>,
    /// The newest so many entries.
    pub limit: usize,
    /// Beyond `limit`: everything discovered so long ago.
    pub window: Duration,
    /// Longest wait of an entry for the first attempt at its page.
    pub wait: Duration,
    /// How much of an entry is in the feed.
    pub content: Content,
    /// At most so many entries of one source.
    pub max_per_source: Option<usize>,
    /// How often a story appears that stands in several places.
    pub duplicates: Duplicates,
}

/// `[outputs.NAME]`: a further feed, a selection from all entries. What is said of tags,
/// sources and the query must all hold.
#[derive(Debug, Clone)]
pub struct NamedOutput {
    /// The name in its address.
    pub name: String,
    /// What it says of itself, how many entries it has and how much of them.
    pub output: Output,
    /// Only sources with one of these tags; empty: any.
    pub tags: Vec<String>,
    /// Only these sources; empty: any.
    pub sources: Vec<SourceId>,
    /// Only what this search finds.
    pub query: Option<Query>,
    /// Only entries that match any of these; empty: all.
    pub keep: Vec<Rule>,
    /// No entries that match any of these.
    pub drop: Vec<Rule>,
}

/// `[output] duplicates`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// Once, with the other places under it.
    Cluster,
    /// As often as it stands somewhere.
    All,
}

/// `[output] content`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The full text.
    Full,
    /// The teaser only.
    Summary,
    /// Titles and links only.
    None,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Where the server listens.
    pub listen: Listen,
    /// What readers must show; `None`: nothing.
    pub token: Option<Token>,
    /// Whether a file with a token is named; a command that doesn't serve leaves it unread.
    pub has_token_file: bool,
    /// Whether `/metrics` is there.
    pub metrics: bool,
    /// Whether the pages for people are there.
    pub status_page: bool,
}

/// `[server] listen`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// `host:port`, as written; a host name is resolved when binding.
    Tcp(String),
    /// `unix:/path`
    Unix(PathBuf),
}

/// `[fetch]`
#[derive(Debug, Clone, PartialEq)]
pub struct Fetch {
    /// Full value of `User-Agent`, already filled with version and contact.
    pub user_agent: String,
    /// Whether the User-Agent names somebody to talk to.
    pub has_contact: bool,
    /// Limit for a whole request.
    pub timeout: Duration,
    /// Bytes, after decompression.
    pub max_feed_size: u64,
    /// Bytes, after decompression.
    pub max_page_size: u64,
    /// Requests at once, in all.
    pub concurrency: usize,
    /// Requests at once to one host.
    pub per_host: usize,
    /// Pause between requests to one host; may be zero.
    pub host_delay: Duration,
    /// Floor of every `interval`.
    pub min_interval: Duration,
    /// Whether special addresses may be connected to.
    pub allow_private_addresses: bool,
    /// Special addresses that may be connected to all the same.
    pub allow_addresses: Vec<ipnet::IpNet>,
    /// `robots = "obey"`
    pub obey_robots: bool,
    /// The proxy of all requests.
    pub proxy: Option<Proxy>,
}

/// `[scrape]`: how articles are found on their pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scrape {
    /// Folder of Full-Text RSS site configs.
    pub site_rules_dir: Option<PathBuf>,
    /// Whether raw pages are kept.
    pub keep_pages: bool,
}

/// `[store]`
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    /// How long an entry is kept after it was last seen in its feed.
    pub retention: Duration,
    /// Most entries that are kept.
    pub max_articles: Option<usize>,
    /// Folder of the daily copies.
    pub backup_dir: Option<PathBuf>,
    /// `durability = "full"`: every commit waits for the disk.
    pub full_durability: bool,
}

/// A place in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<Path>,
    /// Line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// `kind` of a source, with what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A feed.
    Feed,
    /// A page without a feed; the selectors are checked.
    Page(ItemSelectors),
    /// A sitemap or an index of sitemaps.
    Sitemap,
}

/// `full_text`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FullText {
    /// Pages are fetched unless the feed's own text has proved complete.
    Auto,
    /// Every page is fetched.
    Always,
    /// No page is fetched.
    Never,
}

/// `identity`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The canonical address of an article, over all feeds.
    Url,
    /// The guid alone, within the feed.
    Guid,
}

/// `[sources.ID]`: what no other source has. The rest is its [`Handling`], whose fields are
/// used as if they were its own.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name.
    pub id: SourceId,
    /// Where it stands.
    pub place: Place,
    /// Address of the feed; may hold credentials, so never print it as it is.
    pub url: Url,
    /// Title instead of the feed's own.
    pub title: Option<String>,
    /// Tags of all its entries, sorted, without repeats.
    pub tags: Arc<[String]>,
    /// Headers, cookies and log-in, if there are any.
    pub credentials: Option<Arc<Credentials>>,
    /// How it is asked and read.
    pub handling: Arc<Handling>,
}

impl Deref for Source {
    type Target = Handling;

    fn deref(&self) -> &Handling {
        &self.handling
    }
}

/// How a source is asked and read. Thousands of sources say the same here, mostly
/// nothing: then it is kept once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Handling {
    /// What is at `url`.
    pub kind: SourceKind,
    /// Whether it is polled.
    pub enabled: bool,
    /// A higher priority's copy stands for its duplicates.
    pub priority: i64,
    /// Shortest time between two polls.
    pub interval: Duration,
    /// The longest pause that its habits can cause; `interval` without `adaptive`.
    pub max_interval: Duration,
    /// `hints = "obey"`
    pub obey_hints: bool,
    /// Whether the feed's hub is asked to announce what is new.
    pub websub: bool,
    /// Whether article pages are fetched.
    pub full_text: FullText,
    /// CSS selector of the article's body, checked.
    pub content_selector: Option<String>,
    /// CSS selectors of what is to be removed from pages, checked.
    pub remove_selectors: Vec<String>,
    /// CSS selector of the link to an article's next page, checked.
    pub next_page_selector: Option<String>,
    /// CSS selector of the link to the whole article on one page, checked.
    pub single_page_selector: Option<String>,
    /// Pages of one article that are fetched at most.
    pub max_pages: usize,
    /// Query parameters that are stripped from this source's links, lower case.
    pub strip_params: Vec<String>,
    /// What says that two items are one article.
    pub identity: Identity,
    /// Newest so many entries of the first poll are taken.
    pub first_import: usize,
    /// Only entries that match any of these; empty: all.
    pub keep: Vec<Rule>,
    /// No entries that match any of these.
    pub drop: Vec<Rule>,
    /// Limit for a whole request.
    pub timeout: Duration,
    /// Full value of `User-Agent`.
    pub user_agent: String,
    /// Whether special addresses may be connected to.
    pub allow_private_addresses: bool,
    /// Special addresses that may be connected to all the same.
    pub allow_addresses: Vec<ipnet::IpNet>,
    /// The proxy of its requests.
    pub proxy: Option<Proxy>,
}

/// One of `keep` or `drop`: `{ field, matches }`
#[derive(Debug, Clone)]
pub struct Rule {
    /// What is looked at.
    pub field: RuleField,
    /// Searched for anywhere in it.
    pub matches: Regex,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        (self.field, self.matches.as_str()) == (other.field, other.matches.as_str())
    }
}

impl Eq for Rule {}

impl Hash for Rule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.field, self.matches.as_str()).hash(state);
    }
}

/// `field` of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleField {
    /// Title.
    Title,
    /// Teaser, as text.
    Summary,
    /// The feed's own text.
    Text,
    /// Address of the article.
    Url,
    /// Names of the authors.
    Author,
    /// The feed's categories and the configured tags.
    Tag,
}
