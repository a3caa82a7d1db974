//! What is allowed, yet probably not meant.

use super::types::Config;
use std::collections::HashMap;

impl Config {
    /// Advice for the operator, one sentence each; nothing in it is secret.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.sources.is_empty() {
            warnings.push("no sources: nothing will be polled; add [sources.NAME] with a url".to_owned());
        } else if self.sources.iter().all(|source| !source.enabled) {
            warnings.push("every source is disabled: nothing will be polled".to_owned());
        }
        if !self.fetch.has_contact {
            warnings.push(
                "fetch.contact: the User-Agent names nobody to talk to; set a web or mail address for the people \
                 whose servers are polled"
                    .to_owned(),
            );
        }
        let mut first = HashMap::new();
        for source in self.sources.iter().filter(|source| source.enabled) {
            let mut url = source.url.clone();
            url.set_fragment(None);
            let other = first.entry(String::from(url)).or_insert(&source.id);
            if **other != source.id {
                warnings.push(format!(
                    "sources.{} and sources.{other} have the same url, which is polled twice; disable or remove one",
                    source.id
                ));
            }
        }
        warnings
    }
}
