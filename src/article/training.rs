//! What training needs: the classifier's input for each block of a page, and
//! extraction with a table that is not the built-in one. The numbers come from
//! the code that extracts, so that training and running can't drift apart. Used
//! by `examples/blocks.rs`.

use super::body::Look;
use super::doc::Doc;
use super::extras::EXTRAS;
use super::features::Overview;
use super::tokens::Tokens;
use super::{ExtractError, Extraction, Hints, Page, Rules, Table};

/// A block of text as the classifier sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Text, white space folded.
    pub text: String,
    /// `Paragraph`, `Heading`, `Item` …
    pub kind: String,
    /// Numbers of the first stage, without the logistic's score.
    pub features: Vec<f32>,
    /// Buckets of the logistic.
    pub buckets: Vec<u32>,
    /// Share of the text that is part of the candidate, 0 to 1.
    pub inside: f32,
}

fn look<T>(
    page: &Page<'_>,
    hints: &Hints,
    then: impl FnOnce(&Doc<'_>, &Overview<'_, '_>) -> T,
) -> Result<T, ExtractError> {
    super::with_page(page, hints, &Rules::default(), |doc: &Doc<'_>, known, _, _, _, _| {
        let look = Look::new(doc, known);
        let texts = look.texts();
        let overview = Overview::new(doc, &look.marks, known, look.candidate.as_ref(), &texts);
        Ok(then(doc, &overview))
    })
}

/// All blocks of text of a page.
///
/// # Errors
/// If the bytes are no HTML page.
pub fn samples(page: &Page<'_>, hints: &Hints) -> Result<Vec<Sample>, ExtractError> {
    look(page, hints, |doc, overview| {
        let mut tokens = Tokens::new(doc);
        let rows = overview.rows();
        let sample = |(one, features): (&super::features::Seen<'_>, Vec<f32>)| Sample {
            text: one.block.text.clone(),
            kind: format!("{:?}", one.block.kind),
            features,
            buckets: tokens.of(one, one.heading.map(|at| &overview.seen[at])),
            inside: one.inside,
        };
        overview.seen.iter().zip(rows).map(sample).collect()
    })
}

/// Numbers that the second stage adds, from the first stage's scores of all blocks.
///
/// # Errors
/// If the bytes are no HTML page.
pub fn extras(page: &Page<'_>, hints: &Hints, scores: &[f32]) -> Result<Vec<[f32; EXTRAS]>, ExtractError> {
    look(page, hints, |_, overview| {
        let mut scores = scores.to_vec();
        scores.resize(overview.seen.len(), -9.0);
        overview.extras(&scores)
    })
}

/// As [`super::extract`], with another table.
///
/// # Errors
/// As [`super::extract`].
pub fn extract_with(page: &Page<'_>, hints: &Hints, table: &Table) -> Result<Extraction, ExtractError> {
    super::extract_with(page, hints, &Rules::default(), table)
}
