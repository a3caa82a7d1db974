//! From words to an expression (XPath 1.0 §2, §3).

use super::XPathError;
use super::expr::{Axis, Comparison, Expr, Operation, Predicate, Start, Step, Test};
use super::functions::Function;
use super::lex::{Token, tokens};

/// Brackets, parentheses and calculations in one another.
const MAX_DEPTH: usize = 40;

pub(super) fn parse(source: &str) -> Result<Expr, XPathError> {
    let mut parser = Parser { tokens: tokens(source)?, next: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.error("something is left over")),
    }
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    next: usize,
    depth: usize,
}

type Parsed<T> = Result<T, XPathError>;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn behind(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.next + ahead).map(|(token, _)| token)
    }

    fn is(&self, mark: &str) -> bool {
        matches!(self.peek(), Some(Token::Mark(this)) if *this == mark)
    }

    fn take(&mut self, mark: &str) -> bool {
        let there = self.is(mark);
        self.next += usize::from(there);
        there
    }

    fn take_operator(&mut self, operator: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Operator(this)) if *this == operator);
        self.next += usize::from(there);
        there
    }

    fn expect(&mut self, mark: &str) -> Parsed<()> {
        if self.take(mark) { Ok(()) } else { Err(self.error(&format!("`{mark}` is missing"))) }
    }

    fn error(&self, what: &str) -> XPathError {
        let at = self.tokens.get(self.next).or(self.tokens.last()).map_or(1, |(_, at)| *at);
        XPathError { what: what.to_owned(), at }
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(self.error("too deeply nested")) } else { Ok(()) }
    }

    fn or(&mut self) -> Parsed<Expr> {
        let depth = self.depth;
        self.deeper()?;
        let first = self.and()?;
        let mut all = vec![first];
        while self.take_operator("or") {
            all.push(self.and()?);
        }
        self.depth = depth;
        Ok(if all.len() == 1 { all.remove(0) } else { Expr::Or(all) })
    }

    fn and(&mut self) -> Parsed<Expr> {
        let depth = self.depth;
        let first = self.equality()?;
        let mut all = vec![first];
        while self.take_operator("and") {
            // What compares and calculates nests to the left.
            self.depth = depth;
            all.push(self.equality()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Expr::And(all) })
    }

    fn equality(&mut self) -> Parsed<Expr> {
        let mut left = self.relation()?;
        loop {
            let how = if self.take("=") {
                Comparison::Equal
            } else if self.take("!=") {
                Comparison::Unequal
            } else {
                return Ok(left);
            };
            self.deeper()?;
            left = Expr::Compare(how, Box::new(left), Box::new(self.relation()?));
        }
    }

    fn relation(&mut self) -> Parsed<Expr> {
        let mut left = self.sum()?;
        loop {
            let how = match self.peek() {
                Some(Token::Mark("<")) => Comparison::Less,
                Some(Token::Mark("<=")) => Comparison::AtMost,
                Some(Token::Mark(">")) => Comparison::More,
                Some(Token::Mark(">=")) => Comparison::AtLeast,
                _ => return Ok(left),
            };
            self.next += 1;
            self.deeper()?;
            left = Expr::Compare(how, Box::new(left), Box::new(self.sum()?));
        }
    }

    fn sum(&mut self) -> Parsed<Expr> {
        let mut left = self.product()?;
        loop {
            let how = if self.take("+") {
                Operation::Add
            } else if self.take("-") {
                Operation::Subtract
            } else {
                return Ok(left);
            };
            self.deeper()?;
            left = Expr::Calculate(how, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Parsed<Expr> {
        let mut left = self.negation()?;
        loop {
            let how = if self.take_operator("*") {
                Operation::Multiply
            } else if self.take_operator("div") {
                Operation::Divide
            } else if self.take_operator("mod") {
                Operation::Remainder
            } else {
                return Ok(left);
            };
            self.deeper()?;
            left = Expr::Calculate(how, Box::new(left), Box::new(self.negation()?));
        }
    }

    fn negation(&mut self) -> Parsed<Expr> {
        let mut signs = 0;
        while self.take("-") {
            signs += 1;
        }
        let inner = self.union()?;
        Ok(match signs {
            0 => inner,
            // An even number of signs still makes a number of it.
            n if n % 2 == 0 => Expr::Negate(Box::new(Expr::Negate(Box::new(inner)))),
            _ => Expr::Negate(Box::new(inner)),
        })
    }

    fn union(&mut self) -> Parsed<Expr> {
        let first = self.path()?;
        if !self.is("|") {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.take("|") {
            all.push(self.path()?);
        }
        Ok(Expr::Union(all))
    }

    /// A path, or something else that may stand before one.
    fn path(&mut self) -> Parsed<Expr> {
        let primary = match self.peek() {
            Some(Token::Literal(text)) => Expr::Literal(text.as_str().into()),
            Some(Token::Number(number)) => Expr::Number(*number),
            Some(Token::Mark("(")) => {
                self.next += 1;
                let inner = self.or()?;
                self.expect(")")?;
                return self.filtered(inner);
            }
            Some(Token::Name(name)) if self.calls() => {
                let name = name.clone();
                let call = self.call(&name)?;
                return self.filtered(call);
            }
            _ => return self.location(),
        };
        self.next += 1;
        self.filtered(primary)
    }

    /// Whether a name and a parenthesis stand here that are no test of a node.
    fn calls(&self) -> bool {
        let kind = matches!(self.peek(), Some(Token::Name(name)) if is_kind(name));
        !kind && matches!(self.behind(1), Some(Token::Mark("(")))
    }

    fn call(&mut self, name: &str) -> Parsed<Expr> {
        let Some(function) = Function::named(name) else {
            return Err(self.error(&format!("there is no function {name}()")));
        };
        self.next += 2;
        let mut args = Vec::new();
        if !self.take(")") {
            loop {
                args.push(self.or()?);
                if self.take(")") {
                    break;
                }
                self.expect(",")?;
            }
        }
        if !function.takes(args.len()) {
            return Err(self.error(&format!("{name}() does not take {} arguments", args.len())));
        }
        Ok(Expr::Call(function, args))
    }

    /// Predicates and steps behind an expression.
    fn filtered(&mut self, inner: Expr) -> Parsed<Expr> {
        let predicates = self.predicates()?;
        let mut steps = Vec::new();
        if self.is("/") || self.is("//") {
            self.steps_behind(&mut steps)?;
        }
        if predicates.is_empty() && steps.is_empty() {
            return Ok(inner);
        }
        Ok(Expr::Path(Start::Found(Box::new(inner), predicates), steps))
    }

    fn location(&mut self) -> Parsed<Expr> {
        let mut steps = Vec::new();
        if self.is("//") {
            self.steps_behind(&mut steps)?;
            return Ok(Expr::Path(Start::Document, steps));
        }
        if self.take("/") {
            if self.starts_step() {
                self.step(&mut steps)?;
                self.steps_behind(&mut steps)?;
            }
            return Ok(Expr::Path(Start::Document, steps));
        }
        if !self.starts_step() {
            return Err(self.error("a path is missing"));
        }
        self.step(&mut steps)?;
        self.steps_behind(&mut steps)?;
        Ok(Expr::Path(Start::Here, steps))
    }

    fn starts_step(&self) -> bool {
        matches!(self.peek(), Some(Token::Name(_) | Token::Mark("@" | "." | ".." | "*")))
    }

    fn steps_behind(&mut self, steps: &mut Vec<Step>) -> Parsed<()> {
        loop {
            if self.take("//") {
                steps.push(Step { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: Vec::new() });
            } else if !self.take("/") {
                return Ok(());
            }
            if !self.starts_step() {
                return Err(self.error("a step is missing"));
            }
            self.step(steps)?;
        }
    }

    fn step(&mut self, steps: &mut Vec<Step>) -> Parsed<()> {
        if self.take(".") || self.take("..") {
            let up = matches!(self.tokens.get(self.next - 1), Some((Token::Mark(".."), _)));
            let axis = if up { Axis::Parent } else { Axis::This };
            // Not in the grammar, yet written now and then.
            let predicates = self.predicates()?;
            steps.push(Step { axis, test: Test::Node, predicates });
            return Ok(());
        }
        let mut axis = Axis::Child;
        if self.take("@") {
            axis = Axis::Attribute;
        } else if let (Some(Token::Name(name)), Some(Token::Mark("::"))) = (self.peek(), self.behind(1)) {
            axis = Axis::named(name).ok_or_else(|| self.error(&format!("there is no axis {name}")))?;
            self.next += 2;
        }
        let test = self.test()?;
        let predicates = self.predicates()?;
        // `//p` as one walk, where no predicate counts siblings.
        let short = axis == Axis::Child
            && !predicates.iter().any(|predicate| predicate.positional)
            && steps.last().is_some_and(|last| {
                last.axis == Axis::DescendantOrSelf && last.test == Test::Node && last.predicates.is_empty()
            });
        if short {
            steps.pop();
            axis = Axis::Descendant;
        }
        steps.push(Step { axis, test, predicates });
        Ok(())
    }

    fn test(&mut self) -> Parsed<Test> {
        if self.take("*") {
            return Ok(Test::Any);
        }
        let Some(Token::Name(name)) = self.peek() else {
            return Err(self.error("the name of an element is missing"));
        };
        let name = name.clone();
        if is_kind(&name) && matches!(self.behind(1), Some(Token::Mark("("))) {
            self.next += 2;
            if name == "processing-instruction" && matches!(self.peek(), Some(Token::Literal(_))) {
                self.next += 1;
            }
            self.expect(")")?;
            return Ok(match name.as_str() {
                "node" => Test::Node,
                "text" => Test::Text,
                "comment" => Test::Comment,
                _ => Test::Nothing,
            });
        }
        self.next += 1;
        Ok(Test::Name(name.to_ascii_lowercase().into()))
    }

    fn predicates(&mut self) -> Parsed<Vec<Predicate>> {
        let mut all = Vec::new();
        while self.take("[") {
            let expr = self.or()?;
            self.expect("]")?;
            all.push(Predicate { positional: expr.is_positional(), expr });
        }
        Ok(all)
    }
}

fn is_kind(name: &str) -> bool {
    matches!(name, "node" | "text" | "comment" | "processing-instruction")
}
