//! Values → [`Config`]: layers of defaults, the User-Agent, the folder of the data.

use super::Inputs;
use super::check;
use super::keys;
use super::read::{self, Value, Values};
use super::token::Token;
use super::types::{
    Content, Duplicates, Fetch, FullText, Handling, Identity, Listen, NamedOutput, Output, Place, Rule,
    Scrape, Server, Source, SourceKind, Store,
};
use crate::model::{Credentials, HostBudget, ItemSelectors, NamedHost, Proxy, Secret, SourceId};
use crate::search::Query;
use ipnet::IpNet;
use std::collections::HashSet;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Values of several places; the first one that has a key decides.
struct Layers<'v>(Vec<&'v Values>);

impl<'v> Layers<'v> {
    fn get(&self, name: &str) -> Option<&'v Value> {
        self.0.iter().find_map(|values| values.get(name))
    }

    fn flag(&self, name: &str) -> Option<bool> {
        if let Value::Flag(flag) = self.get(name)? { Some(*flag) } else { None }
    }

    fn int(&self, name: &str) -> Option<i64> {
        if let Value::Count(count) = self.get(name)? { Some(*count) } else { None }
    }

    fn count(&self, name: &str) -> Option<usize> {
        usize::try_from(self.int(name)?).ok()
    }

    fn span(&self, name: &str) -> Option<Duration> {
        if let Value::Span(span) = self.get(name)? { Some(*span) } else { None }
    }

    fn bytes(&self, name: &str) -> Option<u64> {
        if let Value::Bytes(bytes) = self.get(name)? { Some(*bytes) } else { None }
    }

    fn word(&self, name: &str) -> Option<&'static str> {
        if let Value::Choice(word) = self.get(name)? { Some(word) } else { None }
    }

    fn text(&self, name: &str) -> Option<String> {
        if let Value::Text(text) = self.get(name)? { Some(text.clone()) } else { None }
    }

    fn url(&self, name: &str) -> Option<Url> {
        if let Value::Url(url) = self.get(name)? { Some(Url::clone(url)) } else { None }
    }

    fn listen(&self, name: &str) -> Option<Listen> {
        if let Value::Listen(listen) = self.get(name)? { Some(listen.clone()) } else { None }
    }

    fn texts(&self, name: &str) -> Vec<String> {
        match self.get(name) {
            Some(Value::Texts(texts)) => texts.iter().map(|(_, text)| text.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// Sorted, without repeats.
    fn set(&self, name: &str) -> Vec<String> {
        let mut texts = self.texts(name);
        texts.sort();
        texts.dedup();
        texts
    }

    fn nets(&self, name: &str) -> Vec<IpNet> {
        if let Some(Value::Nets(nets)) = self.get(name) { nets.clone() } else { Vec::new() }
    }

    fn items(&self) -> Option<ItemSelectors> {
        if let Some(Value::Items(items)) = self.get("items") {
            Some(ItemSelectors::clone(items))
        } else {
            None
        }
    }

    fn rules(&self, name: &str) -> Vec<Rule> {
        if let Some(Value::Rules(rules)) = self.get(name) { rules.clone() } else { Vec::new() }
    }
}

/// `[output]`; `None` never happens with the built-in defaults.
pub(super) fn output(own: &Values) -> Option<Output> {
    let builtin = read::defaults(keys::OUTPUT);
    output_of(&Layers(vec![own, &builtin]))
}

/// One of `[outputs.*]`; what it doesn't say is as in `[output]`, but for title and description.
pub(super) fn named_output(name: &str, own: &Values, output: &Values) -> Option<NamedOutput> {
    let builtin = read::defaults(keys::OUTPUT);
    let (all, own) = (Layers(vec![own, output, &builtin]), Layers(vec![own]));
    let title = own.text("title").unwrap_or_else(|| name.to_owned());
    Some(NamedOutput {
        name: name.to_owned(),
        output: Output { title, description: own.text("description"), ..output_of(&all)? },
        tags: own.set("tags"),
        sources: own.set("sources").iter().filter_map(|id| SourceId::new(id)).collect(),
        query: own.text("query").and_then(|query| Query::parse(&query).ok()),
        keep: own.rules("keep"),
        drop: own.rules("drop"),
    })
}

/// `[websub] hub`
pub(super) fn hub(own: &Values) -> Option<Url> {
    Layers(vec![own]).url("hub")
}

fn output_of(all: &Layers<'_>) -> Option<Output> {
    Some(Output {
        title: all.text("title")?,
        description: all.text("description"),
        author: all.text("author"),
        base_url: all.url("base_url"),
        limit: all.count("limit")?,
        window: all.span("window")?,
        wait: all.span("wait")?,
        content: match all.word("content")? {
            "full" => Content::Full,
            "summary" => Content::Summary,
            _ => Content::None,
        },
        max_per_source: all.count("max_per_source"),
        duplicates: match all.word("duplicates")? {
            "all" => Duplicates::All,
            _ => Duplicates::Cluster,
        },
    })
}

/// `[server]`, with the token that was read from its file.
pub(super) fn server(own: &Values, token: Option<Token>, has_token_file: bool) -> Option<Server> {
    let builtin = read::defaults(keys::SERVER);
    let all = Layers(vec![own, &builtin]);
    Some(Server {
        listen: all.listen("listen")?,
        token,
        has_token_file,
        metrics: all.flag("metrics")?,
        status_page: all.flag("status_page")?,
    })
}

/// The token of `[server] token_file`; the path is relative to the configuration.
pub(super) fn token(own: &Values, file: &Path, inputs: &Inputs<'_>) -> Result<Option<Token>, String> {
    let Some(Value::Text(path)) = own.get("token_file") else { return Ok(None) };
    let content = (inputs.read)(&beside(file, path)).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            "the file does not exist; a relative path is relative to this file".to_owned()
        }
        _ => format!("the file cannot be read: {error}"),
    })?;
    Token::of_file(&content).map(Some)
}

/// A path as it is meant in `file`.
fn beside(file: &Path, path: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(path)
}

/// `[store]`
pub(super) fn store(own: &Values, file: &Path) -> Option<Store> {
    let builtin = read::defaults(keys::STORE);
    let all = Layers(vec![own, &builtin]);
    Some(Store {
        retention: all.span("retention")?,
        max_articles: all.count("max_articles"),
        backup_dir: all.text("backup_dir").map(|path| file.parent().unwrap_or(Path::new("")).join(path)),
        full_durability: all.word("durability")? == "full",
    })
}

/// `[scrape]`; a relative path is relative to the file.
pub(super) fn scrape(own: &Values, file: &Path) -> Option<Scrape> {
    let builtin = read::defaults(keys::SCRAPE);
    let all = Layers(vec![own, &builtin]);
    let folder = file.parent().unwrap_or(Path::new(""));
    let site_rules_dir = all.text("site_rules_dir").map(|path| folder.join(path));
    Some(Scrape { site_rules_dir, keep_pages: all.flag("keep_pages")? })
}

/// `[fetch]`
pub(super) fn fetch(own: &Values, base_url: Option<&Url>, version: &str) -> Option<Fetch> {
    let builtin = read::defaults(keys::FETCH);
    let all = Layers(vec![own, &builtin]);
    let public = base_url.filter(|url| !check::is_private(url)).map(|url| url.as_str().to_owned());
    let user_agent = all.text("user_agent").unwrap_or_else(|| match all.text("contact").or(public) {
        Some(contact) => format!("offprint/{version} (+{contact})"),
        None => format!("offprint/{version}"),
    });
    Some(Fetch {
        has_contact: names_somebody(&user_agent),
        user_agent,
        timeout: all.span("timeout")?,
        max_feed_size: all.bytes("max_feed_size")?,
        max_page_size: all.bytes("max_page_size")?,
        concurrency: all.count("concurrency")?,
        per_host: all.count("per_host")?,
        host_delay: all.span("host_delay")?,
        min_interval: all.span("min_interval")?,
        allow_private_addresses: all.flag("allow_private_addresses")?,
        allow_addresses: all.nets("allow_addresses"),
        obey_robots: all.word("robots")? == "obey",
        proxy: all.url("proxy").map(Proxy::new),
    })
}

/// `[hosts.NAME]`
pub(super) fn host(own: &Values, fetch: &Fetch) -> HostBudget {
    let own = Layers(vec![own]);
    HostBudget {
        per_host: own.count("per_host").unwrap_or(fetch.per_host),
        delay: own.span("delay").unwrap_or(fetch.host_delay),
    }
}

fn names_somebody(user_agent: &str) -> bool {
    user_agent.contains("://") || user_agent.contains('@')
}

/// What holds for every source that doesn't say otherwise.
pub(super) struct SourceDefaults<'v> {
    /// `[defaults]`
    pub(super) defaults: &'v Values,
    /// `[fetch]`, as written.
    pub(super) fetch_values: &'v Values,
    /// `[fetch]`, complete.
    pub(super) fetch: &'v Fetch,
    /// Read from the table of keys.
    pub(super) builtin: &'v Values,
    /// The file that `[defaults]` stands in.
    pub(super) file: &'v Path,
}

/// What doesn't fit together in `kind` and `items` of a source: the key it is about and why.
/// `has_items`: `items` stands there, be it right or wrong.
pub(super) fn kind_mistake(
    own: &Values,
    defaults: &Values,
    has_items: bool,
) -> Option<(&'static str, &'static str)> {
    let all = Layers(vec![own, defaults]);
    let page = all.word("kind") == Some("page");
    if page && all.get("items").is_none() && !has_items {
        return Some((
            "items",
            "missing; kind = \"page\" needs to know where the items stand, for example \
             items = { select = \"article.teaser\" }",
        ));
    }
    (!page && has_items).then_some(("items", "only a page has items; add kind = \"page\", or remove items"))
}

/// What is the same for many sources, kept once.
#[derive(Default)]
pub(super) struct Shared {
    handlings: HashSet<Arc<Handling>>,
    tags: HashSet<Arc<[String]>>,
}

/// The one in `all` that is equal.
fn shared<T: ?Sized + Eq + Hash>(all: &mut HashSet<Arc<T>>, one: Arc<T>) -> Arc<T> {
    if let Some(same) = all.get(&one) {
        return same.clone();
    }
    all.insert(one.clone());
    one
}

/// One source, as it stands in `file`, in a line that isn't known yet; `None` if its url is
/// missing or wrong.
pub(super) fn source(
    id: SourceId,
    own: &Values,
    file: &Arc<Path>,
    below: &SourceDefaults<'_>,
    common: &mut Shared,
) -> Option<Source> {
    let all = Layers(vec![own, below.defaults, below.builtin]);
    let url = all.url("url")?;
    Some(Source {
        id,
        place: Place { file: file.clone(), line: 0 },
        credentials: credentials(&url, own, file, below).map(Arc::new),
        url,
        title: all.text("title"),
        tags: shared(&mut common.tags, all.set("tags").into()),
        handling: shared(&mut common.handlings, Arc::new(handling(&all, own, below)?)),
    })
}

fn handling(all: &Layers<'_>, own: &Values, below: &SourceDefaults<'_>) -> Option<Handling> {
    let fetched = Layers(vec![own, below.defaults, below.fetch_values]);
    // The built-in interval gives way to a longer minimum; a written one was checked against it.
    let interval = all.span("interval")?.max(below.fetch.min_interval);
    Some(Handling {
        kind: match all.word("kind")? {
            "page" => SourceKind::Page(all.items()?),
            "sitemap" => SourceKind::Sitemap,
            _ => SourceKind::Feed,
        },
        proxy: fetched.url("proxy").map(Proxy::new),
        enabled: all.flag("enabled")?,
        priority: all.int("priority")?,
        interval,
        max_interval: if all.flag("adaptive")? { all.span("max_interval")?.max(interval) } else { interval },
        obey_hints: all.word("hints")? == "obey",
        websub: all.flag("websub")?,
        full_text: match all.word("full_text")? {
            "auto" => FullText::Auto,
            "always" => FullText::Always,
            _ => FullText::Never,
        },
        content_selector: all.text("content_selector"),
        remove_selectors: all.texts("remove_selectors"),
        next_page_selector: all.text("next_page_selector"),
        single_page_selector: all.text("single_page_selector"),
        max_pages: all.count("max_pages")?,
        strip_params: all.set("strip_params"),
        identity: if all.word("identity")? == "guid" { Identity::Guid } else { Identity::Url },
        first_import: all.count("first_import")?,
        keep: all.rules("keep"),
        drop: all.rules("drop"),
        timeout: fetched.span("timeout").unwrap_or(below.fetch.timeout),
        user_agent: all.text("user_agent").unwrap_or_else(|| below.fetch.user_agent.clone()),
        allow_private_addresses: fetched
            .flag("allow_private_addresses")
            .unwrap_or(below.fetch.allow_private_addresses),
        allow_addresses: fetched.nets("allow_addresses"),
    })
}

fn credentials(url: &Url, own: &Values, file: &Path, below: &SourceDefaults<'_>) -> Option<Credentials> {
    let all = Layers(vec![own, below.defaults]);
    let path = |name: &str| {
        let file = if own.get(name).is_some() { file } else { below.file };
        all.text(name).map(|path| beside(file, &path))
    };
    let credentials = Credentials {
        origin: url.origin(),
        hosts: all.texts("credential_hosts").iter().filter_map(|host| NamedHost::parse(host)).collect(),
        headers: match all.get("headers") {
            Some(Value::Headers(headers)) => headers.clone(),
            _ => Vec::new(),
        },
        username: all.text("username").map(Secret::new),
        password_file: path("password_file"),
        cookie_file: path("cookie_file"),
    };
    let any = !credentials.headers.is_empty()
        || credentials.username.is_some()
        || credentials.password_file.is_some()
        || credentials.cookie_file.is_some();
    any.then_some(credentials)
}

/// The folder of the data: as written (relative to the file), else where the system wants it.
pub(super) fn data_dir(top: &Values, file: &Path, env: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    if let Some(Value::Text(path)) = top.get("data_dir") {
        return Some(beside(file, path));
    }
    let absolute = |text: String| Some(PathBuf::from(text)).filter(|path| path.is_absolute());
    // systemd gives several folders separated by colons.
    let state = env("STATE_DIRECTORY").and_then(|all| absolute(all.split(':').next()?.to_owned()));
    state
        .or_else(|| Some(absolute(env("XDG_DATA_HOME")?)?.join("offprint")))
        .or_else(|| Some(absolute(env("HOME")?)?.join(".local/share/offprint")))
}

/// `include`: the patterns with their offsets.
pub(super) fn includes(top: &Values) -> &[(usize, String)] {
    if let Some(Value::Texts(patterns)) = top.get("include") { patterns } else { &[] }
}
