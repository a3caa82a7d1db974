//! Expressions as they were understood.

use super::functions::Function;

#[derive(Debug, Clone)]
pub(super) enum Expr {
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Calculate(Operation, Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    Union(Vec<Expr>),
    Literal(Box<str>),
    Number(f64),
    Call(Function, Vec<Expr>),
    /// Steps from a start; predicates of the start are steps along `self`.
    Path(Start, Vec<Step>),
}

#[derive(Debug, Clone)]
pub(super) enum Start {
    /// The node in question.
    Here,
    /// The document.
    Document,
    /// Whatever an expression finds, filtered as a whole: `(//p)[1]`.
    Found(Box<Expr>, Vec<Predicate>),
}

#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Vec<Predicate>,
}

#[derive(Debug, Clone)]
pub(super) struct Predicate {
    pub(super) expr: Expr,
    /// Whether it may ask for the place among its siblings.
    pub(super) positional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Child,
    Descendant,
    DescendantOrSelf,
    This,
    Parent,
    Ancestor,
    AncestorOrSelf,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
    Attribute,
}

impl Axis {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "child" => Self::Child,
            "descendant" => Self::Descendant,
            "descendant-or-self" => Self::DescendantOrSelf,
            "self" => Self::This,
            "parent" => Self::Parent,
            "ancestor" => Self::Ancestor,
            "ancestor-or-self" => Self::AncestorOrSelf,
            "following-sibling" => Self::FollowingSibling,
            "preceding-sibling" => Self::PrecedingSibling,
            "following" => Self::Following,
            "preceding" => Self::Preceding,
            "attribute" => Self::Attribute,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    /// `*`: elements, or attributes on their axis.
    Any,
    /// Lower case.
    Name(Box<str>),
    Node,
    Text,
    Comment,
    /// `processing-instruction()`: a page has none.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Comparison {
    /// The same with its sides exchanged.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }

    pub(super) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Expr {
    /// Whether its value as a predicate may depend on the place: it is a number
    /// or asks for `position()` or `last()`. Steps below ask for places of their own.
    pub(super) fn is_positional(&self) -> bool {
        self.is_number() || self.asks_for_place()
    }

    /// Whether attributes may be among what it finds.
    pub(super) fn finds_attributes(&self) -> bool {
        match self {
            Self::Union(all) => all.iter().any(Self::finds_attributes),
            Self::Path(Start::Found(expr, _), steps) if steps.is_empty() => expr.finds_attributes(),
            Self::Path(_, steps) => steps.last().is_some_and(|step| step.axis == Axis::Attribute),
            _ => false,
        }
    }

    fn is_number(&self) -> bool {
        match self {
            Self::Number(_) | Self::Calculate(..) | Self::Negate(_) => true,
            Self::Call(function, _) => function.is_number(),
            _ => false,
        }
    }

    fn asks_for_place(&self) -> bool {
        match self {
            Self::Compare(_, a, b) | Self::Calculate(_, a, b) => a.asks_for_place() || b.asks_for_place(),
            Self::Negate(a) => a.asks_for_place(),
            Self::Or(all) | Self::And(all) | Self::Union(all) => all.iter().any(Self::asks_for_place),
            Self::Call(function, args) => function.is_place() || args.iter().any(Self::asks_for_place),
            Self::Path(Start::Found(expr, _), _) => expr.asks_for_place(),
            Self::Path(..) | Self::Literal(_) | Self::Number(_) => false,
        }
    }
}
