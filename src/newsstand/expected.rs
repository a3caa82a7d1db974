//! What a right aggregator makes of the newsstand.

use super::desk::Desk;
use super::library::Story;
use super::setup::DESK_ID;
use super::sites::{CLOSED, COURIER, Format};

/// One entry that the merged feed must hold exactly once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedEntry {
    /// Address of the article without tracking parameters, slash at the end and fragment.
    pub url: String,
    /// Headline.
    pub title: String,
    /// Addresses of other versions: any of them may be the one that is shown.
    pub copies: Vec<String>,
    /// Names of the sources that carry it or another version; more than one: they must have been merged.
    pub sources: Vec<String>,
    /// Whether the whole text must be there; if not, `markers` must be absent
    /// because robots.txt closes the page and the feed has no more than a summary.
    pub complete: bool,
    /// Whether the text can only come from the article's page: the feed has a summary.
    pub from_page: bool,
    /// First and last paragraph of the article, plain text, white space folded.
    pub markers: Vec<String>,
    /// Language of the article.
    pub lang: String,
}

/// What one round over all sources must bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// All entries, in no particular order.
    pub entries: Vec<ExpectedEntry>,
    /// Sources that must be reported as failing, and no others.
    pub failing: Vec<String>,
    /// Texts of the pages that are no part of any article.
    pub absent: Vec<String>,
}

/// Furniture of the pages: notices, boxes, teasers.
pub(super) const FURNITURE: [&str; 9] = [
    "store cookies on your device",
    "Sign up for the Morning Tide",
    "Share this story",
    "Print this page",
    "readers have commented",
    "Most read today",
    "All rights reserved",
    "Wir verwenden Cookies",
    "Alle Rechte vorbehalten",
];

pub(super) fn expected(desk: &Desk) -> Expected {
    let mut entries: Vec<ExpectedEntry> = Vec::new();
    let mut links: Vec<(String, &str)> = Vec::new();
    let mut agencies: Vec<(&str, Vec<&Story>)> = Vec::new();
    for (site, paper) in desk.papers.iter().enumerate() {
        for issue in desk.issued(site) {
            let (story, url) = (issue.story, desk.address(site, issue.story));
            if desk.target(story).is_some() {
                links.push((url, paper.make.id));
                continue;
            }
            let mut sources = vec![paper.make.id.to_owned()];
            let agency = agencies.iter_mut().find(|(name, _)| *name == story.agency && !name.is_empty());
            if let Some((_, versions)) = agency
                && let Some(entry) = entries.iter_mut().find(|entry| entry.title == versions[0].title)
            {
                versions.push(story);
                entry.copies.push(url);
                entry.sources.append(&mut sources);
                entry.markers = Story::markers(versions);
                continue;
            }
            agencies.push((&story.agency, vec![story]));
            if site == COURIER && story.section == "harbour" {
                sources.push(DESK_ID.to_owned());
            }
            entries.push(ExpectedEntry {
                url,
                copies: Vec::new(),
                title: story.title.clone(),
                sources,
                complete: story.section != CLOSED,
                from_page: !matches!(paper.make.format, Format::AtomFull | Format::Json),
                markers: Story::markers(&[story]),
                lang: story.lang.clone(),
            });
        }
    }
    for (url, source) in links {
        if let Some(entry) = entries.iter_mut().find(|entry| entry.url == url) {
            entry.sources.push(source.to_owned());
        }
    }
    let failing = desk.papers.iter().filter(|paper| paper.make.format == Format::Broken);
    Expected {
        entries,
        failing: failing.map(|paper| paper.make.id.to_owned()).collect(),
        absent: FURNITURE.map(str::to_owned).into(),
    }
}
