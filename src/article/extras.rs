//! What the first stage said about a block's surroundings: the second stage's
//! further numbers. Their order is part of the trained table.

use super::features::{Overview, log};
use std::collections::HashMap;

/// How many numbers the second stage adds.
pub(super) const EXTRAS: usize = 21;

impl Overview<'_, '_> {
    /// Numbers for the second stage, from the first stage's scores of all blocks.
    pub(super) fn extras(&self, scores: &[f32]) -> Vec<[f32; EXTRAS]> {
        let chance: Vec<f32> = scores.iter().map(|score| 1.0 / (1.0 + (-score).exp())).collect();
        let mut sums = vec![0f32; chance.len() + 1];
        for (at, p) in chance.iter().enumerate() {
            sums[at + 1] = sums[at] + p;
        }
        let mean = |from: usize, to: usize| {
            if to > from { (sums[to] - sums[from]) / (to - from) as f32 } else { 0.0 }
        };
        let mut by_signature: HashMap<u64, (f32, f32)> = HashMap::new();
        let mut by_parent: HashMap<usize, (f32, f32)> = HashMap::new();
        let mut by_branch: HashMap<usize, (f32, f32)> = HashMap::new();
        for (one, p) in self.seen.iter().zip(&chance) {
            let parent = self.doc.items[one.block.at].parent;
            for (sum, count) in [
                by_signature.entry(one.signature).or_default(),
                by_parent.entry(parent).or_default(),
                by_branch.entry(one.branch).or_default(),
            ] {
                *sum += p;
                *count += 1.0;
            }
        }
        let yes: Vec<usize> = (0..chance.len()).filter(|&at| chance[at] > 0.5).collect();
        let top = chance.iter().copied().fold(0.0, f32::max);
        let kept: f32 = yes.iter().map(|&at| self.seen[at].block.chars as f32).sum();
        let average = |found: Option<&(f32, f32)>| found.map_or(0.0, |(sum, count)| sum / count.max(1.0));
        (0..chance.len())
            .map(|at| {
                let one = &self.seen[at];
                let near = |offset: isize| {
                    at.checked_add_signed(offset).and_then(|at| scores.get(at)).copied().unwrap_or(-6.0)
                };
                let before = yes.partition_point(|&kept| kept < at);
                let after = yes.partition_point(|&kept| kept <= at);
                let n = chance.len();
                [
                    scores[at],
                    near(-1),
                    near(1),
                    near(-2),
                    near(2),
                    near(-3),
                    near(3),
                    mean(at.saturating_sub(5), at),
                    mean(at + 1, (at + 6).min(n)),
                    mean(at.saturating_sub(15), at),
                    mean((at + 1).min(n), (at + 16).min(n)),
                    top,
                    log(kept),
                    before as f32 / yes.len().max(1) as f32,
                    before.checked_sub(1).map_or(50.0, |k| (at - yes[k]).min(50) as f32),
                    yes.get(after).map_or(50.0, |k| (k - at).min(50) as f32),
                    average(by_signature.get(&one.signature)),
                    average(by_parent.get(&self.doc.items[one.block.at].parent)),
                    average(by_branch.get(&one.branch)),
                    one.heading.map_or(-6.0, |heading| scores[heading]),
                    one.block.chars as f32 / kept.max(1.0),
                ]
            })
            .collect()
    }
}
