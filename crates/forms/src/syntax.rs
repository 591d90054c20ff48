//! The expressions of XLSForm read into a tree: XPath 1.0 with `${name}`.

use crate::error::EvalError;
use crate::functions::{Function, find_function};
use crate::token::{Token, tokenize};
use crate::value::Comparison;

/// How deep an expression's tree may be; evaluation walks it by recursion.
const MAX_DEPTH: usize = 200;
/// How deep brackets may be nested; reading walks them by recursion.
const MAX_NESTING: usize = 40;

/// An expression as read.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    Number(f64),
    Text(String),
    Negate(Box<Expr>),
    /// A chain of one precedence, from left to right: long sums of scores are no deeper than short ones.
    Arithmetic(Box<Expr>, Vec<(Arithmetic, Expr)>),
    Compare(Box<Expr>, Comparison, Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Union(Box<Expr>, Box<Expr>),
    Call(Call),
    Reference(Reference),
    /// `${last-saved#name}`: what the form that was filled in before this one says.
    LastSaved(Reference),
    Path(Path),
    /// An expression followed by predicates and steps: `${rep}[position() = 2]/name`.
    Filter {
        base: Box<Expr>,
        predicates: Vec<Expr>,
        steps: Vec<Step>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) function: Option<&'static Function>,
    pub(crate) arguments: Vec<Expr>,
}

/// `${name}`; the target is the form's item, once it is bound.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) name: String,
    pub(crate) target: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub(crate) absolute: bool,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) axis: Axis,
    pub(crate) test: Test,
    pub(crate) predicates: Vec<Expr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    Child,
    Parent,
    Itself,
    Ancestor,
    AncestorOrSelf,
    Descendant,
    DescendantOrSelf,
    FollowingSibling,
    PrecedingSibling,
    /// Axes that our documents have nothing on (attributes, namespaces, following, preceding).
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    Any,
    Name(String),
    Text,
}

/// Reads an expression.
pub(crate) fn parse(text: &str) -> Result<Expr, EvalError> {
    let mut parser = Parser { tokens: tokenize(text)?, next: 0, nesting: 0 };
    let built = parser.read_or()?;
    if parser.next < parser.tokens.len() {
        return Err(parser.wrong("an operator is missing here"));
    }
    Ok(built.0)
}

/// An expression and the depth of its tree.
struct Built(Expr, usize);

fn deepen(depth: usize) -> Result<usize, EvalError> {
    if depth >= MAX_DEPTH { Err(EvalError::TooLarge) } else { Ok(depth + 1) }
}

fn join(
    left: Built,
    right: Built,
    make: impl FnOnce(Box<Expr>, Box<Expr>) -> Expr,
) -> Result<Built, EvalError> {
    let depth = deepen(left.1.max(right.1))?;
    Ok(Built(make(Box::new(left.0), Box::new(right.0)), depth))
}

/// Parts joined by one operator; a single part is itself.
fn line_up(mut parts: Vec<Built>, make: impl FnOnce(Vec<Expr>) -> Expr) -> Result<Built, EvalError> {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return Ok(only);
    }
    let depth = deepen(parts.iter().map(|part| part.1).max().unwrap_or(0))?;
    Ok(Built(make(parts.into_iter().map(|part| part.0).collect()), depth))
}

/// `jr:choice-name(value, '${question}')` names its question within quotes.
fn unquote_reference(argument: Option<&mut Expr>) {
    let Some(argument) = argument else { return };
    if let Expr::Text(text) = argument
        && let Some(name) = text.trim().strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
    {
        *argument = Expr::Reference(Reference { name: name.trim().to_owned(), target: None });
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    nesting: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn peek_second(&self) -> Option<&Token> {
        self.tokens.get(self.next + 1).map(|(_, token)| token)
    }

    fn wrong(&self, what: &'static str) -> EvalError {
        let last = self.tokens.last().map_or(1, |(at, _)| at + 1);
        let at = self.tokens.get(self.next).map_or(last, |(at, _)| *at);
        EvalError::Syntax { at, what }
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, token: &Token, what: &'static str) -> Result<(), EvalError> {
        if self.take(token) { Ok(()) } else { Err(self.wrong(what)) }
    }

    fn read_or(&mut self) -> Result<Built, EvalError> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(EvalError::TooLarge);
        }
        let first = self.read_and()?;
        let mut parts = vec![first];
        while self.take(&Token::Or) {
            parts.push(self.read_and()?);
        }
        self.nesting -= 1;
        line_up(parts, Expr::Or)
    }

    fn read_and(&mut self) -> Result<Built, EvalError> {
        let mut parts = vec![self.read_equality()?];
        while self.take(&Token::And) {
            parts.push(self.read_equality()?);
        }
        line_up(parts, Expr::And)
    }

    fn read_equality(&mut self) -> Result<Built, EvalError> {
        let mut left = self.read_relation()?;
        loop {
            let sign = match self.peek() {
                Some(Token::Equal) => Comparison::Equal,
                Some(Token::NotEqual) => Comparison::NotEqual,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.read_relation()?;
            left = join(left, right, |l, r| Expr::Compare(l, sign, r))?;
        }
    }

    fn read_relation(&mut self) -> Result<Built, EvalError> {
        let mut left = self.read_sum()?;
        loop {
            let sign = match self.peek() {
                Some(Token::Less) => Comparison::Less,
                Some(Token::LessOrEqual) => Comparison::LessOrEqual,
                Some(Token::Greater) => Comparison::Greater,
                Some(Token::GreaterOrEqual) => Comparison::GreaterOrEqual,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.read_sum()?;
            left = join(left, right, |l, r| Expr::Compare(l, sign, r))?;
        }
    }

    fn read_sum(&mut self) -> Result<Built, EvalError> {
        self.read_chain(Self::read_product, |token| match token {
            Token::Plus => Some(Arithmetic::Add),
            Token::Minus => Some(Arithmetic::Subtract),
            _ => None,
        })
    }

    fn read_product(&mut self) -> Result<Built, EvalError> {
        self.read_chain(Self::read_negation, |token| match token {
            Token::Multiply => Some(Arithmetic::Multiply),
            Token::Divide => Some(Arithmetic::Divide),
            Token::Modulo => Some(Arithmetic::Modulo),
            _ => None,
        })
    }

    fn read_chain(
        &mut self,
        read: fn(&mut Self) -> Result<Built, EvalError>,
        sign_of: fn(&Token) -> Option<Arithmetic>,
    ) -> Result<Built, EvalError> {
        let first = read(self)?;
        let (mut depth, mut rest) = (first.1, Vec::new());
        while let Some(sign) = self.peek().and_then(sign_of) {
            self.next += 1;
            let right = read(self)?;
            depth = depth.max(right.1);
            rest.push((sign, right.0));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(Built(Expr::Arithmetic(Box::new(first.0), rest), deepen(depth)?))
    }

    fn read_negation(&mut self) -> Result<Built, EvalError> {
        let mut signs = 0;
        while self.take(&Token::Minus) {
            signs += 1;
            if signs > MAX_NESTING {
                return Err(EvalError::TooLarge);
            }
        }
        let mut built = self.read_union()?;
        for _ in 0..signs {
            built = Built(Expr::Negate(Box::new(built.0)), deepen(built.1)?);
        }
        Ok(built)
    }

    fn read_union(&mut self) -> Result<Built, EvalError> {
        let mut left = self.read_path()?;
        while self.take(&Token::Bar) {
            let right = self.read_path()?;
            left = join(left, right, Expr::Union)?;
        }
        Ok(left)
    }

    /// A location path, or a primary expression with predicates and steps after it.
    fn read_path(&mut self) -> Result<Built, EvalError> {
        let Some(primary) = self.read_primary()? else { return self.read_location() };
        let mut depth = primary.1;
        let mut predicates = Vec::new();
        self.read_predicates(&mut predicates, &mut depth)?;
        let mut steps = Vec::new();
        self.read_more_steps(&mut steps, &mut depth)?;
        if predicates.is_empty() && steps.is_empty() {
            return Ok(Built(primary.0, depth));
        }
        Ok(Built(Expr::Filter { base: Box::new(primary.0), predicates, steps }, deepen(depth)?))
    }

    fn read_primary(&mut self) -> Result<Option<Built>, EvalError> {
        let primary = match self.peek() {
            Some(Token::Number(number)) => Expr::Number(*number),
            Some(Token::Text(text)) => Expr::Text(text.clone()),
            Some(Token::Reference(name)) => match name.strip_prefix("last-saved#") {
                Some(name) => Expr::LastSaved(Reference { name: name.to_owned(), target: None }),
                None => Expr::Reference(Reference { name: name.clone(), target: None }),
            },
            Some(Token::Open) => {
                self.next += 1;
                let inner = self.read_or()?;
                self.expect(&Token::Close, "a closing bracket is missing")?;
                return Ok(Some(inner));
            }
            Some(Token::Name(name))
                if self.peek_second() == Some(&Token::Open)
                    && !matches!(name.as_str(), "text" | "node" | "comment") =>
            {
                let name = name.clone();
                return self.read_call(name).map(Some);
            }
            _ => return Ok(None),
        };
        self.next += 1;
        Ok(Some(Built(primary, 1)))
    }

    fn read_call(&mut self, name: String) -> Result<Built, EvalError> {
        self.next += 2;
        let mut arguments = Vec::new();
        let mut depth = 0;
        if !self.take(&Token::Close) {
            loop {
                let argument = self.read_or()?;
                depth = depth.max(argument.1);
                arguments.push(argument.0);
                if self.take(&Token::Close) {
                    break;
                }
                self.expect(&Token::Comma, "a comma or a closing bracket is missing")?;
            }
        }
        let function = find_function(&name);
        if name == "jr:choice-name" {
            unquote_reference(arguments.get_mut(1));
        }
        Ok(Built(Expr::Call(Call { name, function, arguments }), deepen(depth)?))
    }

    fn read_location(&mut self) -> Result<Built, EvalError> {
        let mut steps = Vec::new();
        let mut depth = 1;
        let mut absolute = false;
        if self.take(&Token::Slash) {
            absolute = true;
            if self.starts_step() {
                steps.push(self.read_step(&mut depth)?);
            }
        } else if self.peek() == Some(&Token::DoubleSlash) {
            absolute = true;
        } else {
            steps.push(self.read_step(&mut depth)?);
        }
        if !steps.is_empty() || self.peek() == Some(&Token::DoubleSlash) {
            self.read_more_steps(&mut steps, &mut depth)?;
        }
        Ok(Built(Expr::Path(Path { absolute, steps }), deepen(depth)?))
    }

    fn starts_step(&self) -> bool {
        matches!(
            self.peek(),
            Some(Token::Name(_) | Token::Star | Token::Dot | Token::DotDot | Token::At | Token::Axis(_))
        )
    }

    fn read_more_steps(&mut self, steps: &mut Vec<Step>, depth: &mut usize) -> Result<(), EvalError> {
        loop {
            if self.take(&Token::DoubleSlash) {
                steps.push(Step { axis: Axis::DescendantOrSelf, test: Test::Any, predicates: Vec::new() });
            } else if !self.take(&Token::Slash) {
                return Ok(());
            }
            if steps.len() > MAX_DEPTH {
                return Err(EvalError::TooLarge);
            }
            steps.push(self.read_step(depth)?);
        }
    }

    fn read_step(&mut self, depth: &mut usize) -> Result<Step, EvalError> {
        let mut predicates = Vec::new();
        if self.take(&Token::Dot) {
            self.read_predicates(&mut predicates, depth)?;
            return Ok(Step { axis: Axis::Itself, test: Test::Any, predicates });
        }
        if self.take(&Token::DotDot) {
            self.read_predicates(&mut predicates, depth)?;
            return Ok(Step { axis: Axis::Parent, test: Test::Any, predicates });
        }
        let axis = self.read_axis()?;
        let test = match self.peek() {
            Some(Token::Star) => Test::Any,
            Some(Token::Name(name)) => {
                let kind = name.clone();
                if self.peek_second() == Some(&Token::Open) {
                    self.next += 1;
                    self.next += 1;
                    if self.peek() != Some(&Token::Close) {
                        return Err(self.wrong("a closing bracket is missing"));
                    }
                    if kind == "node" { Test::Any } else { Test::Text }
                } else {
                    Test::Name(kind)
                }
            }
            _ => return Err(self.wrong("a value, a name or a function is missing here")),
        };
        self.next += 1;
        self.read_predicates(&mut predicates, depth)?;
        Ok(Step { axis, test, predicates })
    }

    fn read_axis(&mut self) -> Result<Axis, EvalError> {
        if self.take(&Token::At) {
            return Ok(Axis::Nothing);
        }
        let Some(Token::Axis(name)) = self.peek() else { return Ok(Axis::Child) };
        let axis = match name.as_str() {
            "child" => Axis::Child,
            "parent" => Axis::Parent,
            "self" => Axis::Itself,
            "ancestor" => Axis::Ancestor,
            "ancestor-or-self" => Axis::AncestorOrSelf,
            "descendant" => Axis::Descendant,
            "descendant-or-self" => Axis::DescendantOrSelf,
            "following-sibling" => Axis::FollowingSibling,
            "preceding-sibling" => Axis::PrecedingSibling,
            "attribute" | "namespace" | "following" | "preceding" => Axis::Nothing,
            _ => return Err(self.wrong("there is no such axis")),
        };
        self.next += 1;
        Ok(axis)
    }

    fn read_predicates(&mut self, predicates: &mut Vec<Expr>, depth: &mut usize) -> Result<(), EvalError> {
        while self.take(&Token::OpenSquare) {
            let predicate = self.read_or()?;
            *depth = deepen((*depth).max(predicate.1))?;
            predicates.push(predicate.0);
            self.expect(&Token::CloseSquare, "a closing square bracket is missing")?;
        }
        Ok(())
    }
}
