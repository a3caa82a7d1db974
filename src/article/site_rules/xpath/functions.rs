//! The core functions (XPath 1.0 §4).

use super::TooMuch;
use super::eval::{Context, Evaluator};
use super::expr::Expr;
use super::tree::NodeRef;
use super::value::{Value, number};
use std::borrow::Cow;

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal ..= $most:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Function { $($variant,)* }

        impl Function {
            pub(super) fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            /// Whether it can have so many arguments.
            pub(super) fn takes(self, count: usize) -> bool {
                match self { $(Self::$variant => ($least..=$most).contains(&count),)* }
            }
        }
    };
}

functions! {
    Last "last" 0..=0,
    Position "position" 0..=0,
    Count "count" 1..=1,
    Id "id" 1..=1,
    LocalName "local-name" 0..=1,
    Name "name" 0..=1,
    Namespace "namespace-uri" 0..=1,
    Text "string" 0..=1,
    Concat "concat" 2..=200,
    StartsWith "starts-with" 2..=2,
    Contains "contains" 2..=2,
    Before "substring-before" 2..=2,
    After "substring-after" 2..=2,
    Substring "substring" 2..=3,
    Length "string-length" 0..=1,
    Normalize "normalize-space" 0..=1,
    Translate "translate" 3..=3,
    Boolean "boolean" 1..=1,
    Not "not" 1..=1,
    True "true" 0..=0,
    False "false" 0..=0,
    Lang "lang" 1..=1,
    Number "number" 0..=1,
    Sum "sum" 1..=1,
    Floor "floor" 1..=1,
    Ceiling "ceiling" 1..=1,
    Round "round" 1..=1,
}

impl Function {
    pub(super) fn is_number(self) -> bool {
        matches!(
            self,
            Self::Last
                | Self::Position
                | Self::Count
                | Self::Length
                | Self::Number
                | Self::Sum
                | Self::Floor
                | Self::Ceiling
                | Self::Round
        )
    }

    pub(super) fn is_place(self) -> bool {
        matches!(self, Self::Last | Self::Position)
    }
}

type Result<T> = std::result::Result<T, TooMuch>;

impl<'t> Evaluator<'_, 't> {
    pub(super) fn call(
        &mut self,
        function: Function,
        args: &'t [Expr],
        context: Context,
    ) -> Result<Value<'t>> {
        use Function as F;
        let flag = Value::Flag;
        Ok(match function {
            F::Last => Value::Number(context.size as f64),
            F::Position => Value::Number(context.position as f64),
            F::True => flag(true),
            F::False => flag(false),
            F::Boolean => flag(self.expr(&args[0], context)?.flag()),
            F::Not => flag(!self.expr(&args[0], context)?.flag()),
            F::Count | F::Sum | F::LocalName | F::Name | F::Namespace | F::Id | F::Lang => {
                self.call_on_nodes(function, args, context)?
            }
            F::Number => Value::Number(match args.first() {
                Some(arg) => self.number(arg, context)?,
                None => number(&self.here(context)?),
            }),
            F::Floor => Value::Number(self.number(&args[0], context)?.floor()),
            F::Ceiling => Value::Number(self.number(&args[0], context)?.ceil()),
            F::Round => Value::Number(round(self.number(&args[0], context)?)),
            _ => self.call_on_text(function, args, context)?,
        })
    }

    fn call_on_nodes(&mut self, function: Function, args: &'t [Expr], context: Context) -> Result<Value<'t>> {
        use Function as F;
        let value = match args.first() {
            Some(arg) => self.expr(arg, context)?,
            None => Value::Nodes(vec![context.node]),
        };
        let nodes = match (&value, function) {
            (Value::Nodes(nodes), _) => nodes.as_slice(),
            _ => &[],
        };
        Ok(match function {
            F::Count => Value::Number(nodes.len() as f64),
            F::Sum => {
                let mut sum = 0.0;
                for &node in nodes {
                    sum += number(&self.text_of(node)?);
                }
                Value::Number(sum)
            }
            F::LocalName | F::Name => Value::Text(
                nodes.first().map_or(Cow::Borrowed(""), |&node| Cow::Borrowed(self.tree.name(node))),
            ),
            F::Lang => {
                let wanted = value.text(self.tree).to_ascii_lowercase();
                Value::Flag(self.language(context.node).is_some_and(|lang| {
                    lang == wanted || lang.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with('-'))
                }))
            }
            F::Id => {
                let wanted = value.text(self.tree).into_owned();
                let mut found = Vec::new();
                for node in 0..self.tree.len() {
                    self.budget.spend(1)?;
                    if !self.tree.is_gone(node) && self.tree.attribute(node, "id") == Some(wanted.trim()) {
                        found.push(NodeRef { node, attribute: 0 });
                        break;
                    }
                }
                Value::Nodes(found)
            }
            _ => Value::Text(Cow::Borrowed("")),
        })
    }

    fn language(&self, from: NodeRef) -> Option<String> {
        let mut node = from.node;
        loop {
            let lang = self.tree.attribute(node, "lang").or_else(|| self.tree.attribute(node, "xml:lang"));
            match lang {
                Some(lang) => return Some(lang.to_ascii_lowercase()),
                None if node == 0 => return None,
                None => node = self.tree.parent(node),
            }
        }
    }

    fn call_on_text(&mut self, function: Function, args: &'t [Expr], context: Context) -> Result<Value<'t>> {
        use Function as F;
        let first = match args.first() {
            Some(arg) => self.text(arg, context)?,
            None => self.here(context)?,
        };
        Ok(match function {
            F::Contains | F::StartsWith | F::Before | F::After => {
                let second = self.text(&args[1], context)?;
                self.budget.read(&first)?;
                match function {
                    F::Contains => Value::Flag(first.contains(&*second)),
                    F::StartsWith => Value::Flag(first.starts_with(&*second)),
                    F::Before => Value::Text(part(first, &second, true)),
                    _ => Value::Text(part(first, &second, false)),
                }
            }
            F::Concat => {
                let mut all = first.into_owned();
                for arg in &args[1..] {
                    let more = self.text(arg, context)?;
                    self.budget.read(&more)?;
                    all.push_str(&more);
                }
                Value::Text(Cow::Owned(all))
            }
            F::Substring => {
                let from = self.number(&args[1], context)?;
                let length = match args.get(2) {
                    Some(arg) => Some(self.number(arg, context)?),
                    None => None,
                };
                self.budget.read(&first)?;
                Value::Text(Cow::Owned(substring(&first, from, length)))
            }
            F::Length => Value::Number(first.chars().count() as f64),
            F::Normalize => Value::Text(normalized(first)),
            F::Translate => {
                let (from, to) = (self.text(&args[1], context)?, self.text(&args[2], context)?);
                self.budget.spend(1 + first.len() / 64 * (1 + from.len()))?;
                Value::Text(Cow::Owned(translate(&first, &from, &to)))
            }
            _ => Value::Text(first),
        })
    }

    fn here(&mut self, context: Context) -> Result<Cow<'t, str>> {
        self.text_of(context.node)
    }
}

fn part<'t>(text: Cow<'t, str>, mark: &str, before: bool) -> Cow<'t, str> {
    let Some(at) = text.find(mark) else { return Cow::Borrowed("") };
    let range = if before { 0..at } else { at + mark.len()..text.len() };
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}

/// Characters whose place p, from 1, has `from <= p < from + length`, both rounded.
fn substring(text: &str, from: f64, length: Option<f64>) -> String {
    let first = round(from);
    let end = length.map_or(f64::INFINITY, |length| first + round(length));
    text.chars()
        .zip(1u32..)
        .filter(|(_, place)| f64::from(*place) >= first && f64::from(*place) < end)
        .map(|(c, _)| c)
        .collect()
}

/// Half way goes up (§4.4).
fn round(number: f64) -> f64 {
    (number + 0.5).floor()
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn normalized(text: Cow<'_, str>) -> Cow<'_, str> {
    let clean = !text.starts_with(is_space)
        && !text.ends_with(is_space)
        && !text.contains("  ")
        && !text.contains(['\t', '\r', '\n']);
    if clean {
        return text;
    }
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" "))
}

fn translate(text: &str, from: &str, to: &str) -> String {
    let table: Vec<(char, Option<char>)> = {
        let mut to = to.chars();
        from.chars().map(|c| (c, to.next())).collect()
    };
    text.chars()
        .filter_map(|c| match table.iter().find(|(known, _)| *known == c) {
            Some((_, new)) => *new,
            None => Some(c),
        })
        .collect()
}
