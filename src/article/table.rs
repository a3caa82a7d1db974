//! The trained classifier: a logistic over hashed names and words, and two
//! stages of boosted trees. `scripts/train_blocks.py` writes the table; nothing
//! of any page is in it.
//!
//! Layout (little endian): `OPB1`; counts `u16` of features of stage one and
//! two; bias and step of the logistic as `f32`, then one `i8` for each bucket;
//! for each stage the number of trees as `u16`, its base score and the step of
//! its leaves as `f32`, then trees: number of splits `u8`; for each split its
//! feature `u16`, its threshold `f32`, what follows if the value is not greater
//! and if it is, each `i8`, a split if not negative, else the leaf `-1 - n`; then
//! leaves as `i16`.

use super::tokens::BUCKETS;
use std::sync::LazyLock;

static BUILT_IN: LazyLock<Option<Table>> = LazyLock::new(|| Table::read(include_bytes!("table.bin")));

#[derive(Debug, Clone, Copy)]
struct Split {
    feature: u16,
    threshold: f32,
    low: i8,
    high: i8,
}

#[derive(Debug, Clone)]
struct Tree {
    splits: Vec<Split>,
    leaves: Vec<f32>,
}

#[derive(Debug, Clone)]
struct Stage {
    base: f32,
    trees: Vec<Tree>,
}

/// Constants of the classifier.
#[derive(Debug, Clone)]
pub struct Table {
    features: [usize; 2],
    bias: f32,
    step: f32,
    weights: Vec<i8>,
    stages: [Stage; 2],
}

/// Reads numbers one after the other.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn f32(&mut self) -> Option<f32> {
        self.take().map(f32::from_le_bytes)
    }

    fn i8(&mut self) -> Option<i8> {
        self.take().map(i8::from_le_bytes)
    }

    fn stage(&mut self, features: usize) -> Option<Stage> {
        let count = self.u16()?;
        let (base, step) = (self.f32()?, self.f32()?);
        let mut trees = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let [splits] = self.take()?;
            let mut tree = Tree { splits: Vec::with_capacity(usize::from(splits)), leaves: Vec::new() };
            for index in 0..splits {
                let split =
                    Split { feature: self.u16()?, threshold: self.f32()?, low: self.i8()?, high: self.i8()? };
                // A child stands behind its parent, so that walking ends.
                let fine = |next: i8| {
                    if next >= 0 {
                        next as u8 > index && (next as u8) < splits
                    } else {
                        -1 - i16::from(next) <= i16::from(splits)
                    }
                };
                if usize::from(split.feature) >= features || !fine(split.low) || !fine(split.high) {
                    return None;
                }
                tree.splits.push(split);
            }
            for _ in 0..=splits {
                tree.leaves.push(f32::from(i16::from_le_bytes(self.take()?)) * step);
            }
            trees.push(tree);
        }
        Some(Stage { base, trees })
    }
}

impl Tree {
    fn score(&self, row: &[f32]) -> f32 {
        let mut at = if self.splits.is_empty() { -1 } else { 0i8 };
        while at >= 0 {
            let split = &self.splits[at as usize];
            at = if row[usize::from(split.feature)] <= split.threshold { split.low } else { split.high };
        }
        self.leaves[(-1 - i16::from(at)) as usize]
    }
}

impl Table {
    /// The table that is part of the program.
    pub(super) fn built_in() -> Option<&'static Self> {
        BUILT_IN.as_ref()
    }

    /// Reads a table; `None` if it is damaged.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        if &reader.take::<4>()? != b"OPB1" {
            return None;
        }
        let features = [usize::from(reader.u16()?), usize::from(reader.u16()?)];
        let (bias, step) = (reader.f32()?, reader.f32()?);
        let weights = reader.0.get(..BUCKETS)?.iter().map(|&byte| byte as i8).collect();
        reader.0 = &reader.0[BUCKETS..];
        let stages = [reader.stage(features[0])?, reader.stage(features[1])?];
        reader.0.is_empty().then_some(Self { features, bias, step, weights, stages })
    }

    /// Score of the logistic.
    pub(super) fn logistic(&self, buckets: &[u32]) -> f32 {
        let sum: i32 = buckets.iter().map(|&b| i32::from(self.weights[b as usize % BUCKETS])).sum();
        self.bias + self.step * sum as f32
    }

    /// Score (log odds) of one row in a stage; 0 if the row doesn't fit the table.
    pub(super) fn score(&self, stage: usize, row: &[f32]) -> f32 {
        if row.len() != self.features[stage] {
            return 0.0;
        }
        let stage = &self.stages[stage];
        stage.base + stage.trees.iter().map(|tree| tree.score(row)).sum::<f32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert!(Table::built_in().is_some());
    }

    #[test]
    fn damaged_tables_are_refused() {
        let good = include_bytes!("table.bin");
        assert!(Table::read(&good[..good.len() - 1]).is_none());
        assert!(Table::read(b"OPB2").is_none());
        assert!(Table::read(&[]).is_none());
        let mut bad = good.to_vec();
        bad.push(0);
        assert!(Table::read(&bad).is_none());
    }
}
