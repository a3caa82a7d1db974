//! stub to be replaced by the merge
use crate::model::*;
pub struct Page<'a> {
    pub bytes: &'a [u8],
    pub content_type: Option<&'a str>,
    pub url: &'a url::Url,
}
#[derive(Default)]
pub struct Hints {
    pub title: Option<String>,
    pub summary: Option<String>,
    pub authors: Vec<String>,
    pub published: Option<jiff::Timestamp>,
    pub feed_text: Option<String>,
}
#[derive(Default)]
pub struct Rules {
    pub content_selector: Option<String>,
    pub remove_selectors: Vec<String>,
}
pub struct Extraction {
    pub article: Article,
    pub selector_missed: bool,
}
pub struct V;
impl V {
    pub fn is_better(&self) -> bool {
        true
    }
}
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct E {
    pub kind: &'static str,
}
pub fn extract(_: &Page<'_>, _: &Hints, _: &Rules) -> Result<Extraction, E> {
    Err(E { kind: "stub" })
}
pub fn better_than_feed(_: &Article, _: Option<&str>) -> V {
    V
}
pub fn to_json(_: &serde_json::Value, _: &Extraction) -> serde_json::Value {
    serde_json::Value::Null
}
pub fn to_markdown(_: &Article, _: &str) -> String {
    String::new()
}

impl Extraction {
    pub fn explain(&self) -> String {
        String::new()
    }
}
