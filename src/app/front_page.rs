//! The front page: where to subscribe, what is new, how the sources are.

use crate::daemon::Press;
use crate::html::escape;
use crate::model::{PublishedEntry, SourceState};
use crate::server::Format;
use crate::store::{self, StoreError};
use std::fmt::Write;

/// Newest stories that are shown.
const STORIES: usize = 30;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1a1a18;--paper:#fbfaf6;--grey:#66645e;--rule:#c9c5b9;--bad:#9c1f12}
@media (prefers-color-scheme:dark){:root{--ink:#e8e5dc;--paper:#171714;--grey:#a5a196;--rule:#46443d;--bad:#f08a7c}}
body{background:var(--paper);color:var(--ink);font:1.0625rem/1.5 Georgia,'Times New Roman',serif;margin:0 auto;max-width:46rem;padding:1.5rem 1.25rem 4rem;overflow-wrap:anywhere}
h1{font-size:2.6rem;line-height:1.1;margin:.5rem 0;text-align:center;letter-spacing:-.01em}
header{border-bottom:3px double var(--rule);text-align:center;padding-bottom:.75rem}
h2{font-size:1rem;letter-spacing:.08em;text-transform:uppercase;border-bottom:1px solid var(--rule);margin-top:2.25rem}
a{color:inherit}ol,ul{list-style:none;padding:0}li{margin:.6rem 0}
small,.grey{color:var(--grey)}.bad{color:var(--bad)}
table{border-collapse:collapse;width:100%;font-size:.95rem}th{text-align:left;font-weight:600}
time{unicode-bidi:isolate}
td,th{padding:.3rem .75rem .3rem 0;vertical-align:top;border-bottom:1px solid var(--rule)}td.n,th.n{text-align:right}
";

/// The whole page.
pub(super) async fn render(press: &Press) -> Result<String, StoreError> {
    let engine = press.engine();
    let settings = engine.settings();
    let stories = press.headlines(&settings, STORIES).await?;
    let figures = engine.store().read(|conn| store::figures(conn, crate::os::now())).await?;
    let base = press.base_url(&settings);
    let output = &settings.config.output;
    let mut page = String::with_capacity(32 << 10);
    let title = escape(&output.title);
    let _ = write!(
        page,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style>"
    );
    for (format, name) in [(Format::Atom, "Atom"), (Format::Rss, "RSS"), (Format::Json, "JSON Feed")] {
        let kind = format.content_type().split(';').next().unwrap_or_default();
        let href = escape(&format!("{base}{}", format.path()));
        let _ = write!(page, "<link rel=\"alternate\" type=\"{kind}\" title=\"{name}\" href=\"{href}\">");
    }
    let _ = write!(page, "</head><body><header><h1>{title}</h1>");
    if let Some(description) = &output.description {
        let _ = write!(page, "<p>{}</p>", escape(description));
    }
    let _ = write!(page, "<p>Subscribe: ");
    for (format, name) in [(Format::Atom, "Atom"), (Format::Rss, "RSS"), (Format::Json, "JSON Feed")] {
        let _ = write!(page, "<a href=\"{}\">{name}</a> ", escape(&format!("{base}{}", format.path())));
    }
    let _ = write!(page, "</p></header><main><h2>Newest</h2>");
    push_stories(&mut page, &stories);
    let _ = write!(
        page,
        "<h2>Sources</h2><p class=\"grey\">{} entries stored, {} article pages waiting.</p>",
        figures.entries, figures.pages_waiting
    );
    push_sources(&mut page, &figures.sources);
    page.push_str("</main></body></html>\n");
    Ok(page)
}

fn push_stories(page: &mut String, stories: &[PublishedEntry]) {
    if stories.is_empty() {
        page.push_str("<p>Nothing yet. The first entries come with the first poll.</p>");
    }
    page.push_str("<ol>");
    for story in stories {
        let title = if story.title.is_empty() { "(no title)" } else { &story.title };
        let lang =
            story.lang.as_deref().map(|lang| format!(" lang=\"{}\"", escape(lang))).unwrap_or_default();
        let _ = write!(page, "<li{lang} dir=\"auto\">");
        let _ = match &story.url {
            Some(url) => write!(page, "<a href=\"{}\" rel=\"noreferrer\">{}</a>", escape(url), escape(title)),
            None => write!(page, "{}", escape(title)),
        };
        // Several feeds of one paper have its name.
        let mut origins: Vec<String> = Vec::new();
        for origin in &story.origins {
            let name = format!("<bdi>{}</bdi>", escape(&origin.title));
            if !origins.contains(&name) {
                origins.push(name);
            }
        }
        let _ = write!(
            page,
            "<br><small>{} · <time dir=\"ltr\" datetime=\"{}\">{}</time></small></li>",
            origins.join(", "),
            story.published,
            minute(story.published)
        );
    }
    page.push_str("</ol>");
}

fn push_sources(page: &mut String, sources: &[SourceState]) {
    page.push_str(
        "<table><thead><tr><th>Source<th class=\"n\">Entries<th>Last success<th>Next poll</tr></thead><tbody>",
    );
    for source in sources {
        let name = source.title.as_deref().unwrap_or(source.id.as_str());
        let last = source.last_success.map_or_else(|| "never".to_owned(), minute);
        let next = if source.gone { "never: gone (410)".to_owned() } else { minute(source.next_due) };
        let _ = write!(
            page,
            "<tr><td dir=\"auto\">{}<td class=\"n\">{}<td>{last}<td>{next}<br><small>{}</small>",
            escape(name),
            source.entries,
            escape(&source.why)
        );
        if let Some(error) = &source.error {
            let _ = write!(page, "<tr><td colspan=\"4\" class=\"bad\">{}", escape(error));
        }
    }
    page.push_str("</tbody></table>");
}

/// `2026-03-02 10:05 UTC`
fn minute(time: jiff::Timestamp) -> String {
    let text = time.to_string();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {} UTC", clock.get(..5).unwrap_or_default())
}
