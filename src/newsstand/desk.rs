//! What all sites know together: addresses, stories, and which of them are out.

use super::library::{self, Story};
use super::origin::lock;
use super::sites::{COURIER, DESK_SUFFIX, Format, MAKES, Make};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::Mutex;
use tokio::time::Instant;

/// A story that is out.
#[derive(Clone, Copy)]
pub(super) struct Issue<'a> {
    pub story: &'a Story,
    pub date: Timestamp,
}

/// One site's part of the desk.
pub(super) struct Paper {
    pub make: &'static Make,
    /// `http://127.0.0.1:PORT`
    pub base: String,
    pub stories: Vec<Story>,
}

/// All papers, and the dates of the stories that are out.
pub(super) struct Desk {
    pub papers: Vec<Paper>,
    start: Timestamp,
    clock: Instant,
    /// By site and story.
    late: Mutex<HashMap<(usize, usize), Timestamp>>,
}

impl Desk {
    /// A desk whose sites have these addresses; stories are dated from `now` on.
    pub fn new(bases: Vec<String>, now: Timestamp) -> Self {
        let papers = MAKES
            .iter()
            .zip(bases)
            .map(|(make, base)| Paper { make, base, stories: stories_of(make) })
            .collect();
        Self { papers, start: now, clock: Instant::now(), late: Mutex::default() }
    }

    /// The stories of a site that are out, newest first.
    pub fn issued(&self, site: usize) -> Vec<Issue<'_>> {
        let late = lock(&self.late);
        let mut issues: Vec<Issue> = self.papers[site]
            .stories
            .iter()
            .enumerate()
            .filter_map(|(i, story)| {
                let date = if story.later { late.get(&(site, i)).copied()? } else { self.dated(story) };
                Some(Issue { story, date })
            })
            .collect();
        issues.sort_by_key(|issue| std::cmp::Reverse(issue.date));
        issues
    }

    fn dated(&self, story: &Story) -> Timestamp {
        self.start.saturating_sub(SignedDuration::from_mins(story.ago)).unwrap_or(self.start)
    }

    /// Brings out the next story: one site after the other, in the order of the files.
    /// `None` when all are out.
    pub fn publish_next(&self) -> Option<(usize, &Story)> {
        let mut late = lock(&self.late);
        let mut waiting: Vec<(usize, usize, usize)> = Vec::new();
        for (site, paper) in self.papers.iter().enumerate() {
            let later = paper.stories.iter().enumerate().filter(|(_, story)| story.later);
            waiting.extend(later.enumerate().map(|(turn, (i, _))| (turn, site, i)));
        }
        waiting.sort_unstable();
        let (_, site, i) = waiting.into_iter().find(|&(_, site, i)| !late.contains_key(&(site, i)))?;
        let passed = SignedDuration::try_from(self.clock.elapsed()).unwrap_or_default();
        late.insert((site, i), self.start.saturating_add(passed).unwrap_or(self.start));
        Some((site, &self.papers[site].stories[i]))
    }

    /// Address of a story without any decoration; for a link, that of its target.
    pub fn address(&self, site: usize, story: &Story) -> String {
        match self.target(story) {
            Some((other, target)) => self.address(other, target),
            None => format!("{}{}", self.papers[site].base, path(story)),
        }
    }

    /// Address of a story as the site's own feed gives it.
    pub fn feed_link(&self, site: usize, story: &Story, desk: bool) -> String {
        let suffix = match self.papers[site].make {
            _ if desk && site == COURIER => DESK_SUFFIX,
            _ if !story.link.is_empty() => &story.suffix,
            make => make.link_suffix,
        };
        self.address(site, story) + suffix
    }

    /// The story that a link leads to.
    pub fn target<'a>(&'a self, story: &Story) -> Option<(usize, &'a Story)> {
        let (id, slug) = story.link.split_once('/')?;
        let site = self.papers.iter().position(|paper| paper.make.id == id)?;
        let target = self.papers[site].stories.iter().find(|other| other.slug == slug)?;
        Some((site, target))
    }
}

/// Path of a story's page.
pub(super) fn path(story: &Story) -> String {
    format!("/{}/{}", story.section, story.slug)
}

fn stories_of(make: &Make) -> Vec<Story> {
    if make.format == Format::Broken {
        return Vec::new();
    }
    let mut stories = library::read(make.stories);
    for story in &mut stories {
        if story.lang.is_empty() {
            story.lang = make.lang.to_owned();
        }
        if story.section.is_empty() {
            story.section = "notes".to_owned();
        }
    }
    stories
}
