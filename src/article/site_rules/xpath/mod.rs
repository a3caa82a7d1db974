//! XPath 1.0 over a page: what rules for sites are written in.
//!
//! Left out: variables, namespaces, `id()` with several names. Names are
//! compared without regard to case. Work is bounded by a [`Budget`].

mod axes;
mod eval;
mod expr;
mod functions;
mod lex;
mod parse;
mod tree;
mod value;

#[cfg(test)]
mod tests;

pub(in crate::article) use tree::{Kind, NodeRef, Tree};
pub(in crate::article) use value::Value;

/// Longer expressions are refused, in bytes.
const MAX_LENGTH: usize = 8_000;

/// An expression that was understood.
#[derive(Debug, Clone)]
pub(in crate::article) struct XPath {
    expr: expr::Expr,
    source: Box<str>,
}

/// Why an expression was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an XPath 1.0 expression: {what} (at character {at})")]
pub(in crate::article) struct XPathError {
    what: String,
    /// Counted from 1.
    at: usize,
}

/// An expression that asks for more work than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the expression asks for too much work on this page")]
pub(in crate::article) struct TooMuch;

/// How much work may still be done: visits of nodes, and 64 bytes of compared
/// text count as one.
#[derive(Debug, Clone, Copy)]
pub(in crate::article) struct Budget {
    left: u64,
}

impl Budget {
    /// So many units.
    pub(in crate::article) fn new(units: u64) -> Self {
        Self { left: units }
    }

    /// What is left.
    pub(in crate::article) fn left(self) -> u64 {
        self.left
    }

    /// Takes some of it, if there is enough.
    pub(in crate::article) fn spend(&mut self, units: usize) -> Result<(), TooMuch> {
        match self.left.checked_sub(units as u64) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(TooMuch)
            }
        }
    }

    fn read(&mut self, text: &str) -> Result<(), TooMuch> {
        self.spend(1 + text.len() / 64)
    }
}

impl XPath {
    /// Understands an expression.
    pub(in crate::article) fn parse(source: &str) -> Result<Self, XPathError> {
        let source = source.trim();
        if source.len() > MAX_LENGTH {
            return Err(XPathError { what: "too long".to_owned(), at: MAX_LENGTH });
        }
        Ok(Self { expr: parse::parse(source)?, source: source.into() })
    }

    /// As it was written.
    pub(in crate::article) fn source(&self) -> &str {
        &self.source
    }

    /// Whether it can find attributes at all.
    pub(in crate::article) fn finds_attributes(&self) -> bool {
        self.expr.finds_attributes()
    }

    /// Evaluates it with the document as context. Nodes come in document order,
    /// each once.
    pub(in crate::article) fn evaluate<'t>(
        &'t self,
        tree: &Tree<'t>,
        budget: &mut Budget,
    ) -> Result<Value<'t>, TooMuch> {
        eval::Evaluator { tree, budget }.expr(&self.expr, eval::Context::document())
    }
}
