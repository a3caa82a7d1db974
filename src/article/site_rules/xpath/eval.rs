//! Evaluation. Recursion follows the expression, which is bounded, never the page.

use super::expr::{Axis, Comparison, Expr, Operation, Predicate, Start, Step};
use super::tree::{NodeRef, Tree};
use super::value::{Value, number};
use super::{Budget, TooMuch, axes};
use std::borrow::Cow;

/// What an expression is evaluated against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    pub(super) node: NodeRef,
    pub(super) position: usize,
    pub(super) size: usize,
}

impl Context {
    pub(super) fn document() -> Self {
        Self { node: NodeRef { node: 0, attribute: 0 }, position: 1, size: 1 }
    }
}

pub(super) struct Evaluator<'e, 't> {
    pub(super) tree: &'e Tree<'t>,
    pub(super) budget: &'e mut Budget,
}

type Result<T> = std::result::Result<T, TooMuch>;

impl<'t> Evaluator<'_, 't> {
    pub(super) fn expr(&mut self, expr: &'t Expr, context: Context) -> Result<Value<'t>> {
        self.budget.spend(1)?;
        Ok(match expr {
            Expr::Or(all) => Value::Flag(self.any(all, context, true)?),
            Expr::And(all) => Value::Flag(!self.any(all, context, false)?),
            Expr::Compare(how, a, b) => {
                let (a, b) = (self.expr(a, context)?, self.expr(b, context)?);
                Value::Flag(self.compare(*how, a, b)?)
            }
            Expr::Calculate(how, a, b) => {
                let (a, b) = (self.number(a, context)?, self.number(b, context)?);
                Value::Number(match how {
                    Operation::Add => a + b,
                    Operation::Subtract => a - b,
                    Operation::Multiply => a * b,
                    Operation::Divide => a / b,
                    Operation::Remainder => a % b,
                })
            }
            Expr::Negate(inner) => Value::Number(-self.number(inner, context)?),
            Expr::Union(all) => {
                let mut nodes = Vec::new();
                for one in all {
                    if let Value::Nodes(more) = self.expr(one, context)? {
                        nodes.extend(more);
                    }
                }
                nodes.sort_unstable();
                nodes.dedup();
                Value::Nodes(nodes)
            }
            Expr::Literal(text) => Value::Text(Cow::Borrowed(text)),
            Expr::Number(number) => Value::Number(*number),
            Expr::Call(function, args) => self.call(*function, args, context)?,
            Expr::Path(start, steps) => self.path(start, steps, context)?,
        })
    }

    /// Whether any of them comes to `wanted`; the rest is not looked at then.
    fn any(&mut self, all: &'t [Expr], context: Context, wanted: bool) -> Result<bool> {
        for one in all {
            if self.expr(one, context)?.flag() == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn text(&mut self, expr: &'t Expr, context: Context) -> Result<Cow<'t, str>> {
        match self.expr(expr, context)? {
            Value::Nodes(nodes) => match nodes.first() {
                Some(&first) => self.text_of(first),
                None => Ok(Cow::Borrowed("")),
            },
            other => Ok(other.text(self.tree)),
        }
    }

    pub(super) fn number(&mut self, expr: &'t Expr, context: Context) -> Result<f64> {
        match self.expr(expr, context)? {
            Value::Nodes(nodes) => match nodes.first() {
                Some(&first) => Ok(number(&self.text_of(first)?)),
                None => Ok(f64::NAN),
            },
            other => Ok(other.number(self.tree)),
        }
    }

    /// String-value of a node; its cost is what lies below and what is read.
    pub(super) fn text_of(&mut self, node: NodeRef) -> Result<Cow<'t, str>> {
        if node.attribute == 0 {
            self.budget.spend(self.tree.end(node.node) - node.node)?;
        }
        let text = self.tree.text(node);
        self.budget.read(&text)?;
        Ok(text)
    }

    fn path(&mut self, start: &'t Start, steps: &'t [Step], context: Context) -> Result<Value<'t>> {
        let mut nodes = match start {
            Start::Here => vec![context.node],
            Start::Document => vec![NodeRef { node: 0, attribute: 0 }],
            Start::Found(expr, predicates) => match self.expr(expr, context)? {
                Value::Nodes(mut nodes) => {
                    for predicate in predicates {
                        self.filter(&mut nodes, 0, predicate)?;
                    }
                    nodes
                }
                // Only nodes have steps and places; texts are left as they are.
                other if steps.is_empty() => return Ok(other),
                _ => Vec::new(),
            },
        };
        for step in steps {
            nodes = self.step(&nodes, step)?;
        }
        Ok(Value::Nodes(nodes))
    }

    fn step(&mut self, from: &[NodeRef], step: &'t Step) -> Result<Vec<NodeRef>> {
        let mut out = Vec::new();
        let whole = matches!(step.axis, Axis::Descendant | Axis::DescendantOrSelf)
            && !step.predicates.iter().any(|predicate| predicate.positional);
        let mut covered = 0;
        for &node in from {
            // What lies below an earlier node has been found below that one.
            if whole && node.attribute == 0 {
                if node.node < covered {
                    continue;
                }
                covered = self.tree.end(node.node);
            }
            let start = out.len();
            axes::collect(self.tree, node, step.axis, &step.test, self.budget, &mut out)?;
            for predicate in &step.predicates {
                self.filter(&mut out, start, predicate)?;
            }
        }
        if !out.is_sorted() {
            out.sort_unstable();
        }
        out.dedup();
        Ok(out)
    }

    /// Leaves of the nodes from `start` on those for which the predicate holds.
    fn filter(&mut self, nodes: &mut Vec<NodeRef>, start: usize, predicate: &'t Predicate) -> Result<()> {
        let size = nodes.len() - start;
        if let Expr::Number(place) = predicate.expr {
            let kept = (1..=size).find(|&at| at as f64 == place).map(|at| nodes[start + at - 1]);
            nodes.truncate(start);
            nodes.extend(kept);
            return Ok(());
        }
        let mut kept = start;
        for at in start..nodes.len() {
            let context = Context { node: nodes[at], position: at - start + 1, size };
            let holds = match self.expr(&predicate.expr, context)? {
                Value::Number(place) => place == context.position as f64,
                other => other.flag(),
            };
            if holds {
                nodes[kept] = nodes[at];
                kept += 1;
            }
        }
        nodes.truncate(kept);
        Ok(())
    }

    /// Comparisons (§3.4): with nodes, one that fits is enough.
    fn compare(&mut self, how: Comparison, a: Value<'t>, b: Value<'t>) -> Result<bool> {
        let equality = matches!(how, Comparison::Equal | Comparison::Unequal);
        match (a, b) {
            (Value::Nodes(a), Value::Nodes(b)) => self.compare_nodes(how, &a, &b),
            (Value::Nodes(nodes), other) => self.compare_each(how, &nodes, other),
            (other, Value::Nodes(nodes)) => self.compare_each(how.turned(), &nodes, other),
            (a, b) if equality => {
                let equal = match (&a, &b) {
                    (Value::Flag(_), _) | (_, Value::Flag(_)) => a.flag() == b.flag(),
                    (Value::Number(_), _) | (_, Value::Number(_)) => {
                        a.number(self.tree) == b.number(self.tree)
                    }
                    _ => a.text(self.tree) == b.text(self.tree),
                };
                Ok(equal == (how == Comparison::Equal))
            }
            (a, b) => Ok(how.holds(a.number(self.tree), b.number(self.tree))),
        }
    }

    fn compare_each(&mut self, how: Comparison, nodes: &[NodeRef], with: Value<'t>) -> Result<bool> {
        if let Value::Flag(flag) = with {
            return Ok(how.holds(f64::from(u8::from(!nodes.is_empty())), f64::from(u8::from(flag))));
        }
        for &node in nodes {
            let text = self.text_of(node)?;
            let holds = match (&with, how) {
                (Value::Text(with), Comparison::Equal) => text == *with,
                (Value::Text(with), Comparison::Unequal) => text != *with,
                _ => how.holds(number(&text), with.clone().number(self.tree)),
            };
            if holds {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn compare_nodes(&mut self, how: Comparison, a: &[NodeRef], b: &[NodeRef]) -> Result<bool> {
        let mut texts = Vec::with_capacity(b.len());
        for &node in b {
            texts.push(self.text_of(node)?);
        }
        for &node in a {
            let text = self.text_of(node)?;
            self.budget.spend(texts.len())?;
            let holds = texts.iter().any(|other| match how {
                Comparison::Equal => text == *other,
                Comparison::Unequal => text != *other,
                _ => how.holds(number(&text), number(other)),
            });
            if holds {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
